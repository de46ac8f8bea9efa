"""wx-server-sdk beside its database: WeChat's APIs, the log, and what only 4.0.2 has.

Every answer and every text here is what wx-server-sdk 4.0.2 gave when it was run against a stub
that sent what the test's function sends.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cloud_fake import CloudError, FakeCloud, MisuseError, NotSupportedByFake
from cloud_fake.kernel.timeline import Note

CIRCLE: dict[str, Any] = {}
CIRCLE["me"] = CIRCLE


def error_of(call: Any, /, *args: Any, **kwargs: Any) -> CloudError:
    with pytest.raises(CloudError) as caught:
        call(*args, **kwargs)
    return caught.value


@pytest.fixture
def asked(world: FakeCloud) -> dict[str, Any]:
    """What WeChat was asked, by the API's name; `send` and `pay` answer."""
    seen: dict[str, Any] = {}

    @world.open_api("subscribeMessage.send")
    def send(data: Any) -> Any:
        seen["send"] = data
        return {"errcode": 0, "errmsg": "ok", "msg_id": 7, "list_of": [{"a_b": 1}]}

    @world.open_api("cloudPay.unifiedOrder")
    async def pay(data: Any) -> Any:
        seen["pay"] = data
        return {"return_code": "SUCCESS", "prepay_id": "p"}

    return seen


@pytest.fixture
def server(world: FakeCloud, face: Any) -> Any:
    return face(world.server)


# --- openapi -------------------------------------------------------------------------------------


def test_keys_change_their_case_on_the_way_out_and_back(server: Any, asked: Any) -> None:
    answer = server.openapi.subscribeMessage.send(
        {"touser": "o-bob", "templateId": "t", "data": {"thing1": {"myValue": [{"aB": 1}]}}}
    )
    assert asked["send"] == {
        "touser": "o-bob",
        "template_id": "t",
        "data": {"thing1": {"my_value": [{"a_b": 1}]}},
    }
    assert answer == {
        "msgId": 7,
        "listOf": [{"aB": 1}],
        "errMsg": "openapi.subscribeMessage.send:ok",
        "errCode": 0,
    }


def test_settings_keep_the_case(server: Any, asked: Any) -> None:
    plain = server.openapi({"convertCase": False, "appid": "wx-other"})
    answer = plain.subscribeMessage.send({"templateId": "t"})
    assert asked["send"] == {"templateId": "t"}
    assert (answer["msg_id"], answer["list_of"]) == (7, [{"a_b": 1}])


def test_keywords_do_as_well(server: Any, asked: Any) -> None:
    server.openapi.subscribeMessage.send(touser="o-bob", templateId="t")
    assert asked["send"] == {"touser": "o-bob", "template_id": "t"}


def test_media_goes_as_bytes_and_a_picture_comes_as_bytes(world: FakeCloud, server: Any) -> None:
    @world.open_api("security.imgSecCheck")
    def check(data: Any) -> Any:
        return {"size": len(data["media"]["value"]), "type": data["media"]["content_type"]}

    world.open_api("wxacode.get")(lambda data: b"JPEG")
    world.open_api("wxacode.getUnlimited")(
        lambda data: {"contentType": "image/png", "buffer": b"PNG"}
    )
    media = {"contentType": "image/png", "value": b"12345"}
    answer = server.openapi.security.imgSecCheck({"media": media})
    assert (answer["size"], answer["type"]) == (5, "image/png")
    assert server.openapi.wxacode.get() == {
        "contentType": "image/jpeg",
        "buffer": b"JPEG",
        "errMsg": "openapi.wxacode.get:ok",
        "errCode": 0,
    }
    assert server.openapi.wxacode.getUnlimited(scene="x")["buffer"] == b"PNG"


def test_wechats_own_failure(world: FakeCloud, server: Any) -> None:
    world.open_api("subscribeMessage.send")(
        lambda data: {"errcode": 43101, "errmsg": "user refuse to accept the msg"}
    )
    error = error_of(server.openapi.subscribeMessage.send, {"touser": "o-bob"})
    text = "openapi.subscribeMessage.send:fail user refuse to accept the msg"
    assert (error.errCode, error.errMsg) == (43101, text)
    assert error.message == f"errCode: 43101  | errMsg: {text}"


def test_an_api_that_nobody_answers(server: Any) -> None:
    error = error_of(server.openapi.templateMessage.send, {"touser": "o-bob"})
    text = "system error: error code: -604100"
    assert (error.errCode, error.errMsg) == (-604100, text)
    assert error.message == f"errCode: -604100 API not found | errMsg: {text}"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (-604101, "system error: error code: -604101"),
        (-501001, "subscribeMessage.send:fail resource system error"),
    ],
    ids=["WeChat's system", "the cloud's"],
)
def test_a_scripted_failure(
    world: FakeCloud, server: Any, asked: Any, code: int, said: str
) -> None:
    world.faults.fail("openapi.subscribeMessage.*", code=code, times=1)
    error = error_of(server.openapi.subscribeMessage.send, {"touser": "o-bob"})
    assert (error.errCode, error.errMsg) == (code, said)
    assert server.openapi.subscribeMessage.send({"touser": "o-bob"})["errCode"] == 0


def test_it_is_a_line_on_the_timeline(world: FakeCloud, server: Any, asked: Any) -> None:
    server.openapi.subscribeMessage.send({"touser": "o-bob"})
    (call,) = world.calls.to("openapi.*")
    assert call.name == "openapi.subscribeMessage.send"
    assert call.arguments["data"] == {"touser": "o-bob"}


@pytest.mark.parametrize("settings", [(), ({},), (5,)])
def test_settings_are_an_object(server: Any, settings: Any) -> None:
    assert error_of(server.openapi, *settings).errMsg == "an options object is expected"


def test_it_needs_init_once_it_is_called(world: FakeCloud, face: Any) -> None:
    path = face(world.server.Cloud()).openapi.a.b
    assert error_of(path, {}).errMsg.startswith("Cloud API isn't enabled, please call init first")


@pytest.mark.parametrize("answer", [5, ["a"], {"a": {1, 2}}, CIRCLE])
def test_a_test_whose_api_answers_nonsense_is_told(
    world: FakeCloud, server: Any, answer: Any
) -> None:
    world.open_api("a.b")(lambda data: answer)
    with pytest.raises(MisuseError):
        server.openapi.a.b({})


ASKING: dict[str, Callable[[Any, Any], Any]] = {
    "openapi.a.b": lambda sdk, data: sdk.openapi.a.b(data),
    "cloudPay.a": lambda sdk, data: sdk.cloudPay.a(data),
    "callOpenAPI": lambda sdk, data: sdk.callOpenAPI(api="a.b", data=data),
}


@pytest.mark.parametrize("api", ASKING)
def test_what_json_cannot_carry_is_refused_and_nobody_asked(
    world: FakeCloud, server: Any, api: str
) -> None:
    for name in ("a.b", "cloudPay.a"):
        world.open_api(name)(lambda data: pytest.fail("it was asked"))
    error = error_of(ASKING[api], server, {"theTags": [{1, 2}]})
    assert (error.errCode, error.errMsg) == (
        -1,
        "parameter.data.theTags.0 should be string, number, boolean, null, date, object or array "
        "instead of set;",
    )
    error = error_of(ASKING[api], server, CIRCLE)
    assert error.errMsg == f"{api}:fail Converting circular structure to JSON"


def test_the_older_way_converts_nothing_and_fails_nowhere(world: FakeCloud, server: Any) -> None:
    world.open_api("a.b")(lambda data: {"errcode": 40001, "echo_of": data})
    assert server.callOpenAPI(api="a.b", data={"aB": 1}) == {
        "result": {"errcode": 40001, "echo_of": {"aB": 1}},
        "errMsg": "callOpenAPI:ok",
    }
    error = error_of(server.callOpenAPI, api="no.such")
    assert (error.errCode, error.errMsg, error.code) == (
        -1,
        "callOpenAPI:fail API not found",
        -604100,
    )
    assert error_of(server.callOpenAPI, {}).errMsg == (
        "parameter.api should be string instead of undefined;"
    )


def test_payment(server: Any, asked: Any) -> None:
    answer = server.cloudPay.unifiedOrder({"totalFee": 1, "subMchId": "2"})
    assert asked["pay"] == {"total_fee": 1, "sub_mch_id": "2"}
    assert answer == {
        "returnCode": "SUCCESS",
        "prepayId": "p",
        "errCode": 0,
        "errMsg": "cloudPay.unifiedOrder:ok",
    }


def test_registered_functions_stay_over_a_reset_and_go_into_a_fork(
    world: FakeCloud, asked: Any
) -> None:
    child = world.fork()
    world.reset()
    for cloud in (world, child):
        assert cloud.server.openapi.subscribeMessage.send({})["msgId"] == 7
    world.open_api("only.here")(lambda data: {})
    assert error_of(child.server.openapi.only.here, {}).errCode == -604100


# --- options -------------------------------------------------------------------------------------

NO_OBJECT = "{api}:fail undefined . Params for {api} must be an object instead of undefined"


@pytest.mark.parametrize("api", ["callFunction", "uploadFile", "getTempFileURL", "callOpenAPI"])
def test_nothing_at_all_is_rejected_in_words_of_its_own(server: Any, api: str) -> None:
    error = error_of(getattr(server, api))
    assert (error.errCode, error.errMsg) == (-1, NO_OBJECT.replace("{api}", api))


def test_no_object_and_wrong_types(server: Any) -> None:
    error = error_of(server.callFunction, "x")
    assert (error.errCode, error.errMsg) == (
        -1,
        "parameter should be object instead of string; ",
    )
    error = error_of(server.callFunction, name=5)
    text = "parameter.name should be string instead of number;"
    assert (error.errCode, error.errMsg) == (-1, text)
    assert error.message == f"errCode: -1 unknown error | errMsg: {text}"


@pytest.mark.parametrize("ask", ["init", "database", "Cloud"])
def test_no_object_is_refused_without_a_code(world: FakeCloud, face: Any, ask: str) -> None:
    error = error_of(getattr(face(world.server), ask), 5)
    text = "parameter should be object instead of number; "
    assert (error.errCode, error.errMsg) == (-1, text)
    assert error.message == f"errCode: -1 unknown error | errMsg: {text}"


# --- failures ------------------------------------------------------------------------------------

PLAIN = {
    "callFunction": ("function.x", lambda sdk: sdk.callFunction(name="x")),
    "uploadFile": ("storage.upload", lambda sdk: sdk.uploadFile(cloudPath="a", fileContent=b"x")),
    "downloadFile": ("storage.download", lambda sdk: sdk.downloadFile(fileID="cloud://a/b")),
    "getTempFileURL": ("storage.getTempFileURL", lambda sdk: sdk.getTempFileURL(fileList=[])),
    "deleteFile": ("storage.delete", lambda sdk: sdk.deleteFile(fileList=[])),
    "createCollection": (
        "database.createCollection",
        lambda sdk: sdk.database().createCollection("x"),
    ),
    "callOpenAPI": ("openapi.x", lambda sdk: sdk.callOpenAPI(api="x")),
}


@pytest.mark.parametrize(
    ("api", "operation", "ask"), [(k, *v) for k, v in PLAIN.items()], ids=PLAIN
)
def test_outside_of_the_database_the_code_is_dropped(
    world: FakeCloud, server: Any, api: str, operation: str, ask: Any
) -> None:
    world.faults.fail(operation, code=-504002, message="boom")
    error = error_of(ask, server)
    assert (error.errCode, error.errMsg) == (-1, f"{api}:fail boom")
    assert (error.code, error.name) == (-504002, "FUNCTIONS_EXECUTE_FAIL")


# --- the rest ------------------------------------------------------------------------------------


def test_the_log_stands_on_the_timeline(world: FakeCloud, face: Any) -> None:
    @world.function("log")
    def log(event: Any, context: Any) -> None:
        context.cloud.init()
        logger = context.cloud.logger()
        logger.log({"name": "order", "cost": 3})
        logger.warn({"late": True})

    face(world).callFunction(name="log")
    notes = [entry for entry in world.calls.entries if isinstance(entry, Note)]
    assert [(note.text, note.depth) for note in notes] == [
        ("{name: 'order', cost: 3}", 1),
        ("warn {late: true}", 1),
    ]
    assert error_of(world.server.logger().info, "text").errMsg == "log msg must be an object"


def test_another_instance(world: FakeCloud, face: Any) -> None:
    world.create_env("prod", collections=["todos"])
    other = face(world.server).createNewInstance({"env": "prod"})
    assert other.database().collection("todos").count().total == 0
    assert error_of(other.database().collection("private").get).errCode == -502005


def test_init_is_each_functions_own(world: FakeCloud, face: Any) -> None:
    def inner(event: Any, context: Any) -> Any:
        return context.cloud.database().collection("todos").doc("none").get().data

    def outer(event: Any, context: Any) -> Any:
        context.cloud.init(throwOnNotFound=False)
        context.cloud.callFunction(name="inner")

    world.register_function("inner", inner)
    world.register_function("outer", outer)
    assert (
        "document with _id none does not exist"
        in error_of(face(world).callFunction, name="outer").errMsg
    )


@pytest.mark.parametrize(
    "name",
    ["getVoIPSign", "getCloudCallSign", "signature", "updateConfig", "registerService"],
)
def test_what_is_not_faked_says_so(server: Any, name: str) -> None:
    with pytest.raises(NotSupportedByFake, match=rf"cloud\.{name}"):
        getattr(server, name)({})


def test_its_version(server: Any) -> None:
    assert server.version == "4.0.2"
    assert repr(server.DYNAMIC_CURRENT_ENV) == "Symbol(SYMBOL_CURRENT_ENV)"

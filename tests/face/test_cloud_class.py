"""`Cloud({...})`: an SDK for another environment, one's own or another account's.

Sources: base library 2.30.3 and wx-server-sdk 4.0.2, both run; documentation of environment
sharing (`cloudbase_auth`, `FROM_*`, `auth.custom`); the words of codes -601012 to -601017.
"""

from __future__ import annotations

from typing import Any

import pytest

from cloud_fake import CloudError, FakeCloud, NotSupportedByFake

DEV, SHARED = "dev-1a2b3c", "shared-9z8y7x"
APPID, OWNER = "wx0a1b2c3d4e5f6071", "wx-owner"
GRANTED = {"errCode": 0, "errMsg": "", "auth": '{"role": "guest"}'}


def error_of(call: Any, /, *args: Any, **kwargs: Any) -> CloudError:
    with pytest.raises(CloudError) as caught:
        call(*args, **kwargs)
    return caught.value


@pytest.fixture
def cloud() -> FakeCloud:
    cloud = FakeCloud(env=DEV, openid="o-alice", unionid="u-alice", collections=["todos"], seed=7)
    cloud.clock.freeze()
    cloud.create_env(SHARED, collections=["notes"], appid=OWNER)
    cloud.seed({"notes": [{"_id": "n1", "text": "the owner's"}]}, openid=None, env=SHARED)
    cloud.set_collection_permission(
        "notes", {"read": "auth.custom.role == 'guest'", "write": False}, env=SHARED
    )
    cloud.register_function("who", lambda event, context: context.wx_context, env=SHARED)
    return cloud


def authorise(cloud: FakeCloud, answer: Any) -> list[Any]:
    """Deploys the owner's `cloudbase_auth`; returns what it was told, call by call."""
    told: list[Any] = []

    def judge(event: Any, context: Any) -> Any:
        told.append(context.cloud.getWXContext())
        return answer

    cloud.register_function("cloudbase_auth", judge, env=SHARED)
    return told


@pytest.fixture
def shared(cloud: FakeCloud, face: Any) -> Any:
    return face(cloud).Cloud(resourceAppid=OWNER, resourceEnv=SHARED)


# --- another account's ---------------------------------------------------------------------------


def test_init_asks_the_owner_and_says_until_when(cloud: FakeCloud, shared: Any) -> None:
    told = authorise(cloud, GRANTED)
    now = int(cloud.clock.now().timestamp() * 1000)
    assert shared.init() == {"errCode": 0, "errMsg": "", "expireTime": now + 7_200_000}
    assert told == [
        {
            "FROM_OPENID": "o-alice",
            "FROM_UNIONID": "u-alice",
            "FROM_APPID": APPID,
            "APPID": OWNER,
            "ENV": SHARED,
            "SOURCE": "wx_client",
        }
    ]


def test_the_second_init_does_nothing(cloud: FakeCloud, shared: Any) -> None:
    told = authorise(cloud, GRANTED)
    shared.init()
    assert shared.init() is None
    assert len(told) == 1


def test_every_call_uses_that_environment_whatever_it_names(
    cloud: FakeCloud, shared: Any, tmp_path: Any
) -> None:
    authorise(cloud, GRANTED)
    shared.init()
    here = {"env": DEV}
    assert shared.callFunction(name="who", config=here).result["ENV"] == SHARED
    assert [record["_id"] for record in shared.database(here).collection("notes").get().data] == [
        "n1"
    ]
    (tmp_path / "a").write_bytes(b"x")
    file = shared.uploadFile(cloudPath="a", filePath=str(tmp_path / "a"), config=here).fileID
    assert file.startswith(f"cloud://{SHARED}.")
    assert shared.getTempFileURL(fileList=[file]).fileList[0].status == 0
    assert cloud.getTempFileURL(fileList=[file]).fileList[0].status == 1, "another account's file"


def test_functions_know_from_where_the_user_comes(cloud: FakeCloud, shared: Any) -> None:
    authorise(cloud, GRANTED)
    shared.init()
    context = shared.callFunction(name="who").result
    assert context["FROM_OPENID"] == "o-alice"
    assert "OPENID" not in context

    @cloud.function("outer", env=SHARED)
    def outer(event: Any, context: Any) -> Any:
        sdk = context.cloud
        notes = sdk.database().collection("notes").get().data
        return [sdk.callFunction(name="who").result, len(notes)]

    nested, notes = shared.callFunction(name="outer").result
    assert (nested["FROM_OPENID"], nested["SOURCE"], notes) == ("o-alice", "wx_client,scf", 1)


def test_what_the_owner_says_is_auth_custom_in_rules(cloud: FakeCloud, shared: Any) -> None:
    authorise(cloud, {**GRANTED, "auth": '{"role": "stranger"}'})
    shared.init()
    assert error_of(shared.database().collection("notes").get).errCode == -502003
    authorise(cloud, GRANTED)
    assert shared.refreshAuth()["errCode"] == 0
    assert len(shared.database().collection("notes").get().data) == 1
    assert error_of(shared.database().collection("notes").add, data={}).errCode == -502003


REFUSALS = {
    "no answer": (None, -601015),
    "no errCode": ({"auth": "{}"}, -601015),
    "no": ({"errCode": 7, "errMsg": "go away"}, -601017),
    "auth is no JSON": ({**GRANTED, "auth": "guest"}, -601016),
    "auth is no object": ({**GRANTED, "auth": "[1]"}, -601016),
    "auth is no text": ({**GRANTED, "auth": {"role": "guest"}}, -601016),
}
WORDS = {
    -601012: "unauthorized env",
    -601015: "access denied (cloudfunction cloudbase_auth returns empty errCode)",
    -601016: "missing env auth info",
    -601017: "access denied (cloudbase_auth returns non-zero errCode)",
}


@pytest.mark.parametrize(("answer", "code"), REFUSALS.values(), ids=REFUSALS)
def test_a_refusal_is_an_answer_and_nothing_works(
    cloud: FakeCloud, shared: Any, answer: Any, code: int
) -> None:
    authorise(cloud, answer)
    assert shared.init() == {"errCode": code, "errMsg": WORDS[code]}
    for call in (
        lambda: shared.callFunction(name="who"),
        shared.database,
        lambda: shared.CloudID("x"),
    ):
        assert error_of(call).errMsg.startswith("Cloud API isn't enabled")


def test_who_was_refused_may_ask_again(cloud: FakeCloud, shared: Any) -> None:
    authorise(cloud, {"errCode": 1})
    assert shared.init()["errCode"] == -601017
    authorise(cloud, {"errCode": 0, "errMsg": "welcome"})  # leaving `auth` out says nothing
    assert shared.init()["errMsg"] == "welcome"


def test_an_owner_without_the_function(shared: Any) -> None:
    assert shared.init() == {
        "errCode": -501000,
        "errMsg": "FunctionName parameter could not be found.",
    }


def test_an_owner_whose_function_fails(cloud: FakeCloud, shared: Any) -> None:
    def broken(event: Any, context: Any) -> None:
        raise ValueError("oh no")

    cloud.register_function("cloudbase_auth", broken, env=SHARED)
    answer = shared.init()
    assert answer["errCode"] == -504002
    assert answer["errMsg"].startswith("ValueError: oh no\n    at broken (")


@pytest.mark.parametrize(
    ("appid", "env"), [(OWNER, "nowhere"), (OWNER, DEV), ("wx-third", SHARED), (APPID, SHARED)]
)
def test_what_is_not_shared(cloud: FakeCloud, face: Any, appid: str, env: str) -> None:
    authorise(cloud, GRANTED)
    other = face(cloud).Cloud({"resourceAppid": appid, "resourceEnv": env})
    assert other.init() == {"errCode": -601012, "errMsg": WORDS[-601012]}


def test_another_user_asks_for_themselves(cloud: FakeCloud, face: Any) -> None:
    told = authorise(cloud, GRANTED)
    bob = face(cloud.as_user("o-bob")).Cloud(resourceAppid=OWNER, resourceEnv=SHARED)
    bob.init()
    assert told[0]["FROM_OPENID"] == "o-bob"
    assert bob.callFunction(name="who").result["FROM_OPENID"] == "o-bob"


def test_ones_own_appid_needs_the_function_too(cloud: FakeCloud, face: Any) -> None:
    own = face(cloud).Cloud(resourceAppid=APPID, resourceEnv=DEV)
    assert own.init()["errCode"] == -501000
    cloud.register_function("cloudbase_auth", lambda event, context: GRANTED)
    cloud.register_function("who", lambda event, context: context.wx_context)
    assert own.init()["errCode"] == 0
    assert own.callFunction(name="who").result["OPENID"] == "o-alice"


# --- one's own -----------------------------------------------------------------------------------


@pytest.fixture
def prod(cloud: FakeCloud, face: Any) -> Any:
    cloud.create_env("prod", collections=["todos"])
    cloud.register_function("who", lambda event, context: context.wx_context, env="prod")
    return face(cloud).Cloud(resourceEnv="prod")


def test_nobody_is_asked(cloud: FakeCloud, prod: Any) -> None:
    assert error_of(prod.database).errMsg.startswith("Cloud API isn't enabled")
    assert prod.init() is None
    assert len(cloud.calls) == 0
    assert prod.init() is None
    assert prod.callFunction(name="who", config={"env": DEV}).result == {
        "OPENID": "o-alice",
        "UNIONID": "u-alice",
        "APPID": APPID,
        "ENV": "prod",
        "SOURCE": "wx_client",
    }
    assert not hasattr(prod, "refreshAuth")


def test_an_instance_is_initialised_by_itself_alone(cloud: FakeCloud, face: Any) -> None:
    fresh = FakeCloud()
    fresh.create_env("prod", collections=["todos"])
    one, other = (face(fresh).Cloud(resourceEnv="prod") for _ in range(2))
    one.init()
    assert one.database().collection("todos").count().total == 0
    assert error_of(other.database).errMsg.startswith("Cloud API isn't enabled")
    assert error_of(face(fresh).database).errMsg.startswith("Cloud API isn't enabled")


def test_an_unknown_environment_shows_when_it_is_used(cloud: FakeCloud, face: Any) -> None:
    nowhere = face(cloud).Cloud(resourceEnv="nowhere")
    assert nowhere.init() is None
    assert error_of(nowhere.callFunction, name="who").code == -501000


def test_an_instance_has_all_calls_but_cloud_itself(cloud: FakeCloud, shared: Any) -> None:
    names = {name for name in dir(cloud.as_user("o-bob").aio) if name[0] != "_"}
    own = {name for name in dir(getattr(shared, "_face", shared)) if name[0] != "_"}
    assert names - own == {"Cloud"}
    assert own - names == {"refreshAuth"}


# --- declaring -----------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [(), ({},), ({"resourceAppid": OWNER},)])
def test_an_environment_has_to_be_named(face: Any, options: Any) -> None:
    error = error_of(face(FakeCloud()).Cloud, *options)
    assert (error.errCode, error.errMsg) == (-1, "resourceEnv must be provided")
    assert str(error) == "Error: resourceEnv must be provided"


def test_misspelt_and_unfaked_options(face: Any) -> None:
    cloud = face(FakeCloud())
    with pytest.raises(TypeError, match="did you mean 'resourceEnv'"):
        cloud.Cloud(resourceEnvironment="x")
    with pytest.raises(NotSupportedByFake, match="identityless"):
        cloud.Cloud(resourceEnv="x", identityless=True)


# --- of the server SDK ---------------------------------------------------------------------------


def in_a_function(cloud: FakeCloud, face: Any, body: Any) -> Any:
    """What an async function answers, which may await its own instance of `Cloud`."""
    cloud.create_env("prod", collections=["todos"])
    cloud.register_function("here", lambda event, context: context.wx_context["ENV"], env="prod")

    async def run(event: Any, context: Any) -> Any:
        return await body(context.cloud.aio)

    cloud.register_function("run", run, env="prod")
    return face(cloud).callFunction(name="run", config={"env": "prod"}).result


def test_a_function_uses_another_accounts_environment(cloud: FakeCloud, face: Any) -> None:
    told = authorise(cloud, GRANTED)

    async def body(sdk: Any) -> Any:
        other = sdk.Cloud(resourceAppid=OWNER, resourceEnv=SHARED)
        assert await other.init() is None
        notes = await other.database().collection("notes").get()
        who = await other.callFunction(name="who", config={"env": "prod"})
        return [len(notes.data), who.result]

    notes, who = in_a_function(cloud, face, body)
    assert notes == 1
    assert (who["FROM_OPENID"], who["SOURCE"]) == ("o-alice", "wx_client,scf")
    assert told[0]["FROM_APPID"] == APPID


def test_there_a_refusal_is_thrown(cloud: FakeCloud, face: Any) -> None:
    authorise(cloud, {"errCode": 1})

    async def body(sdk: Any) -> Any:
        try:
            await sdk.Cloud(resourceAppid=OWNER, resourceEnv=SHARED).init()
        except CloudError as error:
            return [error.errCode, error.errMsg, error.message]

    assert in_a_function(cloud, face, body) == [
        -601017,
        "system error: error code: -601017",
        "errCode: -601017 access denied (cloudbase_auth returns non-zero errCode) "
        "| errMsg: system error: error code: -601017",
    ]


def test_there_an_environment_of_ones_own_is_lost_on_the_way(cloud: FakeCloud, face: Any) -> None:
    async def body(sdk: Any) -> Any:
        other = sdk.Cloud(resourceEnv=DEV)
        await other.init()
        return (await other.callFunction(name="here")).result

    assert in_a_function(cloud, face, body) == "prod"  # as run: 4.0.2 never passes resourceEnv on


def test_there_no_options_make_another_sdk(cloud: FakeCloud, face: Any) -> None:
    server = face(cloud.server)
    other = server.Cloud()
    assert error_of(other.database).errMsg.startswith("Cloud API isn't enabled, please call init")
    other.init()
    assert other.database().collection("todos").count().total == 0
    assert error_of(server.Cloud, {}).errMsg == "missing resourceEnv"

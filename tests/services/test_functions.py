"""Cloud functions: what a handler gets, what comes back, how it fails, when its time is over.

Sources: base library 2.30.3 (client), wx-server-sdk 4.0.2 (server, whose `callFunction` drops every
code), logs of live systems for what the backend says of a failed function,
developers.weixin.qq.com (time limits, `getWXContext`).
"""

from __future__ import annotations

import asyncio
import datetime as dt
import decimal
import enum
import re
import uuid
from collections import OrderedDict
from typing import Any

import pytest

from cloud_fake import CloudError, FakeCloud, MisuseError

APPID = "wx0a1b2c3d4e5f6071"


def error_of(call: Any, /, *args: Any, **kwargs: Any) -> CloudError:
    with pytest.raises(CloudError) as caught:
        call(*args, **kwargs)
    return caught.value


@pytest.fixture(params=["plain", "async"])
def deploy(world: FakeCloud, request: pytest.FixtureRequest) -> Any:
    """Deploys a handler as it is, or as an async one that has had to wait."""

    def register(name: str, handler: Any, **options: Any) -> None:
        async def waiting(event: Any, context: Any) -> Any:
            await asyncio.sleep(0)
            return handler(event, context)

        deployed = handler if request.param == "plain" else waiting
        world.register_function(name, deployed, **options)

    return register


@pytest.fixture
def call(app: Any) -> Any:
    """Call a function with this data as Alice, for its result."""

    def ask(name: str, data: Any = None) -> Any:
        return app.callFunction(name=name, data=data).result

    return ask


# --- handlers ------------------------------------------------------------------------------------


def test_a_handler_gets_the_event_and_answers(deploy: Any, call: Any) -> None:
    deploy("add", lambda event, context: event["x"] + event["y"])
    assert call("add", {"x": 1, "y": 2}) == 3


def test_the_whole_answer(deploy: Any, app: Any, world: FakeCloud) -> None:
    deploy("add", lambda event, context: 3)
    answer = app.callFunction(name="add")
    request_id = answer["requestID"]
    assert answer == {
        "result": 3,
        "requestID": request_id,
        "errMsg": "cloud.callFunction:ok",
    }
    assert str(uuid.UUID(request_id)) == request_id
    assert app.callFunction(name="add").requestID != request_id
    answer = world.server.callFunction(name="add")
    assert answer.errMsg == "callFunction:ok"
    assert set(answer) == {"result", "requestID", "errMsg"}


def test_async_handlers_run_on_the_blocking_face_inside_a_running_loop(world: FakeCloud) -> None:
    @world.function("slow")
    async def slow(event: Any, context: Any) -> Any:
        await asyncio.sleep(0.001)
        return [event["x"], (await context.cloud.aio.callFunction(name="inner")).result]

    world.register_function("inner", lambda event, context: "inner")

    async def page() -> Any:
        return world.callFunction(name="slow", data={"x": 1}).result

    assert asyncio.run(page()) == [1, "inner"]


def test_async_handlers_share_the_loop_of_the_awaitable_face(world: FakeCloud) -> None:
    loops: list[Any] = []

    @world.function("loop")
    async def loop(event: Any, context: Any) -> None:
        loops.append(asyncio.get_running_loop())

    async def page() -> None:
        loops.append(asyncio.get_running_loop())
        await world.aio.callFunction(name="loop")

    asyncio.run(page())
    assert loops[0] is loops[1]


def test_many_calls_at_once(world: FakeCloud) -> None:
    @world.function("turns")
    async def turns(event: Any, context: Any) -> Any:
        await asyncio.sleep(0.001 * (5 - event["n"]))
        return event["n"]

    async def page() -> list[Any]:
        calls = [world.aio.callFunction(name="turns", data={"n": n}) for n in range(5)]
        return [answer.result for answer in await asyncio.gather(*calls)]

    assert asyncio.run(page()) == [0, 1, 2, 3, 4]


def test_a_handler_may_be_anything_that_can_be_called(world: FakeCloud, call: Any) -> None:
    class Handler:
        def __call__(self, event: Any, context: Any) -> str:
            return "object"

        async def method(self, event: Any, context: Any) -> str:
            return "method"

    world.register_function("object", Handler())
    world.register_function("method", Handler().method)
    assert (call("object"), call("method")) == ("object", "method")


def test_the_decorator_hands_the_handler_back(world: FakeCloud, call: Any) -> None:
    def add(event: Any, context: Any) -> int:
        return 3

    assert world.function("add")(add) is add
    assert add({}, None) == 3
    assert call("add") == 3


def test_deploying_again_replaces(world: FakeCloud, call: Any) -> None:
    world.register_function("which", lambda event, context: "first")
    world.register_function("which", lambda event, context: "second")
    assert call("which") == "second"


def test_a_handler_that_replaces_itself_ends_in_peace(world: FakeCloud, call: Any) -> None:
    @world.function("self")
    def handler(event: Any, context: Any) -> str:
        world.register_function("self", lambda event, context: "new")
        return "old"

    assert [call("self"), call("self")] == ["old", "new"]


@pytest.mark.parametrize(
    ("name", "handler", "options"),
    [
        ("", print, {}),
        (None, print, {}),
        (5, print, {}),
        ("add", None, {}),
        ("add", "print", {}),
        ("add", print, {"timeout": 0}),
        ("add", print, {"timeout": -1}),
        ("add", print, {"timeout": "3"}),
        ("add", print, {"timeout": None}),
        ("add", print, {"timeout": float("nan")}),
        ("add", print, {"timeout": True}),
        ("add", print, {"env": "nowhere"}),
    ],
)
def test_what_cannot_be_deployed_is_a_mistake_of_the_test(
    name: Any, handler: Any, options: dict[str, Any], world: FakeCloud
) -> None:
    with pytest.raises(MisuseError):
        world.register_function(name, handler, **options)


# --- the event -----------------------------------------------------------------------------------


class Colour(enum.StrEnum):
    RED = "red"


MOMENT = dt.datetime(2026, 1, 2, 3, 4, 5, 678_999, dt.timezone(dt.timedelta(hours=8)))

CROSSINGS: list[tuple[str, Any, Any]] = [
    ("null", None, None),
    ("booleans", [True, False], [True, False]),
    ("numbers", [0, -1, 1.5, 2**53 - 1], [0, -1, 1.5, 2**53 - 1]),
    ("not a number", [float("nan"), float("inf"), -float("inf")], [None, None, None]),
    ("text", '汉字 🐼 "\\\n', '汉字 🐼 "\\\n'),
    ("tuple", (1, (2,)), [1, [2]]),
    ("date", MOMENT, "2026-01-01T19:04:05.678Z"),
    ("regular expression", re.compile("a"), {}),
    ("bytes", b"\x00\xff", {"type": "Buffer", "data": [0, 255]}),
    ("no bytes", b"", {"type": "Buffer", "data": []}),
    ("bytearray", bytearray(b"a"), {"type": "Buffer", "data": [97]}),
    ("enum", Colour.RED, "red"),
    ("mapping", OrderedDict(b=1, a=2), {"b": 1, "a": 2}),
    ("function in an object", {"f": print, "g": lambda: 1, "a": 1}, {"a": 1}),
    ("function in an array", [print, 1], [None, 1]),
    ("nested", {"a": [{"b": (MOMENT,)}]}, {"a": [{"b": ["2026-01-01T19:04:05.678Z"]}]}),
]


@pytest.mark.parametrize(("_name", "sent", "arrives"), CROSSINGS, ids=[r[0] for r in CROSSINGS])
def test_the_event_crosses_as_json(
    _name: str, sent: Any, arrives: Any, deploy: Any, call: Any
) -> None:
    seen: list[Any] = []
    deploy("see", lambda event, context: seen.append(event["data"]))
    call("see", {"data": sent})
    assert seen == [arrives]
    assert type(seen[0]) is type(arrives)


@pytest.mark.parametrize("nothing", [None, {}, "", 0, False, float("nan")], ids=repr)
def test_data_that_is_false_is_an_empty_event(nothing: Any, deploy: Any, call: Any) -> None:
    deploy("keys", lambda event, context: sorted(event))
    assert call("keys", nothing) == ["userInfo"]


def test_the_event_is_a_copy(deploy: Any, call: Any) -> None:
    data: dict[str, Any] = {"list": [1], "object": {"a": 1}}

    def scribble(event: Any, context: Any) -> None:
        event["list"].append(2)
        event["object"].clear()
        event["new"] = True

    deploy("scribble", scribble)
    call("scribble", data)
    assert data == {"list": [1], "object": {"a": 1}}


def test_the_result_shares_nothing_with_what_the_handler_keeps(deploy: Any, call: Any) -> None:
    kept: dict[str, Any] = {"list": [1]}
    deploy("kept", lambda event, context: kept)
    first = call("kept")
    first["list"].append("page")
    kept["list"].append("handler")
    assert call("kept") == {"list": [1, "handler"]}
    assert first == {"list": [1, "page"]}


def test_the_platform_says_who_calls(world: FakeCloud, face: Any, deploy: Any) -> None:
    deploy("who", lambda event, context: event.get("userInfo", "nobody"))
    for app, info in (
        (world, {"appId": APPID, "openId": "o-alice"}),
        (world.as_user("o-bob"), {"appId": APPID, "openId": "o-bob"}),
        (world.server, "nobody"),
    ):
        assert face(app).callFunction(name="who").result == info
    forged = {"userInfo": {"openId": "o-eve"}}
    assert world.callFunction(name="who", data=forged).result["openId"] == "o-alice"


CIRCLE: dict[str, Any] = {"list": []}
#: Twice, so that whoever walked it to some depth would walk for ever.
CIRCLE["list"] += [CIRCLE, CIRCLE]


def test_circular_data(deploy: Any, app: Any, world: FakeCloud) -> None:
    called: list[Any] = []
    deploy("see", lambda event, context: called.append(event))
    error = error_of(app.callFunction, name="see", data=CIRCLE)
    assert error.errCode == -1
    assert error.errMsg == "cloud.callFunction:fail Converting circular structure to JSON"
    assert error_of(world.server.callFunction, name="see", data=CIRCLE).errMsg == (
        "callFunction:fail Converting circular structure to JSON"
    )
    assert called == []
    # What does not go to the function may be what it likes.
    app.callFunction({"name": "see", "data": {}, "odd": CIRCLE})
    assert len(called) == 1
    assert "see" in str(world.calls)


@pytest.mark.parametrize(
    ("value", "path", "called"),
    [
        ({1, 2}, "data.a", "set"),
        (decimal.Decimal(1), "data.a", "Decimal"),
        (2**53, "data.a", "int beyond 2^53 - 1"),
        ([0, {"b": object()}], "data.a.1.b", "object"),
        ({1: "a"}, "data.a", "int as a key"),
        (dt.date(2026, 1, 1), "data.a", "date"),
        (dt.datetime.max.replace(tzinfo=dt.timezone(-dt.timedelta(hours=12))), "data.a",
         "date beyond the years 1 to 9999 in UTC"),
    ],
)  # fmt: skip
def test_data_that_json_cannot_carry_names_its_place(
    value: Any, path: str, called: str, app: Any, world: FakeCloud
) -> None:
    called_with: list[Any] = []
    world.register_function("see", lambda event, context: called_with.append(event))
    error = error_of(app.callFunction, name="see", data={"a": value})
    assert error.errCode == -401003
    assert error.errMsg == (
        f"parameter.{path} should be string, number, boolean, null, date, object or array "
        f"instead of {called};"
    )
    assert called_with == []


#: `{"text":""}` and the text itself have to fit into 5120 KB.
FULL = 5120 * 1024 - len('{"text":""}')


def test_data_may_have_5120_kilobytes(deploy: Any, app: Any) -> None:
    deploy("length", lambda event, context: len(event["text"]))
    assert app.callFunction(name="length", data={"text": "x" * FULL}).result == FULL
    error = error_of(app.callFunction, name="length", data={"text": "x" * (FULL + 1)})
    assert (error.errCode, error.errMsg) == (
        -401002,
        "callFunction data size must be less than 5120 KB",
    )


# --- the context ---------------------------------------------------------------------------------


def test_what_the_context_holds(deploy: Any, world: FakeCloud, app: Any) -> None:
    seen: list[Any] = []
    deploy("look", lambda event, context: seen.append(context), timeout=20)
    request_id = app.callFunction(name="look").requestID
    (context,) = seen
    assert context.function_name == "look"
    assert context.request_id == request_id
    assert context.time_limit == 20
    assert context.wx_context == {
        "OPENID": "o-alice",
        "APPID": APPID,
        "ENV": "dev-1a2b3c",
        "SOURCE": "wx_client",
    }
    assert context.cloud.getWXContext() == context.wx_context


def test_identity_and_source_follow_the_chain_of_calls(deploy: Any, world: FakeCloud) -> None:
    def relay(event: Any, context: Any) -> list[Any]:
        me = context.cloud.getWXContext()
        below = (
            event["depth"]
            and context.cloud.callFunction(name="relay", data={"depth": event["depth"] - 1}).result
        )
        return [[me.get("OPENID"), me["SOURCE"]], *(below or [])]

    deploy("relay", relay)
    answer = world.as_user("o-bob", unionid="u-1").callFunction(name="relay", data={"depth": 2})
    assert answer.result == [
        ["o-bob", "wx_client"],
        ["o-bob", "wx_client,scf"],
        ["o-bob", "wx_client,scf,scf"],
    ]


def test_what_is_not_known_of_the_caller_is_absent(deploy: Any, world: FakeCloud) -> None:
    deploy("keys", lambda event, context: sorted(context.wx_context))
    keys = ["APPID", "ENV", "SOURCE"]
    assert world.server.callFunction(name="keys").result == keys
    assert world.as_user(None).callFunction(name="keys").result == keys
    with_union = world.as_user("o-bob", unionid="u-1").callFunction(name="keys").result
    assert with_union == [*keys[:2], "OPENID", "SOURCE", "UNIONID"]


@pytest.mark.parametrize(
    ("openid", "shown"), [("42", 42), ("-7", -7), ("4 2", "4 2"), ("4.2", "4.2"), ("٤٢", "٤٢")]
)
def test_an_openid_that_looks_like_a_number_becomes_one(
    openid: str, shown: Any, world: FakeCloud
) -> None:
    """wx-server-sdk 4.0.2 reads the context from environment variables and converts."""
    world.register_function("id", lambda event, context: [context.wx_context["OPENID"]])
    assert world.as_user(openid).callFunction(name="id").result == [shown]


def test_a_function_may_do_everything(deploy: Any, world: FakeCloud, call: Any) -> None:
    def rummage(event: Any, context: Any) -> Any:
        records = context.cloud.database().collection("adminonly")
        records.add(data={"by": "function"})
        uploaded = context.cloud.uploadFile(cloudPath="a.txt", fileContent=b"x")
        return [records.count().total, uploaded.statusCode]

    world.set_storage_permission("ADMINONLY")
    deploy("rummage", rummage)
    assert call("rummage") == [1, -1]


def test_a_function_uses_the_environment_that_it_is_in(world: FakeCloud, app: Any) -> None:
    world.create_env("test-123")
    world.create_collection("todos", env="test-123")

    def count(event: Any, context: Any) -> list[Any]:
        todos = context.cloud.database().collection("todos")
        todos.add(data={"n": 1})
        return [context.wx_context["ENV"], todos.count().total]

    for env in ("dev-1a2b3c", "test-123"):
        world.register_function("count", count, env=env)
        assert app.callFunction(name="count", config={"env": env}).result == [env, 1]


def test_the_sdk_of_an_invocation_is_its_own(deploy: Any, world: FakeCloud, call: Any) -> None:
    seen: list[Any] = []
    deploy("look", lambda event, context: seen.append(context))
    call("look")
    call("look")
    assert seen[0].cloud is not seen[1].cloud
    assert seen[0].request_id != seen[1].request_id


# --- the result ----------------------------------------------------------------------------------

RESULTS: list[tuple[str, Any, Any]] = [
    *((name, sent, arrives) for name, sent, arrives in CROSSINGS if "byte" not in name),
    ("undefined", print, None),
    ("bytes", b"\x00\xff", b"\x00\xff"),
    ("bytes inside", {"a": [bytearray(b"a")]}, {"a": [b"a"]}),
    ("no bytes", b"", {"type": "Buffer", "data": []}),
    ("what looks like bytes", {"type": "Buffer", "data": [97]}, b"a"),
    ("what looks a little like bytes", {"type": "Buffer", "data": [256]},
     {"type": "Buffer", "data": [256]}),
    ("JSON in a text", '{"a": 1}', '{"a": 1}'),
    ("an empty text", "", ""),
]  # fmt: skip


@pytest.mark.parametrize(("_name", "returned", "arrives"), RESULTS, ids=[r[0] for r in RESULTS])
def test_the_result_crosses_back(
    _name: str, returned: Any, arrives: Any, deploy: Any, call: Any
) -> None:
    deploy("give", lambda event, context: returned)
    result = call("give")
    assert result == arrives
    assert type(result) is type(arrives)


@pytest.mark.parametrize(
    ("returned", "arrives"),
    [
        ('{"a": 1}', {"a": 1}),
        ("123", 123),
        ("true", True),
        ("null", None),
        ('"text"', "text"),
        ("text", "text"),
        ("", ""),
        ("NaN", "NaN"),
        ("[Infinity]", "[Infinity]"),
        ("[" * 100_000, "[" * 100_000),
        ({"a": "123"}, {"a": "123"}),
        (b"a", {"type": "Buffer", "data": [97]}),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_between_functions_a_text_is_parsed_once_more(
    returned: Any, arrives: Any, deploy: Any, world: FakeCloud
) -> None:
    """wx-server-sdk parses what @cloudbase/node-sdk has parsed; JavaScript has no NaN in JSON."""
    deploy("give", lambda event, context: returned)
    seen: list[Any] = []

    def ask(event: Any, context: Any) -> None:
        seen.append(context.cloud.callFunction(name="give").result)

    deploy("ask", ask)
    world.callFunction(name="ask")
    assert seen == [arrives]
    assert type(seen[0]) is type(arrives)


class Thing:
    pass


@pytest.mark.parametrize(
    ("returned", "said"),
    [
        ({"tags": {1, 2}}, "TypeError: Object of type set is not JSON serializable (at tags)"),
        (Thing(), "TypeError: Object of type Thing is not JSON serializable (at the value itself)"),
        ([{"a": 1j}], "TypeError: Object of type complex is not JSON serializable (at 0.a)"),
        (CIRCLE, "TypeError: Converting circular structure to JSON"),
        ((n for n in [1]), "TypeError: Object of type generator is not JSON serializable (at "),
    ],
    ids=["set", "object", "complex", "circular", "generator"],
)
def test_a_result_that_json_cannot_carry_is_a_failed_function(
    returned: Any, said: str, deploy: Any, app: Any
) -> None:
    deploy("give", lambda event, context: returned)
    error = error_of(app.callFunction, name="give")
    assert (error.errCode, error.code) == (-1, -504002)
    assert f"errCode: -504002 functions execute fail | errMsg: {said}" in error.errMsg
    assert " (callId: " in error.errMsg


def test_a_result_may_have_one_megabyte(deploy: Any, app: Any, world: FakeCloud) -> None:
    deploy("give", lambda event, context: "x" * event["size"])
    full = 1024 * 1024 - 2
    assert len(app.callFunction(name="give", data={"size": full}).result) == full
    error = error_of(app.callFunction, name="give", data={"size": full + 1})
    assert (error.errCode, error.code) == (-1, -604001)
    assert error.errMsg.startswith(
        "cloud.callFunction:fail Error: errCode: -604001 cloudfunction result size exceed limit "
        "(1MB) | errMsg: cloudfunction result size exceed limit (1MB) (callId: "
    )
    error = error_of(world.server.callFunction, name="give", data={"size": full + 1})
    assert (error.errCode, error.errMsg) == (
        -1,
        "callFunction:fail cloudfunction result size exceed limit (1MB)",
    )


MEGABYTE = 1024 * 1024

#: What a function returns, and how long its JSON text is.
LENGTHS: list[tuple[Any, int]] = [
    ([0] * 100_000, 200_001),
    ([0] * (MEGABYTE // 2), MEGABYTE + 1),
    ({"bytes": b"\xff" * 200_000}, 800_000 + 37),
    ({"bytes": b"\xff" * 300_000}, 1_200_000 + 37),
    # A text that says something short at length, which the server SDK parses.
    (" " * (MEGABYTE - 3) + "5", MEGABYTE),
    (" " * (MEGABYTE - 2) + "5", MEGABYTE + 1),
    ("0." + "0" * MEGABYTE, MEGABYTE + 4),
]


@pytest.mark.parametrize(("returned", "length"), LENGTHS)
def test_it_is_the_text_that_is_measured(
    returned: Any, length: int, deploy: Any, world: FakeCloud
) -> None:
    deploy("give", lambda event, context: returned)
    for app in (world, world.server):
        if length <= MEGABYTE:
            app.callFunction(name="give")
        else:
            assert "exceed limit (1MB)" in error_of(app.callFunction, name="give").errMsg


# --- failures ------------------------------------------------------------------------------------


def fail(event: Any, context: Any) -> None:
    deeper(event)


def deeper(event: Any) -> None:
    raise ValueError("boom")


def test_a_handler_that_raises(deploy: Any, app: Any) -> None:
    deploy("fail", fail)
    error = error_of(app.callFunction, name="fail")
    assert (error.errCode, error.code, error.name) == (-1, -504002, "FUNCTIONS_EXECUTE_FAIL")
    assert error.errMsg == error.message
    assert error.requestID is None
    text = r"errCode: -504002 functions execute fail \| errMsg: ValueError: boom\n.*"
    form = (
        rf"cloud\.callFunction:fail Error: {text} \(callId: \d{{13}}-0\.\d+\) "
        rf"\(trace: \d\d:\d\d:\d\d start->\d\d:\d\d:\d\d system error \(Error: {text}\), abort\)"
    )
    assert re.fullmatch(form, error.errMsg, re.DOTALL)


def test_the_stack_shows_the_handlers_frames_only(deploy: Any, app: Any) -> None:
    deploy("fail", fail)
    error = error_of(app.callFunction, name="fail")
    stack = error.errMsg.partition("boom\n")[2].partition(" (callId")[0].split("\n")
    assert re.fullmatch(rf"    at deeper \({re.escape(__file__)}:\d+\)", stack[0])
    assert re.fullmatch(rf"    at fail \({re.escape(__file__)}:\d+\)", stack[1])
    assert all(f"({__file__}:" in line for line in stack)
    assert len(stack) <= 3


def test_the_exception_itself_is_the_cause(deploy: Any, app: Any) -> None:
    original = KeyError("missing")

    def raising(event: Any, context: Any) -> None:
        raise original

    deploy("fail", raising)
    assert error_of(app.callFunction, name="fail").__cause__ is original


class Unspeakable(Exception):
    def __str__(self) -> str:
        raise RuntimeError("not even this")


@pytest.mark.parametrize(
    ("raised", "said"),
    [
        (ValueError("boom"), "ValueError: boom\n"),
        (ValueError(), "ValueError\n"),
        (KeyError("name"), "KeyError: 'name'\n"),
        (Exception("汉字\nmore"), "Exception: 汉字\nmore\n"),
        (ExceptionGroup("two", [ValueError("1"), ValueError("2")]),
         "ExceptionGroup: two (2 sub-exceptions)\n"),
        (SystemExit(3), "SystemExit: 3\n"),
        (SystemExit(), "SystemExit\n"),
        (StopIteration(5), "StopIteration: 5\n"),
        (Unspeakable(), "Unspeakable\n"),
        (CloudError(-502005, "nowhere"), "Error: nowhere\n"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "",
)  # fmt: skip
def test_how_exceptions_are_told(
    raised: BaseException, said: str, world: FakeCloud, app: Any
) -> None:
    """A `SystemExit` is the end of a function, not of the test run."""

    def raising(event: Any, context: Any) -> None:
        raise raised

    world.register_function("fail", raising)
    error = error_of(app.callFunction, name="fail")
    assert f"| errMsg: {said}    at raising (" in error.errMsg
    assert error.__cause__ is raised


@pytest.mark.parametrize("raised", [SystemExit(3), ExceptionGroup("g", [ValueError("1")])])
def test_the_same_from_an_async_handler(raised: BaseException, world: FakeCloud, app: Any) -> None:
    @world.function("fail")
    async def raising(event: Any, context: Any) -> None:
        await asyncio.sleep(0)
        raise raised

    error = error_of(app.callFunction, name="fail")
    assert error.code == -504002
    assert error.__cause__ is raised


def test_an_interrupt_passes_through(deploy: Any, app: Any, world: FakeCloud) -> None:
    def interrupted(event: Any, context: Any) -> None:
        raise KeyboardInterrupt

    deploy("interrupted", interrupted)
    with pytest.raises(KeyboardInterrupt):
        app.callFunction(name="interrupted")
    with pytest.raises(KeyboardInterrupt):
        app.callFunction(name="interrupted", fail=print)
    assert not world.calls[0].ok
    assert isinstance(world.calls[0].error, KeyboardInterrupt)


def test_a_cancellation_passes_through(world: FakeCloud) -> None:
    @world.function("forever")
    async def forever(event: Any, context: Any) -> None:
        await asyncio.sleep(3600)

    async def page() -> None:
        task = asyncio.create_task(world.aio.callFunction(name="forever"))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(page())


MISSING = "FunctionName parameter could not be found."


def test_a_function_that_does_not_exist(app: Any, world: FakeCloud) -> None:
    error = error_of(app.callFunction, name="nope")
    assert (error.errCode, error.code) == (-1, -501000)
    assert error.errMsg.startswith(
        f"cloud.callFunction:fail Error: errCode: -501000  | errMsg: {MISSING} (callId: "
    )
    error = error_of(world.server.callFunction, name="nope")
    assert (error.errCode, error.errMsg) == (-1, f"callFunction:fail {MISSING}")
    assert error.name == "FUNCTION_NOT_FOUND"


def test_names_are_exact(world: FakeCloud, app: Any) -> None:
    world.register_function("add", lambda event, context: 1)
    for name in ("Add", "add ", "", "a*", "add\n"):
        assert error_of(app.callFunction, name=name).code == -501000


def test_an_environment_that_does_not_exist(world: FakeCloud, app: Any) -> None:
    world.register_function("add", lambda event, context: 1)
    error = error_of(app.callFunction, name="add", config={"env": "nowhere"})
    assert error.code == -501000
    assert "errCode: -501000  | errMsg: [100003] env not exists (" in error.errMsg


# --- functions that call -------------------------------------------------------------------------


def test_a_function_calls_functions(deploy: Any, call: Any) -> None:
    def factorial(event: Any, context: Any) -> int:
        if event["n"] < 2:
            return 1
        rest = context.cloud.callFunction(name="factorial", data={"n": event["n"] - 1}).result
        return int(event["n"] * rest)

    deploy("factorial", factorial)
    assert call("factorial", {"n": 5}) == 120


def test_what_a_failed_function_tells_the_function_that_called_it(
    deploy: Any, world: FakeCloud, call: Any
) -> None:
    def outer(event: Any, context: Any) -> Any:
        error = error_of(context.cloud.callFunction, name="fail")
        return [error.errCode, error.errMsg, type(error.__cause__).__name__]

    deploy("fail", fail)
    deploy("outer", outer)
    code, text, cause = call("outer")
    assert (code, cause) == (-1, "ValueError")
    assert text.startswith("callFunction:fail ValueError: boom\n    at deeper (")


def test_an_error_of_a_nested_call_that_nobody_caught(deploy: Any, app: Any) -> None:
    deploy("outer", lambda event, context: context.cloud.database().collection("nowhere").get())
    error = error_of(app.callFunction, name="outer")
    said = error.errMsg.partition(" | errMsg: ")[2].partition("\n")[0]
    assert said == (
        "Error: collection.get:fail -502005 database collection not exists. [ResourceNotFound] "
        "Db or Table not exist. Please check your request, but if the problem cannot be solved, "
        "contact us."
    )
    assert isinstance(error.__cause__, CloudError)
    assert error.__cause__.errCode == -502005
    frames = [line for line in error.errMsg.split("\n") if line.startswith("    at ")]
    assert all(__file__ in frame for frame in frames)


def test_what_a_failed_function_has_written_stands(deploy: Any, world: FakeCloud, app: Any) -> None:
    def half(event: Any, context: Any) -> None:
        todos = context.cloud.database().collection("todos")
        todos.add(data={"n": 1})
        todos.add(data={"n": {"$bad": 1}} if event.get("never") else [])
        raise ValueError("boom")

    deploy("half", half)
    assert error_of(app.callFunction, name="half").code == -504002
    assert world.server.database().collection("todos").count().total == 1


def test_calls_know_inside_which_function_they_were_made(
    deploy: Any, world: FakeCloud, app: Any
) -> None:
    deploy("inner", lambda event, context: None)
    deploy("outer", lambda event, context: context.cloud.callFunction(name="inner").result)
    app.callFunction(name="outer")
    outer, inner = world.calls
    assert (outer.name, outer.inside, outer.depth) == ("function.outer", None, 0)
    assert (inner.name, inner.inside, inner.depth) == ("function.inner", outer, 1)
    assert inner.caller == "in outer"


# --- time limits ---------------------------------------------------------------------------------


def timed_out(error: CloudError, seconds: str) -> bool:
    """A code without words: two blanks. Seen in logs of live systems."""
    text = f"errCode: -504003  | errMsg: Invoking task timed out after {seconds} seconds (callId: "
    return (error.errCode, error.code) == (-1, -504003) and text in error.errMsg


def total(world: FakeCloud) -> int:
    return int(world.server.database().collection("todos").count().total)


@pytest.mark.parametrize(
    ("timeout", "takes", "in_time"),
    [
        ({}, 2.999, True),
        ({}, 3, True),
        ({}, 3.001, False),
        ({"timeout": 20}, 20, True),
        ({"timeout": 20}, 21, False),
        ({"timeout": 0.1}, 0.2, False),
        ({"timeout": 0.3}, 0.3, True),
        ({"timeout": float("inf")}, 10**9, True),
    ],
)
def test_a_handler_has_three_seconds_of_the_clouds_time(
    timeout: dict[str, Any], takes: float, in_time: bool, deploy: Any, world: FakeCloud, app: Any
) -> None:
    deploy("slow", lambda event, context: world.clock.advance(takes) and "done", **timeout)
    if in_time:
        assert app.callFunction(name="slow").result is not None
    else:
        error = error_of(app.callFunction, name="slow")
        assert timed_out(error, f"{timeout.get('timeout', 3):g}")
        assert error.__cause__ is None


def test_another_functions_server_sdk_says_it_in_its_own_way(deploy: Any, world: FakeCloud) -> None:
    deploy("slow", lambda event, context: world.clock.advance(4) and None)
    error = error_of(world.server.callFunction, name="slow")
    assert (error.errCode, error.name) == (-1, "FUNCTIONS_TIME_LIMIT_EXCEEDED")
    assert error.errMsg == "callFunction:fail Invoking task timed out after 3 seconds"


def test_every_call_has_its_own_three_seconds(deploy: Any, world: FakeCloud, app: Any) -> None:
    deploy("slow", lambda event, context: world.clock.advance(2) and None)
    for _ in range(5):
        assert app.callFunction(name="slow").result is None


def test_a_delay_before_the_function_does_not_count(
    deploy: Any, world: FakeCloud, app: Any
) -> None:
    deploy("quick", lambda event, context: "done")
    world.faults.delay("function.quick", seconds=10)
    assert app.callFunction(name="quick").result == "done"


def test_after_the_deadline_nothing_takes_effect(deploy: Any, world: FakeCloud, app: Any) -> None:
    def slow(event: Any, context: Any) -> None:
        todos = context.cloud.database().collection("todos")
        todos.add(data={"n": "before"})
        world.clock.advance(seconds=4)
        context.cloud.uploadFile(cloudPath="after.txt", fileContent=b"")
        todos.add(data={"n": "after"})

    deploy("slow", slow)
    assert timed_out(error_of(app.callFunction, name="slow"), "3")
    assert total(world) == 1
    missing = "cloud://dev-1a2b3c.6465-dev-1a2b3c-1250000000/after.txt"
    assert world.getTempFileURL(fileList=[missing]).fileList[0].status == 1


def test_a_killed_call_leaves_no_line(deploy: Any, world: FakeCloud, app: Any) -> None:
    def slow(event: Any, context: Any) -> None:
        world.clock.advance(seconds=4)
        context.cloud.database().collection("todos").add(data={})

    deploy("slow", slow)
    error_of(app.callFunction, name="slow")
    assert [call.name for call in world.calls] == ["function.slow"]


def test_a_slow_nested_call_uses_the_time_up(deploy: Any, world: FakeCloud, app: Any) -> None:
    """The call that was under way arrives, for it had left; the next one is never made."""

    def slow(event: Any, context: Any) -> str:
        todos = context.cloud.database().collection("todos")
        todos.add(data={"n": "under way"})
        todos.add(data={"n": "never made"})
        return "done"

    deploy("slow", slow)
    world.faults.delay("database.todos.add", seconds=5)
    assert timed_out(error_of(app.callFunction, name="slow"), "3")
    (left,) = world.server.database().collection("todos").get().data
    assert left["n"] == "under way"


def test_no_handler_keeps_itself_alive(deploy: Any, world: FakeCloud, app: Any) -> None:
    def stubborn(event: Any, context: Any) -> str:
        todos = context.cloud.database().collection("todos")
        world.clock.advance(seconds=4)
        for _ in range(3):
            try:
                todos.add(data={"n": 1})
            except Exception:  # noqa: BLE001
                pass
            except BaseException:  # noqa: BLE001
                continue
            finally:
                try:
                    todos.add(data={"n": 2})
                except BaseException:  # noqa: BLE001
                    event["caught"] = True
        return "done"

    deploy("stubborn", stubborn)
    assert timed_out(error_of(app.callFunction, name="stubborn"), "3")
    assert total(world) == 0


def test_an_error_after_the_deadline_was_never_raised(
    deploy: Any, world: FakeCloud, app: Any
) -> None:
    def slow(event: Any, context: Any) -> None:
        world.clock.advance(seconds=4)
        raise ValueError("boom")

    deploy("slow", slow)
    error = error_of(app.callFunction, name="slow")
    assert timed_out(error, "3")
    assert "boom" not in error.errMsg


def test_a_group_of_tasks_is_killed_too(world: FakeCloud, app: Any) -> None:
    @world.function("slow")
    async def slow(event: Any, context: Any) -> None:
        todos = context.cloud.aio.database().collection("todos")
        world.clock.advance(seconds=4)
        async with asyncio.TaskGroup() as group:
            for n in range(3):
                group.create_task(todos.add(data={"n": n}))

    assert timed_out(error_of(app.callFunction, name="slow"), "3")
    assert total(world) == 0


def test_each_function_in_a_chain_has_a_limit_of_its_own(
    deploy: Any, world: FakeCloud, app: Any
) -> None:
    def inner(event: Any, context: Any) -> str:
        todos = context.cloud.database().collection("todos")
        todos.add(data={"n": "inner, in time"})
        world.clock.advance(seconds=event["takes"])
        todos.add(data={"n": "inner, after the outer's limit"})
        return "inner"

    def outer(event: Any, context: Any) -> str:
        answer = context.cloud.callFunction(name="inner", data=event).result
        context.cloud.database().collection("todos").add(data={"n": "outer"})
        return str(answer)

    deploy("inner", inner, timeout=10)
    deploy("outer", outer, timeout=3)
    assert timed_out(error_of(app.callFunction, name="outer", data={"takes": 5}), "3")
    assert total(world) == 2
    deploy("outer", outer, timeout=20)
    error = error_of(app.callFunction, name="outer", data={"takes": 12})
    assert error.code == -504002
    assert "Invoking task timed out after 10 seconds" in error.errMsg


def test_the_outer_functions_sdk_kills_the_outer_function(
    deploy: Any, world: FakeCloud, app: Any
) -> None:
    """A handler that borrows its caller's SDK does not die in its caller's place."""
    borrowed: list[Any] = []

    def inner(event: Any, context: Any) -> str:
        world.clock.advance(seconds=4)
        borrowed[0].database().collection("todos").add(data={})
        return "inner"

    def outer(event: Any, context: Any) -> Any:
        borrowed.append(context.cloud)
        return context.cloud.callFunction(name="inner").result

    deploy("inner", inner, timeout=10)
    deploy("outer", outer)
    assert timed_out(error_of(app.callFunction, name="outer"), "3")
    assert total(world) == 0


def test_an_sdk_that_somebody_kept_goes_on_working(deploy: Any, world: FakeCloud, app: Any) -> None:
    kept: list[Any] = []
    deploy("keep", lambda event, context: kept.append(context.cloud))
    app.callFunction(name="keep")
    world.clock.advance(hours=1)
    assert kept[0].database().collection("todos").count().total == 0


# --- faults --------------------------------------------------------------------------------------


def test_an_injected_failure_never_reaches_the_handler(
    deploy: Any, world: FakeCloud, app: Any
) -> None:
    called: list[Any] = []
    deploy("pay", lambda event, context: called.append(event))
    world.faults.fail("function.pay", code=-501004, times=1)
    error = error_of(app.callFunction, name="pay")
    assert (error.errCode, error.code, called) == (-1, -501004, [])
    assert "errCode: -501004 exceed concurrent request limit | errMsg: " in error.errMsg
    app.callFunction(name="pay")
    assert len(called) == 1

"""Containers: what an app is asked, what its caller gets, and connections.

Sources: base library 2.30.3, read and run (shapes, texts, redirects, queries); the manual's "cloud
run" for the platform's headers and codes.
"""

# ruff: noqa: T201 - apps print

from __future__ import annotations

import asyncio
import datetime as dt
import inspect
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

import pytest
import trio

from cloud_fake import CloudError, FakeCloud, MisuseError, NotSupportedByFake
from cloud_fake.kernel.flow import sleep_in_this_loop


@pytest.fixture
def cloud() -> Iterator[FakeCloud]:
    with FakeCloud(env="dev-1a2b3c", openid="o-alice", collections=["todos"], seed=7) as cloud:
        cloud.clock.freeze()
        yield cloud


@pytest.fixture
def api(cloud: FakeCloud, face: Any) -> Any:
    """Calls the container `api` as Alice."""
    app = face(cloud)

    def call(path: str = "/", **options: Any) -> Any:
        return app.callContainer(path=path, service="api", **options)

    return call


def echo(request: Any) -> Any:
    """What the container was asked."""
    return {
        "method": request.method,
        "path": request.path,
        "query": request.query,
        "type": request.headers.get("content-type"),
        "body": request.text,
    }


def notes(cloud: FakeCloud) -> list[str]:
    marked = (line.partition(" · ")[2] for line in cloud.calls.lines())
    return [note for note in marked if note]


def error_of(call: Callable[..., Any], *args: Any, **options: Any) -> CloudError:
    with pytest.raises(CloudError) as caught:
        call(*args, **options)
    return caught.value


# --- apps of every kind --------------------------------------------------------------------------


def plain_app(request: Any) -> Any:
    return {"hello": request.query["name"], "by": request.headers["x-wx-openid"]}


async def async_plain_app(request: Any) -> Any:
    await asyncio.sleep(0)
    return plain_app(request)


def flask_app() -> Any:
    flask = pytest.importorskip("flask")
    app = flask.Flask("api")

    @app.get("/greet")
    def greet() -> Any:
        return {"hello": flask.request.args["name"], "by": flask.request.headers["X-WX-OPENID"]}

    return app


def fastapi_app(*, plain: bool) -> Any:
    fastapi = pytest.importorskip("fastapi")
    app = fastapi.FastAPI()

    def greet(name: str, request: Any) -> Any:
        return {"hello": name, "by": request.headers["x-wx-openid"]}

    async def async_greet(name: str, request: Any) -> Any:
        await asyncio.sleep(0)
        return greet(name, request)

    for handler in (greet, async_greet):
        handler.__annotations__["request"] = fastapi.Request

    app.get("/greet")(greet if plain else async_greet)
    return app


def wsgi_app(environ: Any, start_response: Any) -> Any:
    name = environ["QUERY_STRING"].partition("=")[2]
    write = start_response("200 OK", [("Content-Type", "application/json")])
    write(f'{{"hello": "{name}", '.encode())
    return [f'"by": "{environ["HTTP_X_WX_OPENID"]}"}}'.encode()]


async def asgi_app(scope: Any, receive: Any, send: Any) -> None:
    assert scope["type"] == "http"
    assert (await receive())["type"] == "http.request"
    by = dict(scope["headers"])[b"x-wx-openid"].decode()
    name = scope["query_string"].decode().partition("=")[2]
    start = {"type": "http.response.start", "status": 200, "headers": [(b"a", b"b")]}
    await send(start)
    await send({"type": "http.response.body", "body": b'{"hello": ', "more_body": True})
    await send({"type": "http.response.body", "body": f'"{name}", "by": "{by}"}}'.encode()})
    assert (await receive())["type"] == "http.disconnect"


APPS = {
    "a callable": lambda: plain_app,
    "an async callable": lambda: async_plain_app,
    "WSGI": lambda: wsgi_app,
    "ASGI": lambda: asgi_app,
    "Flask": flask_app,
    "FastAPI, plain": lambda: fastapi_app(plain=True),
    "FastAPI, async": lambda: fastapi_app(plain=False),
}


@pytest.mark.parametrize("kind", APPS)
def test_any_app_answers(cloud: FakeCloud, api: Any, kind: str) -> None:
    cloud.register_container("api", APPS[kind]())
    answer = api("/greet", data={"name": "bob"})
    assert answer.data == {"hello": "bob", "by": "o-alice"}
    assert (answer.statusCode, answer.errMsg) == (200, "cloud.callContainer:ok")
    assert {*answer} == {"data", "statusCode", "header", "callID", "errMsg"}
    assert [call.name for call in cloud.calls] == ["container.api"]


@pytest.mark.asyncio
async def test_inside_a_running_loop_on_the_blocking_face(cloud: FakeCloud) -> None:
    cloud.register_container("api", asgi_app)
    answer = cloud.callContainer(path="/greet?name=bob", service="api")
    assert answer.data == {"hello": "bob", "by": "o-alice"}


@pytest.mark.parametrize("app", [5, lambda: None, lambda a, b, c, d: None, dict])
def test_what_is_no_app(cloud: FakeCloud, app: Any) -> None:
    with pytest.raises(MisuseError, match="the container 'api' is a callable of a request, a WSGI"):
        cloud.register_container("api", app)


def test_a_service_has_a_name(cloud: FakeCloud) -> None:
    with pytest.raises(MisuseError, match="a service's name is a text, not ''"):
        cloud.register_container("", echo)


ANSWERS = [
    ({"a": 1}, {"a": 1}, 200),
    ([1, 2], [1, 2], 200),
    ("text", "text", 200),
    ("5", 5, 200),
    (b"bytes", "bytes", 200),
    (None, "", 200),
    (({"no": 1}, 404), {"no": 1}, 404),
    (("", 204, {"X-A": "b"}), "", 204),
    (("", 200, {"X-A": 3}), "", 200),
    ({"at": dt.datetime(2024, 1, 1, tzinfo=dt.UTC)}, {"at": "2024-01-01T00:00:00.000Z"}, 200),
]


@pytest.mark.parametrize(("answer", "data", "status"), ANSWERS)
def test_what_a_callable_may_answer(
    cloud: FakeCloud, api: Any, answer: Any, data: Any, status: int
) -> None:
    cloud.register_container("api", lambda _request: answer)
    result = api()
    assert (result.data, result.statusCode) == (data, status)
    assert {type(value) for value in result.header.values()} <= {str}


def test_a_callable_has_the_server_sdk(cloud: FakeCloud, api: Any) -> None:
    @cloud.container("api")
    def app(request: Any) -> Any:
        todos = request.cloud.database().collection("todos")
        todos.add(data={"n": request.json()["n"]})
        return request.cloud.getWXContext()

    assert api(method="POST", data={"n": 1}).data == {
        "OPENID": "o-alice",
        "APPID": "wx0a1b2c3d4e5f6071",
        "ENV": "dev-1a2b3c",
        "SOURCE": "wx_client",
    }
    outer, inner = cloud.calls
    assert (inner.name, inner.caller, inner.inside) == ("database.todos.add", "in api", outer)


# --- the request ---------------------------------------------------------------------------------

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"

REQUESTS = [
    ({}, {"method": "GET", "body": "", "type": JSON}),
    ({"data": {"a": 1, "b": "x y"}}, {"query": {"a": "1", "b": "x y"}, "body": ""}),
    ({"path": "/p?c=3", "data": {"a": 1}}, {"path": "/p", "query": {"c": "3", "a": "1"}}),
    ({"data": {"a": {"b": True}}}, {"query": {"a": '{"b": true}'}}),
    ({"data": "ignored"}, {"query": {}, "body": ""}),
    ({"method": "POST"}, {"method": "POST", "body": "{}", "type": JSON}),
    ({"method": "post", "data": {"a": 1}}, {"method": "POST", "body": '{"a":1}'}),
    ({"method": "PUT", "data": [1, None]}, {"body": "[1,null]"}),
    ({"method": "POST", "data": "text"}, {"body": "text"}),
    ({"method": "POST", "data": b"bytes"}, {"body": "bytes"}),
    (
        {"method": "POST", "data": {"a": "x y", "b": 1}, "header": {"Content-Type": FORM}},
        {"body": "a=x%20y&b=1", "type": FORM},
    ),
    (
        {"method": "POST", "data": {"a": 1}, "header": {"content-type": "text/plain"}},
        {"body": '{"a":1}', "type": "text/plain"},
    ),
    ({"path": "/caf%C3%A9/é?q=é"}, {"path": "/café/é", "query": {"q": "é"}}),
]


@pytest.mark.parametrize(("options", "seen"), REQUESTS)
def test_what_the_container_is_asked(
    cloud: FakeCloud, api: Any, options: dict[str, Any], seen: dict[str, Any]
) -> None:
    cloud.register_container("api", echo)
    answer = api(**options).data
    assert {key: answer[key] for key in seen} == seen


def test_the_query_is_encoded_as_javascript_does(cloud: FakeCloud, api: Any) -> None:
    """Run: `/x?a=1&b=x%20y`."""
    cloud.register_container("api", lambda request: request.target)
    assert api("/x", data={"a": 1, "b": "x y"}).data == "/x?a=1&b=x%20y"
    assert api("/x", data={"a": 3.0, "b": 2.5}).data == "/x?a=3&b=2.5"


def test_half_of_a_surrogate_pair(cloud: FakeCloud, api: Any) -> None:
    """As JavaScript has it: U+FFFD in a body, and in a query encodeURIComponent throws."""
    cloud.register_container("api", lambda request: request.body)
    half, read = "\ud83d", "\N{REPLACEMENT CHARACTER}"
    assert api(method="POST", data=f"a{half}", dataType="text").data == f"a{read}"
    assert api(method="POST", data={"a": half}).data == {"a": read}
    assert api(method="POST", data=f"{half}\ude00", dataType="text").data == "\N{GRINNING FACE}"
    assert error_of(api, data={"a": half}).errMsg == "cloud.callContainer:fail URI malformed"
    assert "Path access permission error" in error_of(api, f"/{half}").errMsg


def test_headers_in_another_script(cloud: FakeCloud, api: Any) -> None:
    async def app(scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200})
        await send({"type": "http.response.body", "body": dict(scope["headers"])[b"x-name"]})

    cloud.register_container("api", app)
    assert api(header={"X-Name": "小红"}).data == "小红"


@pytest.mark.parametrize("kind", ["WSGI", "ASGI"])
def test_a_path_in_another_script(cloud: FakeCloud, api: Any, kind: str) -> None:
    def wsgi(environ: Any, start_response: Any) -> Any:
        start_response("200 OK", [])
        return [environ["PATH_INFO"].encode("latin-1")]

    async def asgi(scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200})
        await send({"type": "http.response.body", "body": scope["path"].encode()})

    cloud.register_container("api", wsgi if kind == "WSGI" else asgi)
    assert api("/茶/%E8%8C%B6").data == "/茶/茶"


def test_the_service_may_be_named_by_header_or_option(cloud: FakeCloud, face: Any) -> None:
    app = face(cloud)
    for name in ("one", "two"):
        cloud.register_container(name, lambda _request, name=name: {"is": name})
    for options, name in [
        ({"service": "one"}, "one"),
        ({"header": {"x-wx-service": "two"}}, "two"),
        ({"header": {"X-WX-SERVICE": "two"}, "service": "one"}, "two"),
    ]:
        assert app.callContainer({"path": "/", **options}).data == {"is": name}
    names = ["container.one", "container.two", "container.two"]
    assert [call.name for call in cloud.calls] == names


def test_the_platform_says_who_calls_and_nobody_else_can(cloud: FakeCloud, api: Any) -> None:
    cloud.register_container("api", lambda request: dict(request.headers))
    seen = api(
        header={"X-WX-OPENID": "o-mallory", "x-wx-unionid": "u-mallory", "X-Own": "kept"}
    ).data
    platforms = {name: value for name, value in seen.items() if name.startswith("X-WX-")}
    token = platforms.pop("X-WX-CLOUDBASE-ACCESS-TOKEN")
    assert platforms == {
        "X-WX-OPENID": "o-alice",
        "X-WX-APPID": "wx0a1b2c3d4e5f6071",
        "X-WX-ENV": "dev-1a2b3c",
        "X-WX-SOURCE": "wx_client",
    }
    assert (len(token), seen["X-Own"], seen["X-Forwarded-For"]) == (32, "kept", "127.0.0.1")


def test_another_user_and_a_union(cloud: FakeCloud) -> None:
    cloud.register_container("api", lambda request: dict(request.headers))
    bob = cloud.as_user("o-bob", unionid="u-bob")
    seen = bob.callContainer(path="/", service="api").data
    assert (seen["X-WX-OPENID"], seen["X-WX-UNIONID"]) == ("o-bob", "u-bob")
    nobody = cloud.as_user(None).callContainer(path="/", service="api").data
    assert "X-WX-OPENID" not in nobody


# --- the answer ----------------------------------------------------------------------------------

READ = [
    ({}, '{"a": [1]}', {"a": [1]}),
    ({}, "{not json", "{not json"),
    ({"dataType": "json"}, "5", 5),
    ({"dataType": "text"}, '{"a": 1}', '{"a": 1}'),
    ({"responseType": "arraybuffer"}, '{"a": 1}', b'{"a": 1}'),
    ({}, "", ""),
    ({}, b"\xff", "\N{REPLACEMENT CHARACTER}"),
]


@pytest.mark.parametrize(("options", "body", "data"), READ)
def test_how_the_answer_is_read(
    cloud: FakeCloud, api: Any, options: dict[str, Any], body: Any, data: Any
) -> None:
    cloud.register_container("api", lambda _request: body)
    assert api(**options).data == data


def test_headers_of_one_name_are_joined(cloud: FakeCloud, api: Any) -> None:
    def app(_environ: Any, start_response: Any) -> Any:
        start_response("200 OK", [("Set-Cookie", "a=1"), ("set-cookie", "b=2"), ("X-A", "c")])
        return []

    cloud.register_container("api", app)
    assert api().header == {"Set-Cookie": "a=1, b=2", "X-A": "c"}


def test_the_call_id_is_the_base_librarys(cloud: FakeCloud, api: Any) -> None:
    cloud.register_container("api", echo)
    cloud.clock.freeze(dt.datetime(2030, 1, 1, tzinfo=dt.UTC))
    assert api().callID == "1893456000000-0.1"


# --- redirects -----------------------------------------------------------------------------------


def redirecting(status: int, times: int) -> Any:
    """`/0` leads to `/1` and so on, `times` times."""

    def app(request: Any) -> Any:
        number = int(request.path[1:])
        if number < times:
            return None, status, {"Location": f"/{number + 1}?n={number}"}
        return echo(request)

    return app


METHODS = [
    (301, "POST", "GET", ""),
    (302, "POST", "GET", ""),
    (303, "PUT", "GET", ""),
    (307, "POST", "POST", '{"a":1}'),
    (308, "PUT", "PUT", '{"a":1}'),
    (302, "GET", "GET", ""),
]


@pytest.mark.parametrize(("status", "method", "then", "body"), METHODS)
def test_a_redirect_is_followed(
    cloud: FakeCloud, api: Any, status: int, method: str, then: str, body: str
) -> None:
    cloud.register_container("api", redirecting(status, 1))
    seen = api("/0", method=method, data={"a": 1}).data
    assert (seen["method"], seen["path"], seen["body"]) == (then, "/1", body)
    assert seen["query"] == {"n": "0"}


def test_six_redirects_and_no_more(cloud: FakeCloud, api: Any) -> None:
    cloud.register_container("api", redirecting(302, 6))
    assert api("/0").data["path"] == "/6"
    cloud.register_container("api", redirecting(302, 7))
    error = error_of(api, "/0")
    assert error.errMsg == "cloud.callContainer:fail reach the max redirect count"
    assert error.errCode == -1


def test_a_redirect_that_is_not_followed(cloud: FakeCloud, api: Any) -> None:
    cloud.register_container("api", redirecting(302, 1))
    answer = api("/0", followRedirect=False)
    assert (answer.statusCode, answer.header["Location"]) == (302, "/1?n=0")


def test_a_redirect_out_of_the_container(cloud: FakeCloud, api: Any) -> None:
    cloud.register_container("api", lambda _request: (None, 302, {"Location": "https://a.b/c"}))
    with pytest.raises(NotSupportedByFake, match="out of the container, to https://a"):
        api()


def test_a_redirect_without_a_place(cloud: FakeCloud, api: Any) -> None:
    cloud.register_container("api", lambda _request: (None, 302))
    assert api().statusCode == 302


# --- failures ------------------------------------------------------------------------------------


def fail_plain(_request: Any) -> Any:
    raise ValueError("out of tea")


async def fail_async(_request: Any) -> Any:
    raise ValueError("out of tea")


def fail_wsgi(_environ: Any, _start_response: Any) -> Any:
    raise ValueError("out of tea")


async def fail_asgi(_scope: Any, _receive: Any, _send: Any) -> Any:
    raise ValueError("out of tea")


def fail_fastapi() -> Any:
    app = pytest.importorskip("fastapi").FastAPI()
    app.get("/")(lambda: fail_plain(None))
    return app


FAILING = {
    "a callable": lambda: fail_plain,
    "an async callable": lambda: fail_async,
    "WSGI": lambda: fail_wsgi,
    "ASGI": lambda: fail_asgi,
    "FastAPI": fail_fastapi,
}


@pytest.mark.parametrize("kind", FAILING)
def test_an_app_that_raises_is_a_500_with_its_stack_on_the_timeline(
    cloud: FakeCloud, api: Any, kind: str
) -> None:
    cloud.register_container("api", FAILING[kind]())
    answer = api()
    assert (answer.data, answer.statusCode) == ("Internal Server Error", 500)
    told = [note for note in notes(cloud) if note.startswith("error: ")]
    assert told[0] == "error: ValueError: out of tea"
    assert any("test_containers.py" in line for line in told[1:])
    assert not any("site-packages" in line for line in told)


def test_what_flask_logs_of_a_failure_stands_on_the_timeline(cloud: FakeCloud, api: Any) -> None:
    app = pytest.importorskip("flask").Flask("api")
    app.get("/")(lambda: fail_plain(None))
    cloud.register_container("api", app)
    assert api().statusCode == 500
    assert "log: ERROR Exception on / [GET]" in notes(cloud)
    assert "log: ValueError: out of tea" in notes(cloud)


def test_what_a_wsgi_app_complains_of(cloud: FakeCloud, api: Any) -> None:
    def app(environ: Any, start_response: Any) -> Any:
        environ["wsgi.errors"].writelines(["one\n", "two"])
        environ["wsgi.errors"].flush()
        start_response("200 OK", [])
        return []

    cloud.register_container("api", app)
    api()
    assert notes(cloud) == ["print: one", "print: two"]


def unfinished_wsgi(_environ: Any, _start_response: Any) -> Any:
    return [b"body"]


def twice_wsgi(_environ: Any, start_response: Any) -> Any:
    start_response("200 OK", [])
    start_response("200 OK", [])
    return []


async def unfinished_asgi(_scope: Any, _receive: Any, _send: Any) -> None:
    pass


BROKEN = [
    (unfinished_wsgi, "error: AssertionError: the app did not call start_response()"),
    (twice_wsgi, "error: AssertionError: start_response() was called twice"),
    (unfinished_asgi, "error: RuntimeError: the app returned without a response"),
    (lambda _request: object(), "error: CannotCross: Object of type object is not JSON"),
]


@pytest.mark.parametrize(("app", "text"), BROKEN)
def test_an_app_that_breaks_its_protocol(cloud: FakeCloud, api: Any, app: Any, text: str) -> None:
    cloud.register_container("api", app)
    assert api().statusCode == 500
    assert notes(cloud)[0].startswith(text)


def test_a_wsgi_app_that_begins_its_answer_anew_and_is_closed(cloud: FakeCloud, api: Any) -> None:
    closed = []

    class Body:
        def __iter__(self) -> Any:
            yield b"sorry"

        def close(self) -> None:
            closed.append(True)

    def app(_environ: Any, start_response: Any) -> Any:
        start_response("200 OK", [])
        start_response("503 Busy", [], (None, None, None))
        return Body()

    cloud.register_container("api", app)
    assert (api().statusCode, closed) == (503, [True])


def test_an_asgi_app_that_raises_after_its_answer(cloud: FakeCloud, api: Any) -> None:
    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 201})
        await send({"type": "http.response.body", "body": b"made"})
        raise ValueError("too late")

    cloud.register_container("api", app)
    answer = api()
    assert (answer.data, answer.statusCode) == ("made", 201)
    assert "error: ValueError: too late" in notes(cloud)


def test_an_asgi_app_that_waits_for_its_caller_to_go(cloud: FakeCloud, api: Any) -> None:
    """A streaming response listens for the disconnect beside its work, which never comes."""

    async def app(_scope: Any, receive: Any, send: Any) -> None:
        await receive()
        listening = asyncio.ensure_future(receive())
        await asyncio.sleep(0)
        assert not listening.done()
        await send({"type": "http.response.start", "status": 200})
        await send({"type": "http.response.body", "body": b"streamed"})
        listening.cancel()

    cloud.register_container("api", app)
    assert api().data == "streamed"


REFUSED = [
    ({"service": "nowhere"}, -501000, "INVALID_HOST"),
    ({"service": None}, -501000, "INVALID_HOST"),
    ({"path": "no-slash"}, -501000, "Path access permission error"),
    ({"path": "/a b"}, -501000, "Path access permission error"),
    ({"path": '/"a"'}, -501000, "Path access permission error"),
    ({"method": "FETCH"}, 102005, "无效的 HTTP Method"),
    ({"method": "POST", "data": "x" * (100 * 1024 + 1)}, -606001, "请求包大小超过 100KB"),
    ({"path": "/large"}, -606002, "响应包大小超过 1MB"),
]


@pytest.mark.parametrize(("options", "code", "text"), REFUSED)
def test_what_the_backend_refuses(
    cloud: FakeCloud, face: Any, options: dict[str, Any], code: int, text: str
) -> None:
    """In the one text that the client has for all that runs elsewhere."""
    size = 1024 * 1024 + 1
    cloud.register_container("api", lambda _request: "x" * size)
    error = error_of(face(cloud).callContainer, {"path": "/", "service": "api", **options})
    assert (error.errCode, error.code) == (-1, code)
    assert f"cloud.callContainer:fail Error: errCode: {code}" in error.errMsg
    assert f"| errMsg: {text} (callId: " in error.errMsg


def test_just_as_much_as_is_allowed(cloud: FakeCloud, api: Any) -> None:
    cloud.register_container("api", lambda request: "x" * (1024 * 1024 - len(request.body)) + "x")
    data = api(method="POST", data="x" * (100 * 1024)).data
    assert len(data) == 1024 * 1024 - 100 * 1024 + 1


LOCAL = [
    ({"path": 5}, "parameter.path should be string instead of number;"),
    ({}, "parameter.path should be string instead of undefined;"),
    ({"path": "/", "header": "x"}, "parameter.header should be object instead of string;"),
    ({"path": "/", "timeout": "5"}, "parameter.timeout should be number instead of string;"),
    (
        {"path": "/", "method": "POST", "data": {"a": {1}}},
        "parameter.data.a should be string, number, boolean, null, date, object or array instead "
        "of set;",
    ),
]


@pytest.mark.parametrize(("options", "text"), LOCAL)
def test_what_the_sdk_refuses(
    cloud: FakeCloud, face: Any, options: dict[str, Any], text: str
) -> None:
    error = error_of(face(cloud).callContainer, options)
    assert (error.errCode, error.errMsg) == (-401003, text)


def test_circular_data(cloud: FakeCloud, api: Any) -> None:
    circle: dict[str, Any] = {}
    circle["self"] = circle["again"] = circle
    for method in ("GET", "POST"):
        error = error_of(api, method=method, data=circle)
        assert error.errMsg == "cloud.callContainer:fail Converting circular structure to JSON"


def test_no_environment_is_known(face: Any) -> None:
    cloud = FakeCloud()
    cloud.init()
    cloud.register_container("api", echo)
    app = face(cloud)
    for name in ("callContainer", "connectContainer"):
        error = error_of(getattr(app, name), path="/", service="api")
        assert error.errMsg == f"cloud.{name}:fail envId must be provided"


def test_the_call_names_its_environment(cloud: FakeCloud, api: Any) -> None:
    cloud.create_env("other-9z")
    cloud.register_container("api", lambda request: request.headers["x-wx-env"], env="other-9z")
    assert api(config={"env": "other-9z"}).data == "other-9z"
    assert error_of(api).code == -501000


def test_before_init_it_throws_at_once() -> None:
    with pytest.raises(CloudError, match="Cloud API isn't enabled"):
        FakeCloud().callContainer(path="/", success=print)


def test_callbacks(cloud: FakeCloud, face: Any) -> None:
    cloud.register_container("api", echo)
    told: list[Any] = []
    answer = face(cloud).callContainer(path="/", service="api", success=told.append)
    assert answer is None
    assert told[0].statusCode == 200


TIMEOUTS = [
    (2, {"timeout": 1000}, "cloud.callContainer:fail timeout (options.timeout == 1000)"),
    (1, {"timeout": 1000}, None),
    (14, {}, None),
    (16, {}, "errCode: 102002  | errMsg: 请求超时 ("),
    (16, {"timeout": 60_000}, "errCode: 102002  | errMsg: 请求超时 ("),
]


@pytest.mark.parametrize(("seconds", "options", "text"), TIMEOUTS)
def test_an_answer_that_comes_too_late(
    cloud: FakeCloud, api: Any, seconds: float, options: dict[str, Any], text: str | None
) -> None:
    """The platform waits 15 seconds, whatever a call asks for; what was done is done."""

    @cloud.container("api")
    def slow(request: Any) -> Any:
        cloud.clock.advance(seconds=seconds)
        request.cloud.database().collection("todos").add(data={"n": 1})

    if text is None:
        assert api(**options).statusCode == 200
    else:
        assert text in error_of(api, **options).errMsg
    assert cloud.server.database().collection("todos").count().total == 1


def test_faults_reach_a_container(cloud: FakeCloud, api: Any) -> None:
    cloud.register_container("api", echo)
    cloud.faults.fail("container.api", code=-501001, times=1)
    assert error_of(api).code == -501001
    assert api().statusCode == 200


# --- whose they are ------------------------------------------------------------------------------


def test_registering_again_replaces_and_a_fork_has_them_too(cloud: FakeCloud, api: Any) -> None:
    cloud.register_container("api", lambda _request: "old")
    child = cloud.fork()
    cloud.register_container("api", lambda _request: "new")
    assert api().data == "new"
    assert child.callContainer(path="/", service="api").data == "old"
    cloud.reset()
    assert api().data == "new"


# --- the life of an ASGI app ---------------------------------------------------------------------


def living(said: list[str]) -> Any:
    fastapi = pytest.importorskip("fastapi")

    @asynccontextmanager
    async def lifespan(_app: Any) -> AsyncIterator[dict[str, Any]]:
        said.append("up")
        await asyncio.sleep(0)
        yield {"hits": []}
        await asyncio.sleep(0)
        said.append("down")

    app = fastapi.FastAPI(lifespan=lifespan)

    def hit(request: Any) -> int:
        request.state.hits.append(1)
        return len(request.state.hits)

    hit.__annotations__["request"] = fastapi.Request
    app.get("/")(hit)
    return app


def test_an_app_lives_from_its_first_request_to_the_end_of_the_cloud(
    cloud: FakeCloud, api: Any
) -> None:
    said: list[str] = []
    cloud.register_container("api", living(said))
    assert said == []
    assert [api().data, api().data] == [1, 2]
    assert said == ["up"]
    child = cloud.fork()
    assert child.callContainer(path="/", service="api").data == 1
    cloud.close()
    assert said == ["up", "up", "down"]
    cloud.close()
    child.close()
    assert said == ["up", "up", "down", "down"]


async def in_asyncio(ask: Callable[[], Any]) -> list[Any]:
    return await asyncio.gather(ask(), ask(), ask())


async def in_trio(ask: Callable[[], Any]) -> list[Any]:
    answers: list[Any] = []

    async def one() -> None:
        answers.append(await ask())

    async with trio.open_nursery() as nursery:
        for _ in range(3):
            nursery.start_soon(one)
    return answers


def in_threads(cloud: FakeCloud) -> list[Any]:
    with ThreadPoolExecutor(3) as pool:
        asked = [pool.submit(cloud.callContainer, path="/", service="api") for _ in range(3)]
        return [one.result() for one in asked]


@pytest.mark.parametrize("where", ["asyncio", "trio", "threads"])
def test_an_app_begins_to_live_once_though_many_ask_at_once(cloud: FakeCloud, where: str) -> None:
    said: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            assert (await receive())["type"] == "lifespan.startup"
            for _ in range(3):
                await sleep_in_this_loop(0)
            said.append("up")
            await send({"type": "lifespan.startup.complete"})
            return
        said.append("asked")
        await send({"type": "http.response.start", "status": 204})
        await send({"type": "http.response.body"})

    cloud.register_container("api", app)

    def ask() -> Any:
        return cloud.aio.callContainer(path="/", service="api")

    answers = {
        "asyncio": lambda: asyncio.run(in_asyncio(ask)),
        "trio": lambda: trio.run(in_trio, ask),
        "threads": lambda: in_threads(cloud),
    }[where]()
    assert [answer.statusCode for answer in answers] == [204, 204, 204]
    assert said == ["up", "asked", "asked", "asked"]


@pytest.mark.parametrize("event", ["lifespan.startup", "lifespan.shutdown"])
def test_an_app_that_takes_its_life_for_something_else(
    cloud: FakeCloud, api: Any, event: str
) -> None:
    """It answers all the same, and its mistakes at the end are its own."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 204})
            await send({"type": "http.response.body"})
            return
        while (await receive())["type"] != event:
            await send({"type": "lifespan.startup.complete"})
        await receive() if event == "lifespan.startup" else 1 / 0

    cloud.register_container("api", app)
    assert api().statusCode == 204
    cloud.close()


def test_an_app_that_cannot_start(cloud: FakeCloud, api: Any) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        assert scope["type"] == "lifespan"
        await receive()
        await send({"type": "lifespan.startup.failed", "message": "no database"})

    cloud.register_container("api", app)
    for tries in (1, 2):
        assert api().statusCode == 500
        told = notes(cloud)
        assert told.count("error: RuntimeError: the app could not start: no database") == tries


# --- connections ---------------------------------------------------------------------------------


def plain_chat(request: Any) -> Any:
    peer = request.websocket

    @peer.on_message
    def told(data: Any) -> None:
        if data == "bye":
            peer.close(4000, "bye")
        else:
            peer.send(data.upper() if isinstance(data, str) else data[::-1])

    @peer.on_close
    async def ended(code: int, reason: str) -> None:
        print("closed", code, reason)

    peer.send(f"welcome {request.headers['x-wx-openid']}")


async def asgi_chat(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        raise NotImplementedError
    assert (await receive())["type"] == "websocket.connect"
    await send({"type": "websocket.accept"})
    openid = dict(scope["headers"])[b"x-wx-openid"].decode()
    await send({"type": "websocket.send", "text": f"welcome {openid}"})
    while (message := await receive())["type"] == "websocket.receive":
        await asyncio.sleep(0)
        if message.get("text") == "bye":
            await send({"type": "websocket.close", "code": 4000, "reason": "bye"})
            return
        if "text" in message:
            await send({"type": "websocket.send", "text": message["text"].upper()})
        else:
            await send({"type": "websocket.send", "bytes": message["bytes"][::-1]})
    print("closed", message["code"], message["reason"])


def fastapi_chat() -> Any:
    fastapi = pytest.importorskip("fastapi")
    app = fastapi.FastAPI()

    async def chat(socket: Any) -> None:
        await socket.accept()
        await socket.send_text(f"welcome {socket.headers['x-wx-openid']}")
        try:
            while (text := await socket.receive_text()) != "bye":
                await socket.send_text(text.upper())
            await socket.close(4000, "bye")
        except fastapi.WebSocketDisconnect as end:
            print("closed", end.code, end.reason)

    chat.__annotations__["socket"] = fastapi.WebSocket
    app.websocket("/")(chat)
    return app


CHATS = {"a callable": lambda: plain_chat, "ASGI": lambda: asgi_chat, "FastAPI": fastapi_chat}


@pytest.fixture(params=CHATS)
def chat(request: pytest.FixtureRequest, cloud: FakeCloud, face: Any) -> Any:
    """A connection to a chat, and what its ends are told; the same on both faces."""
    cloud.register_container("chat", CHATS[request.param]())
    return Connection(face(cloud).connectContainer(service="chat"))


class Connection:
    """A `SocketTask` with its listeners."""

    def __init__(self, answer: Any) -> None:
        assert answer.errMsg == "cloud.connectContainer:ok"
        self.socket = answer.socketTask
        self.told: list[tuple[str, Any]] = []
        for kind in ("onOpen", "onMessage", "onClose", "onError"):
            self.listen(kind)

    def listen(self, kind: str) -> None:
        getattr(self.socket, kind)(lambda event: self.told.append((kind, dict(event))))

    def send(self, data: Any) -> Any:
        return finished(self.socket.send(data=data))

    def close(self, **options: Any) -> Any:
        return finished(self.socket.close(**options))


def finished(value: Any) -> Any:
    async def finish() -> Any:
        return await value

    return asyncio.run(finish()) if inspect.isawaitable(value) else value


WELCOME = [("onOpen", {}), ("onMessage", {"data": "welcome o-alice"})]


def test_a_conversation(chat: Any, cloud: FakeCloud) -> None:
    assert chat.told == WELCOME
    assert chat.socket.readyState == 1
    assert chat.send("tea?").errMsg == "sendSocketMessage:ok"
    assert chat.told[2:] == [("onMessage", {"data": "TEA?"})]
    assert [call.name for call in cloud.calls] == ["socket.chat"]
    assert notes(cloud)[:3] == [
        "socket: ← 'welcome o-alice'",
        "socket: → 'tea?'",
        "socket: ← 'TEA?'",
    ]


@pytest.mark.parametrize("app", [plain_chat, asgi_chat])
def test_bytes(cloud: FakeCloud, face: Any, app: Any) -> None:
    cloud.register_container("chat", app)
    chat = Connection(face(cloud).connectContainer(service="chat"))
    chat.send(b"ab")
    assert chat.told[2:] == [("onMessage", {"data": b"ba"})]


def test_the_app_closes(chat: Any, cloud: FakeCloud) -> None:
    assert chat.close(code=4001, reason="enough").errMsg == "closeSocket:ok"
    assert chat.told[2:] == [("onClose", {"code": 4001, "reason": "enough"})]
    assert chat.socket.readyState == 3
    assert "print: closed 4001 enough" in notes(cloud)
    chat.close()
    assert len(chat.told) == 3


def test_the_container_closes(chat: Any) -> None:
    chat.send("bye")
    assert chat.told[2:] == [("onClose", {"code": 4000, "reason": "bye"})]
    error = error_of(chat.send, "anybody?")
    assert error.errMsg == "SocketTask.send:fail SocketTask.readyState is not OPEN"


def refuse_plain(request: Any) -> Any:
    return ("members only", 403) if request.websocket else "http"


async def refuse_asgi(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1000})


async def leave_asgi(_scope: Any, _receive: Any, _send: Any) -> None:
    pass


REFUSING = [
    (refuse_plain, 403),
    (refuse_asgi, 403),
    (leave_asgi, 403),
    (lambda _request: None, 426),
    (wsgi_app, 426),
]


@pytest.mark.parametrize(("app", "status"), REFUSING)
def test_a_container_that_refuses_a_connection(
    cloud: FakeCloud, face: Any, app: Any, status: int
) -> None:
    cloud.register_container("chat", app)
    chat = Connection(face(cloud).connectContainer(service="chat", path="/room"))
    assert chat.told == [("onError", {"errMsg": f"Unexpected server response: {status}"})]
    assert chat.socket.readyState == 3
    chat.close()
    assert len(chat.told) == 1


def test_a_container_that_fails_in_a_conversation(cloud: FakeCloud, face: Any) -> None:
    async def app(_scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "websocket.accept"})
        for _ in range(2):
            await receive()
        raise ValueError("out of tea")

    cloud.register_container("chat", app)
    chat = Connection(face(cloud).connectContainer(service="chat"))
    chat.send("tea?")
    assert chat.told == [("onOpen", {}), ("onClose", {"code": 1011, "reason": ""})]
    assert "error: ValueError: out of tea" in notes(cloud)


@pytest.mark.parametrize("stays", [False, True])
def test_a_cloud_that_is_closed_closes_its_connections(
    cloud: FakeCloud, face: Any, stays: bool
) -> None:
    heard: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        assert scope["type"] == "websocket"
        await send({"type": "websocket.accept"})
        try:
            while True:
                heard.append(await receive())
                if heard[-1]["type"] == "websocket.disconnect" and not stays:
                    return
        finally:
            heard.append("over")

    cloud.register_container("chat", app)
    chat = Connection(face(cloud).connectContainer(service="chat"))
    cloud.close()
    goodbye = {"type": "websocket.disconnect", "code": 1001, "reason": ""}
    assert heard == [{"type": "websocket.connect"}, goodbye, "over"]
    assert chat.socket.readyState == (1 if stays else 3)


def test_a_container_that_receives_in_a_task_of_its_own(cloud: FakeCloud, face: Any) -> None:
    """It cannot be run step by step, and is told so."""

    async def app(_scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        await asyncio.ensure_future(receive())

    cloud.register_container("chat", app)
    chat = Connection(face(cloud).connectContainer(service="chat"))
    assert chat.told[-1] == ("onClose", {"code": 1011, "reason": ""})
    assert any("receives in a task of its own" in note for note in notes(cloud))


def test_what_listeners_raise_is_swallowed(cloud: FakeCloud, face: Any) -> None:
    cloud.register_container("chat", plain_chat)
    socket = face(cloud).connectContainer(service="chat").socketTask
    socket.onMessage(lambda _event: 1 / 0)
    assert finished(socket.send(data="tea?")).errMsg == "sendSocketMessage:ok"


def test_protocols_and_headers_of_the_handshake(cloud: FakeCloud, face: Any) -> None:
    seen: list[Any] = []

    async def app(scope: Any, _receive: Any, send: Any) -> None:
        seen.append((scope["path"], scope["subprotocols"], dict(scope["headers"])))
        await send({"type": "websocket.close"})

    cloud.register_container("chat", app)
    face(cloud).connectContainer(
        path="/room?n=1", header={"X-WX-SERVICE": "chat", "x-own": "kept"}, protocols=["a", "b"]
    )
    ((path, protocols, headers),) = [
        (path, protocols, headers) for path, protocols, headers in seen if protocols
    ]
    assert (path, protocols) == ("/room", ["a", "b"])
    assert (headers[b"upgrade"], headers[b"x-own"]) == (b"websocket", b"kept")


def test_a_connection_to_no_service(cloud: FakeCloud, face: Any) -> None:
    error = error_of(face(cloud).connectContainer, service="nowhere")
    assert error.errMsg.startswith(
        "cloud.connectContainer:fail Error: errCode: -501000  | errMsg: "
    )

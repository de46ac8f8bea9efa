"""Whatever comes in, only the platform's answers come out, and the server stays up.

A thousand inputs in the ordinary run, the same ones each time; `pytest -m nightly` runs twenty
thousand new ones.
"""

from __future__ import annotations

import contextlib
import gc
import json
import socket
import tracemalloc
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cloud_fake import FakeCloud, NotSupportedByFake
from cloud_fake.errors import codes
from cloud_fake.server import protobuf
from cloud_fake.server.messages import Reply, Request
from cloud_fake.server.querytext import QueryTextError, Statement, read_statement
from cloud_fake.server.realtime.messages import Conversation
from cloud_fake.server.taro.connecting import Connecting
from cloud_fake.server.taro.streaming import Streaming
from cloud_fake.server.taro.watching import Watching

from .fuzzing import ENV, QUERIES, REQUESTS
from .fuzzing_taro import CONNECTING, CONVERSATIONS, STREAMING, TARO, WATCHING


def run(strategy: st.SearchStrategy[Any], check: Callable[[Any], None], inputs: int) -> None:
    """Check so many inputs; the briefer run always has the same ones."""

    @settings(
        max_examples=inputs,
        deadline=None,
        derandomize=inputs < 1000,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def each(value: Any) -> None:
        check(value)

    each()


def sizes(ordinary: int, nightly: int) -> Any:
    counts = [ordinary, pytest.param(nightly, marks=pytest.mark.nightly)]
    return pytest.mark.parametrize("inputs", counts)


# --- the HTTP surface ----------------------------------------------------------------------------


def stocked(timeline_limit: int) -> FakeCloud:
    cloud = FakeCloud(env=ENV, collections=["todos"], timeline_limit=timeline_limit, seed=7)
    cloud.seed({"todos": [{"_id": str(n), "n": n, "a": {"b": [n]}} for n in range(5)]})
    cloud.register_function("echo", lambda event, context: event)
    cloud.open_api("echo")(lambda data: data)
    cloud.register_container("chat", _chat)
    cloud.ai_model("echo")(lambda data: ["a", "b"])
    return cloud


async def _chat(_scope: Any, receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "websocket.accept"})
    while (said := await receive())["type"] == "websocket.receive":
        await send(said | {"type": "websocket.send"})


@pytest.fixture(scope="module")
def cloud() -> FakeCloud:
    return stocked(timeline_limit=100)


#: What the platform calls its failures on the wire.
CODES = {code.name.strip() for code in codes.BY_NAME.values()}


#: What is said before any family is asked.
REFUSALS = {
    b"malformed URL or header",
    b"this is no proxy for other hosts",
    b"foreign Host",
    b"foreign Origin",
    b"not found",
}


def is_platform_s(path: str, reply: Reply) -> bool:
    """Whether an answer is one that the platform could have given."""
    status, content = reply.status, reply.body
    if content in REFUSALS:
        return 400 <= status < 500
    if status == 204:
        return not content
    family = path.split("/")[1]
    if family == "admin" and reply.headers.get("content-type") == "application/octet-stream":
        return status == 200 and list(protobuf.read(content)) != []
    if family in ("cos", "links"):
        tags = {tag.tag for tag in ET.fromstring(content)} if content else set()
        return status in (200, 206, 416) or tags >= {"Code", "Message"}
    said = json.loads(content)
    if family in ("admin", "web"):
        return status == 200 and said.get("code", "SYS_ERR") in CODES
    if family == "taro":
        return status == 200 and ("ok" in said) + ("error" in said) == 1
    if family in ("tcb", "cgi-bin"):
        return status == 200 and ("errcode" in said or "access_token" in said)
    return status in (200, 201, 400, 401, 403, 404, 409, 500, 501)


def unforeseen(cloud: FakeCloud) -> list[str]:
    return [line for line in cloud.calls.lines() if "· server:" in line]


@sizes(400, 10_000)
def test_every_request_is_answered(cloud: FakeCloud, inputs: int) -> None:
    application = cloud.intercept().application

    def check(request: Request) -> None:
        reply = application.answer(request)
        assert is_platform_s(request.path, reply), (request, reply)
        assert b"internal error" not in reply.body, (request, reply, unforeseen(cloud)[-1:])

    run(REQUESTS | TARO, check, inputs)


TALKS = {
    "watch": (Watching, WATCHING),
    "socket": (Connecting, CONNECTING),
    "stream": (Streaming, STREAMING),
}


@sizes(100, 1_000)
@pytest.mark.parametrize("talk", [*TALKS, "ws"])
def test_whatever_is_said_on_a_line(cloud: FakeCloud, talk: str, inputs: int) -> None:
    application = cloud.intercept().application
    kind, texts = TALKS.get(talk, (Conversation, CONVERSATIONS))
    sign = application.visitors.issue("watch", "o-alice", 60, admin=True)
    login = {"msgType": "LOGIN", "msgData": {"envId": ENV}, "exMsgData": {"signStr": sign}}

    def check(said: list[str]) -> None:
        heard: list[str] = []
        conversation = kind(application, lambda it: heard.append(json.dumps(it)))
        for text in [json.dumps(login), *said] if talk == "ws" else said:
            conversation.hear(text)
        conversation.end()
        assert "internal error" not in "".join(heard)

    run(texts, check, inputs)


@sizes(6, 60)
def test_memory_stays_flat(inputs: int, caplog: pytest.LogCaptureFixture) -> None:
    """So many times the same requests, and again: the second half leaves nothing behind."""
    caplog.set_level("ERROR", "python_multipart")  # pytest keeps what it says of bad forms
    asked: list[Request] = []
    run(REQUESTS | TARO, asked.append, 300)
    application = stocked(timeline_limit=5).intercept().application
    world, state = application.world, application.world.snapshot()

    def kilobytes_after(rounds: int) -> int:
        for _ in range(rounds):
            for request in asked:
                application.answer(request)
            world.restore(state)  # what they have stored is to stay, and is no leak
        gc.collect()
        return tracemalloc.get_traced_memory()[0] // 1024

    tracemalloc.start()
    try:
        before, after = kilobytes_after(inputs), kilobytes_after(inputs)
    finally:
        tracemalloc.stop()
    assert after - before < 200, f"{before} KB, then {after} KB"


@sizes(100, 2_000)
def test_the_server_stays_up(inputs: int) -> None:
    """Bytes of any kind on the line itself; afterwards it still answers."""
    pieces = st.lists(
        st.binary(max_size=40)
        | st.sampled_from(
            [b"GET / HTTP/1.1\r\n", b"POST /admin HTTP/1.1\r\n", b"Host: localhost\r\n", b"\r\n",
             b"Content-Length: 5\r\n", b"Transfer-Encoding: chunked\r\n", b"5\r\nhello\r\n0\r\n",
             b"Upgrade: websocket\r\nConnection: Upgrade\r\n", b"GET /ws HTTP/1.1\r\n",
             b"Sec-WebSocket-Key: eA==\r\nSec-WebSocket-Version: 13\r\n", b"\x81\x05hello"]
        ),
        max_size=7,
    ).map(b"".join)  # fmt: skip
    with stocked(timeline_limit=100) as cloud, cloud.serve() as server:

        def check(sent: bytes) -> None:
            with socket.create_connection((server.host, server.port), timeout=5) as line:
                line.sendall(sent)
                with contextlib.suppress(OSError):
                    line.shutdown(socket.SHUT_WR)
                    while line.recv(65536):
                        pass

        run(pieces, check, inputs)
        body = {"action": "database.calculateDocument", "collectionName": "todos"}
        assert "data" in httpx.post(f"{server.url}/admin", json=body).json()


# --- query texts ---------------------------------------------------------------------------------


@sizes(200, 5_000)
def test_every_query_text_is_a_query_or_none(cloud: FakeCloud, inputs: int) -> None:
    database = cloud.server.database()

    def check(text: str) -> None:
        with contextlib.suppress(QueryTextError, NotSupportedByFake):
            assert isinstance(read_statement(text, database, 0), Statement)

    run(QUERIES, check, inputs)

"""Clients that are slow, gone, too many, or do not listen: the others notice nothing."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from websockets.sync.client import connect

from cloud_fake import FakeCloud
from cloud_fake.server import hosting
from cloud_fake.server.realtime import messages, outbox

ENV = "dev-1a2b3c"
COUNT = {"action": "database.calculateDocument", "collectionName": "todos", "queryType": "WHERE"}
HEAD = b"POST /admin HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\n"
UPGRADE = (
    b"GET /%b HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


def soon(holds: Callable[[], object]) -> None:
    """Wait until something holds."""
    for _ in range(500):
        if holds():
            return
        time.sleep(0.01)
    raise AssertionError("it never came")


@pytest.fixture
def lines(server: Any) -> Iterator[Callable[[bytes], socket.socket]]:
    """Opens lines that have said something."""
    with contextlib.ExitStack() as stack:

        def begin(sent: bytes) -> socket.socket:
            line = socket.create_connection((server.host, server.port), timeout=5)
            stack.callback(line.close)
            line.sendall(sent)
            return line

        yield begin


# --- slow, many ----------------------------------------------------------------------------------


@pytest.mark.parametrize("begun", [b"", b"PO", HEAD[:-2], HEAD, HEAD + b"{", UPGRADE % b"ws"])
def test_a_hundred_that_have_only_begun_stop_nobody(
    http: httpx.Client, lines: Callable[[bytes], socket.socket], begun: bytes
) -> None:
    for _ in range(100):
        lines(begun)
    assert http.post("/admin", json=COUNT).json()["data"]["total"] == 0


def test_a_byte_at_a_time_is_a_request_as_well(
    server: Any, lines: Callable[[bytes], socket.socket]
) -> None:
    body = json.dumps(COUNT).encode()
    line = lines(b"POST /admin HTTP/1.1\r\nHost: localhost\r\n")
    for byte in b"Content-Length: %d\r\nConnection: close\r\n\r\n%b" % (len(body), body):
        line.sendall(bytes([byte]))
    assert line.recv(1000).startswith(b"HTTP/1.1 200")


def test_one_too_many_is_hung_up_on_until_another_one_goes(
    server: Any, lines: Callable[[bytes], socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hosting, "MOST_CONNECTIONS", 3)
    first, *_ = [lines(HEAD) for _ in range(3)]
    with contextlib.suppress(ConnectionError):
        assert lines(b"").recv(10) == b""
    first.close()
    soon(lambda: len(server._lines) < 3)
    assert httpx.post(f"{server.url}/admin", json=COUNT).json()["data"]["total"] == 0


# --- gone ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "begun", [b"", HEAD, HEAD + b"{", UPGRADE % b"ws", UPGRADE % b"taro/watch"]
)
def test_who_breaks_off_leaves_nothing_behind(
    server: Any, lines: Callable[[bytes], socket.socket], begun: bytes
) -> None:
    threads = threading.active_count()
    for _ in range(20):
        line = lines(begun)
        # Not a farewell but a reset, as of a process that was killed.
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        line.close()
    soon(lambda: not server._lines)
    soon(lambda: threading.active_count() <= threads)


def test_who_does_not_wait_for_the_answer_has_asked_nevertheless(
    served: FakeCloud, server: Any, lines: Callable[[bytes], socket.socket]
) -> None:
    add = {"action": "database.insertDocument", "collectionName": "todos", "data": ['{"_id":"a"}']}
    body = json.dumps(add).encode()
    head = b"POST /admin HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % len(body)
    lines(head + body).close()
    soon(lambda: served.server.database().collection("todos").count().total == 1)


# --- watches of clients that do not listen -------------------------------------------------------


@pytest.fixture
def watching(http: httpx.Client) -> Iterator[Callable[[], Any]]:
    """Opens watches on `todos`."""
    with contextlib.ExitStack() as stack:

        def begin() -> Any:
            ticket = http.post("/admin", json={"action": "auth.wsWebSign"}).json()["data"]
            ws = stack.enter_context(connect(ticket["wsUrl"], max_queue=1, close_timeout=0))
            sign = {"exMsgData": {"signStr": ticket["signStr"]}}
            ws.send(json.dumps({"msgType": "LOGIN", "msgData": {"envId": ENV}, **sign}))
            asked = {"envId": ENV, "collName": "todos"}
            ws.send(json.dumps({"msgType": "INIT_WATCH", "msgData": asked}))
            assert "LOGIN_RES" in ws.recv(timeout=5)
            assert "INIT_EVENT" in ws.recv(timeout=5)
            return ws

        yield begin


def writers() -> list[str]:
    return [it.name for it in threading.enumerate() if it.name == "cloud-fake watch"]


def test_who_does_not_listen_is_hung_up_on_and_stops_no_commit(
    served: FakeCloud, server: Any, watching: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "MOST_UNREAD", 200_000)
    watching()
    todos = served.server.database().collection("todos")
    for _ in range(100):
        todos.add(data={"text": "x" * 100_000})
    assert todos.count().total == 100
    soon(lambda: not writers())


def test_watches_that_nobody_comes_back_for_are_forgotten(
    served: FakeCloud, server: Any, watching: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "MOST_LOST", 3)
    for _ in range(10):
        watching().socket.shutdown(socket.SHUT_RDWR)
    soon(lambda: not writers())
    assert len(server.application.watches) == 3
    (watches,) = served._world.observers.values()
    assert len(watches._numbers) == 3  # type: ignore[attr-defined]  # the collection's, privately


# --- all at once ---------------------------------------------------------------------------------


def test_threads_of_every_family_at_once(served: FakeCloud, server: Any) -> None:
    """What they count together is right."""
    served.seed({"notes": [{"_id": "sum", "n": 0}]}, openid="o-alice")
    page = {"authorization": f"Bearer {server.access_token('o-alice')}"}
    notes = "/v1/database/instances/(default)/databases/(default)/collections/notes"
    one = '{"_id":"sum"}'
    text = 'db.collection("notes").doc("sum").update({data: {n: _.inc(1)}})'
    steps = [["database", []], ["collection", ["notes"]], ["doc", ["sum"]]]
    command = {"$made": [["database", []], ["command"], ["inc", [1]]]}
    asks: list[tuple[str, str, Any, Any]] = [
        ("POST", "/admin", {
            "action": "database.modifyDocument", "collectionName": "notes", "query": one,
            "data": '{"$inc":{"n":{"$numberInt":"1"}}}', "multi": False, "queryType": "WHERE",
        }, {}),
        ("PATCH", f"{notes}/documents/sum", {"data": {"$inc": {"n": 1}}}, page),
        ("POST", f"/tcb/databaseupdate?access_token={server.open_api_token()}",
         {"env": ENV, "query": text}, {}),
        ("POST", "/taro", {
            "openid": "o-alice", "init": {"env": ENV},
            "steps": [*steps, ["update", [{"data": {"n": command}}]]],
        }, {}),
    ]  # fmt: skip

    def work(number: int) -> None:
        method, path, body, headers = asks[number % len(asks)]
        with httpx.Client(base_url=server.url, headers=headers) as client:
            for _ in range(25):
                assert client.request(method, path, json=body).status_code == 200

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert served.server.database().collection("notes").doc("sum").get().data["n"] == 200

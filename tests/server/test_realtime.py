"""Watches over WebSocket: the protocol of @cloudbase/database 1.4.3, message by message."""

from __future__ import annotations

import contextlib
import itertools
import json
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from cloud_fake import FakeCloud
from cloud_fake.server.realtime import messages

ENV = "dev-1a2b3c"


class Line:
    """A client's line: says and hears messages."""

    def __init__(self, ws: ClientConnection) -> None:
        self._ws = ws
        self._numbers = itertools.count(1)

    def say(self, kind: str, data: Any = None, **more: Any) -> dict[str, Any]:
        ids = {"watchId": more.pop("watch", "w1"), "requestId": f"r{next(self._numbers)}"}
        self._ws.send(json.dumps({**ids, "msgType": kind, "msgData": data, **more}))
        return ids

    def hear(self) -> Any:
        return json.loads(self._ws.recv(timeout=5))

    def ask(self, kind: str, data: Any = None, **more: Any) -> Any:
        ids = self.say(kind, data, **more)
        said = self.hear()
        assert {key: said.get(key) for key in ids} == ids
        return said

    def watch(self, collection: str = "todos", **parts: Any) -> Any:
        return self.ask("INIT_WATCH", {"envId": ENV, "collName": collection, **parts})


@pytest.fixture
def ticket(http: httpx.Client) -> Any:
    return http.post("/admin", json={"action": "auth.wsWebSign"}).json()["data"]


@pytest.fixture
def line(ticket: Any) -> Any:
    with connect(ticket["wsUrl"]) as ws:
        line = Line(ws)
        login = line.ask("LOGIN", {"envId": ENV}, exMsgData={"signStr": ticket["signStr"]})
        assert (login["msgType"], login["msgData"]) == ("LOGIN_RES", {"envId": ENV})
        yield line


def test_what_nobody_foresaw_ends_a_line_and_not_the_server(
    served: FakeCloud, line: Line, ticket: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(messages, "read_json", lambda *_: 1 / 0)
        with pytest.raises(ConnectionClosed) as caught:
            line.ask("PING")
    assert caught.value.rcvd is not None
    assert caught.value.rcvd.code == 1011
    assert "server: /ws raised ZeroDivisionError" in str(served.calls)
    with connect(ticket["wsUrl"]) as ws:
        assert Line(ws).ask("PING")["msgType"] == "PONG"


def events(said: Any) -> list[tuple[Any, ...]]:
    return [
        (each["ID"], each["QueueType"], each["DataType"], each["DocID"], json.loads(each["Doc"]))
        for each in said["msgData"]["events"]
    ]


def test_what_is_there_and_what_changes(served: FakeCloud, line: Line) -> None:
    served.seed({"todos": [{"_id": "a", "n": 1}]}, openid=None)
    todos = served.server.database().collection("todos")
    first = line.watch(query="{}")
    assert first["msgType"] == "INIT_EVENT"
    assert events(first) == [(0, "init", "init", "a", {"_id": "a", "n": 1})]
    query_id = first["msgData"]["queryID"]

    todos.add(data={"_id": "b"})
    todos.doc("a").update(data={"n": 2, "gone": served.server.database().command.remove()})
    todos.doc("a").set(data={"m": 3})
    todos.doc("b").remove()
    heard = [line.hear() for _ in range(4)]
    assert {said["msgType"] for said in heard} == {"NEXT_EVENT"}
    assert [event for said in heard for event in events(said)] == [
        (1, "enqueue", "add", "b", {"_id": "b"}),
        (2, "update", "update", "a", {"_id": "a", "n": 2}),
        (3, "update", "replace", "a", {"_id": "a", "m": 3}),
        (4, "dequeue", "remove", "b", {"_id": "b"}),
    ]
    assert json.loads(heard[1]["msgData"]["events"][0]["UpdatedFields"]) == {"n": 2}
    assert not any("RemovedFields" in json.dumps(said) for said in heard)

    checked = line.ask("CHECK_LAST", {"queryID": query_id, "eventID": 4})
    assert checked["msgData"] == {"queryID": query_id, "currEvent": 4}
    assert line.ask("CLOSE_WATCH", {"queryID": query_id})["msgType"] == "CLOSE_WATCH_RES"
    todos.add(data={})
    assert line.ask("PING")["msgType"] == "PONG"


def test_one_commit_s_events_share_a_number(served: FakeCloud, line: Line) -> None:
    served.seed({"todos": [{"_id": "a"}, {"_id": "b"}]}, openid=None)
    line.watch()
    served.server.database().collection("todos").where({}).update(data={"n": 1})
    assert [event[0] for event in events(line.hear())] == [1, 1]


QUERIES = [
    {"query": '{"n":{"$gt":1}}'},
    {"query": json.dumps('{"n":{"$gt":{"$numberInt":"1"}}}')},
    {"query": "{}", "limit": 2, "orderBy": {"n": "desc"}},
    {"limit": 2, "orderBy": [{"field": "n", "direction": "desc"}]},
]


@pytest.mark.parametrize("parts", QUERIES)
def test_queries_in_every_form(served: FakeCloud, line: Line, parts: dict[str, Any]) -> None:
    """node-sdk puts the condition in JSON twice, js-sdk once."""
    served.seed({"todos": [{"_id": str(n), "n": n} for n in (1, 2, 3)]}, openid=None)
    assert {event[3] for event in events(line.watch(**parts))} == {"2", "3"}


def test_dates_are_as_the_sdk_s_own_json_reads_them(served: FakeCloud, line: Line) -> None:
    record = {"_id": "d", "d": served.clock.now().replace(microsecond=0)}
    served.seed({"todos": [record]}, openid=None)
    ((*_, doc),) = events(line.watch())
    assert doc["d"] == {"$date": int(record["d"].timestamp()) * 1000}


def test_a_lost_line_is_rebuilt(served: FakeCloud, ticket: Any, line: Line) -> None:
    query_id = line.watch()["msgData"]["queryID"]
    line._ws.close()
    served.server.database().collection("todos").add(data={"_id": "meanwhile"})
    with connect(ticket["wsUrl"]) as ws:
        again = Line(ws)
        rebuilt = again.ask("REBUILD_WATCH", {"envId": ENV, "queryID": query_id, "eventID": 0})
        assert [event[0:4] for event in events(rebuilt)] == [(1, "init", "init", "meanwhile")]
        served.server.database().collection("todos").add(data={"_id": "later"})
        assert events(again.hear())[0][:4] == (2, "enqueue", "add", "later")


REFUSED = [
    ("INIT_WATCH", {"envId": "other", "collName": "todos"}, "CHECK_LOGIN_FAILED"),
    ("INIT_WATCH", {"envId": ENV, "collName": "nope"}, "DATABASE_COLLECTION_NOT_EXIST"),
    ("INIT_WATCH", {"envId": ENV}, "INVALID_PARAM"),
    ("INIT_WATCH", {"envId": ENV, "collName": "todos", "query": "{"}, "INVALID_PARAM"),
    ("INIT_WATCH", {"envId": ENV, "collName": "todos", "query": "[1]"}, "INVALID_PARAM"),
    ("INIT_WATCH", {"envId": ENV, "collName": "todos", "limit": "x"}, "INVALID_PARAM"),
    ("INIT_WATCH", {"envId": ENV, "collName": "todos", "orderBy": {"a": "up"}}, "INVALID_PARAM"),
    ("REBUILD_WATCH", {"queryID": "x", "eventID": 0}, "QUERYID_INVALID_ERROR"),
    ("CHECK_LAST", {"queryID": "x"}, "QUERYID_INVALID_ERROR"),
    ("LOGIN", {"envId": ENV}, "SIGN_INVALID_ERROR"),
]


@pytest.mark.parametrize(("kind", "data", "code"), REFUSED)
def test_what_cannot_be_is_told(line: Line, kind: str, data: Any, code: str) -> None:
    said = line.ask(kind, data)
    assert (said["msgType"], said["msgData"]["code"]) == ("ERROR", code)


def test_a_page_watches_with_its_user_s_rights(
    served: FakeCloud, server: Any, http: httpx.Client
) -> None:
    served.seed({"todos": [{"_id": "a"}]}, openid="o-alice")
    served.create_collection("secret", permission="ADMINONLY")
    asked = {"action": "auth.wsWebSign", "access_token": server.access_token("o-alice")}
    ticket = http.post("/web", json=asked).json()["data"]
    with connect(ticket["wsUrl"]) as ws:
        line = Line(ws)
        line.ask("LOGIN", {"envId": ENV}, exMsgData={"signStr": ticket["signStr"]})
        assert [event[3] for event in events(line.watch())] == ["a"]
        assert line.watch("secret")["msgData"]["code"] == "COLLECTION_PERMISSION_DENIED"


def test_a_sign_ends_by_the_cloud_s_clock(served: FakeCloud, ticket: Any) -> None:
    served.clock.advance(hours=2)
    with connect(ticket["wsUrl"]) as ws:
        said = Line(ws).ask("LOGIN", {"envId": ENV}, exMsgData={"signStr": ticket["signStr"]})
    assert said["msgData"]["code"] == "SIGN_EXPIRED_ERROR"


@pytest.mark.parametrize("text", ["", "{", "[]", "[" * 10_000, '{"msgType":"X"}', '{"msgType":5}'])
def test_nonsense_is_not_answered(line: Line, text: str) -> None:
    line._ws.send(text)
    assert line.ask("PING")["msgType"] == "PONG"


def test_a_message_has_a_limit(line: Line) -> None:
    with contextlib.suppress(ConnectionClosed):
        line._ws.send("x" * (2 * 1024 * 1024))
    with pytest.raises(ConnectionClosed):
        line._ws.recv(timeout=5)


def test_foreign_pages_may_not_watch(ticket: Any) -> None:
    with pytest.raises(InvalidStatus), connect(ticket["wsUrl"], origin="https://evil.example"):
        pass
    with pytest.raises(InvalidStatus), connect(ticket["wsUrl"].replace("/ws", "/other")):
        pass


def test_closing_the_server_ends_watches(served: FakeCloud, server: Any, line: Line) -> None:
    line.watch()
    server.close()
    assert served._world.observers == {}

"""The server's cost of a request, and the same HTTP's with mongomock behind it.

Both are asked what `@cloudbase/node-sdk` asks (family A, canonical EJSON), each on a kept line of
its own. Sockets, HTTP, the look at Host and Origin, JSON and EJSON are the same code in both; what
is compared is all that comes behind: who asks, the gate with its clock, timeline and faults, the
database. The cost is the processor time of the thread that serves the line, without the client's.
"""

from __future__ import annotations

import gc
import json
import re
import socket
import statistics
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from typing import Any, NamedTuple

from cloud_fake import FakeCloud
from cloud_fake.kernel.world import World
from cloud_fake.server import Server
from cloud_fake.server.application import Application, _family_of
from cloud_fake.server.documents import ejson_text, read_text
from cloud_fake.server.families.actions import read_body, read_env
from cloud_fake.server.messages import Reply, Request, json_reply
from cloud_fake.values.ejson import encode
from tests.bench.data import orders

__all__ = ["WireCell", "measure_wire"]

ENV = "bench-1a2b3c"


class WireCell(NamedTuple):
    """One kind of request: microseconds of both, and the fake's in mongomock's."""

    fake: float
    mongomock: float
    ratio: float
    ratio_least: float
    ratio_most: float


# --- what is asked -------------------------------------------------------------------------------


def _asking(
    action: str, collection: str = "orders", **fields: Any
) -> Callable[[int], dict[str, Any]]:
    """Requests by number; a field may be a function of the number."""

    def ask(number: int) -> dict[str, Any]:
        sent = {key: it(number) if callable(it) else it for key, it in fields.items()}
        asked = {"action": f"database.{action}", "envName": ENV, "collectionName": collection}
        return {**asked, **sent}

    return ask


def _ejson(value: Any) -> str:
    return json.dumps(encode(value, canonical=True), separators=(",", ":"))


#: As apps add them: without an id, which the database draws.
_ORDER = {key: value for key, value in orders(1, seed=99)[0].items() if key != "_id"}
_TODO = {"text": "milk", "done": False, "price": 3}
_ONE = {"query": _ejson({"_id": f"order-{7:07d}"}), "queryType": "DOC", "multi": False}
_SOME = {"query": lambda n: _ejson({"k": n % 100}), "queryType": "WHERE", "multi": True}
_GROUP = {"stageKey": "$group", "stageValue": _ejson({"_id": "$status", "n": {"$sum": "$n"}})}


def _given(number: int) -> list[str]:
    return [_ejson({"_id": f"todo-{number}", **_TODO})]


def _changed(number: int) -> str:
    return _ejson({"$inc": {"n": 1}, "$set": {"note": f"note {number}"}})


REQUESTS: Mapping[str, Callable[[int], dict[str, Any]]] = {
    "insert an order of 13 fields": _asking("insertDocument", "new", data=[_ejson(_ORDER)]),
    "insert a record of 3": _asking("insertDocument", "new", data=[_ejson(_TODO)]),
    "the same with a given id": _asking("insertDocument", "new", data=_given),
    "get by id": _asking("getDocument", **_ONE),
    "where, equality 1 %": _asking("getDocument", **_SOME, limit=100),
    "count": _asking("calculateDocument", **_SOME),
    "update by id": _asking("modifyDocument", **_ONE, data=_changed),
    "update 1 %": _asking("modifyDocument", **_SOME, data=_changed),
    "group": _asking("aggregateDocuments", stages=[_GROUP]),
}


# --- who answers ---------------------------------------------------------------------------------


class Mongomock(Application):
    """The same HTTP with mongomock behind it, in the place of the world."""

    def __init__(self, world: World, size: int) -> None:
        import mongomock

        super().__init__(world)
        client = mongomock.MongoClient(tz_aware=True)
        self.databases = {env: client[env] for env in world.envs}
        self.databases[ENV].orders.insert_many(orders(size))

    def _answered(self, request: Request) -> Reply:
        assert _family_of(request) is not None  # it is looked for here, too
        body = read_body(request)
        database = self.databases[read_env(request, body)]
        carry_out = getattr(self, body["action"].removeprefix("database."))
        data = carry_out(database[body["collectionName"]], body)
        return json_reply({"requestId": self.visitors.draw("reply"), "data": data})

    def insertDocument(self, collection: Any, body: Any) -> Any:
        records = [read_text(text) for text in body["data"]]
        return {"insertedIds": list(map(str, collection.insert_many(records).inserted_ids))}

    def getDocument(self, collection: Any, body: Any) -> Any:
        found = collection.find(read_text(body["query"])).limit(body.get("limit", 1))
        return {"list": [ejson_text(record) for record in found]}

    def calculateDocument(self, collection: Any, body: Any) -> Any:
        return {"total": collection.count_documents(read_text(body["query"]))}

    def modifyDocument(self, collection: Any, body: Any) -> Any:
        change = collection.update_many if body["multi"] else collection.update_one
        done = change(read_text(body["query"]), read_text(body["data"]))
        return {"updated": done.modified_count, "upsert_id": None}

    def aggregateDocuments(self, collection: Any, body: Any) -> Any:
        stages = [{it["stageKey"]: read_text(it["stageValue"])} for it in body["stages"]]
        return {"list": [ejson_text(document) for document in collection.aggregate(stages)]}


#: As `@cloudbase/node-sdk` sends them, but for a signature.
_HEAD = (
    f"POST /admin?env={ENV}&seqId=1 HTTP/1.1\r\n"
    "Host: 127.0.0.1\r\n"
    "Accept: */*\r\n"
    "Content-Type: application/json\r\n"
    "User-Agent: tcb-node-sdk/3.18.3\r\n"
    "X-SDK-Version: tcb-node-sdk/3.18.3\r\n"
    "X-TCB-Source: ,unknown\r\n"
    "X-Client-Timestamp: 1767225600000\r\n"
    "Connection: keep-alive\r\n"
    "Content-Length: {}\r\n\r\n"
)
_LENGTH = re.compile(rb"content-length: (\d+)")


def _sent(body: dict[str, Any]) -> bytes:
    content = json.dumps(body, separators=(",", ":")).encode()
    return _HEAD.format(len(content)).encode() + content


class Line:
    """A connection that is kept, and the clock of the thread that serves it."""

    def __init__(self, server: Server) -> None:
        self._socket = socket.create_connection((server.host, server.port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, True)
        self.ask(_sent(REQUESTS["count"](0)))
        (thread,) = server._lines.values()
        self._clock = time.pthread_getcpuclockid(thread.ident or 0)

    def ask(self, sent: bytes) -> bytes:
        """The answer's body."""
        self._socket.sendall(sent)
        head, _, body = self._socket.recv(65536).partition(b"\r\n\r\n")
        (length,) = map(int, _LENGTH.findall(head))
        while len(body) < length:
            body += self._socket.recv(65536)
        return body

    def spent(self) -> float:
        """Seconds of processor time that the line's thread has had."""
        return time.clock_gettime(self._clock)

    def close(self) -> None:
        self._socket.close()


# --- rounds --------------------------------------------------------------------------------------


def measure_wire(size: int, *, quick: bool) -> dict[str, WireCell]:
    """The cells, by what is asked.

    Raises:
        ImportError: mongomock is not installed.
    """
    repeats, loops = (5, 30) if quick else (9, 100)
    with ExitStack() as stack:
        lines = [stack.enter_context(closing(Line(server))) for server in _servers(stack, size)]
        return {name: _measure(ask, lines, repeats, loops) for name, ask in REQUESTS.items()}


def _servers(stack: ExitStack, size: int) -> list[Server]:
    """The fake's, and one in which mongomock answers."""
    made = []
    for _ in range(2):
        cloud = stack.enter_context(FakeCloud(env=ENV, collections=["new"]))
        cloud.seed({"orders": orders(size)}, openid=None)
        made.append(stack.enter_context(cloud.serve()))
    made[1].application = Mongomock(made[1].application.world, size)
    return made


def _measure(
    ask: Callable[[int], dict[str, Any]], lines: list[Line], repeats: int, loops: int
) -> WireCell:
    _check_agreement(ask, lines)
    times: list[list[float]] = [[], []]
    for turn in range(1, repeats + 1):
        asked = [_sent(ask(number)) for number in range(turn * loops, (turn + 1) * loops)]
        for which in sorted(range(2), key=lambda which: (which + turn) % 2):
            times[which].append(_time(lines[which], asked))
    ratios = [mine / theirs for mine, theirs in zip(*times, strict=True)]
    fake, peer = (statistics.median(each) * 1e6 for each in times)
    return WireCell(fake, peer, statistics.median(ratios), min(ratios), max(ratios))


def _check_agreement(ask: Callable[[int], dict[str, Any]], lines: list[Line]) -> None:
    answers = [_plain(json.loads(line.ask(_sent(ask(0))))["data"]) for line in lines]
    assert answers[0] == answers[1], f"they disagree: {answers}"


def _plain(data: Any) -> Any:
    """What both have to agree about: not the ids that they draw, nor the order of groups."""
    if "insertedIds" in data:
        return len(data["insertedIds"])
    if "list" in data:
        return sorted(json.dumps(json.loads(text), sort_keys=True) for text in data["list"])
    return data


def _time(line: Line, asked: list[bytes]) -> float:
    """Seconds of a request."""
    gc.collect()
    gc.disable()
    try:
        began = line.spent()
        for sent in asked:
            line.ask(sent)
        return (line.spent() - began) / len(asked)
    finally:
        gc.enable()

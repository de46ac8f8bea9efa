"""What the one table of expectations is made of, and the cloud that it is asked of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from cloud_fake import CloudError, FakeCloud

__all__ = ["BUCKET", "DENIED", "ENV", "Fails", "Row", "fails", "make_cloud"]

ENV = "dev-1a2b3c"
BUCKET = "6465-dev-1a2b3c-1250000000"
DENIED = "DATABASE_PERMISSION_DENIED"


class Fails(NamedTuple):
    """How a call fails: numbers that mini programs' SDKs may give, names that others give."""

    said: frozenset[int | str]

    def fits(self, failure: Mapping[str, Any]) -> bool:
        """Whether a client's error says so: by a number, by a name, or in its text."""
        if self.said & {failure.get("errCode"), failure.get("code")}:
            return True
        names = [it for it in self.said if isinstance(it, str)]
        return any(name in str(failure.get("message")) for name in names)


def fails(*said: int | str) -> Fails:
    return Fails(frozenset(said))


class Row(NamedTuple):
    """One thing asked of each client; `ask` is the driver's verb and its arguments."""

    api: str
    ask: Sequence[Any]
    outcome: Any

    @property
    def is_failure(self) -> bool:
        return isinstance(self.outcome, Fails)

    def fits(self, outcome: Mapping[str, Any]) -> bool:
        """Whether that is what had to come of it."""
        if self.is_failure:
            return "failure" in outcome and self.outcome.fits(outcome["failure"])
        return "answer" in outcome and outcome["answer"] == self.outcome

    def __str__(self) -> str:
        return f"{self.api} {'failure' if self.is_failure else 'success'}"


# --- the cloud -----------------------------------------------------------------------------------


def make_cloud(stopped_at: datetime | None = None) -> FakeCloud:
    """The cloud that the rows are asked of."""
    collections = ["todos", "feed", "one", "batch", "going"]
    cloud = FakeCloud(env=ENV, openid="o-alice", collections=collections, seed=7)
    if stopped_at:
        cloud.clock.freeze(stopped_at)
    cloud.register_function("greet", lambda event, _: {"hello": event["name"], "list": [1, None]})
    cloud.register_function("boom", lambda _event, _context: 1 / 0)
    cloud.register_container("echo", _echo)
    cloud.register_container("chat", _chat)
    cloud.open_api("subscribeMessage.send")(_send)
    cloud.open_api("cloudPay.unifiedOrder")(lambda data: {"return_code": data["body"]})
    for openid in ("o-alice", None):
        cloud.open_data(f"id-{openid}", {"phone": "123"}, openid=openid)
    given: list[str] = []
    cloud.register_function("given", lambda _event, _context: given)
    for name in ("hunyuan", "busy", "broken"):
        cloud.ai_model(name)(partial(_in_pieces, name, given))
    for name in ("hunyuan", "busy"):
        cloud.ai_bot(name, name=name)(lambda data: data["msg"].split("|"))
    cloud.faults.fail("ai.busy.*|bot.busy.*", code=-501004, optional=True)
    cloud.faults.add("bot.list: fail(code=-501004) skip 1 optional")
    return cloud


def _in_pieces(name: str, given: list[str], data: Any) -> Iterator[str]:
    """What it was asked, in pieces; `given` are those that it has been asked for so far."""
    given.clear()
    for piece in data["messages"][0]["content"].split("|"):
        given.append(piece)
        yield piece
    if name == "broken":
        raise CloudError(-501001, "the line broke")


def _send(data: Any) -> Any:
    if data["touser"] == "o-nobody":
        return {"errcode": 40003, "errmsg": "invalid openid"}
    return {"errcode": 0, "errmsg": "ok", "msg_id": 5}


def _echo(environ: Any, start_response: Any) -> list[bytes]:
    start_response("200 OK", [("content-type", "application/json")])
    return [environ["wsgi.input"].read()]


async def _chat(_scope: Any, receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.send", "text": "hello"})
    while (said := await receive())["type"] == "websocket.receive":
        await send({"type": "websocket.send", "text": said["text"][::-1]})

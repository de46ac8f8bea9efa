"""A small story for the timeline's tests; run as a program it prints its transcript."""

from __future__ import annotations

import contextlib
import datetime as dt
import sys
from typing import Any

from cloud_fake import CloudError, FakeCloud

NOON = dt.datetime(2026, 3, 4, 12, 0, tzinfo=dt.UTC)


def tell(seed: int = 7) -> FakeCloud:
    """Alice buys milk: nested function calls, failures, faults, and time that passes."""
    cloud = FakeCloud(env="dev-1a2b3c", openid="o-alice", collections=["todos"], seed=seed)
    cloud.clock.freeze(NOON)
    db = cloud.database()
    _ = db.command
    todos = db.collection("todos")

    @cloud.function("pay")
    def pay(event: Any, context: Any) -> Any:
        context.cloud.database().collection("todos").count()
        context.cloud.callFunction(name="note", data={"by": "pay"})
        return {"paid": event["sum"]}

    @cloud.function("note")
    async def note(event: Any, context: Any) -> None:
        await context.cloud.aio.database().collection("todos").add(data=event)

    @cloud.function("broken")
    def broken(event: Any, context: Any) -> None:
        raise ValueError("no milk")

    milk = todos.add(data={"text": "milk", "price": 3})
    cloud.clock.advance(minutes=11)
    todos.where({"price": _.gt(2)}).orderBy("price", "desc").limit(5).get()
    cloud.faults.delay("database.todos.count", seconds=1.5)
    cloud.callFunction(name="pay", data={"sum": 5})
    cloud.faults.lose_reply("database.todos.update", times=1)
    for attempt in (
        lambda: todos.doc(milk._id).update(data={"done": True}),
        lambda: cloud.callFunction(name="broken"),
        lambda: db.collection("orders").get(),
        lambda: todos.add(data={"tags": {"dairy", "cold", "white"}}),
    ):
        with contextlib.suppress(CloudError):
            attempt()
    cloud.as_user("o-bob").database().collection("todos").get()
    cloud.server.database().collection("todos").doc(milk._id).remove()
    return cloud


if __name__ == "__main__":
    sys.stdout.buffer.write(str(tell().calls).encode())

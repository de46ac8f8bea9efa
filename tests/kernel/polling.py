"""An app that asks every second until a function's timer has done its work, in whichever loop."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable
from typing import Any

from cloud_fake import CloudError, FakeCloud

__all__ = ["SECONDS", "poll", "sweep_at_the_minute"]

#: How long the app asks in vain.
SECONDS = 45


def sweep_at_the_minute(world: FakeCloud) -> None:
    """Register the function, so many seconds before its timer fires."""
    world.clock.move_to(dt.datetime(2030, 1, 1, 0, 0, 60 - SECONDS, tzinfo=dt.UTC))

    @world.function("sweep", timer="0 * * * * * *")
    def sweep(event: Any, context: Any) -> None:
        context.cloud.database().collection("todos").doc("done").set(data={"_openid": "o-alice"})


async def poll(world: FakeCloud, sleep: Callable[[float], Awaitable[object]]) -> int:
    """How often it asked in vain; -1 if it was always in vain."""
    for n in range(100):
        try:
            await world.aio.database().collection("todos").doc("done").get()
        except CloudError:
            await sleep(1)
        else:
            return n
    return -1

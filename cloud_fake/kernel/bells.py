"""Kernel: waiting for what another thread may bring, in asyncio or trio, whichever runs."""

from __future__ import annotations

import contextlib
import sys
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

__all__ = ["Bells"]


class Bells:
    """One for everybody who waits, each in a loop of their own; all are rung at once."""

    def __init__(self) -> None:
        self._bells: set[Callable[[], object]] = set()

    def ring(self) -> None:
        """Wake everybody; from any thread."""
        for bell in tuple(self._bells):
            # The loop of whoever waited may be over.
            with contextlib.suppress(RuntimeError):
                bell()

    async def wait(self, is_there: Callable[[], bool]) -> None:
        """Wait until it rings; not at all if what is waited for is there already."""
        bell, rung = _bell_in_this_loop()
        self._bells.add(bell)
        try:
            # It may have come while the bell was being hung.
            if not is_there():
                await rung()
        finally:
            self._bells.discard(bell)


def _bell_in_this_loop() -> tuple[Callable[[], object], Callable[[], Awaitable[object]]]:
    """Something to ring from any thread, and to wait for here."""
    trio = sys.modules.get("trio")  # not imported unless it already is
    if trio is not None and trio.lowlevel.in_trio_run():
        trio_event = trio.Event()
        token = trio.lowlevel.current_trio_token()
        return partial(token.run_sync_soon, trio_event.set), trio_event.wait
    import asyncio

    event = asyncio.Event()
    loop = asyncio.get_running_loop()
    return partial(loop.call_soon_threadsafe, event.set), event.wait

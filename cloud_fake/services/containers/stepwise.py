"""A coroutine that is run bit by bit: as far as it can go, and on when there is more for it.

An ASGI app waits in `receive()` for what the test does next, and a blocking test runs no event loop
meanwhile. So its coroutine is no task: it is driven inside whichever call has something for it, up
to where it parks, and lies still in between, in no loop at all.
"""

from __future__ import annotations

import sys
import types
from collections import deque
from collections.abc import Callable, Coroutine, Generator, MutableMapping
from typing import Any

__all__ = ["Mailbox", "Stepwise"]

Message = MutableMapping[str, Any]


class _Park:
    """Awaited where the coroutine has to wait for its driver."""

    def __await__(self) -> Generator[_Park, None, None]:
        yield self

    def __repr__(self) -> str:
        # asyncio prints it if another task than the driven coroutine waits here.
        return "an app that receives in a task of its own cannot be run step by step"


_PARK = _Park()


class Mailbox:
    """What a coroutine that is run step by step receives."""

    def __init__(self) -> None:
        self._messages: deque[Message] = deque()

    def put(self, message: Message) -> None:
        """Leave a message for the next step."""
        self._messages.append(message)

    async def receive(self) -> Message:
        """The next message; parks until there is one. ASGI's `receive`."""
        while not self._messages:
            await _PARK
        return self._messages.popleft()


class Stepwise:
    """Drives a coroutine from one park to the next; `ended` once it has returned or raised."""

    def __init__(self, coroutine: Coroutine[Any, Any, Any]) -> None:
        self._coroutine = coroutine
        self.ended = False

    @types.coroutine
    def advance(self) -> Generator[Any, Any, None]:
        """Run it to its next park or to its end; what it raises comes through."""
        resume: Callable[[Any], Any] = self._coroutine.send
        value: Any = None
        while not self.ended:
            awaited = self._resume(resume, value)
            if awaited is _PARK:
                return
            try:
                resume, value = self._coroutine.send, (yield awaited)
            except BaseException as error:  # noqa: BLE001 - the coroutine decides, not its driver
                resume, value = self._coroutine.throw, error

    def stop(self) -> None:
        """End it where it is parked."""
        self.ended = True
        self._coroutine.close()

    def _resume(self, resume: Callable[[Any], Any], value: Any) -> Any:
        """What the coroutine awaits next; a park once it has ended."""
        # A loop closes the asynchronous generators that began in it; these outlive it.
        hooks = sys.get_asyncgen_hooks()
        sys.set_asyncgen_hooks(None, None)
        try:
            return resume(value)
        except BaseException as end:
            self.ended = True
            if isinstance(end, StopIteration):
                return _PARK
            raise
        finally:
            sys.set_asyncgen_hooks(*hooks)

"""Kernel: what is to be said to user code about commits, in the order of the commits.

Observers learn of a commit under the world's lock, where no user code may run. What they have to
say they post here, and whoever has committed delivers it once the lock is free again: before the
writing call returns, whichever thread it is in.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from cloud_fake.kernel.timeline import Call

__all__ = ["Letter", "Outbox"]

#: Says one thing to user code; lets nothing out that the user code raises as an error.
Letter: TypeAlias = Callable[[], object]

#: Real seconds to wait for a delivery in another thread, which as a rule takes microseconds. It
#: cannot be for ever: the user code there may itself wait for the very call that waits here.
PATIENCE = 0.5


class Outbox:
    """Letters, said one at a time and in order, never two at once."""

    __slots__ = ("_delivering", "_letters", "_turn", "late")

    def __init__(self) -> None:
        #: What is to be said only once a call has been answered, by that call.
        self.late: dict[Call, list[Letter]] = {}
        self._letters: deque[Letter] = deque()
        self._turn = threading.RLock()
        self._delivering = False

    def post(self, letter: Letter) -> None:
        """Put one more; under the world's lock, so that the order is that of the commits."""
        self._letters.append(letter)

    def post_after(self, call: Call, letter: Letter) -> None:
        """Put one that is to be said once a call is over."""
        if call.ended is None:
            self.late.setdefault(call, []).append(letter)
        else:
            self.post(letter)

    def call_is_over(self, call: Call) -> bool:
        """Post what had to wait for a call; whether there is anything."""
        letters = self.late.pop(call, [])
        self._letters.extend(letters)
        return bool(letters)

    def deliver(self) -> None:
        """Say everything there is to say.

        When it returns all of it has been said, with two exceptions: user code that is being told
        something and calls the cloud hears of that call next, not within it; and a thread that has
        lost patience with another's user code leaves the rest to that thread.
        """
        if not self._letters and not self._delivering:
            return
        if not self._turn.acquire(timeout=PATIENCE):
            return
        try:
            if not self._delivering:
                self._deliver_all()
        finally:
            self._turn.release()

    def _deliver_all(self) -> None:
        self._delivering = True
        try:
            while self._letters:
                self._letters.popleft()()
        finally:
            self._delivering = False

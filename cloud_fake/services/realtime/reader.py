"""Realtime: the client that takes its time: what has arrived waits until it is heard."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloud_fake.kernel.outbox import Letter
    from cloud_fake.kernel.world import World

__all__ = ["Reader"]

#: "Try Again Later", for whom an overloaded server casts off
#: [uncertain: what the platform does with a client that does not keep up].
TOO_SLOW = 1013


class Waiting(NamedTuple):
    """A letter that was not heard yet, and how long it will keep the client busy."""

    letter: Letter
    busy: float


class Reader:
    """One client; whatever it does it does under the world's lock.

    Args:
        world: where it is.
        who: whose it is.
        drop: closes its connection, with a code.

    Attributes:
        is_busy: it hears nothing just now.
    """

    def __init__(self, world: World, who: str, drop: Callable[[int], object]) -> None:
        self._world = world
        self._who = who
        self._drop = drop
        self._waiting: deque[Waiting] = deque()
        self.is_busy = False

    def hand(self, letter: Letter, busy: float, most: float) -> None:
        """Let it hear a letter, now or once it is done with those before.

        Args:
            letter: what it is to hear.
            busy: how many seconds it takes for that.
            most: how many letters may wait for it.
        """
        if not self.is_busy:
            self._hear(Waiting(letter, busy))
        elif len(self._waiting) < most:
            self._waiting.append(Waiting(letter, busy))
        else:
            self._waiting.clear()
            self._drop(TOO_SLOW)

    def _hear(self, it: Waiting) -> None:
        self._world.outbox.post(it.letter)
        if it.busy:
            self.is_busy = True
            self._world.after(it.busy, self._who, self._go_on)

    def _go_on(self) -> None:
        with self._world.lock:
            self.is_busy = False
            while self._waiting and not self.is_busy:
                self._hear(self._waiting.popleft())
        self._world.deliver()

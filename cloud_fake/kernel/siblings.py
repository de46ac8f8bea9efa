"""Kernel: all calls of one cloud, and which of them ask the same."""

from __future__ import annotations

import bisect
from operator import attrgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from cloud_fake.kernel.calls import Call

__all__ = ["Siblings"]

_number = attrgetter("number")


class Repeats:
    """The calls that ask one thing and are over, oldest first.

    Attributes:
        calls: themselves.
        answered: the number of the newest that was answered; 0 if none was.
    """

    __slots__ = ("answered", "calls")

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.answered = 0

    def add(self, call: Call) -> None:
        """One more; calls end in another order than they begin."""
        bisect.insort(self.calls, call, key=_number)
        if call.ok:
            self.answered = max(self.answered, call.number)


class Siblings(list["Call"]):
    """The calls in their order; whoever wants those that ask the same need not compare every pair.

    They are sorted by what they ask once somebody wants to know, and from then on those that have
    come since. What still runs is kept apart, for it is not yet known how it ends.

    Attributes:
        before: how many calls the cloud had had before these, whose numbers begin at 1.
    """

    def __init__(self, told: Callable[[datetime], datetime] | None = None, before: int = 0) -> None:
        """Begin.

        Args:
            told: what their moments are told to be; what they are, if left out.
            before: see above.
        """
        super().__init__()
        self._told = told
        self.before = before
        self._forget_repeats()

    def seconds_between(self, begin: datetime, end: datetime) -> float:
        """How much of the cloud's time passed; what a wall clock ran on by itself is none of it."""
        if self._told is not None:
            begin, end = self._told(begin), self._told(end)
        return (end - begin).total_seconds()

    def _forget_repeats(self) -> None:
        self._repeats: dict[str, Repeats] = {}
        self._running: list[Call] = []
        self._seen = 0

    def drop(self, count: int) -> None:
        """Let go of so many, the oldest."""
        del self[:count]
        self._forget_repeats()

    def alike(self, call: Call) -> list[Call]:
        """Those that ask the same, itself among them, oldest first."""
        asked = call.fingerprint
        over = self._over(asked).calls
        running = [one for one in self._running if one.fingerprint == asked]
        return sorted([*over, *running], key=_number)

    def older(self, call: Call) -> int:
        """How many that ask the same came before."""
        asked = call.fingerprint
        over = bisect.bisect_left(self._over(asked).calls, call.number, key=_number)
        running = (one for one in self._running if one.number < call.number)
        return over + sum(one.fingerprint == asked for one in running)

    def tries_before(self, call: Call, most: int) -> list[Call]:
        """The newest of the older ones that ask the same, oldest first, at most so many."""
        asked = call.fingerprint
        over = self._over(asked).calls
        end = bisect.bisect_left(over, call.number, key=_number)
        running = [
            one for one in self._running if one.number < call.number and one.fingerprint == asked
        ]
        return sorted([*over[max(end - most, 0) : end], *running], key=_number)[-most:]

    def later(self, call: Call) -> Iterator[Call]:
        """Those that ask the same, came afterwards and are over, oldest first."""
        over = self._over(call.fingerprint).calls
        first = bisect.bisect_right(over, call.number, key=_number)
        return (over[index] for index in range(first, len(over)))

    def is_answered_later(self, call: Call) -> bool:
        """Whether one that asks the same came afterwards and was answered."""
        return self._over(call.fingerprint).answered > call.number

    def _over(self, asked: str) -> Repeats:
        """Those that ask this and are over, among all that there are by now."""
        fresh = [*self._running, *self[self._seen :]]
        self._seen = len(self)
        self._running = [call for call in fresh if call.ended is None]
        for call in fresh:
            if call.ended is not None:
                self._repeats.setdefault(call.fingerprint, Repeats()).add(call)
        return self._repeats.get(asked) or Repeats()

"""Kernel: all calls of one cloud, and which of them ask the same."""

from __future__ import annotations

import bisect
from operator import attrgetter
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from cloud_fake.kernel.calls import Call
    from cloud_fake.kernel.moves import Moves

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

    A call does not know of its siblings before somebody gets to see it: until then the two do not
    hold each other, and what nobody looks at is gone with its cloud.

    Attributes:
        before: how many calls the cloud had had before these, whose numbers begin at 1.
    """

    #: How many of them know of the others.
    _acquainted = 0
    #: How many of them are sorted, and which of these still ran when they were.
    _sorted = 0
    _running: Sequence[Call] = ()

    def __init__(self, moves: Moves | None = None, before: int = 0) -> None:
        """Begin.

        Args:
            moves: those of their clock; as if there were none, if left out.
            before: see above.
        """
        # A list that is made anew is empty without its own `__init__`.
        self._moves = moves
        self.before = before
        self._repeats: dict[str, Repeats] = {}

    def seconds_between(self, begin: datetime, end: datetime) -> float:
        """How much of the cloud's time passed; what a wall clock ran on by itself is none of it."""
        if self._moves is not None:
            begin, end = self._moves.told(begin), self._moves.told(end)
        return (end - begin).total_seconds()

    def acquainted(self) -> Self:
        """Themselves, each of which knows of the others from now on."""
        count = len(self)
        for call in self[self._acquainted : count]:
            call.siblings = self
        self._acquainted = count
        return self

    def drop(self, count: int) -> None:
        """Let go of so many, the oldest."""
        for call in self[:count]:
            call.siblings = self  # for whoever still holds it
        del self[:count]
        self._acquainted = self._sorted = 0
        self._running, self._repeats = (), {}

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
        fresh = [*self._running, *self.acquainted()[self._sorted :]]
        self._sorted = len(self)
        self._running = [call for call in fresh if call.ended is None]
        for call in fresh:
            if call.ended is not None:
                self._repeats.setdefault(call.fingerprint, Repeats()).add(call)
        return self._repeats.get(asked) or Repeats()

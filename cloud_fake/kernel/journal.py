"""Kernel: what happens in one world is written down here, call by call; the timeline reads it.

A journal knows of no clock and no world, so that what is written in it holds on to neither.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from contextvars import ContextVar
from operator import attrgetter
from typing import TYPE_CHECKING

from cloud_fake.kernel.calls import Call
from cloud_fake.kernel.faults.durations import show_seconds
from cloud_fake.kernel.siblings import Siblings
from cloud_fake.values.dates import EPOCH

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from cloud_fake.kernel.moves import Moves
    from cloud_fake.kernel.operation import Operation
    from cloud_fake.kernel.session import Session
    from cloud_fake.models.selection import Selection

__all__ = ["Journal", "Note"]

#: The journal beside which this thread or task is looking on.
_ASIDE: ContextVar[Journal | None] = ContextVar("aside", default=None)


class Note:
    """Something that happened beside the calls: a clock move, a function's print, a watch event.

    Attributes:
        number: that of the last call before it.
        at: when it was.
        kind: what it is, in a word.
        text: what is told.
        depth: how many function calls it is inside of.
    """

    __slots__ = ("at", "depth", "kind", "number", "text")

    def __init__(self, number: int, at: datetime, kind: str, text: str, depth: int = 0) -> None:
        self.number = number
        self.at = at
        self.kind = kind
        self.text = text
        self.depth = depth


class Journal:
    """The calls of one world, and what happened between them.

    Attributes:
        start: the moment of the first entry.
        last: the number of the newest call; 0 before the first.
    """

    start = EPOCH
    last = 0

    def __init__(self, moves: Moves, limit: int | None = None) -> None:
        """Begin.

        Args:
            moves: those of the clock whose moments are noted.
            limit: how many of the last entries are kept; all of them if None.
        """
        self._moves = moves
        self._limit = limit
        self._calls = Siblings(moves)
        self._notes: list[Note] = []
        #: The place of the last answered call of each name, for questions about the past.
        self._answered: dict[str, int] = {}
        self._lock = threading.Lock()

    # --- writing ----------------------------------------------------------------------------------

    def open(
        self,
        now: datetime,
        operation: Operation,
        session: Session,
        options: object,
        selection: Selection | None,
    ) -> Call:
        """Begin a call's line; a call made `aside` has none, and the number 0."""
        if _ASIDE.get() is self:
            return Call(0, now, operation, session, options, selection)
        with self._lock:
            self.last = number = self.last + 1
            call = Call(number, now, operation, session, options, selection)
            self._calls.append(call)
            if number == 1 and not self._notes:
                self.start = now
            if self._limit is not None:
                self._keep_to(self._limit)
        return call

    def note(self, at: datetime, kind: str, text: str, depth: int = 0) -> None:
        """Write down what is not a call."""
        if _ASIDE.get() is self:
            return
        with self._lock:
            if self.is_empty:
                self.start = at
            self._notes.append(Note(self.last, at, kind, text, depth))
            if self._limit is not None:
                self._keep_to(self._limit)

    def note_time(self, before: datetime, after: datetime) -> None:
        """The test lets time pass: that is told, once there is something to tell."""
        step = round((after - before).total_seconds(), 3)
        if step and self._calls:
            self.note(before, "clock", f"+{show_seconds(step)}")

    def keep_answered(self, call: Call) -> None:
        """Remember that such a call was answered, for rules that wait for it."""
        if call.number:
            self.calls()
            place = call.siblings.before + call.number
            # Calls are answered in another order than they are made.
            self._answered[call.name] = max(place, self._answered.get(call.name, 0))

    def _keep_to(self, limit: int) -> None:
        """Let go of the oldest entries, many at a time, so that it costs nothing on average."""
        if len(self._calls) + len(self._notes) < 2 * limit:
            return
        gone = self._entries()[: -limit or None]
        calls = sum(type(entry) is Call for entry in gone)
        self._calls.drop(calls)
        del self._notes[: len(gone) - calls]

    def clear(self) -> None:
        """Begin anew. What rules wait for goes on: an answer of before was an answer."""
        with self._lock:
            self.calls()
            self._calls = Siblings(self._moves, self.made)
            self._notes.clear()
            self.last = 0

    # --- looking on -------------------------------------------------------------------------------

    @contextmanager
    def aside(self) -> Iterator[None]:
        """What happens inside the block leaves no trace here."""
        token = _ASIDE.set(self)
        try:
            yield
        finally:
            _ASIDE.reset(token)

    @property
    def is_aside(self) -> bool:
        """Whether whoever asks is only looking on."""
        return _ASIDE.get() is self

    # --- reading ----------------------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self._calls)

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands in it."""
        return not self._calls and not self._notes

    @property
    def made(self) -> int:
        """How many calls there have been, with those of which `clear` let go."""
        return self._calls.before + self.last

    def calls(self) -> Siblings:
        """The calls as whoever looks at them gets them: each knows those that ask the same."""
        return self._calls.acquainted()

    def names(self) -> list[str]:
        """The calls' names, for which nobody need see a call."""
        return [call.name for call in self._calls]

    def entries(self) -> list[Call | Note]:
        """Calls and notes, in order."""
        self.calls()
        return self._entries()

    def _entries(self) -> list[Call | Note]:
        return sorted([*self._calls, *self._notes], key=_number) if self._notes else [*self._calls]

    def answered(self) -> dict[str, int]:
        """The place of the last answered call of each name."""
        return self._answered.copy()


_number = attrgetter("number")

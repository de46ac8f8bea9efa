"""The timeline: everything that happened, in order, in the cloud's own time.

`cloud.calls` is one. A line keeps references to values that nobody edits and is rendered only when
somebody prints it. `str()` is a transcript for people.
"""

from __future__ import annotations

import fnmatch
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, overload

from cloud_fake.kernel.calls import Call, Calls, Committed
from cloud_fake.kernel.rendering import render_text, render_value
from cloud_fake.kernel.siblings import Siblings

if TYPE_CHECKING:
    from datetime import datetime

    from cloud_fake.kernel.clock import Clock
    from cloud_fake.kernel.operation import Operation
    from cloud_fake.kernel.session import Session
    from cloud_fake.models.selection import Selection

__all__ = ["Call", "Note", "Timeline"]

#: The timeline beside which this thread or task is looking on.
_ASIDE: ContextVar[Timeline | None] = ContextVar("aside", default=None)


class Note:
    """Something that happened beside the calls: a clock move, a function's print, a watch event."""

    __slots__ = ("at", "depth", "kind", "text")

    def __init__(self, at: datetime, kind: str, text: str, depth: int = 0) -> None:
        self.at = at
        self.kind = kind
        self.text = text
        self.depth = depth


class Timeline(Sequence[Call]):
    """The calls of one world, and what happened between them."""

    def __init__(self, clock: Clock, limit: int | None = None) -> None:
        """Begin.

        Args:
            clock: whose time it is.
            limit: how many of the last entries are kept; all of them if None.
        """
        self._clock = clock
        self._limit = limit
        #: The place of the last answered call of each name, for questions about the past.
        self._answered: dict[str, int] = {}
        self._start = clock.now()
        self._calls = Siblings(clock.told)
        self._entries: list[Call | Note] = []
        self._last = 0
        self._lock = threading.Lock()

    # --- writing ----------------------------------------------------------------------------------

    def open(
        self,
        operation: Operation,
        session: Session,
        options: object,
        selection: Selection | None,
    ) -> Call:
        """Begin a call's line; a call made `aside` has none, and the number 0."""
        now = self._clock.now()
        if _ASIDE.get() is self:
            return Call(0, now, operation, session, options, selection)
        with self._lock:
            calls = self._calls
            self._last = number = self._last + 1
            call = Call(number, now, operation, session, options, selection, calls)
            calls.append(call)
            self._keep(call)
        return call

    def close(self, call: Call, error: BaseException | None = None) -> None:
        """End a call's line."""
        if error is not None:
            call.error = error
            call.answer = None
        call.ended = call.ended or self._clock.now()

    def keep_answered(self, call: Call) -> None:
        """Remember that such a call was answered, for rules that wait for it."""
        if call.number:
            place = call.siblings.before + call.number
            # Calls are answered in another order than they are made.
            self._answered[call.name] = max(place, self._answered.get(call.name, 0))

    def note(self, kind: str, text: str, depth: int = 0) -> None:
        """Write down what is not a call."""
        if _ASIDE.get() is self:
            return
        with self._lock:
            self._keep(Note(self._clock.now(), kind, text, depth))

    def _keep(self, entry: Call | Note) -> None:
        """One more entry; the oldest go, many at a time, so that it costs nothing on average."""
        entries = self._entries
        if not entries:
            self._start = entry.at
        entries.append(entry)
        limit = self._limit
        if limit is not None and len(entries) >= 2 * limit:
            del entries[: len(entries) - limit]
            kept = sum(type(entry) is Call for entry in entries)
            self._calls.drop(len(self._calls) - kept)

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

    def clear(self) -> None:
        """Begin anew. What rules wait for goes on: an answer of before was an answer."""
        with self._lock:
            self._calls = Siblings(self._clock.told, self.made)
            self._entries.clear()
            self._last = 0
            self._start = self._clock.now()

    # --- reading ----------------------------------------------------------------------------------

    def elapsed(self) -> float:
        """Seconds of the cloud's time since the first entry."""
        if not self._entries:
            return 0.0
        return (self._clock.now() - self._start).total_seconds()

    @overload
    def __getitem__(self, index: int) -> Call: ...
    @overload
    def __getitem__(self, index: slice) -> list[Call]: ...
    def __getitem__(self, index: int | slice) -> Call | list[Call]:
        return self._calls[index]

    def __len__(self) -> int:
        return len(self._calls)

    def __iter__(self) -> Iterator[Call]:
        return iter(list(self._calls))

    @property
    def last_number(self) -> int:
        """The number of the newest call; 0 before the first."""
        return self._last

    @property
    def made(self) -> int:
        """How many calls there have been, with those of which `clear` let go."""
        return self._calls.before + self._last

    def answered_since(self, pattern: str, made: int) -> bool:
        """Whether a call of such a name, made after so many others, has been answered."""
        return any(
            last > made and fnmatch.fnmatchcase(name, pattern)
            for name, last in list(self._answered.items())
        )

    def to(self, pattern: str, where: Any = None, **equal: Any) -> Calls:
        """The calls whose canonical name matches: `calls.to("database.todos.*")`.

        Args:
            pattern: a glob over canonical names, or several, `database.*|watch.*`.
            where: a condition on the arguments, in the database's own query language.
            **equal: the same, of arguments by name: `data={"order": 7}`; both have to hold.
        """
        from cloud_fake.kernel.faults.matching import Match

        match, other = Match(pattern, where), Match(pattern, equal or None)
        named = [call for call in self._calls if match.names(call.name)]
        return Calls(call for call in named if match.fits(call) and other.fits(call))

    def committed(self, pattern: str, where: Any = None, **equal: Any) -> Committed:
        """How often some work was really done, also where the answer was lost; see `to`.

        `assert cloud.calls.committed("function.pay", data={"order": 7}).once()`
        """
        return self.to(pattern, where, **equal).committed

    @property
    def entries(self) -> list[Call | Note]:
        """Calls and notes, in order."""
        return list(self._entries)

    def since(self, moment: datetime) -> float:
        """Seconds from the first entry to a moment, but for what a wall clock has run on."""
        told = self._clock.told
        return max((told(moment) - told(self._start)).total_seconds(), 0.0)

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def __repr__(self) -> str:
        return f"<Timeline of {len(self)} calls>"

    def lines(self) -> list[str]:
        """The transcript, a line an entry; times are as in `since`."""
        return [self._line(entry) for entry in self.entries]

    def _line(self, entry: Call | Note) -> str:
        since = _clock_time(self.since(entry.at))
        indent = "  " * entry.depth
        if isinstance(entry, Note):
            return f"{since}  {'':<12}{indent}· {entry.kind}: {render_text(entry.text)}"
        struck = "".join(f"  ⚡{fault}" for fault in entry.faults)
        asked = render_value(entry.said)
        return f"{since}  {entry.caller:<12}{indent}{entry.name} {asked}{struck} {entry.outcome()}"


def _clock_time(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(int(minutes), 60)
    return f"+{hours:02d}:{minutes:02d}:{rest:06.3f}"

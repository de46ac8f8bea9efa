"""The timeline: everything that happened, in order, in the cloud's own time.

`cloud.calls` is one. A line keeps references to values that nobody edits and is rendered only when
somebody prints it. `str()` is a transcript for people.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, overload

from cloud_fake.kernel.calls import Call, Calls, Committed
from cloud_fake.kernel.journal import Note
from cloud_fake.kernel.rendering import render_text, render_value

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from datetime import datetime

    from cloud_fake.kernel.clock import Clock
    from cloud_fake.kernel.journal import Journal

__all__ = ["Call", "Note", "Timeline"]


class Timeline(Sequence[Call]):
    """The calls of one world, and what happened between them.

    Args:
        clock: whose time it is.
        journal: where they are written down.
    """

    def __init__(self, clock: Clock, journal: Journal) -> None:
        self._clock = clock
        self._journal = journal

    # --- writing ----------------------------------------------------------------------------------

    def note(self, kind: str, text: str, depth: int = 0) -> None:
        """Write down what is not a call."""
        self._journal.note(self._clock.now(), kind, text, depth)

    def clear(self) -> None:
        """Begin anew. What rules wait for goes on: an answer of before was an answer."""
        self._journal.clear()

    def aside(self) -> AbstractContextManager[None]:
        """What happens inside the block leaves no trace here."""
        return self._journal.aside()

    @property
    def is_aside(self) -> bool:
        """Whether whoever asks is only looking on."""
        return self._journal.is_aside

    # --- reading ----------------------------------------------------------------------------------

    def elapsed(self) -> float:
        """Seconds of the cloud's time since the first entry."""
        if self._journal.is_empty:
            return 0.0
        return (self._clock.now() - self._journal.start).total_seconds()

    @overload
    def __getitem__(self, index: int) -> Call: ...
    @overload
    def __getitem__(self, index: slice) -> list[Call]: ...
    def __getitem__(self, index: int | slice) -> Call | list[Call]:
        return self._journal.calls()[index]

    def __len__(self) -> int:
        return len(self._journal)

    def __iter__(self) -> Iterator[Call]:
        return iter(list(self._journal.calls()))

    @property
    def last_number(self) -> int:
        """The number of the newest call; 0 before the first."""
        return self._journal.last

    @property
    def made(self) -> int:
        """How many calls there have been, with those of which `clear` let go."""
        return self._journal.made

    def answered_since(self, pattern: str, made: int) -> bool:
        """Whether a call of such a name, made after so many others, has been answered."""
        return any(
            last > made and fnmatch.fnmatchcase(name, pattern)
            for name, last in self._journal.answered().items()
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
        named = [call for call in self._journal.calls() if match.names(call.name)]
        return Calls(call for call in named if match.fits(call) and other.fits(call))

    def committed(self, pattern: str, where: Any = None, **equal: Any) -> Committed:
        """How often some work was really done, also where the answer was lost; see `to`.

        `assert cloud.calls.committed("function.pay", data={"order": 7}).once()`
        """
        return self.to(pattern, where, **equal).committed

    @property
    def names(self) -> list[str]:
        """The canonical names of the calls, in order."""
        return self._journal.names()

    @property
    def entries(self) -> list[Call | Note]:
        """Calls and notes, in order."""
        return self._journal.entries()

    def since(self, moment: datetime) -> float:
        """Seconds from the first entry to a moment, but for what a wall clock has run on."""
        told = self._clock.told
        return max((told(moment) - told(self._journal.start)).total_seconds(), 0.0)

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

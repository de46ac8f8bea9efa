"""The timeline: everything that happened, in order, in the cloud's own time.

`cloud.calls` is one. A line keeps references to values that nobody edits and is rendered only when
somebody prints it. `str()` is a transcript for people.
"""

from __future__ import annotations

import fnmatch
import itertools
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, overload

from cloud_fake.kernel.rendering import render_value

if TYPE_CHECKING:
    from datetime import datetime

    from cloud_fake.kernel.clock import Clock
    from cloud_fake.kernel.operation import Operation
    from cloud_fake.kernel.session import Session
    from cloud_fake.models.selection import Selection

__all__ = ["Call", "Note", "Timeline"]


class Call:
    """One operation that passed the gate.

    Attributes:
        number: its place among the calls, from 1.
        at: when it began, ended: when it was over (aware datetimes, UTC; None while it runs).
        name: the canonical name, `database.todos.add`.
        caller: who asked.
        arguments: what was asked, as the caller gave it; not to be edited.
        result: what was answered; error: what was raised instead.
        faults: the fault rules that struck it.
        inside: the function call whose handler made it.
    """

    __slots__ = (
        "_operation", "_selection", "at", "ended", "error", "faults", "inside",
        "name", "number", "options", "result", "session", "target",
    )  # fmt: skip

    def __init__(
        self,
        number: int,
        at: datetime,
        operation: Operation,
        session: Session,
        options: object,
        selection: Selection | None,
    ) -> None:
        self.number = number
        self.at = at
        self._operation = operation
        self.options = options
        self._selection = selection
        self.session = session
        self.target = operation.target(options, selection)
        self.name = operation.canonical(self.target)
        self.inside = session.inside
        self.ended: datetime | None = None
        self.result: Any = None
        self.error: BaseException | None = None
        self.faults: list[str] = []

    @property
    def arguments(self) -> dict[str, Any]:
        """What was asked: what the builder collected and the call's own options."""
        said = self._selection.shown() if self._selection is not None else {}
        return {**said, **self.options} if isinstance(self.options, Mapping) else said

    @property
    def caller(self) -> str:
        """Who asked: an openid, `server`, or the function inside which it happened."""
        return self.session.caller

    @property
    def api(self) -> str:
        """The caller's SDK's name for the operation."""
        return self.session.dialect.api(self._operation.api)

    @property
    def ok(self) -> bool:
        """Whether it was answered."""
        return self.ended is not None and self.error is None

    @property
    def depth(self) -> int:
        """How many function calls it is inside of."""
        return 0 if self.inside is None else self.inside.depth + 1

    def outcome(self) -> str:
        """How it ended, in a few words."""
        if self.error is not None:
            text = getattr(self.error, "errMsg", "") or repr(self.error)
            return f"✗ {text.splitlines()[0]}"
        return f"→ {render_value(self.result)}" if self.ended is not None else "…"

    def __repr__(self) -> str:
        return f"<Call {self.number} {self.name} {self.outcome()}>"


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

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._start = clock.now()
        self._calls: list[Call] = []
        self._entries: list[Call | Note] = []
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    # --- writing ----------------------------------------------------------------------------------

    def open(
        self,
        operation: Operation,
        session: Session,
        options: object,
        selection: Selection | None,
    ) -> Call:
        """Begin a call's line."""
        with self._lock:
            if not self._entries:
                self._start = self._clock.now()
            call = Call(
                next(self._numbers), self._clock.now(), operation, session, options, selection
            )
            self._calls.append(call)
            self._entries.append(call)
        return call

    def close(self, call: Call, result: Any = None, error: BaseException | None = None) -> None:
        """End a call's line."""
        call.result = result
        call.error = error
        call.ended = self._clock.now()

    def note(self, kind: str, text: str, depth: int = 0) -> None:
        """Write down what is not a call."""
        with self._lock:
            self._entries.append(Note(self._clock.now(), kind, text, depth))

    def clear(self) -> None:
        """Begin anew."""
        with self._lock:
            self._calls.clear()
            self._entries.clear()
            self._numbers = itertools.count(1)
            self._start = self._clock.now()

    # --- reading ----------------------------------------------------------------------------------

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

    def to(self, pattern: str) -> list[Call]:
        """The calls whose canonical name matches: `calls.to("database.todos.*")`."""
        return [call for call in self._calls if fnmatch.fnmatchcase(call.name, pattern)]

    @property
    def entries(self) -> list[Call | Note]:
        """Calls and notes, in order."""
        return list(self._entries)

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def __repr__(self) -> str:
        return f"<Timeline of {len(self)} calls>"

    def lines(self) -> list[str]:
        """The transcript, a line an entry; times are since the first entry."""
        return [self._line(entry) for entry in self.entries]

    def _line(self, entry: Call | Note) -> str:
        since = _since((entry.at - self._start).total_seconds())
        indent = "  " * entry.depth
        if isinstance(entry, Note):
            return f"{since}  {'':<12}{indent}· {entry.kind}: {entry.text}"
        struck = "".join(f"  ⚡{fault}" for fault in entry.faults)
        asked = render_value(entry.arguments)
        return f"{since}  {entry.caller:<12}{indent}{entry.name} {asked}{struck} {entry.outcome()}"


def _since(seconds: float) -> str:
    minutes, rest = divmod(max(seconds, 0.0), 60)
    hours, minutes = divmod(int(minutes), 60)
    return f"+{hours:02d}:{minutes:02d}:{rest:06.3f}"

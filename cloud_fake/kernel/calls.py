"""One call on the timeline, and several of them: what a test asks about the past."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from cloud_fake.kernel.outcome import outcome
from cloud_fake.kernel.rendering import render_value
from cloud_fake.kernel.siblings import Siblings
from cloud_fake.models.results import Result
from cloud_fake.values.keeping import kept, unpacked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from cloud_fake.kernel.operation import Operation
    from cloud_fake.kernel.session import Session
    from cloud_fake.models.selection import Selection
    from cloud_fake.models.tasks import TransferTask

__all__ = ["Call", "Calls", "Committed"]


class Call:
    """One operation that passed the gate.

    Attributes:
        number: its place among the calls, from 1.
        at: when it began, ended: when it was over (aware datetimes, UTC; None while it runs).
        operation: what was asked.
        target: what it is about: a collection, a function, a file.
        held: the call's own options as they came; once they have been checked, what is kept of
            them, which nobody edits.
        selection: which records it is about.
        session: who asked.
        error: what was raised instead of an answer.
        faults: the fault rules that struck it.
        executions: how often the backend did its work, also when the answer was lost.
        siblings: all the calls of its cloud, once somebody has got to see one of them.
        broken: of a watch, the error that has ended it after it had begun.
    """

    # Most calls end as they begin, so what seldom differs stands here and not in each of them.
    ended: datetime | None = None
    #: What was answered: nobody else's, or stored values that nobody edits.
    answer: Any = None
    error: BaseException | None = None
    faults: tuple[str, ...] = ()
    executions = 0
    #: Of a transfer in the callback form, the caller's handle to it.
    task: TransferTask | None = None
    siblings = Siblings()
    broken: BaseException | None = None

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
        self.operation = operation
        self.held = options
        self.selection = selection
        self.session = session
        self.target = operation.target(options) if selection is None else selection.collection

    @property
    def name(self) -> str:
        """The canonical name, `database.todos.add`."""
        return self.operation.name.replace("{target}", self.target)

    @property
    def options(self) -> Any:
        """The call's own options."""
        return unpacked(self.held)

    @property
    def transaction(self) -> str | None:
        """The open transaction it happens in."""
        return None if self.selection is None else self.selection.transaction

    @property
    def result(self) -> Any:
        """What was answered, as it was when it was; None if nothing was."""
        if self.answer is None:
            return None
        present = self.operation.present
        result = kept(unpacked(self.answer) if present is None else present(self.answer))
        if isinstance(result, Result):
            result["errMsg"] = self.success
        return result

    @property
    def success(self) -> str:
        """`errMsg` of its success."""
        return self.operation.success or f"{self.api}:ok"

    @property
    def inside(self) -> Call | None:
        """The function call whose handler made it."""
        return self.session.inside

    @property
    def arguments(self) -> dict[str, Any]:
        """What was asked: what the builder collected and the call's own options."""
        copy: dict[str, Any] = kept(self.said)
        return copy

    @property
    def said(self) -> dict[str, Any]:
        """The arguments themselves, to be looked at and not edited."""
        said = self.selection.shown() if self.selection is not None else {}
        options = self.options
        return {**said, **options} if isinstance(options, Mapping) else said

    @property
    def caller(self) -> str:
        """Who asked: an openid, `server`, or the function inside which it happened."""
        return self.session.caller

    @property
    def api(self) -> str:
        """The caller's SDK's name for the operation."""
        name = self.operation.api
        if "{" in name:
            name = name.replace("{target}", self.target)
        return self.session.dialect.api(name)

    @property
    def ok(self) -> bool:
        """Whether it was answered."""
        return self.ended is not None and self.error is None

    @property
    def fingerprint(self) -> str:
        """What was asked, by whom: a retry has the fingerprint of what it tries again."""
        return f"{self.caller} {self.name} {render_value(self.said, 10_000)}"

    @property
    def attempt(self) -> int:
        """The how-manieth time it is that this is asked: 1, and more for a retry."""
        return 1 + self.siblings.older(self)

    def retries(self) -> list[Call]:
        """The other calls that ask the same."""
        return [call for call in self.siblings.alike(self) if call is not self]

    def tries_before(self, most: int) -> list[Call]:
        """The newest of the older calls that ask the same, oldest first, at most so many."""
        return self.siblings.tries_before(self, most)

    def later_tries(self) -> Iterator[Call]:
        """The calls that asked the same afterwards and are over, oldest first."""
        return self.siblings.later(self)

    @property
    def is_retried(self) -> bool:
        """Whether the same was asked again afterwards, and answered."""
        return self.siblings.is_answered_later(self)

    @property
    def depth(self) -> int:
        """How many function calls it is inside of."""
        inside = self.session.inside
        return 0 if inside is None else inside.depth + 1

    @property
    def took(self) -> float:
        """Seconds of the cloud's time, so far none for one that runs."""
        return self.siblings.seconds_between(self.at, self.ended or self.at)

    def outcome(self) -> str:
        """How it ended, in a few words: `✗ collection.add:fail request:fail timeout (after 3s)`."""
        return outcome(self)

    def __repr__(self) -> str:
        return f"<Call {self.number} {self.name} {self.outcome()}>"


class Calls(list[Call]):
    """Some of the calls, in order: `cloud.calls.to("function.pay")`."""

    @property
    def attempts(self) -> int:
        """How often the same was asked: of several requests, the one that was asked most often.

        `len()` is how many calls there were. Three orders of one customer are three calls and one
        attempt each; one order that is sent three times is three attempts. Scenarios count alike.
        """
        return max(Counter(call.fingerprint for call in self).values(), default=0)

    @property
    def committed(self) -> Committed:
        """How often their work was really done, also where the answer was lost."""
        return Committed(self)


class Committed(int):
    """How often some work was done. A number, that remembers which calls did it."""

    calls: tuple[Call, ...]

    def __new__(cls, calls: Iterable[Call] = ()) -> Self:
        """Count what the calls have done."""
        done = tuple(call for call in calls if call.executions)
        self = super().__new__(cls, sum(call.executions for call in done))
        self.calls = done
        return self

    def once(self) -> bool:
        """Whether it was done once, and not more."""
        return self == 1

    def __repr__(self) -> str:
        told = ", ".join(f"{call.number} {call.name}" for call in self.calls)
        return f"<committed {int(self)}{f': {told}' if told else ''}>"

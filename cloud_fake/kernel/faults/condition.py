"""One link of a rule's schedule, and what it may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from cloud_fake.errors import MisuseError

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloud_fake.kernel.calls import Call

__all__ = ["Condition", "Instant", "check_number"]


class Instant(NamedTuple):
    """The moment at which a match happens.

    Attributes:
        since_start: seconds since the cloud's first call.
        since_armed: seconds since the rule was made.
        draw: this condition's draw for the n-th match it sees, at least 0 and below 1.
        answered: whether a call of such a name has been answered since the rule was made.
        call: the call that matches; None where none is asked about.
        state: what state the test says the world is in, if it says so.
    """

    since_start: float
    since_armed: float
    draw: Callable[[int], float]
    answered: Callable[[str], bool]
    call: Call | None = None
    state: str | None = None


class Condition:
    """One link of the chain; immutable, the rule keeps the counts."""

    word: ClassVar[str]
    #: Whether it asks what has been answered.
    follows_answers: ClassVar[bool] = False

    def admits(self, number: int, instant: Instant) -> bool:
        """Whether the `number`-th match it sees passes, counted from 1."""
        raise NotImplementedError

    def ends_in(self, instant: Instant) -> float | None:
        """In how many seconds the clock will have exhausted it; None if it will not."""
        return None

    def exhausted(self, seen: int, instant: Instant) -> bool:
        """Whether nothing can pass any more."""
        return False


def check_number(value: object, what: str) -> None:
    """Refuse what counts nothing.

    Raises:
        MisuseError: it is no whole number, or below 1.
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise MisuseError(f"{what}, 1 or more, not {value!r}")

"""When a rule strikes: conditions in a chain, each seeing only what the ones before let through.

`skip(1).every(2).times(3)` leaves out the first match, takes every second of the rest, three times
in all. A condition that draws does so by the number of what it sees, so another rule, call or
condition never shifts its draws.
"""

from __future__ import annotations

from dataclasses import dataclass

from cloud_fake.errors import MisuseError
from cloud_fake.kernel.faults.condition import Condition, Instant, check_number
from cloud_fake.kernel.faults.spelling import plain
from cloud_fake.kernel.faults.surroundings import After, Between, For, Until, WhileState

__all__ = [
    "After",
    "Between",
    "Condition",
    "Every",
    "For",
    "Instant",
    "Nth",
    "Probability",
    "Sequence",
    "Skip",
    "Times",
    "Until",
    "WhileState",
]


@dataclass(frozen=True)
class Times(Condition):
    """The first n."""

    word = "times"
    n: int

    def __post_init__(self) -> None:
        check_number(self.n, "times is how often a rule strikes")

    def admits(self, number: int, instant: Instant) -> bool:
        """See `Condition`."""
        return number <= self.n

    def exhausted(self, seen: int, instant: Instant) -> bool:
        """See `Condition`."""
        return seen >= self.n

    def __str__(self) -> str:
        return "once" if self.n == 1 else f"times {self.n}"


@dataclass(frozen=True)
class Skip(Condition):
    """All but the first n."""

    word = "skip"
    n: int

    def __post_init__(self) -> None:
        check_number(self.n, "skip is how many matches are left out")

    def admits(self, number: int, instant: Instant) -> bool:
        """See `Condition`."""
        return number > self.n

    def __str__(self) -> str:
        return f"skip {self.n}"


@dataclass(frozen=True)
class Nth(Condition):
    """Exactly these, counted from 1."""

    word = "nth"
    numbers: tuple[int, ...]

    def __post_init__(self) -> None:
        if not self.numbers:
            raise MisuseError("nth says which matches, and was given none")
        for number in self.numbers:
            check_number(number, "nth says which matches")

    def admits(self, number: int, instant: Instant) -> bool:
        """See `Condition`."""
        return number in self.numbers

    def exhausted(self, seen: int, instant: Instant) -> bool:
        """See `Condition`."""
        return seen >= max(self.numbers)

    def __str__(self) -> str:
        return "nth " + ",".join(map(str, self.numbers))


@dataclass(frozen=True)
class Every(Condition):
    """Every n-th."""

    word = "every"
    n: int

    def __post_init__(self) -> None:
        check_number(self.n, "every is how many matches make a round")

    def admits(self, number: int, instant: Instant) -> bool:
        """See `Condition`."""
        return number % self.n == 0

    def __str__(self) -> str:
        return f"every {self.n}"


@dataclass(frozen=True)
class Sequence(Condition):
    """By a list of `ok` and `fault`; after its end, nothing."""

    word = "sequence"
    steps: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.steps or any(step not in ("ok", "fault") for step in self.steps):
            raise MisuseError(f"a sequence is made of 'ok' and 'fault', not {self.steps!r}")

    def admits(self, number: int, instant: Instant) -> bool:
        """See `Condition`."""
        return number <= len(self.steps) and self.steps[number - 1] == "fault"

    def exhausted(self, seen: int, instant: Instant) -> bool:
        """See `Condition`."""
        return seen >= len(self.steps)

    def __str__(self) -> str:
        return "sequence " + ",".join(self.steps)


@dataclass(frozen=True)
class Probability(Condition):
    """Each with this chance."""

    word = "p"
    chance: float

    def __post_init__(self) -> None:
        chance = self.chance
        if isinstance(chance, bool) or not isinstance(chance, (int, float)) or not 0 <= chance <= 1:
            raise MisuseError(f"a chance is between 0 and 1, not {chance!r}")

    def admits(self, number: int, instant: Instant) -> bool:
        """See `Condition`."""
        return instant.draw(number) < self.chance

    def __str__(self) -> str:
        return f"p {plain(self.chance)}"

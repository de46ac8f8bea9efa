"""When a rule strikes, by what is around it: the clock, other calls, the state of the world."""

from __future__ import annotations

from dataclasses import dataclass

from cloud_fake.errors import MisuseError
from cloud_fake.kernel.faults.condition import Condition, Instant
from cloud_fake.kernel.faults.durations import show_seconds
from cloud_fake.kernel.faults.spelling import spelt

__all__ = ["After", "Between", "For", "Until", "WhileState"]


@dataclass(frozen=True)
class Between(Condition):
    """In a window of the cloud's time, in seconds since its first call."""

    word = "between"
    start: float
    end: float

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise MisuseError(f"between: {self.end:g}s is not later than {self.start:g}s")

    def admits(self, number: int, instant: Instant) -> bool:
        """See `Condition`."""
        return self.start <= instant.since_start < self.end

    def exhausted(self, seen: int, instant: Instant) -> bool:
        """See `Condition`."""
        return instant.since_start >= self.end

    def ends_in(self, instant: Instant) -> float | None:
        """See `Condition`."""
        return max(self.end - instant.since_start, 0.0)

    def __str__(self) -> str:
        return f"between {show_seconds(self.start)} {show_seconds(self.end)}"


@dataclass(frozen=True)
class For(Condition):
    """So long after the rule was made."""

    word = "for"
    seconds: float

    def admits(self, number: int, instant: Instant) -> bool:
        """See `Condition`."""
        return instant.since_armed < self.seconds

    def exhausted(self, seen: int, instant: Instant) -> bool:
        """See `Condition`."""
        return instant.since_armed >= self.seconds

    def ends_in(self, instant: Instant) -> float | None:
        """See `Condition`."""
        return max(self.seconds - instant.since_armed, 0.0)

    def __str__(self) -> str:
        return f"for {show_seconds(self.seconds)}"


@dataclass(frozen=True)
class After(Condition):
    """Once a call of this name has been answered since the rule was made."""

    word = "after"
    follows_answers = True
    pattern: str

    def admits(self, number: int, instant: Instant) -> bool:
        """See `Condition`."""
        return instant.answered(self.pattern)

    def __str__(self) -> str:
        return f"after {spelt(self.pattern)}"


@dataclass(frozen=True)
class Until(Condition):
    """Until a call of this name has been answered since the rule was made."""

    word = "until"
    follows_answers = True
    pattern: str

    def admits(self, number: int, instant: Instant) -> bool:
        """See `Condition`."""
        return not instant.answered(self.pattern)

    def exhausted(self, seen: int, instant: Instant) -> bool:
        """See `Condition`."""
        return instant.answered(self.pattern)

    def __str__(self) -> str:
        return f"until {spelt(self.pattern)}"


@dataclass(frozen=True)
class WhileState(Condition):
    """While the test says that the world is in this state."""

    word = "while_state"
    state: str

    def __post_init__(self) -> None:
        if not isinstance(self.state, str) or not self.state:
            raise MisuseError(f"a state has a name, not {self.state!r}")

    def admits(self, number: int, instant: Instant) -> bool:
        """See `Condition`."""
        return instant.state == self.state

    def __str__(self) -> str:
        return f"while_state {spelt(self.state)}"

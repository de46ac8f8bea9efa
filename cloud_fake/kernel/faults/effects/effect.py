"""What an effect is, and what it may see when it strikes."""

from __future__ import annotations

import fnmatch
import json
import math
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple, TypeAlias

from cloud_fake.errors import MisuseError
from cloud_fake.kernel.faults.durations import LONGEST

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloud_fake.kernel.faults.event import Event
    from cloud_fake.kernel.faults.plan import Plan
    from cloud_fake.kernel.faults.rule import Rule
    from cloud_fake.kernel.timeline import Call
    from cloud_fake.kernel.world import World

__all__ = [
    "CLOCKS",
    "FAMILIES",
    "PATIENCE",
    "Effect",
    "Moment",
    "Phase",
    "Strike",
    "check_count",
    "check_seconds",
    "check_share",
]

#: How long the SDK waits for an answer, in seconds (`wx.request`'s default).
PATIENCE = 60.0

#: From where on a whole number that was given as a float is shown with an exponent.
_MOST_DIGITS = 1e15

#: How the names begin of what passes no gate: the reading of a device's clock.
CLOCKS = "device."

#: The order in which rules strike one call. Within a family the newest rule comes first.
FAMILIES = (
    "availability",
    "capacity",
    "outcome",
    "delivery",
    "data",
    "realtime",
    "lifecycle",
    "time",
)

#: The phases that an operation passes; see `faults`.
Phase: TypeAlias = Literal["request", "execute", "commit", "reply", "stream"]

#: When a rule is asked: as a call begins, as a file's bytes pass, once the work is done, and at
#: each event of a watch.
Moment: TypeAlias = Literal["begin", "content", "reply", "event"]


class Strike(NamedTuple):
    """One rule striking one call.

    Attributes:
        world: where it happens.
        call: the call; for an event, the one that began the watch.
        draw: a draw of this strike's own, by purpose; at least 0 and below 1.
        memory: what the rule's effect has kept from earlier strikes.
        since_armed: seconds of the cloud's time since the rule was made.
        moment: when.
        rule: which.
    """

    world: World
    call: Call
    draw: Callable[[str], float]
    memory: dict[str, Any]
    since_armed: float
    moment: Moment
    rule: Rule


@dataclass(frozen=True)
class Effect:
    """What a rule does to a call; immutable.

    Its fields are what the text form shows between parentheses, those that differ from their
    default. `word` is what it is called there and on a rule.
    """

    word: ClassVar[str]
    family: ClassVar[str]
    #: In which phases it strikes.
    phases: ClassVar[tuple[Phase, ...]] = ("execute",)
    #: Globs over the names of what it can strike; by default every call, and no clock of a device.
    reach: ClassVar[tuple[str, ...]] = ("*",)
    #: It strikes also what has failed already.
    adds_up: ClassVar[bool] = False
    #: What it strikes is answered, and the answer is not the truth.
    spoils: ClassVar[bool] = False

    def reaches(self, name: str) -> bool:
        """Whether it can strike what is called so."""
        if self.reach == ("*",):
            return not name.startswith(CLOCKS)
        return any(fnmatch.fnmatchcase(name, glob) for glob in self.reach)

    def strikes_at(self, moment: Moment, name: str) -> bool:
        """Whether this is when it strikes what is called so."""
        return moment == "begin"

    def concerns(self, plan: Plan, strike: Strike) -> bool:
        """Whether it could strike: a full throttle can, an empty one cannot.

        The rule's conditions count what it could strike, and nothing else.
        """
        return True

    def strike(self, plan: Plan, strike: Strike) -> None:
        """Add to a call's plan what goes wrong."""
        raise NotImplementedError

    def looks_back(self) -> float | None:
        """How far back it lets reads see, in seconds; None if it does not."""
        return None

    def concerns_event(self, event: Event) -> bool:
        """Whether it could strike an event."""
        return True

    def strike_event(self, event: Event, strike: Strike) -> None:
        """Say what becomes of a watch's event."""
        raise NotImplementedError

    def __str__(self) -> str:
        shown = [
            f"{field.name}={_show(getattr(self, field.name))}"
            for field in fields(self)
            if getattr(self, field.name) != field.default
        ]
        return f"{self.word}({', '.join(shown)})" if shown else self.word


def _show(value: object) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < _MOST_DIGITS:
        value = int(value)
    if isinstance(value, tuple) and value and all(isinstance(item, tuple) for item in value):
        value = dict(value)
    return json.dumps(value, ensure_ascii=False)


# --- what options may be -------------------------------------------------------------------------


def check_seconds(word: str, *values: object) -> None:
    """Refuse what is no duration.

    Raises:
        MisuseError: it is no number, negative, or longer than a thousand years.
    """
    for value in values:
        if not is_number(value) or not 0 <= value < math.inf:  # type: ignore[operator]  # a number
            raise MisuseError(f"{word}() takes seconds, 0 or more, not {value!r}")
        if value > LONGEST:  # type: ignore[operator]  # likewise
            raise MisuseError(f"{word}() takes at most a thousand years, not {value!r} seconds")


def check_count(word: str, value: object, least: int = 1) -> None:
    """Refuse what is no whole number.

    Raises:
        MisuseError: it is none, or too small.
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise MisuseError(f"{word}() takes a whole number, {least} or more, not {value!r}")


def check_share(word: str, value: object) -> None:
    """Refuse what is no part of a whole.

    Raises:
        MisuseError: it is no number, below 0, or 1 and more.
    """
    if not is_number(value) or not 0 <= value < 1:  # type: ignore[operator]  # a number by now
        raise MisuseError(f"{word}() takes a part, at least 0 and below 1, not {value!r}")


def is_number(value: object) -> bool:
    """Whether it counts as a number, which a bool and NaN do not."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and not math.isnan(value)

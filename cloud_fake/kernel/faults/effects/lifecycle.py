"""Life cycle: of functions' instances, of timers, and of the clocks of devices."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from cloud_fake.errors import MisuseError, Thrown, texts
from cloud_fake.kernel.faults.effects.effect import (
    CLOCKS,
    Effect,
    check_count,
    check_seconds,
    is_number,
)
from cloud_fake.kernel.faults.fate import Death, Fate

if TYPE_CHECKING:
    from cloud_fake.kernel.faults.effects.effect import Strike
    from cloud_fake.kernel.faults.plan import Plan

__all__ = ["ColdStart", "Crash", "Drift", "FiredTwice", "FunctionTimeout", "Missed", "OutOfMemory",
           "Recycled", "Skew"]  # fmt: skip

#: What the platform runs by itself, and all that runs.
_UNATTENDED = ("timer.*", "delayed.*")
_RUNS = ("function.*", *_UNATTENDED)


# --- functions -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class ColdStart(Effect):
    """No instance is warm, and starting one takes so many seconds."""

    word = "cold_start"
    family = "availability"
    reach = _RUNS
    seconds: float = 1.0

    def __post_init__(self) -> None:
        check_seconds(self.word, self.seconds)

    def strike(self, plan: Plan, strike: Strike) -> None:
        """See `Effect`."""
        fate = _fate_in(plan)
        fate.is_recycled = True
        fate.start_seconds = (fate.start_seconds or 0.0) + self.seconds


@dataclass(frozen=True)
class Recycled(Effect):
    """What the function's instances remember is lost before the call."""

    word = "recycled"
    family = "lifecycle"
    reach = _RUNS

    def strike(self, plan: Plan, strike: Strike) -> None:
        """See `Effect`."""
        _fate_in(plan).is_recycled = True


@dataclass(frozen=True)
class Dying(Effect):
    """Base: the process dies at the handler's `after`-th call to the cloud, or at its end."""

    family = "lifecycle"
    reach = _RUNS
    death: ClassVar[Death]
    after: int = 1

    def __post_init__(self) -> None:
        check_count(self.word, self.after)

    def concerns(self, plan: Plan, strike: Strike) -> bool:
        """See `Effect`: it dies but once."""
        return plan.fate is None or plan.fate.death is None

    def strike(self, plan: Plan, strike: Strike) -> None:
        """See `Effect`."""
        fate = _fate_in(plan)
        fate.death, fate.dies_at = self.death, self.after


@dataclass(frozen=True)
class Crash(Dying):
    """The process dies at the handler's `after`-th call to the cloud; what was done stands."""

    word = "crash"
    death = "crash"


@dataclass(frozen=True)
class OutOfMemory(Dying):
    """The same, because the memory is not enough."""

    word = "oom"
    death = "memory"


@dataclass(frozen=True)
class FunctionTimeout(Dying):
    """The handler hangs in its `after`-th call to the cloud until its time is over."""

    word = "function_timeout"
    death = "timeout"


def _fate_in(plan: Plan) -> Fate:
    if plan.fate is None:
        plan.fate = Fate()
    return plan.fate


# --- timers --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Missed(Effect):
    """The timer does not fire; a delayed task is not run."""

    word = "missed"
    family = "lifecycle"
    reach = _UNATTENDED
    phases = ("request",)

    def strike(self, plan: Plan, strike: Strike) -> None:
        """See `Effect`."""
        plan.request = Thrown(texts.TIMER_MISSED)


@dataclass(frozen=True)
class FiredTwice(Effect):
    """The timer fires twice; a delayed task is run twice."""

    word = "fired_twice"
    family = "lifecycle"
    phases = ("commit",)
    reach = _UNATTENDED

    def strike(self, plan: Plan, strike: Strike) -> None:
        """See `Effect`."""
        plan.executions = 2


# --- clocks of devices ---------------------------------------------------------------------------


#: No quartz is so bad.
_FASTEST = 1000


class OfClocks(Effect):
    """Base: it strikes whoever reads a device's clock; several add up."""

    family = "lifecycle"
    reach = (f"{CLOCKS}*",)
    phases = ()

    def strike(self, plan: Plan, strike: Strike) -> None:
        """See `Effect`."""
        plan.shift = (plan.shift or timedelta()) + timedelta(seconds=self.seconds_off(strike))

    def seconds_off(self, strike: Strike) -> float:
        """How far the clock is ahead of the cloud's."""
        raise NotImplementedError


@dataclass(frozen=True)
class Skew(OfClocks):
    """The device's clock is so many seconds ahead of the cloud's, or behind it."""

    word = "skew"
    seconds: float = 0.0

    def __post_init__(self) -> None:
        if not is_number(self.seconds) or math.isinf(self.seconds):
            raise MisuseError(f"skew() takes seconds, also below 0, not {self.seconds!r}")
        check_seconds(self.word, abs(self.seconds))

    def seconds_off(self, strike: Strike) -> float:
        """See `OfClocks`."""
        return self.seconds


@dataclass(frozen=True)
class Drift(OfClocks):
    """The device's clock runs `rate` times as fast as the cloud's from when the rule was made."""

    word = "drift"
    rate: float = 1.0

    def __post_init__(self) -> None:
        if not is_number(self.rate) or not 0 < self.rate <= _FASTEST:
            raise MisuseError(
                f"drift() takes a rate above 0, 1 for none, at most {_FASTEST}, not {self.rate!r}"
            )

    def seconds_off(self, strike: Strike) -> float:
        """See `OfClocks`."""
        return strike.since_armed * (self.rate - 1)

"""Time: how much longer a request or its answer takes, on the cloud's own clock."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields
from statistics import NormalDist
from typing import TYPE_CHECKING

from cloud_fake.errors import MisuseError
from cloud_fake.kernel.faults.durations import LONGEST
from cloud_fake.kernel.faults.effects.effect import Effect, check_seconds

if TYPE_CHECKING:
    from cloud_fake.kernel.faults.effects.effect import Moment, Strike
    from cloud_fake.kernel.faults.plan import Plan

__all__ = ["Delay", "LogNormal", "Ramp", "Uniform"]


@dataclass(frozen=True)
class Latency(Effect):
    """Base: so many seconds, before the request arrives (`up`) or before its answer (`down`)."""

    family = "time"
    adds_up = True
    phases = ("request", "reply")
    direction: str = field(default="up", kw_only=True)

    def __post_init__(self) -> None:
        if self.direction not in ("up", "down"):
            raise MisuseError("a delay is 'up' (the request) or 'down' (the answer)")
        values = [getattr(self, knob.name) for knob in fields(self) if knob.name != "direction"]
        check_seconds(self.word, *values)

    def seconds_of(self, strike: Strike) -> float:
        """How long, this time."""
        raise NotImplementedError

    def strikes_at(self, moment: Moment, name: str) -> bool:
        """See `Effect`."""
        return moment == ("reply" if self.direction == "down" else "begin")

    def strike(self, plan: Plan, strike: Strike) -> None:
        """See `Effect`."""
        if self.direction == "down":
            plan.reply_delay += self.seconds_of(strike)
        else:
            plan.delay += self.seconds_of(strike)


@dataclass(frozen=True)
class Delay(Latency):
    """Always the same."""

    word = "delay"
    seconds: float = 0.0

    def seconds_of(self, strike: Strike) -> float:
        """See `Latency`."""
        return self.seconds


@dataclass(frozen=True)
class Uniform(Latency):
    """Anything between two bounds."""

    word = "uniform"
    least: float = 0.0
    most: float = 1.0

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.most < self.least:
            raise MisuseError(f"uniform() goes up, not from {self.least!r} to {self.most!r}")

    def seconds_of(self, strike: Strike) -> float:
        """See `Latency`."""
        return self.least + (self.most - self.least) * strike.draw("latency")


#: What `math.exp` can take.
_MOST = 700.0


@dataclass(frozen=True)
class LogNormal(Latency):
    """Mostly near the median, now and then far above, as real networks are."""

    word = "lognormal"
    median: float = 0.2
    sigma: float = 0.5

    def seconds_of(self, strike: Strike) -> float:
        """See `Latency`."""
        # 0 has no quantile; the smallest draw that has one is as good.
        draw = min(max(strike.draw("latency"), 1e-12), 1 - 1e-12)
        exponent = self.sigma * NormalDist().inv_cdf(draw)
        return min(self.median * math.exp(min(exponent, _MOST)), LONGEST)


@dataclass(frozen=True)
class Ramp(Latency):
    """From one latency to another, in `over` seconds after the rule was made."""

    word = "ramp"
    start: float = 0.0
    end: float = 1.0
    over: float = 60.0

    def seconds_of(self, strike: Strike) -> float:
        """See `Latency`."""
        share = min(strike.since_armed / self.over, 1.0) if self.over else 1.0
        return self.start + (self.end - self.start) * share

"""Availability: the request never gets through, or nobody is there to take it.

A line that is down loses a watch's events, too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cloud_fake.errors import Failure, MisuseError, Thrown, codes, texts
from cloud_fake.kernel.faults.effects.effect import PATIENCE, Effect, check_seconds
from cloud_fake.kernel.faults.network import Kept

if TYPE_CHECKING:
    from cloud_fake.kernel.faults.effects.effect import Moment, Strike
    from cloud_fake.kernel.faults.event import Event
    from cloud_fake.kernel.faults.plan import Plan

__all__ = ["Hang", "Jam", "LostRequest", "Offline", "Outage", "Partition"]


@dataclass(frozen=True)
class LostRequest(Effect):
    """The request never arrives; the caller sees a network failure at once."""

    word = "lost_request"
    family = "availability"
    phases = ("request",)

    def strike(self, plan: Plan, strike: Strike) -> None:
        """See `Effect`."""
        plan.request = Thrown(texts.NETWORK_LOST)


@dataclass(frozen=True)
class Hang(Effect):
    """Nobody answers, and the SDK gives up after its time."""

    word = "hang"
    family = "availability"
    phases = ("request",)
    seconds: float = PATIENCE

    def __post_init__(self) -> None:
        check_seconds(self.word, self.seconds)

    def strike(self, plan: Plan, strike: Strike) -> None:
        """See `Effect`."""
        plan.delay += self.seconds
        plan.request = Thrown(texts.NETWORK_LOST)


class Severed(Effect):
    """Base: something that also keeps a watch's events from arriving."""

    def strikes_at(self, moment: Moment, name: str) -> bool:
        """See `Effect`."""
        return moment in ("begin", "event")

    def strike_event(self, event: Event, strike: Strike) -> None:
        """See `Effect`."""
        event.is_cut = True


@dataclass(frozen=True)
class Offline(Severed):
    """The device has no network."""

    word = "offline"
    family = "availability"
    phases = ("request", "stream")

    def concerns(self, plan: Plan, strike: Strike) -> bool:
        """See `Effect`: what runs in the cloud does not go through anybody's device."""
        return strike.call.session.dialect.has_user

    def strike(self, plan: Plan, strike: Strike) -> None:
        """See `Effect`."""
        plan.request = Thrown(texts.NETWORK_OFFLINE)


@dataclass(frozen=True)
class Outage(Severed):
    """The service is down."""

    word = "outage"
    family = "availability"
    phases = ("execute", "stream")

    def strike(self, plan: Plan, strike: Strike) -> None:
        """See `Effect`."""
        plan.execute = Failure(codes.SERVER_TIMEOUT, texts.SERVICE_DOWN)


@dataclass(frozen=True)
class Partition(Severed):
    """One direction of the line is cut: `up` loses requests, `down` loses answers, `both`."""

    word = "partition"
    family = "availability"
    phases = ("request", "commit", "stream")
    direction: str = "both"

    def __post_init__(self) -> None:
        if self.direction not in ("both", "up", "down"):
            raise MisuseError(f"a partition is 'up', 'down' or 'both', not {self.direction!r}")

    def strikes_at(self, moment: Moment, name: str) -> bool:
        """See `Effect`."""
        if moment == "event":
            return self.direction != "up"
        return moment == ("reply" if self.direction == "down" else "begin")

    def strike(self, plan: Plan, strike: Strike) -> None:
        """See `Effect`."""
        lost = Thrown(texts.NETWORK_LOST)
        if self.direction == "down":
            plan.commit = lost
        else:
            plan.request = lost


@dataclass(frozen=True)
class Jam(Severed):
    """The request is kept in the network; after `seconds` the SDK gives up.

    It arrives all the same: when the rule is over (stopped or healed, its `ttl`, `for` or
    `between`), or so many seconds `after` it was sent, if that is earlier.
    """

    word = "jam"
    family = "availability"
    phases = ("request", "stream")
    seconds: float = PATIENCE
    after: float | None = None

    def __post_init__(self) -> None:
        check_seconds(self.word, self.seconds, *([] if self.after is None else [self.after]))

    def strike(self, plan: Plan, strike: Strike) -> None:
        """See `Effect`."""
        plan.kept = Kept(strike.rule, self.seconds, after=self.after)

    def strike_event(self, event: Event, strike: Strike) -> None:
        """See `Effect`."""
        event.jammed_by = strike.rule

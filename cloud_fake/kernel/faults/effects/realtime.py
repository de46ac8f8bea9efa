"""Realtime: what becomes of a watch's events on their way to the client."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cloud_fake.errors import MisuseError
from cloud_fake.kernel.faults.effects.effect import Effect, check_count, check_seconds

if TYPE_CHECKING:
    from cloud_fake.kernel.faults.effects.effect import Moment, Strike
    from cloud_fake.kernel.faults.event import Event

__all__ = ["Close", "DuplicateEvent", "EchoFirst", "EchoLate", "Gap", "LateInit", "Reorder",
           "SlowConsumer"]  # fmt: skip


class OfEvents(Effect):
    """Base: it strikes a watch's events and nothing else; the rule's conditions count these."""

    family = "realtime"
    reach = ("watch.*",)
    phases = ("stream",)

    def strikes_at(self, moment: Moment, name: str) -> bool:
        """See `Effect`."""
        return moment == "event"


@dataclass(frozen=True)
class Close(OfEvents):
    """The connection closes instead of carrying the event; `code` is the WebSocket's."""

    word = "close"
    code: int = 1006

    def __post_init__(self) -> None:
        check_count(self.word, self.code, 1000)
        if self.code >= 5000:
            raise MisuseError(f"close() takes a WebSocket's code, 1000 to 4999, not {self.code}")

    def strike_event(self, event: Event, strike: Strike) -> None:
        """See `Effect`."""
        event.closed = self.code


@dataclass(frozen=True)
class Gap(OfEvents):
    """`n` events are lost, this one first; the next one brings the client up to date.

    If there is none, the SDK finds out by itself after a while.
    """

    word = "gap"
    n: int = 1

    def __post_init__(self) -> None:
        check_count(self.word, self.n)

    def strike_event(self, event: Event, strike: Strike) -> None:
        """See `Effect`."""
        event.gap = self.n


@dataclass(frozen=True)
class LateInit(OfEvents):
    """The first event is late, and everything behind it."""

    word = "late_init"
    seconds: float = 1.0

    def __post_init__(self) -> None:
        check_seconds(self.word, self.seconds)

    def concerns_event(self, event: Event) -> bool:
        """See `Effect`."""
        return event.number == 0

    def strike_event(self, event: Event, strike: Strike) -> None:
        """See `Effect`."""
        event.delay += self.seconds


@dataclass(frozen=True)
class DuplicateEvent(OfEvents):
    """The event arrives twice."""

    word = "duplicate_event"

    def strike_event(self, event: Event, strike: Strike) -> None:
        """See `Effect`."""
        event.copies = 2


@dataclass(frozen=True)
class Reorder(OfEvents):
    """The event is held back until there are `window`; those held arrive in another order."""

    word = "reorder"
    window: int = 2

    def __post_init__(self) -> None:
        check_count(self.word, self.window, 2)

    def strike_event(self, event: Event, strike: Strike) -> None:
        """See `Effect`."""
        if event.window == 1:
            event.window = self.window
            event.place = strike.draw("place")


@dataclass(frozen=True)
class SlowConsumer(OfEvents):
    """The client is busy with the event for so many seconds and hears the next one only then.

    If more than `most` are waiting for it, the connection closes; never, if nothing is said.
    """

    word = "slow_consumer"
    seconds: float = 1.0
    most: int | None = None

    def __post_init__(self) -> None:
        check_seconds(self.word, self.seconds)
        if self.most is not None:
            check_count(self.word, self.most, 0)

    def strike_event(self, event: Event, strike: Strike) -> None:
        """See `Effect`."""
        event.busy += self.seconds
        if self.most is not None:
            event.most_waiting = min(self.most, event.most_waiting)


@dataclass(frozen=True)
class EchoFirst(OfEvents):
    """The event arrives before the answer to the write that caused it, as without any rule."""

    word = "echo_first"

    def concerns_event(self, event: Event) -> bool:
        """See `Effect`."""
        return event.cause is not None

    def strike_event(self, event: Event, strike: Strike) -> None:
        """See `Effect`."""


@dataclass(frozen=True)
class EchoLate(EchoFirst):
    """The event arrives after the answer to the write that caused it."""

    word = "echo_late"

    def strike_event(self, event: Event, strike: Strike) -> None:
        """See `Effect`."""
        event.is_after_answer = True

"""How long a rule lives: until it is stopped, healed, out of its block, or its time is over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from cloud_fake.kernel.faults.durations import Duration, seconds_of
from cloud_fake.kernel.faults.words import Words

if TYPE_CHECKING:
    from types import TracebackType

    from cloud_fake.kernel.clock import Timer
    from cloud_fake.kernel.faults.condition import Condition
    from cloud_fake.kernel.faults.registry import Faults
    from cloud_fake.kernel.world import World

__all__ = ["Life"]


class Life(Words):
    """The part of a rule that begins and ends.

    Attributes:
        conditions: when it strikes.
        stopped: whether it is over.
    """

    def __init__(self, world: World, faults: Faults) -> None:
        self._world = world
        self._faults = faults
        self.conditions: list[Condition] = []
        self.stopped = False
        self._ttl: float | None = None
        self._end: Timer | None = None

    def ttl(self, duration: Duration) -> Self:
        """Stop by itself so long after this, whatever its conditions say: a dead man's switch."""
        seconds = seconds_of(duration)
        self._forget_end()
        self._ttl = seconds
        self._end = self._world.clock.after(seconds, self._expire)
        return self

    def _expire(self) -> None:
        self._world.timeline.note("fault", f"{self} ends by itself")
        self.stop()

    def stop(self) -> None:
        """Strike no more; what it has kept in the network arrives."""
        self.end()
        self._faults.refresh()
        if not self._faults.is_clear:
            self._faults.network.release(self)

    def end(self) -> None:
        """Be over; whoever says so looks after the rest."""
        self.stopped = True
        self._forget_end()

    def _forget_end(self) -> None:
        if self._end is not None:
            self._end.cancel()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self.stop()

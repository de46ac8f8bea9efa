"""How a handler ends that does not end by itself: its time is over, or its process dies.

The platform kills the process. Here the cloud's time only passes in calls and at the test's word,
so a handler whose end has come is stopped at its next call, before that call does anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from cloud_fake.kernel.clock import Clock
    from cloud_fake.kernel.faults.fate import Death, Fate

__all__ = ["Deadline", "Killed"]


class Killed(BaseException):
    """Stops a handler. Not an `Exception`, so that `except Exception` does not keep it alive."""

    def __init__(self, deadline: Deadline) -> None:
        super().__init__(f"the handler is stopped: {deadline.told}")
        self.deadline = deadline


class Deadline:
    """When one invocation has to be over; `limit` is in seconds of the cloud's clock.

    Attributes:
        death: of what the process has died, where a fault decided that.
    """

    __slots__ = ("_began", "_calls", "_clock", "_ended", "_fate", "_where", "death", "limit")

    def __init__(
        self, clock: Clock, began: datetime, limit: float, fate: Fate | None = None
    ) -> None:
        self._clock = clock
        self._began = began
        self._calls = 0
        self._ended: datetime | None = None
        self._where = ""
        self._fate = fate
        self.death: Death | None = None
        self.limit = limit

    @property
    def passed(self) -> bool:
        """Whether the invocation has run longer than it may, or its process has died."""
        elapsed = (self._ended or self._clock.now()) - self._began
        return self.death is not None or elapsed.total_seconds() > self.limit

    @property
    def told(self) -> str:
        """What has ended it, and where: `crash, before its call 2`."""
        what = self.death or f"its time of {self.limit:g}s is over"
        return f"{what}, {self._where or 'at its end'}"

    def check(self) -> None:
        """Called before each call that the handler makes.

        Raises:
            Killed: the handler still runs and should not.
        """
        if self._ended is not None:
            return
        self._calls += 1
        if self._fate is not None and self._calls == self._fate.dies_at:
            self._die(self._fate.death)
        if self.passed:
            self._where = self._where or f"before its call {self._calls}"
            raise Killed(self)

    def end(self) -> datetime:
        """The handler has ended, at this moment; whoever keeps its SDK may go on using it."""
        self._ended = self._clock.now()
        if self._fate is not None:
            self._die(self._fate.death)
            self._ended = self._clock.now()
        # The timeline keeps the calls, and with them this, which must not hold their cloud's clock.
        del self._clock
        return self._ended

    def _die(self, death: Death | None) -> None:
        if death == "timeout" and self.death is None:
            left = self.limit - (self._clock.now() - self._began).total_seconds()
            self._clock.wait(max(left, 0.0))
        self.death = self.death or death

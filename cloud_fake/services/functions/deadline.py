"""Time limits of functions: how a handler that runs too long is stopped.

The platform kills the process. Here the cloud's time only passes in calls and at the test's word,
so a handler whose time is over is stopped at its next call, before that call does anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cloud_fake.kernel.clock import Clock

__all__ = ["Deadline", "OutOfTime"]


class OutOfTime(BaseException):
    """Stops a handler. Not an `Exception`, so that `except Exception` does not keep it alive."""

    def __init__(self, deadline: Deadline) -> None:
        super().__init__(f"the time limit of {deadline.limit:g} s is over")
        self.deadline = deadline


class Deadline:
    """When one invocation has to be over; `limit` is in seconds of the cloud's clock."""

    __slots__ = ("_began", "_clock", "_ended", "limit")

    def __init__(self, clock: Clock, limit: float) -> None:
        self._clock = clock
        self._began = clock.now()
        self._ended = False
        self.limit = limit

    @property
    def passed(self) -> bool:
        """Whether the invocation has run longer than it may."""
        return (self._clock.now() - self._began).total_seconds() > self.limit

    def check(self) -> None:
        """Called before each call that the handler makes.

        Raises:
            OutOfTime: the handler still runs and should not.
        """
        if not self._ended and self.passed:
            raise OutOfTime(self)

    def end(self) -> None:
        """The handler has ended; whoever keeps its SDK may go on using it."""
        self._ended = True

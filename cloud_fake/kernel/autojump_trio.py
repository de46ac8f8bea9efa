"""Kernel: the same under trio, whose `MockClock` is the library that serves: it can be jumped.

While it is on, that clock follows the cloud's, and when every task is blocked both move to the next
deadline of either. As with trio's own autojump, a task that waits for a thread or for the network
counts as blocked.
"""

from __future__ import annotations

import math
from datetime import timedelta
from typing import TYPE_CHECKING, Self

import trio
import trio.testing

from cloud_fake.errors import CheckFailed, MisuseError

if TYPE_CHECKING:
    from types import TracebackType

    from cloud_fake.kernel.flow import Pause
    from cloud_fake.kernel.world import World

__all__ = ["TrioAutojump"]

#: An app that sleeps as often as that never comes to its end.
MOST_JUMPS = 100_000


class TrioAutojump:
    """Time that jumps while every task of this run of trio is blocked; see `Autojump`."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._clock = world.clock
        self._mock = _mock_clock()
        if self._clock.real_time:
            raise MisuseError("time that jumps is not real time: leave out real_time=True")
        if isinstance(self._clock.jumping, TrioAutojump):
            raise MisuseError("time in this run of trio jumps already")
        self._threshold, self._mock.autojump_threshold = self._mock.autojump_threshold, math.inf
        self._began, self._mock_began = self._clock.now(), self._mock.current_time()
        self._scope: trio.CancelScope | None = None
        self._stalled = ""
        self._is_on = True
        self._clock.jumping = self
        trio.lowlevel.spawn_system_task(self._jump, name="autojump")

    def stop(self) -> None:
        """Let time stand still again."""
        self._is_on = False
        self._mock.autojump_threshold = self._threshold
        if self._clock.jumping is self:
            self._clock.jumping = None

    @property
    def is_here(self) -> bool:
        """Whether it is the run of trio that goes on here whose time jumps."""
        return trio.lowlevel.in_trio_run() and trio.lowlevel.current_clock() is self._mock

    def __enter__(self) -> Self:
        self._scope = trio.CancelScope()
        self._scope.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool | None:
        self.stop()
        scope, self._scope = self._scope, None
        handled = None if scope is None else scope.__exit__(kind, error, traceback)
        if self._stalled:
            # What was cancelled tells in which line it waited.
            raise CheckFailed(self._stalled) from error
        return handled

    async def sleep(self, pause: Pause) -> None:
        """Wait until the clock has come so far; of calls that wait as long the seed draws one."""
        is_over = trio.Event()
        tie = self._world.ids.next_fraction(f"tie {pause.who}")
        timer = self._clock.after(pause.seconds, is_over.set, tie)
        try:
            await is_over.wait()
        finally:
            timer.cancel()

    # --- jumping ----------------------------------------------------------------------------------

    async def _jump(self) -> None:
        for _ in range(MOST_JUMPS):
            await trio.testing.wait_all_tasks_blocked()
            if not self._is_on:
                return
            self._follow()
            step = self._idle_for()
            if step is None:
                self._stall("nothing is due any more, in the app or in the cloud")
                return
            self._clock.advance(step)
            self._follow()
        self._stall(f"time has jumped {MOST_JUMPS} times, and it goes on")

    def _follow(self) -> None:
        """Bring trio's clock to where the cloud's is."""
        passed = (self._clock.now() - self._began).total_seconds()
        left = passed - (self._mock.current_time() - self._mock_began)
        if left > 0:
            self._mock.jump(left)

    def _idle_for(self) -> timedelta | None:
        """How long until the next deadline; None if there is none."""
        seconds = trio.lowlevel.current_statistics().seconds_to_next_deadline
        # Up, never down: a deadline that is missed by half a microsecond is not reached.
        steps = [timedelta(microseconds=math.ceil(seconds * 1e6))] if seconds < math.inf else []
        due = self._clock.next_due()
        if due is not None:
            steps.append(due - self._clock.now())
        return max(min(steps), timedelta()) if steps else None

    def _stall(self, why: str) -> None:
        if self._scope is not None:
            self._stalled = f"autojump: the app waits for ever: {why}"
            self._scope.cancel()


def _mock_clock() -> trio.testing.MockClock:
    clock = trio.lowlevel.current_clock()
    if not isinstance(clock, trio.testing.MockClock):
        raise MisuseError("autojump under trio: trio.run(..., clock=trio.testing.MockClock())")
    return clock

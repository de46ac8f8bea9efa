"""Kernel: an event loop of asyncio that does not wait: where it would, time jumps.

While it is on, the loop's time *is* the cloud's time, and when the loop has nothing to do the clock
moves to the next deadline, the loop's own (`asyncio.sleep`, `wait_for`, `timeout`) or the cloud's
(a timer, a call or an event that is late), whichever is first. So both run on one clock, and a
test's `clock.advance` is felt by the app's `sleep` too. Where nothing will ever happen any more,
whoever waits is told so.

Only the running loop is touched, by attributes of this one object and its selector; nothing of the
process is patched, `time.monotonic` least of all. Libraries that let loops jump (looptime,
aiotools) do it the same way, but jump to the loop's deadlines alone: they know of no second clock,
and wait for ever where nothing is due.
"""

from __future__ import annotations

import asyncio
import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self

from cloud_fake.errors import CheckFailed, MisuseError, NotSupportedByFake
from cloud_fake.kernel.stalling import who_waits

if TYPE_CHECKING:
    from types import TracebackType

    from cloud_fake.kernel.clock import Timer
    from cloud_fake.kernel.flow import Pause
    from cloud_fake.kernel.world import World

__all__ = ["Autojump"]

#: How near a deadline is as good as reached, in seconds: the clock counts in microseconds.
RESOLUTION = 1e-6
#: An app that sleeps as often as that never comes to its end; nor does one that waits while the
#: cloud's timers alone have fired so often.
MOST_JUMPS, MOST_TIMERS = 100_000, 10_000
#: Real seconds for another thread, or the network, to have something to say.
PATIENCE = 10.0


class Autojump:
    """Time that jumps while the running loop is idle, until stopped or within a `with`."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._clock = clock = world.clock
        self._loop = _running_loop()
        self._selector: Any = getattr(self._loop, "_selector", None)
        if self._selector is None:
            raise NotSupportedByFake(f"autojump on {type(self._loop).__name__}: not asyncio's own")
        if "time" in vars(self._loop):
            raise MisuseError("time in this event loop jumps already")
        if clock.real_time:
            raise MisuseError("time that jumps is not real time: leave out real_time=True")
        self._task = asyncio.current_task(self._loop)
        self._stalled = ""
        self._jumps = 0
        #: How often the cloud's timers have fired while the loop had nothing to do at all.
        self._fired = 0
        #: Calls that wait for their time to come.
        self._pauses: dict[asyncio.Future[None], Timer] = {}
        #: Calls that run in threads: whoever waits for one is not idle.
        self._working = 0
        self._began, self._loop_began = clock.now(), self._loop.time()
        self._select, self._submit = self._selector.select, self._loop.run_in_executor
        self._resolution = vars(self._loop)["_clock_resolution"]
        vars(self._loop).update(
            time=self._time, run_in_executor=self._run_in_executor, _clock_resolution=RESOLUTION
        )
        vars(self._selector)["select"] = self._select_or_jump
        clock.jumping = self

    def stop(self) -> None:
        """Let the loop wait again."""
        if vars(self._selector).pop("select", None) is None:
            return
        for name in ("time", "run_in_executor"):
            vars(self._loop).pop(name)
        vars(self._loop)["_clock_resolution"] = self._resolution
        if self._clock.jumping is self:
            self._clock.jumping = None
        self._hand_over()

    def _hand_over(self) -> None:
        """What still waits for the clock waits for real from now on."""
        for future, timer in self._pauses.items():
            timer.cancel()
            left = (timer.due - self._clock.now()).total_seconds()
            if not self._loop.is_closed():
                self._loop.call_later(left, _wake, future)

    @property
    def is_here(self) -> bool:
        """Whether it is the loop that runs here whose time jumps."""
        try:
            return asyncio.get_running_loop() is self._loop
        except RuntimeError:
            return False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self.stop()
        if self._stalled and isinstance(error, asyncio.CancelledError):
            if self._task is not None:
                self._task.uncancel()
            raise CheckFailed(self._stalled) from None

    async def sleep(self, pause: Pause) -> None:
        """Wait until the clock has come so far; of calls that wait as long the seed draws one."""
        future = self._loop.create_future()
        tie = self._world.ids.next_fraction(f"tie {pause.who}")
        wake = lambda: self._loop.call_soon_threadsafe(_wake, future)  # noqa: E731 - a few words
        self._pauses[future] = timer = self._clock.after(pause.seconds, wake, tie)
        try:
            await future
        finally:
            timer.cancel()
            del self._pauses[future]

    # --- the loop's side --------------------------------------------------------------------------

    def _time(self) -> float:
        return self._loop_began + (self._clock.now() - self._began).total_seconds()

    def _run_in_executor(self, executor: Any, function: Any, *arguments: Any) -> Any:
        future = self._submit(executor, function, *arguments)
        self._working += 1
        future.add_done_callback(self._is_done)
        return future

    def _is_done(self, _future: object) -> None:
        self._working -= 1

    def _select_or_jump(self, timeout: float | None = None) -> Any:
        events = self._select(0)
        if events or (timeout is not None and timeout <= 0):
            self._fired = 0
            return events
        step = self._idle_for(timeout)
        if self._working:
            return self._wait_for_threads(timeout)
        if step is None:
            return self._wait_for_others()
        self._count_jump()
        self._clock.advance(step)
        return self._select(0)

    def _idle_for(self, timeout: float | None) -> timedelta | None:
        """How long until the next deadline; None if there is none."""
        steps = [] if timeout is None else [timedelta(seconds=timeout)]
        due = self._clock.next_due()
        if due is not None:
            steps.append(max(due - self._clock.now(), timedelta()))
        return min(steps, default=None)

    def _wait_for_threads(self, timeout: float | None) -> Any:
        """Wait for real; who has waited so long in vain has let time pass."""
        events = self._select(timeout)
        if not events and timeout is not None:
            self._clock.advance(timeout)
        return events

    # --- where it goes on for ever ----------------------------------------------------------------

    def _count_jump(self) -> None:
        self._jumps += 1
        self._fired += 1
        if self._jumps > MOST_JUMPS or self._fired > MOST_TIMERS:
            passed = timedelta(seconds=round(self._time() - self._loop_began))
            self._stall(f"time has jumped {self._jumps} times, {passed} in all, and it goes on")

    def _wait_for_others(self) -> Any:
        """Nothing is due any more, so only somebody outside of this loop can wake it."""
        events = self._select(PATIENCE) if self._has_others() else []
        if not events:
            self._stall("nothing is due any more, in the app or in the cloud")
        return events

    def _has_others(self) -> bool:
        # The loop itself has one file open, by which other threads wake it.
        return threading.active_count() > 1 or len(self._selector.get_map()) > 1

    def _stall(self, why: str) -> None:
        """Tell the task that began the jumping; a second time, or if there is none, the loop."""
        told = f"autojump: the app waits for ever: {why}.{who_waits(self._loop)}"
        if self._stalled or self._task is None or self._task.done():
            raise CheckFailed(told)
        self._stalled, self._jumps, self._fired = told, 0, 0
        self._task.cancel(told)


def _wake(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


def _running_loop() -> asyncio.AbstractEventLoop:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        raise MisuseError("autojump is for a running event loop, asyncio's or trio's") from None

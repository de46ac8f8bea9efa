"""Kernel: an event loop of asyncio that does not wait: where it would, time jumps.

While it is on, the loop's time *is* the cloud's time, and when the loop has nothing to do the clock
moves to the next deadline, the loop's own (`asyncio.sleep`, `wait_for`) or the cloud's (a timer, an
event that is late), whichever is first. So both run on one clock, and a test's `clock.advance` is
felt by the app's `sleep` too.

Only the running loop is touched, by two attributes of this one object and its selector; nothing of
the process is patched, `time.monotonic` least of all. Libraries that let loops jump (looptime,
aiotools) do it the same way, but jump to the loop's deadlines alone: they know of no second clock.
"""

from __future__ import annotations

import asyncio
import math
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self

from cloud_fake.errors import MisuseError, NotSupportedByFake

if TYPE_CHECKING:
    from types import TracebackType

    from cloud_fake.kernel.clock import Clock

__all__ = ["Autojump"]

#: In microseconds; the loop takes what is due within a nanosecond for due.
_NOISE = 5e-4


class Autojump:
    """Time that jumps while the running loop is idle, until stopped or within a `with`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._loop = _running_loop()
        self._selector: Any = getattr(self._loop, "_selector", None)
        if self._selector is None:
            raise NotSupportedByFake(f"autojump on {type(self._loop).__name__}: not asyncio's own")
        if "time" in vars(self._loop):
            raise MisuseError("time in this event loop jumps already")
        if clock.real_time:
            raise MisuseError("time that jumps is not real time: leave out real_time=True")
        self._began = clock.now()
        self._loop_began = self._loop.time()
        self._select = self._selector.select
        self._submit = self._loop.run_in_executor
        #: Calls that run in threads: whoever waits for one is not idle.
        self._working = 0
        vars(self._loop).update(time=self._time, run_in_executor=self._run_in_executor)
        vars(self._selector)["select"] = self._select_or_jump
        clock.jumping = self

    def stop(self) -> None:
        """Let the loop wait again."""
        for name in ("time", "run_in_executor"):
            vars(self._loop).pop(name, None)
        vars(self._selector).pop("select", None)
        if self._clock.jumping is self:
            self._clock.jumping = None

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
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self.stop()

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
            return events
        step = self._idle_for(timeout)
        if step is None or self._working:
            return self._select(timeout)
        self._clock.advance(step)
        return self._select(0)

    def _idle_for(self, timeout: float | None) -> timedelta | None:
        """How long until the next deadline; None if there is none."""
        steps = []
        if timeout is not None:
            # Up, never down: a deadline that is missed by half a microsecond is not reached. What
            # is less than the loop's own resolution comes from its floats, and differs by machine.
            steps.append(timedelta(microseconds=math.ceil(timeout * 1e6 - _NOISE)))
        due = self._clock.next_due()
        if due is not None:
            steps.append(max(due - self._clock.now(), timedelta()))
        return min(steps, default=None)


def _running_loop() -> asyncio.AbstractEventLoop:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        raise MisuseError(
            "autojump is for a running event loop of asyncio; trio has trio.testing.MockClock"
        ) from None

"""One call, written once, driven twice.

A call to the cloud is a generator (a *flow*): it does its thinking in plain Python and yields only
where the outside world has to do something, to let time pass (`Pause`) or to finish a coroutine
(`Await`). `run_blocking` and `run_async` are the two small loops that drive it; whoever writes a
flow never learns which one did.

Most calls take no time, and a generator for each of their steps would be most of what they cost.
What may take time is therefore a *course*: what came of it, if that is known already, or the flow
that leads there.
"""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Coroutine, Generator
from contextlib import suppress
from types import GeneratorType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, TypeVar

if TYPE_CHECKING:
    from cloud_fake.kernel.clock import Clock

__all__ = [
    "Await",
    "Course",
    "Flow",
    "Pause",
    "Turn",
    "drive",
    "followed",
    "run_async",
    "run_blocking",
    "run_by_itself",
    "sleep_in_this_loop",
    "soon",
]

R = TypeVar("R")


class Pause(NamedTuple):
    """Let `seconds` of the cloud's time pass for somebody."""

    seconds: float
    who: str = ""


class Turn(NamedTuple):
    """Let the other tasks of the event loop go first, if there is a loop; no time passes."""

    seconds: float = 0.0


class Await(NamedTuple):
    """Finish this awaitable and send its result back."""

    awaitable: Awaitable[Any]


Step: TypeAlias = Pause | Turn | Await
Flow: TypeAlias = Generator[Step, Any, R]
#: What comes of it is nothing that user code made, for that might be a generator itself.
Course: TypeAlias = R | Flow[R]


def followed(course: Course[R]) -> Flow[R]:
    """What came of it, for a flow to wait for."""
    return (yield from course) if type(course) is GeneratorType else course  # type: ignore[return-value]  # which the type has just told


def run_blocking(flow: Flow[R], wait: Callable[[float], float]) -> R:
    """Drive a flow to its end in this thread.

    Args:
        flow: the call.
        wait: lets so many seconds pass and returns how many of them are left to sleep for real.
    """
    try:
        step = next(flow)
        while True:
            try:
                answer = _perform_blocking(step, wait)
            except BaseException as error:  # noqa: BLE001 - the flow decides, not the driver
                step = flow.throw(error)
            else:
                step = flow.send(answer)
    except StopIteration as stop:
        return stop.value  # type: ignore[no-any-return]  # typeshed: StopIteration.value is Any


def run_by_itself(flow: Flow[R], later: Callable[[float, Callable[[], object]], object]) -> None:
    """Drive a flow that nobody waits for: where it pauses, the world goes on meanwhile.

    Args:
        flow: the call; what it raises comes out of whatever it was that let the time pass.
        later: has something happen after so many seconds.
    """

    def go_on() -> None:
        with suppress(StopIteration):
            step = next(flow)
            while isinstance(step, Await):
                try:
                    answer = run_coroutine(step.awaitable)
                except BaseException as error:  # noqa: BLE001 - as above
                    step = flow.throw(error)
                else:
                    step = flow.send(answer)
            later(step.seconds, go_on)

    go_on()


async def run_async(flow: Flow[R], sleep: Callable[[Pause], Awaitable[object]]) -> R:
    """Drive a flow to its end in whatever event loop awaits it.

    Args:
        flow: the call.
        sleep: lets the time of a pause pass.
    """
    try:
        step = next(flow)
        while True:
            try:
                answer = await _awaitable(step, sleep)
            except BaseException as error:  # noqa: BLE001 - cancellation too has to reach the flow
                step = flow.throw(error)
            else:
                step = flow.send(answer)
    except StopIteration as stop:
        return stop.value  # type: ignore[no-any-return]  # as above


def drive(flow: Flow[R], clock: Clock, *, awaited: bool) -> Any:
    """Drive a flow as its face does: its result, or a coroutine for it."""
    return run_async(flow, clock.sleep) if awaited else run_blocking(flow, clock.wait)


def _perform_blocking(step: Step, wait: Callable[[float], float]) -> Any:
    if isinstance(step, Await):
        return run_coroutine(step.awaitable)
    left = wait(step.seconds)
    if left > 0:
        import time

        time.sleep(left)
    return None


def _awaitable(step: Step, sleep: Callable[[Pause], Awaitable[object]]) -> Awaitable[Any]:
    if isinstance(step, Await):
        return step.awaitable
    return sleep_in_this_loop(0.0) if isinstance(step, Turn) else sleep(step)


async def sleep_in_this_loop(seconds: float) -> None:
    """Sleep in asyncio or trio, whichever runs; neither is imported unless it already is."""
    trio = sys.modules.get("trio")
    if trio is not None and trio.lowlevel.in_trio_run():
        await trio.sleep(seconds)
        return
    import asyncio

    await asyncio.sleep(seconds)


def soon(action: Callable[[], object]) -> None:
    """Run it in the next turn of the event loop of asyncio, if one runs here."""
    import asyncio

    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return
    loop.call_soon(action)


def run_coroutine(awaitable: Awaitable[R]) -> R:
    """The result of an awaitable for a caller that cannot await.

    A plain call inside a running event loop must not block on that loop, so there the awaitable
    gets a loop of its own in a thread of its own.
    """
    import asyncio

    async def main() -> R:
        return await awaitable

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return _run_in_new_loop(main())
    return _run_in_thread(main())


def _run_in_new_loop(coroutine: Coroutine[Any, Any, R]) -> R:
    import asyncio

    # Not `asyncio.run`, which forgets the loop that the caller's thread had set.
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        return runner.run(coroutine)


def _run_in_thread(coroutine: Coroutine[Any, Any, R]) -> R:
    from concurrent.futures import ThreadPoolExecutor
    from contextvars import copy_context

    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(copy_context().run, _run_in_new_loop, coroutine).result()

"""Time that jumps under trio: on its own MockClock, and the cloud's clock with it."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from cloud_fake import FakeCloud, MisuseError
from cloud_fake.errors import CheckFailed
from tests.kernel.polling import SECONDS, poll, sweep_at_the_minute

trio = pytest.importorskip("trio")

Story = Callable[[FakeCloud], Awaitable[Any]]


def jumping(world: FakeCloud, story: Story, clock: Any = None) -> Any:
    """A story's result; it must not take longer than a moment of real time."""

    async def main() -> Any:
        with world.autojump():
            return await story(world)

    began = time.perf_counter()
    answer = trio.run(main, clock=clock or trio.testing.MockClock())
    assert time.perf_counter() - began < 5
    return answer


async def sleeps(world: FakeCloud) -> float:
    start = trio.current_time()
    await trio.sleep(3600)
    return round(trio.current_time() - start, 3)


async def is_late(world: FakeCloud) -> float:
    world.faults.delay("database.todos.add", seconds=30)
    with trio.move_on_after(10) as patience:
        await world.aio.database().collection("todos").add(data={})
    assert patience.cancelled_caught
    assert world.calls[0].executions == 0
    return 10


async def is_late_together(world: FakeCloud) -> float:
    world.faults.delay("database.todos.*", seconds=30)
    todos = world.aio.database().collection("todos")
    async with trio.open_nursery() as nursery:
        for n in range(5):
            nursery.start_soon(todos.where({"n": n}).count)
    return 30


async def waits_for_a_timer(world: FakeCloud) -> float:
    event = trio.Event()
    world.clock.at(world.clock.now() + dt.timedelta(minutes=5), event.set)
    await event.wait()
    return 300


async def feels_what_the_test_does(world: FakeCloud) -> float:
    async with trio.open_nursery() as nursery:
        nursery.start_soon(trio.sleep, 600)
        await trio.lowlevel.checkpoint()
        world.clock.advance(minutes=11)
    return 660


STORIES: list[Story] = [
    sleeps,
    is_late,
    is_late_together,
    waits_for_a_timer,
    feels_what_the_test_does,
]


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize("frozen", [True, False])
def test_both_clocks_move_together(world: FakeCloud, story: Story, frozen: bool) -> None:
    if not frozen:
        world.clock.unfreeze()
    began = world.clock.now()
    expected = jumping(world, story)
    passed = (world.clock.now() - began).total_seconds()
    assert passed == pytest.approx(expected, abs=1e-5 if frozen else 1)


def test_an_app_polls_until_a_function_s_timer_has_done_its_work(world: FakeCloud) -> None:
    sweep_at_the_minute(world)
    assert jumping(world, lambda world: poll(world, trio.sleep)) == SECONDS


def test_who_waits_for_ever_is_told_so(world: FakeCloud) -> None:
    async def hang(_world: FakeCloud) -> None:
        await trio.Event().wait()

    with pytest.raises(CheckFailed, match="the app waits for ever: nothing is due any more"):
        jumping(world, hang)


def test_afterwards_trio_s_own_autojump_is_as_it_was(world: FakeCloud) -> None:
    clock = trio.testing.MockClock(autojump_threshold=0)
    assert jumping(world, sleeps, clock) == 3600
    assert clock.autojump_threshold == 0
    assert world.clock.jumping is None


def test_it_needs_a_clock_that_can_be_moved_and_moves_it_once(world: FakeCloud) -> None:
    async def main() -> None:
        world.autojump()

    with pytest.raises(MisuseError, match=r"clock=trio\.testing\.MockClock\(\)"):
        trio.run(main)

    async def twice(world: FakeCloud) -> None:
        world.autojump()

    with pytest.raises(MisuseError, match="jumps already"):
        jumping(world, twice)
    with pytest.raises(MisuseError, match="not real time"):
        jumping(FakeCloud(env="dev", real_time=True), sleeps)

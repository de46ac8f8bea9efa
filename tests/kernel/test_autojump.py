"""Time that jumps while an event loop is idle: the app's sleep and the cloud's timers alike."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from cloud_fake import CloudError, FakeCloud, MisuseError

Story = Callable[[FakeCloud], Coroutine[Any, Any, Any]]


def jumping(world: FakeCloud, story: Story) -> Any:
    """A story's result; it must not take longer than a moment of real time."""

    async def main() -> Any:
        with world.autojump():
            return await story(world)

    began = time.perf_counter()
    answer = asyncio.run(main())
    assert time.perf_counter() - began < 5
    return answer


def passed(world: FakeCloud, since: dt.datetime) -> float:
    return round((world.clock.now() - since).total_seconds(), 3)


@pytest.mark.parametrize("frozen", [True, False])
def test_sleep_takes_no_time_and_moves_the_clock(world: FakeCloud, frozen: bool) -> None:
    if not frozen:
        world.clock.unfreeze()
    began = world.clock.now()

    async def story(_world: FakeCloud) -> float:
        loop = asyncio.get_running_loop()
        start = loop.time()
        await asyncio.sleep(3600)
        return loop.time() - start

    assert jumping(world, story) == pytest.approx(3600, abs=1)
    assert passed(world, began) == pytest.approx(3600, abs=1)


def test_sleepers_wake_in_order(world: FakeCloud) -> None:
    woken: list[int] = []

    async def sleep(seconds: int) -> None:
        await asyncio.sleep(seconds)
        woken.append(seconds)

    async def story(_world: FakeCloud) -> None:
        await asyncio.gather(*map(sleep, (30, 10, 20)))

    jumping(world, story)
    assert woken == [10, 20, 30]


def test_the_cloud_s_timers_come_in_between(world: FakeCloud) -> None:
    began, told = world.clock.now(), []
    world.clock.at(began + dt.timedelta(seconds=15), lambda: told.append("timer"))

    async def story(_world: FakeCloud) -> None:
        await asyncio.sleep(10)
        told.append("ten")
        await asyncio.sleep(10)
        told.append("twenty")

    jumping(world, story)
    assert told == ["ten", "timer", "twenty"]


def test_a_timer_of_the_cloud_wakes_an_app_that_waits_for_nothing_else(world: FakeCloud) -> None:
    async def story(world: FakeCloud) -> None:
        event = asyncio.Event()
        world.clock.at(world.clock.now() + dt.timedelta(minutes=5), event.set)
        await event.wait()

    began = world.clock.now()
    jumping(world, story)
    assert passed(world, began) == 300


def test_a_late_call_lets_the_app_lose_its_patience(world: FakeCloud) -> None:
    world.faults.delay("database.todos.add", seconds=30)

    async def story(world: FakeCloud) -> float:
        began = world.clock.now()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(world.aio.database().collection("todos").add(data={}), 10)
        return passed(world, began)

    assert jumping(world, story) == 10
    assert world.calls[0].executions == 0


def test_calls_at_the_same_time_are_late_at_the_same_time(world: FakeCloud) -> None:
    world.faults.delay("database.todos.*", seconds=30)

    async def story(world: FakeCloud) -> float:
        todos, began = world.aio.database().collection("todos"), world.clock.now()
        await asyncio.gather(*(todos.where({"n": n}).count() for n in range(5)))
        return passed(world, began)

    assert jumping(world, story) == 30


def test_a_test_that_lets_time_pass_wakes_the_app(world: FakeCloud) -> None:
    async def story(world: FakeCloud) -> float:
        began, sleeper = world.clock.now(), asyncio.ensure_future(asyncio.sleep(600))
        await asyncio.sleep(0)
        world.clock.advance(minutes=11)
        await sleeper
        return passed(world, began)

    assert jumping(world, story) == 660


def test_a_blocking_call_moves_the_clock_by_itself(world: FakeCloud) -> None:
    world.faults.delay("database.todos.count", seconds=30)

    async def story(world: FakeCloud) -> float:
        began = world.clock.now()
        world.database().collection("todos").count()
        return passed(world, began)

    assert jumping(world, story) == 30


def test_who_waits_for_a_thread_is_not_idle(world: FakeCloud) -> None:
    async def story(_world: FakeCloud) -> str:
        return await asyncio.wait_for(asyncio.to_thread(lambda: time.sleep(0.05) or "done"), 10)

    began = world.clock.now()
    assert jumping(world, story) == "done"
    assert passed(world, began) < 10


def test_afterwards_the_loop_waits_again(world: FakeCloud) -> None:
    async def main() -> float:
        loop = asyncio.get_running_loop()
        with world.autojump():
            await asyncio.sleep(100)
        start = loop.time()
        await asyncio.sleep(0.02)
        assert {"time", "run_in_executor"}.isdisjoint(vars(loop))
        return loop.time() - start

    assert 0.01 < asyncio.run(main()) < 5


def test_it_ends_with_its_cloud(world: FakeCloud) -> None:
    async def main() -> None:
        world.autojump()
        with pytest.raises(MisuseError, match="jumps already"):
            world.autojump()
        world.close()
        assert "time" not in vars(asyncio.get_running_loop())

    asyncio.run(main())


def test_it_needs_a_loop_and_virtual_time() -> None:
    with pytest.raises(MisuseError, match="a running event loop of asyncio; trio has"):
        FakeCloud(env="dev").autojump()

    async def main() -> None:
        with pytest.raises(MisuseError, match="not real time"):
            FakeCloud(env="dev", real_time=True).autojump()

    asyncio.run(main())


def test_a_poll_comes_to_its_end(world: FakeCloud) -> None:
    """An app that asks every second until a function's timer has done its work."""
    world.clock.move_to(dt.datetime(2030, 1, 1, 0, 0, 15, tzinfo=dt.UTC))

    @world.function("sweep", timer="0 * * * * * *")
    def sweep(event: Any, context: Any) -> None:
        context.cloud.database().collection("todos").doc("done").set(data={"_openid": "o-alice"})

    async def story(world: FakeCloud) -> int:
        for n in range(100):
            try:
                await world.aio.database().collection("todos").doc("done").get()
            except CloudError:
                await asyncio.sleep(1)
            else:
                return n
        return -1

    assert jumping(world, story) == 45

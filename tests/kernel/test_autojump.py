"""Time that jumps while an event loop is idle: the app's sleep and the cloud's timers alike."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import itertools
import threading
import time
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from cloud_fake import FakeCloud, MisuseError
from cloud_fake.errors import CheckFailed
from cloud_fake.kernel import autojump
from tests.kernel.polling import SECONDS, poll, sweep_at_the_minute

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
    with pytest.raises(MisuseError, match="a running event loop, asyncio's or trio's"):
        FakeCloud(env="dev").autojump()

    async def main() -> None:
        with pytest.raises(MisuseError, match="not real time"):
            FakeCloud(env="dev", real_time=True).autojump()

    asyncio.run(main())


def test_a_poll_comes_to_its_end(world: FakeCloud) -> None:
    """An app that asks every second until a function's timer has done its work."""
    sweep_at_the_minute(world)
    assert jumping(world, lambda world: poll(world, asyncio.sleep)) == SECONDS


# --- patience ------------------------------------------------------------------------------------


async def hang() -> None:
    await asyncio.Event().wait()


PATIENT: list[tuple[str, Callable[[], Coroutine[Any, Any, Any]]]] = [
    ("wait_for", lambda: asyncio.wait_for(hang(), 30)),
    ("timeout", lambda: within(asyncio.timeout(30))),
    ("timeout_at", lambda: within(asyncio.timeout_at(asyncio.get_running_loop().time() + 30))),
]


async def within(patience: asyncio.Timeout) -> None:
    async with patience:
        await hang()


@pytest.mark.parametrize(("name", "wait"), PATIENT, ids=[name for name, _ in PATIENT])
def test_patience_ends_to_the_microsecond(
    world: FakeCloud, name: str, wait: Callable[[], Coroutine[Any, Any, Any]]
) -> None:
    began = world.clock.now()

    async def story(_world: FakeCloud) -> None:
        for _ in range(100):
            with pytest.raises(TimeoutError):
                await wait()

    jumping(world, story)
    assert world.clock.now() - began == dt.timedelta(seconds=3000)


def test_small_steps_add_up(world: FakeCloud) -> None:
    began = world.clock.now()

    async def story(_world: FakeCloud) -> None:
        for _ in range(1000):
            await asyncio.sleep(0.0012345678)

    jumping(world, story)
    passed = (world.clock.now() - began).total_seconds()
    assert passed == pytest.approx(1.2345678, abs=0.001)


def test_a_watch_wakes_the_app(world: FakeCloud) -> None:
    """An app that waits for its order to be paid, which a function's timer does at night."""

    @world.function("settle", timer="0 0 2 * * * *")
    def settle(event: Any, context: Any) -> None:
        context.cloud.database().collection("todos").doc("o1").update(data={"paid": True})

    async def story(world: FakeCloud) -> str:
        paid = asyncio.get_running_loop().create_future()

        def hear(news: Any) -> None:
            if news.docs and news.docs[0].get("paid") and not paid.done():
                paid.set_result(news.docs[0]["_id"])

        todos = world.aio.database().collection("todos")
        await todos.doc("o1").set(data={"n": 1})
        watch = todos.where({}).watch(onChange=hear, onError=print)
        try:
            return await asyncio.wait_for(paid, 24 * 3600)
        finally:
            await watch.close()

    assert jumping(world, story) == "o1"


def test_a_blocked_thread_does_not_block_patience(world: FakeCloud) -> None:
    """The thread really waits, and so does the loop, for as long as its patience lasts."""
    gate = threading.Event()

    async def story(_world: FakeCloud) -> None:
        try:
            await asyncio.wait_for(asyncio.to_thread(gate.wait), 0.05)
        finally:
            gate.set()

    with pytest.raises(TimeoutError):
        jumping(world, story)


# --- calls that wait -----------------------------------------------------------------------------


def test_of_calls_that_are_late_alike_the_seed_draws_the_first() -> None:
    def landed(seed: int) -> str:
        cloud = FakeCloud(env="dev", collections=["todos"], seed=seed)
        cloud.clock.freeze()
        cloud.faults.delay("database.todos.*", seconds=30)

        async def story(cloud: FakeCloud) -> str:
            todos = cloud.aio.database().collection("todos")
            one, two = todos.doc("o1").set(data={"by": "a"}), todos.doc("o1").set(data={"by": "b"})
            await asyncio.gather(one, two)
            return (await todos.doc("o1").get()).data["by"]

        return jumping(cloud, story)

    order = [landed(seed) for seed in range(12)]
    assert set(order) == {"a", "b"}
    assert [landed(seed) for seed in range(12)] == order


def test_a_call_that_is_given_up_leaves_nothing_behind(world: FakeCloud) -> None:
    world.faults.delay("database.todos.count", seconds=30)

    async def story(world: FakeCloud) -> None:
        call = asyncio.ensure_future(world.aio.database().collection("todos").count())
        await asyncio.sleep(1)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        await asyncio.sleep(100)

    jumping(world, story)
    assert world.clock.next_due() is None
    assert world.calls[0].executions == 0


def test_a_call_that_still_waits_when_the_jumping_ends_waits_for_real(world: FakeCloud) -> None:
    world.faults.delay("database.todos.count", seconds=0.02)

    async def main() -> float:
        loop = asyncio.get_running_loop()
        with world.autojump():
            call = asyncio.ensure_future(world.aio.database().collection("todos").count())
            await asyncio.sleep(0)
        began = loop.time()
        await call
        return loop.time() - began

    assert 0.01 < asyncio.run(main()) < 5


# --- for ever ------------------------------------------------------------------------------------


async def waits_for_an_answer(world: FakeCloud) -> None:
    await hang()


async def waits_for_others(world: FakeCloud) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(hang(), name="one")
        group.create_task(waits_for_an_answer(world), name="two")


async def waits_while_a_timer_fires(world: FakeCloud) -> None:
    world.register_function("sweep", lambda event, context: None, timer="0 * * * * * *")
    await hang()


async def asks_again_and_again(world: FakeCloud) -> None:
    for _ in itertools.count():
        if (await world.aio.database().collection("todos").count()).total:
            break
        await asyncio.sleep(1)


FOR_EVER: list[tuple[Story, str]] = [
    (
        waits_for_an_answer,
        r"nothing is due any more, in the app or in the cloud\.\n"
        r"  Task-\d+ waits in hang, test_autojump\.py:\d+: await asyncio\.Event\(\)\.wait\(\)$",
    ),
    (
        waits_for_others,
        r"nothing is due .*\n  Task-\d+ waits in waits_for_others, test_autojump\.py:\d+: async "
        r"with asyncio\.TaskGroup.*\n  one waits in hang, .*\n  two waits in hang, [^\n]*$",
    ),
    (
        waits_while_a_timer_fires,
        r"time has jumped 101 times, 1:(39|40):\d\d in all, and it goes on\.\n"
        r"  Task-\d+ waits in hang, ",
    ),
    (
        asks_again_and_again,
        r"time has jumped 1001 times, 0:16:4\d in all, and it goes on\.\n"
        r"  Task-\d+ waits in asks_again_and_again, .*: await asyncio\.sleep\(1\)$",
    ),
]


@pytest.fixture
def soon_tired(monkeypatch: pytest.MonkeyPatch) -> None:
    """It need not go on as long as it may."""
    monkeypatch.setattr(autojump, "MOST_JUMPS", 1000)
    monkeypatch.setattr(autojump, "MOST_TIMERS", 100)
    monkeypatch.setattr(autojump, "PATIENCE", 0.05)


@pytest.mark.usefixtures("soon_tired")
@pytest.mark.parametrize(("story", "told"), FOR_EVER)
def test_who_waits_for_ever_is_told_so(world: FakeCloud, story: Story, told: str) -> None:
    with pytest.raises(CheckFailed, match=rf"^autojump: the app waits for ever: {told}"):
        jumping(world, story)


@pytest.mark.usefixtures("soon_tired")
def test_who_does_not_let_go_is_let_down(world: FakeCloud) -> None:
    async def stubborn(_world: FakeCloud) -> None:
        for _ in range(2):
            with contextlib.suppress(asyncio.CancelledError):
                await hang()

    with pytest.raises(CheckFailed, match="the app waits for ever"):
        jumping(world, stubborn)


@pytest.mark.usefixtures("soon_tired")
def test_without_a_with_statement_the_loop_is_told(world: FakeCloud) -> None:
    async def main() -> None:
        asyncio.get_running_loop().call_soon(world.autojump)
        await hang()

    with pytest.raises(CheckFailed, match="the app waits for ever"):
        asyncio.run(main())


def test_who_waits_for_another_thread_is_not_lost(world: FakeCloud) -> None:
    async def story(_world: FakeCloud) -> str:
        loop, answer = asyncio.get_running_loop(), asyncio.get_running_loop().create_future()
        thread = threading.Thread(
            target=lambda: (time.sleep(0.05), loop.call_soon_threadsafe(answer.set_result, "done"))
        )
        thread.start()
        return await answer

    assert jumping(world, story) == "done"


def test_who_waits_for_the_network_is_not_lost(world: FakeCloud) -> None:
    async def answer(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"done")
        writer.close()

    async def story(_world: FakeCloud) -> bytes:
        server = await asyncio.start_server(answer, "127.0.0.1")
        async with server:
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            heard = await reader.read()
            writer.close()
            await writer.wait_closed()
        return heard

    assert jumping(world, story) == b"done"

"""What faults stand on: flows nobody waits for, letters that wait, drafts of the past."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Any

import pytest

from cloud_fake import FakeCloud
from cloud_fake.kernel.clock import Clock
from cloud_fake.kernel.faults.history import History
from cloud_fake.kernel.flow import Await, Flow, Pause, run_by_itself, soon
from cloud_fake.state import Store

START = dt.datetime(2030, 1, 1, tzinfo=dt.UTC)

# --- flows ---------------------------------------------------------------------------------------


@pytest.fixture
def clock() -> Clock:
    clock = Clock()
    clock.freeze(START)
    return clock


def test_a_flow_that_nobody_waits_for_goes_on_when_its_time_has_come(clock: Clock) -> None:
    told: list[float] = []

    def flow() -> Flow[None]:
        for seconds in (5, 10):
            told.append((clock.now() - START).total_seconds())
            yield Pause(seconds)
        told.append((clock.now() - START).total_seconds())

    run_by_itself(flow(), clock.after)
    assert told == [0]
    clock.advance(7)
    assert told == [0, 5]
    clock.advance(60)
    assert told == [0, 5, 15]
    assert clock.now() == START + dt.timedelta(seconds=67)


def test_two_of_them_take_their_time_at_once(clock: Clock) -> None:
    told: list[str] = []

    def flow(name: str) -> Flow[None]:
        for _ in range(2):
            yield Pause(10)
            told.append(name)

    for name in "ab":
        run_by_itself(flow(name), clock.after)
    clock.advance(20)
    assert told == ["a", "b", "a", "b"]


def test_what_it_awaits_is_finished_at_once(clock: Clock) -> None:
    told: list[Any] = []

    async def answer() -> int:
        await asyncio.sleep(0)
        return 42

    async def fail() -> None:
        raise ValueError("mine")

    def flow() -> Flow[None]:
        told.append((yield Await(answer())))
        try:
            yield Await(fail())
        except ValueError as error:
            told.append(str(error))
        yield Pause(1)
        told.append("end")

    run_by_itself(flow(), clock.after)
    assert told == [42, "mine"]
    clock.advance(1)
    assert told == [42, "mine", "end"]


def test_what_it_raises_comes_out_where_time_was_let_pass(clock: Clock) -> None:
    def flow() -> Flow[None]:
        yield Pause(1)
        raise ValueError("mine")

    run_by_itself(flow(), clock.after)
    with pytest.raises(ValueError, match="mine"):
        clock.advance(1)


def test_soon_is_the_next_turn_of_the_loop_that_runs_or_never() -> None:
    told: list[str] = []
    soon(lambda: told.append("no loop"))

    async def story() -> None:
        soon(lambda: told.append("soon"))
        told.append("now")
        await asyncio.sleep(0)

    asyncio.run(story())
    assert told == ["now", "soon"]


# --- letters -------------------------------------------------------------------------------------


def test_a_letter_waits_for_its_call(world: FakeCloud) -> None:
    world.database().collection("todos").count()
    call = world.calls[-1]
    outbox, told = world._world.outbox, []
    outbox.post_after(call, lambda: told.append("the call is over already"))
    outbox.deliver()
    assert told == ["the call is over already"]
    call.ended = None
    outbox.post_after(call, lambda: told.append("late"))
    outbox.post(lambda: told.append("at once"))
    outbox.deliver()
    assert told[1:] == ["at once"]
    assert outbox.call_is_over(call)
    outbox.deliver()
    assert told[2:] == ["late"]
    assert not outbox.call_is_over(call)


# --- the past ------------------------------------------------------------------------------------


def filled(*values: int) -> Store:
    store = Store()
    draft = store.draft()
    draft.create_table("t")
    for value in values:
        draft.put("t", value, value)
    draft.commit()
    return store


def test_a_draft_of_the_past_is_seen_by_nobody() -> None:
    store = filled(1, 2)
    then = store.snapshot()
    now = store.draft()
    now.delete("t", 1)
    now.commit()
    past = then.draft()
    assert list(past.rows("t")) == [1, 2]
    past.put("t", 3, 3)
    past.create_table("u")
    past.commit()
    assert list(store.draft().rows("t")) == [2]
    assert list(then.draft().rows("t")) == [1, 2]
    assert not store.draft().has_table("u")


def test_every_change_of_a_store_is_announced() -> None:
    store, told = filled(1), []
    store.before_change = lambda: told.append(dict(store.table("t") or {}))
    then = store.snapshot()
    draft = store.draft()
    draft.put("t", 2, 2)
    assert told == []
    draft.commit()
    store.draft().commit()  # nothing was written: nothing is told
    store.restore(then)
    assert told == [{1: 1}, {1: 1, 2: 2}]
    assert store.fork().before_change is None


def test_history_goes_no_further_back_than_anybody_asks(world: FakeCloud) -> None:
    inner = world._world
    history = History(inner, longest=10)
    inner.store.before_change = history.before_change
    began = world.clock.now()
    for n in range(100):
        world.clock.advance(1)
        world.seed({"todos": [{"n": n}]})
    assert len(history._states) == 10  # beside how it is now
    at = {seconds: history.at(began + dt.timedelta(seconds=seconds)) for seconds in (90, 95, 100)}
    table = ("records", 0, "todos")
    assert {seconds: len(it.tables[table]) for seconds, it in at.items()} == {
        90: 90,
        95: 95,
        100: 100,
    }
    assert len(history.at(began).tables[table]) == 90  # the oldest there still is


def test_history_keeps_nothing_while_the_clock_stands_still(world: FakeCloud) -> None:
    world.clock.freeze()
    history = History(world._world, longest=10)
    world._world.store.before_change = history.before_change
    began = world.clock.now()
    for n in range(5):
        world.seed({"todos": [{"n": n}]})
    assert len(history._states) == 1  # how it was at first
    assert len(history.at(began).tables["records", 0, "todos"]) == 5
    world.clock.advance(1)
    world.seed({"todos": [{"n": 5}]})
    assert len(history.at(began).tables["records", 0, "todos"]) == 5
    assert len(history.at(world.clock.now()).tables["records", 0, "todos"]) == 6

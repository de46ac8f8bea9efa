"""Requests that do not get on: jammed until the rule is over, or overtaken by others."""

# ruff: noqa: E501 - a row of a table is one line
from __future__ import annotations

import asyncio
import datetime as dt
from typing import Any

import pytest

from cloud_fake import CloudError, FakeCloud, MisuseError
from tests.faults.acts import ACTS, error_of, fails, records


def passed(world: FakeCloud, began: dt.datetime) -> float:
    return (world.clock.now() - began).total_seconds()


# --- a jam that ends -----------------------------------------------------------------------------

#: The rule, whether the caller hears the answer, after how many seconds, and when it is done at
#: the latest: later than the caller's patience, it is done without them.
JAMS = [
    ("jam", False, 60, None),
    ("jam(after=30)", True, 30, 30),
    ("jam(after=60)", True, 60, 60),
    ("jam(after=90)", False, 60, 90),
    ("jam(after=0)", True, 0, 0),
    ("jam(seconds=5, after=8)", False, 5, 8),
    ("jam for 20s", True, 20, 20),
    ("jam for 2m", False, 60, 120),
    ("jam between 0s 45s", True, 45, 45),
    ("jam ttl 10s", True, 10, 10),
    ("jam ttl 100s", False, 60, 100),
    ("jam(after=90) for 70s", False, 60, 70),
    ("jam(after=90) ttl 80s", False, 60, 80),
    ("jam for 2m ttl 70s", False, 60, 70),
]


@pytest.mark.parametrize(("rule", "is_heard", "seconds", "done_after"), JAMS)
def test_when_a_jammed_request_arrives(
    world: FakeCloud, todos: Any, rule: str, is_heard: bool, seconds: int, done_after: int | None
) -> None:
    began = world.clock.now()
    made = world.faults.add(f"database.todos.add: {rule}")
    assert fails(todos.add, data={}) is not is_heard
    assert passed(world, began) == seconds
    if done_after is not None and not is_heard:
        world.clock.advance(done_after - seconds - 1)
        assert records(world) == []
        world.clock.advance(1)
    else:
        world.clock.advance(hours=1)
    assert len(records(world)) == (done_after is not None)
    made.stop()
    assert len(records(world)) == 1
    assert world.faults.network.is_empty


@pytest.mark.parametrize("name", ACTS)
def test_every_kind_of_call_arrives_in_its_own_time(busy: FakeCloud, app: Any, name: str) -> None:
    busy.faults.on(name).jam(after=90)
    assert fails(ACTS[name].do, app)
    assert ACTS[name].done(busy) == 0
    busy.clock.advance(30)
    assert ACTS[name].done(busy) == 1


def test_what_was_jammed_arrives_when_its_rule_is_stopped(world: FakeCloud, todos: Any) -> None:
    with world.faults.jam("database.todos.add"):
        for text in ("first", "second"):
            assert fails(todos.add, data={"text": text})
        assert records(world) == []
    assert [record["text"] for record in records(world)] == ["first", "second"]


def test_of_two_jams_the_one_that_ends_lets_its_own_go(world: FakeCloud, todos: Any) -> None:
    a = world.faults.jam("database.todos.add", where={"data.kind": "a"})
    world.faults.jam("database.todos.add", where={"data.kind": "b"})
    for kind in "aba":
        assert fails(todos.add, data={"kind": kind})
    a.stop()
    assert "".join(record["kind"] for record in records(world)) == "aa"
    world.faults.heal()
    assert "".join(record["kind"] for record in records(world)) == "aab"


def test_a_jam_that_is_healed_while_somebody_waits_is_a_delay(world: FakeCloud, todos: Any) -> None:
    began = world.clock.now()
    world.faults.jam("database.todos.add")
    world.clock.after(12, world.faults.heal)
    todos.add(data={})
    assert passed(world, began) == 12
    assert len(records(world)) == 1


def test_what_falls_due_meanwhile_happens_in_its_time(world: FakeCloud, todos: Any) -> None:
    seen: list[float] = []
    began = world.clock.now()
    for seconds in (10, 20, 70):
        world.clock.after(seconds, lambda: seen.append(passed(world, began)))
    world.faults.jam("database.todos.add")
    assert fails(todos.add, data={})
    assert (seen, passed(world, began)) == ([10, 20], 60)


def test_a_function_that_arrives_late_takes_its_own_time(world: FakeCloud, app: Any) -> None:
    """Nobody waits for it, so the clock does not wait for it either."""
    ran: list[float] = []
    began = world.clock.now()

    @world.function("slow", cold_start=5)
    def slow(event: Any, context: Any) -> None:
        ran.append(passed(world, began))

    world.faults.jam("function.slow")
    assert fails(app.callFunction, name="slow")
    world.faults.heal()
    assert (ran, passed(world, began)) == ([], 60)
    world.run_until_idle()
    assert ran == [65]


def test_a_caller_that_is_cancelled_has_sent_its_request(world: FakeCloud) -> None:
    async def story() -> None:
        todos = world.aio.database().collection("todos")
        world.faults.on("database.todos.add").overtaken()
        task = asyncio.ensure_future(todos.add(data={"_id": "a"}))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(story())
    assert records(world) == []
    world.faults.heal()
    assert [record["_id"] for record in records(world)] == ["a"]


def test_jammed_events_arrive_when_their_rule_is_over(world: FakeCloud, todos: Any) -> None:
    heard: list[int] = []
    todos.watch(onChange=lambda it: heard.append(len(it["docs"])), onError=print)
    world.faults.add("watch.todos: jam for 30s")
    todos.add(data={})
    world.clock.advance(29)
    assert heard == [0]
    world.clock.advance(1)
    assert heard == [0, 1]


def test_the_timeline_says_that_a_rule_has_ended_by_itself(world: FakeCloud, todos: Any) -> None:
    world.faults.on("database.todos.add", ttl="70s").jam()
    assert fails(todos.add, data={})
    world.clock.advance(10)
    told = [line.partition("· ")[2] for line in world.calls.lines() if "· " in line]
    assert told[-2:] == [
        "fault: database.todos.add: jam ttl 70s ends by itself",
        "network: database.todos.add of o-alice arrives",
    ]


# --- requests that are overtaken -----------------------------------------------------------------


def test_who_waits_is_overtaken_by_what_is_sent_next(world: FakeCloud, todos: Any) -> None:
    """The app has given up, tried again, and then the first one arrives after all."""
    began = world.clock.now()
    world.faults.on("database.todos.set").overtaken().once()
    assert "request:fail timeout" in error_of(todos.doc("x").set, data={"n": 1}).errMsg
    assert passed(world, began) == 60
    assert records(world) == []
    todos.doc("x").set(data={"n": 2})
    assert [record["n"] for record in records(world)] == [1]
    assert passed(world, began) == 60


def test_who_does_not_wait_gets_all_answers() -> None:
    async def story() -> tuple[Any, ...]:
        cloud = FakeCloud(env="dev", collections=["todos"], seed=7)
        cloud.clock.freeze()
        began = cloud.clock.now()
        cloud.faults.on("database.todos.set").overtaken().once()
        record = cloud.aio.database().collection("todos").doc("x")
        answers = await asyncio.gather(record.set(data={"n": 1}), record.set(data={"n": 2}))
        kept = (await record.get()).data["n"]
        return [it.stats.created for it in answers], kept, passed(cloud, began)

    assert asyncio.run(story()) == ([0, 1], 1, 0)


@pytest.mark.parametrize(("by", "order"), [(1, "bacd"), (2, "bcad"), (3, "bcda")])
def test_by_how_many(by: int, order: str) -> None:
    async def story() -> str:
        cloud = FakeCloud(env="dev", collections=["todos"], seed=7)
        cloud.clock.freeze()
        cloud.faults.on("database.todos.add").overtaken(by=by).once()
        todos = cloud.aio.database().collection("todos")
        tasks = []
        for letter in "abcd":
            tasks.append(asyncio.ensure_future(todos.add(data={"_id": letter})))
            await asyncio.sleep(0)
        await asyncio.gather(*tasks)
        return "".join(record["_id"] for record in records(cloud))

    assert asyncio.run(story()) == order


def test_in_trio_too() -> None:
    trio = pytest.importorskip("trio")
    cloud = FakeCloud(env="dev", collections=["todos"], seed=7)

    async def story() -> None:
        cloud.faults.on("database.todos.add").overtaken().once()
        todos = cloud.aio.database().collection("todos")
        async with trio.open_nursery() as nursery:
            nursery.start_soon(lambda: todos.add(data={"_id": "a"}))
            await trio.lowlevel.checkpoint()
            nursery.start_soon(lambda: todos.add(data={"_id": "b"}))

    trio.run(story)
    assert [record["_id"] for record in records(cloud)] == ["b", "a"]


def test_where_time_is_the_loop_s_another_task_overtakes_in_its_time() -> None:
    async def story() -> tuple[float, int]:
        cloud = FakeCloud(env="dev", collections=["todos"], seed=7)
        cloud.clock.freeze()
        cloud.seed({"todos": [{"_id": "x", "n": 1}]})
        with cloud.autojump():
            began = cloud.clock.now()
            record = cloud.aio.database().collection("todos").doc("x")
            cloud.faults.on("database.todos.update").overtaken().once()

            async def later() -> None:
                await asyncio.sleep(5)
                await record.update(data={"n": 2})

            await asyncio.gather(record.update(data={"n": 3}), later())
            return round(passed(cloud, began)), (await record.get()).data["n"]

    assert asyncio.run(story()) in [(5, 3), (6, 3)]


def test_only_what_the_rule_is_about_overtakes(world: FakeCloud, face: Any, todos: Any) -> None:
    world.faults.on("database.todos.add", caller="o-alice", where={"data.n": {"$lt": 9}}).overtaken().once()  # fmt: skip
    assert fails(todos.add, data={"n": 1})
    bob = face(world.as_user("o-bob")).database().collection("todos")
    bob.add(data={"n": 2})
    todos.add(data={"n": 9})
    todos.count()
    assert sorted(record["n"] for record in records(world)) == [2, 9]
    todos.add(data={"n": 3})
    assert [record["n"] for record in records(world)] == [2, 9, 3, 1]


def test_a_request_that_fails_overtakes_as_well(world: FakeCloud, todos: Any) -> None:
    world.seed({"todos": [{"_id": "x"}]})
    world.faults.on("database.todos.add").overtaken().once()
    assert fails(todos.add, data={"_id": "a"})
    assert fails(todos.add, data={"_id": "x"})  # E11000
    assert [record["_id"] for record in records(world)] == ["x", "a"]


def test_what_nobody_overtakes_arrives_when_the_rule_is_over(world: FakeCloud, todos: Any) -> None:
    rule = world.faults.on("database.todos.add").overtaken(seconds=2).once()
    assert fails(todos.add, data={})
    world.clock.advance(hours=1)
    assert records(world) == []
    rule.stop()
    assert len(records(world)) == 1


def test_it_is_overtaken_though_other_rules_come_and_go(world: FakeCloud, todos: Any) -> None:
    world.faults.on("database.todos.add").overtaken().once()
    assert fails(todos.add, data={"_id": "a"})
    world.faults.on("storage.*").fail().stop()  # the rules are looked at anew
    todos.add(data={"_id": "b"})
    assert [record["_id"] for record in records(world)] == ["b", "a"]


def test_a_timer_of_the_cloud_s_may_overtake_who_waits(world: FakeCloud, todos: Any) -> None:
    """A function runs by itself while the app waits: the two meet in the network."""
    began = world.clock.now()
    world.seed({"todos": [{"_id": "x"}]})
    todo = world.server.database().collection("todos").doc("x")
    world.faults.on("database.todos.update").overtaken().once()
    world.clock.after(7, lambda: todo.update(data={"by": "timer"}))
    todos.doc("x").update(data={"by": "app"})
    assert passed(world, began) == 7
    assert records(world)[0]["by"] == "app"


def test_a_held_request_is_gone_with_a_reset(world: FakeCloud, todos: Any) -> None:
    world.faults.on("database.todos.add").overtaken().once()
    assert fails(todos.add, data={})
    world.faults.clear()
    todos.add(data={"_id": "b"})
    assert [record["_id"] for record in records(world)] == ["b"]


MISTAKES = [
    ("jam(after=-1)", "jam() takes seconds, 0 or more, not -1"),
    ('jam(after="1m")', "jam() takes seconds, 0 or more, not '1m'"),
    ("overtaken(by=0)", "overtaken() takes a whole number, 1 or more, not 0"),
    ("overtaken(seconds=-1)", "overtaken() takes seconds, 0 or more, not -1"),
    ("overtaken(window=2)", "overtaken() has no option 'window'; there are by, seconds"),
]


@pytest.mark.parametrize(("effect", "text"), MISTAKES)
def test_mistakes(world: FakeCloud, effect: str, text: str) -> None:
    with pytest.raises(MisuseError) as caught:
        world.faults.add(f"database.todos.add: {effect}")
    assert str(caught.value) == text
    assert world.faults.rules == ()


def test_a_jam_of_real_time_waits_really_and_ends() -> None:
    cloud = FakeCloud(env="dev", collections=["todos"], real_time=True)
    cloud.faults.on("database.todos.add").jam(seconds=0.01)
    with pytest.raises(CloudError):
        cloud.database().collection("todos").add(data={})
    cloud.faults.heal()
    assert len(records(cloud)) == 1

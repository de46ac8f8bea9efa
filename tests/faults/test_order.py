"""Which of several rules is seen, as `cloud.faults` documents it."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from cloud_fake import CloudError, FakeCloud
from cloud_fake.kernel.faults.effects import FAMILIES
from tests.faults.acts import ACTS, error_of, fails, records

ADD = ACTS["database.todos.add"]

#: An effect of each family that makes a request fail, in the documented order, and its text.
DECIDING = {
    "availability": ("offline", "ERR_INTERNET_DISCONNECTED"),
    "capacity": ("throttle(n=0)", "exceed request limit"),
    "outcome": ('fail(message="no")', "no"),
    "data": ("conflict", "WriteConflict"),
}


def test_the_order_is_that_of_the_table() -> None:
    assert list(DECIDING) == [family for family in FAMILIES if family in DECIDING]


@pytest.mark.parametrize("pair", [*itertools.combinations(DECIDING, 2)], ids="-".join)
@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["in order", "the other way round"])
def test_of_two_families_the_first_decides(
    world: FakeCloud, app: Any, pair: tuple[str, str], order: tuple[int, int]
) -> None:
    made = {}
    for index in order:
        effect, _ = DECIDING[pair[index]]
        made[pair[index]] = world.faults.add(f"database.todos.add: {effect}")
    assert DECIDING[pair[0]][1] in error_of(ADD.do, app).errMsg
    assert [made[family].fired for family in pair] == [1, 0]
    # What another rule has decided was no occasion for this one.
    assert made[pair[1]].matched == 0


@pytest.mark.parametrize(
    ("older", "newer", "text"),
    [
        ("offline", "lost_request", "request:fail timeout"),
        ("lost_request", "offline", "ERR_INTERNET_DISCONNECTED"),
        ("outage", "hang", "request:fail timeout"),
        ("throttle(n=0)", "concurrency(n=0)", "exceed concurrent request limit"),
        ('fail(message="older")', 'fail(message="newer")', "newer"),
    ],
)
def test_of_one_family_the_newest_decides(
    world: FakeCloud, app: Any, older: str, newer: str, text: str
) -> None:
    rules = [world.faults.add(f"database.todos.add: {effect}") for effect in (older, newer)]
    assert text in error_of(ADD.do, app).errMsg
    assert [rule.fired for rule in rules] == [0, 1]


def test_when_the_newest_is_exhausted_the_one_before_it_decides(world: FakeCloud, app: Any) -> None:
    for text in ("oldest", "middle", "newest"):
        world.faults.add(f'database.todos.add: fail(message="{text}") once')
    seen = [error_of(ADD.do, app).errMsg for _ in range(3)]
    assert seen == ["newest", "middle", "oldest"]
    ADD.do(app)


PHASES = [
    # What happens on the way up comes before what happens on the way down, whatever the family.
    (['partition(direction="down")', 'fail(message="no")'], "no", 0),
    (["lost_reply", "conflict"], "WriteConflict", 0),
    (["lost_reply", "throttle(n=0)"], "exceed request limit", 0),
    # On the way down availability comes before delivery.
    (["lost_reply", 'partition(direction="down")'], "request:fail timeout", 1),
]


@pytest.mark.parametrize(("effects", "text", "done"), PHASES)
@pytest.mark.parametrize("turn", [1, -1])
def test_phases_come_before_families(
    world: FakeCloud, app: Any, effects: list[str], text: str, done: int, turn: int
) -> None:
    rules = {
        effect: world.faults.add(f"database.todos.add: {effect}") for effect in effects[::turn]
    }
    assert text in error_of(ADD.do, app).errMsg
    assert ADD.done(world) == done
    assert [rules[effect].fired for effect in effects] == [0, 1]


def test_latency_also_strikes_what_fails_and_adds_up(world: FakeCloud, app: Any) -> None:
    began = world.clock.now()
    for effect in ("delay(seconds=1)", "offline", "delay(seconds=2)", "hang(seconds=4)"):
        world.faults.add(f"database.todos.add: {effect}")
    late = world.faults.add('database.todos.add: delay(seconds=100, direction="down")')
    assert "timeout" in error_of(ADD.do, app).errMsg  # `hang` is newer than `offline`
    assert (world.clock.now() - began).total_seconds() == 7
    assert late.fired == 0  # no answer, no delay of it


#: Effects that do not exclude each other, and what comes of them together.
TOGETHER = [
    (["executed_twice", "lost_reply"], True, 2, 0),
    (["executed_twice", "executed_twice"], False, 2, 0),
    (["executed_twice", "late_reply(seconds=5)"], False, 2, 5),
    (["late_reply(seconds=5)", "late_reply(seconds=6)"], False, 1, 11),
    (["late_reply(seconds=5)", "lost_reply"], True, 1, 0),
    (["lost_reply", "late_reply(seconds=5)"], True, 1, 5),
    (["executed_twice", "conflict"], True, 0, 0),
    (["jam", "executed_twice"], True, 0, 60),
]


@pytest.mark.parametrize(("effects", "is_failing", "done", "seconds"), TOGETHER)
def test_what_comes_of_two_together(
    world: FakeCloud, app: Any, effects: list[str], is_failing: bool, done: int, seconds: int
) -> None:
    began = world.clock.now()
    for effect in effects:
        world.faults.add(f"database.todos.add: {effect}")
    assert fails(ADD.do, app) is is_failing
    assert ADD.done(world) == done
    assert (world.clock.now() - began).total_seconds() == seconds


def test_of_two_stale_reads_the_newest_counts(world: FakeCloud, todos: Any) -> None:
    world.faults.on("database.todos.get").stale_read(lag=100)
    world.faults.on("database.todos.get").stale_read(lag=10)
    todos.add(data={})
    world.clock.advance(50)
    assert len(todos.get()["data"]) == 1


def test_an_answer_may_be_broken_in_several_ways(world: FakeCloud, todos: Any) -> None:
    world.seed({"todos": [{"_id": "x", "a": "alpha", "b": "beta"}]})
    world.faults.on("database.todos.get").corrupt()
    world.faults.on("database.todos.get").missing_fields("a")
    record = todos.doc("x").get()["data"]
    assert "a" not in record
    assert "\ufffd" in record["b"]


def test_rules_apart_in_what_they_are_about_do_not_meet(world: FakeCloud, todos: Any) -> None:
    world.faults.add('database.todos.add where {"data.n": 1}: fail(message="one")')
    world.faults.add('database.todos.add where {"data.n": 2}: fail(message="two")')
    seen = []
    for n in (1, 2, 3):
        try:
            todos.add(data={"n": n})
        except CloudError as error:
            seen.append(error.errMsg)
    assert seen == ["one", "two"]
    assert [record["n"] for record in records(world)] == [3]

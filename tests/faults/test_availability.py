"""Availability: nobody gets through, or nobody is there; on both faces, for every kind of call."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from cloud_fake import FakeCloud
from tests.faults.acts import ACTS, error_of, fails, records

LOST = "request:fail timeout"
GONE = "request:fail net::ERR_INTERNET_DISCONNECTED"
DOWN = "service unavailable"

#: What a rule does, what the caller reads, how often the work is done, how many seconds it takes.
TROUBLES = [
    ("lost_request", LOST, 0, 0),
    ("offline", GONE, 0, 0),
    ("hang", LOST, 0, 60),
    ("hang(seconds=7)", LOST, 0, 7),
    ("outage", DOWN, 0, 0),
    ("partition", LOST, 0, 0),
    ('partition(direction="up")', LOST, 0, 0),
    ('partition(direction="down")', LOST, 1, 0),
    ("jam", LOST, 0, 60),
    ("jam(seconds=3)", LOST, 0, 3),
]


@pytest.mark.parametrize("name", ACTS)
@pytest.mark.parametrize(("effect", "text", "done", "seconds"), TROUBLES)
def test_what_the_caller_sees_and_what_is_done(
    busy: FakeCloud, app: Any, name: str, effect: str, text: str, done: int, seconds: int
) -> None:
    began = busy.clock.now()
    rule = busy.faults.add(f"{name}: {effect} once")
    error = error_of(ACTS[name].do, app)
    assert text in error.errMsg
    assert ACTS[name].done(busy) == done
    assert busy.clock.now() - began == dt.timedelta(seconds=seconds)
    assert (rule.matched, rule.fired) == (1, 1)


def test_an_outage_is_the_backend_s_own_word(world: FakeCloud, todos: Any) -> None:
    world.faults.outage("database")
    error = error_of(todos.get)
    assert (error.errCode, error.errMsg) == (-501002, "service unavailable")


def test_an_outage_lasts_as_long_as_it_is_said(world: FakeCloud, todos: Any) -> None:
    world.faults.outage("database", for_="30s")
    assert fails(todos.get)
    world.clock.advance(seconds=29)
    assert fails(todos.get)
    world.clock.advance(seconds=1)
    assert not fails(todos.get)


def test_an_outage_counts_from_when_it_was_made(world: FakeCloud, todos: Any) -> None:
    world.faults.outage("database", for_="30s")
    world.clock.advance(minutes=10)  # before the first call
    assert not fails(todos.get)


def test_a_device_is_offline_and_the_others_and_the_cloud_are_not(
    world: FakeCloud, face: Any
) -> None:
    rule = world.faults.offline("o-bob")
    callers = {"o-bob": True, "o-alice": False}
    for openid, is_cut in callers.items():
        todos = face(world.as_user(openid)).database().collection("todos")
        assert fails(todos.get) is is_cut
    assert not fails(face(world.server).database().collection("todos").get)
    assert rule.fired == 1


def test_every_device_is_offline_but_not_what_runs_in_the_cloud(world: FakeCloud) -> None:
    with world.faults.offline() as rule:
        assert fails(world.database().collection("todos").get)
        assert not fails(world.server.database().collection("todos").get)
    assert not fails(world.database().collection("todos").get)
    assert rule.fired == 1


def test_what_runs_in_the_cloud_does_not_use_up_a_rule_about_devices(
    world: FakeCloud, todos: Any
) -> None:
    world.faults.on("database.*").offline().once()
    assert not fails(world.server.database().collection("todos").get)
    assert fails(todos.get)


def test_a_partition_cuts_one_user_off_from_some_services(world: FakeCloud, face: Any) -> None:
    rule = world.faults.partition("o-bob", ["database", "storage"])
    bob, alice = face(world.as_user("o-bob")), face(world)
    assert fails(bob.database().collection("todos").get)
    assert fails(bob.deleteFile, fileList=[])
    world.register_function("hello", lambda event, context: "hello")
    assert not fails(bob.callFunction, name="hello")
    assert not fails(alice.database().collection("todos").get)
    assert str(rule) == "database.*|storage.* caller o-bob: partition"


# --- jam -----------------------------------------------------------------------------------------


def test_what_was_jammed_arrives_at_the_healing_once_and_in_order(
    world: FakeCloud, todos: Any
) -> None:
    world.faults.jam("database.todos.add")
    for text in ("first", "second", "third"):
        assert fails(todos.add, data={"text": text})
    assert records(world) == []
    world.faults.heal()
    assert [record["text"] for record in records(world)] == ["first", "second", "third"]
    world.faults.heal()
    assert len(records(world)) == 3


def test_jams_of_several_rules_arrive_in_the_order_of_the_asking(
    world: FakeCloud, todos: Any
) -> None:
    world.faults.jam("database.todos.add", where={"data.kind": "a"})
    world.faults.jam("database.todos.add", where={"data.kind": "b"})
    for kind in "abba":
        assert fails(todos.add, data={"kind": kind})
    world.faults.heal()
    assert "".join(record["kind"] for record in records(world)) == "abba"


@pytest.mark.parametrize("name", ACTS)
def test_every_kind_of_call_arrives(busy: FakeCloud, app: Any, name: str) -> None:
    busy.faults.jam(name)
    assert fails(ACTS[name].do, app)
    assert ACTS[name].done(busy) == 0
    busy.faults.heal()
    assert ACTS[name].done(busy) == 1


def test_a_jammed_request_that_fails_on_arrival_tells_nobody(world: FakeCloud, todos: Any) -> None:
    world.seed({"todos": [{"_id": "x"}]})
    world.faults.jam("database.todos.add")
    assert fails(todos.add, data={"_id": "x"})
    world.faults.heal()
    assert [record["_id"] for record in records(world)] == ["x"]


def test_a_handler_s_jammed_call_arrives_though_the_handler_is_long_over(
    world: FakeCloud, app: Any
) -> None:
    @world.function("note", timeout=600)
    def note(event: Any, context: Any) -> bool:
        return fails(context.cloud.database().collection("todos").add, data={})

    world.faults.jam("database.todos.add", inside="note")
    assert app.callFunction(name="note")["result"] is True
    world.faults.heal()
    assert len(records(world)) == 1


def test_what_a_cleared_network_held_is_gone(world: FakeCloud, todos: Any) -> None:
    world.faults.jam("database.todos.add")
    assert fails(todos.add, data={})
    world.faults.clear()
    world.faults.heal()
    assert records(world) == []


def test_the_timeline_says_when_it_arrived(world: FakeCloud, todos: Any) -> None:
    world.faults.jam("database.todos.add")
    assert fails(todos.add, data={})
    world.faults.heal()
    assert world.calls.lines()[-1].endswith("network: database.todos.add of o-alice arrives")


# --- cold start ----------------------------------------------------------------------------------


def test_a_cold_start_takes_its_time_and_forgets(world: FakeCloud, app: Any) -> None:
    @world.function("count")
    def count(event: Any, context: Any) -> int:
        context.instance["calls"] = context.instance.get("calls", 0) + 1
        return int(context.instance["calls"])

    began = world.clock.now()
    world.faults.on("function.count").skip(2).cold_start(seconds=4).once()
    assert [app.callFunction(name="count")["result"] for _ in range(4)] == [1, 2, 1, 2]
    assert world.clock.now() - began == dt.timedelta(seconds=4)

"""How rules end, and which state they wait for."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from cloud_fake import FakeCloud, MisuseError
from tests.faults.acts import fails, pattern_of

# --- a rule that ends by itself ------------------------------------------------------------------

WAYS = [
    lambda faults: faults.on("database.*", ttl="30s").fail(),
    lambda faults: faults.on("database.*", ttl=30).fail(),
    lambda faults: faults.on("database.*", ttl=dt.timedelta(seconds=30)).fail(),
    lambda faults: faults.on("database.*").fail().ttl("00:30"),
    lambda faults: faults.add("database.*: fail ttl 30s"),
    lambda faults: faults.fail("database.*", ttl="30s"),
    lambda faults: faults.offline().ttl(30),
    lambda faults: faults.outage("database").ttl(30),
    lambda faults: faults.on("database.*", ttl="5m").fail().ttl("30s"),
]


@pytest.mark.parametrize("make", WAYS)
def test_a_rule_stops_by_itself(world: FakeCloud, todos: Any, make: Any) -> None:
    rule = make(world.faults)
    assert fails(todos.get)
    world.clock.advance(29)
    assert fails(todos.get)
    world.clock.advance(1)
    assert not fails(todos.get)
    assert rule.stopped
    assert rule.exhausted
    assert world.calls.lines()[-2].endswith(" ends by itself")


def test_its_end_is_no_condition(world: FakeCloud, todos: Any) -> None:
    """The conditions count what they count, and whatever they say, it ends."""
    world.faults.add("database.todos.get: fail every 2 ttl 30s times 3")
    assert pattern_of(todos.get, 4) == ".x.x"
    world.clock.advance(30)
    assert pattern_of(todos.get, 4) == "...."


def test_a_rule_that_was_stopped_does_not_end_again(world: FakeCloud, todos: Any) -> None:
    todos.get()
    rule = world.faults.on("database.*", ttl="30s").fail()
    rule.stop()
    healed = world.faults.on("database.*", ttl="30s").fail()
    world.faults.heal()
    world.faults.on("database.*", ttl="30s").fail()
    world.faults.clear()
    world.clock.advance(60)
    assert (rule.stopped, healed.stopped) == (True, True)
    assert not any("ends by itself" in line for line in world.calls.lines())
    assert world.clock.next_due() is None


def test_an_end_is_due_and_so_the_world_waits_for_it(world: FakeCloud, todos: Any) -> None:
    world.faults.on("database.*", ttl="20m").fail()
    began = world.clock.now()
    world.run_until_idle()
    assert world.clock.now() - began == dt.timedelta(minutes=20)
    assert not fails(todos.get)


def test_a_fork_is_not_healed_by_its_parent_s_rules(world: FakeCloud, todos: Any) -> None:
    world.faults.on("database.*", ttl="30s").fail()
    fork = world.fork()
    assert fork.faults.rules == ()
    fork.clock.advance(60)
    assert fails(todos.get)


@pytest.mark.parametrize("ttl", ["soon", -1, True, float("inf"), [1]])
def test_an_end_that_is_none(world: FakeCloud, ttl: Any) -> None:
    with pytest.raises(MisuseError):
        world.faults.on("database.*", ttl=ttl)
    assert world.faults.rules == ()
    assert world.clock.next_due() is None


# --- states --------------------------------------------------------------------------------------


def test_a_rule_strikes_while_the_world_is_in_a_state(world: FakeCloud, todos: Any) -> None:
    rule = world.faults.on("database.todos.get").fail().while_state("deploying")
    seen = ""
    for state in (None, "deploying", "deployed", "deploying", None):
        world.faults.state = state
        seen += pattern_of(todos.get, 1)
    assert seen == ".x.x."
    assert (rule.matched, rule.fired) == (5, 2)
    assert world.faults.state is None


@pytest.mark.parametrize(
    ("words", "pattern"),
    [
        ("while_state on", "..xx..xx"),
        ("while_state on once", "..x....."),
        ("skip 3 while_state on", "...x..xx"),
        ("while_state on nth 2,3", "...x..x."),
        ('while_state "not there"', "........"),
    ],
)
def test_a_state_is_a_condition_among_others(
    world: FakeCloud, todos: Any, words: str, pattern: str
) -> None:
    rule = world.faults.add(f"database.todos.get: fail {words}")
    assert str(rule) == f"database.todos.get: fail {words}"
    seen = ""
    for state in ("off", "on", "off", "on"):
        world.faults.state = state
        seen += pattern_of(todos.get, 2)
    assert seen == pattern


def test_the_timeline_tells_of_the_state(world: FakeCloud) -> None:
    world.faults.state = "logged out"
    world.faults.state = None
    assert [line.partition("· ")[2] for line in world.calls.lines()] == [
        "state: logged out",
        "state: none",
    ]


def test_a_state_does_not_outlive_a_reset_nor_is_it_inherited(world: FakeCloud) -> None:
    world.faults.state = "deploying"
    assert world.fork().faults.state is None
    world.faults.heal()
    assert world.faults.state == "deploying"
    world.reset()
    assert world.faults.state is None


@pytest.mark.parametrize("state", ["", 5, ["a"], True])
def test_a_state_is_a_name(world: FakeCloud, state: Any) -> None:
    with pytest.raises(MisuseError, match="a state is a name, or None"):
        world.faults.state = state
    with pytest.raises(MisuseError, match="a state has a name"):
        world.faults.on("*").while_state(state)

"""Time: latency on the cloud's own clock; nobody really waits."""

from __future__ import annotations

import statistics
from typing import Any

import pytest

from cloud_fake import FakeCloud, MisuseError


def seconds(world: FakeCloud, call: Any, times: int = 1) -> list[float]:
    """How long each of so many calls took, of the cloud's time."""
    took = []
    for _ in range(times):
        began = world.clock.now()
        call()
        took.append((world.clock.now() - began).total_seconds())
    return took


def test_a_fixed_delay(world: FakeCloud, todos: Any) -> None:
    world.faults.on("database.todos.get").delay(seconds=2.5).times(2)
    assert seconds(world, todos.get, 3) == [2.5, 2.5, 0]


def test_a_uniform_delay_is_between_its_bounds(world: FakeCloud, todos: Any) -> None:
    world.faults.on("database.todos.get").uniform(least=1, most=3)
    took = seconds(world, todos.get, 200)
    assert 1 <= min(took) < 1.2
    assert 2.8 < max(took) < 3
    assert 1.9 < statistics.mean(took) < 2.1


def test_a_log_normal_delay_has_its_median_and_a_long_tail(world: FakeCloud, todos: Any) -> None:
    world.faults.on("database.todos.get").lognormal(median=0.2, sigma=0.5)
    took = seconds(world, todos.get, 300)
    assert 0.18 < statistics.median(took) < 0.22
    assert max(took) > 0.6
    assert min(took) > 0


def test_a_ramp_begins_when_the_rule_is_made(world: FakeCloud, todos: Any) -> None:
    todos.get()
    world.clock.advance(minutes=5)
    world.faults.on("database.todos.get").ramp(start=1, end=3, over=60)
    took = seconds(world, todos.get)
    world.clock.advance(29)
    took += seconds(world, todos.get)
    world.clock.advance(minutes=10)
    took += seconds(world, todos.get)
    assert took == [1, 2, 3]


TOO_MUCH = [
    ("delay(seconds=1e300)", "delay() takes at most a thousand years, not 1e+300 seconds"),
    ("hang(seconds=1e12)", "hang() takes at most a thousand years, not 1000000000000.0 seconds"),
    ("ramp(end=1e11)", "ramp() takes at most a thousand years, not 100000000000.0 seconds"),
    ("jam(after=1e11)", "jam() takes at most a thousand years, not 100000000000.0 seconds"),
    ("uniform(least=3, most=1)", "uniform() goes up, not from 3 to 1"),
    ("fail for 1e300s", "a duration reads like '30s', '1m30s' or '00:30', not '1e300s'"),
    ("fail for 9999999999999d", "a duration is at most a thousand years, not"),
    ("fail between 0 99999999d", "a duration reads like '30s', '1m30s' or '00:30', not '0'"),
]


@pytest.mark.parametrize(("what", "text"), TOO_MUCH)
def test_more_time_than_there_is(world: FakeCloud, what: str, text: str) -> None:
    with pytest.raises(MisuseError) as caught:
        world.faults.add(f"*: {what}")
    assert str(caught.value).startswith(text)


def test_a_tail_that_is_longer_than_time_is_cut_off(world: FakeCloud, todos: Any) -> None:
    world.faults.on("database.todos.get").lognormal(median=1, sigma=1e6).once()
    (took,) = seconds(world, todos.get)
    assert took <= 1000 * 365 * 86400


def test_a_late_request_and_a_late_answer(world: FakeCloud, app: Any) -> None:
    """Up, the handler begins later; down, it has long begun."""
    began: list[Any] = []
    world.register_function("note", lambda event, context: began.append(world.clock.now()))
    for direction in ("up", "down"):
        with world.faults.on("function.note").delay(seconds=4, direction=direction):
            called = world.clock.now()
            app.callFunction(name="note")
            assert (world.clock.now() - called).total_seconds() == 4
            assert (began[-1] - called).total_seconds() == (4 if direction == "up" else 0)


def test_latencies_of_several_rules_and_directions_add_up(world: FakeCloud, todos: Any) -> None:
    world.faults.on("database.*").delay(seconds=1)
    world.faults.on("*").delay(seconds=2)
    world.faults.on("database.todos.*").delay(seconds=4, direction="down")
    assert seconds(world, todos.get) == [7]


MISTAKES = [
    ("delay(seconds=-1)", "delay() takes seconds, 0 or more, not -1"),
    ('delay(direction="sideways")', "a delay is 'up' (the request) or 'down' (the answer)"),
    ('uniform(least="x")', "uniform() takes seconds, 0 or more, not 'x'"),
    ("lognormal(sigma=-1)", "lognormal() takes seconds, 0 or more, not -1"),
    ("ramp(over=null)", "ramp() takes seconds, 0 or more, not None"),
    ("delay(secs=1)", "delay() has no option 'secs'; did you mean 'seconds'?"),
]


@pytest.mark.parametrize(("effect", "text"), MISTAKES)
def test_mistakes(world: FakeCloud, effect: str, text: str) -> None:
    with pytest.raises(MisuseError) as caught:
        world.faults.add(f"*: {effect}")
    assert str(caught.value) == text

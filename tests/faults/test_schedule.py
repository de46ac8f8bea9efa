"""When rules strike: every condition alone and in chains, and draws that nothing shifts."""

# ruff: noqa: E501 - a row of a table is one line
from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cloud_fake
from cloud_fake import FakeCloud, MisuseError
from tests.faults.acts import fails, pattern_of

# --- counts --------------------------------------------------------------------------------------

#: The words behind an effect, and which of eight calls fail.
COUNTS = [
    ("", "xxxxxxxx"),
    ("once", "x......."),
    ("times 3", "xxx....."),
    ("skip 3", "...xxxxx"),
    ("nth 2", ".x......"),
    ("nth 7,2,5", ".x..x.x."),
    ("every 3", "..x..x.."),
    ("every 1", "xxxxxxxx"),
    ("sequence ok,fault,ok,fault,fault", ".x.xx..."),
    ("p 0", "........"),
    ("p 1", "xxxxxxxx"),
    # Each condition sees only what those before it let through.
    ("skip 1 once", ".x......"),
    ("once skip 1", "........"),
    ("times 4 skip 2", "..xx...."),
    ("skip 2 times 4", "..xxxx.."),
    ("skip 1 every 2 times 3", "..x.x.x."),
    ("every 2 every 2", "...x...x"),
    ("every 2 nth 1,3", ".x...x.."),
    ("nth 2,4,6 sequence fault,ok,fault", ".x...x.."),
    ("sequence fault,fault,ok,fault skip 1 times 1", ".x......"),
    ("times 5 every 2 skip 1", "...x...."),
]


@pytest.mark.parametrize(("words", "pattern"), COUNTS)
def test_counts(world: FakeCloud, todos: Any, words: str, pattern: str) -> None:
    rule = world.faults.add(f"database.todos.get: fail {words}")
    assert pattern_of(todos.get, 8) == pattern
    assert (rule.matched, rule.fired) == (8, pattern.count("x"))


EXHAUSTED = [
    ("", None),
    ("once", 1),
    ("times 3", 3),
    ("skip 1 once", 2),
    ("nth 2,4", 4),
    ("sequence ok,fault", 2),
    ("every 2 times 2", 4),
    ("p 0.5", None),
]


@pytest.mark.parametrize(("words", "after"), EXHAUSTED)
def test_when_a_rule_has_done_all_it_will(
    world: FakeCloud, todos: Any, words: str, after: int | None
) -> None:
    rule = world.faults.add(f"database.todos.get: fail {words}")
    for number in range(8):
        assert rule.exhausted is (after is not None and number >= after)
        fails(todos.get)


def test_only_what_it_is_about_is_counted(world: FakeCloud, todos: Any) -> None:
    world.faults.on("database.todos.get", where={"where.n": 1}).skip(1).fail().once()
    ones, twos = todos.where({"n": 1}), todos.where({"n": 2})
    assert pattern_of(twos.get, 3) == "..."
    assert pattern_of(ones.get, 1) == "."
    assert pattern_of(twos.get, 1) == "."
    assert pattern_of(ones.get, 2) == "x."


def test_the_words_and_the_effect_may_stand_in_any_order(world: FakeCloud, todos: Any) -> None:
    world.faults.on("database.todos.get").skip(1).fail().once()
    world.faults.on("database.todos.count").fail().skip(1).once()
    world.faults.on("database.todos.aggregate").skip(1).once().fail()
    for call in (todos.get, todos.count, todos.aggregate().match({}).end):
        assert pattern_of(call, 3) == ".x."


# --- the clock -----------------------------------------------------------------------------------

#: Which of eight calls fail, made every ten seconds from the first one on.
CLOCK = [
    ("between 10s 30s", ".xx....."),
    ("between 00:00 00:05", "x......."),
    ("between 1m 2m", "......xx"),
    ("for 20s", "xx......"),
    ("for 5s", "x......."),
    ("for 1h", "xxxxxxxx"),
    ("between 10s 50s times 2", ".xx....."),
    ("skip 2 between 10s 50s", "..xxx..."),
    ("between 10s 60s every 2", "..x.x..."),
    ("for 40s nth 1,4", "x..x...."),
]


@pytest.mark.parametrize(("words", "pattern"), CLOCK)
def test_the_clock(world: FakeCloud, todos: Any, words: str, pattern: str) -> None:
    world.faults.add(f"database.todos.get: fail {words}")
    seen = ""
    for _ in range(8):
        seen += pattern_of(todos.get, 1)
        world.clock.advance(10)
    assert seen == pattern


def test_between_counts_from_the_first_call_and_for_from_the_making(
    world: FakeCloud, todos: Any
) -> None:
    world.clock.advance(hours=1)
    todos.count()
    world.clock.advance(60)
    world.faults.add("database.todos.get: fail between 60s 70s")
    world.faults.add("database.todos.count: fail for 10s")
    for seen in ("xx", "..", ".."):
        assert pattern_of(todos.get, 1) + pattern_of(todos.count, 1) == seen
        world.clock.advance(10)


# --- other calls ---------------------------------------------------------------------------------

EVENTS = [
    ("after database.todos.count", "..xxx"),
    ("until database.todos.count", "xx..."),
    ("after database.*.count", "..xxx"),
    ("after storage.upload", "....."),
    ("until storage.upload", "xxxxx"),
    ("after database.todos.count once", "..x.."),
    ("skip 1 until database.todos.count", ".x..."),
]


@pytest.mark.parametrize(("words", "pattern"), EVENTS)
def test_after_and_until_another_call_was_answered(
    world: FakeCloud, todos: Any, words: str, pattern: str
) -> None:
    todos.count()  # before the rule was made: that is another story
    world.faults.add(f"database.todos.get: fail {words}")
    seen = pattern_of(todos.get, 2)
    todos.count()
    assert seen + pattern_of(todos.get, 3) == pattern


def test_a_call_that_failed_was_not_answered(world: FakeCloud, todos: Any) -> None:
    world.faults.add("database.todos.get: fail after database.todos.count")
    world.faults.add("database.todos.count: lost_reply once")
    assert pattern_of(todos.count, 1) + pattern_of(todos.get, 1) == "x."
    assert pattern_of(todos.count, 1) + pattern_of(todos.get, 1) == ".x"


CLEARED = [
    # what the rule waits for comes before the clear, after it
    ("after", "", "x", "..xx"),
    ("after", "x", "", "xxxx"),
    ("until", "", "x", "xx.."),
    ("until", "x", "", "...."),
]


@pytest.mark.parametrize(("word", "before", "afterwards", "pattern"), CLEARED)
def test_what_a_rule_waits_for_outlives_the_clearing_of_the_timeline(
    world: FakeCloud, todos: Any, word: str, before: str, afterwards: str, pattern: str
) -> None:
    for _ in range(3):
        todos.count()
    world.faults.add(f"database.todos.get: fail {word} database.todos.count")
    for _ in before:
        todos.count()
    world.calls.clear()
    seen = pattern_of(todos.get, 2)
    for _ in afterwards:
        todos.count()
    assert seen + pattern_of(todos.get, 2) == pattern


def test_a_rule_waits_for_nothing_that_was_asked_before_it_was_made(
    world: FakeCloud, todos: Any
) -> None:
    world.faults.add("database.todos.add: fail after function.slow")  # answers are followed

    @world.function("slow")
    def slow(event: Any, context: Any) -> None:
        world.calls.clear()
        world.faults.add("database.todos.get: fail after function.slow")

    todos.count()
    world.callFunction(name="slow")
    assert pattern_of(todos.get, 2) == ".."


# --- chance --------------------------------------------------------------------------------------


@pytest.mark.parametrize("chance", [0.1, 0.5, 0.9])
def test_chances_are_kept(world: FakeCloud, todos: Any, chance: float) -> None:
    world.faults.on("database.todos.get").fail().p(chance)
    assert pattern_of(todos.get, 1000).count("x") == pytest.approx(1000 * chance, abs=50)


def test_two_chances_of_one_rule_are_drawn_apart() -> None:
    for first, second, chance in ((0.5, 0.5, 0.25), (1, 0.3, 0.3)):
        cloud = FakeCloud(env="dev", collections=["todos"], seed=first)
        cloud.faults.on("database.todos.get").fail().p(first).p(second)
        seen = pattern_of(cloud.database().collection("todos").get, 1000)
        assert seen.count("x") == pytest.approx(1000 * chance, abs=50)


RULES = [
    "database.todos.get: fail p 0.5",
    "database.todos.*: delay(seconds=1) p 0.5",
    "database.todos.get: uniform(least=0, most=9)",
    "database.todos.count: fail p 0.5",
    "database.todos.get: lognormal every 2",
]
#: Rules that decide nothing for the calls of the ones above.
BESIDE = [
    "database.todos.*: delay(seconds=2) p 0.5",
    "database.todos.get: uniform(least=0, most=9)",
    "database.todos.add: fail p 0.5",
    "storage.*: offline p 0.5",
    "*: lognormal p 0.3",
    "watch.todos: gap p 0.5",
    "database.todos.get: ramp",
]


def played(
    rules: list[str], *, seed: int = 7, chatter: tuple[bool, ...] = (False,) * 24
) -> dict[str, list[int]]:
    """Which calls each rule struck, counted among those that it was about.

    Args:
        rules: their texts; of two that say the same only the first is told of.
        seed: of the cloud.
        chatter: before which calls something else happens.
    """
    cloud = FakeCloud(env="dev", collections=["todos", "notes"], seed=seed)
    made = {text: cloud.faults.add(text) for text in reversed(rules)}
    todos = cloud.database().collection("todos")
    struck: dict[str, list[int]] = {text: [] for text in rules}
    for number, talks in enumerate(chatter):
        if talks:
            cloud.database().collection("notes").count()
            cloud.calls.note("log", "talk")
        before = {text: rule.fired for text, rule in made.items()}
        fails(todos.get if number % 2 else todos.count)
        for text, rule in made.items():
            if rule.fired > before[text]:
                struck[text].append(number)
    return struck


def test_the_same_seed_strikes_the_same_calls() -> None:
    assert played(RULES) == played(RULES)
    patterns = {tuple(played(RULES, seed=seed)[RULES[0]]) for seed in range(20)}
    assert len(patterns) > 15


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(BESIDE), st.integers(0, len(RULES))), max_size=4))
def test_a_rule_beside_them_shifts_nobody_s_draws(beside: list[tuple[str, int]]) -> None:
    alone = played(RULES)
    mixed = list(RULES)
    for text, place in beside:
        if text not in mixed:
            mixed.insert(place, text)
    together = played(mixed)
    # What failed by another rule was no occasion; the rules that decide are the same ones.
    assert {text: together[text] for text in RULES} == alone


@settings(max_examples=60, deadline=None)
@given(st.tuples(*[st.booleans()] * 24))
def test_a_call_or_a_line_beside_them_shifts_nobody_s_draws(chatter: tuple[bool, ...]) -> None:
    assert played(RULES, chatter=chatter) == played(RULES)


def test_the_delays_that_are_drawn_are_not_shifted_either() -> None:
    def total(*beside: str) -> float:
        cloud = FakeCloud(env="dev", collections=["todos"], seed=3)
        cloud.clock.freeze()
        for text in (*beside, "database.todos.get: uniform(least=1, most=2)"):
            cloud.faults.add(text)
        began = cloud.clock.now()
        for _ in range(5):
            cloud.database().collection("todos").get()
        return (cloud.clock.now() - began).total_seconds()

    assert total() == total("database.todos.add: fail", "storage.*: uniform(least=1, most=2)")


def test_two_rules_that_say_the_same_draw_apart(world: FakeCloud, todos: Any) -> None:
    first, second = (
        world.faults.add("database.todos.get: delay(seconds=1) p 0.5") for _ in range(2)
    )
    for _ in range(40):
        todos.get()
    assert first.fired > 0
    assert [call.number for call in first.struck] != [call.number for call in second.struck]


def test_what_is_drawn_belongs_to_the_call_and_not_to_the_schedule(
    world: FakeCloud, todos: Any
) -> None:
    """Narrowed down to some of its calls, a rule does to them what it did before."""

    def delays(words: str) -> dict[int, float]:
        cloud = FakeCloud(env="dev", collections=["todos"], seed=5)
        cloud.clock.freeze()
        cloud.faults.add(f"database.todos.get: uniform(least=0, most=9) {words}")
        took = {}
        for number in range(1, 9):
            began = cloud.clock.now()
            cloud.database().collection("todos").get()
            took[number] = (cloud.clock.now() - began).total_seconds()
        return {number: seconds for number, seconds in took.items() if seconds}

    every, some = delays(""), delays("nth 3,6")
    assert some == {number: every[number] for number in (3, 6)}


PROGRAM = """
from cloud_fake import CloudError, FakeCloud

cloud = FakeCloud(env="dev", collections=["todos"], seed="here")
cloud.clock.freeze()
for text in ("database.*: fail p 0.3", "*: lognormal", "database.todos.get: corrupt p 0.5",
             "watch.todos: reorder(window=3) p 0.5"):
    cloud.faults.add(text)
todos = cloud.database().collection("todos")
todos.watch(onChange=lambda it: None, onError=lambda it: None)
for n in range(20):
    for call in (lambda: todos.add(data={"n": n, "tags": {"a", "b"} and "ab"}), todos.get):
        try:
            call()
        except CloudError:
            pass
print(cloud.calls)
print(cloud.faults)
print(*[rule.fired for rule in cloud.faults.rules])
"""


def test_another_process_with_another_hash_seed_is_the_same_story() -> None:
    root = str(Path(cloud_fake.__file__).parents[1])
    told = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": root},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    (story,) = told
    assert "⚡" in story


# --- mistakes ------------------------------------------------------------------------------------

MISTAKES: list[tuple[str, tuple[Any, ...], str]] = [
    ("times", (0,), "times is how often a rule strikes, 1 or more, not 0"),
    ("skip", (-1,), "skip is how many matches are left out, 1 or more, not -1"),
    ("nth", (), "nth says which matches, and was given none"),
    ("nth", (1, 0), "nth says which matches, 1 or more, not 0"),
    ("every", (1.5,), "every is how many matches make a round, 1 or more, not 1.5"),
    ("sequence", (), "a sequence is made of 'ok' and 'fault', not ()"),
    ("sequence", ("ok", "error"), "a sequence is made of 'ok' and 'fault', not ('ok', 'error')"),
    ("p", (1.1,), "a chance is between 0 and 1, not 1.1"),
    ("p", (True,), "a chance is between 0 and 1, not True"),
    ("between", (5, 5), "between: 5s is not later than 5s"),
    ("between", ("1:2:3:4", 5), "a duration reads like '30s', '1m30s' or '00:30', not '1:2:3:4'"),
    ("for_", (-1,), "a duration is in seconds, or a text such as '30s', not -1"),
    ("for_", (float("nan"),), "a duration is in seconds, or a text such as '30s', not nan"),
    ("after", ("storage.uplod",), "no operation is called 'storage.uplod'; did you mean 'storage.upload'?"),
    ("until", (5,), "a pattern is a glob over names such as storage.upload, not 5"),
]  # fmt: skip


@pytest.mark.parametrize(("word", "arguments", "text"), MISTAKES)
def test_mistakes(world: FakeCloud, word: str, arguments: Any, text: str) -> None:
    rule = world.faults.on("*")
    with pytest.raises(MisuseError) as caught:
        getattr(rule, word)(*arguments)
    assert str(caught.value) == text
    assert rule.conditions == []

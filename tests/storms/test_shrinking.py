"""Delta debugging over strikes, on tests that are functions of what strikes."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloud_fake.kernel.faults.effects import Delay, Effect, Fail, LateReply, LostReply, LostRequest
from cloud_fake.storms import Trouble, shrink
from cloud_fake.storms.shrinking import joined, strikes_of

EFFECTS: tuple[Effect, ...] = (LostRequest(), LostReply(), Fail(), Delay(30.0))


def trouble(match: str, effect: Effect, *numbers: int, first: int = 1) -> Trouble:
    """Strikes whose moments follow each other from `first`."""
    return Trouble(match, effect, numbers, tuple(range(first, first + len(numbers))))


def lines(troubles: Sequence[Trouble]) -> list[str]:
    return sorted(map(str, troubles))


NOISE = (
    trouble("database.todos.add", LostRequest(), 1, 2, 5, 9),
    trouble("function.pay", LostReply(), 2, 3, first=10),
    trouble("function.pay", Fail("internal"), 4, first=13),
    trouble("database.todos.get", Fail("timeout"), 1, 4, first=20),
    trouble("storage.upload", Delay(30.0), 1, 2, 3, first=30),
)


def has(troubles: Sequence[Trouble], match: str, effect: Effect, number: int) -> bool:
    return any((it.match, it.effect) == (match, effect) and number in it.numbers for it in troubles)


NEEDED = [
    ([], []),
    ([("function.pay", LostReply(), 2)], ["function.pay: lost_reply nth 2"]),
    (
        [("function.pay", LostReply(), 3), ("database.todos.get", Fail("timeout"), 1)],
        ['database.todos.get: fail(code="timeout") once', "function.pay: lost_reply nth 3"],
    ),
    (
        [("storage.upload", Delay(30.0), number) for number in (1, 2, 3)],
        ["storage.upload: delay(seconds=30) times 3"],
    ),
    (
        [("database.todos.add", LostRequest(), number) for number in (2, 9)],
        ["database.todos.add: lost_request nth 2,9"],
    ),
]


@pytest.mark.parametrize(("needed", "left"), NEEDED, ids=lambda value: str(len(value)))
def test_what_is_needed_is_what_is_left(
    needed: list[tuple[str, Effect, int]], left: list[str]
) -> None:
    shrunk = shrink(NOISE, lambda troubles: all(has(troubles, *each) for each in needed))
    assert lines(shrunk.troubles) == left
    assert shrunk.is_smallest


def test_what_lasts_lasts_no_longer_than_it_has_to() -> None:
    def fails(troubles: Sequence[Trouble]) -> bool:
        return any(isinstance(it.effect, Delay) and it.effect.seconds > 2 for it in troubles)

    assert lines(shrink(NOISE, fails).troubles) == ["storage.upload: delay(seconds=5) once"]


def test_a_strike_comes_as_early_as_it_can() -> None:
    def fails(troubles: Sequence[Trouble]) -> bool:
        return any(it.match == "database.todos.add" and max(it.numbers) > 2 for it in troubles)

    assert lines(shrink(NOISE, fails).troubles) == ["database.todos.add: lost_request nth 3"]


def test_without_the_retry_that_it_caused_a_strike_the_later_calls_have_lower_numbers() -> None:
    """An app that asks A until it is answered, then B; the bug is in its third A."""

    def fails(troubles: Sequence[Trouble]) -> bool:
        lost = {n for it in troubles for n in it.numbers if it.effect == LostRequest()}
        deadly = {n for it in troubles for n in it.numbers if it.effect == LostReply()}
        number = 0
        for request in range(1, 6):
            number += 1
            while number in lost:
                number += 1
            if request == 3 and number in deadly:
                return True
        return False

    storm = (
        trouble("database.todos.add", LostRequest(), 1, 3, first=1),
        trouble("database.todos.add", LostReply(), 5, first=5),
    )
    assert fails(storm)
    assert lines(shrink(storm, fails).troubles) == ["database.todos.add: lost_reply nth 3"]


def test_after_so_many_runs_it_is_good_enough() -> None:
    runs: list[Sequence[Trouble]] = []

    def fails(troubles: Sequence[Trouble]) -> bool:
        runs.append(troubles)
        return has(troubles, "function.pay", LostReply(), 2)

    shrunk = shrink(NOISE, fails, most_runs=3)
    assert (len(runs), shrunk.runs, shrunk.is_smallest) == (3, 3, False)
    assert fails(shrunk.troubles)


def test_nothing_is_run_twice() -> None:
    runs: list[Sequence[Trouble]] = []

    def fails(troubles: Sequence[Trouble]) -> bool:
        runs.append(tuple(troubles))
        return len(strikes_of(troubles)) >= 4

    shrink(NOISE, fails)
    assert len(runs) == len(set(runs))


SOME = st.lists(
    st.tuples(
        st.sampled_from(["database.a.add", "function.pay", "storage.upload"]),
        st.sampled_from(EFFECTS),
        st.integers(1, 6),
    ),
    unique=True,
    max_size=12,
)


@settings(max_examples=60)
@given(everything=SOME, data=st.data())
def test_no_strike_that_is_left_can_be_left_out(
    everything: list[tuple[str, Effect, int]], data: st.DataObject
) -> None:
    storm = joined(
        Trouble(match, effect, (number,), (place,))
        for place, (match, effect, number) in enumerate(everything, 1)
    )
    part = data.draw(st.lists(st.sampled_from(everything), unique=True)) if everything else []
    kinds = {(match, effect.word) for match, effect, _ in part}

    def fails(troubles: Sequence[Trouble]) -> bool:
        return kinds <= {(it.match, it.effect.word) for it in troubles}

    left = strikes_of(shrink(storm, fails).troubles)
    assert {(it.match, it.effect.word) for it in left} == kinds
    assert len(left) == len(kinds)
    assert all(it.effect.word != "delay" or it.effect == Delay(0.1) for it in left)


def test_a_late_reply_may_be_less_late() -> None:
    shrunk = shrink([trouble("function.pay", LateReply(), 1)], bool)
    assert lines(shrunk.troubles) == ["function.pay: late_reply(seconds=0.1) once"]

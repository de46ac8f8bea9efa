"""Accumulators of groups: what each makes of the values it has seen.

Source: MongoDB manual, "accumulators ($group)", and the server's own accumulator_test.cpp.
"""

from __future__ import annotations

import math

import pytest

from cloud_fake.errors import QueryError
from cloud_fake.query.operators.accumulators import ACCUMULATORS
from cloud_fake.values.kinds import MISSING

CASES = {
    "$sum": [
        ([1, 2, 3], 6),
        ([1, 2.5], 3.5),
        ([0.5, 0.5], 1),
        ([0.1] * 10, 1),
        ([1, None, "x", MISSING, True, [5]], 1),
        ([2**53, 1], float(2**53)),
        ([1e308, 1e308], math.inf),
        ([math.inf, -math.inf], math.nan),
        ([], 0),
        (["x"], 0),
    ],
    "$avg": [([1, 2], 1.5), ([2, 4, None, "x"], 3), ([], None), ([None, "x"], None)],
    "$min": [
        ([3, 1, 2], 1),
        (["b", "a"], "a"),
        ([None, 5, MISSING], 5),
        (["a", 5, [1]], 5),
        ([1, 1.0], 1),
        ([None, MISSING], None),
        ([], None),
    ],
    "$max": [
        ([3, 1, 2], 3),
        (["a", 5, [1]], [1]),
        ([5, None], 5),
        ([1, True], True),
        ([None], None),
        ([], None),
    ],
    "$first": [([1, 2], 1), ([MISSING, 2], None), ([None, 2], None), ([], None)],
    "$last": [([1, 2], 2), ([1, MISSING], None), ([], None)],
    "$push": [([1, None, MISSING, 1, [2]], [1, None, 1, [2]]), ([], [])],
    "$addToSet": [
        ([3, 1, 3], [3, 1]),
        (["b", "a", "b"], ["b", "a"]),
        ([True, 1, True], [True, 1]),
        ([3, 1, 3, None, MISSING, 1.0, None], [3, 1, None]),
        ([{"a": 1, "b": 2}, {"b": 2, "a": 1}, {"a": 1, "b": 2}], [{"a": 1, "b": 2},
                                                                  {"b": 2, "a": 1}]),
        ([], []),
    ],
    "$stdDevPop": [
        ([2, 4, 4, 4, 5, 5, 7, 9], 2),
        ([5, "x", None], 0),
        (["x", MISSING], None),
        ([], None),
    ],
    "$stdDevSamp": [([1, 3], math.sqrt(2)), ([5], None), ([None], None), ([], None)],
    "$mergeObjects": [
        ([{"a": 1}, None, {"b": 2}, MISSING, {"a": 3}], {"a": 3, "b": 2}),
        ([], {}),
        (
            [{"a": 1}, [2]],
            QueryError(
                40400, "$mergeObjects requires object inputs, but input [2] is of type array"
            ),
        ),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [(name, *row) for name, rows in CASES.items() for row in rows],
)
def test_accumulator(name, values, expected):
    start, step, finish = (
        getattr(ACCUMULATORS[name], part) for part in ("start", "step", "finish")
    )
    state = start()
    for value in values:
        step(state, value)
    if isinstance(expected, QueryError):
        with pytest.raises(QueryError) as raised:
            finish(state)
        assert (raised.value.code, raised.value.text) == (expected.code, expected.text)
    else:
        assert repr(finish(state)) == repr(expected)


def test_every_accumulator_has_cases():
    assert set(CASES) == set(ACCUMULATORS)


def test_states_are_the_groups_own():
    push = ACCUMULATORS["$push"]
    one, other = push.start(), push.start()
    push.step(one, 1)
    assert (push.finish(one), push.finish(other)) == ([1], [])


def test_the_values_seen_are_not_edited():
    values = [{"a": 1}, {"b": 2}]
    ACCUMULATORS["$mergeObjects"].finish(values)
    assert values == [{"a": 1}, {"b": 2}]

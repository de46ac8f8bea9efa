"""Orders as a table, and that the short cuts through them lead where the long way does.

Where nothing else is said the source is the MongoDB manual, "Comparison/Sort Order" and `sort()`.
"""

from __future__ import annotations

import functools
import random
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloud_fake.errors import QueryError
from cloud_fake.query.ordering import compile_order
from cloud_fake.values.regex import Regex
from tests.query.slow_filter import order as compare


def day(number):
    return datetime(2026, 1, number, tzinfo=UTC)


def a(*values):
    """One document a value, under the key `a`."""
    return [{"a": value} for value in values]


#: (keys, documents in their order, of which no two tie)
ORDERS = {
    "numbers": ([("a", 1)], a(-1, 0, 0.5, 1, 10)),
    "numbers, greatest first": ([("a", -1)], a(10, 1, 0.5, 0, -1)),
    "strings by code point": ([("a", 1)], a("", "10", "9", "Z", "a", "é", "\uff5e", "\U0001f600")),
    "dates": ([("a", 1)], a(day(1), day(2), day(3))),
    "booleans": ([("a", -1)], a(True, False)),
    "kinds": (
        [("a", 1)],
        a(None, -1, 2.5, "", "a", {}, {"x": 1}, False, True, day(1), day(2), Regex("a")),
    ),
    "kinds, greatest first": (
        [("a", -1)],
        a(Regex("a"), day(1), True, False, {"x": 1}, "a", 2.5, None),
    ),
    "missing is null": ([("a", 1), ("b", 1)], [{"b": 1}, {"a": None, "b": 2}, {"b": 3}, {"a": 0}]),
    "objects pair by pair": (
        [("a", 1)],
        a({}, {"x": 1}, {"x": 1, "y": 0}, {"x": 2}, {"y": 0}, {"x": "a"}),
    ),
    "arrays by their least": ([("a", 1)], a([], None, [9, 1], 2, [30, 3])),
    "arrays by their greatest": ([("a", -1)], a([3, 30], [1, 9], 2, None, [])),
    "arrays of several kinds": ([("a", 1)], a([None, "x"], ["x", 5], 6, ["x"])),
    "arrays of arrays": ([("a", 1)], a(["x"], [[1, 2]], [[1, 3]])),
    "two keys": ([("a", 1), ("b", 1)], [{"a": 1, "b": 1}, {"a": 1, "b": 2}, {"a": 2, "b": 0}]),
    "two keys, one descending": (
        [("a", 1), ("b", -1)],
        [{"a": 1, "b": 2}, {"a": 1, "b": 1}, {"a": 2, "b": 9}, {"a": 2, "b": None}],
    ),
    "embedded": ([("a.b", 1)], a(1, {"b": 1}, {"b": 2}, {"b": "x"})),
    "deeper": ([("a.b.c", -1)], a({"b": {"c": 2}}, {"b": {"c": 1}}, {"b": 1})),
    "through an array, by the least": (
        [("a.b", 1)],
        a([{"b": 9}, 7], [{"b": 5}, {"b": 1}], {"b": 2}, [{"b": 3}]),
    ),
    "through an array, by the greatest": (
        [("a.b", -1)],
        a([{"b": 5}, {"b": 1}], {"b": 4}, [{"b": 3}, {}], []),
    ),
    "through an array to arrays": (
        [("a.b", 1)],
        a([{"b": []}], [{}], [{"b": [7, 2]}], [{"b": 4}, {"b": [3, 9]}]),
    ),
    "through two arrays": ([("a.b.c", 1)], a([{"b": [{"c": 2}]}], {"b": [{"c": 4}, {"c": 3}]})),
    "below a scalar": ([("a.b.c", 1)], a([{"b": 1}], [{"b": {"c": 0}}])),
    "by an index": ([("a.1", 1)], a([9], [0, 1], [5, 2], [0, [4, 3]])),
}


@pytest.mark.parametrize(("keys", "ordered"), ORDERS.values(), ids=ORDERS.keys())
def test_orders(keys, ordered):
    for seed in range(5):
        shuffled = random.Random(seed).sample(ordered, len(ordered))
        assert compile_order(keys).sorted(shuffled) == ordered


def test_what_ties_stays_as_it_was():
    documents = [{"a": value, "n": n} for n, value in enumerate([1, None, 1.0, [1, 5], None, 1])]
    documents.append({"n": 6})
    ascending = compile_order([("a", 1)]).sorted(documents)
    assert [document["n"] for document in ascending] == [1, 4, 6, 0, 2, 3, 5]
    descending = compile_order([("a", -1)]).sorted(documents)
    assert [document["n"] for document in descending] == [3, 0, 2, 5, 1, 4, 6]


@pytest.mark.parametrize(
    ("skip", "limit", "expected"),
    [(0, None, [1, 2, 3]), (1, None, [2, 3]), (1, 1, [2]), (0, 0, []), (5, 2, []), (2, 9, [3])],
)
@pytest.mark.parametrize("keys", [[], [("a", 1)]])
def test_skip_and_limit(keys, skip, limit, expected):
    assert compile_order(keys).sorted(iter(a(1, 2, 3)), skip, limit) == a(*expected)


@pytest.mark.parametrize("b", [1, -1])
@pytest.mark.parametrize("a", [1, -1])
def test_the_first_of_many(a, b):
    documents = [{"a": n % 5, "b": n % 7, "n": n} for n in range(200)]
    for keys in [("a", a)], [("a", a), ("b", b)]:
        order = compile_order(keys)
        assert order.sorted(documents, 2, 3) == order.sorted(documents)[2:5]


@pytest.mark.parametrize("direction", [1, -1])
@pytest.mark.parametrize("value", [lambda n: n * 7919 % 3001, lambda n: n // 900, lambda _: 1])
def test_the_first_of_thousands(value, direction):
    documents = [{"a": value(n), "n": n} for n in range(3001)]
    documents += [{"n": 3001}, {"a": "text", "n": 3002}]
    order = compile_order([("a", direction), ("n", -direction)])
    assert order.sorted(iter(documents), 5, 9) == order.sorted(documents)[5:14]


def test_the_documents_themselves():
    document = {"a": 1}
    assert compile_order([("a", 1)]).sorted([document])[0] is document


@pytest.mark.parametrize("direction", [0, 2, "desc", None])
def test_refuses_other_directions(direction):
    with pytest.raises(QueryError, match="bad sort specification") as caught:
        compile_order([("a", direction)])
    assert caught.value.code == 2


NUMBERS = st.integers(-3, 3) | st.sampled_from([0.5, 1.0])
COLUMNS = st.sampled_from(
    [
        NUMBERS,
        st.sampled_from(["", "a", "B", "é"]),
        st.booleans(),
        st.builds(day, st.integers(1, 3)),
        st.none() | NUMBERS | st.booleans() | st.dictionaries(st.sampled_from("xy"), NUMBERS),
        st.lists(NUMBERS | st.none(), max_size=2) | NUMBERS,
    ]
)
DOCUMENTS = st.tuples(COLUMNS, COLUMNS).flatmap(
    lambda columns: st.lists(
        st.fixed_dictionaries({}, optional={"a": columns[0], "b": columns[1]}), max_size=60
    )
)
KEYS = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from([1, -1])),
    min_size=1,
    max_size=2,
    unique_by=lambda key: key[0],
)


@settings(max_examples=100, deadline=None)
@given(DOCUMENTS, KEYS, st.integers(0, 4), st.none() | st.integers(0, 4))
def test_sorts_as_comparing_every_two_would(documents, keys, skip, limit):
    numbered = [{**document, "n": n} for n, document in enumerate(documents)]

    def compare_documents(one, other):
        for key, direction in keys:
            order = compare(sort_value(one, key, direction), sort_value(other, key, direction))
            if order:
                return order * direction
        return 0

    expected = sorted(numbered, key=functools.cmp_to_key(compare_documents))[skip:][:limit]
    assert compile_order(keys).sorted(numbered, skip, limit) == expected


def sort_value(document, key, direction):
    """What of an array counts; an empty one is below null, as `[null]` is below `[[null]]`."""
    value = document.get(key)
    if type(value) is not list:
        return [value]
    ordered = sorted(value, key=functools.cmp_to_key(compare))
    return [ordered[0 if direction == 1 else -1]] if ordered else []

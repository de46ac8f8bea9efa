"""The one order of all values and equality."""

from __future__ import annotations

import math
from functools import cmp_to_key

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloud_fake.values.dates import from_millis
from cloud_fake.values.kinds import MISSING, Kind, kind_of
from cloud_fake.values.order import compare, equal, sort_key
from cloud_fake.values.regex import Regex

# --- tables --------------------------------------------------------------------------------------

#: Each is smaller than the next. Source: MongoDB manual, "Comparison/Sort Order".
ASCENDING = [
    MISSING,
    None,
    math.nan,
    -math.inf,
    -1e300,
    -(2**53) + 1,
    -1.5,
    0,
    0.5,
    1,
    1.5,
    2,
    10,
    2**53 - 1,
    1e300,
    math.inf,
    "",
    "1",
    "10",
    "9",
    "Z",
    "a",
    "aa",
    "b",
    "é",
    "～",  # U+FF5E, which JavaScript's UTF-16 puts after the next one
    "😀",  # U+1F600
    {},
    {"b": None},
    {"b": None, "a": 0},
    {"a": 0},
    {"a": 1},
    {"a": 1, "b": 2},
    {"b": 1},
    {"b": 1, "a": 2},
    {"a": "x"},
    {"a": {}},
    {"a": {"b": 1}},
    {"a": []},
    {"a": False},
    [],
    [None],
    [0],
    [0, 0],
    [1],
    [1, 2],
    [2],
    ["x"],
    [{}],
    [[]],
    [[1]],
    [True],
    False,
    True,
    from_millis(-1),
    from_millis(0),
    from_millis(1),
    Regex("a"),
    Regex("a", "i"),
    Regex("b"),
]


def test_every_value_of_the_table_is_smaller_than_all_after_it():
    for place, value in enumerate(ASCENDING):
        for other_place, other in enumerate(ASCENDING):
            wanted = (place > other_place) - (place < other_place)
            assert compare(value, other) == wanted, (value, other)
            assert equal(value, other) is (wanted == 0), (value, other)


def test_the_table_has_every_kind():
    assert {kind_of(value) for value in ASCENDING} == set(Kind)


EQUAL = [
    (1, 1.0),
    (0, -0.0),
    (2**53 - 1, float(2**53 - 1)),
    (math.nan, float("nan")),
    ({"a": 1, "b": [1.0]}, {"a": 1.0, "b": [1]}),
    ([{"a": None}], [{"a": None}]),
    (from_millis(5), from_millis(5)),
    (Regex("a", "i"), Regex("a", "i")),
    (MISSING, MISSING),
]


@pytest.mark.parametrize(("left", "right"), EQUAL)
def test_equal(left, right):
    assert equal(left, right)
    assert equal(right, left)
    assert compare(left, right) == compare(right, left) == 0


UNEQUAL = [
    (True, 1),
    (False, 0),
    (False, None),
    (None, MISSING),
    ("1", 1),
    ("", None),
    ([], {}),
    ([], None),
    ([1], 1),
    ({"a": 1, "b": 2}, {"b": 2, "a": 1}),  # the order of keys counts
    ({"a": True}, {"a": 1}),
    ([True], [1]),
    ([None], []),
    (from_millis(0), 0),
    (Regex("a"), "a"),
    (math.nan, None),
    (2**53 - 1, 2.0**53),
]


@pytest.mark.parametrize(("left", "right"), UNEQUAL)
def test_not_equal(left, right):
    assert not equal(left, right)
    assert compare(left, right) == -compare(right, left) != 0


def test_only_one_missing_and_one_nan_key():
    assert sort_key(MISSING) < sort_key(None) < sort_key(math.nan) < sort_key(-math.inf)


# --- properties ----------------------------------------------------------------------------------

numbers = st.integers(-3, 3) | st.floats() | st.integers(-(2**53) + 1, 2**53 - 1)
scalars = (
    st.sampled_from([None, True, False, Regex("a"), Regex("a", "i"), Regex("b")])
    | numbers
    | st.text("aAé～😀", max_size=2)
    | st.integers(-2, 2).map(from_millis)
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
    ),
    max_leaves=6,
)
quick = settings(max_examples=100, deadline=None)


def sign_of_keys(left, right):
    one, other = sort_key(left), sort_key(right)
    return (one > other) - (one < other)


@quick
@given(values, values)
def test_compare_is_antisymmetric_and_agrees_with_equality_and_keys(left, right):
    assert compare(left, right) == -compare(right, left) == sign_of_keys(left, right)
    assert equal(left, right) is equal(right, left) is (compare(left, right) == 0)


@quick
@given(values)
def test_every_value_equals_itself(value):
    assert compare(value, value) == 0
    assert equal(value, value)


@quick
@given(values, values, values)
def test_compare_is_transitive(one, two, three):
    low, middle, high = sorted([one, two, three], key=cmp_to_key(compare))
    assert compare(low, middle) <= 0
    assert compare(middle, high) <= 0
    assert compare(low, high) <= 0
    if compare(low, middle) == 0:
        assert compare(low, high) == compare(middle, high)


@quick
@given(st.lists(values, max_size=6))
def test_sorting_by_key_is_sorting_by_compare(items):
    by_key = sorted(items, key=sort_key)
    by_compare = sorted(items, key=cmp_to_key(compare))
    assert [id(item) for item in by_key] == [id(item) for item in by_compare]


@quick
@given(values, values)
def test_kinds_come_before_values(left, right):
    if kind_of(left) is not kind_of(right):
        assert (compare(left, right) < 0) is (kind_of(left) < kind_of(right))


@quick
@given(st.text(max_size=4), st.text(max_size=4))
def test_strings_compare_as_their_utf8_bytes(left, right):
    one, other = left.encode(), right.encode()
    assert compare(left, right) == (one > other) - (one < other)


@quick
@given(values, values)
def test_an_array_is_above_its_beginning(first, second):
    assert compare([first], [first, second]) == -1
    assert compare({"a": first}, {"a": first, "b": second}) == -1

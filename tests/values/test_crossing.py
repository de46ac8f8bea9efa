"""Crossing: what JSON leaves of a value, compared with the round trip itself."""

from __future__ import annotations

import datetime as dt
import enum
import json
import math
import re
from collections import OrderedDict
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloud_fake.values.crossing import CannotCross, cross
from cloud_fake.values.intake import MAX_SAFE_INTEGER
from cloud_fake.values.kinds import MISSING
from cloud_fake.values.regex import Regex


class Grade(enum.IntEnum):
    GOOD = 2


class State(enum.StrEnum):
    DONE = "done"


CROSSED = [
    # given, what is left; source: JSON.stringify
    (MAX_SAFE_INTEGER, MAX_SAFE_INTEGER),
    (1.5, 1.5),
    (math.nan, None),
    (-math.inf, None),
    (Grade.GOOD, 2),
    (State.DONE, "done"),
    ((1, "x"), [1, "x"]),
    (dt.datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=dt.UTC), "2026-01-02T03:04:05.678Z"),
    (b"ab", {"type": "Buffer", "data": [97, 98]}),
    (re.compile("a"), {}),
    (Regex("a", "i"), {}),
    (MappingProxyType({"b": [1]}), {"b": [1]}),
    (OrderedDict(b=1, a=2), {"b": 1, "a": 2}),
    ({"a": MISSING, "b": len}, {}),
    ({State.DONE: State.DONE, "gone": MISSING}, {"done": "done"}),
    ([MISSING, len], [None, None]),
]


@pytest.mark.parametrize(("given_value", "left"), CROSSED)
def test_what_is_left(given_value, left):
    for value, crossed in (
        (given_value, left),
        ([given_value], [left]),
        ({"a": 1, "k": given_value, "z": 2}, {"a": 1, "k": left, "z": 2}),
    ):
        found = cross(value)
        assert repr(found) == repr(crossed)
        assert types_in(found) == types_in(crossed)


REFUSED = [
    # given, what is told
    ({"a": [0, {1}]}, "Object of type set is not JSON serializable (at a.1)"),
    ({"a": {"b": 2**53}}, "Object of type int beyond 2^53 - 1 is not JSON serializable (at a.b)"),
    ([0, -(2**53)], "Object of type int beyond 2^53 - 1 is not JSON serializable (at 1)"),
    ({"a": {1: 2}}, "Object of type int as a key is not JSON serializable (at a)"),
    (object(), "Object of type object is not JSON serializable (at the value itself)"),
]


@pytest.mark.parametrize(("given_value", "text"), REFUSED)
def test_what_json_cannot_carry(given_value, text):
    with pytest.raises(CannotCross) as caught:
        cross(given_value)
    assert str(caught.value) == text


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-MAX_SAFE_INTEGER, MAX_SAFE_INTEGER)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=15,
)


@settings(max_examples=100, deadline=None)
@given(values)
def test_it_is_the_round_trip(value):
    before = repr(value)
    crossed = cross(value)
    assert repr(crossed) == repr(json.loads(json.dumps(value)))
    assert containers(crossed).isdisjoint(containers(value))
    assert repr(value) == before


def types_in(value):
    if isinstance(value, dict):
        return type(value), [(type(key), types_in(item)) for key, item in value.items()]
    if isinstance(value, list):
        return type(value), [types_in(item) for item in value]
    return type(value)


def containers(value):
    """The identity of every container in a value that can be edited."""
    if not isinstance(value, (dict, list, tuple)):
        return set()
    items = value.values() if isinstance(value, dict) else value
    own = set() if isinstance(value, tuple) else {id(value)}
    return own.union(*map(containers, items))

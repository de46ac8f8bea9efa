"""The door: what is taken in, what is refused in which words, and that nothing is shared."""

from __future__ import annotations

import datetime as dt
import decimal
import enum
import math
import re
import time
from collections import OrderedDict, defaultdict
from types import MappingProxyType
from typing import NamedTuple

import freezegun
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloud_fake.errors import Refusal
from cloud_fake.values.dates import DATE_TYPE, from_millis
from cloud_fake.values.geo import Point
from cloud_fake.values.handout import hand_out
from cloud_fake.values.intake import (
    MAX_DEPTH,
    MAX_SAFE_INTEGER,
    take_in,
    take_in_each,
    take_in_whole,
)
from cloud_fake.values.kinds import MISSING, kind_of
from cloud_fake.values.order import equal
from cloud_fake.values.regex import Regex
from cloud_fake.values.server_dates import ServerDate

CHINA = dt.timezone(dt.timedelta(hours=8))
POINT = {"type": "Point", "coordinates": [113.3, 23]}


class Grade(enum.IntEnum):
    GOOD = 2


class Colour(str, enum.Enum):  # noqa: UP042 - the older way, whose str() is another
    RED = "red"


class State(enum.StrEnum):
    DONE = "done"


class Share(float):
    """A number of another class, as numpy's are."""


class Words(list):
    pass


class Pair(NamedTuple):
    a: int
    b: str


# --- what is taken in ----------------------------------------------------------------------------

TAKEN = [
    # given, held
    (None, None),
    (True, True),
    ("", ""),
    ("地理", "地理"),
    (0, 0),
    (-0.5, -0.5),
    (MAX_SAFE_INTEGER, MAX_SAFE_INTEGER),
    (-MAX_SAFE_INTEGER, -MAX_SAFE_INTEGER),
    (1e300, 1e300),
    # source: JSON.stringify, through which the client's data goes
    (math.nan, None),
    (math.inf, None),
    (-math.inf, None),
    ([math.nan], [None]),
    ({"a": MISSING, "b": 1}, {"b": 1}),
    ({"a": MISSING}, {}),
    ([1, MISSING, 2], [1, None, 2]),
    ({"a": [MISSING]}, {"a": [None]}),
    # other classes of the same
    ((1, (2, 3)), [1, [2, 3]]),
    (Pair(1, "x"), [1, "x"]),
    (Words(["a"]), ["a"]),
    (OrderedDict(b=1, a=2), {"b": 1, "a": 2}),
    (defaultdict(list, a=[1]), {"a": [1]}),
    (MappingProxyType({"a": 1}), {"a": 1}),
    (Grade.GOOD, 2),
    (Colour.RED, "red"),
    (State.DONE, "done"),
    ({Colour.RED: Colour.RED, State.DONE: Grade.GOOD}, {"red": "red", "done": 2}),
    (Share(0.5), 0.5),
    (Share("nan"), None),
    # dates
    (dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC), from_millis(1767323045000)),
    (dt.datetime(2026, 1, 2, 11, 4, 5, tzinfo=CHINA), from_millis(1767323045000)),
    (dt.datetime(1970, 1, 1, 0, 0, 0, 1999, tzinfo=dt.UTC), from_millis(1)),
    (dt.datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=dt.UTC), from_millis(-1)),
    # what the SDK makes
    (Point(113.3, 23), POINT),
    ({"at": [Point(113.3, 23)]}, {"at": [POINT]}),
    (POINT, POINT),
    (re.compile("^a", re.IGNORECASE | re.MULTILINE), Regex("^a", "im")),
    (Regex("^a", "i"), Regex("^a", "i")),
    (ServerDate(5), ServerDate(5)),
    ({"at": ServerDate()}, {"at": ServerDate(0)}),
]


@pytest.mark.parametrize(("given_value", "held"), TAKEN)
def test_taken_in(given_value, held):
    taken = take_in(given_value)
    assert taken == held
    assert types_in(taken) == types_in(held)


@pytest.mark.parametrize(("given_value", "held"), TAKEN)
def test_taken_in_as_a_field_and_as_an_item(given_value, held):
    taken = take_in({"field": given_value, "items": [given_value]})
    assert taken == {"field": held, "items": [held]}
    assert types_in(taken) == types_in({"field": held, "items": [held]})


def types_in(value):
    """The exact types of a value and of all that it holds."""
    if isinstance(value, dict):
        return dict, [(type(key), types_in(item)) for key, item in value.items()]
    if isinstance(value, list):
        return list, [types_in(item) for item in value]
    return type(value)


def test_keys_keep_their_order():
    assert list(take_in({"b": 1, "a": 2, "c": 3})) == ["b", "a", "c"]


# --- dates ---------------------------------------------------------------------------------------


@pytest.fixture
def in_china(monkeypatch):
    if not hasattr(time, "tzset"):
        pytest.skip("this system's local time cannot be set")
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("in_china")
def test_a_naive_date_is_local_time():
    naive = dt.datetime(2026, 1, 2, 11, 4, 5)  # noqa: DTZ001 - the case
    assert take_in(naive) == from_millis(1767323045000)


@pytest.mark.usefixtures("in_china")
def test_a_naive_date_of_frozen_time_is_local_time_too():
    with freezegun.freeze_time("2026-01-02 03:04:05", tz_offset=-5):
        naive = dt.datetime(2026, 1, 2, 11, 4, 5)  # noqa: DTZ001
        assert type(naive) is not DATE_TYPE[0]
        assert take_in(naive) == from_millis(1767323045000)


@pytest.mark.parametrize("second", ["05", "05.678901"])
def test_a_date_of_frozen_time_becomes_a_real_one(second):
    with freezegun.freeze_time(f"2026-01-02 03:04:{second}"):
        now = dt.datetime.now(dt.UTC)
        taken = take_in({"at": now, "all": [now]})
    assert type(now) is not DATE_TYPE[0]
    for at in (taken["at"], *taken["all"]):
        assert type(at) is DATE_TYPE[0]
        assert at == from_millis(1767323045000 + int(second[3:6] or 0))
        assert at.tzinfo is dt.UTC


# --- what is refused -----------------------------------------------------------------------------

HOLDABLE = "string, number, boolean, null, date, regexp, geo, object or array"
TOO_BIG = "a number of at most 2^53 - 1 (JavaScript would round it)"
ODD_KEY = "an object with string keys instead of the key"
EARLIEST = dt.datetime(1, 1, 1, tzinfo=CHINA)

REFUSED = [
    # data, text
    ({1, 2}, f"parameter.data should be {HOLDABLE} instead of set;"),
    ({"tags": {1}}, f"parameter.data.tags should be {HOLDABLE} instead of set;"),
    ({"a": [0, {"b": b"x"}]}, f"parameter.data.a.1.b should be {HOLDABLE} instead of arraybuffer;"),
    ([bytearray(b"x")], f"parameter.data.0 should be {HOLDABLE} instead of arraybuffer;"),
    ({"p": decimal.Decimal("1.5")}, f"parameter.data.p should be {HOLDABLE} instead of Decimal;"),
    ({"o": object()}, f"parameter.data.o should be {HOLDABLE} instead of object;"),
    ({"f": len}, f"parameter.data.f should be {HOLDABLE} instead of function;"),
    ({"c": 1j}, f"parameter.data.c should be {HOLDABLE} instead of complex;"),
    (iter([]), f"parameter.data should be {HOLDABLE} instead of list_iterator;"),
    ([re.compile(b"x")], f"parameter.data.0 should be {HOLDABLE} instead of a bytes pattern;"),
    (2**53, f"parameter.data should be {TOO_BIG} instead of 9007199254740992;"),
    ({"n": -(2**53)}, f"parameter.data.n should be {TOO_BIG} instead of -9007199254740992;"),
    ([0, 2**53], f"parameter.data.1 should be {TOO_BIG} instead of 9007199254740992;"),
    ({"n": 10**5000}, f"parameter.data.n should be {TOO_BIG} instead of a far bigger one;"),
    ({1: "x"}, f"parameter.data should be {ODD_KEY} 1;"),
    ({"a": [{"b": {None: 1}}]}, f"parameter.data.a.0.b should be {ODD_KEY} None;"),
    ({"a": {("x", 1): 1}}, f"parameter.data.a should be {ODD_KEY} ('x', 1);"),
    (
        {"at": EARLIEST},
        "parameter.data.at should be a date of the years 1 to 9999 in UTC "
        "instead of 0001-01-01 00:00:00+08:00;",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("data", "text"), REFUSED)
def test_refused_with_its_path(data, text):
    with pytest.raises(Refusal) as caught:
        take_in(data)
    assert (caught.value.code, caught.value.text) == (-401003, text)


def test_the_path_begins_with_the_name_that_the_caller_gives():
    with pytest.raises(
        Refusal, match=r"errMsg: parameter\.query\.a\.0 should be .* instead of set;$"
    ):
        take_in({"a": [{0}]}, "query")


# --- nesting -------------------------------------------------------------------------------------


def nested(depth, make=lambda inner: [inner]):
    value = 0
    for _ in range(depth):
        value = make(value)
    return value


MAKERS = [lambda inner: [inner], lambda inner: (inner,), lambda inner: {"a": inner}]


@pytest.mark.parametrize("make", MAKERS)
def test_as_deep_as_mongodb_takes(make):
    taken = take_in(nested(MAX_DEPTH, make))
    assert hand_out(taken) == taken


@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 20_000])
@pytest.mark.parametrize("make", MAKERS)
def test_deeper_is_refused(make, depth):
    with pytest.raises(Refusal) as caught:
        take_in(nested(depth, make))
    assert (caught.value.code, caught.value.text) == (
        -401003,
        "parameter.data is nested deeper than 100 levels;",
    )


def circular_list():
    value = [1, []]
    value[1].append(value)
    return value


def circular_dict():
    value = {"a": {"b": [{}]}}
    value["a"]["b"][0]["c"] = value
    return value


def circular_tuple():
    inner = []
    inner.append((inner,))
    return (inner,)


def circle_beside_depth():
    return {"deep": nested(200), "round": circular_list()}


@pytest.mark.parametrize(
    "make", [circular_list, circular_dict, circular_tuple, circle_beside_depth]
)
def test_circular_structures_are_refused_in_javascripts_words(make):
    with pytest.raises(Refusal) as caught:
        take_in(make())
    assert (caught.value.code, caught.value.text) == (
        -402001,
        "Cannot convert circular structure to JSON",
    )


def test_the_same_object_twice_is_no_circle():
    shared = {"x": [1]}
    taken = take_in({"a": shared, "b": [shared, shared]})
    assert taken == {"a": {"x": [1]}, "b": [{"x": [1]}, {"x": [1]}]}
    assert len({id(taken["a"]), *map(id, taken["b"])}) == 3


def test_much_shared_and_too_deep_is_refused_at_once():
    with pytest.raises(Refusal, match="nested deeper"):
        take_in(nested(MAX_DEPTH + 1, lambda inner: [inner, inner]))


# --- what is shared ------------------------------------------------------------------------------

scalars = (
    st.none()
    | st.booleans()
    | st.text(max_size=3)
    | st.integers(-MAX_SAFE_INTEGER, MAX_SAFE_INTEGER)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.integers(-(10**12), 10**12).map(from_millis)
    | st.builds(Regex, st.text("ab", max_size=2), st.sampled_from(["", "i", "im"]))
    | st.builds(Point, st.integers(-180, 180), st.floats(-90, 90))
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=10,
)
quick = settings(max_examples=100, deadline=None)


@quick
@given(values)
def test_what_is_handed_out_is_what_was_taken_in(value):
    assert hand_out(take_in(value)) == value


@quick
@given(values)
def test_taking_in_twice_is_taking_in_once(value):
    once = take_in(value)
    assert equal(take_in(once), once)
    assert types_in(take_in(once)) == types_in(once)


@quick
@given(values)
def test_only_kinds_of_the_house_are_held(value):
    for held in walk(take_in(value)):
        kind_of(held)  # raises KeyError for any other type


@quick
@given(values)
def test_nothing_is_shared_at_any_depth(value):
    held = take_in(value)
    handed, again = hand_out(held), hand_out(held)
    owners = [containers(each) for each in (value, held, handed, again)]
    assert sum(map(len, owners)) == len(set().union(*owners))


def walk(value):
    yield value
    if isinstance(value, (dict, list)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from walk(item)


def containers(value):
    return {id(each) for each in walk(value) if isinstance(each, (dict, list))}


# --- many at once --------------------------------------------------------------------------------


@quick
@given(st.lists(values | st.builds(lambda at: {"at": [at]}, st.builds(ServerDate)), max_size=5))
def test_each_of_many_is_taken_in_as_if_alone(many):
    each = list(take_in_each(many, "data", 1000))
    alone = [take_in_whole(value).at(1000) for value in many]
    assert repr(each) == repr(alone)
    assert types_in(each) == types_in(alone)


def test_the_value_whose_turn_it_is_is_refused_and_those_before_it_are_taken():
    each = take_in_each([{"a": 1}, {"a": ServerDate()}, {"a": [{2}]}, {3}], "todos", 0)
    assert [next(each), next(each)] == [{"a": 1}, {"a": from_millis(0)}]
    with pytest.raises(Refusal, match=r"parameter\.todos\.a\.0 should be .* instead of set;$"):
        next(each)

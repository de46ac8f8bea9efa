"""Extended JSON: the specification's table, what the SDKs send, and round trips."""

from __future__ import annotations

import json
import math
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from cloud_fake.errors import NotSupportedByFake
from cloud_fake.values.dates import from_millis
from cloud_fake.values.ejson import decode, encode
from cloud_fake.values.intake import MAX_DEPTH, MAX_SAFE_INTEGER, take_in
from cloud_fake.values.regex import Regex
from cloud_fake.values.server_dates import ServerDate

SPEC = "MongoDB specifications, bson-corpus"
SDK = "wx-server-sdk 4.0.2, observed requests"
OLD_SDK = "tcb-admin-node 1.23.0, observed requests"

#: value, canonical, relaxed, source
BOTH_WAYS: list[tuple[Any, Any, Any, str]] = [
    (None, None, None, SPEC),
    (True, True, True, SPEC),
    ("文", "文", "文", SPEC),
    (0, {"$numberInt": "0"}, 0, SPEC),
    (2**31 - 1, {"$numberInt": "2147483647"}, 2147483647, SPEC),
    (-(2**31), {"$numberInt": "-2147483648"}, -2147483648, SPEC),
    (2**31, {"$numberLong": "2147483648"}, 2147483648, SPEC),
    (-(2**31) - 1, {"$numberLong": "-2147483649"}, -2147483649, SPEC),
    (MAX_SAFE_INTEGER, {"$numberLong": "9007199254740991"}, 9007199254740991, SPEC),
    (1.0, {"$numberDouble": "1.0"}, 1.0, SPEC),
    (-0.5, {"$numberDouble": "-0.5"}, -0.5, SPEC),
    (1e300, {"$numberDouble": "1e+300"}, 1e300, SPEC),
    (
        from_millis(0),
        {"$date": {"$numberLong": "0"}},
        {"$date": "1970-01-01T00:00:00Z"},
        SPEC,
    ),
    (
        from_millis(1356351330501),
        {"$date": {"$numberLong": "1356351330501"}},
        {"$date": "2012-12-24T12:15:30.501Z"},
        SPEC,
    ),
    (
        from_millis(1356351330001),
        {"$date": {"$numberLong": "1356351330001"}},
        {"$date": "2012-12-24T12:15:30.001Z"},
        SPEC,
    ),
    (
        from_millis(-284643869501),
        {"$date": {"$numberLong": "-284643869501"}},
        {"$date": {"$numberLong": "-284643869501"}},
        SPEC,
    ),
    (
        Regex("ab/cd", "im"),
        {"$regularExpression": {"pattern": "ab/cd", "options": "im"}},
        {"$regularExpression": {"pattern": "ab/cd", "options": "im"}},
        SPEC,
    ),
    (
        ServerDate(1000),
        {"$tcb_server_date": {"offset": {"$numberInt": "1000"}}},
        {"$tcb_server_date": {"offset": {"$numberInt": "1000"}}},
        SDK,
    ),
    (
        {"type": "Point", "coordinates": [113, 23.5]},
        {
            "type": "Point",
            "coordinates": [{"$numberInt": "113"}, {"$numberDouble": "23.5"}],
        },
        {"type": "Point", "coordinates": [113, 23.5]},
        SDK,
    ),
    (
        {"$set": {"o.k": {"$each": [1]}}},
        {"$set": {"o.k": {"$each": [{"$numberInt": "1"}]}}},
        {"$set": {"o.k": {"$each": [1]}}},
        SDK,
    ),
    ({}, {}, {}, SPEC),
    ([], [], [], SPEC),
]


@pytest.mark.parametrize(("value", "canonical", "relaxed", "source"), BOTH_WAYS)
def test_written_and_read(value: Any, canonical: Any, relaxed: Any, source: str) -> None:
    assert encode(value, canonical=True) == canonical, source
    assert encode(value) == relaxed, source
    for form in (canonical, relaxed):
        read = decode(form)
        assert read == value, source
        assert type(read) is type(value), source


#: json, value, source
READ_ONLY: list[tuple[Any, Any, str]] = [
    ({"$numberInt": "-0"}, 0, SPEC),
    ({"$numberDouble": "1.2345678901232E+18"}, 1.2345678901232e18, SPEC),
    ({"$numberDouble": "NaN"}, None, "JSON.stringify(NaN)"),
    ({"$numberDouble": "Infinity"}, None, "JSON.stringify(Infinity)"),
    ({"$numberDouble": "-Infinity"}, None, "JSON.stringify(-Infinity)"),
    (math.nan, None, "JSON.stringify(NaN)"),
    (10**400, None, "JSON.parse gives Infinity"),
    ({"$numberLong": "9007199254740993"}, 9007199254740992.0, "JavaScript's numbers"),
    (2**53, 9007199254740992.0, "JavaScript's numbers"),
    ({"$date": 1700000000000}, from_millis(1700000000000), OLD_SDK),
    ({"$date": 1.7e12}, from_millis(1700000000000), OLD_SDK),
    ({"$date": 0}, from_millis(0), OLD_SDK),
    ({"$date": {"offset": 5}}, ServerDate(5), OLD_SDK),
    ({"$date": "2018-08-31T17:30:00.882Z"}, from_millis(1535736600882), "guide 数据库导入"),
    ({"$date": "2018-08-31T17:30:00.882999Z"}, from_millis(1535736600882), "cut, not rounded"),
    ({"$date": "2018-09-01T01:30:00.882+08:00"}, from_millis(1535736600882), "ISO 8601"),
    ({"$date": "2018-08-31T17:30:00"}, from_millis(1535736600000), "ISO 8601, taken as UTC"),
    ({"$date": "2018-08-31"}, from_millis(1535673600000), "ISO 8601"),
    ({"$regex": "^a", "$options": "i"}, Regex("^a", "i"), OLD_SDK),
    ({"$options": "i", "$regex": "^a"}, Regex("^a", "i"), OLD_SDK),
    ({"$regex": "^a"}, Regex("^a"), OLD_SDK),
    (
        {"$regularExpression": {"options": "mix", "pattern": "a"}},
        Regex("a", "imx"),
        SPEC + ": flags not alphabetized",
    ),
    (
        {"$regex": {"$regularExpression": {"pattern": "a", "options": ""}}, "$options": "ix"},
        {"$regex": Regex("a"), "$options": "ix"},
        SPEC + ": value of $regex query operator with $options",
    ),
    ({"$oid": "5f0c1d2e3a4b5c6d7e8f9a0b"}, "5f0c1d2e3a4b5c6d7e8f9a0b", SPEC),
    ({"$undefined": True}, None, SPEC),
    ({"$date": 0, "more": 1}, {"$date": 0, "more": 1}, "another key: not a date"),
    ({"a": 1, "$oid": "x"}, {"a": 1, "$oid": "x"}, "another key: not an id"),
    ({"$gt": {"$date": 0}}, {"$gt": from_millis(0)}, "an operator's operand"),
    ([{"$numberInt": "1"}, [{"$numberInt": "2"}]], [1, [2]], SPEC),
]


@pytest.mark.parametrize(("form", "value", "source"), READ_ONLY)
def test_read(form: Any, value: Any, source: str) -> None:
    read = decode(form)
    assert read == value, source
    assert type(read) is type(value), source


@pytest.mark.parametrize(
    ("value", "written"), [(math.nan, "NaN"), (math.inf, "Infinity"), (-math.inf, "-Infinity")]
)
def test_what_json_has_no_number_for_is_written_in_words_in_both_forms(
    value: float, written: str
) -> None:
    """A stored document holds none of these, but the query language can compute them."""
    assert encode(value) == encode(value, canonical=True) == {"$numberDouble": written}


MALFORMED = [
    {"$numberInt": 1},
    {"$numberInt": "one"},
    {"$numberLong": None},
    {"$numberDouble": "half"},
    {"$numberDouble": 0.5},
    {"$date": "yesterday"},
    {"$date": None},
    {"$date": True},
    {"$date": {"$numberLong": "99999999999999999"}},
    {"$date": "0001-01-01T00:00:00+23:00"},
    {"$date": {"offset": "x"}},
    {"$tcb_server_date": 5},
    {"$regularExpression": "a"},
    {"$regularExpression": {"pattern": "a"}},
    {"$regularExpression": {"pattern": "a", "options": 1}},
    {"$regex": "a", "$options": None},
    {"$oid": 5},
]


@pytest.mark.parametrize("form", MALFORMED, ids=json.dumps)
def test_malformed(form: Any) -> None:
    with pytest.raises(ValueError, match=r"."):
        decode({"nested": [form]})


@pytest.mark.parametrize(
    "form",
    [
        {"$binary": {"base64": "", "subType": "00"}},
        {"$binary": "", "$type": "00"},
        {"$numberDecimal": "1.5"},
        {"$timestamp": {"t": 1, "i": 1}},
        {"$minKey": 1},
        {"$maxKey": 1},
        {"$code": "x", "$scope": {}},
    ],
)
def test_types_that_the_sdks_do_not_send_are_refused_by_name(form: dict[str, Any]) -> None:
    with pytest.raises(NotSupportedByFake) as refused:
        decode(form)
    assert min(form) in str(refused.value)


#: Operators may be keys; the names of types may not, they would not be keys when read.
KEYS = st.one_of(
    st.text(max_size=5).filter(lambda key: not key.startswith("$")),
    st.sampled_from(["_id", "$gt", "$set", "$each", "a.b", "type", "coordinates"]),
)
DATES = st.integers(-62_135_596_800_000, 253_402_300_799_999).map(from_millis)
REGEXES = st.builds(Regex, st.text(max_size=5), st.sampled_from(["", "i", "im"]))
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-MAX_SAFE_INTEGER, MAX_SAFE_INTEGER),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(),
    DATES,
    REGEXES,
    st.builds(ServerDate, st.integers(-10_000, 10_000)),
)
POINTS = st.tuples(st.floats(-180, 180), st.floats(-90, 90)).map(
    lambda point: {"type": "Point", "coordinates": [*point]}
)
VALUES = st.recursive(
    SCALARS | POINTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=10,
)


@given(value=VALUES, canonical=st.booleans())
@settings(max_examples=100, deadline=None)
def test_round_trip_through_text(value: Any, canonical: bool) -> None:
    read = decode(json.loads(json.dumps(encode(value, canonical=canonical))))
    assert repr(read) == repr(value), "repr tells 1 from 1.0 and True, and the order of keys"


@given(value=VALUES)
@settings(max_examples=50, deadline=None)
def test_neither_way_touches_or_shares_what_it_is_given(value: Any) -> None:
    before = repr(value)
    written = encode(value, canonical=True)
    text = json.dumps(written)
    decode(written)
    assert repr(value) == before
    assert json.dumps(written) == text


MARKS = st.sampled_from(["$numberInt", "$numberLong", "$numberDouble", "$date", "$oid", "offset"])
JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("7"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(MARKS | KEYS, inner, max_size=3),
    max_leaves=10,
)


@given(sent=JSONS)
@settings(max_examples=200, deadline=None)
def test_what_is_read_is_as_the_door_would_keep_it(sent: Any) -> None:
    """So nothing that was read has to be taken in once more."""
    try:
        read = decode(sent)
    except (ValueError, NotSupportedByFake):
        return
    assert repr(take_in(read)) == repr(read)


@pytest.mark.parametrize(
    ("before", "after"), [("[", "]"), ('{"a":', "}"), ('{"$regex":', "}"), ('{"$eq":', "}")]
)
def test_depth_has_a_limit_if_one_is_given(before: str, after: str) -> None:
    def nested(depth: int) -> Any:
        return json.loads(before * depth + "0" + after * depth)

    assert decode(nested(MAX_DEPTH), MAX_DEPTH) == take_in(nested(MAX_DEPTH))
    with pytest.raises(ValueError, match="nested too deeply"):
        decode(nested(MAX_DEPTH + 1), MAX_DEPTH)

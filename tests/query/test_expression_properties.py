"""Expressions: laws that hold for any values."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloud_fake.errors import QueryError
from cloud_fake.query.expressions import evaluate
from cloud_fake.values.dates import from_millis
from cloud_fake.values.kinds import MISSING
from cloud_fake.values.order import equal

moments = st.integers(725_846_400_000, 7_258_118_400_000).map(from_millis)
#: None of these shows a local time twice after 1992, so there is one way back.
zones = st.sampled_from(["UTC", "+08", "+0545", "-03:30", "Asia/Shanghai", "Asia/Tokyo"])
texts = st.text(st.sampled_from("ab-你😀 "), max_size=12)
numbers = st.integers(-1000, 1000) | st.floats(-1000, 1000).filter(lambda value: value % 1)
plain = st.none() | st.booleans() | numbers | texts | moments
values = st.recursive(
    plain | st.just(MISSING),
    lambda inner: (
        st.lists(inner.filter(lambda value: value is not MISSING), max_size=3)
        | st.dictionaries(
            st.sampled_from("abc"), inner.filter(lambda value: value is not MISSING), max_size=3
        )
    ),
    max_leaves=6,
)
arrays = st.lists(plain, max_size=6)


def calculate(operator: str, *operands: Any) -> Any:
    """The operator over fields that hold the operands."""
    names = "abcd"[: len(operands)]
    fields = zip(names, operands, strict=True)
    document = {name: value for name, value in fields if value is not MISSING}
    return evaluate({operator: [f"${name}" for name in names]}, document)


# --- dates ---------------------------------------------------------------------------------------


@given(moment=moments, zone=zones, iso=st.booleans())
def test_parts_lead_back_to_the_date(moment, zone, iso):
    parts = evaluate({"$dateToParts": {"date": moment, "timezone": zone, "iso8601": iso}}, {})
    assert evaluate({"$dateFromParts": {**parts, "timezone": zone}}, {}) == moment


@given(moment=moments, zone=zones)
def test_each_part_is_among_the_parts(moment, zone):
    where = {"date": moment, "timezone": zone}
    names = {"year": "$year", "month": "$month", "day": "$dayOfMonth", "hour": "$hour"}
    parts = evaluate({"$dateToParts": where}, {})
    for name, operator in names.items():
        assert evaluate({operator: where}, {}) == parts[name]


@given(moment=moments, zone=zones)
def test_strings_lead_back_to_the_date(moment, zone):
    written = evaluate({"$dateToString": {"date": moment}}, {})
    assert evaluate({"$dateFromString": {"dateString": written}}, {}) == moment
    assert evaluate({"$toDate": {"$toString": moment}}, {}) == moment
    for format_ in ("%Y-%m-%dT%H:%M:%S.%L%z", "%d/%m/%Y %H.%M.%S,%L %z", "%G-%V-%u %H%M%S%L%z"):
        local = {"date": moment, "timezone": zone, "format": format_}
        written = evaluate({"$dateToString": local}, {})
        assert (
            evaluate({"$dateFromString": {"dateString": written, "format": format_}}, {}) == moment
        )


@given(moment=moments, millis=st.integers(-(10**12), 10**12))
def test_dates_move_by_milliseconds(moment, millis):
    moved = calculate("$add", moment, millis)
    assert calculate("$subtract", moved, moment) == millis
    assert calculate("$subtract", moved, millis) == moment


# --- strings -------------------------------------------------------------------------------------


@given(text=texts, separator=texts.filter(bool))
def test_what_is_split_joins_again(text, separator):
    first, *rest = calculate("$split", text, separator)
    joined = evaluate(
        {
            "$reduce": {
                "input": "$rest",
                "initialValue": "$first",
                "in": {"$concat": ["$$value", "$separator", "$$this"]},
            }
        },
        {"first": first, "rest": rest, "separator": separator},
    )
    assert joined == text


@given(text=texts, sought=texts.filter(bool))
def test_what_is_found_lies_there(text, sought):
    index = calculate("$indexOfCP", text, sought)
    assert (index == -1) == (sought not in text)
    if index >= 0:
        assert calculate("$substrCP", text, index, len(sought)) == sought


@given(one=texts, other=texts)
def test_bytes_count_as_utf8(one, other):
    whole = calculate("$concat", one, other)
    cut = calculate("$strLenBytes", one)
    assert calculate("$substrBytes", whole, 0, cut) == one
    assert calculate("$substrBytes", whole, cut, -1) == other
    assert calculate("$indexOfBytes", whole, other, cut) == cut


@given(text=texts, chars=texts)
def test_trimming_both_ends_is_trimming_each(text, chars):
    both = evaluate({"$trim": {"input": "$t", "chars": "$c"}}, {"t": text, "c": chars})
    left = {"$ltrim": {"input": "$t", "chars": "$c"}}
    assert evaluate({"$rtrim": {"input": left, "chars": "$c"}}, {"t": text, "c": chars}) == both


# --- sets and arrays -----------------------------------------------------------------------------


@given(one=arrays, other=arrays)
def test_sets_obey_the_laws_of_sets(one, other):
    both = calculate("$setIntersection", one, other)
    only = calculate("$setDifference", one, other)
    all_ = calculate("$setUnion", one, other)
    assert calculate("$setEquals", all_, calculate("$setUnion", other, one))
    assert calculate("$setEquals", one, calculate("$setUnion", both, only))
    assert calculate("$setIsSubset", both, other)
    assert calculate("$setIntersection", only, other) == []
    assert len(all_) == len(only) + len(calculate("$setUnion", other))


@given(array=arrays, count=st.integers(1, 8))
def test_slices_make_the_whole(array, count):
    head, rest = calculate("$slice", array, count), calculate("$slice", array, count, 99)
    assert calculate("$concatArrays", head, rest) == array
    assert calculate("$reverseArray", calculate("$reverseArray", array)) == array


@given(document=st.dictionaries(st.sampled_from("abcdef"), plain))
def test_objects_lead_back_from_arrays(document):
    pairs = calculate("$objectToArray", document)
    assert calculate("$arrayToObject", pairs) == document
    assert calculate("$arrayToObject", [[pair["k"], pair["v"]] for pair in pairs]) == document


# --- order and arithmetic ------------------------------------------------------------------------


@given(one=values, other=values)
def test_comparisons_agree_with_each_other(one, other):
    order = calculate("$cmp", one, other)
    assert calculate("$cmp", other, one) == -order
    assert calculate("$eq", one, other) is (order == 0) is equal(one, other)
    assert calculate("$ne", one, other) is (order != 0)
    assert calculate("$lt", one, other) is (order < 0) is calculate("$gt", other, one)
    assert calculate("$lte", one, other) is (order <= 0) is calculate("$gte", other, one)


@given(dividend=st.integers(0, 2**40), divisor=st.integers(1, 2**20))
def test_remainders_have_the_sign_of_the_dividend(dividend, divisor):
    for sign in (1, -1):
        remainder = calculate("$mod", sign * dividend, divisor)
        assert remainder == sign * (dividend % divisor)


# --- constants -----------------------------------------------------------------------------------

_BINARY = [
    "$add", "$multiply", "$subtract", "$divide", "$mod", "$pow", "$log", "$eq", "$gt", "$lte",
    "$cmp", "$and", "$or", "$ifNull", "$arrayElemAt", "$concatArrays", "$in", "$indexOfArray",
    "$slice", "$setUnion", "$setDifference", "$setIsSubset", "$concat", "$split", "$strcasecmp",
    "$indexOfCP", "$mergeObjects", "$sum", "$avg", "$max", "$min", "$stdDevPop",
]  # fmt: skip


def outcome(expression: Any, document: Any) -> Any:
    try:
        return repr(evaluate(expression, document))
    except QueryError as error:
        return error.code, error.text


@pytest.mark.parametrize("operator", _BINARY)
@settings(max_examples=40)
@given(one=values, other=values)
def test_constants_count_as_fields_do(operator, one, other):
    """Folding, and closures that are made for a constant, change nothing."""
    fields = {"a": one, "b": other}
    document = {name: value for name, value in fields.items() if value is not MISSING}
    literal = ["$$REMOVE" if value is MISSING else {"$literal": value} for value in fields.values()]
    expected = outcome({operator: ["$a", "$b"]}, document)
    assert outcome({operator: literal}, document) == expected
    assert outcome({operator: ["$a", literal[1]]}, document) == expected
    assert outcome({operator: [literal[0], "$b"]}, document) == expected

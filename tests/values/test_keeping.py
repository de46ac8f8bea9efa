"""Keeping: a copy of what somebody else may yet edit, in which nothing is changed."""

from __future__ import annotations

from collections import Counter, OrderedDict
from types import MappingProxyType
from typing import NamedTuple

import pytest

from cloud_fake.models.results import Result
from cloud_fake.values.keeping import Packed, kept, packed, unpacked


class Pair(NamedTuple):
    a: object
    b: object


ODD = object()

KEPT = [
    # given, kept
    (5, 5),
    ({}, {}),
    ({"a": 1, 2: None, "c": b"x"}, {"a": 1, 2: None, "c": b"x"}),
    ({"a": {"b": {"c": [1]}}}, {"a": {"b": {"c": [1]}}}),
    ([1, [2, {"a": []}]], [1, [2, {"a": []}]]),
    (({"a": []}, 1), ({"a": []}, 1)),
    (MappingProxyType({"a": [1]}), {"a": [1]}),
    (OrderedDict(b=[1], a=2), {"b": [1], "a": 2}),
    (Pair(ODD, 1), Pair(ODD, 1)),
    ({"odd": ODD, "set": {1}}, {"odd": ODD, "set": {1}}),
]


@pytest.mark.parametrize(("given", "copy"), KEPT)
def test_what_is_kept(given, copy):
    for value, expected in ((given, copy), ([given], [copy]), ({"k": given}, {"k": copy})):
        found = kept(value)
        assert found == expected
        assert type(found) is type(expected)


@pytest.mark.parametrize(("given", "copy"), KEPT)
def test_an_object_that_was_packed_is_as_if_kept(given, copy):
    found = unpacked(packed({"k": given}))
    assert found == {"k": copy}
    assert type(found["k"]) is type(copy)


def test_each_who_unpacks_has_a_copy_of_his_own():
    original = {"list": [1]}
    held = packed(original)
    assert type(held) is Packed
    original["list"].append(2)
    unpacked(held)["list"].append(3)
    assert unpacked(held) == {"list": [1]}


@pytest.mark.parametrize("kind", [Result, OrderedDict, Counter])
def test_only_what_is_made_as_a_dictionary_is_made_again(kind):
    given = kind({"a": 1})
    expected = Result if kind is Result else dict
    for found in (kept(given), unpacked(packed(given))):
        assert type(found) is expected
        assert found == {"a": 1}


def test_nobody_who_edits_the_original_edits_what_is_kept():
    inner, flat = [1], {"n": 1}
    original = {"flat": flat, "list": [flat, inner], "tuple": (inner, flat), "n": 1}
    copy = kept(original)
    flat["n"] = inner[0] = original["n"] = 2
    flat["more"] = inner
    assert copy == {
        "flat": {"n": 1},
        "list": [{"n": 1}, [1]],
        "tuple": ([1], {"n": 1}),
        "n": 1,
    }


def test_an_answer_stays_one_with_its_attributes():
    answer = Result({"data": [{"a": 1}]})
    copy = kept(answer)
    assert type(copy) is Result
    assert copy.data == [{"a": 1}]
    assert copy.data[0] is not answer.data[0]


@pytest.mark.parametrize("times", [1, 2, 3])
def test_what_is_within_itself_is_kept_somehow_and_soon(times):
    circle = {"list": []}
    circle["list"] += [circle] * times
    copy = kept(circle)
    assert copy is not circle
    assert copy["list"][0]["list"][0].keys() == {"list"}

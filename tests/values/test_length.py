"""How long a value's JSON text is, told without writing most of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloud_fake.values.crossing import _at_most, cross, longer_than
from cloud_fake.values.keeping import Packed

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False)
    | st.text(st.characters(codec="utf-8"), max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4)
    ),
)


def written(value: Any) -> int:
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


@settings(max_examples=100, deadline=None)
@given(values)
def test_the_rough_count_is_never_too_low(value: Any) -> None:
    assert written(value) <= _at_most(value)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.text(max_size=4), values | st.binary(max_size=8), max_size=4))
def test_what_is_packed_has_no_longer_text_once_it_has_crossed(value: Any) -> None:
    assert written(cross(value)) <= Packed(value).most


@pytest.mark.parametrize(
    "value",
    ["", "x" * 100, '"' * 50, "\x01" * 50, [0] * 40, {"a" * 50: [{}] * 20}, [[[[[[]]]]]], 1.5e-300],
)
def test_the_limit_itself_is_not_longer(value: Any) -> None:
    length = written(value)
    assert not longer_than(value, length)
    assert longer_than(value, length - 1)


def test_what_is_nested_deep_is_measured_all_the_same() -> None:
    value: Any = []
    for _ in range(5000):
        value = [value]
    assert not longer_than(value, 10**6)


def test_what_json_has_no_words_for_is_given_some() -> None:
    assert not longer_than([{1}], 8, words=lambda _odd: "1234")
    assert longer_than([{1}], 7, words=lambda _odd: "1234")

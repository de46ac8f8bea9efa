"""YAML as plain data, with the place of everything in it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloud_fake.scenarios.composing import Mark, Misplaced, compose

#: YAML 1.2.2, 10.3.2, "Core Schema"; the right column of the older YAML 1.1 where it differs.
SCALARS: list[tuple[str, Any]] = [
    ("~", None),
    ("null", None),
    ("", None),
    ("true", True),
    ("False", False),
    ("yes", "yes"),  # 1.1: true
    ("on", "on"),  # 1.1: true
    ("7", 7),
    ("-7", -7),
    ("+7", 7),
    ("007", 7),
    ("0o17", 15),
    ("0x1F", 31),
    ("1_000", "1_000"),  # 1.1: 1000
    ("10:30", "10:30"),  # 1.1: 630
    ("01:00", "01:00"),
    ("1.5", 1.5),
    ("-.5", -0.5),
    ("1e3", 1000.0),
    (".inf", ".inf"),  # no record can hold it
    ("2026-03-04", "2026-03-04"),  # 1.1: a date
    ("'7'", "7"),
    ('"true"', "true"),
    ("!!str 7", "7"),
    ("milk & tea", "milk & tea"),
]


@pytest.mark.parametrize(("text", "value"), SCALARS, ids=repr)
def test_a_scalar(text: str, value: Any) -> None:
    read = compose(f"a: {text}").data["a"]
    assert (read, type(read)) == (value, type(value))


def test_keys_are_texts() -> None:
    assert compose("{404: a, true: b, null: c, $gt: d}").data == {
        "404": "a",
        "true": "b",
        "null": "c",
        "$gt": "d",
    }


def test_an_alias_is_what_it_stands_for() -> None:
    assert compose("{a: &milk {n: 1}, b: *milk}").data == {"a": {"n": 1}, "b": {"n": 1}}


def test_where_things_stand() -> None:
    tree = compose("name: a\nsteps:\n  - call: x\n    with: {data: [1, {n: 2}]}\n")
    assert tree.value(("steps", 0, "with", "data", 1, "n")) == Mark(4, 26)
    assert tree.key(("steps", 0, "with", "data", 1, "n")) == Mark(4, 23)
    assert tree.value(("steps", 0)) == Mark(3, 5)
    assert tree.key(("steps", 0)) == Mark(3, 5)
    assert tree.value(("steps", 0, "missing", "more")) == Mark(3, 5)
    assert str(tree.value(())) == "1:1"


WRONG: list[tuple[str, str, str]] = [
    ("", "1:1", "the file is empty"),
    ("# nothing\n", "1:1", "the file is empty"),
    ("a: [", "1:5", "expected the node content, but found '<stream end>'"),
    ("- a\nb", "2:2", "could not find expected ':'"),
    ("a: 1\nb: 2\na: 3", "3:1", "the key 'a' stands here twice"),
    ("a: &b [*b]", "1:4", "this stands within itself"),
    ("a: *b", "1:4", "found undefined alias 'b'"),
    ("? [1]\n: 2", "1:3", "a key is a text"),
    ("a: !python/name:os.system x", "1:4", "the tag '!python/name:os.system' has no meaning here"),
    ("a: !!python/name:os.system x", "1:4", "has no meaning here"),
    ("a: !!binary aGk=", "1:4", "has no meaning here"),
    ("a: !!int x", "1:4", "'x' is no int"),
    ("a: b\n\x01", "2:1", "no YAML has the character 0x1"),
    ("a: 1\n---\nb: 2", "2:1", "but found another document"),
]


@pytest.mark.parametrize(("text", "place", "said"), WRONG, ids=lambda part: repr(part)[:40])
def test_what_is_wrong_and_where(text: str, place: str, said: str) -> None:
    with pytest.raises(Misplaced) as caught:
        compose(text)
    assert str(caught.value.mark) == place
    assert said in caught.value.text


#: JSON writes what lies beyond as two escapes, which are two characters to YAML.
TEXTS = st.text(st.characters(max_codepoint=0xD7FF), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=10,
)


@settings(max_examples=80, deadline=None)
@given(VALUES)
def test_json_is_yaml(value: Any) -> None:
    assert compose(json.dumps(value)).data == value

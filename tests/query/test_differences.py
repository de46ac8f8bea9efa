"""`updatedFields` and `removedFields` of a realtime change."""

from __future__ import annotations

import pytest

from cloud_fake.query.differences import updated_fields

#: (before, after, updated, removed)
DIFFERENCES = {
    "nothing": ({"a": 1}, {"a": 1}, {}, []),
    "a value": ({"a": 1, "b": 1}, {"a": 2, "b": 1}, {"a": 2}, []),
    "an equal number": ({"a": 1}, {"a": 1.0}, {}, []),
    "true is not 1": ({"a": 1}, {"a": True}, {"a": True}, []),
    "a new field": ({}, {"a": {"b": 1}}, {"a": {"b": 1}}, []),
    "null is a value": ({"a": 1}, {"a": None}, {"a": None}, []),
    "a removed field": ({"a": 1, "b": 2}, {"b": 2}, {}, ["a"]),
    "a leaf": ({"a": {"b": {"c": 1, "d": 1}}}, {"a": {"b": {"c": 2, "d": 1}}}, {"a.b.c": 2}, []),
    "a removed leaf": ({"a": {"b": 1}}, {"a": {}}, {}, ["a.b"]),
    "a renamed leaf": ({"a": {"b": 1}}, {"a": {"c": 1}}, {"a.c": 1}, ["a.b"]),
    "another order of keys": ({"a": {"b": 1, "c": 2}}, {"a": {"c": 2, "b": 1}}, {}, []),
    "an object for a scalar": ({"a": 1}, {"a": {}}, {"a": {}}, []),
    "an array for an object": ({"a": {"0": 1}}, {"a": [1]}, {"a": [1]}, []),
    "an element": ({"a": [1, 2]}, {"a": [1, 3]}, {"a.1": 3}, []),
    "in an element": ({"a": [{"b": 1, "c": 1}]}, {"a": [{"b": 2}]}, {"a.0.b": 2}, ["a.0.c"]),
    "an inner array": ({"a": [[1], [2]]}, {"a": [[1], [3]]}, {"a.1.0": 3}, []),
    "a longer array": ({"a": [1]}, {"a": [1, 2]}, {"a": [1, 2]}, []),
    "a shorter array": ({"a": {"b": [1, 2]}}, {"a": {"b": [2]}}, {"a.b": [2]}, []),
}


@pytest.mark.parametrize(
    ("before", "after", "updated", "removed"), DIFFERENCES.values(), ids=DIFFERENCES
)
def test_differences(before, after, updated, removed):
    assert updated_fields(before, after) == (updated, removed)


def test_what_is_shared_is_not_looked_at():
    class Untouchable(dict):
        """Would say if anybody looked."""

        def __iter__(self):
            raise AssertionError

    shared = Untouchable(a=1)
    assert updated_fields({"a": shared, "b": 1}, {"a": shared, "b": 2}) == ({"b": 2}, [])

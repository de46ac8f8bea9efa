"""The one order of all values, and equality: MongoDB's, across kinds.

`missing < null < numbers < strings < objects < arrays < booleans < dates < regexes`. Strings
compare by code point (which is the order of their UTF-8 bytes), objects pair by pair (the value's
kind, then the key, then the value; a prefix is smaller), arrays element by element. Numbers compare
by value, and `True` is never `1`.
"""

from __future__ import annotations

from math import isnan
from typing import Any, TypeAlias

from cloud_fake.values.dates import DATE_TYPE
from cloud_fake.values.kinds import Kind, Value, kind_of

__all__ = ["SortKey", "compare", "equal", "sort_key"]

#: Keys of two values compare as the values do.
SortKey: TypeAlias = tuple[Any, ...]

_PLAIN = frozenset({int, str, DATE_TYPE[0]})
#: A prefix of every number's key: below all of them.
_NAN_KEY = (Kind.NUMBER,)


def sort_key(value: Value) -> SortKey:
    """A tuple that sorts as MongoDB sorts the value. Missing sorts before null, not with it."""
    kind = kind_of(value)
    if kind is Kind.OBJECT:
        return (
            kind,
            tuple((kind_of(item), key, sort_key(item)) for key, item in value.items()),
        )
    if kind is Kind.ARRAY:
        return (kind, tuple(map(sort_key, value)))
    if kind is Kind.REGEX:
        return (kind, value.pattern, value.options)
    if kind is Kind.NUMBER:
        # NaN compares with nothing in Python and below every number in MongoDB.
        return _NAN_KEY if isnan(value) else (kind, value)
    if kind in (Kind.NULL, Kind.MISSING):
        return (kind,)
    return (kind, value)


def compare(left: Value, right: Value) -> int:
    """-1, 0 or 1."""
    if type(left) is type(right) and type(left) in _PLAIN:
        return bool(left > right) - bool(left < right)
    one, other = sort_key(left), sort_key(right)
    return (one > other) - (one < other)


def equal(left: Value, right: Value) -> bool:
    """Whether MongoDB calls the two values equal; the order of an object's keys counts."""
    kind = type(left)
    if kind is type(right) and kind in _PLAIN:
        return bool(left == right)
    return sort_key(left) == sort_key(right)

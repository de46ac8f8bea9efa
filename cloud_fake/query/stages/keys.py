"""Query stages: hashable stand-ins of values, equal exactly where MongoDB calls them equal."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

from cloud_fake.values.dates import DATE_TYPE
from cloud_fake.values.order import sort_key

if TYPE_CHECKING:
    from collections.abc import Hashable

    from cloud_fake.values.kinds import Value

__all__ = ["OWN_KEYS", "key_of"]

#: The types whose values stand for themselves; `True` is not among them, for it equals 1 in Python.
OWN_KEYS = frozenset({str, int, type(None), DATE_TYPE[0]})


def key_of(value: Value) -> Hashable:
    """A key for dictionaries: `1` and `1.0` have the same, `1` and `True` have not."""
    if type(value) in OWN_KEYS or (type(value) is float and not isnan(value)):
        own: Hashable = value
        return own
    return sort_key(value)

"""Keeping: a copy of what somebody else holds and may yet edit, to be looked at later.

Nothing is checked and nothing changed: this is for a transcript, which has to tell what was said
when it was said. What is no object and no array is kept as it is. Every field is looked at: what
`handout` knows of an object by its being tracked is sure only of those that this house has made.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["kept"]

#: What is nested deeper is within itself, or nobody reads it.
_DEPTH = 100


def kept(value: Any, depth: int = _DEPTH) -> Any:
    """The value as it is now; an object with attributes, as an SDK's answers are, stays one."""
    if type(value) in _PLAIN:
        return value
    if type(value) is list or type(value) is tuple:
        return _kept_array(value, depth)
    copy = _copied(value)
    if copy is None:
        return value
    for key, item in copy.items():
        if type(item) not in _PLAIN and depth:
            copy[key] = kept(item, depth - 1)
    return copy


def _kept_array(array: list[Any] | tuple[Any, ...], depth: int) -> list[Any] | tuple[Any, ...]:
    copy = list(array)
    for index, item in enumerate(copy):
        if type(item) not in _PLAIN and depth:
            copy[index] = kept(item, depth - 1)
    return copy if type(array) is list else tuple(copy)


def _copied(value: Any) -> dict[Any, Any] | None:
    """An object with the same fields, itself editable; None if the value is no object."""
    kind = type(value)
    if kind is dict:
        return value.copy()  # type: ignore[no-any-return]  # which the type has just told
    if isinstance(value, dict):  # asked in no time, unlike the last
        return kind(value) if kind.__init__ is dict.__init__ else dict(value)
    return dict(value) if isinstance(value, Mapping) else None


_PLAIN = frozenset({str, int, float, bool, type(None), bytes})

"""Keeping: a copy of what somebody else holds and may yet edit, to be looked at later.

Nothing is checked and nothing changed: this is for a transcript, which has to tell what was said
when it was said. What is no object and no array is kept as it is. Every field is looked at: what
`handout` knows of an object by its being tracked is sure only of those that this house has made.

What has crossed as JSON is mostly plain, and kept in bytes: they are made in C, take a fifth of the
room, and whoever looks gets a copy of his own.
"""

from __future__ import annotations

import marshal
from collections.abc import Mapping
from typing import Any

__all__ = ["Packed", "kept", "packed", "unpacked"]


def kept(value: Any) -> Any:
    """The value as it is now; an object with attributes, as an SDK's answers are, stays one."""
    try:
        return _kept(value)
    except RecursionError:
        # It is within itself, perhaps more than once: nobody could read it to its end.
        return value.copy() if isinstance(value, (dict, list)) else value


def packed(value: dict[str, Any]) -> object:
    """The object as it is now, for `unpacked` to make a copy of.

    Args:
        value: what has crossed as JSON, and so is not within itself.
    """
    try:
        return Packed(value)
    except ValueError:  # something in it is not plain, as a date is
        return kept(value)


def unpacked(held: Any) -> Any:
    """What was packed, for whoever may edit it; anything else as it is."""
    return held.open() if type(held) is Packed else held


class Packed:
    """An object of plain values in bytes.

    Attributes:
        kind: what it is made of again.
        text: the bytes.
    """

    __slots__ = ("kind", "text")

    def __init__(self, value: dict[str, Any]) -> None:
        """Write it.

        Raises:
            ValueError: something in it is not plain.
        """
        self.kind = kind = type(value)
        # The second version of the format names no string by an earlier one: each is counted.
        self.text = marshal.dumps(value if kind is dict else {**value}, 2)

    @property
    def most(self) -> int:
        """How many characters its JSON text has at most: none is six times as long as this."""
        return 6 * len(self.text)

    def open(self) -> dict[str, Any]:
        """A copy."""
        copy: dict[str, Any] = marshal.loads(self.text)  # noqa: S302 - which is our own
        return _like(self.kind, copy)


def _kept(value: Any) -> Any:
    if type(value) in _PLAIN:
        return value
    if type(value) is list or type(value) is tuple:
        return _kept_array(value)
    copy = _copied(value)
    if copy is None:
        return value
    for key, item in copy.items():
        if type(item) not in _PLAIN:
            copy[key] = _kept(item)
    return copy


def _kept_array(array: list[Any] | tuple[Any, ...]) -> list[Any] | tuple[Any, ...]:
    copy = list(array)
    for index, item in enumerate(copy):
        if type(item) not in _PLAIN:
            copy[index] = _kept(item)
    return copy if type(array) is list else tuple(copy)


def _copied(value: Any) -> dict[Any, Any] | None:
    """An object with the same fields, itself editable; None if the value is no object."""
    kind = type(value)
    if kind is dict:
        return value.copy()  # type: ignore[no-any-return]  # which the type has just told
    if isinstance(value, dict):  # asked in no time, unlike the last
        return _like(kind, dict(value))
    return dict(value) if isinstance(value, Mapping) else None


def _like(kind: Any, copy: dict[Any, Any]) -> dict[Any, Any]:
    """The same as an object of that kind, if that is made as a dictionary is."""
    return kind(copy) if kind is not dict and kind.__init__ is dict.__init__ else copy


_PLAIN = frozenset({str, int, float, bool, type(None), bytes})

"""Keeping: a copy of what somebody else holds and may yet edit, to be looked at later.

Nothing is checked and nothing changed: this is for a transcript, which has to tell what was said
when it was said. What is no object and no array is kept as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["kept"]

#: What is nested deeper is within itself, or nobody reads it.
_DEPTH = 100


def kept(value: Any, depth: int = _DEPTH) -> Any:
    """The value as it is now; an object with attributes, as an SDK's answers are, stays one."""
    kind = type(value)
    if kind is list or kind is tuple:
        return kind(
            [kept(item, depth - 1) if _is_editable(item, depth) else item for item in value]
        )
    if not isinstance(value, (dict, Mapping)):
        return value
    is_dressed = kind is not dict and isinstance(value, dict) and kind.__init__ is dict.__init__
    copy = kind(value) if is_dressed else dict(value)
    for key, item in copy.items():
        if type(item) not in _PLAIN and depth:
            copy[key] = kept(item, depth - 1)
    return copy


def _is_editable(item: Any, depth: int) -> bool:
    return bool(depth) and type(item) not in _PLAIN


_PLAIN = frozenset({str, int, float, bool, type(None), bytes})

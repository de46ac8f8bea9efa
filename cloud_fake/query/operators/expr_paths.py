"""Query floor: how aggregation expressions read paths: through objects, and over arrays of them.

Unlike a query's path, an expression's path never indexes an array: `"$a.0"` looks for a key `0`.
A path through an array gives the array of what its object elements hold there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloud_fake.values.kinds import MISSING, Document, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cloud_fake.query.operators.expr_scope import Expression

__all__ = ["inside", "reader"]


def reader(segments: Sequence[str]) -> Expression:
    """What a document holds at a path of one segment or more."""
    match segments:
        case [name]:
            return lambda document: document.get(name, MISSING)
        case [name, below]:
            return _two_deep(name, below)
    enter = inside(segments[1:])
    name = segments[0]
    return lambda document: enter(document.get(name))


def _two_deep(name: str, below: str) -> Expression:
    enter = inside([below])

    def read(document: Document) -> Value:
        value = document.get(name)
        return value.get(below, MISSING) if type(value) is dict else enter(value)

    return read


def inside(segments: Sequence[str]) -> Callable[[Value], Value]:
    """What a value holds at a path: an object answers, an array asks its objects."""
    read = reader(segments)

    def enter(value: Value) -> Value:
        if type(value) is dict:
            return read(value)
        if type(value) is list:
            found = [read(item) for item in value if type(item) is dict]
            return [item for item in found if item is not MISSING]
        return MISSING

    return enter

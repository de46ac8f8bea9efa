"""Query stages: dotted paths as stages write them, through objects only, never into arrays.

A stage's output field (`as`, `includeArrayIndex`, `distanceField`) makes the objects on its way and
replaces whatever else stands there, arrays too. Documents are copied along the path, never edited.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloud_fake.errors import QueryError
from cloud_fake.values.kinds import MISSING, Document, Missing, Value
from cloud_fake.values.paths import split

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["field_path", "nested", "with_nested", "without_nested", "writer"]


def field_path(path: str) -> tuple[str, ...]:
    """The segments of a field path that a stage was given.

    Raises:
        QueryError: the path is empty, has an empty segment or one that starts with `$`.
    """
    if not path:
        raise QueryError(40352, "FieldPath cannot be constructed with empty string")
    if path.endswith("."):
        raise QueryError(40353, "FieldPath must not end with a '.'.")
    segments = split(path)
    for segment in segments:
        if not segment:
            raise QueryError(15998, "FieldPath field names may not be empty strings.")
        if segment[0] == "$":
            raise QueryError(16410, "FieldPath field names may not start with '$'.")
    return segments


def nested(document: Document, segments: Sequence[str]) -> Value | Missing:
    """The value at a path that leads through objects only."""
    value: Value = document
    for segment in segments:
        if type(value) is not dict:
            return MISSING
        value = value.get(segment, MISSING)
    return value


def writer(segments: Sequence[str]) -> Callable[[Document, Value], Document]:
    """`with_nested` for one path and many documents."""
    if len(segments) > 1:
        return lambda document, value: with_nested(document, segments, value)
    [name] = segments

    def write(document: Document, value: Value) -> Document:
        copy = document.copy()
        copy[name] = value
        return copy

    return write


def with_nested(document: Document, segments: Sequence[str], value: Value) -> Document:
    """The document with `value` at the path; what stands in the way becomes an object."""
    name, *rest = segments
    copy = document.copy()
    if rest:
        below = copy.get(name)
        value = with_nested(below if type(below) is dict else {}, rest, value)
    copy[name] = value
    return copy


def without_nested(document: Document, segments: Sequence[str]) -> Document:
    """The document without the field at the path, which must be there."""
    name, *rest = segments
    copy = document.copy()
    if rest:
        copy[name] = without_nested(copy[name], rest)
    else:
        del copy[name]
    return copy

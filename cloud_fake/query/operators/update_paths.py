"""Query floor, update operators: the paths they write to, and what `$` means in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cloud_fake.errors import QueryError
from cloud_fake.query.operators.update_faults import Path, dollar_prefixed, dotted
from cloud_fake.query.writing import EVERY
from cloud_fake.values.paths import split

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["array_of", "segments_of", "with_index"]

_BAD_VALUE, _EMPTY_FIELD_NAME = 2, 56

#: The segment that means the element which the query matched.
_MATCHED = "$"
_ARRAY_FILTER = re.compile(r"\$\[(.*)\]", re.DOTALL)


def segments_of(path: str) -> Path:
    """The path, split and checked.

    Raises:
        QueryError: an empty segment, or a `$` where it means nothing.
    """
    segments = split(path)
    if "" in segments:
        text = f"The update path '{path}' contains an empty field name, which is not allowed."
        raise QueryError(_EMPTY_FIELD_NAME, text)
    if any(segment.startswith("$") for segment in segments):
        _refuse_misplaced(segments)
        for depth, segment in enumerate(segments):
            _refuse_unknown(segment, segments[:depth], segments)
    return segments


def _refuse_misplaced(segments: Path) -> None:
    path = f"in path '{dotted(segments)}'"
    if segments[0] == _MATCHED:
        text = f"Cannot have positional (i.e. '$') element in the first position {path}"
        raise QueryError(_BAD_VALUE, text)
    if segments.count(_MATCHED) > 1:
        raise QueryError(_BAD_VALUE, f"Too many positional (i.e. '$') elements found {path}")
    if _ARRAY_FILTER.fullmatch(segments[0]):
        text = "Cannot have array filter identifier (i.e. '$[<id>]') element in the first position"
        raise QueryError(_BAD_VALUE, f"{text} {path}")


def _refuse_unknown(segment: str, above: Path, segments: Path) -> None:
    if segment in (_MATCHED, EVERY) or not segment.startswith("$"):
        return
    array_filter = _ARRAY_FILTER.fullmatch(segment)
    if array_filter:
        text = f"No array filter found for identifier '{array_filter[1]}' in path"
        raise QueryError(_BAD_VALUE, f"{text} '{dotted(segments)}'")
    raise dollar_prefixed(segment, above)


def array_of(path: str) -> str | None:
    """The array whose matched element the path asks for: `a.b` of `a.b.$.c`."""
    segments = split(path)
    return dotted(segments[: segments.index(_MATCHED)]) if _MATCHED in segments else None


def with_index(segments: Path, indexes: Mapping[str, int]) -> Path:
    """The path with the index of its array, if it is known, in the place of `$`."""
    if _MATCHED not in segments:
        return segments
    depth = segments.index(_MATCHED)
    index = indexes.get(dotted(segments[:depth]), _MATCHED)
    return (*segments[:depth], str(index), *segments[depth + 1 :])

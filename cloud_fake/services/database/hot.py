"""Indexes that make themselves: for a path that is asked for equality again, with no write between.

Nobody sees them: the records they give are asked the whole query all the same, and come in their
natural order. One is made when a path is asked the second time (the first, if the collection has
an index that begins with it), which costs about one scan; the next write to the collection lets go
of it. So a test that writes and asks in turns never pays for one.
"""

from __future__ import annotations

from collections import defaultdict
from operator import itemgetter
from typing import TYPE_CHECKING, Final, TypeAlias

from cloud_fake.values.dates import DATE_TYPE
from cloud_fake.values.paths import split

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence

    from cloud_fake.state import Draft
    from cloud_fake.values.kinds import Document, Value

__all__ = ["narrowed"]

#: Records by the value at a path.
HotIndex: TypeAlias = "Mapping[Value, Sequence[Document]]"

#: The path has been asked once.
_ASKED: Final = object()
#: Fewer records are scanned as quickly.
_WORTH_IT = 100
#: The types whose values a dictionary finds as MongoDB does. Not `bool`, for which 1 is True, and
#: no containers: an array is found by its elements.
_FOUND_BY_HASH = frozenset({str, int, float, type(None), DATE_TYPE[0]})


def narrowed(
    draft: Draft, table: Hashable, equalities: Mapping[str, Value], indexed: Collection[str]
) -> Sequence[Document] | None:
    """The fewest records among which are all that meet these equalities; None if nothing is known.

    Args:
        draft: what is read.
        table: the records'.
        equalities: what is asked, scalars by path.
        indexed: the paths with which the collection's own indexes begin.
    """
    notes = draft.notes(table)
    if notes is None or len(draft.rows(table)) < _WORTH_IT:
        return None
    found = None
    for path, wanted in equalities.items():
        known = notes.get(path, _ASKED if path in indexed else None)
        if known is _ASKED:
            known = notes[path] = _index(list(draft.rows(table)), path)
        elif known is None:
            notes[path] = _ASKED
            continue
        if known and type(wanted) is not bool:
            records = known.get(wanted, ())
            found = records if found is None or len(records) < len(found) else found
    return found


def _index(records: list[Document], path: str) -> HotIndex:
    """By what is at the path; empty if that is not for one of them what a dictionary finds."""
    try:
        values = _values(records, split(path))
    except TypeError:  # an array or a scalar is above it
        return {}
    if not _FOUND_BY_HASH.issuperset(map(type, values)):
        return {}
    by_value: defaultdict[Value, list[Document]] = defaultdict(list)
    for value, record in zip(values, records, strict=True):
        by_value[value].append(record)
    return dict(by_value)


def _values(records: list[Document], segments: Iterable[str]) -> list[Value]:
    """What is at the path in each; None, for which nobody asks here, where nothing is.

    Raises:
        TypeError: it leads through something that is no object.
    """
    values: list[Value] = records
    for segment in segments:
        try:
            values = list(map(itemgetter(segment), values))
        except KeyError:
            values = [_entered(value, segment) for value in values]
    return values


def _entered(value: Value, segment: str) -> Value:
    if value is None:
        return None
    if type(value) is not dict:
        raise TypeError
    return value.get(segment)

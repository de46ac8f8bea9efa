"""Indexes that make themselves: for a path that is asked for equality again.

Nobody sees them: the records they give are asked the whole query all the same, and come in their
natural order. One is made when a path is asked the second time (the first, if the collection has
an index that begins with it), which costs about one scan. It outlives a few writes: what was
written since is looked at by itself. Only where a record has come to have the wanted value in its
old place, which the index does not know, is it let go of and all are scanned.
"""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from operator import itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from cloud_fake.values.dates import DATE_TYPE
from cloud_fake.values.paths import split

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Iterable, Mapping

    from cloud_fake.state import Draft
    from cloud_fake.state.notes import Notes
    from cloud_fake.values.kinds import Document, Value

__all__ = ["narrowed"]

#: The path has been asked once.
_ASKED: Final = object()
#: Fewer records are scanned as quickly.
_WORTH_IT = 100
#: The types whose values a dictionary finds as MongoDB does. Not `bool`, for which 1 is True, and
#: no containers: an array is found by its elements.
_FOUND_BY_HASH = frozenset({str, int, float, type(None), DATE_TYPE[0]})


class HotIndex(NamedTuple):
    """Records by the value at a path.

    Attributes:
        path: which.
        by_value: by id as well, in their order; empty if what is at the path is not for all of
            them what a dictionary finds.
        moment: of the table's notes, when it was made.
    """

    path: str
    by_value: Mapping[Value, Mapping[Hashable, Document]]
    moment: int


def narrowed(
    draft: Draft, table: Hashable, equalities: Mapping[str, Value], indexed: Collection[str]
) -> Iterable[Document] | None:
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
    fewest = None
    for path, wanted in equalities.items():
        index = notes.known.get(path, _ASKED if path in indexed else None)
        if index is None:
            notes.known[path] = _ASKED
            continue
        if index is _ASKED:
            index = notes.known[path] = _index(list(draft.rows(table)), path, notes.moment)
        if not index.by_value or type(wanted) is bool:
            continue
        found = _found(index, wanted, notes, partial(draft.get, table))
        if found is None:
            notes.known[path] = _ASKED
        elif fewest is None or len(found) < len(fewest):
            fewest = found
    return None if fewest is None else fewest.values()


def _found(
    index: HotIndex, wanted: Value, notes: Notes, row: Callable[[Hashable], Document | None]
) -> Mapping[Hashable, Document] | None:
    """Those that may have the wanted value, by id and in their order.

    None where nobody knows that order, for one had another value when the index was made.
    """
    found = index.by_value.get(wanted, {})
    written = notes.written_since(index.moment)
    if not written:
        return found
    rows = ((key, row(key)) for key in written)
    now = {key: it for key, it in rows if it is not None and _may_be(it, index.path, wanted)}
    behind = {key: now.pop(key) for key in notes.put_last_since(index.moment) if key in now}
    if not now.keys() <= found.keys():
        return None
    kept = {**found, **now}
    for key in written - now.keys():
        kept.pop(key, None)
    return {**kept, **behind}


def _may_be(record: Document, path: str, wanted: Value) -> bool:
    """Whether a record may be among those that are wanted."""
    value: Value = record
    for segment in split(path):
        if value is None:
            break
        if type(value) is not dict:
            return True
        value = value.get(segment)
    return type(value) not in _FOUND_BY_HASH or value == wanted


def _index(records: list[Document], path: str, moment: int) -> HotIndex:
    try:
        values = _values(records, split(path))
    except TypeError:  # an array or a scalar is above it
        return HotIndex(path, {}, moment)
    if not _FOUND_BY_HASH.issuperset(map(type, values)):
        return HotIndex(path, {}, moment)
    by_value: defaultdict[Value, dict[Hashable, Document]] = defaultdict(dict)
    for value, record in zip(values, records, strict=True):
        by_value[value][record["_id"]] = record
    return HotIndex(path, dict(by_value), moment)


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

"""Query floor: putting documents in order, as `orderBy` and `$sort` do.

MongoDB's order runs across kinds; missing sorts as null. A path may lead to several values through
arrays: ascending the least of them counts, descending the greatest, and an empty array at the end
of the path sorts below null. The sort is stable, which MongoDB's is not: a fake has to give the
same answer every time.

The values to sort by are collected once, a column for each key. Most columns hold values of one
kind that Python itself orders as MongoDB does; only the others pay for being made comparable.

Source: MongoDB manual, "Comparison/Sort Order" and `cursor.sort()`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from math import isqrt
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeAlias

from cloud_fake.errors import QueryError
from cloud_fake.values.dates import DATE_TYPE
from cloud_fake.values.kinds import MISSING, Document, Value
from cloud_fake.values.order import SortKey, sort_key
from cloud_fake.values.paths import index_of, split

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["Order", "compile_order"]

#: Values to sort by, one a document.
Column: TypeAlias = list[Any]

#: Sets of types whose values Python orders among each other as MongoDB does.
_COMPARABLE: frozenset[frozenset[type]] = frozenset(
    {
        frozenset({int}),
        frozenset({float}),
        frozenset({int, float}),
        frozenset({str}),
        frozenset({bool}),
        frozenset({DATE_TYPE[0]}),
    }
)
#: How many times more documents than wanted there must be for leaving most of them out to pay.
_NARROWING_PAYS = 8
#: How many documents are looked at together: what has just been found is still in the cache.
_RUN = 512


def compile_order(keys: Sequence[tuple[str, int]]) -> Order:
    """An order by several keys, the first one counting most.

    Args:
        keys: `(path, 1)` ascending or `(path, -1)` descending.

    Raises:
        QueryError: another direction.
    """
    for _, direction in keys:
        if direction not in (1, -1):
            raise QueryError(2, "bad sort specification")
    return Order(tuple(_Key(split(path), direction == -1) for path, direction in keys))


@dataclass(frozen=True, slots=True)
class Order:
    """A compiled order."""

    keys: tuple[_Key, ...]

    def sorted(
        self, documents: Iterable[Document], skip: int = 0, limit: int | None = None
    ) -> list[Document]:
        """The documents in order, without the first `skip`, at most `limit` of them.

        The documents themselves, not copies.
        """
        if not self.keys:
            return list(documents)[skip:][:limit]
        end = None if limit is None else skip + limit
        left = list(documents) if end is None else self._narrowed(documents, end)
        columns = [key.column(left) for key in self.keys]
        return [left[row] for row in self._sort(columns)[skip:end]]

    def _narrowed(self, documents: Iterable[Document], count: int) -> list[Document]:
        """Those that may be among the first so many, and some more."""
        rest, left, many = iter(documents), list[Document](), count * _NARROWING_PAYS
        while run := list(islice(rest, _RUN)):
            left += run
            if len(left) > many:
                left = self.keys[0].narrowed(left, count)
                many = max(many, 2 * len(left))  # equal ones stay, however many
        return left

    def _sort(self, columns: list[Column]) -> Sequence[int]:
        """The rows in order."""
        # Stable sorts from the least key to the first: no tuples to build and compare.
        rows: Sequence[int] = range(len(columns[0]))
        for key, column in zip(reversed(self.keys), reversed(columns), strict=True):
            rows = sorted(rows, key=column.__getitem__, reverse=key.descending)
        return rows


@dataclass(frozen=True, slots=True)
class _Key:
    """One key of an order."""

    path: tuple[str, ...]
    descending: bool

    def column(self, documents: list[Document]) -> Column:
        """What to sort the documents by: plain values where that will do."""
        values = _values(documents, self.path)
        if frozenset(map(type, values)) in _COMPARABLE:
            return values
        return [self._comparable(value) for value in values]

    def narrowed(self, documents: list[Document], count: int) -> list[Document]:
        """Those that may be among the first so many: at least these, and not many more."""
        column = self.column(documents)
        # What comes last of the first ones in a sample comes before none of the first ones in all.
        sample = sorted(column[: isqrt(count * len(column)) or 1], reverse=self.descending)
        last = sample[count - 1]
        rows = zip(documents, column, strict=True)
        if self.descending:
            return [document for document, value in rows if value >= last]
        return [document for document, value in rows if value <= last]

    def _comparable(self, value: Value) -> SortKey:
        if type(value) is not list:
            return sort_key(value)
        extreme = max if self.descending else min
        return extreme(map(sort_key, value or _EMPTY))


#: What an empty array sorts as: below null.
_EMPTY = (MISSING,)


def _values(documents: list[Document], path: tuple[str, ...]) -> list[Value]:
    values: Iterable[Value] = documents
    for segment in path:
        values = map(itemgetter(segment), values)
    try:
        return list(values)  # in C, and most documents have what most have
    except (KeyError, TypeError):  # here it is not there, or no object is above it
        return [_at(document, path) for document in documents]


def _at(document: Document, path: tuple[str, ...]) -> Value:
    """What is at the path; a list where there are several values to choose from."""
    value: Value = document
    for depth, segment in enumerate(path):
        if type(value) is list:
            return list(_through(value, path[depth:]))
        if type(value) is not dict:
            return None
        value = value.get(segment)
    return value


def _through(value: Value, rest: tuple[str, ...]) -> Iterator[Value]:
    """Every value to sort by, arrays at the end of the path opened."""
    if not rest:
        yield from (value or _EMPTY) if type(value) is list else (value,)
    elif type(value) is dict:
        yield from _through(value.get(rest[0]), rest[1:])
    elif type(value) is list:
        yield from _through_array(value, rest)
    else:
        yield None


def _through_array(array: list[Value], rest: tuple[str, ...]) -> Iterator[Value]:
    index = index_of(rest[0])
    if index is not None:
        yield from _through(array[index] if index < len(array) else None, rest[1:])
        return
    for item in array or (None,):
        yield from _through(item, rest) if type(item) is dict else (None,)

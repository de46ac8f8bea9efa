"""Query floor: writing fields of many documents at once, one column of values after the other.

Calling a change for each field of each document costs three times what this does.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress, repeat
from operator import is_, is_not, itemgetter, or_
from typing import TYPE_CHECKING, TypeAlias, final

from cloud_fake.values.kinds import MISSING, Document, Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cloud_fake.query.writing import Step

__all__ = ["Rewriting"]

#: What is in a field of some documents.
_Column: TypeAlias = list[Value]
#: Some documents, the last one first, and what each field becomes in them, in their order.
_Portion: TypeAlias = tuple[list[Document], Sequence[_Column]]


@final
class Rewriting:
    """Documents of which all that changes is worked out, so that nothing can fail any more.

    They themselves are made when they are stored: each takes the memory of the one that it
    replaces. A copy beside all those that are to be replaced costs half as much again.

    Attributes:
        matched: how many there were.
        changed: how many of them are different afterwards.
    """

    __slots__ = ("_fields", "_has_gaps", "_portions", "changed", "matched")

    def __init__(self, fields: Mapping[str, Step], portions: Iterable[Iterable[Document]]) -> None:
        """Work out what becomes of documents when the steps are taken at their own fields.

        Args:
            fields: at least one step by the name of its field.
            portions: best so few at a time that a processor has them at hand; they stay as they
                are.

        Raises:
            Unfit, QueryError: one of them refuses a step.
        """
        self._fields = sorted(fields.items())
        self._portions: list[_Portion] = []
        #: Whether a field is gone from any of the documents.
        self._has_gaps = False
        self.matched = self.changed = 0
        for portion in portions:
            if documents := list(portion):
                self._take(documents)

    def _take(self, documents: list[Document]) -> None:
        before, after, all_differ = list[_Column](), list[_Column](), False
        for name, step in self._fields:
            old = _column(name, documents)
            new, differ = _changed(step, old)
            before.append(old)
            after.append(new)
            all_differ |= differ
            self._has_gaps |= not differ and any(map(is_, new, repeat(MISSING)))
        self.matched += len(documents)
        if not all_differ:
            touched = _touched(before, after)
            documents = list(compress(documents, touched))
            after = [list(compress(column, touched)) for column in after]
        self.changed += len(documents)
        documents.reverse()
        self._portions.append((documents, after))

    def write(self, table: dict[Value, Document]) -> None:
        """Put them into a table by their ids, once: the old ones are let go of one by one."""
        portions = self._portions[::-1]
        self._portions.clear()
        names = [name for name, _ in self._fields]
        is_plain = len(names) == 1 and not self._has_gaps
        while portions:
            documents, columns = portions.pop()
            if is_plain:
                _write_field(table, documents, names[0], columns[0])
            else:
                _write_fields(table, documents, names, columns)


def _column(name: str, documents: list[Document]) -> _Column:
    try:
        return list(map(itemgetter(name), documents))
    except KeyError:
        return [document.get(name, MISSING) for document in documents]


def _changed(step: Step, column: _Column) -> tuple[_Column, bool]:
    """What it becomes, and whether all of that is known to be other values than before."""
    quick = step.change_all and step.change_all(column)
    return quick or (list(map(step.change, column)), False)


def _touched(before: Sequence[_Column], after: Sequence[_Column]) -> list[bool]:
    """In which documents a field becomes another value."""
    touched = [False] * len(before[0])
    for old, new in zip(before, after, strict=True):
        touched = list(map(or_, touched, map(is_not, old, new)))
    return touched


def _write_field(
    table: dict[Value, Document], documents: list[Document], name: str, column: _Column
) -> None:
    take = documents.pop
    for value in column:
        copy = take().copy()
        copy[name] = value
        table[copy["_id"]] = copy


def _write_fields(
    table: dict[Value, Document],
    documents: list[Document],
    names: Sequence[str],
    columns: Sequence[_Column],
) -> None:
    take = documents.pop
    for values in zip(*columns, strict=True):
        copy = take().copy()
        for name, value in zip(names, values, strict=True):
            if value is MISSING:
                copy.pop(name, None)
            else:
                copy[name] = value
        table[copy["_id"]] = copy

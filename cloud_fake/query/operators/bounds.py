"""Query operators: `$gt $gte $lt $lte`.

They are *type bracketed*: they see only values of their operand's kind. Numbers, strings, dates and
booleans have a span, `low <= value <= high` less the excluded ends, so a lower and an upper bound
on one field are one test.

Source: MongoDB manual, "Comparison Query Operators".
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, final

from cloud_fake.errors import QueryError
from cloud_fake.query.conditions import (
    NEVER,
    Compiler,
    Condition,
    Cost,
    QueryOperator,
    conjunction,
    every,
    of_members,
)
from cloud_fake.query.hopes import within
from cloud_fake.query.operators.comparison import equality
from cloud_fake.values.dates import DATE_TYPE, UTC
from cloud_fake.values.kinds import Document, Kind, Value, kind_of
from cloud_fake.values.order import sort_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from cloud_fake.query.scans import Pick, Scan
    from cloud_fake.query.traversal import ArrayTest, Segments, ValueTest

__all__ = ["Atom", "bound", "fuse_bounds", "is_bound"]

#: One operator and its operand, as in `{"$gt": 5}`.
Atom: TypeAlias = tuple[str, Value]


@final
class _AboveStrings:
    """The far end of the strings, among which none is greatest."""

    def __ge__(self, _other: object) -> bool:
        return True


def _ends_of_dates(dates: type[datetime]) -> tuple[datetime, datetime]:
    return dates.min.replace(tzinfo=UTC), dates.max.replace(tzinfo=UTC)


#: By kind: the types of its values, and what lies at both ends of them.
_RANGES: dict[Kind, tuple[type, type, Any, Any]] = {
    Kind.NUMBER: (int, float, float("-inf"), float("inf")),
    Kind.STRING: (str, str, "", _AboveStrings()),
    Kind.BOOLEAN: (bool, bool, False, True),
    Kind.DATE: (*DATE_TYPE, *DATE_TYPE, *_ends_of_dates(*DATE_TYPE)),
}
_LOWER = frozenset({"$gt", "$gte"})
_UPPER = frozenset({"$lt", "$lte"})
_OPEN = frozenset({"$gt", "$lt"})
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "$gt": operator.gt,
    "$gte": operator.ge,
    "$lt": operator.lt,
    "$lte": operator.le,
}


def bound(name: str) -> QueryOperator:
    """`$gt`, `$gte`, `$lt` or `$lte`."""

    def compile_bound(limit: Value, compiler: Compiler) -> Condition:
        kind = kind_of(limit)
        if kind in _RANGES:
            return _Span.between([(name, limit)]).condition()
        if kind is Kind.NULL:
            return NEVER if name in _OPEN else equality(None)
        if kind is Kind.REGEX:
            text = f"Can't have RegEx as arg to predicate over field '{compiler.path}'."
            raise QueryError(2, text)
        return of_members(_container_bound(name, limit), cost=Cost.RANGE)

    return compile_bound


def is_bound(atom: Atom) -> bool:
    """Whether it is one of `$gt`, `$gte`, `$lt`, `$lte`."""
    return atom[0] in _COMPARISONS


def fuse_bounds(atoms: Sequence[Atom]) -> Condition | None:
    """One condition for a lower and an upper bound of the same kind; None if they are not that."""
    names = [name for name, _ in atoms]
    kinds = {kind_of(limit) for _, limit in atoms}
    ends_differ = len(names) == 2 and (names[0] in _LOWER) is (names[1] in _UPPER)
    if not ends_differ or len(kinds) != 1 or not kinds <= _RANGES.keys():
        return None
    # MongoDB asks for the lower one last, which shows in what the positional `$` stands for.
    lower_last = sorted(atoms, key=lambda atom: atom[0] in _LOWER)
    each = [_Span.between([atom]).condition() for atom in lower_last]
    span = _Span.between(atoms)
    # The elements of an array may meet the two ends apart.
    of_array = every([part.field for part in each])
    return conjunction(
        each,
        element=span.element(),
        field=span.field(of_array),
        pick=span.pick(of_array),
        hope=span.hope,
    )


def _container_bound(name: str, limit: Value) -> ValueTest:
    kind, key, compare = type(limit), sort_key(limit), _COMPARISONS[name]
    return lambda value: type(value) is kind and compare(sort_key(value), key)


class _Span(NamedTuple):
    """The values of two types from `low` to `high`, without the `excluded`."""

    one: type
    other: type
    low: Any
    high: Any
    excluded: tuple[Value, ...]
    atoms: Sequence[Atom]

    @classmethod
    def between(cls, atoms: Sequence[Atom]) -> _Span:
        one, other, low, high = _RANGES[kind_of(atoms[0][1])]
        for name, limit in atoms:
            low, high = (limit, high) if name in _LOWER else (low, limit)
        excluded = tuple(limit for name, limit in atoms if name in _OPEN)
        return cls(one, other, low, high, excluded, atoms)

    def condition(self) -> Condition:
        element = self.element()

        def of_array(array: list[Value]) -> bool:
            return any(map(element, array))

        return of_members(
            element,
            self.field(of_array),
            cost=Cost.RANGE,
            pick=self.pick(of_array),
            hope=self.hope,
        )

    def element(self) -> ValueTest:
        return self.field(lambda _array: False)

    def field(self, of_array: ArrayTest) -> ValueTest:
        one, other, low, high, excluded, _ = self

        def test(value: Value) -> bool:
            found = type(value)
            if found is one or found is other:
                return low <= value <= high and value not in excluded
            return found is list and of_array(value)

        return test

    def pick(self, of_array: ArrayTest) -> Pick:
        one, other, low, high, excluded, _ = self

        def pick(documents: list[Document], values: Iterable[Value]) -> list[Document]:
            return [
                document
                for document, value in zip(documents, values, strict=True)
                if (
                    low <= value <= high and value not in excluded
                    if value.__class__ is one or value.__class__ is other
                    else value.__class__ is list and of_array(value)
                )
            ]

        return pick

    def hope(self, segments: Segments) -> Scan | None:
        return None if self.one is bool else within(dict(self.atoms), segments)

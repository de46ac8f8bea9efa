"""Query floor: what may be asked of one value, and how conditions combine.

An operator becomes a `Condition` once, when the query is compiled. The same condition is asked in
three situations which MongoDB tells apart, so it carries one test for each; `and`, `or` and `not`
combine all of them alike, which keeps them right where a path leads through arrays: there every
condition may be met by another element, and a negation means "by none".
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias

from cloud_fake.query.traversal import (
    ArrayTest,
    DocumentTest,
    Segments,
    ValueTest,
    any_across,
    ask_at,
)
from cloud_fake.values.kinds import Value

if TYPE_CHECKING:
    from cloud_fake.query.scans import Hope, Pick

__all__ = [
    "NEVER",
    "Compiler",
    "Condition",
    "Cost",
    "QueryOperator",
    "conjunction",
    "disjunction",
    "every",
    "is_operators",
    "last_found",
    "negation",
    "of_field",
    "of_members",
    "some",
]


class Cost(enum.IntEnum):
    """What runs first: the cheap and selective before the dear."""

    EQUALITY = 0
    RANGE = 1
    PLAIN = 2
    PATTERN = 3
    LOGIC = 4
    GEO = 5
    EXPRESSION = 6


class Condition(NamedTuple):
    """Something asked of a value.

    Attributes:
        element: asked of one element by itself: inside `$elemMatch`, or named by an index.
        field: asked of a field's value, whose elements most operators try as well.
        across: given the rest of the path, asked of an array on the way.
        first: the index of the first member of an array that meets it, for the positional `$`;
            given the array and the rest of the path after it.
        cost: its place among the other conditions of a query.
        pick: a loop with the test of a field written into it, if there is one.
        hope: a quicker loop yet for values that are alike, if there is one.
    """

    element: ValueTest
    field: ValueTest
    across: Callable[[Segments], ArrayTest]
    first: Callable[[list[Value], Segments], int | None]
    cost: Cost = Cost.PLAIN
    pick: Pick | None = None
    hope: Hope | None = None


class Compiler(Protocol):
    """What an operator may ask of the compiler for the conditions inside its operand."""

    @property
    def path(self) -> str:
        """The field the operator stands at, for error texts."""

    def condition(self, spec: Value) -> Condition:
        """The condition that a literal, a regular expression or `{$op: …}` states."""

    def query(self, spec: Value) -> DocumentTest:
        """The test that a query on an embedded object states."""


#: Given its operand, what an operator asks.
QueryOperator: TypeAlias = Callable[[Value, Compiler], Condition]


def of_members(
    element: ValueTest,
    field: ValueTest | None = None,
    *,
    cost: Cost = Cost.PLAIN,
    pick: Pick | None = None,
    hope: Hope | None = None,
) -> Condition:
    """A condition that an array meets itself or by any of its elements.

    Args:
        element: asked of one value.
        field: the same for a field, elements included, where there is a faster way to ask.
        cost: see `Condition`.
        pick: see `Condition`.
        hope: see `Condition`.
    """
    if field is None:
        field = _self_or_member(element)
    return _leaf(element, field, element, cost, pick, hope)


def of_field(
    test: ValueTest, member: ValueTest | None = None, *, cost: Cost = Cost.PLAIN
) -> Condition:
    """A condition that looks at an array as a whole; `member` is what it asks of its elements."""
    return _leaf(test, test, member, cost)


def negation(inner: Condition) -> Condition:
    """Met where the other is not: where no value on the path meets it."""
    element, field, across = inner.element, inner.field, inner.across

    def none_across(rest: Segments) -> ArrayTest:
        any_met = across(rest)
        return lambda array: not any_met(array)

    return Condition(
        element=lambda value: not element(value),
        field=lambda value: not field(value),
        across=none_across,
        first=lambda _array, _rest: None,
        cost=Cost.PLAIN,
    )


def conjunction(
    parts: Sequence[Condition],
    *,
    element: ValueTest | None = None,
    field: ValueTest | None = None,
    pick: Pick | None = None,
    hope: Hope | None = None,
) -> Condition:
    """Met where all are, by whichever elements; `element` and `field` may be given fused."""
    if len(parts) == 1:
        return parts[0]
    return Condition(
        element=element or every([part.element for part in parts]),
        field=field or every([part.field for part in parts]),
        across=lambda rest: every([part.across(rest) for part in parts]),
        first=lambda array, rest: last_found(part.first(array, rest) for part in parts),
        cost=min((part.cost for part in parts), default=Cost.EQUALITY),
        pick=pick,
        hope=hope,
    )


def disjunction(parts: Sequence[Condition]) -> Condition:
    """Met where any is."""
    return Condition(
        element=some([part.element for part in parts]),
        field=some([part.field for part in parts]),
        across=lambda rest: some([part.across(rest) for part in parts]),
        first=lambda array, rest: next(
            (at for part in parts if (at := part.first(array, rest)) is not None), None
        ),
        cost=Cost.LOGIC,
    )


def is_operators(spec: Value) -> bool:
    """Whether something is `{$op: …}` and not an object to be equal to."""
    return type(spec) is dict and next(iter(spec), "").startswith("$")


def every(tests: Sequence[Callable[[Value], bool]]) -> Callable[[Value], bool]:
    """One test that passes where all do."""
    if len(tests) == 1:
        return tests[0]
    if len(tests) == 2:
        one, other = tests
        return lambda value: one(value) and other(value)
    return lambda value: all(test(value) for test in tests)


def some(tests: Sequence[Callable[[Value], bool]]) -> Callable[[Value], bool]:
    """One test that passes where any does."""
    if len(tests) == 1:
        return tests[0]
    if len(tests) == 2:
        one, other = tests
        return lambda value: one(value) or other(value)
    return lambda value: any(test(value) for test in tests)


def last_found(indexes: Iterable[int | None]) -> int | None:
    """The last index that is one."""
    # MongoDB's matcher lets every condition that an array element met overwrite the one before.
    found = None
    for index in indexes:
        found = found if index is None else index
    return found


def _leaf(
    element: ValueTest,
    field: ValueTest,
    member: ValueTest | None,
    cost: Cost,
    pick: Pick | None = None,
    hope: Hope | None = None,
) -> Condition:
    def across(rest: Segments) -> ArrayTest:
        return any_across(rest, field, element)

    def first(array: list[Value], rest: Segments) -> int | None:
        test = _inside(ask_at(rest, field, across)) if rest else member
        if test is None:
            return None
        return next((index for index, item in enumerate(array) if test(item)), None)

    return Condition(element, field, across, first, cost, pick, hope)


def _self_or_member(element: ValueTest) -> ValueTest:
    def field(value: Value) -> bool:
        return element(value) or (type(value) is list and any(map(element, value)))

    return field


def _inside(test: DocumentTest) -> ValueTest:
    return lambda item: type(item) is dict and test(item)


#: Met by nothing.
NEVER = of_field(lambda _value: False)

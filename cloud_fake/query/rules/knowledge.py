"""What is known of a value, and what comparing it yields: true, false or UNKNOWN.

An operand of a rule is a value, or `Facts` (a field of which only the query's conditions are
known), or UNKNOWN (a member of null, an order between kinds that have none). Every comparison asks
which *relations* to the other value the facts leave open.

An array in a document counts, as in the conditions of a query, as the element that matched: where
`{status: "open"}` is asked, a rule takes `doc.status` to be "open".
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias, final

from cloud_fake.values.kinds import Kind, Value, kind_of
from cloud_fake.values.order import compare as order_of
from cloud_fake.values.order import equal

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "ORDERED_KINDS",
    "UNKNOWN",
    "Fact",
    "Facts",
    "Operand",
    "Truth",
    "compare",
    "contains",
    "every",
    "is_true",
    "some",
    "text_of",
]


@final
class Unknown(enum.Enum):
    """The type of `UNKNOWN`."""

    UNKNOWN = "unknown"


#: Neither true nor false; and a value that nothing is known of.
UNKNOWN: Final = Unknown.UNKNOWN

Truth: TypeAlias = bool | Unknown


@dataclass(frozen=True, slots=True)
class Fact:
    """`field operator operand` holds of every document that the query matches.

    Attributes:
        operator: one of `== != < <= > >=`, or `has` (an array that holds the operand).
        chosen: the operand is one of several that the query allows (`$in`).
    """

    operator: str
    operand: Value
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What a query says of one field."""

    facts: tuple[Fact, ...] = ()

    @property
    def value(self) -> Value | Unknown:
        """The one value that the field can have."""
        return next((fact.operand for fact in self.facts if fact.operator == "=="), UNKNOWN)

    @property
    def bound(self) -> Value | Unknown:
        """The same, if the query names only this one."""
        found = next((fact for fact in self.facts if fact.operator == "=="), None)
        return UNKNOWN if found is None or found.chosen else found.operand


Operand: TypeAlias = Value | Facts | Unknown

# --- three-valued logic --------------------------------------------------------------------------


def is_true(operand: Operand) -> Truth:
    """JavaScript's truthiness."""
    value = operand.value if isinstance(operand, Facts) else operand
    if value is UNKNOWN or isinstance(value, bool):
        return value
    return value is not None and value not in (0, "")


def every(truths: Iterable[Truth]) -> Truth:
    """`&&`: false as soon as one is, whatever is unknown."""
    verdict: Truth = True
    for truth in truths:
        if truth is False:
            return False
        if truth is UNKNOWN:
            verdict = UNKNOWN
    return verdict


def some(truths: Iterable[Truth]) -> Truth:
    """`||`: true as soon as one is, whatever is unknown."""
    verdict: Truth = False
    for truth in truths:
        if truth is True:
            return True
        if truth is UNKNOWN:
            verdict = UNKNOWN
    return verdict


# --- comparisons ---------------------------------------------------------------------------------

_LESS, _SAME, _MORE, _APART = "less", "same", "more", "apart"
_Relations: TypeAlias = frozenset[str]
_ALIKE: _Relations = frozenset({_LESS, _SAME, _MORE})
#: `apart`: the two are of different kinds, so they are not equal and neither comes first.
_ANY: _Relations = _ALIKE | {_APART}

#: The relations in which a comparison is true.
_TRUE_IN: dict[str, _Relations] = {
    "==": frozenset({_SAME}),
    "!=": frozenset({_LESS, _MORE, _APART}),
    "<": frozenset({_LESS}),
    "<=": frozenset({_LESS, _SAME}),
    ">": frozenset({_MORE}),
    ">=": frozenset({_SAME, _MORE}),
}
_MIRRORED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
#: The kinds that `<` and its like compare; between others, and across kinds, they say nothing.
ORDERED_KINDS = frozenset({Kind.NUMBER, Kind.STRING, Kind.DATE})

#: By a fact's operator: how the field may relate to a value that its operand is less than, the
#: same as, more than.
_LEFT_OPEN: dict[str, tuple[_Relations, _Relations, _Relations]] = {
    "==": (frozenset({_LESS}), frozenset({_SAME}), frozenset({_MORE})),
    "<": (frozenset({_LESS}), frozenset({_LESS}), _ALIKE),
    "<=": (frozenset({_LESS}), frozenset({_LESS, _SAME}), _ALIKE),
    ">": (_ALIKE, frozenset({_MORE}), frozenset({_MORE})),
    ">=": (_ALIKE, frozenset({_SAME, _MORE}), frozenset({_MORE})),
    "!=": (_ANY, _ANY - {_SAME}, _ANY),
    "has": (_ANY, _ANY, _ANY),
}
_SAYS_NO_KIND = frozenset({"!=", "has"})


def compare(operator: str, left: Operand, right: Operand) -> Truth:
    """`left operator right`, the operator being one of `== != < <= > >=`."""
    value = _value(right)
    if value is UNKNOWN:
        left, value, operator = right, _value(left), _MIRRORED[operator]
    if value is UNKNOWN or left is UNKNOWN:
        return UNKNOWN
    facts = left.facts if isinstance(left, Facts) else (Fact("==", left),)
    return _settle(operator, _relations(facts, value), kind_of(value))


def contains(haystack: Operand, needle: Operand) -> Truth:
    """`needle in haystack`; in a single value it is that value, as the query `{a: needle}` says."""
    if isinstance(haystack, Facts):
        return _field_contains(haystack, _value(needle))
    if haystack is UNKNOWN or haystack is None or type(haystack) is dict:
        return UNKNOWN
    items = haystack if type(haystack) is list else [haystack]
    return some(compare("==", needle, item) for item in items)


def _field_contains(field: Facts, needle: Value | Unknown) -> Truth:
    """True or UNKNOWN: a condition on an array says what is in it, and not what else is."""
    if needle is UNKNOWN or needle is None:
        # "It equals null" also matches where there is no field at all, so nothing that holds null.
        return UNKNOWN
    told = (fact.operand for fact in field.facts if fact.operator in ("==", "has"))
    return True if any(equal(operand, needle) for operand in told) else UNKNOWN


def _value(operand: Operand) -> Value | Unknown:
    return operand.value if isinstance(operand, Facts) else operand


def _relations(facts: tuple[Fact, ...], value: Value) -> _Relations:
    relations = _ANY
    for fact in facts:
        relations &= _relations_of(fact, value)
    return relations


def _relations_of(fact: Fact, value: Value) -> _Relations:
    if kind_of(fact.operand) is kind_of(value):
        return _LEFT_OPEN[fact.operator][order_of(fact.operand, value) + 1]
    return _ANY if fact.operator in _SAYS_NO_KIND else frozenset({_APART})


def _settle(operator: str, relations: _Relations, kind: Kind) -> Truth:
    if not relations:
        # The conditions contradict each other. An array may still meet all of them, one by one.
        return UNKNOWN
    if operator not in ("==", "!=") and (_APART in relations or kind not in ORDERED_KINDS):
        return UNKNOWN
    true_in = _TRUE_IN[operator]
    if relations <= true_in:
        return True
    return UNKNOWN if relations & true_in else False


# --- texts ---------------------------------------------------------------------------------------


def text_of(operand: Operand) -> str | Unknown:
    """An operand inside a template or between brackets. A field must be bound to one value."""
    value = operand.bound if isinstance(operand, Facts) else operand
    if type(value) is float and value.is_integer():
        value = int(value)
    return str(value) if type(value) in (str, int) else UNKNOWN

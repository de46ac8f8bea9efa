"""Query operators: `$eq $ne $in $nin`.

Equality is of whole values, the order of an object's keys included, and `True` is never `1`.

Source: MongoDB manual, "Comparison Query Operators" and "Query for Null or Missing Fields".
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cloud_fake.errors import QueryError
from cloud_fake.query.conditions import (
    Compiler,
    Condition,
    Cost,
    is_operators,
    negation,
    of_members,
    some,
)
from cloud_fake.query.hopes import among, of_one_kind
from cloud_fake.query.operators.evaluation import pattern
from cloud_fake.query.scans import pick_by
from cloud_fake.values.dates import DATE_TYPE
from cloud_fake.values.kinds import MISSING, Kind, Value, kind_of
from cloud_fake.values.order import sort_key
from cloud_fake.values.regex import Regex

if TYPE_CHECKING:
    from cloud_fake.query.scans import Pick, Scan
    from cloud_fake.query.traversal import ArrayTest, Segments, ValueTest

__all__ = [
    "array_operand",
    "equality",
    "holds_each",
    "membership",
    "no_membership",
    "not_equal",
    "same_or_matching",
]


def equality(wanted: Value, _compiler: Compiler | None = None) -> Condition:
    """`$eq`: the value, or an array that holds it; null also where there is nothing."""
    kind = kind_of(wanted)
    if kind is Kind.NULL:
        return of_members(_is_null, _is_or_holds_null, cost=Cost.EQUALITY)
    if kind in (Kind.OBJECT, Kind.ARRAY):
        return of_members(_same_container(wanted), cost=Cost.EQUALITY)
    return _same_scalar(wanted)


def not_equal(unwanted: Value, _compiler: Compiler) -> Condition:
    """`$ne`: the exact negation of `$eq`."""
    if type(unwanted) is Regex:
        raise QueryError(2, "Can't have regex as arg to $ne.")
    return negation(equality(unwanted))


def _is_null(value: Value) -> bool:
    return value is None or value is MISSING


def _is_or_holds_null(value: Value) -> bool:
    return value is None or value is MISSING or (type(value) is list and None in value)


def _same_container(wanted: Value) -> ValueTest:
    kind, length, key = type(wanted), len(wanted), sort_key(wanted)
    return lambda value: type(value) is kind and len(value) == length and sort_key(value) == key


def _same_scalar(wanted: Value) -> Condition:
    """Python's `==` is MongoDB's equality, but that it takes True for 1 and False for 0."""
    boolean = type(wanted) is bool

    def element(value: Value) -> bool:
        return bool(value == wanted) and (type(value) is bool) is boolean

    def surely(array: list[Value]) -> bool:
        return not ambiguous or any(map(element, array))

    def field(value: Value) -> bool:
        if value == wanted:
            return (type(value) is bool) is boolean
        return type(value) is list and wanted in value and surely(value)

    ambiguous = wanted in (0, 1)
    pick = pick_by(field) if ambiguous and not boolean else _pick_equal(wanted, surely)
    hope = partial(of_one_kind, wanted) if ambiguous else partial(among, {wanted})
    return of_members(element, field, cost=Cost.EQUALITY, pick=pick, hope=hope)


def _pick_equal(wanted: Value, surely: ArrayTest) -> Pick:
    """For a scalar that is no 0 and no 1. Of the booleans there are only the two objects."""
    if type(wanted) is bool:
        return lambda documents, values: [
            document
            for document, value in zip(documents, values, strict=True)
            if value is wanted or (value.__class__ is list and wanted in value and surely(value))
        ]
    return lambda documents, values: [
        document
        for document, value in zip(documents, values, strict=True)
        if value == wanted or (value.__class__ is list and wanted in value)
    ]


#: From how many on it pays to make a set of an array.
_MANY = 16
#: The types of values for which being in a set is being equal to one in it. Not `bool`: True is 1.
_HASHED = frozenset({type(None), type(MISSING), int, float, str, DATE_TYPE[0]})


def membership(operand: Value, _compiler: Compiler) -> Condition:
    """`$in`: equal to any of these, or matched by any of the regular expressions among them."""
    return _any_of(array_operand("$in", operand))


def no_membership(operand: Value, _compiler: Compiler) -> Condition:
    """`$nin`: the exact negation of `$in`."""
    return negation(_any_of(array_operand("$nin", operand)))


def array_operand(name: str, operand: Value) -> list[Value]:
    """The operand of an operator that takes only an array."""
    if type(operand) is not list:
        raise QueryError(2, f"{name} needs an array")
    return operand


def _any_of(options: list[Value]) -> Condition:
    if any(is_operators(option) for option in options):
        raise QueryError(2, "cannot nest $ under $in")
    hashed: set[Value] = {option for option in options if type(option) in _HASHED}
    if None in hashed:
        hashed.add(MISSING)
    others = [option for option in options if type(option) not in _HASHED]

    def in_hashed(value: Value) -> bool:
        return type(value) in _HASHED and value in hashed

    tests = [in_hashed, *(same_or_matching(option).element for option in others)]
    return of_members(some(tests), hope=partial(_among, options))


def _among(options: list[Value], segments: Segments) -> Scan | None:
    """Being in a set, if that is being equal to one of these; `True` would be in it beside a 1."""
    own = _HASHED.issuperset(map(type, options)) and not {0, 1}.intersection(options)
    return among(frozenset(options), segments) if own else None


def holds_each(wanted: list[Value]) -> ArrayTest | None:
    """Whether an array holds all of these, asked of each of its elements once.

    None where some are no plain scalars, and where they are so few that comparing is quicker.
    """
    if len(wanted) < _MANY or not _HASHED.issuperset(map(type, wanted)):
        return None
    every_one = frozenset(wanted)
    return lambda array: every_one.issubset(item for item in array if type(item) in _HASHED)


def same_or_matching(option: Value) -> Condition:
    """A member of an array operand: a regular expression in it matches, all else equals."""
    return pattern(option) if type(option) is Regex else equality(option)

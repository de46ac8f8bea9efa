"""Query floor, update operators on arrays: `$pop $pull $pullAll $addToSet`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloud_fake.errors import QueryError
from cloud_fake.query.filters import compile_element_test
from cloud_fake.query.operators.expr_values import type_name
from cloud_fake.query.operators.update_faults import Path, Unfit, refuse_dollar_keys, shown
from cloud_fake.values.kinds import MISSING, Value
from cloud_fake.values.order import equal, sort_key
from cloud_fake.values.regex import Regex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cloud_fake.query.writing import Change

__all__ = ["add_to_set", "pop", "pull", "pull_all"]

_BAD_VALUE, _FAILED_TO_PARSE, _TYPE_MISMATCH = 2, 9, 14

_POP_FROM_OTHER = "Path '{path}' contains an element of non-array type '{type}'"
#: MongoDB says so of `$pullAll` too.
_PULL_FROM_OTHER = "Cannot apply $pull to a non-array value"
_ADD_TO_OTHER = (
    "Cannot apply $addToSet to non-array field. Field named '{name}' has non-array type {type}"
)


def pop(operand: Value, path: Path) -> Change:
    """`$pop`: the array without its last element (1) or without its first (-1)."""
    if operand not in (1, -1):
        raise QueryError(_FAILED_TO_PARSE, f"$pop expects 1 or -1, found: {shown(operand)}")
    kept = slice(None, -1) if operand == 1 else slice(1, None)

    def change(value: Value) -> Value:
        if value is MISSING:
            return MISSING
        if type(value) is not list:
            raise Unfit(_TYPE_MISMATCH, _POP_FROM_OTHER, path, type=type_name(value))
        return value[kept] if value else value

    return change


def pull(operand: Value, path: Path) -> Change:
    """`$pull`: the array without those elements that a value equals or a condition meets.

    An object is a query on each element that is an object (other keys are allowed), unless its
    first key is an operator: then it is a condition on each element.
    """
    if type(operand) in (dict, Regex):
        return _without(compile_element_test(operand), path)
    return _without(lambda element: equal(element, operand), path)


def pull_all(operand: Value, path: Path) -> Change:
    """`$pullAll`: the array without those elements that equal one of the list."""
    if type(operand) is not list:
        text = f"$pullAll requires an array argument but was given a {type_name(operand)}"
        raise QueryError(_BAD_VALUE, text)
    unwanted = set(map(sort_key, operand))
    return _without(lambda element: sort_key(element) in unwanted, path)


def _without(unwanted: Callable[[Value], bool], path: Path) -> Change:
    def change(value: Value) -> Value:
        if value is MISSING:
            return MISSING
        if type(value) is not list:
            raise Unfit(_BAD_VALUE, _PULL_FROM_OTHER, path)
        kept = [element for element in value if not unwanted(element)]
        return value if len(kept) == len(value) else kept

    return change


def add_to_set(operand: Value, path: Path) -> Change:
    """`$addToSet`: the array and what it lacks of the value, or of each of `{$each: [...]}`."""
    candidates = _candidates(operand)
    refuse_dollar_keys(candidates, path)

    def change(value: Value) -> Value:
        if value is MISSING:
            return _lacking((), candidates)
        if type(value) is not list:
            raise Unfit(_BAD_VALUE, _ADD_TO_OTHER, path, type=type_name(value))
        added = _lacking(value, candidates)
        return [*value, *added] if added else value

    return change


def _candidates(operand: Value) -> list[Value]:
    if type(operand) is not dict or next(iter(operand), None) != "$each":
        return [operand]
    each = operand["$each"]
    if type(each) is not list:
        raise QueryError(
            _TYPE_MISMATCH,
            "The argument to $each in $addToSet must be an array but it was of type "
            f"{type_name(each)}",
        )
    if len(operand) > 1:
        text = f"Found unexpected fields after $each in $addToSet: {shown(operand)}"
        raise QueryError(_BAD_VALUE, text)
    return each


def _lacking(present: Iterable[Value], candidates: list[Value]) -> list[Value]:
    known = set(map(sort_key, present))
    lacking = []
    for candidate in candidates:
        key = sort_key(candidate)
        if key not in known:
            known.add(key)
            lacking.append(candidate)
    return lacking

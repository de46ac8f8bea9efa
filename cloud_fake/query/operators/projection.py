"""Projection operators: `$slice` and `$elemMatch`, as `field` takes them.

Each is given the path it stands at and its operand. Error numbers are MongoDB 4.4's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from cloud_fake.errors import QueryError
from cloud_fake.query.filters import compile_member_test
from cloud_fake.query.operators.expr_values import type_name
from cloud_fake.values.kinds import MISSING, Value

__all__ = ["PROJECTION_OPERATORS", "Part"]

#: What becomes of a value; MISSING drops it.
Part: TypeAlias = Callable[[Value], Value]


def slicing(_path: str, operand: Value) -> Part:
    """`$slice`: the first n, the last -n, or `[skip, limit]`, where a skip may be negative."""
    if type(operand) is list:
        skip, limit = _skip_and_limit(operand)
        return _of_array(
            lambda array: array[max(0, skip + len(array)) if skip < 0 else skip :][:limit]
        )
    if type(operand) not in (int, float):
        raise QueryError(31273, "$slice only supports numbers and [skip, limit] arrays")
    count = int(operand)
    return _of_array(lambda array: array[:count] if count >= 0 else array[count:])


def _skip_and_limit(operand: list[Value]) -> tuple[int, int]:
    if len(operand) != 2:
        raise QueryError(31272, "$slice array argument should be of form [skip, limit]")
    for code, name, number in zip((31257, 31258), ("skip", "limit"), operand, strict=True):
        if type(number) not in (int, float):
            shown = type_name(number)
            text = f"$slice expects the {name} argument to be a number, got {shown}"
            raise QueryError(code, text)
    skip, limit = map(int, operand)
    if limit <= 0:
        # MongoDB then tries to read it as the aggregation operator, whose words these are.
        shown = type_name(operand[0])
        text = f"First argument to $slice must be an array, but is of type: {shown}"
        raise QueryError(28724, text)
    return skip, limit


def matched_element(path: str, operand: Value) -> Part:
    """`$elemMatch`: the first element that meets it, in an array; without one, nothing."""
    if type(operand) is not dict:
        shown = type_name(operand)
        text = f"elemMatch: Invalid argument, object required, but got {shown}"
        raise QueryError(31274, text)
    if "." in path:
        raise QueryError(31275, "Cannot use $elemMatch projection on a nested field.")
    meets = compile_member_test(operand)

    def part(value: Value) -> Value:
        if type(value) is not list:
            return MISSING
        return next(([item] for item in value if meets(item)), MISSING)

    return part


def _start(skip: int, array: list[Value]) -> int:
    return max(0, skip + len(array)) if skip < 0 else skip


def _of_array(part: Callable[[list[Value]], Value]) -> Part:
    return lambda value: part(value) if type(value) is list else value


PROJECTION_OPERATORS: Mapping[str, Callable[[str, Value], Part]] = MappingProxyType(
    {"$slice": slicing, "$elemMatch": matched_element}
)

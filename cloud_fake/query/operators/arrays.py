"""Query operators: `$all`, `$elemMatch`, `$size`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloud_fake.errors import QueryError
from cloud_fake.query.conditions import (
    NEVER,
    Compiler,
    Condition,
    conjunction,
    is_operators,
    of_field,
)
from cloud_fake.query.operators.comparison import array_operand, holds_each, same_or_matching
from cloud_fake.query.operators.logic import states_values

if TYPE_CHECKING:
    from cloud_fake.query.traversal import ValueTest
    from cloud_fake.values.kinds import Document, Value

__all__ = ["all_in", "element_match", "member_test", "size"]


def all_in(operand: Value, compiler: Compiler) -> Condition:
    """`$all`: each of these is the value or one of its elements; of none, nothing matches."""
    wanted = array_operand("$all", operand)
    if not wanted:
        return NEVER
    if _is_element_match(wanted[0]):
        return conjunction([element_match(_its_query(part), compiler) for part in wanted])
    if any(is_operators(part) for part in wanted):
        raise QueryError(2, "no $ expressions in $all")
    each = conjunction([same_or_matching(part) for part in wanted])
    holds = holds_each(wanted)
    if holds is None:
        return each
    return each._replace(
        field=lambda value: holds(value) if type(value) is list else each.field(value)
    )


def element_match(operand: Value, compiler: Compiler) -> Condition:
    """`$elemMatch`: an array of which one element meets everything."""
    member = member_test(operand, compiler)
    return of_field(
        lambda value: type(value) is list and any(map(member, value)),
        member,
    )


def member_test(operand: Value, compiler: Compiler) -> ValueTest:
    """What `$elemMatch` asks of one element: conditions on a value, or a query on an object."""
    if type(operand) is not dict:
        raise QueryError(2, "$elemMatch needs an Object")
    if states_values(operand):
        return compiler.condition(operand).element
    query = compiler.query(operand)

    def member(value: Value) -> bool:
        if type(value) is list:
            return query(_as_object(value))
        return type(value) is dict and query(value)

    return member


def size(operand: Value, _compiler: Compiler) -> Condition:
    """`$size`: an array of so many elements."""
    length = _whole_number(operand)
    return of_field(lambda value: type(value) is list and len(value) == length)


def _whole_number(operand: Value) -> int:
    if type(operand) not in (int, float):
        raise QueryError(2, "$size needs a number")
    if operand != int(operand):
        raise QueryError(2, "$size must be a whole number")
    if operand < 0:
        raise QueryError(2, "$size may not be negative")
    return int(operand)


def _as_object(array: list[Value]) -> Document:
    # To BSON an array is an object with the keys "0", "1" …, and MongoDB matches it as one here.
    return {str(index): item for index, item in enumerate(array)}


def _is_element_match(part: Value) -> bool:
    return type(part) is dict and next(iter(part), None) == "$elemMatch"


def _its_query(part: Value) -> Value:
    if not _is_element_match(part):
        raise QueryError(2, "$all/$elemMatch has to be consistent")
    return part["$elemMatch"]

"""Query floor, update operators on numbers: `$inc $mul $bit`."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

from cloud_fake.errors import QueryError
from cloud_fake.query.operators.expr_values import is_number, number, type_name
from cloud_fake.query.operators.update_faults import Path, Unfit, dotted, shown
from cloud_fake.values.intake import MAX_SAFE_INTEGER
from cloud_fake.values.kinds import MISSING, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloud_fake.query.writing import Change, ChangeAll

__all__ = ["bit", "inc", "inc_all", "mul"]

_BAD_VALUE, _TYPE_MISMATCH = 2, 14
_EXACT = MAX_SAFE_INTEGER + 1

_NOT_A_NUMBER = (
    "Cannot apply {operator} to a value of non-numeric type. "
    "{{{id}}} has the field '{name}' of non-numeric type {type}"
)
#: The missing blank is MongoDB's.
_NOT_AN_INTEGER = (
    "Cannot apply $bit to a value of non-integral type."
    "{id} has the field {name} of non-integer type {type}"
)


def inc(operand: Value, path: Path) -> Change:
    """`$inc`: the sum; a missing field becomes the amount itself."""
    _refuse_non_number(operand, path, "increment")
    return _arithmetic("$inc", operator.add, operand, operand, path)


def inc_all(operand: Value) -> ChangeAll:
    """`$inc` of values that all are integers, as long as they stay exact."""

    def change_all(values: list[Value]) -> tuple[list[Value], bool] | None:
        if type(operand) is not int or not operand:
            return None
        if list(map(type, values)).count(int) < len(values):
            return None
        sums = [value + operand for value in values]
        # They all have been exact, so they are left on one side only.
        farthest = max(sums) if operand > 0 else -min(sums)
        return (sums, True) if farthest < _EXACT else None

    return change_all


def mul(operand: Value, path: Path) -> Change:
    """`$mul`: the product; a missing field becomes 0."""
    _refuse_non_number(operand, path, "multiply")
    return _arithmetic("$mul", operator.mul, operand, 0, path)


def _refuse_non_number(operand: Value, path: Path, verb: str) -> None:
    if not is_number(operand):
        text = f"Cannot {verb} with non-numeric argument: {{{dotted(path)}: {shown(operand)}}}"
        raise QueryError(_TYPE_MISMATCH, text)


def _arithmetic(
    name: str, combine: Callable[[Any, Any], Any], operand: Value, initial: Value, path: Path
) -> Change:
    def change(value: Value) -> Value:
        if type(value) is int or type(value) is float:
            result = combine(value, operand)
            if result == value:
                return value
            # `number` only for what it may change: this line runs for every document.
            return result if type(result) is int and -_EXACT < result < _EXACT else number(result)
        if value is MISSING:
            return initial
        raise Unfit(_TYPE_MISMATCH, _NOT_A_NUMBER, path, operator=name, type=type_name(value))

    return change


_BITWISE: dict[str, Callable[[int, int], int]] = {
    "and": operator.and_,
    "or": operator.or_,
    "xor": operator.xor,
}


def bit(operand: Value, path: Path) -> Change:
    """`$bit`: `{and: n}`, `{or: n}`, `{xor: n}` or several in turn; a missing field counts as 0."""
    operations = _operations(operand)

    def change(value: Value) -> Value:
        start = 0 if value is MISSING else _integer(value)
        if start is None:
            raise Unfit(_BAD_VALUE, _NOT_AN_INTEGER, path, type=type_name(value))
        result = start
        for combine, mask in operations:
            result = combine(result, mask)
        return value if value is not MISSING and result == start else number(result)

    return change


def _operations(operand: Value) -> list[tuple[Callable[[int, int], int], int]]:
    form = "{$bit: {field: {and/or/xor: #}}"
    if type(operand) is not dict:
        raise QueryError(
            _BAD_VALUE,
            f"The $bit modifier is not compatible with a {type_name(operand)}. "
            f"You must pass in an embedded document: {form}",
        )
    if not operand:
        raise QueryError(
            _BAD_VALUE, f"You must pass in at least one bitwise operation. The format is: {form}"
        )
    return [_operation(name, mask) for name, mask in operand.items()]


def _operation(name: str, mask: Value) -> tuple[Callable[[int, int], int], int]:
    given = f"{{{name}: {shown(mask)}}}"
    if name not in _BITWISE:
        raise QueryError(
            _BAD_VALUE,
            f"The $bit modifier only supports 'and', 'or', and 'xor', not '{name}' "
            f"which is an unknown operator: {given}",
        )
    integer = _integer(mask)
    if integer is None:
        raise QueryError(
            _BAD_VALUE,
            f"The $bit modifier field must be an Integer(32/64 bit); a '{type_name(mask)}' "
            f"is not supported here: {given}",
        )
    return _BITWISE[name], integer


def _integer(value: Value) -> int | None:
    """The value as an integer; JavaScript does not tell 5 from 5.0."""
    if type(value) is float and value.is_integer():
        return int(value)
    return value if type(value) is int else None

"""Query floor, update operators on any value: `$set $unset $min $max`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloud_fake.query.operators.update_faults import Path, refuse_dollar_keys
from cloud_fake.values.dates import DATE_TYPE
from cloud_fake.values.kinds import MISSING, Value
from cloud_fake.values.order import compare, equal

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloud_fake.query.writing import Change, ChangeAll

__all__ = ["max_", "min_", "set_", "set_all", "unset"]


def set_(operand: Value, path: Path) -> Change:
    """`$set`: the value stands there; an equal one already there stays, and nothing changed."""
    refuse_dollar_keys(operand, path)

    def change(value: Value) -> Value:
        return value if value is not MISSING and equal(value, operand) else operand

    return change


#: Types whose values are equal, among themselves, where Python says so.
_PLAIN = frozenset({str, int, bool, DATE_TYPE[0]})


def set_all(operand: Value) -> ChangeAll:
    """`$set` over values that all are plain and of the operand's own type."""

    def change_all(values: list[Value]) -> tuple[list[Value], bool] | None:
        if type(operand) not in _PLAIN or {type(operand)} != set(map(type, values)):
            return None
        if operand not in values:
            return [operand] * len(values), True
        return [value if value == operand else operand for value in values], False

    return change_all


def unset(_operand: Value, _path: Path) -> Change:
    """`$unset`: the field goes; an array's element becomes null, by the writer."""
    return lambda _value: MISSING


def min_(operand: Value, path: Path) -> Change:
    """`$min`: the lesser of the two in MongoDB's order of all values."""
    return _replace_if(lambda value: compare(operand, value) < 0, operand, path)


def max_(operand: Value, path: Path) -> Change:
    """`$max`: the greater of the two in MongoDB's order of all values."""
    return _replace_if(lambda value: compare(operand, value) > 0, operand, path)


def _replace_if(wins: Callable[[Value], bool], operand: Value, path: Path) -> Change:
    refuse_dollar_keys(operand, path)
    return lambda value: operand if value is MISSING or wins(value) else value

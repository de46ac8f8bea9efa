"""Query floor, update operators on any value: `$set $unset $min $max`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloud_fake.query.operators.update_faults import Path, refuse_dollar_keys
from cloud_fake.values.kinds import MISSING, Value
from cloud_fake.values.order import compare, equal

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloud_fake.query.writing import Change

__all__ = ["max_", "min_", "set_", "unset"]


def set_(operand: Value, path: Path) -> Change:
    """`$set`: the value stands there; an equal one already there stays, and nothing changed."""
    refuse_dollar_keys(operand, path)

    def change(value: Value) -> Value:
        return value if value is not MISSING and equal(value, operand) else operand

    return change


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

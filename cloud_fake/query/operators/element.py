"""Query operators: `$exists`."""

from __future__ import annotations

from cloud_fake.query.conditions import Compiler, Condition, negation, of_field
from cloud_fake.query.operators.expr_values import truthy
from cloud_fake.values.kinds import MISSING, Value

__all__ = ["exists"]


def exists(operand: Value, _compiler: Compiler) -> Condition:
    """`$exists`: whether the path leads to a value; null is one."""
    present = of_field(lambda value: value is not MISSING)
    return present if truthy(operand) else negation(present)

"""Query floor: comparisons in expressions: the whole order of values, kinds included.

Nothing is bracketed by type and no array is unwound, unlike in a query: `{"$gt": ["a", 5]}` holds,
and missing is less than null.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

from cloud_fake.values.dates import DATE_TYPE
from cloud_fake.values.order import compare

if TYPE_CHECKING:
    from collections.abc import Callable, Container

    from cloud_fake.query.operators.expr_signatures import Body
    from cloud_fake.values.kinds import Value

__all__ = ["cmp", "eq", "gt", "gte", "lt", "lte", "ne"]

#: Two values of one of these types compare in Python as they do in MongoDB.
_PLAIN = frozenset({int, str, DATE_TYPE[0]})


def _relation(says: str, plain: Callable[[Any, Any], bool], outcomes: Container[int]) -> Body:
    """Whether the order of two values is one of `outcomes`; plain values ask Python."""

    def holds(left: Value, right: Value) -> Value:
        if type(left) is type(right) and type(left) in _PLAIN:
            return plain(left, right)
        return compare(left, right) in outcomes

    holds.__doc__ = f"Whether the first is {says} the second."
    return holds


eq = _relation("equal to", operator.eq, {0})
ne = _relation("not equal to", operator.ne, {-1, 1})
gt = _relation("greater than", operator.gt, {1})
gte = _relation("greater than or equal to", operator.ge, {0, 1})
lt = _relation("less than", operator.lt, {-1})
lte = _relation("less than or equal to", operator.le, {-1, 0})


def cmp(left: Value, right: Value) -> Value:
    """`$cmp`: -1, 0 or 1, as the first is less than, equal to or greater than the second."""
    return compare(left, right)

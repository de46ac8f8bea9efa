"""Query floor: arrays as sets in expressions: no order, no duplicates, inner arrays are elements.

Results come in the order of values, as the server's ordered sets give them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloud_fake.errors import QueryError
from cloud_fake.query.operators.expr_signatures import null_if_any, unevaluated
from cloud_fake.query.operators.expr_values import expect_array, is_null, truthy
from cloud_fake.values.order import SortKey, sort_key

if TYPE_CHECKING:
    from cloud_fake.query.operators.expr_scope import Expression
    from cloud_fake.values.kinds import Document, Value

__all__ = [
    "all_elements_true",
    "any_element_true",
    "difference",
    "distinct",
    "equals",
    "intersection",
    "is_subset",
    "union",
]


def distinct(items: list[Value]) -> dict[SortKey, Value]:
    """The different values among some, under their keys, in the order they came."""
    found: dict[SortKey, Value] = {}
    for item in items:
        found.setdefault(sort_key(item), item)
    return found


def _keys(array: Value, code: int, text: str) -> set[SortKey]:
    return set(map(sort_key, expect_array(array, code, text)))


def _ordered(found: dict[SortKey, Value]) -> list[Value]:
    return [found[key] for key in sorted(found)]


def union(*arrays: Value) -> Value:
    """`$setUnion`: what is in any of the arrays."""
    items: list[Value] = []
    for array in arrays:
        if is_null(array):
            return None
        text = "All operands of $setUnion must be arrays. One argument is of type: {type}"
        items += expect_array(array, 17043, text)
    return _ordered(distinct(items))


def intersection(*arrays: Value) -> Value:
    """`$setIntersection`: what is in all of the arrays."""
    common: dict[SortKey, Value] | None = None
    for array in arrays:
        if is_null(array):
            return None
        text = "All operands of $setIntersection must be arrays. One argument is of type: {type}"
        found = distinct(expect_array(array, 17047, text))
        common = found if common is None else {k: v for k, v in common.items() if k in found}
        if not common:
            return []
    return _ordered(common or {})


@null_if_any
def difference(left: Value, right: Value) -> Value:
    """`$setDifference`: what is in the first and not in the second."""
    text = "both operands of $setDifference must be arrays. {which} argument is of type: {type}"
    items = expect_array(left, 17048, text.replace("{which}", "First"))
    without = _keys(right, 17049, text.replace("{which}", "Second"))
    return [value for key, value in distinct(items).items() if key not in without]


def is_subset(left: Value, right: Value) -> Value:
    """`$setIsSubset`: whether all of the first is in the second."""
    text = "both operands of $setIsSubset must be arrays. {which} argument is of type: {type}"
    part = _keys(left, 17046, text.replace("{which}", "First"))
    return part <= _keys(right, 17042, text.replace("{which}", "Second"))


@unevaluated
def equals(*arrays: Expression) -> Expression:
    """`$setEquals`: whether two or more arrays hold the same values."""
    if len(arrays) < 2:
        raise QueryError(17045, f"$setEquals needs at least two arguments had: {len(arrays)}")
    text = "All operands of $setEquals must be arrays. One argument is of type: {type}"

    def compare(document: Document) -> Value:
        first, *others = [_keys(array(document), 17044, text) for array in arrays]
        return all(other == first for other in others)

    return compare


def all_elements_true(array: Value) -> Value:
    """`$allElementsTrue`: of none, true."""
    text = "$allElementsTrue's argument must be an array, but is {type}"
    return all(map(truthy, expect_array(array, 17040, text)))


def any_element_true(array: Value) -> Value:
    """`$anyElementTrue`: of none, false."""
    text = "$anyElementTrue's argument must be an array, but is {type}"
    return any(map(truthy, expect_array(array, 17041, text)))

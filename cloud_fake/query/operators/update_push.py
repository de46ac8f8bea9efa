"""Query floor, the update operator `$push` and what modifies it: `$each $position $sort $slice`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from cloud_fake.errors import QueryError
from cloud_fake.query.operators.expr_values import is_number, type_name
from cloud_fake.query.operators.update_faults import Path, Unfit, refuse_dollar_keys
from cloud_fake.values.kinds import MISSING, Value
from cloud_fake.values.order import SortKey, equal, sort_key
from cloud_fake.values.paths import split

if TYPE_CHECKING:
    from cloud_fake.query.writing import Change

__all__ = ["push"]

_BAD_VALUE = 2
_NOT_AN_ARRAY = "The field '{path}' must be an array but is of type {type} in document {{{id}}}"

#: An array to another one; never edits the one it is given.
_Arrange: TypeAlias = Callable[[list[Value]], list[Value]]


def push(operand: Value, path: Path) -> Change:
    """`$push`: the array and a value, or each of `$each`; then sorted, then cut, if asked for."""
    modifiers = operand if type(operand) is dict and "$each" in operand else {"$each": [operand]}
    steps = _steps(modifiers)
    refuse_dollar_keys(modifiers["$each"], path)

    def change(value: Value) -> Value:
        array = [] if value is MISSING else value
        if type(array) is not list:
            raise Unfit(_BAD_VALUE, _NOT_AN_ARRAY, path, type=type_name(array))
        for step in steps:
            array = step(array)
        return value if _same_elements(value, array) else array

    return change


def _same_elements(old: Value, new: list[Value]) -> bool:
    if old is MISSING or len(old) != len(new):
        return False
    return all(one is other or equal(one, other) for one, other in zip(old, new, strict=True))


def _steps(modifiers: dict[str, Value]) -> list[_Arrange]:
    """What is done to the array; the order is MongoDB's, whatever the order of the modifiers."""
    for name in modifiers:
        if name not in _MODIFIERS:
            raise QueryError(_BAD_VALUE, f"Unrecognized clause in $push: {name}")
    position = _integer(modifiers, "$position", ", not of type: ")
    size = _integer(modifiers, "$slice", " but was given type: ")
    steps = [_insert(_each(modifiers["$each"]), position)]
    if "$sort" in modifiers:
        steps.append(_sort(modifiers["$sort"]))
    if size is not None:
        steps.append(_cut(size))
    return steps


_MODIFIERS = frozenset({"$each", "$position", "$sort", "$slice"})


def _each(values: Value) -> list[Value]:
    if type(values) is list:
        return values
    text = (
        f"The argument to $each in $push must be an array but it was of type: {type_name(values)}"
    )
    raise QueryError(_BAD_VALUE, text)


def _integer(modifiers: dict[str, Value], name: str, but: str) -> int | None:
    if name not in modifiers:
        return None
    value = modifiers[name]
    if is_number(value) and value == value // 1:
        return int(value)
    text = f"The value for {name} must be an integer value{but}{type_name(value)}"
    raise QueryError(_BAD_VALUE, text)


def _insert(values: list[Value], position: int | None) -> _Arrange:
    if position is None:
        return lambda array: [*array, *values]
    # Python counts a negative position from the end, and clamps both ends, as MongoDB does.
    return lambda array: [*array[:position], *values, *array[position:]]


def _cut(size: int) -> _Arrange:
    if size < 0:
        return lambda array: array[size:]
    return lambda array: array[:size]


def _sort(pattern: Value) -> _Arrange:
    """Sorting by `1` or `-1` (elements as wholes) or by `{field: 1, other.field: -1}`."""
    if is_number(pattern):
        return _by([(sort_key, _descends(pattern))])
    if type(pattern) is not dict:
        raise QueryError(
            _BAD_VALUE,
            "The $sort is invalid: use 1/-1 to sort the whole element, "
            "or {field:1/-1} to sort embedded fields",
        )
    if not pattern:
        raise QueryError(
            _BAD_VALUE, "The $sort pattern is empty when it should be a set of fields."
        )
    return _by([(_key_at(field), _descends(order)) for field, order in pattern.items()])


def _by(keys: list[tuple[Callable[[Value], SortKey], bool]]) -> _Arrange:
    def arrange(array: list[Value]) -> list[Value]:
        for key, descends in reversed(keys):
            array = sorted(array, key=key, reverse=descends)
        return array

    return arrange


def _descends(order: Value) -> bool:
    if is_number(order) and order in (1, -1):
        return bool(order == -1)
    raise QueryError(_BAD_VALUE, "The $sort element value must be either 1 or -1")


def _key_at(field: str) -> Callable[[Value], SortKey]:
    """The sort key of what an element has at a path; nothing there sorts as null."""
    segments = split(field)
    if not field:
        raise QueryError(_BAD_VALUE, "The $sort field cannot be empty")
    if "" in segments:
        text = f"The $sort field is a dotted field but has an empty part: {field}"
        raise QueryError(_BAD_VALUE, text)

    def key(element: Value) -> SortKey:
        for segment in segments:
            element = element.get(segment) if type(element) is dict else None
        return sort_key(element)

    return key

"""Query floor: arrays in expressions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloud_fake.errors import QueryError
from cloud_fake.query.operators.expr_signatures import null_if_any
from cloud_fake.query.operators.expr_values import (
    expect_array,
    is_integral,
    is_null,
    is_number,
    show,
    type_name,
)
from cloud_fake.values.kinds import MISSING, Value
from cloud_fake.values.order import equal

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "concat_arrays",
    "contains",
    "element_at",
    "index_of",
    "is_array",
    "make_range",
    "reverse",
    "search_bounds",
    "size",
    "take_slice",
]


@null_if_any
def element_at(array: Value, index: Value) -> Value:
    """`$arrayElemAt`: negative counts from the end; missing where there is no element."""
    text = "$arrayElemAt's first argument must be an array, but is {type}"
    items = expect_array(array, 28689, text)
    if not is_number(index):
        raise QueryError(
            28690,
            f"$arrayElemAt's second argument must be a numeric value, but is {type_name(index)}",
        )
    if not is_integral(index):
        raise QueryError(
            28691,
            "$arrayElemAt's second argument must be representable as a 32-bit integer: "
            f"{show(index)}",
        )
    return items[int(index)] if -len(items) <= index < len(items) else MISSING


def concat_arrays(*arrays: Value) -> Value:
    """`$concatArrays`: one array of all their elements."""
    joined: list[Value] = []
    for array in arrays:
        if is_null(array):
            return None
        joined += expect_array(array, 28664, "$concatArrays only supports arrays, not {type}")
    return joined


def contains(value: Value, array: Value) -> Value:
    """`$in`: whether an element of the array equals the value."""
    text = "$in requires an array as a second argument, found: {type}"
    return any(equal(value, item) for item in expect_array(array, 40081, text))


def is_array(value: Value) -> Value:
    """`$isArray`."""
    return type(value) is list


@null_if_any
def reverse(array: Value) -> Value:
    """`$reverseArray`."""
    text = "The argument to $reverseArray must be an array, but was of type: {type}"
    return expect_array(array, 34435, text)[::-1]


def size(array: Value) -> Value:
    """`$size`: an error, not null, where there is no array."""
    text = "The argument to $size must be an array, but was of type: {type}"
    return len(expect_array(array, 17124, text))


# --- $indexOfArray -------------------------------------------------------------------------------


def index_of(array: Value, sought: Value, *bounds: Value) -> Value:
    """`$indexOfArray`: the first index of an equal element between the bounds, else -1."""
    if is_null(array):
        return None
    text = "$indexOfArray requires an array as a first argument, found: {type}"
    items = expect_array(array, 40090, text)
    start, end = search_bounds("$indexOfArray", bounds, len(items))
    for index in range(start, end):
        if equal(items[index], sought):
            return index
    return -1


def search_bounds(name: str, bounds: Sequence[Value], length: int) -> tuple[int, int]:
    """Where a search starts, and the end that it does not reach.

    Raises:
        QueryError: 40096 or 40097, a bound is not a whole number from zero on.
    """
    start = bounds[0] if bounds else 0
    end = bounds[1] if len(bounds) > 1 else length
    _check_bound(name, "starting index", start)
    _check_bound(name, "ending index", end)
    return int(start), min(int(end), length)


def _check_bound(name: str, what: str, bound: Value) -> None:
    if not is_integral(bound):
        # The blank that is missing before "requires" is the server's.
        raise QueryError(
            40096,
            f"{name}requires an integral {what}, found a value of type: {type_name(bound)}, "
            f"with value: {show(bound)}",
        )
    if bound < 0:
        raise QueryError(40097, f"{name} requires a nonnegative {what}, found: {show(bound)}")


# --- $range --------------------------------------------------------------------------------------


def make_range(start: Value, end: Value, step: Value = 1) -> Value:
    """`$range`: the integers from start up (or down) to end, which is not one of them."""
    first = _range_part((34443, "a numeric starting value"), (34444, "a starting value"), start)
    stop = _range_part((34445, "a numeric ending value"), (34446, "an ending value"), end)
    stride = _range_part((34447, "a numeric step value"), (34448, "a step value"), step)
    if stride == 0:
        raise QueryError(34449, "$range requires a non-zero step value")
    return list(range(first, stop, stride))


def _range_part(numeric: tuple[int, str], integral: tuple[int, str], part: Value) -> int:
    if not is_number(part):
        code, what = numeric
        raise QueryError(code, f"$range requires {what}, found value of type: {type_name(part)}")
    if not is_integral(part):
        code, what = integral
        raise QueryError(
            code,
            f"$range requires {what} that can be represented as a 32-bit integer, "
            f"found value: {show(part)}",
        )
    return int(part)


# --- $slice --------------------------------------------------------------------------------------


@null_if_any
def take_slice(array: Value, *numbers: Value) -> Value:
    """`$slice`: `[array, n]` the first n (or last -n), `[array, position, n]` n from there."""
    text = "First argument to $slice must be an array, but is of type: {type}"
    items = expect_array(array, 28724, text)
    second = _slice_number("Second", (28725, 28726), numbers[0])
    if len(numbers) == 1:
        return items[:second] if second >= 0 else items[second:]
    count = _slice_number("Third", (28727, 28728), numbers[1])
    if count <= 0:
        raise QueryError(28729, f"Third argument to $slice must be positive: {count}")
    start = second if second >= 0 else max(0, len(items) + second)
    return items[start : start + count]


def _slice_number(which: str, codes: tuple[int, int], value: Value) -> int:
    if not is_number(value):
        be = "be a numeric value, but" if which == "Second" else "be numeric, but"
        raise QueryError(
            codes[0], f"{which} argument to $slice must {be} is of type: {type_name(value)}"
        )
    if not is_integral(value):
        raise QueryError(
            codes[1],
            f"{which} argument to $slice can't be represented as a 32-bit integer: {show(value)}",
        )
    return int(value)

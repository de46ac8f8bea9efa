"""Query floor: arithmetic in expressions. Whole results are ints, as JavaScript prints them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cloud_fake.errors import QueryError
from cloud_fake.query.operators.expr_date_zones import date_of
from cloud_fake.query.operators.expr_functions import expect_positive
from cloud_fake.query.operators.expr_signatures import null_if_any
from cloud_fake.query.operators.expr_values import (
    NUMBERS,
    is_null,
    is_number,
    long_of,
    number,
    show,
    type_name,
)
from cloud_fake.values.dates import DATE_TYPE, to_millis

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cloud_fake.values.kinds import Value

__all__ = [
    "add",
    "divide",
    "log",
    "mod",
    "multiply",
    "power",
    "subtract",
    "total",
]

_DATE = DATE_TYPE[0]
_INTS = frozenset({int})


def total(numbers: list[float]) -> float:
    """The sum of many numbers, rounded once, as the server's compensated summation does it."""
    if _INTS.issuperset(map(type, numbers)):
        return number(sum(numbers))
    try:
        return number(math.fsum(numbers))
    except (OverflowError, ValueError):  # infinities, which fsum will not add
        return sum(map(float, numbers))


# --- of many -------------------------------------------------------------------------------------


def add(*operands: Value) -> Value:
    """`$add`: the sum; with one date among the numbers, the date that many milliseconds later."""
    whole = 0
    for operand in operands:
        if type(operand) is not int:
            return _add_all_kinds(operands)
        whole += operand
    return number(whole)


def _add_all_kinds(operands: Sequence[Value]) -> Value:
    numbers: list[float] = []
    date = None
    for operand in operands:
        if is_number(operand):
            numbers.append(operand)
        elif is_null(operand):
            return None
        elif type(operand) is not _DATE:
            raise QueryError(
                16554, f"$add only supports numeric or date types, not {type_name(operand)}"
            )
        elif date is not None:
            raise QueryError(16612, "only one date allowed in an $add expression")
        else:
            date = operand
    return total(numbers) if date is None else _later(date, total(numbers))


def _later(date: Value, millis: float) -> Value:
    return date_of(to_millis(date) + long_of(millis))


def multiply(*operands: Value) -> Value:
    """`$multiply`: the product; of nothing, 1."""
    product: float = 1
    for operand in operands:
        if type(operand) not in NUMBERS:
            return _null_or_refusal(operand)
        product = number(product * operand)
    return product


def _null_or_refusal(operand: Value) -> Value:
    if is_null(operand):
        return None
    raise QueryError(16555, f"$multiply only supports numeric types, not {type_name(operand)}")


# --- of two --------------------------------------------------------------------------------------


@null_if_any
def subtract(left: Value, right: Value) -> Value:
    """`$subtract`: of numbers, of a date and milliseconds, or of two dates in milliseconds."""
    if type(left) in NUMBERS and type(right) in NUMBERS:
        return number(left - right)
    if type(left) is not _DATE:
        # The blank that is missing behind "a" is the server's.
        raise QueryError(16556, f"cant $subtract a{type_name(right)} from a {type_name(left)}")
    if type(right) is _DATE:
        return to_millis(left) - to_millis(right)
    if is_number(right):
        return _later(left, -long_of(right))
    raise QueryError(16613, f"cant $subtract a {type_name(right)} from a Date")


@null_if_any
def divide(left: Value, right: Value) -> Value:
    """`$divide`: never rounded."""
    _expect_two_numbers(16609, "$divide", left, right)
    if right == 0:
        raise QueryError(16608, "can't $divide by zero")
    return number(left / right)


@null_if_any
def mod(left: Value, right: Value) -> Value:
    """`$mod`: the remainder, with the sign of the dividend."""
    _expect_two_numbers(16611, "$mod", left, right)
    if right == 0:
        raise QueryError(16610, "can't $mod by zero")
    return math.nan if math.isinf(left) else number(math.fmod(left, right))


def _expect_two_numbers(code: int, name: str, left: Value, right: Value) -> None:
    if not (type(left) in NUMBERS and type(right) in NUMBERS):
        raise QueryError(
            code,
            f"{name} only supports numeric types, not {type_name(left)} and {type_name(right)}",
        )


@null_if_any
def power(base: Value, exponent: Value) -> Value:
    """`$pow`: exact where integers suffice, else a double."""
    if not is_number(base):
        raise QueryError(28762, f"$pow's base must be numeric, not {type_name(base)}")
    if not is_number(exponent):
        raise QueryError(28763, f"$pow's exponent must be numeric, not {type_name(exponent)}")
    if base == 0 and exponent < 0:
        raise QueryError(28764, "$pow cannot take a base of 0 and a negative exponent")
    return number(_power(base, exponent))


def _power(base: float, exponent: float) -> float:
    try:
        return math.pow(base, exponent)
    except ValueError:  # a fractional power of a negative number
        return math.nan
    except OverflowError:
        return -math.inf if base < 0 and math.fmod(exponent, 2) else math.inf


@null_if_any
def log(argument: Value, base: Value) -> Value:
    """`$log`: the logarithm of the first to the base of the second."""
    if not is_number(argument):
        raise QueryError(28756, f"$log's argument must be numeric, not {type_name(argument)}")
    if not is_number(base):
        raise QueryError(28757, f"$log's base must be numeric, not {type_name(base)}")
    expect_positive(28758, "$log", argument)
    if base <= 0 or base == 1:
        raise QueryError(
            28759, f"$log's base must be a positive number not equal to 1, but is {show(base)}"
        )
    return number(math.log(argument) / math.log(base))

"""Query floor: the functions of one number in expressions."""

from __future__ import annotations

import math
from functools import wraps
from typing import TYPE_CHECKING

from cloud_fake.errors import QueryError
from cloud_fake.query.operators.expr_signatures import NullIfAny, null_if_any
from cloud_fake.query.operators.expr_values import NUMBERS, number, show, type_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloud_fake.values.kinds import Value

__all__ = [
    "absolute",
    "ceil",
    "exp",
    "expect_positive",
    "floor",
    "ln",
    "log10",
    "sqrt",
    "trunc",
]


def _numeric(name: str) -> Callable[[Callable[[float], float]], NullIfAny]:
    """The rules that all of them share: null gives null, and nothing else but numbers is taken."""

    def decorate(body: Callable[[float], float]) -> NullIfAny:
        @wraps(body)
        def call(argument: Value) -> Value:
            if type(argument) not in NUMBERS:
                raise QueryError(
                    28765, f"{name} only supports numeric types, not {type_name(argument)}"
                )
            return number(body(argument))

        return null_if_any(call)

    return decorate


@_numeric("$abs")
def absolute(value: float) -> float:
    """`$abs`: without its sign."""
    return abs(value)


# --- rounding: infinities stay what they are -----------------------------------------------------


@_numeric("$ceil")
def ceil(value: float) -> float:
    """`$ceil`: the next whole number above."""
    return math.ceil(value) if math.isfinite(value) else value


@_numeric("$floor")
def floor(value: float) -> float:
    """`$floor`: the next whole number below."""
    return math.floor(value) if math.isfinite(value) else value


@_numeric("$trunc")
def trunc(value: float) -> float:
    """`$trunc`: the next whole number toward zero."""
    return math.trunc(value) if math.isfinite(value) else value


# --- powers and logarithms -----------------------------------------------------------------------


@_numeric("$exp")
def exp(value: float) -> float:
    """`$exp`: e to this power."""
    try:
        return math.exp(value)
    except OverflowError:
        return math.inf


@_numeric("$sqrt")
def sqrt(value: float) -> float:
    """`$sqrt`: the square root."""
    if value < 0:
        raise QueryError(28714, "$sqrt's argument must be greater than or equal to 0")
    return math.sqrt(value)


@_numeric("$ln")
def ln(value: float) -> float:
    """`$ln`: the natural logarithm."""
    return math.log(expect_positive(28766, "$ln", value))


@_numeric("$log10")
def log10(value: float) -> float:
    """`$log10`: the logarithm to the base of ten."""
    return math.log10(expect_positive(28761, "$log10", value))


def expect_positive(code: int, name: str, argument: float) -> float:
    """The number, or NaN, of which there is a logarithm.

    Raises:
        QueryError: it is zero or less.
    """
    if argument <= 0:
        raise QueryError(
            code, f"{name}'s argument must be a positive number, but is {show(argument)}"
        )
    return argument

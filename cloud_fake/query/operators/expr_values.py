"""Query floor: what every family of expression operators asks of a value, and how texts name it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cloud_fake.errors import QueryError
from cloud_fake.values.dates import DATE_TYPE, iso_millis
from cloud_fake.values.kinds import MISSING, Document, Missing, Value
from cloud_fake.values.regex import Regex

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = [
    "INT32_MAX",
    "INT32_MIN",
    "NUMBERS",
    "expect_array",
    "is_integral",
    "is_null",
    "is_number",
    "long_of",
    "number",
    "show",
    "text_of",
    "truthy",
    "type_name",
]

INT32_MIN, INT32_MAX = -(2**31), 2**31 - 1
#: The types of numbers; a boolean is none.
NUMBERS = frozenset({int, float})
_EXACT = 2**53

_TYPE_NAMES: dict[type, str] = {
    Missing: "missing",
    type(None): "null",
    bool: "bool",
    float: "double",
    str: "string",
    dict: "object",
    list: "array",
    DATE_TYPE[0]: "date",
    Regex: "regex",
}


def type_name(value: Value) -> str:
    """MongoDB's name of the value's type; a whole number is an `int` if 32 bits hold it."""
    if type(value) is int:
        return "int" if INT32_MIN <= value <= INT32_MAX else "long"
    return _TYPE_NAMES[type(value)]


def is_null(value: Value) -> bool:
    """Whether the value is null or missing, which most operators answer with null."""
    return value is None or value is MISSING


def is_number(value: Value) -> bool:
    """Whether the value is a number; a boolean is none."""
    return type(value) in NUMBERS


_ALWAYS_TRUE = frozenset({str, dict, list, DATE_TYPE[0], Regex})


def truthy(value: Value) -> bool:
    """MongoDB's notion of true: all but false, zero, null and missing; `""` and `[]` are true."""
    return value is True or bool(value) or type(value) in _ALWAYS_TRUE


def is_integral(value: Value, low: int = INT32_MIN, high: int = INT32_MAX) -> bool:
    """Whether the value is a number that an integer of 32 bits (or the given range) can hold."""
    whole = type(value) is int or (type(value) is float and value.is_integer())
    return whole and low <= value <= high


def long_of(value: float) -> int:
    """The number cut to an integer as the server's processors do it, infinities and NaN too."""
    return math.trunc(value) if math.isfinite(value) else -(2**63)


def number(value: float) -> float:
    """A result as JavaScript would hold it: whole numbers as int, those beyond 2^53 rounded."""
    if not -_EXACT <= value <= _EXACT:
        return float(value)
    return int(value) if type(value) is float and value.is_integer() else value


def expect_array(value: Value, code: int, text: str) -> list[Value]:
    """The value when it is an array.

    Raises:
        QueryError: it is not; `{type}` in the text stands for what it is.
    """
    if type(value) is list:
        return value
    raise QueryError(code, text.format(type=type_name(value)))


def text_of(value: Value) -> str:
    """The value as a string: the conversion that `$toLower`, `$substr` and their kin allow.

    Raises:
        QueryError: 16007, there is no such conversion (booleans, objects, arrays).
    """
    if type(value) is str:
        return value
    if is_null(value):
        return ""
    if is_number(value) or type(value) is DATE_TYPE[0]:
        return show(value)
    raise QueryError(16007, f"can't convert from BSON type {type_name(value)} to String")


def show(value: Value) -> str:
    """The value as MongoDB's error texts print it."""
    return _SHOWN.get(type(value), str)(value)


def _show_object(document: Document) -> str:
    members = [f"{name}: {show(member)}" for name, member in document.items()]
    return f"{{{', '.join(members)}}}"


def _show_double(value: float) -> str:
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    return f"{value:.16g}"


_SHOWN: Mapping[type, Callable[..., str]] = {
    Missing: lambda _value: "MISSING",
    type(None): lambda _value: "null",
    bool: lambda value: "true" if value else "false",
    str: lambda value: f'"{value}"',
    float: _show_double,
    dict: _show_object,
    list: lambda value: f"[{', '.join(map(show, value))}]",
    DATE_TYPE[0]: iso_millis,
    Regex: lambda value: f"/{value.pattern}/{value.options}",
}

"""Query floor: conversions between types: one for each pair of types that has one."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

from cloud_fake.errors import NotSupportedByFake, QueryError
from cloud_fake.query.operators.expr_date_fields import conversion_failure
from cloud_fake.query.operators.expr_date_strings import parse_date
from cloud_fake.query.operators.expr_date_zones import date_of
from cloud_fake.query.operators.expr_values import (
    INT32_MAX,
    INT32_MIN,
    number,
    show,
    type_name,
)
from cloud_fake.values.dates import iso_millis, to_millis
from cloud_fake.values.kinds import Value

__all__ = ["converted"]

Conversion: TypeAlias = Callable[[Value], Value]

_INT64_MIN, _INT64_MAX = -(2**63), 2**63 - 1
_NO_ON_ERROR = "in $convert with no onError value"

# --- from and to numbers -------------------------------------------------------------------------


def _whole(low: int, high: int) -> Conversion:
    """From a number to an integer between the bounds, cut toward zero."""

    def cast(value: float) -> int:
        if math.isnan(value):
            raise conversion_failure(f"Attempt to convert NaN value to integer type {_NO_ON_ERROR}")
        if math.isinf(value):
            raise conversion_failure(
                f"Attempt to convert infinity value to integer type {_NO_ON_ERROR}"
            )
        if not low <= value <= high:
            raise conversion_failure(
                f"Conversion would overflow target type {_NO_ON_ERROR}: {show(value)}"
            )
        return math.trunc(value)

    return cast


_DECIMAL = re.compile(
    r"[+-]?((\d+\.?\d*|\.\d+)(e[+-]?\d+)?|inf(inity)?|nan)", re.IGNORECASE | re.ASCII
)


def _whole_from_string(low: int, high: int) -> Conversion:
    def parse(text: str) -> Value:
        _refuse_hexadecimal(text)
        digits = text[1:] if text[:1] in ("+", "-") else text
        if not digits:
            raise _unparsable(text, "No digits")
        for digit in digits:
            if digit not in "0123456789":
                raise _unparsable(text, f'Bad digit "{digit}" while parsing {text}')
        if not low <= int(text) <= high:
            raise _unparsable(text, "Overflow")
        return number(int(text))

    return parse


def _double_from_string(text: str) -> Value:
    _refuse_hexadecimal(text)
    if not text:
        raise _unparsable(text, "Empty string")
    if not _DECIMAL.fullmatch(text):
        raise _unparsable(text, "Did not consume whole number.")
    value = float(text)
    if math.isinf(value) and "n" not in text.lower():
        raise _unparsable(text, "Out of range")
    return number(value)


def _refuse_hexadecimal(text: str) -> None:
    if text.startswith("0x"):
        raise conversion_failure(f"Illegal hexadecimal input {_NO_ON_ERROR}: {text}")


def _unparsable(text: str, why: str) -> QueryError:
    return conversion_failure(f"Failed to parse number '{text}' {_NO_ON_ERROR}: {why}")


def _double_to_string(value: float) -> str:
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return "NaN" if math.isnan(value) else show(value)


def _object_id(text: str) -> Value:
    if not re.fullmatch("[0-9a-fA-F]{24}", text):
        raise conversion_failure(
            f"Failed to parse objectId '{text}' {_NO_ON_ERROR}: "
            f"Invalid string length for parsing to OID, expected 24 but found {len(text)}"
        )
    raise NotSupportedByFake("$toObjectId: the SDKs read an ObjectId as an empty object")


def _decimal(_value: Value) -> Value:
    raise NotSupportedByFake("$toDecimal: JavaScript has no decimal numbers, the SDKs lose them")


def _same(value: Value) -> Value:
    return value


def _true(_value: Value) -> Value:
    return True


_to_long = _whole(_INT64_MIN, _INT64_MAX)


def _date_of_number(value: float) -> Value:
    return date_of(_to_long(value))


#: Target, then source. What is not here the server refuses, too: an `int` makes no date.
_CONVERSIONS: Mapping[str, Mapping[str, Conversion]] = {
    "double": {
        "int": _same,
        "long": _same,
        "double": _same,
        "bool": int,
        "string": _double_from_string,
        "date": to_millis,
    },
    "string": {
        "int": str,
        "long": str,
        "double": _double_to_string,
        "bool": show,
        "string": _same,
        "date": iso_millis,
    },
    "bool": {
        "int": bool,
        "long": bool,
        "double": bool,
        "bool": _same,
        **dict.fromkeys(["string", "date", "object", "array", "regex"], _true),
    },
    "date": {
        "long": _date_of_number,
        "double": _date_of_number,
        "string": parse_date,
        "date": _same,
    },
    "int": {
        **dict.fromkeys(["int", "long", "double"], _whole(INT32_MIN, INT32_MAX)),
        "bool": int,
        "string": _whole_from_string(INT32_MIN, INT32_MAX),
    },
    "long": {
        **dict.fromkeys(["int", "long", "double"], _to_long),
        "bool": int,
        "string": _whole_from_string(_INT64_MIN, _INT64_MAX),
        "date": to_millis,
    },
    "decimal": dict.fromkeys(["int", "long", "double", "bool", "string", "date"], _decimal),
    "objectId": {"string": _object_id},
}


def converted(value: Value, target: str) -> Value:
    """The value as another type, by MongoDB's names of types.

    Raises:
        QueryError: 241, there is no such conversion, or not of this value.
        NotSupportedByFake: to a type that JavaScript does not have.
    """
    source = type_name(value)
    conversion = _CONVERSIONS.get(target, {}).get(source)
    if conversion is None:
        raise conversion_failure(f"Unsupported conversion from {source} to {target} {_NO_ON_ERROR}")
    return conversion(value)

"""Crossing as JSON: what is left of a value that JavaScript stringifies and parses again.

A tree copy with JSON's rules, ten times cheaper than the round trip: dates become ISO strings,
`MISSING` and functions are dropped (null in arrays), NaN and the infinities become null, a regular
expression becomes `{}`, bytes become `{"type": "Buffer", "data": [...]}`. What JSON cannot carry
is refused with its path. Source: JSON.stringify, and the SDKs' treatment of buffers.
"""

from __future__ import annotations

import json
import marshal
import math
import re
from collections.abc import Callable, Mapping
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any, NoReturn

from cloud_fake.values.dates import DATE_TYPE, iso_millis, to_utc_millis
from cloud_fake.values.geo import Shape
from cloud_fake.values.intake import MAX_SAFE_INTEGER
from cloud_fake.values.kinds import Missing, Value
from cloud_fake.values.marks import CloudID
from cloud_fake.values.regex import Regex

__all__ = ["CannotCross", "cross", "is_undefined", "longer_than", "revive_buffers", "utf8"]


class CannotCross(TypeError):  # noqa: N818 - what it says is worded by who calls
    """A value that JSON cannot carry; `path` says where, `what` what it is."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what
        self.path: list[str] = []

    def __str__(self) -> str:
        where = ".".join(reversed(self.path)) or "the value itself"
        return f"Object of type {self.what} is not JSON serializable (at {where})"


def cross(value: object) -> Value:
    """The value after a trip through JSON; shares nothing with the original.

    Raises:
        CannotCross: something in it has no JSON form.
        RecursionError: it is nested too deep, or within itself.
    """
    return _BY_TYPE.get(type(value), _cross_other)(value)


def is_undefined(value: object) -> bool:
    """Whether JSON.stringify makes nothing of it: `undefined`, and functions."""
    return type(value) in _UNDEFINED


_LEAST = -MAX_SAFE_INTEGER
_INFINITY = math.inf
_UNDEFINED = frozenset({Missing, FunctionType, BuiltinFunctionType, MethodType})


def _as_is(value: Value) -> Value:
    return value


def _integer(value: int) -> int:
    if _LEAST <= value <= MAX_SAFE_INTEGER:
        return int(value)
    # JavaScript has no such number, and a BigInt is what JSON.stringify refuses.
    raise CannotCross("int beyond 2^53 - 1")


def _real(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


# As in taking in, the two loops ask for the common types by identity and call nothing for a scalar.


def _object(value: Mapping[Any, Any]) -> dict[str, Value]:
    given: dict[str, Any] = value if type(value) is dict else _rekeyed(value)
    copy = given.copy()
    key: Any = ""
    try:
        for key, item in given.items():
            if type(key) is not str:
                break
            kind = type(item)
            if kind is str or kind is bool or item is None:
                continue
            if kind is int and _LEAST <= item <= MAX_SAFE_INTEGER:
                continue
            if kind is float and -_INFINITY < item < _INFINITY:
                continue
            if kind in _UNDEFINED:
                del copy[key]
            else:
                copy[key] = _BY_TYPE.get(kind, _cross_other)(item)
        else:
            return copy
    except CannotCross as misfit:
        misfit.path.append(key)
        raise
    return _object(_rekeyed(given))


def _rekeyed(value: Mapping[Any, Any]) -> dict[str, Any]:
    return {_key(key): item for key, item in value.items() if type(item) not in _UNDEFINED}


def _key(key: object) -> str:
    if isinstance(key, str):
        return str(key)
    raise CannotCross(f"{type(key).__name__} as a key")


def _array(value: list[Any] | tuple[Any, ...]) -> list[Value]:
    copy: list[Value] = list(value)
    index = 0
    try:
        for index, item in enumerate(copy):
            kind = type(item)
            if kind is str or kind is bool or item is None:
                continue
            if kind is int and _LEAST <= item <= MAX_SAFE_INTEGER:
                continue
            copy[index] = None if kind in _UNDEFINED else _BY_TYPE.get(kind, _cross_other)(item)
    except CannotCross as misfit:
        misfit.path.append(str(index))
        raise
    return copy


def _date(value: Any) -> str:
    try:
        return iso_millis(to_utc_millis(value))
    except OverflowError:
        raise CannotCross("date beyond the years 1 to 9999 in UTC") from None


def _buffer(value: bytes | bytearray | memoryview) -> dict[str, Value]:
    return {"type": "Buffer", "data": list(bytes(value))}


def _empty(_value: object) -> dict[str, Value]:
    return {}


def _geo(value: Shape) -> dict[str, Value]:
    return value.geojson()


def _refuse(value: object) -> NoReturn:
    raise CannotCross(type(value).__name__)


_Handler = Callable[[Any], Value]

_BY_TYPE: dict[type, _Handler] = {
    type(None): _as_is,
    bool: _as_is,
    str: _as_is,
    int: _integer,
    float: _real,
    dict: _object,
    list: _array,
    tuple: _array,
    bytes: _buffer,
    DATE_TYPE[0]: _date,
}

_BY_BASE: list[tuple[type, _Handler]] = [
    (str, str.__str__),
    (int, lambda value: _integer(int(value))),
    (float, _real),
    (Mapping, _object),
    (list, _array),
    (tuple, _array),
    (bytes, _buffer),
    (bytearray, _buffer),
    (memoryview, _buffer),
    (DATE_TYPE[0], _date),
    (Shape, _geo),
    (Regex, _empty),
    (re.Pattern, _empty),
    (CloudID, CloudID.toJSON),
]


def _cross_other(value: object) -> Value:
    for base, handler in _BY_BASE:
        if isinstance(value, base):
            return handler(value)
    return _refuse(value)


def revive_buffers(value: Value) -> Value:
    """Turn `{"type": "Buffer", "data": [...]}` back into bytes, at any depth, as the client does.

    An empty buffer stays an object, as in the base library.
    """
    if type(value) is dict:
        if value.get("type") == "Buffer" and len(value) == 2 and _is_bytes(value.get("data")):
            return bytes(value["data"])
        return {key: revive_buffers(item) for key, item in value.items()}
    if type(value) is list:
        return [revive_buffers(item) for item in value]
    return value


def _is_bytes(data: object) -> bool:
    return (
        isinstance(data, list)
        and bool(data)
        and all(type(item) is int and 0 <= item <= 255 for item in data)
    )


def utf8(text: str) -> bytes:
    """The bytes of a text, as JavaScript sends it: half of a surrogate pair becomes U+FFFD."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()


def longer_than(value: Value, limit: int, words: Callable[[Any], Value] | None = None) -> bool:
    """Whether the value's JSON text has more characters than `limit`.

    Most values are far below any limit, and a rough count tells.

    Args:
        value: what JSON can carry, or `words` has words for.
        limit: how many characters.
        words: what becomes of a value that JSON has no words for; short, as a date is.
    """
    try:
        # No text is six times as long as this, whose second version names no string by an earlier
        # one. It is counted in C.
        most = 6 * len(marshal.dumps(value, 2)) if words is None else _at_most(value)
    except ValueError:  # nested too deep for it
        most = _at_most(value)
    if most <= limit:
        return False
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=words)
    return len(text) > limit


def _at_most(value: Value) -> int:
    """A length that the JSON text cannot exceed: six for each character, thirty for each item.

    One loop without calls, for it measures whole answers of the database.
    """
    values: list[Any] = [value]
    texts: list[str] = []
    for item in values:  # which grows meanwhile
        kind = type(item)
        if kind is str:
            texts.append(item)
        elif kind is dict:
            texts += item
            values += item.values()
        elif kind is list:
            values += item
    return 6 * len("".join(texts)) + 30 * len(values)

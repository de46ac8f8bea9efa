"""The door: what comes in is copied and checked in one walk, what goes out is copied again.

Taken in, exactly what the platform holds: `None`, `bool`, numbers up to 2^53 - 1 (NaN and the
infinities become null, as the SDK's JSON makes them), `str`, `datetime`, `dict` with string keys,
`list` (and tuples), geo values, regular expressions, `ServerDate`. Anything else is refused with
its path. `MISSING` is JavaScript's `undefined`: dropped from objects, null in arrays.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from cloud_fake.errors import Refusal, texts
from cloud_fake.values.dates import DATE_TYPE, from_millis, to_utc_millis
from cloud_fake.values.geo import Shape, shape_of
from cloud_fake.values.kinds import MISSING, Value, js_type
from cloud_fake.values.regex import Regex

__all__ = ["MAX_DEPTH", "MAX_SAFE_INTEGER", "ServerDate", "bind", "hand_out", "take_in"]

#: JavaScript's Number.MAX_SAFE_INTEGER: beyond it the platform would round silently.
MAX_SAFE_INTEGER = 2**53 - 1
#: MongoDB refuses documents nested deeper.
MAX_DEPTH = 100

_TYPE_ERROR = -401003
_CIRCULAR = -402001
_HOLDABLE = "string, number, boolean, null, date, regexp, geo, object or array"


@dataclass(frozen=True)
class ServerDate:
    """`db.serverDate({offset})`: the server's time when it runs, plus `offset` milliseconds."""

    offset: int = 0


def take_in(value: object, name: str = "data") -> Value:
    """A copy of `value` that shares nothing with it and holds only what the platform holds.

    Args:
        value: what the caller gave.
        name: how error texts call it: `parameter.<name>.tags.0 should be …`.

    Raises:
        Refusal: something in it cannot be held; the text names its path.
    """
    try:
        return _take(value, MAX_DEPTH)
    except _Misfit as misfit:
        path = ".".join([name, *reversed(misfit.path)])
        raise Refusal(_TYPE_ERROR, texts.wrong_type(path, misfit.wanted, misfit.actual)) from None
    except _TooDeep:
        if _is_circular(value):
            raise Refusal(_CIRCULAR, texts.CIRCULAR) from None
        raise Refusal(_TYPE_ERROR, texts.too_deep(name, MAX_DEPTH)) from None


def bind(value: Value, now_millis: int) -> Value:
    """The same value with every `ServerDate` in it made a date; a new one only where needed."""
    if type(value) is ServerDate:
        return from_millis(now_millis + value.offset)
    if type(value) is dict:
        bound = {key: bind(item, now_millis) for key, item in value.items()}
        return bound if any(bound[key] is not value[key] for key in bound) else value
    if type(value) is list:
        items = [bind(item, now_millis) for item in value]
        return (
            items if any(new is not old for new, old in zip(items, value, strict=True)) else value
        )
    return value


def hand_out(value: Value) -> Value:
    """A copy nobody else holds, with GeoJSON objects as geo values, as the SDKs read them back."""
    if type(value) is dict:
        return _hand_out_object(value)
    if type(value) is list:
        return [hand_out(item) if type(item) in _CONTAINERS else item for item in value]
    return value


_CONTAINERS = frozenset({dict, list})


def _hand_out_object(document: dict[str, Value]) -> Value:
    if "coordinates" in document:
        shape = shape_of(document)
        if shape is not None:
            return shape
    copy = document.copy()
    for key, item in document.items():
        if type(item) in _CONTAINERS:
            copy[key] = hand_out(item)
    return copy


class _Misfit(Exception):  # noqa: N818
    """A value that cannot be held; its path grows, innermost first, while it unwinds."""

    def __init__(self, wanted: str, actual: str) -> None:
        super().__init__()
        self.wanted, self.actual = wanted, actual
        self.path: list[str] = []


class _TooDeep(Exception):  # noqa: N818
    """Nested deeper than MAX_DEPTH, or within itself."""


def _take(value: Any, depth: int) -> Value:
    handler = _BY_TYPE.get(type(value))
    if handler is None:
        handler = _handler_of_subclass(value)
    return handler(value, depth)


def _as_is(value: Value, _depth: int) -> Value:
    return value


def _integer(value: int, _depth: int) -> int:
    if -MAX_SAFE_INTEGER <= value <= MAX_SAFE_INTEGER:
        return int(value)
    # Python refuses to write very long numbers out.
    shown = str(value) if value.bit_length() <= 128 else "a far bigger one"
    raise _Misfit("a number of at most 2^53 - 1 (JavaScript would round it)", shown)


def _real(value: float, _depth: int) -> float | None:
    return float(value) if math.isfinite(value) else None


def _object(value: Mapping[Any, Any], depth: int) -> dict[str, Value]:
    if not depth:
        raise _TooDeep
    copy: dict[str, Value] = {}
    for key, item in value.items():
        if type(key) is not str:
            key = _key(key)  # noqa: PLW2901
        if item is MISSING:
            continue
        kind = type(item)
        if kind is str or kind is bool:
            copy[key] = item
            continue
        try:
            copy[key] = _take(item, depth - 1)
        except _Misfit as misfit:
            misfit.path.append(key)
            raise
    return copy


def _key(key: object) -> str:
    if isinstance(key, str):
        return str.__str__(key)
    raise _Misfit("an object with string keys", f"the key {key!r}")


def _array(value: list[Any] | tuple[Any, ...], depth: int) -> list[Value]:
    if not depth:
        raise _TooDeep
    copy: list[Value] = []
    for index, item in enumerate(value):
        try:
            copy.append(None if item is MISSING else _take(item, depth - 1))
        except _Misfit as misfit:
            misfit.path.append(str(index))
            raise
    return copy


def _date(value: Any, _depth: int) -> Value:
    try:
        return to_utc_millis(value)
    except OverflowError:
        raise _Misfit("a date of the years 1 to 9999 in UTC", str(value)) from None


def _pattern(value: re.Pattern[Any], _depth: int) -> Regex:
    if not isinstance(value.pattern, str):
        raise _Misfit(_HOLDABLE, "a bytes pattern")
    return Regex.from_python(value)


def _geo(value: Shape, _depth: int) -> dict[str, Value]:
    return value.geojson()


def _misfit(value: object, _depth: int) -> NoReturn:
    raise _Misfit(_HOLDABLE, js_type(value))


_Handler = Callable[[Any, int], Value]

_BY_TYPE: dict[type, _Handler] = {
    type(None): _as_is,
    bool: _as_is,
    str: _as_is,
    int: _integer,
    float: _real,
    dict: _object,
    list: _array,
    tuple: _array,
    DATE_TYPE[0]: _date,
    re.Pattern: _pattern,
    Regex: _as_is,
    ServerDate: _as_is,
}

#: Order matters: `bool` has no subclasses, an IntEnum is an int, a StrEnum is a str.
_BY_BASE: list[tuple[type, _Handler]] = [
    (str, lambda value, _depth: str.__str__(value)),
    (int, lambda value, depth: _integer(int(value), depth)),
    (float, _real),
    (Mapping, _object),
    (list, _array),
    (tuple, _array),
    (DATE_TYPE[0], _date),
    (Shape, _geo),
]


def _handler_of_subclass(value: object) -> _Handler:
    for base, handler in _BY_BASE:
        if isinstance(value, base):
            return handler
    return _misfit


def _is_circular(root: object) -> bool:
    """Whether a container is in itself; a walk without recursion, since it may be very deep."""
    above: set[int] = set()
    done: set[int] = set()
    steps = [(root, False)]
    while steps:
        value, is_left = steps.pop()
        if is_left:
            above.remove(id(value))
            done.add(id(value))
        elif id(value) in above:
            return True
        elif isinstance(value, (Mapping, list, tuple)) and id(value) not in done:
            above.add(id(value))
            steps.append((value, True))
            items = value.values() if isinstance(value, Mapping) else value
            steps.extend((item, False) for item in items)
    return False

"""The door, inwards: what comes in is copied and checked in one walk.

Taken in, exactly what the platform holds: `None`, `bool`, numbers up to 2^53 - 1 (NaN and the
infinities become null, as the SDK's JSON makes them), `str`, `datetime`, `dict` with string keys,
`list` (and tuples), geo values, regular expressions, `ServerDate`. Anything else is refused with
its path. `MISSING` is JavaScript's `undefined`: dropped from objects, null in arrays.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple, NoReturn

from cloud_fake.errors import Refusal, texts
from cloud_fake.values.dates import DATE_TYPE, UTC, to_utc_millis
from cloud_fake.values.geo import Shape
from cloud_fake.values.kinds import MISSING, Value, js_type
from cloud_fake.values.regex import Regex
from cloud_fake.values.server_dates import YEARS, ServerDate, bind

__all__ = [
    "MAX_DEPTH",
    "MAX_SAFE_INTEGER",
    "TakenIn",
    "take_in",
    "take_in_each",
    "take_in_whole",
]

#: JavaScript's Number.MAX_SAFE_INTEGER: beyond it the platform would round silently.
MAX_SAFE_INTEGER = 2**53 - 1
_LEAST = -MAX_SAFE_INTEGER
#: MongoDB refuses documents nested deeper.
MAX_DEPTH = 100

_INFINITY = float("inf")
_TYPE_ERROR = -401003
_CIRCULAR = -402001
_HOLDABLE = "string, number, boolean, null, date, regexp, geo, object or array"


def take_in(value: object, name: str = "data") -> Value:
    """A copy of `value` that shares nothing with it and holds only what the platform holds.

    Args:
        value: what the caller gave.
        name: how error texts call it: `parameter.<name>.tags.0 should be …`.

    Raises:
        Refusal: something in it cannot be held; the text names its path.
    """
    return _take_in(value, name, [])


class TakenIn(NamedTuple):
    """Something taken in, and whether a `ServerDate` may be in it.

    Every write asks that, hardly one has any, and looking for it costs as much as taking in.
    """

    value: Value
    is_dated: bool

    def at(self, now_millis: int) -> Value:
        """The value with every `ServerDate` in it made a date, as `bind` does."""
        return bind(self.value, now_millis) if self.is_dated else self.value


def take_in_whole(value: object, name: str = "data") -> TakenIn:
    """As `take_in`, for a whole record; one that has been taken in is what it is."""
    if type(value) is TakenIn:
        return value
    dates: _Dates = []
    return TakenIn(_take_in(value, name, dates), bool(dates))


def take_in_each(values: Iterable[object], name: str, now_millis: int) -> Iterator[Value]:
    """Each of many values taken in, when its turn comes, every `ServerDate` in it made a date.

    Raises:
        Refusal: as `take_in` does, of the value whose turn it is.
    """
    dates: _Dates = []
    for value in values:
        taken = _take_in(value, name, dates)
        if dates:
            taken = bind(taken, now_millis)
            dates.clear()
        yield taken


def _take_in(value: object, name: str, dates: _Dates) -> Value:
    try:
        return _take(value, MAX_DEPTH, dates)
    except _Misfit as misfit:
        path = ".".join([name, *reversed(misfit.path)])
        raise Refusal(_TYPE_ERROR, texts.wrong_type(path, misfit.wanted, misfit.actual)) from None
    except _TooDeep:
        if _is_circular(value):
            raise Refusal(_CIRCULAR, texts.CIRCULAR) from None
        raise Refusal(_TYPE_ERROR, texts.too_deep(name, MAX_DEPTH)) from None


class _Misfit(Exception):  # noqa: N818
    """A value that cannot be held; its path grows, innermost first, while it unwinds."""

    def __init__(self, wanted: str, actual: str) -> None:
        super().__init__()
        self.wanted, self.actual = wanted, actual
        self.path: list[str] = []


class _TooDeep(Exception):  # noqa: N818
    """Nested deeper than MAX_DEPTH, or within itself."""


#: The server dates met so far.
_Dates = list[ServerDate]


def _take(value: Any, depth: int, dates: _Dates) -> Value:
    handler = _BY_TYPE.get(type(value)) or _handler_of_subclass(value)
    return handler(value, depth, dates)


def _as_is(value: Value, _depth: int, _dates: _Dates) -> Value:
    return value


def _dated(value: ServerDate, _depth: int, dates: _Dates) -> Value:
    dates.append(value)
    return value


def _integer(value: int, _depth: int, _dates: _Dates) -> int:
    if _LEAST <= value <= MAX_SAFE_INTEGER:
        return int(value)
    # Python refuses to write very long numbers out.
    shown = str(value) if value.bit_length() <= 128 else "a far bigger one"
    raise _Misfit("a number of at most 2^53 - 1 (JavaScript would round it)", shown)


def _real(value: float, _depth: int, _dates: _Dates) -> float | None:
    return float(value) if -_INFINITY < value < _INFINITY else None


# The two loops below are most of what writing costs: they ask for the common types by identity, in
# the order of their frequency, and call nothing for a scalar.


def _object(  # noqa: C901 - what it calls instead costs more than all its branches
    value: Mapping[Any, Any], depth: int, dates: _Dates
) -> dict[str, Value]:
    if not depth:
        raise _TooDeep
    given: dict[str, Any] = value if type(value) is dict else _rekeyed(value)
    copy = given.copy()
    key = ""
    try:
        for key, item in given.items():
            if type(key) is not str:
                break
            kind = type(item)
            if kind is str or (kind is int and _LEAST <= item <= MAX_SAFE_INTEGER):
                continue
            if kind is bool or item is None or (kind is float and -_INFINITY < item < _INFINITY):
                continue
            if kind is dict:
                copy[key] = _object(item, depth - 1, dates)
            elif kind is list:
                copy[key] = _array(item, depth - 1, dates)
            elif kind is DATE_TYPE[0] and item.tzinfo is UTC and not item.microsecond % 1000:
                continue  # most dates that come in are as they are kept already
            elif item is MISSING:
                del copy[key]
            else:
                handler = _BY_TYPE.get(kind) or _handler_of_subclass(item)
                copy[key] = handler(item, depth - 1, dates)
        else:
            return copy
    except _Misfit as misfit:
        misfit.path.append(key)
        raise
    return _object(_rekeyed(given), depth, dates)


def _rekeyed(value: Mapping[Any, Any]) -> dict[str, Any]:
    return {_key(key): item for key, item in value.items()}


def _key(key: object) -> str:
    if isinstance(key, str):
        return str.__str__(key)
    raise _Misfit("an object with string keys", f"the key {key!r}")


def _array(value: list[Any] | tuple[Any, ...], depth: int, dates: _Dates) -> list[Value]:
    if not depth:
        raise _TooDeep
    copy = list(value)
    index = 0
    try:
        for index, item in enumerate(copy):
            kind = type(item)
            if kind is str or (kind is int and _LEAST <= item <= MAX_SAFE_INTEGER):
                continue
            if kind is bool or item is None or (kind is float and -_INFINITY < item < _INFINITY):
                continue
            if kind is dict:
                copy[index] = _object(item, depth - 1, dates)
            elif item is MISSING:
                copy[index] = None
            else:
                handler = _BY_TYPE.get(kind) or _handler_of_subclass(item)
                copy[index] = handler(item, depth - 1, dates)
    except _Misfit as misfit:
        misfit.path.append(str(index))
        raise
    return copy


def _date(value: Any, _depth: int, _dates: _Dates) -> Value:
    try:
        return to_utc_millis(value)
    except OverflowError:
        raise _Misfit(YEARS, str(value)) from None


def _pattern(value: re.Pattern[Any], _depth: int, _dates: _Dates) -> Regex:
    if not isinstance(value.pattern, str):
        raise _Misfit(_HOLDABLE, "a bytes pattern")
    return Regex.from_python(value)


def _geo(value: Shape, _depth: int, _dates: _Dates) -> dict[str, Value]:
    return value.geojson()


def _misfit(value: object, _depth: int, _dates: _Dates) -> NoReturn:
    raise _Misfit(_HOLDABLE, js_type(value))


_Handler = Callable[[Any, int, _Dates], Value]

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
    ServerDate: _dated,
}

#: Order matters: `bool` has no subclasses, an IntEnum is an int, a StrEnum is a str.
_BY_BASE: list[tuple[type, _Handler]] = [
    (str, lambda value, _depth, _dates: str.__str__(value)),
    (int, lambda value, depth, dates: _integer(int(value), depth, dates)),
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

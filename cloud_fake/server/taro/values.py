"""Taro's values: what JSON has no words for is an object with one key that begins with `$`.

The table stands in `taro-cloud.js`. An object of the app's own whose keys begin so travels as
`{"$object": {...}}`, so nothing that an app holds is taken for a mark.
"""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from cloud_fake.server.messages import BadRequest
from cloud_fake.values.dates import DATE_TYPE, from_millis, to_millis
from cloud_fake.values.geo import Shape
from cloud_fake.values.intake import MAX_SAFE_INTEGER
from cloud_fake.values.kinds import MISSING, Missing
from cloud_fake.values.regex import Regex

__all__ = ["READERS", "from_base64", "to_base64", "write"]


# --- from the app --------------------------------------------------------------------------------


def from_base64(text: Any) -> bytes:
    """The bytes of a text.

    Raises:
        BadRequest: it is none.
    """
    try:
        return base64.b64decode(text, validate=True)
    except (TypeError, ValueError, binascii.Error):
        raise BadRequest("malformed base64") from None


def _undefined(_content: Any) -> Any:
    return MISSING


def _function(_content: Any) -> Any:
    # Something that is called a function where it is refused, and that JSON leaves out.
    return lambda: None


def _circular(_content: Any) -> Any:
    """Something that is within itself, for the cloud to refuse in the platform's words."""
    endless: list[Any] = []
    endless.append(endless)
    return endless


def _date(millis: Any) -> Any:
    if not isinstance(millis, (int, float)):
        raise BadRequest("a date is in milliseconds")
    try:
        return from_millis(int(millis))
    except (OverflowError, ValueError):
        raise BadRequest("a date outside the years 1 to 9999") from None


def _regexp(parts: Any) -> Regex:
    if not isinstance(parts, list) or list(map(type, parts)) != [str, str]:
        raise BadRequest("a regular expression is its source and its flags")
    source, flags = parts
    # `g` and `y` are about how JavaScript goes on searching; the platform takes neither.
    return Regex(source, "".join(sorted(set(flags) - set("dgvy"))))


#: What a mark's content means, where it takes nothing else to know.
READERS: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {
        "$undefined": _undefined,
        "$function": _function,
        "$circular": _circular,
        "$date": _date,
        "$regexp": _regexp,
        "$binary": from_base64,
    }
)

# --- to the app ----------------------------------------------------------------------------------


def to_base64(content: bytes) -> str:
    """Bytes as text."""
    return base64.b64encode(content).decode("ascii")


def write(value: Any) -> Any:
    """What the cloud has answered, in JSON's own types.

    Raises:
        BadRequest: the app has asked for something that cannot travel.
    """
    for kinds, words in _WRITERS:
        if isinstance(value, kinds):
            return words(value)
    raise BadRequest(f"a {type(value).__name__} is nothing that an app beyond a wire can have")


def _as_is(value: Any) -> Any:
    return value


def _integer(value: int) -> int | float:
    # Beyond that JavaScript would round silently; nothing of the cloud's is.
    return value if -MAX_SAFE_INTEGER <= value <= MAX_SAFE_INTEGER else float(value)


def _real(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _object(value: Mapping[str, Any]) -> dict[str, Any]:
    fields = {key: write(item) for key, item in value.items()}
    return {"$object": fields} if any(key.startswith("$") for key in fields) else fields


def _array(value: list[Any] | tuple[Any, ...]) -> list[Any]:
    return [write(item) for item in value]


_WRITERS: tuple[tuple[tuple[type, ...], Callable[[Any], Any]], ...] = (
    ((type(None), bool, str), _as_is),
    ((int,), _integer),
    ((float,), _real),
    ((Mapping,), _object),
    ((list, tuple), _array),
    (DATE_TYPE, lambda value: {"$date": to_millis(value)}),
    ((Shape,), lambda value: {"$geo": value.geojson()}),
    ((Regex,), lambda value: {"$regexp": [value.pattern, value.options]}),
    ((bytes, bytearray), lambda value: {"$binary": to_base64(value)}),
    ((Missing,), lambda _value: {"$undefined": True}),
)

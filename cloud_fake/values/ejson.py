"""MongoDB's Extended JSON, version 2: how values travel where plain JSON has no words for them.

```
             canonical                            relaxed
integer      {"$numberInt": "5"}, {"$numberLong"}  5
real         {"$numberDouble": "0.5"}              0.5; {"$numberDouble"} for NaN and infinities
date         {"$date": {"$numberLong": "0"}}       {"$date": "1970-01-01T00:00:00Z"}, 1970 to 9999
regex        {"$regularExpression": {"pattern", "options"}}
server date  {"$tcb_server_date": {"offset"}}      the platform's own addition
```

The server SDKs write canonical and read both; the console's files are relaxed. Read besides: the
older `{"$date": millis}`, `{"$date": {"offset"}}` and `{"$regex", "$options"}`, which the client
SDKs send, and `{"$oid"}`, whose hex string stands for it. Source: the MongoDB specification
"Extended JSON", wx-server-sdk 4.0.2 with js-bson 4.7.2.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

from cloud_fake.errors import NotSupportedByFake
from cloud_fake.values.dates import DATE_TYPE, EPOCH, UTC, from_millis, iso_millis, to_millis
from cloud_fake.values.intake import MAX_SAFE_INTEGER
from cloud_fake.values.regex import Regex
from cloud_fake.values.server_dates import ServerDate

if TYPE_CHECKING:
    from cloud_fake.values.kinds import Value

__all__ = ["Json", "decode", "encode"]

#: What `json.loads` makes and `json.dumps` takes.
Json: TypeAlias = Any


def encode(value: Value, *, canonical: bool = False) -> Json:
    """A value of the house in JSON's own types.

    Args:
        value: of exact types, as the door took it in.
        canonical: keep every type; otherwise let numbers and dates be easy to read.
    """
    return _encode(value, _CANONICAL if canonical else _RELAXED)


def decode(json: Json, depth: int = sys.maxsize) -> Value:
    """The value that some Extended JSON means, whether canonical or relaxed: what `take_in` keeps.

    NaN and the infinities are null, as at the door; integers from 2^53 on are the real numbers
    that JavaScript would read. An object is a type's only if it has that type's keys and no more.

    Args:
        json: as `json.loads` makes it.
        depth: how many objects and arrays may be within each other.

    Raises:
        ValueError: it has a type's keys and a content that the type cannot have, or is too deep.
        NotSupportedByFake: a type that the platform's SDKs never send, such as `$binary`.
    """
    kind = type(json)
    if kind is dict:
        return _decode_object(json, depth)
    if kind is list:
        return _decode_array(json, depth)
    if kind is int:
        return _integer(json)
    if kind is float:
        return _real(json)
    return json


# Writing.

_Words: TypeAlias = dict[type, Callable[[Any], Json]]

_INT32 = range(-(2**31), 2**31)
_INFINITIES = {math.inf: "Infinity", -math.inf: "-Infinity"}


def _encode(value: Value, words: _Words) -> Json:
    kind = type(value)
    if kind is dict:
        return {key: _encode(item, words) for key, item in value.items()}
    if kind is list:
        return [_encode(item, words) for item in value]
    return words[kind](value)


def _as_is(value: Json) -> Json:
    return value


def _number_int(value: int) -> Json:
    return {"$numberInt" if value in _INT32 else "$numberLong": str(value)}


def _number_double(value: float) -> Json:
    text = repr(value) if math.isfinite(value) else _INFINITIES.get(value, "NaN")
    return {"$numberDouble": text}


def _plain_real(value: float) -> Json:
    return value if math.isfinite(value) else _number_double(value)


def _date_in_millis(value: Any) -> Json:
    return {"$date": {"$numberLong": str(to_millis(value))}}


def _date_in_words(value: Any) -> Json:
    if value < EPOCH:
        return _date_in_millis(value)
    # The specification wants three digits of a second or none.
    return {"$date": iso_millis(value).replace(".000Z", "Z")}


def _regular_expression(value: Regex) -> Json:
    return {"$regularExpression": {"pattern": value.pattern, "options": value.options}}


def _tcb_server_date(value: ServerDate) -> Json:
    return {"$tcb_server_date": {"offset": _number_int(value.offset)}}


_RELAXED: _Words = {
    type(None): _as_is,
    bool: _as_is,
    str: _as_is,
    int: _as_is,
    float: _plain_real,
    DATE_TYPE[0]: _date_in_words,
    Regex: _regular_expression,
    ServerDate: _tcb_server_date,
}
_CANONICAL: _Words = {
    **_RELAXED,
    int: _number_int,
    float: _number_double,
    DATE_TYPE[0]: _date_in_millis,
}


# Reading.

_TOO_DEEP = "nested too deeply"
#: Types whose values mean themselves.
_PLAIN = frozenset({str, bool, type(None)})


def _decode_object(json: dict[str, Json], depth: int) -> Value:
    first = next(iter(json), "")
    if first[:1] == "$":
        read = _LONE_READERS.get(first) if len(json) == 1 else _READERS.get(frozenset(json))
        # `$regex: {"$regularExpression": …}` is the query operator and not a value.
        if read is not None and (read is not _read_regex or type(json["$regex"]) is str):
            return read(json)
    return _decode_fields(json, depth)


def _decode_fields(json: dict[str, Json], depth: int) -> dict[str, Value]:
    if not depth:
        raise ValueError(_TOO_DEEP)
    # Cloned in C; only what may mean something else is looked into.
    copy = json.copy()
    for key, item in json.items():
        if type(item) not in _PLAIN:
            copy[key] = decode(item, depth - 1)
    return copy


def _decode_array(json: list[Json], depth: int) -> list[Value]:
    if not depth:
        raise ValueError(_TOO_DEEP)
    return [decode(item, depth - 1) for item in json]


def _malformed(json: Json) -> NoReturn:
    raise ValueError(f"malformed extended JSON: {json!r}")


def _integer(value: int) -> int | float | None:
    if -MAX_SAFE_INTEGER <= value <= MAX_SAFE_INTEGER:
        return value
    return _real(float(str(value)))  # through text: `float` of a huge integer would overflow


def _real(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _text(json: Json) -> str:
    return json if type(json) is str else _malformed(json)


def _read_integer(json: dict[str, Json]) -> Value:
    (text,) = json.values()
    return _integer(int(_text(text)))


def _read_double(json: dict[str, Json]) -> Value:
    return _real(float(_text(json["$numberDouble"])))


def _read_date(json: dict[str, Json]) -> Value:
    content = json["$date"]
    if type(content) is str:
        return _read_iso(content)
    content = decode(content)
    if type(content) is dict and content.keys() == {"offset"}:
        return _server_date(content)
    if type(content) not in (int, float):
        _malformed(json)
    return _instant(int(content))


def _read_iso(text: str) -> Value:
    moment = DATE_TYPE[0].fromisoformat(text)
    # Without a zone it is UTC, the zone of the platform's servers.
    return _instant(to_millis(moment if moment.tzinfo else moment.replace(tzinfo=UTC)))


def _instant(millis: int) -> Value:
    try:
        return from_millis(millis)
    except OverflowError:
        raise ValueError(f"a date outside the years 1 to 9999: {millis}") from None


def _read_server_date(json: dict[str, Json]) -> Value:
    return _server_date(decode(json["$tcb_server_date"]))


def _server_date(content: Value) -> ServerDate:
    if type(content) is not dict or type(content.get("offset")) is not int:
        _malformed(content)
    return ServerDate(content["offset"])


def _read_regular_expression(json: dict[str, Json]) -> Value:
    content = json["$regularExpression"]
    if type(content) is not dict or content.keys() != {"pattern", "options"}:
        _malformed(json)
    return _regex(content["pattern"], content["options"])


def _read_regex(json: dict[str, Json]) -> Value:
    return _regex(json["$regex"], json.get("$options", ""))


def _regex(pattern: Json, options: Json) -> Regex:
    unknown = Regex.unknown_options(_text(options))
    if unknown:
        # A JavaScript /x/g is sent with its g, and the SDKs cannot read it back.
        raise ValueError(f"invalid flag in regex options: {unknown}")
    return Regex(_text(pattern), "".join(sorted(options)))


def _read_oid(json: dict[str, Json]) -> Value:
    return _text(json["$oid"])


def _read_undefined(_json: dict[str, Json]) -> Value:
    return None


def _unsupported(json: dict[str, Json]) -> NoReturn:
    raise NotSupportedByFake(f"the extended JSON type {min(json)}")


_UNSUPPORTED = [
    {"$binary"},
    {"$binary", "$type"},
    {"$code"},
    {"$code", "$scope"},
    {"$dbPointer"},
    {"$maxKey"},
    {"$minKey"},
    {"$numberDecimal"},
    {"$symbol"},
    {"$timestamp"},
    {"$uuid"},
]
#: How to read an object that has exactly these keys.
_READERS: dict[frozenset[str], Callable[[dict[str, Json]], Value]] = {
    frozenset({"$numberInt"}): _read_integer,
    frozenset({"$numberLong"}): _read_integer,
    frozenset({"$numberDouble"}): _read_double,
    frozenset({"$date"}): _read_date,
    frozenset({"$tcb_server_date"}): _read_server_date,
    frozenset({"$regularExpression"}): _read_regular_expression,
    frozenset({"$regex"}): _read_regex,
    frozenset({"$regex", "$options"}): _read_regex,
    frozenset({"$oid"}): _read_oid,
    frozenset({"$undefined"}): _read_undefined,
    **{frozenset(keys): _unsupported for keys in _UNSUPPORTED},
}
#: The same by their only key, for those that have one: every number of the SDKs' is such an object.
_LONE_READERS = {key: read for keys, read in _READERS.items() if len(keys) == 1 for key in keys}

"""Server: how values travel, by family.

```
A  canonical or relaxed EJSON in strings      read_text, ejson_text
B  plain JSON, {"$date": millis}              read, plain
C  canonical EJSON in plain JSON              read, canonical
```

All three are read alike: `values.ejson` knows the older forms, too. What A and B are written are
dates as the family's readers want them, numbers plain (every SDK takes relaxed numbers), geo values
as GeoJSON; the gateway's manual promises canonical EJSON. Source: the SDKs named in
`cloud_fake.server`, run.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from cloud_fake.server.messages import BadRequest, read_json
from cloud_fake.values.dates import to_millis
from cloud_fake.values.ejson import decode, encode
from cloud_fake.values.geo import Shape
from cloud_fake.values.intake import MAX_DEPTH, TakenIn, take_in
from cloud_fake.values.regex import Regex

if TYPE_CHECKING:
    from cloud_fake.values.kinds import Value

__all__ = ["canonical", "ejson_text", "plain", "read", "read_records", "read_text"]


def read(json_value: Any, name: str = "data") -> Value:
    """The value that some JSON means, taken in.

    Raises:
        BadRequest: it means none, or nests too deeply.
        NotSupportedByFake: it has a type that no SDK sends.
    """
    try:
        return decode(json_value, MAX_DEPTH)
    except (ValueError, RecursionError) as error:
        raise BadRequest(f"{name}: {error}") from None


def read_text(text: Any, name: str = "data") -> Value:
    """The value that some JSON text means; raises as `read`."""
    if not isinstance(text, str):
        raise BadRequest(f"{name} should be a JSON text")
    return read(read_json(text), name)


def read_records(texts: list[Any]) -> list[TakenIn]:
    """Records in JSON texts, on their way to be added; raises as `read`."""
    # A server date has the key `offset`, unless an escape hides it.
    return [TakenIn(read_text(text), "offset" in text or "\\u" in text) for text in texts]


def ejson_text(value: Any) -> str:
    """A value that an operation handed out, as EJSON text."""
    return _EJSON.encode(value)


def canonical(value: Any) -> Any:
    """The same as canonical EJSON, which keeps every type, in JSON's own."""
    return encode(take_in(value), canonical=True)


def _ejson(value: Any) -> Any:
    """What JSON has no words for, in EJSON."""
    if isinstance(value, Shape):
        return value.geojson()
    if isinstance(value, Regex):
        return {"$regularExpression": {"pattern": value.pattern, "options": value.options}}
    return {"$date": {"$numberLong": str(to_millis(value))}}


_EJSON = json.JSONEncoder(default=_ejson, separators=(",", ":"))


def plain(value: Any) -> Any:
    """What JSON has no words for, in the older SDKs'."""
    if isinstance(value, Shape):
        return value.geojson()
    if isinstance(value, Regex):
        return {"$regex": value.pattern, "$options": value.options}
    return {"$date": to_millis(value)}

"""Query floor: objects in expressions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloud_fake.errors import QueryError
from cloud_fake.query.operators.expr_signatures import null_if_any
from cloud_fake.query.operators.expr_values import expect_array, show, type_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cloud_fake.values.kinds import Value

__all__ = ["from_array", "to_array"]


@null_if_any
def to_array(document: Value) -> Value:
    """`$objectToArray`: `[{k, v}, ...]` of the top level."""
    if type(document) is not dict:
        raise QueryError(
            40390, f"$objectToArray requires a document input, found: {type_name(document)}"
        )
    return [{"k": key, "v": value} for key, value in document.items()]


@null_if_any
def from_array(array: Value) -> Value:
    """`$arrayToObject`: from `[{k, v}, ...]` or `[[k, v], ...]`; a later pair wins."""
    items = expect_array(array, 40386, "$arrayToObject requires an array input, found: {type}")
    if not items:
        return {}
    read = _READERS.get(type(items[0]))
    if read is None:
        raise QueryError(
            40398,
            f"Unrecognised input type format for $arrayToObject: {type_name(items[0])}",
        )
    return dict(map(read, items))


def _pair(item: Value) -> tuple[str, Value]:
    if type(item) is not list:
        raise _inconsistent(40396, "Array", item)
    if len(item) != 2:
        raise QueryError(
            40397,
            f"$arrayToObject requires an array of size 2 arrays,found array of size: {len(item)}",
        )
    key, value = item
    if type(key) is not str:
        raise QueryError(
            40395,
            "$arrayToObject requires an array of key-value pairs, where the key must be of type "
            f"string. Found key type: {type_name(key)}",
        )
    return key, value


def _key_and_value(item: Value) -> tuple[str, Value]:
    if type(item) is not dict:
        raise _inconsistent(40391, "Object", item)
    if len(item) != 2:
        raise QueryError(
            40392,
            "$arrayToObject requires an object keys of 'k' and 'v'. "
            f"Found incorrect number of keys:{len(item)}",
        )
    if item.keys() != {"k", "v"}:
        raise QueryError(
            40393,
            "$arrayToObject requires an object with keys 'k' and 'v'. "
            f"Missing either or both keys from: {show(item)}",
        )
    if type(item["k"]) is not str:
        raise QueryError(
            40394,
            "$arrayToObject requires an object with keys 'k' and 'v', where the value of 'k' "
            f"must be of type string. Found type: {type_name(item['k'])}",
        )
    return item["k"], item["v"]


def _inconsistent(code: int, first: str, item: Value) -> QueryError:
    # The blank that is missing behind "must" is the server's.
    return QueryError(
        code,
        "$arrayToObject requires a consistent input format. Elements mustall be arrays or all be "
        f"objects. {first} was detected, now found: {type_name(item)}",
    )


_READERS: Mapping[type, Callable[[Value], tuple[str, Value]]] = {list: _pair, dict: _key_and_value}

"""Family A's database: values are Extended JSON in strings. `wx-server-sdk` 4, `node-sdk` 3."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from cloud_fake.server.documents import ejson_text, read_records, read_text
from cloud_fake.server.families import records
from cloud_fake.server.families.targets import Target
from cloud_fake.server.messages import BadRequest

if TYPE_CHECKING:
    from cloud_fake.server.families.shared import Action, Body
    from cloud_fake.server.visits import Visit

__all__ = ["ADMIN_ACTIONS"]


def _insert(visit: Visit, body: Body) -> dict[str, Any]:
    data = body.get("data")
    if type(data) is not list:
        raise BadRequest("data should be an array")
    name, transaction = body.get("collectionName"), body.get("transactionId")
    ids = records.insert(visit, name, transaction, read_records(data))
    return {"data": {"insertedIds": ids}}


def _get(visit: Visit, body: Body) -> dict[str, Any]:
    found = records.find(
        visit,
        _target(body),
        order=tuple(_optional(body, "order").items()),
        skip=body.get("offset"),
        limit=body.get("limit"),
        fields=_optional(body, "projection"),
    )
    return {"data": {"list": [ejson_text(record) for record in found]}}


def _calculate(visit: Visit, body: Body) -> dict[str, Any]:
    return {"data": {"total": records.count(visit, _target(body))}}


def _modify(visit: Visit, body: Body) -> dict[str, Any]:
    written = _written(visit, body)
    return {"data": {"updated": written.updated, "upsert_id": written.made}}


def _modify_and_return(visit: Visit, body: Body) -> dict[str, Any]:
    target = _target(body)
    before = records.find(visit, target, limit=1)
    if not before:
        return {"data": {"updated": 0, "doc": None}}
    one = target._replace(query={"_id": before[0]["_id"]}, is_document=True)
    written = records.write(visit, one, read_text(body.get("data")))
    (after,) = records.find(visit, one)
    return {"data": {"updated": written.updated, "doc": ejson_text(after)}}


def _written(visit: Visit, body: Body) -> records.Written:
    return records.write(
        visit,
        _target(body),
        read_text(body.get("data")),
        multi=body.get("multi") is not False,
        upsert=bool(body.get("upsert")),
    )


def _remove(visit: Visit, body: Body) -> dict[str, Any]:
    multi = body.get("multi") is not False
    return {"data": {"deleted": records.remove(visit, _target(body), multi=multi)}}


def _aggregate(visit: Visit, body: Body) -> dict[str, Any]:
    stages = stages_of(body.get("stages"))
    found = records.aggregate(visit, body.get("collectionName"), stages)
    return {"data": {"list": [ejson_text(document) for document in found]}}


def stages_of(stages: Any) -> list[Any]:
    """A pipeline from `[{stageKey, stageValue: "<EJSON>"}]`."""
    if not isinstance(stages, list) or not all(isinstance(stage, Mapping) for stage in stages):
        raise BadRequest("stages should be an array of objects")
    return [{str(it.get("stageKey")): read_text(it.get("stageValue"), "stage")} for it in stages]


def _target(body: Body) -> Target:
    return Target(
        body.get("collectionName"),
        _optional(body, "query"),
        body.get("queryType") == "DOC",
        body.get("transactionId"),
    )


def _optional(body: Body, key: str) -> dict[str, Any]:
    """An object in a string, which may be left out."""
    text = body.get(key)
    value = read_text(text, key) if text else {}
    if type(value) is not dict:
        raise BadRequest(f"{key} should be an object")
    return value


ADMIN_ACTIONS: Mapping[str, Action] = MappingProxyType(
    {
        "database.insertDocument": _insert,
        "database.getDocument": _get,
        "database.calculateDocument": _calculate,
        "database.modifyDocument": _modify,
        "database.modifyAndReturnDoc": _modify_and_return,
        "database.removeDocument": _remove,
        "database.aggregateDocuments": _aggregate,
    }
)

"""Family B's database: values are plain JSON. `tcb-admin-node`, `js-sdk` with CLOUD_API.

Inside a transaction everything is text, at the top of the answer: `{"updated": "1"}`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from cloud_fake.server.documents import ejson_text, read, read_text
from cloud_fake.server.families import records
from cloud_fake.server.families.admin import stages_of
from cloud_fake.server.families.targets import Target
from cloud_fake.server.messages import BadRequest
from cloud_fake.server.visits import chosen

if TYPE_CHECKING:
    from cloud_fake.server.families.shared import Action, Body
    from cloud_fake.server.visits import Visit

__all__ = ["LEGACY_ACTIONS", "order_keys"]

_DIRECTIONS = {"asc": 1, "desc": -1}


def _add(visit: Visit, body: Body) -> dict[str, Any]:
    ids = records.add(visit, _target(body), _named(body, read(body.get("data"))))
    return {"data": {"_id": ids[0] if ids else None, "insertedIds": ids}}


def _named(body: Body, data: Any) -> Any:
    """A new record with the id that it is asked to have: `doc(id).create(data)`."""
    if body.get("_id") and type(data) is dict:
        return {**data, "_id": read(body["_id"], "_id")}
    return data


def _query(visit: Visit, body: Body) -> dict[str, Any]:
    target, skip, limit = _target(body), body.get("offset"), body.get("limit")
    found = records.find(
        visit,
        target,
        order=order_keys(body.get("order")),
        skip=skip,
        limit=limit,
        fields=read(body.get("projection") or {}, "projection"),
    )
    total = records.total(visit, chosen(target.collection, **target.parts()))
    return {"data": {"list": found}, "TotalCount": total, "Limit": limit, "Offset": skip}


def order_keys(order: Any) -> list[tuple[Any, Any]]:
    """Sort keys from `[{field, direction: "asc" | "desc"}]`."""
    if order is None:
        return []
    if not isinstance(order, list) or not all(isinstance(key, Mapping) for key in order):
        raise BadRequest("order should be an array of objects")
    return [(key.get("field"), _DIRECTIONS.get(str(key.get("direction")))) for key in order]


def _count(visit: Visit, body: Body) -> dict[str, Any]:
    return {"data": {"total": records.count(visit, _target(body))}}


def _update(visit: Visit, body: Body) -> dict[str, Any]:
    written = records.write(
        visit,
        _target(body),
        read(body.get("data")),
        multi=body.get("multi") is not False,
        upsert=bool(body.get("upsert")),
    )
    made = written.made
    return {"data": {"updated": written.updated, "upserted_id": made, "upsert_id": made}}


def _delete(visit: Visit, body: Body) -> dict[str, Any]:
    multi = body.get("multi") is not False
    return {"data": {"deleted": records.remove(visit, _target(body), multi=multi)}}


def _aggregate(visit: Visit, body: Body) -> dict[str, Any]:
    found = records.aggregate(visit, body.get("collectionName"), stages_of(body.get("stages")))
    return {"data": {"list": json.dumps([ejson_text(document) for document in found])}}


# --- inside a transaction ------------------------------------------------------------------------


def _get_in_transaction(visit: Visit, body: Body) -> dict[str, Any]:
    found = records.find(visit, _one(body))
    return {"data": ejson_text(found[0]) if found else "null"}


def _update_in_transaction(visit: Visit, body: Body) -> dict[str, Any]:
    data, upsert = read_text(body.get("data")), bool(body.get("upsert"))
    written = records.write(visit, _one(body), data, upsert=upsert)
    made = None if written.made is None else json.dumps([{"_id": written.made}])
    return {"updated": str(written.updated), "upserted": made}


def _delete_in_transaction(visit: Visit, body: Body) -> dict[str, Any]:
    return {"deleted": str(records.remove(visit, _one(body)))}


def _insert_in_transaction(visit: Visit, body: Body) -> dict[str, Any]:
    records.add(visit, _target(body), _named(body, read_text(body.get("data"))))
    return {"inserted": "1", "ok": "1"}


def _one(body: Body) -> Target:
    return _target(body)._replace(is_document=True)


def _target(body: Body) -> Target:
    return Target(
        body.get("collectionName"),
        read(body.get("query") or {}, "query"),
        body.get("queryType") == "DOC",
        body.get("transactionId"),
    )


LEGACY_ACTIONS: Mapping[str, Action] = MappingProxyType(
    {
        "database.addDocument": _add,
        "database.queryDocument": _query,
        "database.countDocument": _count,
        "database.updateDocument": _update,
        "database.deleteDocument": _delete,
        "database.aggregate": _aggregate,
        "database.getInTransaction": _get_in_transaction,
        "database.updateDocInTransaction": _update_in_transaction,
        "database.deleteDocInTransaction": _delete_in_transaction,
        "database.insertDocInTransaction": _insert_in_transaction,
    }
)

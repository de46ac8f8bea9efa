"""Family C's records: the gateway's REST, `/v1/database/instances/*/databases/*`.

What is sent is EJSON, relaxed or canonical; what is answered is canonical. A failure is
`{code, message, request_id}` with a status of its own. Source: docs.cloudbase.net, HTTP API
"NoSQL RESTful API" 1.0.0; js-sdk 3.7.0, both builds run.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from cloud_fake.errors import Failure, NotSupportedByFake, codes, texts
from cloud_fake.server.documents import canonical, read, read_text
from cloud_fake.server.families import records
from cloud_fake.server.families.gateway import visit_of
from cloud_fake.server.families.legacy import order_keys
from cloud_fake.server.families.routes import Routes, find_route, route
from cloud_fake.server.families.shared import require_admin
from cloud_fake.server.families.targets import Target
from cloud_fake.server.messages import BadRequest, Reply, Request, json_reply, read_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloud_fake.server.families.family import Trouble
    from cloud_fake.server.visitors import Visitors
    from cloud_fake.server.visits import Visit, Wire

__all__ = ["Nosql"]

#: HTTP statuses by code; any other failure is a 400.
_STATUS: Mapping[str, int] = MappingProxyType(
    {
        "DATABASE_PERMISSION_DENIED": 401,
        "DATABASE_INVALID_OPERRATOR": 403,
        "DATABASE_COLLECTION_NOT_EXIST": 404,
        "DOCUMENT_NOT_FOUND": 404,
        "DATABASE_COLLECTION_ALREADY_EXIST": 409,
        "DATABASE_DUPLICATE_WRITE": 409,
        "SYS_ERR": 500,
    }
)
#: Failures that the gateway has a name of its own for, by the beginning of their words.
_NAMED_BY_WORDS: Mapping[str, str] = MappingProxyType(
    {"E11000": "DATABASE_DUPLICATE_WRITE", "[ResourceExists]": "DATABASE_COLLECTION_ALREADY_EXIST"}
)
_NOT_FOUND = codes.Code("DOCUMENT_NOT_FOUND", -502001)
#: Records that are listed unless told otherwise.
DEFAULT_LIMIT = 20


class Nosql:
    """The endpoint of the gateway's records."""

    def answer(self, request: Request, visitors: Visitors, wire: Wire) -> Reply:
        """See `Family`."""
        found = find_route(ROUTES, request)
        if found is None:
            raise BadRequest(f"no such API: {request.method} {request.path}")
        handle, names = found
        return handle(visit_of(request, visitors, wire), request, *names)

    def refuse(self, trouble: Trouble, request_id: str) -> Reply:
        """See `Family`."""
        name = _name(trouble)
        said = {"code": name, "message": trouble.text, "request_id": request_id}
        return json_reply(said, _STATUS.get(name, 400))


def _name(trouble: Trouble) -> str:
    return next(
        (it for words, it in _NAMED_BY_WORDS.items() if words in trouble.text), trouble.name
    )


# --- reading -------------------------------------------------------------------------------------


def _find(visit: Visit, request: Request, collection: str) -> Reply:
    query = request.query
    target = Target(collection, _optional(query, "query"), False, query.get("transactionId"))
    if query.get("count") == "true":
        return json_reply({"total": records.count(visit, target)})
    skip, limit = _number(query, "offset", 0), _number(query, "limit", DEFAULT_LIMIT)
    order = read_json(query["order"]) if query.get("order") else None
    found = records.find(
        visit,
        target,
        order=order_keys(order),
        skip=skip,
        limit=limit,
        fields=_optional(query, "projection"),
    )
    return json_reply({"offset": skip, "limit": limit, "list": canonical(found)})


def _document(visit: Visit, request: Request, collection: str, document_id: str) -> Reply:
    query = request.query
    target = Target(collection, {"_id": document_id}, True, query.get("transactionId"))
    found = records.find(visit, target, fields=_optional(query, "projection"))
    if not found:
        raise Failure(_NOT_FOUND, texts.GATEWAY_DOCUMENT_NOT_FOUND)
    return json_reply(canonical(found[0]))


def _aggregate(visit: Visit, request: Request, collection: str) -> Reply:
    stages = read(request.object().get("pipeline"), "pipeline")
    if type(stages) is not list:
        raise BadRequest("pipeline should be an array")
    return json_reply({"list": canonical(records.aggregate(visit, collection, stages))})


# --- writing -------------------------------------------------------------------------------------


def _add(visit: Visit, request: Request, collection: str) -> Reply:
    body = request.object()
    target = Target(collection, transaction=body.get("transactionId"))
    return json_reply({"insertedIds": records.add(visit, target, read(body.get("data")))})


def _update(visit: Visit, request: Request, collection: str) -> Reply:
    body = request.object()
    return json_reply(_said(_written(visit, _target(body, collection), body)))


def _update_one(visit: Visit, request: Request, collection: str, document_id: str) -> Reply:
    body = request.object()
    target = Target(collection, {"_id": document_id}, True, body.get("transactionId"))
    written = _written(visit, target, body)
    if not written.matched and written.made is None:
        raise Failure(_NOT_FOUND, texts.GATEWAY_DOCUMENT_NOT_FOUND)
    after = {"doc": canonical(records.peek(visit, target))} if body.get("returnDoc") else {}
    return json_reply({**_said(written), **after})


def _written(visit: Visit, target: Target, body: Mapping[str, Any]) -> records.Written:
    """Change what is there; a whole record replaces one only where the request says so."""
    data, multi = read(body.get("data")), bool(body.get("multi"))
    if body.get("replaceMode") or body.get("upsert"):
        if target.document_id is None:
            raise NotSupportedByFake("replaceMode and upsert of the gateway, but for one `_id`")
        merges, upserts = not body.get("replaceMode"), bool(body.get("upsert"))
        return records.put(visit, target, data, merges=merges, upserts=upserts)
    if type(data) is dict and not any(key.startswith("$") for key in data):
        data = {"$set": data}
    return records.write(visit, target, data, multi=multi)


def _said(written: records.Written) -> dict[str, Any]:
    return {
        "updated": written.updated,
        "matched": written.matched,
        "upsert_id": "" if written.made is None else written.made,
    }


def _remove(visit: Visit, request: Request, collection: str) -> Reply:
    body = request.object()
    target = _target(body, collection)
    if not target.query:
        raise BadRequest(texts.GATEWAY_QUERY_EMPTY)
    return json_reply({"deleted": records.remove(visit, target, multi=bool(body.get("multi")))})


def _remove_one(visit: Visit, request: Request, collection: str, document_id: str) -> Reply:
    transaction = request.query.get("transactionId")
    removed = records.remove(visit, Target(collection, {"_id": document_id}, True, transaction))
    if not removed:
        raise Failure(_NOT_FOUND, texts.GATEWAY_DOCUMENT_NOT_FOUND)
    return json_reply({"deleted": removed})


# --- collections, transactions, commands ---------------------------------------------------------


def _create(visit: Visit, request: Request) -> Reply:
    require_admin(visit)
    records.create_collection(visit, request.object().get("collectionName"))
    return json_reply({}, 201)


def _command(visit: Visit, _request: Request) -> Reply:
    require_admin(visit)
    raise NotSupportedByFake("MongoDB's own commands over the gateway")


def _begin(visit: Visit, _request: Request) -> Reply:
    return json_reply({"transactionId": records.begin(visit)})


def _end(visit: Visit, _request: Request, transaction: str, verb: str) -> Reply:
    (records.commit if verb == "commit" else records.rollback)(visit, transaction)
    return json_reply({})


# --- inside --------------------------------------------------------------------------------------


def _target(body: Mapping[str, Any], collection: str) -> Target:
    """Here nothing says that a request is about one record but its query and `multi`."""
    query = read(body.get("query") or {}, "query")
    return Target(collection, query, not body.get("multi"), body.get("transactionId"))


def _optional(query: Mapping[str, str], key: str) -> Any:
    return read_text(query[key], key) if query.get(key) else None


def _number(query: Mapping[str, str], key: str, default: int) -> int:
    text = query.get(key)
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise BadRequest(f"{key} should be a whole number, not below 0")
    return int(text)


_DATABASE = r"/v1/database/instances/[^/]+/databases/[^/]+"
_DOCUMENTS = _DATABASE + r"/collections/([^/]+)/documents"

ROUTES: Routes = MappingProxyType(
    {
        route("GET", _DOCUMENTS): _find,
        route("GET", _DOCUMENTS + "/([^/]+)"): _document,
        route("POST", _DOCUMENTS): _add,
        route("PATCH", _DOCUMENTS): _update,
        route("PATCH", _DOCUMENTS + "/([^/]+)"): _update_one,
        route("DELETE", _DOCUMENTS + "/([^/]+)"): _remove_one,
        route("POST", _DOCUMENTS + "/remove"): _remove,
        route("POST", _DOCUMENTS + "/aggregations"): _aggregate,
        route("POST", _DATABASE + "/collections"): _create,
        route("POST", _DATABASE + "/commands"): _command,
        route("POST", _DATABASE + "/transactions"): _begin,
        route("POST", _DATABASE + "/transactions/([^/]+)/(commit|rollback)"): _end,
    }
)

"""Family C: the REST gateway that `@cloudbase/js-sdk` 3 speaks by default, `/v1/*`.

Rows are EJSON objects in plain JSON; what is sent is plain JSON, and EJSON text in `?query=`. A
failure is `{code, message, requestId}` with a status of 400, which the SDK's browser build throws
and its Node build resolves. Source: js-sdk 3.7.0, both builds run.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from cloud_fake.errors import CloudError
from cloud_fake.server.documents import ejson, read, read_text
from cloud_fake.server.families import files, records
from cloud_fake.server.families.legacy import order_keys
from cloud_fake.server.families.records import Target
from cloud_fake.server.families.shared import call_function
from cloud_fake.server.messages import BadRequest, Reply, Request, json_reply, read_json
from cloud_fake.server.visits import Visit

if TYPE_CHECKING:
    from cloud_fake.server.families.family import Trouble
    from cloud_fake.server.visitors import Visitors
    from cloud_fake.server.visits import Wire

__all__ = ["Gateway"]

_GATEWAY_HOST = re.compile(r"([\w-]+)\.api\.tcloudbasegateway\.com")


class Gateway:
    """The endpoint of family C."""

    def answer(self, request: Request, visitors: Visitors, wire: Wire) -> Reply:
        """See `Family`."""
        for (method, pattern), handle in ROUTES.items():
            found = pattern.fullmatch(request.path)
            if found is not None and method == request.method:
                visit = Visit(visitors, visitors.page(_env(request), request.bearer), wire)
                return handle(visit, request, *found.groups())
        raise BadRequest(f"no such API: {request.method} {request.path}")

    def refuse(self, trouble: Trouble, request_id: str) -> Reply:
        """See `Family`."""
        said = {"code": trouble.name, "message": trouble.text, "requestId": request_id}
        return json_reply(said, 400)


def _env(request: Request) -> str | None:
    """The environment that the host names, where the platform's own hosts lead here."""
    found = _GATEWAY_HOST.fullmatch(request.proxied_host or "")
    return None if found is None else found[1]


# --- functions and files -------------------------------------------------------------------------


def _function(visit: Visit, request: Request, name: str) -> Reply:
    result = call_function(visit, name, request.object())
    return Reply(200, result.encode(), {"content-type": "application/json; charset=utf-8"})


def _upload_info(visit: Visit, request: Request) -> Reply:
    return _each(request, lambda item: _place(visit, item))


def _place(visit: Visit, item: Mapping[str, Any]) -> dict[str, Any]:
    place = files.place_for(visit, item.get("objectId"))
    return {
        "objectId": item.get("objectId"),
        "uploadUrl": place.url,
        "downloadUrl": place.url,
        "token": place.token,
        "authorization": place.authorization,
        "cloudObjectId": place.file_id,
        "cloudObjectMeta": place.cos_file_id,
    }


def _download_info(visit: Visit, request: Request) -> Reply:
    wanted = [
        {"fileid": item.get("cloudObjectId"), "max_age": item.get("maxAge")}
        for item in _objects(request)
    ]
    return json_reply([_link(link) for link in files.links(visit, wanted)])


def _link(link: files.Link) -> dict[str, Any]:
    known = {"cloudObjectId": link.file_id}
    if link.code != "SUCCESS":
        return {**known, "code": link.code, "message": link.code}
    return {**known, "downloadUrl": files.loose(link.url)}


def _delete_objects(visit: Visit, request: Request) -> Reply:
    wanted = [item.get("cloudObjectId") for item in _objects(request)]
    return json_reply([_outcome(*item) for item in files.delete(visit, wanted)])


def _outcome(file_id: Any, code: str) -> dict[str, Any]:
    failure = {} if code == "SUCCESS" else {"code": code, "message": code}
    return {"cloudObjectId": file_id, **failure}


def _copy_objects(visit: Visit, request: Request) -> Reply:
    return _each(request, lambda item: _copied(visit, item))


def _copied(visit: Visit, item: Mapping[str, Any]) -> dict[str, Any]:
    moves = bool(item.get("removeOriginal"))
    made = files.copy(visit, item.get("srcPath"), item.get("dstPath"), moves=moves)
    return {"cloudObjectId": made}


def _each(request: Request, handle: Callable[[Mapping[str, Any]], dict[str, Any]]) -> Reply:
    """Every item of a list on its own: one that fails says so and stops no other."""

    def outcome(item: Mapping[str, Any]) -> dict[str, Any]:
        try:
            return handle(item)
        except CloudError as error:
            return {"code": error.name, "message": error.errMsg}

    return json_reply([outcome(item) for item in _objects(request)])


def _objects(request: Request) -> list[Mapping[str, Any]]:
    items = read_json(request.body, list)
    if not all(isinstance(item, Mapping) for item in items):
        raise BadRequest("expected an array of objects")
    return items  # type: ignore[no-any-return]  # looked at above


# --- records -------------------------------------------------------------------------------------


def _find(visit: Visit, request: Request, collection: str) -> Reply:
    query = request.query
    target = Target(collection, _optional(query, "query"), False, query.get("transactionId"))
    if query.get("count") == "true":
        return json_reply({"total": records.count(visit, target)})
    order = read_json(query["order"]) if query.get("order") else None
    found = records.find(
        visit,
        target,
        order=order_keys(order),
        skip=_number(query, "offset"),
        limit=_number(query, "limit"),
        fields=_optional(query, "projection"),
    )
    return json_reply({"list": found}, default=ejson)


def _document(visit: Visit, request: Request, collection: str, document_id: str) -> Reply:
    query = request.query
    target = Target(collection, {"_id": document_id}, True, query.get("transactionId"))
    found = records.find(visit, target, fields=_optional(query, "projection"))
    return json_reply(found[0] if found else None, default=ejson)


def _add(visit: Visit, request: Request, collection: str) -> Reply:
    body = request.object()
    target = Target(collection, transaction=body.get("transactionId"))
    return json_reply({"insertedIds": records.add(visit, target, read(body.get("data")))})


def _update(visit: Visit, request: Request, collection: str) -> Reply:
    body = request.object()
    written = records.write(
        visit,
        _target(body, collection),
        read(body.get("data")),
        multi=bool(body.get("multi")),
        upsert=bool(body.get("upsert")),
    )
    return json_reply({"updated": written.updated, "upsert_id": written.made})


def _remove(visit: Visit, request: Request, collection: str) -> Reply:
    body = request.object()
    removed = records.remove(visit, _target(body, collection), multi=bool(body.get("multi")))
    return json_reply({"deleted": removed})


def _aggregate(visit: Visit, request: Request, collection: str) -> Reply:
    stages = read(request.object().get("pipeline"), "pipeline")
    if type(stages) is not list:
        raise BadRequest("pipeline should be an array")
    return json_reply({"list": records.aggregate(visit, collection, stages)}, default=ejson)


def _create(visit: Visit, request: Request) -> Reply:
    records.create_collection(visit, request.object().get("collectionName"))
    return json_reply({})


def _begin(visit: Visit, _request: Request) -> Reply:
    return json_reply({"transactionId": records.begin(visit)})


def _end(visit: Visit, _request: Request, transaction: str, verb: str) -> Reply:
    (records.commit if verb == "commit" else records.rollback)(visit, transaction)
    return json_reply({})


def _target(body: Mapping[str, Any], collection: str) -> Target:
    """Here nothing says that a request is about one record but its query and `multi`."""
    query = read(body.get("query") or {}, "query")
    return Target(collection, query, not body.get("multi"), body.get("transactionId"))


def _optional(query: Mapping[str, str], key: str) -> Any:
    return read_text(query[key], key) if query.get(key) else None


def _number(query: Mapping[str, str], key: str) -> int | None:
    text = query.get(key)
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise BadRequest(f"{key} should be a whole number, not below 0")
    return int(text)


_DATABASE = r"/v1/database/instances/[^/]+/databases/[^/]+"
_DOCUMENTS = _DATABASE + r"/collections/([^/]+)/documents"

Handler = Callable[..., Reply]


def _route(method: str, pattern: str) -> tuple[str, re.Pattern[str]]:
    return method, re.compile(pattern)


ROUTES: Mapping[tuple[str, re.Pattern[str]], Handler] = MappingProxyType(
    {
        _route("POST", r"/v1/functions/([^/]+)"): _function,
        _route("POST", "/v1/storages/get-objects-upload-info"): _upload_info,
        _route("POST", "/v1/storages/get-objects-download-info"): _download_info,
        _route("POST", "/v1/storages/delete-objects"): _delete_objects,
        _route("POST", "/v1/storages/copy-objects"): _copy_objects,
        _route("GET", _DOCUMENTS): _find,
        _route("GET", _DOCUMENTS + "/([^/]+)"): _document,
        _route("POST", _DOCUMENTS): _add,
        _route("PATCH", _DOCUMENTS): _update,
        _route("POST", _DOCUMENTS + "/remove"): _remove,
        _route("POST", _DOCUMENTS + "/aggregations"): _aggregate,
        _route("POST", _DATABASE + "/collections"): _create,
        _route("POST", _DATABASE + "/transactions"): _begin,
        _route("POST", _DATABASE + "/transactions/([^/]+)/(commit|rollback)"): _end,
    }
)

"""Family C: the REST gateway that `@cloudbase/js-sdk` 3 speaks by default, `/v1/*`.

Functions, containers and files; records are `families.nosql`. A failure is `{code, message,
requestId}` with a status of 400, which the SDK's browser build throws and its Node build resolves.
Source: js-sdk 3.7.0, both builds run; docs.cloudbase.net, HTTP API "functions".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from cloud_fake.errors import CloudError, Failure, NotSupportedByFake, codes
from cloud_fake.server.families import files
from cloud_fake.server.families.routes import Routes, find_route, route
from cloud_fake.server.families.shared import call_function
from cloud_fake.server.messages import BadRequest, Reply, Request, json_reply, read_json, sendable
from cloud_fake.server.visits import Visit
from cloud_fake.services.containers.calling import CALL_CONTAINER

if TYPE_CHECKING:
    from cloud_fake.server.families.family import Trouble
    from cloud_fake.server.visitors import Visitors
    from cloud_fake.server.visits import Wire

__all__ = ["Gateway", "visit_of"]

#: What the gateway calls the failures of functions.
_FUNCTION_CODES: Mapping[str, str] = MappingProxyType(
    {
        "EXCEED_CONCURRENT_REQUEST_LIMIT": "FUNCTION_EXCEED_RESOURCE_LIMIT",
        "FUNCTIONS_EXECUTE_FAIL": "FUNCTION_INVOCATION_FAILED",
        "FUNCTIONS_TIME_LIMIT_EXCEEDED": "FUNCTION_TIME_LIMIT_EXCEEDED",
    }
)
#: What a container is not told: who the caller is to us, and which host we are to the caller.
_NOT_PASSED = frozenset({"authorization", "host"})
_GATEWAY_HOST = re.compile(r"([\w-]+)\.api\.tcloudbasegateway\.com")


class Gateway:
    """The endpoint of family C."""

    def answer(self, request: Request, visitors: Visitors, wire: Wire) -> Reply:
        """See `Family`."""
        found = find_route(ROUTES, request)
        if found is None:
            raise _unknown(request)
        handle, names = found
        return handle(visit_of(request, visitors, wire), request, *names)

    def refuse(self, trouble: Trouble, request_id: str) -> Reply:
        """See `Family`."""
        code = _FUNCTION_CODES.get(trouble.name, trouble.name)
        return json_reply({"code": code, "message": trouble.text, "requestId": request_id}, 400)


def visit_of(request: Request, visitors: Visitors, wire: Wire) -> Visit:
    """Who asks, of the environment that the host names where the platform's hosts lead here."""
    found = _GATEWAY_HOST.fullmatch(request.proxied_host or "")
    env = None if found is None else found[1]
    return Visit(visitors, visitors.page(env, request.bearer), wire)


# --- functions, containers, models ---------------------------------------------------------------


def _function(visit: Visit, request: Request, name: str) -> Reply:
    try:
        data = request.object()
    except BadRequest as error:
        raise Failure(_PARAM_INVALID, f"bad http request body: {error}") from None
    result = call_function(visit, name, data)
    return Reply(200, result.encode(), {"content-type": "application/json; charset=utf-8"})


def _container(visit: Visit, request: Request, service: str, path: str | None) -> Reply:
    query = f"?{request.query_text}" if request.query_text else ""
    header = {name: it for name, it in sendable(request.headers).items() if name not in _NOT_PASSED}
    asked = {
        "service": service,
        "path": f"{path or '/'}{query}",
        "method": request.method,
        "header": header,
        "data": request.body,
        "responseType": "arraybuffer",
        "followRedirect": False,
        "config": {"env": visit.world.env_name(visit.env_number)},
    }
    answer = visit.ask(CALL_CONTAINER, asked)
    return Reply(answer.statusCode, answer.data, sendable(answer.header))


def _unknown(request: Request) -> Exception:
    """What the gateway has and this one has not is told from what nobody has."""
    what = _NOT_FAKED.get(request.path.split("/")[2])
    if what is not None:
        return NotSupportedByFake(f"{what} over the REST gateway")
    return BadRequest(f"no such API: {request.method} {request.path}")


# --- files ---------------------------------------------------------------------------------------


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


#: By what comes behind `/v1/`.
_NOT_FAKED = MappingProxyType(
    {
        "ai": "models",
        "aibot": "bots",
        "model": "data models",
        "rdb": "SQL databases",
        "sql": "SQL databases",
    }
)

_PARAM_INVALID = codes.Code("FUNCTION_PARAM_INVALID", -501007)

ROUTES: Routes = MappingProxyType(
    {
        route("POST", r"/v1/functions/([^/]+)"): _function,
        **{
            route(method, r"/v1/cloudrun/([^/]+)(/.*)?"): _container
            for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
        },
        route("POST", "/v1/storages/get-objects-upload-info"): _upload_info,
        route("POST", "/v1/storages/get-objects-download-info"): _download_info,
        route("POST", "/v1/storages/delete-objects"): _delete_objects,
        route("POST", "/v1/storages/copy-objects"): _copy_objects,
    }
)

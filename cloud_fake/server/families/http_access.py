"""Functions as web pages: `https://<env>.service.tcloudbase.com/<function>/...`.

The function's event is the request; its answer is one where it says so (`statusCode`, `headers`,
`body`), or else what it returned, as JSON. Source: docs.cloudbase.net, "HTTP access service".
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cloud_fake.server.messages import Reply, Request, json_reply, sendable
from cloud_fake.server.visits import Visit
from cloud_fake.services.functions.invoking import CALL_FUNCTION

if TYPE_CHECKING:
    from cloud_fake.server.families.family import Trouble
    from cloud_fake.server.visitors import Visitors
    from cloud_fake.server.visits import Wire

__all__ = ["HttpAccess"]


class HttpAccess:
    """The endpoint of functions that answer HTTP."""

    def answer(self, request: Request, visitors: Visitors, wire: Wire) -> Reply:
        """See `Family`."""
        host = request.proxied_host or request.headers.get("host", "")
        name, _, rest = request.path.removeprefix("/").partition("/")
        visit = Visit(visitors, visitors.web(host.partition(".")[0], None), wire)
        event = _event(request, f"/{rest}")
        return _reply(visit.ask(CALL_FUNCTION, {"name": name, "data": event}).result)

    def refuse(self, trouble: Trouble, request_id: str) -> Reply:
        """See `Family`."""
        said = {"code": trouble.name, "message": trouble.text, "requestId": request_id}
        return json_reply(said, 404 if trouble.name == "FUNCTION_NOT_FOUND" else 500)


def _event(request: Request, path: str) -> dict[str, Any]:
    try:
        body, is_encoded = request.body.decode("utf-8"), False
    except UnicodeDecodeError:
        body, is_encoded = base64.b64encode(request.body).decode(), True
    return {
        "path": path,
        "httpMethod": request.method,
        "headers": dict(request.headers),
        "queryStringParameters": request.query,
        "requestContext": {},
        "body": body,
        "isBase64Encoded": is_encoded,
    }


def _reply(result: Any) -> Reply:
    if not isinstance(result, Mapping) or type(result.get("statusCode")) is not int:
        return json_reply(result)
    status = result["statusCode"]
    headers = result.get("headers")
    sent = sendable(headers if isinstance(headers, Mapping) else {})
    return Reply(status if 200 <= status <= 599 else 502, _body(result), sent)


def _body(result: Mapping[str, Any]) -> bytes:
    body = result.get("body")
    if not isinstance(body, str):
        return b"" if body is None else json_reply(body).body
    if result.get("isBase64Encoded"):
        try:
            return base64.b64decode(body)
        except binascii.Error:
            return b""
    return body.encode("utf-8", "replace")

"""Who a page's user is: `/auth/v1/*`, with tokens that this world signs.

Signing in anonymously makes a user of its own for each device, as the platform does; a custom
ticket (`@cloudbase/node-sdk`: `auth().createTicket(uid)`) signs in the user that it names. The
user's id is what records have as `_openid`. Failures are OAuth's: `{error, error_description}`.
"""

from __future__ import annotations

import base64
import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from cloud_fake.errors import codes
from cloud_fake.server.families.accounts import not_faked
from cloud_fake.server.messages import BadRequest, Reply, Request, json_reply

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cloud_fake.server.families.family import Trouble
    from cloud_fake.server.visitors import Visitors
    from cloud_fake.server.visits import Wire

__all__ = ["Auth"]

ACCESS_SECONDS = 7200
REFRESH_SECONDS = 30 * 86400


class Auth:
    """The endpoint of signing in."""

    def answer(self, request: Request, visitors: Visitors, wire: Wire) -> Reply:
        """See `Family`."""
        handle = ROUTES.get((request.method, request.path), _refused)
        return handle(request, visitors)

    def refuse(self, trouble: Trouble, request_id: str) -> Reply:
        """See `Family`."""
        is_ours = trouble.name == codes.SYS_ERR.name
        return _failed("internal" if is_ours else "invalid_argument", trouble.text, request_id)


#: Statuses and numbers by the failure's name. Source: the names and numbers in js-sdk 3.7.0.
_FAILURES: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "invalid_argument": (400, 3),
        "unauthenticated": (401, 16),
        "not_found": (404, 5),
        "internal": (500, 13),
        "unimplemented": (501, 12),
    }
)


def _failed(error: str, text: str, request_id: str) -> Reply:
    status, number = _FAILURES[error]
    said = {"error": error, "error_code": number, "error_description": text}
    return json_reply({**said, "request_id": request_id}, status)


def _refused(request: Request, visitors: Visitors) -> Reply:
    what, request_id = not_faked(request.path), visitors.draw("reply")
    if what is None:
        return _failed("not_found", f"no such API: {request.method} {request.path}", request_id)
    return _failed("unimplemented", f"not supported by cloud_fake: {what}", request_id)


def _anonymously(request: Request, visitors: Visitors) -> Reply:
    device = request.headers.get("x-device-id", "")
    user = visitors.user_of_device(device) if device else visitors.draw("anonymous user")
    return _signed_in(request, visitors, user, "anonymous")


def _with_ticket(request: Request, visitors: Visitors) -> Reply:
    user = _uid(request.object().get("ticket"))
    return _signed_in(request, visitors, user, "custom")


def _uid(ticket: Any) -> str:
    """The user that a ticket names, `<key id>/@@/<JWT>`; who has signed it is not looked at."""
    try:
        claims = str(ticket).rpartition("/@@/")[2].split(".")[1]
        uid = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["uid"]
    except (ValueError, LookupError, TypeError, RecursionError):
        uid = None
    if not isinstance(uid, str) or not uid:
        raise BadRequest("ticket is invalid")
    return uid


def _refreshed(request: Request, visitors: Visitors) -> Reply:
    body = request.object()
    claims = visitors.read(str(body.get("refresh_token") or ""), "refresh")
    if claims is None or claims.is_over or claims.openid is None:
        text = "refresh_token is invalid or expired"
        return _failed("unauthenticated", text, visitors.draw("reply"))
    return _signed_in(request, visitors, claims.openid, claims.more["scope"])


def _signed_in(request: Request, visitors: Visitors, user: str, scope: str) -> Reply:
    claims = {"env": request.query.get("client_id") or None, "scope": scope, "user_id": user}
    return json_reply(
        {
            "token_type": "Bearer",
            "access_token": visitors.issue("access", user, ACCESS_SECONDS, **claims),
            "refresh_token": visitors.issue("refresh", user, REFRESH_SECONDS, **claims),
            "expires_in": ACCESS_SECONDS,
            "scope": scope,
            "sub": user,
            "groups": [],
        }
    )


def _me(request: Request, visitors: Visitors) -> Reply:
    claims = visitors.read(request.bearer, "access")
    if claims is None or claims.is_over:
        text = "the token is invalid or expired"
        return _failed("unauthenticated", text, visitors.draw("reply"))
    is_anonymous = claims.more["scope"] == "anonymous"
    name = "anonymous" if is_anonymous else claims.openid
    return json_reply({"sub": claims.openid, "name": name, "uid": claims.openid, "groups": []})


def _signed_out(_request: Request, _visitors: Visitors) -> Reply:
    return json_reply({})


ROUTES: Mapping[tuple[str, str], Callable[[Request, Visitors], Reply]] = MappingProxyType(
    {
        ("POST", "/auth/v1/signin/anonymously"): _anonymously,
        ("POST", "/auth/v1/signin/custom"): _with_ticket,
        ("POST", "/auth/v1/token"): _refreshed,
        ("GET", "/auth/v1/user/me"): _me,
        ("POST", "/auth/v1/user/signout"): _signed_out,
        ("POST", "/auth/v1/revoke"): _signed_out,
    }
)

"""Families A and B: `POST /admin` and `POST /web` with `{action, ...}`; always HTTP 200.

A (`wx-server-sdk` 4, `@cloudbase/node-sdk` 3) sends Extended JSON in strings, B (`tcb-admin-node`,
`@cloudbase/js-sdk` with CLOUD_API) plain objects. They share the path and differ in the names of
their actions, so one table holds both. `/admin` is a back end's, `/web` a signed-in page's.

An answer is `{requestId, data}`, and has a `code` only where it is a failure: `{code, message,
requestId}`, with the code's name. Source: the four SDKs, run against a server that logs.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from cloud_fake.errors import NotSupportedByFake
from cloud_fake.server.documents import plain
from cloud_fake.server.families.admin import ADMIN_ACTIONS
from cloud_fake.server.families.legacy import LEGACY_ACTIONS
from cloud_fake.server.families.shared import SHARED_ACTIONS
from cloud_fake.server.families.wechat_actions import RAW_ACTIONS, WECHAT_ACTIONS
from cloud_fake.server.forms import read_form
from cloud_fake.server.messages import BadRequest, Reply, Request, json_reply
from cloud_fake.server.visits import Visit

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from cloud_fake.server.families.family import Trouble
    from cloud_fake.server.families.shared import Action, Body
    from cloud_fake.server.visitors import Visitors
    from cloud_fake.server.visits import Wire

__all__ = ["ACTIONS", "Actions", "read_body", "read_env"]

ACTIONS: Mapping[str, Action] = MappingProxyType(
    {**SHARED_ACTIONS, **ADMIN_ACTIONS, **LEGACY_ACTIONS, **WECHAT_ACTIONS}
)
#: Which the SDKs can ask for, too.
NOT_FAKED = frozenset(
    {
        "analytics.report",
        "auth.getUserInfoForAdmin",
        "database.runCommands",
        "storage.getFileAuthority",
        "wx.wxCallContainerApi",
    }
)
#: Fields of a form that are no text.
_BYTES = frozenset({"requestData", "apiOptions"})
#: Where a request may carry the token of a function's session.
_TOKENS = ("sessionToken", "tcb_sessionToken")


class Actions:
    """An endpoint of families A and B."""

    def __init__(self, *, for_pages: bool = False) -> None:
        """Make one.

        Args:
            for_pages: who asks is a page's user, and no back end.
        """
        self._visit_of = _page if for_pages else _back_end

    def answer(self, request: Request, visitors: Visitors, wire: Wire) -> Reply:
        """See `Family`."""
        body = read_body(request)
        visit, name = self._visit_of(request, body, visitors, wire), str(body.get("action"))
        action = ACTIONS.get(name)
        if action is None:
            return _raw_action(name)(visit, body)
        answer = action(visit, body)
        return json_reply({"requestId": visitors.draw("reply"), **answer}, default=plain)

    def refuse(self, trouble: Trouble, request_id: str) -> Reply:
        """See `Family`."""
        said = {"code": trouble.name, "message": trouble.text, "requestId": request_id}
        return json_reply(said)


def _raw_action(name: str) -> Callable[[Visit, Body], Reply]:
    if name in NOT_FAKED:
        raise NotSupportedByFake(name)
    if name not in RAW_ACTIONS:
        raise BadRequest(f"unknown action {name!r}")
    return RAW_ACTIONS[name]


def read_body(request: Request) -> Body:
    """The fields: JSON, or a form where some of them are bytes."""
    if not request.headers.get("content-type", "").startswith("multipart/"):
        return request.object()
    form = read_form(request)
    return {
        name: it if name in _BYTES else it.decode("utf-8", "replace") for name, it in form.items()
    }


def _page(request: Request, body: Body, visitors: Visitors, wire: Wire) -> Visit:
    token = str(body.get("access_token") or "")
    return Visit(visitors, visitors.page(read_env(request, body), token), wire)


def _back_end(request: Request, body: Body, visitors: Visitors, wire: Wire) -> Visit:
    # Where nobody is enrolled, as in most worlds, nobody need look for a token.
    token = _enrolled(request, body, visitors.enrolled) if visitors.enrolled else ""
    return Visit(visitors, visitors.admin(read_env(request, body), token), wire, token)


def _enrolled(request: Request, body: Body, known: Collection[str]) -> str:
    """The token of a function's session; empty where none is shown."""
    shown = [request.bearer, *(body[key] for key in _TOKENS if isinstance(body.get(key), str))]
    return next((token for token in shown if token in known), "")


def read_env(request: Request, body: Body) -> str | None:
    """The environment that a request is for; None is the default one."""
    env = body.get("envName") or body.get("env") or request.query.get("env") or None
    if env is not None and not isinstance(env, str):
        raise BadRequest("env should be a name")
    return env

"""Family D: WeChat's open API, `api.weixin.qq.com/tcb/*` and `/cgi-bin/token`; always HTTP 200.

wechatpy and hand-written `requests` speak it. An answer is `{errcode: 0, errmsg: "ok", ...}`, a
failure `{errcode, errmsg}` with WeChat's own numbers or the mini program's. Requests to the
database are texts in JavaScript (`server.querytext`). Source: WeChat's manual, HTTP API of cloud
development; wechatpy 1.8.18, run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cloud_fake.server.families.wechat_calls import CALLS
from cloud_fake.server.messages import BadRequest, Reply, Request, json_reply, read_json
from cloud_fake.server.visits import Visit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloud_fake.server.families.family import Trouble
    from cloud_fake.server.visitors import Visitors
    from cloud_fake.server.visits import Wire

__all__ = ["WeChat"]

TOKEN_SECONDS = 7200
_OK = {"errcode": 0, "errmsg": "ok"}
#: WeChat's own failures.
_ARGUMENTS_WRONG = 40097
_TOKEN_MISSING = 41001
_TOKEN_OVER = 42001
_METHOD_WRONG = 43002
_BODY_EMPTY = 44002
_BODY_WRONG = 47001


class WeChat:
    """The endpoint of family D."""

    def answer(self, request: Request, visitors: Visitors, wire: Wire) -> Reply:
        """See `Family`."""
        if request.path == "/cgi-bin/token":
            return _token(request, visitors)
        call = CALLS.get(request.path.removeprefix("/tcb/"))
        if call is None:
            raise BadRequest(f"no such API: {request.path}")
        if request.method != "POST":
            return _failed(_METHOD_WRONG, "require POST method")
        refusal = _why_unknown(request, visitors)
        if refusal is not None:
            return refusal
        body = _body(request)
        if isinstance(body, Reply):
            return body
        env = body.get("env")
        visit = Visit(visitors, visitors.open_api(env if isinstance(env, str) else None), wire)
        return json_reply({**_OK, **call(visit, body)})

    def refuse(self, trouble: Trouble, request_id: str) -> Reply:
        """See `Family`."""
        number = _ARGUMENTS_WRONG if trouble.name == "INVALID_PARAM" else trouble.number
        return _failed(number, f"{trouble.text} rid: {request_id}")


def _failed(number: int, text: str) -> Reply:
    return json_reply({"errcode": number, "errmsg": text})


def _token(request: Request, visitors: Visitors) -> Reply:
    token = visitors.issue("wechat", None, TOKEN_SECONDS)
    return json_reply({"access_token": token, "expires_in": TOKEN_SECONDS})


def _why_unknown(request: Request, visitors: Visitors) -> Reply | None:
    """What is wrong with the access token: it is missing, or its time is over.

    One that this world has not issued is as good as any: tests preset them, and wechatpy asks for
    another one without end where none will do.
    """
    token = request.query.get("access_token")
    if not token:
        return _failed(_TOKEN_MISSING, "access_token missing")
    claims = visitors.read(token, "wechat")
    if claims is not None and claims.is_over:
        return _failed(_TOKEN_OVER, "access_token expired")
    return None


def _body(request: Request) -> Mapping[str, Any] | Reply:
    """The request's fields; a function's data are its whole body, and the rest is in the query."""
    if request.path == "/tcb/invokecloudfunction":
        text = request.body.strip()
        data = read_json(text) if text else {}
        return {"env": request.query.get("env"), "name": request.query.get("name"), "data": data}
    if not request.body.strip():
        return _failed(_BODY_EMPTY, "empty post data")
    try:
        body: Mapping[str, Any] = request.object()
    except BadRequest as error:
        return _failed(_BODY_WRONG, f"data format error: {error}")
    return body

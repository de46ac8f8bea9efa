"""Family D: WeChat's open API, `api.weixin.qq.com/tcb/*` and `/cgi-bin/*`; always HTTP 200.

wechatpy and hand-written `requests` speak it. An answer is `{errcode: 0, errmsg: "ok", ...}`, a
failure `{errcode, errmsg}` with WeChat's own numbers or the mini program's. Requests to the
database are texts in JavaScript (`server.querytext`). Source: WeChat's manual, HTTP API of cloud
development; wechatpy 1.8.18, run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloud_fake.errors import texts
from cloud_fake.server.families.tokens import TOKEN_ROUTES, Complaint, check_token
from cloud_fake.server.families.wechat_calls import CALLS
from cloud_fake.server.messages import BadRequest, Reply, Request, json_reply, read_json
from cloud_fake.server.visits import Visit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from cloud_fake.server.families.family import Trouble
    from cloud_fake.server.visitors import Visitors
    from cloud_fake.server.visits import Wire

__all__ = ["WeChat"]

_OK = {"errcode": 0, "errmsg": "ok"}
#: What a function is called by: its data are the whole body.
_INVOKE = "/tcb/invokecloudfunction"
_ARGUMENTS_WRONG = 40097
_METHOD_WRONG = 43002
_BODY_EMPTY = 44002
_BODY_WRONG = 47001


class WeChat:
    """The endpoint of family D."""

    def answer(self, request: Request, visitors: Visitors, wire: Wire) -> Reply:
        """See `Family`."""
        try:
            return _answered(request, visitors, wire)
        except Complaint as complaint:
            return _failed(complaint.number, complaint.text, visitors.draw("reply"))

    def refuse(self, trouble: Trouble, request_id: str) -> Reply:
        """See `Family`."""
        number = _ARGUMENTS_WRONG if trouble.name == "INVALID_PARAM" else trouble.number
        return _failed(number, trouble.text, request_id)


def _failed(number: int, text: str, request_id: str) -> Reply:
    return json_reply({"errcode": number, "errmsg": f"{text} rid: {request_id}"})


def _answered(request: Request, visitors: Visitors, wire: Wire) -> Reply:
    get_token = TOKEN_ROUTES.get(request.path)
    if get_token is not None:
        return get_token(request, visitors)
    call = CALLS.get(request.path.removeprefix("/tcb/"))
    if call is None:
        raise BadRequest(f"no such API: {request.path}")
    if request.method != "POST":
        raise Complaint(_METHOD_WRONG, texts.POST_EXPECTED)
    check_token(request, visitors)
    body = _body(request)
    env = body.get("env")
    visit = Visit(visitors, visitors.open_api(env if isinstance(env, str) else None), wire)
    return json_reply({**_OK, **call(visit, body)})


def _body(request: Request) -> Mapping[str, Any]:
    """The request's fields; a function's data are its whole body, and the rest is in the query."""
    text = request.body.strip()
    if request.path == _INVOKE:
        data = read_json(text) if text else {}
        return {"env": request.query.get("env"), "name": request.query.get("name"), "data": data}
    if not text:
        raise Complaint(_BODY_EMPTY, texts.BODY_EMPTY)
    try:
        return request.object()
    except BadRequest as error:
        raise Complaint(_BODY_WRONG, f"{texts.DATA_FORMAT}: {error}") from None

"""WeChat's own APIs, as `wx-server-sdk`, `node-sdk` and `tcb-admin-node` pass them on: `wx.*`.

```
wx.openApi     openapi.a.b(), getOpenData()   a form with a protobuf, answered by one
wx.wxPayApi    cloudPay.a()                   a form with JSON, answered by JSON
wx.api         callOpenAPI()                  JSON in JSON
```

A failure of WeChat's stands within the answer, one of the cloud's is JSON with a `code`. Source:
wx-server-sdk 4.0.2 and its `openapi.proto`, run.
"""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from cloud_fake.errors import CloudError, NotSupportedByFake, codes
from cloud_fake.server import protobuf
from cloud_fake.server.families.shared import require_admin
from cloud_fake.server.messages import BadRequest, Reply, read_json
from cloud_fake.services.identity.open_data import GET_OPEN_DATA
from cloud_fake.services.openapi.calling import CALL_OPEN_API, CLOUD_PAY, OPEN_API
from cloud_fake.services.openapi.cases import to_snake
from cloud_fake.services.storage.media_types import media_type

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cloud_fake.server.families.shared import Action, Body
    from cloud_fake.server.visits import Visit

__all__ = ["RAW_ACTIONS", "WECHAT_ACTIONS"]

_JSON = "application/json"
_OPEN_DATA = "ApiGetOpenDataByCloudId"
#: What the operations add for their own SDK.
_OURS = ("errMsg", "errCode")


class _Request:
    """Numbers of fields in the messages that are asked with."""

    OPEN_API, SVRKIT = 2, 4
    PAIR = 1
    KEY, VALUE, FILE_NAME = 1, 2, 4
    SVRKIT_DATA = 2
    CLOUD_ID = 2


class _Response:
    """The same of the answers."""

    DATA, CONTENT_TYPE, ERROR_CODE = 1, 2, 3
    ITEM = 1
    CLOUD_ID, JSON = 1, 2


# --- openapi, getOpenData ------------------------------------------------------------------------


def _open_api(visit: Visit, body: Body) -> Reply:
    require_admin(visit)
    name, message = str(body.get("apiName")), _bytes(body, "requestData")
    parts = dict(protobuf.only_bytes(message))
    if _Request.SVRKIT in parts:
        return _raw(_open_data(visit, name, parts[_Request.SVRKIT]))
    asked = {"api": name, "data": _pairs(parts.get(_Request.OPEN_API, b"")), "convertCase": False}
    try:
        answer = visit.ask(OPEN_API, asked)
    except CloudError as error:
        return _raw(_refused(error))
    return _raw(_answered(answer))


def _pairs(message: bytes) -> dict[str, Any]:
    """The fields of a form: JSON each, but for media."""
    return dict(_pair(dict(protobuf.only_bytes(pair))) for _, pair in protobuf.only_bytes(message))


def _pair(parts: Mapping[int, bytes]) -> tuple[str, Any]:
    key, value = _text(parts.get(_Request.KEY, b"")), parts.get(_Request.VALUE, b"")
    if _Request.FILE_NAME not in parts:
        return key, read_json(value)
    # The SDK's own spelling of the content type is not its protobuf's, so that never arrives.
    name = _text(parts[_Request.FILE_NAME])
    return key, {"value": value, "content_type": media_type(name), "file_name": name}


def _answered(answer: Mapping[str, Any]) -> bytes:
    content = {key: value for key, value in answer.items() if key not in _OURS}
    if isinstance(content.get("buffer"), bytes):
        return _resp(content["buffer"], str(content.get("contentType", "")))
    return _resp(json.dumps({"errcode": 0, "errmsg": "ok", **content}).encode(), _JSON)


def _refused(error: CloudError) -> bytes:
    """A number of an API's own, or of WeChat's system.

    Raises:
        CloudError: it is neither.
    """
    if error.code > 0:
        said = {"errcode": error.code, "errmsg": error.errMsg}
        return _resp(json.dumps(said).encode(), _JSON)
    if error.code <= codes.WECHAT:
        return protobuf.write([(_Response.ERROR_CODE, error.code)])
    raise error


def _open_data(visit: Visit, name: str, message: bytes) -> bytes:
    if name != _OPEN_DATA:
        raise NotSupportedByFake(name)
    asked = dict(protobuf.only_bytes(message)).get(_Request.SVRKIT_DATA, b"")
    ids = [_text(it) for number, it in protobuf.only_bytes(asked) if number == _Request.CLOUD_ID]
    found = visit.ask(GET_OPEN_DATA, {"list": ids}).list
    items = [
        protobuf.write([(_Response.CLOUD_ID, it["cloudID"]), (_Response.JSON, json.dumps(it))])
        for it in found
    ]
    return _resp(protobuf.write((_Response.ITEM, item) for item in items), "")


def _resp(data: bytes, content_type: str) -> bytes:
    return protobuf.write([(_Response.DATA, data), (_Response.CONTENT_TYPE, content_type)])


def _raw(content: bytes) -> Reply:
    """What the SDK shall not read as JSON by itself."""
    return Reply(200, content, {"content-type": "application/octet-stream"})


# --- cloudPay, callOpenAPI -----------------------------------------------------------------------


def _pay(visit: Visit, body: Body) -> Reply:
    require_admin(visit)
    data = read_json(_bytes(body, "requestData"), dict)
    answer = visit.ask(CLOUD_PAY, {"api": body.get("apiName"), "data": data})
    said = to_snake({key: it for key, it in answer.items() if key not in _OURS})
    return _raw(json.dumps(said).encode())


def _call(visit: Visit, body: Body) -> dict[str, Any]:
    require_admin(visit)
    text = body.get("requestData")
    data = read_json(text, dict) if isinstance(text, str) and text else {}
    answer = visit.ask(CALL_OPEN_API, {"api": body.get("apiName"), "data": data})
    return {"data": {"responseData": json.dumps(answer.result)}}


# --- inside --------------------------------------------------------------------------------------


def _bytes(body: Body, key: str) -> bytes:
    value = body.get(key)
    if not isinstance(value, bytes):
        raise BadRequest(f"{key} should come in a form")
    return value


def _text(content: bytes) -> str:
    return content.decode("utf-8", "replace")


#: Those that come in a form, and are answered by something else than `{requestId, data}`.
RAW_ACTIONS: Mapping[str, Callable[[Visit, Body], Reply]] = MappingProxyType(
    {"wx.openApi": _open_api, "wx.wxPayApi": _pay}
)
WECHAT_ACTIONS: Mapping[str, Action] = MappingProxyType({"wx.api": _call})

"""`cloud.openapi.a.b(data)`, `cloud.cloudPay.a(data)` and `cloud.callOpenAPI({...})`."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from cloud_fake.errors import Failure, codes, describe
from cloud_fake.kernel.flow import Await
from cloud_fake.kernel.operation import Operation, parsed, word_plainly
from cloud_fake.models.results import OpenApiResult
from cloud_fake.models.wechat import CallOpenApiParameters, OpenApiParameters
from cloud_fake.services.functions.delaying import add_delayed_function_task
from cloud_fake.services.openapi.answers import content_of, crossed, word_system
from cloud_fake.services.openapi.cases import to_camel, to_snake
from cloud_fake.services.sending import sent

if TYPE_CHECKING:
    from cloud_fake.kernel.flow import Flow
    from cloud_fake.kernel.work import Work

__all__ = ["CALL_OPEN_API", "CLOUD_PAY", "OPEN_API"]

_PAY = "cloudPay."

#: What the fake answers by itself, unless the test's function does.
BUILT_IN: Mapping[str, Callable[[Work, Any], Any]] = {
    "cloudbase.addDelayedFunctionTask": add_delayed_function_task,
}


def open_api(work: Work, parameters: OpenApiParameters) -> Flow[OpenApiResult]:
    """Ask WeChat: in snake case, unless told otherwise."""
    data = parameters.data if isinstance(parameters.data, Mapping) else {}
    form = _as_form(data)
    asked = to_snake(form) if parameters.convertCase else form
    answer = yield from _ask(work, parameters.api, asked)
    content = content_of(answer, convert=parameters.convertCase)
    return OpenApiResult(**content, errCode=0)


def cloud_pay(work: Work, parameters: OpenApiParameters) -> Flow[OpenApiResult]:
    """Ask WeChat Pay, whose answers tell of their failures themselves (`returnCode`)."""
    asked = to_snake(sent(parameters.data or {}))
    answer = yield from _ask(work, _PAY + parameters.api, asked)
    return OpenApiResult(**to_camel(crossed(answer or {})), errCode=0)


def call_open_api(work: Work, parameters: CallOpenApiParameters) -> Flow[OpenApiResult]:
    """Ask WeChat the older way: `{result, errMsg}`, whatever the result says."""
    answer = yield from _ask(work, parameters.api, sent(parameters.data or {}))
    return OpenApiResult(result=crossed(answer))


def _ask(work: Work, name: str, data: Any) -> Flow[Any]:
    handler = work.world.answers.get(("openapi", name))
    if handler is None and name in BUILT_IN:
        return BUILT_IN[name](work, data)
    if handler is None:
        text = describe(codes.OPEN_API_NOT_FOUND.server)
        raise Failure(codes.OPEN_API_NOT_FOUND, text)
    answer = handler(data)
    if inspect.isawaitable(answer):
        answer = yield Await(answer)
    return answer


def _as_form(data: Mapping[str, Any]) -> dict[str, Any]:
    """Each field on its own, as in an HTTP form: media stays bytes, the rest crosses as JSON."""
    return {
        key: value if _is_media(value) else sent(value, f"data.{key}")
        for key, value in data.items()
    }


def _is_media(value: Any) -> bool:
    return isinstance(value, Mapping) and isinstance(value.get("value"), (bytes, bytearray))


OPEN_API = Operation(
    "openapi.{target}",
    "openapi.{target}",
    open_api,
    parsed(OpenApiParameters),
    flow=True,
    service="functions",
    about="api",
    word=word_system,
)
CLOUD_PAY = Operation(
    "cloudPay.{target}",
    "cloudPay.{target}",
    cloud_pay,
    parsed(OpenApiParameters),
    flow=True,
    service="functions",
    about="api",
    word=word_system,
)
CALL_OPEN_API = Operation(
    "openapi.{target}",
    "callOpenAPI",
    call_open_api,
    parsed(CallOpenApiParameters),
    flow=True,
    service="functions",
    about="api",
    word=word_plainly,
)

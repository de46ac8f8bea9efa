"""`callContainer`: an HTTP request to a container, and its answer whatever the status."""

from __future__ import annotations

import inspect
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from cloud_fake.errors import Failure, Thrown, codes, texts
from cloud_fake.kernel.flow import Await, Flow
from cloud_fake.kernel.operation import Asking, Operation
from cloud_fake.models.parameters import CallContainerParameters
from cloud_fake.models.results import CallContainerResult
from cloud_fake.services.containers.hosting import HostedApp, find_app, service_of
from cloud_fake.services.containers.messages import server_error
from cloud_fake.services.containers.requests import (
    JSON,
    body_of,
    build,
    is_redirect,
    redirected,
    with_query,
)
from cloud_fake.services.functions.output import Output, awaited, captured
from cloud_fake.services.wording import call_id, word_remote

if TYPE_CHECKING:
    from cloud_fake.kernel.work import Work
    from cloud_fake.services.containers.messages import ContainerRequest, Response

__all__ = ["CALL_CONTAINER", "ContainerOperation", "require_env"]

MAX_REQUEST = 100 * 1024
MAX_RESPONSE = 1024 * 1024
MAX_REDIRECTS = 6
#: Milliseconds of the cloud's clock that the platform waits; a call may only ask for less.
MAX_WAIT = 15_000

_METHODS = frozenset(
    {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"}
)
_BODILESS = frozenset({"GET", "HEAD"})


class ContainerOperation(Operation):
    """An operation on a service, which a header may name."""

    def target(self, options: object) -> str:
        """The service."""
        return service_of(options)


class Asked(NamedTuple):
    """A call, its body made."""

    parameters: CallContainerParameters
    service: str
    path: str
    header: dict[str, Any]
    body: bytes


def require_env(asking: Asking) -> None:
    """The SDK has to know an environment; here it takes none for granted.

    Raises:
        Thrown: neither `init` nor the call names one.
    """
    if asking.session.env_for("functions", asking.env) is None:
        raise Thrown(texts.ENV_ID_MISSING)


def prepare(asking: Asking) -> Asked:
    """The SDK's part: path, header and body."""
    parameters = asking.parse(CallContainerParameters)
    require_env(asking)
    header = {"content-type": JSON, **_lower_content_type(parameters.header or {})}
    data = {} if parameters.data is None else parameters.data
    path, body = parameters.path, b""
    if parameters.method.upper() not in _BODILESS:
        body = body_of(data, str(header["content-type"]))
    elif isinstance(data, Mapping):
        path = with_query(path, data)
    return Asked(parameters, service_of(asking.options), path, header, body)


def _lower_content_type(header: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "content-type" if str(key).lower() == "content-type" else str(key): value
        for key, value in header.items()
    }


def call_container(work: Work, asked: Asked) -> Flow[CallContainerResult]:
    """The backend's part: find the app, let it answer, follow where it points."""
    parameters = asked.parameters
    method = parameters.method.upper()
    if method not in _METHODS:
        raise Failure(codes.CONTAINER_METHOD_INVALID, texts.CONTAINER_METHOD_INVALID)
    if len(asked.body) > MAX_REQUEST:
        raise Failure(codes.CONTAINER_REQUEST_TOO_LARGE, texts.CONTAINER_REQUEST_TOO_LARGE)
    app = find_app(work, asked.service)
    request = build(work, asked.service, method, asked.path, asked.header, asked.body)
    began = work.now_millis
    response = yield from _exchange(work, app, request, parameters)
    _refuse_late(work.now_millis - began, parameters.timeout)
    if len(response.body) > MAX_RESPONSE:
        raise Failure(codes.CONTAINER_RESPONSE_TOO_LARGE, texts.CONTAINER_RESPONSE_TOO_LARGE)
    return CallContainerResult(
        data=_data(response, parameters),
        statusCode=response.status,
        header=dict(response.headers),
        callID=call_id(work.call),
    )


def _refuse_late(elapsed: float, timeout: float | None) -> None:
    """An answer that comes too late has been worked out all the same."""
    if timeout is not None and elapsed > timeout and timeout < MAX_WAIT:
        raise Thrown(texts.container_timed_out(timeout))
    if elapsed > MAX_WAIT:
        raise Failure(codes.CONTAINER_TIMEOUT, texts.CONTAINER_TIMEOUT)


def _exchange(
    work: Work, app: HostedApp, request: ContainerRequest, parameters: CallContainerParameters
) -> Flow[Response]:
    output = Output(work.world.timeline, work.call.depth + 1)
    for _ in range(MAX_REDIRECTS + 1):
        response = yield from _answer(app, request, output)
        if not (parameters.followRedirect and is_redirect(response)):
            return response
        request = redirected(request, response)
    raise Thrown(texts.TOO_MANY_REDIRECTS)


def _answer(app: HostedApp, request: ContainerRequest, output: Output) -> Flow[Response]:
    """What the app answers; what it raises is 500, and stands on the timeline."""
    try:
        with captured(output):
            answer = app.answer(request, output)
        response: Response = (
            (yield Await(awaited(answer, output))) if inspect.isawaitable(answer) else answer
        )
    except Exception as error:  # noqa: BLE001 - a server answers for its app
        response = server_error(error)
    if response.error is not None:
        output.error(response.error)
    return response


def _data(response: Response, parameters: CallContainerParameters) -> Any:
    """The body as the caller wants it: bytes, JSON if it is any, or text."""
    if parameters.responseType == "arraybuffer":
        return response.body
    text = response.body.decode("utf-8", "replace")
    if parameters.dataType != "json":
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


CALL_CONTAINER = ContainerOperation(
    "container.{target}",
    "callContainer",
    call_container,
    prepare,
    flow=True,
    service="functions",
    word=word_remote,
    throws_without_options=True,
)

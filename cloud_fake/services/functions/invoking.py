"""`callFunction`: the event crosses as JSON, the handler runs, its result crosses back."""

from __future__ import annotations

import inspect
import traceback
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from cloud_fake.errors import (
    CloudError,
    Failure,
    Refusal,
    Thrown,
    codes,
    describe,
    texts,
    wrapped_object,
    wrapped_text,
)
from cloud_fake.kernel.flow import Await, Flow
from cloud_fake.kernel.operation import Asking, Operation
from cloud_fake.kernel.session import SERVICES
from cloud_fake.models.dialect import SERVER
from cloud_fake.models.parameters import CallFunctionParameters
from cloud_fake.models.results import CallFunctionResult
from cloud_fake.services.functions.context import Context, wx_context
from cloud_fake.services.functions.registry import CloudFunction, find_function
from cloud_fake.values.crossing import CannotCross, cross, longer_than, revive_buffers
from cloud_fake.values.kinds import Value

if TYPE_CHECKING:
    from cloud_fake.kernel.gate import Work
    from cloud_fake.kernel.session import Session
    from cloud_fake.kernel.timeline import Call

__all__ = ["CALL_FUNCTION"]

#: Characters of JSON that the client lets out, and that a function may answer.
MAX_DATA = 5 * 1024 * 1024
MAX_RESULT = 1024 * 1024

_PARAMETER = -401002
_TYPE = -401003


class Invocation(NamedTuple):
    """A call of a function, its event already crossed."""

    name: str
    event: dict[str, Value]


def prepare(asking: Asking) -> Invocation:
    """The SDK's part: the data becomes JSON text."""
    parameters = asking.parse(CallFunctionParameters)
    try:
        event = cross(parameters.data or {})
    except CannotCross as misfit:
        path = ".".join(["data", *reversed(misfit.path)])
        raise Refusal(_TYPE, texts.wrong_type(path, texts.JSON_VALUE, misfit.what)) from None
    except RecursionError:
        raise Thrown(texts.CIRCULAR_JSON) from None
    if longer_than(event, MAX_DATA):
        raise Refusal(_PARAMETER, texts.too_big("callFunction data", MAX_DATA // 1024))
    return Invocation(parameters.name, event)


def call_function(work: Work, invocation: Invocation) -> Flow[CallFunctionResult]:
    """The backend's part: find the function, run it, bring its result back."""
    function = find_function(work, invocation.name)
    request_id = work.world.ids.next_uuid("request")
    event = invocation.event
    if work.session.dialect.is_client:
        identity = work.session.identity
        event["userInfo"] = {"appId": identity.appid, "openId": identity.openid}
    context = _context(work, function, request_id)
    deadline = work.world.clock.now().timestamp() + function.timeout
    answer = yield from _run_handler(function, event, context)
    if work.world.clock.now().timestamp() > deadline:
        raise Failure(
            codes.FUNCTIONS_TIME_LIMIT_EXCEEDED, texts.function_timed_out(function.timeout)
        )
    return CallFunctionResult(result=_result(work.session, answer), requestID=request_id)


def _context(work: Work, function: CloudFunction, request_id: str) -> Context:
    env = work.world.env_name(work.env)
    source = work.session.source if work.session.dialect.is_client else f"{work.session.source},scf"
    session = replace(
        work.session,
        dialect=SERVER,
        envs=dict.fromkeys(SERVICES, env),
        inside=work.call,
        source=source,
        init_taken=False,
    )
    return Context(
        cloud=work.world.server_sdk(session),
        wx_context=wx_context(session, env),
        request_id=request_id,
        function_name=function.name,
        time_limit=function.timeout,
    )


def _run_handler(function: CloudFunction, event: Any, context: Context) -> Flow[Any]:
    try:
        answer = function.handler(event, context)
        if inspect.isawaitable(answer):
            answer = yield Await(answer)
    except Exception as error:
        raise Failure(codes.FUNCTIONS_EXECUTE_FAIL, stack_text(error)) from error
    return answer


def stack_text(error: BaseException) -> str:
    """The error and its Python stack, in the place and the manner of the JavaScript one.

    The frames begin at the handler: what called it is the fake's own.
    """
    frames = traceback.extract_tb(error.__traceback__)[1:]
    lines = [f"    at {frame.name} ({frame.filename}:{frame.lineno})" for frame in reversed(frames)]
    first = f"{type(error).__name__}: {error}"
    if isinstance(error, CloudError):
        first = str(error)
    return "\n".join([first, *lines])


def _result(caller: Session, answer: Any) -> Value:
    """What the caller's SDK makes of what the function returned."""
    try:
        value = cross(None if answer is None else answer)
    except (CannotCross, RecursionError) as error:
        text = texts.CIRCULAR_JSON if isinstance(error, RecursionError) else str(error)
        raise Failure(codes.FUNCTIONS_EXECUTE_FAIL, f"TypeError: {text}") from error
    if longer_than(value, MAX_RESULT):
        raise Failure(codes.RESULT_TOO_LARGE, describe(codes.RESULT_TOO_LARGE.client))
    return revive_buffers(value) if caller.dialect.is_client else _parse_again(value)


def _parse_again(value: Value) -> Value:
    """The server SDK parses the answer twice, so a text that is JSON arrives as what it says."""
    if not isinstance(value, str):
        return value
    import json

    try:
        return json.loads(value)
    except ValueError:
        return value


# --- how a failure is told -----------------------------------------------------------------------


def word(failure: Failure, call: Call) -> CloudError:
    """The client hides everything in one text (S2); the server SDK says code and text (S3)."""
    if not call.session.dialect.is_client:
        return wrapped_object(call.api, failure.code.server, failure.text)
    code = failure.code.client
    core = f"errCode: {code} {describe(code)} | errMsg: {failure.text}"
    moment = call.at.strftime("%H:%M:%S")
    call_id = f"{int(call.at.timestamp() * 1000)}-0.{call.number}"
    text = (
        f"Error: {core} (callId: {call_id}) "
        f"(trace: {moment} start->{moment} system error (Error: {core}), abort)"
    )
    return wrapped_text(call.api, text, code=code)


CALL_FUNCTION = Operation(
    "function.{target}",
    "callFunction",
    call_function,
    prepare,
    flow=True,
    service="functions",
    about="name",
    word=word,
    throws_without_options=True,
)

"""How each SDK words a failure of what runs elsewhere: a function's, a container's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloud_fake.errors import CloudError, Failure, describe, wrapped_text

if TYPE_CHECKING:
    from cloud_fake.kernel.timeline import Call

__all__ = ["call_id", "word_remote"]


def word_remote(failure: Failure, call: Call) -> CloudError:
    """Everything in one text (S2); the client's also says how it went, the server SDK's does not.

    The layer below wx-server-sdk 4.0.2 throws a plain error here, whose code is dropped (run).
    """
    if not call.session.dialect.is_client:
        return wrapped_text(call.api, failure.text, code=failure.code.server)
    code = failure.code.client
    core = f"errCode: {code} {describe(code)} | errMsg: {failure.text}"
    moment = call.at.strftime("%H:%M:%S")
    text = (
        f"Error: {core} (callId: {call_id(call)}) "
        f"(trace: {moment} start->{moment} system error (Error: {core}), abort)"
    )
    return wrapped_text(call.api, text, code=code)


def call_id(call: Call) -> str:
    """What the base library numbers a call with: the moment, and a fraction."""
    return f"{int(call.at.timestamp() * 1000)}-0.{call.number}"

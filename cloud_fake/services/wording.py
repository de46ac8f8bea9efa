"""What crosses to code that runs elsewhere, a function's, a container's, and how failures read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cloud_fake.errors import (
    CloudError,
    Failure,
    Refusal,
    Thrown,
    describe,
    texts,
    wrapped_text,
)
from cloud_fake.values.crossing import CannotCross, cross

if TYPE_CHECKING:
    from cloud_fake.kernel.timeline import Call

__all__ = ["call_id", "sent", "unsendable", "word_remote"]

_TYPE = -401003


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


# --- data ----------------------------------------------------------------------------------------


def sent(data: object, name: str = "data") -> Any:
    """What the app gives, as JSON carries it; `name` is how error texts call it.

    Raises:
        Refusal: -401003, something in it has no such form; the text names its path.
        Thrown: it is within itself.
    """
    try:
        return cross(data)
    except (CannotCross, RecursionError) as trouble:
        raise unsendable(trouble, name) from None


def unsendable(trouble: CannotCross | RecursionError, name: str = "data") -> Refusal | Thrown:
    """What the SDK says of data that JSON cannot carry."""
    if isinstance(trouble, RecursionError):
        return Thrown(texts.CIRCULAR_JSON)
    path = ".".join([name, *reversed(trouble.path)])
    return Refusal(_TYPE, texts.wrong_type(path, texts.JSON_VALUE, trouble.what))

"""What a handler gets beside its event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cloud_fake.kernel.session import Session

__all__ = ["Context"]


@dataclass(frozen=True)
class Context:
    """The second argument of a handler.

    Attributes:
        cloud: the server SDK (`wx-server-sdk`) of this invocation, initialised.
        wx_context: who called, as `getWXContext()` tells it: `OPENID`, `APPID`, `ENV`, `SOURCE` …
        request_id: of this invocation.
        function_name: the function's name.
        time_limit: in seconds.
    """

    cloud: Any
    wx_context: dict[str, Any]
    request_id: str
    function_name: str
    time_limit: float


def wx_context(session: Session, env: str) -> dict[str, Any]:
    """What `getWXContext()` tells inside a call made by `session`; absent keys are absent."""
    identity = session.identity
    known = {
        "OPENID": identity.openid if session.source.startswith("wx_client") else None,
        "APPID": identity.appid,
        "UNIONID": identity.unionid,
        "ENV": env,
        "SOURCE": session.source,
    }
    return {key: value for key, value in known.items() if value is not None}

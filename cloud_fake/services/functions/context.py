"""What a handler gets beside its event."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from cloud_fake.kernel.session import SERVICES
from cloud_fake.models.dialect import SERVER

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable

    from cloud_fake.kernel.session import Session
    from cloud_fake.kernel.work import Work
    from cloud_fake.services.functions.running import Run

__all__ = ["Context", "inner_session", "user_info", "wx_context"]


class Context:
    """The second argument of a handler."""

    def __init__(self, run: Run) -> None:
        self._run = run

    @property
    def request_id(self) -> str:
        """Of this invocation."""
        return self._run.request_id

    @property
    def function_name(self) -> str:
        """The function's name."""
        return self._run.function.name

    @property
    def time_limit(self) -> float:
        """In seconds."""
        return self._run.function.timeout

    @property
    def instance(self) -> dict[str, Any]:
        """What this instance remembers.

        It is kept between the calls of one warm instance and lost when that is recycled: what a
        JavaScript function keeps in its module's variables.
        """
        return self._run.instance.memory

    # Many a handler uses neither of these, and both together cost as much as the rest of a call.

    @cached_property
    def cloud(self) -> Any:
        """The server SDK (`wx-server-sdk`) of this invocation, initialised."""
        return self._run.work.world.server_sdk(self._session)

    @cached_property
    def wx_context(self) -> dict[str, Any]:
        """Who called, as `getWXContext()` tells it: `OPENID`, `APPID`, `ENV`, `SOURCE` …."""
        work = self._run.work
        return wx_context(self._session, work.world.env_name(work.env))

    @cached_property
    def _session(self) -> Session:
        run = self._run
        return inner_session(run.work, run.source, run.deadline.check)

    def __repr__(self) -> str:
        return f"Context(function_name={self.function_name!r}, request_id={self.request_id!r})"

    def log(self, *values: object) -> None:
        """Write a line to the timeline, as `console.log` does to the platform's log."""
        self._run.output.log(" ".join(map(str, values)))

    @cached_property
    def logger(self) -> logging.Logger:
        """A logger whose records, of every level, stand on the timeline."""
        return self._run.output.logger(self.function_name)


def inner_session(work: Work, source: str, before_call: Callable[[], object]) -> Session:
    """The SDK of the code that a call runs: it may do everything, and knows who called."""
    env = work.world.env_name(work.env)
    return replace(
        work.session,
        dialect=SERVER,
        envs=dict.fromkeys(SERVICES, env),
        current_env=env,
        bound=False,
        throws_if_missing=True,
        inside=work.call,
        source=source,
        before_call=before_call,
        init_taken=False,
    )


def wx_context(session: Session, env: str) -> dict[str, Any]:
    """What `getWXContext()` tells inside a call made by `session`; absent keys are absent.

    The SDK reads it from environment variables and turns what looks like an integer into one.
    """
    identity, shared = session.identity, session.is_shared
    whose = "FROM_" if shared else ""
    known = {
        f"{whose}OPENID": identity.openid,
        f"{whose}UNIONID": identity.unionid,
        f"{whose}APPID": identity.appid,
        "APPID": session.owner if shared else identity.appid,
        "ENV": env,
        "SOURCE": session.source,
    }
    return {key: _number_or_text(value) for key, value in known.items() if value is not None}


def user_info(session: Session) -> dict[str, Any]:
    """What WeChat adds to an event: `userInfo`, over one that the app sent; nothing from elsewhere.

    A mini program vouches for its user, the HTTP API only for its account.
    """
    identity = session.identity
    if session.inside is not None or session.source not in ("wx_client", "wx_http"):
        return {}
    if session.source == "wx_http":
        return {"userInfo": {"appId": identity.appid}}
    return {"userInfo": {"appId": identity.appid, "openId": identity.openid}}


def _number_or_text(value: str) -> int | str:
    return int(value) if re.fullmatch("-?[0-9]+", value) else value

"""Another account's environment: its owner's `cloudbase_auth` says who may use it, and as what.

Sources: documentation "sharing of environments"; base library 2.30.3; the codes' own words.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from cloud_fake.errors import CloudError, describe
from cloud_fake.kernel.gate import pass_gate
from cloud_fake.kernel.operation import word_failure
from cloud_fake.services.functions.invoking import CALL_FUNCTION

if TYPE_CHECKING:
    from cloud_fake.kernel.flow import Flow
    from cloud_fake.kernel.session import Session
    from cloud_fake.kernel.world import World

__all__ = ["AUTHORISE", "EXPIRES_AFTER", "Resource", "Verdict", "authorise"]

#: The function that every owner of a shared environment deploys in it.
AUTHORISER = "cloudbase_auth"
#: Calling it; its failure is told with the backend's own words alone.
AUTHORISE = replace(CALL_FUNCTION, word=word_failure)
#: How long an authorisation is good, in milliseconds [uncertain: the number].
EXPIRES_AFTER = 2 * 60 * 60 * 1000

_NOT_SHARED = -601012
_NO_VERDICT = -601015
_NO_AUTH = -601016
_DENIED = -601017


class Resource(NamedTuple):
    """What an instance of `Cloud` is for; without an `appid` it is an environment of one's own."""

    env: str
    appid: str | None


class Verdict(NamedTuple):
    """What came of asking: `code` 0 grants, and `custom` is what rules see as `auth.custom`."""

    code: int
    text: str
    custom: dict[str, Any] | None = None


def authorise(world: World, session: Session, resource: Resource) -> Flow[Verdict]:
    """Let the owner's function judge; what keeps it from judging is a refusal, too.

    Args:
        world: where.
        session: the instance's, not initialised.
        resource: what it wants to use.
    """
    number = world.all_envs().get(resource.env)
    if number is None or not world.is_of(number, resource.appid):
        return _refused(_NOT_SHARED)
    asked = {"name": AUTHORISER}
    try:
        answer = yield from pass_gate(world, AUTHORISE, session.asking(resource.env), asked)
    except CloudError as error:
        return Verdict(error.code, error.errMsg)
    return _judged(answer["result"])


def _judged(answer: Any) -> Verdict:
    """What it has to answer: `{errCode: 0, errMsg, auth: "<JSON>"}`."""
    code = answer.get("errCode") if isinstance(answer, Mapping) else None
    if code is None:
        return _refused(_NO_VERDICT)
    if code != 0:
        return _refused(_DENIED)
    custom = _auth_of(answer.get("auth"))
    if custom is None:
        return _refused(_NO_AUTH)
    return Verdict(0, str(answer.get("errMsg") or ""), custom)


def _refused(code: int) -> Verdict:
    return Verdict(code, describe(code))


def _auth_of(text: Any) -> dict[str, Any] | None:
    """`auth` as an object; leaving it out says nothing of anybody, a wrong one is no answer."""
    if text is None or text == "":
        return {}
    try:
        found = json.loads(text)
    except (TypeError, ValueError):
        return None
    return found if isinstance(found, dict) else None

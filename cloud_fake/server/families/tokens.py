"""WeChat's access tokens: where a back end gets one, and what is wrong with the one it shows.

`GET /cgi-bin/token` answers another token each time, `POST /cgi-bin/stable_token` the same one
until five minutes before its end, or until `force_refresh`, which ends it at once. Each is good for
7200 seconds of the cloud's clock. Which account asks, and by which secret, is not looked at; nor
does a token end because somebody fetched another one [ours].

Source: WeChat's manual, "getAccessToken" and "getStableAccessToken"; the words from LOG.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from cloud_fake.errors import texts
from cloud_fake.server.messages import Reply, Request, json_reply

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cloud_fake.server.visitors import Visitors

__all__ = ["TOKEN_ROUTES", "Complaint", "check_token", "issue"]

TOKEN_SECONDS = 7200
#: How long before its end a stable token is replaced.
_RENEWED_BEFORE = 300
_PURPOSE = "wechat"


class Complaint(Exception):  # noqa: N818 - an answer, not an error of ours
    """WeChat does not do it, and says why with a number and words of its own."""

    def __init__(self, number: int, text: str) -> None:
        super().__init__(text)
        self.number = number
        self.text = text


def check_token(request: Request, visitors: Visitors) -> None:
    """Look at the token that a request shows.

    Raises:
        Complaint: there is none, it was not issued here, or its time is over.
    """
    token = request.query.get("access_token")
    if not token:
        raise Complaint(41001, texts.CREDENTIAL_MISSING)
    claims = visitors.read(token, _PURPOSE)
    if claims is None or token in visitors.revoked:
        raise Complaint(40001, texts.CREDENTIAL_INVALID)
    if claims.is_over:
        raise Complaint(42001, texts.CREDENTIAL_OVER)


def issue(visitors: Visitors) -> str:
    """Another token; `jti` tells it apart from those of the same second."""
    return visitors.issue(_PURPOSE, None, TOKEN_SECONDS, jti=visitors.draw("access token"))


# --- the two calls -------------------------------------------------------------------------------


def _token(request: Request, visitors: Visitors) -> Reply:
    if request.method != "GET":
        raise Complaint(43001, texts.GET_EXPECTED)
    _check_account(request.query)
    return _answer(issue(visitors), TOKEN_SECONDS)


def _stable_token(request: Request, visitors: Visitors) -> Reply:
    if request.method != "POST":
        raise Complaint(43002, texts.POST_EXPECTED)
    body = request.object()
    _check_account(body)
    with visitors.world.lock:
        if body.get("force_refresh") is True:
            visitors.revoked.add(visitors.stable_token)
            visitors.stable_token = ""
        left = _seconds_left(visitors)
        if left <= _RENEWED_BEFORE:
            visitors.stable_token, left = issue(visitors), TOKEN_SECONDS
        return _answer(visitors.stable_token, left)


def _seconds_left(visitors: Visitors) -> int:
    claims = visitors.read(visitors.stable_token, _PURPOSE)
    return 0 if claims is None else claims.more["exp"] - visitors.seconds()


def _check_account(given: Mapping[str, Any]) -> None:
    if given.get("grant_type") != "client_credential":
        raise Complaint(40002, texts.GRANT_TYPE_INVALID)
    if not given.get("appid"):
        raise Complaint(41002, texts.APPID_MISSING)
    if not given.get("secret"):
        raise Complaint(41004, texts.APP_KEY_MISSING)


def _answer(token: str, seconds: int) -> Reply:
    return json_reply({"access_token": token, "expires_in": seconds})


TOKEN_ROUTES: Mapping[str, Callable[[Request, Visitors], Reply]] = MappingProxyType(
    {"/cgi-bin/token": _token, "/cgi-bin/stable_token": _stable_token}
)

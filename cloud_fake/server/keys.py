"""Server: what clients show to be let in, for a test to hand them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloud_fake.server.families import auth, tokens

if TYPE_CHECKING:
    from cloud_fake.server.application import Application

__all__ = ["Keys"]

#: An API key ends when somebody deletes it; a token of ours after so many seconds.
_YEARS = 100 * 365 * 86400


class Keys:
    """Tokens of a world behind HTTP, whoever carries the requests there."""

    application: Application

    def access_token(self, openid: str) -> str:
        """A token that signs a web page's user in: `Authorization: Bearer`, or `access_token`."""
        visitors = self.application.visitors
        return visitors.issue("access", openid, auth.ACCESS_SECONDS, scope="custom")

    def api_key(self) -> str:
        """A back end's key of the REST gateway, which may do everything: a `Bearer` token."""
        return self.application.visitors.issue("access", None, _YEARS, admin=True)

    def open_api_token(self) -> str:
        """An access token of WeChat's open API, for who cannot fetch one here.

        wechatpy asks for its token at an address of its own, wherever its calls go; preset it:
        `WeChatClient(appid, secret, access_token=server.open_api_token())`.
        """
        return tokens.issue(self.application.visitors)

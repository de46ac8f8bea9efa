"""What differs between the platform's two SDKs: the mini program's and the cloud function's.

They share names and disagree in texts, codes and limits. A difference that is data stands here,
once; the code that both share asks its caller's dialect.

The other three are of SDKs beyond a wire. They check and word things themselves, so nothing is
checked or worded for them here.
"""

from __future__ import annotations

from typing import NamedTuple

from cloud_fake.errors import CloudError, Refusal, sdk_error, texts

__all__ = ["ADMIN", "CLIENT", "OPEN_API", "SERVER", "WEB", "Dialect"]


class Dialect(NamedTuple):
    """One SDK's ways."""

    name: str
    #: Put before the name of an API that is not the database's: `cloud.callFunction:ok`.
    prefix: str
    #: Records a query answers without `limit()`, and at most.
    default_limit: int
    max_limit: int
    #: What the SDK measures before it sends a record or an update, if it does.
    max_record_kilobytes: int | None
    #: What one answer of the database holds, if that is limited [uncertain for the server].
    max_answer_kilobytes: int | None
    #: A second `where` on a query adds to the first (client) or replaces it (server).
    where_adds: bool
    #: `success`, `fail` and `complete` are understood.
    callbacks: bool
    not_initialised_text: str
    #: Its calls are a user's: subject to permissions, and what they make is the user's.
    has_user: bool = False
    #: The mini program's SDK.
    is_client: bool = False
    #: The cloud function's SDK.
    is_server: bool = False
    #: The SDK is beyond a wire and words failures itself.
    is_remote: bool = False

    def api(self, name: str) -> str:
        """What this SDK calls an API in its messages."""
        return name if "." in name else self.prefix + name

    def refuse(self, refusal: Refusal) -> CloudError:
        """A local check failed: S1, where the server SDK knows no codes for its own checks."""
        if self.is_client:
            return sdk_error(refusal.code, refusal.text)
        return sdk_error(-1, refusal.text, words="unknown error")

    def not_initialised(self) -> CloudError:
        """`init` has not been called: thrown, never rejected."""
        return self.refuse(Refusal(-1, self.not_initialised_text))


CLIENT = Dialect(
    name="client",
    prefix="cloud.",
    default_limit=20,
    max_limit=20,
    max_record_kilobytes=512,
    max_answer_kilobytes=1024,
    where_adds=True,
    callbacks=True,
    not_initialised_text=texts.CLIENT_NOT_INITIALISED,
    has_user=True,
    is_client=True,
)
SERVER = Dialect(
    name="server",
    prefix="",
    default_limit=100,
    max_limit=1000,
    max_record_kilobytes=None,
    max_answer_kilobytes=None,
    where_adds=False,
    callbacks=False,
    not_initialised_text=texts.SERVER_NOT_INITIALISED,
    is_server=True,
)
#: A back end: `wx-server-sdk`, `@cloudbase/node-sdk`, `tcb-admin-node`, in whichever process.
ADMIN = SERVER._replace(name="admin", is_server=False, is_remote=True)
#: A web page with `@cloudbase/js-sdk`, whose user is signed in somehow.
WEB = ADMIN._replace(name="web", has_user=True)
#: WeChat's open API `tcb/*`. Source: its manual, databasequery: "limit ... 默认为 10".
OPEN_API = ADMIN._replace(name="open api", default_limit=10)

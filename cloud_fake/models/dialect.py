"""What differs between the platform's two SDKs: the mini program's and the cloud function's.

They share names and disagree in texts, codes and limits. A difference that is data stands here,
once; the code that both share asks its caller's dialect.
"""

from __future__ import annotations

from dataclasses import dataclass

from cloud_fake.errors import CloudError, Refusal, sdk_error, texts

__all__ = ["CLIENT", "SERVER", "Dialect"]


@dataclass(frozen=True)
class Dialect:
    """One SDK's ways."""

    name: str
    #: Put before the name of an API that is not the database's: `cloud.callFunction:ok`.
    prefix: str
    #: Records a query answers without `limit()`, and at most.
    default_limit: int
    max_limit: int
    #: A second `where` on a query adds to the first (client) or replaces it (server).
    where_adds: bool
    #: `success`, `fail` and `complete` are understood.
    callbacks: bool
    not_initialised_text: str

    @property
    def is_client(self) -> bool:
        """Whether this is the mini program's SDK, whose calls are subject to permissions."""
        return self is CLIENT

    @property
    def is_server(self) -> bool:
        """Whether this is the cloud function's SDK."""
        return self is SERVER

    def api(self, name: str) -> str:
        """What this SDK calls an API in its messages."""
        return name if "." in name else self.prefix + name

    def refuse(self, refusal: Refusal) -> CloudError:
        """A local check failed: S1, where the server SDK knows no codes for its own checks."""
        if self is CLIENT:
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
    where_adds=True,
    callbacks=True,
    not_initialised_text=texts.CLIENT_NOT_INITIALISED,
)
SERVER = Dialect(
    name="server",
    prefix="",
    default_limit=100,
    max_limit=1000,
    where_adds=False,
    callbacks=False,
    not_initialised_text=texts.SERVER_NOT_INITIALISED,
)

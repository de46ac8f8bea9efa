"""What a protocol family is to the application."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from cloud_fake.errors import CloudError, Failure, as_answered, codes

if TYPE_CHECKING:
    from cloud_fake.server.messages import Reply, Request
    from cloud_fake.server.visitors import Visitors
    from cloud_fake.server.visits import Wire

__all__ = ["Family", "Trouble", "trouble_of"]


class Trouble(NamedTuple):
    """Why a request fails, in no family's form yet.

    Attributes:
        name: the code's name on the wire.
        number: the code in the mini program's SDK, which WeChat's open API has, too.
        text: the backend's own words.
    """

    name: str
    number: int
    text: str


class Family(Protocol):
    """One protocol: it answers, and says in its own form why it does not."""

    def answer(self, request: Request, visitors: Visitors, wire: Wire) -> Reply:
        """The answer to a request.

        Raises:
            CloudError: the cloud refuses.
            BadRequest: nobody could understand it.
            Unanswered: there is none.
        """

    def refuse(self, trouble: Trouble, request_id: str) -> Reply:
        """The answer that says why there is none."""


def trouble_of(error: Exception) -> Trouble:
    """What the platform would call it: its own failure, or a request that makes no sense."""
    if isinstance(error, Failure):
        error = as_answered(error)
    if isinstance(error, CloudError) and error.name is not None:
        return Trouble(error.name, error.code, error.errMsg)
    code = codes.INVALID_PARAM
    return Trouble(code.name, code.client, getattr(error, "errMsg", "") or str(error))

"""Server: one request at work: asking the cloud, through the one gate."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from cloud_fake.errors import CloudError, codes, texts
from cloud_fake.kernel.gate import ask
from cloud_fake.models.selection import Selection
from cloud_fake.server.messages import BadRequest, Unanswered

if TYPE_CHECKING:
    from cloud_fake.kernel.operation import Operation
    from cloud_fake.kernel.session import Session
    from cloud_fake.kernel.world import World
    from cloud_fake.server.visitors import Visitors

__all__ = ["Visit", "Wire", "code_name"]

_LINK = re.compile(r"https://([a-z0-9-]+\.tcb\.qcloud\.la)/", re.IGNORECASE)
_LINE_BROKEN = (texts.NETWORK_LOST, texts.NETWORK_OFFLINE)


@dataclass(frozen=True)
class Wire:
    """Whereto a visitor's next requests go.

    Attributes:
        base: this server's URL without a slash at its end; empty where the platform's own hosts
            lead here.
    """

    base: str

    @property
    def websocket(self) -> str:
        """Where watches connect to."""
        return f"ws{self.base.removeprefix('http')}/ws" if self.base else "wss://localhost/ws"

    def relinked(self, text: str) -> str:
        """A text whose links to the storage lead where the visitor can follow them."""
        return _LINK.sub(f"{self.base}/links/\\1/", text) if self.base else text


class Visit:
    """A session beyond the wire, for one request. Nobody edits it.

    Attributes:
        world: where it happens.
        visitors: who else comes, and their tokens.
        session: whose request it is.
        wire: whereto the next ones go.
        token: under which the session is enrolled, if it is a function's own.
    """

    __slots__ = ("session", "token", "visitors", "wire", "world")

    def __init__(self, visitors: Visitors, session: Session, wire: Wire, token: str = "") -> None:
        self.world: World = visitors.world
        self.visitors = visitors
        self.session = session
        self.wire = wire
        self.token = token

    @property
    def env(self) -> str | None:
        """The environment that it is for; None is the default one."""
        return self.session.env_for("database")

    @property
    def env_number(self) -> int:
        """The same as the world numbers it.

        Raises:
            Failure: there is none of that name.
        """
        return self.world.env_number(self.env)

    def ask(self, operation: Operation, options: Any, selection: Selection | None = None) -> Any:
        """The operation's answer.

        Raises:
            CloudError: its failure; `name` is the code's, `errMsg` the bare text.
            Unanswered: the request or its answer is lost.
        """
        try:
            return ask(self.world, operation, self.session, options, selection)
        except CloudError as error:
            if error.name is None and error.errMsg in _LINE_BROKEN:
                raise Unanswered(error.errMsg) from None
            raise

    def look(self, operation: Operation, selection: Selection) -> Any:
        """The operation's answer as nobody's call: not on the timeline, and nothing strikes it."""
        session = replace(self.session, before_call=lambda: None)
        with self.world.timeline.aside():
            return Visit(self.visitors, session, self.wire, self.token).ask(
                operation, {}, selection
            )

    def about(self, operation: Operation, options: Any, collection: Any, **parts: Any) -> Any:
        """The answer of an operation on records; `parts` are those of a `Selection`."""
        return self.ask(operation, options, chosen(collection, **parts))


def chosen(collection: Any, transaction: str | None = None, **parts: Any) -> Selection:
    """A selection as the wire says it; a missing record is no failure there.

    Raises:
        BadRequest: it names no collection.
    """
    if not isinstance(collection, str) or not collection:
        raise BadRequest("collectionName should be a name")
    return Selection(None, collection, transaction=transaction, throws_if_missing=False, **parts)


def code_name(status: int) -> str:
    """What the wire calls the outcome of one file of a list; 0 is success."""
    return codes.Code.numbered(status).name.strip() if status else "SUCCESS"

"""A connection between the app and a container, from the app's end.

There is no event loop in which both ends live: the container's code runs while the app connects,
sends or closes, until it waits for the next message. What it says meanwhile is told before that
call returns; what nobody listens to yet is kept for who comes to listen.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from cloud_fake.errors import CloudError, texts
from cloud_fake.kernel.flow import Await, Flow
from cloud_fake.models.results import Result
from cloud_fake.services.functions.output import Output, awaited

if TYPE_CHECKING:
    from collections.abc import Awaitable

__all__ = ["CLOSED", "CONNECTING", "OPEN", "Client", "Peer", "Socket"]

CONNECTING, OPEN, CLOSING, CLOSED = range(4)

#: WebSocket's code for an app that failed.
INTERNAL_ERROR = 1011

Listener = Callable[[Result], object]


class Client(Protocol):
    """The app's end, as the container's may use it."""

    def accepted(self) -> None:
        """The connection stands."""

    def refused(self, status: int) -> None:
        """It does not: the container answered with an HTTP status."""

    def message(self, data: Any) -> None:
        """The container says something, a text or bytes."""

    def closed(self, code: int, reason: str) -> None:
        """The container has closed it."""


class Peer(Protocol):
    """The container's end, as the app's uses it."""

    async def open(self) -> None:
        """Let the container take the connection, or refuse it."""

    async def send(self, data: Any) -> None:
        """Give it a message."""

    async def close(self, code: int, reason: str) -> None:
        """Tell it that the app has closed."""


class Socket:
    """What a `SocketTask` stands for."""

    def __init__(self, output: Output) -> None:
        self.state = CONNECTING
        self._output = output
        self._peer: Peer | None = None
        self._listeners: dict[str, Listener] = {}
        self._unheard: dict[str, list[Result]] = {}

    # --- the app's side ---------------------------------------------------------------------------

    def connect(self, peer: Peer) -> Flow[None]:
        """Open it."""
        self._peer = peer
        yield from self._let(peer.open())

    def send(self, data: Any) -> Flow[Result]:
        """Send a message.

        Raises:
            CloudError: it is not open.
        """
        if self.state != OPEN or self._peer is None:
            raise CloudError(-1, texts.SOCKET_NOT_OPEN)
        self._output.note("socket", f"→ {data!r}")
        yield from self._let(self._peer.send(data))
        return Result(errMsg="sendSocketMessage:ok")

    def close(self, code: int, reason: str) -> Flow[Result]:
        """Close it; a closed one stays so."""
        if self.state == OPEN and self._peer is not None:
            self.state = CLOSING
            yield from self._let(self._peer.close(code, reason))
            self._end(code, reason)
        return Result(errMsg="closeSocket:ok")

    def listen(self, kind: str, listener: Listener) -> None:
        """Have `open`, `message`, `close` or `error` told; a second listener replaces the first."""
        self._listeners[kind] = listener
        for event in self._unheard.pop(kind, []):
            self._tell(kind, event)

    def _let(self, step: Awaitable[None]) -> Flow[None]:
        """Let the container run; an app that raises ends the connection."""
        try:
            yield Await(awaited(step, self._output))
        except Exception as error:  # noqa: BLE001 - the container's failure, not the caller's
            self._output.error(error)
            self.closed(INTERNAL_ERROR, "")

    # --- the container's side ---------------------------------------------------------------------

    def accepted(self) -> None:
        """The connection stands."""
        self.state = OPEN
        self._tell("open", Result())

    def refused(self, status: int) -> None:
        """It does not."""
        self.state = CLOSED
        self._tell("error", Result(errMsg=texts.socket_refused(status)))

    def message(self, data: Any) -> None:
        """The container says something; a connection that is being closed still hears it."""
        if self.state in {OPEN, CLOSING}:
            self._output.note("socket", f"← {data!r}")
            self._tell("message", Result(data=data))

    def closed(self, code: int, reason: str) -> None:
        """The container has closed it, or refuses it after all."""
        if self.state == CONNECTING:
            self.refused(403)
        elif self.state == OPEN:
            self._end(code, reason)

    def _end(self, code: int, reason: str) -> None:
        self.state = CLOSED
        self._tell("close", Result(code=code, reason=reason))

    def _tell(self, kind: str, event: Result) -> None:
        listener = self._listeners.get(kind)
        if listener is None:
            self._unheard.setdefault(kind, []).append(event)
            return
        # The platform swallows what callbacks throw.
        with contextlib.suppress(Exception):
            listener(event)

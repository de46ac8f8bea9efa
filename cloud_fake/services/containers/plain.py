"""A Python callable as a container: `handler(request)`, plain or async.

It returns what a small web framework takes: an object or a list (JSON), a text, bytes, None for an
empty body, or one of these with a status and headers: `(body, status)`, `(body, status, headers)`.
A connection it opens by giving `request.websocket` handlers; returning something refuses it.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cloud_fake.services.containers.messages import ContainerRequest, Headers, Response
from cloud_fake.values.crossing import cross

if TYPE_CHECKING:
    from cloud_fake.services.containers.sockets import Client
    from cloud_fake.services.functions.output import Output

__all__ = ["PlainApp", "PlainConnection", "ServerSocket"]

Handler = Callable[[ContainerRequest], Any]

#: "Upgrade required": the status of a server that speaks no websocket there.
NO_UPGRADE = 426

_TYPES: tuple[tuple[type, str], ...] = (
    (str, "text/plain; charset=utf-8"),
    (bytes, "application/octet-stream"),
    (object, "application/json"),
)


class PlainApp:
    """A handler of requests."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler

    def answer(self, request: ContainerRequest, _output: Output) -> Response | Awaitable[Response]:
        """Answer a request; whatever the handler raises comes through."""
        answer = self._handler(request)
        return _later(answer) if inspect.isawaitable(answer) else _response(answer)

    async def connect(self, request: ContainerRequest, client: Client) -> PlainConnection:
        """The handler's end of a connection that is about to be opened."""
        return PlainConnection(self._handler, request, client)


async def _later(answer: Awaitable[Any]) -> Response:
    return _response(await answer)


def _response(answer: Any) -> Response:
    body, status, headers = answer, 200, {}
    if isinstance(answer, tuple):
        body, status, headers = (*answer, {})[:3]
    kind, content = _content(body)
    given = Headers((name, str(value)) for name, value in dict(headers).items())
    if kind is not None and "content-type" not in given:
        given = Headers([("content-type", kind), *given.items()])
    return Response(status, given, content)


def _content(body: Any) -> tuple[str | None, bytes]:
    if body is None:
        return None, b""
    kind = next(kind for base, kind in _TYPES if isinstance(body, base))
    if isinstance(body, bytes):
        return kind, body
    text = body if isinstance(body, str) else json.dumps(cross(body), ensure_ascii=False)
    return kind, text.encode()


# --- connections ---------------------------------------------------------------------------------


class ServerSocket:
    """A container's end of a connection, for a Python callable.

    The connection stands as soon as the container says what it does with messages, or sends one.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self.is_taken = False
        self._on_message: Callable[[Any], object] | None = None
        self._on_close: Callable[[int, str], object] | None = None

    def on_message(self, handler: Callable[[Any], object]) -> Callable[[Any], object]:
        """Be told each message of the app, a text or bytes; usable as a decorator."""
        self._on_message = handler
        self._take()
        return handler

    def on_close(self, handler: Callable[[int, str], object]) -> Callable[[int, str], object]:
        """Be told `(code, reason)` when the app has closed it."""
        self._on_close = handler
        return handler

    def send(self, data: str | bytes) -> None:
        """Send the app a message."""
        self._take()
        self._client.message(data)

    def close(self, code: int = 1000, reason: str = "") -> None:
        """Close the connection."""
        self._client.closed(code, reason)

    def _take(self) -> None:
        if not self.is_taken:
            self.is_taken = True
            self._client.accepted()

    async def told(self, data: Any) -> None:
        """A message has come."""
        await _finish(self._on_message, data)

    async def ended(self, code: int, reason: str) -> None:
        """The app has closed it."""
        await _finish(self._on_close, code, reason)


async def _finish(handler: Callable[..., Any] | None, *arguments: Any) -> None:
    answer = handler(*arguments) if handler is not None else None
    if inspect.isawaitable(answer):
        await answer


class PlainConnection:
    """A connection to a Python callable."""

    def __init__(self, handler: Handler, request: ContainerRequest, client: Client) -> None:
        self._socket = ServerSocket(client)
        self._handler = handler
        self._request = replace(request, websocket=self._socket)
        self._client = client

    async def open(self) -> None:
        """Let the handler take the connection, or refuse it."""
        answer = self._handler(self._request)
        if inspect.isawaitable(answer):
            answer = await answer
        if not self._socket.is_taken:
            status = NO_UPGRADE if answer is None else _response(answer).status
            self._client.refused(status)

    async def send(self, data: Any) -> None:
        """Take a message of the app."""
        await self._socket.told(data)

    async def close(self, code: int, reason: str) -> None:
        """Hear that the app has closed."""
        await self._socket.ended(code, reason)

"""ASGI apps (FastAPI, Starlette, Django) as containers: the app itself is driven, no server is."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from cloud_fake.kernel.bells import Bells
from cloud_fake.services.containers.asgi_lifespan import Lifespan
from cloud_fake.services.containers.asgi_scopes import http_scope
from cloud_fake.services.containers.asgi_sockets import AsgiConnection
from cloud_fake.services.containers.messages import Headers, Response, server_error

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloud_fake.services.containers.asgi_scopes import State
    from cloud_fake.services.containers.messages import ContainerRequest
    from cloud_fake.services.containers.sockets import Client
    from cloud_fake.services.containers.stepwise import Message
    from cloud_fake.services.functions.output import Output

__all__ = ["AsgiApp"]


class AsgiApp:
    """An ASGI app. Its lifespan begins with its first request and ends with `stop`."""

    def __init__(self, app: Callable[..., Any]) -> None:
        self._app = app
        self._lifespan: Lifespan | None = None
        #: Held while it starts.
        self._starting = threading.Lock()
        self._bells = Bells()
        self._connections: list[AsgiConnection] = []

    async def answer(self, request: ContainerRequest, _output: Output) -> Response:
        """Answer a request; what the app raises stands beside its answer."""
        scope = http_scope(request, await self._started())
        exchange = _Exchange(request)
        try:
            await self._app(scope, exchange.receive, exchange.send)
        except Exception as error:  # noqa: BLE001 - a server answers for its app
            return exchange.response(error)
        return exchange.response()

    async def connect(self, request: ContainerRequest, client: Client) -> AsgiConnection:
        """The app's end of a connection that is about to be opened."""
        connection = AsgiConnection(self._app, request, await self._started(), client)
        self._connections.append(connection)
        return connection

    def again(self) -> AsgiApp:
        """The same app, its life not begun."""
        return AsgiApp(self._app)

    async def stop(self) -> None:
        """End the app's connections, and its life if it has begun.

        Nothing is left that the garbage collector would end at a moment of its own.
        """
        connections, self._connections = self._connections, []
        for connection in connections:
            await connection.end()
        lifespan, self._lifespan = self._lifespan, None
        if lifespan is not None:
            await lifespan.stop()

    async def _started(self) -> State:
        """What the app keeps for its requests; whoever asks while it starts waits for that."""
        while self._lifespan is None:
            if self._starting.acquire(blocking=False):
                await self._start()
            else:
                await self._bells.wait(lambda: not self._starting.locked())
        return self._lifespan.state

    async def _start(self) -> None:
        try:
            if self._lifespan is None:  # nobody else was quicker
                lifespan = Lifespan(self._app)
                await lifespan.start()
                self._lifespan = lifespan
        finally:
            self._starting.release()
            self._bells.ring()


class _Exchange:
    """One request and what the app makes of it."""

    def __init__(self, request: ContainerRequest) -> None:
        self._request = request
        self._asked = False
        self._start: Message | None = None
        self._body: list[bytes] = []
        self._complete = False

    async def receive(self) -> Message:
        """The body, once; then that the client has gone, which it has not while it waits."""
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": self._request.body, "more_body": False}
        if not self._complete:
            await Bells().wait(lambda: False)  # until cancelled: nobody rings
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """The answer, in pieces."""
        if message["type"] == "http.response.start":
            self._start = message
        elif message["type"] == "http.response.body":
            self._body.append(bytes(message.get("body", b"")))
            self._complete = not message.get("more_body", False)

    def response(self, error: BaseException | None = None) -> Response:
        """What was answered; 500 if nothing was."""
        if self._start is None:
            return server_error(error or RuntimeError("the app returned without a response"))
        headers = Headers(_text(pair) for pair in self._start.get("headers", ()))
        return Response(int(self._start["status"]), headers, b"".join(self._body), error)


def _text(pair: tuple[bytes, bytes]) -> tuple[str, str]:
    name, value = pair
    return bytes(name).decode("latin-1"), bytes(value).decode("latin-1")

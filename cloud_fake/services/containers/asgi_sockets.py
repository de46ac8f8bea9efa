"""A connection to an ASGI app: its coroutine goes on whenever there is a message for it."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from cloud_fake.services.containers.asgi_scopes import websocket_scope
from cloud_fake.services.containers.stepwise import Mailbox, Stepwise

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloud_fake.services.containers.asgi_scopes import State
    from cloud_fake.services.containers.messages import ContainerRequest
    from cloud_fake.services.containers.sockets import Client
    from cloud_fake.services.containers.stepwise import Message

__all__ = ["AsgiConnection"]

#: WebSocket's codes for a regular end, and for a server that is shut down.
NORMAL = 1000
GOING_AWAY = 1001


class AsgiConnection:
    """The app's end of one connection, in the specification's messages."""

    def __init__(
        self, app: Callable[..., Any], request: ContainerRequest, state: State, client: Client
    ) -> None:
        self._client = client
        self._mailbox = Mailbox()
        running = app(websocket_scope(request, state), self._mailbox.receive, self._hear)
        self._running = Stepwise(running)

    async def open(self) -> None:
        """Let the app accept the connection, or refuse it."""
        await self._tell({"type": "websocket.connect"})

    async def send(self, data: Any) -> None:
        """Give the app a message."""
        key = "text" if isinstance(data, str) else "bytes"
        await self._tell({"type": "websocket.receive", key: data})

    async def close(self, code: int, reason: str) -> None:
        """Tell the app that the client has gone."""
        await self._tell({"type": "websocket.disconnect", "code": code, "reason": reason})

    async def end(self) -> None:
        """Let the app hear that the server goes away; an app that stays on is stopped."""
        with contextlib.suppress(Exception):
            await self.close(GOING_AWAY, "")
            self._running.stop()

    async def _tell(self, message: Message) -> None:
        self._mailbox.put(message)
        await self._running.advance()
        if self._running.ended:
            self._client.closed(NORMAL, "")

    async def _hear(self, message: Message) -> None:
        kind = message["type"]
        if kind == "websocket.accept":
            self._client.accepted()
        elif kind == "websocket.send":
            text = message.get("text")
            self._client.message(bytes(message["bytes"]) if text is None else text)
        elif kind == "websocket.close":
            self._client.closed(message.get("code", NORMAL), message.get("reason") or "")

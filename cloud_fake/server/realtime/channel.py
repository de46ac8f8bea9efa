"""Realtime: one WebSocket. It is read in the connection's thread; its outbox has another."""

from __future__ import annotations

import contextlib
import json
import threading
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from wsproto import ConnectionType, WSConnection
from wsproto.events import (
    AcceptConnection,
    CloseConnection,
    Ping,
    RejectConnection,
    TextMessage,
)
from wsproto.events import Request as Upgrade
from wsproto.frame_protocol import CloseReason
from wsproto.utilities import LocalProtocolError, RemoteProtocolError

from cloud_fake.server.realtime.messages import Conversation
from cloud_fake.server.realtime.outbox import Outbox
from cloud_fake.server.taro.connecting import Connecting
from cloud_fake.server.taro.streaming import Streaming
from cloud_fake.server.taro.watching import Watching

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping

    from wsproto.events import Event

    from cloud_fake.server.application import Application
    from cloud_fake.server.messages import Request

__all__ = ["Channel"]

#: What is talked about, by path.
Talk = Conversation | Watching | Connecting | Streaming
CONVERSATIONS: Mapping[str, type[Talk]] = MappingProxyType(
    {
        "/ws": Conversation,
        "/taro/watch": Watching,
        "/taro/socket": Connecting,
        "/taro/stream": Streaming,
    }
)

#: Letters of one message.
MAX_MESSAGE = 1024 * 1024
_PIECE = 64 * 1024


class Channel:
    """One client's line for watches."""

    def __init__(self, line: socket.socket, application: Application) -> None:
        self._line = line
        self._application = application
        self._ws = WSConnection(ConnectionType.SERVER)
        self._outbox = Outbox(line)
        self._lock = threading.Lock()
        self._text = ""

    def serve(self, request: Request, rest: bytes) -> None:
        """Talk until one side hangs up."""
        headers = [
            (name.encode(), value.encode("latin-1")) for name, value in request.headers.items()
        ]
        try:
            with contextlib.suppress(RemoteProtocolError, LocalProtocolError):
                self._ws.initiate_upgrade_connection(headers, request.target)
                self._talk(request, rest)
        finally:
            self._outbox.close()

    def _talk(self, request: Request, rest: bytes) -> None:
        talks_of = CONVERSATIONS.get(request.path, Conversation)
        conversation = talks_of(self._application, self.say)
        try:
            data = rest
            while self._take_in(request, conversation):
                data = data or self._line.recv(_PIECE)
                self._ws.receive_data(data or None)
                data = b""
        finally:
            conversation.end()

    def _take_in(self, request: Request, conversation: Talk) -> bool:
        """Deal with what has come; whether the line is still open."""
        for event in self._ws.events():
            if isinstance(event, Upgrade):
                if not self._accept(request):
                    return False
            elif isinstance(event, TextMessage):
                if not self._hear(request, event, conversation):
                    return False
            elif isinstance(event, Ping):
                self._send(event.response())
            elif isinstance(event, CloseConnection):
                self._send(event.response())
                return False
        return True

    def _accept(self, request: Request) -> bool:
        is_known = request.path in CONVERSATIONS
        allowed = is_known and self._application.why_foreign(request) is None
        self._send(AcceptConnection() if allowed else RejectConnection(status_code=403))
        return allowed

    def _hear(self, request: Request, event: TextMessage, conversation: Talk) -> bool:
        """Deal with a message, once it is whole; whether the line can go on."""
        self._text += event.data
        if len(self._text) > MAX_MESSAGE:
            raise RemoteProtocolError("a message is too long")
        if not event.message_finished:
            return True
        text, self._text = self._text, ""
        try:
            conversation.hear(text)
        except Exception as error:  # noqa: BLE001 - a server goes on
            self._application.unforeseen(request.path, error)
            self._send(CloseConnection(code=CloseReason.INTERNAL_ERROR))
            return False
        return True

    # --- saying -----------------------------------------------------------------------------------

    def say(self, message: dict[str, Any]) -> None:
        """Send a message, from whichever thread."""
        self._send(TextMessage(data=json.dumps(message, separators=(",", ":"))))

    def _send(self, event: Event) -> None:
        # Hung up meanwhile, there is nobody to tell.
        with self._lock, contextlib.suppress(LocalProtocolError):
            self._outbox.put(self._ws.send(event))

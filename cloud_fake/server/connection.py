"""Server: one connection of HTTP/1.1, in a thread of its own. h11 speaks HTTP."""

from __future__ import annotations

import contextlib
import socket
from typing import TYPE_CHECKING

import h11

from cloud_fake.server.messages import Reply, Request, Unanswered

if TYPE_CHECKING:
    from cloud_fake.server.application import Application

__all__ = ["MAX_BODY", "Connection"]

#: The most a request may hold, in bytes.
MAX_BODY = 20 * 1024 * 1024
#: The most that a request's line and headers may hold, in bytes.
MAX_HEADERS = 32 * 1024
#: Real seconds: until a request that has begun is there, until the next one begins, and for what
#: is still on its way after a refusal.
PATIENCE, IDLE, LINGER = 30.0, 300.0, 0.5
_PIECE = 64 * 1024
#: Bytes of a refused request that are taken in nevertheless.
_MOST_LEFT = 4 * 1024 * 1024
#: Statuses whose answers end with their headers.
_BODILESS = (204, 304)


class _Refused(Exception):  # noqa: N818 - an outcome
    """A request that is not even read."""

    def __init__(self, reply: Reply) -> None:
        super().__init__()
        self.reply = reply


class Connection:
    """One client's line."""

    def __init__(self, line: socket.socket, application: Application) -> None:
        self._line = line
        self._application = application
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=MAX_HEADERS)

    def serve(self) -> None:
        """Answer request after request, until one side has enough."""
        with contextlib.suppress(OSError, Unanswered), self._line:
            self._line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, True)
            while self._serve_one():
                self._http.start_next_cycle()

    def _serve_one(self) -> bool:
        """Answer one request; whether there may be another."""
        try:
            event = self._begun()
            if event is None:
                return False
            if _wants_websocket(event):
                self._upgrade(event)
                return False
            request = _request(event, self._body(event))
        except _Refused as refused:
            self._refuse(refused.reply)
        except h11.RemoteProtocolError as error:
            self._refuse(Reply(error.error_status_hint, b"malformed HTTP"))
        else:
            self._send(self._application.answer(request), request.method)
        return self._http.our_state is h11.DONE and self._http.their_state is h11.DONE

    # --- reading ----------------------------------------------------------------------------------

    def _begun(self) -> h11.Request | None:
        self._line.settimeout(IDLE)
        event = self._next()
        self._line.settimeout(PATIENCE)
        return event if isinstance(event, h11.Request) else None

    def _next(self) -> h11.Event:
        while True:
            event = self._http.next_event()
            if isinstance(event, type) and event is h11.NEED_DATA:
                self._http.receive_data(self._line.recv(_PIECE))
                continue
            return event  # type: ignore[return-value]  # PAUSED comes only before a next cycle

    def _body(self, event: h11.Request) -> bytes:
        announced = dict(event.headers).get(b"content-length", b"0")
        if int(announced) > MAX_BODY:
            raise _Refused(Reply(413, b"too large"))
        if self._http.they_are_waiting_for_100_continue:
            self._write(h11.InformationalResponse(status_code=100, headers=[]))
        body = bytearray()
        while isinstance(part := self._next(), h11.Data):
            body += part.data
            if len(body) > MAX_BODY:
                raise _Refused(Reply(413, b"too large"))
        return bytes(body)

    # --- answering --------------------------------------------------------------------------------

    def _refuse(self, reply: Reply) -> None:
        if self._http.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            self._send(reply.plus({"connection": "close"}), "")
            self._linger()

    def _linger(self) -> None:
        """Take in what the client still sends: it would not read an answer on a broken line."""
        self._line.shutdown(socket.SHUT_WR)
        self._line.settimeout(LINGER)
        for _ in range(_MOST_LEFT // _PIECE):
            if not self._line.recv(_PIECE):
                return

    def _send(self, reply: Reply, method: str) -> None:
        headers = {"content-length": str(len(reply.body)), **reply.headers}
        has_body = reply.status not in _BODILESS
        if not has_body:
            del headers["content-length"]
        pairs = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
        parts = [self._http.send(h11.Response(status_code=reply.status, headers=pairs))]
        if reply.body and method != "HEAD" and has_body:
            parts.append(self._http.send(h11.Data(data=reply.body)))
        parts.append(self._http.send(h11.EndOfMessage()))
        self._line.sendall(b"".join(filter(None, parts)))

    def _write(self, event: h11.Event) -> None:
        self._line.sendall(self._http.send(event) or b"")

    def _upgrade(self, event: h11.Request) -> None:
        """The rest of the line is a WebSocket's."""
        from cloud_fake.server.realtime.channel import Channel

        request = _request(event, b"")
        self._line.settimeout(None)
        Channel(self._line, self._application).serve(request, self._http.trailing_data[0])


def _wants_websocket(event: h11.Request) -> bool:
    return any(
        name == b"upgrade" and value.lower() == b"websocket" for name, value in event.headers
    )


def _request(event: h11.Request, body: bytes) -> Request:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in event.headers}
    return Request(event.method.decode(), event.target.decode("latin-1"), headers, body)

"""Server: one connection of HTTP/1.1, in a thread of its own. h11 speaks HTTP."""

from __future__ import annotations

import contextlib
import socket
from threading import Timer
from typing import TYPE_CHECKING

import h11

from cloud_fake.server.messages import Reply, Request, Unanswered

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloud_fake.server.application import Application

__all__ = ["MAX_BODY", "Connection"]

#: The most a request may hold, in bytes.
MAX_BODY = 20 * 1024 * 1024
#: The most that a request's line and headers may hold, in bytes.
MAX_HEADERS = 32 * 1024
#: Real seconds: until a request that has begun is there whole, until the next one begins, and for
#: what is still on its way after a refusal.
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
        self._hurry: Timer | None = None
        self._application = application
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=MAX_HEADERS)

    def serve(self) -> None:
        """Answer request after request, until one side has enough."""
        with contextlib.suppress(OSError, Unanswered), self._line:
            self._line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, True)
            self._line.settimeout(IDLE)
            while self._serve_one():
                self._http.start_next_cycle()

    def _serve_one(self) -> bool:
        """Answer one request; whether there may be another."""
        try:
            request = self._read()
        except _Refused as refused:
            self._refuse(refused.reply)
        except h11.RemoteProtocolError as error:
            self._refuse(Reply(error.error_status_hint, b"malformed HTTP"))
        else:
            if request is None:
                return False
            self._send(self._application.answer(request), request.method)
        return self._http.our_state is h11.DONE and self._http.their_state is h11.DONE

    # --- reading ----------------------------------------------------------------------------------

    def _read(self) -> Request | None:
        """The next request; None if the line is at its end, or a WebSocket's."""
        try:
            event = self._next()
            if not isinstance(event, h11.Request):
                return None
            headers = _read_headers(event)
            if headers.get("upgrade", "").lower() != "websocket":
                return _request(event, headers, self._body(headers))
        finally:
            self._be_patient()
        self._upgrade(_request(event, headers, b""))
        return None

    def _next(self) -> h11.Event:
        while True:
            event = self._http.next_event()
            if isinstance(event, type) and event is h11.NEED_DATA:
                if self._http.their_state is not h11.IDLE or self._http.trailing_data[0]:
                    self._hurry_up()
                self._http.receive_data(self._line.recv(_PIECE))
                continue
            return event  # type: ignore[return-value]  # PAUSED comes only before a next cycle

    def _hurry_up(self) -> None:
        """Hang up if what has begun and is not there whole does not come in time.

        Nobody's clock is asked, which a test may have stopped; most requests come in one piece.
        """
        if self._hurry is None:
            self._hurry = Timer(PATIENCE, self._hang_up)
            self._hurry.daemon = True
            self._hurry.start()

    def _be_patient(self) -> None:
        if self._hurry is not None:
            self._hurry.cancel()
            self._hurry = None

    def _hang_up(self) -> None:
        with contextlib.suppress(OSError):
            self._line.shutdown(socket.SHUT_RDWR)

    def _body(self, headers: Mapping[str, str]) -> bytes:
        if int(headers.get("content-length", 0)) > MAX_BODY:
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

    def _upgrade(self, request: Request) -> None:
        """The rest of the line is a WebSocket's."""
        from cloud_fake.server.realtime.channel import Channel

        self._line.settimeout(None)
        Channel(self._line, self._application).serve(request, self._http.trailing_data[0])


def _read_headers(event: h11.Request) -> dict[str, str]:
    """By name in small letters; of a repeated one the last counts."""
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in event.headers}


def _request(event: h11.Request, headers: Mapping[str, str], body: bytes) -> Request:
    return Request(event.method.decode(), event.target.decode("latin-1"), headers, body)

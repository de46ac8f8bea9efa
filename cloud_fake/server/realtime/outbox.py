"""Realtime: what is still to be written to a line, by a thread of its own.

Whoever commits must not wait for a client that does not read; a client that leaves too much unread
is hung up on.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections import deque

__all__ = ["Outbox"]

#: Bytes that may wait to be read.
MOST_UNREAD = 16 * 1024 * 1024
#: Real seconds for what is still to be written at the end.
_PATIENCE = 1.0


class Outbox:
    """The writing half of a line."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._unsaid: deque[bytes] = deque()
        self._size = 0
        self._is_open = True
        self._changed = threading.Condition()
        self._writer = threading.Thread(
            target=self._write_all, name="cloud-fake watch", daemon=True
        )
        self._writer.start()

    def put(self, data: bytes) -> None:
        """Have something written, after what waits already."""
        with self._changed:
            if self._size + len(data) > MOST_UNREAD:
                self._hang_up()
            if self._is_open:
                self._unsaid.append(data)
                self._size += len(data)
                self._changed.notify()

    def close(self) -> None:
        """Take nothing more, and end when what waits is written, or soon."""
        with self._changed:
            self._is_open = False
            self._changed.notify()
        self._writer.join(_PATIENCE)

    # --- inside -----------------------------------------------------------------------------------

    def _write_all(self) -> None:
        with contextlib.suppress(OSError):
            while (data := self._next()) is not None:
                self._line.sendall(data)

    def _next(self) -> bytes | None:
        with self._changed:
            self._changed.wait_for(lambda: self._unsaid or not self._is_open)
            if not self._unsaid:
                return None
            data = self._unsaid.popleft()
            self._size -= len(data)
            return data

    def _hang_up(self) -> None:
        self._is_open = False
        self._unsaid.clear()
        self._size = 0
        with contextlib.suppress(OSError):
            self._line.shutdown(socket.SHUT_RDWR)

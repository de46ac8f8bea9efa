"""Server: listening, on this machine only unless told otherwise.

A thread for each connection and no event loop: calls block (a function that runs may itself call
back), user code runs in their middle, and libraries that fake the clock stop an event loop's timers
but no socket's. Starting and stopping take a millisecond. h11 and wsproto, which speak HTTP and
WebSocket in uvicorn and hypercorn, speak here, too.
"""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from typing import TYPE_CHECKING, Self

from cloud_fake.server.application import Application
from cloud_fake.server.connection import Connection
from cloud_fake.server.keys import Keys

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType

    from cloud_fake.kernel.session import Session
    from cloud_fake.kernel.world import World

__all__ = ["Server"]

#: Connections at once; more are closed as they come.
MOST_CONNECTIONS = 512
_BACKLOG = 256
#: Real seconds to wait at the end for calls that are at work.
_PATIENCE = 1.0


class Server(Keys):
    """A cloud behind HTTP and WebSocket, from the moment it is made until `close()`.

    Attributes:
        host: where it listens.
        port: likewise.
        url: `http://127.0.0.1:40123`.
    """

    def __init__(
        self,
        world: World,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        hosts: Iterable[str] = (),
    ) -> None:
        """Begin to listen.

        Args:
            world: whose.
            host: the address to listen at.
            port: the port; any free one if 0.
            hosts: names beside `localhost` by which it may be called.
        """
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._door = socket.create_server((host, port), family=family, backlog=_BACKLOG)
        self.host, self.port = self._door.getsockname()[:2]
        shown = f"[{self.host}]" if ":" in self.host else self.host
        self.url = f"http://{shown}:{self.port}"
        self.application = Application(world, self.url, {*hosts, self.host})
        self._lines: dict[socket.socket, threading.Thread] = {}
        self._lock = threading.Lock()
        self._is_open = True
        self._porter = threading.Thread(target=self._let_in, name="cloud-fake door", daemon=True)
        self._porter.start()

    # --- for clients ------------------------------------------------------------------------------

    @property
    def env(self) -> dict[str, str]:
        """Environment variables that lead `wx-server-sdk` and `@cloudbase/node-sdk` here."""
        world = self.application.world
        return {
            "TCB_CONTEXT_CNFG": json.dumps({"URL": f"{self.url}/admin"}),
            "TENCENTCLOUD_SECRETID": "fake-id",
            "TENCENTCLOUD_SECRETKEY": "fake-key",
            "TENCENTCLOUD_REGION": "ap-shanghai",
            "TENCENTCLOUD_RUNENV": "SCF",
            "TENCENTCLOUD": "true",
            "SCF_NAMESPACE": world.env_name(0),
            "TCB_ENV": world.env_name(0),
        }

    def enroll(self, session: Session) -> str:
        """A token for a function's own process: what its SDK calls happens in `session`.

        It goes into the variable `TENCENTCLOUD_SESSIONTOKEN`, which the SDKs read at each call.
        """
        return self.application.visitors.enroll(session)

    def dismiss(self, token: str) -> None:
        """Forget an enrolled session."""
        self.application.visitors.dismiss(token)

    # --- life -------------------------------------------------------------------------------------

    def close(self) -> None:
        """Listen no more, and hang up on everybody; closing twice does nothing."""
        with self._lock:
            if not self._is_open:
                return
            self._is_open = False
            lines = dict(self._lines)
        self._close_door()
        for line in lines:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        self.application.close()
        for thread in lines.values():
            if thread is not threading.current_thread():
                thread.join(_PATIENCE)

    def _close_door(self) -> None:
        """Wake who waits in `accept`, which closing alone does not do everywhere."""
        with contextlib.suppress(OSError), socket.socket(self._door.family) as knock:
            knock.settimeout(_PATIENCE)
            knock.connect(self._door.getsockname())
        self._porter.join(_PATIENCE)
        self._door.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Server {self.url}, {'open' if self._is_open else 'closed'}>"

    # --- letting in -------------------------------------------------------------------------------

    def _let_in(self) -> None:
        while True:
            try:
                line, _ = self._door.accept()
            except OSError:
                return
            if not self._is_open:
                line.close()
                return
            self._begin(line)

    def _begin(self, line: socket.socket) -> None:
        thread = threading.Thread(
            target=self._serve, args=(line,), name="cloud-fake line", daemon=True
        )
        with self._lock:
            if not self._is_open or len(self._lines) >= MOST_CONNECTIONS:
                line.close()
                return
            self._lines[line] = thread
        thread.start()

    def _serve(self, line: socket.socket) -> None:
        try:
            Connection(line, self.application).serve()
        finally:
            with self._lock:
                self._lines.pop(line, None)

"""JavaScript functions of one world, and the server that they call, once there are any."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cloud_fake.kernel.world import World
    from cloud_fake.server import Server
    from cloud_fake.services.functions.registry import Handler

__all__ = ["Scripts"]


class Scripts:
    """What `load_functions` and the functions' own processes need."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._server: Server | None = None
        self._lock = threading.Lock()

    def boot(self, folder: Path, env: int) -> Callable[[World], Handler]:
        """How an instance of a function is made that lies in a folder.

        Raises:
            MisuseError: there is no Node.js, or the extra `server` is not installed.
        """
        from cloud_fake.server.javascript import boot

        return boot(folder, env)

    @property
    def server(self) -> Server:
        """The server that leads to this world, for its functions only."""
        from cloud_fake.server import Server

        with self._lock:
            if self._server is None:
                self._server = Server(self._world)
            return self._server

    def close(self) -> None:
        """End the server."""
        with self._lock:
            server, self._server = self._server, None
        if server is not None:
            server.close()

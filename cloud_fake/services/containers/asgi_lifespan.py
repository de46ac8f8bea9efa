"""An ASGI app's own beginning and end."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from cloud_fake.services.containers.asgi_scopes import lifespan_scope
from cloud_fake.services.containers.stepwise import Mailbox, Stepwise

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloud_fake.services.containers.asgi_scopes import State
    from cloud_fake.services.containers.stepwise import Message

__all__ = ["Lifespan"]


class Lifespan:
    """One life of an app; one that knows no lifespan lives without."""

    def __init__(self, app: Callable[..., Any]) -> None:
        self.state: State = {}
        self._mailbox = Mailbox()
        self._said: Message = {}
        running = app(lifespan_scope(self.state), self._mailbox.receive, self._hear)
        self._running = Stepwise(running)

    async def start(self) -> None:
        """Let the app start.

        Raises:
            RuntimeError: it says that it cannot.
        """
        # The specification: an app that raises here does not support it.
        with contextlib.suppress(Exception):
            await self._go_on("lifespan.startup")
        said = self._said.get("type")
        if said == "lifespan.startup.failed":
            raise RuntimeError(f"the app could not start: {self._said.get('message', '')}")
        if said != "lifespan.startup.complete":
            self._running.stop()

    async def stop(self) -> None:
        """Let the app end; an app that stays on is stopped."""
        with contextlib.suppress(Exception):
            await self._go_on("lifespan.shutdown")
            self._running.stop()

    async def _go_on(self, kind: str) -> None:
        self._mailbox.put({"type": kind})
        await self._running.advance()

    async def _hear(self, message: Message) -> None:
        self._said = message

"""Kernel: who wants to know what commits change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cloud_fake.kernel.timeline import Call
    from cloud_fake.state import Change

__all__ = ["Observer"]


class Observer(Protocol):
    """Who wants to know what commits change in one table."""

    def tell(self, changes: Sequence[Change], call: Call | None) -> None:
        """Learn of one commit, under the world's lock; what user code should hear is posted.

        Args:
            changes: what it did to the table, in order.
            call: which call it was; None for the console.
        """

    def drop(self, is_meant: Callable[[Call], bool], code: int) -> None:
        """Break the connections that calls have opened, under the world's lock.

        Args:
            is_meant: whether those of this call.
            code: the WebSocket's.
        """

    def end(self) -> None:
        """Hear no more: the state is no longer what it was told of."""

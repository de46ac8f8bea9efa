"""Kernel: time that jumps, in whichever event loop it is asked for."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from types import TracebackType

    from cloud_fake.kernel.flow import Pause
    from cloud_fake.kernel.world import World

__all__ = ["Jumping", "jumping"]


class Jumping(Protocol):
    """Time that jumps while an event loop is idle, until stopped or within a `with`."""

    @property
    def is_here(self) -> bool:
        """Whether it is the loop that runs here whose time jumps."""

    def stop(self) -> None:
        """Let time go as it did."""

    async def sleep(self, pause: Pause) -> None:
        """Wait until the cloud's clock has come so far."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> bool | None: ...


def jumping(world: World) -> Jumping:
    """Let time jump in the loop that runs here.

    Raises:
        MisuseError: none does, or its time cannot jump.
    """
    trio = sys.modules.get("trio")
    if trio is not None and trio.lowlevel.in_trio_run():
        from cloud_fake.kernel.autojump_trio import TrioAutojump

        return TrioAutojump(world)
    from cloud_fake.kernel.autojump import Autojump

    return Autojump(world)

"""How the store was: kept only while some rule lets reads see the past."""

from __future__ import annotations

import bisect
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from cloud_fake.kernel.world import World
    from cloud_fake.state import Snapshot

__all__ = ["History"]


class History:
    """A snapshot for each commit since it began, as far back as anybody asks; each is O(1).

    Attributes:
        longest: how far back anybody asks, in seconds.
    """

    def __init__(self, world: World, longest: float) -> None:
        self._world = world
        self._moments: list[datetime] = []
        self._states: list[Snapshot] = []
        self.longest = longest
        self.keep()

    def keep(self) -> None:
        """Remember how the store is from now on."""
        now = self._world.clock.now()
        # Of what is older than anybody asks for, the last one still is how it was then.
        old = bisect.bisect_right(self._moments, now - timedelta(seconds=self.longest)) - 1
        del self._moments[: max(old, 0)], self._states[: max(old, 0)]
        self._moments.append(now)
        self._states.append(self._world.store.snapshot())

    def at(self, moment: datetime) -> Snapshot:
        """How the store was at a moment, or at first, if that is later."""
        return self._states[max(bisect.bisect_right(self._moments, moment) - 1, 0)]

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
    """How it was at each moment since it began, as far back as anybody asks.

    A snapshot costs nothing, but the next write to a table has to copy it. So one is taken only
    when the store is about to change at a later moment than it last did: while the clock stands
    still, as it does in a storm, writes are as cheap as ever.

    Attributes:
        longest: how far back anybody asks, in seconds.
    """

    def __init__(self, world: World, longest: float) -> None:
        self._world = world
        #: Since when the store is as it is now.
        self._since = world.clock.now()
        self._moments: list[datetime] = [self._since]
        self._states: list[Snapshot] = [world.store.snapshot()]
        self.longest = longest

    def before_change(self) -> None:
        """Remember how the store has been until now, if it has been so for any time at all."""
        now = self._world.clock.now()
        if now <= self._since:
            return
        # Of what is older than anybody asks for, the last one still is how it was then.
        old = bisect.bisect_right(self._moments, now - timedelta(seconds=self.longest)) - 1
        del self._moments[: max(old, 0)], self._states[: max(old, 0)]
        self._moments.append(self._since)
        self._states.append(self._world.store.snapshot())
        self._since = now

    def at(self, moment: datetime) -> Snapshot:
        """How the store was at a moment, or at first, if that is later."""
        if moment >= self._since:
            return self._world.store.snapshot()
        return self._states[max(bisect.bisect_right(self._moments, moment) - 1, 0)]

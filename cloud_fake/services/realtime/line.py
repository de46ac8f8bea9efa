"""Realtime: the line that a watch's snapshots pass over, in order unless a fault says otherwise."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from cloud_fake.models.results import Snapshot
from cloud_fake.services.realtime.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloud_fake.kernel.faults.event import Event
    from cloud_fake.kernel.world import World

__all__ = ["Line"]

#: Seconds that the SDK waits for an event when a later one is there already (@cloudbase/realtime).
PATIENCE = 5.0


class Held(NamedTuple):
    """A snapshot that later ones may overtake; `place` is drawn, and says where it comes in."""

    place: float
    snapshot: Snapshot


class Line:
    """One client's line; whatever it does it does under the world's lock.

    Args:
        world: where it is.
        who: whose.
        say: tells the client.
        drop: closes its connection, with a code.
    """

    def __init__(
        self,
        world: World,
        who: str,
        say: Callable[[Snapshot], object],
        drop: Callable[[int], object],
    ) -> None:
        self._world = world
        self._who = who
        self._say = say
        self._reader = Reader(world, who, drop)
        #: What waits until the line is free again, in order, and how many reasons there are.
        self._queue: list[Snapshot] = []
        self._blocks = 0
        #: What is held back to be told in another order, and how many events that takes still.
        self._held: list[Held] = []
        self._wanted = 0

    def carry(self, snapshot: Snapshot, event: Event | None) -> None:
        """Let a snapshot pass, as its event's faults have it."""
        if event is not None:
            self._block(event)
        if self._blocks:
            self._queue.append(snapshot)
        elif event is not None and event.window > 1:
            self._hold(snapshot, event)
        else:
            self._post(snapshot, event)
        self._count_for_held()

    def _post(self, snapshot: Snapshot, event: Event | None) -> None:
        if event is None and not self._reader.is_busy:
            self._world.outbox.post(partial(self._say, snapshot))
            return
        for copy in range(1 if event is None else event.copies):
            letter = partial(self._say, Snapshot(snapshot) if copy else snapshot)
            if event is None:
                self._reader.hand(letter, 0.0, math.inf)
            elif event.is_after_answer and event.cause is not None:
                self._world.outbox.post_after(event.cause, letter)
            else:
                self._reader.hand(letter, event.busy, event.most_waiting)

    # --- waiting in order -------------------------------------------------------------------------

    def _block(self, event: Event) -> None:
        if event.jammed_by is not None:
            self._blocks += 1
            self._world.network.keep(event.jammed_by, self._unblock)
        if event.delay:
            self._blocks += 1
            self._world.after(event.delay, self._who, self._unblock)

    def _unblock(self) -> None:
        with self._world.lock:
            self._blocks -= 1
            if not self._blocks:
                free, self._queue = self._queue, []
                for snapshot in free:
                    self._post(snapshot, None)
        self._world.deliver()

    # --- in another order -------------------------------------------------------------------------

    def _hold(self, snapshot: Snapshot, event: Event) -> None:
        if not self._held:
            self._wanted = event.window
            self._world.after(PATIENCE, self._who, partial(self._free, snapshot))
        self._held.append(Held(event.place, snapshot))

    def _count_for_held(self) -> None:
        self._wanted -= 1
        if self._held and self._wanted <= 0:
            self._post_held()

    def _free(self, first: Snapshot) -> None:
        """Nothing more came in time."""
        with self._world.lock:
            if self._held and self._held[0].snapshot is first:
                self._post_held()
        self._world.deliver()

    def _post_held(self) -> None:
        held, self._held = self._held, []
        shuffled = sorted(held, key=lambda it: it.place)
        if shuffled == held:
            shuffled.append(shuffled.pop(0))
        for it in shuffled:
            self._post(it.snapshot, None)

"""Realtime: one client's connection: what it loses, and how the client is brought up to date.

A client whose connection has lost events finds out with the next one that arrives, or by itself:
its SDK asks after a while whether it has missed anything. While the line is cut it tries again, a
few times, and then gives up. Source: @cloudbase/realtime (`CHECK_LAST`, `rebuildWatch`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from cloud_fake.errors import sdk_error, texts
from cloud_fake.services.realtime.line import Line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloud_fake.kernel.faults.event import Event
    from cloud_fake.kernel.timeline import Call
    from cloud_fake.kernel.world import World
    from cloud_fake.models.results import Snapshot
    from cloud_fake.services.realtime.listener import Listener
    from cloud_fake.state.draft import Key
    from cloud_fake.values.kinds import Document

__all__ = ["Connection"]

#: Seconds after which the SDK looks whether it has missed an event: it asks 10 s after the last
#: one, and waits 5 s for what is on its way.
CHECK = 15.0
#: Seconds between two tries to reconnect, and how many there are.
RETRY, TRIES = 5.0, 5

_RECONNECT_FAILED = -402003


@dataclass(eq=False)
class Missed:
    """What a client has missed.

    Attributes:
        known: the records as it knows them, by id; None if it has not even heard of the first.
        is_gap: events were lost on a line that carries others; else the line is cut.
        left: how many more are lost.
        tries: how often it has tried in vain to be brought up to date.
    """

    known: Mapping[Key, Document] | None
    is_gap: bool
    left: int
    tries: int = 0


class Connection:
    """Between the backend and one listener; all of it happens under the world's lock."""

    def __init__(self, world: World, call: Call, listener: Listener) -> None:
        self._world = world
        self.call = call
        self._listener = listener
        self._line = Line(world, listener.about, listener.hear, listener.drop)
        self._missed: Missed | None = None

    def remembered(self, records: Mapping[Key, Document]) -> Mapping[Key, Document] | None:
        """What the client knows now, kept if it might miss what comes."""
        world = self._world
        is_meant = world.has_faults and world.rules.is_about(self.call.name)
        return dict(records) if is_meant else None

    def send(
        self, snapshot: Snapshot, known: Mapping[Key, Document] | None, cause: Call | None
    ) -> None:
        """Send the snapshot of an event.

        Args:
            snapshot: what the client is to hear.
            known: what it knew before, as `remembered`; None before the first event.
            cause: the call whose write it tells of.
        """
        event = self._faults(snapshot.id, cause)
        if event is not None:
            self._listener.note(str(event))
        if event is not None and event.closed is not None:
            self._listener.drop(event.closed)
        elif self._is_lost(event):
            self._miss(event, known)
        elif self._missed is not None:
            self._catch_up(event)
        else:
            self._line.carry(snapshot, event)

    def _faults(self, number: int, cause: Call | None) -> Event | None:
        """What goes wrong with an event. What a gap swallows, and what ends it, is settled."""
        is_settled = self._missed is not None and self._missed.is_gap
        if not self._world.has_faults or is_settled:
            return None
        return self._world.rules.event(self.call, number, cause)

    # --- losing -----------------------------------------------------------------------------------

    def _is_lost(self, event: Event | None) -> bool:
        if self._missed is not None and self._missed.left > 0:
            self._missed.left -= 1
            return True
        return event is not None and (event.is_cut or event.gap > 0)

    def _miss(self, event: Event | None, known: Mapping[Key, Document] | None) -> None:
        if event is None:
            self._listener.note(f"#{self._listener.number} lost")
        if self._missed is None:
            gap = 0 if event is None else event.gap
            self._missed = Missed(known, is_gap=gap > 0, left=gap - 1)
            self._later(CHECK, self._missed)

    # --- catching up ------------------------------------------------------------------------------

    def _catch_up(self, event: Event | None) -> None:
        missed, self._missed = self._missed, None
        snapshot = None if missed is None else self._listener.all_since(missed.known)
        if snapshot is not None:
            self._line.carry(snapshot, event)

    def _later(self, seconds: float, missed: Missed) -> None:
        self._world.after(seconds, self._listener.about, partial(self._check, missed))

    def _check(self, missed: Missed) -> None:
        with self._world.lock:
            if self._listener.is_open and self._missed is missed:
                self._try(missed)
        self._world.deliver()

    def _try(self, missed: Missed) -> None:
        event = self._faults(self._listener.number, None)
        if event is None or not event.is_cut:
            self._catch_up(event)
            return
        missed.tries += 1
        if missed.tries < TRIES:
            self._later(RETRY, missed)
        else:
            self._listener.fail(sdk_error(_RECONNECT_FAILED, texts.RECONNECT_FAILED))

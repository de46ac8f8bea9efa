"""What collections, queries and document references have in common: they select records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloud_fake.face.modes import Face, ModeT

if TYPE_CHECKING:
    from cloud_fake.kernel.session import Session
    from cloud_fake.kernel.world import World
    from cloud_fake.models.selection import Selection

__all__ = ["Selected"]


class Selected(Face[ModeT]):
    """A face on some records."""

    def __init__(
        self, world: World, session: Session, selection: Selection, *, awaited: bool
    ) -> None:
        self._world = world
        self._session = session
        self._selection = selection
        self._awaited = awaited

"""What collections, queries and document references have in common: they select records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from cloud_fake.face.modes import Face, ModeT

if TYPE_CHECKING:
    from cloud_fake.kernel.session import Session
    from cloud_fake.kernel.world import World
    from cloud_fake.models.selection import Selection

__all__ = ["Config", "Selected"]

#: `config` of a call: all typings have it, and the base library does not look at it.
Config: TypeAlias = Mapping[str, Any] | None
S = TypeVar("S", bound="Selected[Any]")


class Selected(Face[ModeT]):
    """A face on some records."""

    def __init__(
        self, world: World, session: Session, selection: Selection, *, awaited: bool
    ) -> None:
        self._world = world
        self._session = session
        self._selection = selection
        self._awaited = awaited

    def _on(self, face: type[S], **parts: Any) -> S:
        """Another face, on the same selection but for these parts."""
        selection = self._selection.but(**parts)
        return face(self._world, self._session, selection, awaited=self._awaited)

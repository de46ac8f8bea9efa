"""What the house puts into every world: the services' names, and what handlers and devices need."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from cloud_fake.face.scripts import Scripts
from cloud_fake.kernel.fittings import Fittings
from cloud_fake.services import catalogue
from cloud_fake.services.storage.device import Device

if TYPE_CHECKING:
    from cloud_fake.face.modes import Sync
    from cloud_fake.face.server import ServerSDK
    from cloud_fake.kernel.session import Session
    from cloud_fake.kernel.world import World

__all__ = ["FITTINGS", "server_sdk"]


def server_sdk(world: World, session: Session) -> ServerSDK[Sync]:
    """The server SDK of a session."""
    return _server_class()(world, session, awaited=False)


@cache
def _server_class() -> type[ServerSDK[Any]]:
    """Its class, which most tests never need; an import in a function is asked for each time."""
    from cloud_fake.face.server import ServerSDK

    return ServerSDK


FITTINGS = Fittings(catalogue.vocabulary, catalogue.targets, server_sdk, Device, Scripts)

"""What the house puts into every world: the services' names, and what handlers and devices need."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    from cloud_fake.face.server import ServerSDK

    return ServerSDK(world, session, awaited=False)


FITTINGS = Fittings(catalogue.vocabulary, catalogue.targets, server_sdk, Device, Scripts)

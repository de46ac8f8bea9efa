"""What has been issued for a time, and may be made to expire at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloud_fake.errors import MisuseError
from cloud_fake.kernel.faults.spelling import near
from cloud_fake.kernel.ids import CLOUD_IDS_EXPIRED, LINKS_EXPIRED

if TYPE_CHECKING:
    from cloud_fake.kernel.world import World

__all__ = ["expire"]

LINKS, CLOUD_IDS, TRANSACTIONS = KINDS = ("links", "cloud_ids", "transactions")


def expire(world: World, what: str) -> None:
    """Let all of a kind be dead that there is by now.

    Raises:
        MisuseError: there is no such kind; with the nearest one.
    """
    if what == LINKS:
        world.ids.next_hex(LINKS_EXPIRED)
    elif what == CLOUD_IDS:
        world.ids.next_hex(CLOUD_IDS_EXPIRED)
    elif what == TRANSACTIONS:
        world.transactions.forget_all()
    else:
        raise MisuseError(f"nothing called {what!r} expires{near(str(what), KINDS)}")
    world.timeline.note("fault", f"all {what.replace('_', ' ')} expire")

"""What the stories share: a cloud with the collections of all the apps, and a look into it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cloud_fake import FakeCloud

COLLECTIONS = [
    *("accounts", "bills", "counters", "messages", "notes", "orders", "payments", "people"),
    *("pictures", "posts", "reports", "rows", "sessions", "stock", "tasks", "todos"),
]


@pytest.fixture
def world() -> FakeCloud:
    """A cloud whose clock stands still."""
    cloud = FakeCloud(env="dev-1a2b3c", openid="o-alice", collections=COLLECTIONS, seed=7)
    cloud.clock.freeze()
    return cloud


@pytest.fixture
def kept(world: FakeCloud) -> Callable[[str], list[dict[str, Any]]]:
    """The records of a collection, past every fault and without a line on the timeline."""

    def records(collection: str) -> list[dict[str, Any]]:
        return list(world.fork().server.database().collection(collection).get().data)

    return records

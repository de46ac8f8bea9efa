"""What the stories share: a cloud with the collections of all the apps, and a look into it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from cloud_fake import FakeCloud
from tests.stories.faults.telling import told

COLLECTIONS = [
    *("accounts", "bills", "counters", "messages", "notes", "orders", "payments", "people"),
    *("pictures", "posts", "reports", "rows", "sessions", "stock", "tasks", "todos"),
]


@pytest.fixture
def world(cloud_factory: Callable[..., FakeCloud]) -> FakeCloud:
    """A cloud whose clock stands still; it stands in the report of a story that fails."""
    return cloud_factory(
        env="dev-1a2b3c",
        openid="o-alice",
        collections=COLLECTIONS,
        seed=7,
        freeze="2030-01-01T00:30:00",
    )


@pytest.fixture
def kept(world: FakeCloud) -> Callable[[str], list[dict[str, Any]]]:
    """The records of a collection, past every fault and without a line on the timeline."""

    def records(collection: str) -> list[dict[str, Any]]:
        return list(world.fork().server.database().collection(collection).get().data)

    return records


@pytest.fixture
def deploy(world: FakeCloud, mode: str) -> Callable[..., None]:
    """Deploys a cloud function that is written once, `async def handler(event, context, cloud)`.

    It runs as a plain function whose calls block, or as an awaited one, as the story is told.
    """

    def put(name: str, handler: Callable[..., Coroutine[Any, Any, Any]], **options: Any) -> None:
        def blocking(event: Any, context: Any) -> Any:
            return told(handler(event, context, context.cloud))

        async def awaited(event: Any, context: Any) -> Any:
            return await handler(event, context, context.cloud.aio)

        world.register_function(name, blocking if mode == "sync" else awaited, **options)

    return put


@pytest.fixture
def tell(mode: str) -> Callable[[Coroutine[Any, Any, Any]], Any]:
    """Runs an app's code that is written once for both faces."""
    return told if mode == "sync" else asyncio.run

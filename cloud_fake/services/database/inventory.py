"""Which collections there are, how large they are, and dropping one: the console's view.

WeChat's open API has it, too. Like the rest of the console it is no operation: it passes no gate.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cloud_fake.errors import Failure, codes, texts
from cloud_fake.services.database.collections import records_table, registry_table
from cloud_fake.services.database.indexes import drop_indexes
from cloud_fake.values.ejson import encode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cloud_fake.kernel.world import World
    from cloud_fake.services.database.collections import Collection
    from cloud_fake.values.kinds import Document

__all__ = ["Stock", "drop_collection", "take_stock"]


@dataclass(frozen=True)
class Stock:
    """A collection: its records, their size in bytes of JSON, its indexes with that of `_id`."""

    name: str
    count: int
    size: int
    index_count: int


def take_stock(world: World, env: int) -> list[Stock]:
    """Every collection of an environment, in the order of their making."""
    with world.lock:
        known: dict[Any, Collection] = dict(world.store.table(registry_table(env)) or {})
        records = {name: list(_records(world, env, name)) for name in known}
    return [
        Stock(name, len(records[name]), _size(records[name]), 1 + len(collection.indexes))
        for name, collection in known.items()
    ]


def _records(world: World, env: int, name: str) -> Iterable[Document]:
    return (world.store.table(records_table(env, name)) or {}).values()


def _size(records: Iterable[Document]) -> int:
    return sum(len(json.dumps(encode(record), separators=(",", ":"))) for record in records)


def drop_collection(world: World, env: int, name: str) -> None:
    """Remove a collection, its records and its indexes.

    Raises:
        Failure: -502005, there is none.
    """
    with world.lock:
        draft = world.store.draft()
        registry = registry_table(env)
        found: Collection | None = draft.get(registry, name) if draft.has_table(registry) else None
        if found is None:
            raise Failure(codes.DATABASE_COLLECTION_NOT_EXIST, texts.NO_SUCH_COLLECTION)
        draft.delete(registry, name)
        draft.drop_table(records_table(env, name))
        drop_indexes(draft, env, found)
        world.tell(draft.commit(), None)
    world.deliver()

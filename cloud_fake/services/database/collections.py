"""Collections: which exist, their permission, and where their records are kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cloud_fake.errors import Failure, codes, texts

if TYPE_CHECKING:
    from collections.abc import Hashable

    from cloud_fake.kernel.gate import Work
    from cloud_fake.query.rules import Rules
    from cloud_fake.state import Draft

__all__ = [
    "PRESETS",
    "Collection",
    "create_collection",
    "find_collection",
    "records_table",
    "registry_table",
]

#: The console's four presets. A new collection is PRIVATE.
PRESETS = ("PRIVATE", "READONLY", "ADMINWRITE", "ADMINONLY")


@dataclass(frozen=True)
class Collection:
    """What is known of a collection beside its records.

    `permission` is a preset's name, or custom rules.
    """

    name: str
    permission: str | Rules = "PRIVATE"


def registry_table(env: int) -> Hashable:
    """The state's table of an environment's collections."""
    return ("collections", env)


def records_table(env: int, name: str) -> Hashable:
    """The state's table of a collection's records, by `_id`."""
    return ("records", env, name)


def create_collection(draft: Draft, env: int, collection: Collection) -> None:
    """Make a collection, empty; one that exists keeps its records and takes the permission."""
    registry = registry_table(env)
    if not draft.has_table(registry):
        draft.create_table(registry)
    draft.put(registry, collection.name, collection)
    records = records_table(env, collection.name)
    if not draft.has_table(records):
        draft.create_table(records)


def find_collection(work: Work) -> Collection:
    """The collection the work is about.

    Raises:
        Failure: -502005, nobody created it.
    """
    name = work.selection.collection
    registry = registry_table(work.env)
    found: Collection | None = (
        work.draft.get(registry, name, None) if work.draft.has_table(registry) else None
    )
    if found is not None:
        return found
    if work.world.settings.auto_create_collections:
        collection = Collection(name)
        create_collection(work.draft, work.env, collection)
        return collection
    raise Failure(codes.DATABASE_COLLECTION_NOT_EXIST, texts.NO_SUCH_COLLECTION)

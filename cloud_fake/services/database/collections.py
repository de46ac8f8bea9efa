"""Collections: which exist, their permission, and where their records are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloud_fake.errors import Failure, codes, texts

if TYPE_CHECKING:
    from collections.abc import Hashable

    from cloud_fake.kernel.work import Work
    from cloud_fake.query.rules.permissions import Rules
    from cloud_fake.services.database.indexes import Index
    from cloud_fake.state import Draft

__all__ = [
    "Collection",
    "create_collection",
    "find_collection",
    "records_table",
    "registry_table",
]


#: Of most collections, which have no index beside that of `_id`.
_NO_PATHS: frozenset[str] = frozenset()


class Collection:
    """What is known of a collection beside its records. Immutable: a change makes another.

    Attributes:
        env: the number of the environment it is in.
        name: its name.
        permission: a preset's name, or custom rules.
        indexes: beside that of `_id`, in the order of their making.
        table: the state's table of its records.
        has_rules: whether its permission is custom rules.
        unique_indexes: those that every write has to ask.
        indexed_paths: with which its indexes begin.
    """

    __slots__ = (
        "env", "has_rules", "indexed_paths", "indexes", "name", "permission", "table",
        "unique_indexes",
    )  # fmt: skip

    def __init__(
        self,
        env: int,
        name: str,
        permission: str | Rules = "PRIVATE",
        indexes: tuple[Index, ...] = (),
    ) -> None:
        self.env = env
        self.name = name
        self.permission = permission
        self.indexes = indexes
        # Every operation asks for these.
        self.table = records_table(env, name)
        self.has_rules = not isinstance(permission, str)
        self.unique_indexes = tuple([it for it in indexes if it.unique]) if indexes else ()
        self.indexed_paths = (
            frozenset([it.fields[0][0] for it in indexes]) if indexes else _NO_PATHS
        )

    def with_permission(self, permission: str | Rules) -> Collection:
        """The same, under another permission."""
        return Collection(self.env, self.name, permission, self.indexes)

    def with_indexes(self, indexes: tuple[Index, ...]) -> Collection:
        """The same, with these indexes."""
        return Collection(self.env, self.name, self.permission, indexes)


def registry_table(env: int) -> Hashable:
    """The state's table of an environment's collections."""
    return ("collections", env)


def records_table(env: int, name: str) -> Hashable:
    """The state's table of a collection's records, by `_id`."""
    return ("records", env, name)


def create_collection(draft: Draft, collection: Collection) -> None:
    """Make a collection, empty; one that exists keeps what it has and takes the permission."""
    registry = registry_table(collection.env)
    if not draft.has_table(registry):
        draft.create_table(registry)
    known = draft.get(registry, collection.name, collection)
    if known is not collection:
        known = known.with_permission(collection.permission)
    draft.put(registry, collection.name, known)
    if not draft.has_table(collection.table):
        draft.create_table(collection.table)


def find_collection(work: Work) -> Collection:
    """The collection the work is about.

    Raises:
        Failure: -502005, nobody created it.
    """
    name = work.selection.collection
    registry = registry_table(work.env)
    found: Collection | None = work.draft.get(registry, name)
    if found is not None:
        return found
    if work.world.settings.auto_create_collections:
        collection = Collection(work.env, name)
        create_collection(work.draft, collection)
        return collection
    raise Failure(codes.DATABASE_COLLECTION_NOT_EXIST, texts.NO_SUCH_COLLECTION)

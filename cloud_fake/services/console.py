"""What the platform's web console does: collections, permissions, data. It passes no gate.

The control plane of a test: no permission, no fault and no line in the timeline touches it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from cloud_fake.errors import MisuseError, Refusal
from cloud_fake.query.rules import DATABASE, STORAGE, Target, compile_rules
from cloud_fake.services.database.collections import (
    PRESETS,
    Collection,
    create_collection,
    records_table,
    registry_table,
)
from cloud_fake.services.storage import files
from cloud_fake.values.dates import to_millis
from cloud_fake.values.intake import bind, take_in
from cloud_fake.values.kinds import Document

if TYPE_CHECKING:
    from cloud_fake.kernel.world import World
    from cloud_fake.state import Draft

__all__ = ["create", "seed", "set_collection_permission", "set_storage_permission"]

R = TypeVar("R")


def create(world: World, name: str, permission: Any) -> None:
    """Create a collection, empty; one that exists only takes the permission.

    Raises:
        MisuseError: the name or the permission is none.
    """
    collection = _collection(name, permission)
    _change(world, lambda draft: create_collection(draft, 0, collection))


def set_collection_permission(world: World, name: str, permission: Any) -> None:
    """Change who may do what.

    Raises:
        MisuseError: there is no such collection, or the permission is none.
    """
    collection = _collection(name, permission)

    def change(draft: Draft) -> None:
        registry = registry_table(0)
        if draft.get(registry, name) is None:
            raise MisuseError(f"there is no collection {name!r}; create_collection() makes one")
        draft.put(registry, name, collection)

    _change(world, change)


def set_storage_permission(world: World, permission: Any) -> None:
    """Change who may read and write files.

    Raises:
        MisuseError: the permission is none.
    """
    checked = _permission(permission, files.PRESETS, STORAGE)

    def change(draft: Draft) -> None:
        table = files.settings_table(0)
        if not draft.has_table(table):
            draft.create_table(table)
        draft.put(table, "permission", checked)

    _change(world, change)


def seed(
    world: World, records: Mapping[str, Iterable[Mapping[str, Any]]], owner: str | None
) -> dict[str, list[str | int]]:
    """Put records there, all or none; returns their ids.

    Raises:
        MisuseError: a record cannot be held, or its id is taken.
    """
    if not isinstance(records, Mapping):
        raise MisuseError(f"seed() takes records by collection, not {records!r}")
    now = to_millis(world.clock.now())

    def change(draft: Draft) -> dict[str, list[str | int]]:
        return {
            name: [_put(world, draft, name, item, owner, now) for item in items]
            for name, items in records.items()
        }

    return _change(world, change)


def _put(
    world: World, draft: Draft, name: str, item: Any, owner: str | None, now: int
) -> str | int:
    table = records_table(0, name)
    if not draft.has_table(table):
        create_collection(draft, 0, _collection(name, "PRIVATE"))
    record = bind(_record(item, name), now)
    document_id = record.get("_id")
    if document_id is None:
        document_id = world.ids.next_hex("document")
    if draft.get(table, document_id) is not None:
        raise MisuseError(f"seed(): {name!r} holds a record with _id {document_id!r} already")
    system: Document = {"_id": document_id}
    if owner is not None and "_openid" not in record:
        system["_openid"] = owner
    draft.put(table, document_id, {**system, **record, "_id": document_id})
    return document_id  # type: ignore[no-any-return]  # str or number


def _record(item: Any, name: str) -> Document:
    if not isinstance(item, Mapping):
        raise MisuseError(f"seed(): a record of {name!r} is an object, not {item!r}")
    try:
        return take_in(item, name)  # type: ignore[no-any-return]  # an object stays one
    except Refusal as refusal:
        raise MisuseError(f"seed(): {refusal.text}") from None


def _change(world: World, step: Callable[[Draft], R]) -> R:
    with world.lock:
        draft = world.store.draft()
        answer = step(draft)
        draft.commit()
    return answer


def _collection(name: Any, permission: Any) -> Collection:
    if not isinstance(name, str) or not name:
        raise MisuseError(f"a collection's name is a text, not {name!r}")
    return Collection(name, _permission(permission, PRESETS, DATABASE))


def _permission(permission: Any, presets: tuple[str, ...], target: Target) -> Any:
    if isinstance(permission, Mapping):
        return compile_rules(permission, target)
    if permission in presets:
        return permission
    raise MisuseError(
        f"a permission is one of {', '.join(presets)}, or custom rules, not {permission!r}"
    )

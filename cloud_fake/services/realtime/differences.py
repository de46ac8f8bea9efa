"""Realtime: what has changed between two moments that a client knows of, event by event unseen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cloud_fake.models.results import DocChange
from cloud_fake.query.differences import updated_fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cloud_fake.state.draft import Key
    from cloud_fake.values.kinds import Document

__all__ = ["differences"]


def differences(
    before: Mapping[Key, Document], after: Mapping[Key, Document], number: int
) -> Iterator[DocChange]:
    """What to tell who knows the records before, of all that has happened up to event `number`."""
    for key, record in before.items():
        if key not in after:
            yield _change(number, "dequeue", "remove", key, record)
    for key, record in after.items():
        if key not in before:
            yield _change(number, "enqueue", "add", key, record)
        elif before[key] is not record:
            yield from _update(number, key, before[key], record)


def _update(number: int, key: Key, before: Document, after: Document) -> Iterator[DocChange]:
    updated, removed = updated_fields(before, after)
    if updated or removed:
        change = _change(number, "update", "update", key, after)
        change["updatedFields"], change["removedFields"] = updated, removed
        yield change


def _change(number: int, queue: str, data: str, key: Any, record: Document) -> DocChange:
    return DocChange(id=number, queueType=queue, dataType=data, docId=key, doc=record)

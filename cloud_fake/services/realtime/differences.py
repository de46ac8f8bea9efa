"""Realtime: what has changed between two moments that a client knows of, event by event unseen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cloud_fake.models.results import DocChange
from cloud_fake.query.differences import updated_fields
from cloud_fake.values.handout import hand_out

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cloud_fake.state.draft import Key
    from cloud_fake.values.kinds import Document

__all__ = ["differences"]


def differences(
    before: Mapping[Key, Document],
    after: Mapping[Key, Document],
    handed: Mapping[Key, Document],
    number: int,
) -> Iterator[DocChange]:
    """What to tell who knows the records `before`, of all that happened up to event `number`.

    Args:
        before: the records as they were stored then, by id.
        after: as they are stored now.
        handed: the same as the client gets them.
        number: the last event's.
    """
    for key, record in before.items():
        if key not in after:
            yield _change(number, "dequeue", "remove", key, hand_out(record))
    for key, record in after.items():
        if key not in before:
            yield _change(number, "enqueue", "add", key, handed[key])
        elif before[key] is not record:
            updated, removed = updated_fields(before[key], record)
            if updated or removed:
                change = _change(number, "update", "update", key, handed[key])
                change["updatedFields"] = {path: hand_out(it) for path, it in updated.items()}
                change["removedFields"] = removed
                yield change


def _change(number: int, queue: str, data: str, key: Any, record: Any) -> DocChange:
    return DocChange(id=number, queueType=queue, dataType=data, docId=key, doc=record)

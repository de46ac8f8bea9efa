"""Realtime: which records a watch is about, and what a commit does to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from cloud_fake.state import ABSENT, Change
from cloud_fake.values.kinds import MISSING, Document, Value

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from cloud_fake.query.filters import Filter
    from cloud_fake.query.ordering import Order
    from cloud_fake.state.draft import Key, Row

__all__ = ["Move", "Window"]

Queue: TypeAlias = Literal["enqueue", "update", "dequeue"]
Data: TypeAlias = Literal["add", "update", "replace", "remove", "limit"]
Records: TypeAlias = Mapping["Key", Document]

#: By whether a written record was in the window and whether it is now.
_QUEUES: dict[tuple[bool, bool], Queue] = {
    (False, True): "enqueue",
    (True, True): "update",
    (True, False): "dequeue",
}


class Move(NamedTuple):
    """What a commit did to one record of a window; `before` and `after` are ABSENT as in Change."""

    queue: Queue
    data: Data
    key: Key
    before: Row
    after: Row


@dataclass(frozen=True, slots=True)
class Window:
    """The records of a collection that a watch is about.

    Attributes:
        filter: what they match.
        order: how they are counted off where there is a limit.
        limit: how many there are at most; None for all.
        owner: whose records alone are seen; MISSING for everybody's.
    """

    filter: Filter
    order: Order
    limit: int | None = None
    owner: Value = MISSING

    def sees(self, record: Row) -> bool:
        """Whether the record matches and may be read, whatever the limit."""
        if record is ABSENT or not self.filter.matches(record):
            return False
        return self.owner is MISSING or record.get("_openid", MISSING) == self.owner

    def cut(self, seen: Iterable[Document]) -> list[Document]:
        """Those of the seen records that are within the limit, in order."""
        return self.order.sorted(seen, 0, self.limit)

    def moves(
        self,
        inside: Records,
        changes: Sequence[Change],
        records: Records,
        *,
        replaces: bool,
    ) -> list[Move]:
        """What one commit does to the window.

        Args:
            inside: the records that were in it, by id, as they were.
            changes: what the commit did to the collection, in order.
            records: the collection now.
            replaces: the commit put whole records in place of others.

        Returns:
            First the records that were written, then what the limit pushes out and lets in.
        """
        if self.limit is None:
            return list(_written(inside, changes, self._seen_now(changes), replaces=replaces))
        if not any(self.sees(change.before) or self.sees(change.after) for change in changes):
            return []
        now = self._decided(self.limit, inside, changes)
        if now is None:
            now = self._within_limit(records)
        return [
            *_written(inside, changes, now, replaces=replaces),
            *_limited(inside, changes, now, records),
        ]

    def _seen_now(self, changes: Sequence[Change]) -> set[Key]:
        return {change.key for change in changes if self.sees(change.after)}

    def _decided(
        self, limit: int, inside: Records, changes: Sequence[Change]
    ) -> dict[Key, Document] | None:
        """The window after a commit, where it follows from what was in it and what was written.

        None where it may not: where a record that waited outside may have come in, or where ties
        are broken by places in the collection. Otherwise each message in a long room that somebody
        watches the end of would be compared with all that came before.
        """
        written = {change.key for change in changes}
        stayed = [record for key, record in inside.items() if key not in written]
        came = [change.after for change in changes if self.sees(change.after)]
        first = self.cut([*stayed, *came])
        if _ids(first) != _ids(self.cut([*reversed(came), *reversed(stayed)])):
            return None
        if len(inside) >= limit and not self._is_full_of_better(limit, first, inside, came):
            return None
        return {record["_id"]: record for record in first}

    def _is_full_of_better(
        self, limit: int, first: list[Document], inside: Records, came: list[Document]
    ) -> bool:
        """Whether nothing that waited outside, behind all that was inside, comes before these."""
        last = self.order.sorted(inside.values())[-1]
        newcomers = _ids(came)
        return len(first) == limit and all(
            self.order.sorted((last, record))[0] is record
            for record in first
            if record["_id"] in newcomers
        )

    def _within_limit(self, records: Records) -> dict[Key, Document]:
        seen = filter(self.sees, records.values())
        return {record["_id"]: record for record in self.cut(seen)}


def _ids(records: Iterable[Document]) -> set[Key]:
    return {record["_id"] for record in records}


def _written(
    inside: Collection[Key], changes: Sequence[Change], now: Collection[Key], *, replaces: bool
) -> Iterator[Move]:
    for change in changes:
        queue = _QUEUES.get((change.key in inside, change.key in now))
        if queue is not None:
            yield Move(queue, _data(change, replaces=replaces), *change[1:])


def _data(change: Change, *, replaces: bool) -> Data:
    """What was done to a record, in the terms of MongoDB's change streams."""
    if change.before is ABSENT:
        return "add"
    if change.after is ABSENT:
        return "remove"
    return "replace" if replaces else "update"


def _limited(
    inside: Collection[Key], changes: Sequence[Change], now: Records, records: Records
) -> Iterator[Move]:
    """The records that nobody wrote, and that came or went because others did."""
    written = {change.key for change in changes}
    for key in inside:
        if key not in now and key not in written:
            yield Move("dequeue", "limit", key, records[key], records[key])
    for key, record in now.items():
        if key not in inside and key not in written:
            yield Move("enqueue", "limit", key, record, record)

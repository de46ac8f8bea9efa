"""Filling collections from the console: records that pass no gate, whoever they belong to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cloud_fake.errors import MisuseError, Refusal
from cloud_fake.services.database.collections import (
    Collection,
    create_collection,
    records_table,
    registry_table,
)
from cloud_fake.services.database.indexes import Taken, reindex
from cloud_fake.values.dates import to_millis
from cloud_fake.values.intake import TakenIn, take_in_whole

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from cloud_fake.kernel.world import World
    from cloud_fake.state import Draft
    from cloud_fake.values.kinds import Document

__all__ = ["Filling"]


@dataclass(frozen=True)
class Filling:
    """Records on their way into one collection; one that is missing is created.

    Attributes:
        world: where.
        env: in which environment.
        collection: its name.
        owner: who gets those that name no `_openid`; None for nobody.
        replaces: a record takes the place of one with its id, which is a mistake otherwise.
        task: what the test has called, for the words of errors.
    """

    world: World
    env: int
    collection: str
    owner: str | None
    replaces: bool = False
    task: str = "seed"

    def put(self, draft: Draft, items: Iterable[Any]) -> list[str | int]:
        """Put records there; answers their ids.

        Raises:
            MisuseError: one cannot be held, or its id or a unique value is taken.
        """
        known = self._collection(draft)
        now = to_millis(self.world.clock.now())
        table = records_table(self.env, self.collection)
        if known.unique_indexes or self.replaces:
            return [self._put(draft, table, known, self._taken(item).at(now)) for item in items]
        return self._put_new(draft, table, now, items)

    def _put_new(
        self, draft: Draft, table: Hashable, now: int, items: Iterable[Any]
    ) -> list[str | int]:
        """As `_put`, where only the ids have to be new: in one write."""
        fresh: dict[Hashable, Document] = {}
        for item in items:
            record = self._owned(self._taken(item).at(now))
            document_id = record["_id"]
            if document_id in fresh or draft.get(table, document_id) is not None:
                raise self._mistake(f"holds a record with _id {document_id!r} already")
            fresh[document_id] = record
        draft.put_all(table, fresh)
        return list(fresh)  # type: ignore[arg-type]  # _owned has checked them

    def _put(self, draft: Draft, table: Hashable, known: Collection, data: Document) -> str | int:
        record = self._owned(data)
        before = draft.get(table, record["_id"])
        if before is not None and not self.replaces:
            raise self._mistake(f"holds a record with _id {record['_id']!r} already")
        if known.unique_indexes:
            self._reindex(draft, known, before, record)
        draft.put(table, record["_id"], record)
        return record["_id"]  # type: ignore[no-any-return]  # _owned has checked it

    def _reindex(
        self, draft: Draft, known: Collection, before: Document | None, record: Document
    ) -> None:
        try:
            reindex(draft, self.env, known, before, record)
        except Taken as taken:
            raise self._mistake(
                f"has {taken.shown} in its unique index {taken.index.name}"
            ) from None

    def _collection(self, draft: Draft) -> Collection:
        name = self.collection
        if not isinstance(name, str) or not name:
            raise MisuseError(f"a collection's name is a text, not {name!r}")
        registry = registry_table(self.env)
        if draft.get(registry, name) is None:
            create_collection(draft, Collection(self.env, name))
        return draft.get(registry, name)  # type: ignore[no-any-return]  # what the table holds

    def _taken(self, item: Any) -> TakenIn:
        if type(item) is not dict and not isinstance(item, Mapping):
            raise self._mistake(f"holds objects, not {item!r}")
        try:
            return take_in_whole(item, self.collection)
        except Refusal as refusal:
            raise MisuseError(f"{self.task}(): {refusal.text}") from None

    def _owned(self, data: Document) -> Document:
        document_id = data.get("_id")
        if document_id is None:
            document_id = self.world.ids.next_hex("document")
        elif type(document_id) not in (str, int, float):
            raise self._mistake(f"has texts and numbers as _id, not {document_id!r}")
        if self.owner is None and "_id" in data and next(iter(data)) == "_id":
            data["_id"] = document_id  # what was taken in is nobody else's
            return data
        system: Document = {"_id": document_id}
        if self.owner is not None:
            system["_openid"] = self.owner
        record: Document = system | data
        record["_id"] = document_id
        return record

    def _mistake(self, what: str) -> MisuseError:
        return MisuseError(f"{self.task}(): {self.collection!r} {what}")

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
from cloud_fake.values.intake import take_in_each

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator

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
        table = records_table(self.env, self.collection)
        records = self._records(items)
        if known.unique_indexes or self.replaces:
            return [self._put(draft, table, known, record) for record in records]
        return self._put_new(draft, table, records)

    def _put_new(
        self, draft: Draft, table: Hashable, records: Iterable[Document]
    ) -> list[str | int]:
        """As `_put`, where only the ids have to be new: in one write."""
        fresh: dict[Hashable, Document] = {}
        there = draft.keys(table)
        for record in records:
            document_id = record["_id"]
            if document_id in fresh or document_id in there:
                raise self._taken(document_id)
            fresh[document_id] = record
        draft.put_all(table, fresh)
        return list(fresh)  # type: ignore[arg-type]  # _owned has checked them

    def _put(self, draft: Draft, table: Hashable, known: Collection, record: Document) -> str | int:
        before = draft.get(table, record["_id"])
        if before is not None and not self.replaces:
            raise self._taken(record["_id"])
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

    def _records(self, items: Iterable[Any]) -> Iterator[Document]:
        """Each as it will be kept: a long seed spends its time in here."""
        now = to_millis(self.world.clock.now())
        try:
            yield from map(self._owned, take_in_each(self._objects(items), self.collection, now))
        except Refusal as refusal:
            raise MisuseError(f"{self.task}(): {refusal.text}") from None

    def _objects(self, items: Iterable[Any]) -> Iterator[Mapping[str, Any]]:
        for item in items:
            if type(item) is not dict and not isinstance(item, Mapping):
                raise self._mistake(f"holds objects, not {item!r}")
            yield item

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

    def _taken(self, document_id: object) -> MisuseError:
        return self._mistake(f"holds a record with _id {document_id!r} already")

    def _mistake(self, what: str) -> MisuseError:
        return MisuseError(f"{self.task}(): {self.collection!r} {what}")

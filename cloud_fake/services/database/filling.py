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
from cloud_fake.values.intake import bind, take_in

if TYPE_CHECKING:
    from collections.abc import Iterable

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
        return [self._put(draft, known, bind(self._taken(item), now)) for item in items]

    def _put(self, draft: Draft, known: Collection, data: Document) -> str | int:
        table = records_table(self.env, self.collection)
        record = self._owned(data)
        before = draft.get(table, record["_id"])
        if before is not None and not self.replaces:
            raise self._mistake(f"holds a record with _id {record['_id']!r} already")
        try:
            reindex(draft, self.env, known, before, record)
        except Taken as taken:
            raise self._mistake(
                f"has {taken.shown} in its unique index {taken.index.name}"
            ) from None
        draft.put(table, record["_id"], record)
        return record["_id"]  # type: ignore[no-any-return]  # _owned has checked it

    def _collection(self, draft: Draft) -> Collection:
        name = self.collection
        if not isinstance(name, str) or not name:
            raise MisuseError(f"a collection's name is a text, not {name!r}")
        registry = registry_table(self.env)
        if draft.get(registry, name) is None:
            create_collection(draft, self.env, Collection(name))
        return draft.get(registry, name)  # type: ignore[no-any-return]  # what the table holds

    def _taken(self, item: Any) -> Document:
        if not isinstance(item, Mapping):
            raise self._mistake(f"holds objects, not {item!r}")
        try:
            taken: Document = take_in(item, self.collection)  # an object stays one
        except Refusal as refusal:
            raise MisuseError(f"{self.task}(): {refusal.text}") from None
        return taken

    def _owned(self, data: Document) -> Document:
        document_id = data.get("_id")
        if document_id is None:
            document_id = self.world.ids.next_hex("document")
        elif type(document_id) not in (str, int, float):
            raise self._mistake(f"has texts and numbers as _id, not {document_id!r}")
        system: Document = {"_id": document_id}
        if self.owner is not None:
            system["_openid"] = self.owner
        record: Document = system | data
        record["_id"] = document_id
        return record

    def _mistake(self, what: str) -> MisuseError:
        return MisuseError(f"{self.task}(): {self.collection!r} {what}")

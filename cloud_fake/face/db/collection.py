"""Collections and queries: immutable builders that end in a call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cloud_fake.errors import Refusal, texts, wrapped_object
from cloud_fake.face.db.document import DocumentReference
from cloud_fake.face.db.selected import Config, Selected
from cloud_fake.face.db.watching import Watchable
from cloud_fake.face.modes import ModeT
from cloud_fake.face.terminal import terminal
from cloud_fake.models.encoding import encode_projection, encode_query
from cloud_fake.values.kinds import js_type

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloud_fake.face.db.aggregate import Aggregate
    from cloud_fake.face.db.database import Database
    from cloud_fake.models.results import (
        AddResult,
        CountResult,
        QueryResult,
        RemoveResult,
        UpdateResult,
    )

__all__ = ["Collection", "Query", "RecordSource"]


class Query(Watchable[ModeT]):
    """Some records of a collection. Every builder answers a new query and leaves this one alone."""

    @property
    def collectionName(self) -> str:
        """The collection's name."""
        name: str = self._selection.collection
        return name

    # --- building ---------------------------------------------------------------------------------

    def where(self, condition: Mapping[str, Any]) -> Query[ModeT]:
        """Only records that match. A second `where` adds to the first (the server SDK replaces it).

        Nested plain objects are flattened to paths, `{"a": {}}` vanishes; `_.eq({...})` compares a
        whole object.

        Raises:
            CloudError: -401002, no condition (thrown, not rejected); a value that cannot be held.
        """
        encoded = self._encoded(condition)
        before = self._selection.condition
        if before and self._session.dialect.where_adds:
            encoded = {"$and": [before, encoded]} if encoded else dict(before)
        return self._with(condition=encoded)

    def orderBy(self, fieldPath: str, order: str = "asc") -> Query[ModeT]:
        """Sort by a path; more calls add keys in their order. Anything but `"desc"` ascends."""
        if not isinstance(fieldPath, str):
            raise Refusal(-401003, texts.wrong_type("fieldPath", "string", js_type(fieldPath)))
        direction = -1 if order == "desc" else 1
        return self._with(order=(*self._selection.order, (fieldPath, direction)))

    def skip(self, offset: int) -> Query[ModeT]:
        """Leave out the first `offset` records."""
        return self._with(skip=offset)

    def limit(self, max: int) -> Query[ModeT]:  # the platform's name
        """At most `max` records; the client gets 20 unless it says less, and never more."""
        return self._with(limit=max)

    def field(self, projection: Mapping[str, Any]) -> Query[ModeT]:
        """Only these fields (`True`, 1), or all but these (`False`, 0)."""
        return self._with(
            fields=encode_projection(projection, server=self._session.dialect.is_server)
        )

    # --- calling ----------------------------------------------------------------------------------

    @terminal("database.reading:GET")
    def get(self, *, config: Config = None) -> QueryResult:
        """The records: `{data, errMsg}`.

        Raises:
            CloudError: -502005 no such collection, -502003 not allowed, -502001 a condition that
                MongoDB refuses.
        """

    @terminal("database.reading:COUNT")
    def count(self, *, config: Config = None) -> CountResult:
        """How many records match: `{total, errMsg}`; `skip` and `limit` do not count."""

    @terminal("database.writing:UPDATE")
    def update(
        self, *, data: Mapping[str, Any], multi: bool = True, config: Config = None
    ) -> UpdateResult:
        """Change every record that matches: `{stats: {updated}, errMsg}`.

        Nested plain objects are merged, `_.set({...})` replaces; `updated` counts the records that
        are different afterwards. The client must have called `where` before.
        """

    @terminal("database.writing:REMOVE")
    def remove(self, *, multi: bool = True, config: Config = None) -> RemoveResult:
        """Remove every record that matches: `{stats: {removed}, errMsg}`."""

    # --- inside: where the server SDK differs -----------------------------------------------------

    def _with(self, **parts: Any) -> Query[ModeT]:
        return self._on(Query, **parts)

    def _encoded(self, condition: object) -> dict[str, Any]:
        if condition is None:
            raise Refusal(-401002, texts.argument_missing("condition", "where"))
        return encode_query(condition)


class RecordSource(Selected[ModeT]):
    """Where single records come from: what a collection is inside a transaction, too."""

    def doc(self, id: str | int) -> DocumentReference[ModeT]:
        """One record by its id, which is a string or a number (1 is not "1").

        Raises:
            CloudError: the id is None (thrown, not rejected).
        """
        if id is None:
            raise wrapped_object("collection.doc", -1, texts.DOC_ID_EMPTY)
        if isinstance(id, bool) or not isinstance(id, (str, int, float)):
            raise Refusal(-401003, texts.wrong_type("docId", "string or number", js_type(id)))
        return self._on(DocumentReference, document_id=id)

    @terminal("database.writing:ADD")
    def add(self, *, data: Mapping[str, Any], config: Config = None) -> AddResult:
        """Insert one record: `{_id, errMsg}`. The platform writes `_id` and `_openid`.

        Raises:
            CloudError: -401003 data is no object, -501007 it holds `_openid`, -502001 the `_id`
                is taken, -502003 not allowed, -502005 no such collection.
        """


class Collection(Query[ModeT], RecordSource[ModeT]):
    """All records of a collection.

    Attributes:
        database: what it was taken from.
    """

    database: Database[ModeT]

    def aggregate(self) -> Aggregate[ModeT]:
        """An aggregation over the records: stages, then `end()`."""
        from cloud_fake.face.db.aggregate import Aggregate

        return Aggregate(self._world, self._session, self._awaited, self._selection)

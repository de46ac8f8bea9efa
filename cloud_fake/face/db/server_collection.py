"""The server SDK's collections, queries and references: what @cloudbase/database checks and allows.

Its builders throw plain Errors at once, without a code. Source: @cloudbase/database 1.4.3, which
wx-server-sdk 4.0.2 wraps.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cloud_fake.errors import Refusal, plain_error, texts
from cloud_fake.face.db.aggregate import Aggregate
from cloud_fake.face.db.aggregation import ServerPipelineBuilder
from cloud_fake.face.db.collection import Collection, Query, RecordSource
from cloud_fake.face.db.document import DocumentReference
from cloud_fake.face.modes import ModeT
from cloud_fake.face.terminal import terminal
from cloud_fake.models.encoding import encode_query
from cloud_fake.values.kinds import MISSING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cloud_fake.face.db.selected import Config
    from cloud_fake.models.results import ServerAddResult

__all__ = ["ServerCollection", "ServerRecordSource"]

_DIRECTIONS = {"asc": 1, "desc": -1}
#: Only the beginning is looked at.
_FIELD_PATH = re.compile(r"[A-Za-z0-9\-_.]")


class ServerQuery(Query[ModeT]):
    """Some records of a collection, for the server SDK."""

    def orderBy(self, fieldPath: str, order: object = MISSING) -> Query[ModeT]:
        """Sort by a path, `"asc"` or `"desc"`; a path named again takes the new direction.

        Raises:
            CloudError: the direction is neither; without words, the path begins oddly (thrown).
        """
        if not isinstance(fieldPath, str) or not _FIELD_PATH.match(fieldPath):
            raise plain_error("")
        if not isinstance(order, str) or order not in _DIRECTIONS:
            raise plain_error(texts.SERVER_ORDER_WRONG)
        keys = {**dict(self._selection.order), fieldPath: _DIRECTIONS[order]}
        return self._with(order=tuple(keys.items()))

    def skip(self, offset: int) -> Query[ModeT]:
        """Leave out the first `offset` records.

        Raises:
            CloudError: it is no integer (thrown, not rejected).
        """
        return super().skip(_integer("offset", offset))

    def limit(self, max: int) -> Query[ModeT]:
        """At most `max` records: 100 unless said, never more than 1000.

        Raises:
            CloudError: it is no integer (thrown, not rejected).
        """
        return super().limit(_integer("limit", max))

    def _with(self, **parts: Any) -> Query[ModeT]:
        return self._on(ServerQuery, **parts)

    def _encoded(self, condition: object) -> dict[str, Any]:
        try:
            return encode_query(condition, server=True)
        except Refusal as refusal:
            raise plain_error(refusal.text) from None


class ServerDocumentReference(DocumentReference[ModeT]):
    """`collection.doc(id)` of the server SDK.

    Attributes:
        collection: what it was taken from.
    """

    collection: RecordSource[ModeT]

    @property
    def _id(self) -> str | int:
        """The record's id."""
        return self._selection.document_id  # type: ignore[no-any-return]  # doc() has checked it

    def field(self, projection: Mapping[str, Any]) -> DocumentReference[ModeT]:
        """Only these fields, or all but these: a new reference; the client's changes itself."""
        reference = self._on(ServerDocumentReference)
        reference.collection = self.collection
        return super(ServerDocumentReference, reference).field(projection)


class ServerRecordSource(RecordSource[ModeT]):
    """Where single records come from: what a collection is inside a transaction, too."""

    def doc(self, id: str | int) -> DocumentReference[ModeT]:
        """One record by its id, which is a string or a number (1 is not "1").

        Raises:
            CloudError: the id is neither (thrown, not rejected).
        """
        if isinstance(id, bool) or not isinstance(id, (str, int, float)):
            raise plain_error(texts.SERVER_DOC_ID_TYPE)
        reference = self._on(ServerDocumentReference, document_id=id)
        reference.collection = self
        return reference

    @terminal("database.writing:ADD")
    def add(
        self, *, data: Mapping[str, Any] | Sequence[Mapping[str, Any]], config: Config = None
    ) -> ServerAddResult:
        """Insert one record, `{_id, errMsg}`, or several, `{_ids, errMsg}`; all or none.

        Raises:
            CloudError: -502001 an `_id` or a unique value is taken, -502005 no such collection.
        """


@dataclass(frozen=True)
class ServerAggregate(ServerPipelineBuilder, Aggregate[ModeT]):
    """An aggregation with the stages that only the server SDK has."""

    #: What it was taken from.
    collection: ServerCollection[ModeT] = field(kw_only=True)


class ServerCollection(ServerQuery[ModeT], ServerRecordSource[ModeT], Collection[ModeT]):
    """All records of a collection, for the server SDK."""

    def aggregate(self) -> ServerAggregate[ModeT]:
        """An aggregation over the records: stages, then `end()`."""
        return ServerAggregate(
            self._world, self._session, self._awaited, self._selection, collection=self
        )


def _integer(name: str, value: object) -> int:
    """`Number.isInteger`, which takes 5.0."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise plain_error(texts.server_not_integer(name))
    return value

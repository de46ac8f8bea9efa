"""Records over the wire: what families A, B and C ask of the database, whatever their encoding.

Each function takes the visit and values that have been read already, and answers what was done, to
be written in the family's own words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from cloud_fake.server.messages import BadRequest
from cloud_fake.services.database import aggregating, creating, reading, transactions, writing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cloud_fake.models.selection import Selection
    from cloud_fake.server.visits import Visit
    from cloud_fake.values.kinds import Document, Value

__all__ = [
    "Target",
    "Written",
    "add",
    "aggregate",
    "begin",
    "commit",
    "count",
    "create_collection",
    "find",
    "remove",
    "rollback",
    "total",
    "write",
]


class Target(NamedTuple):
    """Which records a request is about.

    Attributes:
        collection: its name, as sent.
        query: MongoDB's condition.
        is_document: the SDK's `doc(id)`, whose query is nothing but the id.
        transaction: the open transaction it happens in.
    """

    collection: Any
    query: Value = None
    is_document: bool = False
    transaction: Any = None

    @property
    def document_id(self) -> Value:
        """The id of a request about one record; None for any other."""
        return _only_id(self.query) if self.is_document else None

    @property
    def within(self) -> dict[str, Any]:
        """The transaction, as a part of a selection."""
        if self.transaction is not None and not isinstance(self.transaction, str):
            raise BadRequest("transactionId should be a text")
        return {"transaction": self.transaction or None}

    def parts(self) -> dict[str, Any]:
        """Which records, as parts of a selection."""
        if self.document_id is not None:
            return {**self.within, "document_id": self.document_id}
        if self.query is not None and type(self.query) is not dict:
            raise BadRequest("query should be an object")
        return {**self.within, "condition": _without_empty_distances(self.query or {})}


class Written(NamedTuple):
    """What a write did: how many records it changed, and the id of the one it made."""

    updated: int
    made: str | int | None = None


# --- reading -------------------------------------------------------------------------------------


def find(
    visit: Visit,
    target: Target,
    *,
    order: Sequence[tuple[Any, Any]] = (),
    skip: Any = None,
    limit: Any = None,
    fields: Value = None,
) -> list[Document]:
    """The records; one or none of a document."""
    if fields is not None and type(fields) is not dict:
        raise BadRequest("projection should be an object")
    parts = {**target.parts(), "fields": fields or None}
    if target.document_id is not None:
        found = visit.about(reading.DOCUMENT_GET, {}, target.collection, **parts).data
        return [] if found is None else [found]
    keys = tuple(map(_order_key, order))
    cut = {"order": keys, "skip": skip, "limit": limit}
    records: list[Document] = visit.about(reading.GET, {}, target.collection, **parts, **cut).data
    return records


def count(visit: Visit, target: Target) -> int:
    """How many there are."""
    total: int = visit.about(reading.COUNT, {}, target.collection, **target.parts()).total
    return total


def total(visit: Visit, selection: Selection) -> int:
    """How many match, whatever was cut: a part of another answer and no request of its own."""
    matching: int = visit.look(reading.COUNT, selection).total
    return matching


def aggregate(visit: Visit, collection: Any, stages: Sequence[Value]) -> list[Document]:
    """What a pipeline makes of the records."""
    if not all(type(stage) is dict for stage in stages):
        raise BadRequest("a stage should be an object")
    answer = visit.about(aggregating.AGGREGATE, {}, collection, stages=tuple(stages))
    documents: list[Document] = answer.list
    return documents


# --- writing -------------------------------------------------------------------------------------


def add(visit: Visit, target: Target, data: Value) -> list[str | int]:
    """New records, of one or of a list; their ids."""
    answer = visit.about(writing.ADD, {"data": data}, target.collection, **target.within)
    ids: list[str | int] = answer["_ids"] if "_ids" in answer else [answer["_id"]]
    return ids


def write(
    visit: Visit, target: Target, data: Value, *, multi: bool = True, upsert: bool = False
) -> Written:
    """Change records, or put a whole one where a document is to be made if there is none."""
    if type(data) is not dict:
        raise BadRequest("data should be an object")
    document_id = target.document_id
    if upsert and document_id is not None and not _holds_operators(data):
        return _put(visit, target, data)
    operation, options = writing.UPDATE, {"data": data, "multi": multi}
    if document_id is not None:
        operation = writing.DOCUMENT_UPDATE
    stats = visit.about(operation, options, target.collection, **target.parts()).stats
    return Written(stats.updated)


def _put(visit: Visit, target: Target, data: Document) -> Written:
    answer = visit.about(writing.DOCUMENT_SET, {"data": data}, target.collection, **target.parts())
    stats = answer.stats
    return Written(stats.updated, answer["_id"] if stats.created else None)


def remove(visit: Visit, target: Target, *, multi: bool = True) -> int:
    """Remove records; how many."""
    operation = writing.REMOVE if target.document_id is None else writing.DOCUMENT_REMOVE
    options = {"multi": multi}
    removed: int = visit.about(
        operation, options, target.collection, **target.parts()
    ).stats.removed
    return removed


# --- collections and transactions ----------------------------------------------------------------


def create_collection(visit: Visit, name: Any) -> None:
    """Make a collection."""
    visit.ask(creating.CREATE_COLLECTION, {"collectionName": name})


def begin(visit: Visit) -> str:
    """Open a transaction; its id."""
    transaction: str = visit.ask(transactions.START, {}).transactionId
    return transaction


def commit(visit: Visit, transaction: Any) -> None:
    """End it, with what it wrote."""
    visit.ask(transactions.COMMIT, {"transactionId": transaction})


def rollback(visit: Visit, transaction: Any) -> None:
    """End it, with nothing."""
    visit.ask(transactions.ROLLBACK, {"transactionId": transaction})


# --- inside --------------------------------------------------------------------------------------

_DISTANCES = frozenset({"$minDistance", "$maxDistance"})


def _only_id(query: Value) -> Value:
    """The id of a query that names one and nothing else; `{"$eq": id}` in transactions."""
    if type(query) is not dict or query.keys() != {"_id"}:
        return None
    wanted = query["_id"]
    if type(wanted) is dict and wanted.keys() == {"$eq"}:
        wanted = wanted["$eq"]
    return wanted if type(wanted) in (str, int, float) else None


def _without_empty_distances(query: Value) -> Value:
    """`geoNear` without a distance is sent with `$minDistance: null`, which MongoDB refuses."""
    if type(query) is dict:
        return {
            key: _without_empty_distances(item)
            for key, item in query.items()
            if item is not None or key not in _DISTANCES
        }
    return [_without_empty_distances(item) for item in query] if type(query) is list else query


def _order_key(key: tuple[Any, Any]) -> tuple[str, int]:
    path, direction = key
    if not isinstance(path, str) or direction not in (1, -1):
        raise BadRequest("order should name paths and 1 or -1")
    return path, int(direction)


def _holds_operators(data: Mapping[str, Value]) -> bool:
    return any(key.startswith("$") for key in data)

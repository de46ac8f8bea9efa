"""Records over the wire: what families A, B and C ask of the database, whatever their encoding.

Each function takes the visit and values that have been read already, and answers what was done, to
be written in the family's own words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from cloud_fake.server.families.targets import read_transaction
from cloud_fake.server.messages import BadRequest
from cloud_fake.server.visits import chosen
from cloud_fake.services.database import (
    aggregating,
    creating,
    inserting,
    merging,
    reading,
    transactions,
    writing,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cloud_fake.models.selection import Selection
    from cloud_fake.server.families.targets import Target
    from cloud_fake.server.visits import Visit
    from cloud_fake.values.intake import TakenIn
    from cloud_fake.values.kinds import Document, Value

__all__ = [
    "Written",
    "add",
    "aggregate",
    "begin",
    "commit",
    "count",
    "create_collection",
    "find",
    "insert",
    "peek",
    "put",
    "remove",
    "rollback",
    "total",
    "write",
]


class Written(NamedTuple):
    """What a write did: how many records it changed and met, and the id of the one it made."""

    updated: int
    made: str | int | None = None
    matched: int = 0


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


def peek(visit: Visit, target: Target) -> Document | None:
    """A document as a part of another answer: no request of its own."""
    found: Document | None = visit.look(
        reading.DOCUMENT_GET, chosen(target.collection, **target.parts())
    ).data
    return found


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


def insert(
    visit: Visit, collection: Any, transaction: Any, records: list[TakenIn]
) -> list[str | int]:
    """New records that have been taken in while they were read; their ids."""
    selection = chosen(collection, read_transaction(transaction))
    ids: list[str | int] = visit.ask(inserting.INSERT, {"data": records}, selection)["_ids"]
    return ids


def write(
    visit: Visit, target: Target, data: Value, *, multi: bool = True, upsert: bool = False
) -> Written:
    """Change records, or put a whole one where a document is to be made if there is none."""
    if type(data) is not dict:
        raise BadRequest("data should be an object")
    document_id = target.document_id
    if upsert and document_id is not None and not _holds_operators(data):
        return put(visit, target, data)
    operation, options = writing.UPDATE, {"data": data, "multi": multi}
    if document_id is not None:
        operation = writing.DOCUMENT_UPDATE
    stats = visit.about(operation, options, target.collection, **target.parts()).stats
    return Written(stats.updated, matched=stats["matched"])


def put(
    visit: Visit, target: Target, data: Value, *, merges: bool = False, upserts: bool = True
) -> Written:
    """Put one whole record in its place, or its fields into it; there may be none yet.

    Args:
        visit: whose.
        target: a document.
        data: the record.
        merges: what it has besides stays.
        upserts: it is made where there is none.
    """
    if type(data) is not dict or _holds_operators(data):
        raise BadRequest("data should be a record")
    if not upserts and peek(visit, target) is None:
        return Written(0)
    operation = merging.DOCUMENT_MERGE if merges else writing.DOCUMENT_SET
    answer = visit.about(operation, {"data": data}, target.collection, **target.parts())
    stats = answer.stats
    return Written(stats.updated, answer["_id"] if stats.created else None, 1 - stats.created)


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


def _order_key(key: tuple[Any, Any]) -> tuple[str, int]:
    path, direction = key
    if not isinstance(path, str) or direction not in (1, -1):
        raise BadRequest("order should name paths and 1 or -1")
    return path, int(direction)


def _holds_operators(data: Mapping[str, Value]) -> bool:
    return any(key.startswith("$") for key in data)

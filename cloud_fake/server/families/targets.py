"""Which records a request over the wire is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from cloud_fake.server.messages import BadRequest

if TYPE_CHECKING:
    from cloud_fake.values.kinds import Value

__all__ = ["Target", "read_transaction"]


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
        return {"transaction": read_transaction(self.transaction)}

    def parts(self) -> dict[str, Any]:
        """Which records, as parts of a selection."""
        if self.document_id is not None:
            return {**self.within, "document_id": self.document_id}
        if self.query is not None and type(self.query) is not dict:
            raise BadRequest("query should be an object")
        return {**self.within, "condition": _without_empty_distances(self.query or {})}


def read_transaction(sent: Any) -> str | None:
    """The transaction that a request says it happens in; None outside of any.

    Raises:
        BadRequest: it is no text.
    """
    if sent is not None and not isinstance(sent, str):
        raise BadRequest("transactionId should be a text")
    return sent or None


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

"""Finding the records that an operation is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cloud_fake.errors import Failure, QueryError, codes, texts
from cloud_fake.query.filters import Filter, compile_filter
from cloud_fake.services.database.access import authorise, only_own, replace_own_openid
from cloud_fake.services.database.collections import find_collection
from cloud_fake.services.database.hot import narrowed
from cloud_fake.values.kinds import MISSING, Document
from cloud_fake.values.server_dates import bind

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator

    from cloud_fake.kernel.work import Work
    from cloud_fake.query.rules.targets import Action
    from cloud_fake.services.database.collections import Collection

__all__ = ["Found", "find", "find_document", "query_failed", "write_failed"]


class Found:
    """The records a query selects, in their natural order.

    Attributes:
        collection: whose they are.
        table: where they are kept.
    """

    def __init__(
        self, work: Work, collection: Collection, condition: Document, *, only_own: bool
    ) -> None:
        self.collection = collection
        self.table = collection.table
        self._work = work
        self._condition = condition
        self._only_own = only_own
        self._filter: Filter | None = None

    @property
    def filter(self) -> Filter:
        """The compiled condition. A record found by its id needs it only for a positional `$`."""
        if self._filter is None:  # no `cached_property`, which takes a lock before Python 3.12
            self._filter = compile_filter(self._condition)
        return self._filter

    @property
    def records(self) -> Iterable[Document]:
        """They themselves, lazily."""
        if self._work.selection.document_id is not None:
            found: Iterable[Document] = _by_id(self._work, self.table, self._condition["_id"])
        else:
            found = self.filter.select(self._candidates)
        return only_own(self._work, found) if self._only_own else found

    @property
    def all_records(self) -> list[Document]:
        """They themselves at once, which is quicker for who wants all of them."""
        if self._work.selection.document_id is not None:
            return list(self.records)
        found = self.filter.select_all(self._candidates)
        return list(only_own(self._work, found)) if self._only_own else found

    @property
    def portions(self) -> Iterator[Iterable[Document]]:
        """They themselves as the collection is searched, for who looks at each of them at once."""
        portions = self.filter.portions(self._candidates)
        if self._only_own:
            return (only_own(self._work, portion) for portion in portions)
        return portions

    @property
    def _candidates(self) -> Iterable[Document]:
        return _candidates(self._work, self.collection, self.table, self.filter)


def find(work: Work, action: Action, data: Document | None = None) -> Found:
    """The records of the work's selection that its caller may reach for an action.

    Args:
        work: the work at hand.
        action: what is to be done with them.
        data: what is to be written, for custom rules.

    Raises:
        Failure: the collection does not exist, or the caller may not.
        QueryError: the condition is none.
    """
    collection = find_collection(work)
    condition = replace_own_openid(work, collection, _condition(work))
    own = authorise(work, collection, action, query=condition, data=data)
    return Found(work, collection, condition, only_own=own)


def find_document(work: Work, action: Action) -> Document | None:
    """The record that the work's selection names by its id, if its caller may reach it.

    Raises:
        Failure: the collection does not exist, or the caller may not.
    """
    collection = find_collection(work)
    condition = replace_own_openid(work, collection, {"_id": work.selection.document_id})
    own = authorise(work, collection, action, query=condition)
    found = _by_id(work, collection.table, condition["_id"])
    return next(iter(only_own(work, found) if own else found), None)


def _condition(work: Work) -> dict[str, Any]:
    selection = work.selection
    if selection.document_id is not None:
        return {"_id": selection.document_id}
    return bind(dict(selection.condition or {}), work.now_millis)  # type: ignore[no-any-return]


def _by_id(work: Work, table: Hashable, document_id: Any) -> Iterable[Document]:
    record = work.draft.get(table, document_id)
    # NaN is found as a key, and is equal to nothing.
    return (record,) if record is not None and record["_id"] == document_id else ()


def _candidates(
    work: Work, collection: Collection, table: Hashable, compiled: Filter
) -> Iterable[Document]:
    """The records that can match at all: one, where the condition names an id."""
    document_id = compiled.equalities.get("_id", MISSING)
    if document_id is MISSING or isinstance(document_id, bool):
        few = narrowed(work.draft, table, compiled.equalities, collection.indexed_paths)
        return work.draft.rows(table) if few is None else few
    try:
        record = work.draft.get(table, document_id, None)
    except TypeError:  # an id that cannot be a key is nobody's id, but may match inside a list
        return work.draft.rows(table)
    return () if record is None else (record,)


def query_failed(error: QueryError) -> Failure:
    """What becomes of an error of the engine in a query."""
    return _engine_failure(error, texts.query_failed)


def write_failed(error: QueryError) -> Failure:
    """What becomes of an error of the engine in a write."""
    return _engine_failure(error, texts.write_failed)


def _engine_failure(error: QueryError, words: Callable[[str], str]) -> Failure:
    """The failure that the platform makes of an engine's error."""
    code = (
        codes.DATABASE_INVALID_OPERATOR
        if error.is_unknown_operator
        else codes.DATABASE_REQUEST_FAILED
    )
    return Failure(code, words(error.text))

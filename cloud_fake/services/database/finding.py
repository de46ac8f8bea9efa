"""Finding the records that an operation is about."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from cloud_fake.errors import Failure, QueryError, codes
from cloud_fake.query.filters import Filter, compile_filter
from cloud_fake.services.database.access import authorise, only_own, replace_own_openid
from cloud_fake.services.database.collections import find_collection, records_table
from cloud_fake.values.intake import bind
from cloud_fake.values.kinds import MISSING, Document

if TYPE_CHECKING:
    from collections.abc import Hashable

    from cloud_fake.kernel.gate import Work
    from cloud_fake.query.rules import Action
    from cloud_fake.services.database.collections import Collection

__all__ = ["Found", "engine_errors", "find"]

Run = TypeVar("Run", bound=Callable[..., Any])


class Found(NamedTuple):
    """The records a query selects, lazily, in their natural order."""

    collection: Collection
    table: Hashable
    filter: Filter
    records: Iterator[Document]


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
    compiled = compile_filter(condition)
    table = records_table(work.env, collection.name)
    records = compiled.select(_candidates(work, table, compiled))
    if own:
        records = only_own(work, records)
    return Found(collection, table, compiled, records)


def _condition(work: Work) -> dict[str, Any]:
    selection = work.selection
    if selection.document_id is not None:
        return {"_id": selection.document_id}
    return bind(dict(selection.condition or {}), work.now_millis)  # type: ignore[no-any-return]


def _candidates(work: Work, table: Hashable, compiled: Filter) -> Iterable[Document]:
    """The records that can match at all: one, where the condition names an id."""
    document_id = compiled.equalities.get("_id", MISSING)
    if document_id is MISSING or isinstance(document_id, bool):
        return work.draft.rows(table)
    try:
        record = work.draft.get(table, document_id, None)
    except TypeError:  # an id that cannot be a key is nobody's id, but may match inside a list
        return work.draft.rows(table)
    return () if record is None else (record,)


def engine_errors(words: Callable[[str], str]) -> Callable[[Run], Run]:
    """Make an operation answer the engine's errors as the platform does.

    Args:
        words: how the platform passes MongoDB's text on.
    """

    def decorate(run: Run) -> Run:
        @functools.wraps(run)
        def wrapped(work: Work, prepared: Any) -> Any:
            try:
                return run(work, prepared)
            except QueryError as error:
                raise engine_failure(error, words) from None

        return wrapped  # type: ignore[return-value]  # same signature, which mypy cannot see

    return decorate


def engine_failure(error: QueryError, words: Callable[[str], str]) -> Failure:
    """The failure that the platform makes of an engine's error."""
    code = (
        codes.DATABASE_INVALID_OPERATOR
        if error.is_unknown_operator
        else codes.DATABASE_REQUEST_FAILED
    )
    return Failure(code, words(error.text))

"""Changing the records that an update has found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cloud_fake.errors import Failure, QueryError
from cloud_fake.services.database.finding import write_failed
from cloud_fake.services.database.storing import store

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloud_fake.kernel.work import Work
    from cloud_fake.query.updates import Update
    from cloud_fake.services.database.finding import Found
    from cloud_fake.values.kinds import Document

__all__ = ["change_each"]

#: From how many records on it pays to change them field by field.
_MANY = 8


def change_each(work: Work, found: Found, change: Update, records: list[Document]) -> int:
    """Change these records of what was found; how many are really different afterwards."""
    # Without unique values nothing can go wrong in keeping them, so they are kept all at once.
    one_by_one = bool(found.collection.unique_indexes)
    afters = None if one_by_one or len(records) < _MANY else change.apply_all(records)
    if afters is None:
        changed = _changed(work, found, change, records, store_each=one_by_one)
    else:
        each = zip(records, afters, strict=True)
        changed = {after["_id"]: after for record, after in each if after is not record}
    updated = len(changed)
    if changed and not one_by_one:
        work.draft.put_all(found.table, changed)
    return updated


def _changed(
    work: Work, found: Found, change: Update, records: list[Document], *, store_each: bool
) -> dict[Any, Document]:
    """Those that are different afterwards, by their ids."""
    changed: dict[Any, Document] = {}
    is_positional = change.is_positional
    for record in records:
        try:
            after = change(record, _positions(found, record) if is_positional else None)
            if after is record:
                continue
            if store_each:
                store(work, found.collection, record, after)
        except (QueryError, Failure) as error:
            # The server works record by record: what came before the failing one stands.
            work.fail_after_commit(_failure(error))
            break
        changed[record["_id"]] = after
    return changed


def _failure(error: QueryError | Failure) -> Failure:
    return error if isinstance(error, Failure) else write_failed(error)


def _positions(found: Found, record: Document) -> Callable[[str], int | None]:
    return lambda path: found.filter.array_index(record, path)

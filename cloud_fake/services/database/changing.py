"""Changing the records that an update has found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from cloud_fake.errors import Failure, QueryError
from cloud_fake.services.database.finding import write_failed
from cloud_fake.services.database.storing import store
from cloud_fake.state.notes import MOST_WRITTEN

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloud_fake.kernel.work import Work
    from cloud_fake.query.updates import Update
    from cloud_fake.services.database.finding import Found
    from cloud_fake.values.kinds import Document

__all__ = ["Changed", "change_all", "change_each"]


class Changed(NamedTuple):
    """How many records an update was about, and how many of them are really different."""

    matched: int
    updated: int


def change_all(work: Work, found: Found, change: Update) -> Changed:
    """Change all that was found."""
    # Without unique values nothing can go wrong in keeping them, so they are kept all at once.
    at_once = not found.collection.unique_indexes
    rewriting = change.apply_all(found.portions) if at_once else None
    if rewriting is None:
        return change_each(work, found, change, found.all_records)
    if rewriting.changed > MOST_WRITTEN:
        work.draft.put_later(found.table, rewriting.write)
    elif rewriting.changed:
        rows: dict[Any, Document] = {}
        rewriting.write(rows)
        work.draft.put_all(found.table, rows)
    return Changed(rewriting.matched, rewriting.changed)


def change_each(work: Work, found: Found, change: Update, records: list[Document]) -> Changed:
    """Change these records of what was found, one by one."""
    one_by_one = bool(found.collection.unique_indexes)
    changed = _changed(work, found, change, records, store_each=one_by_one)
    if changed and not one_by_one:
        work.draft.put_all(found.table, changed)
    return Changed(len(records), len(changed))


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

"""Putting one record into its collection: its keys, its id, its owner, its unique values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cloud_fake.errors import Failure, codes, texts
from cloud_fake.services.database.access import authorise, owner_of, replace_own_openid
from cloud_fake.services.database.indexes import Taken, reindex
from cloud_fake.values.paths import split

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloud_fake.kernel.work import Work
    from cloud_fake.services.database.collections import Collection
    from cloud_fake.values.intake import TakenIn
    from cloud_fake.values.kinds import Document

__all__ = ["bound", "check_keys", "check_paths", "discard", "insert", "owned", "store"]


def insert(work: Work, collection: Collection, taken: TakenIn) -> str | int:
    """A new record; answers its id.

    Raises:
        Failure: -501007 a key or an id that cannot be, -502001 an id or a unique value is taken,
            -502003 the caller may not.
    """
    data = taken.value
    check_keys(work, data)
    record = bound(work, taken)
    # A function's SDK owns nothing and may everything, so nobody need ask.
    has_user = work.session.dialect.has_user
    if has_user:
        record = replace_own_openid(work, collection, record)
    document_id = record.get("_id")
    if document_id is None:
        document_id = work.world.ids.next_hex("document")
    elif type(document_id) not in (str, int, float):
        raise Failure(codes.INVALID_PARAM, texts.INVALID_ID)
    created = owned(document_id, owner_of(work), record)
    if has_user:
        authorise(work, collection, "create", record=created, data=record)
    if work.draft.get(collection.table, document_id) is not None:
        shown = f'"{document_id}"' if isinstance(document_id, str) else f"{document_id}"
        raise _duplicate(work, "_id_", f": {shown}")
    store(work, collection, None, created)
    return document_id


def bound(work: Work, taken: TakenIn) -> Document:
    """What was taken in, with the server's time where it is asked for."""
    record: Document = taken.at(work.now_millis) if taken.is_dated else taken.value
    return record


def owned(document_id: object, owner: str | None, record: Document) -> Document:
    """The record with what the platform writes into it, which comes first."""
    if owner is None:
        created = {"_id": document_id, **record}
    else:
        created = {"_id": document_id, "_openid": owner, **record}
        created["_openid"] = owner
    created["_id"] = document_id
    return created


def store(work: Work, collection: Collection, before: Document | None, after: Document) -> None:
    """Keep a record in the place of what was there.

    Raises:
        Failure: -502001, another record has its unique value; nothing is changed.
    """
    if collection.unique_indexes:
        try:
            reindex(work.draft, work.env, collection, before, after)
        except Taken as taken:
            raise _duplicate(work, taken.index.name, taken.shown) from None
    work.draft.put(collection.table, after["_id"], after)


def discard(work: Work, collection: Collection, record: Document) -> None:
    """Keep a record no more."""
    reindex(work.draft, work.env, collection, record, None)
    work.draft.delete(collection.table, record["_id"])


def _duplicate(work: Work, index: str, shown: str) -> Failure:
    name = f"{work.world.env_name(work.env)}.{work.selection.collection}"
    reason = texts.duplicate_key(name, index, shown)
    return Failure(codes.DATABASE_REQUEST_FAILED, texts.write_failed(reason))


# --- which keys may be written -------------------------------------------------------------------


def check_keys(work: Work, data: Document) -> None:
    """The backend refuses a client's `_openid`, and operators and paths as keys of a record.

    Raises:
        Failure: -501007.
    """
    # Few records hold such a key, and one look at all of them together is quick.
    together = "".join(data)
    if "$" not in together and "." not in together and "_openid" not in data:
        return
    for key in data:
        foreign = key == "_openid" and work.session.dialect.has_user
        if foreign or key.startswith("$") or "." in key:
            raise Failure(codes.INVALID_PARAM, texts.invalid_key(key))


def check_paths(work: Work, spec: Mapping[str, Mapping[str, Any]]) -> None:
    """The backend refuses to change an id, and a client's change of `_openid`.

    Raises:
        Failure: -501007.
    """
    for operator, operand in spec.items():
        if type(operand) is not dict:
            continue  # the database refuses it
        # A new name is a path, too.
        names = operand.values() if operator == "$rename" else ()
        for path in (*operand, *(name for name in names if isinstance(name, str))):
            top = split(path)[0]
            if top == "_id":
                raise Failure(codes.INVALID_PARAM, texts.ID_IS_FIXED)
            if top == "_openid" and work.session.dialect.has_user:
                raise Failure(codes.INVALID_PARAM, texts.invalid_key(top))

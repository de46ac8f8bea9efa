"""Writing records: add, set, update, remove."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from cloud_fake.errors import Failure, QueryError, Refusal, Thrown, codes, texts
from cloud_fake.kernel.operation import Asking, Operation
from cloud_fake.models.encoding import encode_update
from cloud_fake.models.parameters import (
    AddParameters,
    DataParameters,
    RemoveParameters,
    UpdateParameters,
)
from cloud_fake.models.results import (
    AddManyResult,
    AddResult,
    RemoveResult,
    RemoveStats,
    SetResult,
    SetStats,
    UpdateResult,
    UpdateStats,
)
from cloud_fake.query.updates import Update, compile_update
from cloud_fake.services.database.access import authorise, owner_of, replace_own_openid
from cloud_fake.services.database.collections import find_collection, records_table
from cloud_fake.services.database.finding import Found, engine_errors, engine_failure, find
from cloud_fake.values.intake import bind, take_in
from cloud_fake.values.kinds import MISSING, Document, js_type
from cloud_fake.values.paths import split

if TYPE_CHECKING:
    from cloud_fake.kernel.gate import Work
    from cloud_fake.services.database.collections import Collection

__all__ = [
    "ADD",
    "DOCUMENT_REMOVE",
    "DOCUMENT_SET",
    "DOCUMENT_UPDATE",
    "REMOVE",
    "UPDATE",
]

_PARAMETER = -401002
_TYPE = -401003
#: The client refuses larger records itself.
MAX_RECORD_KILOBYTES = 512


# --- add -----------------------------------------------------------------------------------------


def prepare_add(asking: Asking) -> list[Document] | Document:
    """One record; a list of them only from the server SDK."""
    data = asking.parse(AddParameters).data
    if isinstance(data, Mapping):
        return _record(data)
    if isinstance(data, (list, tuple)) and not asking.session.dialect.is_client:
        return [_record(item, f"data.{index}") for index, item in enumerate(data)]
    raise Refusal(_TYPE, texts.wrong_type("data", "object", js_type(data)))


def add(work: Work, prepared: list[Document] | Document) -> AddResult | AddManyResult:
    """Insert; the platform writes `_id` and, for a client, `_openid`."""
    collection = find_collection(work)
    if isinstance(prepared, list):
        return AddManyResult(_ids=[_insert(work, collection, record) for record in prepared])
    return AddResult(_id=_insert(work, collection, prepared))


def _insert(work: Work, collection: Collection, data: Document) -> str | int:
    _check_keys(work, data)
    record = replace_own_openid(work, collection, bind(data, work.now_millis))
    document_id = record.get("_id")
    if document_id is None:
        document_id = work.world.ids.next_hex("document")
    elif type(document_id) not in (str, int, float):
        raise Failure(codes.INVALID_PARAM, texts.INVALID_ID)
    created = _owned(document_id, owner_of(work), record)
    authorise(work, collection, "create", record=created, data=record)
    table = records_table(work.env, collection.name)
    if work.draft.get(table, document_id) is not None:
        raise Failure(
            codes.DATABASE_REQUEST_FAILED, texts.write_failed(_duplicate(work, document_id))
        )
    work.draft.put(table, document_id, created)
    return document_id  # type: ignore[no-any-return]  # checked above


def _duplicate(work: Work, document_id: object) -> str:
    name = f"{work.world.env_name(work.env)}.{work.selection.collection}"
    shown = f'"{document_id}"' if isinstance(document_id, str) else f"{document_id}"
    return texts.duplicate_key(name, "_id_", f": {shown}")


def _owned(document_id: object, owner: str | None, record: Document) -> Document:
    system = {"_id": document_id} if owner is None else {"_id": document_id, "_openid": owner}
    return {**system, **{key: item for key, item in record.items() if key not in system}}


# --- set -----------------------------------------------------------------------------------------


def prepare_set(asking: Asking) -> Document:
    """A whole record."""
    return _record(_given_data(asking))


def document_set(work: Work, data: Document) -> SetResult:
    """Replace one record, or create it."""
    _check_keys(work, data)
    if "_id" in data:
        raise Failure(codes.INVALID_PARAM, texts.ID_IS_FIXED)
    document_id = work.selection.document_id
    collection = find_collection(work)
    record = replace_own_openid(work, collection, bind(data, work.now_millis))
    table = records_table(work.env, collection.name)
    before = work.draft.get(table, document_id)
    owner = owner_of(work)
    after = _owned(document_id, owner, record)
    own = _authorise_set(work, collection, before, after, record)
    if before is not None and own and before.get("_openid") != owner:
        raise Failure(codes.DATABASE_PERMISSION_DENIED, texts.PERMISSION_DENIED)
    work.draft.put(table, document_id, after)
    created = int(before is None)
    return SetResult(_id=document_id, stats=SetStats(updated=1 - created, created=created))


def _authorise_set(
    work: Work, collection: Collection, before: Document | None, after: Document, data: Document
) -> bool:
    """Setting creates or updates; custom rules for updates look at the condition, here the id."""
    if before is None:
        return authorise(work, collection, "create", record=after, data=data)
    return authorise(work, collection, "update", query={"_id": after["_id"]}, data=data)


# --- update --------------------------------------------------------------------------------------


class Changing(NamedTuple):
    """An update in MongoDB's form, ready but for the server's time."""

    spec: dict[str, dict[str, Any]]
    multi: bool = True


def prepare_update(asking: Asking) -> Changing:
    """`where(...).update({data})`; the client insists on a `where`, be it empty."""
    _require_options(asking)
    parameters = asking.parse(UpdateParameters)
    if asking.session.dialect.is_client:
        if asking.selection.condition is None:
            raise Refusal(-1, texts.CONDITION_MISSING)
    elif not parameters.data:
        raise Refusal(_PARAMETER, texts.DATA_EMPTY)
    return Changing(_encoded(asking, parameters.data), parameters.multi)


def prepare_document_update(asking: Asking) -> Changing:
    """`doc(id).update({data})`."""
    _require_options(asking)
    return Changing(_encoded(asking, _given_data(asking)))


@engine_errors(texts.write_failed)
def update(work: Work, changing: Changing) -> UpdateResult:
    """Change what matches; `updated` counts the records that are really different afterwards."""
    _check_update(work, changing.spec)
    found = find(work, "update", changing.spec.get("$set"))
    compiled = compile_update(bind(changing.spec, work.now_millis))
    records = found.records if changing.multi else itertools.islice(found.records, 1)
    return UpdateResult(stats=UpdateStats(updated=_update_each(work, found, compiled, records)))


def _update_each(work: Work, found: Found, change: Update, records: Any) -> int:
    updated = 0
    for record in records:
        try:
            after = change(record, _positions(found, record))
        except QueryError as error:
            # The server works record by record: what came before the failing one stands.
            work.fail_after_commit(engine_failure(error, texts.write_failed))
            break
        if after is not record:
            work.draft.put(found.table, record["_id"], after)
            updated += 1
    return updated


def _positions(found: Found, record: Document) -> Callable[[str], int | None]:
    return lambda path: found.filter.array_index(record, path)


# --- remove --------------------------------------------------------------------------------------


def prepare_remove(asking: Asking) -> bool:
    """`where(...).remove()`; whether it goes on after the first record."""
    if asking.session.dialect.is_client and not asking.selection.condition:
        raise Refusal(-1, texts.CONDITION_EMPTY)
    return asking.parse(RemoveParameters).multi


@engine_errors(texts.write_failed)
def remove(work: Work, multi: bool) -> RemoveResult:
    """Remove what matches; `skip`, `limit` and `orderBy` do not count."""
    found = find(work, "delete")
    records = list(found.records if multi else itertools.islice(found.records, 1))
    for record in records:
        work.draft.delete(found.table, record["_id"])
    return RemoveResult(stats=RemoveStats(removed=len(records)))


def document_remove(work: Work, _prepared: Any) -> RemoveResult:
    """Remove one record; the client's SDK makes an error of having removed nothing."""
    result = remove(work, True)
    if not result.stats.removed and work.session.dialect.is_client:
        raise Thrown(texts.document_not_removed(work.selection.document_id))
    return result


# --- what data may be ----------------------------------------------------------------------------


def _require_options(asking: Asking) -> None:
    if asking.options is MISSING:
        raise Refusal(_PARAMETER, texts.argument_missing("options", "update"))


def _given_data(asking: Asking) -> Mapping[str, Any]:
    data = asking.parse(DataParameters).data
    if not data:
        raise Refusal(_PARAMETER, texts.DATA_EMPTY)
    return data


def _encoded(asking: Asking, data: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return encode_update(data, server=asking.session.dialect.is_server)


def _record(data: Mapping[str, Any], name: str = "data") -> Document:
    return take_in(data, name)  # type: ignore[no-any-return]  # an object stays one


def _check_keys(work: Work, data: Document) -> None:
    """The backend refuses a client's `_openid`, and operators and paths as keys of a record."""
    for key in data:
        foreign = key == "_openid" and work.session.dialect.is_client
        if foreign or key.startswith("$") or "." in key:
            raise Failure(codes.INVALID_PARAM, texts.invalid_key(key))


def _check_update(work: Work, spec: Mapping[str, Mapping[str, Any]]) -> None:
    for operand in spec.values():
        for path in operand:
            top = split(path)[0]
            if top == "_id":
                raise Failure(codes.INVALID_PARAM, texts.ID_IS_FIXED)
            if top == "_openid" and work.session.dialect.is_client:
                raise Failure(codes.INVALID_PARAM, texts.invalid_key(top))


ADD = Operation("database.{target}.add", "collection.add", add, prepare_add)
DOCUMENT_SET = Operation("database.{target}.set", "document.set", document_set, prepare_set)
UPDATE = Operation("database.{target}.update", "collection.update", update, prepare_update)
DOCUMENT_UPDATE = Operation(
    "database.{target}.update", "document.update", update, prepare_document_update
)
REMOVE = Operation("database.{target}.remove", "collection.remove", remove, prepare_remove)
DOCUMENT_REMOVE = Operation("database.{target}.remove", "document.remove", document_remove)

"""Writing records: add, set, update, remove."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from cloud_fake.errors import Failure, Refusal, Thrown, codes, describe, texts
from cloud_fake.kernel.operation import Asking, Operation
from cloud_fake.models.commands import UpdateCommand
from cloud_fake.models.encoding import encode_update
from cloud_fake.models.results import (
    AddResult,
    RemoveResult,
    RemoveStats,
    ServerAddResult,
    SetResult,
    SetStats,
    UpdateResult,
    UpdateStats,
)
from cloud_fake.query.updates import compile_update
from cloud_fake.services.database.access import authorise, owner_of, replace_own_openid
from cloud_fake.services.database.changing import change_all, change_each
from cloud_fake.services.database.collections import find_collection
from cloud_fake.services.database.finding import find, write_failed
from cloud_fake.services.database.sizes import refuse_larger
from cloud_fake.services.database.storing import (
    bound,
    check_keys,
    check_paths,
    discard,
    insert,
    owned,
    store,
)
from cloud_fake.values.intake import TakenIn, take_in_whole
from cloud_fake.values.kinds import MISSING, Document, js_type
from cloud_fake.values.server_dates import bind

if TYPE_CHECKING:
    from cloud_fake.kernel.work import Work
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


# --- add -----------------------------------------------------------------------------------------


def prepare_add(asking: Asking) -> list[TakenIn] | TakenIn:
    """One record; a list of them only from the server SDK."""
    data: Any = asking.plain_data
    if data is None:
        from cloud_fake.models.parameters import AddParameters

        data = asking.parse(AddParameters, keeps=False).data
    if isinstance(data, (dict, Mapping)):  # the first is quick, and nearly always so
        return _noted(asking, _record(asking, data))
    if isinstance(data, (list, tuple)) and not asking.session.dialect.is_client:
        records = [_listed_record(asking, item, f"data.{at}") for at, item in enumerate(data)]
        asking.note(data=[record.value for record in records])
        return records
    raise Refusal(_TYPE, texts.wrong_type("data", "object", js_type(data)))


def add(work: Work, prepared: list[TakenIn] | TakenIn) -> AddResult:
    """Insert; the platform writes `_id` and, for a client, `_openid`."""
    collection = find_collection(work)
    if isinstance(prepared, list):
        return ServerAddResult(_ids=_insert_each(work, collection, prepared))
    return AddResult(_id=insert(work, collection, prepared))


def _insert_each(work: Work, collection: Collection, records: list[TakenIn]) -> list[str | int]:
    """Insert those that nothing happens to; any other makes the call fail, though these stand."""
    if work.plan is None:
        return [insert(work, collection, record) for record in records]
    broken = work.broken_items
    for code in list(broken.values())[:1]:
        text = texts.write_failed(describe(code.client) or code.name)
        work.fail_after_commit(Failure(code, text))
    whole = [record for place, record in enumerate(records) if place not in broken]
    return [insert(work, collection, record) for record in whole]


# --- set -----------------------------------------------------------------------------------------


def prepare_set(asking: Asking) -> TakenIn:
    """A whole record. The server SDK says in words of its own what else it does not take."""
    data = _given_data(asking, keeps=False)
    is_server = asking.session.dialect.is_server
    if is_server and not asking.selection.document_id:
        raise Failure(codes.INVALID_PARAM, texts.SERVER_DOC_ID_EMPTY)
    try:
        return _noted(asking, _record(asking, data))
    except Refusal:
        # No record can hold a command, so only what has been refused is searched for one.
        if is_server and _holds_command(data):
            raise Failure(codes.DATABASE_REQUEST_FAILED, texts.OPERATOR_IN_SET) from None
        raise


def document_set(work: Work, taken: TakenIn) -> SetResult:
    """Replace one record, or create it."""
    data: Document = taken.value
    check_keys(work, data)
    if "_id" in data:
        raise Failure(codes.INVALID_PARAM, texts.ID_IS_FIXED)
    document_id = work.selection.document_id
    collection = find_collection(work)
    record = replace_own_openid(work, collection, bound(work, taken))
    before = work.draft.get(collection.table, document_id)
    owner = owner_of(work)
    after = owned(document_id, owner, record)
    own = _authorise_set(work, collection, before, after, record)
    if before is not None and own and before.get("_openid") != owner:
        raise Failure(codes.DATABASE_PERMISSION_DENIED, texts.PERMISSION_DENIED)
    store(work, collection, before, after)
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
    from cloud_fake.models.parameters import UpdateParameters

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


def update(work: Work, changing: Changing) -> UpdateResult:
    """Change what matches; `updated` counts the records that are really different afterwards."""
    check_paths(work, changing.spec)
    dated = bind(changing.spec, work.now_millis)
    spec = replace_own_openid(work, find_collection(work), dated)
    found = find(work, "update", spec.get("$set"))
    compiled = compile_update(spec)
    if changing.multi and work.selection.document_id is None:
        changed = change_all(work, found, compiled)
    else:
        first = list(itertools.islice(found.records, 1))
        changed = change_each(work, found, compiled, first)
    if work.session.dialect.is_remote:
        # No SDK tells it its caller; WeChat's open API does.
        return UpdateResult(stats=UpdateStats(updated=changed.updated, matched=changed.matched))
    return UpdateResult(stats=UpdateStats(updated=changed.updated))


# --- remove --------------------------------------------------------------------------------------


def prepare_remove(asking: Asking) -> bool:
    """`where(...).remove()`; whether it goes on after the first record."""
    from cloud_fake.models.parameters import RemoveParameters

    if asking.session.dialect.is_client and not asking.selection.condition:
        raise Refusal(-1, texts.CONDITION_EMPTY)
    return asking.parse(RemoveParameters).multi


def remove(work: Work, multi: bool) -> RemoveResult:
    """Remove what matches; `skip`, `limit` and `orderBy` do not count."""
    found = find(work, "delete")
    records = list(found.records if multi else itertools.islice(found.records, 1))
    for record in records:
        discard(work, found.collection, record)
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


def _given_data(asking: Asking, *, keeps: bool = True) -> Mapping[str, Any]:
    data: Mapping[str, Any] | None = asking.plain_data
    if data is None:
        from cloud_fake.models.parameters import DataParameters

        data = asking.parse(DataParameters, keeps=keeps).data
    elif keeps:
        asking.keep()
    if not data:
        raise Refusal(_PARAMETER, texts.DATA_EMPTY)
    return data


def _encoded(asking: Asking, data: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    spec = encode_update(data, server=asking.session.dialect.is_server)
    refuse_larger(asking, "update expression", spec)
    return spec


def _record(asking: Asking, data: Mapping[str, Any], name: str = "data") -> TakenIn:
    taken = take_in_whole(data, name)
    refuse_larger(asking, "record", taken.value)
    return taken


def _listed_record(asking: Asking, item: Any, name: str) -> TakenIn:
    taken = _record(asking, item, name)
    if type(taken.value) is not dict:
        raise Refusal(_TYPE, texts.wrong_type(name, "object", js_type(taken.value)))
    return taken


def _noted(asking: Asking, taken: TakenIn) -> TakenIn:
    asking.note(data=taken.value)
    return taken


def _holds_command(data: object) -> bool:
    """Whether there is one at any depth; what is searched may be very deep, or within itself."""
    steps, seen = [data], set[int]()
    while steps:
        value = steps.pop()
        if isinstance(value, UpdateCommand):
            return True
        if isinstance(value, (Mapping, list, tuple)) and id(value) not in seen:
            seen.add(id(value))
            steps.extend(value.values() if isinstance(value, Mapping) else value)
    return False


ADD = Operation("database.{target}.add", "collection.add", add, prepare_add)
DOCUMENT_SET = Operation("database.{target}.set", "document.set", document_set, prepare_set)
UPDATE = Operation(
    "database.{target}.update", "collection.update", update, prepare_update, explain=write_failed
)
DOCUMENT_UPDATE = Operation(
    "database.{target}.update",
    "document.update",
    update,
    prepare_document_update,
    explain=write_failed,
)
REMOVE = Operation(
    "database.{target}.remove", "collection.remove", remove, prepare_remove, explain=write_failed
)
DOCUMENT_REMOVE = Operation(
    "database.{target}.remove", "document.remove", document_remove, explain=write_failed
)

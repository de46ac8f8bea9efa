"""Family D's database: query texts, read and carried out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from cloud_fake.face.db.server_database import ServerDatabase
from cloud_fake.server.documents import ejson_text
from cloud_fake.server.families import records
from cloud_fake.server.messages import BadRequest
from cloud_fake.server.querytext import QueryTextError, Statement, read_statement
from cloud_fake.services.database import aggregating, reading, writing
from cloud_fake.values.dates import to_millis
from cloud_fake.values.kinds import MISSING

if TYPE_CHECKING:
    from cloud_fake.kernel.operation import Operation
    from cloud_fake.server.visits import Visit

__all__ = ["STATEMENT_CALLS", "carry_out", "collection_name", "pager", "read"]

Body = Mapping[str, Any]


def _add(visit: Visit, body: Body) -> dict[str, Any]:
    answer = carry_out(visit, read(visit, body, "add"), {"add": writing.ADD})
    return {"id_list": answer["_ids"] if "_ids" in answer else [answer["_id"]]}


def _query(visit: Visit, body: Body) -> dict[str, Any]:
    statement = read(visit, body, "get")
    chosen = statement.selection
    if chosen.document_id is not None:
        found = carry_out(visit, statement, {"get": reading.DOCUMENT_GET}).data
        one = [] if found is None else [found]
        return {"pager": pager(0, 1, len(one)), "data": _rows(one)}
    found = carry_out(visit, statement, {"get": reading.GET}).data
    limit = chosen.limit or visit.session.dialect.default_limit
    total = records.total(visit, chosen)
    return {"pager": pager(chosen.skip or 0, limit, total), "data": _rows(found)}


def pager(offset: int, limit: int, total: int) -> dict[str, int]:
    """Which part of a list was answered."""
    return {"Offset": offset, "Limit": limit, "Total": total}


def _rows(found: list[Any]) -> list[str]:
    return [ejson_text(record) for record in found]


def _count(visit: Visit, body: Body) -> dict[str, Any]:
    statement = read(visit, body, "count")
    return {"count": carry_out(visit, statement, {"count": reading.COUNT}).total}


def _update(visit: Visit, body: Body) -> dict[str, Any]:
    statement = read(visit, body, "update", "set")
    is_document = statement.selection.document_id is not None
    update = writing.DOCUMENT_UPDATE if is_document else writing.UPDATE
    answer = carry_out(visit, statement, {"update": update, "set": writing.DOCUMENT_SET})
    made = answer["_id"] if answer.stats.get("created") else ""
    updated = answer.stats.updated
    return {"matched": answer.stats.get("matched", updated), "modified": updated, "id": made}


def _delete(visit: Visit, body: Body) -> dict[str, Any]:
    statement = read(visit, body, "remove")
    is_document = statement.selection.document_id is not None
    remove = writing.DOCUMENT_REMOVE if is_document else writing.REMOVE
    return {"deleted": carry_out(visit, statement, {"remove": remove}).stats.removed}


def _aggregate(visit: Visit, body: Body) -> dict[str, Any]:
    statement = read(visit, body, "end")
    return {"data": _rows(carry_out(visit, statement, {"end": aggregating.AGGREGATE}).list)}


# --- reading and carrying out --------------------------------------------------------------------


def read(visit: Visit, body: Body, *verbs: str) -> Statement:
    """What the query text asks for.

    Raises:
        BadRequest: it is no query, or asks for something else than one of `verbs`.
    """
    text = body.get("query")
    if not isinstance(text, str):
        raise BadRequest("query should be a text")
    database = ServerDatabase[Any](
        visit.world, visit.session, env=None, throws_if_missing=False, awaited=False
    )
    try:
        statement = read_statement(text, database, to_millis(visit.world.clock.now()))
    except QueryTextError as error:
        raise BadRequest(f"invalid query: {error}") from None
    if statement.verb not in verbs:
        raise BadRequest(f"invalid query: ends in {statement.verb}, not in {' or '.join(verbs)}")
    return statement


def carry_out(visit: Visit, statement: Statement, operations: Mapping[str, Operation]) -> Any:
    """The answer of the operation that the statement's verb stands for."""
    options = {} if statement.options is MISSING else statement.options
    selection = statement.selection.but(throws_if_missing=False)
    return visit.ask(operations[statement.verb], options, selection)


def collection_name(body: Body) -> str:
    """The collection that a call names beside any query."""
    name = body.get("collection_name")
    if not isinstance(name, str) or not name:
        raise BadRequest("collection_name should be a name")
    return name


STATEMENT_CALLS: Mapping[str, Callable[[Visit, Body], dict[str, Any]]] = MappingProxyType(
    {
        "databaseadd": _add,
        "databasequery": _query,
        "databasecount": _count,
        "databaseupdate": _update,
        "databasedelete": _delete,
        "databaseaggregate": _aggregate,
    }
)

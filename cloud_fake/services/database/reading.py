"""Reading records: `collection.get`, `collection.count`, `document.get`."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from cloud_fake.errors import Failure, Thrown, codes, texts
from cloud_fake.kernel.operation import Operation
from cloud_fake.models.results import CountResult, DocumentResult, QueryResult
from cloud_fake.query.filters import compile_filter
from cloud_fake.query.ordering import compile_order
from cloud_fake.query.projections import compile_projection
from cloud_fake.services.database.finding import Found, find, find_document, query_failed
from cloud_fake.services.database.sizes import within_answer
from cloud_fake.values.handout import hand_out
from cloud_fake.values.intake import MAX_SAFE_INTEGER

if TYPE_CHECKING:
    from cloud_fake.kernel.work import Work
    from cloud_fake.values.kinds import Document

__all__ = ["COUNT", "DOCUMENT_GET", "GET"]


def get(work: Work, _prepared: Any) -> QueryResult:
    """The selected records, ordered, cut and projected; never more than the SDK's maximum."""
    found = find(work, "read")
    return QueryResult(data=_present(work, found, _cut(work, found)))


def count(work: Work, _prepared: Any) -> CountResult:
    """How many records match; `skip` and `limit` do not count."""
    return CountResult(total=len(find(work, "read").all_records))


def document_get(work: Work, _prepared: Any) -> DocumentResult:
    """One record; a missing one and one that may not be read are told apart by nobody."""
    record = find_document(work, "read")
    if record is not None:
        return DocumentResult(data=_projected(work, record))
    if not work.selection.throws_if_missing:
        return DocumentResult(data=None)
    missing = (
        texts.document_not_found_client
        if work.session.dialect.is_client
        else texts.document_not_found_server
    )
    raise Thrown(missing(work.selection.document_id))


def _cut(work: Work, found: Found) -> list[Document]:
    selection = work.selection
    dialect = work.session.dialect
    # limit(0) is falsy in JavaScript and therefore the default.
    limit = min(_whole(selection.limit) or dialect.default_limit, dialect.max_limit)
    skip = _whole(selection.skip)
    if selection.order:
        return compile_order(selection.order).sorted(found.records, skip, limit)
    if found.filter.near is not None:
        distance = found.filter.near.distance
        nearest = sorted(found.records, key=lambda record: distance(record) or 0.0)
        return nearest[skip : skip + limit]
    return list(itertools.islice(found.records, skip, skip + limit))


def _whole(number: Any) -> int:
    """What `limit` or `skip` was given, which the client's SDK passes on unseen."""
    if number is None:
        return 0
    whole = int(number) if isinstance(number, float) and number.is_integer() else number
    if not isinstance(whole, int) or not 0 <= whole <= MAX_SAFE_INTEGER:
        raise Failure(codes.INVALID_PARAM, texts.NO_WHOLE_NUMBER)
    return whole


def _present(work: Work, found: Found, records: list[Document]) -> list[Document]:
    """The records as the caller sees them: projected."""
    if work.selection.fields:
        project = compile_projection(work.selection.fields, found.filter)
        records = [project(record) for record in records]
    return within_answer(work, records)


def _projected(work: Work, record: Document) -> Document:
    """As `_present`, for one record by its id."""
    if work.selection.fields:
        by_id = compile_filter({"_id": record["_id"]})
        record = compile_projection(work.selection.fields, by_id)(record)
    return within_answer(work, [record])[0]


def _each_handed_out(result: QueryResult) -> QueryResult:
    own = QueryResult(result)
    own["data"] = [hand_out(record) for record in result["data"]]
    return own


def _handed_out(result: DocumentResult) -> DocumentResult:
    own = DocumentResult(result)
    own["data"] = hand_out(result["data"])
    return own


GET = Operation(
    "database.{target}.get",
    "collection.get",
    get,
    present=_each_handed_out,
    explain=query_failed,
)
COUNT = Operation("database.{target}.count", "collection.count", count, explain=query_failed)
DOCUMENT_GET = Operation(
    "database.{target}.get",
    "document.get",
    document_get,
    present=_handed_out,
    explain=query_failed,
)

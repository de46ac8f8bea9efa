"""`document.set` over the REST gateway: fields are merged into a record, or a new one is made.

The gateway puts a whole record of `set()` under `$set` where nothing asks it to replace, so what
the record had besides stays. Source: docs.cloudbase.net, HTTP API, "batch update documents", with
what js-sdk 3.7.0 sends for `set()`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloud_fake.errors import Failure, codes, texts
from cloud_fake.kernel.operation import Operation
from cloud_fake.models.results import SetResult, SetStats
from cloud_fake.services.database.collections import find_collection
from cloud_fake.services.database.finding import write_failed
from cloud_fake.services.database.writing import Changing, document_set, prepare_set, update

if TYPE_CHECKING:
    from cloud_fake.kernel.work import Work
    from cloud_fake.values.intake import TakenIn

__all__ = ["DOCUMENT_MERGE"]


def document_merge(work: Work, taken: TakenIn) -> SetResult:
    """Change the fields of one record, or create it.

    Raises:
        Failure: -502003, it is somebody else's.
    """
    document_id = work.selection.document_id
    if work.draft.get(find_collection(work).table, document_id) is None:
        return document_set(work, taken)
    stats = update(work, Changing({"$set": taken.value})).stats
    if not stats["matched"]:
        raise Failure(codes.DATABASE_PERMISSION_DENIED, texts.PERMISSION_DENIED)
    return SetResult(_id=document_id, stats=SetStats(updated=stats.updated, created=0))


DOCUMENT_MERGE = Operation(
    "database.{target}.set", "document.set", document_merge, prepare_set, explain=write_failed
)

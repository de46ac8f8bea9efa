"""Every operation there is, for dispatch by name and for the vocabulary of faults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloud_fake.services.database import aggregating, creating, reading, transactions, writing
from cloud_fake.services.functions import invoking
from cloud_fake.services.realtime import opening
from cloud_fake.services.storage import listing, transfers

if TYPE_CHECKING:
    from cloud_fake.kernel.operation import Operation

__all__ = ["OPERATIONS", "vocabulary"]

OPERATIONS: tuple[Operation, ...] = (
    invoking.CALL_FUNCTION,
    transfers.UPLOAD,
    transfers.UPLOAD_CONTENT,
    transfers.DOWNLOAD,
    transfers.DOWNLOAD_CONTENT,
    listing.TEMP_URLS,
    listing.DELETE,
    listing.FETCH,
    writing.ADD,
    reading.GET,
    reading.COUNT,
    aggregating.AGGREGATE,
    writing.UPDATE,
    writing.REMOVE,
    reading.DOCUMENT_GET,
    writing.DOCUMENT_SET,
    writing.DOCUMENT_UPDATE,
    writing.DOCUMENT_REMOVE,
    creating.CREATE_COLLECTION,
    transactions.START,
    transactions.COMMIT,
    transactions.ROLLBACK,
    opening.WATCH,
)


def vocabulary() -> list[str]:
    """The canonical names, `{target}` where a collection's or a function's name stands."""
    return sorted({operation.name for operation in OPERATIONS})

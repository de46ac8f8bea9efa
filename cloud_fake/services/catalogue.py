"""Every operation there is, for dispatch by name and for the vocabulary of faults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloud_fake.services.ai import answering
from cloud_fake.services.containers import calling as containers
from cloud_fake.services.containers import connecting
from cloud_fake.services.database import aggregating, creating, reading, transactions, writing
from cloud_fake.services.database.collections import registry_table
from cloud_fake.services.functions import invoking, triggering
from cloud_fake.services.identity import open_data, sharing
from cloud_fake.services.openapi import calling
from cloud_fake.services.realtime import opening
from cloud_fake.services.storage import listing, metadata, transfers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cloud_fake.kernel.operation import Operation
    from cloud_fake.kernel.world import World

__all__ = ["OPERATIONS", "UNATTENDED", "targets", "vocabulary"]

#: What nobody calls: the platform does it by itself.
UNATTENDED: tuple[Operation, ...] = (
    triggering.TIMER,
    triggering.DELAYED,
    sharing.AUTHORISE,
)

OPERATIONS: tuple[Operation, ...] = (
    invoking.CALL_FUNCTION,
    *UNATTENDED,
    containers.CALL_CONTAINER,
    connecting.CONNECT_CONTAINER,
    transfers.UPLOAD,
    transfers.UPLOAD_CONTENT,
    transfers.DOWNLOAD,
    transfers.DOWNLOAD_CONTENT,
    metadata.UPLOAD_METADATA,
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
    open_data.GET_OPEN_DATA,
    calling.OPEN_API,
    calling.CLOUD_PAY,
    calling.CALL_OPEN_API,
    answering.GENERATE_TEXT,
    answering.STREAM_TEXT,
    answering.BOT_SEND,
    answering.BOT_GET,
    answering.BOT_LIST,
)


def vocabulary() -> list[str]:
    """The canonical names, `{target}` where a collection's or a function's name stands."""
    return sorted({operation.name for operation in OPERATIONS})


def targets(world: World, service: str) -> Iterable[str]:
    """What a service's calls can be about: its collections or functions, of all environments."""
    if service in ("function", "timer", "delayed"):
        return [name for _, name in world.functions]
    if service not in ("database", "watch"):
        return ()
    tables = [world.store.table(registry_table(env)) for env in world.all_envs().values()]
    return [str(name) for table in tables for name in table or ()]

"""Every operation there is: what it is called, and where it stands.

A service is loaded when one of its operations is first asked for: a test that only adds and gets
records pays for no function, file or container. So faces name operations by their place.
"""

from __future__ import annotations

import functools
import importlib
from types import MappingProxyType
from typing import TYPE_CHECKING

from cloud_fake.services.database.collections import registry_table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cloud_fake.kernel.operation import Operation
    from cloud_fake.kernel.world import World

__all__ = ["OPERATIONS", "UNATTENDED", "operation_at", "targets", "vocabulary"]

#: The canonical name of each, by its place: a module of this package, and the name in there.
OPERATIONS: MappingProxyType[str, str] = MappingProxyType(
    {
        "functions.invoking:CALL_FUNCTION": "function.{target}",
        "functions.triggering:TIMER": "timer.{target}",
        "functions.triggering:DELAYED": "delayed.{target}",
        "identity.sharing:AUTHORISE": "function.{target}",
        "containers.calling:CALL_CONTAINER": "container.{target}",
        "containers.connecting:CONNECT_CONTAINER": "socket.{target}",
        "storage.transfers:UPLOAD": "storage.upload",
        "storage.transfers:UPLOAD_CONTENT": "storage.upload",
        "storage.transfers:DOWNLOAD": "storage.download",
        "storage.transfers:DOWNLOAD_CONTENT": "storage.download",
        "storage.metadata:UPLOAD_METADATA": "storage.getUploadMetadata",
        "storage.listing:TEMP_URLS": "storage.getTempFileURL",
        "storage.listing:DELETE": "storage.delete",
        "storage.listing:FETCH": "storage.fetch",
        "database.writing:ADD": "database.{target}.add",
        "database.inserting:INSERT": "database.{target}.add",
        "database.reading:GET": "database.{target}.get",
        "database.reading:COUNT": "database.{target}.count",
        "database.aggregating:AGGREGATE": "database.{target}.aggregate",
        "database.writing:UPDATE": "database.{target}.update",
        "database.writing:REMOVE": "database.{target}.remove",
        "database.reading:DOCUMENT_GET": "database.{target}.get",
        "database.writing:DOCUMENT_SET": "database.{target}.set",
        "database.merging:DOCUMENT_MERGE": "database.{target}.set",
        "database.writing:DOCUMENT_UPDATE": "database.{target}.update",
        "database.writing:DOCUMENT_REMOVE": "database.{target}.remove",
        "database.creating:CREATE_COLLECTION": "database.createCollection",
        "database.transactions:START": "database.transaction.start",
        "database.transactions:COMMIT": "database.transaction.commit",
        "database.transactions:ROLLBACK": "database.transaction.rollback",
        "realtime.opening:WATCH": "watch.{target}",
        "identity.open_data:GET_OPEN_DATA": "identity.getOpenData",
        "openapi.calling:OPEN_API": "openapi.{target}",
        "openapi.calling:CLOUD_PAY": "cloudPay.{target}",
        "openapi.calling:CALL_OPEN_API": "openapi.{target}",
        "ai.answering:GENERATE_TEXT": "ai.{target}.generateText",
        "ai.answering:STREAM_TEXT": "ai.{target}.streamText",
        "ai.answering:BOT_SEND": "bot.{target}.sendMessage",
        "ai.answering:BOT_GET": "bot.{target}.get",
        "ai.answering:BOT_LIST": "bot.list",
    }
)

#: What nobody calls: the platform does it by itself.
UNATTENDED = frozenset(
    {
        "functions.triggering:TIMER",
        "functions.triggering:DELAYED",
        "identity.sharing:AUTHORISE",
    }
)


@functools.cache
def operation_at(place: str) -> Operation:
    """The operation that stands there; its service is loaded with it."""
    module, _, name = place.partition(":")
    service = importlib.import_module(f"cloud_fake.services.{module}")
    operation: Operation = getattr(service, name)
    return operation


def vocabulary() -> list[str]:
    """The canonical names, `{target}` where a collection's or a function's name stands."""
    return sorted(set(OPERATIONS.values()))


def targets(world: World, service: str) -> Iterable[str]:
    """What a service's calls can be about: its collections or functions, of all environments."""
    if service in ("function", "timer", "delayed"):
        return [name for _, name in world.functions]
    if service not in ("database", "watch"):
        return ()
    tables = [world.store.table(registry_table(env)) for env in world.all_envs().values()]
    return [str(name) for table in tables for name in table or ()]

"""`createCollection` of the server SDK."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloud_fake.errors import Failure, codes, texts
from cloud_fake.kernel.operation import Operation, parsed, word_plainly
from cloud_fake.models.parameters import CreateCollectionParameters
from cloud_fake.models.results import CreateCollectionResult
from cloud_fake.services.database.collections import (
    Collection,
    create_collection,
    registry_table,
)

if TYPE_CHECKING:
    from cloud_fake.kernel.work import Work

__all__ = ["CREATE_COLLECTION"]


def create(work: Work, parameters: CreateCollectionParameters) -> CreateCollectionResult:
    """Make a collection that does not exist yet."""
    name = parameters.collectionName
    if work.draft.get(registry_table(work.env), name) is not None:
        raise Failure(codes.SYS_ERR, texts.collection_exists(name))
    create_collection(work.draft, Collection(work.env, name))
    return CreateCollectionResult(requestId=work.world.ids.next_uuid("request"))


CREATE_COLLECTION = Operation(
    "database.createCollection",
    "createCollection",
    create,
    parsed(CreateCollectionParameters),
    word=word_plainly,
)

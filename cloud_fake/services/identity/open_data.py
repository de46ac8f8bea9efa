"""`getOpenData` of the server SDK: CloudIDs that reached a function as mere texts, opened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from cloud_fake.errors import Thrown, texts
from cloud_fake.kernel.operation import Asking, Operation
from cloud_fake.models.results import OpenDataResult
from cloud_fake.models.wechat import OpenDataParameters
from cloud_fake.services.identity.cloud_ids import opened
from cloud_fake.services.openapi.answers import word_system

if TYPE_CHECKING:
    from cloud_fake.kernel.work import Work

__all__ = ["GET_OPEN_DATA"]


def prepare(asking: Asking) -> OpenDataParameters:
    """The list has to be there; the SDK looks no further."""
    options = asking.options
    if isinstance(options, Mapping) and not options.get("list"):
        raise Thrown(texts.LIST_MISSING)
    return asking.parse(OpenDataParameters)


def get_open_data(work: Work, parameters: OpenDataParameters) -> OpenDataResult:
    """Open each id, in the order of the asking."""
    return OpenDataResult(list=[opened(work, str(item)) for item in parameters.list], errCode=0)


GET_OPEN_DATA = Operation(
    "identity.getOpenData",
    "getOpenData",
    get_open_data,
    prepare,
    service="functions",
    word=word_system,
)

"""Whole lists of files: `getTempFileURL` and `deleteFile`. They succeed though every item fails."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from cloud_fake.errors import Refusal, Thrown, codes, describe, texts
from cloud_fake.kernel.operation import Asking, Operation, parsed, word_plainly
from cloud_fake.models.parameters import FetchParameters, FileListParameters
from cloud_fake.models.results import (
    DeleteFileResult,
    DeleteFileResultItem,
    GetTempFileURLResult,
    GetTempFileURLResultItem,
)
from cloud_fake.services.storage.cdn import fetched
from cloud_fake.services.storage.files import files_table, find_file, may
from cloud_fake.services.storage.links import Response, answer, link
from cloud_fake.values.kinds import MISSING, js_type

if TYPE_CHECKING:
    from cloud_fake.kernel.work import Work

__all__ = ["DELETE", "FETCH", "TEMP_URLS"]

#: The client refuses more itself.
MOST_FILES = 50

_PARAMETER = -401002
_TYPE = -401003


class Wanted(NamedTuple):
    """One file a link is wanted for; `max_age` in seconds, None for the default."""

    file_id: str
    max_age: int | None = None


# --- links ---------------------------------------------------------------------------------------


def prepare_temp_urls(asking: Asking) -> list[Wanted]:
    """Strings, or objects `{fileID, maxAge}`."""
    return [
        _wanted(asking, item, f"fileList[{index}]") for index, item in enumerate(_items(asking))
    ]


def temp_urls(work: Work, wanted: list[Wanted]) -> GetTempFileURLResult:
    """A link for each file, in the order of the asking."""
    broken = work.broken_items
    return GetTempFileURLResult(
        fileList=[_temp_url(work, item, broken.get(k)) for k, item in enumerate(wanted)]
    )


def _temp_url(work: Work, wanted: Wanted, broken: codes.Code | None) -> GetTempFileURLResultItem:
    if broken is not None:
        return _no_url(work, wanted, broken)
    file = find_file(work, wanted.file_id)
    if file is None or not may(work, "read", file.env, file.path, file.owner):
        return _no_url(work, wanted, codes.STORAGE_FILE_NONEXIST)
    max_age = work.world.settings.url_max_age if wanted.max_age is None else wanted.max_age
    return GetTempFileURLResultItem(
        fileID=wanted.file_id,
        tempFileURL=link(work, file, max_age),
        maxAge=max_age,
        status=0,
        errMsg="ok",
    )


def _no_url(work: Work, wanted: Wanted, code: codes.Code) -> GetTempFileURLResultItem:
    """What a failed item says: on the client the backend's words, on the server the SDK's own."""
    is_client = work.session.dialect.is_client
    return GetTempFileURLResultItem(
        fileID=wanted.file_id,
        tempFileURL="",
        status=1 if is_client else code.server,
        errMsg=code.name if is_client else describe(code.server),
    )


def _wanted(asking: Asking, item: Any, key: str) -> Wanted:
    if isinstance(item, str):
        return Wanted(item)
    if not isinstance(item, Mapping):
        raise Refusal(_TYPE, texts.wrong_type(key, "string", js_type(item)))
    if not asking.session.dialect.is_client and not {"fileID", "maxAge"} <= item.keys():
        raise Thrown(texts.URL_ITEM_WRONG)
    file_id, max_age = item.get("fileID", MISSING), item.get("maxAge")
    if not isinstance(file_id, str):
        raise Refusal(_TYPE, texts.wrong_type(f"{key}.fileID", "string", js_type(file_id)))
    if max_age is not None and type(max_age) not in (int, float):
        raise Refusal(_TYPE, texts.wrong_type(f"{key}.maxAge", "number", js_type(max_age)))
    return Wanted(file_id, _seconds(max_age))


def _seconds(given: float | None) -> int | None:
    if given is None or (isinstance(given, float) and not math.isfinite(given)):
        return None  # JSON has no NaN and no infinity: they arrive as null
    return int(given)


# --- deleting ------------------------------------------------------------------------------------


def prepare_delete(asking: Asking) -> list[str]:
    """Strings only."""
    items = _items(asking)
    wrong = "".join(
        texts.wrong_type(f"fileList[{index}]", "string", js_type(item))
        for index, item in enumerate(items)
        if not isinstance(item, str)
    )
    if wrong:
        raise Refusal(_TYPE, wrong)
    return items


def delete(work: Work, file_ids: list[str]) -> DeleteFileResult:
    """Delete each file that the caller may, in the order of the asking."""
    broken = work.broken_items
    return DeleteFileResult(
        fileList=[_delete(work, file_id, broken.get(k)) for k, file_id in enumerate(file_ids)]
    )


def _delete(work: Work, file_id: str, broken: codes.Code | None) -> DeleteFileResultItem:
    if broken is not None:
        return _undeleted(work, file_id, broken)
    file = find_file(work, file_id)
    if file is None:
        return _undeleted(work, file_id, codes.STORAGE_FILE_NONEXIST)
    if not may(work, "write", file.env, file.path, file.owner):
        return _undeleted(work, file_id, codes.STORAGE_EXCEED_AUTHORITY)
    work.draft.delete(files_table(file.env), file.path)
    return DeleteFileResultItem(fileID=file_id, status=0, errMsg="ok")


def _undeleted(work: Work, file_id: str, code: codes.Code) -> DeleteFileResultItem:
    """The client passes on the backend's name for it, the server SDK the words of its table."""
    text = code.name if work.session.dialect.is_client else describe(code.server)
    return DeleteFileResultItem(fileID=file_id, status=code.server, errMsg=text)


def _items(asking: Asking) -> list[Any]:
    items = asking.parse(FileListParameters).fileList
    if asking.session.dialect.is_client and len(items) > MOST_FILES:
        raise Refusal(_PARAMETER, texts.list_too_long("fileList", MOST_FILES))
    return items


# --- fetching ------------------------------------------------------------------------------------


def fetch(work: Work, parameters: FetchParameters) -> Response:
    """GET a link, as whoever holds it: the caller's identity does not count."""
    return fetched(work, parameters.url) or answer(work, parameters.url)


TEMP_URLS = Operation(
    "storage.getTempFileURL",
    "getTempFileURL",
    temp_urls,
    prepare_temp_urls,
    service="storage",
    word=word_plainly,
)
DELETE = Operation(
    "storage.delete", "deleteFile", delete, prepare_delete, service="storage", word=word_plainly
)
FETCH = Operation("storage.fetch", "fetch", fetch, parsed(FetchParameters), service="storage")

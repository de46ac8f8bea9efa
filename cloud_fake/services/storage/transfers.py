"""Moving files: `uploadFile` and `downloadFile`, of the client and of the server SDK."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cloud_fake.errors import Failure, Thrown, codes, texts
from cloud_fake.kernel.operation import Asking, Operation, parsed, word_plainly
from cloud_fake.models.parameters import (
    DownloadFileParameters,
    UploadContentParameters,
    UploadFileParameters,
)
from cloud_fake.models.results import (
    DownloadFileContentResult,
    DownloadFileResult,
    UploadFileResult,
)
from cloud_fake.services.storage.device import read_local_file
from cloud_fake.services.storage.files import (
    StoredFile,
    check_upload,
    find_file,
    may,
    store_file,
)
from cloud_fake.services.storage.line import (
    DOWN,
    UP,
    pass_over,
    received,
    said_type,
    stop_if_aborted,
)
from cloud_fake.services.storage.media_types import ending

if TYPE_CHECKING:
    from cloud_fake.kernel.flow import Flow
    from cloud_fake.kernel.work import Work

__all__ = ["DOWNLOAD", "DOWNLOAD_CONTENT", "UPLOAD", "UPLOAD_CONTENT"]

# --- the client's --------------------------------------------------------------------------------


def upload(work: Work, parameters: UploadFileParameters) -> Flow[UploadFileResult]:
    """Ask where to send it, read a local file, send it piece by piece, store it in one step."""
    work.atomic(check_upload, parameters.cloudPath)
    stop_if_aborted(work.task)
    content = read_local_file(parameters.filePath)
    yield from pass_over(work, parameters.cloudPath, content, UP)
    kind = _header(parameters.header or {}, "content-type")
    file_id = work.atomic(store_file, parameters.cloudPath, content, kind)
    return UploadFileResult(fileID=file_id, statusCode=200)


def download(work: Work, parameters: DownloadFileParameters) -> Flow[DownloadFileResult]:
    """Fetch a file piece by piece onto the device."""
    file, number = work.atomic(_begin_download, parameters.fileID)
    stop_if_aborted(work.task)
    yield from pass_over(work, file.path, file.content, DOWN)
    content = received(work, file.path, file.content)
    path = work.world.device.keep(content, _local_name(work, file), number)
    return DownloadFileResult(tempFilePath=path, statusCode=200)


def _local_name(work: Work, file: StoredFile) -> str:
    """What the device makes a download's ending of: the content type, where that is another."""
    said = said_type(work)
    return file.path if said is None else f"x{ending(said)}"


def _begin_download(work: Work, file_id: str) -> tuple[StoredFile, str]:
    return readable_file(work, file_id), work.world.ids.next_hex("download", 8)


def readable_file(work: Work, file_id: str) -> StoredFile:
    """The file, if the caller may read it; a missing and a forbidden one look the same.

    Raises:
        Failure: `STORAGE_FILE_NONEXIST`.
    """
    file = find_file(work, file_id)
    if file is None or not may(work, "read", file.env, file.path, file.owner):
        raise Failure(codes.STORAGE_DOWNLOAD_NONEXIST, texts.FILE_NONEXIST)
    return file


def _header(header: Any, name: str) -> str | None:
    for key, value in header.items():
        if isinstance(key, str) and key.lower() == name and isinstance(value, str):
            return value
    return None


# --- the server SDK's ----------------------------------------------------------------------------


_BYTES = (bytes, bytearray, memoryview)


def prepare_content(asking: Asking) -> tuple[str, bytes]:
    """`fileContent`: bytes or an open file; a path or a text is refused."""
    parameters = asking.parse(UploadContentParameters)
    content = parameters.fileContent
    if not content and not isinstance(content, _BYTES):
        raise Thrown(texts.CONTENT_MISSING)
    if hasattr(content, "read"):
        content = content.read()
    if not isinstance(content, _BYTES):
        raise Thrown(texts.CONTENT_WRONG)
    return parameters.cloudPath, bytes(content)


def upload_content(work: Work, prepared: tuple[str, bytes]) -> Flow[UploadFileResult]:
    """Store bytes. The SDK never learns the HTTP status and says -1."""
    path, content = prepared
    yield from pass_over(work, path, content, UP)
    return UploadFileResult(fileID=work.atomic(store_file, path, content), statusCode=-1)


def download_content(
    work: Work, parameters: DownloadFileParameters
) -> Flow[DownloadFileContentResult]:
    """The bytes of a file."""
    file = work.atomic(readable_file, parameters.fileID)
    yield from pass_over(work, file.path, file.content, DOWN)
    return DownloadFileContentResult(
        fileContent=received(work, file.path, file.content), statusCode=200
    )


UPLOAD = Operation(
    "storage.upload",
    "uploadFile",
    upload,
    parsed(UploadFileParameters),
    flow=True,
    service="storage",
    transfers=True,
)
DOWNLOAD = Operation(
    "storage.download",
    "downloadFile",
    download,
    parsed(DownloadFileParameters),
    flow=True,
    service="storage",
    ok="downloadFile:ok",
    transfers=True,
)
UPLOAD_CONTENT = Operation(
    "storage.upload",
    "uploadFile",
    upload_content,
    prepare_content,
    flow=True,
    service="storage",
    word=word_plainly,
)
DOWNLOAD_CONTENT = Operation(
    "storage.download",
    "downloadFile",
    download_content,
    parsed(DownloadFileParameters),
    flow=True,
    service="storage",
    word=word_plainly,
)

"""Moving files: `uploadFile` and `downloadFile`, of the client and of the server SDK."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from cloud_fake.errors import CloudError, Failure, Thrown, codes, texts, wrapped_text
from cloud_fake.kernel.flow import Flow
from cloud_fake.kernel.operation import Asking, Operation, parsed, word_failure
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
from cloud_fake.models.tasks import TransferTask
from cloud_fake.services.storage.device import read_local_file
from cloud_fake.services.storage.files import (
    StoredFile,
    check_cloud_path,
    find_file,
    may,
    store_file,
)

if TYPE_CHECKING:
    from cloud_fake.kernel.gate import Work
    from cloud_fake.kernel.timeline import Call

__all__ = ["DOWNLOAD", "DOWNLOAD_CONTENT", "UPLOAD", "UPLOAD_CONTENT"]

#: How much of a file one progress event tells of, at the least.
PIECE = 4 * 1024
#: How many events a transfer has, at the most.
MOST_EVENTS = 20


# --- the client's --------------------------------------------------------------------------------


def upload(work: Work, parameters: UploadFileParameters) -> Flow[UploadFileResult]:
    """Read a local file, send it piece by piece, store it in one step."""
    check_cloud_path(parameters.cloudPath)
    content = read_local_file(parameters.filePath)
    yield from ()
    _transfer(work.task, content, "uploadFile", "totalBytesSent", "totalBytesExpectedToSend")
    kind = _header(parameters.header or {}, "content-type")
    file_id = work.atomic(store_file, parameters.cloudPath, content, kind)
    return UploadFileResult(fileID=file_id, statusCode=200)


def download(work: Work, parameters: DownloadFileParameters) -> Flow[DownloadFileResult]:
    """Fetch a file piece by piece onto the device."""
    file = work.atomic(readable_file, parameters.fileID)
    yield from ()
    _transfer(
        work.task, file.content, "downloadFile", "totalBytesWritten", "totalBytesExpectedToWrite"
    )
    number = work.world.ids.next_hex("download", 8)
    path = work.world.device.keep(file.content, file.path, number)
    return DownloadFileResult(tempFilePath=path, statusCode=200)


def readable_file(work: Work, file_id: str) -> StoredFile:
    """The file, if the caller may read it; a missing and a forbidden one look the same.

    Raises:
        Failure: `STORAGE_FILE_NONEXIST`.
    """
    file = find_file(work, file_id)
    if file is None or not may(work, "read", file.env, file.path, file.owner):
        raise Failure(codes.STORAGE_DOWNLOAD_NONEXIST, texts.FILE_NONEXIST)
    return file


def _transfer(
    task: TransferTask | None, content: bytes, api: str, moved_key: str, whole_key: str
) -> None:
    """Let the task see the pieces pass; it may stop the transfer before and between them."""
    if task is None:
        return
    if task.is_aborted():
        raise Thrown(texts.ABORTED_BEFORE, as_object=True)
    whole = len(content)
    for moved in _milestones(whole):
        progress = 100 if moved == whole else moved * 100 // whole
        task.report(**{"progress": progress, moved_key: moved, whole_key: whole})
        if task.is_aborted() and moved < whole:
            raise Thrown(texts.aborted_during(api), as_object=True)


def _milestones(whole: int) -> Iterator[int]:
    piece = max(PIECE, -(-whole // MOST_EVENTS))
    yield from range(piece, whole, piece)
    yield whole


def _header(header: Any, name: str) -> str | None:
    for key, value in header.items():
        if isinstance(key, str) and key.lower() == name and isinstance(value, str):
            return value
    return None


# --- the server SDK's ----------------------------------------------------------------------------


def prepare_content(asking: Asking) -> tuple[str, bytes]:
    """`fileContent`: bytes or an open file; a path or a text is refused."""
    parameters = asking.parse(UploadContentParameters)
    content = parameters.fileContent
    if not content and not isinstance(content, (bytes, bytearray)):
        raise Thrown(texts.CONTENT_MISSING)
    if hasattr(content, "read"):
        content = content.read()
    if not isinstance(content, (bytes, bytearray, memoryview)):
        raise Thrown(texts.CONTENT_WRONG)
    return parameters.cloudPath, bytes(content)


def upload_content(work: Work, prepared: tuple[str, bytes]) -> UploadFileResult:
    """Store bytes. The SDK never learns the HTTP status and says -1."""
    path, content = prepared
    return UploadFileResult(fileID=store_file(work, path, content), statusCode=-1)


def download_content(work: Work, parameters: DownloadFileParameters) -> DownloadFileContentResult:
    """The bytes of a file."""
    file = readable_file(work, parameters.fileID)
    return DownloadFileContentResult(fileContent=file.content, statusCode=200)


def _word_download(failure: Failure, call: Call) -> CloudError:
    """The server SDK's storage layer throws a plain error here (S2)."""
    if call.session.dialect.is_client:
        return word_failure(failure, call)
    return wrapped_text(call.api, failure.text, code=failure.code.server)


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
    "storage.upload", "uploadFile", upload_content, prepare_content, service="storage"
)
DOWNLOAD_CONTENT = Operation(
    "storage.download",
    "downloadFile",
    download_content,
    parsed(DownloadFileParameters),
    service="storage",
    word=_word_download,
)

"""What calls answer: dictionaries, as JavaScript objects are, whose fields are attributes too.

`res["fileID"]` and `res.fileID` are the same; type checkers know the fields, `json.dumps` and `==`
see a plain dictionary. Field names, units and the values of `errMsg` are the platform's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

__all__ = [
    "AddResult",
    "AggregateResult",
    "CallContainerResult",
    "CallFunctionResult",
    "ConnectContainerResult",
    "CountResult",
    "CreateCollectionResult",
    "DeleteFileResult",
    "DeleteFileResultItem",
    "DocChange",
    "DocumentResult",
    "DownloadFileContentResult",
    "DownloadFileResult",
    "GetTempFileURLResult",
    "GetTempFileURLResultItem",
    "OpenApiResult",
    "OpenDataResult",
    "ProgressEvent",
    "QueryResult",
    "RemoveResult",
    "RemoveStats",
    "Result",
    "ServerAddResult",
    "SetResult",
    "SetStats",
    "SharedInitResult",
    "Snapshot",
    "StartTransactionResult",
    "StreamEvent",
    "UpdateResult",
    "UpdateStats",
    "UploadFileResult",
    "UploadMetadataResult",
]


class Result(dict[str, Any]):
    """An object as the SDK resolves it: fields by attribute and by key."""

    __slots__ = ()

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            try:
                return self[name]
            except KeyError:
                raise AttributeError(
                    f"the answer has no {name!r}; it has {', '.join(self) or 'nothing'}"
                ) from None

    def __repr__(self) -> str:
        return f"{type(self).__name__}({super().__repr__()})"


class CallFunctionResult(Result):
    """`callFunction`: what the function returned, after it crossed as JSON."""

    result: Any
    requestID: str
    errMsg: str


class UploadFileResult(Result):
    """`uploadFile`. `statusCode` is the storage's HTTP status; -1 from the server SDK."""

    fileID: str
    statusCode: int
    errMsg: str


class UploadMetadataResult(Result):
    """`getUploadMetadata`: what the file will be called, and which bucket it is for."""

    fileID: str
    bucket: str
    env: str


class DownloadFileResult(Result):
    """`downloadFile` of the client: the file lies at `tempFilePath`."""

    tempFilePath: str
    statusCode: int
    errMsg: str


class DownloadFileContentResult(Result):
    """`downloadFile` of the server SDK: the bytes themselves."""

    fileContent: bytes
    statusCode: int
    errMsg: str


class GetTempFileURLResultItem(Result):
    """One file of `getTempFileURL`; `status` 0 is ok, `maxAge` is in seconds."""

    fileID: str
    tempFileURL: str
    maxAge: int
    status: int
    errMsg: str


class GetTempFileURLResult(Result):
    """`getTempFileURL`: items in the order they were asked for."""

    fileList: list[GetTempFileURLResultItem]
    errMsg: str


class DeleteFileResultItem(Result):
    """One file of `deleteFile`; `status` 0 is ok."""

    fileID: str
    status: int
    errMsg: str


class DeleteFileResult(Result):
    """`deleteFile`: items in the order they were asked for."""

    fileList: list[DeleteFileResultItem]
    errMsg: str


class CallContainerResult(Result):
    """`callContainer`: an HTTP answer; a status outside 2xx resolves too."""

    data: Any
    statusCode: int
    header: dict[str, str]
    callID: str
    errMsg: str


class ConnectContainerResult(Result):
    """`connectContainer`: `socketTask` is the connection, a `SocketTask` of the face that asked."""

    socketTask: Any
    errMsg: str


class OpenApiResult(Result):
    """An open API of WeChat: its own fields beside these two."""

    errCode: int
    errMsg: str


class OpenDataResult(Result):
    """`getOpenData`: items in the order they were asked for."""

    list: list[dict[str, Any]]
    errCode: int
    errMsg: str


class StreamEvent(Result):
    """One event of a model's or a bot's answer; `json` is its `data`, read."""

    event: str | None
    id: str | None
    data: str
    json: dict[str, Any]


class SharedInitResult(Result):
    """`init` of a shared environment: `expireTime`, in milliseconds, only where it is granted."""

    errCode: int
    errMsg: str
    expireTime: int


class AddResult(Result):
    """`collection.add`: the new record's id."""

    _id: str | int
    errMsg: str


class ServerAddResult(AddResult):
    """`collection.add` of the server SDK, which takes a list, too: then `_ids`, and no `_id`."""

    _ids: list[str | int]


class QueryResult(Result):
    """`collection.get`."""

    data: list[dict[str, Any]]
    errMsg: str


class DocumentResult(Result):
    """`document.get`."""

    data: dict[str, Any]
    errMsg: str


class CountResult(Result):
    """`collection.count`."""

    total: int
    errMsg: str


class UpdateStats(Result):
    """How many records an update really modified."""

    updated: int


class UpdateResult(Result):
    """`collection.update` and `document.update`."""

    stats: UpdateStats
    errMsg: str


class SetStats(Result):
    """Exactly one of the two is 1."""

    updated: int
    created: int


class SetResult(Result):
    """`document.set`."""

    _id: str | int
    stats: SetStats
    errMsg: str


class RemoveStats(Result):
    """How many records were removed."""

    removed: int


class RemoveResult(Result):
    """`collection.remove` and `document.remove`."""

    stats: RemoveStats
    errMsg: str


class AggregateResult(Result):
    """`aggregate()…end()`."""

    list: list[dict[str, Any]]
    errMsg: str


class DocChange(Result):
    """What one event of a watch did to one record, and to the list of those that are watched.

    `queueType` is what happened to the list, `dataType` what was done to the record.
    """

    id: int
    queueType: Literal["init", "enqueue", "update", "dequeue"]
    dataType: Literal["init", "add", "update", "replace", "remove", "limit"]
    docId: str | int
    doc: dict[str, Any]
    #: Both only where `dataType` is `update`: by dotted path, what stands there now; what is gone.
    updatedFields: dict[str, Any]
    removedFields: list[str]


class Snapshot(Result):
    """What `onChange` is told: the records that are watched, and what changed."""

    id: int
    docs: list[dict[str, Any]]
    docChanges: list[DocChange]
    #: "init" the first time, JavaScript's `undefined` afterwards.
    type: Literal["init"] | None
    requestId: str
    watchId: str


class CreateCollectionResult(Result):
    """`createCollection` of the server SDK."""

    requestId: str
    errMsg: str


class StartTransactionResult(Result):
    """`startTransaction`, as it comes over the wire."""

    transactionId: str
    errMsg: str


class ProgressEvent(Result):
    """What `onProgressUpdate` is told: per cent and bytes (`Sent` up, `Written` down)."""

    progress: int
    totalBytesSent: int
    totalBytesExpectedToSend: int
    totalBytesWritten: int
    totalBytesExpectedToWrite: int

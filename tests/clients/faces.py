"""The Python faces under the drivers' verbs, so that the table is asked of them, too."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cloud_fake import CloudError, FakeCloud
from cloud_fake.values.geo import Point

__all__ = ["ClientFace", "ServerFace", "outcome"]


class Face:
    """What both SDKs have; `sdk` is either of them."""

    def __init__(self, cloud: FakeCloud, sdk: Any, folder: Path) -> None:
        self._cloud = cloud
        self._sdk = sdk
        self._folder = folder
        self.db = sdk.database()

    def _doc(self, name: str, record_id: str) -> Any:
        return self.db.collection(name).doc(record_id)

    def call(self, name: str, data: Any) -> Any:
        return self._sdk.callFunction(name=name, data=data).result

    def link(self, file_id: str) -> Any:
        (item,) = self._sdk.getTempFileURL(fileList=[file_id]).fileList
        _raise_status(item)
        return self._cloud.fetch(item.tempFileURL).content.decode()

    def deleteFile(self, file_id: str) -> Any:
        (item,) = self._sdk.deleteFile(fileList=[file_id]).fileList
        _raise_status(item)
        return item.fileID

    def add(self, name: str, data: Any) -> Any:
        return self.db.collection(name).add(data=data)["_id"]

    def get(self, name: str, record_id: str) -> Any:
        return self._doc(name, record_id).get().data

    def find(self, name: str, parts: Any) -> Any:
        query = self.db.collection(name)
        for step in ("where", "limit", "field"):
            if step in parts:
                query = getattr(query, step)(parts[step])
        if "order" in parts:
            query = query.orderBy(*parts["order"])
        return query.get().data

    def count(self, name: str, where: Any) -> Any:
        return self.db.collection(name).where(where).count().total

    def set(self, name: str, record_id: str, data: Any) -> Any:
        return self._doc(name, record_id).set(data=data).stats

    def updateOne(self, name: str, record_id: str, data: Any) -> Any:
        return self._doc(name, record_id).update(data=data).stats.updated

    def update(self, name: str, where: Any, data: Any) -> Any:
        return self.db.collection(name).where(where).update(data=data).stats.updated

    def removeOne(self, name: str, record_id: str) -> Any:
        return self._doc(name, record_id).remove().stats.removed

    def remove(self, name: str, where: Any) -> Any:
        return self.db.collection(name).where(where).remove().stats.removed

    def aggregate(self, name: str, stages: Any) -> Any:
        pipeline = self.db.collection(name).aggregate()
        for stage, value in stages:
            pipeline = getattr(pipeline, stage)(value)
        return pipeline.end().list


class ClientFace(Face):
    """`Taro.cloud`."""

    def upload(self, path: str, text: str) -> Any:
        local = self._folder / "file.txt"
        local.write_text(text, encoding="utf-8")
        return self._sdk.uploadFile(cloudPath=path, filePath=local).fileID

    def download(self, file_id: str) -> Any:
        path = self._sdk.downloadFile(fileID=file_id).tempFilePath
        return Path(path).read_text(encoding="utf-8")

    def watch(self, name: str, data: Any) -> Any:
        told: list[Any] = []
        errors: list[CloudError] = []
        records = self.db.collection(name)
        watcher = records.watch(
            onChange=lambda it: told.append([[c.dataType, c.doc["n"]] for c in it.docChanges]),
            onError=errors.append,
        )
        if errors:
            raise errors[0]
        records.add(data=data)
        watcher.close()
        return told


class ServerFace(Face):
    """`wx-server-sdk`."""

    def upload(self, path: str, text: str) -> Any:
        return self._sdk.uploadFile(cloudPath=path, fileContent=text.encode()).fileID

    def download(self, file_id: str) -> Any:
        return self._sdk.downloadFile(fileID=file_id).fileContent.decode()

    def createCollection(self, name: str) -> None:
        self.db.createCollection(name)

    def transact(self, name: str, record_id: str, data: Any) -> Any:
        def change(transaction: Any) -> Any:
            record = transaction.collection(name).doc(record_id)
            record.update(data=data)
            return record.get().data

        return self.db.runTransaction(change)


def _raise_status(item: Any) -> None:
    if item.status:
        raise CloudError(item.status, item.errMsg)


# --- a row on a face -----------------------------------------------------------------------------


def outcome(face: Face, ask: Any) -> dict[str, Any]:
    """What comes of a row, as a driver would tell it."""
    verb, *arguments = ask
    if not hasattr(face, verb):
        return {"absent": True}
    try:
        return {"answer": _shown(getattr(face, verb)(*_revived(arguments, face.db)))}
    except CloudError as error:
        said = {"errCode": error.errCode, "code": error.code, "message": error.message}
        return {"failure": said}


def _revived(value: Any, db: Any) -> Any:
    if isinstance(value, list):
        return [_revived(item, db) for item in value]
    if not isinstance(value, dict):
        return value
    for key, read in _WORDS.items():
        if value.keys() == {key}:
            return read(value[key], db)
    return {key: _revived(item, db) for key, item in value.items()}


def _chained(made: Any, calls: Any, db: Any) -> Any:
    for name, *arguments in calls:
        method = getattr(made, name, None) or getattr(made, f"{name}_")
        made = method(*_revived(arguments, db))
    return made


_WORDS = {
    "_": lambda calls, db: _chained(db.command, calls, db),
    "$": lambda calls, db: _chained(db.command.aggregate, calls, db),
    "date": lambda millis, _db: datetime.fromtimestamp(millis / 1000, UTC),
    "point": lambda place, db: db.Geo.Point(*place),
    "regexp": lambda options, db: db.RegExp(options),
}


def _shown(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"date": round(value.timestamp() * 1000)}
    if isinstance(value, Point):
        return {"point": value.coordinates}
    if isinstance(value, dict):
        shown = {key: _shown(item) for key, item in value.items()}
        return {key: item for key, item in shown.items() if key not in ("_openid", "errMsg")}
    return [_shown(item) for item in value] if isinstance(value, list) else value

"""The Python faces under the drivers' verbs, so that the table is asked of them, too."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from cloud_fake import CloudError, FakeCloud
from tests.conftest import Blocking, blocking

__all__ = ["ClientFace", "Face", "ServerFace"]


class Face:
    """What both SDKs have; the awaitable one of an SDK is made blocking."""

    def __init__(self, cloud: FakeCloud, sdk: Any, folder: Path, *, awaited: bool) -> None:
        self._cloud = cloud
        self._sdk = Blocking(sdk.aio) if awaited else sdk
        self._awaited = awaited
        self._folder = folder
        self.db = self._sdk.database()

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

    def _asked_model(self, verb: str, model: Any, text: str) -> Any:
        asked = {"messages": [{"role": "user", "content": text}]}
        return getattr(model, verb)(self._asking(asked))

    @staticmethod
    def _asking(data: Any) -> Any:
        return data

    def _pieces(self, answer: Any) -> Any:
        stream = answer.textStream
        return asyncio.run(_listed(stream)) if self._awaited else list(stream)

    @property
    def _ai(self) -> Any:
        raise NotImplementedError

    def generateText(self, name: str, text: str) -> Any:
        answer = self._asked_model("generateText", self._ai.createModel(name), text)
        return answer.get("text") or answer.choices[0].message.content

    def streamText(self, name: str, text: str) -> Any:
        return self._pieces(self._asked_model("streamText", self._ai.createModel(name), text))

    def _streamed(self, name: str, text: str) -> Any:
        return self._asked_model("streamText", self._ai.createModel(name), text).textStream

    def _next(self, stream: Any) -> Any:
        return asyncio.run(_first(stream)) if self._awaited else next(stream)

    def streamFirst(self, name: str, text: str) -> Any:
        first = self._next(self._streamed(name, text))
        return [first, *self.call("given", {})]

    def streamCut(self, name: str, text: str) -> Any:
        found: list[Any] = []
        stream = self._streamed(name, text)
        try:
            while True:
                found.append(self._next(stream))
        except CloudError as error:
            return [*found, error.errCode]

    def botSend(self, bot_id: str, text: str) -> Any:
        return self._pieces(self._ai.bot.sendMessage(self._asking({"botId": bot_id, "msg": text})))

    def botGet(self, bot_id: str) -> Any:
        return self._ai.bot.get({"botId": bot_id}).name

    def botList(self) -> Any:
        return self._ai.bot.list({"pageNumber": 1, "pageSize": 10}).total


class ClientFace(Face):
    """`Taro.cloud`."""

    def upload(self, path: str, text: str) -> Any:
        local = self._folder / "file.txt"
        local.write_text(text, encoding="utf-8")
        return self._sdk.uploadFile(cloudPath=path, filePath=str(local)).fileID

    def download(self, file_id: str) -> Any:
        path = self._sdk.downloadFile(fileID=file_id).tempFilePath
        return Path(path).read_text(encoding="utf-8")

    def container(self, service: str, path: str, data: Any) -> Any:
        options = {"path": path, "method": "POST", "data": data}
        return self._sdk.callContainer({**options, "header": {"X-WX-SERVICE": service}}).data

    def socket(self, service: str, text: str) -> Any:
        task = blocking(self._sdk.connectContainer(service=service).socketTask)
        heard: list[Any] = []
        task.onMessage(lambda event: heard.append(event.data))
        task.send(data=text)
        task.close()
        return heard

    def watch(self, name: str, data: Any) -> Any:
        return self._watched(self.db.collection(name), name, data)

    def watchOne(self, name: str, record_id: str, data: Any) -> Any:
        return self._watched(self._doc(name, record_id), name, {"_id": record_id, **data})

    def _watched(self, watched: Any, name: str, data: Any) -> Any:
        told: list[Any] = []
        errors: list[CloudError] = []
        watcher = watched.watch(
            onChange=lambda it: told.append([[c.dataType, c.doc["n"]] for c in it.docChanges]),
            onError=errors.append,
        )
        if errors:
            raise errors[0]
        self.add(name, data)
        watcher.close()
        return told

    @staticmethod
    def _asking(data: Any) -> Any:
        return {"data": data}

    @property
    def _ai(self) -> Any:
        return self._sdk.extend.AI


class ServerFace(Face):
    """`wx-server-sdk`."""

    def upload(self, path: str, text: str) -> Any:
        return self._sdk.uploadFile(cloudPath=path, fileContent=text.encode()).fileID

    def download(self, file_id: str) -> Any:
        return self._sdk.downloadFile(fileID=file_id).fileContent.decode()

    def addMany(self, name: str, data: Any) -> Any:
        return self.db.collection(name).add(data=data)["_ids"]

    def createCollection(self, name: str) -> Any:
        self.db.createCollection(name)
        return self.db.collection(name).get().data

    def transact(self, name: str, record_id: str, data: Any) -> Any:
        # What runs inside is of the face that runs it, and may not block an event loop.
        database = self._cloud.server.database()

        def change(transaction: Any) -> Any:
            record = transaction.collection(name).doc(record_id)
            record.update(data=data)
            return record.get().data

        return database.runTransaction(change)

    def begin(self, name: str, record_id: str, data: Any, end: str) -> Any:
        transaction = self.db.startTransaction()
        transaction.collection(name).doc(record_id).update(data=data)
        getattr(transaction, end)()
        return self.get(name, record_id)["n"]

    def openApi(self, name: str, data: Any) -> Any:
        return _path(self._cloud.server.openapi, name)(data).msgId

    def pay(self, name: str, data: Any) -> Any:
        return _path(self._cloud.server.cloudPay, name)(data).returnCode

    def callOpenApi(self, name: str, data: Any) -> Any:
        return self._sdk.callOpenAPI(api=name, data=data).result["msg_id"]

    def openData(self, ids: Any) -> Any:
        return self._sdk.getOpenData({"list": ids}).list[0]["data"]["phone"]

    @property
    def _ai(self) -> Any:
        return self._sdk.ai()


def _raise_status(item: Any) -> None:
    if item.status:
        raise CloudError(item.status, item.errMsg)


def _path(api: Any, name: str) -> Any:
    for part in name.split("."):
        api = getattr(api, part)
    return api


async def _first(stream: Any) -> Any:
    return await anext(stream)


async def _listed(stream: Any) -> Any:
    return [piece async for piece in stream]

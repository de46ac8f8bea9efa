"""A user's tests, typed as users type them: `mypy --strict` has nothing to say about this file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from cloud_fake import Async, CloudError, FakeCloud, Sync, User


def use(*values: object) -> None:
    """Something that a test does with what it got."""


def test_the_blocking_face(cloud: FakeCloud) -> None:
    cloud.init(env="dev", traceUser=True)
    answer = cloud.callFunction(name="add", data={"x": 1, "y": 2})
    total: Any = answer.result
    message: str = answer.errMsg
    use(total, message, answer["result"])
    file_id: str = cloud.uploadFile(cloudPath="a.png", filePath="a.png").fileID
    url: str = cloud.getTempFileURL(fileList=[file_id]).fileList[0].tempFileURL
    status: int = cloud.deleteFile(fileList=[file_id]).fileList[0].status
    path: str = cloud.downloadFile(fileID=file_id).tempFilePath
    use(url, status, path)


def test_the_database(cloud: FakeCloud) -> None:
    db = cloud.database()
    _ = db.command
    todos = db.collection("todos")
    milk: str | int = todos.add(data={"text": "milk", "at": db.serverDate()})._id
    record: dict[str, Any] = todos.doc(milk).get().data
    query = todos.where({"n": _.gt(1).and_(_.lt(5))}).orderBy("n", "desc").skip(1).limit(5)
    records: list[dict[str, Any]] = query.field({"n": True}).get().data
    count: int = query.count().total
    updated: int = todos.doc(milk).update(data={"n": _.inc(1)}).stats.updated
    removed: int = query.remove().stats.removed
    groups: list[dict[str, Any]] = todos.aggregate().match({"n": 1}).end().list
    use(record, records, count, updated, removed, groups)


def test_the_other_forms(cloud: FakeCloud) -> None:
    answer = cloud.callFunction({"name": "add", "data": {"x": 1}})
    message: str = answer.errMsg
    nothing: None = cloud.callFunction(name="add", success=print, fail=print, complete=print)
    task = cloud.uploadFile(cloudPath="a", filePath="b", success=print)
    task.onProgressUpdate(lambda event: use(event.progress))
    task.abort()
    use(message, nothing)


async def test_the_awaitable_face(cloud: FakeCloud) -> None:
    answer = await cloud.aio.callFunction(name="add", data={"x": 1})
    message: str = answer.errMsg
    todos = cloud.aio.database().collection("todos")
    milk: str | int = (await todos.add(data={"text": "milk"}))._id
    record: dict[str, Any] = (await todos.doc(milk).get()).data
    records: list[dict[str, Any]] = (await todos.where({"n": 1}).get()).data
    use(message, record, records)


def test_other_users_and_the_server(cloud: FakeCloud) -> None:
    bob: User = cloud.as_user("o-bob")
    bob.database().collection("todos").get()
    content: bytes = cloud.server.downloadFile(fileID="cloud://a").fileContent
    identity: dict[str, Any] = cloud.server.getWXContext()
    use(content, identity)


@pytest.mark.cloud(collections=["todos"], freeze="2026-03-04")
def test_the_test_s_side(cloud: FakeCloud, cloud_factory: Callable[..., FakeCloud]) -> None:
    @cloud.function("add", timeout=3)
    def add(event: dict[str, Any], context: Any) -> int:
        return int(event["x"]) + 1

    assert add({"x": 1}, None) == 2
    ids: dict[str, list[str | int]] = cloud.seed({"todos": [{"text": "milk"}]})
    moment: datetime = cloud.clock.advance(minutes=11)
    cloud.clock.advance(timedelta(hours=1))
    with cloud.faults.fail("database.todos.get", code=-502001, times=1, optional=True) as rule:
        assert rule.fired == 0
    names: list[str] = [call.name for call in cloud.calls.to("database.*")]
    state = cloud.snapshot()
    cloud.restore(state)
    child: FakeCloud = cloud.fork()
    code: int = child.fetch("https://x").status_code
    with cloud_factory(openid="o-bob") as other:
        other.reset()
    use(ids, moment, names, code)


async def test_other_environments(cloud: FakeCloud) -> None:
    shared = cloud.aio.Cloud(resourceAppid="wx-owner", resourceEnv="theirs")
    verdict = await shared.init()
    if verdict is not None:
        granted: int = verdict.errCode
        use(granted)
    again: int = (await shared.refreshAuth()).errCode
    own = cloud.Cloud(resourceEnv="prod")
    own.init()
    total: int = own.database().collection("todos").count().total
    use(again, total)


async def test_models(cloud: FakeCloud) -> None:
    for text in cloud.extend.AI.createModel("m").streamText(data={}).textStream:
        piece: str = text
        use(piece)
    answer = await cloud.aio.extend.AI.createModel("m").streamText(data={})
    async for event in answer.eventStream:
        data: str = event["data"]
        use(data)


def test_errors(cloud: FakeCloud) -> None:
    try:
        cloud.callFunction(name="nope")
    except CloudError as error:
        code: int = error.errCode
        text: str = error.errMsg
        request: str | None = error.requestID
        use(code, text, request)


def name_of(mode: type[Sync | Async]) -> str:
    return mode.__name__

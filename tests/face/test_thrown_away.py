"""A cloud that is let go is gone at once: nothing of it waits for the garbage collector."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cloud_fake import FakeCloud

Use = Callable[[FakeCloud, Path], object]


def adds_and_gets(cloud: FakeCloud, _folder: Path) -> None:
    todos = cloud.database().collection("todos")
    added = todos.add(data={"text": "milk"})["_id"]
    assert todos.doc(added).get()["data"]["text"] == "milk"


def queries_and_updates(cloud: FakeCloud, _folder: Path) -> None:
    db = cloud.server.database()
    cloud.seed({"todos": [{"n": n, "tags": ["a"]} for n in range(5)]})
    _ = db.command
    assert (
        len(db.collection("todos").where({"n": _.gte(2)}).orderBy("n", "desc").get()["data"]) == 3
    )
    db.collection("todos").where({"n": 1}).update(data={"tags": _.push("b")})
    assert db.collection("todos").aggregate().group({"_id": "$tags"}).end()["list"]


def calls_a_function(cloud: FakeCloud, _folder: Path) -> None:
    def greet(event: Any, context: Any) -> str:
        context.instance["calls"] = context.instance.get("calls", 0) + 1
        context.cloud.database().collection("todos").count()
        return f"hello {event['name']} for the {context.instance['calls']}. time"

    cloud.register_function("greet", greet)
    for _ in range(2):
        answer = cloud.callFunction(name="greet", data={"name": "Ada"})["result"]
    assert answer == "hello Ada for the 2. time"


def moves_files(cloud: FakeCloud, folder: Path) -> None:
    (folder / "milk.txt").write_text("milk")
    file = cloud.uploadFile(cloudPath="milk.txt", filePath=str(folder / "milk.txt"))["fileID"]
    assert cloud.getTempFileURL(fileList=[file])["fileList"][0]["status"] == 0
    cloud.downloadFile(fileID=file)
    cloud.server.downloadFile(fileID=file)


def lets_time_pass(cloud: FakeCloud, folder: Path) -> None:
    adds_and_gets(cloud, folder)
    cloud.clock.freeze()
    cloud.clock.advance(minutes=5)
    adds_and_gets(cloud, folder)


def goes_back(cloud: FakeCloud, folder: Path) -> None:
    was = cloud.snapshot()
    adds_and_gets(cloud, folder)
    cloud.restore(was)
    adds_and_gets(cloud.fork(), folder)
    with cloud.fork() as other:
        adds_and_gets(other.as_user("o-bob"), folder)


def runs_a_transaction(cloud: FakeCloud, _folder: Path) -> None:
    def write(transaction: Any) -> None:
        transaction.collection("todos").add(data={"n": 1})

    cloud.server.database().runTransaction(write)


def is_awaited(cloud: FakeCloud, _folder: Path) -> None:
    async def app() -> None:
        todos = cloud.aio.database().collection("todos")
        added = (await todos.add(data={"n": 1}))["_id"]
        await asyncio.gather(todos.doc(added).get(), todos.count())

    asyncio.run(app())


def calls_back(cloud: FakeCloud, _folder: Path) -> None:
    told: list[object] = []
    cloud.database().collection("todos").add(data={"n": 1}, success=told.append)
    assert told


def keeps_a_short_timeline(_cloud: FakeCloud, folder: Path) -> None:
    brief = FakeCloud(env="dev-1a2b3c", collections=["todos"], timeline_limit=2)
    for _ in range(5):
        adds_and_gets(brief, folder)
    assert len(brief.calls) < 5


def is_looked_after(cloud: FakeCloud, folder: Path) -> None:
    """What pytest does with the cloud of every test."""
    adds_and_gets(cloud, folder)
    assert cloud.faults.unused() == []
    cloud.conclude()
    assert (cloud.faults.tally(), cloud.sometimes_held) == ({}, {})
    assert cloud.calls.names == ["database.todos.add", "database.todos.get"]
    assert len(cloud.calls) == 2


@pytest.fixture
def uncollected() -> Iterator[Callable[[], list[str]]]:
    """What the collector finds of the house, which has been off since the test began."""

    def found() -> list[str]:
        gc.set_debug(gc.DEBUG_SAVEALL)
        gc.collect()
        mine = [thing for thing in gc.garbage if type(thing).__module__.startswith("cloud_fake")]
        return [type(thing).__qualname__ for thing in mine]

    gc.collect()
    gc.disable()
    yield found
    gc.set_debug(0)
    gc.garbage.clear()
    gc.enable()


@pytest.mark.parametrize(
    "use",
    [
        adds_and_gets,
        queries_and_updates,
        calls_a_function,
        moves_files,
        lets_time_pass,
        goes_back,
        runs_a_transaction,
        is_awaited,
        calls_back,
        keeps_a_short_timeline,
        is_looked_after,
    ],
)
def test_a_cloud_that_nobody_holds_leaves_nothing_behind(
    use: Use, uncollected: Callable[[], list[str]], tmp_path: Path
) -> None:
    use(FakeCloud(env="dev-1a2b3c", collections=["todos"]), tmp_path)  # loads what it needs
    uncollected()
    gc.garbage.clear()
    use(FakeCloud(env="dev-1a2b3c", collections=["todos"]), tmp_path)
    assert uncollected() == []


def test_calls_that_somebody_has_seen_know_each_other_without_their_cloud(
    uncollected: Callable[[], list[str]], tmp_path: Path
) -> None:
    cloud = FakeCloud(env="dev-1a2b3c", collections=["todos"])
    for _ in range(3):
        cloud.database().collection("todos").count()
    call = cloud.calls[1]
    del cloud
    assert (call.attempt, [other.number for other in call.retries()]) == (2, [1, 3])
    assert "World" not in uncollected()

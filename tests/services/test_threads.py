"""Many at once: threads and tasks on one cloud lose nothing, clouds never see each other."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from cloud_fake import CloudError, FakeCloud

THREADS = 8
ROUNDS = 25


@pytest.fixture(autouse=True)
def impatient_interpreter() -> Iterator[None]:
    """Threads take turns as often as can be, so that what can go wrong does."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


def hammer(work: Callable[[int], Any]) -> list[Any]:
    """Do the work in all threads, which begin at once; the answers in the threads' order."""
    barrier = Barrier(THREADS)

    def begin(number: int) -> Any:
        barrier.wait()
        return work(number)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(begin, range(THREADS)))


def flat(lists: list[list[Any]]) -> list[Any]:
    return [item for items in lists for item in items]


def test_no_increment_is_lost(world: FakeCloud) -> None:
    world.seed({"todos": [{"_id": "counter", "n": 0}]})
    _ = world.database().command

    def work(number: int) -> None:
        counter = world.database().collection("todos").doc("counter")
        for _round in range(ROUNDS):
            assert counter.update(data={"n": _.inc(1)}).stats.updated == 1

    hammer(work)
    record = world.database().collection("todos").doc("counter").get().data
    assert record["n"] == THREADS * ROUNDS


def test_no_increment_is_lost_on_awaitable_faces_either(world: FakeCloud) -> None:
    world.seed({"todos": [{"_id": "counter", "n": 0}]})
    _ = world.database().command

    async def rounds() -> None:
        counter = world.aio.database().collection("todos").doc("counter")
        await asyncio.gather(*(counter.update(data={"n": _.inc(1)}) for _round in range(ROUNDS)))

    hammer(lambda number: asyncio.run(rounds()))
    record = world.database().collection("todos").doc("counter").get().data
    assert record["n"] == THREADS * ROUNDS


def test_no_record_is_lost_and_every_id_is_its_own(world: FakeCloud) -> None:
    def work(number: int) -> list[str]:
        todos = world.as_user(f"o-{number}").database().collection("todos")
        return [todos.add(data={"n": n})["_id"] for n in range(ROUNDS)]

    ids = hammer(work)
    assert len(set(flat(ids))) == THREADS * ROUNDS
    assert world.server.database().collection("todos").count().total == THREADS * ROUNDS
    for number, own in enumerate(ids):
        mine = world.as_user(f"o-{number}").database().collection("todos")
        assert mine.count().total == ROUNDS
        assert [record["_id"] for record in mine.get().data] == own[:20]


def test_no_item_of_a_list_is_lost(world: FakeCloud) -> None:
    world.seed({"todos": [{"_id": "list", "items": []}]})
    _ = world.database().command

    def work(number: int) -> None:
        record = world.database().collection("todos").doc("list")
        for n in range(ROUNDS):
            record.update(data={"items": _.push([[number, n]])})

    hammer(work)
    items = world.database().collection("todos").doc("list").get().data["items"]
    assert len(items) == THREADS * ROUNDS
    for number in range(THREADS):
        assert [n for of, n in items if of == number] == list(range(ROUNDS))


def test_one_of_all_makes_a_record_of_the_same_id(world: FakeCloud) -> None:
    def work(number: int) -> list[int]:
        todos = world.server.database().collection("todos")
        won, lost = [], []
        for n in range(ROUNDS):
            try:
                todos.add(data={"_id": n, "by": number})
            except CloudError as error:
                lost.append(error.errCode)
            else:
                won.append(n)
        assert set(lost) <= {-502001}
        return won

    won = hammer(work)
    assert sorted(flat(won)) == list(range(ROUNDS))
    for record in world.server.database().collection("todos").get().data:
        assert record["_id"] in won[record["by"]]


def test_no_file_is_lost(world: FakeCloud, tmp_path: Path) -> None:
    def work(number: int) -> list[tuple[str, bytes]]:
        sent = []
        for n in range(ROUNDS):
            content = f"{number} {n}".encode()
            (tmp_path / f"{number}-{n}").write_bytes(content)
            answer = world.uploadFile(
                cloudPath=f"{number}/{n}.txt", filePath=str(tmp_path / f"{number}-{n}")
            )
            sent.append((answer.fileID, content))
        return sent

    sent = flat(hammer(work))
    for file_id, content in sent:
        assert world.server.downloadFile(fileID=file_id).fileContent == content
    assert len({file_id for file_id, _ in sent}) == THREADS * ROUNDS


def test_an_overwritten_file_is_one_of_those_that_were_sent(
    world: FakeCloud, tmp_path: Path
) -> None:
    def work(number: int) -> None:
        local = tmp_path / str(number)
        local.write_bytes(bytes([number]) * 100_000)
        for _ in range(ROUNDS):
            world.uploadFile(cloudPath="a.bin", filePath=str(local))

    hammer(work)
    file_id = "cloud://dev-1a2b3c.6465-dev-1a2b3c-1250000000/a.bin"
    content = world.server.downloadFile(fileID=file_id).fileContent
    assert content == bytes([content[0]]) * 100_000


def test_every_download_is_a_file_of_its_own(world: FakeCloud) -> None:
    file_id = world.server.uploadFile(cloudPath="a.txt", fileContent=b"hello").fileID

    def work(number: int) -> list[str]:
        return [world.downloadFile(fileID=file_id).tempFilePath for _ in range(ROUNDS)]

    paths = [Path(path) for path in flat(hammer(work))]
    assert len(set(paths)) == THREADS * ROUNDS
    assert {path.read_bytes() for path in paths} == {b"hello"}
    assert len({path.parent for path in paths}) == 1
    world.close()
    assert not any(path.exists() for path in paths)


@pytest.mark.parametrize("kind", ["plain", "async"])
def test_every_function_call_is_its_own(kind: str, world: FakeCloud) -> None:
    def plain(event: Any, context: Any) -> list[Any]:
        context.cloud.database().collection("todos").add(data={"by": event["number"]})
        return [event["number"], event["userInfo"]["openId"], context.request_id]

    async def waiting(event: Any, context: Any) -> list[Any]:
        await asyncio.sleep(0)
        return plain(event, context)

    world.register_function("echo", plain if kind == "plain" else waiting)

    def work(number: int) -> list[Any]:
        user = world.as_user(f"o-{number}")
        answers = [user.callFunction(name="echo", data={"number": number}) for _ in range(ROUNDS)]
        return [[*answer.result, answer.requestID] for answer in answers]

    answers = hammer(work)
    for number, own in enumerate(answers):
        assert {(of, openid) for of, openid, *_ in own} == {(number, f"o-{number}")}
    assert all(seen == told for *_, seen, told in flat(answers))
    assert len({told for *_, told in flat(answers)}) == THREADS * ROUNDS
    assert world.server.database().collection("todos").count().total == THREADS * ROUNDS


def test_no_delayed_task_is_lost(world: FakeCloud) -> None:
    world.register_function("late", lambda event, context: event["n"])

    def work(number: int) -> None:
        later = world.server.openapi.cloudbase.addDelayedFunctionTask
        for n in range(ROUNDS):
            data = json.dumps({"n": number * ROUNDS + n})
            later(functionName="late", data=data, delayTime=10)

    hammer(work)
    world.clock.advance(seconds=11)
    runs = world.calls.to("delayed.late")
    assert sorted(run.result["result"] for run in runs) == list(range(THREADS * ROUNDS))


def test_the_timeline_has_every_call_once(world: FakeCloud) -> None:
    hammer(lambda number: [world.database().collection("todos").count() for _ in range(ROUNDS)])
    assert [call.number for call in world.calls] == list(range(1, THREADS * ROUNDS + 1))
    assert all(call.ok for call in world.calls)


def test_a_fault_strikes_as_often_as_it_says(world: FakeCloud) -> None:
    world.faults.fail("database.todos.count", code=-501004, times=10)

    def work(number: int) -> list[int]:
        struck = []
        for _ in range(ROUNDS):
            try:
                world.database().collection("todos").count()
            except CloudError as error:
                struck.append(error.errCode)
        return struck

    assert flat(hammer(work)) == [-501004] * 10


def test_snapshots_taken_meanwhile_are_whole(world: FakeCloud) -> None:
    """Every update writes two fields at once; no moment shows one without the other."""
    world.seed({"todos": [{"_id": "pair", "a": 0, "b": 0}]})
    _ = world.database().command

    def work(number: int) -> bool:
        pair = world.database().collection("todos").doc("pair")
        whole = True
        for _round in range(ROUNDS):
            if number % 2:
                pair.update(data={"a": _.inc(1), "b": _.inc(1)})
            else:
                record = world.fork().database().collection("todos").doc("pair").get().data
                whole = whole and record["a"] == record["b"]
        return whole

    assert hammer(work) == [True] * THREADS
    record = world.database().collection("todos").doc("pair").get().data
    assert record["a"] == record["b"] == THREADS * ROUNDS / 2


def test_two_clouds_never_see_each_other() -> None:
    clouds = [FakeCloud(env="dev-1a2b3c", collections=["todos"], seed=7) for _ in range(2)]

    def work(number: int) -> list[str]:
        todos = clouds[number % 2].database().collection("todos")
        return [todos.add(data={"cloud": number % 2})["_id"] for _ in range(ROUNDS)]

    hammer(work)
    for number, cloud in enumerate(clouds):
        todos = cloud.database().collection("todos")
        assert todos.count().total == THREADS * ROUNDS / 2
        assert todos.where({"cloud": 1 - number}).count().total == 0


@pytest.mark.parametrize("many", [2, 200])
def test_many_awaited_calls_at_once(many: int, world: FakeCloud, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a")
    world.register_function("echo", lambda event, context: event["n"])

    async def app() -> tuple[list[str], list[int], list[str]]:
        cloud = world.aio
        todos = cloud.database().collection("todos")
        added, called, sent = await asyncio.gather(
            asyncio.gather(*(todos.add(data={"n": n}) for n in range(many))),
            asyncio.gather(*(cloud.callFunction(name="echo", data={"n": n}) for n in range(many))),
            asyncio.gather(
                *(
                    cloud.uploadFile(cloudPath=f"{n}.txt", filePath=str(tmp_path / "a"))
                    for n in range(many)
                )
            ),
        )
        return (
            [answer["_id"] for answer in added],
            [answer.result for answer in called],
            [answer.fileID for answer in sent],
        )

    ids, results, files = asyncio.run(app())
    assert len(set(ids)) == many
    assert results == list(range(many))
    assert len(set(files)) == many
    assert world.database().collection("todos").count().total == many

"""Delivery: twice, not whole, or without an answer; and lists of which some items fail."""

# ruff: noqa: E501 - a row of a table is one line
from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from cloud_fake import FakeCloud, MisuseError
from tests.faults.acts import ACTS, error_of, fails, records

# --- answers -------------------------------------------------------------------------------------

LATE = [
    ("lost_reply", 0, False),
    ("late_reply(seconds=5)", 5, True),
    ("late_reply", 60, False),
    ("late_reply(seconds=600)", 60, False),
]


@pytest.mark.parametrize("name", ACTS)
@pytest.mark.parametrize(("effect", "seconds", "is_heard"), LATE)
def test_the_work_is_done_whatever_becomes_of_the_answer(
    busy: FakeCloud, app: Any, name: str, effect: str, seconds: int, is_heard: bool
) -> None:
    began = busy.clock.now()
    busy.faults.add(f"{name}: {effect} once")
    if is_heard:
        ACTS[name].do(app)
    else:
        assert "request:fail timeout" in error_of(ACTS[name].do, app).errMsg
    assert ACTS[name].done(busy) == 1
    assert busy.clock.now() - began == dt.timedelta(seconds=seconds)


def test_the_answer_to_a_call_that_fails_anyway_is_not_lost(world: FakeCloud, todos: Any) -> None:
    world.seed({"todos": [{"_id": "x"}]})
    rule = world.faults.on("database.todos.add").lost_reply().once()
    assert error_of(todos.add, data={"_id": "x"}).errCode == -502001
    assert rule.fired == 0
    assert fails(todos.add, data={"_id": "y"})
    assert rule.fired == 1


# --- twice ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["executed_twice", "duplicate"])
@pytest.mark.parametrize(("name", "done"), [("database.todos.add", 2), ("function.pay", 2)])
def test_what_is_delivered_twice_is_done_twice(
    busy: FakeCloud, app: Any, word: str, name: str, done: int
) -> None:
    busy.faults.add(f"{name}: {word} once")
    ACTS[name].do(app)
    assert ACTS[name].done(busy) == done
    ACTS[name].do(app)
    assert ACTS[name].done(busy) == done + 1


def test_an_upload_that_is_delivered_twice_is_one_file(busy: FakeCloud, app: Any) -> None:
    rule = busy.faults.on("storage.upload").executed_twice()
    assert ACTS["storage.upload"].do(app)["statusCode"] == 200
    assert ACTS["storage.upload"].done(busy) == 1
    assert rule.fired == 1


def test_the_second_answer_is_the_one_that_is_seen(busy: FakeCloud, app: Any, todos: Any) -> None:
    busy.faults.on("database.todos.add").executed_twice()
    error = error_of(todos.add, data={"_id": "mine"})
    assert error.errCode == -502001  # E11000: the first one has taken the id
    assert len(records(busy, _id="mine")) == 1
    busy.faults.heal()
    busy.faults.on("database.todos.remove").executed_twice()
    error = error_of(todos.doc("mine").remove)
    assert "cannot remove document" in error.errMsg
    assert records(busy, _id="mine") == []


def test_a_first_delivery_that_fails_does_not_keep_the_second_away(
    world: FakeCloud, app: Any
) -> None:
    calls: list[int] = []

    @world.function("flaky")
    def flaky(event: Any, context: Any) -> int:
        calls.append(len(calls))
        if len(calls) == 1:
            raise ValueError("not yet")
        return len(calls)

    world.faults.on("function.flaky").executed_twice()
    assert app.callFunction(name="flaky")["result"] == 2


def test_each_delivery_has_an_event_and_a_request_id_of_its_own(world: FakeCloud, app: Any) -> None:
    seen: list[tuple[Any, str]] = []

    @world.function("mark")
    def mark(event: Any, context: Any) -> None:
        seen.append((event["tags"].copy(), context.request_id))
        event["tags"].append("seen")

    world.faults.on("function.mark").executed_twice()
    app.callFunction(name="mark", data={"tags": ["new"]})
    assert [tags for tags, _ in seen] == [["new"], ["new"]]
    assert len({request_id for _, request_id in seen}) == 2


def test_every_delivery_is_an_event_of_a_watch(world: FakeCloud, todos: Any) -> None:
    heard: list[int] = []
    todos.watch(onChange=lambda snapshot: heard.append(len(snapshot["docs"])), onError=print)
    world.faults.on("database.todos.add").executed_twice()
    todos.add(data={})
    assert heard == [0, 1, 2]


def test_a_watch_that_is_begun_twice_is_one_watch(world: FakeCloud, todos: Any) -> None:
    heard: list[Any] = []
    world.faults.on("watch.todos").executed_twice()
    watcher = todos.watch(onChange=lambda it: heard.append(it["type"]), onError=print)
    todos.add(data={})
    assert heard == ["init", "init", None]
    watcher.close()
    todos.add(data={})
    assert len(heard) == 3


# --- files that pass in part ---------------------------------------------------------------------


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A file of a hundred kilobytes."""
    path = tmp_path / "picture.jpg"
    path.write_bytes(bytes(range(250)) * 400)
    return path


def progress(app: Any, call: str, **options: Any) -> tuple[list[int], list[str]]:
    """How far a transfer got by its progress events, and what it failed with."""
    failures: list[str] = []
    fail = {"fail": lambda error: failures.append(error.errMsg), "complete": lambda answer: None}
    task = getattr(app, call)(**options, **fail)
    events: list[int] = []
    task.onProgressUpdate(lambda event: events.append(event["progress"]))
    return events, failures


#: How much of the hundred kilobytes passes, and which progress is told.
PARTS = [
    ("part=0.0", []),
    ("part=0.12", [5, 10, 12]),
    ("part=0.4", [5, 10, 15, 20, 25, 30, 35, 40]),
    ("bytes=0", []),
    ("bytes=7500", [5, 7]),
    ("bytes=12000", [5, 10, 12]),
    ("bytes=12000, part=0.9", [5, 10, 12]),
    ("bytes=1000000", [*range(5, 101, 5)]),
]


@pytest.mark.parametrize(("part", "events"), PARTS)
@pytest.mark.parametrize(("word", "seconds"), [("partial", 0), ("stuck", 60)])
@pytest.mark.parametrize("call", ["uploadFile", "downloadFile"])
def test_progress_stops_where_the_line_does(
    world: FakeCloud,
    picture: Path,
    call: str,
    word: str,
    seconds: int,
    part: str,
    events: list[int],
) -> None:
    file_id = world.uploadFile(cloudPath="a.jpg", filePath=str(picture)).fileID
    verb, options = {
        "uploadFile": ("upload", {"cloudPath": "b.jpg", "filePath": str(picture)}),
        "downloadFile": ("download", {"fileID": file_id}),
    }[call]
    began = world.clock.now()
    world.faults.add(f"storage.{verb}: {word}({part}) once")
    seen, failures = progress(world, call, **options)
    assert (seen, len(failures)) == (events, 1)
    assert failures[0].endswith(f"cloud.{call}:fail request:fail timeout")
    assert world.clock.now() - began == dt.timedelta(seconds=seconds)
    assert progress(world, call, **options)[0][-1] == 100


@pytest.mark.parametrize("word", ["partial", "stuck"])
def test_nothing_is_stored_of_half_an_upload(busy: FakeCloud, app: Any, word: str) -> None:
    busy.faults.add(f"storage.upload: {word} once")
    assert fails(ACTS["storage.upload"].do, app)
    assert ACTS["storage.upload"].done(busy) == 0


def test_half_an_upload_leaves_the_file_that_was_there(
    world: FakeCloud, app: Any, tmp_path: Path
) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_bytes(b"old")
    new.write_bytes(b"new")
    file_id = app.uploadFile(cloudPath="a", filePath=str(old))["fileID"]
    world.faults.on("storage.upload").partial(part=0.9)
    assert fails(app.uploadFile, cloudPath="a", filePath=str(new))
    path = app.downloadFile(fileID=file_id)["tempFilePath"]
    assert Path(path).read_bytes() == b"old"


@pytest.mark.parametrize("word", ["partial", "stuck"])
def test_the_server_sdk_s_transfers_break_too(world: FakeCloud, face: Any, word: str) -> None:
    server = face(world.server)
    file_id = server.uploadFile(cloudPath="a", fileContent=b"abc")["fileID"]
    world.faults.add(f"storage.*: {word}")
    error = error_of(server.uploadFile, cloudPath="b", fileContent=b"abc")
    assert error.errMsg == "uploadFile:fail request:fail timeout"
    error = error_of(server.downloadFile, fileID=file_id)
    assert error.errMsg == "downloadFile:fail request:fail timeout"


# --- lists of which some items fail --------------------------------------------------------------


def uploaded(world: FakeCloud, n: int) -> list[str]:
    return [world.server.uploadFile(cloudPath=f"{k}", fileContent=b"x").fileID for k in range(n)]


#: The rule's options; what the client reads of the item; what the server SDK reads of it.
DELETED = [
    ("", (-503001, "STORAGE_REQUEST_FAIL"), (-503001, "storage request fail")),
    (', code="permission"', (-503002, "STORAGE_EXCEED_AUTHORITY"), (-503002, "storage permission denied")),
    (", code=-501001", (-501001, "SYS_ERR"), (-501001, "resource system error")),
]  # fmt: skip


@pytest.mark.parametrize(("options", "client", "server"), DELETED)
@pytest.mark.parametrize("side", ["client", "server"])
def test_one_of_fifty_is_not_deleted(
    world: FakeCloud, face: Any, side: str, options: str, client: Any, server: Any
) -> None:
    ids = uploaded(world, 50)
    sdk = face(world.server if side == "server" else world)
    world.set_storage_permission({"read": True, "write": True})
    world.faults.add(f"storage.delete: fail_items(items=[7]{options})")
    answer = sdk.deleteFile(fileList=ids)
    said = [(item["status"], item["errMsg"]) for item in answer["fileList"]]
    assert said == [(0, "ok")] * 6 + [server if side == "server" else client] + [(0, "ok")] * 43
    left = world.fork().server.getTempFileURL(fileList=ids).fileList
    assert [item.status for item in left].count(0) == 1
    assert left[6].status == 0


@pytest.mark.parametrize(
    ("side", "status", "text"),
    [("client", 1, "STORAGE_REQUEST_FAIL"), ("server", -503001, "storage request fail")],
)
def test_some_links_are_not_made(
    world: FakeCloud, face: Any, side: str, status: int, text: str
) -> None:
    ids = uploaded(world, 4)
    sdk = face(world.server if side == "server" else world)
    world.faults.on("storage.getTempFileURL").fail_items([2, 4])
    items = sdk.getTempFileURL(fileList=ids)["fileList"]
    assert [item["status"] for item in items] == [0, status, 0, status]
    assert (items[1]["tempFileURL"], items[1]["errMsg"]) == ("", text)
    assert items[0]["tempFileURL"].startswith("https://")


def test_the_others_of_a_list_of_records_stand(world: FakeCloud, face: Any) -> None:
    todos = face(world.server).database().collection("todos")
    world.faults.on("database.todos.add").fail_items([2]).once()
    error = error_of(todos.add, data=[{"n": 1}, {"n": 2}, {"n": 3}])
    assert error.errCode == -502001
    assert "database request fail" in error.errMsg
    assert [record["n"] for record in records(world)] == [1, 3]
    assert len(todos.add(data=[{"n": 4}, {"n": 5}])["_ids"]) == 2


def test_a_list_that_is_too_short_is_left_alone(world: FakeCloud, app: Any) -> None:
    ids = uploaded(world, 8)
    world.set_storage_permission({"read": True, "write": True})
    rule = world.faults.on("storage.delete").fail_items([7]).once()
    app.deleteFile(fileList=ids[:1])
    assert rule.fired == 0
    items = app.deleteFile(fileList=ids[1:])["fileList"]
    assert [item["status"] for item in items] == [0] * 6 + [-503001]


def test_of_two_rules_about_one_item_the_newer_counts(world: FakeCloud, app: Any) -> None:
    ids = uploaded(world, 2)
    world.faults.on("storage.delete").fail_items([1, 2], code=-503001)
    world.faults.on("storage.delete").fail_items([2], code=-503003)
    items = app.deleteFile(fileList=ids)["fileList"]
    assert [item["status"] for item in items] == [-503001, -503003]


MISTAKES = [
    ("storage.upload", "partial(part=1)", "partial() takes a part, at least 0 and below 1, not 1"),
    ("storage.upload", "partial(bytes=-1)", "partial() takes a whole number, 0 or more, not -1"),
    ("storage.upload", "stuck(bytes=0.5)", "stuck() takes a whole number, 0 or more, not 0.5"),
    ("storage.upload", "stuck(part=-0.1)", "stuck() takes a part, at least 0 and below 1, not -0.1"),
    ("storage.delete", "fail_items(items=[])", "items are counted from 1, not []"),
    ("storage.delete", "fail_items(items=[0])", "items are counted from 1, not [0]"),
    ("storage.delete", 'fail_items(items=["1"])', "items are counted from 1, not ['1']"),
    ("storage.delete", 'fail_items(code="permision")', "no error is called 'permision'; did you mean 'permission'?"),
    ("*", "late_reply(seconds=-1)", "late_reply() takes seconds, 0 or more, not -1"),
    ("database.todos.add", "partial", "partial strikes storage.upload, storage.download, and nothing of 'database.todos.add'"),
    ("storage.upload", "fail_items", "fail_items strikes storage.getTempFileURL, storage.delete, database.*.add, and nothing of 'storage.upload'"),
]  # fmt: skip


@pytest.mark.parametrize(("pattern", "effect", "text"), MISTAKES)
def test_mistakes(world: FakeCloud, pattern: str, effect: str, text: str) -> None:
    with pytest.raises(MisuseError) as caught:
        world.faults.add(f"{pattern}: {effect}")
    assert str(caught.value) == text
    assert world.faults.rules == ()

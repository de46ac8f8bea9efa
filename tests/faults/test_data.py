"""Data: answers that are old, broken or not all there; writes that clash."""

# ruff: noqa: E501 - a row of a table is one line
from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cloud_fake import FakeCloud, MisuseError
from tests.faults.acts import error_of, fails, records

# --- stale reads ---------------------------------------------------------------------------------


def texts(todos: Any) -> list[str]:
    return [record["text"] for record in todos.get()["data"]]


def test_a_stale_read_sees_what_was(world: FakeCloud, todos: Any) -> None:
    world.faults.on("database.todos.get").stale_read(lag=10)
    for text in ("a", "b", "c"):
        todos.add(data={"text": text})
        world.clock.advance(5)
    assert texts(todos) == ["a", "b"]  # c is five seconds old
    world.clock.advance(5)
    assert texts(todos) == ["a", "b", "c"]


def test_nothing_is_older_than_the_rule(world: FakeCloud, todos: Any) -> None:
    todos.add(data={"text": "before"})
    world.faults.on("database.todos.get").stale_read(lag=3600)
    todos.add(data={"text": "after"})
    assert texts(todos) == ["before"]


def test_every_kind_of_read_is_stale_and_no_write_is(world: FakeCloud, todos: Any) -> None:
    world.seed({"todos": [{"_id": "x", "n": 1}]})
    world.faults.on("database.todos.*").stale_read(lag=60)
    todos.doc("x").update(data={"n": 2})
    assert todos.doc("x").get()["data"]["n"] == 1
    assert todos.where({"n": 2}).count()["total"] == 0
    assert [it["n"] for it in todos.aggregate().match({"_id": "x"}).end()["list"]] == [1]
    assert todos.where({"n": 2}).update(data={"n": 3})["stats"]["updated"] == 1
    assert [record["n"] for record in records(world)] == [3]


def test_a_stale_read_changes_nothing(world: FakeCloud, todos: Any) -> None:
    todos.add(data={"text": "old"})
    rule = world.faults.on("database.todos.get").stale_read(lag=60)
    todos.add(data={"text": "new"})
    assert texts(todos) == ["old"]
    rule.stop()
    assert texts(todos) == ["old", "new"]


def test_what_the_console_does_is_seen_late_too(world: FakeCloud, todos: Any) -> None:
    world.faults.on("database.todos.get").stale_read(lag=10)
    world.seed({"todos": [{"text": "seeded"}]})
    assert texts(todos) == []
    world.clock.advance(10)
    assert texts(todos) == ["seeded"]
    state = world.snapshot()
    todos.add(data={"text": "more"})
    world.clock.advance(10)
    world.restore(state)
    assert texts(todos) == ["seeded", "more"]
    world.clock.advance(10)
    assert texts(todos) == ["seeded"]


def test_links_and_files_are_stale(world: FakeCloud, app: Any, tmp_path: Path) -> None:
    server = world.server
    file_id = server.uploadFile(cloudPath="a", fileContent=b"old").fileID
    world.faults.on("storage.*").stale_read(lag=60)
    server.uploadFile(cloudPath="a", fileContent=b"new")
    assert Path(app.downloadFile(fileID=file_id)["tempFilePath"]).read_bytes() == b"old"
    late = server.uploadFile(cloudPath="b", fileContent=b"late").fileID
    items = app.getTempFileURL(fileList=[file_id, late])["fileList"]
    assert [item["status"] for item in items] == [0, 1]
    assert world.fetch(items[0]["tempFileURL"]).content == b"old"


def test_a_transaction_reads_its_own_moment(world: FakeCloud) -> None:
    db = world.server.database()
    rule = world.faults.on("database.todos.get").stale_read(lag=60)
    world.seed({"todos": [{"_id": "x", "n": 1}]})
    assert db.runTransaction(lambda t: t.collection("todos").doc("x").get().data["n"]) == 1
    assert rule.fired == 0


def test_history_is_kept_only_while_a_rule_wants_it(world: FakeCloud, todos: Any) -> None:
    assert world._world.store.before_change is None
    with world.faults.on("database.todos.get").stale_read(lag=60):
        assert world._world.store.before_change is not None
    assert world._world.store.before_change is None
    world.faults.on("database.todos.get").stale_read(lag=60)
    world.faults.clear()
    assert world._world.store.before_change is None


# --- conflicts -----------------------------------------------------------------------------------

WRITES = {
    "add": lambda todos: todos.add(data={}),
    "set": lambda todos: todos.doc("x").set(data={"n": 2}),
    "update": lambda todos: todos.doc("x").update(data={"n": 2}),
    "remove": lambda todos: todos.doc("x").remove(),
}


@pytest.mark.parametrize("verb", WRITES)
def test_a_write_loses_against_somebody_else_s(world: FakeCloud, todos: Any, verb: str) -> None:
    world.seed({"todos": [{"_id": "x", "n": 1}]})
    world.faults.on("database.*").conflict().once()
    error = error_of(WRITES[verb], todos)
    assert error.errCode == -502001
    assert "WriteConflict error: this operation conflicted with another operation." in error.errMsg
    assert records(world) == [{"_id": "x", "_openid": "o-alice", "n": 1}]
    WRITES[verb](todos)


def test_a_read_conflicts_with_nothing(world: FakeCloud, todos: Any) -> None:
    rule = world.faults.on("database.*").conflict()
    todos.get()
    assert rule.matched == 0


CONFLICTS = [
    ("database.todos.update: conflict", 1, True),
    ("database.todos.update: conflict", 3, True),
    ("database.todos.update: conflict", 4, False),
    ("database.transaction.commit: conflict", 1, True),
    ("database.transaction.commit: conflict", 4, False),
]


@pytest.mark.parametrize(("sentence", "times", "is_done"), CONFLICTS)
def test_a_transaction_is_run_again_three_times(
    world: FakeCloud, face: Any, sentence: str, times: int, is_done: bool
) -> None:
    """wx-server-sdk: `runTransaction` runs once and three times more, for this error alone."""
    world.seed({"todos": [{"_id": "x", "n": 1}]})
    ran: list[int] = []

    def raise_it(transaction: Any) -> None:
        ran.append(1)
        transaction.collection("todos").doc("x").update(data={"n": 2})

    async def raise_it_awaited(transaction: Any) -> None:
        ran.append(1)
        await transaction.collection("todos").doc("x").update(data={"n": 2})

    db = face(world.server).database()
    rule = world.faults.add(f"{sentence} times {times}")
    is_awaited = type(db).__name__ == "Blocking"
    run = (db.runTransaction, raise_it_awaited if is_awaited else raise_it)
    if is_done:
        run[0](run[1])
    else:
        assert error_of(*run).name == "DATABASE_TRANSACTION_CONFLICT"
    assert (rule.fired, len(ran)) == (times, times + is_done)
    assert records(world)[0]["n"] == (2 if is_done else 1)


def test_a_transaction_that_lost_is_over(world: FakeCloud) -> None:
    world.seed({"todos": [{"_id": "x", "n": 1}]})
    transaction = world.server.database().startTransaction()
    world.faults.on("database.todos.update").conflict().once()
    record = transaction.collection("todos").doc("x")
    assert error_of(record.update, data={"n": 2}).name == "DATABASE_TRANSACTION_CONFLICT"
    assert error_of(record.get).name == "DATABASE_TRANSACTION_FAIL"


# --- broken answers ------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 5])
def test_some_bytes_of_a_file_are_others(world: FakeCloud, app: Any, face: Any, n: int) -> None:
    whole = bytes(range(256)) * 8
    file_id = world.server.uploadFile(cloudPath="a", fileContent=whole).fileID
    url = app.getTempFileURL(fileList=[file_id])["fileList"][0]["tempFileURL"]
    world.faults.on("storage.*").corrupt(n=n)
    arrived = [
        Path(app.downloadFile(fileID=file_id)["tempFilePath"]).read_bytes(),
        face(world.server).downloadFile(fileID=file_id)["fileContent"],
        world.fetch(url).content,
    ]
    for content in arrived:
        assert sum(a != b for a, b in zip(whole, content, strict=True)) == n
    assert len(set(arrived)) == 3  # each time others
    world.faults.heal()
    assert world.fetch(url).content == whole


def test_an_empty_file_has_nothing_to_break(world: FakeCloud, app: Any) -> None:
    file_id = world.server.uploadFile(cloudPath="a", fileContent=b"").fileID
    rule = world.faults.on("storage.download").corrupt().once()
    app.downloadFile(fileID=file_id)
    assert rule.fired == 0


def garbled(answer: Any) -> list[Any]:
    """The values in which a letter is unreadable."""
    return [item for item in answer.values() if isinstance(item, str) and "\ufffd" in item]


def test_some_texts_of_an_answer_are_unreadable(world: FakeCloud, todos: Any) -> None:
    world.seed({"todos": [{"_id": "x", "a": "alpha", "b": "beta", "n": 5}]})
    world.faults.on("database.todos.get").corrupt()
    for _ in range(20):
        record = todos.doc("x").get()["data"]
        assert (record["_id"], record["_openid"], record["n"]) == ("x", "o-alice", 5)
        assert len(garbled(record)) == 1
        assert (len(record["a"]), len(record["b"])) == (5, 4)
    assert records(world)[0]["a"] == "alpha"


ANSWERS = [
    ("database.todos.get", lambda app: app.database().collection("todos").get()["data"][0]["a"]),
    (
        "database.todos.aggregate",
        lambda app: app.database().collection("todos").aggregate().match({}).end()["list"][0]["a"],
    ),
    ("function.say", lambda app: app.callFunction(name="say")["result"]),
]


@pytest.mark.parametrize(("name", "ask"), ANSWERS)
def test_which_answers_are_broken(world: FakeCloud, app: Any, name: str, ask: Any) -> None:
    world.seed({"todos": [{"a": "alpha"}]})
    world.register_function("say", lambda event, context: "alpha")
    world.faults.on(name).corrupt().once()
    broken = ask(app)
    assert broken != "alpha"
    assert len(broken) == 5
    assert ask(app) == "alpha"


def test_an_answer_without_a_text_is_left_alone(world: FakeCloud, app: Any) -> None:
    world.register_function("count", lambda event, context: {"n": 5, "empty": ""})
    rule = world.faults.on("function.count").corrupt().once()
    assert app.callFunction(name="count")["result"] == {"n": 5, "empty": ""}
    assert rule.fired == 0


@pytest.mark.parametrize(("part", "left"), [(0.0, b""), (0.5, b"01234"), (0.99, b"012345678")])
def test_only_the_first_part_of_a_file_arrives(
    world: FakeCloud, app: Any, face: Any, part: float, left: bytes
) -> None:
    file_id = world.server.uploadFile(cloudPath="a", fileContent=b"0123456789").fileID
    url = app.getTempFileURL(fileList=[file_id])["fileList"][0]["tempFileURL"]
    world.faults.on("storage.*").truncated(part=part)
    answer = app.downloadFile(fileID=file_id)
    assert answer["statusCode"] == 200
    assert Path(answer["tempFilePath"]).read_bytes() == left
    assert face(world.server).downloadFile(fileID=file_id)["fileContent"] == left
    response = world.fetch(url)
    assert response.content == left
    assert response.headers["content-length"] == "10"  # as the CDN had meant it


# --- missing fields ------------------------------------------------------------------------------

DOCUMENT = {"_id": "x", "_openid": "o-alice", "a": 1, "b": {"c": 2, "d": 3}, "e": [{"f": 4}]}
MISSING = [
    (["a"], {"b": {"c": 2, "d": 3}, "e": [{"f": 4}]}),
    (["a", "b.c"], {"b": {"d": 3}, "e": [{"f": 4}]}),
    (["b"], {"a": 1, "e": [{"f": 4}]}),
    (["b.c.nowhere", "e.f", "a"], {"b": {"c": 2, "d": 3}, "e": [{"f": 4}]}),
]


@pytest.mark.parametrize(("fields", "left"), MISSING)
def test_answers_lose_fields(
    world: FakeCloud, app: Any, todos: Any, fields: list[str], left: dict[str, Any]
) -> None:
    world.seed({"todos": [DOCUMENT]})
    world.register_function("copy", lambda event, context: DOCUMENT)
    world.faults.on("*").missing_fields(fields)
    expected = {"_id": "x", "_openid": "o-alice", **left}
    assert todos.get()["data"] == [expected]
    assert todos.doc("x").get()["data"] == expected
    assert todos.aggregate().match({}).end()["list"] == [expected]
    assert app.callFunction(name="copy")["result"] == expected
    assert records(world) == [DOCUMENT]


def test_a_record_that_has_none_of_them_is_left_alone(world: FakeCloud, todos: Any) -> None:
    world.seed({"todos": [{"_id": "x", "a": 1}]})
    rule = world.faults.on("database.todos.get").missing_fields("b").once()
    todos.get()
    assert rule.fired == 0


def test_an_answer_that_is_lost_is_not_broken(world: FakeCloud, todos: Any) -> None:
    world.seed({"todos": [{"_id": "x", "a": "alpha"}]})
    broken = world.faults.on("database.todos.get").corrupt().once()
    with world.faults.on("database.todos.get").lost_reply():
        assert fails(todos.get)
    assert broken.matched == 0
    assert garbled(todos.doc("x").get()["data"])


MISTAKES = [
    ("database.todos.get", "stale_read(lag=-1)", "stale_read() takes seconds, 0 or more, not -1"),
    ("storage.fetch", "corrupt(n=0)", "corrupt() takes a whole number, 1 or more, not 0"),
    ("storage.fetch", "truncated(part=1)", "truncated() takes a part, at least 0 and below 1, not 1"),
    ("function.x", "missing_fields", "missing_fields() takes the paths of fields, not ()"),
    ("function.x", 'missing_fields(fields=["a", ""])', "missing_fields() takes the paths of fields, not ['a', '']"),
    ("function.x", "conflict", "conflict strikes database.*.add, database.*.set, database.*.update, database.*.remove, database.transaction.commit, and nothing of 'function.x'"),
    ("database.todos.add", "corrupt", "corrupt strikes storage.download, storage.fetch, database.*.get, database.*.aggregate, function.*, and nothing of 'database.todos.add'"),
]  # fmt: skip


@pytest.mark.parametrize(("pattern", "effect", "text"), MISTAKES)
def test_mistakes(world: FakeCloud, pattern: str, effect: str, text: str) -> None:
    with pytest.raises(MisuseError) as caught:
        world.faults.add(f"{pattern}: {effect}")
    assert str(caught.value) == text

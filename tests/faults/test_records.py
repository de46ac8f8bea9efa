"""Records and files that are not what the app expects: an old schema, a wrong type."""

# ruff: noqa: E501 - a row of a table is one line
from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from cloud_fake import FakeCloud, MisuseError
from tests.faults.acts import records

MOMENT = dt.datetime(2030, 1, 2, 3, 4, 5, 678000, tzinfo=dt.UTC)
DOCUMENT = {
    "_id": "x",
    "_openid": "o-alice",
    "title": "tea",
    "price": 5,
    "sale": True,
    "at": MOMENT,
    "shop": {"name": "Ann's", "stars": 4.5},
    "tags": ["a"],
}

#: The rule's options, and what is different in the answer; None for what is not there.
SCHEMAS: list[tuple[str, dict[str, Any]]] = [
    ('missing=["price"]', {"price": None}),
    ('missing="shop.stars"', {"shop": {"name": "Ann's"}}),
    ('renamed={"title": "name"}', {"title": None, "name": "tea"}),
    ('renamed={"shop.name": "owner.called"}', {"shop": {"stars": 4.5}, "owner": {"called": "Ann's"}}),
    ('renamed={"price": "shop.price"}', {"price": None, "shop": {"name": "Ann's", "stars": 4.5, "price": 5}}),
    ('renamed={"price": "title.price"}', {"price": None, "title": {"price": 5}}),
    ('as_text=["price", "sale", "at", "shop.stars"]', {"price": "5", "sale": "true", "at": "2030-01-02T03:04:05.678Z", "shop": {"name": "Ann's", "stars": "4.5"}}),
    ('as_text=["tags", "title"]', {}),
    ('missing=["sale", "nothing.here"], renamed={"title": "name"}, as_text="title"', {"sale": None, "title": None, "name": "tea"}),
]  # fmt: skip


@pytest.mark.parametrize(("options", "changes"), SCHEMAS)
def test_records_of_an_older_version(
    world: FakeCloud, app: Any, todos: Any, options: str, changes: dict[str, Any]
) -> None:
    world.seed({"todos": [DOCUMENT]})
    rule = world.faults.add(f"database.todos.*: old_schema({options})")
    expected = {key: it for key, it in {**DOCUMENT, **changes}.items() if it is not None}
    assert todos.get()["data"] == [expected]
    assert todos.doc("x").get()["data"] == expected
    assert todos.aggregate().match({}).end()["list"] == [expected]
    assert rule.fired == 3
    assert records(world) == [DOCUMENT]
    assert str(world.faults.add(str(rule))) == str(rule)


def test_what_a_function_answers(world: FakeCloud, app: Any) -> None:
    world.register_function("tea", lambda event, context: {"price": 5})
    world.faults.on("function.tea").old_schema(renamed={"price": "cost"})
    assert app.callFunction(name="tea")["result"] == {"cost": 5}


def test_some_records_are_old_and_always_the_same(world: FakeCloud, todos: Any) -> None:
    world.seed({"todos": [{"_id": f"{n}", "price": n} for n in range(20)]})
    world.faults.on("database.todos.get").old_schema(as_text="price", share=0.3)

    def old(query: Any) -> set[str]:
        return {it["_id"] for it in query.get()["data"] if isinstance(it["price"], str)}

    some = old(todos)
    assert 2 <= len(some) <= 12
    assert old(todos) == some
    assert old(todos.orderBy("price", "desc")) == some
    assert old(todos.where({"price": {"$lt": 10}})) == {it for it in some if int(it) < 10}


def test_a_record_that_has_nothing_of_it_is_no_occasion(world: FakeCloud, todos: Any) -> None:
    world.seed({"todos": [{"_id": "x", "a": 1}]})
    rule = world.faults.on("database.todos.get").old_schema(missing="b").once()
    todos.get()
    assert rule.fired == 0


# --- files ---------------------------------------------------------------------------------------


@pytest.fixture
def cat(world: FakeCloud) -> str:
    """The id of a picture."""
    return world.server.uploadFile(cloudPath="cat.png", fileContent=b"\x89PNG").fileID


@pytest.mark.parametrize(
    ("options", "header", "suffix"),
    [
        ("", "application/octet-stream", ".unknown"),
        ('(type="text/html")', "text/html", ".html"),
        ('(type="image/jpeg")', "image/jpeg", ".jpg"),
        ('(type="x-odd/thing")', "x-odd/thing", ".unknown"),
    ],
)
def test_a_file_of_another_type(
    world: FakeCloud, app: Any, face: Any, cat: str, options: str, header: str, suffix: str
) -> None:
    url = app.getTempFileURL(fileList=[cat])["fileList"][0]["tempFileURL"]
    rule = world.faults.add(f"storage.*: wrong_type{options}")
    response = world.fetch(url)
    assert (response.headers["content-type"], response.content) == (header, b"\x89PNG")
    path = Path(app.downloadFile(fileID=cat)["tempFilePath"])
    assert (path.suffix, path.read_bytes()) == (suffix, b"\x89PNG")
    assert rule.fired == 2
    rule.stop()
    assert world.fetch(url).headers["content-type"] == "image/png"
    assert Path(app.downloadFile(fileID=cat)["tempFilePath"]).suffix == ".png"


def test_bytes_have_no_type(world: FakeCloud, face: Any, cat: str) -> None:
    rule = world.faults.on("storage.download").wrong_type().once()
    assert face(world.server).downloadFile(fileID=cat)["fileContent"] == b"\x89PNG"
    assert rule.fired == 0


MISTAKES = [
    ("database.todos.get", "old_schema", "old_schema() takes missing=, renamed= or as_text="),
    ("database.todos.get", "old_schema(missing=[5])", "old_schema() takes the paths of fields, not [5]"),
    ("database.todos.get", "old_schema(missing=5)", "old_schema() takes the paths of fields, not 5"),
    ("database.todos.get", 'old_schema(as_text=[""])', "old_schema() takes the paths of fields, not ['']"),
    ("database.todos.get", 'old_schema(renamed="a")', "old_schema(renamed=) says {now: before}, not 'a'"),
    ("database.todos.get", 'old_schema(renamed={"a": 5})', "old_schema() takes the paths of fields, not ['a', 5]"),
    ("database.todos.get", 'old_schema(missing="a", share=0)', "old_schema(share=) is above 0 and at most 1, not 0"),
    ("database.todos.get", 'old_schema(missing="a", share=1.5)', "old_schema(share=) is above 0 and at most 1, not 1.5"),
    ("storage.fetch", 'wrong_type(type="html")', "wrong_type() takes a type such as 'text/html', not 'html'"),
    ("storage.fetch", "wrong_type(type=5)", "wrong_type() takes a type such as 'text/html', not 5"),
    ("storage.upload", "wrong_type", "wrong_type strikes storage.download, storage.fetch, and nothing of 'storage.upload'"),
]  # fmt: skip


@pytest.mark.parametrize(("pattern", "effect", "text"), MISTAKES)
def test_mistakes(world: FakeCloud, pattern: str, effect: str, text: str) -> None:
    with pytest.raises(MisuseError) as caught:
        world.faults.add(f"{pattern}: {effect}")
    assert str(caught.value) == text

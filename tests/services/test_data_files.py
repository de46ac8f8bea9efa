"""`cloud.load` and `cloud.export`: the console's import and export."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from cloud_fake import FakeCloud, MisuseError, NotSupportedByFake


def everything(cloud: FakeCloud, name: str = "todos") -> list[dict[str, Any]]:
    return cloud.server.database().collection(name).orderBy("_id", "asc").get().data


# --- round trips --------------------------------------------------------------------------------

RECORDS: dict[str, Any] = {
    "a date": dt.datetime(2026, 1, 2, 3, 4, 5, 678000, dt.UTC),
    "a date before 1970": dt.datetime(1900, 1, 1, tzinfo=dt.UTC),
    "numbers": [0, -1, 2**53 - 1, 0.1, -1e300],
    "nested arrays": [[1, [2, [3]]], [], [{"a": [{}]}]],
    "unicode": {"名": "牛奶 🥛", "quote": 'a "b" \\ \u2028 \t'},
    "nothing": None,
    "truth": [True, False],
    "an object": {"z": 1, "a": {"deep": {"deeper": []}}},
}


@pytest.fixture
def filled(world: FakeCloud) -> FakeCloud:
    db = world.database()
    places = {
        "point": db.Geo.Point(113.3, 23.1),
        "line": _line(db),
        "regex": db.RegExp(regexp="^a"),
    }
    world.seed({"todos": [{"_id": f"{key}", "v": value} for key, value in RECORDS.items()]})
    world.seed({"todos": [{"_id": f"z {key}", "v": value} for key, value in places.items()]})
    world.seed({"todos": [{"_id": 7, "v": "an id that is a number"}]}, openid=None)
    return world


def _line(db: Any) -> Any:
    return db.Geo.LineString([db.Geo.Point(0, 0), db.Geo.Point(1, 1)])


@pytest.mark.parametrize("suffix", [".jsonl", ".json", ".ndjson"])
def test_json_lines_come_back_as_they_were(filled: FakeCloud, tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"todos{suffix}"
    lines = filled.export("todos", file)
    assert file.read_text(encoding="utf-8") == "".join(lines)
    other = FakeCloud(env="dev")
    ids = other.load("copy", file)
    assert everything(other, "copy") == everything(filled)
    assert len(ids) == len(RECORDS) + 4
    assert 7 in ids


def test_lines_need_no_file(filled: FakeCloud) -> None:
    other = FakeCloud(env="dev")
    other.load("todos", filled.export("todos"))
    assert everything(other) == everything(filled)
    assert other.export("todos") == filled.export("todos")


def test_csv_keeps_what_csv_can_hold(world: FakeCloud, tmp_path: Path) -> None:
    """Nested objects are columns, arrays JSON text; a date comes back as its text."""
    world.seed(
        {
            "todos": [
                {"_id": "a", "owner": {"name": '李, "雷"', "age": 5}, "tags": [1, "x", [2]]},
                {
                    "_id": "b",
                    "owner": {"name": "line\nbreak"},
                    "done": True,
                    "at": RECORDS["a date"],
                },
            ]
        },
        openid=None,
    )
    world.export("todos", tmp_path / "todos.csv")
    other = FakeCloud(env="dev")
    other.load("todos", tmp_path / "todos.csv")
    assert everything(other) == [
        {"_id": "a", "owner": {"name": '李, "雷"', "age": 5}, "tags": [1, "x", [2]]},
        {
            "_id": "b",
            "owner": {"name": "line\nbreak"},
            "done": True,
            "at": "2026-01-02T03:04:05.678Z",
        },
    ]


def test_csv_of_some_columns(filled: FakeCloud) -> None:
    assert filled.export("todos", format="csv", fields=["_id"])[:2] == ["_id\n", "a date\n"]


def test_a_format_beats_a_name(filled: FakeCloud, tmp_path: Path) -> None:
    lines = filled.export("todos", tmp_path / "todos.txt", "jsonl")
    other = FakeCloud(env="dev")
    other.load("todos", str(tmp_path / "todos.txt"), "jsonl")
    assert other.export("todos") == lines


# --- whose records, and which ids ---------------------------------------------------------------


@pytest.mark.parametrize(("openid", "owner"), [(None, None), ("o-bob", "o-bob")])
def test_who_owns_them(world: FakeCloud, openid: str | None, owner: str | None) -> None:
    world.load("todos", ['{"_id":"a"}', '{"_id":"b","_openid":"o-eve"}'], openid=openid)
    assert [each.get("_openid") for each in everything(world)] == [owner, "o-eve"]


def test_records_without_an_id_get_one(world: FakeCloud) -> None:
    (made,) = world.load("todos", ['{"n":1}'])
    assert everything(world) == [{"_id": made, "n": 1}]
    assert isinstance(made, str)
    assert len(made) == 32


def test_an_import_passes_no_gate(world: FakeCloud) -> None:
    world.faults.fail("database.*", code=-502001, optional=True)
    world.load("adminonly", ['{"n":1}'])
    world.load("brand new", ['{"n":1}'])
    assert len(world.calls) == 0


def test_a_taken_id_is_a_mistake(world: FakeCloud) -> None:
    world.seed({"todos": [{"_id": "a", "n": 1}]})
    with pytest.raises(MisuseError, match=r"load\(\): 'todos' holds a record with _id 'a' already"):
        world.load("todos", ['{"_id":"b"}', '{"_id":"a"}'])
    assert [each["_id"] for each in everything(world)] == ["a"]


def test_or_its_record_is_replaced(world: FakeCloud) -> None:
    world.create_index("todos", "n", unique=True)
    world.seed({"todos": [{"_id": "a", "n": 1, "old": True}]})
    world.load("todos", ['{"_id":"b","n":2}', '{"_id":"a","n":3}'], conflict="upsert")
    assert everything(world) == [{"_id": "a", "n": 3}, {"_id": "b", "n": 2}]
    world.load("todos", ['{"_id":"c","n":1}'])
    with pytest.raises(MisuseError, match="'todos' has : 3 in its unique index n_1"):
        world.load("todos", ['{"_id":"d","n":3}'], conflict="upsert")


# --- progress -----------------------------------------------------------------------------------


def test_large_files_tell_how_far_they_are(world: FakeCloud, tmp_path: Path) -> None:
    told: list[tuple[int, int | None]] = []
    lines = [f'{{"n":{n}}}\n' for n in range(2500)]
    (tmp_path / "many.jsonl").write_text("\n".join(lines))  # blank lines do not count
    world.load("todos", tmp_path / "many.jsonl", progress=lambda *done: told.append(done))
    assert told == [(1000, 2500), (2000, 2500), (2500, 2500)]


def test_nobody_knows_how_long_csv_is(world: FakeCloud) -> None:
    told: list[tuple[int, int | None]] = []
    lines = ["n\n", *(f"{n}\n" for n in range(1000))]
    world.load("todos", lines, "csv", progress=lambda *done: told.append(done))
    assert told == [(1000, None), (1000, 1000)]


# --- what is wrong with a file ------------------------------------------------------------------

BAD_FILES: list[tuple[str, str, str, str]] = [
    ("no json", "a.jsonl", '{"n":1}\n{"n":', r"a\.jsonl: line 2, column"),
    ("no object", "a.json", '{"n":1}\n\n[1]', r"a\.json: line 3: not an object"),
    ("a malformed date", "a.json", '{"n":{"$date":"soon"}}', r"a\.json: line 1: .*soon"),
    ("a key twice", "a.jsonl", '{"n":1,"n":2}', r"a\.jsonl: line 1: a key stands twice"),
    ("a long row", "a.csv", "n\n1\n1,2\n", r"a\.csv: line 3: 2 cells under 1 keys"),
    ("a column without a key", "a.csv", "n,\n1,2\n", r"a\.csv: line 1: a column has no key"),
    ("no format", "a.txt", "n\n1\n", r"what format is '.*a\.txt'\? Say format='jsonl' or 'csv'"),
]


@pytest.mark.parametrize(
    ("name", "text", "why"), [case[1:] for case in BAD_FILES], ids=[case[0] for case in BAD_FILES]
)
def test_nothing_of_a_bad_file_is_loaded(
    world: FakeCloud, tmp_path: Path, name: str, text: str, why: str
) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(MisuseError, match=why):
        world.load("todos", tmp_path / name)
    assert everything(world) == []


def test_bare_lines_are_named_too(world: FakeCloud) -> None:
    with pytest.raises(MisuseError, match=r"load\(\): the lines: line 2: not an object"):
        world.load("todos", ['{"n":1}', "5"])
    assert everything(world) == []


def test_a_record_that_cannot_be_is_named_by_its_path(world: FakeCloud) -> None:
    with pytest.raises(MisuseError, match="has texts and numbers as _id, not True"):
        world.load("todos", ['{"_id":true}'])
    deep = '{"a":' * 101 + "1" + "}" * 101
    with pytest.raises(MisuseError, match="nested deeper than 100 levels"):
        world.load("todos", [deep])


def test_files_that_are_not_there_or_no_text(world: FakeCloud, tmp_path: Path) -> None:
    with pytest.raises(MisuseError, match=r"load\(\): .*none\.jsonl: No such file"):
        world.load("todos", tmp_path / "none.jsonl")
    (tmp_path / "a.jsonl").write_bytes(b'{"n":"\xff"}')
    with pytest.raises(MisuseError, match=r"a\.jsonl: 'utf-8' codec"):
        world.load("todos", tmp_path / "a.jsonl")
    with pytest.raises(MisuseError, match=r"export\(\): .*: No such file"):
        world.export("todos", tmp_path / "nowhere" / "a.jsonl")


def test_types_that_the_fake_has_not_are_named(world: FakeCloud) -> None:
    with pytest.raises(NotSupportedByFake, match=r"\$binary"):
        world.load("todos", ['{"n":1}', '{"n":{"$binary":{"base64":"","subType":"00"}}}'])
    assert everything(world) == []


def test_other_mistakes(world: FakeCloud) -> None:
    with pytest.raises(MisuseError, match="no collection 'nowhere'"):
        world.export("nowhere")
    with pytest.raises(MisuseError, match="conflict is insert or upsert, not 'merge'"):
        world.load("todos", [], conflict="merge")  # type: ignore[arg-type]  # the mistake
    with pytest.raises(MisuseError, match="a collection's name is a text"):
        world.load("", ["{}"])
    world.seed({"todos": [{"a": {"": 1}}]})
    with pytest.raises(MisuseError, match="no path can name the key ''"):
        world.export("todos", format="csv")

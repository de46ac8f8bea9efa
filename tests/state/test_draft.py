"""Drafts: their own view, their net effect, and nothing of them when they are let go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cloud_fake.state import ABSENT, Change, Draft, Store

Steps = Callable[[Draft], None]


@pytest.fixture
def store() -> Store:
    store = Store()
    draft = store.draft()
    for name, rows in {"todos": {"a": 1, "b": 2, "c": 3}, "empty": {}}.items():
        draft.create_table(name)
        for key, value in rows.items():
            draft.put(name, key, value)
    draft.commit()
    return store


def contents(store: Store) -> dict[Any, dict[Any, Any]]:
    return {name: dict(store.table(name) or {}) for name in store.names()}


def do(*steps: tuple[Any, ...]) -> Steps:
    """Steps written as a table: `("put", "todos", "a", 1)`, `("drop_table", "todos")`."""

    def run(draft: Draft) -> None:
        for method, *arguments in steps:
            getattr(draft, method)(*arguments)

    return run


#: What is done to `todos` of {a: 1, b: 2, c: 3}; its rows afterwards in order; the net changes.
ROWS_AND_CHANGES = [
    pytest.param(
        do(("put", "todos", "d", 4)),
        [("a", 1), ("b", 2), ("c", 3), ("d", 4)],
        [("d", ABSENT, 4)],
        id="insert comes last",
    ),
    pytest.param(
        do(("put", "todos", "a", 9)),
        [("a", 9), ("b", 2), ("c", 3)],
        [("a", 1, 9)],
        id="replacing keeps the place",
    ),
    pytest.param(
        do(("delete", "todos", "b")),
        [("a", 1), ("c", 3)],
        [("b", 2, ABSENT)],
        id="delete",
    ),
    pytest.param(
        do(("delete", "todos", "x")),
        [("a", 1), ("b", 2), ("c", 3)],
        [],
        id="deleting nothing is no change",
    ),
    pytest.param(
        do(("put", "todos", "d", 4), ("delete", "todos", "a"), ("put", "todos", "a", 9)),
        [("b", 2), ("c", 3), ("d", 4), ("a", 9)],
        [("d", ABSENT, 4), ("a", 1, 9)],
        id="deleted and put again loses its place",
    ),
    pytest.param(
        do(("delete", "todos", "a"), ("put", "todos", "a", 1)),
        [("b", 2), ("c", 3), ("a", 1)],
        [],
        id="deleted and put again with the same value is no change but moves",
    ),
    pytest.param(
        do(("put", "todos", "a", 9), ("delete", "todos", "a")),
        [("b", 2), ("c", 3)],
        [("a", 1, ABSENT)],
        id="replaced and deleted",
    ),
    pytest.param(
        do(("put", "todos", "d", 4), ("delete", "todos", "d")),
        [("a", 1), ("b", 2), ("c", 3)],
        [],
        id="inserted and deleted was never there",
    ),
    pytest.param(
        do(
            ("put", "todos", "d", 4),
            ("put", "todos", "e", 5),
            ("delete", "todos", "d"),
            ("put", "todos", "d", 6),
        ),
        [("a", 1), ("b", 2), ("c", 3), ("e", 5), ("d", 6)],
        [("d", ABSENT, 6), ("e", ABSENT, 5)],
        id="an insert deleted and put again comes last; changes tell the first write's order",
    ),
    pytest.param(
        do(("put", "todos", "a", 7), ("put", "todos", "a", 8), ("put", "todos", "a", 9)),
        [("a", 9), ("b", 2), ("c", 3)],
        [("a", 1, 9)],
        id="many writes to a key are one change",
    ),
    pytest.param(
        do(("put", "todos", "a", 9), ("put", "todos", "a", 1)),
        [("a", 1), ("b", 2), ("c", 3)],
        [],
        id="there and back is no change",
    ),
    pytest.param(
        do(("delete", "todos", "c"), ("delete", "todos", "c"), ("put", "todos", "a", 9)),
        [("a", 9), ("b", 2)],
        [("c", 3, ABSENT), ("a", 1, 9)],
        id="deleting twice is deleting once",
    ),
    pytest.param(
        do(("put", "todos", "b", None)),
        [("a", 1), ("b", None), ("c", 3)],
        [("b", 2, None)],
        id="None is a value",
    ),
    pytest.param(
        do(("drop_table", "todos"), ("create_table", "todos"), ("put", "todos", "b", 9)),
        [("b", 9)],
        [("a", 1, ABSENT), ("b", 2, 9), ("c", 3, ABSENT)],
        id="dropped and made again",
    ),
]


@pytest.mark.parametrize(("steps", "rows", "changes"), ROWS_AND_CHANGES)
def test_rows_and_changes(
    store: Store, steps: Steps, rows: list[tuple[str, Any]], changes: list[tuple[Any, ...]]
) -> None:
    draft = store.draft()
    steps(draft)
    assert [*zip(draft.keys("todos"), draft.rows("todos"), strict=True)] == rows
    for key in "abcdex":
        assert draft.get("todos", key, ABSENT) == dict(rows).get(key, ABSENT)
    assert draft.commit() == tuple(Change("todos", *change) for change in changes)
    assert [*store.table("todos").items()] == rows


@pytest.mark.parametrize(("steps", "rows", "changes"), ROWS_AND_CHANGES)
def test_a_draft_let_go_was_never_there(
    store: Store, steps: Steps, rows: object, changes: object
) -> None:
    before = contents(store)
    steps(store.draft())
    assert contents(store) == before


def test_nobody_sees_a_draft_before_its_commit(store: Store) -> None:
    draft = store.draft()
    draft.put("todos", "a", 9)
    assert store.table("todos")["a"] == 1
    assert store.draft().get("todos", "a") == 1
    draft.commit()
    assert store.table("todos")["a"] == 9


def test_changes_of_several_tables_come_in_the_order_of_the_first_writes(store: Store) -> None:
    draft = store.draft()
    do(
        ("put", "todos", "a", 9),
        ("put", "empty", "x", 1),
        ("put", "todos", "b", 9),
        ("put", "empty", "x", 2),
    )(draft)
    assert draft.commit() == (
        Change("todos", "a", 1, 9),
        Change("empty", "x", ABSENT, 2),
        Change("todos", "b", 2, 9),
    )


def test_a_change_reads_well_in_a_failing_test(store: Store) -> None:
    draft = store.draft()
    draft.put("todos", "d", 4)
    assert repr(draft.commit()) == "(Change(table='todos', key='d', before=ABSENT, after=4),)"


TABLES = [
    (do(("create_table", "new")), ["todos", "empty", "new"]),
    (do(("drop_table", "todos")), ["empty"]),
    (do(("drop_table", "todos"), ("create_table", "todos")), ["empty", "todos"]),
    (do(("create_table", "new"), ("drop_table", "new")), ["todos", "empty"]),
    (
        do(("drop_table", "todos"), ("create_table", "new"), ("create_table", "todos")),
        ["empty", "new", "todos"],
    ),
    (
        do(
            ("drop_table", "empty"),
            ("create_table", "empty"),
            ("put", "empty", "x", 1),
            ("drop_table", "empty"),
        ),
        ["todos"],
    ),
]


@pytest.mark.parametrize(("steps", "names"), TABLES)
def test_tables_are_made_and_dropped_with_the_commit(
    store: Store, steps: Steps, names: list[str]
) -> None:
    draft = store.draft()
    steps(draft)
    assert [name for name in ("todos", "empty", "new") if draft.has_table(name)] == sorted(
        names, key=["todos", "empty", "new"].index
    )
    assert [*store.names()] == ["todos", "empty"]
    draft.commit()
    assert [*store.names()] == names


def test_a_dropped_table_takes_its_rows_along(store: Store) -> None:
    draft = store.draft()
    draft.put("todos", "d", 4)
    draft.drop_table("todos")
    assert draft.get("todos", "a") is None
    assert [*draft.keys("todos")] == [*draft.rows("todos")] == []
    assert draft.commit() == tuple(
        Change("todos", key, value, ABSENT) for key, value in [("a", 1), ("b", 2), ("c", 3)]
    )


@pytest.mark.parametrize(
    "steps",
    [
        do(("put", "nowhere", "a", 1)),
        do(("delete", "nowhere", "a")),
        do(("drop_table", "nowhere")),
        do(("create_table", "todos")),
        do(("drop_table", "todos"), ("put", "todos", "a", 1)),
        do(("drop_table", "todos"), ("drop_table", "todos")),
        do(("create_table", "new"), ("create_table", "new")),
    ],
)
def test_tables_that_are_not_there_or_there_already_are_key_errors(
    store: Store, steps: Steps
) -> None:
    with pytest.raises(KeyError):
        steps(store.draft())


def test_a_table_that_is_not_there_holds_nothing_to_read(store: Store) -> None:
    draft = store.draft()
    assert draft.get("nowhere", "a", "default") == "default"
    assert [*draft.keys("nowhere")] == [*draft.rows("nowhere")] == []


def test_rows_without_own_writes_are_the_tables_own(store: Store) -> None:
    """The fast path: no copy, and a view that a commit of the same draft would change."""
    rows = store.draft().rows("todos")
    assert rows.mapping == store.table("todos")
    draft = store.draft()
    view = draft.rows("todos")
    draft.put("todos", "a", 9)
    draft.commit()
    assert [*view] == [9, 2, 3]


def test_writing_while_reading_rows_is_fine(store: Store) -> None:
    draft = store.draft()
    for key, value in zip(draft.keys("todos"), draft.rows("todos"), strict=True):
        draft.put("todos", key, value * 10)
        draft.put("todos", key + key, value)
    for value in draft.rows("todos"):
        draft.put("todos", f"again {value}", value)
    assert len(draft.rows("todos")) == 12

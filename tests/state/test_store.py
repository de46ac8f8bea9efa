"""The store: what a snapshot, a restore and a fork share, and what they keep apart."""

from __future__ import annotations

from typing import Any

import pytest

from cloud_fake.state import ABSENT, Change, Store

TODOS = ("collection", "env", "todos")
FILES = ("files", "env")


def store_of(**tables: dict[Any, Any]) -> Store:
    store = Store()
    draft = store.draft()
    for name, rows in tables.items():
        draft.create_table(name)
        for key, value in rows.items():
            draft.put(name, key, value)
    draft.commit()
    return store


def put(store: Store, name: Any, key: Any, value: Any) -> None:
    draft = store.draft()
    draft.put(name, key, value)
    draft.commit()


def contents(store: Store) -> dict[Any, dict[Any, Any]]:
    return {name: dict(store.table(name) or {}) for name in store.names()}


def test_a_new_store_has_no_tables() -> None:
    store = Store()
    assert [*store.names()] == []
    assert store.table("todos") is None


def test_a_store_that_is_given_tables_owns_them_until_it_shares_them() -> None:
    rows = {"a": 1}
    store = Store({"todos": rows})
    put(store, "todos", "b", 2)
    assert store.table("todos") is rows
    moment = store.snapshot()
    put(store, "todos", "c", 3)
    assert moment.tables["todos"] is rows
    assert rows == {"a": 1, "b": 2}


def test_any_hashable_names_a_table() -> None:
    store = Store()
    draft = store.draft()
    draft.create_table(TODOS)
    draft.create_table(FILES)
    draft.put(TODOS, "id", "milk")
    assert draft.commit() == (Change(TODOS, "id", ABSENT, "milk"),)
    assert contents(store) == {TODOS: {"id": "milk"}, FILES: {}}


def test_a_replaced_value_keeps_its_place() -> None:
    store = store_of(todos={"a": 1, "b": 2})
    put(store, "todos", "a", 3)
    assert [*store.table("todos").items()] == [("a", 3), ("b", 2)]


def test_a_snapshot_is_what_restore_brings_back_any_number_of_times() -> None:
    store = store_of(todos={"a": 1})
    moment = store.snapshot()
    for value in (2, 3):
        put(store, "todos", "a", value)
        put(store, "todos", f"b{value}", value)
        store.restore(moment)
        assert contents(store) == {"todos": {"a": 1}}


def test_tables_come_and_go_with_a_restore() -> None:
    store = store_of(kept={}, dropped={"a": 1})
    moment = store.snapshot()
    draft = store.draft()
    draft.drop_table("dropped")
    draft.create_table("made")
    draft.commit()
    assert [*store.names()] == ["kept", "made"]
    store.restore(moment)
    assert contents(store) == {"kept": {}, "dropped": {"a": 1}}


def test_a_restore_can_go_forward_again() -> None:
    store = store_of(todos={"a": 1})
    before = store.snapshot()
    put(store, "todos", "a", 2)
    after = store.snapshot()
    store.restore(before)
    store.restore(after)
    assert contents(store) == {"todos": {"a": 2}}


def test_forks_go_their_own_ways() -> None:
    parent = store_of(todos={"a": 1}, files={})
    child = parent.fork()
    put(parent, "todos", "a", "parent's")
    put(child, "todos", "a", "child's")
    grandchild = child.fork()
    put(grandchild, "files", "f", "grandchild's")
    assert contents(parent) == {"todos": {"a": "parent's"}, "files": {}}
    assert contents(child) == {"todos": {"a": "child's"}, "files": {}}
    assert contents(grandchild) == {"todos": {"a": "child's"}, "files": {"f": "grandchild's"}}


def test_a_fork_may_restore_its_parents_snapshot() -> None:
    parent = store_of(todos={"a": 1})
    moment = parent.snapshot()
    put(parent, "todos", "a", 2)
    child = parent.fork()
    child.restore(moment)
    put(child, "todos", "b", 3)
    assert contents(child) == {"todos": {"a": 1, "b": 3}}
    assert contents(parent) == {"todos": {"a": 2}}


def test_nothing_is_copied_before_the_first_write_and_then_one_table_once() -> None:
    store = store_of(todos={"a": 1}, files={"f": 1})
    todos, files = store.table("todos"), store.table("files")
    put(store, "todos", "b", 2)
    assert store.table("todos") is todos, "written in place while it is the store's own"

    moment = store.snapshot()
    assert moment.tables["todos"] is todos
    assert store.table("todos") is todos
    store.restore(moment)
    assert store.table("todos") is todos
    assert store.fork().table("todos") is todos

    put(store, "todos", "c", 3)
    copy = store.table("todos")
    assert copy is not todos
    put(store, "todos", "d", 4)
    assert store.table("todos") is copy
    assert store.table("files") is files
    assert moment.tables["todos"] == {"a": 1, "b": 2}


@pytest.mark.parametrize("write", ["put the same", "delete nothing", "read"])
def test_what_changes_nothing_copies_nothing(write: str) -> None:
    value = object()
    store = store_of(todos={"a": value})
    moment = store.snapshot()
    draft = store.draft()
    {
        "put the same": lambda: draft.put("todos", "a", value),
        "delete nothing": lambda: draft.delete("todos", "b"),
        "read": lambda: draft.rows("todos"),
    }[write]()
    assert draft.commit() == ()
    assert store.table("todos") is moment.tables["todos"]


def test_values_are_shared_never_copied() -> None:
    document = {"tags": ["a"]}
    store = store_of(todos={"a": document})
    moment = store.snapshot()
    put(store, "todos", "b", 1)
    store.restore(moment)
    assert store.table("todos")["a"] is document


def test_two_snapshots_of_one_moment_are_one_mapping() -> None:
    store = store_of(todos={"a": 1})
    assert store.snapshot().tables is store.snapshot().tables

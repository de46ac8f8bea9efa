"""Layers: writes over a great shared table, which nobody can tell from a copy of it."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from cloud_fake.state import Snapshot, Store
from cloud_fake.state.layer import GREAT, MOST_WRITES, Layer

ROWS = {number: -number for number in range(GREAT)}


def great() -> Store:
    store = Store({"todos": dict(ROWS)})
    store.snapshot()
    return store


def put(store: Store, rows: dict[Any, Any]) -> None:
    draft = store.draft()
    for key, value in rows.items():
        draft.put("todos", key, value)
    draft.land()


def delete(store: Store, key: Any) -> None:
    draft = store.draft()
    draft.delete("todos", key)
    draft.land()


# --- random histories ----------------------------------------------------------------------------

keys = st.sampled_from([0, 1, 2, GREAT - 1, GREAT, "new"])
#: A method of `Twin` and its argument.
step = st.one_of(
    st.tuples(st.sampled_from(["put", "put_again", "delete", "look"]), keys),
    st.tuples(st.just("put_many"), st.integers(1, 2 * MOST_WRITES)),
    st.tuples(st.sampled_from(["look_at_all", "look_in_a_draft", "mark", "back", "fork"])),
)


class Twin:
    """A store, and a dictionary that holds what it should."""

    def __init__(self, store: Store, model: dict[Any, Any], forks: list[Twin]) -> None:
        self.store, self.model, self.forks = store, dict(model), forks
        self.moment: tuple[Snapshot, dict[Any, Any]]
        self.mark()
        forks.append(self)

    def put(self, key: Any) -> None:
        self._put({key: object()})

    def put_many(self, count: int) -> None:
        self._put({key: object() for key in range(count)})

    def _put(self, rows: dict[Any, Any]) -> None:
        put(self.store, rows)
        self.model.update(rows)

    def put_again(self, key: Any) -> None:
        """Deleted and put in one draft: it loses its place."""
        draft = self.store.draft()
        draft.delete("todos", key)
        draft.put("todos", key, "again")
        draft.land()
        self.model.pop(key, None)
        self.model[key] = "again"

    def delete(self, key: Any) -> None:
        delete(self.store, key)
        self.model.pop(key, None)

    def look(self, key: Any) -> None:
        table = self.store.table("todos")
        assert table is not None
        assert self.store.draft().get("todos", key, "none") == self.model.get(key, "none")
        assert (key in table) is (key in self.model)

    def look_at_all(self) -> None:
        assert [*self.store.draft().rows("todos")] == [*self.model.values()]
        assert [*self.store.draft().keys("todos")] == [*self.model]

    def look_in_a_draft(self) -> None:
        draft = self.store.draft()
        draft.put("todos", "draft", 1)
        assert [*draft.rows("todos")] == [*{**self.model, "draft": 1}.values()]

    def mark(self) -> None:
        self.moment = self.store.snapshot(), dict(self.model)

    def back(self) -> None:
        snapshot, model = self.moment
        self.store.restore(snapshot)
        self.model = dict(model)

    def fork(self) -> None:
        Twin(self.store.fork(), self.model, self.forks)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), step), max_size=25))
def test_a_layer_is_as_good_as_a_copy(steps: list[tuple[int, tuple[Any, ...]]]) -> None:
    twins: list[Twin] = []
    Twin(great(), ROWS, twins)
    for which, (method, *arguments) in steps:
        getattr(twins[which % len(twins)], method)(*arguments)
    for twin in twins:
        twin.look_at_all()
    for twin in twins:
        twin.back()
        twin.look_at_all()


# --- when there is one ---------------------------------------------------------------------------


def test_a_few_writes_to_a_great_shared_table_copy_nothing() -> None:
    store = great()
    shared = store.snapshot().tables["todos"]
    put(store, {0: "first"})
    put(store, {"new": "second"})
    layer = store.table("todos")
    assert type(layer) is Layer
    assert layer.writes == {0: "first", "new": "second"}
    assert shared == ROWS


@pytest.mark.parametrize(
    "write",
    [
        lambda store: delete(store, 1),
        lambda store: put(store, dict.fromkeys(range(MOST_WRITES + 1), 0)),
        lambda store: [put(store, {key: 0}) for key in range(MOST_WRITES + 1)],
        lambda store: (store.draft().rows("todos"), put(store, {1: 1})),
    ],
    ids=["a removal", "many at once", "many one by one", "a look at all, and another"],
)
def test_the_two_are_put_together_once_and_for_all_by(write: Any) -> None:
    store = great()
    put(store, {0: "first"})
    write(store)
    table = store.table("todos")
    assert type(table) is dict
    put(store, {3: 3})
    assert store.table("todos") is table


def test_a_small_table_is_copied() -> None:
    store = Store({"todos": {"a": 1}})
    store.snapshot()
    put(store, {"b": 2})
    assert type(store.table("todos")) is dict


def test_what_was_shared_with_a_layer_stays_as_it_was() -> None:
    store = great()
    put(store, {0: "layer"})
    child = store.fork()
    put(store, {0: "parent"})
    put(child, {0: "child"})
    assert [one.draft().get("todos", 0) for one in (store, child)] == ["parent", "child"]
    assert [*store.draft().rows("todos")][1:] == [*child.draft().rows("todos")][1:]

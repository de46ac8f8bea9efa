"""Random histories of stores, snapshots and forks against plain copies of dictionaries."""

from __future__ import annotations

import copy
from typing import Any

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from cloud_fake.state import ABSENT, Draft, Snapshot, Store

Model = dict[str, dict[str, int]]

NAMES = ["todos", "files"]
KEYS = "abc"

#: A write, as the draft's method and its arguments; "table" drops what is there or creates it.
writes = st.one_of(
    st.tuples(st.just("put"), st.sampled_from(NAMES), st.sampled_from(KEYS), st.integers(0, 3)),
    st.tuples(st.just("delete"), st.sampled_from(NAMES), st.sampled_from(KEYS)),
    st.tuples(st.just("table"), st.sampled_from(NAMES)),
)


class World:
    """A store and what it should hold; a draft of it and what that should show."""

    def __init__(self, store: Store, model: Model) -> None:
        self.store, self.model = store, copy.deepcopy(model)
        self.renew()

    def renew(self) -> None:
        self.draft, self.shown = self.store.draft(), copy.deepcopy(self.model)

    def write(self, method: str, name: str, *arguments: Any) -> None:
        if method == "table":
            self._drop_or_create(name)
        elif name in self.shown and method == "put":
            self.draft.put(name, *arguments)
            self.shown[name].update([arguments])
        elif name in self.shown:
            self.draft.delete(name, *arguments)
            self.shown[name].pop(*arguments, None)

    def _drop_or_create(self, name: str) -> None:
        if name in self.shown:
            self.draft.drop_table(name)
            del self.shown[name]
        else:
            self.draft.create_table(name)
            self.shown[name] = {}


def differences(before: Model, after: Model) -> set[tuple[str, str, Any, Any]]:
    return {
        (name, key, old, new)
        for name in {*before, *after}
        for key in {*before.get(name, {}), *after.get(name, {})}
        if (old := before.get(name, {}).get(key, ABSENT))
        != (new := after.get(name, {}).get(key, ABSENT))
    }


def in_order(tables: Any) -> list[tuple[str, list[tuple[str, int]]]]:
    return [(name, [*rows.items()]) for name, rows in tables.items()]


class Histories(RuleBasedStateMachine):
    """Worlds that are written to, rewound and forked; each has one draft under way at any time."""

    worlds: Bundle[World] = Bundle("worlds")
    moments: Bundle[tuple[Snapshot, Model]] = Bundle("moments")

    def __init__(self) -> None:
        super().__init__()
        self.all: list[World] = []

    @initialize(target=worlds)
    def begin(self) -> World:
        world = World(Store(), {})
        tables = [("table", name) for name in NAMES]
        rows = [("put", name, key, 0) for name in NAMES for key in KEYS]
        self.write_and_commit(world, [*tables, *rows])
        return self._enter(world)

    @rule(target=worlds, world=worlds)
    def fork(self, world: World) -> World:
        return self._enter(World(world.store.fork(), world.model))

    @rule(target=moments, world=worlds)
    def snapshot(self, world: World) -> tuple[Snapshot, Model]:
        return world.store.snapshot(), copy.deepcopy(world.model)

    @rule(world=worlds, moment=moments)
    def restore(self, world: World, moment: tuple[Snapshot, Model]) -> None:
        world.store.restore(moment[0])
        world.model = copy.deepcopy(moment[1])
        world.renew()

    @rule(world=worlds, steps=st.lists(writes, min_size=1, max_size=6))
    def write(self, world: World, steps: list[tuple[Any, ...]]) -> None:
        for step in steps:
            world.write(*step)
            self._compare(world.draft, world.shown)

    @rule(world=worlds, steps=st.lists(writes, max_size=3))
    def write_and_commit(self, world: World, steps: list[tuple[Any, ...]]) -> None:
        self.write(world, steps)
        changes = world.draft.commit()
        assert len(changes) == len(set(changes))
        assert set(changes) == differences(world.model, world.shown)
        world.model = world.shown
        world.renew()

    @rule(world=worlds)
    def let_go(self, world: World) -> None:
        world.renew()

    @invariant()
    def every_store_holds_what_it_should(self) -> None:
        for world in self.all:
            tables = {name: world.store.table(name) for name in world.store.names()}
            assert in_order(tables) == in_order(world.model)

    def _enter(self, world: World) -> World:
        self.all.append(world)
        return world

    @staticmethod
    def _compare(draft: Draft, shown: Model) -> None:
        for name in NAMES:
            rows = shown.get(name, {})
            assert draft.has_table(name) is (name in shown)
            assert [*draft.keys(name)] == [*rows]
            assert [*draft.rows(name)] == [*rows.values()]
            assert [draft.get(name, key) for key in KEYS] == [rows.get(key) for key in KEYS]


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=100, stateful_step_count=30, deadline=None)

"""An update of many records is what updates of each of them are, whoever holds the old ones."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloud_fake import CloudError, FakeCloud

#: So many that they are searched in more than one block.
MANY = 1100

VALUES = st.sampled_from([0, 1, -1, 2**53 - 1, 0.5, True, None, "a", [1], {"b": 1}])
SHAPES = st.lists(
    st.dictionaries(st.sampled_from("abc"), VALUES, max_size=3) | st.just({"a": 1, "b": 2}),
    min_size=1,
    max_size=3,
)
WRITES = st.dictionaries(
    st.sampled_from(["a", "b", "c", "a.b"]),
    st.sampled_from([
        ("set", 1), ("set", "a"), ("set", {"b": 1}), ("inc", 1), ("inc", -1), ("inc", 0),
        ("mul", 2), ("max", 1), ("push", 1), ("remove", None),
    ]),
    min_size=1,
    max_size=2,
)  # fmt: skip
CONDITIONS = st.sampled_from([{}, {"n": {"$lt": 1000}}, {"odd": 1}, {"a": 1}])


def filled(shapes: list[dict[str, Any]]) -> FakeCloud:
    cloud = FakeCloud(env="dev-1a2b3c")
    records = [
        {"_id": f"order {n}", **shapes[n * len(shapes) // MANY], "n": n, "odd": n % 2}
        for n in range(MANY)
    ]
    cloud.seed({"orders": records}, openid=None)
    return cloud


def orders_of(cloud: FakeCloud) -> Any:
    return cloud.server.database().collection("orders")


def found(cloud: FakeCloud, condition: dict[str, Any]) -> list[dict[str, Any]]:
    query = orders_of(cloud).where(condition).limit(1000)
    return [record for start in range(0, MANY, 1000) for record in query.skip(start).get()["data"]]


def stored(cloud: FakeCloud) -> str:
    """All records, with their keys in order and kinds told apart."""
    return repr(found(cloud, {}))


def written(writes: dict[str, tuple[str, Any]]) -> dict[str, Any]:
    """The data of an update, with its commands."""
    command = FakeCloud(env="dev-1a2b3c").server.database().command
    return {
        path: command.remove() if name == "remove" else getattr(command, name)(operand)
        for path, (name, operand) in writes.items()
    }


def at_once(cloud: FakeCloud, condition: dict[str, Any], data: dict[str, Any]) -> int | str:
    """How many records it changes, or what it says."""
    try:
        return int(orders_of(cloud).where(condition).update(data=data)["stats"]["updated"])
    except CloudError as error:
        return error.errMsg.removeprefix("collection")


def one_by_one(cloud: FakeCloud, condition: dict[str, Any], data: dict[str, Any]) -> int | str:
    orders, updated = orders_of(cloud), 0
    for record in list(found(cloud, condition)):
        try:
            updated += orders.doc(record["_id"]).update(data=data)["stats"]["updated"]
        except CloudError as error:
            return error.errMsg.removeprefix("document")
    return updated


@settings(max_examples=40)
@given(SHAPES, CONDITIONS, WRITES)
def test_it_is_what_updates_of_each_are(
    shapes: list[dict[str, Any]], condition: dict[str, Any], writes: dict[str, tuple[str, Any]]
) -> None:
    cloud = filled(shapes)
    other = cloud.fork()
    data = written(writes)
    assert at_once(cloud, condition, data) == one_by_one(other, condition, data)
    assert stored(cloud) == stored(other)


@settings(max_examples=20)
@given(SHAPES, CONDITIONS, WRITES, st.booleans())
def test_who_holds_the_old_ones_keeps_them(
    shapes: list[dict[str, Any]],
    condition: dict[str, Any],
    writes: dict[str, tuple[str, Any]],
    writes_one: bool,
) -> None:
    cloud = filled(shapes)
    before, child, moment = stored(cloud), cloud.fork(), cloud.snapshot()

    def change() -> str:
        if writes_one:  # which may lie over the table that others hold, too
            orders_of(cloud).doc("order 7").set(data={"a": 1, "n": 7})
        at_once(cloud, condition, written(writes))
        return stored(cloud)

    after = change()
    assert stored(child) == before
    cloud.restore(moment)
    assert stored(cloud) == before
    assert change() == after


def test_a_watch_is_told_of_it(world: FakeCloud) -> None:
    world.seed({"todos": [{"_id": n, "n": n} for n in range(200)]})
    database = world.database()
    todos, seen = database.collection("todos"), list[Any]()
    todos.where({"n": 150}).watch(onChange=seen.append, onError=seen.append)
    assert todos.where({}).update(data={"m": database.command.inc(2)}).stats.updated == 200
    (_, event) = seen
    (change,) = event.docChanges
    assert (change.docId, change.updatedFields) == (150, {"m": 2})


def test_an_index_that_made_itself_does_not_outlive_it(world: FakeCloud) -> None:
    world.seed({"todos": [{"_id": n, "n": n % 2} for n in range(200)]}, openid=None)
    database = world.server.database()
    todos = database.collection("todos")
    assert [todos.where({"n": 1}).count().total for _ in range(3)] == [100] * 3
    todos.where({}).update(data={"n": database.command.inc(1)})
    assert [todos.where({"n": n}).count().total for n in range(3)] == [0, 100, 100]


def test_what_fails_midway_leaves_what_came_before(world: FakeCloud) -> None:
    kinds = ["text" if n == 170 else n for n in range(200)]
    world.seed({"todos": [{"_id": n, "n": kind} for n, kind in enumerate(kinds)]}, openid=None)
    database = world.server.database()
    todos = database.collection("todos")
    with pytest.raises(CloudError, match="non-numeric type"):
        todos.where({}).update(data={"n": database.command.inc(1000)})
    left = [record["n"] for record in todos.limit(1000).get().data]
    assert left == [*range(1000, 1170), "text", *range(171, 200)]

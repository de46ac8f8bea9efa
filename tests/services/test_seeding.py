"""Seeding: what is put there as it is, whose it is, and that a mistake in it leaves nothing."""

from __future__ import annotations

from typing import Any

import pytest

from cloud_fake import FakeCloud, MisuseError
from cloud_fake.values.dates import from_millis
from cloud_fake.values.kinds import MISSING
from cloud_fake.values.server_dates import ServerDate


def records(cloud: FakeCloud, collection: str = "todos") -> list[dict[str, Any]]:
    return cloud.server.database().collection(collection).get().data


KEPT = [
    # given, owner, kept
    ({"_id": "a", "n": 1}, None, {"_id": "a", "n": 1}),
    ({"n": 1, "_id": "a"}, None, {"_id": "a", "n": 1}),
    ({"_id": "a", "n": 1}, "o-bob", {"_id": "a", "_openid": "o-bob", "n": 1}),
    ({"_id": 7, "_openid": "o-eve"}, "o-bob", {"_id": 7, "_openid": "o-eve"}),
    ({"_id": "a", "n": MISSING, "l": (1, None)}, None, {"_id": "a", "l": [1, None]}),
    ({"_id": "a", "at": ServerDate(5)}, None, {"_id": "a", "at": from_millis(1005)}),
]


@pytest.mark.parametrize("unique", [False, True])
@pytest.mark.parametrize(("given", "owner", "kept"), KEPT)
def test_what_is_seeded(given, owner, kept, unique):
    cloud = FakeCloud(env="dev-1a2b3c", collections=["todos"])
    cloud.clock.freeze()
    cloud.clock.move_to(from_millis(1000))
    if unique:
        cloud.create_index("todos", ["n"], unique=True)
    assert cloud.seed({"todos": iter([given])}, openid=owner) == {"todos": [kept["_id"]]}
    [record] = records(cloud)
    assert list(record.items()) == list(kept.items())


def test_an_id_is_made_where_none_is_given():
    cloud = FakeCloud(env="dev-1a2b3c")
    ids = cloud.seed({"todos": [{"n": 1}, {"_id": None, "n": 2}, {"_id": float("nan")}]})["todos"]
    assert [record["_id"] for record in records(cloud)] == ids
    assert len({len(made) for made in ids}) == 1
    assert len(set(ids)) == 3


MISTAKES = [
    # what is in its place, what the test is told
    (5, "seed(): 'todos' holds objects, not 5"),
    ([("n", 1)], "seed(): 'todos' holds objects, not [('n', 1)]"),
    ({"_id": "old"}, "seed(): 'todos' holds a record with _id 'old' already"),
    ({"_id": "new"}, "seed(): 'todos' holds a record with _id 'new' already"),
    ({"_id": True}, "seed(): 'todos' has texts and numbers as _id, not True"),
    ({"_id": ["x"]}, "seed(): 'todos' has texts and numbers as _id, not ['x']"),
    ({"tags": {1}}, "parameter.todos.tags should be"),
    ({"n": 2**53}, "parameter.todos.n should be a number of at most 2^53 - 1"),
    ({1: "x"}, "parameter.todos should be an object with string keys instead of the key 1"),
]


@pytest.mark.parametrize("unique", [False, True])
@pytest.mark.parametrize(("mistake", "text"), MISTAKES)
def test_a_mistake_leaves_nothing(mistake, text, unique):
    cloud = FakeCloud(env="dev-1a2b3c")
    cloud.seed({"todos": [{"_id": "old"}]}, openid=None)
    if unique:
        cloud.create_index("todos", ["m"], unique=True)
    with pytest.raises(MisuseError) as caught:
        cloud.seed({"other": [{"_id": "x"}], "todos": [{"_id": "new", "m": 1}, mistake]})
    assert text in str(caught.value)
    assert records(cloud) == [{"_id": "old"}]


def test_what_the_test_seeded_from_stays_its_own():
    cloud = FakeCloud(env="dev-1a2b3c")
    mine = {"_id": "a", "tags": ["x"], "at": {"deep": [{}]}}
    cloud.seed({"todos": [mine]}, openid=None)
    mine["tags"].append("y")
    mine["at"]["deep"][0]["z"] = 1
    mine["more"] = 1
    assert records(cloud) == [{"_id": "a", "tags": ["x"], "at": {"deep": [{}]}}]

"""Watching, whatever happens: what a watcher knows is what a query answers."""

from __future__ import annotations

import contextlib
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cloud_fake import CloudError, FakeCloud

IDS = st.sampled_from(["a", "b", "c", "d", "e", "f"])
DATA = st.fixed_dictionaries(
    {},
    optional={
        "n": st.integers(0, 3),
        "room": st.sampled_from([1, 1.0, True, "1", None, [1, "x"], ["x"], {"no": 1}]),
    },
)
WHO = st.sampled_from(["alice", "bob", "server"])


def add(records: Any, key: str, data: dict[str, Any]) -> None:
    records.add(data={"_id": key, **data})


def set_(records: Any, key: str, data: dict[str, Any]) -> None:
    records.doc(key).set(data=data)


def update(records: Any, key: str, data: dict[str, Any]) -> None:
    records.doc(key).update(data=data)


def update_many(records: Any, key: str, data: dict[str, Any]) -> None:
    records.where({"_id": {"$gte": key}}).update(data=data)


def remove(records: Any, key: str, _data: dict[str, Any]) -> None:
    records.doc(key).remove()


def remove_many(records: Any, key: str, _data: dict[str, Any]) -> None:
    records.where({"_id": {"$gte": key}}).remove()


VERBS = st.sampled_from([add, add, set_, set_, update, update, update_many, remove, remove_many])
WRITES = st.lists(st.tuples(WHO, VERBS, IDS, DATA), min_size=1, max_size=12)

#: Queries that the index of watches knows by a value, and others.
QUERIES: dict[str, Any] = {
    "all": lambda it: it,
    "number": lambda it: it.where({"room": 1}),
    "boolean": lambda it: it.where({"room": True}),
    "text": lambda it: it.where({"room": "x"}),
    "null": lambda it: it.where({"room": None}),
    "inner": lambda it: it.where({"room.no": 1}),
    "range": lambda it: it.where({"n": {"$gt": 1}}),
    "both": lambda it: it.where({"n": {"$lt": 3}, "room": 1}),
    "one": lambda it: it.where({"_id": "c"}),
}
LIMITED: dict[str, Any] = {
    "best": lambda it: it.orderBy("n", "desc").limit(2),
    "first": lambda it: it.where({"room": 1}).orderBy("_id", "asc").limit(1),
    "more than there are": lambda it: it.orderBy("n", "asc").limit(9),
}


class Follower:
    """A watcher that also repeats the changes by itself."""

    def __init__(self, query: Any) -> None:
        self.query = query
        self.snapshots: list[Any] = []
        self.repeated: dict[str, Any] = {}
        query.watch(onChange=self.hear, onError=self.fail)

    def hear(self, snapshot: Any) -> None:
        self.snapshots.append(snapshot)
        for change in snapshot.docChanges:
            if change.queueType == "dequeue":
                del self.repeated[change.docId]
            else:
                assert (change.docId in self.repeated) == (change.queueType == "update")
                self.repeated[change.docId] = change.doc

    def fail(self, error: CloudError) -> None:
        raise AssertionError(error)

    def docs(self) -> dict[str, Any]:
        return {doc["_id"]: doc for doc in self.snapshots[-1].docs}


def story(permission: str) -> tuple[dict[str, Any], list[Follower]]:
    cloud = FakeCloud(env="dev-1", openid="o-alice")
    cloud.create_collection("room", permission=permission)
    users: dict[str, Any] = {"alice": cloud, "bob": cloud.as_user("o-bob"), "server": cloud.server}
    records = {who: user.database().collection("room") for who, user in users.items()}
    followers = [
        Follower(query(records[who]))
        for who in ("alice", "bob")
        for query in (*QUERIES.values(), *LIMITED.values())
    ]
    return records, followers


@settings(max_examples=60, deadline=None)
@given(permission=st.sampled_from(["READONLY", "PRIVATE"]), writes=WRITES)
def test_a_watcher_knows_what_a_query_answers(permission: str, writes: list[Any]) -> None:
    records, followers = story(permission)
    for who, verb, key, data in writes:
        with contextlib.suppress(CloudError):
            verb(records[who], key, data)
        for follower in followers:
            answer = {doc["_id"]: doc for doc in follower.query.get().data}
            assert follower.docs() == answer == follower.repeated
    for follower in followers:
        assert [it.id for it in follower.snapshots] == list(range(len(follower.snapshots)))


def test_a_tie_at_the_limit_is_broken_as_a_query_does() -> None:
    """By the records' places in the collection, whichever of them the watcher has known longer."""
    cloud = FakeCloud(env="dev-1", collections=["room"])
    room = cloud.database().collection("room")
    for key, n in {"a": 0, "b": 3, "c": 0}.items():
        room.add(data={"_id": key, "n": n})
    follower = Follower(room.orderBy("n", "desc").limit(2))
    for key, n in {"a": 3, "c": 5}.items():
        room.doc(key).update(data={"n": n})
        answer = [doc["_id"] for doc in follower.query.get().data]
        assert sorted(follower.docs()) == sorted(answer)
    assert sorted(follower.repeated) == ["a", "c"]

"""Whatever becomes of a watch's events: who applies what they tell knows what there is."""

from __future__ import annotations

import contextlib
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cloud_fake import CloudError, FakeCloud

IDS = "abcd"
WRITES = st.one_of(
    st.tuples(st.just("set"), st.sampled_from(IDS), st.integers(0, 2)),
    st.tuples(st.just("update"), st.sampled_from(IDS), st.integers(0, 2)),
    st.tuples(st.just("remove"), st.sampled_from(IDS), st.just(0)),
    st.tuples(st.just("wait"), st.just(""), st.integers(0, 20)),
)
RULES = [
    "watch.todos: gap p 0.4",
    "watch.todos: gap(n=3) p 0.3",
    "watch.todos: offline between 5s 12s",
    "watch.todos: partition p 0.3",
    "watch.todos: late_init(seconds=9)",
    "watch.todos: jam nth 2",
    "watch.todos: echo_late p 0.5",
    "watch.todos: duplicate_event p 0.5",
]


class Mirror:
    """A client that believes the changes, event by event, and looks at nothing else."""

    def __init__(self) -> None:
        self.known: dict[str, dict[str, Any]] = {}
        self.is_right = True
        self.error: CloudError | None = None

    def hear(self, snapshot: Any) -> None:
        if snapshot["type"] == "init":
            self.known = {}
        for change in snapshot["docChanges"]:
            if change["queueType"] == "dequeue":
                self.known.pop(change["docId"], None)
            else:
                self.known[change["docId"]] = dict(change["doc"])
        told = {record["_id"]: record for record in snapshot["docs"]}
        self.is_right = self.is_right and self.known == told

    def fail(self, error: CloudError) -> None:
        self.error = error


def do(cloud: FakeCloud, verb: str, document_id: str, n: int) -> None:
    if verb == "wait":
        cloud.clock.advance(n)
        return
    record = cloud.database().collection("todos").doc(document_id)
    with contextlib.suppress(CloudError):
        if verb == "set":
            record.set(data={"n": n, "m": 1})
        elif verb == "update":
            record.update(data={"n": n})
        else:
            record.remove()


@settings(max_examples=100, deadline=None)
@given(
    st.lists(WRITES, max_size=14), st.sets(st.sampled_from(RULES), max_size=3), st.integers(0, 9)
)
def test_who_applies_what_events_tell_knows_what_there_is(
    writes: list[tuple[str, str, int]], rules: set[str], seed: int
) -> None:
    cloud = FakeCloud(env="dev", collections=["todos"], seed=seed)
    cloud.clock.freeze()
    for rule in sorted(rules):
        cloud.faults.add(rule)
    mirror = Mirror()
    todos = cloud.database().collection("todos").where({"n": cloud.database().command.lt(2)})
    todos.watch(onChange=mirror.hear, onError=mirror.fail)
    for write in writes:
        do(cloud, *write)
    cloud.faults.heal()
    cloud.clock.advance(60)
    assert mirror.is_right
    if mirror.error is None:
        assert mirror.known == {record["_id"]: record for record in todos.get().data}
    else:
        assert mirror.error.errCode in (-402003, -1)

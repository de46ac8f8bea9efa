"""Watching: who is told what, in which order, and how it ends."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from cloud_fake import CloudError, FakeCloud
from cloud_fake.errors import NotSupportedByFake
from cloud_fake.kernel import outbox
from cloud_fake.services.realtime.windows import Window


class Ear:
    """Writes down what a watch tells."""

    def __init__(self) -> None:
        self.snapshots: list[Any] = []
        self.errors: list[CloudError] = []

    def watch(self, query: Any) -> Any:
        return query.watch(onChange=self.snapshots.append, onError=self.errors.append)

    @property
    def last(self) -> Any:
        return self.snapshots[-1]

    def changes(self) -> list[tuple[str, str, str]]:
        return [(it.queueType, it.dataType, it.docId) for it in self.last.docChanges]

    def ids(self) -> list[str]:
        return [doc["_id"] for doc in self.last.docs]


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
def todos(app: Any) -> Any:
    """A collection that everybody reads: `a` is open, `b` is done."""
    collection = app.database().collection("readonly")
    collection.add(data={"_id": "a", "done": False, "text": "milk"})
    collection.add(data={"_id": "b", "done": True, "text": "bread"})
    return collection


# --- the table of writes: what happens to the list, what was done to the record ------------------

OPEN, DONE = {"done": False}, {"done": True}

# Source: developers.weixin.qq.com, Collection.watch, the table of dataType by queueType.
WRITES = [
    pytest.param(
        lambda it: it.doc("a").update(data={"text": "tea"}),
        [("update", "update", "a")],
        ["a"],
        id="update, stays",
    ),
    pytest.param(
        lambda it: it.doc("b").update(data=OPEN),
        [("enqueue", "update", "b")],
        ["a", "b"],
        id="update, enters",
    ),
    pytest.param(
        lambda it: it.doc("a").update(data=DONE),
        [("dequeue", "update", "a")],
        [],
        id="update, leaves",
    ),
    pytest.param(
        lambda it: it.doc("a").set(data=OPEN),
        [("update", "replace", "a")],
        ["a"],
        id="set, stays",
    ),
    pytest.param(
        lambda it: it.doc("b").set(data=OPEN),
        [("enqueue", "replace", "b")],
        ["a", "b"],
        id="set, enters",
    ),
    pytest.param(
        lambda it: it.doc("a").set(data=DONE),
        [("dequeue", "replace", "a")],
        [],
        id="set, leaves",
    ),
    pytest.param(
        lambda it: it.doc("c").set(data=OPEN),
        [("enqueue", "add", "c")],
        ["a", "c"],
        id="set that creates",
    ),
    pytest.param(
        lambda it: it.add(data={"_id": "c", **OPEN}),
        [("enqueue", "add", "c")],
        ["a", "c"],
        id="add",
    ),
    pytest.param(
        lambda it: it.doc("a").remove(),
        [("dequeue", "remove", "a")],
        [],
        id="remove",
    ),
    pytest.param(
        lambda it: it.where({"_id": "a"}).remove(),
        [("dequeue", "remove", "a")],
        [],
        id="remove of a query",
    ),
]


@pytest.mark.parametrize(("write", "changes", "ids"), WRITES)
def test_a_write_is_told(
    todos: Any, ear: Ear, write: Any, changes: list[tuple[str, str, str]], ids: list[str]
) -> None:
    ear.watch(todos.where(OPEN))
    write(todos)
    assert (ear.last.id, ear.changes(), ear.ids()) == (1, changes, ids)
    assert not ear.errors


@pytest.mark.parametrize(
    "write",
    [
        pytest.param(lambda it: it.add(data=DONE), id="add outside"),
        pytest.param(lambda it: it.doc("b").update(data={"text": "tea"}), id="update outside"),
        pytest.param(lambda it: it.doc("b").set(data=DONE), id="set outside"),
        pytest.param(lambda it: it.doc("b").remove(), id="remove outside"),
        pytest.param(lambda it: it.doc("a").update(data=OPEN), id="update that changes nothing"),
        pytest.param(lambda it: it.doc("nobody").update(data=OPEN), id="update of nothing"),
        pytest.param(lambda it: it.get(), id="a read"),
    ],
)
def test_what_does_not_concern_the_result_is_not_told(todos: Any, ear: Ear, write: Any) -> None:
    ear.watch(todos.where(OPEN))
    write(todos)
    assert len(ear.snapshots) == 1


# --- what an event holds -------------------------------------------------------------------------


def test_the_first_event_tells_what_is_there(todos: Any, ear: Ear) -> None:
    ear.watch(todos)
    records = {record["_id"]: record for record in todos.get().data}
    assert (ear.last.id, ear.last.type) == (0, "init")
    assert ear.last.docs == [records["b"], records["a"]]  # "orderBy('id', 'desc')"
    assert ear.last.docChanges == [
        {"id": 0, "queueType": "init", "dataType": "init", "docId": key, "doc": records[key]}
        for key in ("b", "a")
    ]


def test_the_first_event_comes_also_when_nothing_is_there(todos: Any, ear: Ear) -> None:
    ear.watch(todos.where({"done": "maybe"}))
    assert (ear.last.id, ear.last.type, ear.last.docs, ear.last.docChanges) == (0, "init", [], [])


def test_events_are_numbered_and_named(todos: Any, ear: Ear) -> None:
    ear.watch(todos)
    for text in ("tea", "rice"):
        todos.doc("a").update(data={"text": text})
    assert [it.id for it in ear.snapshots] == [0, 1, 2]
    assert [it.type for it in ear.snapshots] == ["init", None, None]
    assert len({it.watchId for it in ear.snapshots}) == 1
    assert len({it.requestId for it in ear.snapshots}) == 3


def test_one_write_of_many_records_is_one_event(todos: Any, ear: Ear) -> None:
    ear.watch(todos.where(OPEN))
    todos.where({}).update(data={"done": False, "seen": True})
    assert len(ear.snapshots) == 2
    assert ear.changes() == [("update", "update", "a"), ("enqueue", "update", "b")]
    assert {it.id for it in ear.last.docChanges} == {1}


def test_an_update_names_the_fields(world: FakeCloud, todos: Any, ear: Ear) -> None:
    _ = world.database().command
    todos.doc("a").update(data={"style": {"color": "red", "size": 1}, "tags": ["x", "y"]})
    ear.watch(todos)
    todos.doc("a").update(data={"style": {"color": "blue"}, "tags": ["x", "z"], "text": _.remove()})
    (change,) = ear.last.docChanges
    assert change.updatedFields == {"style.color": "blue", "tags.1": "z"}
    assert change.removedFields == ["text"]
    assert change.doc == ear.last.docs[1] == todos.doc("a").get().data


@pytest.mark.parametrize(
    ("write", "named"),
    [
        pytest.param(lambda it: it.doc("b").update(data=OPEN), True, id="update, enters"),
        pytest.param(lambda it: it.doc("a").update(data=DONE), True, id="update, leaves"),
        pytest.param(lambda it: it.doc("a").set(data=OPEN), False, id="set"),
        pytest.param(lambda it: it.add(data=OPEN), False, id="add"),
        pytest.param(lambda it: it.doc("a").remove(), False, id="remove"),
    ],
)
def test_only_updates_name_fields(todos: Any, ear: Ear, write: Any, named: bool) -> None:
    ear.watch(todos.where(OPEN))
    write(todos)
    (change,) = ear.last.docChanges
    assert ("updatedFields" in change, "removedFields" in change) == (named, named)


def test_a_removed_record_is_told_as_it_was_last(todos: Any, ear: Ear) -> None:
    ear.watch(todos)
    todos.doc("a").update(data={"text": "tea"})
    todos.doc("a").remove()
    assert ear.last.docChanges[0].doc["text"] == "tea"


def test_a_record_that_leaves_is_told_as_it_is_now(todos: Any, ear: Ear) -> None:
    ear.watch(todos.where(OPEN))
    todos.doc("a").update(data=DONE)
    assert ear.last.docChanges[0].doc["done"] is True


def test_what_is_told_is_nobody_elses(todos: Any, ear: Ear) -> None:
    todos.doc("a").update(data={"tags": ["x"]})
    ear.watch(todos)
    first = ear.last
    first.docs[1]["tags"].append("mine")
    assert todos.doc("a").get().data["tags"] == ["x"]
    todos.doc("a").update(data={"text": "tea"})
    assert (first.docs[1]["text"], len(first.docs)) == ("milk", 2)
    assert ear.last.docs[1]["tags"] == ["x"]


def test_values_are_read_back_as_by_get(world: FakeCloud, todos: Any, ear: Ear) -> None:
    db = world.database()
    todos.doc("a").set(data={"at": db.Geo.Point(113, 23), "when": db.serverDate()})
    ear.watch(todos.doc("a"))
    assert ear.last.docs == [todos.doc("a").get().data]
    assert ear.last.docs[0]["at"] == db.Geo.Point(113, 23)


# --- what is watched -----------------------------------------------------------------------------


def test_one_record(todos: Any, ear: Ear) -> None:
    ear.watch(todos.doc("c"))
    todos.doc("a").update(data={"text": "tea"})
    todos.doc("c").set(data={"text": "rice"})
    todos.doc("c").remove()
    told = [(it.id, [change.dataType for change in it.docChanges]) for it in ear.snapshots]
    assert told == [(0, []), (1, ["add"]), (2, ["remove"])]


def test_skip_and_field_do_not_count(todos: Any, ear: Ear) -> None:
    ear.watch(todos.skip(1).field({"text": True}))
    assert ear.ids() == ["b", "a"]
    assert set(ear.last.docs[0]) == {"_id", "_openid", "done", "text"}


def test_the_date_of_a_condition_is_the_moment_of_the_watch(world: FakeCloud, ear: Ear) -> None:
    db = world.database()
    ear.watch(db.collection("readonly").where({"at": db.command.gt(db.serverDate())}))
    db.collection("readonly").add(data={"_id": "now", "at": db.serverDate()})
    world.clock.advance(hours=1)
    db.collection("readonly").add(data={"_id": "later", "at": db.serverDate()})
    assert ear.ids() == ["later"]


def test_without_a_limit_it_is_all_records(world: FakeCloud, ear: Ear) -> None:
    world.seed({"readonly": [{"_id": f"{n:02}", "n": -n} for n in range(30)]})
    ear.watch(world.database().collection("readonly").orderBy("n", "asc"))
    assert ear.ids() == [f"{n:02}" for n in reversed(range(30))]


def test_what_enters_is_appended_whatever_the_order(todos: Any, ear: Ear) -> None:
    ear.watch(todos.orderBy("_id", "asc"))
    todos.add(data={"_id": "0"})
    assert ear.ids() == ["a", "b", "0"]


# --- with a limit --------------------------------------------------------------------------------


@pytest.fixture
def ranked(app: Any) -> Any:
    """Three players by points, best first; the two best are watched below."""
    collection = app.database().collection("readonly")
    for name, points in (("ann", 30), ("bea", 20), ("cid", 10)):
        collection.add(data={"_id": name, "points": points})
    return collection


# [uncertain: which data type a record has that its own update pushes out; here its update's]
LIMITED = [
    pytest.param(
        lambda it: it.add(data={"_id": "dan", "points": 25}),
        [("enqueue", "add", "dan"), ("dequeue", "limit", "bea")],
        ["ann", "dan"],
        id="a newcomer pushes out",
    ),
    pytest.param(
        lambda it: it.doc("ann").remove(),
        [("dequeue", "remove", "ann"), ("enqueue", "limit", "cid")],
        ["bea", "cid"],
        id="a leaver lets in",
    ),
    pytest.param(
        lambda it: it.doc("ann").update(data={"points": 5}),
        [("dequeue", "update", "ann"), ("enqueue", "limit", "cid")],
        ["bea", "cid"],
        id="an update falls behind",
    ),
    pytest.param(
        lambda it: it.doc("cid").set(data={"points": 40}),
        [("enqueue", "replace", "cid"), ("dequeue", "limit", "bea")],
        ["ann", "cid"],
        id="a set gets ahead",
    ),
    pytest.param(
        lambda it: it.doc("bea").update(data={"points": 50}),
        [("update", "update", "bea")],
        ["ann", "bea"],
        id="an overtaking within",
    ),
]


@pytest.mark.parametrize(("write", "changes", "ids"), LIMITED)
def test_the_limit_moves_others(
    ranked: Any, ear: Ear, write: Any, changes: list[tuple[str, str, str]], ids: list[str]
) -> None:
    ear.watch(ranked.orderBy("points", "desc").limit(2))
    assert ear.ids() == ["ann", "bea"]
    write(ranked)
    assert (ear.changes(), ear.ids()) == (changes, ids)


def test_what_stays_behind_the_limit_is_not_told(ranked: Any, ear: Ear) -> None:
    ear.watch(ranked.orderBy("points", "desc").limit(2))
    ranked.doc("cid").update(data={"points": 11})
    ranked.add(data={"points": 1})
    assert len(ear.snapshots) == 1


def test_a_limit_without_an_order_counts_from_the_greatest_id(ranked: Any, ear: Ear) -> None:
    ear.watch(ranked.limit(2))
    assert ear.ids() == ["cid", "bea"]


@pytest.mark.parametrize("limit", [-1, 1.5, "2", True, float("inf")])
def test_a_limit_is_a_whole_number(world: FakeCloud, ear: Ear, limit: Any) -> None:
    ear.watch(world.database().collection("todos").limit(limit))
    assert [error.code for error in ear.errors] == ([] if limit is True else [-501007])


def test_a_limit_of_zero_is_none(ranked: Any, ear: Ear) -> None:
    ear.watch(ranked.limit(0))
    assert len(ear.ids()) == 3


def test_pushed_out_records_are_told_whole(ranked: Any, ear: Ear) -> None:
    ear.watch(ranked.orderBy("points", "desc").limit(2))
    ranked.add(data={"_id": "dan", "points": 25})
    assert ear.last.docChanges[1].doc["points"] == 20


# --- who may see what ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("permission", "told"),
    [("PRIVATE", ["bobs"]), ("READONLY", ["bobs", "alices", "clouds"]), ("ADMINWRITE", ["clouds"])],
)
def test_a_watch_obeys_the_permission_to_read(
    world: FakeCloud, face: Any, ear: Ear, permission: str, told: list[str]
) -> None:
    world.create_collection("room", permission=permission)
    bob = world.as_user("o-bob")
    ear.watch(face(bob).database().collection("room"))
    for app, name in ((bob, "bobs"), (world, "alices"), (world.server, "clouds")):
        try:
            app.database().collection("room").add(data={"_id": name})
        except CloudError as error:
            assert permission == "ADMINWRITE", error  # noqa: PT017 - nobody but the cloud writes
    assert ear.ids() == told


def test_nobody_signed_in_sees_nothing_private(world: FakeCloud, ear: Ear) -> None:
    ear.watch(world.as_user(None).database().collection("private"))
    world.server.database().collection("private").add(data={"text": "nobody's"})
    assert [it.docs for it in ear.snapshots] == [[]]


def test_custom_rules_want_to_be_implied_by_the_query(world: FakeCloud, ear: Ear) -> None:
    world.set_collection_permission("todos", {"read": "doc._openid == auth.openid", "write": True})
    todos = world.database().collection("todos")
    ear.watch(todos)
    assert [error.code for error in ear.errors] == [-502003]
    ear.watch(todos.where({"_openid": "{openid}"}))
    todos.add(data={"_id": "alices"})
    world.as_user("o-bob").database().collection("todos").add(data={"_id": "bobs"})
    assert ear.ids() == ["alices"]


def test_the_writes_of_functions_and_of_the_server_are_told(world: FakeCloud, ear: Ear) -> None:
    ear.watch(world.database().collection("readonly"))

    @world.function("post")
    def post(event: dict[str, Any], context: Any) -> None:
        context.cloud.database().collection("readonly").add(data={"_id": "function's"})

    world.callFunction(name="post")
    world.server.database().collection("readonly").add(data=[{"_id": "1"}, {"_id": "2"}])
    assert ear.ids() == ["function's", "1", "2"]
    assert ear.changes() == [("enqueue", "add", "1"), ("enqueue", "add", "2")]


def test_the_server_sdk_has_no_watch(world: FakeCloud) -> None:
    with pytest.raises(AttributeError):
        Ear().watch(world.server.database().collection("todos"))


def test_another_environment_is_another_collection(ear: Ear) -> None:
    cloud = FakeCloud(env="dev-1", auto_create_collections=True)
    cloud._world.add_env("prod-1")
    ear.watch(cloud.database().collection("todos"))
    cloud.database(env="prod-1").collection("todos").add(data={})
    assert len(ear.snapshots) == 1


# --- asking ---------------------------------------------------------------------------------------


def hear(_news: object) -> None:
    """A handler."""


MISSING_BOTH = (
    "parameter.onChange should be function instead of undefined;"
    "parameter.onError should be function instead of undefined;"
)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({}, MISSING_BOTH),
        ({"onChange": hear}, "parameter.onError should be function instead of undefined;"),
        ({"onError": hear}, "parameter.onChange should be function instead of undefined;"),
        (
            {"onChange": None, "onError": "print"},
            "parameter.onChange should be function instead of null;"
            "parameter.onError should be function instead of string;",
        ),
        (None, "parameter should be object instead of null; "),
    ],
)
def test_both_handlers_must_be_functions(todos: Any, options: Any, text: str) -> None:
    with pytest.raises(CloudError) as caught:
        todos.watch(options)
    assert (caught.value.errCode, caught.value.errMsg) == (-401003, text)


def test_either_form_and_the_handlers_are_kept(todos: Any) -> None:
    for watcher in (
        todos.watch(onChange=hear, onError=print),
        todos.watch({"onChange": hear, "onError": print}),
    ):
        assert (watcher.onChange, watcher.onError) == (hear, print)


@pytest.mark.parametrize(
    ("positional", "keywords"),
    [
        ((), {"onChange": hear, "onerror": hear}),
        (({"onChange": hear, "onError": hear},), {"onError": hear}),
    ],
)
def test_python_checks_its_own_part(todos: Any, positional: Any, keywords: Any) -> None:
    with pytest.raises(TypeError):
        todos.watch(*positional, **keywords)


def test_coroutine_functions_are_refused(todos: Any) -> None:
    async def hear_later(_news: object) -> None:
        """Nobody would await this."""

    with pytest.raises(NotSupportedByFake):
        todos.watch(onChange=hear_later, onError=hear)


def test_on_the_blocking_face_the_handlers_are_needed(world: FakeCloud) -> None:
    with pytest.raises(CloudError) as caught:
        world.database().collection("todos").watch()  # type: ignore[call-overload]
    assert caught.value.errMsg == "parameter should be object instead of undefined; "


def test_before_init_it_throws() -> None:
    cloud = FakeCloud(env="dev-1")
    todos = cloud.database().collection("todos")
    todos._session.envs = None
    with pytest.raises(CloudError, match="Cloud API isn't enabled"):
        Ear().watch(todos)


# --- when it cannot begin, or go on --------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "code", "number"),
    [
        ("nowhere", "DATABASE_COLLECTION_NOT_EXIST", -502005),
        ("adminonly", "COLLECTION_PERMISSION_DENIED", -502003),
    ],
)
def test_a_watch_that_cannot_begin(app: Any, ear: Ear, name: str, code: str, number: int) -> None:
    watcher = ear.watch(app.database().collection(name))
    (error,) = ear.errors
    assert (error.errCode, error.code) == (-402002, number)
    assert error.errMsg.startswith(f'Error: Watch Error {{"code":"{code}","message":"')
    assert error.message.startswith("errCode: -402002 realtime listener init watch fail | errMsg: ")
    watcher.close()
    assert not ear.snapshots


def test_a_condition_that_mongodb_refuses(world: FakeCloud, ear: Ear) -> None:
    todos = world.database().collection("todos")
    ear.watch(todos.where({"n": {"$gt": 1, "$nonsense": 2}}))
    assert [error.errCode for error in ear.errors] == [-402002]


def test_too_many_records_at_first(world: FakeCloud, ear: Ear) -> None:
    world.seed({"readonly": [{} for _ in range(5001)]})
    ear.watch(world.database().collection("readonly"))
    assert ([error.errCode for error in ear.errors], ear.snapshots) == ([-402002], [])
    ear.watch(world.database().collection("readonly").limit(5000))
    assert len(ear.last.docs) == 5000


def test_too_many_records_later_on(world: FakeCloud, ear: Ear) -> None:
    world.seed({"readonly": [{} for _ in range(5000)]})
    collection = world.database().collection("readonly")
    ear.watch(collection)
    for _ in range(2):
        collection.add(data={})
    assert [it.id for it in ear.snapshots] == [0, 1]
    (error,) = ear.errors
    assert (error.errCode, error.errMsg[:10]) == (-402006, "SYS_ERR - ")


@pytest.mark.parametrize(
    ("injected", "shown"), [(-501001, -402002), (-502003, -402002), (-402008, -402008)]
)
def test_a_scripted_failure(world: FakeCloud, ear: Ear, injected: int, shown: int) -> None:
    world.faults.fail("watch.todos", code=injected, times=1)
    todos = world.database().collection("todos")
    ear.watch(todos)
    assert [(error.errCode, error.code) for error in ear.errors] == [(shown, injected)]
    ear.watch(todos)
    assert ear.last.type == "init"


def test_a_scripted_delay(world: FakeCloud, app: Any, ear: Ear) -> None:
    world.faults.delay("watch.*", seconds=3)
    before = world.clock.now()
    ear.watch(app.database().collection("todos"))
    assert ((world.clock.now() - before).total_seconds(), ear.last.type) == (3, "init")


def test_a_lost_reply_ends_the_watch(world: FakeCloud, ear: Ear) -> None:
    todos = world.database().collection("todos")
    world.faults.lose_reply("watch.*")
    watcher = ear.watch(todos)
    todos.add(data={})
    assert (len(ear.snapshots), len(ear.errors)) == (1, 1)
    assert repr(watcher) == "<Watcher of todos for o-alice, closed>"
    assert world._world.observers == {}


# --- how it ends ---------------------------------------------------------------------------------


def test_closing(todos: Any, ear: Ear) -> None:
    watcher = ear.watch(todos)
    watcher.close()
    watcher.close()
    todos.add(data={})
    assert len(ear.snapshots) == 1


def test_closing_one_of_two(world: FakeCloud, ear: Ear) -> None:
    todos = world.database().collection("readonly")
    other = Ear()
    first = other.watch(todos.where({"room": 1}))
    ear.watch(todos.where({"room": 1}))
    first.close()
    todos.add(data={"_id": "a", "room": 1})
    assert (ear.ids(), len(other.snapshots)) == (["a"], 1)


def test_closing_within_a_handler(todos: Any, ear: Ear) -> None:
    def close_at_first_change(snapshot: Any) -> None:
        ear.snapshots.append(snapshot)
        if snapshot.type != "init":
            watcher.close()

    watcher = todos.watch(onChange=close_at_first_change, onError=hear)
    for _ in range(3):
        todos.add(data={})
    assert len(ear.snapshots) == 2


def test_closing_another_that_is_about_to_be_told(world: FakeCloud, ear: Ear) -> None:
    todos = world.database().collection("readonly")

    def close_the_other(snapshot: Any) -> None:
        if snapshot.id == 1:
            other.close()

    todos.watch(onChange=close_the_other, onError=hear)
    other = ear.watch(todos)
    todos.add(data={})
    assert len(ear.snapshots) == 1


@pytest.mark.parametrize("forget", ["restore", "reset"])
def test_another_state_ends_all_watches_silently(world: FakeCloud, ear: Ear, forget: str) -> None:
    state = world.snapshot()
    todos = world.database().collection("todos")
    old = ear.watch(todos)
    world.restore(state) if forget == "restore" else world.reset()
    todos.add(data={"_id": "a"})
    assert (len(ear.snapshots), ear.errors) == (1, [])
    new = Ear()
    new.watch(todos)
    old.close()  # which must not take the new one along
    todos.add(data={"_id": "b"})
    assert new.ids() == ["a", "b"]


def test_a_fork_is_watched_by_nobody(world: FakeCloud, ear: Ear) -> None:
    ear.watch(world.database().collection("todos"))
    world.fork().database().collection("todos").add(data={})
    assert len(ear.snapshots) == 1


def test_a_world_without_watches_keeps_no_observers(world: FakeCloud, ear: Ear) -> None:
    todos = world.database().collection("todos")
    watchers = [ear.watch(todos), ear.watch(todos.where({"n": 1})), ear.watch(todos.doc("x"))]
    assert len(world._world.observers) == 1
    for watcher in watchers:
        watcher.close()
    assert world._world.observers == {}


# --- handlers that do things ---------------------------------------------------------------------


def test_what_a_handler_raises_is_swallowed_and_noted(
    world: FakeCloud, todos: Any, ear: Ear
) -> None:
    def stumble(_news: object) -> None:
        raise ValueError("stumbled")

    todos.watch(onChange=stumble, onError=stumble)
    ear.watch(todos)
    assert todos.add(data={"_id": "c"})._id == "c"
    assert ear.ids() == ["b", "a", "c"]
    assert "the handler raised ValueError: stumbled" in str(world.calls)


def test_an_interrupt_is_not_swallowed_and_loses_nothing(world: FakeCloud, ear: Ear) -> None:
    todos = world.database().collection("readonly")

    def interrupt(snapshot: Any) -> None:
        if snapshot.id == 1:
            raise KeyboardInterrupt

    todos.watch(onChange=interrupt, onError=hear)
    ear.watch(todos)
    with pytest.raises(KeyboardInterrupt):
        todos.add(data={"_id": "a"})
    todos.add(data={"_id": "b"})
    assert [len(it.docs) for it in ear.snapshots] == [0, 1, 2]


def test_a_handler_that_writes_hears_of_it_next_and_in_order(todos: Any) -> None:
    heard: list[tuple[int, list[str], int]] = []
    depth = 0

    def answer(snapshot: Any) -> None:
        nonlocal depth
        depth += 1
        heard.append((snapshot.id, [it["_id"] for it in snapshot.docs], depth))
        if snapshot.id < 3:
            todos.add(data={"_id": f"answer {snapshot.id}"})
        depth -= 1

    other = Ear()
    other.watch(todos)
    todos.watch(onChange=answer, onError=hear)
    assert heard[-1] == (3, ["b", "a", "answer 0", "answer 1", "answer 2"], 1)
    assert [it[0] for it in heard] == [0, 1, 2, 3]
    todos.add(data={"_id": "more"})
    assert other.ids() == [*heard[-1][1]]


def test_two_handlers_that_write_hear_the_same_order(world: FakeCloud) -> None:
    todos = world.database().collection("readonly")
    ears = {"one": Ear(), "two": Ear()}
    for name, ear in ears.items():

        def answer(snapshot: Any, name: str = name, ear: Ear = ear) -> None:
            ear.snapshots.append(snapshot)
            if [it["_id"] for it in snapshot.docs] == ["question"]:
                todos.add(data={"_id": name})

        todos.watch(onChange=answer, onError=hear)
    todos.add(data={"_id": "question"})
    assert [ear.ids() for ear in ears.values()] == [["question", "one", "two"]] * 2
    assert [[it.id for it in ear.snapshots] for ear in ears.values()] == [[0, 1, 2, 3]] * 2


def test_a_watch_begun_within_a_handler(world: FakeCloud, ear: Ear) -> None:
    todos = world.database().collection("readonly")
    todos.watch(
        onChange=lambda snapshot: ear.watch(todos) if snapshot.type is None else None,
        onError=hear,
    )
    todos.add(data={"_id": "a"})
    assert [(it.type, len(it.docs)) for it in ear.snapshots] == [("init", 1)]


# --- threads --------------------------------------------------------------------------------------


def run_threads(work: Any, count: int) -> None:
    threads = [threading.Thread(target=work, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_threads_are_heard_in_the_order_of_their_commits(
    world: FakeCloud, ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "PATIENCE", 60)
    readonly = world.database().collection("readonly")
    ear.watch(readonly)
    unheard: list[str | int] = []

    def write(thread: int) -> None:
        for number in range(25):
            name = readonly.add(data={"_id": f"{thread}.{number}"})._id
            if name not in ear.ids():
                unheard.append(name)

    run_threads(write, 4)
    stored = world._world.store.table(("records", 0, "readonly"))
    assert stored is not None
    assert ear.ids() == list(stored)
    assert [it.id for it in ear.snapshots] == list(range(101))
    assert unheard == []


def test_a_handler_may_wait_for_another_thread(
    world: FakeCloud, ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "PATIENCE", 0.01)
    readonly = world.database().collection("readonly")

    def delegate(snapshot: Any) -> None:
        ear.snapshots.append(snapshot)
        if snapshot.id == 1:
            run_threads(lambda number: readonly.add(data={"_id": f"thread {number}"}), 1)

    readonly.watch(onChange=delegate, onError=hear)
    readonly.add(data={"_id": "main"})
    assert ear.ids() == ["main", "thread 0"]


# --- cost ----------------------------------------------------------------------------------------


def test_a_write_looks_only_at_the_watches_it_may_concern(
    world: FakeCloud, ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[Window] = []
    sees = Window.sees

    def count(window: Window, record: Any) -> bool:
        looked.append(window)
        return sees(window, record)

    readonly = world.database().collection("readonly")
    for room in range(100):
        ear.watch(readonly.where({"room": room, "n": world.database().command.gt(0)}))
    monkeypatch.setattr(Window, "sees", count)
    readonly.add(data={"_id": "a", "room": 7, "n": 1})
    assert (len(looked), ear.ids()) == (1, ["a"])
    readonly.doc("a").update(data={"room": 8})
    assert len(looked) == 3
    assert ear.changes() == [("enqueue", "update", "a")]


# --- the timeline --------------------------------------------------------------------------------


def test_the_timeline_tells_calls_and_events(world: FakeCloud, todos: Any, ear: Ear) -> None:
    world.calls.clear()
    ear.watch(todos.where(OPEN))
    todos.where({}).update(data=OPEN)
    todos.doc("a").remove()
    told = [line.split("·")[1].strip() for line in world.calls.lines() if "·" in line]
    assert told == [
        "watch: readonly for o-alice: #0 init of 1",
        "watch: readonly for o-alice: #1 enqueue/update b",
        "watch: readonly for o-alice: #2 dequeue/remove a",
    ]
    assert world.calls[0].name == "watch.readonly"

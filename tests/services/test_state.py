"""A world's state: `snapshot`, `restore`, `fork` and `reset`, told as stories."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cloud_fake import CloudError, FakeCloud, MisuseError

ENV = "dev-1a2b3c"
FILE = f"cloud://{ENV}.6465-{ENV}-1250000000/a.txt"


def texts(cloud: Any) -> list[str]:
    return [record["text"] for record in cloud.database().collection("todos").get()["data"]]


def add(cloud: Any, text: str) -> str:
    return str(cloud.database().collection("todos").add(data={"text": text})["_id"])


def put(cloud: FakeCloud, content: bytes) -> str:
    return str(cloud.server.uploadFile(cloudPath="a.txt", fileContent=content).fileID)


def file_of(cloud: FakeCloud) -> bytes | None:
    try:
        content: bytes = cloud.server.downloadFile(fileID=FILE).fileContent
    except CloudError:
        return None
    return content


# --- snapshot and restore ------------------------------------------------------------------------


def test_restoring_brings_records_back(world: FakeCloud, app: Any) -> None:
    add(app, "milk")
    state = world.snapshot()
    todos = app.database().collection("todos")
    added = add(app, "bread")
    todos.where({"text": "milk"}).update(data={"text": "oat milk"})
    assert texts(app) == ["oat milk", "bread"]
    world.restore(state)
    assert texts(app) == ["milk"]
    with pytest.raises(CloudError, match="cannot find document"):
        todos.doc(added).get()


def test_restoring_brings_removed_records_back(world: FakeCloud, app: Any) -> None:
    add(app, "milk")
    state = world.snapshot()
    app.database().collection("todos").where({"text": "milk"}).remove()
    assert texts(app) == []
    world.restore(state)
    assert texts(app) == ["milk"]


def test_restoring_brings_files_back(world: FakeCloud) -> None:
    nothing = world.snapshot()
    put(world, b"first")
    first = world.snapshot()
    put(world, b"second")
    assert file_of(world) == b"second"
    world.restore(first)
    assert file_of(world) == b"first"
    world.server.deleteFile(fileList=[FILE])
    assert file_of(world) is None
    world.restore(first)
    assert file_of(world) == b"first"
    world.restore(nothing)
    assert file_of(world) is None


def test_restoring_brings_permissions_back(world: FakeCloud) -> None:
    bob = world.as_user("o-bob")
    add(world, "milk")
    put(world, b"x")
    state = world.snapshot()
    world.set_collection_permission("todos", "READONLY")
    world.set_storage_permission("ADMINONLY")
    assert texts(bob) == ["milk"]
    assert bob.getTempFileURL(fileList=[FILE]).fileList[0].status == 1
    world.restore(state)
    assert texts(bob) == []
    assert bob.getTempFileURL(fileList=[FILE]).fileList[0].status == 0


def test_collections_come_and_go_with_the_state(world: FakeCloud) -> None:
    before = world.snapshot()
    world.create_collection("later")
    after = world.snapshot()
    world.restore(before)
    with pytest.raises(CloudError) as caught:
        world.database().collection("later").count()
    assert caught.value.errCode == -502005
    world.restore(after)
    assert world.database().collection("later").count().total == 0


def test_ids_repeat_after_a_restore(world: FakeCloud, app: Any) -> None:
    world.register_function("add", lambda event, context: 3)

    def run() -> list[str]:
        return [add(app, "milk"), add(app, "bread"), app.callFunction(name="add").requestID]

    state = world.snapshot()
    first = run()
    assert len(set(first)) == 3
    world.restore(state)
    assert run() == first
    assert run() != first


def test_one_snapshot_can_be_restored_again_and_again(world: FakeCloud, app: Any) -> None:
    add(app, "milk")
    state = world.snapshot()
    for n in range(5):
        add(app, f"number {n}")
        assert texts(app) == ["milk", f"number {n}"]
        world.restore(state)
        assert texts(app) == ["milk"]


def test_snapshots_are_moments_of_one_history(world: FakeCloud, app: Any) -> None:
    moments = []
    for n in range(4):
        moments.append(world.snapshot())
        add(app, str(n))
    for n in (3, 0, 2, 1):
        world.restore(moments[n])
        assert texts(app) == [str(m) for m in range(n)]


def test_an_answer_does_not_change_with_the_state(world: FakeCloud, app: Any) -> None:
    add(app, "milk")
    state = world.snapshot()
    answer = app.database().collection("todos").get()
    app.database().collection("todos").where({}).update(data={"text": "bread"})
    answer.data[0]["text"] = "scribbled on"
    world.restore(state)
    assert texts(app) == ["milk"]


def test_what_is_not_state_stays_on_a_restore(world: FakeCloud, app: Any) -> None:
    state = world.snapshot()
    world.create_env("later-1a2b3c")
    world.register_function("later", lambda event, context: "here")
    rule = world.faults.fail("storage.upload", code=-501001)
    world.clock.advance(hours=1)
    add(app, "milk")
    moment = world.clock.now()
    world.restore(state)
    assert app.callFunction(name="later").result == "here"
    assert world.faults.rules == (rule,)
    assert world.clock.now() == moment
    assert world.calls[0].name == "database.todos.add"
    with pytest.raises(CloudError) as caught:
        app.database(env="later-1a2b3c").collection("todos").count()
    assert caught.value.errCode == -502005


@pytest.mark.parametrize("state", [None, 5, {}, "state"])
def test_what_is_no_snapshot_is_a_mistake_of_the_test(state: Any, world: FakeCloud) -> None:
    with pytest.raises(MisuseError, match="snapshot"):
        world.restore(state)


# --- reset ---------------------------------------------------------------------------------------


def test_reset_makes_it_as_new(world: FakeCloud, app: Any) -> None:
    add(app, "milk")
    put(world, b"x")
    world.set_collection_permission("todos", "ADMINONLY")
    world.set_storage_permission("ADMINONLY")
    world.create_collection("later")
    world.faults.fail("*", code=-501001, optional=True)
    world.reset()
    assert len(world.calls) == 0
    assert world.faults.rules == ()
    assert texts(app) == []
    assert file_of(world) is None
    add(app, "bread")
    assert world.as_user("o-bob").database().collection("todos").count().total == 0
    world.server.uploadFile(cloudPath="a.txt", fileContent=b"x")
    assert app.getTempFileURL(fileList=[FILE]).fileList[0].status == 0
    with pytest.raises(CloudError, match="-502005"):
        app.database().collection("later").count()


def test_a_run_repeats_after_a_reset(world: FakeCloud, app: Any) -> None:
    def run() -> list[str]:
        world.reset()
        world.create_collection("more")
        return [add(app, "milk"), add(app, "bread")]

    assert run() == run()


def test_functions_stay_deployed_on_reset(world: FakeCloud, app: Any) -> None:
    world.register_function("add", lambda event, context: 3)
    world.reset()
    assert app.callFunction(name="add").result == 3
    assert [call.name for call in world.calls] == ["function.add"]
    assert world.calls[0].number == 1


def test_an_app_that_has_called_init_stays_initialised(face: Any) -> None:
    world = FakeCloud(collections=["todos"])
    app = face(world)
    app.init(env="dev-1a2b3c")
    state = world.snapshot()
    for begin_again in (world.reset, lambda: world.restore(state)):
        add(app, "milk")
        begin_again()
        assert texts(app) == []
        assert app.database(env="dev-1a2b3c").collection("todos").count().total == 0


def test_collections_of_the_constructor_come_back_on_reset() -> None:
    world = FakeCloud(env=ENV, collections=["one", "two"])
    world.reset()
    for name in ("one", "two"):
        assert world.database().collection(name).count().total == 0


def test_downloads_stay_on_reset(world: FakeCloud) -> None:
    put(world, b"x")
    path = Path(world.downloadFile(fileID=FILE).tempFilePath)
    world.reset()
    assert path.read_bytes() == b"x"
    world.close()


# --- fork ----------------------------------------------------------------------------------------


def test_a_fork_begins_as_its_parent_is(world: FakeCloud, face: Any) -> None:
    add(world, "milk")
    put(world, b"x")
    world.set_collection_permission("todos", "READONLY")
    world.register_function("add", lambda event, context: 3)
    child = face(world.fork())
    assert texts(child) == ["milk"]
    assert child.callFunction(name="add").result == 3
    assert child.getTempFileURL(fileList=[FILE]).fileList[0].status == 0
    assert texts(face(world.fork().as_user("o-bob"))) == ["milk"]


def test_neither_sees_what_the_other_does(world: FakeCloud, face: Any) -> None:
    add(world, "milk")
    put(world, b"before")
    child = world.fork()
    add(face(world), "parent's")
    add(face(child), "child's")
    put(world, b"parent's")
    assert (texts(face(world)), texts(face(child))) == (["milk", "parent's"], ["milk", "child's"])
    assert (file_of(world), file_of(child)) == (b"parent's", b"before")
    child.server.deleteFile(fileList=[FILE])
    child.database().collection("todos").where({"text": "milk"}).remove()
    assert (texts(world), texts(child)) == (["milk", "parent's"], ["child's"])
    assert (file_of(world), file_of(child)) == (b"parent's", None)


@pytest.mark.parametrize("who", ["parent", "child"])
def test_steering_one_does_not_steer_the_other(who: str, world: FakeCloud) -> None:
    child = world.fork()
    one, other = (world, child) if who == "parent" else (child, world)
    moment = other.clock.now()
    one.clock.advance(hours=1)
    one.faults.fail("*", code=-501001, optional=True)
    one.set_collection_permission("todos", "ADMINONLY")
    one.set_storage_permission("ADMINONLY")
    one.create_collection("new")
    one.register_function("new", lambda event, context: 1)
    one.create_env("new-1a2b3c")
    assert other.clock.now() == moment
    assert other.faults.rules == ()
    assert texts(other) == []
    for call in (
        lambda: other.database().collection("new").count(),
        lambda: other.callFunction(name="new"),
        lambda: other.database(env="new-1a2b3c").collection("todos").count(),
    ):
        with pytest.raises(CloudError):
            call()


def test_a_forks_functions_work_on_the_fork(world: FakeCloud) -> None:
    @world.function("note")
    def note(event: Any, context: Any) -> None:
        context.cloud.database().collection("todos").add(data={"text": "by function"})

    child = world.fork()
    child.callFunction(name="note")
    assert (texts(world), child.server.database().collection("todos").count().total) == ([], 1)


def test_a_fork_has_a_timeline_of_its_own(world: FakeCloud) -> None:
    add(world, "milk")
    child = world.fork()
    assert len(child.calls) == 0
    texts(child)
    assert [call.name for call in world.calls] == ["database.todos.add"]
    assert [call.name for call in child.calls] == ["database.todos.get"]


def test_a_fork_draws_the_ids_that_its_parent_would(world: FakeCloud) -> None:
    add(world, "milk")
    child = world.fork()
    assert add(child, "bread") == add(world, "bread")


def test_forks_of_forks(world: FakeCloud) -> None:
    clouds = [world]
    for n in range(4):
        clouds.append(clouds[-1].fork())
        add(clouds[-1], str(n))
    assert [texts(cloud) for cloud in clouds] == [
        [],
        ["0"],
        ["0", "1"],
        ["0", "1", "2"],
        ["0", "1", "2", "3"],
    ]


def test_a_fork_resets_to_where_its_parent_began(world: FakeCloud) -> None:
    add(world, "milk")
    child = world.fork()
    child.reset()
    assert (texts(child), texts(world)) == ([], ["milk"])


def test_states_travel_between_a_cloud_and_its_forks(world: FakeCloud) -> None:
    child = world.fork()
    add(child, "child's")
    world.restore(child.snapshot())
    assert texts(world) == ["child's"]
    add(world, "parent's")
    assert texts(child) == ["child's"]


def test_the_forks_app_stays_who_it_was(face: Any) -> None:
    world = FakeCloud(openid="o-carol", collections=["todos"])
    world.init(env=ENV)
    child = world.fork()
    add(child, "milk")
    (record,) = face(child).database().collection("todos").get().data
    assert record["_openid"] == "o-carol"


# --- nothing is copied ---------------------------------------------------------------------------


def tables(cloud: FakeCloud) -> dict[Any, dict[Any, Any]]:
    found: dict[Any, dict[Any, Any]] = cloud.snapshot().tables.tables
    return found


@pytest.fixture
def full(world: FakeCloud) -> FakeCloud:
    world.seed({name: [{"_id": str(n)} for n in range(100)] for name in ("todos", "readonly")})
    put(world, b"x")
    return world


def test_a_snapshot_hands_out_the_tables_themselves(full: FakeCloud) -> None:
    assert tables(full) is tables(full)


def test_a_restored_world_holds_the_snapshots_own_tables(full: FakeCloud) -> None:
    state = full.snapshot()
    add(full, "milk")
    assert tables(full) is not state.tables.tables
    full.restore(state)
    assert tables(full) is state.tables.tables


def test_a_fork_holds_its_parents_own_tables(full: FakeCloud) -> None:
    assert tables(full.fork()) is tables(full)


def test_a_write_copies_the_one_table_that_it_writes(full: FakeCloud) -> None:
    before = tables(full)
    full.database().collection("todos").doc("7").update(data={"n": 1})
    after = tables(full)
    written = {name for name in after if after[name] is not before[name]}
    assert len(written) == 1
    (name,) = written
    assert [key for key in after[name] if after[name][key] is not before[name][key]] == ["7"]


def test_a_refused_write_copies_nothing(full: FakeCloud) -> None:
    before = tables(full)
    with pytest.raises(CloudError):
        full.database().collection("todos").add(data={"_id": "7"})
    with pytest.raises(CloudError):
        full.database().collection("todos").add(data={"_openid": "o-bob"})
    assert full.database().collection("todos").doc("7").update(data={"_id_": None}).stats.updated
    assert all(table is before[name] for name, table in tables(full).items() if "readonly" in name)

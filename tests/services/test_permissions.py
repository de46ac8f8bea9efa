"""Who may do what: the four presets, and custom rules as the app meets them.

Source: developers.weixin.qq.com, guide "database security rules" and "permissions".
"""

from __future__ import annotations

from typing import Any

import pytest

from cloud_fake import CloudError, FakeCloud

PERMISSION_DENIED = (-502003, "Permission denied")


def error_of(call: Any, /, *args: Any, **kwargs: Any) -> CloudError:
    with pytest.raises(CloudError) as caught:
        call(*args, **kwargs)
    return caught.value


def is_denied(call: Any, /, *args: Any, **kwargs: Any) -> bool:
    error = error_of(call, *args, **kwargs)
    return (error.errCode, error.errMsg) == PERMISSION_DENIED


# --- presets --------------------------------------------------------------------------------------

#: Three records of each collection: Alice's, Bob's, and one that nobody owns.
RECORDS = [
    {"_id": "own", "_openid": "o-alice", "n": 1},
    {"_id": "foreign", "_openid": "o-bob", "n": 1},
    {"_id": "nobodys", "n": 1},
]
EACH = ("own", "foreign", "nobodys")
ALL, OWN, NONE, DENIED = set(EACH), {"own"}, set(), "denied"

#: What Alice sees, and which records she changes, under each preset.
PRESETS: dict[str, dict[str, Any]] = {
    "PRIVATE": {"read": OWN, "create": True, "write": OWN},
    "READONLY": {"read": ALL, "create": True, "write": OWN},
    "ADMINWRITE": {"read": ALL, "create": DENIED, "write": DENIED},
    "ADMINONLY": {"read": DENIED, "create": DENIED, "write": DENIED},
}
EVERYTHING = {"read": ALL, "create": True, "write": ALL}
CALLERS = [
    pytest.param(preset, caller, rights if caller == "client" else EVERYTHING)
    for preset, rights in PRESETS.items()
    for caller in ("client", "server")
]


@pytest.fixture
def records_of(world: FakeCloud, face: Any) -> Any:
    """The filled collection of a preset, for a caller."""

    def make(preset: str, caller: str) -> Any:
        world.seed({preset.lower(): RECORDS}, openid=None)
        sdk = face(world if caller == "client" else world.server)
        return sdk.database().collection(preset.lower())

    return make


def stored(world: FakeCloud, preset: str) -> dict[str, Any]:
    records = world.server.database().collection(preset.lower()).get().data
    return {record["_id"]: record.get("n") for record in records}


@pytest.mark.parametrize(("preset", "caller", "rights"), CALLERS)
def test_reading(records_of: Any, preset: str, caller: str, rights: dict[str, Any]) -> None:
    records = records_of(preset, caller)
    if rights["read"] == DENIED:
        for call in (records.get, records.count, records.doc("own").get, records.aggregate().end):
            assert is_denied(call)
        return
    assert {each["_id"] for each in records.get().data} == rights["read"]
    assert records.count().total == records.where({"n": 1}).count().total == len(rights["read"])
    assert {each["_id"] for each in records.aggregate().end().list} == rights["read"]
    for name in EACH:
        if name in rights["read"]:
            assert records.doc(name).get().data["_id"] == name
        else:
            assert "cannot find document with _id" in error_of(records.doc(name).get).errMsg


@pytest.mark.parametrize(("preset", "caller", "rights"), CALLERS)
def test_creating(
    world: FakeCloud, records_of: Any, preset: str, caller: str, rights: dict[str, Any]
) -> None:
    records = records_of(preset, caller)
    if rights["create"] == DENIED:
        assert is_denied(records.add, data={"n": 2})
        assert is_denied(records.doc("new").set, data={"n": 2})
        assert set(stored(world, preset)) == ALL
        return
    made = records.add(data={"n": 2})._id
    assert records.doc("new").set(data={"n": 2}).stats.created == 1
    owner = "o-alice" if caller == "client" else None
    found = world.server.database().collection(preset.lower())
    assert [found.doc(each).get().data.get("_openid") for each in (made, "new")] == [owner] * 2


@pytest.mark.parametrize(("preset", "caller", "rights"), CALLERS)
def test_updating(
    world: FakeCloud, records_of: Any, preset: str, caller: str, rights: dict[str, Any]
) -> None:
    records = records_of(preset, caller)
    if rights["write"] == DENIED:
        assert is_denied(records.where({}).update, data={"n": 2})
        assert is_denied(records.doc("own").update, data={"n": 2})
        assert is_denied(records.doc("own").set, data={"n": 2})
        assert stored(world, preset) == dict.fromkeys(EACH, 1)
        return
    changed = {name for name in EACH if records.doc(name).update(data={"n": 2}).stats.updated}
    assert changed == rights["write"]
    assert records.where({}).update(data={"n": 3}).stats.updated == len(rights["write"])
    for name in EACH:
        if name in rights["write"]:
            assert records.doc(name).set(data={"n": 4}).stats.updated == 1
        else:
            assert is_denied(records.doc(name).set, data={"n": 4})
    assert stored(world, preset) == {name: 4 if name in rights["write"] else 1 for name in EACH}


@pytest.mark.parametrize(("preset", "caller", "rights"), CALLERS)
@pytest.mark.parametrize("form", ["doc", "where"])
def test_removing(
    world: FakeCloud, records_of: Any, preset: str, caller: str, rights: dict[str, Any], form: str
) -> None:
    records = records_of(preset, caller)
    if rights["write"] == DENIED:
        assert is_denied(records.where({"n": 1}).remove)
        assert is_denied(records.doc("own").remove)
        assert set(stored(world, preset)) == ALL
        return
    if form == "where":
        assert records.where({"n": 1}).remove().stats.removed == len(rights["write"])
    else:
        for name in EACH:
            if name in rights["write"]:
                assert records.doc(name).remove().stats.removed == 1
            else:
                message = error_of(records.doc(name).remove).errMsg
                assert f"cannot remove document with _id {name}" in message
    assert set(stored(world, preset)) == ALL - rights["write"]


def test_who_is_not_signed_in_owns_nothing(world: FakeCloud, face: Any) -> None:
    db = face(world.as_user(None)).database()
    for preset, seen in (("private", 0), ("readonly", 4)):
        world.seed({preset: [*RECORDS, {"_id": "null", "_openid": None}]}, openid=None)
        records = db.collection(preset)
        assert records.count().total == seen
        assert is_denied(records.add, data={"n": 1})
        assert records.where({"n": 1}).update(data={"n": 2}).stats.updated == 0


def test_joining_shows_only_what_may_be_read(world: FakeCloud, face: Any) -> None:
    world.seed({preset.lower(): RECORDS for preset in PRESETS}, openid=None)
    world.seed({"todos": [{"n": 1}]})

    def joined(sdk: Any, other: str) -> set[str]:
        pipeline = face(sdk).database().collection("todos").aggregate()
        pipeline = pipeline.lookup(from_=other, localField="n", foreignField="n", as_="found")
        return {each["_id"] for each in pipeline.end().list[0]["found"]}

    assert joined(world, "private") == OWN
    assert joined(world, "readonly") == ALL
    assert joined(world, "nowhere") == NONE
    assert joined(world.server, "adminonly") == ALL
    assert is_denied(joined, world, "adminonly")


# --- custom rules ---------------------------------------------------------------------------------


@pytest.fixture
def own_records(world: FakeCloud, face: Any) -> Any:
    """A collection where everybody reads and writes what they own, said as a rule."""
    world.set_collection_permission(
        "todos", {"read": "doc._openid == auth.openid", "write": "doc._openid == auth.openid"}
    )
    world.seed({"todos": RECORDS}, openid=None)
    return face(world).database().collection("todos")


def test_nothing_is_added_to_a_query(own_records: Any) -> None:
    assert is_denied(own_records.get)
    assert is_denied(own_records.where({"n": 1}).count)
    assert is_denied(own_records.where({"_openid": "o-bob"}).get)


@pytest.mark.parametrize("mine", ["{openid}", "o-alice"])
def test_a_query_that_says_the_rule_may(own_records: Any, mine: str) -> None:
    assert [each["_id"] for each in own_records.where({"_openid": mine}).get().data] == ["own"]
    assert own_records.where({"_openid": mine, "n": 1}).update(data={"n": 2}).stats.updated == 1
    pipeline = own_records.aggregate().match({"_openid": mine}).project({"n": 1})
    assert pipeline.end().list == [{"_id": "own", "n": 2}]
    assert own_records.where({"_openid": mine}).remove().stats.removed == 1


def test_an_aggregation_that_does_not_begin_with_the_rule_may_not(own_records: Any) -> None:
    pipeline = own_records.aggregate()
    assert is_denied(pipeline.end)
    assert is_denied(pipeline.sort({"n": 1}).match({"_openid": "{openid}"}).end)


def test_an_id_alone_does_not_say_the_rule(own_records: Any) -> None:
    for call in (own_records.doc("own").get, own_records.doc("own").remove):
        assert is_denied(call)
    assert is_denied(own_records.doc("own").update, data={"n": 2})
    by_both = own_records.where({"_id": "own", "_openid": "{openid}"})
    assert by_both.get().data[0]["n"] == 1
    assert by_both.update(data={"n": 2}).stats.updated == 1


def test_a_rule_about_the_id_lets_an_id_do(world: FakeCloud, face: Any) -> None:
    world.set_collection_permission("todos", {"read": "doc._id == auth.openid"})
    world.seed({"todos": [{"_id": "o-alice", "n": 1}, {"_id": "o-bob", "n": 2}]}, openid=None)
    todos = face(world).database().collection("todos")
    assert todos.doc("{openid}").get().data["n"] == 1
    assert todos.doc("o-alice").get().data["n"] == 1
    assert is_denied(todos.doc("o-bob").get)


def test_a_placeholder_in_data_is_replaced_too(world: FakeCloud, face: Any) -> None:
    world.set_collection_permission("todos", {"read": True, "write": True})
    todos = face(world).database().collection("todos")
    made = todos.doc(todos.add(data={"by": "{openid}"})._id)
    assert made.get().data["by"] == made.get().data["_openid"] == "o-alice"
    made.set(data={"likes": ["{openid}"]})
    assert made.get().data["likes"] == ["o-alice"]
    made.update(data={"last": {"by": "{openid}"}})
    assert made.get().data["last"] == {"by": "o-alice"}
    server = face(world.server).database().collection("todos")
    assert server.where({"by": "{openid}"}).count().total == 0


def test_a_placeholder_means_nothing_under_a_preset(world: FakeCloud, face: Any) -> None:
    todos = face(world).database().collection("todos")
    assert todos.doc(todos.add(data={"by": "{openid}"})._id).get().data["by"] == "{openid}"


def test_creating_is_judged_by_what_is_created(world: FakeCloud, face: Any) -> None:
    world.set_collection_permission(
        "todos",
        {
            "read": True,
            "create": "doc._openid == auth.openid && request.data.price > 0 && doc.state == 'new'",
        },
    )
    todos = face(world).database().collection("todos")
    todos.add(data={"price": 5, "state": "new"})
    assert todos.doc("a").set(data={"price": 5, "state": "new"}).stats.created == 1
    for data in ({"price": 0, "state": "new"}, {"price": 5, "state": "paid"}, {"state": "new"}):
        assert is_denied(todos.add, data=data)
    assert is_denied(todos.doc("a").set, data={"price": 5, "state": "new"})  # that is an update
    assert todos.count().total == 2


def test_updating_is_judged_by_the_query_and_the_data(world: FakeCloud, face: Any) -> None:
    world.set_collection_permission(
        "todos", {"read": True, "update": "doc.state == 'new' && request.data.state == 'paid'"}
    )
    world.seed({"todos": [{"_id": "a", "state": "new"}]}, openid=None)
    todos = face(world).database().collection("todos")
    for condition, state in (({"state": "old"}, "paid"), ({"state": "new"}, "old"), ({}, "paid")):
        assert is_denied(todos.where(condition).update, data={"state": state})
    assert todos.where({"state": "new"}).update(data={"state": "paid"}).stats.updated == 1


def test_another_record_decides(world: FakeCloud, face: Any) -> None:
    world.set_collection_permission(
        "todos",
        {"read": "auth.openid in get(`database.rooms.${doc.room}`).members", "write": False},
    )
    world.seed(
        {
            "rooms": [{"_id": "red", "members": ["o-alice"]}, {"_id": "blue", "members": []}],
            "todos": [{"_id": "a", "room": "red"}, {"_id": "b", "room": "blue"}],
        },
        openid=None,
    )
    todos = face(world).database().collection("todos")
    assert [each["_id"] for each in todos.where({"room": "red"}).get().data] == ["a"]
    for condition in ({"room": "blue"}, {"room": "nowhere"}, {}):
        assert is_denied(todos.where(condition).get)
    assert is_denied(todos.where({"room": "red"}).remove)


def test_time_is_a_variable(world: FakeCloud, face: Any) -> None:
    opening = int(world.clock.now().timestamp() * 1000) + 60_000
    world.set_collection_permission("todos", {"read": f"now >= {opening}"})
    todos = face(world).database().collection("todos")
    assert is_denied(todos.get)
    world.clock.advance(minutes=2)
    assert todos.get().data == []


def test_functions_pass_every_rule(world: FakeCloud, face: Any) -> None:
    world.set_collection_permission("todos", {"read": False, "write": False})
    todos = face(world.server).database().collection("todos")
    made = todos.add(data={"n": 1})._id
    assert todos.doc(made).get().data == {"_id": made, "n": 1}
    assert todos.where({"n": 1}).remove().stats.removed == 1


def test_a_preset_comes_back(world: FakeCloud, face: Any) -> None:
    todos = face(world).database().collection("todos")
    world.set_collection_permission("todos", {"read": False})
    assert is_denied(todos.get)
    world.set_collection_permission("todos", "READONLY")
    assert todos.get().data == []


def test_a_refused_call_changes_nothing_and_is_on_the_timeline(world: FakeCloud) -> None:
    adminonly = world.database().collection("adminonly")
    assert is_denied(adminonly.add, data={"n": 1})
    assert stored(world, "adminonly") == {}
    assert world.calls.to("database.adminonly.add")[0].error.errCode == -502003

"""Unique indexes refuse what the platform refuses; ordinary ones change no result."""

from __future__ import annotations

import contextlib
import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloud_fake import CloudError, FakeCloud, MisuseError, NotSupportedByFake

MIDNIGHT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@pytest.fixture
def emails(world: FakeCloud) -> FakeCloud:
    world.create_index("todos", ["email"], unique=True)
    return world


def refused(call: Any, **options: Any) -> CloudError:
    with pytest.raises(CloudError) as caught:
        call(**options)
    return caught.value


def duplicate(index: str, key: str) -> str:
    return (
        "[FailedOperation] multiple write errors: [{write errors: [{E11000 duplicate key error "
        f"collection: dev-1a2b3c.todos index: {index} dup key: {{ {key} }}}}]}}, {{<nil>}}]"
    )


# --- what is refused ----------------------------------------------------------------------------


def test_the_client_is_told_in_the_platforms_words(emails: FakeCloud, app: Any) -> None:
    todos = app.database().collection("todos")
    todos.add(data={"email": "a@x"})
    error = refused(todos.add, data={"email": "a@x"})
    assert (error.errCode, error.errMsg) == (-502001, duplicate("email_1", ': "a@x"'))
    assert todos.count().total == 1


def test_the_server_is_told_in_its_own_form(emails: FakeCloud, face: Any) -> None:
    todos = face(emails.server).database().collection("todos")
    todos.add(data={"email": "a@x"})
    error = refused(todos.add, data={"email": "a@x"})
    assert error.errMsg == (
        "collection.add:fail -502001 database request fail. " + duplicate("email_1", ': "a@x"')
    )


def test_every_way_to_write_is_checked(emails: FakeCloud, app: Any) -> None:
    todos = app.database().collection("todos")
    todos.doc("first").set(data={"email": "a@x"})
    todos.doc("second").set(data={"email": "b@x"})
    for call in (
        todos.add,
        todos.doc("third").set,
        todos.doc("second").set,
        todos.doc("second").update,
        todos.where({"_id": "second"}).update,
    ):
        assert refused(call, data={"email": "a@x"}).errMsg == duplicate("email_1", ': "a@x"')
    assert {each["_id"]: each["email"] for each in todos.get().data} == {
        "first": "a@x",
        "second": "b@x",
    }


def test_what_is_given_up_is_free_again(emails: FakeCloud, app: Any) -> None:
    todos = app.database().collection("todos")
    todos.doc("first").set(data={"email": "a@x"})
    todos.doc("first").update(data={"email": "b@x"})
    todos.doc("second").set(data={"email": "a@x"})
    todos.doc("second").remove()
    todos.add(data={"email": "a@x"})
    assert refused(todos.add, data={"email": "b@x"}).errCode == -502001


def test_a_record_does_not_stand_in_its_own_way(emails: FakeCloud, app: Any) -> None:
    doc = app.database().collection("todos").doc("first")
    doc.set(data={"email": "a@x", "n": 1})
    assert doc.set(data={"email": "a@x", "n": 2}).stats.updated == 1
    assert doc.update(data={"email": "a@x", "n": 3}).stats.updated == 1


def test_an_update_of_many_stops_at_the_first_that_is_taken(emails: FakeCloud, app: Any) -> None:
    emails.seed({"todos": [{"_id": f"r{n}", "email": f"{n}@x"} for n in range(3)]})
    todos = app.database().collection("todos")
    assert refused(todos.where({}).update, data={"email": "same"}).errCode == -502001
    assert [each["email"] for each in todos.orderBy("_id").get().data] == ["same", "1@x", "2@x"]
    todos.doc("r3").set(data={"email": "0@x"})  # the index went along with the one that changed


#: Two values of the same field, and whether a unique index takes both.
#: Source: MongoDB manual, "Unique Indexes" (missing is null), "Multikey Indexes", BSON comparison.
PAIRS: list[tuple[str, dict[str, Any], dict[str, Any], bool]] = [
    ("different", {"email": "a"}, {"email": "b"}, True),
    ("case counts", {"email": "a"}, {"email": "A"}, True),
    ("missing twice", {}, {}, False),
    ("missing and null", {}, {"email": None}, False),
    ("missing and false", {}, {"email": False}, True),
    ("whole and real", {"email": 1}, {"email": 1.0}, False),
    ("number and true", {"email": 1}, {"email": True}, True),
    ("number and text", {"email": 1}, {"email": "1"}, True),
    ("same moment", {"email": MIDNIGHT}, {"email": MIDNIGHT}, False),
    ("same object", {"email": {"a": 1, "b": 2}}, {"email": {"a": 1, "b": 2}}, False),
    ("another order of keys", {"email": {"a": 1, "b": 2}}, {"email": {"b": 2, "a": 1}}, True),
    ("an element of the other", {"email": ["a", "b"]}, {"email": "b"}, False),
    ("a shared element", {"email": ["a", "b"]}, {"email": ["c", "b"]}, False),
    ("no shared element", {"email": ["a"]}, {"email": ["b"]}, True),
    ("empty arrays", {"email": []}, {"email": []}, False),
    ("an empty array and null", {"email": []}, {"email": None}, True),
]


@pytest.mark.parametrize(
    ("one", "other", "both"), [pair[1:] for pair in PAIRS], ids=[pair[0] for pair in PAIRS]
)
def test_what_counts_as_the_same(
    emails: FakeCloud, one: dict[str, Any], other: dict[str, Any], both: bool
) -> None:
    todos = emails.database().collection("todos")
    todos.add(data=one | {"n": 1})
    if both:
        todos.add(data=other | {"n": 2})
    else:
        refused(todos.add, data=other | {"n": 2})
    assert todos.count().total == 1 + both


def test_an_array_may_hold_a_value_twice(emails: FakeCloud) -> None:
    emails.database().collection("todos").add(data={"email": ["a", "a"]})


def test_paths_lead_into_objects_and_arrays_of_them(world: FakeCloud) -> None:
    world.create_index("todos", "owner.email", unique=True)
    todos = world.database().collection("todos")
    todos.add(data={"owner": [{"email": "a"}, {"email": "b"}]})
    assert refused(todos.add, data={"owner": {"email": "b"}}).errMsg == duplicate(
        "owner.email_1", ': "b"'
    )
    todos.add(data={"owner": {"email": "c"}})


def test_a_compound_key_is_the_same_only_as_a_whole(world: FakeCloud) -> None:
    assert world.create_index("todos", {"team": 1, "number": -1}, unique=True) == "team_1_number_-1"
    todos = world.database().collection("todos")
    for team, number in (("red", 1), ("red", 2), ("blue", 1)):
        todos.add(data={"team": team, "number": number})
    todos.add(data={"team": "red"})
    assert refused(todos.add, data={"team": "red", "number": 1}).errMsg == duplicate(
        "team_1_number_-1", ': "red", : 1'
    )
    assert refused(todos.add, data={"team": "red", "number": None}).errMsg == duplicate(
        "team_1_number_-1", ': "red", : null'
    )
    with pytest.raises(NotSupportedByFake, match="array in the compound unique index"):
        todos.add(data={"team": ["red", "blue"], "number": 5})


def test_several_unique_indexes_are_all_asked_before_any_changes(world: FakeCloud) -> None:
    world.create_index("todos", "a", unique=True)
    world.create_index("todos", "b", unique=True)
    todos = world.database().collection("todos")
    todos.add(data={"a": 1, "b": 1})
    assert "index: b_1" in refused(todos.add, data={"a": 2, "b": 1}).errMsg
    todos.add(data={"a": 2, "b": 2})


# --- where the index lives ----------------------------------------------------------------------


def test_it_goes_along_with_snapshots_and_forks(emails: FakeCloud) -> None:
    todos = emails.database().collection("todos")
    todos.add(data={"email": "a@x"})
    state = emails.snapshot()
    todos.add(data={"email": "b@x"})
    child = emails.fork()
    emails.restore(state)
    todos.add(data={"email": "b@x"})
    assert refused(todos.add, data={"email": "a@x"}).errCode == -502001
    born = child.database().collection("todos")
    assert refused(born.add, data={"email": "b@x"}).errCode == -502001
    born.add(data={"email": "c@x"})
    todos.add(data={"email": "c@x"})


def test_a_new_permission_keeps_it(emails: FakeCloud) -> None:
    emails.set_collection_permission("todos", "READONLY")
    emails.create_collection("todos", permission="PRIVATE")
    todos = emails.database().collection("todos")
    todos.add(data={"email": "a@x"})
    assert refused(todos.add, data={"email": "a@x"}).errCode == -502001


def test_reset_forgets_it(emails: FakeCloud) -> None:
    emails.reset()
    todos = emails.database().collection("todos")
    todos.add(data={"email": "a@x"})
    todos.add(data={"email": "a@x"})


def test_in_transactions_too(emails: FakeCloud, face: Any) -> None:
    db = face(emails.server).database()
    db.collection("todos").doc("first").set(data={"email": "a@x"})
    transaction = db.startTransaction()
    inside = transaction.collection("todos")
    inside.doc("first").update(data={"email": "b@x"})
    inside.add(data={"email": "a@x"})
    assert refused(inside.add, data={"email": "b@x"}).errCode == -502001
    transaction.commit()
    assert refused(db.collection("todos").add, data={"email": "a@x"}).errCode == -502001
    assert db.collection("todos").count().total == 2


def test_two_transactions_want_the_same_key(emails: FakeCloud, face: Any) -> None:
    db = face(emails.server).database()
    one, other = db.startTransaction(), db.startTransaction()
    one.collection("todos").add(data={"email": "a@x"})
    error = refused(other.collection("todos").add, data={"email": "a@x"})
    assert error.name == "DATABASE_TRANSACTION_CONFLICT"
    one.commit()


# --- making one ---------------------------------------------------------------------------------


def test_records_that_are_there_are_indexed(world: FakeCloud) -> None:
    world.seed({"todos": [{"email": "a@x"}, {"email": "b@x"}]})
    assert world.create_index("todos", ["email"], unique=True, name="mail") == "mail"
    error = refused(world.database().collection("todos").add, data={"email": "b@x"})
    assert "index: mail dup key" in error.errMsg


def test_the_console_is_checked_as_well(emails: FakeCloud) -> None:
    with pytest.raises(MisuseError, match=r"seed\(\): 'todos' has : \"a\" in its unique index"):
        emails.seed({"todos": [{"email": "a"}, {"email": "a"}]})
    assert emails.database().collection("todos").count().total == 0


def test_an_ordinary_index_changes_nothing(world: FakeCloud) -> None:
    assert world.create_index("todos", {"at": "2dsphere"}) == "at_2dsphere"
    world.create_index("todos", ["n", "m"])
    world.seed({"todos": [{"n": 1}, {"n": 1}]})
    assert world.database().collection("todos").where({"n": 1}).count().total == 2


def test_the_same_index_twice_is_one(emails: FakeCloud) -> None:
    emails.seed({"todos": [{"email": "a"}]})
    assert emails.create_index("todos", ["email"], unique=True) == "email_1"


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ({"collection": "nowhere", "fields": ["n"]}, "no collection 'nowhere'"),
        ({"collection": "todos", "fields": []}, "at least one field"),
        ({"collection": "todos", "fields": 5}, "takes paths, not 5"),
        ({"collection": "todos", "fields": [5]}, "dotted path, not 5"),
        ({"collection": "todos", "fields": {"n": 2}}, "not 2"),
        ({"collection": "todos", "fields": {"n": True}}, "not True"),
        ({"collection": "todos", "fields": {"n": "2dsphere"}, "unique": True}, "geographic"),
        ({"collection": "todos", "fields": ["n"], "unique": True}, "two records .* : 1 in n_1"),
        ({"collection": "todos", "fields": ["m"], "name": "taken"}, "another index 'taken'"),
    ],
)
def test_an_index_that_cannot_be(world: FakeCloud, arguments: dict[str, Any], why: str) -> None:
    world.seed({"todos": [{"n": 1}, {"n": 1}]})
    world.create_index("todos", ["k"], name="taken")
    with pytest.raises(MisuseError, match=why):
        world.create_index(**arguments)


def test_no_index_is_made_under_an_open_transaction(world: FakeCloud) -> None:
    transaction = world.server.database().startTransaction()
    with pytest.raises(MisuseError, match="a transaction is open"):
        world.create_index("todos", "n", unique=True)
    transaction.rollback()
    world.create_index("todos", "n", unique=True)


# --- always true --------------------------------------------------------------------------------

keys = st.sampled_from([None, 0, 1, 1.0, True, "a", "b", [], ["a", 1], {"a": 1}])
steps = st.lists(
    st.tuples(st.sampled_from(["set", "update", "remove"]), st.integers(0, 3), keys), max_size=25
)


@settings(max_examples=60, deadline=None)
@given(steps)
def test_the_index_is_always_what_the_records_say(history: list[tuple[str, int, Any]]) -> None:
    """After any history a new index over the same records agrees with the one kept in step."""
    cloud = FakeCloud(env="dev", collections=["c"])
    cloud.create_index("c", "k", unique=True)
    records = cloud.server.database().collection("c")
    for verb, number, key in history:
        doc = records.doc(f"r{number}")
        with contextlib.suppress(CloudError):  # the key is taken, or the parent is null
            doc.remove() if verb == "remove" else getattr(doc, verb)(data={"k": key, "n": 1})
    table = cloud._world.store.table
    kept = dict(table(("index", 0, "c", "k_1")) or {})
    cloud.create_index("c", {"k": 1}, unique=True, name="again")
    assert kept == dict(table(("index", 0, "c", "again")) or {})


def test_of_several_taken_keys_the_first_is_named(world: FakeCloud) -> None:
    names = [f"n{number}" for number in range(20)]
    world.create_index("todos", "names", unique=True)
    todos = world.database().collection("todos")
    todos.add(data={"names": names})
    assert refused(todos.add, data={"names": names[7:]}).errMsg == duplicate("names_1", ': "n7"')

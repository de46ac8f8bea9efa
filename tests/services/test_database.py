"""The database's calls: what they answer, how much they give, what they refuse."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from cloud_fake import CloudError, FakeCloud, NotSupportedByFake

MIDNIGHT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
#: What a server's call makes of a backend's refusal. Source: wx-server-sdk 4.0.2.
FAILED = "{api}:fail -502001 database request fail. {text}"


def error_of(call: Any, /, *args: Any, **kwargs: Any) -> CloudError:
    with pytest.raises(CloudError) as caught:
        call(*args, **kwargs)
    return caught.value


@pytest.fixture
def todos(app: Any) -> Any:
    return app.database().collection("todos")


@pytest.fixture
def server_db(world: FakeCloud, face: Any) -> Any:
    return face(world.server).database()


@pytest.fixture
def server_todos(server_db: Any) -> Any:
    return server_db.collection("todos")


# --- what each call answers -----------------------------------------------------------------------

#: Source: developers.weixin.qq.com, reference-sdk-api/database, for the fields and `errMsg`.
ANSWERS: list[tuple[str, Callable[[Any], Any], dict[str, Any]]] = [
    ("add", lambda c: c.add(data={"_id": "b"}), {"_id": "b", "errMsg": "collection.add:ok"}),
    ("get", lambda c: c.field({"_openid": 0}).get(), {
        "data": [{"_id": "a", "n": 1}], "errMsg": "collection.get:ok",
    }),
    ("count", lambda c: c.count(), {"total": 1, "errMsg": "collection.count:ok"}),
    ("update", lambda c: c.where({"n": 1}).update(data={"n": 2}), {
        "stats": {"updated": 1}, "errMsg": "collection.update:ok",
    }),
    ("remove", lambda c: c.where({"n": 1}).remove(), {
        "stats": {"removed": 1}, "errMsg": "collection.remove:ok",
    }),
    ("aggregate", lambda c: c.aggregate().project({"n": 1}).end(), {
        "list": [{"_id": "a", "n": 1}], "errMsg": "collection.aggregate:ok",
    }),
    ("doc get", lambda c: c.doc("a").field({"_openid": 0}).get(), {
        "data": {"_id": "a", "n": 1}, "errMsg": "document.get:ok",
    }),
    ("doc set", lambda c: c.doc("a").set(data={"n": 2}), {
        "_id": "a", "stats": {"updated": 1, "created": 0}, "errMsg": "document.set:ok",
    }),
    ("doc set a new one", lambda c: c.doc("b").set(data={"n": 2}), {
        "_id": "b", "stats": {"updated": 0, "created": 1}, "errMsg": "document.set:ok",
    }),
    ("doc update", lambda c: c.doc("a").update(data={"n": 2}), {
        "stats": {"updated": 1}, "errMsg": "document.update:ok",
    }),
    ("doc update to the same", lambda c: c.doc("a").update(data={"n": 1}), {
        "stats": {"updated": 0}, "errMsg": "document.update:ok",
    }),
    ("doc remove", lambda c: c.doc("a").remove(), {
        "stats": {"removed": 1}, "errMsg": "document.remove:ok",
    }),
]  # fmt: skip


@pytest.mark.parametrize("sdk", ["client", "server"])
@pytest.mark.parametrize(
    ("call", "answer"), [case[1:] for case in ANSWERS], ids=[case[0] for case in ANSWERS]
)
def test_both_sdks_answer_alike(
    world: FakeCloud, face: Any, sdk: str, call: Any, answer: dict[str, Any]
) -> None:
    world.seed({"todos": [{"_id": "a", "n": 1}]})
    cloud = face(world if sdk == "client" else world.server)
    assert call(cloud.database().collection("todos")) == answer


def test_what_is_written_is_read_back(world: FakeCloud, todos: Any) -> None:
    db = world.database()
    data = {
        "n": 1.5,
        "when": MIDNIGHT,
        "where": db.Geo.Point(113.3, 23.1),
        "like": db.RegExp(regexp="^a", options="i"),
        "nothing": None,
        "list": [1, ["x"], {"y": []}],
        "nan": float("nan"),
    }
    made = todos.add(data=data)._id
    assert todos.doc(made).get().data == {
        **data, "nan": None, "_id": made, "_openid": "o-alice",
    }  # fmt: skip


def test_nobody_holds_what_is_stored(todos: Any) -> None:
    given = {"_id": "a", "tags": ["x"]}
    todos.add(data=given)
    given["tags"].append("y")
    first = todos.doc("a").get().data
    first["tags"].append("z")
    assert todos.doc("a").get().data["tags"] == ["x"]


def test_server_dates_of_one_call_are_one_moment(world: FakeCloud, todos: Any) -> None:
    db = world.database()
    now = world.clock.now()
    data = {"a": db.serverDate(), "b": [db.serverDate({"offset": 60_000})]}
    read = todos.doc(todos.add(data=data)._id).get().data
    assert read["b"][0] - read["a"] == dt.timedelta(minutes=1)
    assert abs(read["a"] - now) < dt.timedelta(milliseconds=1)
    assert todos.where({"a": db.command.lte(db.serverDate())}).count().total == 1


def test_ids_are_texts_or_numbers(todos: Any, server_todos: Any) -> None:
    todos.add(data={"_id": 1})
    todos.add(data={"_id": "1"})
    assert [each["_id"] for each in todos.get().data] == [1, "1"]
    assert todos.doc(1).get().data["_id"] == 1
    assert error_of(todos.add, data={"_id": True}).errCode == -501007
    error = error_of(todos.add, data={"_id": "1"})
    assert error.errCode == -502001
    assert 'index: _id_ dup key: { : "1" }' in error.errMsg
    assert "index: _id_ dup key: { : 1 }" in error_of(server_todos.add, data={"_id": 1}).errMsg
    assert len(todos.add(data={})._id) == 32


@pytest.mark.parametrize("sdk", ["client", "server"])
def test_an_id_is_fixed(world: FakeCloud, face: Any, sdk: str) -> None:
    """Source: @cloudbase/database 1.4.3, 不能更新_id的值."""
    world.seed({"todos": [{"_id": "a", "n": 1}]})
    db = face(world if sdk == "client" else world.server).database()
    doc, _ = db.collection("todos").doc("a"), db.command
    for call, data in (
        (doc.set, {"_id": "b"}),
        (doc.update, {"_id": "b"}),
        (doc.update, {"n": _.rename("_id")}),
        (db.collection("todos").where({"n": 1}).update, {"_id": "b"}),
    ):
        assert error_of(call, data=data).errMsg.endswith("不能更新_id的值")
    assert doc.get().data["n"] == 1


def test_an_owner_cannot_be_renamed_into_being(world: FakeCloud, todos: Any) -> None:
    _ = world.database().command
    made = todos.doc(todos.add(data={"n": "o-eve"})._id)
    error = error_of(made.update, data={"n": _.rename("_openid")})
    assert (error.errCode, error.errMsg) == (-501007, "Invalid Key Name: _openid")


# --- how much one gets ----------------------------------------------------------------------------

#: `limit(n)`, and how many of 1200 records come: to the client, to the server.
#: Source: developers.weixin.qq.com, Collection.limit; @cloudbase/database 1.4.3 for the server.
LIMITS = [(None, 20, 100), (0, 20, 100), (1, 1, 1), (20, 20, 20), (21, 20, 21), (5000, 20, 1000)]


@pytest.mark.parametrize(("limit", "client", "server"), LIMITS)
def test_limits(world: FakeCloud, face: Any, limit: int | None, client: int, server: int) -> None:
    world.seed({"todos": [{"n": n} for n in range(1200)]})
    for sdk, expected in ((world, client), (world.server, server)):
        query = face(sdk).database().collection("todos").orderBy("n", "asc")
        records = (query if limit is None else query.limit(limit)).get().data
        assert [each["n"] for each in records] == list(range(expected))


def test_skip_and_limit_page(world: FakeCloud, todos: Any) -> None:
    world.seed({"todos": [{"n": n} for n in range(45)]})
    pages = [todos.orderBy("n", "desc").skip(20 * page).get().data for page in range(4)]
    assert [len(page) for page in pages] == [20, 20, 5, 0]
    assert [each["n"] for page in pages for each in page] == list(range(44, -1, -1))


def test_counting_changing_and_removing_know_no_limit(world: FakeCloud, todos: Any) -> None:
    world.seed({"todos": [{"n": n} for n in range(45)]})
    query = todos.where({"n": world.database().command.gte(0)}).skip(40).limit(3)
    assert query.count().total == 45
    assert query.update(data={"m": 1}).stats.updated == 45
    assert query.orderBy("n").remove().stats.removed == 45


@pytest.mark.parametrize("multi", [True, False])
def test_one_or_all(world: FakeCloud, todos: Any, multi: bool) -> None:
    world.seed({"todos": [{"n": 1}, {"n": 1}]})
    assert todos.where({"n": 1}).update(data={"m": 1}, multi=multi).stats.updated == 1 + multi
    assert todos.where({"n": 1}).remove(multi=multi).stats.removed == 1 + multi


@pytest.mark.parametrize("number", ["5", -1, 1.5, float("inf"), 2**70])
def test_the_clients_limit_is_looked_at_by_the_backend(todos: Any, number: Any) -> None:
    assert error_of(todos.limit(number).get).errCode == -501007
    assert error_of(todos.skip(number).get).errCode == -501007


def test_an_aggregation_without_a_limit_has_the_defaults(world: FakeCloud, face: Any) -> None:
    world.seed({"todos": [{"n": n} for n in range(150)]})
    for sdk, default in ((world, 20), (world.server, 100)):
        pipeline = face(sdk).database().collection("todos").aggregate()
        assert len(pipeline.end().list) == default
        assert len(pipeline.limit(120).end().list) == 120


# --- how large ------------------------------------------------------------------------------------

#: A client's record of exactly 512 KB as it is sent: `{"t":"..."}`.
FITS = 512 * 1024 - len('{"t":""}')


@pytest.mark.parametrize(
    ("call", "what"),
    [
        ("add", "record"),
        ("doc.set", "record"),
        ("doc.update", "update expression"),
        ("where.update", "update expression"),
    ],
)
def test_the_client_measures_what_it_sends(todos: Any, call: str, what: str) -> None:
    calls = {
        "add": todos.add,
        "doc.set": todos.doc("a").set,
        "doc.update": todos.doc("a").update,
        "where.update": todos.where({}).update,
    }
    error = error_of(calls[call], data={"t": "x" * (FITS + 1)})
    assert (error.errCode, error.errMsg) == (
        -401002,
        f"{what} size must be less than 512 KB",
    )
    assert todos.count().total == 0


def test_a_record_of_512_kilobytes_goes(todos: Any, server_todos: Any) -> None:
    todos.add(data={"t": "x" * FITS})
    server_todos.add(data={"t": "x" * (2 * FITS)})  # the server SDK does not measure
    assert server_todos.count().total == 2


def test_dates_and_patterns_have_a_size_too(world: FakeCloud, todos: Any) -> None:
    """As base library 2.30.3 sends them: `{"$date":0}`, `{"$date":{"offset":0}}`."""
    db = world.database()
    values = [MIDNIGHT, db.serverDate(), db.RegExp(regexp="a")] * 5
    assert todos.add(data={"v": values, "t": "x" * (FITS - 5 * 100)})._id
    error = error_of(todos.add, data={"v": values * 100, "t": "x" * (FITS - 5 * 100)})
    assert error.errMsg == "record size must be less than 512 KB"


@pytest.mark.parametrize(
    "read",
    [
        lambda c: c.get(),
        lambda c: c.doc("whole").get(),
        lambda c: c.aggregate().sort({"_id": 1}).end(),
    ],
    ids=["get", "doc.get", "aggregate"],
)
def test_an_answer_to_the_client_is_at_most_a_megabyte(
    world: FakeCloud, todos: Any, server_todos: Any, read: Any
) -> None:
    world.seed({"todos": [{"_id": "whole", "t": "x" * 600_000, "u": "y" * 500_000}]})
    error = error_of(read, todos)
    assert error.errCode == -602001
    assert error.message.startswith(
        "errCode: -602001 database query result size exceed limit (1MB) | errMsg: "
    )
    assert read(server_todos)
    assert todos.field({"t": True}).get().data[0]["t"] == "x" * 600_000
    assert todos.count().total == 1


# --- order ----------------------------------------------------------------------------------------

N_M = [{"n": n, "m": m} for n in (2, 1) for m in (1, 2)]


def order_of(records: list[dict[str, Any]]) -> list[tuple[int, int]]:
    return [(each["n"], each["m"]) for each in records]


def test_keys_count_in_the_order_of_the_calls(world: FakeCloud, todos: Any) -> None:
    world.seed({"todos": N_M})
    records = todos.orderBy("m", "desc").orderBy("n", "asc").get().data
    assert order_of(records) == [(1, 2), (2, 2), (1, 1), (2, 1)]


@pytest.mark.parametrize("order", ["asc", "DESC", "", "descending", None, -1])
def test_the_client_ascends_unless_it_is_told_exactly(
    world: FakeCloud, todos: Any, order: Any
) -> None:
    world.seed({"todos": N_M})
    assert [each["n"] for each in todos.orderBy("n", order).get().data] == [1, 1, 2, 2]


def test_on_the_client_a_field_named_again_adds_nothing(world: FakeCloud, todos: Any) -> None:
    world.seed({"todos": N_M})
    assert [each["n"] for each in todos.orderBy("n").orderBy("n", "desc").get().data] == [
        1, 1, 2, 2,
    ]  # fmt: skip


def test_on_the_server_a_field_named_again_is_turned_where_it_stands(
    world: FakeCloud, server_todos: Any
) -> None:
    """Source: @cloudbase/database 1.4.3, Query.orderBy merges objects."""
    world.seed({"todos": N_M})
    records = server_todos.orderBy("n", "asc").orderBy("m", "asc").orderBy("n", "desc").get().data
    assert order_of(records) == [(2, 1), (2, 2), (1, 1), (1, 2)]


# --- what the server SDK's builders refuse --------------------------------------------------------

#: The call, and JavaScript's Error that it throws. Source: @cloudbase/database 1.4.3.
THROWN: list[tuple[str, Callable[[Any], Any], str]] = [
    ("no direction", lambda c: c.orderBy("n"), "排序字符不合法"),
    ("a capital direction", lambda c: c.orderBy("n", "DESC"), "排序字符不合法"),
    ("a number as direction", lambda c: c.orderBy("n", -1), "排序字符不合法"),
    ("a path that begins oddly", lambda c: c.orderBy("名", "asc"), ""),
    ("half a record", lambda c: c.limit(1.5), "limitmust be integer"),
    ("a text as limit", lambda c: c.limit("5"), "limitmust be integer"),
    ("true as limit", lambda c: c.limit(True), "limitmust be integer"),
    ("no limit at all", lambda c: c.limit(float("inf")), "limitmust be integer"),
    ("a text as offset", lambda c: c.skip("5"), "offsetmust be integer"),
    ("no id", lambda c: c.doc(None), "docId必须为字符串或数字"),
    ("an object as id", lambda c: c.doc({}), "docId必须为字符串或数字"),
    ("true as id", lambda c: c.doc(True), "docId必须为字符串或数字"),
    ("no condition", lambda c: c.where(None), "查询参数必须为对象"),
    ("a text as condition", lambda c: c.where("n"), "查询参数必须为对象"),
]


@pytest.mark.parametrize(
    ("build", "text"), [case[1:] for case in THROWN], ids=[case[0] for case in THROWN]
)
def test_the_servers_builders_throw_plain_errors(world: FakeCloud, build: Any, text: str) -> None:
    for sdk in (world.server, world.server.aio):
        error = error_of(build, sdk.database().collection("todos"))
        assert (error.errCode, error.errMsg, str(error)) == (-1, text, f"Error: {text}")


def test_a_condition_of_nothing_but_undefined(world: FakeCloud) -> None:
    from cloud_fake.values.kinds import MISSING

    error = error_of(world.server.database().collection("todos").where, {"n": MISSING})
    assert error.errMsg == "查询参数对象值不能均为undefined"


def test_a_collection_has_a_name(world: FakeCloud, server_db: Any) -> None:
    for collections in (world.server.database(), world.server.database().startTransaction()):
        error = error_of(collections.collection, "")
        assert error.errMsg == "Collection name is required"
        error = error_of(collections.collection, {"a": 1})
        text = "parameter.collectionName should be string instead of object;"
        assert (error.errCode, error.errMsg) == (-1, text)


def test_whole_reals_are_integers_in_javascript(world: FakeCloud, server_todos: Any) -> None:
    world.seed({"todos": N_M})
    assert len(server_todos.skip(1.0).limit(2.0).get().data) == 2


def test_the_server_takes_lists(server_todos: Any) -> None:
    added = server_todos.add(data=[{"_id": "a"}, {"n": 1}])
    assert added._ids[0] == "a"
    assert len(added._ids) == server_todos.count().total == 2
    assert "_id" not in added
    assert error_of(server_todos.add, data=[{"n": 5}, {"_id": "a"}]).errCode == -502001
    assert server_todos.count().total == 2


@pytest.mark.parametrize("item", [5, "text", [{"n": 1}], None])
def test_a_list_holds_objects(server_todos: Any, item: Any) -> None:
    error = error_of(server_todos.add, data=[{"n": 1}, item])
    assert "parameter.data.1 should be object instead of " in error.errMsg
    assert server_todos.count().total == 0


def test_a_set_takes_no_commands(world: FakeCloud, server_db: Any) -> None:
    """Source: @cloudbase/database 1.4.3, DocumentReference.set."""
    _, doc = server_db.command, server_db.collection("todos").doc("a")
    for data in ({"n": _.inc(1)}, {"a": {"b": [_.set(1)]}}):
        assert error_of(doc.set, data=data).errMsg == FAILED.format(
            api="document.set", text="update operator complicit"
        )
    circle: dict[str, Any] = {"n": [1]}
    circle["n"].append(circle)
    error = error_of(doc.set, data=circle)
    assert error.errMsg == "Cannot convert circular structure to JSON"
    error = error_of(server_db.collection("todos").doc("").set, data={"n": 1})
    assert error.errMsg == "document.set:fail -501007 invalid parameters. docId不能为空"


def test_a_references_fields_are_its_own_on_the_server(
    world: FakeCloud, face: Any, server_todos: Any
) -> None:
    world.seed({"todos": [{"_id": "a", "n": 1, "m": 2}]})
    doc = server_todos.doc("a")
    assert doc.field({"n": True}).get().data == {"_id": "a", "n": 1}
    assert doc.get().data["m"] == 2
    own = face(world).database().collection("todos").doc("a")
    own.field({"n": True})
    assert own.get().data == {"_id": "a", "n": 1}


# --- missing records ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at_init", "at_database", "throws"),
    [
        ({}, {}, True),
        ({"throwOnNotFound": False}, {}, False),
        ({"throwOnNotFound": False}, {"throwOnNotFound": True}, True),
        ({}, {"throwOnNotFound": False}, False),
        ({"throwOnNotFound": True}, {"throwOnNotFound": False}, False),
        ({}, {"throwOnNotFound": 0}, False),
    ],
)
def test_throw_on_not_found(
    world: FakeCloud, face: Any, at_init: Any, at_database: Any, throws: bool
) -> None:
    """Source: wx-server-sdk 4.0.2, document.get: the database's word counts before init's."""
    server = world.server
    server.init(env="dev-1a2b3c", **at_init)
    for config in (lambda sdk: sdk.database(**at_database), lambda sdk: sdk.database(at_database)):
        doc = config(face(server)).collection("todos").doc("nope")
        if throws:
            assert error_of(doc.get).errMsg == (
                "document.get:fail document with _id nope does not exist"
            )
        else:
            assert doc.get() == {"data": None, "errMsg": "document.get:ok"}


def test_only_the_first_init_counts(world: FakeCloud) -> None:
    server = world.server
    server.init(env="dev-1a2b3c")
    server.init(env="dev-1a2b3c", throwOnNotFound=False)
    assert error_of(server.database().collection("todos").doc("nope").get).errCode == -1


def test_a_function_has_an_init_of_its_own(world: FakeCloud) -> None:
    @world.function("read")
    def read(event: Any, context: Any) -> Any:
        context.cloud.init(throwOnNotFound=False)
        return context.cloud.database().collection("todos").doc("nope").get().data

    assert world.callFunction(name="read").result is None


# --- an update of many is not atomic --------------------------------------------------------------


def test_a_failing_update_leaves_what_came_before(world: FakeCloud, face: Any) -> None:
    """MongoDB works record by record; an error stops it midway."""
    world.seed(
        {"todos": [{"_id": 1, "n": 1}, {"_id": 2, "n": 2}, {"_id": 3, "n": "x"}, {"_id": 4}]}
    )
    db = face(world).database()
    seen: list[Any] = []
    todos = db.collection("todos")
    world.database().collection("todos").watch(onChange=seen.append, onError=seen.append)
    error = error_of(todos.where({}).update, data={"n": db.command.inc(10)})
    assert error.errCode == -502001
    assert "Cannot apply $inc to a value of non-numeric type" in error.errMsg
    assert [each.get("n") for each in todos.orderBy("_id").get().data] == [11, 12, "x", None]
    assert world.calls.to("database.todos.update")[-1].error is error
    (first, event) = seen
    assert first.type == "init"
    assert [(change.docId, change.updatedFields) for change in event.docChanges] == [
        (1, {"n": 11}),
        (2, {"n": 12}),
    ]


# --- pipelines of the server ----------------------------------------------------------------------


def test_stages_that_only_the_server_sdk_has(world: FakeCloud, server_db: Any) -> None:
    world.seed({"todos": [{"_id": n, "n": n} for n in range(4)]}, openid=None)
    pipeline = server_db.collection("todos").aggregate()
    sums = server_db.command.aggregate
    counted = sums.pipeline().facet({"a": sums.pipeline().count("x").done()}).done()
    assert counted == [{"$facet": {"a": [{"$count": "x"}]}}]
    answer = pipeline.facet(
        low=sums.pipeline().match({"n": server_db.command.lt(2)}).count("x").done(),
        high=sums.pipeline().skip(3).project({"_id": 0}).done(),
    ).end()
    assert answer.list == [{"low": [{"x": 2}], "high": [{"n": 3}]}]
    assert len(pipeline.redact("$$KEEP").end().list) == 4
    with pytest.raises(NotSupportedByFake, match="graphLookup"):
        pipeline.graphLookup({"from": "todos"}).end()


def test_the_client_has_them_not(world: FakeCloud) -> None:
    pipeline = world.database().collection("todos").aggregate()
    assert not hasattr(pipeline, "facet")
    assert not hasattr(world.database().command.aggregate.pipeline(), "redact")


# --- what a reference tells -----------------------------------------------------------------------


def test_references_know_where_they_are_from(world: FakeCloud) -> None:
    db, server = world.database(env="dev-1a2b3c"), world.server.database(throwOnNotFound=False)
    todos = db.collection("todos")
    assert todos.database is db
    assert todos.collectionName == todos.where({}).collectionName == "todos"
    assert db.config == {"env": "dev-1a2b3c"}
    assert world.database().config == {}
    assert server.config == {"throwOnNotFound": False}
    own = server.collection("todos")
    assert own.database is server
    assert own.doc("a").collection is own
    assert own.doc("a").field({"n": 1}).collection is own
    assert own.doc(7)._id == 7
    assert own.aggregate().match({}).collection is own


def test_a_calls_own_config_is_not_looked_at(todos: Any) -> None:
    """Source: base library 2.30.3; the environment is named by `database({env})`."""
    made = todos.add(data={"n": 1}, config={"env": "nowhere"})._id
    assert todos.doc(made).get(config={"env": "nowhere"}).data["n"] == 1
    assert todos.count(config={}).total == 1

"""Calls by their canonical name: the same calls as the app's own, on the timeline and in effect."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from cloud_fake import CloudError, FakeCloud, MisuseError
from cloud_fake.face.dispatch import find_operation
from cloud_fake.face.terminal import Terminal
from cloud_fake.services.catalogue import vocabulary


@pytest.fixture
def cloud() -> FakeCloud:
    cloud = FakeCloud(env="dev-1a2b3c", collections=["todos"], seed=7)
    cloud.clock.freeze()
    cloud.seed({"todos": [{"_id": name, "n": n} for n, name in enumerate("abcd")]})
    cloud.register_function("add", lambda event, context: event["x"] + event["y"])
    return cloud


def lines(cloud: FakeCloud) -> list[str]:
    return [line.partition("  ")[2] for line in cloud.calls.lines()]


def todos(face: Any) -> Any:
    return face.database().collection("todos")


#: By name, and as the app says it.
ALIKE: list[tuple[str, dict[str, Any], Any]] = [
    ("database.todos.add", {"data": {"n": 9}}, lambda c: todos(c).add(data={"n": 9})),
    ("database.todos.get", {}, lambda c: todos(c).get()),
    ("database.todos.get", {"doc": "a"}, lambda c: todos(c).doc("a").get()),
    (
        "database.todos.get",
        {"doc": "a", "field": {"n": True}},
        lambda c: todos(c).doc("a").field({"n": True}).get(),
    ),
    (
        "database.todos.get",
        {"where": {"n": {"$gt": 0}}, "orderBy": {"n": "desc"}, "skip": 1, "limit": 1},
        lambda c: (
            todos(c)
            .where({"n": c.database().command.gt(0)})
            .orderBy("n", "desc")
            .skip(1)
            .limit(1)
            .get()
        ),
    ),
    ("database.todos.count", {"where": {"n": 1}}, lambda c: todos(c).where({"n": 1}).count()),
    (
        "database.todos.update",
        {"doc": "a", "data": {"$inc": {"n": 5}}},
        lambda c: todos(c).doc("a").update(data={"$inc": {"n": 5}}),
    ),
    (
        "database.todos.update",
        {"where": {"n": 1}, "data": {"m": 2}},
        lambda c: todos(c).where({"n": 1}).update(data={"m": 2}),
    ),
    (
        "database.todos.set",
        {"doc": "z", "data": {"n": 1}},
        lambda c: todos(c).doc("z").set(data={"n": 1}),
    ),
    ("database.todos.remove", {"doc": "a"}, lambda c: todos(c).doc("a").remove()),
    ("database.todos.remove", {"where": {"n": 1}}, lambda c: todos(c).where({"n": 1}).remove()),
    (
        "database.todos.aggregate",
        {"stages": [{"$match": {"n": {"$gt": 1}}}, {"group": {"_id": None, "n": {"$sum": "$n"}}}]},
        lambda c: (
            todos(c)
            .aggregate()
            .match({"n": {"$gt": 1}})
            .group({"_id": None, "n": {"$sum": "$n"}})
            .end()
        ),
    ),
    (
        "function.add",
        {"data": {"x": 1, "y": 2}},
        lambda c: c.callFunction(name="add", data={"x": 1, "y": 2}),
    ),
    ("storage.getTempFileURL", {"fileList": []}, lambda c: c.getTempFileURL(fileList=[])),
    ("storage.delete", {"fileList": []}, lambda c: c.deleteFile(fileList=[])),
]


@pytest.mark.parametrize("server", [False, True], ids=["client", "server"])
@pytest.mark.parametrize(
    ("name", "options", "said"), ALIKE, ids=lambda part: part if isinstance(part, str) else ""
)
def test_a_call_by_name_is_the_app_s_call(
    cloud: FakeCloud, name: str, options: Any, said: Any, server: bool
) -> None:
    other = cloud.fork()
    answer = cloud.dispatch(name, options, server=server)
    assert answer == said(other.server if server else other)
    assert lines(cloud) == lines(other)
    assert cloud.export("todos") == other.export("todos")


@pytest.mark.parametrize("server", [False, True], ids=["client", "server"])
@pytest.mark.parametrize(
    ("name", "options", "said"), ALIKE, ids=lambda part: part if isinstance(part, str) else ""
)
def test_an_awaited_call_by_name_is_the_same(
    cloud: FakeCloud, name: str, options: Any, said: Any, server: bool
) -> None:
    other = cloud.fork()
    answer = asyncio.run(finish(cloud.dispatch(name, options, server=server, awaited=True)))
    assert answer == said(other.server if server else other)
    assert lines(cloud) == lines(other)


async def finish(awaitable: Any) -> Any:
    return await awaitable


def test_what_no_sdk_calls_is_awaited_as_well(cloud: FakeCloud) -> None:
    async def story() -> tuple[int, str]:
        file_id = cloud.server.uploadFile(cloudPath="a.txt", fileContent=b"x").fileID
        url = cloud.getTempFileURL(fileList=[file_id]).fileList[0].tempFileURL
        fetched = await cloud.dispatch("storage.fetch", {"url": url}, awaited=True)
        on_server = {"server": True, "awaited": True}
        begun = await cloud.dispatch("database.transaction.start", **on_server)
        ending = {"transactionId": begun.transactionId}
        ended = await cloud.dispatch("database.transaction.rollback", ending, **on_server)
        return fetched.status_code, ended.errMsg

    status, ended = asyncio.run(story())
    assert status == 200
    assert ended.endswith(":ok")


def test_calls_by_name_run_beside_each_other(cloud: FakeCloud) -> None:
    """An awaited call holds up nobody else's."""
    order: list[str] = []

    @cloud.function("slow")
    async def slow(event: Any, context: Any) -> None:
        await asyncio.sleep(0)
        order.append("slow")

    async def story() -> None:
        async def quick() -> None:
            order.append("quick")

        await asyncio.gather(cloud.dispatch("function.slow", awaited=True), quick())

    asyncio.run(story())
    assert order == ["quick", "slow"]


ORDERS = [
    {"n": "desc"},
    {"n": -1},
    [["n", -1]],
    [["n", "desc"]],
    [{"field": "n", "direction": "desc"}],
]


@pytest.mark.parametrize("order", ORDERS, ids=str)
def test_the_forms_of_an_order(cloud: FakeCloud, order: Any) -> None:
    answer = cloud.dispatch("database.todos.get", {"orderBy": order})
    assert [record["n"] for record in answer.data] == [3, 2, 1, 0]


@pytest.mark.parametrize("order", ["n", ["n"], {"n": 1}, [{"field": "n"}]], ids=str)
def test_an_order_ascends_unless_it_says_otherwise(cloud: FakeCloud, order: Any) -> None:
    answer = cloud.dispatch("database.todos.get", {"orderBy": order})
    assert [record["n"] for record in answer.data] == [0, 1, 2, 3]


def test_who_calls(cloud: FakeCloud) -> None:
    own = cloud.dispatch("database.todos.count").total
    bob = cloud.dispatch("database.todos.count", as_user="o-bob").total
    nobody = cloud.dispatch("database.todos.count", as_user=None).total
    everything = cloud.dispatch("database.todos.count", server=True).total
    assert (own, bob, nobody, everything) == (4, 0, 0, 4)
    assert [call.caller for call in cloud.calls] == ["o-alice", "o-bob", "nobody", "server"]


def test_an_upload_is_the_caller_s_own(cloud: FakeCloud, tmp_path: Any) -> None:
    (tmp_path / "a.txt").write_bytes(b"x")
    local = {"cloudPath": "a.txt", "filePath": tmp_path / "a.txt"}
    assert cloud.dispatch("storage.upload", local).statusCode == 200
    bytes_ = {"cloudPath": "b.txt", "fileContent": b"x"}
    assert cloud.dispatch("storage.upload", bytes_, server=True).statusCode == -1
    with pytest.raises(MisuseError, match="no option 'fileContent'; did you mean"):
        cloud.dispatch("storage.upload", bytes_)


def test_a_link_is_fetched(cloud: FakeCloud) -> None:
    file_id = cloud.server.uploadFile(cloudPath="a.txt", fileContent=b"x").fileID
    url = cloud.getTempFileURL(fileList=[file_id]).fileList[0].tempFileURL
    assert cloud.dispatch("storage.fetch", {"url": url}, as_user="o-bob").content == b"x"
    assert cloud.calls[-1].caller == "o-bob"


def test_a_transaction_by_name(cloud: FakeCloud) -> None:
    started = cloud.dispatch("database.transaction.start", server=True)
    inside = {"transaction": started.transactionId}
    cloud.dispatch("database.todos.add", {"data": {"_id": "t"}, **inside}, server=True)
    assert cloud.dispatch("database.todos.get", {"doc": "t", **inside}, server=True).data
    with pytest.raises(CloudError, match="does not exist"):
        cloud.dispatch("database.todos.get", {"doc": "t"}, server=True)
    ending = {"transactionId": started.transactionId}
    cloud.dispatch("database.transaction.commit", ending, server=True)
    assert cloud.dispatch("database.todos.get", {"doc": "t"}, server=True).data == {"_id": "t"}


def test_a_watch_by_name(cloud: FakeCloud) -> None:
    seen: list[Any] = []
    handlers = {"onChange": seen.append, "onError": seen.append}
    watcher = cloud.dispatch("watch.todos", {"where": {"n": 9}, **handlers})
    cloud.dispatch("database.todos.add", {"data": {"n": 9}})
    watcher.close()
    cloud.dispatch("database.todos.add", {"data": {"n": 9}})
    assert [len(snapshot.docs) for snapshot in seen] == [0, 1]


def test_a_collection_by_name(cloud: FakeCloud) -> None:
    cloud.dispatch("database.createCollection", {"collectionName": "notes"}, server=True)
    assert cloud.dispatch("database.notes.count").total == 0


def test_faults_strike_it(cloud: FakeCloud) -> None:
    cloud.faults.add("database.todos.add: lost_reply once")
    with pytest.raises(CloudError, match="timeout"):
        cloud.dispatch("database.todos.add", {"data": {}})
    assert cloud.calls[-1].executions == 1
    assert cloud.dispatch("database.todos.count").total == 5


def test_before_init_it_is_refused_as_any_call() -> None:
    with pytest.raises(CloudError, match="Cloud API isn't enabled"):
        FakeCloud().dispatch("database.todos.count")


MISTAKES: list[tuple[Any, Any, str]] = [
    ("database.todos.ad", {}, "no operation is called 'database.todos.ad'; did you mean "
                              "'database.todos.add'?"),
    ("databse.todos.add", {}, "did you mean 'database.todos.add'?"),
    ("storage.uplod", {}, "did you mean 'storage.upload'?"),
    ("functions.pay", {}, "did you mean 'function.pay'?"),
    ("", {}, "no operation is called ''"),
    ("database.todos.add", {"dat": {}}, "database.todos.add has no option 'dat'; did you mean "
                                        "'data'?"),
    ("database.todos.get", {"were": {}}, "has no option 'were'; did you mean 'where'?"),
    ("database.todos.get", {"doc": "a", "where": {}}, "database.todos.get takes no 'where'"),
    ("database.todos.add", {"doc": "a", "data": {}}, "database.todos.add takes no 'doc'"),
    ("database.todos.get", {"doc": "a", "orderBy": "n"}, "database.todos.get takes no 'orderBy'"),
    ("database.todos.get", {"stages": [{"limit": 1}]}, "database.todos.get takes no 'stages'"),
    ("database.todos.aggregate", {"orderBy": "n"}, "database.todos.aggregate takes no 'orderBy'"),
    ("database.todos.get", {"orderBy": 5}, "orderBy takes a path, {path: direction} or a list"),
    ("database.todos.get", {"orderBy": [5]}, "{field, direction}, not 5"),
    ("database.todos.get", {"orderBy": [["n"]]}, "{field, direction}, not ['n']"),
    ("database.todos.get", {"orderBy": [{"n": "asc"}]}, "not {'n': 'asc'}"),
    ("database.todos.get", {5: 1}, "database.todos.get has no option 5; its options: "),
    ("database.todos.get", [1], "database.todos.get takes options by name, not [1]"),
    ("database.todos.get", [], "database.todos.get takes options by name, not []"),
    ("storage.upload", "x", "storage.upload takes options by name, not 'x'"),
    ("database.todos.aggregate", {"stages": 5}, "stages is a list, such as [{'limit': 5}], not 5"),
    ("database.todos.aggregate", {"stages": {"limit": 5}}, "not {'limit': 5}"),
    ("database.todos.aggregate", {"stages": ["x"]}, "a stage is said by its name, such as "
                                                    "{'limit': 5}, not 'x'"),
    ("database.todos.aggregate", {"stages": [{5: 1}]}, "such as {'limit': 5}, not {5: 1}"),
    (5, {}, "an operation has a name such as storage.upload, not 5"),
    ("database.todos.set", {"data": {}}, "database.todos.set wants 'doc', a record's id"),
    ("database.todos.aggregate", {"stages": [{"$mach": {}}]}, "no stage '$mach'; did you mean "
                                                              "'match'?"),
    ("database.todos.aggregate", {"stages": [{"$facet": {}}]}, "this SDK has no stage '$facet'"),
    ("function.add", {"dta": {}}, "function.add has no option 'dta'; did you mean 'data'?"),
    ("watch.todos", {"onchange": 1}, "watch.todos has no option 'onchange'; did you mean "
                                     "'onChange'?"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "options", "text"), MISTAKES, ids=lambda part: part if isinstance(part, str) else ""
)
def test_a_mistake_is_told_and_nothing_is_asked(
    cloud: FakeCloud, name: Any, options: Any, text: str
) -> None:
    with pytest.raises(MisuseError) as caught:
        cloud.dispatch(name, options)
    assert text in str(caught.value)
    assert len(cloud.calls) == 0


def test_what_the_platform_refuses_it_refuses_in_its_words(cloud: FakeCloud) -> None:
    with pytest.raises(CloudError, match=r"parameter\.data should be object instead of number"):
        cloud.dispatch("database.todos.add", {"data": 5})


@pytest.mark.parametrize("name", vocabulary())
def test_every_operation_is_found_by_its_name(name: str) -> None:
    found, target = find_operation(name.replace("{target}", "a.b"))
    assert found.name == name
    assert target == ("a.b" if "{target}" in name else "")


def test_it_is_a_steering_method_and_no_call_of_the_app_s() -> None:
    assert not isinstance(vars(FakeCloud)["dispatch"], Terminal)

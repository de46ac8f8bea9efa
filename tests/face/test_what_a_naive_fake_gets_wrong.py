"""The places where fakes usually differ from the platform, one test each, in the real words.

Sources: base library 2.30.3 (client), wx-server-sdk 4.0.2 (server), developers.weixin.qq.com.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from cloud_fake import CloudError, FakeCloud

MISSING_COLLECTION = (
    "[ResourceNotFound] Db or Table not exist. Please check your request, "
    "but if the problem cannot be solved, contact us."
)


def error_of(call: Any, /, *args: Any, **kwargs: Any) -> CloudError:
    with pytest.raises(CloudError) as caught:
        call(*args, **kwargs)
    return caught.value


# 1 ---------------------------------------------------------------------------------------------


def test_client_database_errors_carry_no_api_prefix(app: Any) -> None:
    error = error_of(app.database().collection("nowhere").get)
    assert (error.errCode, error.errMsg) == (-502005, MISSING_COLLECTION)
    assert str(error) == (
        f"Error: errCode: -502005 database collection not exists | errMsg: {MISSING_COLLECTION}"
    )


def test_client_function_errors_carry_it(app: Any) -> None:
    assert error_of(app.callFunction, name="nope").errMsg.startswith("cloud.callFunction:fail ")


def test_server_errors_carry_it(world: FakeCloud, face: Any) -> None:
    error = error_of(face(world.server).database().collection("nowhere").get)
    assert error.errCode == -502005
    assert error.errMsg == (
        f"collection.get:fail -502005 database collection not exists. {MISSING_COLLECTION}"
    )


# 2 ---------------------------------------------------------------------------------------------


def test_a_failed_function_call_says_minus_one_and_hides_the_code_in_the_text(app: Any) -> None:
    error = error_of(app.callFunction, name="nope")
    assert error.errCode == -1
    assert "errCode: -501000  | errMsg: FunctionName parameter could not be found." in error.errMsg
    assert error.code == -501000


# 3 ---------------------------------------------------------------------------------------------

NOT_ENABLED = (
    "Cloud API isn't enabled, please call wx.cloud.init first\n"
    "请先调用 wx.cloud.init() 完成初始化后再调用其他云 API。"
)

BEFORE_INIT = {
    "callFunction": lambda cloud, **k: cloud.callFunction(name="add", **k),
    "uploadFile": lambda cloud, **k: cloud.uploadFile(cloudPath="a", filePath="b", **k),
    "downloadFile": lambda cloud, **k: cloud.downloadFile(fileID="a", **k),
    "getTempFileURL": lambda cloud, **k: cloud.getTempFileURL(fileList=[], **k),
    "deleteFile": lambda cloud, **k: cloud.deleteFile(fileList=[], **k),
}


@pytest.mark.parametrize("name", BEFORE_INIT)
@pytest.mark.parametrize("form", ["promise", "callback"])
def test_before_init_every_call_throws_at_once(name: str, form: str) -> None:
    told: list[Any] = []
    callbacks = {"fail": told.append} if form == "callback" else {}
    for cloud in (FakeCloud(), FakeCloud().aio):
        error = error_of(BEFORE_INIT[name], cloud, **callbacks)  # awaiting is not needed
        assert (error.errCode, error.errMsg) == (-1, NOT_ENABLED)
        assert error.message == f"errCode: -1  | errMsg: {NOT_ENABLED}"
    assert told == []


def test_the_database_throws_before_init_too() -> None:
    assert error_of(FakeCloud().database).errMsg == NOT_ENABLED


def test_builders_throw_at_once(world: FakeCloud) -> None:
    for cloud in (world, world.aio):
        todos = cloud.database().collection("todos")
        assert error_of(cloud.database().collection, "").errMsg == "collectionName must be provided"
        error = error_of(todos.doc, None)
        assert (error.errCode, error.errMsg) == (
            -1,
            "collection.doc:fail -1 . docId must not be empty",
        )
        error = error_of(todos.where, None)
        assert (error.errCode, error.errMsg) == (
            -401002,
            "parameter condition of function where must be provided",
        )


@pytest.mark.parametrize(("given", "called"), [(None, "null"), ("add", "string"), (5, "number")])
def test_call_function_without_an_object_throws_at_once(
    world: FakeCloud, given: Any, called: str
) -> None:
    for cloud in (world, world.aio):
        error = error_of(cloud.callFunction, given)
        assert (error.errCode, error.errMsg) == (
            -401003,
            f"parameter should be object instead of {called};",
        )
        assert error_of(cloud.callFunction).errMsg == (
            "parameter should be object instead of undefined;"
        )


# 4 ---------------------------------------------------------------------------------------------


def test_uploads_and_downloads_answer_as_the_two_sdks_do(
    world: FakeCloud, face: Any, tmp_path: Any
) -> None:
    (tmp_path / "a.txt").write_bytes(b"hello")
    client, server = face(world), face(world.server)
    up = client.uploadFile(cloudPath="a.txt", filePath=str(tmp_path / "a.txt"))
    assert up["errMsg"] == "cloud.uploadFile:ok"
    assert 200 <= up["statusCode"] < 300
    assert client.downloadFile(fileID=up["fileID"])["errMsg"] == "downloadFile:ok"
    assert server.uploadFile(cloudPath="b.txt", fileContent=b"x") == {
        "fileID": up["fileID"].replace("a.txt", "b.txt"),
        "statusCode": -1,
        "errMsg": "uploadFile:ok",
    }
    assert server.downloadFile(fileID=up["fileID"]) == {
        "fileContent": b"hello",
        "statusCode": 200,
        "errMsg": "downloadFile:ok",
    }


# 5 ---------------------------------------------------------------------------------------------


def test_lists_of_files_succeed_with_failing_items(world: FakeCloud, face: Any) -> None:
    gone = "cloud://dev-1a2b3c.6465-dev-1a2b3c-1250000000/gone.png"
    client, server = face(world), face(world.server)
    assert client.getTempFileURL(fileList=[gone]) == {
        "fileList": [
            {"fileID": gone, "tempFileURL": "", "status": 1, "errMsg": "STORAGE_FILE_NONEXIST"}
        ],
        "errMsg": "cloud.getTempFileURL:ok",
    }
    assert server.getTempFileURL(fileList=[gone]).fileList == [
        {"fileID": gone, "tempFileURL": "", "status": -503003, "errMsg": "storage file not exists"}
    ]
    assert client.deleteFile(fileList=[gone]).fileList == [
        {"fileID": gone, "status": -503003, "errMsg": "STORAGE_FILE_NONEXIST"}
    ]
    assert server.deleteFile(fileList=[gone]).fileList == [
        {"fileID": gone, "status": -503003, "errMsg": "storage file not exists"}
    ]


@pytest.mark.parametrize("call", ["getTempFileURL", "deleteFile"])
def test_more_than_fifty_files_are_refused_before_anything_happens(app: Any, call: str) -> None:
    error = error_of(getattr(app, call), fileList=["cloud://x"] * 51)
    assert (error.errCode, error.errMsg) == (-401002, "parameter.fileList exceed max length 50")
    assert getattr(app, call)(fileList=[])["fileList"] == []


# 6, 7 ------------------------------------------------------------------------------------------


def test_a_missing_document_on_the_client(app: Any) -> None:
    doc = app.database().collection("todos").doc("nope")
    error = error_of(doc.get)
    assert (error.errCode, error.errMsg) == (
        -1,
        "document.get:fail cannot find document with _id nope, please make sure that the document "
        "exists and you have the corresponding access permission",
    )
    assert doc.update(data={"a": 1}) == {"stats": {"updated": 0}, "errMsg": "document.update:ok"}
    error = error_of(doc.remove)
    assert (error.errCode, error.errMsg) == (
        -1,
        "document.remove:fail cannot remove document with _id nope, please make sure that the "
        "document exists and you have the corresponding Write permission",
    )
    assert doc.set(data={"a": 1}).stats == {"updated": 0, "created": 1}


def test_a_missing_document_on_the_server(world: FakeCloud, face: Any) -> None:
    doc = face(world.server).database().collection("todos").doc("nope")
    error = error_of(doc.get)
    assert (error.errCode, error.errMsg) == (
        -1,
        "document.get:fail document with _id nope does not exist",
    )
    assert doc.remove() == {"stats": {"removed": 0}, "errMsg": "document.remove:ok"}


# 8 ---------------------------------------------------------------------------------------------


def test_private_collections_filter_silently(world: FakeCloud, face: Any) -> None:
    alice, bob = face(world), face(world.as_user("o-bob"))
    mine = alice.database().collection("todos").add(data={"n": 1})["_id"]
    theirs = bob.database().collection("todos")
    assert theirs.get()["data"] == []
    assert theirs.count()["total"] == 0
    assert theirs.doc(mine).update(data={"n": 2}).stats.updated == 0
    assert theirs.where({"n": 1}).remove().stats.removed == 0
    assert error_of(theirs.doc(mine).get).errCode == -1
    assert alice.database().collection("todos").doc(mine).get().data["n"] == 1


# 9 ---------------------------------------------------------------------------------------------


def test_nested_objects_flatten_and_empty_ones_vanish(app: Any) -> None:
    todos = app.database().collection("todos")
    _ = app.database().command
    added = todos.add(data={"a": {"b": 1, "c": 2}, "n": None})["_id"]
    assert todos.where({"a": {"b": 1}}).count().total == 1
    assert todos.where({"a": _.eq({"b": 1})}).count().total == 0
    assert todos.where({"a": {}}).count().total == 1
    doc = todos.doc(added)
    doc.update(data={"a": {"b": 5}})
    assert doc.get().data["a"] == {"b": 5, "c": 2}
    assert doc.update(data={"a": {}}).stats.updated == 0
    error = error_of(doc.update, data={"n": {"x": 1}})
    assert error.errCode == -502001
    assert "Cannot create field 'x' in element {n: null}" in error.errMsg


# 10 --------------------------------------------------------------------------------------------


def test_chained_where_adds_on_the_client_and_replaces_on_the_server(
    world: FakeCloud, face: Any
) -> None:
    world.seed({"todos": [{"a": 1, "b": 1}, {"a": 1, "b": 2}, {"a": 2, "b": 2}]})
    for sdk, total in ((face(world), 1), (face(world.server), 2)):
        todos = sdk.database().collection("todos")
        assert todos.where({"a": 1}).where({"b": 2}).count().total == total


def test_limits_orders_and_fields_that_make_no_sense(world: FakeCloud, face: Any) -> None:
    world.seed({"todos": [{"n": n} for n in range(150)]})
    client, server = face(world), face(world.server)
    todos = client.database().collection("todos")
    assert [len(todos.limit(n).get().data) for n in (0, 5, 20, 1000)] == [20, 5, 20, 20]
    assert todos.orderBy("n", "DESC").limit(1).get().data[0]["n"] == 0
    assert set(todos.field({"n": -1}).limit(1).get().data[0]) == {"_id", "_openid", "n"}
    everything = server.database().collection("todos")
    assert [len(everything.limit(n).get().data) for n in (0, 5, 1000)] == [100, 5, 150]
    assert "n" not in everything.field({"n": -1}).limit(1).get().data[0]


# 11 --------------------------------------------------------------------------------------------


def test_only_the_server_adds_many(world: FakeCloud, face: Any) -> None:
    error = error_of(face(world).database().collection("todos").add, data=[{"n": 1}])
    assert (error.errCode, error.errMsg) == (
        -401003,
        "parameter.data should be object instead of array;",
    )
    added = face(world.server).database().collection("todos").add(data=[{"n": 1}, {"n": 2}])
    assert len(added["_ids"]) == 2
    assert added["errMsg"] == "collection.add:ok"


# 12 --------------------------------------------------------------------------------------------


def test_openid_is_the_platforms_to_write(app: Any) -> None:
    todos = app.database().collection("todos")
    for call in (todos.add, todos.doc("x").set, todos.doc("x").update):
        error = error_of(call, data={"_openid": "o-eve", "n": 1})
        assert (error.errCode, error.errMsg) == (-501007, "Invalid Key Name: _openid")
    assert todos.count().total == 0
    assert todos.doc(todos.add(data={"n": 1})["_id"]).get().data["_openid"] == "o-alice"


def test_collections_are_never_made_by_using_them(app: Any) -> None:
    nowhere = app.database().collection("nowhere")
    calls = {
        "get": nowhere.get,
        "count": nowhere.count,
        "add": lambda: nowhere.add(data={"a": 1}),
        "update": lambda: nowhere.where({"a": 1}).update(data={"a": 2}),
        "remove": lambda: nowhere.where({"a": 1}).remove(),
        "set": lambda: nowhere.doc("a").set(data={"a": 2}),
    }
    assert {name: error_of(call).errCode for name, call in calls.items()} == dict.fromkeys(
        calls, -502005
    )


# 13 --------------------------------------------------------------------------------------------


def test_functions_speak_json(world: FakeCloud, face: Any) -> None:
    seen: dict[str, Any] = {}
    moment = dt.datetime(2026, 1, 2, 3, 4, 5, 678000, dt.UTC)

    @world.function("echo")
    def echo(event: Any, context: Any) -> Any:
        seen.update(event)
        return {"when": moment, "raw": b"\x01\x02", "same": event["data"]}

    answer = face(world).callFunction(
        name="echo", data={"data": {"when": moment, "nan": float("nan"), "raw": b"\x09"}}
    )
    assert seen["data"] == {
        "when": "2026-01-02T03:04:05.678Z",
        "nan": None,
        "raw": {"type": "Buffer", "data": [9]},
    }
    assert answer["result"] == {
        "when": "2026-01-02T03:04:05.678Z",
        "raw": b"\x01\x02",
        "same": {"when": "2026-01-02T03:04:05.678Z", "nan": None, "raw": b"\x09"},
    }


def test_texts_stay_texts_on_the_client_and_are_parsed_between_functions(
    world: FakeCloud, face: Any
) -> None:
    world.register_function("text", lambda event, context: '{"a": 1}')
    world.register_function(
        "nested", lambda event, context: [context.cloud.callFunction(name="text").result]
    )
    assert face(world).callFunction(name="text").result == '{"a": 1}'
    assert face(world).callFunction(name="nested").result == [{"a": 1}]


def test_a_database_date_reaches_the_page_as_text_through_a_function(
    world: FakeCloud, face: Any
) -> None:
    moment = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)
    todos = face(world).database().collection("todos")
    added = todos.add(data={"when": moment})["_id"]

    @world.function("read")
    def read(event: Any, context: Any) -> Any:
        return context.cloud.database().collection("todos").doc(added).get().data

    assert todos.doc(added).get().data["when"] == moment
    assert face(world).callFunction(name="read").result["when"] == "2026-01-02T00:00:00.000Z"


# 14 --------------------------------------------------------------------------------------------


def test_only_the_mini_program_puts_user_info_into_the_event(world: FakeCloud, face: Any) -> None:
    world.register_function("who", lambda event, context: event.get("userInfo"))
    world.register_function(
        "ask", lambda event, context: context.cloud.callFunction(name="who").result
    )
    alice = {"appId": "wx0a1b2c3d4e5f6071", "openId": "o-alice"}
    assert face(world).callFunction(name="who", data={"userInfo": "forged"}).result == alice
    assert face(world).callFunction(name="ask").result is None


# 17 --------------------------------------------------------------------------------------------


def test_callbacks_never_turn_into_failures(app: Any) -> None:
    told: list[Any] = []

    def shout(answer: Any) -> None:
        told.append(answer)
        raise RuntimeError("swallowed")

    todos = app.database().collection("todos")
    answer = todos.add(
        data={"n": 1}, success=shout, fail=lambda error: told.append("fail"), complete=told.append
    )
    assert answer is None
    assert [type(item).__name__ for item in told] == ["AddResult", "AddResult"]
    assert told[0] is told[1]


def test_failures_reach_fail_and_complete_with_the_same_object(app: Any) -> None:
    told: list[Any] = []
    assert app.callFunction(name="nope", fail=told.append, complete=told.append) is None
    assert told[0] is told[1]
    assert told[0].code == -501000


# 18 --------------------------------------------------------------------------------------------


def test_updated_counts_what_really_changed(app: Any) -> None:
    todos = app.database().collection("todos")
    for n in (1, 1, 2):
        todos.add(data={"n": n})
    assert todos.where({}).update(data={"n": 1}).stats.updated == 1
    assert todos.doc("x").set(data={"n": 1}).stats == {"updated": 0, "created": 1}
    assert todos.doc("x").set(data={"n": 1}).stats == {"updated": 1, "created": 0}

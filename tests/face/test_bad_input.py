"""Bad input, for every call and every builder: what is said, and that nothing has changed.

Texts and codes are the platform's: base library 2.30.3 (run) for the client's own checks, logs of
live systems for what its backend refuses. Where the platform looks at nothing and JavaScript would
go on with nonsense (a set, a pattern that is a text), the sentence follows the form of its others.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from cloud_fake import CloudError, FakeCloud
from cloud_fake.face.terminal import Terminal

CIRCLE: dict[str, Any] = {}
CIRCLE["me"] = CIRCLE

HOLDABLE = "string, number, boolean, null, date, regexp, geo, object or array"
JSON = "string, number, boolean, null, date, object or array"
MISSING_COLLECTION = (
    "[ResourceNotFound] Db or Table not exist. Please check your request, "
    "but if the problem cannot be solved, contact us."
)


def wrong(key: str, wanted: str, actual: str) -> str:
    return f"parameter.{key} should be {wanted} instead of {actual};"


def write_error(reason: str) -> str:
    return f"[FailedOperation] multiple write errors: [{{write errors: [{{{reason}}}]}}, {{<nil>}}]"


class Case(NamedTuple):
    """A call that must fail, with which code and text; a text may be a pattern."""

    name: str
    call: Callable[[Any], Any]
    code: int
    text: str | re.Pattern[str]

    def __str__(self) -> str:
        return self.name


@pytest.fixture
def cloud(world: FakeCloud, app: Any) -> Any:
    """Alice's face of a cloud that holds a little of everything."""
    world.seed({"todos": [{"_id": "a", "n": 1, "text": "milk", "list": [1, 2]}]})
    world.seed({"todos": [{"_id": "bobs", "n": 1}]}, openid="o-bob")
    world.server.uploadFile(cloudPath="there.txt", fileContent=b"there")
    world.register_function("echo", lambda event, context: event)
    return app


def content(world: FakeCloud) -> dict[Any, dict[Any, Any]]:
    """All tables as they are now."""
    return {name: dict(rows) for name, rows in world.snapshot().tables.tables.items()}


def todos(cloud: Any) -> Any:
    return cloud.database().collection("todos")


def where(cloud: Any, **condition: Any) -> Any:
    return todos(cloud).where(condition)


def doc(cloud: Any) -> Any:
    return todos(cloud).doc("a")


# --- functions and files -------------------------------------------------------------------------

NO_STRING = [(None, "null"), (5, "number"), (True, "boolean"), ([], "array"), ({}, "object")]
NO_OBJECT = [(5, "number"), (True, "boolean"), ("x", "string"), ([1], "array")]
NO_ARRAY = [(None, "null"), (5, "number"), ("cloud://x", "string"), ({}, "object")]

TYPES = [
    Case(f"{api}({key}={value!r})", lambda cloud, a=api, o=others, k=key, v=value:
         getattr(cloud, a)(**{**o, k: v}), -401003, wrong(key, wanted, called))
    for api, others, key, wanted, values in [
        ("callFunction", {}, "name", "string", NO_STRING),
        ("callFunction", {"name": "echo"}, "data", "object", NO_OBJECT),
        ("callFunction", {"name": "echo"}, "config", "object", NO_OBJECT),
        ("uploadFile", {"filePath": __file__}, "cloudPath", "string", NO_STRING),
        ("uploadFile", {"cloudPath": "a"}, "filePath", "string", NO_STRING),
        ("uploadFile", {"cloudPath": "a", "filePath": __file__}, "header", "object", NO_OBJECT),
        ("uploadFile", {"cloudPath": "a", "filePath": __file__}, "config", "object", NO_OBJECT),
        ("downloadFile", {}, "fileID", "string", NO_STRING),
        ("downloadFile", {"fileID": "x"}, "cloudPath", "string", NO_STRING[1:]),
        ("downloadFile", {"fileID": "x"}, "config", "object", NO_OBJECT),
        ("getTempFileURL", {}, "fileList", "array", NO_ARRAY),
        ("getTempFileURL", {"fileList": []}, "config", "object", NO_OBJECT),
        ("deleteFile", {}, "fileList", "array", NO_ARRAY),
        ("deleteFile", {"fileList": []}, "config", "object", NO_OBJECT),
    ]
    for value, called in values
]  # fmt: skip

THERE = "cloud://dev-1a2b3c.6465-dev-1a2b3c-1250000000/there.txt"

CALLS = [
    Case("callFunction, several keys", lambda cloud: cloud.callFunction(name=5, data="x"), -401003,
         wrong("name", "string", "number") + wrong("data", "object", "string")),
    Case("callFunction, env of config", lambda cloud:
         cloud.callFunction(name="echo", config={"env": 5}), -401003,
         wrong("config.env", "string", "number")),
    Case("callFunction, circular", lambda cloud: cloud.callFunction(name="echo", data=CIRCLE), -1,
         "cloud.callFunction:fail Converting circular structure to JSON"),
    Case("callFunction, a set", lambda cloud: cloud.callFunction(name="echo", data={"a": [{1}]}),
         -401003, wrong("data.a.0", JSON, "set")),
    Case("callFunction, keys", lambda cloud: cloud.callFunction(name="echo", data={1: 2}), -401003,
         wrong("data", JSON, "int as a key")),
    Case("callFunction, result", lambda cloud: cloud.callFunction(name="unserialisable"), -1,
         re.compile(r"cloud\.callFunction:fail Error: errCode: -504002 functions execute fail .*")),
    Case("uploadFile()", lambda cloud: cloud.uploadFile(), -401003,
         "parameter should be object instead of undefined; "),
    Case("uploadFile({})", lambda cloud: cloud.uploadFile({}), -401003,
         wrong("cloudPath", "string", "undefined") + wrong("filePath", "string", "undefined")),
    Case("uploadFile, bytes", lambda cloud: cloud.uploadFile(cloudPath="a", filePath=b"a"), -401003,
         wrong("filePath", "string", "arraybuffer")),
    Case("uploadFile, path", lambda cloud: cloud.uploadFile(cloudPath="/a", filePath=__file__),
         -501007, "cloud path is invalid"),
    Case("uploadFile, missing file", lambda cloud: cloud.uploadFile(cloudPath="a", filePath="/no"),
         -1, "cloud.uploadFile:fail undefined . uploadFile:fail file not found"),
    Case("uploadFile, directory", lambda cloud: cloud.uploadFile(cloudPath="a", filePath="/"),
         -1, "cloud.uploadFile:fail undefined . uploadFile:fail file not found"),
    Case("uploadFile, somebody else's", lambda cloud:
         cloud.uploadFile(cloudPath="there.txt", filePath=__file__), -503002,
         "STORAGE_EXCEED_AUTHORITY"),
    Case("uploadFile, env", lambda cloud:
         cloud.uploadFile(cloudPath="a", filePath=__file__, config={"env": "nowhere"}), -501000,
         re.compile(r"\[100003\] env not exists \([0-9a-f-]{36}\)")),
    Case("downloadFile()", lambda cloud: cloud.downloadFile(), -401003,
         "parameter should be object instead of undefined; "),
    Case("downloadFile({})", lambda cloud: cloud.downloadFile({}), -401003,
         wrong("fileID", "string", "undefined")),
    Case("downloadFile, missing", lambda cloud: cloud.downloadFile(fileID="cloud://x"), 1,
         "STORAGE_FILE_NONEXIST"),
    Case("getTempFileURL()", lambda cloud: cloud.getTempFileURL(), -401003,
         "parameter should be object instead of undefined; "),
    Case("getTempFileURL({})", lambda cloud: cloud.getTempFileURL({}), -401003,
         wrong("fileList", "array", "undefined")),
    Case("getTempFileURL, 51", lambda cloud: cloud.getTempFileURL(fileList=[THERE] * 51), -401002,
         "parameter.fileList exceed max length 50"),
    Case("getTempFileURL, number", lambda cloud: cloud.getTempFileURL(fileList=[THERE, 5]), -401003,
         wrong("fileList[1]", "string", "number")),
    Case("getTempFileURL, null", lambda cloud: cloud.getTempFileURL(fileList=[None]), -401003,
         wrong("fileList[0]", "string", "null")),
    Case("getTempFileURL, no id", lambda cloud: cloud.getTempFileURL(fileList=[{"maxAge": 5}]),
         -401003, wrong("fileList[0].fileID", "string", "undefined")),
    Case("getTempFileURL, id", lambda cloud: cloud.getTempFileURL(fileList=[{"fileID": 5}]),
         -401003, wrong("fileList[0].fileID", "string", "number")),
    Case("getTempFileURL, age", lambda cloud:
         cloud.getTempFileURL(fileList=[{"fileID": THERE, "maxAge": "1h"}]), -401003,
         wrong("fileList[0].maxAge", "number", "string")),
    Case("deleteFile()", lambda cloud: cloud.deleteFile(), -401003,
         "parameter should be object instead of undefined; "),
    Case("deleteFile({})", lambda cloud: cloud.deleteFile({}), -401003,
         wrong("fileList", "array", "undefined")),
    Case("deleteFile, 51", lambda cloud: cloud.deleteFile(fileList=[THERE] * 51), -401002,
         "parameter.fileList exceed max length 50"),
    Case("deleteFile, objects", lambda cloud: cloud.deleteFile(fileList=[{"fileID": THERE}, None]),
         -401003,
         wrong("fileList[0]", "string", "object") + wrong("fileList[1]", "string", "null")),
    Case("deleteFile, one of two", lambda cloud: cloud.deleteFile(fileList=[THERE, 5]), -401003,
         wrong("fileList[1]", "string", "number")),
]  # fmt: skip

# --- the database: calls -------------------------------------------------------------------------

NOT_AN_OBJECT = "parameter should be object instead of undefined; "
OPTIONS = "parameter options of function update must be provided"
EMPTY = "options.data must not be empty"

DATABASE = [
    Case("add()", lambda cloud: todos(cloud).add(), -401003, NOT_AN_OBJECT),
    Case("add({})", lambda cloud: todos(cloud).add({}), -401003,
         wrong("data", "object", "undefined")),
    *(Case(f"add({value!r})", lambda cloud, v=value: todos(cloud).add(v), -401003,
           f"parameter should be object instead of {called}; ") for value, called in NO_OBJECT),
    *(Case(f"add(data={value!r})", lambda cloud, v=value: todos(cloud).add(data=v), -401003,
           wrong("data", "object", called)) for value, called in [(None, "null"), *NO_OBJECT]),
    Case("add, a set", lambda cloud: todos(cloud).add(data={"a": [{"b": {1}}]}), -401003,
         wrong("data.a.0.b", HOLDABLE, "set")),
    Case("add, bytes", lambda cloud: todos(cloud).add(data={"a": b"x"}), -401003,
         wrong("data.a", HOLDABLE, "arraybuffer")),
    Case("add, circular", lambda cloud: todos(cloud).add(data=CIRCLE), -402001,
         "Cannot convert circular structure to JSON"),
    Case("add, too large a number", lambda cloud: todos(cloud).add(data={"a": 2**53}), -401003,
         wrong("data.a", "a number of at most 2^53 - 1 (JavaScript would round it)", f"{2**53}")),
    Case("add, key", lambda cloud: todos(cloud).add(data={5: 1}), -401003,
         wrong("data", "an object with string keys", "the key 5")),
    Case("add, 513 KB", lambda cloud: todos(cloud).add(data={"a": "x" * 513 * 1024}), -401002,
         "record size must be less than 512 KB"),
    Case("add, _openid", lambda cloud: todos(cloud).add(data={"_openid": "o-bob"}), -501007,
         "Invalid Key Name: _openid"),
    Case("add, operator", lambda cloud: todos(cloud).add(data={"$set": 1}), -501007,
         "Invalid Key Name: $set"),
    Case("add, taken id", lambda cloud: todos(cloud).add(data={"_id": "a"}), -502001,
         write_error('E11000 duplicate key error collection: dev-1a2b3c.todos index: _id_ '
                     'dup key: { : "a" }')),
    Case("add, id", lambda cloud: todos(cloud).add(data={"_id": []}), -501007,
         "_id should be a string or a number"),
    Case("add, nobody's collection", lambda cloud:
         cloud.database().collection("nowhere").add(data={}), -502005, MISSING_COLLECTION),
    Case("add, not allowed", lambda cloud: cloud.database().collection("adminwrite").add(data={}),
         -502003, "Permission denied"),
    Case("add, no environment", lambda cloud:
         cloud.database(env="nowhere").collection("todos").add(data={}), -501000,
         re.compile(r"\[100003\] env not exists \([0-9a-f-]{36}\)")),
    Case("set()", lambda cloud: doc(cloud).set(), -401003, NOT_AN_OBJECT),
    Case("set({})", lambda cloud: doc(cloud).set({}), -401003,
         wrong("data", "object", "undefined")),
    Case("set(data={})", lambda cloud: doc(cloud).set(data={}), -401002, EMPTY),
    Case("set, list", lambda cloud: doc(cloud).set(data=[1]), -401003,
         wrong("data", "object", "array")),
    Case("set, _id", lambda cloud: doc(cloud).set(data={"_id": "b"}), -501007, "不能更新_id的值"),
    Case("set, _openid", lambda cloud: doc(cloud).set(data={"_openid": "o-bob"}), -501007,
         "Invalid Key Name: _openid"),
    Case("set, somebody else's", lambda cloud: todos(cloud).doc("bobs").set(data={"n": 2}), -502003,
         "Permission denied"),
    Case("update()", lambda cloud: doc(cloud).update(), -401002, OPTIONS),
    Case("update({})", lambda cloud: doc(cloud).update({}), -401003,
         wrong("data", "object", "undefined")),
    Case("update(data={})", lambda cloud: doc(cloud).update(data={}), -401002, EMPTY),
    *(Case(f"update(data={value!r})", lambda cloud, v=value: doc(cloud).update(data=v), -401003,
           wrong("data", "object", called)) for value, called in [(None, "null"), *NO_OBJECT]),
    Case("update, _id", lambda cloud: doc(cloud).update(data={"_id": "b"}), -501007,
         "不能更新_id的值"),
    Case("update, _openid", lambda cloud: doc(cloud).update(data={"_openid": "o-bob"}), -501007,
         "Invalid Key Name: _openid"),
    Case("update, through a number", lambda cloud: doc(cloud).update(data={"n": {"x": 1}}), -502001,
         write_error("Cannot create field 'x' in element {n: 1}")),
    Case("update, half good", lambda cloud:
         doc(cloud).update(data={"new": 1, "text": cloud.database().command.inc(1)}), -502001,
         re.compile(r".*Cannot apply \$inc to a value of non-numeric type.*")),
    *(Case(f"update, $set of {value!r}", lambda cloud, v=value: doc(cloud).update(data={"$set": v}),
           -502001, write_error("Modifiers operate on fields but we found type "
           f"{called} instead. For example: {{$mod: {{<field>: ...}}}} not {{$set: {shown}}}"))
      for value, called, shown in [(5, "int", "5"), ("x", "string", '"x"'), ([], "array", "[]")]),
    Case("update, $set of a number and a field", lambda cloud:
         doc(cloud).update(data={"$set": 5, "n": 1}), -502001,
         re.compile(r".*Modifiers operate on fields but we found type int instead\..*")),
    Case("update, a set", lambda cloud: doc(cloud).update(data={"a": {1}}), -401003,
         wrong("data.a", HOLDABLE, "set")),
    Case("update, far too late a date", lambda cloud:
         doc(cloud).update(data={"at": cloud.database().serverDate(offset=10**16)}), -401003,
         re.compile(r"parameter\.serverDate\.options\.offset should be a date of the years .*")),
    Case("where().update()", lambda cloud: where(cloud, n=1).update(), -401002, OPTIONS),
    Case("update without where", lambda cloud: todos(cloud).update(data={"n": 2}), -1,
         "query condition must be provided"),
    Case("where().update, list", lambda cloud: where(cloud, n=1).update(data=[1]), -401003,
         wrong("data", "object", "array")),
    Case("where().update, multi", lambda cloud: where(cloud, n=1).update(data={"n": 2}, multi=1),
         -401003, wrong("multi", "boolean", "number")),
    Case("remove without where", lambda cloud: todos(cloud).remove(), -1,
         "query condition must be provided and not be empty"),
    Case("where({}).remove()", lambda cloud: where(cloud).remove(), -1,
         "query condition must be provided and not be empty"),
    Case("where().remove, multi", lambda cloud: where(cloud, n=1).remove(multi="no"), -401003,
         wrong("multi", "boolean", "string")),
    Case("remove, missing", lambda cloud: todos(cloud).doc("nope").remove(), -1,
         "document.remove:fail cannot remove document with _id nope, please make sure that the "
         "document exists and you have the corresponding Write permission"),
    Case("remove, somebody else's", lambda cloud: todos(cloud).doc("bobs").remove(), -1,
         re.compile("document.remove:fail cannot remove document with _id bobs, .*")),
    Case("get, missing", lambda cloud: todos(cloud).doc("nope").get(), -1,
         "document.get:fail cannot find document with _id nope, please make sure that the document "
         "exists and you have the corresponding access permission"),
    Case("get('x')", lambda cloud: todos(cloud).get("x"), -401003,
         "parameter should be object instead of string; "),
    Case("count(5)", lambda cloud: todos(cloud).count(5), -401003,
         "parameter should be object instead of number; "),
    Case("get, unknown operator", lambda cloud: where(cloud, n={"$bad": 1}).get(), -502002,
         "[FailedOperation] unknown operator: $bad"),
    Case("get, both kinds of fields", lambda cloud: todos(cloud).field({"n": 1, "a": 0}).get(),
         -502001, "[FailedOperation] Cannot do exclusion on field a in inclusion projection"),
    Case("get, bad pattern", lambda cloud:
         where(cloud, text=cloud.database().RegExp(regexp="(")).get(), -502001,
         re.compile(r"\[FailedOperation\] Regular expression is invalid: .*")),
    Case("get, in_ of a number", lambda cloud:
         where(cloud, n=cloud.database().command.in_(5)).get(), -502001,
         "[FailedOperation] $in needs an array"),
    Case("aggregate, group", lambda cloud: todos(cloud).aggregate().group({}).end(), -502001,
         "[FailedOperation] a group specification must include an _id"),
    Case("aggregate, unknown", lambda cloud:
         todos(cloud).aggregate().project({"a": {"$bad": 1}}).end(), -502002,
         "[FailedOperation] Invalid $project :: caused by :: Unrecognized expression '$bad'"),
]  # fmt: skip


def check(error: CloudError, case: Case) -> None:
    assert error.errCode == case.code, error
    if isinstance(case.text, str):
        assert error.errMsg == case.text
    else:
        assert case.text.fullmatch(error.errMsg), error.errMsg


@pytest.mark.parametrize("case", [*TYPES, *CALLS, *DATABASE], ids=str)
def test_a_call_is_refused_and_nothing_has_changed(
    case: Case, cloud: Any, world: FakeCloud
) -> None:
    world.register_function("unserialisable", lambda event, context: {1})
    before = content(world)
    with pytest.raises(CloudError) as caught:
        case.call(cloud)
    check(caught.value, case)
    assert content(world) == before


@pytest.mark.parametrize("case", [*TYPES, *CALLS, *DATABASE], ids=str)
def test_the_callback_form_tells_the_same(case: Case, world: FakeCloud, cloud: Any) -> None:
    """Whatever a promise would reject with goes to `fail` and `complete`, and nothing is raised."""
    world.register_function("unserialisable", lambda event, context: {1})
    before, told = content(world), []
    try:
        case.call(Calling(world, told))
    except MissingOptions:
        return  # with callbacks there is an options object
    error, again = told
    assert error is again
    check(error, case)
    assert content(world) == before


class MissingOptions(Exception):
    """This call cannot have callbacks: it is called without an object."""


class Calling:
    """A face whose calls are all made with callbacks that note what they are told."""

    def __init__(self, face: Any, told: list[Any]) -> None:
        self._face = face
        self._told = told

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._face, name)
        if isinstance(getattr(value, "__func__", None), Terminal):
            return self._with_callbacks(value)
        if name in ("command", "serverDate", "RegExp"):
            return value
        return lambda *args, **kwargs: Calling(value(*args, **kwargs), self._told)

    def _with_callbacks(self, call: Any) -> Any:
        def ask(*args: Any, **kwargs: Any) -> Any:
            callbacks = {"fail": self._told.append, "complete": self._told.append}
            if not (kwargs or (args and isinstance(args[0], dict))):
                raise MissingOptions
            return call({**args[0], **callbacks}) if args else call(**kwargs, **callbacks)

        return ask


# --- what is thrown at once ----------------------------------------------------------------------

THROWN = [
    Case("callFunction()", lambda cloud: cloud.callFunction(), -401003,
         "parameter should be object instead of undefined;"),
    Case("callFunction(None)", lambda cloud: cloud.callFunction(None), -401003,
         "parameter should be object instead of null;"),
    Case("callFunction('echo')", lambda cloud: cloud.callFunction("echo"), -401003,
         "parameter should be object instead of string;"),
    Case("database('x')", lambda cloud: cloud.database("x"), -401003,
         "parameter should be object instead of string; "),
    Case("database(env=5)", lambda cloud: cloud.database(env=5), -401003,
         wrong("env", "string", "number")),
    Case("database({env: []})", lambda cloud: cloud.database({"env": []}), -401003,
         wrong("env", "string", "array")),
    Case("collection('')", lambda cloud: cloud.database().collection(""), -401003,
         "collectionName must be provided"),
    Case("collection(None)", lambda cloud: cloud.database().collection(None), -401003,
         "collectionName must be provided"),
    Case("collection(5)", lambda cloud: cloud.database().collection(5), -401003,
         wrong("collectionName", "string", "number")),
    Case("doc(None)", lambda cloud: todos(cloud).doc(None), -1,
         "collection.doc:fail -1 . docId must not be empty"),
    Case("doc([])", lambda cloud: todos(cloud).doc([]), -401003,
         wrong("docId", "string or number", "array")),
    Case("doc(True)", lambda cloud: todos(cloud).doc(True), -401003,
         wrong("docId", "string or number", "boolean")),
    Case("where(None)", lambda cloud: todos(cloud).where(None), -401002,
         "parameter condition of function where must be provided"),
    *(Case(f"where({value!r})", lambda cloud, v=value: todos(cloud).where(v), -401003,
           wrong("condition", "object", called)) for value, called in NO_OBJECT),
    Case("where, a set", lambda cloud: where(cloud, a={"b": {1}}), -401003,
         wrong("condition.a.b", HOLDABLE, "set")),
    Case("where, circular", lambda cloud: todos(cloud).where(CIRCLE), -402001,
         "Cannot convert circular structure to JSON"),
    Case("orderBy(5)", lambda cloud: todos(cloud).orderBy(5), -401003,
         wrong("fieldPath", "string", "number")),
    Case("orderBy(None)", lambda cloud: todos(cloud).orderBy(None, "desc"), -401003,
         wrong("fieldPath", "string", "null")),
    Case("field, key", lambda cloud: todos(cloud).field({5: True}), -401003,
         wrong("field", "an object with string keys", "the key 5")),
    Case("serverDate(5)", lambda cloud: cloud.database().serverDate(5), -401003,
         "serverDate.options should be object instead of number;"),
    Case("serverDate, offset", lambda cloud: cloud.database().serverDate(offset="1 h"), -401003,
         wrong("serverDate.options.offset", "number", "string")),
    Case("RegExp()", lambda cloud: cloud.database().RegExp(), -401003,
         "RegExp options.regexp should be string instead of undefined;"),
    Case("RegExp({})", lambda cloud: cloud.database().RegExp({}), -401003,
         "RegExp options.regexp should be string instead of undefined;"),
    Case("RegExp(regexp=5)", lambda cloud: cloud.database().RegExp(regexp=5), -401003,
         "RegExp options.regexp should be string instead of number;"),
    Case("RegExp('^a')", lambda cloud: cloud.database().RegExp("^a"), -401003,
         "parameter should be object instead of string; "),
    Case("Geo.Point, range", lambda cloud: cloud.database().Geo.Point(181, 0), -401003,
         "longitude should be a number ranges from -180 to 180"),
    Case("watch({})", lambda cloud: todos(cloud).watch({}), -401003,
         wrong("onChange", "function", "undefined") + wrong("onError", "function", "undefined")),
    Case("watch, text", lambda cloud: todos(cloud).watch(onChange="x", onError=print), -401003,
         wrong("onChange", "function", "string")),
    Case("aggregate, match", lambda cloud: todos(cloud).aggregate().match("x"), -401003,
         wrong("condition", "object", "string")),
]  # fmt: skip


@pytest.mark.parametrize("case", THROWN, ids=str)
def test_a_builder_throws_at_once_and_nothing_has_changed(
    case: Case, cloud: Any, world: FakeCloud
) -> None:
    before = content(world)
    for face in (world, world.aio):  # awaiting is not needed
        with pytest.raises(CloudError) as caught:
            case.call(face)
        check(caught.value, case)
    assert content(world) == before


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"env": 5}, wrong("env", "string", "number")),
        ({"env": ["x"]}, wrong("env", "string", "array")),
        ({"env": {"database": 5}}, wrong("env.database", "string", "number")),
        ({"env": {"storage": ["x"]}}, wrong("env.storage", "string", "array")),
    ],
)
def test_init_with_a_wrong_environment(options: dict[str, Any], text: str, face: Any) -> None:
    world = FakeCloud()
    app = face(world)
    for form in (lambda: app.init(options), lambda: app.init(**options)):
        with pytest.raises(CloudError) as caught:
            form()
        assert (caught.value.errCode, caught.value.errMsg) == (-401003, text)
    with pytest.raises(CloudError, match="Cloud API isn't enabled"):
        app.database()
    app.init(env="dev-1a2b3c")
    app.database()


@pytest.mark.parametrize("config", ["dev-1a2b3c", 5, ["env"]])
def test_init_with_what_is_no_object(config: Any, face: Any) -> None:
    with pytest.raises(CloudError, match=r"^Error: errCode: -401003 api parameter type error \| "):
        face(FakeCloud()).init(config)


# --- keywords ------------------------------------------------------------------------------------

MISTYPED = [
    ("callFunction", lambda cloud: cloud.callFunction(nam="echo"), "nam", "name"),
    ("callFunction", lambda cloud: cloud.callFunction(name="echo", dat={}), "dat", "data"),
    ("callFunction", lambda cloud: cloud.callFunction(name="echo", sucess=print), "sucess",
     "success"),
    ("uploadFile", lambda cloud: cloud.uploadFile(cloud_path="a", filePath="b"), "cloud_path",
     "cloudPath"),
    ("uploadFile", lambda cloud: cloud.uploadFile(cloudPath="a", filepath="b"), "filepath",
     "filePath"),
    ("downloadFile", lambda cloud: cloud.downloadFile(fileId="x"), "fileId", "fileID"),
    ("getTempFileURL", lambda cloud: cloud.getTempFileURL(filelist=[]), "filelist", "fileList"),
    ("deleteFile", lambda cloud: cloud.deleteFile(files=[]), "files", "fileList"),
    ("init", lambda cloud: cloud.init(enviroment="x"), "enviroment", "env"),
    ("init", lambda cloud: cloud.init(traceuser=True), "traceuser", "traceUser"),
    ("database", lambda cloud: cloud.database(envs="x"), "envs", "env"),
    ("serverDate", lambda cloud: cloud.database().serverDate(ofset=5), "ofset", "offset"),
    ("RegExp", lambda cloud: cloud.database().RegExp(regex="^a"), "regex", "regexp"),
    ("RegExp", lambda cloud: cloud.database().RegExp(regexp="^a", option="i"), "option", "options"),
    ("add", lambda cloud: todos(cloud).add(date={}), "date", "data"),
    ("update", lambda cloud: where(cloud, n=1).update(data={}, mult=False), "mult", "multi"),
    ("remove", lambda cloud: where(cloud, n=1).remove(multiple=False), "multiple", "multi"),
    ("set", lambda cloud: doc(cloud).set(doc={}), "doc", "data"),
    ("update", lambda cloud: doc(cloud).update(datas={}), "datas", "data"),
    ("get", lambda cloud: todos(cloud).get(complet=print), "complet", "complete"),
    ("count", lambda cloud: todos(cloud).count(failed=print), "failed", "fail"),
    ("watch", lambda cloud: todos(cloud).watch(onchange=print), "onchange", "onChange"),
    ("watch", lambda cloud: doc(cloud).watch(onChange=print, onEror=print), "onEror", "onError"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "call", "given", "meant"), MISTYPED, ids=[f"{row[0]}-{row[2]}" for row in MISTYPED]
)
def test_a_mistyped_keyword_is_a_type_error_that_names_the_right_one(
    name: str, call: Any, given: str, meant: str, cloud: Any, world: FakeCloud
) -> None:
    before = content(world)
    pattern = (
        rf"{name}\(\) has no keyword '{given}'; (did you mean '{meant}'\?|it has .*\b{meant}\b)"
    )
    for face in (world, world.aio):
        with pytest.raises(TypeError, match=pattern):
            call(face)
    assert content(world) == before


def test_a_keyword_that_is_like_nothing_gets_the_whole_list(world: FakeCloud) -> None:
    with pytest.raises(TypeError) as caught:
        world.callFunction(zzz=1)
    assert str(caught.value) == (
        "callFunction() has no keyword 'zzz'; "
        "it has config, data, name, slow, success, fail, complete"
    )


def test_an_options_object_may_hold_whatever_it_likes(cloud: Any) -> None:
    """As in JavaScript, where nobody looks at the keys that are not asked for."""
    assert (
        cloud.callFunction({"name": "echo", "zzz": 1, "nam": 2}).errMsg == "cloud.callFunction:ok"
    )
    assert todos(cloud).count({"zzz": 1}).total == 1
    cloud.init({"env": "dev-1a2b3c", "zzz": 1})
    assert cloud.database({"env": "dev-1a2b3c", "zzz": 1})


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("callFunction", lambda cloud: cloud.callFunction({"name": "echo"}, data={})),
        ("callFunction", lambda cloud: cloud.callFunction({"name": "echo"}, {})),
        ("deleteFile", lambda cloud: cloud.deleteFile({"fileList": []}, success=print)),
        ("add", lambda cloud: todos(cloud).add({"data": {}}, data={})),
        ("init", lambda cloud: cloud.init({"env": "x"}, env="x")),
        ("database", lambda cloud: cloud.database({"env": "x"}, env="x")),
        ("watch", lambda cloud: todos(cloud).watch({"onChange": print}, onError=print)),
    ],
)
def test_both_forms_at_once_are_a_type_error(
    name: str, call: Any, cloud: Any, world: FakeCloud
) -> None:
    before = content(world)
    for face in (world, world.aio):
        with pytest.raises(TypeError, match=rf"{name}\(\) takes one options object, or keywords"):
            call(face)
    assert content(world) == before


# --- what looks bad and is not -------------------------------------------------------------------

TAKEN = [
    ("limit(0) is no limit", lambda cloud: todos(cloud).limit(0).get().data[0]["_id"], "a"),
    ("an odd direction ascends", lambda cloud: todos(cloud).orderBy("n", 5).get().data[0]["n"], 1),
    ("a path that is nowhere", lambda cloud: len(todos(cloud).orderBy("x.y").get().data), 1),
    ("no projection", lambda cloud: todos(cloud).field(None).get().data[0]["n"], 1),
    ("an empty condition", lambda cloud: where(cloud).count().total, 1),
    ("an empty record", lambda cloud: todos(cloud).add(data={}).errMsg, "collection.add:ok"),
    ("an empty pattern", lambda cloud:
     where(cloud, text=cloud.database().RegExp(regexp="")).count().total, 1),
    ("an empty list", lambda cloud: cloud.deleteFile(fileList=[]).fileList, []),
    ("a tuple", lambda cloud: cloud.deleteFile(fileList=()).fileList, []),
    ("no data", lambda cloud:
     sorted(cloud.callFunction(name="echo", data=None).result), ["userInfo"]),
    ("an id that is a number", lambda cloud: todos(cloud).doc(5).set(data={"n": 1})["_id"], 5),
    ("an id that is empty", lambda cloud: todos(cloud).doc("").set(data={"n": 1})["_id"], ""),
    ("a config without env", lambda cloud:
     cloud.callFunction(name="echo", config={}).errMsg, "cloud.callFunction:ok"),
    ("callbacks that are none", lambda cloud: todos(cloud).count(success=None, fail=None).total, 1),
    ("not a date", lambda cloud: doc(cloud).update(
        data={"at": cloud.database().serverDate(offset=float("nan"))}).stats.updated, 1),
]  # fmt: skip


@pytest.mark.parametrize(
    ("call", "expected"), [row[1:] for row in TAKEN], ids=[r[0] for r in TAKEN]
)
def test_what_the_platform_takes(call: Any, expected: Any, cloud: Any) -> None:
    assert call(cloud) == expected


def test_the_cloud_goes_on_after_all_of_it(cloud: Any, world: FakeCloud, tmp_path: Path) -> None:
    world.register_function("unserialisable", lambda event, context: {1})
    for case in [*TYPES, *CALLS, *DATABASE, *THROWN]:
        with pytest.raises(CloudError):
            case.call(cloud)
    (tmp_path / "a").write_bytes(b"a")
    file_id = cloud.uploadFile(cloudPath="a", filePath=tmp_path / "a").fileID
    assert cloud.getTempFileURL(fileList=[file_id]).fileList[0].status == 0
    assert cloud.callFunction(name="echo", data={"x": 1}).result["x"] == 1
    assert todos(cloud).add(data={"n": 2}).errMsg == "collection.add:ok"
    assert todos(cloud).count().total == 2

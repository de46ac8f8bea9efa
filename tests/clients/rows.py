"""What every client is asked, and what has to come of it: one table for all of them.

A row is asked of one cloud after the other rows of its client, in their order. Values that JSON has
no words for are written as the drivers read them: `{"_": [["gt", 1], ["and", ...]]}` is
`_.gt(1).and(...)`, `{"$": [["sum", "$n"]]}` is `$.sum("$n")`; dates, points and regular expressions
have a word each.
"""

from __future__ import annotations

from typing import Any

from tests.clients.table import BUCKET, DENIED, ENV, Row, fails

__all__ = ["APIS", "ROWS"]


def file_id(path: str) -> str:
    return f"cloud://{ENV}.{BUCKET}/{path}"


def command(*calls: list[Any]) -> dict[str, Any]:
    return {"_": list(calls)}


def expression(*calls: list[Any]) -> dict[str, Any]:
    return {"$": list(calls)}


FILE, COPY, MISSING = map(file_id, ("notes/a.txt", "copies/a.txt", "notes/missing.txt"))

NOWHERE = fails("DATABASE_COLLECTION_NOT_EXIST", -502005)
REFUSED = fails("DATABASE_REQUEST_FAILED", -502001)
#: The second is the gateway's own name for it.
DUPLICATE = fails("DATABASE_REQUEST_FAILED", "DATABASE_DUPLICATE_WRITE", -502001)
BOOM = fails("FUNCTIONS_EXECUTE_FAIL", "FUNCTION_INVOCATION_FAILED", -504002)
#: The mini program's own SDK gives 1 where it passes on an item's status.
NO_FILE = fails("STORAGE_FILE_NONEXIST", 1, -503003)
BUSY = fails("EXCEED_CONCURRENT_REQUEST_LIMIT", -501004)
NO_CONTAINER = fails("INVALID_HOST", -501000)
#: WeChat's open API has numbers of its own for arguments.
BAD_PATH = fails("INVALID_PARAM", -501007, 40097)
BAD_ARGUMENT = fails("INVALID_PARAM", 40097)

MILK = {
    "_id": "milk",
    "n": 1,
    "text": "milk",
    "tags": ["a", "b"],
    "at": {"date": 1_700_000_000_000},
    "place": {"point": [113.3, 23.1]},
    "nested": {"k": {"j": 2}, "list": [1, {"deep": None}]},
}
CHEAP_FIRST = {
    "where": {"n": command(["gt", 0], ["and", command(["lt", 9])])},
    "order": ["n", "desc"],
    "limit": 1,
    "field": {"n": True},
}
TOTAL = [
    ["match", {"n": command(["gt", 1])}],
    ["group", {"_id": None, "total": expression(["sum", "$n"])}],
]
CHANGES = {
    "tags": command(["push", ["c"]]),
    "nested": {"k": {"j": 3}},
    "text": command(["remove"]),
}
MORE = {"n": command(["inc", 1])}

FUNCTIONS = (
    Row("callFunction", ["call", "greet", {"name": "Ann"}], {"hello": "Ann", "list": [1, None]}),
    Row("callFunction", ["call", "nobody", {}], fails("FUNCTION_NOT_FOUND", -501000, -501001)),
    Row("callFunction", ["call", "boom", {}], BOOM),
    Row("callContainer", ["container", "echo", "/", {"a": [1]}], {"a": [1]}),
    Row("callContainer", ["container", "nobody", "/", {}], NO_CONTAINER),
    Row("connectContainer", ["socket", "chat", "abc"], ["hello", "cba"]),
    Row("connectContainer", ["socket", "nobody", "abc"], NO_CONTAINER),
)
FILES = (
    Row("uploadFile", ["upload", "notes/a.txt", "Hällo"], FILE),
    Row("uploadFile", ["upload", "/notes/a.txt", "x"], BAD_PATH),
    Row("downloadFile", ["download", FILE], "Hällo"),
    Row("downloadFile", ["download", MISSING], NO_FILE),
    Row("getTempFileURL", ["link", FILE], "Hällo"),
    Row("getTempFileURL", ["link", MISSING], NO_FILE),
    Row("getFileInfo", ["fileInfo", FILE], [6, "text/plain"]),
    Row("getFileInfo", ["fileInfo", MISSING], NO_FILE),
    Row("copyFile", ["copyFile", "notes/a.txt", "copies/a.txt"], COPY),
    Row("copyFile", ["copyFile", "notes/missing.txt", "copies/missing.txt"], NO_FILE),
    Row("deleteFile", ["deleteFile", FILE], FILE),
    Row("deleteFile", ["deleteFile", MISSING], NO_FILE),
)
RECORDS = (
    Row("collection.add", ["add", "todos", MILK], "milk"),
    Row("collection.add", ["add", "todos", {"_id": "tea", "n": 2, "text": "tea"}], "tea"),
    Row("collection.add", ["add", "todos", {"_id": "milk"}], DUPLICATE),
    Row("collection.add", ["add", "nowhere", {"n": 1}], NOWHERE),
    Row("collection.add of a list", ["addMany", "batch", [{"_id": "a"}, {"_id": "b"}]], ["a", "b"]),
    Row("collection.add of a list", ["addMany", "nowhere", [{}]], NOWHERE),
    Row("document.create", ["create", "one", "y", {"n": 1}], "y"),
    Row("document.create", ["create", "nowhere", "y", {"n": 1}], NOWHERE),
    Row("document.get", ["get", "todos", "milk"], MILK),
    Row("document.get", ["get", "nowhere", "milk"], NOWHERE),
    Row("collection.get", ["find", "todos", CHEAP_FIRST], [{"_id": "tea", "n": 2}]),
    Row(
        "collection.get",
        ["find", "todos", {"where": {"nested": {"k": {"j": 2}}}, "field": {"_id": True}}],
        [{"_id": "milk"}],
    ),
    Row(
        "collection.get",
        ["find", "todos", {"where": {"text": {"regexp": {"regexp": "^TE", "options": "i"}}}}],
        [{"_id": "tea", "n": 2, "text": "tea"}],
    ),
    Row(
        "collection.get",
        ["find", "todos", {"where": {"at": {"date": 1_700_000_000_000}}, "field": {"n": True}}],
        [{"_id": "milk", "n": 1}],
    ),
    Row("collection.get", ["find", "nowhere", {}], NOWHERE),
    Row("collection.count", ["count", "todos", {"n": command(["in", [1, 2, 3]])}], 2),
    Row("collection.count", ["count", "nowhere", {"n": 1}], NOWHERE),
    Row(
        "collection.update",
        ["update", "todos", {"n": command(["gte", 2])}, {"n": command(["inc", 10])}],
        1,
    ),
    Row("collection.update", ["update", "todos", {"_id": "tea"}, {"text": MORE["n"]}], REFUSED),
    Row("document.update", ["updateOne", "todos", "milk", CHANGES], 1),
    Row("document.update", ["updateOne", "nowhere", "milk", {"n": 1}], NOWHERE),
    Row("document.set", ["set", "todos", "jam", {"n": 30}], {"updated": 0, "created": 1}),
    Row("document.set", ["set", "todos", "tea", {"n": 11}], {"updated": 1, "created": 0}),
    Row("document.set", ["get", "todos", "tea"], {"_id": "tea", "n": 11}),
    Row("document.set", ["set", "nowhere", "jam", {"n": 1}], NOWHERE),
    Row("aggregate", ["aggregate", "todos", TOTAL], [{"_id": None, "total": 41}]),
    Row("aggregate", ["aggregate", "nowhere", [["limit", 1]]], NOWHERE),
    Row("updateAndReturn", ["updateAndReturn", "batch", {"_id": "a"}, MORE], {"_id": "a", "n": 1}),
    Row("updateAndReturn", ["updateAndReturn", "nowhere", {"_id": "a"}, MORE], NOWHERE),
    Row("watch", ["watch", "feed", {"n": 5}], [[], [["add", 5]]]),
    Row("watch", ["watch", "nowhere", {"n": 5}], NOWHERE),
    Row("document.watch", ["watchOne", "one", "x", {"n": 5}], [[], [["add", 5]]]),
    Row("document.watch", ["watchOne", "nowhere", "x", {"n": 5}], NOWHERE),
    Row("runTransaction", ["transact", "todos", "jam", MORE], {"_id": "jam", "n": 31}),
    Row("runTransaction", ["transact", "nowhere", "jam", {"n": 1}], NOWHERE),
    Row("transaction.commit", ["begin", "todos", "jam", MORE, "commit"], 32),
    Row("transaction.commit", ["begin", "nowhere", "jam", MORE, "commit"], NOWHERE),
    Row("transaction.rollback", ["begin", "todos", "jam", MORE, "rollback"], 32),
    Row("transaction.rollback", ["begin", "nowhere", "jam", MORE, "rollback"], NOWHERE),
    Row("document.remove", ["removeOne", "todos", "milk"], 1),
    Row("document.remove", ["removeOne", "nowhere", "milk"], NOWHERE),
    Row("collection.remove", ["remove", "todos", {"n": command(["gt", 0])}], 2),
    Row("collection.remove", ["remove", "nowhere", {"n": 1}], NOWHERE),
)
COLLECTIONS = (
    Row("createCollection", ["createCollection", "fresh"], []),
    # Pages may not; to them both are failures.
    Row("createCollection", ["createCollection", "todos"], fails("SYS_ERR", -501001, DENIED)),
    Row("delete a collection", ["dropCollection", "going"], None),
    Row("delete a collection", ["dropCollection", "nowhere"], NOWHERE),
    Row("list collections", ["collections", 9], ["todos", "feed", "one", "batch", "fresh"]),
    Row("list collections", ["collections", -1], BAD_ARGUMENT),
    Row("updateIndex", ["index", "batch", "n"], None),
    Row("updateIndex", ["index", "nowhere", "n"], BAD_ARGUMENT),
    Row("export", ["export", "batch", "out.json"], 2),
    Row("export", ["export", "nowhere", "out.json"], NOWHERE),
    Row("import", ["import", "feed", "out.json"], 2),
    Row("import", ["import", "feed", "missing.json"], NO_FILE),
)
WECHAT = (
    Row("openapi", ["openApi", "subscribeMessage.send", {"touser": "o-bob"}], 5),
    Row("openapi", ["openApi", "subscribeMessage.send", {"touser": "o-nobody"}], fails(40003)),
    Row("cloudPay", ["pay", "unifiedOrder", {"body": "tea"}], "tea"),
    Row("cloudPay", ["pay", "no.such.api", {}], fails("OPEN_API_NOT_FOUND", -501001, -604100)),
    Row("callOpenAPI", ["callOpenApi", "subscribeMessage.send", {"touser": "o-bob"}], 5),
    Row("callOpenAPI", ["callOpenApi", "no.such.api", {}], fails("API not found")),
    Row("getOpenData", ["openData", ["id-None"]], "123"),
    Row("getOpenData", ["openData", None], fails("list must be provided")),
)
MODELS = (
    Row("AI.generateText", ["generateText", "hunyuan", "a| poet"], "a poet"),
    Row("AI.generateText", ["generateText", "busy", "a| poet"], BUSY),
    Row("AI.streamText", ["streamText", "hunyuan", "a| poet"], ["a", " poet"]),
    Row("AI.streamText", ["streamText", "busy", "a| poet"], BUSY),
    # Pulled: the model has given no more than was read.
    Row("AI.streamText", ["streamFirst", "hunyuan", "a| poet| of"], ["a", "a"]),
    Row("AI.streamText", ["streamCut", "broken", "a| poet"], ["a", " poet", -501001]),
    Row("AI.streamText", ["streamText", "broken", "a| poet"], fails(-501001)),
    Row("AI.bot.sendMessage", ["botSend", "hunyuan", "a| poet"], ["a", " poet"]),
    Row("AI.bot.sendMessage", ["botSend", "busy", "a| poet"], BUSY),
    Row("AI.bot.get", ["botGet", "hunyuan"], "hunyuan"),
    Row("AI.bot.get", ["botGet", "busy"], BUSY),
    Row("AI.bot.list", ["botList"], 2),
    Row("AI.bot.list", ["botList"], BUSY),
)
AUTH = (
    Row("signInWithCustomTicket", ["signIn", "key/@@/x.eyJ1aWQiOiJvLWNhcm9sIn0.y"], "o-carol"),
    Row("signInWithCustomTicket", ["signIn", "nonsense"], fails("invalid_argument", "ticket")),
)

ROWS = (*FUNCTIONS, *FILES, *RECORDS, *COLLECTIONS, *WECHAT, *MODELS, *AUTH)
APIS = tuple(dict.fromkeys(row.api for row in ROWS))

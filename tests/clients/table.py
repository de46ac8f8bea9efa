"""What every client is asked, and what has to come of it: one table for all of them.

A row is asked of one cloud after the other rows of its client, in their order. Values that JSON has
no words for are written as the drivers read them: `{"_": [["gt", 1], ["and", ...]]}` is
`_.gt(1).and(...)`, `{"$": [["sum", "$n"]]}` is `$.sum("$n")`; dates, points and regular expressions
have a word each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from cloud_fake import FakeCloud

__all__ = ["ENV", "ROWS", "Row", "make_cloud"]

ENV = "dev-1a2b3c"
BUCKET = "6465-dev-1a2b3c-1250000000"
FILE = f"cloud://{ENV}.{BUCKET}/notes/a.txt"
MISSING_FILE = f"cloud://{ENV}.{BUCKET}/notes/missing.txt"


class Fails(NamedTuple):
    """How a call fails: numbers that mini programs' SDKs may give, names that others give."""

    said: frozenset[int | str]

    def fits(self, failure: Mapping[str, Any]) -> bool:
        """Whether a client's error says so: by a number, by a name, or in its text."""
        if self.said & {failure.get("errCode"), failure.get("code")}:
            return True
        names = [it for it in self.said if isinstance(it, str)]
        return any(name in failure.get("message", "") for name in names)


def fails(*said: int | str) -> Fails:
    return Fails(frozenset(said))


class Row(NamedTuple):
    """One thing asked of each client; `ask` is the driver's verb and its arguments."""

    api: str
    ask: Sequence[Any]
    outcome: Any

    @property
    def is_failure(self) -> bool:
        return isinstance(self.outcome, Fails)

    def fits(self, outcome: Mapping[str, Any]) -> bool:
        """Whether that is what had to come of it."""
        if self.is_failure:
            return "failure" in outcome and self.outcome.fits(outcome["failure"])
        return "failure" not in outcome and outcome.get("answer") == self.outcome

    def __str__(self) -> str:
        return f"{self.api} {'failure' if self.is_failure else 'success'}"


def command(*calls: list[Any]) -> dict[str, Any]:
    return {"_": list(calls)}


def expression(*calls: list[Any]) -> dict[str, Any]:
    return {"$": list(calls)}


DENIED = "DATABASE_PERMISSION_DENIED"
NOWHERE = fails("DATABASE_COLLECTION_NOT_EXIST", -502005)
REFUSED = fails("DATABASE_REQUEST_FAILED", -502001)
#: The second is the gateway's own name for it.
BOOM = fails("FUNCTIONS_EXECUTE_FAIL", "FUNCTION_INVOCATION_FAILED", -504002)
#: The mini program's own SDK gives 1 where it passes on an item's status.
NO_FILE = fails("STORAGE_FILE_NONEXIST", 1, -503003)

MILK = {
    "_id": "milk",
    "n": 1,
    "text": "milk",
    "tags": ["a", "b"],
    "at": {"date": 1_700_000_000_000},
    "place": {"point": [113.3, 23.1]},
    "nested": {"k": {"j": 2}, "list": [1, {"deep": None}]},
}

ROWS = (
    Row("callFunction", ["call", "greet", {"name": "Ann"}], {"hello": "Ann", "list": [1, None]}),
    Row("callFunction", ["call", "nobody", {}], fails("FUNCTION_NOT_FOUND", -501000, -501001)),
    Row("callFunction", ["call", "boom", {}], BOOM),
    # --- files ---
    Row("uploadFile", ["upload", "notes/a.txt", "Hällo"], FILE),
    Row("uploadFile", ["upload", "/notes/a.txt", "x"], fails("INVALID_PARAM", -501007)),
    Row("downloadFile", ["download", FILE], "Hällo"),
    Row("downloadFile", ["download", MISSING_FILE], NO_FILE),
    Row("getTempFileURL", ["link", FILE], "Hällo"),
    Row("getTempFileURL", ["link", MISSING_FILE], NO_FILE),
    Row("deleteFile", ["deleteFile", FILE], FILE),
    Row("deleteFile", ["deleteFile", MISSING_FILE], NO_FILE),
    # --- records ---
    Row("collection.add", ["add", "todos", MILK], "milk"),
    Row("collection.add", ["add", "todos", {"_id": "tea", "n": 2, "text": "tea"}], "tea"),
    Row("collection.add", ["add", "todos", {"_id": "milk"}], REFUSED),
    Row("collection.add", ["add", "nowhere", {"n": 1}], NOWHERE),
    Row("document.get", ["get", "todos", "milk"], MILK),
    Row("document.get", ["get", "nowhere", "milk"], NOWHERE),
    Row(
        "collection.get",
        [
            "find",
            "todos",
            {
                "where": {"n": command(["gt", 0], ["and", command(["lt", 9])])},
                "order": ["n", "desc"],
                "limit": 1,
                "field": {"n": True},
            },
        ],
        [{"_id": "tea", "n": 2}],
    ),
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
    Row(
        "collection.update",
        ["update", "todos", {"_id": "tea"}, {"text": command(["inc", 1])}],
        REFUSED,
    ),
    Row(
        "document.update",
        [
            "updateOne",
            "todos",
            "milk",
            {
                "tags": command(["push", ["c"]]),
                "nested": {"k": {"j": 3}},
                "text": command(["remove"]),
            },
        ],
        1,
    ),
    Row("document.update", ["updateOne", "nowhere", "milk", {"n": 1}], NOWHERE),
    Row("document.set", ["set", "todos", "jam", {"n": 30}], {"updated": 0, "created": 1}),
    Row("document.set", ["set", "todos", "tea", {"n": 12}], {"updated": 1, "created": 0}),
    Row("document.set", ["set", "nowhere", "jam", {"n": 1}], NOWHERE),
    Row(
        "aggregate",
        [
            "aggregate",
            "todos",
            [
                ["match", {"n": command(["gt", 1])}],
                ["group", {"_id": None, "total": expression(["sum", "$n"])}],
            ],
        ],
        [{"_id": None, "total": 42}],
    ),
    Row("aggregate", ["aggregate", "nowhere", [["limit", 1]]], NOWHERE),
    Row("watch", ["watch", "feed", {"n": 5}], [[], [["add", 5]]]),
    Row("watch", ["watch", "nowhere", {"n": 5}], NOWHERE),
    Row(
        "runTransaction",
        ["transact", "todos", "jam", {"n": command(["inc", 1])}],
        {"_id": "jam", "n": 31},
    ),
    Row("runTransaction", ["transact", "nowhere", "jam", {"n": 1}], NOWHERE),
    Row("createCollection", ["createCollection", "fresh"], None),
    # Pages may not; to them both are failures.
    Row("createCollection", ["createCollection", "todos"], fails("SYS_ERR", -501001, DENIED)),
    Row("document.remove", ["removeOne", "todos", "milk"], 1),
    Row("document.remove", ["removeOne", "nowhere", "milk"], NOWHERE),
    Row("collection.remove", ["remove", "todos", {"n": command(["gt", 0])}], 2),
    Row("collection.remove", ["remove", "nowhere", {"n": 1}], NOWHERE),
)


def make_cloud() -> FakeCloud:
    """The cloud that the rows are asked of."""
    cloud = FakeCloud(env=ENV, openid="o-alice", collections=["todos", "feed"], seed=7)
    cloud.register_function("greet", lambda event, _: {"hello": event["name"], "list": [1, None]})
    cloud.register_function("boom", lambda _event, _context: 1 / 0)
    return cloud

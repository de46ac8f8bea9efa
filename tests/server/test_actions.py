"""Families A and B over plain HTTP: what the SDKs send, and what they need back.

The requests are those that `wx-server-sdk` 4.0.2, `@cloudbase/node-sdk` 3.18.3 and
`tcb-admin-node` 1.23.0 were seen to send.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from cloud_fake import FakeCloud

from .conftest import ENV


@pytest.fixture
def ask(http: httpx.Client) -> Any:
    def ask(action: str, **body: Any) -> Any:
        reply = http.post("/admin", json={"action": action, "envName": ENV, **body})
        assert reply.status_code == 200
        said = reply.json()
        assert said.pop("requestId")
        return said

    return ask


def ejson(value: Any) -> str:
    return json.dumps(value)


# --- A -------------------------------------------------------------------------------------------

RECORD = {
    "_id": "t1",
    "n": {"$numberInt": "5"},
    "big": {"$numberLong": "9007199254740991"},
    "f": {"$numberDouble": "1.5"},
    "d": {"$date": {"$numberLong": "0"}},
    "r": {"$regularExpression": {"pattern": "^a", "options": "i"}},
    "g": {"type": "Point", "coordinates": [{"$numberInt": "113"}, {"$numberDouble": "23.5"}]},
    "o": {"k": [None, True, "x"]},
}
READ_BACK = {
    "_id": "t1",
    "n": 5,
    "big": 9007199254740991,
    "f": 1.5,
    "d": {"$date": {"$numberLong": "0"}},
    "r": {"$regularExpression": {"pattern": "^a", "options": "i"}},
    "g": {"type": "Point", "coordinates": [113, 23.5]},
    "o": {"k": [None, True, "x"]},
}


@pytest.fixture
def stocked(ask: Any) -> Any:
    data = [ejson(RECORD), *(ejson({"_id": f"s{n}", "n": {"$numberInt": str(n)}}) for n in (1, 2))]
    said = ask("database.insertDocument", collectionName="todos", data=data)
    assert said == {"data": {"insertedIds": ["t1", "s1", "s2"]}}
    return ask


def listed(said: Any) -> list[Any]:
    return [json.loads(text) for text in said["data"]["list"]]


def test_every_type_comes_back(stocked: Any) -> None:
    asked = {"collectionName": "todos", "query": '{"_id":"t1"}', "queryType": "DOC"}
    assert listed(stocked("database.getDocument", **asked)) == [READ_BACK]


@pytest.mark.parametrize(
    "date", ['{"$tcb_server_date":{"offset":0}}', r'{"$date":{"\u006fffset":{"$numberInt":"0"}}}']
)
def test_the_server_s_time_is_written_however_it_is_spelt(
    served: FakeCloud, ask: Any, date: str
) -> None:
    now = served.clock.freeze(datetime(2036, 1, 1, tzinfo=UTC))
    ask("database.insertDocument", collectionName="todos", data=[f'{{"of":[{{"at":{date}}}]}}'])
    (record,) = served.server.database().collection("todos").get().data
    assert record["of"] == [{"at": now}]


QUERIES = [
    ({}, ["t1", "s1", "s2"]),
    ({"query": '{"n":{"$gt":{"$numberInt":"1"}}}'}, ["t1", "s2"]),
    ({"order": '{"n":{"$numberInt":"-1"}}'}, ["t1", "s2", "s1"]),
    ({"order": '{"n":{"$numberInt":"1"}}', "limit": 1, "offset": 1}, ["s2"]),
    ({"query": '{"d":{"$lte":{"$date":{"$numberLong":"1"}}}}'}, ["t1"]),
    ({"query": '{"_id":{"$regularExpression":{"pattern":"^S","options":"i"}}}'}, ["s1", "s2"]),
    ({"query": '{"$or":[{"n":1},{"n":{"$numberInt":"2"}}]}'}, ["s1", "s2"]),
    (
        {"query": '{"g":{"$nearSphere":{"$geometry":{"type":"Point","coordinates":[113,23.5]},'
                  '"$maxDistance":10,"$minDistance":null}}}'},
        ["t1"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("parts", "ids"), QUERIES)
def test_queries(stocked: Any, parts: dict[str, Any], ids: list[str]) -> None:
    said = stocked("database.getDocument", collectionName="todos", queryType="WHERE", **parts)
    assert [record["_id"] for record in listed(said)] == ids


def test_a_projection(stocked: Any) -> None:
    projection = '{"n":{"$numberInt":"1"}}'
    said = stocked("database.getDocument", collectionName="todos", projection=projection, limit=1)
    assert listed(said) == [{"_id": "t1", "n": 5}]


def test_counting_changing_removing(stocked: Any) -> None:
    where = {"collectionName": "todos", "queryType": "WHERE", "query": '{"n":{"$lt":5}}'}
    assert stocked("database.calculateDocument", **where) == {"data": {"total": 2}}
    data = '{"$inc":{"n":{"$numberInt":"10"}},"$set":{"o.k":1}}'
    changed = stocked("database.modifyDocument", **where, data=data, multi=True, merge=True)
    assert changed == {"data": {"updated": 2, "upsert_id": None}}
    where["query"] = '{"n":{"$gt":5}}'
    assert stocked("database.removeDocument", **where, multi=False) == {"data": {"deleted": 1}}
    assert stocked("database.removeDocument", **where, multi=True) == {"data": {"deleted": 1}}


def test_setting_makes_a_record_or_replaces_it(stocked: Any) -> None:
    one = {"collectionName": "todos", "queryType": "DOC", "query": '{"_id":"new"}'}
    set_ = {**one, "multi": False, "merge": False, "upsert": True}
    said = [
        stocked("database.modifyDocument", **set_, data=ejson({"v": v}))["data"] for v in (1, 2)
    ]
    assert said == [{"updated": 0, "upsert_id": "new"}, {"updated": 1, "upsert_id": None}]
    assert listed(stocked("database.getDocument", **one)) == [{"_id": "new", "v": 2}]


def test_changing_and_answering(stocked: Any) -> None:
    where = {"collectionName": "todos", "query": '{"_id":"s1"}', "data": '{"$inc":{"n":1}}'}
    said = stocked("database.modifyAndReturnDoc", **where)["data"]
    assert (said["updated"], json.loads(said["doc"])) == (1, {"_id": "s1", "n": 2})
    where["query"] = '{"_id":"nobody"}'
    said = stocked("database.modifyAndReturnDoc", **where)
    assert said == {"data": {"updated": 0, "doc": None}}


def test_aggregating(stocked: Any) -> None:
    stages = [
        {"stageKey": "$match", "stageValue": '{"n":{"$gt":{"$numberInt":"1"}}}'},
        {"stageKey": "$group", "stageValue": '{"_id":null,"total":{"$sum":"$n"}}'},
    ]
    said = stocked("database.aggregateDocuments", collectionName="todos", stages=stages)
    assert listed(said) == [{"_id": None, "total": 7}]


def test_a_transaction_ends_with_what_it_wrote_or_with_nothing(stocked: Any) -> None:
    one = {"collectionName": "todos", "queryType": "DOC", "query": '{"_id":"s1"}'}
    for end, n in (("abortTransaction", 1), ("commitTransaction", 100)):
        inside = {"transactionId": stocked("database.startTransaction")["transactionId"]}
        stocked("database.modifyDocument", **one, **inside, data='{"$set":{"n":100}}')
        assert listed(stocked("database.getDocument", **one, **inside))[0]["n"] == 100
        assert stocked(f"database.{end}", **inside) == {}
        assert listed(stocked("database.getDocument", **one))[0]["n"] == n


def test_a_record_that_others_change_makes_the_commit_fail(stocked: Any) -> None:
    one = {"collectionName": "todos", "queryType": "DOC", "query": '{"_id":"s1"}'}
    inside = {"transactionId": stocked("database.startTransaction")["transactionId"]}
    stocked("database.modifyDocument", **one, **inside, data='{"$set":{"n":100}}')
    stocked("database.modifyDocument", **one, data='{"$set":{"n":7}}')
    said = stocked("database.commitTransaction", **inside)
    assert said["code"] == "DATABASE_TRANSACTION_CONFLICT"


def test_functions(ask: Any) -> None:
    asked = {"function_name": "add", "request_data": '{"x":1,"y":2}'}
    said = ask("functions.invokeFunction", **asked)
    assert said == {"data": {"response_data": '{"sum":3,"who":null}'}}


FAILURES = [
    ("no.such.action", {}, "INVALID_PARAM"),
    ("database.getDocument", {"collectionName": "nope"}, "DATABASE_COLLECTION_NOT_EXIST"),
    ("database.getDocument", {}, "INVALID_PARAM"),
    ("database.getDocument", {"collectionName": "todos", "query": "{"}, "INVALID_PARAM"),
    ("database.getDocument", {"collectionName": "todos", "query": '{"a":{"$x":1}}'},
     "DATABASE_INVALID_OPERRATOR"),
    ("database.getDocument", {"collectionName": "todos", "envName": "other"}, "ENV_NOT_FOUND"),
    ("database.getDocument",
     {"collectionName": "todos",
      "query": '{"a":{"$regularExpression":{"pattern":"x","options":"g"}}}'},
     "INVALID_PARAM"),
    ("database.insertDocument", {"collectionName": "todos", "data": ['{"a":{"$oid":5}}']},
     "INVALID_PARAM"),
    ("database.insertDocument", {"collectionName": "todos", "data": ['{"a":{"$minKey":1}}']},
     "SYS_ERR"),
    ("database.insertDocument", {"collectionName": "todos", "data": "x"}, "INVALID_PARAM"),
    *(("database.insertDocument", {"collectionName": "todos", "data": ["{}", it]}, "INVALID_PARAM")
      for it in ("5", "null", "[]", '"text"', '{"$date":{"$numberLong":"0"}}')),
    ("database.addDocument", {"collectionName": "todos", "data": [{}, 5]}, "INVALID_PARAM"),
    ("database.addCollection", {"collectionName": "todos"}, "SYS_ERR"),
    ("database.commitTransaction", {"transactionId": "x"}, "DATABASE_TRANSACTION_FAIL"),
    ("functions.invokeFunction", {"function_name": "nope"}, "FUNCTION_NOT_FOUND"),
    ("functions.invokeFunction", {"function_name": "boom"}, "FUNCTIONS_EXECUTE_FAIL"),
    ("functions.invokeFunction", {"function_name": "add", "request_data": "{"}, "INVALID_PARAM"),
    ("storage.getUploadMetadata", {"path": "/x"}, "INVALID_PARAM"),
]  # fmt: skip


@pytest.mark.parametrize(("action", "body", "code"), FAILURES)
def test_failures_have_the_code_s_name(
    ask: Any, action: str, body: dict[str, Any], code: str
) -> None:
    said = ask(action, **body)
    assert (said.keys(), said["code"]) == ({"code", "message"}, code)
    assert said["message"]


# --- B -------------------------------------------------------------------------------------------


def test_the_older_sdks_speak_plain_json(ask: Any) -> None:
    todos = {"collectionName": "todos"}
    record = {"_id": "b1", "d": {"$date": 5}, "r": {"$regex": "^a", "$options": "i"}, "n": 1.5}
    assert ask("database.addDocument", **todos, data=record)["data"]["_id"] == "b1"
    query = {"d": {"$gte": {"$date": 5}}}
    order = [{"field": "n", "direction": "desc"}]
    said = ask("database.queryDocument", **todos, query=query, order=order, offset=0, limit=5)
    assert said == {"data": {"list": [record]}, "TotalCount": 1, "Limit": 5, "Offset": 0}
    ask("database.addDocument", **todos, data=[{"n": n} for n in range(3)])
    page = ask("database.queryDocument", **todos, query={"n": {"$gt": 0}}, offset=1, limit=1)
    assert (len(page["data"]["list"]), page["TotalCount"]) == (1, 3)
    ask("database.deleteDocument", **todos, query={"_id": {"$ne": "b1"}}, multi=True)
    one = {**todos, "query": {"_id": "b1"}, "queryType": "DOC"}
    data = {"$inc": {"n": 1}, "$set": {"at": {"$date": {"offset": 1000}}}}
    assert ask("database.updateDocument", **one, data=data)["data"]["updated"] == 1
    (after,) = ask("database.queryDocument", **one)["data"]["list"]
    assert (after["n"], after["at"].keys()) == (2.5, {"$date"})
    assert ask("database.countDocument", **todos) == {"data": {"total": 1}}
    assert ask("database.deleteDocument", **one) == {"data": {"deleted": 1}}


def test_a_record_has_the_id_that_it_is_made_with(ask: Any) -> None:
    todos = {"collectionName": "todos", "data": {"n": 1}, "_id": "t1"}
    assert ask("database.addDocument", **todos)["data"]["_id"] == "t1"
    assert ask("database.addDocument", **todos)["code"] == "DATABASE_REQUEST_FAILED"


@pytest.mark.parametrize("action", ["auth.getUserInfoForAdmin", "database.runCommands"])
def test_what_is_not_faked_says_so(ask: Any, action: str) -> None:
    said = {"code": "SYS_ERR", "message": f"not supported by cloud_fake: {action}"}
    assert ask(action) == said
    assert ask("no.such")["code"] == "INVALID_PARAM"


def test_the_older_aggregation_answers_texts_in_a_text(ask: Any, served: FakeCloud) -> None:
    served.seed({"todos": [{"n": 1}, {"n": 2}]})
    stages = [{"stageKey": "$count", "stageValue": '"many"'}]
    said = ask("database.aggregate", collectionName="todos", stages=stages)
    assert [json.loads(text) for text in json.loads(said["data"]["list"])] == [{"many": 2}]


def test_the_older_transaction_answers_texts_at_the_top(ask: Any) -> None:
    inside = {"transactionId": ask("database.startTransaction")["transactionId"]}
    one = {"collectionName": "todos", "query": {"_id": {"$eq": "x"}}, **inside}
    data = '{"n":{"$numberInt":"1"}}'
    put = ask("database.updateDocInTransaction", **one, data=data, upsert=True)
    assert put == {"updated": "0", "upserted": '[{"_id": "x"}]'}
    found = ask("database.getInTransaction", **one)
    assert json.loads(found["data"]) == {"_id": "x", "n": 1}
    new = {"collectionName": "todos", "data": "{}", "_id": "y", **inside}
    assert ask("database.insertDocInTransaction", **new) == {"inserted": "1", "ok": "1"}
    assert ask("database.deleteDocInTransaction", **one) == {"deleted": "1"}
    assert ask("database.getInTransaction", **one) == {"data": "null"}


# --- a page's ------------------------------------------------------------------------------------


def test_a_page_has_its_user_s_rights(served: FakeCloud, server: Any, http: httpx.Client) -> None:
    served.seed({"notes": [{"_id": "a"}]}, openid="o-alice")

    def remove(openid: str) -> Any:
        body = {"action": "database.deleteDocument", "collectionName": "notes"}
        one = {"query": {"_id": "a"}, "queryType": "DOC"}
        token = {"access_token": server.access_token(openid)}
        return http.post("/web", json={**body, **one, **token}).json()["data"]

    assert remove("o-bob") == {"deleted": 0}
    assert remove("o-alice") == {"deleted": 1}


def test_whatever_begins_as_a_page_s_path_is_a_page_s(http: httpx.Client) -> None:
    asked = {"action": "database.addDocument", "collectionName": "notes", "data": {}}
    codes = [http.post(path, json=asked).json().get("code") for path in ("/web", "/web/", "/web/x")]
    assert codes == ["DATABASE_PERMISSION_DENIED"] * 3
    assert "code" not in http.post("/admin", json=asked).json()


# --- the gate ------------------------------------------------------------------------------------


def test_faults_and_the_timeline_reach_the_wire(ask: Any, served: FakeCloud) -> None:
    served.faults.fail("database.todos.*", code="permission", times=1)
    asked = {"collectionName": "todos"}
    assert ask("database.getDocument", **asked)["code"] == "DATABASE_PERMISSION_DENIED"
    assert ask("database.getDocument", **asked) == {"data": {"list": []}}
    assert [(call.caller, call.name) for call in served.calls] == [
        ("server", "database.todos.get")
    ] * 2


def test_a_lost_reply_is_a_line_that_breaks(ask: Any, served: FakeCloud) -> None:
    served.faults.lose_reply("database.todos.add", times=1)
    asked = {"collectionName": "todos", "data": ['{"_id":"once"}']}
    with pytest.raises(httpx.RemoteProtocolError):
        ask("database.insertDocument", **asked)
    assert ask("database.insertDocument", **asked)["code"] == "DATABASE_REQUEST_FAILED"
    assert "once" in {
        record["_id"] for record in served.server.database().collection("todos").get().data
    }


def test_a_function_s_own_process_is_told_apart(served: FakeCloud, server: Any, ask: Any) -> None:
    sessions = []
    served.register_function(
        "outer", lambda _event, context: sessions.append(context.cloud._session)
    )
    served.callFunction(name="outer")
    token = server.enroll(sessions[0])
    ask("database.getDocument", collectionName="todos", sessionToken=token)
    assert served.calls[-1].caller == "in outer"
    server.dismiss(token)
    ask("database.getDocument", collectionName="todos", sessionToken=token)
    assert served.calls[-1].caller == "server"

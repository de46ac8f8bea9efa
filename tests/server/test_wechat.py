"""Family D over plain HTTP: `api.weixin.qq.com/tcb/*` as hand-written `requests` use it."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from cloud_fake import FakeCloud

from .conftest import ENV


@pytest.fixture
def ask(http: httpx.Client) -> Any:
    token = http.get("/cgi-bin/token?grant_type=client_credential&appid=a&secret=b").json()
    assert token["expires_in"] == 7200

    def ask(name: str, **body: Any) -> Any:
        # Without any content type, as wechatpy sends it.
        reply = http.post(
            f"/tcb/{name}?access_token={token['access_token']}",
            content=json.dumps({"env": ENV, **body}).encode(),
        )
        assert reply.status_code == 200
        return reply.json()

    return ask


OK = {"errcode": 0, "errmsg": "ok"}


def test_records(ask: Any) -> None:
    added = ask(
        "databaseadd", query="db.collection('todos').add({data: [{n: 1}, {_id: 'b', n: 2}]})"
    )
    assert added == {**OK, "id_list": [added["id_list"][0], "b"]}
    found = ask("databasequery", query="db.collection('todos').where({n: _.gt(1)}).skip(0).get()")
    assert found == {
        **OK,
        "pager": {"Offset": 0, "Limit": 10, "Total": 1},
        "data": ['{"_id":"b","n":2}'],
    }
    one = ask("databasequery", query="db.collection('todos').doc('b').get()")
    assert one["data"] == ['{"_id":"b","n":2}']
    none = ask("databasequery", query="db.collection('todos').doc('x').get()")
    assert (none["data"], none["pager"]["Total"]) == ([], 0)
    counted = ask("databasecount", query="db.collection('todos').count()")
    assert counted == {**OK, "count": 2}
    changed = ask("databaseupdate", query="db.collection('todos').where({}).update({data: {n: 2}})")
    assert changed == {**OK, "matched": 2, "modified": 1, "id": ""}
    put = ask("databaseupdate", query="db.collection('todos').doc('c').set({data: {m: 1}})")
    assert put == {**OK, "matched": 0, "modified": 0, "id": "c"}
    query = "db.collection('todos').aggregate().group({_id: null, n: $.sum('$n')}).end()"
    assert ask("databaseaggregate", query=query) == {**OK, "data": ['{"_id":null,"n":4}']}
    gone = ask("databasedelete", query="db.collection('todos').where({n: 2}).remove()")
    assert gone == {**OK, "deleted": 2}


def test_ten_records_unless_told_otherwise(ask: Any, served: FakeCloud) -> None:
    served.seed({"todos": [{} for _ in range(12)]})
    said = ask("databasequery", query="db.collection('todos').get()")
    assert (len(said["data"]), said["pager"]["Total"]) == (10, 12)
    assert [call.name for call in served.calls] == ["database.todos.get"]


def test_collections_and_indexes(ask: Any, served: FakeCloud) -> None:
    assert ask("databasecollectionadd", collection_name="new") == OK
    index = {"name": "n", "unique": True, "keys": [{"name": "n", "direction": "1"}]}
    # wechatpy sends what is to be made as what is to be dropped, too.
    asked = {"create_indexes": [index], "drop_indexes": [index]}
    assert ask("updateindex", collection_name="new", **asked) == OK
    assert ask("databaseadd", query="db.collection('new').add({data: {n: 1}})")["errcode"] == 0
    twice = ask("databaseadd", query="db.collection('new').add({data: {n: 1}})")
    assert (twice["errcode"], "E11000" in twice["errmsg"]) == (-502001, True)
    said = ask("databasecollectionget", offset=3, limit=10)
    assert said["pager"] == {"Offset": 3, "Limit": 10, "Total": 4}
    (shown,) = said["collections"]
    assert (shown["name"], shown["count"], shown["index_count"]) == ("new", 1, 2)
    assert shown["size"] > 0
    assert ask("databasecollectiondelete", collection_name="new") == OK
    assert ask("databasecollectiondelete", collection_name="new")["errcode"] == -502005
    assert ask("databasecollectionadd", collection_name="new") == OK
    assert ask("updateindex", collection_name="new", create_indexes=[index]) == OK


def test_indexes_are_dropped_by_name(ask: Any, served: FakeCloud) -> None:
    unique = {"name": "n", "unique": True, "keys": [{"name": "n", "direction": "1"}]}
    plain = {"name": "m", "unique": False, "keys": [{"name": "m", "direction": "-1"}]}
    todos = {"collection_name": "todos"}
    add = "db.collection('todos').add({data: {n: 1}})"
    assert ask("updateindex", **todos, create_indexes=[unique]) == OK
    assert ask("databaseadd", query=add)["errcode"] == 0
    assert ask("databaseadd", query=add)["errcode"] == -502001
    assert ask("updateindex", **todos, create_indexes=[plain], drop_indexes=[{"name": "n"}]) == OK
    assert ask("databaseadd", query=add)["errcode"] == 0
    (shown,) = ask("databasecollectionget", limit=1)["collections"]
    assert (shown["name"], shown["index_count"]) == ("todos", 2)
    # Two records have the same key now: all or none, so the other index stays.
    both = {"create_indexes": [unique], "drop_indexes": [{"name": "m"}]}
    assert ask("updateindex", **todos, **both)["errcode"] == 40097
    assert ask("databasecollectionget", limit=1)["collections"][0]["index_count"] == 2
    # It may take the name of the one that goes.
    served.server.database().collection("todos").where({"n": 1}).remove()
    other = {**unique, "name": "m", "keys": [{"name": "n", "direction": "1"}]}
    swapped = {"create_indexes": [other], "drop_indexes": [{"name": "m"}]}
    assert ask("updateindex", **todos, **swapped) == OK
    assert [ask("databaseadd", query=add)["errcode"] for _ in range(2)] == [0, -502001]


def test_files(ask: Any, http: httpx.Client) -> None:
    place = ask("uploadfile", path="a/b.txt")
    fields = {"key": "a/b.txt", "Signature": place["authorization"]}
    fields["x-cos-security-token"] = place["token"]
    fields["x-cos-meta-fileid"] = place["cos_file_id"]
    sent = http.post(place["url"], data=fields, files={"file": b"hello"})
    assert sent.status_code == 204
    wanted = [{"fileid": place["file_id"], "max_age": 60}, {"fileid": "cloud://x/y"}]
    found, missing = ask("batchdownloadfile", file_list=wanted)["file_list"]
    assert (found["status"], missing["status"]) == (0, 1)
    assert http.get(found["download_url"]).content == b"hello"
    gone = ask("batchdeletefile", fileid_list=[place["file_id"]])["delete_list"]
    assert gone == [{"fileid": place["file_id"], "status": 0, "errmsg": "ok"}]


def test_functions(http: httpx.Client, server: Any) -> None:
    token = server.open_api_token()
    url = f"/tcb/invokecloudfunction?access_token={token}&env={ENV}&name="
    assert http.post(url + "add", json={"x": 1, "y": 2}).json() == {
        **OK,
        "resp_data": '{"sum":3,"who":null}',
    }
    assert http.post(url + "nope").json()["errcode"] == -501000
    assert http.post(url + "boom").json()["errcode"] == -504002


def test_export_and_import(ask: Any, served: FakeCloud) -> None:
    served.seed({"todos": [{"_id": "a", "n": 1}, {"_id": "b", "n": 2}]}, openid=None)
    query = "db.collection('todos').where({n: _.gt(0)}).get()"
    for file_type, ending in ((1, "json"), (2, "csv")):
        path = f"out.{ending}"
        job = ask("databasemigrateexport", file_path=path, file_type=file_type, query=query)
        told = ask("databasemigratequeryinfo", job_id=job["job_id"])
        assert (told["status"], told["record_success"]) == ("success", 2)
        assert told["file_url"]
        ask("databasecollectionadd", collection_name=ending)
        asked = {"collection_name": ending, "file_path": path, "file_type": file_type}
        job = ask("databasemigrateimport", **asked, conflict_mode=1)
        assert ask("databasemigratequeryinfo", job_id=job["job_id"])["record_success"] == 2
        records = served.server.database().collection(ending).get().data
        assert records == [{"_id": "a", "n": 1}, {"_id": "b", "n": 2}]


def test_a_token_s_time_is_over_by_the_cloud_s_clock(ask: Any, served: FakeCloud) -> None:
    served.clock.advance(hours=2)
    assert ask("databasecount", query="db.collection('todos').count()")["errcode"] == 42001


COUNT = "db.collection('todos').count()"
FAILURES = [
    ("databasecount", {"query": "db.collection('todos').get()"}, 40097),
    ("databasecount", {"query": "process.exit()"}, 40097),
    ("databasecount", {"query": 5}, 40097),
    ("databasecount", {"query": "db.collection('nope').count()"}, -502005),
    ("databasecount", {"query": COUNT, "env": "other"}, -501000),
    ("databasequery", {"query": "db.collection('todos').where({a: {$x: 1}}).get()"}, -502002),
    ("databaseadd", {"query": "db.collection('todos').add({data: 5})"}, 40097),
    ("databasecollectionadd", {"collection_name": "todos"}, -501001),
    ("databasecollectionget", {"limit": -1}, 40097),
    ("updateindex", {"collection_name": "todos", "drop_indexes": [{"name": "n"}]}, 40097),
    ("updateindex", {"collection_name": "nope", "create_indexes": [{"keys": []}]}, 40097),
    ("databasemigratequeryinfo", {"job_id": 1}, 40097),
    ("databasemigrateexport", {"file_type": 3}, 40097),
    ("batchdownloadfile", {"file_list": "x"}, 40097),
    ("uploadfile", {"path": "/x"}, 40097),
    ("nosuchcall", {}, 40097),
]


@pytest.mark.parametrize(("name", "body", "number"), FAILURES)
def test_failures(ask: Any, name: str, body: dict[str, Any], number: int) -> None:
    said = ask(name, **body)
    assert (said.keys(), said["errcode"]) == ({"errcode", "errmsg"}, number)


@pytest.mark.parametrize(
    ("method", "token", "body", "number", "text"),
    [
        ("POST", "", b"{}", 41001, "access_token missing"),
        ("POST", "AT", b"{}", 40001, "invalid credential, access_token is invalid or not latest"),
        ("GET", "good", b"", 43002, "require POST method"),
        ("POST", "good", b"", 44002, "empty post data"),
        ("POST", "good", b"{", 47001, "data format error"),
    ],
)
def test_wechat_s_own_failures(
    http: httpx.Client, server: Any, method: str, token: str, body: bytes, number: int, text: str
) -> None:
    params = {"access_token": server.open_api_token() if token == "good" else token}
    said = http.request(method, "/tcb/databasecount", params=params, content=body).json()
    assert said["errcode"] == number
    assert said["errmsg"].startswith(text)
    assert " rid: " in said["errmsg"]


# --- tokens --------------------------------------------------------------------------------------

ACCOUNT = {"grant_type": "client_credential", "appid": "a", "secret": "b"}


def count_with(http: httpx.Client, token: str) -> int:
    params = {"access_token": token}
    said = http.post("/tcb/databasecount", params=params, json={"env": ENV, "query": COUNT})
    return int(said.json()["errcode"])


def stable(http: httpx.Client, **more: Any) -> Any:
    return http.post("/cgi-bin/stable_token", json={**ACCOUNT, **more}).json()


def test_each_token_is_another_and_good_for_two_hours(
    http: httpx.Client, served: FakeCloud
) -> None:
    said = [http.get("/cgi-bin/token", params=ACCOUNT).json() for _ in range(2)]
    tokens = [it["access_token"] for it in said]
    assert [it["expires_in"] for it in said] == [7200, 7200]
    assert tokens[0] != tokens[1]
    assert [count_with(http, token) for token in tokens] == [0, 0]
    served.clock.advance(hours=2)
    assert [count_with(http, token) for token in tokens] == [42001, 42001]


def test_a_stable_token_stays_until_shortly_before_its_end(
    http: httpx.Client, served: FakeCloud
) -> None:
    served.clock.freeze()
    first = stable(http)
    served.clock.advance(minutes=100)
    again = stable(http)
    assert again == {"access_token": first["access_token"], "expires_in": 1200}
    served.clock.advance(minutes=15)
    other = stable(http)
    assert other["access_token"] != first["access_token"]
    assert other["expires_in"] == 7200
    assert [count_with(http, it["access_token"]) for it in (first, other)] == [0, 0]


def test_a_forced_refresh_ends_the_stable_token_at_once(http: httpx.Client) -> None:
    first, other = stable(http), stable(http, force_refresh=True)
    assert [count_with(http, it["access_token"]) for it in (first, other)] == [40001, 0]


@pytest.mark.parametrize(
    ("method", "path", "account", "number"),
    [
        ("POST", "token", ACCOUNT, 43001),
        ("GET", "stable_token", ACCOUNT, 43002),
        ("GET", "token", {**ACCOUNT, "grant_type": "password"}, 40002),
        ("POST", "stable_token", {}, 40002),
        ("GET", "token", {**ACCOUNT, "appid": ""}, 41002),
        ("POST", "stable_token", {**ACCOUNT, "secret": ""}, 41004),
    ],
)
def test_who_gets_no_token(
    http: httpx.Client, method: str, path: str, account: dict[str, str], number: int
) -> None:
    sent: Any = {"params" if path == "token" else "json": account}
    assert http.request(method, f"/cgi-bin/{path}", **sent).json()["errcode"] == number


@pytest.mark.parametrize("purpose", ["access", "upload", "watch", "refresh", "qcloud"])
def test_a_token_for_something_else_is_none(http: httpx.Client, server: Any, purpose: str) -> None:
    token = server.application.visitors.issue(purpose, "o-alice", 60)
    assert count_with(http, token) == 40001


def test_a_lost_reply_is_a_line_that_breaks(ask: Any, served: FakeCloud) -> None:
    served.faults.lose_reply("database.todos.add", times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        ask("databaseadd", query="db.collection('todos').add({data: {_id: 'once'}})")
    assert ask("databasecount", query=COUNT)["count"] == 1

"""Family C over plain HTTP: the REST gateway of js-sdk 3.7.0, and signing in."""

from __future__ import annotations

import base64
import json
from typing import Any

import httpx
import pytest

from cloud_fake import FakeCloud

BASE = "/v1/database/instances/(default)/databases/(default)"
NOTES = f"{BASE}/collections/notes/documents"


@pytest.fixture
def bob(server: Any, http: httpx.Client) -> httpx.Client:
    http.headers["authorization"] = f"Bearer {server.access_token('o-bob')}"
    return http


# --- who it is -----------------------------------------------------------------------------------


def claims(token: str) -> Any:
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def sign_in(http: httpx.Client, device: str = "d1") -> Any:
    url = "/auth/v1/signin/anonymously?client_id=dev-1a2b3c"
    return http.post(url, content="{}", headers={"x-device-id": device}).json()


def test_signing_in_anonymously(http: httpx.Client) -> None:
    said = sign_in(http)
    assert (said["token_type"], said["scope"], said["expires_in"]) == ("Bearer", "anonymous", 7200)
    assert claims(said["access_token"])["sub"] == said["sub"]
    me = http.get("/auth/v1/user/me", headers={"authorization": f"Bearer {said['access_token']}"})
    assert me.json()["sub"] == said["sub"]


def test_a_device_keeps_its_user(http: httpx.Client) -> None:
    users = [sign_in(http, device)["sub"] for device in ("d1", "d2", "d1")]
    assert users[0] == users[2] != users[1]


def test_tokens_end_by_the_cloud_s_clock(http: httpx.Client, served: FakeCloud) -> None:
    said = sign_in(http)
    header = {"authorization": f"Bearer {said['access_token']}"}
    served.clock.advance(seconds=7200)
    assert http.get("/auth/v1/user/me", headers=header).status_code == 401
    asked = {"grant_type": "refresh_token", "refresh_token": said["refresh_token"]}
    again = http.post("/auth/v1/token", json=asked).json()
    assert (again["sub"], again["access_token"]) != (said["sub"], said["access_token"])
    assert again["sub"] == said["sub"]
    served.clock.advance(days=31)
    assert http.post("/auth/v1/token", json=asked).status_code == 401


def test_a_custom_ticket_signs_in_whom_it_names(http: httpx.Client) -> None:
    payload = base64.urlsafe_b64encode(b'{"uid":"o-carol"}').rstrip(b"=").decode()
    asked = {"provider_id": "custom", "ticket": f"key/@@/x.{payload}.y"}
    assert http.post("/auth/v1/signin/custom", json=asked).json()["sub"] == "o-carol"
    reply = http.post("/auth/v1/signin/custom", json={"ticket": "nonsense"})
    assert (reply.status_code, reply.json()["error"]) == (400, "invalid_argument")


@pytest.mark.parametrize(
    ("method", "path", "told"),
    [
        ("POST", "v1/signin", (501, "unimplemented", 12, "passwords")),
        ("POST", "v2/signin/publichkey", (501, "unimplemented", 12, "passwords")),
        (
            "DELETE",
            "v1/user/authorized/devices/d1",
            (501, "unimplemented", 12, "on another device"),
        ),
        ("PATCH", "v1/user/contact", (501, "unimplemented", 12, "a user's profile")),
        ("POST", "v1/signin/with/magic", (404, "not_found", 5, "no such API")),
        ("GET", "v1/", (404, "not_found", 5, "no such API")),
        ("POST", "v1/signin/custom", (400, "invalid_argument", 3, "ticket is invalid")),
        ("GET", "v1/user/me", (401, "unauthenticated", 16, "the token is invalid or expired")),
    ],
)
def test_why_nobody_is_signed_in(
    http: httpx.Client, method: str, path: str, told: tuple[int, str, int, str]
) -> None:
    reply = http.request(method, f"/auth/{path}", json={})
    said = reply.json()
    assert (reply.status_code, said["error"], said["error_code"]) == told[:3]
    assert told[3] in said["error_description"]
    assert said["request_id"]


@pytest.mark.parametrize("token", ["x", "x.y.z", "-", "é", "eyJ.e30."])
def test_a_forged_token_is_nobody_s(http: httpx.Client, token: str) -> None:
    headers = {"authorization": b"Bearer " + token.encode()}
    assert http.get("/auth/v1/user/me", headers=headers).status_code == 401
    said = http.post(NOTES, json={"data": [{}]}, headers=headers).json()
    assert said["code"] == "DATABASE_PERMISSION_DENIED"


# --- records -------------------------------------------------------------------------------------


def test_records(bob: httpx.Client) -> None:
    records = [{"_id": f"n{n}", "n": n, "d": {"$date": n}} for n in (1, 2, 3)]
    assert bob.post(NOTES, json={"data": records}).json() == {"insertedIds": ["n1", "n2", "n3"]}
    query = {"offset": 0, "limit": 100, "order": '[{"field":"n","direction":"desc"}]'}
    query["query"] = '{"n":{"$gt":{"$numberInt":"1"}}}'
    said = bob.get(NOTES, params=query).json()
    assert (said["offset"], said["limit"]) == (0, 100)
    assert [record["n"] for record in said["list"]] == [{"$numberInt": "3"}, {"$numberInt": "2"}]
    assert said["list"][0] == {
        "_id": "n3",
        "_openid": "o-bob",
        "n": {"$numberInt": "3"},
        "d": {"$date": {"$numberLong": "3"}},
    }
    assert bob.get(NOTES, params={"count": "true", "query": "{}"}).json() == {"total": 3}
    one = bob.get(f"{NOTES}/n3", params={"projection": '{"n":1}'}).json()
    assert one == {"_id": "n3", "n": {"$numberInt": "3"}}


def test_what_is_answered_is_canonical(bob: httpx.Client) -> None:
    point = {"type": "Point", "coordinates": [113, 23.5]}
    record = {
        "_id": "a",
        "f": 0.5,
        "big": 2**40,
        "r": {"$regex": "^a", "$options": "i"},
        "p": point,
    }
    bob.post(NOTES, json={"data": [record]})
    found = bob.get(f"{NOTES}/a").json()
    assert found["f"] == {"$numberDouble": "0.5"}
    assert found["big"] == {"$numberLong": str(2**40)}
    assert found["r"] == {"$regularExpression": {"pattern": "^a", "options": "i"}}
    assert found["p"]["coordinates"] == [{"$numberInt": "113"}, {"$numberDouble": "23.5"}]


def test_twenty_records_unless_told_otherwise(bob: httpx.Client) -> None:
    bob.post(NOTES, json={"data": [{} for _ in range(25)]})
    said = bob.get(NOTES).json()
    assert (len(said["list"]), said["limit"]) == (20, 20)


def put(http: httpx.Client, data: Any, **how: Any) -> Any:
    return http.patch(NOTES, json={"query": {"_id": "n1"}, "data": data, **how}).json()


def test_setting_merges_unless_it_is_to_replace(bob: httpx.Client, served: FakeCloud) -> None:
    """What `set()` of js-sdk 3.7.0 sends, whose `replaceMode` is always false."""
    note = served.server.database().collection("notes").doc("n1")
    new = put(bob, {"n": 1, "m": {"a": 1}}, upsert=True, replaceMode=False)
    assert new == {"updated": 0, "matched": 0, "upsert_id": "n1"}
    again = put(bob, {"m": {"b": 2}}, upsert=True, replaceMode=False)
    assert again == {"updated": 1, "matched": 1, "upsert_id": ""}
    assert note.get().data == {"_id": "n1", "_openid": "o-bob", "n": 1, "m": {"b": 2}}
    assert put(bob, {"x": 1}, replaceMode=True)["matched"] == 1
    assert note.get().data == {"_id": "n1", "_openid": "o-bob", "x": 1}
    note.remove()
    assert put(bob, {"x": 1}, replaceMode=True) == {"updated": 0, "matched": 0, "upsert_id": ""}
    assert put(bob, {"x": 1}, replaceMode=True, upsert=True)["upsert_id"] == "n1"
    assert {call.name for call in served.calls} >= {"database.notes.set"}


def test_changing(bob: httpx.Client) -> None:
    bob.post(NOTES, json={"data": [{"_id": "n1", "n": 1, "m": {"a": 1}}]})
    inc = put(bob, {"$inc": {"n": 1}})
    assert inc == {"updated": 1, "matched": 1, "upsert_id": ""}
    assert put(bob, {"n": 2})["matched"] == 1
    assert put(bob, {"n": 2})["updated"] == 0
    everywhere = {"query": {"n": {"$gt": 0}}, "multi": True}
    assert bob.patch(NOTES, json={**everywhere, "data": {"$set": {"k": 1}}}).json()["updated"] == 1
    assert bob.post(f"{NOTES}/remove", json=everywhere).json() == {"deleted": 1}


def test_one_record_by_its_id(bob: httpx.Client) -> None:
    bob.post(NOTES, json={"data": [{"_id": "n1", "n": 1}]})
    changed = bob.patch(f"{NOTES}/n1", json={"data": {"$inc": {"n": 1}}, "returnDoc": True})
    assert changed.json()["doc"]["n"] == {"$numberInt": "2"}
    made = bob.patch(f"{NOTES}/n2", json={"data": {"n": 1}, "upsert": True}).json()
    assert made == {"updated": 0, "matched": 0, "upsert_id": "n2"}
    assert bob.delete(f"{NOTES}/n1").json() == {"deleted": 1}
    for reply in (
        bob.get(f"{NOTES}/n1"),
        bob.delete(f"{NOTES}/n1"),
        bob.patch(f"{NOTES}/n1", json={"data": {"n": 1}}),
    ):
        assert (reply.status_code, reply.json()["code"]) == (404, "DOCUMENT_NOT_FOUND")


def test_aggregating(bob: httpx.Client, served: FakeCloud) -> None:
    served.seed({"notes": [{"n": 1}, {"n": 2}]})
    pipeline = [{"$group": {"_id": None, "total": {"$sum": "$n"}}}]
    said = bob.post(f"{NOTES}/aggregations", json={"pipeline": pipeline}).json()
    assert said == {"list": [{"_id": None, "total": {"$numberInt": "3"}}]}


def test_a_transaction(bob: httpx.Client) -> None:
    inside = bob.post(f"{BASE}/transactions").json()
    bob.post(NOTES, json={"data": [{"_id": "t"}], **inside})
    assert bob.get(f"{NOTES}/t", params=inside).json() == {"_id": "t", "_openid": "o-bob"}
    assert bob.get(f"{NOTES}/t").status_code == 404
    end = f"{BASE}/transactions/{inside['transactionId']}"
    assert bob.post(f"{end}/commit").json() == {}
    assert bob.post(f"{end}/rollback").json()["code"] == "DATABASE_TRANSACTION_FAIL"
    assert bob.get(f"{NOTES}/t").json() == {"_id": "t", "_openid": "o-bob"}


def test_whose_records_may_be_changed(bob: httpx.Client, served: FakeCloud) -> None:
    served.seed({"notes": [{"_id": "n1"}]}, openid="o-alice")
    assert put(bob, {"$set": {"n": 1}}) == {"updated": 0, "matched": 0, "upsert_id": ""}
    assert put(bob, {"n": 1}, upsert=True)["code"] == "DATABASE_PERMISSION_DENIED"
    assert bob.get(f"{NOTES}/n1").json() == {"_id": "n1", "_openid": "o-alice"}


def test_a_back_end_s_key_may_do_everything(
    bob: httpx.Client, served: FakeCloud, server: Any
) -> None:
    served.seed({"notes": [{"_id": "n1"}]}, openid="o-alice")
    new = {"collectionName": "new"}
    assert bob.post(f"{BASE}/collections", json=new).status_code == 401
    served.clock.advance(days=3650)
    bob.headers["authorization"] = f"Bearer {server.api_key()}"
    assert put(bob, {"n": 1})["updated"] == 1
    made, again = (bob.post(f"{BASE}/collections", json=new) for _ in range(2))
    assert (made.status_code, again.status_code) == (201, 409)
    assert again.json()["code"] == "DATABASE_COLLECTION_ALREADY_EXIST"
    assert "MongoDB's own commands" in bob.post(f"{BASE}/commands", json={}).json()["message"]


# --- functions -----------------------------------------------------------------------------------


def test_a_function_s_answer_is_its_result(bob: httpx.Client) -> None:
    said = bob.post("/v1/functions/add", json={"x": 1, "y": 2})
    assert said.json() == {"sum": 3, "who": "o-bob"}


def test_a_container_is_asked_as_it_is(bob: httpx.Client, served: FakeCloud) -> None:
    def echo(environ: Any, start_response: Any) -> list[bytes]:
        start_response(
            "201 Created", [("X-Seen", environ.get("HTTP_X_OWN", "")), ("Connection", "x")]
        )
        body = environ["wsgi.input"].read().decode()
        known = [environ.get("HTTP_X_WX_OPENID"), environ.get("HTTP_AUTHORIZATION")]
        said = [environ["REQUEST_METHOD"], environ["PATH_INFO"], environ["QUERY_STRING"], body]
        return [json.dumps([*said, *known]).encode()]

    served.register_container("echo", echo)
    reply = bob.put("/v1/cloudrun/echo/a/b?c=d", content=b"hello", headers={"x-own": "1"})
    assert (reply.status_code, reply.headers["x-seen"]) == (201, "1")
    assert reply.json() == ["PUT", "/a/b", "c=d", "hello", "o-bob", None]
    assert bob.get("/v1/cloudrun/echo").json()[1] == "/"
    missing = bob.get("/v1/cloudrun/nobody/")
    assert (missing.status_code, missing.json()["code"]) == (400, "INVALID_HOST")
    assert "not supported" in bob.post("/v1/ai/hunyuan/v1/chat/completions").json()["message"]


UPSERT = {"data": {"n": 1}, "query": {"n": 1}, "upsert": True}
FAILURES = [
    ("POST", "/v1/functions/nope", None, 400, "FUNCTION_NOT_FOUND"),
    ("POST", "/v1/functions/boom", None, 400, "FUNCTION_INVOCATION_FAILED"),
    ("POST", "/v1/functions/add", "{", 400, "FUNCTION_PARAM_INVALID"),
    ("POST", "/v1/functions/add", [], 400, "FUNCTION_PARAM_INVALID"),
    ("GET", "/v1/functions/add", None, 400, "INVALID_PARAM"),
    ("GET", "/v1/nope", None, 400, "INVALID_PARAM"),
    ("POST", "/v1/storages/get-objects-upload-info", [1], 400, "INVALID_PARAM"),
    ("GET", "/v1/database/nope", None, 400, "INVALID_PARAM"),
    ("GET", f"{NOTES}?limit=-1", None, 400, "INVALID_PARAM"),
    ("GET", f"{NOTES}?query=%7B", None, 400, "INVALID_PARAM"),
    ("GET", f"{NOTES}?order=5", None, 400, "INVALID_PARAM"),
    ("POST", f"{NOTES}/remove", {"query": {}, "multi": True}, 400, "INVALID_PARAM"),
    ("POST", f"{NOTES}/aggregations", {}, 400, "INVALID_PARAM"),
    ("POST", f"{BASE}/collections", {"collectionName": "x"}, 401, "DATABASE_PERMISSION_DENIED"),
    ("POST", f"{BASE}/commands", {}, 401, "DATABASE_PERMISSION_DENIED"),
    ("GET", f"{NOTES}?query=%7B%22a%22%3A%7B%22%24x%22%3A1%7D%7D", None, 403,
     "DATABASE_INVALID_OPERRATOR"),
    ("GET", f"{BASE}/collections/nope/documents", None, 404, "DATABASE_COLLECTION_NOT_EXIST"),
    ("GET", f"{NOTES}/nobody", None, 404, "DOCUMENT_NOT_FOUND"),
    ("POST", NOTES, {"data": [{"_id": "a"}, {"_id": "a"}]}, 409, "DATABASE_DUPLICATE_WRITE"),
    ("PATCH", NOTES, UPSERT, 500, "SYS_ERR"),
    ("POST", "/v1/model/prod/todos/list", {}, 400, "SYS_ERR"),
    ("GET", "/v1/rdb/rest/todos", None, 400, "SYS_ERR"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "body", "status", "code"), FAILURES)
def test_failures(
    bob: httpx.Client, method: str, path: str, body: Any, status: int, code: str
) -> None:
    content = body if isinstance(body, str | None) else json.dumps(body)
    reply = bob.request(method, path, content=content)
    assert (reply.status_code, reply.json()["code"]) == (status, code)
    is_record = path.startswith("/v1/database")
    assert reply.json().keys() == {"code", "message", "request_id" if is_record else "requestId"}

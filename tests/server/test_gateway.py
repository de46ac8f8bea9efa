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
    found = bob.get(NOTES, params=query).json()["list"]
    assert [record["n"] for record in found] == [3, 2]
    dated = {"_id": "n3", "_openid": "o-bob", "n": 3, "d": {"$date": {"$numberLong": "3"}}}
    assert found[0] == dated
    assert bob.get(NOTES, params={"count": "true", "query": "{}"}).json() == {"total": 3}
    assert bob.get(f"{NOTES}/n3", params={"projection": '{"n":1}'}).json() == {"_id": "n3", "n": 3}
    assert bob.get(f"{NOTES}/nobody").json() is None


def test_changing(bob: httpx.Client) -> None:
    one = {"query": {"_id": "n1"}, "multi": False, "replaceMode": False}
    put = {**one, "data": {"n": 1}, "upsert": True}
    assert bob.patch(NOTES, json=put).json() == {"updated": 0, "upsert_id": "n1"}
    assert bob.patch(NOTES, json=put).json() == {"updated": 1, "upsert_id": None}
    inc = {**one, "data": {"$inc": {"n": 1}}, "upsert": False}
    assert bob.patch(NOTES, json=inc).json() == {"updated": 1, "upsert_id": None}
    everywhere = {"query": {"n": {"$gt": 0}}, "multi": True}
    assert bob.post(f"{NOTES}/remove", json=everywhere).json() == {"deleted": 1}


def test_aggregating(bob: httpx.Client, served: FakeCloud) -> None:
    served.seed({"notes": [{"n": 1}, {"n": 2}]})
    pipeline = [{"$group": {"_id": None, "total": {"$sum": "$n"}}}]
    said = bob.post(f"{NOTES}/aggregations", json={"pipeline": pipeline}).json()
    assert said == {"list": [{"_id": None, "total": 3}]}


def test_a_transaction(bob: httpx.Client) -> None:
    inside = bob.post(f"{BASE}/transactions").json()
    bob.post(NOTES, json={"data": [{"_id": "t"}], **inside})
    assert bob.get(f"{NOTES}/t", params=inside).json() == {"_id": "t", "_openid": "o-bob"}
    assert bob.get(f"{NOTES}/t").json() is None
    end = f"{BASE}/transactions/{inside['transactionId']}"
    assert bob.post(f"{end}/commit").json() == {}
    assert bob.post(f"{end}/rollback").json()["code"] == "DATABASE_TRANSACTION_FAIL"
    assert bob.get(f"{NOTES}/t").json() == {"_id": "t", "_openid": "o-bob"}


def test_whose_records_may_be_changed(bob: httpx.Client, served: FakeCloud) -> None:
    served.seed({"notes": [{"_id": "a"}]}, openid="o-alice")
    change = {"query": {"_id": "a"}, "multi": False, "data": {"$set": {"n": 1}}}
    assert bob.patch(NOTES, json=change).json()["updated"] == 0
    assert bob.get(f"{NOTES}/a").json() == {"_id": "a", "_openid": "o-alice"}


# --- functions -----------------------------------------------------------------------------------


def test_a_function_s_answer_is_its_result(bob: httpx.Client) -> None:
    said = bob.post("/v1/functions/add", json={"x": 1, "y": 2})
    assert said.json() == {"sum": 3, "who": "o-bob"}


FAILURES = [
    ("POST", "/v1/functions/nope", None, "FUNCTION_NOT_FOUND"),
    ("POST", "/v1/functions/boom", None, "FUNCTIONS_EXECUTE_FAIL"),
    ("POST", "/v1/functions/add", b"{", "INVALID_PARAM"),
    ("POST", "/v1/functions/add", b"[]", "INVALID_PARAM"),
    ("GET", "/v1/functions/add", None, "INVALID_PARAM"),
    ("GET", "/v1/nope", None, "INVALID_PARAM"),
    ("GET", f"{NOTES}?limit=-1", None, "INVALID_PARAM"),
    ("GET", f"{NOTES}?query=%7B", None, "INVALID_PARAM"),
    ("GET", f"{NOTES}?order=5", None, "INVALID_PARAM"),
    ("GET", f"{BASE}/collections/nope/documents", None, "DATABASE_COLLECTION_NOT_EXIST"),
    ("POST", f"{NOTES}/aggregations", b"{}", "INVALID_PARAM"),
    ("POST", "/v1/storages/get-objects-upload-info", b"[1]", "INVALID_PARAM"),
]


@pytest.mark.parametrize(("method", "path", "body", "code"), FAILURES)
def test_failures(bob: httpx.Client, method: str, path: str, body: Any, code: str) -> None:
    reply = bob.request(method, path, content=body)
    assert (reply.status_code, reply.json()["code"]) == (400, code)
    assert reply.json().keys() == {"code", "message", "requestId"}

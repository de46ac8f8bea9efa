"""Ids, values and paths of any letters cross every family; they are no header, path or mark."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from cloud_fake import FakeCloud

ENV = "dev-1a2b3c"
DOCUMENTS = "/v1/database/instances/(default)/databases/(default)/collections/todos/documents"
ADD = {"collectionName": "todos"}
NAMES = [
    "日本語", "😀", "ü", "e\u0301", "\u202egpj", "a b", "a\u0000b", "a\r\nX-Evil: 1",
    "..", "%2e%2e",
    "a?b#c", "a\\b", 'a"b', "'", "$x", "$made", "__proto__", "constructor", "x" * 300,
]  # fmt: skip

REQUESTS: dict[str, Any] = {
    "A": lambda record: (
        "/admin",
        {"action": "database.insertDocument", **ADD, "data": [json.dumps(record)]},
    ),
    "B": lambda record: ("/web", {"action": "database.addDocument", **ADD, "data": record}),
    "C": lambda record: (DOCUMENTS, {"data": [record]}),
    "D": lambda record: (
        "/tcb/databaseadd",
        {"env": ENV, "query": f'db.collection("todos").add({{data: {json.dumps(record)}}})'},
    ),
    "taro": lambda record: (
        "/taro",
        {"steps": [["database", []], ["collection", ["todos"]], ["add", [{"data": record}]]]},
    ),
}


@pytest.mark.parametrize("name", [*NAMES, "\ud800"], ids=ascii)
@pytest.mark.parametrize("family", REQUESTS)
def test_a_record_comes_as_it_was_sent(
    family: str, name: str, served: FakeCloud, server: Any, http: httpx.Client
) -> None:
    path, body = REQUESTS[family]({"_id": name, "text": name, "list": [{"k": name}]})
    page = server.access_token("o-alice")
    reply = http.post(
        path,
        content=json.dumps({"init": {"env": ENV}, **body, "access_token": page}),
        params={"access_token": server.open_api_token()} if family == "D" else {},
        headers={"authorization": f"Bearer {page}"},
    )
    assert reply.status_code == 200
    assert "x-evil" not in reply.headers
    (record,) = served.server.database().collection("todos").get().data
    # JavaScript's text is UTF-8 on its way, where half a pair is no letter.
    meant = "\ufffd" if (family, name) == ("D", "\ud800") else name
    assert (record["_id"], record["text"], record["list"]) == (meant, meant, [{"k": meant}])


# HTTP clients resolve `..` themselves.
@pytest.mark.parametrize("name", [name for name in NAMES if name != ".."], ids=ascii)
def test_a_file_lies_where_it_was_put(name: str, served: FakeCloud, http: httpx.Client) -> None:
    asked = {"action": "storage.getUploadMetadata", "path": f"a/{name}"}
    place = http.post("/admin", json=asked).json()["data"]
    form = {
        "key": name,
        "Signature": place["authorization"],
        "x-cos-security-token": place["token"],
        "x-cos-meta-fileid": place["cosFileId"],
    }
    assert http.post(place["url"], data=form, files={"file": b"hello"}).status_code == 204
    assert place["fileId"].endswith(f"/a/{name}")
    (link,) = served.getTempFileURL(fileList=[place["fileId"]]).fileList
    assert served.fetch(link.tempFileURL).content == b"hello"

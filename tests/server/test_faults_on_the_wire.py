"""Faults of every phase, as each family's clients meet them: the answer or none, and the record."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from cloud_fake import FakeCloud

ENV = "dev-1a2b3c"
DOCUMENTS = "/v1/database/instances/(default)/databases/(default)/collections/todos/documents"
TEXT = 'db.collection("todos").add({data: {_id: "a", n: 1}})'
RECORD = {"_id": "a", "n": 1}
STEPS = [["database", []], ["collection", ["todos"]], ["add", [{"data": RECORD}]]]
ADD = {"collectionName": "todos"}

#: How each family's client adds the record.
FAMILIES: dict[str, tuple[str, dict[str, Any]]] = {
    "A": ("/admin", {"action": "database.insertDocument", **ADD, "data": ['{"_id":"a","n":1}']}),
    "B": ("/web", {"action": "database.addDocument", **ADD, "data": RECORD}),
    "C": (DOCUMENTS, {"data": [RECORD]}),
    "D": ("/tcb/databaseadd", {"env": ENV, "query": TEXT}),
    "taro": ("/taro", {"init": {"env": ENV}, "steps": STEPS}),
}

FINE, REFUSED, SILENT = "fine", "refused", "silent"
#: What comes of the request, and how many records there are then.
FAULTS: dict[str, tuple[str, int]] = {
    "delay(seconds=2)": (FINE, 1),
    "late_reply(seconds=2)": (FINE, 1),
    "lost_request": (SILENT, 0),
    "offline": (SILENT, 0),
    "hang": (SILENT, 0),
    "late_reply(seconds=100)": (SILENT, 1),
    "lost_reply": (SILENT, 1),
    "outage": (REFUSED, 0),
    "rejected": (REFUSED, 0),
    "fail(code=-501004)": (REFUSED, 0),
    "conflict": (REFUSED, 0),
    # Delivered twice: the second answer is seen, and it is about an id that is there.
    "executed_twice": (REFUSED, 1),
}


def outcome(reply: httpx.Response) -> str:
    """Whether a family's answer says that the record is added."""
    said = reply.json()
    failed = reply.status_code >= 400 or "code" in said or "error" in said or said.get("errcode")
    return REFUSED if failed else FINE


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("family", FAMILIES)
def test_a_fault_on_the_wire(
    family: str, fault: str, served: FakeCloud, server: Any, http: httpx.Client
) -> None:
    served.clock.freeze()
    served.faults.add(f"database.todos.add: {fault}")
    path, body = FAMILIES[family]
    page, wanted = server.access_token("o-alice"), FAULTS[fault]
    tokens = {"D": {"access_token": server.open_api_token()}}.get(family, {})
    if family == "B":
        body = {**body, "access_token": page}
    try:
        heard = outcome(
            http.post(path, json=body, params=tokens, headers={"authorization": f"Bearer {page}"})
        )
    except httpx.RemoteProtocolError:
        heard = SILENT
    if fault == "offline" and family in "AD":
        wanted = (FINE, 1)  # it is about devices, and a back end is none
    # The SDK is in the server here, and it is the SDK that gives up.
    if family == "taro" and wanted[0] is SILENT:
        wanted = (REFUSED, wanted[1])
    assert (heard, served.server.database().collection("todos").count().total) == wanted

"""The clients, and how each is asked all rows of the table in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

from tests.clients.table import DENIED, ENV, ROWS, Row, make_cloud

__all__ = ["CLIENTS", "Client", "Outcome", "outcomes", "verdict"]

DRIVER = Path(__file__).parent / "drive" / "driver.js"

#: `{"answer": ...}`, `{"failure": {errCode, code, message}}` or `{"absent": True}`.
Outcome = dict[str, Any]


class Client(NamedTuple):
    """One client.

    Attributes:
        name: its package and, where that matters, its way to the cloud.
        script: the adapter in `drive/`.
        absent: what it does not have.
        loses: of what it loses the failure, or what was made, before its caller sees it.
        denied: what its user may not.
    """

    name: str
    script: str
    absent: frozenset[str] = frozenset()
    loses: frozenset[str] = frozenset()
    denied: frozenset[str] = frozenset()


_BACKEND_ONLY = frozenset({"runTransaction", "createCollection"})

CLIENTS = (
    Client("taro-cloud.js", "shim", _BACKEND_ONLY),
    Client("wx-server-sdk 4.0.2", "wx-server-sdk", frozenset({"watch"})),
    Client("@cloudbase/node-sdk 3.18.3", "node-sdk"),
    Client("tcb-admin-node 1.23.0", "tcb-admin-node"),
    Client(
        "@cloudbase/js-sdk 3.7.0, CLOUD_API",
        "js-sdk-cloud-api",
        denied=frozenset({"createCollection"}),
    ),
    Client(
        "@cloudbase/js-sdk 3.7.0, gateway",
        "js-sdk",
        frozenset(),
        # Its database reads fields of the answer and does not look whether it is a failure.
        frozenset(
            {
                "collection.add",
                "collection.count",
                "collection.update",
                "collection.remove",
                "document.set",
                "document.update",
                "document.remove",
                "createCollection",
            }
        ),
        frozenset({"createCollection"}),
    ),
)


def outcomes(client: Client, node: str) -> list[Outcome]:
    """What comes of every row, in their order."""
    with make_cloud() as cloud, cloud.serve() as server:
        asked = {"config": {"env": ENV, "server": server.url}, "rows": [row.ask for row in ROWS]}
        done = subprocess.run(
            # Node 20 has a WebSocket only if it is told so; 22 takes the option and has it anyway.
            [node, "--experimental-websocket", str(DRIVER), client.script],
            input=json.dumps(asked),
            capture_output=True,
            text=True,
            env={**os.environ, **server.env},
            timeout=120,
            check=False,
        )
    lines = [line[4:] for line in done.stdout.splitlines() if line.startswith("ROW ")]
    assert len(lines) == len(ROWS), done.stderr[-3000:]
    return [json.loads(line) for line in lines]


def verdict(client: Client, row: Row, outcome: Outcome) -> str:
    """`✓`, `–` where the client has no such call, `denied`, `lost`, or what is wrong."""
    if outcome.get("absent"):
        return "–" if row.api in client.absent else "it has no such call"
    if row.fits(outcome):
        return "✓"
    if row.api in client.denied and DENIED in outcome.get("failure", {}).values():
        return "denied"
    if row.api in client.loses and "failure" not in outcome:
        return "lost"
    return f"{row} {row.ask}: {outcome}, not {row.outcome}"

"""How a client is asked all rows of the table, in a process of its own where it needs one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import cloud_fake
from cloud_fake import FakeCloud
from cloud_fake.server import Server
from tests.clients import asking, faces
from tests.clients.rows import ROWS
from tests.clients.table import ENV, Row, make_cloud

__all__ = ["Ask", "Outcome", "by_face", "by_minium", "by_node", "by_wechat"]

HERE = Path(__file__).parent
ROOT = Path(cloud_fake.__file__).parents[1]
ASKED = [row.ask for row in ROWS]
#: Node 20 has a WebSocket only if it is told so; 22 takes the option and has it anyway.
NODE = ("node", "--experimental-websocket")
SECONDS = 120
NOON = datetime(2040, 1, 1, 12, tzinfo=UTC)

#: `{"answer": ...}`, `{"failure": {errCode, code, message}}` or `{"absent": True}`.
Outcome = dict[str, Any]
#: What comes of every row, in their order.
Ask = Callable[[], list[Outcome]]


def by_face(kind: type[faces.Face], sdk: Callable[[FakeCloud], Any]) -> Ask:
    """A Python face, whose two modes have to agree."""

    def ask() -> list[Outcome]:
        told = []
        for awaited in (False, True):
            with make_cloud(NOON) as cloud:  # a time that stands, or their messages tell two
                told.append(asking.ask(kind, cloud, sdk(cloud), ROWS, awaited=awaited))
        sync, aio = told
        assert sync == aio
        return sync

    return ask


def by_wechat(ask: Callable[[FakeCloud, Sequence[Row]], list[Outcome]]) -> Ask:
    """A Python client of WeChat's open API."""

    def asked() -> list[Outcome]:
        with make_cloud() as cloud:
            return ask(cloud, ROWS)

    return asked


def by_node(script: str) -> Ask:
    """A JavaScript client under an adapter of `drive/`."""

    def ask() -> list[Outcome]:
        driver = [*NODE, str(HERE / "drive" / "driver.js"), script]
        with make_cloud() as cloud, cloud.serve() as server:
            return _rows(driver, server, server.env)

    return ask


def by_minium() -> list[Outcome]:
    """taro-cloud.js in a mini program that minium drives."""
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    app = [sys.executable, str(HERE / "drive" / "minium_app.py")]
    with make_cloud() as cloud, cloud.serve() as server, _automator() as port:
        return _rows([*app, port], server, {"PYTHONPATH": path})


def _rows(command: list[str], server: Server, env: dict[str, str]) -> list[Outcome]:
    done = subprocess.run(
        command,
        input=json.dumps({"config": {"env": ENV, "server": server.url}, "rows": ASKED}),
        capture_output=True,
        text=True,
        env={**os.environ, **env},
        timeout=SECONDS,
        check=False,
    )
    lines = [line[4:] for line in done.stdout.splitlines() if line.startswith("ROW ")]
    assert len(lines) == len(ASKED), done.stderr[-3000:]
    return [json.loads(line) for line in lines]


@contextmanager
def _automator() -> Iterator[str]:
    """The port of a stub of the developer tools' automator, which ends with its stdin."""
    command = [*NODE, str(HERE / "drive" / "automator.js")]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout
        yield process.stdout.readline().strip()

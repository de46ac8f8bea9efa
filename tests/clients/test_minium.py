"""minium, Tencent's UI test framework: `wx.cloud` of the mini program it drives is the fake's."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import cloud_fake
from tests.clients.needs import without
from tests.clients.table import ENV, make_cloud

DRIVE = Path(__file__).parent / "drive"
ROOT = Path(cloud_fake.__file__).parents[1]


@pytest.fixture
def automator(node: str) -> Iterator[str]:
    """The port of a stub of the developer tools' automator."""
    if importlib.util.find_spec("minium") is None:
        without("minium is not installed: pip install minium==1.6.1")
    command = [node, str(DRIVE / "automator.js")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.kill()


def test_an_injected_shim_is_wx_cloud(automator: str) -> None:
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    with make_cloud() as cloud, cloud.serve() as server:
        done = subprocess.run(
            [sys.executable, str(DRIVE / "minium_app.py"), automator, server.url, ENV],
            env={**os.environ, "PYTHONPATH": path},
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        called, failed, added = json.loads(done.stdout.splitlines()[-1])
        record = cloud.server.database().collection("todos").doc(added["_id"]).get().data
    assert called["result"] == {"hello": "M", "list": [1, None]}
    assert failed == -1
    assert (record["n"], record["_openid"]) == (1, "o-minium")

"""taro-cloud.js in the test runners of apps: jest and vitest, with Node's globals and a page's."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from cloud_fake.shim import read_file
from tests.clients.needs import node_modules_of
from tests.clients.table import make_cloud

RUNNERS = Path(__file__).parent / "runners"
COMMANDS = {
    "jest": ["jest/bin/jest.js", "--env", "node"],
    "jest-jsdom": ["jest/bin/jest.js", "--env", "jsdom"],
    "vitest": ["vitest/vitest.mjs", "run", "cloud.spec.mjs"],
    "vitest-jsdom": ["vitest/vitest.mjs", "run", "--environment", "jsdom", "cloud.spec.mjs"],
}


@pytest.mark.parametrize("runner", COMMANDS)
def test_an_apps_test(runner: str, node: str, tmp_path: Path) -> None:
    app, modules = tmp_path / "app", node_modules_of(RUNNERS)
    shutil.copytree(RUNNERS, app, ignore=shutil.ignore_patterns("node_modules"))
    (app / "node_modules").symlink_to(modules, target_is_directory=True)
    (app / "taro-cloud.js").write_text(read_file("taro-cloud.js"), encoding="utf-8")
    program, *options = COMMANDS[runner]
    with make_cloud() as cloud, cloud.serve() as server:
        done = subprocess.run(
            [node, str(modules / program), *options],
            cwd=app,
            env={**os.environ, "CLOUD_FAKE_URL": server.url},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert "1 passed" in done.stdout + done.stderr

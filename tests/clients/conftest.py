"""Node and the packages that the clients' tests need; without them these tests are skipped."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import NoReturn

import pytest

HERE = Path(__file__).parent


def without(reason: str) -> NoReturn:
    """Skip; fail where `CLOUD_FAKE_CLIENTS=required` says that nothing may be missing."""
    if os.environ.get("CLOUD_FAKE_CLIENTS") == "required":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def node() -> str:
    """The program."""
    found = shutil.which("node")
    if found is None:
        without("Node.js is not installed: `apt install nodejs npm`, or https://nodejs.org")
    return found


@pytest.fixture(scope="session")
def node_modules(node: str) -> Path:
    """The clients' packages, installed by npm if they are not there."""
    folder = HERE / "node_modules"
    if (folder / ".package-lock.json").is_file():
        return folder
    npm = shutil.which("npm")
    if npm is None:
        without(f"npm is not installed, and {folder} is missing")
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)
    if done.returncode:
        without(f"`npm ci` in {HERE.name}/ fails: {done.stderr[-300:]}")
    return folder

"""What the clients' tests need and may not be here: then they are skipped, and say why."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import NoReturn

import pytest

__all__ = ["node_modules_of", "program", "without"]


def without(reason: str) -> NoReturn:
    """Skip; fail where `CLOUD_FAKE_CLIENTS=required` says that nothing may be missing."""
    if os.environ.get("CLOUD_FAKE_CLIENTS") == "required":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def program(*names: str, install: str) -> str:
    """The first of these programs that is installed; `install` says how one comes by it."""
    for found in filter(None, map(shutil.which, names)):
        return found
    without(f"{names[0]} is not installed: {install}")


def node_modules_of(folder: Path) -> Path:
    """The packages of a folder, installed by npm if they are not there."""
    modules = folder / "node_modules"
    if (modules / ".package-lock.json").is_file():
        return modules
    npm = program("npm", install="it comes with Node.js, or `apt install npm`")
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        without(f"`npm ci` in {folder.name}/ fails: {done.stderr[-300:]}")
    return modules

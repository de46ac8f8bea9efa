"""Node and the packages that the clients' tests need; without them these tests are skipped."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.clients.needs import node_modules_of, program

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def node() -> str:
    """The program."""
    return program("node", install="`apt install nodejs npm`, or https://nodejs.org")


@pytest.fixture(scope="session")
def node_modules(node: str) -> Path:
    """The clients' packages, installed by npm if they are not there."""
    return node_modules_of(HERE)

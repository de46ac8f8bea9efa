"""Node and the packages that the clients' tests need; without them these tests are skipped."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from tests.clients.needs import node_modules_of, program, without

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def node() -> str:
    """The program."""
    return program("node", install="`apt install nodejs npm`, or https://nodejs.org")


@pytest.fixture(scope="session")
def node_modules(node: str) -> Path:
    """The clients' packages, installed by npm if they are not there."""
    return node_modules_of(HERE)


@pytest.fixture(scope="session")
def minium(node: str) -> None:
    """The package; what it drives is a stub that Node runs."""
    if importlib.util.find_spec("minium") is None:
        without("minium is not installed: pip install minium==1.6.1")

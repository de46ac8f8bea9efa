"""The platform's own JavaScript clients, unmodified, against the one table of expectations."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.clients import document
from tests.clients.driving import CLIENTS, Client, Outcome, outcomes, verdict
from tests.clients.table import ROWS


@pytest.fixture(scope="module")
def asked(node: str, node_modules: Path) -> dict[str, list[Outcome]]:
    """What came of every row, by client; each is asked once, when it is first looked at."""

    class Asked(dict[str, list[Outcome]]):
        def __missing__(self, script: str) -> list[Outcome]:
            (client,) = [client for client in CLIENTS if client.script == script]
            self[script] = outcomes(client, node)
            return self[script]

    return Asked()


@pytest.mark.parametrize("number", range(len(ROWS)), ids=lambda n: f"{n}-{ROWS[n]}")
@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.script)
def test_a_client(client: Client, number: int, asked: dict[str, list[Outcome]]) -> None:
    outcome = asked[client.script][number]
    assert verdict(client, ROWS[number], outcome) in ("✓", "–", "denied", "lost")


def test_the_page_about_clients_is_in_step(asked: dict[str, list[Outcome]]) -> None:
    written = document.FILE.read_text(encoding="utf-8")
    assert document.table({it: asked[it.script] for it in CLIENTS}) in written, document.COMMAND

"""Every client, unmodified, against the one table of expectations."""

from __future__ import annotations

import json
import re
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.clients import document
from tests.clients.clients import CLIENTS, Client, verdict
from tests.clients.driving import Outcome
from tests.clients.rows import APIS, ROWS
from tests.clients.table import Row

Asked = dict[str, list[Outcome]]


@pytest.fixture(scope="module")
def asked() -> Asked:
    """What came of every row, by client; each is asked once, when it is first looked at."""
    found: Asked = {}
    return found


def outcomes(client: Client, asked: Asked, request: pytest.FixtureRequest) -> list[Outcome]:
    if client.needs:
        request.getfixturevalue(client.needs)
    if client.key not in asked:
        asked[client.key] = client.ask()
    return asked[client.key]


each_client = pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.key)


@pytest.mark.parametrize("number", range(len(ROWS)), ids=lambda n: f"{n}-{ROWS[n]}")
@each_client
def test_a_row(client: Client, number: int, asked: Asked, request: pytest.FixtureRequest) -> None:
    row, outcome = ROWS[number], outcomes(client, asked, request)[number]
    reason = client.reason(row)
    assert verdict(client, row, outcome) in ("✓", reason.sign if reason else "✓")


@each_client
def test_no_reason_is_out_of_date(
    client: Client, asked: Asked, request: pytest.FixtureRequest
) -> None:
    found = zip(ROWS, outcomes(client, asked, request), strict=True)
    held = {
        key
        for row, outcome in found
        if verdict(client, row, outcome) != "✓"
        for key in (row.api, str(row))
    }
    assert client.reasons.keys() <= held


def test_no_cell_is_empty() -> None:
    assert {str(row) for row in ROWS} == {
        f"{api} {how}" for api in APIS for how in ("success", "failure")
    }


def test_the_page_about_clients_is_in_step(asked: Asked, request: pytest.FixtureRequest) -> None:
    found = {client.key: outcomes(client, asked, request) for client in CLIENTS}
    written = document.FILE.read_text(encoding="utf-8")
    assert document.table(found) in written, document.COMMAND


def test_these_are_their_versions(node_modules: Path, minium: None) -> None:
    """The page names versions; what is asked is what npm and pip have installed."""
    for client in CLIENTS:
        named = re.search(r"([@\w/-]+) (\d+\.\d+\.\d+)", client.name)
        if named and client.needs == "node_modules":
            package = json.loads((node_modules / named[1] / "package.json").read_text("utf-8"))
            assert package["version"] == named[2]
        elif named:
            assert version(named[1]) == named[2]


def test_an_answer_that_nobody_expects_is_told_in_words() -> None:
    row = Row("document.get", ["get"], 1)
    assert verdict(CLIENTS[0], row, {"answer": 1}) == "✓"
    assert "not 1" in verdict(CLIENTS[0], row, {"answer": 2})
    assert "not 1" in verdict(CLIENTS[0], row, {"absent": True})

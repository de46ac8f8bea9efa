"""Writes the table of `docs/clients.md`: `python -m tests.clients.document` asks every client."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from tests.clients.driving import CLIENTS, Client, Outcome, outcomes, verdict
from tests.clients.table import ROWS

__all__ = ["COMMAND", "FILE", "table"]

FILE = Path(__file__).parents[2] / "docs" / "clients.md"
COMMAND = "run: python -m tests.clients.document"

_TABLE = re.compile(r"(?<=<!-- table -->\n).*(?=<!-- end of table -->)", re.DOTALL)


def table(found: Mapping[Client, Sequence[Outcome]]) -> str:
    """Each API in a row, each client in a column: what came of its successes and its failures."""
    apis = list(dict.fromkeys(row.api for row in ROWS))
    head = ["API", *(client.name for client in found)]
    lines = [head, ["---"] * len(head)]
    for api in apis:
        cells = [_cell(client, api, found[client]) for client in found]
        lines.append([f"`{api}`", *cells])
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _cell(client: Client, api: str, outcomes_: Sequence[Outcome]) -> str:
    verdicts: dict[bool, list[str]] = {False: [], True: []}
    for row, outcome in zip(ROWS, outcomes_, strict=True):
        if row.api == api:
            verdicts[row.is_failure].append(verdict(client, row, outcome))
    success, failure = _worst(verdicts[False]), _worst(verdicts[True])
    return "–" if success == failure == "–" else f"{success} {failure}"


def _worst(verdicts: Iterable[str]) -> str:
    return next((it for it in verdicts if it != "✓"), "✓")


def main() -> None:
    node = shutil.which("node")
    assert node, "Node.js is not installed"
    written = FILE.read_text(encoding="utf-8")
    made = table({client: outcomes(client, node) for client in CLIENTS})
    FILE.write_text(_TABLE.sub(lambda _: made, written), encoding="utf-8")


if __name__ == "__main__":
    main()

"""Writes the table of `docs/clients.md`: `python -m tests.clients.document` asks every client."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from tests.clients.clients import ABSENT, CLIENTS, Client, Reason, verdict
from tests.clients.driving import Outcome
from tests.clients.rows import APIS, ROWS

__all__ = ["COMMAND", "FILE", "table"]

FILE = Path(__file__).parents[2] / "docs" / "clients.md"
COMMAND = "run: python -m tests.clients.document"

_TABLE = re.compile(r"(?<=<!-- table -->\n).*(?=<!-- end of table -->)", re.DOTALL)


def table(found: Mapping[str, Sequence[Outcome]]) -> str:
    """Each API in a row, each client in a column, and the reasons that the signs have.

    Args:
        found: what came of every row, by a client's key.
    """
    notes: list[Reason] = []
    head = ["API", *(client.name for client in CLIENTS)]
    lines = [head, ["---"] * len(head)]
    for api in APIS:
        cells = [_cell(client, api, found[client.key], notes) for client in CLIENTS]
        lines.append([f"`{api}`", *cells])
    written = "".join(f"| {' | '.join(line)} |\n" for line in lines)
    reasons = "".join(f"{number}. {note.text}\n" for number, note in enumerate(notes, 1))
    return f"{written}\n{reasons}"


def _cell(client: Client, api: str, outcomes: Sequence[Outcome], notes: list[Reason]) -> str:
    signs = []
    for is_failure in (False, True):
        asked = [
            (row, outcome)
            for row, outcome in zip(ROWS, outcomes, strict=True)
            if (row.api, row.is_failure) == (api, is_failure)
        ]
        sign = _worst(verdict(client, row, outcome) for row, outcome in asked)
        reason = client.reason(asked[0][0])
        signs.append(sign if sign == "✓" or reason is None else _noted(reason, notes))
    return signs[0] if signs[0] == signs[1] != "✓" else " ".join(signs)


def _noted(reason: Reason, notes: list[Reason]) -> str:
    if reason is ABSENT:
        return reason.sign
    if reason not in notes:
        notes.append(reason)
    return f"{reason.sign} <sup>{notes.index(reason) + 1}</sup>"


def _worst(verdicts: Iterable[str]) -> str:
    return next((it for it in verdicts if it != "✓"), "✓")


def main() -> None:
    written = FILE.read_text(encoding="utf-8")
    made = table({client.key: client.ask() for client in CLIENTS})
    FILE.write_text(_TABLE.sub(lambda _: made, written), encoding="utf-8")


if __name__ == "__main__":
    main()

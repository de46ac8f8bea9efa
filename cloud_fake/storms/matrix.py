"""Storms: which fault was tried on which operation, as a table.

```
operation             lost_reply  delay
database.todos.add         6/3/3      ·
database.todos.count           ·  6/6/0
database.todos.get             ·      ·
fired/handled/surfaced, · never tried
```
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from cloud_fake.kernel.faults.effects import EFFECTS

__all__ = ["Struck", "matrix"]

#: How often an effect struck an operation, by what became of it: as `cloud.faults.tally()` says.
Struck: TypeAlias = Mapping[str, Mapping[str, Mapping[str, int]]]

#: More operations than these, and nobody reads them.
MOST_ROWS = 40
#: A longer name is cut.
LONGEST_NAME = 40
#: The last word was an error, and the caller had it.
SURFACED = "surfaced"

HEAD, GAP, NEVER = "operation", "  ", "·"
LEGEND = f"fired/handled/surfaced, {NEVER} never tried"


def matrix(struck: Struck, called: Iterable[str], width: int = 100) -> list[str]:
    """The lines of the table; none if nothing was struck.

    Args:
        struck: what was.
        called: the names of all operations there were.
        width: how wide a line may be; a table that is wider stands in several parts.
    """
    if not struck:
        return []
    names = sorted({*called, *struck})
    shown = names if len(names) <= MOST_ROWS else sorted(struck)[:MOST_ROWS]
    words = [word for word in EFFECTS if any(word in of_name for of_name in struck.values())]
    return [*_table(struck, shown, words, width), *_rest(names, shown, struck), LEGEND]


def _table(struck: Struck, names: list[str], words: list[str], width: int) -> list[str]:
    """Head and rows, in as many parts as it takes, each with as many columns as fit."""
    first = [HEAD, *map(_cut, names)]
    left = max(map(len, first))
    parts: list[list[str]] = []
    for word in words:
        column = [word, *(_cell(struck, name, word) for name in names)]
        needed = len(GAP) + max(map(len, column))
        if not parts or len(parts[-1][0]) + needed > width:
            parts.append([text.ljust(left) for text in first])
        parts[-1] = [
            f"{line}{cell:>{needed}}" for line, cell in zip(parts[-1], column, strict=True)
        ]
    return [line for part in parts for line in part]


def _cell(struck: Struck, name: str, word: str) -> str:
    endings = struck.get(name, {}).get(word, {})
    fired, surfaced = sum(endings.values()), endings.get(SURFACED, 0)
    return f"{fired}/{fired - surfaced}/{surfaced}" if fired else NEVER


def _cut(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def _rest(names: list[str], shown: list[str], struck: Struck) -> Iterator[str]:
    left = set(names) - set(shown)
    if left:
        yield f"… {len(left)} more operations, {len(left - set(struck))} of them never tried"

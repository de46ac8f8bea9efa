"""The table as text: what was measured, whether the goals are met, and why one is not."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from tests.bench.beside import Beside
from tests.bench.growth import Growth
from tests.bench.runner import Cell, Row, exponent
from tests.bench.workloads import GOAL_SIZE, WORKLOADS, Workload

__all__ = [
    "FAKE",
    "LIMIT",
    "Table",
    "as_json",
    "disagreements",
    "fit",
    "grows_well",
    "is_met",
    "lines",
    "yes",
]

LIMIT, FAKE, FLOOR = "limit", "cloud_fake", "floor"
#: What a fitted exponent may be above the limit's own, or above what it should be.
SLACK = 0.15
#: How far from the median of several runs the ratio of one may be.
AGREED = 0.2


class Table(NamedTuple):
    """Everything that one run has measured."""

    rows: dict[str, Row]
    beside: list[Beside]
    growths: list[Growth]

    def ratios(self) -> dict[str, float]:
        """What several runs should agree on, by what it is."""
        of_rows = {
            f"{name}, n = {size}": cells[FAKE].ratio
            for name, row in self.rows.items()
            for size, cells in row.items()
        }
        return of_rows | {one.title: one.value for one in self.beside if one.is_ratio}


def lines(table: Table, notes: Iterable[str]) -> Iterator[str]:
    """The text, line by line."""
    for workload in WORKLOADS:
        if table.rows.get(workload.name):
            yield from _workload(workload, table.rows[workload.name])
    if table.beside:
        yield "\nbeside the workloads"
        yield from map(_beside, table.beside)
    if table.growths:
        yield "\nheavy use: the exponent fitted to the time, and what it should be"
        yield from map(_growth, table.growths)
    yield from _legend(notes)
    yield "\nmissed, and why"
    yield from list(_missed(table)) or ["  nothing"]


def _legend(notes: Iterable[str]) -> Iterator[str]:
    yield (
        "\nRatios are medians of the rounds' ratios to the limit, least and most beside them. "
        "* run once, being slow; ~ not run, predicted from its growth. 'Sharing' hands out the "
        "very objects that it holds; all others copy what they hand out."
    )
    yield (
        "The floor is the limit with copiers that know no shape, and a JSON round trip of five "
        "fields for each call: what a gate may cost."
    )
    yield (
        "'After a write' sets one record in every sample, for every contender; 'asked again' is "
        "asked without a write between. The fake answers both by indexes that make themselves."
    )
    yield from notes


# --- workloads -----------------------------------------------------------------------------------


def _workload(workload: Workload, row: Row) -> Iterator[str]:
    met = is_met(workload, row)
    told = "not at these sizes" if met is None else "yes" if met else "no"
    yield f"\n{workload.title}: at most {workload.goal:g}x the limit at {GOAL_SIZE}, met: {told}"
    peers = [name for name in _names(row) if name not in (LIMIT, FAKE)]
    yield f"  {'n':>8} {'limit':>12} {FAKE:>28}" + "".join(f"{peer:>16}" for peer in peers)
    for size, cells in row.items():
        theirs = "".join(f"{_ratio(cells.get(peer)):>16}" for peer in peers)
        yield f"  {size:>8} {cells[LIMIT].median:>9.1f} us {_whole(cells[FAKE]):>28}{theirs}"
    fits = [fit(row, name) for name in (LIMIT, FAKE)]
    if fits[1] is not None:
        grown = "yes" if grows_well(workload, row) else "no"
        yield (
            f"  exponent {fits[0] or 0:>10.2f} {fits[1]:>31.2f}   "
            f"should be {workload.grows:g}, met: {grown}"
        )


def _names(row: Row) -> list[str]:
    return list(dict.fromkeys(name for cells in row.values() for name in cells))


def _whole(cell: Cell) -> str:
    return f"{cell.ratio:.2f}x ({cell.ratio_least:.2f}-{cell.ratio_most:.2f})"


def _ratio(cell: Cell | None) -> str:
    return "-" if cell is None else f"{cell.mark}{cell.ratio:.2f}x"


def is_met(workload: Workload, row: Row) -> bool | None:
    """Whether the goal is; None where the size was not measured that it is of."""
    cells = row.get(GOAL_SIZE)
    return None if cells is None else cells[FAKE].ratio <= workload.goal


def fit(row: Row, name: str) -> float | None:
    """How a contender's time grows, over all sizes."""
    return exponent({size: cells[name].median for size, cells in row.items() if name in cells})


def grows_well(workload: Workload, row: Row) -> bool:
    """A scan may grow as the limit's does, whose data leave the processor's cache."""
    limit, fake = fit(row, LIMIT) or 0.0, fit(row, FAKE) or 0.0
    return fake <= max(workload.grows, limit) + SLACK


# --- the rest ------------------------------------------------------------------------------------


def _beside(one: Beside) -> str:
    wanted = f"at {'least' if one.wants_more else 'most'} {one.goal:g}"
    spread = f"({one.least:.2f}-{one.most:.2f})"
    return f"  {one.title}: {one.value:.2f} {spread}, {wanted}, met: {yes(one.is_met)}"


def _growth(one: Growth) -> str:
    least, most = min(one.times), max(one.times)
    return (
        f"  {one.title:<38} {least:>6} to {most:<6} {one.times[most] * 1e3:>9.1f} ms "
        f"{one.exponent:>6.2f}   {one.grows:g}   met: {yes(one.is_met)}"
    )


def yes(is_so: bool) -> str:
    """The same in words."""
    return "yes" if is_so else "no"


def _missed(table: Table) -> Iterator[str]:
    for workload in WORKLOADS:
        row = table.rows.get(workload.name, {})
        if is_met(workload, row) is False:
            cells = row[GOAL_SIZE]
            missed = f"{cells[FAKE].ratio:.2f}x instead of {workload.goal:g}x"
            floor = _ratio(cells.get(FLOOR))
            yield f"  {workload.title}: {missed}, the floor is {floor}. {workload.reason}"
        if row and not grows_well(workload, row):
            yield f"  {workload.title}: grows ^{fit(row, FAKE):.2f} instead of {workload.grows:g}."
        yield from _behind(workload, row)
    for one in table.beside:
        if not one.is_met:
            yield f"  {one.title}: {one.value:.2f} instead of {one.goal:g}. {one.reason}"
    for growth in table.growths:
        if not growth.is_met:
            yield f"  {growth.title}: grows ^{growth.exponent:.2f} instead of {growth.grows:g}."


def _behind(workload: Workload, row: Row) -> Iterator[str]:
    """Where a peer that was run is ahead."""
    for size, cells in row.items():
        for name, cell in cells.items():
            is_ahead = name not in (LIMIT, FAKE, FLOOR) and cell.median < cells[FAKE].median
            if is_ahead and size >= 1_000 and cell.mark != "~":
                yield (
                    f"  {workload.title}, n = {size}: {name} is ahead, "
                    f"{cell.ratio:.2f}x against {cells[FAKE].ratio:.2f}x."
                )


# --- several runs --------------------------------------------------------------------------------


def disagreements(runs: Iterable[Mapping[str, float]]) -> list[str]:
    """Which ratios are further from the median of the runs than they may be, and how far."""
    found: dict[str, list[float]] = {}
    for ratios in runs:
        for title, ratio in ratios.items():
            found.setdefault(title, []).append(ratio)
    return [_apart(title, ratios) for title, ratios in found.items() if _spread(ratios) > AGREED]


def _spread(ratios: list[float]) -> float:
    """How far the one is from their median that is farthest from it."""
    middle = statistics.median(ratios)
    return max(abs(ratio / middle - 1) for ratio in ratios)


def _apart(title: str, ratios: list[float]) -> str:
    told = ", ".join(f"{ratio:.2f}" for ratio in ratios)
    return f"  {title}: {told}; {_spread(ratios):.0%}"


def as_json(table: Table, notes: Iterable[str]) -> Mapping[str, object]:
    """The same for a program."""
    return {
        "workloads": {
            name: {
                "cells": {
                    str(size): {who: cell._asdict() for who, cell in cells.items()}
                    for size, cells in row.items()
                },
                "exponents": {who: fit(row, who) for who in _names(row)},
            }
            for name, row in table.rows.items()
        },
        "beside": [{**one._asdict(), "met": one.is_met} for one in table.beside],
        "growth": [{**one._asdict(), "met": one.is_met} for one in table.growths],
        "ratios": table.ratios(),
        "missed": list(_missed(table)),
        "notes": list(notes),
    }

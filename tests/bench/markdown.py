"""The table as Markdown, for `docs/performance.md`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tests.bench.report import FAKE, LIMIT, Table, fit, grows_well, is_met, yes
from tests.bench.runner import Cell, Row
from tests.bench.workloads import GOAL_SIZE, WORKLOADS, Workload

__all__ = ["markdown"]


def markdown(table: Table) -> Iterator[str]:
    """The tables, line by line."""
    sizes = list(dict.fromkeys(size for row in table.rows.values() for size in row))
    peers = _peers(table.rows.values())
    if sizes:
        heads = [f"n = {size:_}".replace("_", " ") for size in sizes]
        yield from _head("workload", *heads, "goal", "met", "grows", *peers)
        for workload in WORKLOADS:
            if table.rows.get(workload.name):
                yield _line(*_workload(workload, table.rows[workload.name], sizes, peers))
    if table.beside:
        yield ""
        yield from _head("beside the workloads", "measured", "goal", "met")
        for one in table.beside:
            sign = "at least" if one.wants_more else "at most"
            value = f"{one.value:.2f} ({one.least:.2f}-{one.most:.2f})"
            yield _line(one.title, value, f"{sign} {one.goal:g}", yes(one.is_met))
    if table.growths:
        yield ""
        yield from _head("heavy use", "largest n", "time", "exponent", "should be", "met")
        for growth in table.growths:
            largest = max(growth.times)
            time = f"{growth.times[largest] * 1e3:.1f} ms"
            fitted = f"{growth.exponent:.2f}"
            yield _line(
                growth.title, largest, time, fitted, f"{growth.grows:g}", yes(growth.is_met)
            )


def _workload(
    workload: Workload, row: Row, sizes: Sequence[int], peers: Sequence[str]
) -> list[str]:
    met = is_met(workload, row)
    grown = "-"
    fitted = fit(row, FAKE)
    if fitted is not None:
        grown = f"{fitted:.2f} (limit {fit(row, LIMIT) or 0:.2f}), {yes(grows_well(workload, row))}"
    return [
        workload.title,
        *(_whole(row[size][FAKE]) if size in row else "-" for size in sizes),
        f"{workload.goal:g}",
        "-" if met is None else yes(met),
        grown,
        *(_peer(row, peer) for peer in peers),
    ]


def _peers(rows: Iterable[Row]) -> list[str]:
    names = (name for row in rows for cells in row.values() for name in cells)
    return [name for name in dict.fromkeys(names) if name not in (LIMIT, FAKE)]


def _peer(row: Row, peer: str) -> str:
    """At the size that the goals are of, or the largest of those below."""
    size = max((size for size in row if size <= GOAL_SIZE), default=None)
    cell = None if size is None else row[size].get(peer)
    return "-" if cell is None else f"{cell.mark}{cell.ratio:.1f}"


def _whole(cell: Cell) -> str:
    return f"{cell.ratio:.2f} ({cell.ratio_least:.2f}-{cell.ratio_most:.2f})"


def _head(*cells: str) -> Iterator[str]:
    yield _line(*cells)
    yield _line(*("---" for _ in cells))


def _line(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |"

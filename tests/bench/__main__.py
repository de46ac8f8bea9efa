"""The command: `python -m tests.bench [--quick] [--sizes 1000] [--only get] [--json FILE]`."""

from __future__ import annotations

import argparse
import json
import math
import time
from pathlib import Path
from typing import Any

from tests.bench import extras
from tests.bench.contenders import contenders
from tests.bench.peers import mingo
from tests.bench.runner import Cell, measure
from tests.bench.wire import measure_wire
from tests.bench.workloads import WORKLOADS, Workload

SIZES = (100, 1_000, 10_000, 100_000)
QUICK_SIZES = (100, 1_000)
GOAL_SIZE = 10_000


def main() -> None:
    """Run, print the table, write JSON beside it."""
    asked = _arguments()
    kinds, missing = contenders()
    sizes = asked.sizes or (QUICK_SIZES if asked.quick else SIZES)
    beside = {size: mingo(asked.mingo, size) for size in sizes if size <= GOAL_SIZE}
    rows: dict[str, dict[int, dict[str, Cell]]] = {}
    for workload in WORKLOADS:
        if asked.only and workload.name not in asked.only:
            continue
        rows[workload.name] = {}
        for size in sizes:
            if size < workload.smallest:
                continue
            repeats = 5 if not asked.quick else 3
            here = kinds if size <= GOAL_SIZE else kinds[:2]
            rows[workload.name][size] = measure(
                workload, here, size, repeats=repeats, quick=asked.quick
            )
        _print_row(workload, rows[workload.name])
        _print_mingo(workload, rows[workload.name], beside)
    for line in {*missing, *(told for told in beside.values() if isinstance(told, str))}:
        print(line)
    others = {} if asked.only else _extras(quick=asked.quick)
    if not asked.only and not missing and hasattr(time, "pthread_getcpuclockid"):
        others |= _wire(quick=asked.quick)
    if asked.json:
        _write(asked.json, rows, others, beside)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("--quick", action="store_true", help="small sizes, under a minute")
    parser.add_argument("--sizes", type=lambda text: tuple(map(int, text.split(","))))
    parser.add_argument("--only", type=lambda text: text.split(","))
    parser.add_argument("--json", type=Path)
    parser.add_argument("--mingo", type=Path, help="where mingo is in node_modules")
    return parser.parse_args()


def _print_mingo(
    workload: Workload, by_size: dict[int, dict[str, Cell]], beside: dict[int, Any]
) -> None:
    for size, cells in by_size.items():
        micros = beside.get(size)
        if isinstance(micros, dict) and workload.name in micros:
            ratio = micros[workload.name] / cells["limit"].median
            print(f"  n={size:<7} {'mingo (V8)':<11}{micros[workload.name]:12.1f} us{ratio:20.2f}x")


def _print_row(workload: Workload, by_size: dict[int, dict[str, Cell]]) -> None:
    print(f"\n{workload.title}  (goal {workload.goal:g}x the limit, grows ^{workload.grows})")
    for size, cells in by_size.items():
        for name, cell in cells.items():
            ratio = (
                ""
                if name == "limit"
                else (f"  {cell.ratio:8.2f}x  ({cell.ratio_least:.2f}-{cell.ratio_most:.2f})")
            )
            print(
                f"  n={size:<7} {name:<11}{cell.median:12.1f} us"
                f"  ({cell.least:.1f}-{cell.most:.1f}){ratio}"
            )
    exponent = _exponent(by_size)
    if exponent is not None:
        print(f"  cloud_fake grows with n ^ {exponent:.2f}")


def _exponent(by_size: dict[int, dict[str, Cell]]) -> float | None:
    points = [(size, cells["cloud_fake"].median) for size, cells in by_size.items()]
    if len(points) < 2:
        return None
    (small, fast), (large, slow) = points[0], points[-1]
    return math.log(slow / fast) / math.log(large / small)


def _extras(*, quick: bool) -> dict[str, float]:
    size = 10_000 if quick else 100_000
    found = {
        "frame of a call, in JSON round trips of five fields (goal <= 1)": extras.frame(),
        "get with 100 armed rules that cannot match (goal < 1.05)": extras.armed_rules(),
        "deepcopy of 10 000 documents, in forks with a write (goal > 300)": extras.fork(),
        f"memory a document at {size}, in plain dicts (goal <= 1.15)": extras.memory(size),
    }
    print()
    for title, value in found.items():
        print(f"{title}: {value:.2f}")
    return found


def _wire(*, quick: bool) -> dict[str, float]:
    """Print what a request costs the server, and mongomock behind the same HTTP."""
    print("\na request to the server, in mongomock's behind the same HTTP  (goal < 1)")
    found = measure_wire(1_000, quick=quick)
    for title, cell in found.items():
        print(
            f"  {title:<30}{cell.fake:8.1f} us{cell.mongomock:10.1f} us"
            f"  {cell.ratio:6.2f}x  ({cell.ratio_least:.2f}-{cell.ratio_most:.2f})"
        )
    return {f"request: {title}": cell.ratio for title, cell in found.items()}


def _write(
    path: Path,
    rows: dict[str, dict[int, dict[str, Cell]]],
    others: dict[str, float],
    beside: dict[int, Any],
) -> None:
    table = {
        name: {
            str(size): {who: cell._asdict() for who, cell in cells.items()}
            for size, cells in by_size.items()
        }
        for name, by_size in rows.items()
    }
    path.write_text(json.dumps({"workloads": table, "others": others, "mingo": beside}, indent=1))


if __name__ == "__main__":
    main()

"""The command: `python -m tests.bench [--quick] [--sizes 1000] [--only get] [--json FILE]`."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import Any

from tests.bench import beside, processes
from tests.bench.beside import Beside
from tests.bench.contenders import Contender, Fake, Floor, Limit, Mongomock
from tests.bench.growth import growths
from tests.bench.markdown import markdown
from tests.bench.mingo import mingos_in
from tests.bench.report import Table, as_json, disagreements, lines
from tests.bench.runner import Cell, Rounds, Row, measure, predicted
from tests.bench.workloads import WORKLOADS, Workload

SIZES = (100, 1_000, 10_000, 100_000)
QUICK_SIZES = (100, 1_000)
#: How many runs have to agree.
REPEATS = 3
ROUNDS = Rounds(repeats=7, sample=0.02)
QUICK_ROUNDS = Rounds(repeats=7, sample=0.004)


def main() -> None:
    """Run, print the table, write JSON beside it."""
    asked = _arguments()
    if asked.repeat_check:
        _check_repeats()
        return
    kinds, notes = _contenders(asked.mingo)
    table = _run(asked, kinds)
    for line in lines(table, notes):
        print(line)
    if asked.markdown:
        asked.markdown.write_text("\n".join(markdown(table)) + "\n", encoding="utf-8")
    if asked.json:
        asked.json.write_text(json.dumps(as_json(table, notes), indent=1), encoding="utf-8")


def _check_repeats() -> None:
    """Run three times and tell what the runs disagree about.

    Each in a process of its own: where things lie in memory, after one table, is not where they lay
    before it, and scans are as fast as what they look at lies close together.
    """
    same = [option for option in sys.argv[1:] if option != "--repeat-check"]
    ratios = [_told(same)["ratios"] for _ in range(REPEATS)]
    print(f"\nratios of {REPEATS} runs that are more than 20 % from their median")
    print(*(disagreements(ratios) or ["  none"]), sep="\n")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("--quick", action="store_true", help="small sizes, under a minute")
    parser.add_argument("--sizes", type=lambda text: tuple(map(int, text.split(","))))
    parser.add_argument("--only", type=_parts, help="workloads, 'beside', 'wire', 'growth'")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--markdown", type=Path, help="write the tables as Markdown, too")
    parser.add_argument("--mingo", type=Path, help="where mingo is in node_modules")
    parser.add_argument(
        "--repeat-check", action="store_true", help="run three times: do the ratios agree?"
    )
    return parser.parse_args()


def _parts(text: str) -> list[str]:
    known = [*(workload.name for workload in WORKLOADS), "beside", "wire", "growth"]
    parts = text.split(",")
    if not set(parts) <= set(known):
        raise argparse.ArgumentTypeError(f"some of {', '.join(known)}")
    return parts


def _contenders(mingo: Path | None) -> tuple[list[type[Contender]], list[str]]:
    """Who is there, and what to say of those who are not."""
    kinds: list[type[Contender]] = [Limit, Fake, Floor]
    notes = []
    if find_spec("mongomock") is None:
        notes.append("mongomock is not installed")
    else:
        kinds.append(Mongomock)
    found = mingos_in(mingo)
    if isinstance(found, str):
        notes.append(found)
    else:
        kinds.extend(found)
    return kinds, notes


def _run(asked: argparse.Namespace, kinds: list[type[Contender]]) -> Table:
    def wants(part: str) -> bool:
        return asked.only is None or part in asked.only

    return Table(
        rows=_rows(asked, kinds),
        beside=[
            *(_beside(quick=asked.quick) if wants("beside") else ()),
            *(_wire(quick=asked.quick) if wants("wire") else ()),
        ],
        growths=growths(quick=asked.quick) if wants("growth") else [],
    )


def _rows(asked: argparse.Namespace, kinds: list[type[Contender]]) -> dict[str, Row]:
    chosen = [one for one in WORKLOADS if asked.only is None or one.name in asked.only]
    rows: dict[str, Row] = {workload.name: {} for workload in chosen}
    apart = [workload for workload in chosen if workload.alters and len(chosen) > 1]
    here = [workload for workload in chosen if workload not in apart]
    for size in asked.sizes or (QUICK_SIZES if asked.quick else SIZES):
        rounds = QUICK_ROUNDS if asked.quick else ROUNDS
        measured = measure(here, kinds, size, rounds)
        for workload, cells in chain(measured, (_apart(asked, one, size) for one in apart)):
            _tell(f"{workload.title}, n = {size}")
            row = rows[workload.name]
            row[size] = cells
            for kind in kinds:
                guess = predicted(row, kind.name, size) if size > kind.most else None
                if guess is not None:
                    cells[kind.name] = guess
    return rows


def _apart(
    asked: argparse.Namespace, workload: Workload, size: int
) -> tuple[Workload, dict[str, Cell]]:
    """One workload in a process of its own.

    In a heap that others have worn what is stored anew comes to lie anywhere, and an update of many
    by plain Python takes anything between one and two.
    """
    same = ["--quick"] if asked.quick else []
    if asked.mingo:
        same += ["--mingo", str(asked.mingo)]
    told = _told([*same, "--sizes", str(size), "--only", workload.name], stdout=subprocess.DEVNULL)
    cells = told["workloads"][workload.name]["cells"][str(size)]
    return workload, {name: Cell(**cell) for name, cell in cells.items()}


def _told(options: Sequence[str], stdout: int | None = None) -> Any:
    """What another run of this command has told, as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder, "told.json")
        command = [sys.executable, "-m", "tests.bench", *options, "--json", str(told)]
        subprocess.run(command, check=True, stdout=stdout, stderr=stdout)
        return json.loads(told.read_text("utf-8"))


def _beside(*, quick: bool) -> Iterator[Beside]:
    """What is no workload; a pair is one run of each, turn and turn about."""
    few = 6 if quick else 40
    made: tuple[tuple[Callable[..., Beside], tuple[Any, ...]], ...] = (
        (beside.frame, (25 if quick else 101,)),
        (beside.armed_rules, (51 if quick else 301,)),
        (beside.fork, (3 if quick else 7,)),
        (beside.fork_grows, (QUICK_SIZES if quick else SIZES,)),
        (beside.memory, (10_000 if quick else 100_000,)),
        (beside.timeline_memory, (5_000 if quick else 50_000, None, 1.0)),
        (beside.timeline_memory, (5_000 if quick else 50_000, 1_000, 2.0)),
        (processes.unused_plugin, (few,)),
        (processes.first_use, (few // 2,)),
    )
    for measured, arguments in made:
        one = measured(*arguments)
        _tell(one.title)
        yield one


def _wire(*, quick: bool) -> list[Beside]:
    """What a request costs the server, and mongomock behind the same HTTP."""
    if find_spec("mongomock") is None or not hasattr(time, "pthread_getcpuclockid"):
        return []
    from tests.bench.wire import measure_wire

    return [
        Beside(
            f"a request to the server, {title}, in mongomock's behind the same HTTP",
            *cell[2:],
            goal=1,
            reason="An insertion is the least that mongomock does; the gate is more code.",
        )
        for title, cell in measure_wire(1_000, quick=quick).items()
    ]


def _tell(what: str) -> None:
    """A sign of life where it does not mix with the table."""
    print(f"measured {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()

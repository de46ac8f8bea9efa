"""Rounds in which every contender runs once, and what they make of it."""

from __future__ import annotations

import json
import math
import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from tests.bench.contenders import Contender
from tests.bench.workloads import Workload

__all__ = ["Cell", "Rounds", "Row", "exponent", "measure", "predicted"]

#: A peer that takes longer than so many seconds for one run is run once.
PATIENCE = 0.5
OURS = ("limit", "cloud_fake")


class Rounds(NamedTuple):
    """How much is measured: so many rounds, each sample taking at least so many seconds."""

    repeats: int
    sample: float


class Cell(NamedTuple):
    """One contender at one workload and size: microseconds, and ratios to the limit.

    Attributes:
        mark: `*` it was run once, being slow; `~` it was not run, this is what its growth predicts.
    """

    median: float
    least: float
    most: float
    ratio: float
    ratio_least: float
    ratio_most: float
    mark: str = ""


#: The cells of one workload, by size and contender.
Row = dict[int, dict[str, Cell]]


def measure(
    workloads: Sequence[Workload], kinds: Sequence[type[Contender]], size: int, rounds: Rounds
) -> Iterator[tuple[Workload, dict[str, Cell]]]:
    """The cells of every workload at one size."""
    kinds = [kind for kind in kinds if size <= kind.most]
    asked = [workload for workload in workloads if size >= workload.smallest]
    shared = [workload for workload in asked if not workload.alters]
    yield from _with(kinds, size, shared, rounds)
    for workload in asked:
        if workload.alters:
            yield from _with(kinds, size, [workload], rounds)


def _with(
    kinds: Iterable[type[Contender]], size: int, workloads: Sequence[Workload], rounds: Rounds
) -> Iterator[tuple[Workload, dict[str, Cell]]]:
    """These workloads with the same contenders."""
    if not workloads:
        return
    contenders = [kind(size) for kind in kinds if any(kind.has(one.name) for one in workloads)]
    for workload in workloads:
        able = [contender for contender in contenders if contender.has(workload.name)]
        _check_agreement(workload, able)
        yield workload, _cells(workload, able, rounds)
    for contender in contenders:
        contender.close()


def _check_agreement(workload: Workload, able: Iterable[Contender]) -> None:
    answers = {one.name: json.dumps(one.answer(workload.name)) for one in able}
    if len(set(answers.values())) > 1:
        raise AssertionError(f"{workload.name}: the contenders disagree: {answers}")


def _cells(workload: Workload, able: Sequence[Contender], rounds: Rounds) -> dict[str, Cell]:
    once = {one.name: _once(one, workload.name, rounds.sample) for one in able}
    loops = {name: _loops(rounds.sample, each) for name, each in once.items()}
    slow = {name for name, each in once.items() if each > PATIENCE and name not in OURS}
    times: dict[str, list[float]] = {one.name: [] for one in able}
    for number in range(rounds.repeats):
        turn = number % len(able)
        for one in [*able[turn:], *able[:turn]]:
            if one.name not in slow:
                times[one.name].append(one.time(workload.name, loops[one.name]))
    limits = times["limit"]
    marks = dict.fromkeys(slow, "*")
    return {
        name: _cell(mine or [once[name]] * len(limits), limits, marks.get(name, ""))
        for name, mine in times.items()
    }


def _once(one: Contender, workload: str, sample: float) -> float:
    """Seconds of one run. The first is slow, and samples that went by it would be too short."""
    first = max(one.time(workload, 1), 1e-7)
    tenth = int(sample / 10 / first)
    return max(one.time(workload, tenth), 1e-7) if tenth > 1 else first


def _loops(sample: float, once: float) -> int:
    """How often a sample runs: a few times at least, where that takes no time to speak of."""
    least = 5 if once < PATIENCE / 10 else 1
    return max(least, min(10_000, int(sample / once)))


def _cell(times: Sequence[float], limits: Sequence[float], mark: str) -> Cell:
    ratios = [mine / limit for mine, limit in zip(times, limits, strict=True)]
    micro = [seconds * 1e6 for seconds in times]
    return Cell(
        statistics.median(micro), min(micro), max(micro),
        statistics.median(ratios), min(ratios), max(ratios), mark,
    )  # fmt: skip


# --- growth --------------------------------------------------------------------------------------


def exponent(points: Mapping[int, float]) -> float | None:
    """The slope of the straight line through all points, both axes logarithmic; None of one."""
    if len(points) < 2:
        return None
    sizes, times = map(math.log, points), map(math.log, points.values())
    return statistics.linear_regression(list(sizes), list(times)).slope


def predicted(row: Row, name: str, size: int) -> Cell | None:
    """What a contender would take that was not run with so many, from how it grew until there."""
    known = {n: cells[name].median for n, cells in row.items() if name in cells and n < size}
    slope = exponent(known)
    if slope is None:
        return None
    largest = max(known)
    micros = known[largest] * (size / largest) ** slope
    ratio = micros / row[size]["limit"].median
    return Cell(micros, micros, micros, ratio, ratio, ratio, "~")

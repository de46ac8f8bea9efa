"""Rounds in which every contender runs once, and what they make of it."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from tests.bench.contenders import Contender
from tests.bench.data import orders
from tests.bench.workloads import Workload

__all__ = ["Cell", "measure"]

#: How long one sample takes at least, in seconds of the thread's processor time.
SAMPLE = 0.02
SAMPLE_QUICK = 0.004


class Cell(NamedTuple):
    """One contender at one workload and size: microseconds, and ratios to the limit."""

    median: float
    least: float
    most: float
    ratio: float
    ratio_least: float
    ratio_most: float


def measure(
    workload: Workload,
    kinds: list[type[Contender]],
    size: int,
    *,
    repeats: int,
    quick: bool,
) -> dict[str, Cell]:
    """The cells of one row."""
    able = [kind(size) for kind in kinds if hasattr(kind, workload.name)]
    for contender in able:
        contender.batch = orders(min(size, 10_000), seed=2)
    runs = {one.name: getattr(one, workload.name) for one in able}
    _check_agreement(workload, runs)
    sample = SAMPLE_QUICK if quick else SAMPLE
    loops = {name: _loops(run, sample) for name, run in runs.items()}
    times: dict[str, list[float]] = {name: [] for name in runs}
    names = list(runs)
    for number in range(repeats):
        for name in names[number % len(names) :] + names[: number % len(names)]:
            times[name].append(_time(runs[name], loops[name]))
    return {name: _cell(times[name], times["limit"]) for name in runs}


def _check_agreement(workload: Workload, runs: dict[str, Callable[[], Any]]) -> None:
    answers = {name: run() for name, run in runs.items()}
    if len({repr(answer) for answer in answers.values()}) > 1:
        raise AssertionError(f"{workload.name}: the contenders disagree: {answers}")


def _loops(run: Callable[[], Any], sample: float) -> int:
    once = max(_time(run, 1), 1e-7)
    return max(1, min(10_000, int(sample / once)))


def _time(run: Callable[[], Any], loops: int) -> float:
    gc.collect()
    gc.disable()
    try:
        began = time.thread_time()
        for _ in range(loops):
            run()
        return (time.thread_time() - began) / loops
    finally:
        gc.enable()


def _cell(times: list[float], limits: list[float]) -> Cell:
    ratios = [mine / limit for mine, limit in zip(times, limits, strict=True)]
    micro = [seconds * 1e6 for seconds in times]
    return Cell(
        statistics.median(micro), min(micro), max(micro),
        statistics.median(ratios), min(ratios), max(ratios),
    )  # fmt: skip

"""How the time of heavy use grows: the paths of `tests/growth`, whose steps the tests count."""

from __future__ import annotations

import gc
import time
from typing import NamedTuple

from tests.bench.runner import exponent
from tests.growth.paths import PATHS, Path

__all__ = ["Growth", "growths"]

#: By how much a fitted exponent may be above what it should be: caches and allocators grow, too.
SLACK = 0.25
#: What is measured of the largest size: three sizes, each twice the one before.
PARTS = (4, 2, 1)


class Growth(NamedTuple):
    """One path: seconds by size, the exponent fitted to them, and what it should be."""

    title: str
    times: dict[int, float]
    exponent: float
    grows: float

    @property
    def is_met(self) -> bool:
        """Whether it grows as it should."""
        return self.exponent <= self.grows + SLACK


def growths(*, quick: bool) -> list[Growth]:
    """Every path, up to its largest size; a tenth of it, and once only, if it is to be quick."""
    return [_growth(path, share=10, rounds=1) if quick else _growth(path) for path in PATHS]


def _growth(path: Path, *, share: int = 1, rounds: int = 3) -> Growth:
    largest = max(path.largest // share, min(path.largest, 80))
    sizes = [largest // part for part in PARTS]
    path.prepare(min(sizes))()  # what its first use loads
    taken = [{size: _time(path, size) for size in sizes} for _ in range(rounds)]
    times = {size: min(one[size] for one in taken) for size in sizes}
    return Growth(path.title, times, exponent(times) or 0.0, path.grows)


def _time(path: Path, size: int) -> float:
    work = path.prepare(size)
    gc.collect()
    gc.disable()
    try:
        began = time.thread_time()
        work()
        return max(time.thread_time() - began, 1e-6)
    finally:
        gc.enable()

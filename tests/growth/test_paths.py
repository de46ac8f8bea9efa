"""Nothing is quadratic: four times as much takes four times the steps, or no more at all.

Steps are those of the interpreter, so that nobody's machine and nobody's load has a say. What C
does in one step is for the benchmarks, which take the time of the same paths.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from tests.growth.paths import PATHS, Path

#: So many things, and four times as many.
SMALL, LARGE = 50, 200
#: What a few more steps for some of the things may come to.
TOLERANCE = 1.2


class Steps:
    """How many steps the interpreter takes."""

    def __init__(self) -> None:
        self.taken = 0

    def count(self, work: Callable[[], object]) -> int:
        """Those of some work."""
        was = sys.gettrace()
        sys.settrace(self._enter)
        try:
            work()
        finally:
            sys.settrace(was)
        return self.taken

    def _enter(self, frame: FrameType, _event: str, _detail: Any) -> Any:
        frame.f_trace_lines = False
        frame.f_trace_opcodes = True
        return self._step

    def _step(self, _frame: FrameType, event: str, _detail: Any) -> Any:
        self.taken += event == "opcode"
        return self._step


def steps_of(path: Path, n: int) -> int:
    path.prepare(n)()  # what the first use of it loads and makes
    return Steps().count(path.prepare(n))


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.title)
def test_it_grows_as_it_should(path: Path) -> None:
    small, large = (SMALL, LARGE) if path.largest >= LARGE else (path.largest // 4, path.largest)
    ratio = steps_of(path, large) / steps_of(path, small)
    assert ratio <= (large / small) ** path.grows * TOLERANCE


def test_the_measure_sees_what_is_quadratic() -> None:
    def pairs(n: int) -> Callable[[], object]:
        return lambda: [(one, other) for one in range(n) for other in range(n)]

    assert steps_of(Path("pairs", pairs, 1, LARGE), 80) > 10 * steps_of(Path("", pairs, 1, 0), 20)

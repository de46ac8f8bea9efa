"""One run of a test: its clouds, what befalls them, what came of it. PYTEST_DONT_REWRITE.

Most tests have one turn. Under a storm, or where each call is to fail once, a test has many: each
with fixtures of its own, set up and torn down as for any test.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloud_fake import FakeCloud

__all__ = ["TALLY", "TURN", "Arm", "Breakage", "Turn"]

#: Lets trouble loose on the n-th cloud of a test, from 0; answers with the fault rules it made.
Arm: TypeAlias = "Callable[[FakeCloud, int], list[Any]]"


class Breakage(NamedTuple):
    """How a test failed, as far as two failures can be told to be the same.

    Attributes:
        phase: setup, call or teardown.
        kind: the class of what was raised.
        place: the file and the line that raised it.
    """

    phase: str
    kind: str
    place: str


class Turn:
    """One run.

    Attributes:
        arm: lets trouble loose as the test's own part begins; None if there is none to come.
        option: the command line option that brings this very trouble again.
        is_trial: nobody will see its report.
        clouds: those it made, in order.
        rules: for each, the fault rules that were made for it; there may come more.
        began, ended: for each, how many calls there had been as the test's own part began, ended.
        breakage: how it failed, if it did; told: what it said.
        is_skipped: it has decided not to be run.
    """

    def __init__(self, arm: Arm | None = None, *, option: str = "", is_trial: bool = False) -> None:
        self.arm = arm
        self.option = option
        self.is_trial = is_trial
        self.clouds: list[FakeCloud] = []
        self.rules: list[list[Any]] = []
        self.began: list[int] = []
        self.ended: list[int] = []
        self.breakage: Breakage | None = None
        self.told = ""
        self.is_passing = True
        self.is_skipped = False
        self._has_begun = False

    def add(self, cloud: FakeCloud) -> None:
        """One more cloud."""
        self.clouds.append(cloud)
        if self._has_begun:
            self._begin(cloud)

    def begin(self) -> None:
        """The fixtures stand, the test's own part begins."""
        self._has_begun = True
        for cloud in self.clouds:
            self._begin(cloud)

    def _begin(self, cloud: FakeCloud) -> None:
        self.began.append(len(cloud.calls))
        self.rules.append([] if self.arm is None else self.arm(cloud, len(self.rules)))

    def conclude(self) -> None:
        """The test's own part is over and has passed: look at its clouds' checks."""
        __tracebackhide__ = True
        self.ended = [len(cloud.calls) for cloud in self.clouds]
        for cloud in self.clouds:
            cloud.conclude(settle=self.arm is not None)

    def note(self, call: pytest.CallInfo[None]) -> None:
        """Remember how a phase ended."""
        if call.excinfo is None:
            return
        if call.excinfo.errisinstance(pytest.skip.Exception):
            self.is_skipped = True
        elif self.breakage is None:
            self.breakage = _breakage(call.when, call.excinfo)
            self.told = _first_line(call.excinfo)


def _breakage(phase: str, excinfo: pytest.ExceptionInfo[BaseException]) -> Breakage:
    error = excinfo.value
    while error.__cause__ is not None:
        error = error.__cause__
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = "" if trace is None else f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
    return Breakage(phase, type(error).__qualname__, place)


def _first_line(excinfo: pytest.ExceptionInfo[BaseException]) -> str:
    text = str(excinfo.value).strip().partition("\n")[0]
    return f"{excinfo.typename}: {text}" if text else excinfo.typename


#: The turn that a test is at.
TURN: pytest.StashKey[Turn] = pytest.StashKey()
#: What is counted over the session.
TALLY: pytest.StashKey[dict[str, Any]] = pytest.StashKey()

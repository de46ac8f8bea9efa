"""One run of a test: its clouds, what befalls them, what came of it. PYTEST_DONT_REWRITE.

Most tests have one turn. Under a storm, or where each call is to fail once, a test has many: each
with fixtures of its own, set up and torn down as for any test.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloud_fake import FakeCloud
    from pytest_plugin.breakage import Breakage

__all__ = ["TALLY", "TURN", "Arm", "Turn", "WayOut"]

#: Lets trouble loose on the n-th cloud of a test, from 0; answers with the fault rules it made.
Arm: TypeAlias = "Callable[[FakeCloud, int], list[Any]]"


#: How a test leaves by its own decision.
WayOut: TypeAlias = Literal["", "skipped", "xfailed"]


class Turn:
    """One run.

    Attributes:
        arm: lets trouble loose as the test's own part begins; None if there is none to come.
        option: the command line option that brings this very trouble again.
        seed: of its clouds, where that is not the test's own.
        is_told: somebody will see its report, and its timeline.
        is_counted: what strikes it is counted for the session.
        is_strict: a fault rule that never strikes is a mistake.
        clouds: those it made, in order.
        rules: for each, the fault rules that were made for it; there may come more.
        began, ended: for each, the number of the last call before the test's own part, and of its
            own last one.
        breakage: how it failed, if it did; told: what it said.
        way_out: it has decided not to be run to its end; is_out: before it began.
    """

    def __init__(
        self,
        arm: Arm | None = None,
        *,
        option: str = "",
        seed: str | None = None,
        is_told: bool = True,
        is_counted: bool = True,
        is_strict: bool = False,
    ) -> None:
        self.arm = arm
        self.option = option
        self.seed = seed
        self.is_told = is_told
        self.is_counted = is_counted
        self.is_strict = is_strict
        self.clouds: list[FakeCloud] = []
        self.rules: list[list[Any]] = []
        self.began: list[int] = []
        self.ended: list[int] = []
        self.breakage: Breakage | None = None
        self.told = ""
        self.is_passing = True
        self.way_out: WayOut = ""
        self.is_out = False
        self._is_on = False

    def add(self, cloud: FakeCloud) -> None:
        """One more cloud."""
        self.clouds.append(cloud)
        if self._is_on:
            self._begin(cloud)

    def begin(self) -> None:
        """The fixtures stand, the test's own part begins."""
        self._is_on = True
        for cloud in self.clouds:
            self._begin(cloud)

    def _begin(self, cloud: FakeCloud) -> None:
        self.began.append(cloud.calls.last_number)
        self.rules.append([] if self.arm is None else self.arm(cloud, len(self.rules)))

    def conclude(self) -> None:
        """The test's own part has passed: look at its clouds' checks."""
        __tracebackhide__ = True
        for cloud in self.clouds:
            cloud.conclude(settle=self.arm is not None)

    def end(self) -> None:
        """The test's own part is over: trouble that is loose stays so, and none is added."""
        self._is_on = False
        self.ended = [cloud.calls.last_number for cloud in self.clouds]

    def note(self, call: pytest.CallInfo[None]) -> None:
        """Remember how a phase ended."""
        if call.excinfo is None:
            return
        if call.excinfo.errisinstance((pytest.skip.Exception, pytest.xfail.Exception)):
            is_skip = call.excinfo.errisinstance(pytest.skip.Exception)
            self.way_out = "skipped" if is_skip else "xfailed"
            self.is_out = call.when == "setup"
        elif self.breakage is None:
            from pytest_plugin.breakage import breakage_of, first_line

            self.breakage = breakage_of(call.when, call.excinfo)
            self.told = first_line(call.excinfo)


#: The turn that a test is at.
TURN: pytest.StashKey[Turn] = pytest.StashKey()
#: What is counted over the session.
TALLY: pytest.StashKey[dict[str, Any]] = pytest.StashKey()

"""Running one test many times within its own place in the session. PYTEST_DONT_REWRITE.

Each run goes through pytest's own `runtestprotocol`: setup, call and teardown with all of their
hooks. So every function-scoped fixture is made anew, async tests get their loop from whichever
plugin gives it, and what a run reports is what it would have reported alone; fixtures of wider
scopes stay, since the teardown is told that a test beside this one follows. Calling the test's
function again would keep the fixtures; parametrising it would make fifty tests of one, which could
neither stop at the first failure nor shrink it. Under xdist all runs are one item of one worker.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from pytest_plugin.turns import TURN, Turn

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Repeater", "Run"]


class Run(NamedTuple):
    """One run, and what pytest has to say about its phases."""

    turn: Turn
    reports: list[pytest.TestReport]

    @property
    def goes_on(self) -> bool:
        """Whether the test neither failed nor left."""
        return self.turn.breakage is None and not self.turn.way_out

    def fail(self, text: str) -> None:
        """Have the test fail all the same."""
        for report in self.reports:
            if report.when == "call":
                report.outcome, report.longrepr = "failed", text

    def explain(self, title: str, text: str) -> None:
        """Say more under the test's own report."""
        failed = [report for report in self.reports if not report.passed]
        for report in failed[:1] or [r for r in self.reports if r.when == "call"]:
            report.sections.append((title, text))


class Repeater:
    """Runs a test as often as it takes, and tells one result."""

    def __init__(self, item: pytest.Item) -> None:
        self._item = item
        self._sections = item._report_sections  # noqa: SLF001 - would add up over the runs
        self._known = len(item.user_properties), len(self._sections)
        self._duration = 0.0
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)

    def run(self, turn: Turn) -> Run:
        """One more run."""
        from _pytest.runner import runtestprotocol

        item = self._item
        del item.user_properties[self._known[0] :], self._sections[self._known[1] :]
        item.stash[TURN] = turn
        _renew(item)
        # Not None and not the item: what lies around the item is needed again.
        beside: pytest.Item = item.parent  # type: ignore[assignment]  # only asked for its chain
        reports = runtestprotocol(item, log=False, nextitem=beside)
        self._duration += sum(report.duration for report in reports)
        return Run(turn, reports)

    def publish(self, run: Run, nextitem: pytest.Item | None) -> None:
        """Tell one run's reports as the test's, and tear down what the next test has no use for."""
        for report in [*run.reports, *self._last_teardown(nextitem)]:
            if report.when == "call":
                report.duration = self._duration
            self._item.ihook.pytest_runtest_logreport(report=report)
        self._item.ihook.pytest_runtest_logfinish(
            nodeid=self._item.nodeid, location=self._item.location
        )

    def _last_teardown(self, nextitem: pytest.Item | None) -> Sequence[pytest.TestReport]:
        item = self._item
        state = item.session._setupstate  # noqa: SLF001 - as pytest's own runner
        call = pytest.CallInfo.from_call(
            lambda: state.teardown_exact(nextitem),
            when="teardown",
            reraise=(pytest.exit.Exception, KeyboardInterrupt),
        )
        if call.excinfo is None:
            return []
        return [item.ihook.pytest_runtest_makereport(item=item, call=call)]


def _renew(item: pytest.Item) -> None:
    """Give a test of a class an instance of its own, as pytest gives it to each test."""
    if isinstance(item.parent, pytest.Class):
        vars(item).pop("_instance", None)
        vars(item).pop("_obj", None)

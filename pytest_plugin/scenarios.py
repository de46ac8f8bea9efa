"""Scenarios as tests: `*.cloud.yaml`, one test a file. PYTEST_DONT_REWRITE.

Imported only once there is such a file; the fake only when its test runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pytest_plugin import options, reporting, summary

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cloud_fake.scenarios import Verdict

__all__ = ["ScenarioFile", "ScenarioItem"]

NEEDS_YAML = 'a scenario needs PyYAML: pip install "cloud-fake[scenarios]"'


class NotSo(Exception):  # noqa: N818 - what pytest shows of it is the verdict
    """Something that a scenario expected was not so."""


class ScenarioFile(pytest.File):
    """A file with one scenario."""

    def collect(self) -> Iterator[ScenarioItem]:
        """The scenario."""
        yield ScenarioItem.from_parent(self, name=self.path.name.removesuffix(options.SCENARIO))


class ScenarioItem(pytest.Item):
    """A scenario as a test."""

    def runtest(self) -> None:
        """Play it."""
        try:
            from cloud_fake.scenarios import play, read_text
        except ModuleNotFoundError as error:
            if error.name != "yaml":
                raise
            raise pytest.UsageError(NEEDS_YAML) from None

        text = self.path.read_text("utf-8")
        script = read_text(text, reporting.path_of(self), self.path.parent)
        verdict = play(script, self.config.getoption("--cloud-seed"))
        self.user_properties.append(("cloud_seed", str(verdict.seed)))
        summary.add_struck(summary.tally_of(self.config), verdict.called, verdict.struck)
        if not verdict.passed:
            reporting.keep_told(self, self._timeline(verdict))
            raise NotSo("\n".join(verdict.complaints()))

    def _timeline(self, verdict: Verdict) -> str:
        rules = [f"rule {rule}: fired {fired}" for rule, fired in verdict.rules]
        again = reporting.command(self, str(verdict.seed))
        lines = reporting.last_lines(list(verdict.timeline))
        return "\n".join([*lines, *rules, f"reproduce: {again}"])

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What was not so, or what is wrong with the file; where the trouble is ours, all of it."""
        from cloud_fake import MisuseError

        if isinstance(excinfo.value, (NotSo, MisuseError, pytest.UsageError)):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where it stands, and what it is called."""
        return self.path, 0, f"scenario {self.name}"

"""What a failing test shows: the timeline, and the line that reproduces it. PYTEST_DONT_REWRITE."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from pytest_plugin import options

if TYPE_CHECKING:
    from cloud_fake import FakeCloud

__all__ = ["add_sections", "check_unused_rules", "command", "keep", "last_lines", "path_of"]

#: The last lines of a long timeline are the ones that explain a failure.
MOST_LINES = 60

_CLOUDS: pytest.StashKey[list[FakeCloud]] = pytest.StashKey()
_PASSING: pytest.StashKey[bool] = pytest.StashKey()


def keep(item: pytest.Item, clouds: list[FakeCloud]) -> None:
    """Remember a test's clouds for its report; the list may still grow."""
    item.user_properties.append(("cloud_seed", options.base_seed(item.config)))
    item.stash[_CLOUDS] = clouds
    item.stash[_PASSING] = True


def add_sections(item: pytest.Item, report: pytest.TestReport) -> None:
    """Add a section for each cloud of a failing test."""
    clouds = item.stash.get(_CLOUDS, None)
    if clouds is None:
        return
    if report.when == "teardown":
        del item.stash[_CLOUDS]  # an item lives as long as the session
    if report.failed:
        _tell(item, report, clouds)
    if not report.passed:
        item.stash[_PASSING] = False


def _tell(item: pytest.Item, report: pytest.TestReport, clouds: list[FakeCloud]) -> None:
    for number, cloud in enumerate(clouds, 1):
        which = "" if len(clouds) == 1 else f" {number} of {len(clouds)}"
        report.sections.append((f"cloud timeline{which}", _timeline(item, cloud)))


def _timeline(item: pytest.Item, cloud: FakeCloud) -> str:
    lines = last_lines(cloud.calls.lines()) or ["(nothing was asked of this cloud)"]
    rules = [f"rule {rule}: fired {rule.fired}" for rule in cloud.faults.rules]
    again = command(item, options.base_seed(item.config))
    return "\n".join([*lines, *rules, f"reproduce: {again}"])


def last_lines(lines: list[str]) -> list[str]:
    """The end of a timeline that is too long to be shown."""
    if len(lines) <= MOST_LINES:
        return lines
    return [f"… {len(lines) - MOST_LINES} earlier lines", *lines[-MOST_LINES:]]


def command(item: pytest.Item, seed: str) -> str:
    """The line that runs a test again as it ran."""
    return f"python -m pytest {_word(_address(item))} --cloud-seed={_word(seed)}"


def _address(item: pytest.Item) -> str:
    """The test, as it is called where pytest was started."""
    _, _, name = item.nodeid.partition("::")
    return f"{path_of(item)}::{name}"


def path_of(item: pytest.Item) -> str:
    """The test's file, seen from where pytest was started."""
    here = item.config.invocation_params.dir
    path = item.path.relative_to(here) if item.path.is_relative_to(here) else item.path
    return path.as_posix()


def _word(text: str) -> str:
    """One word of a command line, in the quotes that every shell knows."""
    if re.fullmatch(r"[\w.-]+", text):
        return text
    return '"' + re.sub(r'(["\\$`])', r"\\\1", text) + '"'


def check_unused_rules(item: pytest.Item, clouds: list[FakeCloud]) -> None:
    """Fail a test whose fault rules never struck; one that did not pass keeps its own reason."""
    if not item.stash[_PASSING]:
        return
    unused = [rule for cloud in clouds for rule in cloud.faults.unused()]
    if unused:
        told = "\n".join(f"  {rule}  (made at {rule.made_at})" for rule in unused)
        pytest.fail(
            f"fault rules that never struck:\n{told}\n"
            "Mend the pattern, remove the rule, or make it with optional=True.",
            pytrace=False,
        )

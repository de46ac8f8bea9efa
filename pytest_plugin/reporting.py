"""What a failing test shows: the timeline, and the line that reproduces it. PYTEST_DONT_REWRITE."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Any

import pytest

from pytest_plugin import options
from pytest_plugin.turns import TURN, Turn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloud_fake import FakeCloud

__all__ = [
    "add_sections",
    "check_unused_rules",
    "command",
    "keep",
    "keep_told",
    "last_lines",
    "path_of",
]

#: The last lines of a long timeline are the ones that explain a failure.
MOST_LINES = 60

_TOLD: pytest.StashKey[str] = pytest.StashKey()


def keep(item: pytest.Item) -> Turn:
    """The turn that a test is at, to be remembered for its report."""
    item.user_properties.append(("cloud_seed", options.base_seed(item.config)))
    if TURN not in item.stash:
        item.stash[TURN] = _turn(item)
    return item.stash[TURN]


def _turn(item: pytest.Item) -> Turn:
    """A test that is run once, maybe with a script of what goes wrong."""
    faults = options.marked(item, "faults")
    if not faults:
        return Turn(is_strict=True)
    from cloud_fake.storms import arm_script, read_script

    script = read_script(faults)
    made_at = f"{item.location[0]}:{(item.location[1] or 0) + 1}"

    def arm(cloud: FakeCloud, number: int) -> list[Any]:
        return arm_script(cloud, script.get(number + 1, ()), made_at)

    return Turn(arm, is_strict=True)


def keep_told(item: pytest.Item, timeline: str) -> None:
    """Remember a timeline that is told already for the report of a failing test."""
    item.stash[_TOLD] = timeline


def add_sections(item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport) -> None:
    """Add a section for each cloud of a test that failed, or of any, as the options say."""
    how = item.config.getoption("--cloud-timeline")
    if report.failed and _TOLD in item.stash and how != "never":
        report.sections.append(("cloud timeline", item.stash[_TOLD]))
    turn = item.stash.get(TURN, None)
    if turn is None:
        return
    turn.note(call)
    turn.is_passing = turn.is_passing and report.passed
    is_due = report.failed or (how == "full" and report.when == "call")
    if is_due and how != "never" and turn.is_told:
        _tell(item, report, turn, whole=how == "full")
    if report.when == "teardown":
        del item.stash[TURN]  # an item lives as long as the session


def _tell(item: pytest.Item, report: pytest.TestReport, turn: Turn, *, whole: bool) -> None:
    for number, cloud in enumerate(turn.clouds, 1):
        which = "" if len(turn.clouds) == 1 else f" {number} of {len(turn.clouds)}"
        told = _timeline(item, cloud, turn, whole=whole)
        report.sections.append((f"cloud timeline{which}", told))


def _timeline(item: pytest.Item, cloud: FakeCloud, turn: Turn, *, whole: bool) -> str:
    lines = list(_folded(cloud.calls.lines())) or ["(nothing was asked of this cloud)"]
    shown = lines if whole else last_lines(lines)
    rules = [
        f"rule {rule if turn.is_strict else rule.said}: {cloud.faults.verdict(rule)}"
        for rule in cloud.faults.rules
        if rule.fired or turn.is_strict or not rule.optional
    ]
    again = command(item, options.base_seed(item.config), turn.option)
    return "\n".join([*shown, *rules, f"reproduce: {again}"])


def _folded(lines: list[str]) -> Iterator[str]:
    """What was said several times in a row once, with how often it was."""
    for line, same in itertools.groupby(lines):
        number = len(list(same))
        yield line if number == 1 else f"{line}  ×{number}"


def last_lines(lines: list[str]) -> list[str]:
    """The end of a timeline that is too long to be shown."""
    if len(lines) <= MOST_LINES:
        return lines
    return [f"… {len(lines) - MOST_LINES} earlier lines", *lines[-MOST_LINES:]]


def command(item: pytest.Item, seed: str, option: str = "") -> str:
    """The line that runs a test again as it ran."""
    # Without it a test that is expected to fail would not show its report again.
    shown = ["--runxfail"] if item.config.getoption("runxfail") else []
    words = [_word(_address(item)), f"--cloud-seed={_word(seed)}", *filter(None, [option]), *shown]
    return " ".join(["python -m pytest", *words])


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


def check_unused_rules(turn: Turn) -> None:
    """Fail a test whose fault rules never struck; one that did not pass keeps its own reason.

    Among other trouble, what the test itself has scripted need not come to pass.
    """
    if not turn.is_passing or not turn.is_strict:
        return
    unused = [(cloud, rule) for cloud in turn.clouds for rule in cloud.faults.unused()]
    if unused:
        told = "\n".join(
            f"  {rule}  ({cloud.faults.verdict(rule)}; made at {rule.made_at})"
            for cloud, rule in unused
        )
        pytest.fail(
            f"fault rules that never struck:\n{told}\n"
            "Mend the pattern, remove the rule, or make it with optional=True.",
            pytrace=False,
        )

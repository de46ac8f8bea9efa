"""What a whole session has seen: which faults struck what, and what was never so.

Counted per test, handed over by the workers of xdist, told at the end. PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import json
import re
from collections import Counter
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_plugin import options
from pytest_plugin.turns import TALLY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pytest_plugin.turns import Turn

__all__ = ["add", "add_struck", "finish", "merge", "show", "tally_of"]


# --- counting ------------------------------------------------------------------------------------


def add(item: pytest.Item, turn: Turn) -> None:
    """Count what one run of a test has seen, and write it down if that is asked for."""
    if turn.is_counted:
        _count(tally_of(item.config), turn)
    directory = item.config.getoption("--cloud-timeline-dir")
    if directory is not None and turn.is_told:
        _write(Path(directory), item, turn)


def _count(tally: dict[str, Any], turn: Turn) -> None:
    for cloud in turn.clouds:
        add_struck(tally, cloud.calls.names, cloud.faults.tally())
        _add_sometimes(tally, cloud.sometimes_held)


def tally_of(config: pytest.Config) -> dict[str, Any]:
    """What has been counted so far."""
    return config.stash.setdefault(TALLY, {"called": set(), "struck": {}, "sometimes": {}})


def add_struck(tally: dict[str, Any], called: Iterable[str], struck: Mapping[str, Any]) -> None:
    """Count operations, and what struck them."""
    tally["called"].update(called)
    for name, words in struck.items():
        for word, endings in words.items():
            of_name = tally["struck"].setdefault(name, {})
            of_name.setdefault(word, Counter()).update(endings)


def _add_sometimes(tally: dict[str, Any], told: dict[str, Any]) -> None:
    for label, (asked, held) in told.items():
        before = tally["sometimes"].get(label, (0, 0))
        tally["sometimes"][label] = (before[0] + asked, before[1] + held)


def merge(config: pytest.Config, told: dict[str, Any]) -> None:
    """Add what a worker has counted."""
    tally = tally_of(config)
    add_struck(tally, told["called"], told["struck"])
    _add_sometimes(tally, told["sometimes"])


def finish(session: pytest.Session) -> None:
    """The end of a session: a worker hands over its counts, anybody else judges."""
    config = session.config
    output = getattr(config, "workeroutput", None)
    if output is not None:
        output["cloud_fake"] = _plain(tally_of(config))
    elif _never(config) and config.getoption("--cloud-sometimes") == "strict":
        session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED


def _plain(value: Any) -> Any:
    """Made of what may travel between processes."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return list(value) if isinstance(value, (set, tuple)) else value


def _never(config: pytest.Config) -> dict[str, int]:
    """What was never so, and how often it was asked."""
    told = tally_of(config)["sometimes"].items()
    return {label: asked for label, (asked, held) in sorted(told) if not held}


# --- telling -------------------------------------------------------------------------------------


def show(reporter: Any, config: pytest.Config) -> None:
    """The last lines of a session."""
    tally = tally_of(config)
    if tally["struck"]:
        from cloud_fake.storms import matrix

        reporter.section("cloud faults")
        width = config.get_terminal_writer().fullwidth
        for line in matrix(tally["struck"], tally["called"], width):
            reporter.write_line(line)
    never = _never(config)
    if never:
        reporter.section("cloud: sometimes, but never so")
        for label, asked in never.items():
            reporter.write_line(f"{label}: asked {asked} times")


# --- files ---------------------------------------------------------------------------------------


def _write(directory: Path, item: pytest.Item, turn: Turn) -> None:
    """One file a test: the same bytes for the same run."""
    told = {
        "test": item.nodeid,
        "seed": options.base_seed(item.config),
        "clouds": [cloud.transcript() for cloud in turn.clouds],
    }
    text = json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True)
    directory.mkdir(parents=True, exist_ok=True)
    (directory / _file_name(item.nodeid)).write_text(f"{text}\n", encoding="utf-8")


def _file_name(nodeid: str) -> str:
    # Two ids may differ in nothing that a file's name can hold.
    mark = blake2b(nodeid.encode(), digest_size=4).hexdigest()
    return f"{re.sub(r'[^A-Za-z0-9_.-]+', '-', nodeid)[-100:].strip('-')}-{mark}.json"

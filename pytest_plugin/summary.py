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
    from collections.abc import Iterator

    from pytest_plugin.turns import Turn

__all__ = ["add", "finish", "merge", "show"]

#: More operations than these make no summary any more.
MOST_ROWS = 40
#: Under what a call that was struck is counted.
HANDLED = ("retried", "caught", "answered")


# --- counting ------------------------------------------------------------------------------------


def add(item: pytest.Item, turn: Turn) -> None:
    """Count what one run of a test has seen, and write it down if that is asked for."""
    if turn.is_counted:
        _count(_tally(item.config), turn)
    directory = item.config.getoption("--cloud-timeline-dir")
    if directory is not None and turn.is_told:
        _write(Path(directory), item, turn)


def _count(tally: dict[str, Any], turn: Turn) -> None:
    for cloud in turn.clouds:
        tally["called"].update(call.name for call in cloud.calls)
        if cloud.faults.rules:
            from cloud_fake.storms import tally as struck_in

            _add_struck(tally, struck_in(cloud))
        _add_sometimes(tally, cloud.sometimes_held)


def _tally(config: pytest.Config) -> dict[str, Any]:
    return config.stash.setdefault(TALLY, {"called": Counter(), "struck": {}, "sometimes": {}})


def _add_struck(tally: dict[str, Any], struck: dict[str, Any]) -> None:
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
    tally = _tally(config)
    tally["called"].update(told["called"])
    _add_struck(tally, told["struck"])
    _add_sometimes(tally, told["sometimes"])


def finish(session: pytest.Session) -> None:
    """The end of a session: a worker hands over its counts, anybody else judges."""
    config = session.config
    output = getattr(config, "workeroutput", None)
    if output is not None:
        output["cloud_fake"] = _plain(_tally(config))
    elif _never(config) and config.getoption("--cloud-sometimes") == "strict":
        session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED


def _plain(value: Any) -> Any:
    """Made of what may travel between processes."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return list(value) if isinstance(value, tuple) else value


def _never(config: pytest.Config) -> dict[str, int]:
    """What was never so, and how often it was asked."""
    told = _tally(config)["sometimes"].items()
    return {label: asked for label, (asked, held) in sorted(told) if not held}


# --- telling -------------------------------------------------------------------------------------


def show(reporter: Any, config: pytest.Config) -> None:
    """The last lines of a session."""
    tally = _tally(config)
    if tally["struck"]:
        reporter.section("cloud faults")
        for line in _table(tally):
            reporter.write_line(line)
    never = _never(config)
    if never:
        reporter.section("cloud: sometimes, but never so")
        for label, asked in never.items():
            reporter.write_line(f"{label}: asked {asked} times")


def _table(tally: dict[str, Any]) -> Iterator[str]:
    rows = list(_rows(tally["struck"]))
    operation = max(len(name) for name, *_ in rows)
    fault = max(len(word) for _, word, *_ in rows)
    head = ("operation", "fault", "fired", "handled", "surfaced")
    before = ""
    for name, word, *numbers in [head, *rows[:MOST_ROWS]]:
        shown = "" if name == before else name
        before = name
        counts = "".join(f"{number:>10}" for number in numbers)
        yield f"{shown:<{max(operation, 9)}}  {word:<{max(fault, 5)}}{counts}"
    if len(rows) > MOST_ROWS:
        yield f"… {len(rows) - MOST_ROWS} more"
    yield from _untried(tally)


def _rows(struck: dict[str, Any]) -> Iterator[tuple[str, str, int, int, int]]:
    for name, words in sorted(struck.items()):
        for word, endings in sorted(words.items()):
            handled = sum(endings.get(way, 0) for way in HANDLED)
            yield name, word, sum(endings.values()), handled, endings.get("surfaced", 0)


def _untried(tally: dict[str, Any]) -> Iterator[str]:
    names = sorted(set(tally["called"]) - set(tally["struck"]))
    if names:
        more = [f"… {len(names)} in all"] * (len(names) > MOST_ROWS)
        yield f"never tried: {', '.join([*names[:MOST_ROWS], *more])}"


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

"""How the tests run pytest: with this plugin, and with no other that happens to be installed."""

from __future__ import annotations

import importlib.util
import textwrap
from importlib.metadata import entry_points

import pytest

FOUND = [point.name for point in entry_points(group="pytest11")]
#: Whether pytest finds the plugin by itself; else every run has to name it.
INSTALLED = "cloud_fake" in FOUND


def plugins(*wanted: str) -> list[str]:
    """Options that let in this plugin and the wanted ones only."""
    unwanted = [name for name in FOUND if name.split(".")[0] not in {"cloud_fake", *wanted}]
    own = [] if INSTALLED else ["-ppytest_plugin"]
    return [*own, "-pno:cacheprovider", *(f"-pno:{name}" for name in unwanted)]


def needs(module: str) -> pytest.MarkDecorator:
    """A mark for what cannot be run without another library."""
    missing = importlib.util.find_spec(module) is None
    return pytest.mark.skipif(missing, reason=f"{module} is not installed")


def section(result: pytest.RunResult, title: str) -> list[str]:
    """The lines of a section, of a report's or of the session's."""
    lines = result.outlines
    start = next(n for n, line in enumerate(lines) if line.strip("- =") == title)
    end = next(n for n in range(start + 1, len(lines)) if lines[n][:3] in ("---", "===", "___"))
    return [line for line in lines[start + 1 : end] if line]


def marker_in(told: list[str]) -> str:
    """The marker in a storm's section: what is to be pasted above a test."""
    return textwrap.dedent("\n".join(line for line in told if line.startswith("    ")))

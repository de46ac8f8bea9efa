"""What a type checker tells a user: nothing about right tests, and each mistake where it is."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]

Findings = set[tuple[int, str]]


@pytest.fixture(scope="module")
def findings() -> dict[str, Findings]:
    """What `mypy --strict` finds in the two files: lines and codes, by file."""
    pytest.importorskip("mypy")
    files = [str(HERE / name) for name in ("right.py", "wrong.py")]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--show-error-codes", *files],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "(checked 2 source files)" in done.stdout, done.stdout + done.stderr
    found: dict[str, Findings] = {"right.py": set(), "wrong.py": set()}
    for name, line, code in re.findall(
        r"^\S*?(\w+\.py):(\d+): error: .*\[([\w-]+)\]$", done.stdout, re.MULTILINE
    ):
        found.setdefault(name, set()).add((int(line), code))
    return found


def marked(name: str) -> Findings:
    """The mistakes that a file itself points at: `# error: call-arg`."""
    lines = (HERE / name).read_text("utf-8").splitlines()
    return {
        (number, mark[1])
        for number, line in enumerate(lines, 1)
        if (mark := re.search(r"  # error: ([\w-]+)$", line))
    }


def test_right_tests_are_right(findings: dict[str, Findings]) -> None:
    assert findings["right.py"] == set()


def test_every_mistake_is_found_where_it_is(findings: dict[str, Findings]) -> None:
    assert len(marked("wrong.py")) >= 15
    assert findings["wrong.py"] == marked("wrong.py")

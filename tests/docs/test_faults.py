"""`docs/faults.md` says what the vocabulary says, and what it shows is so."""

from __future__ import annotations

import re

import pytest

from cloud_fake.kernel.faults.effects import EFFECTS
from cloud_fake.kernel.faults.effects.effect import FAMILIES
from cloud_fake.kernel.faults.text import CONDITIONS
from tests.docs import faults
from tests.plugin.running import plugins

PHASES = {"request", "execute", "commit", "reply", "stream"}


def test_the_file_is_in_step() -> None:
    written = faults.FILE.read_text(encoding="utf-8")
    assert written == faults.document(), "run: python -m tests.docs.faults"


def test_every_word_has_a_row() -> None:
    rows = set(re.findall(r"^\| `(\w+)[(`]", faults.document(), re.MULTILINE))
    assert {*EFFECTS, *CONDITIONS} - rows == set()


def test_every_family_and_every_phase_has_effects() -> None:
    assert {effect.family for effect in EFFECTS.values()} == set(FAMILIES)
    assert {phase for effect in EFFECTS.values() for phase in effect.phases} == PHASES


def test_its_example_runs(pytester: pytest.Pytester) -> None:
    (source,) = re.findall(r"^```python\n(.*?)^```$", faults.document(), re.MULTILINE | re.DOTALL)
    (pytester.path / "test_example.py").write_text(source, encoding="utf-8")
    pytester.runpytest_subprocess(*plugins(), "-W", "error").assert_outcomes(passed=1)

"""That what is reported of the apps with a bug is what stands in the golden texts, to the byte."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.stories.faults.golden import CHAPTERS, GOLDEN, texts_in
from tests.stories.faults.test_all_are_told import STORIES

#: In which process, with which options, they are told.
WAYS = {
    "as they stand": ("0", []),
    "the other way round, under another hash seed": ("1", CHAPTERS[::-1]),
    "on two workers": ("2", ["-n", "2"]),
}


@pytest.mark.parametrize("way", WAYS)
def test_what_is_reported_of_the_apps_with_a_bug(tmp_path: Path, way: str) -> None:
    hash_seed, options = WAYS[way]
    if "-n" in options and importlib.util.find_spec("xdist") is None:
        pytest.skip("xdist is not installed")
    done = subprocess.run(
        [sys.executable, "-m", "tests.stories.faults.golden", "--to", str(tmp_path), *options],
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(sys.path)},
        cwd=GOLDEN.parents[3],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    told, golden = texts_in(tmp_path), texts_in(GOLDEN)
    assert told.keys() == golden.keys()
    for story, text in told.items():
        assert text == golden[story]


def test_every_story_has_its_report() -> None:
    told = {story.partition("-")[0] for story in texts_in(GOLDEN)}
    assert told == {story.__name__.removeprefix("test_") for story in STORIES}


#: What struck: a rule, or what the test did at once.
SIGNS = ("⚡", "· fault: ", "rule device.")


@pytest.mark.parametrize("story", texts_in(GOLDEN))
def test_a_report_tells_what_went_wrong_and_how_to_see_it_again(story: str) -> None:
    text = texts_in(GOLDEN)[story]
    assert any(sign in text for sign in SIGNS)
    assert "never matched" not in text
    assert text.splitlines()[-1].startswith("reproduce: python -m pytest ")

"""`cloud-fake run`, `schema` and `presets`: what they print, and how they end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import cloud_fake
from cloud_fake.cli.app import app
from cloud_fake.kernel.faults.presets import PRESETS
from cloud_fake.scenarios import json_schema, play, read

ROOT = Path(cloud_fake.__file__).parents[1]
EXAMPLES = ROOT / "docs" / "scenarios"

STORY = """\
name: Two todos
vars: {wanted: 2}
world: {collections: {todos: }}
timeline:
  - {call: database.todos.add, with: {data: {text: milk}}}
  - {at: "00:10", call: database.todos.add, with: {data: {text: tea}}}
  - expect: {collection: todos, count: "${wanted}"}
"""


@pytest.fixture
def story(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    path = Path("story.cloud.yaml")
    path.write_text(STORY, encoding="utf-8")
    return path


def run(*arguments: Any) -> Any:
    return CliRunner(env={"COLUMNS": "200"}).invoke(app, [str(argument) for argument in arguments])


def apart(*arguments: str, code: str = "from cloud_fake.cli import main; main()") -> Any:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


# --- run -----------------------------------------------------------------------------------------


def test_the_timeline_and_the_verdict(story: Path) -> None:
    result = run("run", story)
    verdict = play(read(story))
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "Two todos",
        *verdict.timeline,
        "",
        "✓ story.cloud.yaml:7:13: todos.count == 2",
        "1 of 1 expectations held, seed 0",
    ]


def test_a_failed_expectation_is_exit_status_1_and_says_where(story: Path) -> None:
    result = run("run", story, "--set", "wanted=3")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[-2:] == [
        "✗ story.cloud.yaml:7:13: todos.count == 3: there are 2",
        "0 of 1 expectations held, seed 0",
    ]


def test_another_seed(story: Path) -> None:
    first, same, other = (
        run("run", story, *more).stdout for more in ((), ("--seed", "0"), ("--seed", "x"))
    )
    assert first == same
    assert first != other
    assert other.endswith("seed x\n")


def test_as_json(story: Path) -> None:
    result = run("run", story, "--json", "--set", "wanted=3", "--seed", "5")
    assert result.exit_code == 1
    said = json.loads(result.stdout)
    assert said == play(read(story, {"wanted": 3}), 5).as_json()
    assert said["seed"] == 5
    assert said["expectations"] == [
        {"line": 7, "column": 13, "text": "todos.count == 3", "held": False, "saw": "there are 2"}
    ]


SETTINGS: list[tuple[str, int]] = [
    ("wanted=2", 0),
    ('wanted=">= 1"', 0),
    ("wanted='== 2'", 0),
    ("wanted=1", 1),
    ("wanted=many", 2),
    ("wanted={a: 1}", 2),
]


@pytest.mark.parametrize(("setting", "status"), SETTINGS)
def test_a_setting_is_what_it_would_be_in_the_file(story: Path, setting: str, status: int) -> None:
    assert run("run", story, "--set", setting).exit_code == status


WRONG: list[tuple[tuple[str, ...], str]] = [
    (("--set", "wnted=2"), "story.cloud.yaml:2:7: there is no variable 'wnted'; did you mean"),
    (("--set", "wanted"), "--set takes name=value, not 'wanted'"),
    (("--set", "wanted=["), "--set wanted: expected the node content"),
]


@pytest.mark.parametrize(("options", "said"), WRONG)
def test_what_is_called_wrongly_is_exit_status_2(
    story: Path, options: tuple[str, ...], said: str
) -> None:
    result = run("run", story, *options)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(said)


def test_a_file_that_is_wrong(story: Path) -> None:
    story.write_text(STORY.replace("collections", "colections"))
    result = run("run", story)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "story.cloud.yaml:3:9: there is no key 'colections'; did you mean 'collections'?\n"
    )


def test_a_file_that_is_not_there(story: Path) -> None:
    result = run("run", "nowhere.cloud.yaml")
    assert result.exit_code == 2
    assert "nowhere.cloud.yaml" in result.stderr


def test_code_is_found_where_one_is(story: Path) -> None:
    Path("shop_of_this_test.py").write_text("def pay(event, context):\n    return 'paid'\n")
    story.write_text(
        "world: {functions: {pay: shop_of_this_test:pay}}\n"
        "timeline: [{call: function.pay, expect: {result: paid}}]\n"
    )
    assert run("run", story).exit_code == 0


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.cloud.yaml")), ids=lambda path: path.name)
def test_the_examples_hold(path: Path) -> None:
    assert run("run", path).exit_code == 0


# --- without rich, without PyYAML ----------------------------------------------------------------

WITHOUT = """
import sys

class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == {module!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Blocker())
from cloud_fake.cli.scenarios import run
from cloud_fake.cli.extras import extras
from pathlib import Path
import typer
with extras(["run"]):
    try:
        run(Path(sys.argv[1]), None, None, False)
    except typer.Exit as done:
        sys.exit(done.exit_code)
"""


def test_without_rich_it_prints_the_same(story: Path) -> None:
    plain = apart(str(story), code=WITHOUT.format(module="rich"))
    assert plain.returncode == 0, plain.stderr
    assert plain.stdout == run("run", story).stdout


def test_without_pyyaml_it_says_what_is_missing(story: Path) -> None:
    done = apart(str(story), code=WITHOUT.format(module="yaml"))
    assert done.returncode == 1
    assert done.stderr == (
        'cloud-fake needs PyYAML for this: pip install "cloud-fake[scenarios]"\n'
    )


def test_the_demo_needs_no_pyyaml() -> None:
    code = "import sys; sys.modules['yaml'] = None\nfrom cloud_fake.cli import main\nmain()"
    assert apart("demo", "--help", code=code).returncode == 0


# --- schema and presets --------------------------------------------------------------------------


def test_the_schema() -> None:
    assert json.loads(run("schema").stdout) == json_schema()


def test_the_presets() -> None:
    lines = run("presets").stdout.splitlines()
    assert [line for line in lines if not line.startswith(" ")] == list(PRESETS)
    for preset in PRESETS.values():
        assert f"  {preset.about}" in lines
        assert all(f"    {rule}" in lines for rule in preset.rules)

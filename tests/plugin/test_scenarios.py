"""Scenarios as tests: what pytest makes of `*.cloud.yaml`."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import cloud_fake
from tests.plugin.running import plugins

Run = Callable[..., pytest.RunResult]

EXAMPLES = Path(cloud_fake.__file__).parents[1] / "docs" / "scenarios"
STORY = """\
world: {collections: {todos: }}
timeline:
  - {call: database.todos.add, with: {data: {text: milk}}}
  - expect: todos.count == 1
"""


@pytest.fixture
def run(pytester: pytest.Pytester) -> Run:
    """Runs pytest in this process on the files the test has made."""
    return lambda *args: pytester.runpytest_inprocess(*plugins(), *args)


def write(pytester: pytest.Pytester, name: str, text: str = STORY) -> None:
    path = pytester.path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_every_scenario_is_a_test(pytester: pytest.Pytester, run: Run) -> None:
    write(pytester, "one.cloud.yaml")
    write(pytester, "more/two.cloud.yaml")
    write(pytester, "other.yaml", "no: scenario")
    pytester.makepyfile("def test_it(): pass")
    result = run("-v")
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(["*one.cloud.yaml::one PASSED*"])
    result.stdout.fnmatch_lines(["more/two.cloud.yaml::two PASSED*"])


def test_the_examples_are_tests(pytester: pytest.Pytester, run: Run) -> None:
    shutil.copytree(EXAMPLES, pytester.path / "docs", ignore=lambda *_: ["__pycache__"])
    run("docs").assert_outcomes(passed=5)


def test_one_can_be_picked(pytester: pytest.Pytester, run: Run) -> None:
    write(pytester, "one.cloud.yaml")
    write(pytester, "two.cloud.yaml")
    run("one.cloud.yaml").assert_outcomes(passed=1)
    run("-k", "two").assert_outcomes(passed=1, deselected=1)


def test_a_failing_one_shows_what_was_expected_where_and_what_happened(
    pytester: pytest.Pytester, run: Run
) -> None:
    story = STORY.replace("== 1", "== 2").replace(
        "timeline:\n", "seed: 9\ntimeline:\n  - fault: 'database.todos.add: delay(seconds=1)'\n"
    )
    write(pytester, "more/one.cloud.yaml", story)
    result = run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*_ scenario one _*",
            "more/one.cloud.yaml:6:13: todos.count == 2: there is 1",
            "*- cloud timeline -*",
            "+00:00:00.000*· fault: database.todos.add: delay(seconds=1)",
            "+00:00:00.000  o-alice     database.todos.add {data: {text: 'milk'}}*",
            "*· expect: ✗ todos.count == 2: there is 1",
            "rule database.todos.add: delay(seconds=1): fired 1",
            'reproduce: python -m pytest "more/one.cloud.yaml::one" --cloud-seed=9',
        ]
    )
    # No stack of ours: the file is what is wrong.
    result.stdout.no_fnmatch_line("*pytest_plugin*")


def test_the_line_that_reproduces_it_does(pytester: pytest.Pytester, run: Run) -> None:
    write(pytester, "one.cloud.yaml", STORY.replace("== 1", "== 2"))
    first = run("--cloud-seed", "a b")
    (line,) = re.findall(r"^reproduce: python -m pytest (.*)$", first.stdout.str(), re.MULTILINE)
    address, seed = re.fullmatch(r'"(.*)" --cloud-seed="(.*)"', line).groups()  # type: ignore[union-attr]  # just matched
    again = run(address, f"--cloud-seed={seed}")
    again.assert_outcomes(failed=1)
    timeline = [line for line in first.outlines if line.startswith("+00:")]
    assert timeline == [line for line in again.outlines if line.startswith("+00:")]
    assert timeline


def test_its_seed_is_its_own_unless_one_is_given(pytester: pytest.Pytester, run: Run) -> None:
    story = "seed: 5\n" + STORY.replace("== 1", "== 2")
    write(pytester, "one.cloud.yaml", story)
    own, given, other = (run(*more) for more in ((), ("--cloud-seed=5",), ("--cloud-seed=6",)))
    ids = [re.findall(r"_id: '(\w+)'", result.stdout.str()) for result in (own, given, other)]
    assert ids[0] == ids[1] != ids[2]


def test_a_file_that_is_wrong_fails_with_the_place(pytester: pytest.Pytester, run: Run) -> None:
    write(pytester, "one.cloud.yaml", "timelin: []")
    write(pytester, "two.cloud.yaml", "timeline: [{fault: subwy}]")
    result = run()
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(
        [
            "one.cloud.yaml:1:1: there is no key 'timelin'; did you mean 'timeline'?",
            "two.cloud.yaml:1:20: no preset is called 'subwy'; did you mean 'subway'?",
        ]
    )


def test_without_pyyaml_it_says_what_is_missing(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(pytester, "one.cloud.yaml")
    pytester.makeconftest("import sys; sys.modules['yaml'] = None")
    result = pytester.runpytest_subprocess(*plugins())
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ['a scenario needs PyYAML: pip install "cloud-fake[[]scenarios[]]"']
    )


def test_on_two_workers(pytester: pytest.Pytester) -> None:
    for number in range(4):
        write(pytester, f"s{number}.cloud.yaml")
    result = pytester.runpytest_subprocess(*plugins("xdist"), "-n", "2")
    result.assert_outcomes(passed=4)


def test_it_can_be_switched_off(pytester: pytest.Pytester, run: Run) -> None:
    write(pytester, "one.cloud.yaml")
    assert run("-p", "no:cloud_fake").ret == pytest.ExitCode.NO_TESTS_COLLECTED


# --- its weight ----------------------------------------------------------------------------------

TELL_MODULES = """
    import sys

    def pytest_collection_finish():
        print("\\nmodules", *sorted(sys.modules))
"""


def test_collecting_a_scenario_imports_nothing_of_the_fake(pytester: pytest.Pytester) -> None:
    write(pytester, "one.cloud.yaml")
    pytester.makeconftest(TELL_MODULES)
    result = pytester.runpytest_subprocess(*plugins(), "-s")
    result.assert_outcomes(passed=1)
    (line,) = [line for line in result.outlines if line.startswith("modules ")]
    loaded = set(line.split())
    assert "pytest_plugin.scenarios" in loaded
    assert not loaded & {"cloud_fake", "pydantic", "yaml"}


def test_importing_the_plugin_does_not_import_its_scenarios() -> None:
    program = "import pytest_plugin, sys; print('pytest_plugin.scenarios' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"

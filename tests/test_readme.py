"""The README is true: its examples run, its sample is what is printed, its commands are there."""

from __future__ import annotations

import doctest
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from cloud_fake import FakeCloud
from tests.plugin.running import plugins

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def command(mark: str) -> str:
    """The one line of the code block that follows a mark."""
    found = re.search(rf"^<!-- {mark} -->\n```bash\n(.+)\n```$", README, re.MULTILINE)
    assert found, f"README.md has no command after the mark {mark!r}"
    return found[1]


# --- the examples --------------------------------------------------------------------------------


@pytest.mark.parametrize("session", blocks("pycon"), ids=lambda text: text.splitlines()[0])
def test_a_session(session: str) -> None:
    test = doctest.DocTestParser().get_doctest(session, {}, "README.md", "README.md", 0)
    results = doctest.DocTestRunner().run(test)
    assert results.attempted > 0
    assert results.failed == 0


@pytest.mark.parametrize("number", range(len(blocks("python"))))
def test_an_example(pytester: pytest.Pytester, number: int) -> None:
    source = blocks("python")[number]
    # As it stands, with no indentation to mend.
    (pytester.path / "test_example.py").write_text(source, encoding="utf-8")
    result = pytester.runpytest_inprocess(*plugins(), "--strict-markers", "-W", "error")
    result.assert_outcomes(passed=len(re.findall(r"^def test_", source, re.MULTILINE)))


def test_there_are_examples() -> None:
    assert len(blocks("pycon")) == 1
    assert len(blocks("python")) >= 4
    assert len(blocks("text")) == 2
    assert all("def test_" in source for source in blocks("python"))


# --- the samples of reports ----------------------------------------------------------------------

TEST_ORDERS = """
import pytest
from cloud_fake import CloudError


@pytest.mark.cloud(collections=["orders"], freeze=True)
def test_pay(cloud):
    orders = cloud.database().collection("orders")
    cloud.faults.lose_reply("database.orders.add", times=1)
    with pytest.raises(CloudError):
        orders.add(data={"pay": 5})
    orders.add(data={"pay": 5})
    assert orders.count().total == 1
"""


def naive_app() -> str:
    """The app of the storm's example, as it is said that it would fail."""
    (source,) = [source for source in blocks("python") if "storm=" in source]
    (naive,) = re.findall(r"An app that said `(orders\..+?)` there", README)
    return re.sub(r"orders\.doc\(.+", naive, source)


def loosely(line: str) -> str:
    """A line without what differs from run to run: the width of the terminal, the ids."""
    line = re.sub("-{5,}", "-----", line)
    return re.sub("'[0-9a-f]+…?'", "'…'", line)


@pytest.mark.parametrize("number", [0, 1])
def test_a_sample_is_what_a_failing_test_shows(pytester: pytest.Pytester, number: int) -> None:
    source = [TEST_ORDERS, naive_app()][number]
    (pytester.path / "tests").mkdir()
    (pytester.path / "tests" / "test_orders.py").write_text(source, encoding="utf-8")
    result = pytester.runpytest_inprocess(*plugins())
    result.assert_outcomes(failed=1)
    printed = iter([loosely(line) for line in result.outlines])
    for line in blocks("text")[number].splitlines():
        assert loosely(line) in printed, f"not printed, or not in this place: {line}"


# --- the commands --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mark", "end"),
    [("demo", ".venv/bin/cloud-fake demo"), ("tests", ".venv/bin/python -m pytest")],
)
def test_each_command_works_alone(mark: str, end: str) -> None:
    steps = command(mark).split(" && ")
    assert steps[0] == "python3 -m venv .venv"
    assert steps[1].startswith(".venv/bin/pip install ")
    assert steps[-1] == end


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_ci_runs_the_command_after_the_tests_mark() -> None:
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    (extraction,) = re.findall(r"^command=.*$", script, re.MULTILINE)
    assert 'bash -c "set -o pipefail; $command"' in script
    done = subprocess.run(
        ["bash", "-c", f'{extraction}\nprintf "%s" "$command"'],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == command("tests")


# --- what it speaks of ---------------------------------------------------------------------------


def test_every_name_it_mentions_exists() -> None:
    cloud = FakeCloud(env="dev")
    names = set(re.findall(r"(?<![.\w])cloud\.([a-z]\w*)", README))
    assert {"callFunction", "clock", "snapshot"} <= names
    assert {name for name in names if not hasattr(cloud, name)} == set()


def test_every_link_leads_somewhere() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", README)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []

"""What is not loaded: most tests never need it, and would pay for it with every run.

Each program is run by `python -X importtime`, which tells every module that it loads, but for those
that are loaded by `importlib`: so it also says at its end which are there.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import cloud_fake

#: Of other projects, or large.
FOREIGN = ("asyncio", "freezegun", "httpx", "hypothesis", "pydantic", "sqlite3", "ssl", "yaml")
#: Those of them that pytest itself does not load either.
BESIDE_PYTEST = ("freezegun", "hypothesis", "pydantic", "yaml")
#: Floors above the face.
UPPER = ("cloud_fake.cli", "cloud_fake.scenarios", "cloud_fake.server", "cloud_fake.storms")
#: Whatever a service is asked for only once there are functions, files, watches and the like.
SERVICES = (
    "cloud_fake.face.ai",
    "cloud_fake.face.db.aggregate",
    "cloud_fake.face.server",
    "cloud_fake.services.ai",
    "cloud_fake.services.containers",
    "cloud_fake.services.functions.registry",
    "cloud_fake.services.functions.running",
    "cloud_fake.services.identity",
    "cloud_fake.services.openapi",
    "cloud_fake.services.realtime",
    "cloud_fake.services.storage.files",
    "cloud_fake.values.cron",
)
#: What scripts trouble, once there is a rule.
TROUBLE = (
    "cloud_fake.kernel.faults.effects",
    "cloud_fake.kernel.faults.presets",
    "cloud_fake.kernel.faults.rule",
    "cloud_fake.kernel.faults.schedule",
    "cloud_fake.kernel.faults.text",
)
#: What aggregates, and what security rules are made of.
LANGUAGES = (
    "cloud_fake.query.expressions",
    "cloud_fake.query.operators.expressions",
    "cloud_fake.query.pipelines",
    "cloud_fake.query.rules.parser",
    "cloud_fake.query.rules.permissions",
    "cloud_fake.query.stages",
)
#: What answers the database's calls.
DATABASE = ("cloud_fake.query.filters", "cloud_fake.services.database.writing")

TELL = "\nimport sys; print(*sys.modules, sep='\\n')"
USE = """
from cloud_fake import FakeCloud

todos = FakeCloud(env="dev-1a2b3c", collections=["todos"]).database().collection("todos")
added = todos.add(data={"text": "milk"})["_id"]
assert todos.doc(added).get()["data"]["text"] == "milk"
"""
TELL_AT_END = f"def pytest_unconfigure(): {TELL.strip()}"
TEST_WITHOUT = "def test_nothing(): pass"
TEST_WITH = "def test_it(cloud): assert cloud.database().collection('todos')"


def loaded(place: Path, *command: str) -> set[str]:
    """The modules that a run of Python loads."""
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    environment["PYTHONPATH"] = str(Path(cloud_fake.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *command],
        cwd=place,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
    return {line.rpartition("|")[2].strip() for line in lines} | set(done.stdout.splitlines())


def pytest_run(place: Path, test: str) -> tuple[str, ...]:
    (place / "test_it.py").write_text(test, encoding="utf-8")
    (place / "conftest.py").write_text(TELL_AT_END, encoding="utf-8")
    return ("-m", "pytest", "-s", "-p", "no:cacheprovider", "-p", "pytest_plugin", "test_it.py")


def those_of(names: tuple[str, ...], modules: set[str]) -> list[str]:
    return sorted(
        module for module in modules for name in names if f"{module}.".startswith(f"{name}.")
    )


def test_the_plugin_alone(tmp_path: Path) -> None:
    modules = loaded(tmp_path, "-c", "import pytest_plugin" + TELL)
    assert "pytest_plugin" in modules
    assert those_of(("cloud_fake", *FOREIGN), modules) == []


def test_a_test_that_uses_no_cloud(tmp_path: Path) -> None:
    modules = loaded(tmp_path, *pytest_run(tmp_path, TEST_WITHOUT))
    assert "pytest_plugin.turns" in modules
    assert those_of(("cloud_fake", *BESIDE_PYTEST), modules) == []
    later = ("jumping", "repeating", "scenarios", "storming", "summary", "trying")
    assert those_of(tuple(f"pytest_plugin.{name}" for name in later), modules) == []


def test_the_package(tmp_path: Path) -> None:
    modules = loaded(tmp_path, "-c", "import cloud_fake" + TELL)
    assert "cloud_fake.face.fake_cloud" in modules
    never = (*FOREIGN, *UPPER, *SERVICES, *TROUBLE, *LANGUAGES, *DATABASE)
    assert those_of(never, modules) == []


def test_a_first_use_of_the_fixture(tmp_path: Path) -> None:
    modules = loaded(tmp_path, *pytest_run(tmp_path, TEST_WITH))
    assert "cloud_fake.face.db.collection" in modules
    never = (*UPPER, *SERVICES, *TROUBLE, *LANGUAGES, *DATABASE, *BESIDE_PYTEST)
    assert those_of(never, modules) == []


def test_a_first_add_and_get(tmp_path: Path) -> None:
    modules = loaded(tmp_path, "-c", USE + TELL)
    assert "cloud_fake.services.database.writing" in modules
    assert those_of((*FOREIGN, *UPPER, *SERVICES, *TROUBLE, *LANGUAGES), modules) == []

"""What the package costs a process: installed and unused, and when it is first used."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from importlib.metadata import entry_points
from pathlib import Path

from tests.bench.beside import Beside

__all__ = ["first_use", "unused_plugin"]

ROOT = Path(__file__).parents[2]
OWN = "cloud_fake"
UNUSED = "def test_nothing(): pass"
USED = """
def test_it(cloud):
    cloud.create_collection("todos")
    todos = cloud.database().collection("todos")
    added = todos.add(data={"text": "milk"})["_id"]
    assert todos.doc(added).get()["data"]["text"] == "milk"
"""
MODEL = """
def test_it():
    import pydantic

    class Order(pydantic.BaseModel):
        name: str
        amount: float
        items: list[int]

    assert Order(name="a", amount=1.5, items=[1]).amount == 1.5
"""


class Place:
    """A folder with one test, and what pytest takes for it, in seconds of the processor's time."""

    def __init__(self, folder: Path, test: str) -> None:
        folder.mkdir()
        (folder / "test_it.py").write_text(test, encoding="utf-8")
        self._folder = folder

    def run(self, *options: str) -> float:
        """One fresh process with no other plugin than ours; what is installed has been compiled."""
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "PYTHONPYCACHEPREFIX": str(self._folder.parent / "compiled"),
            "PYTHONDONTWRITEBYTECODE": "",
        }
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        process = subprocess.Popen(
            [*command, *_no_others(), *options],
            cwd=self._folder,
            env=environment,
            stdout=subprocess.DEVNULL,
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0, f"pytest says {process.returncode}"
        return used.ru_utime + used.ru_stime


def _no_others() -> list[str]:
    """Options for no other plugin than ours, which is one though it be not installed."""
    names = {point.name for point in entry_points(group="pytest11")}
    no_others = [option for name in sorted(names - {OWN}) for option in ("-p", f"no:{name}")]
    return no_others if OWN in names else ["-p", "pytest_plugin", *no_others]


def unused_plugin(pairs: int) -> Beside:
    """pytest with one empty test, with the plugin and without."""
    with tempfile.TemporaryDirectory() as folder:
        place = Place(Path(folder, "unused"), UNUSED)
        place.run()
        without = ("-p", f"no:{OWN}", "-p", "no:pytest_plugin")
        ratios = [place.run() / place.run(*without) for _ in range(pairs)]
    return Beside(
        "pytest with the plugin, unused, in pytest without it",
        statistics.median(ratios), min(ratios), max(ratios),
        goal=1.04,
        reason="Its hooks and options are declared in any case.",
    )  # fmt: skip


def first_use(rounds: int) -> Beside:
    """What a test adds to pytest: a first fixture, add and get; a first pydantic model."""
    with tempfile.TemporaryDirectory() as folder:
        tests = {"unused": UNUSED, "used": USED, "model": MODEL}
        places = {name: Place(Path(folder, name), test) for name, test in tests.items()}
        times: dict[str, list[float]] = {name: [] for name in places}
        for number in range(rounds + 1):
            for name, place in places.items():
                taken = place.run()
                if number:  # the first round compiles
                    times[name].append(taken)
    bare = statistics.median(times["unused"])
    model = statistics.median(times["model"]) - bare
    ratios = [(taken - bare) / model for taken in times["used"]]
    return Beside(
        "a first `cloud`, add and get, in `import pydantic` and one model, both under pytest",
        statistics.median(ratios), min(ratios), max(ratios),
        goal=1.6,
        reason="About 130 modules are loaded.",
    )  # fmt: skip

"""The same scenario and the same seed are the same timeline, to the byte, wherever it runs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import cloud_fake
from tests.plugin.running import plugins

EXAMPLES = Path(cloud_fake.__file__).parents[1] / "docs" / "scenarios"


def apart(path: Path, seed: str, **env: str) -> bytes:
    """The timeline of a run in a process of its own."""
    program = (
        "import sys; from cloud_fake.scenarios import play, read; "
        "verdict = play(read(sys.argv[1]), sys.argv[2]); "
        "sys.stdout.buffer.write('\\n'.join(verdict.timeline).encode())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, path.name, seed],
        cwd=path.parent,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **env},
        capture_output=True,
        check=True,
    )
    return done.stdout


@pytest.mark.parametrize("name", ["subway", "lost_reply", "links", "chat"])
def test_two_processes_tell_the_same(name: str) -> None:
    path = EXAMPLES / f"{name}.cloud.yaml"
    one = apart(path, "7", PYTHONHASHSEED="1", TZ="Asia/Shanghai")
    two = apart(path, "7", PYTHONHASHSEED="2", TZ="America/New_York", TMPDIR=str(path.parent))
    assert one == two
    assert one.count(b"\n") > 5
    assert apart(path, "8") != one


# --- the fixture ---------------------------------------------------------------------------------

#: Tests that write down what their cloud saw, with everything in it that is drawn.
TESTS = """
import os
import pytest
from pathlib import Path
from cloud_fake import CloudError

@pytest.mark.cloud(collections=["todos"], freeze="2026-03-04")
@pytest.mark.parametrize("n", range(6))
def test_ride(cloud, request, n):
    cloud.faults.preset("hotel_wifi")
    cloud.faults.add("database.todos.count: lost_reply p 0.5 optional")
    cloud.register_function("tags", lambda event, context: sorted({"a", "b", "c"}))
    todos = cloud.database().collection("todos")
    for step in range(10):
        for call in (
            lambda: todos.add(data={"n": step, "tags": {"x": 1}}),
            lambda: todos.count(),
            lambda: cloud.callFunction(name="tags"),
            lambda: cloud.as_user("o-bob").database().collection("todos").get(),
        ):
            try:
                call()
            except CloudError:
                pass
        cloud.clock.advance(seconds=7)
    Path(os.environ["SEEN"], f"{request.node.name}.txt").write_bytes(str(cloud.calls).encode())
"""
REVERSED = """
def pytest_collection_modifyitems(items):
    items.reverse()
"""
WAYS: dict[str, tuple[tuple[str, ...], str, str]] = {
    "alone": ((), "1", ""),
    "another hash seed": ((), "2", ""),
    "in the other order": ((), "3", REVERSED),
    "on two workers": (("-n", "2"), "4", ""),
    "one of them only": (("-k", "test_ride[3]"), "5", ""),
}


def test_the_timelines_of_tests_are_the_same_however_they_run(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytester.makepyfile(test_rides=TESTS)
    seen: dict[str, dict[str, bytes]] = {}
    for way, (options, hash_seed, conftest) in WAYS.items():
        pytester.makeconftest(conftest)
        place = pytester.mkdir(way.replace(" ", "_"))
        monkeypatch.setenv("SEEN", str(place))
        monkeypatch.setenv("PYTHONHASHSEED", hash_seed)
        result = pytester.runpytest_subprocess(*plugins("xdist"), *options)
        assert result.ret == 0
        seen[way] = {path.name: path.read_bytes() for path in place.glob("*.txt")}
    alone = seen.pop("alone")
    assert len(alone) == len({*alone.values()}) == 6
    assert seen.pop("one of them only") == {"test_ride[3].txt": alone["test_ride[3].txt"]}
    assert all(others == alone for others in seen.values())

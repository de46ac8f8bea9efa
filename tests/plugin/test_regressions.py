"""What a storm prints is a test: pasted above a copy of the test, it fails in the same way."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable

import pytest

from tests.plugin.running import marker_in, needs, plugins, section

Run = Callable[..., pytest.RunResult]

HEAD = """
import contextlib
import pytest
from cloud_fake import CloudError

pytestmark = pytest.mark.cloud(collections=["todos"])

"""

#: In each, the line with `storm=` is what the storm's own marker takes the place of.
APPS: dict[str, tuple[str, str]] = {
    "a fixture has the cloud, the test has not": (
        "storm=['lost_reply'], seeds=50",
        """
        @pytest.fixture
        def todos(cloud):
            todos = cloud.database().collection("todos")
            todos.count()       # no storm strikes what is only set up
            return todos

        MARKER
        def test_it(todos):
            with contextlib.suppress(CloudError):
                todos.add(data={})
            todos.count()
            assert todos.count().total == 1
            todos.count()
        """,
    ),
    "a test of a class": (
        "storm=['fail'], seeds=50",
        """
        class TestIt:
            MARKER
            def test_it(self, cloud):
                assert not hasattr(self, "seen")
                self.seen = []
                for n in range(6):
                    try:
                        cloud.database().collection("todos").where({"n": n}).count()
                    except CloudError:
                        self.seen.append(n)
                assert len(self.seen) < 2
        """,
    ),
    "a TestCase": (
        "storm=['lost_request'], seeds=50",
        """
        import unittest

        class TestIt(unittest.TestCase):
            @pytest.fixture(autouse=True)
            def keep(self, cloud):
                self.cloud = cloud

            MARKER
            def test_it(self):
                todos = self.cloud.database().collection("todos")
                for _ in range(3):
                    with contextlib.suppress(CloudError):
                        todos.add(data={})
                self.assertEqual(self.cloud.server.database().collection("todos").count().total, 3)
        """,
    ),
    "parameters": (
        "storm=['executed_twice'], seeds=50",
        """
        MARKER
        @pytest.mark.parametrize("n", [3, 5])
        def test_it(cloud, n):
            todos = cloud.database().collection("todos")
            for _ in range(n):
                todos.add(data={})
            assert todos.count().total == n
        """,
    ),
    "a second cloud, made in the test": (
        "storm=['lost_reply'], seeds=50",
        """
        MARKER
        def test_it(cloud, cloud_factory):
            cloud.database().collection("todos").count()
            bob = cloud_factory(openid="o-bob").database().collection("todos")
            for _ in range(2):
                try:
                    bob.add(data={})
                    break
                except CloudError:
                    pass
            assert bob.count().total == 1
        """,
    ),
    "a preset": (
        "storm=['subway'], seeds=9",
        """
        MARKER
        def test_it(cloud):
            todos = cloud.database().collection("todos")
            for n in range(12):
                with contextlib.suppress(CloudError):
                    todos.add(data={"n": n})
                cloud.clock.advance(seconds=10)
            cloud.eventually(lambda: todos.count().total == 12)
        """,
    ),
    "a check that is not so any more": (
        "storm=['outcome'], seeds=50",
        """
        MARKER
        def test_it(cloud):
            todos = cloud.database().collection("todos")

            @cloud.always
            def together():
                return todos.count().total % 2 == 0 or len(cloud.calls) % 2 == 1

            for n in range(8):
                with contextlib.suppress(CloudError):
                    todos.add(data={})
        """,
    ),
    "what is torn down": (
        "storm=['lost_request'], seeds=50",
        """
        @pytest.fixture
        def todos(cloud):
            yield cloud.database().collection("todos")
            assert len(cloud.calls) < 5

        MARKER
        def test_it(todos):
            for n in range(4):
                with contextlib.suppress(CloudError):
                    todos.doc(str(n)).set(data={"n": n})
                    continue
                todos.doc(str(n)).set(data={"n": n})
        """,
    ),
    "a collection that is made later, beside one that is called nearly so": (
        "storm=['lost_reply'], seeds=50",
        """
        MARKER
        def test_it(cloud):
            cloud.create_collection("todos2")
            with contextlib.suppress(CloudError):
                cloud.database().collection("todos2").add(data={})
            cloud.database().collection("todos2").add(data={})
            assert all(call.ok for call in cloud.calls)
        """,
    ),
    "time of a function's timer": (
        "storm=['missed'], seeds=50",
        """
        MARKER
        def test_it(cloud):
            @cloud.function("sweep", timer="0 * * * * * *")
            def sweep(event, context):
                context.cloud.database().collection("todos").add(data={})

            cloud.clock.advance(minutes=6, seconds=30)
            assert cloud.server.database().collection("todos").count().total >= 6
        """,
    ),
}


@pytest.fixture
def run(pytester: pytest.Pytester) -> Run:
    return lambda *args, using="": pytester.runpytest_subprocess(*plugins(using), *args)


def source(app: str, marker: str) -> str:
    """An app's test, with that marker in its place."""
    (indent,) = re.findall(r"^( *)MARKER$", app, re.MULTILINE)
    return HEAD + textwrap.dedent(app.replace(f"{indent}MARKER", textwrap.indent(marker, indent)))


def reason(result: pytest.RunResult) -> str:
    """How the test failed, in one line."""
    (line,) = [line for line in result.outlines if line.startswith(("FAILED", "ERROR"))]
    return line.partition(" - ")[2]


@pytest.mark.parametrize(("storm", "app"), APPS.values(), ids=list(APPS))
def test_it_fails_in_the_same_way(
    pytester: pytest.Pytester, run: Run, storm: str, app: str
) -> None:
    stormy = source(app, f"@pytest.mark.cloud({storm})")
    pytester.makepyfile(test_storm=stormy)
    broken = run("--cloud-seed=3", "-x")
    assert len(reason(broken)) > 3
    marker = marker_in(section(broken, "cloud storm"))
    assert "faults=" in marker
    # In a file of another name, and so with another seed.
    pytester.makepyfile(test_again=source(app, marker), test_clean=source(app, ""))
    again = run("test_again.py", "-x")
    assert reason(again) == reason(broken)
    assert run("test_clean.py").ret == pytest.ExitCode.OK


ASYNC = """
@pytest.mark.asyncio
MARKER
async def test_it(cloud):
    todos = cloud.aio.database().collection("todos")
    for _ in range(2):
        with contextlib.suppress(CloudError):
            await todos.add(data={"n": 1})
            break
    assert len(cloud.calls.to("database.todos.add")) == 1
"""


@needs("pytest_asyncio")
def test_so_does_an_async_test(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function")
    marker = '@pytest.mark.cloud(storm=["lost_reply"], seeds=30)'
    pytester.makepyfile(test_storm=source(ASYNC, marker))
    broken = run(using="asyncio")
    pytester.makepyfile(test_storm=source(ASYNC, marker_in(section(broken, "cloud storm"))))
    assert reason(run(using="asyncio")) == reason(broken) == "AssertionError: assert 2 == 1"


DRAWN = """
MARKER
def test_it(cloud, tmp_path):
    (tmp_path / "a.txt").write_text("x" * 100)
    file_id = cloud.uploadFile(cloudPath="a.txt", filePath=tmp_path / "a.txt").fileID
    got = cloud.server.downloadFile(fileID=file_id).fileContent
    assert got[:30] == b"x" * 30, "the beginning"
"""


def test_where_it_takes_the_luck_of_the_draw_the_seed_is_printed_too(
    pytester: pytest.Pytester, run: Run
) -> None:
    """Which byte arrives broken is drawn from the cloud's seed, and that from the test's name."""
    pytester.makepyfile(test_storm=source(DRAWN, "@pytest.mark.cloud(storm=['corrupt'], seeds=20)"))
    broken = run("--cloud-seed=4")
    marker = marker_in(section(broken, "cloud storm"))
    seed = '    seed="4/test_storm.py::test_it/0 storm 3",\n'
    assert seed in marker
    unlucky = marker.replace(seed, "")
    pytester.makepyfile(test_again=source(DRAWN, marker), test_unlucky=source(DRAWN, unlucky))
    assert reason(run("test_again.py")) == reason(broken)
    assert run("test_unlucky.py").ret == pytest.ExitCode.OK

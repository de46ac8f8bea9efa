"""The same seed, the same bytes: run twice and compared, in every way a test can be run."""

from __future__ import annotations

import re
from typing import NamedTuple

import pytest

from tests.plugin.running import needs, plugins

#: Tests of every kind, each of which fails, so that its report is told as well.
PROJECT = {
    "test_plain": """
        import contextlib
        import pytest
        from cloud_fake import CloudError

        @pytest.mark.cloud(collections=["todos"])
        @pytest.mark.parametrize("n", range(3))
        def test_a_clock_that_runs(cloud, tmp_path, n):
            class Thing: ...

            @cloud.function("tell")
            def tell(event, context):
                print("a thing", Thing(), {"c", "a", "b"} and sorted({"c", "a", "b"}))
                context.cloud.database().collection("todos").add(data={"by": "tell"})
                raise ValueError(f"what is {Thing()}?")

            cloud.faults.preset("hotel_wifi")
            cloud.faults.add("database.todos.count: lost_reply p 0.5 optional")
            (tmp_path / "a.txt").write_text("x" * 10_000)
            todos = cloud.database().collection("todos")
            todos.where({}).watch(onChange=lambda news: None, onError=lambda error: None)
            for step in range(12):
                for call in (
                    lambda: todos.add(data={"n": step, "tags": {"c", "b", "a"}}),
                    lambda: todos.add(data={"n": step}),
                    lambda: todos.count(),
                    lambda: cloud.uploadFile(cloudPath=f"{step}.txt", filePath=tmp_path / "a.txt"),
                    lambda: cloud.server.uploadFile(
                        cloudPath="b.txt", fileContent=(tmp_path / "a.txt").open("rb")
                    ),
                    lambda: cloud.callFunction(name="tell", data={"thing": step}),
                    lambda: cloud.as_user("o-bob").database().collection("todos").get(),
                ):
                    with contextlib.suppress(CloudError):
                        call()
                cloud.clock.advance(seconds=7)
            assert n == "all of it is to be told"
        """,
    "test_storm": """
        import contextlib
        import pytest
        from cloud_fake import CloudError

        @pytest.mark.cloud(collections=["todos"], storm=True, seeds=20)
        def test_a_storm(cloud):
            @cloud.function("sweep", timer="0 * * * * * *")
            def sweep(event, context):
                context.cloud.database().collection("todos").where({"n": 1}).remove()

            @cloud.function("count", timer="0 * * * * * *")
            def count(event, context):
                return context.cloud.database().collection("todos").count().total

            todos = cloud.database().collection("todos")
            todos.where({}).watch(onChange=lambda news: None, onError=lambda error: None)
            for n in range(10):
                with contextlib.suppress(CloudError):
                    todos.add(data={"n": n})
                cloud.clock.advance(seconds=20)
            assert len([call for call in cloud.calls if call.error]) < 2

        @pytest.mark.cloud(collections=["todos"], fail_each_call=True)
        def test_each_call(cloud):
            for n in range(5):
                cloud.database().collection("todos").add(data={"n": n})

        @pytest.mark.cloud(collections=["todos"], faults=["database.todos.add: lost_reply nth 3"])
        def test_a_script(cloud):
            for n in range(5):
                cloud.database().collection("todos").add(data={"n": n})
        """,
    "test_loop": """
        import asyncio
        import pytest

        @pytest.mark.asyncio
        @pytest.mark.cloud(collections=["todos"], autojump=True)
        async def test_a_loop_that_jumps(cloud):
            cloud.faults.delay("database.todos.*", seconds=3)
            todos = cloud.aio.database().collection("todos")

            async def app(n):
                for k in range(3):
                    await todos.doc("one").set(data={"by": [n, k]})
                    await asyncio.sleep(n)

            await asyncio.gather(*(app(n) for n in (1, 1, 2)))
            assert not (await todos.get()).data
        """,
}

REVERSED = "def pytest_collection_modifyitems(items):\n    items.reverse()"


class Way(NamedTuple):
    """How the tests are run."""

    options: tuple[str, ...] = ()
    hash_seed: str = "0"
    conftest: str = ""


WAYS = {
    "in another process": Way(),
    "under another hash seed": Way(hash_seed="1"),
    "in the other order": Way(conftest=REVERSED),
    "on two workers": Way(("-n", "2")),
    "file by file": Way(("-n", "2", "--dist=loadfile")),
}
SECTIONS = ("cloud timeline", "cloud storm", "cloud, each call failing once", "cloud faults")


class Told(NamedTuple):
    """What a run has left: the reports' sections by test, and the files."""

    sections: dict[str, list[str]]
    files: dict[str, bytes]


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> object:
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function")
    pytester.makepyfile(**PROJECT)

    def run(way: Way, name: str, *options: str) -> Told:
        monkeypatch.setenv("PYTHONHASHSEED", way.hash_seed)
        pytester.makeconftest(way.conftest)
        folder = pytester.path / name
        result = pytester.runpytest_subprocess(
            *plugins("asyncio", "xdist"), f"--cloud-timeline-dir={folder}", *way.options, *options
        )
        assert result.ret == pytest.ExitCode.TESTS_FAILED
        files = {path.name: path.read_bytes() for path in folder.glob("*.json")}
        return Told(told_by_test(result.outlines), files)

    return run


def told_by_test(lines: list[str]) -> dict[str, list[str]]:
    """The lines of our sections, by the test that they stand under."""
    told: dict[str, list[str]] = {}
    test = section = ""
    for line in lines:
        if line.startswith("___"):
            test, section = line.strip("_ "), ""
        elif line.startswith(("---", "===")):
            section = line.strip("-= ")
        elif section in SECTIONS:
            told.setdefault(section if section == SECTIONS[-1] else test, []).append(line)
    return told


@needs("xdist")
@needs("pytest_asyncio")
@pytest.mark.parametrize("way", WAYS)
def test_the_same_seed_gives_the_same_bytes(run: object, way: str) -> None:
    assert callable(run)
    first, again = run(Way(), "first"), run(WAYS[way], "again")
    assert len(first.files) == 7
    assert len(first.sections) == 8
    assert sum(map(len, first.sections.values())) > 100
    assert again == first


@needs("pytest_asyncio")
def test_a_test_alone_tells_what_it_tells_among_others(run: object) -> None:
    assert callable(run)
    all_of_them = run(Way(), "all")
    one = run(Way(), "one", "-k", "test_a_storm")
    (name,) = one.files
    assert one.files[name] == all_of_them.files[name]
    assert one.sections["test_a_storm"] == all_of_them.sections["test_a_storm"]


@needs("pytest_asyncio")
def test_another_seed_tells_something_else(run: object) -> None:
    assert callable(run)
    first, other = run(Way(), "first"), run(Way(), "other", "--cloud-seed=1")
    assert first.files.keys() == other.files.keys()
    seed = re.compile(rb'"seed": "."')
    same = [
        name.partition("-")[2].rpartition("-")[0]
        for name in first.files
        if seed.sub(b"", first.files[name]) == seed.sub(b"", other.files[name])
    ]
    # Its one call is lost, and so nothing is drawn.
    assert same == ["test_each_call"]

"""Every call of a test fails once, in each phase: the matrix, and the lines that reproduce it."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable

import pytest

from tests.plugin.running import plugins, section

Run = Callable[..., pytest.RunResult]

TITLE = "cloud, each call failing once"


@pytest.fixture
def run(pytester: pytest.Pytester) -> Run:
    """Runs pytest in this process on the files the test has made."""
    return lambda *args: pytester.runpytest_inprocess(*plugins(), *args)


def table(result: pytest.RunResult) -> list[str]:
    """What is told of each call."""
    return section(result, TITLE)


NAIVE = """
    import pytest
    from cloud_fake import CloudError

    @pytest.fixture
    def todos(cloud):
        cloud.register_function("note", note)
        todos = cloud.database().collection("todos")
        todos.get()
        return todos

    def note(event, context):
        context.cloud.database().collection("todos").add(data={"by": "note"})

    @pytest.mark.cloud(collections=["todos"], fail_each_call=True)
    def test_it(cloud, todos):
        try:
            todos.add(data={"n": 1})
        except CloudError:
            todos.add(data={"n": 1})
        try:
            cloud.callFunction(name="note")
        except CloudError:
            pass
        with pytest.raises(CloudError):
            todos.doc("nowhere").get()
        found = cloud.server.database().collection("todos").where({"n": 1}).count().total
        assert found == 1
"""


def test_the_matrix(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makepyfile(test_it=NAIVE)
    result = run("--cloud-seed=7")
    result.assert_outcomes(failed=1)
    command = 'python -m pytest "test_it.py::test_it" --cloud-seed=7 --cloud-fail-call'
    (told,) = [line for line in table(result) if line.startswith("call 6 ") and "_request" in line]
    assert table(result) == [
        "call                       lost_request  lost_reply",
        "   2 database.todos.add    passed        FAILED",
        "   3 function.note         passed        passed",
        "   4   database.todos.add  passed        passed",
        "   5 database.todos.get    passed        -",
        "   6 database.todos.count  FAILED        FAILED",
        "3 of 9 places break the test.",
        "call 2 database.todos.add, lost_reply: AssertionError: assert 2 == 1",
        '    @pytest.mark.cloud(faults=["database.todos.add: lost_reply once"])',
        f"    {command}=2:lost_reply",
        told,
        '    @pytest.mark.cloud(faults=["database.todos.count: lost_request once"])',
        f"    {command}=6:lost_request",
        told.replace("lost_request", "lost_reply"),
        '    @pytest.mark.cloud(faults=["database.todos.count: lost_reply once"])',
        f"    {command}=6:lost_reply",
    ]


def test_one_place_alone(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makepyfile(test_it=NAIVE)
    result = run("--cloud-fail-call=2:lost_reply")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*assert 2 == 1*"])
    result.stdout.fnmatch_lines(["*⚡lost_reply*", "reproduce: *--cloud-fail-call=2:lost_reply"])
    run("--cloud-fail-call=3:lost_request").assert_outcomes(passed=1)


def test_the_report_shows_the_first_place_that_breaks_it(
    pytester: pytest.Pytester, run: Run
) -> None:
    pytester.makepyfile(test_it=NAIVE)
    result = run()
    timeline = section(result, "cloud timeline")
    assert "⚡lost_reply" in timeline[1]
    assert timeline[-1].endswith("--cloud-fail-call=2:lost_reply")


ROBUST = """
    import pytest
    from cloud_fake import CloudError

    @pytest.mark.cloud(collections=["todos"], fail_each_call=True)
    def test_it(cloud):
        todo = cloud.database().collection("todos").doc("one")
        for _ in range(2):
            try:
                todo.set(data={"n": 1})
                break
            except CloudError:
                pass
        cloud.eventually(lambda: todo.get().data["n"] == 1)
"""


def test_an_app_that_stands_it(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makepyfile(test_it=ROBUST)
    result = run("-rP")
    result.assert_outcomes(passed=1)
    assert table(result) == [
        "call                     lost_request  lost_reply",
        "   1 database.todos.set  passed        passed",
        "2 places tried.",
    ]


def test_a_test_that_fails_by_itself_is_not_tried(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makepyfile(test_it=ROBUST.replace("for _ in", "assert not cloud\n        for _ in"))
    result = run()
    result.assert_outcomes(failed=1)
    result.stdout.no_fnmatch_line(f"*{TITLE}*")


def test_a_short_memory_forgets_no_call(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makepyfile(
        """
        import contextlib
        import pytest
        from cloud_fake import CloudError

        @pytest.fixture
        def todos(cloud):
            todos = cloud.database().collection("todos")
            todos.get()
            return todos

        @pytest.mark.cloud(collections=["todos"], timeline_limit=3, fail_each_call=True)
        def test_it(todos):
            for n in range(12):
                with contextlib.suppress(CloudError):
                    todos.where({"n": n}).count()
        """
    )
    _head, *rows, last = table(run("-rP"))
    assert [row.split()[0] for row in rows] == [str(n) for n in range(2, 14)]
    assert last == "24 places tried."


def test_a_second_cloud(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.cloud(collections=["todos"], fail_each_call=True)
        def test_it(cloud, cloud_factory):
            cloud_factory().database().collection("todos").count()
        """
    )
    lines = table(run())
    assert lines[1:4] == [
        " 1@2 database.todos.count  FAILED        FAILED",
        "2 of 2 places break the test.",
        "call 1@2 database.todos.count, lost_request: CloudError: Error: collection.count:fail "
        "request:fail timeout",
    ]
    result = run("--cloud-fail-call=1@2:lost_reply")
    result.assert_outcomes(failed=1)


def test_a_test_that_differs_from_run_to_run(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makepyfile(
        """
        import pytest

        runs = []

        @pytest.mark.cloud(collections=["todos"], fail_each_call=True)
        def test_it(cloud):
            runs.append(1)
            if len(runs) == 1:
                cloud.database().collection("todos").count()
        """
    )
    result = run()
    assert table(result)[1] == "   1 database.todos.count  NOT REACHED   NOT REACHED"
    result.stdout.fnmatch_lines(["*the call is not there again: the test differs from run to run"])


@pytest.mark.parametrize("given", ["2", "2:lost", "x:lost_reply", "2@x:lost_reply"])
def test_a_place_that_is_none(pytester: pytest.Pytester, run: Run, given: str) -> None:
    result = run(f"--cloud-fail-call={given}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR


DEMO = """
    import pytest
    from cloud_fake import CloudError
    from cloud_fake.cli.demo import story
    from cloud_fake.cli.demo.album import SHIPPED, read_album

    @pytest.mark.cloud(openid="o-alice", collections=["photos"], fail_each_call=True)
    def test_the_album(cloud):
        stage = story.Stage(cloud, read_album(SHIPPED).photos, lambda photo, progress: None)
        for act in (story.upload_all, story.make_thumbnails, story.follow_links):
            act(stage)
"""


@pytest.mark.skipif(importlib.util.find_spec("PIL") is None, reason="the demo needs Pillow")
def test_the_demo_s_album(pytester: pytest.Pytester, run: Run) -> None:
    """The album of the demo retries nothing, so that nearly every place breaks it."""
    pytester.makepyfile(test_demo=DEMO)
    result = run()
    result.assert_outcomes(failed=1)
    rows = [line for line in table(result) if line[:4].strip().isdigit()]
    numbers = [int(line.split()[0]) for line in rows]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) > 20
    names = {line.split()[1] for line in rows}
    assert names >= {
        "storage.upload",
        "database.photos.add",
        "function.thumbnails",
        "storage.fetch",
    }
    came = {tuple(line.split()[2:]) for line in rows}
    assert came <= {(one, two) for one in ("passed", "FAILED") for two in ("passed", "FAILED")}
    # An upload in the callback form tells its failure to nobody: nothing is kept, and the album
    # does not notice before it looks for the photo.
    assert ("FAILED", "FAILED") in came

"""What a failing test shows, what a session tells at its end, and what is written to files."""

from __future__ import annotations

import importlib.util
import json
import re
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.plugin.running import needs, plugins, section

Run = Callable[..., pytest.RunResult]

TIMELINE = "cloud timeline"


@pytest.fixture
def run(pytester: pytest.Pytester) -> Run:
    """Runs pytest in this process on the files the test has made."""
    return lambda *args: pytester.runpytest_inprocess(*plugins(), *args)


@pytest.fixture
def run_on_two(pytester: pytest.Pytester) -> Run:
    """Runs pytest on two workers."""
    if importlib.util.find_spec("xdist") is None:
        pytest.skip("xdist is not installed")
    return lambda *args: pytester.runpytest_subprocess(*plugins("xdist"), "-n", "2", *args)


# --- the timeline --------------------------------------------------------------------------------

STORY = """
    import datetime
    import pytest
    from cloud_fake import CloudError

    @pytest.mark.cloud(collections=["orders"], freeze="2026-05-01", seed=7)
    def test_pay(cloud):
        @cloud.function("pay")
        def pay(event, context):
            print("paying", event["order"])
            context.cloud.database().collection("orders").doc("o1").update(data={"paid": True})

        orders = cloud.database().collection("orders")
        watch = orders.where({}).watch(onChange=lambda news: None, onError=lambda error: None)
        cloud.faults.add("database.orders.set: lost_reply once")
        cloud.faults.add("function.pay: delay(seconds=2.5)")
        cloud.faults.add("database.orders.update: fail nth 3")
        cloud.faults.add("database.order.set: fail optional")
        for _ in range(2):
            try:
                orders.doc("o1").set(data={"n": 1})
            except CloudError:
                cloud.clock.advance(seconds=30)
        cloud.callFunction(name="pay", data={"order": "o1"})
        watch.close()
        assert orders.doc("o1").get().data["paid"] is None
"""
TOLD = """\
+00:00:00.000  o-alice     watch.orders {where: {}} → 0
+00:00:00.000              · watch: orders for o-alice: #0 init of 0
+00:00:00.000  o-alice     database.orders.set {doc: 'o1', data: {n: 1}}  ⚡lost_reply \
✗ document.set:fail request:fail timeout (done all the same)
+00:00:00.000              · watch: orders for o-alice: #1 enqueue/add o1
+00:00:00.000              · clock: +30s
+00:00:30.000  o-alice     database.orders.set {doc: 'o1', data: {n: 1}} \
→ {_id: 'o1', stats: {updated: 1, created: 0}, errMsg: 'document.set:ok'}
+00:00:30.000              · watch: orders for o-alice: #2 update/replace o1
+00:00:30.000  o-alice     function.pay {name: 'pay', data: {order: 'o1'}}  ⚡delay(seconds=2.5) \
→ {requestID: '…', errMsg: 'cloud.callFunction:ok'} (after 2.5s)
+00:00:32.500                · print: paying o1
+00:00:32.500  in pay        database.orders.update {doc: 'o1', data: {paid: true}} \
→ {stats: {updated: 1}, errMsg: 'document.update:ok'}
+00:00:32.500              · watch: orders for o-alice: #3 update/update o1
+00:00:32.500  o-alice     database.orders.get {doc: 'o1'} \
→ {data: {_id: 'o1', _openid: 'o-alice', n: 1, paid: true}, errMsg: 'document.get:ok'}
rule database.orders.set: lost_reply once: fired 1: handled by retry 1 (1 done twice), surfaced 0
rule function.pay: delay(seconds=2.5): fired 1: answered all the same 1
rule database.orders.update: fail nth 3: matched 1, fired 0
rule database.order.set: fail optional: never matched; there was database.orders.set, \
database.orders.get, database.orders.update
reproduce: python -m pytest "test_orders.py::test_pay" --cloud-seed=7"""


def test_everything_stands_on_one_timeline(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makepyfile(test_orders=STORY)
    shown = "\n".join(section(run("--cloud-seed=7"), TIMELINE))
    assert re.sub(r"requestID: '[0-9a-f-]{36}'", "requestID: '…'", shown) == TOLD


VERDICTS = [
    (
        "database.todos.add: lost_reply once",
        "fired 1: handled by retry 1 (1 done twice), surfaced 0",
    ),
    (
        "database.todos.add: lost_reply times 3",
        "fired 3: handled by its function 1, surfaced 2",
    ),
    ("function.save: lost_request once", "fired 1: surfaced 1"),
    (
        "database.todos.add inside save: lost_request once",
        "fired 1: handled by its function 1, surfaced 0",
    ),
    ("database.todos.add: delay(seconds=1)", "fired 3: answered all the same 3"),
    ("database.todos.get: fail optional", "never matched; there was database.todos.add"),
]


@pytest.mark.parametrize(("rule", "verdict"), VERDICTS, ids=[rule for rule, _ in VERDICTS])
def test_what_a_rule_came_to(pytester: pytest.Pytester, run: Run, rule: str, verdict: str) -> None:
    pytester.makepyfile(
        f"""
        import contextlib
        import pytest
        from cloud_fake import CloudError

        @pytest.mark.cloud(collections=["todos"])
        def test_it(cloud):
            @cloud.function("save")
            def save(event, context):
                with contextlib.suppress(CloudError):
                    context.cloud.database().collection("todos").add(data={{"by": "save"}})

            cloud.faults.add({rule!r})
            todos = cloud.database().collection("todos")
            for call in (todos.add, todos.add):
                with contextlib.suppress(CloudError):
                    call(data={{"n": 1}})
            with contextlib.suppress(CloudError):
                cloud.callFunction(name="save")
            assert False
        """
    )
    assert section(run(), TIMELINE)[-2] == f"rule {rule}: {verdict}"


MANY = """
    import pytest

    @pytest.mark.cloud(collections=["todos"])
    def test_it(cloud):
        for n in range(100):
            cloud.database().collection("todos").where({{"n": n}}).count()
        assert {outcome}
"""

AMOUNTS = [
    ("failed", "False", 60),
    ("full", "False", 100),
    ("never", "False", None),
    ("failed", "True", None),
    ("full", "True", 100),
    ("never", "True", None),
]


@pytest.mark.parametrize(("option", "outcome", "lines"), AMOUNTS)
def test_how_much_is_shown(
    pytester: pytest.Pytester, run: Run, option: str, outcome: str, lines: int | None
) -> None:
    pytester.makepyfile(test_it=MANY.format(outcome=outcome))
    result = run(f"--cloud-timeline={option}", "-rA")
    if lines is None:
        result.stdout.no_fnmatch_line("*cloud timeline*")
    else:
        shown = section(result, TIMELINE)
        assert sum("database.todos.count" in line for line in shown) == lines
        assert shown[0].startswith("… 40 earlier lines" if lines < 100 else "+00:00:00")


# --- checks --------------------------------------------------------------------------------------


def test_checks_are_looked_at_when_a_test_has_passed(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makepyfile(
        """
        import pytest
        from cloud_fake import CloudError

        pytestmark = pytest.mark.cloud(collections=["todos"])

        def test_eventually(cloud):
            todos = cloud.database().collection("todos")
            cloud.faults.offline()
            with pytest.raises(CloudError):
                todos.add(data={})

            @cloud.eventually
            def saved():
                assert todos.count().total == 1

        def test_always(cloud):
            todos = cloud.database().collection("todos")
            cloud.always(lambda: todos.count().total == 0)
            try:
                todos.add(data={})
            except Exception:
                pass      # an app that swallows everything

        def test_both_hold(cloud):
            todos = cloud.database().collection("todos")
            cloud.always(lambda: todos.count().total < 2)
            cloud.eventually(lambda: todos.count().total == 1)
            todos.add(data={})

        def test_that_fails_by_itself(cloud):
            cloud.eventually(lambda: False)
            assert 1 == 2
        """
    )
    result = run()
    result.assert_outcomes(passed=1, failed=3)
    result.stdout.fnmatch_lines_random(
        [
            "*CheckFailed: eventually saved, in the end: assert 0 == 1",
            "*CheckFailed: always the check in line *, after call 1, database.todos.add: *",
            "*assert 1 == 2",
        ]
    )


# --- the session ---------------------------------------------------------------------------------

SESSION = """
    import contextlib
    import pytest
    from cloud_fake import CloudError

    pytestmark = pytest.mark.cloud(collections=["todos"])

    @pytest.mark.parametrize("n", range(6))
    def test_todos(cloud, n):
        todos = cloud.database().collection("todos")
        cloud.faults.add("database.todos.add: lost_reply once")
        cloud.faults.add("database.todos.count: delay(seconds=1) optional")
        for _ in range(1 + n % 2):
            with contextlib.suppress(CloudError):
                todos.add(data={"n": n})
        todos.count()
        todos.get()
        cloud.sometimes("a retry was needed", n == 3)
        cloud.sometimes("the line was busy", n == 7)
        cloud.sometimes("the moon was full", False)
"""
MATRIX = """\
operation             lost_reply  delay
database.todos.add         6/3/3      ·
database.todos.count           ·  6/6/0
database.todos.get             ·      ·
fired/handled/surfaced, · never tried""".splitlines()
NEVER = ["the line was busy: asked 6 times", "the moon was full: asked 6 times"]


@pytest.mark.parametrize("workers", [1, 2])
def test_the_session_tells_which_fault_struck_what(
    pytester: pytest.Pytester, run: Run, request: pytest.FixtureRequest, workers: int
) -> None:
    pytester.makepyfile(test_todos=SESSION)
    run = run if workers == 1 else request.getfixturevalue("run_on_two")
    result = run()
    result.assert_outcomes(passed=6)
    assert section(result, "cloud faults") == MATRIX
    assert section(result, "cloud: sometimes, but never so") == NEVER
    assert result.ret == pytest.ExitCode.OK


def test_scenarios_count_as_well(pytester: pytest.Pytester, run: Run) -> None:
    pytest.importorskip("yaml")
    story = """
        name: a reply is lost
        world: {env: dev-1a2b3c, users: [o-alice], collections: {todos: }}
        timeline:
          - fault: "database.todos.add: lost_reply once"
          - {call: database.todos.add, with: {data: {n: 1}}, tries: 2}
          - {call: database.todos.count}
    """
    pytester.path.joinpath("story.cloud.yaml").write_text(textwrap.dedent(story), encoding="utf-8")
    result = run()
    result.assert_outcomes(passed=1)
    assert section(result, "cloud faults") == [
        "operation             lost_reply",
        "database.todos.add         1/1/0",
        "database.todos.count           ·",
        "fired/handled/surfaced, · never tried",
    ]


def test_where_each_call_fails_once_each_is_counted_once(
    pytester: pytest.Pytester, run: Run
) -> None:
    pytester.makepyfile(
        """
        import pytest
        from cloud_fake import CloudError

        @pytest.mark.cloud(collections=["todos"], fail_each_call=True)
        def test_it(cloud):
            todos = cloud.database().collection("todos")
            try:
                todos.count()
            except CloudError:
                todos.count()
            todos.get()
        """
    )
    assert section(run(), "cloud faults") == [
        "operation             lost_request  lost_reply",
        "database.todos.count         1/1/0       1/1/0",
        "database.todos.get           1/0/1       1/0/1",
        "fired/handled/surfaced, · never tried",
    ]


@pytest.mark.parametrize("workers", [1, 2])
def test_what_is_never_so_may_fail_the_session(
    pytester: pytest.Pytester, run: Run, request: pytest.FixtureRequest, workers: int
) -> None:
    pytester.makepyfile(test_todos=SESSION)
    run = run if workers == 1 else request.getfixturevalue("run_on_two")
    assert run("--cloud-sometimes=strict").ret == pytest.ExitCode.TESTS_FAILED
    pytester.makepyfile(test_todos=SESSION.replace("n == 7", "n == 5").replace("False)", "n)"))
    result = run("--cloud-sometimes=strict")
    assert result.ret == pytest.ExitCode.OK
    result.stdout.no_fnmatch_line("*never so*")


def test_a_session_without_trouble_tells_nothing(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makepyfile("def test_it(cloud): cloud.create_collection('todos')")
    result = run()
    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("*cloud*faults*")


def test_a_storm_counts_and_its_shrinking_does_not(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makepyfile(
        """
        import contextlib
        import pytest
        from cloud_fake import CloudError

        @pytest.mark.cloud(collections=["todos"], storm=["lost_reply"], seeds=30)
        def test_it(cloud):
            todos = cloud.database().collection("todos")
            for n in range(3):
                with contextlib.suppress(CloudError):
                    todos.where({"n": n}).count()
            assert len([call for call in cloud.calls if call.faults]) < 2
        """
    )
    head, row, _legend = section(run(), "cloud faults")
    assert head.split() == ["operation", "lost_reply"]
    name, cell = row.split()
    fired, handled, surfaced = map(int, cell.split("/"))
    assert name == "database.todos.count"
    # What the storms did up to the first that broke it, and neither trials nor the smallest.
    assert 2 <= fired <= 8
    assert (handled, surfaced) == (0, fired)


# --- files ---------------------------------------------------------------------------------------


def test_each_test_s_timeline_is_written(
    pytester: pytest.Pytester, run: Run, tmp_path: Path
) -> None:
    pytester.makepyfile(test_orders=STORY, test_none="def test_it(): pass")
    run(f"--cloud-timeline-dir={tmp_path / 'told'}", "--cloud-seed=7")
    (file,) = (tmp_path / "told").iterdir()
    assert file.name.startswith("test_orders.py-test_pay-")
    first = file.read_bytes()
    told = json.loads(first)
    assert (told["test"], told["seed"]) == ("test_orders.py::test_pay", "7")
    (cloud,) = told["clouds"]
    assert [entry["kind"] for entry in cloud["entries"]].count("call") == len(
        [entry for entry in cloud["entries"] if "name" in entry]
    )
    lost, again = [e for e in cloud["entries"] if e.get("name") == "database.orders.set"]
    assert (lost["attempt"], lost["executions"], lost["ok"]) == (1, 1, False)
    assert (again["attempt"], again["at"], again["faults"]) == (2, 30.0, [])
    assert {"kind": "clock", "at": 0.0, "depth": 0, "text": "+30s"} in cloud["entries"]
    (inner,) = [e for e in cloud["entries"] if e.get("name") == "database.orders.update"]
    (outer,) = [e for e in cloud["entries"] if e.get("name") == "function.pay"]
    assert inner["inside"] == outer["number"]
    assert outer["took"] == 2.5
    assert cloud["rules"][2] == {
        "rule": "database.orders.update: fail nth 3",
        "fired": 0,
        "verdict": "matched 1, fired 0",
    }
    run(f"--cloud-timeline-dir={tmp_path / 'told'}", "--cloud-seed=7")
    assert file.read_bytes() == first


def test_every_test_has_a_file_of_its_own(
    pytester: pytest.Pytester, run_on_two: Run, tmp_path: Path
) -> None:
    pytester.makepyfile(test_todos=SESSION)
    run_on_two(f"--cloud-timeline-dir={tmp_path}")
    tests = [json.loads(file.read_text("utf-8"))["test"] for file in tmp_path.glob("*.json")]
    assert sorted(tests) == [f"test_todos.py::test_todos[{n}]" for n in range(6)]


# --- time that jumps -----------------------------------------------------------------------------


@pytest.mark.parametrize("mark", ["asyncio", "anyio"])
def test_autojump_by_marker(pytester: pytest.Pytester, mark: str) -> None:
    if importlib.util.find_spec({"asyncio": "pytest_asyncio"}.get(mark, mark)) is None:
        pytest.skip(f"{mark} is not installed")
    pytester.makepyfile(
        f"""
        import asyncio
        import pytest

        @pytest.fixture
        def anyio_backend():
            return "asyncio"

        class TestIt:
            @pytest.mark.{mark}
            @pytest.mark.cloud(autojump=True, freeze="2026-05-01", collections=["todos"])
            async def test_it(self, cloud):
                cloud.faults.delay("database.todos.count", seconds=90)
                began = cloud.clock.now()
                await asyncio.sleep(3600)
                with pytest.raises(TimeoutError):
                    await asyncio.wait_for(cloud.aio.database().collection("todos").count(), 30)
                assert (cloud.clock.now() - began).total_seconds() == 3630

            @pytest.mark.{mark}
            @pytest.mark.cloud(autojump=True)
            async def test_that_hangs(self, cloud):
                await asyncio.Event().wait()

            @pytest.mark.{mark}
            @pytest.mark.cloud(autojump=True)
            async def test_next(self, cloud):
                began = cloud.clock.now()
                await asyncio.sleep(0.1)
                assert (cloud.clock.now() - began).total_seconds() == 0.1
        """
    )
    if mark == "asyncio":
        pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function")
    result = pytester.runpytest_subprocess(*plugins(mark), "-W", "error")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(
        [
            "*CheckFailed: autojump: the app waits for ever: nothing is due any more, *",
            "E * waits in test_that_hangs, test_autojump_by_marker.py:*: await asyncio.*",
        ]
    )


@needs("anyio")
@needs("trio")
def test_autojump_by_marker_under_trio(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest
        import trio, trio.testing

        @pytest.fixture
        def anyio_backend():
            return "trio", {"clock": trio.testing.MockClock()}

        @pytest.mark.anyio
        @pytest.mark.cloud(autojump=True, collections=["todos"])
        async def test_it(cloud):
            cloud.faults.delay("database.todos.count", seconds=90)
            began = cloud.clock.now()
            await trio.sleep(3600)
            with trio.move_on_after(30):
                await cloud.aio.database().collection("todos").count()
            assert (cloud.clock.now() - began).total_seconds() == pytest.approx(3630)
        """
    )
    pytester.runpytest_subprocess(*plugins("anyio"), "-W", "error").assert_outcomes(passed=1)


def test_autojump_is_for_async_tests(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makepyfile(
        "import pytest\n\n@pytest.mark.cloud(autojump=True)\ndef test_it(cloud): pass"
    )
    result = run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*autojump=True) is for async tests*"])

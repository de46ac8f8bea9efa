"""The pytest plugin, as a project that uses it sees it: small test files, run by pytest."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from collections.abc import Callable
from itertools import chain
from typing import Any

import pytest

from tests.plugin.running import INSTALLED, plugins

Run = Callable[..., pytest.RunResult]


@pytest.fixture
def run(pytester: pytest.Pytester) -> Run:
    """Runs pytest in this process on the files the test has made."""
    return lambda *args: pytester.runpytest_inprocess(*plugins(), *args)


@pytest.fixture
def run_apart(pytester: pytest.Pytester) -> Run:
    """Runs pytest in a process of its own, together with another plugin."""
    return lambda *args, using="": pytester.runpytest_subprocess(*plugins(using), *args)


@pytest.fixture
def run_on_two(run_apart: Run) -> Run:
    """Runs pytest on two workers."""
    return lambda *args: run_apart("-n", "2", *args, using="xdist")


def needs(module: str) -> pytest.MarkDecorator:
    missing = importlib.util.find_spec(module) is None
    return pytest.mark.skipif(missing, reason=f"{module} is not installed")


# --- fixtures ------------------------------------------------------------------------------------


def test_the_cloud_of_a_test(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makepyfile(
        """
        from cloud_fake import FakeCloud

        def test_it_is_ready(cloud):
            assert isinstance(cloud, FakeCloud)
            cloud.create_collection("todos")
            cloud.database().collection("todos").add(data={"text": "milk"})

        def test_it_is_new_for_every_test(cloud):
            assert len(cloud.calls) == 0
            cloud.create_collection("todos")
            assert cloud.database().collection("todos").count().total == 0

        def test_its_parts(cloud, cloud_clock, cloud_faults):
            assert cloud_clock is cloud.clock
            assert cloud_faults is cloud.faults
        """
    )
    run().assert_outcomes(passed=3)


def test_several_clouds(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.cloud(openid="o-marked", collections=["todos"])
        def test_two(cloud_factory, cloud):
            other = cloud_factory(openid="o-bob", env="other-1")
            for each, user in ((cloud, "o-marked"), (other, "o-bob")):
                each.register_function("who", lambda event, context: context.wx_context["OPENID"])
                assert each.callFunction(name="who").result == user
            one = cloud.database().collection("todos").add(data={})
            two = other.database().collection("todos").add(data={})
            assert one._id != two._id
            assert other.database().collection("todos").count().total == 1

        def test_none(cloud_factory):
            pass

        def test_a_wrong_keyword(cloud_factory):
            with pytest.raises(TypeError, match="colections"):
                cloud_factory(colections=[])
        """
    )
    run().assert_outcomes(passed=3)


def test_a_cloud_dies_with_its_test(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makepyfile(
        """
        import gc, weakref

        seen = []

        def test_one(cloud):
            seen.append(weakref.ref(cloud))

        def test_two():
            gc.collect()
            assert seen[0]() is None
        """
    )
    run().assert_outcomes(passed=2)


def test_a_cloud_in_a_doctest(pytester: pytest.Pytester, run: Run) -> None:
    pytester.maketxtfile(
        test_story="""
        >>> cloud = getfixture("cloud")
        >>> cloud.register_function("add", lambda event, context: event["x"] + 1)
        >>> cloud.callFunction(name="add", data={"x": 1}).result
        2
        """
    )
    run().assert_outcomes(passed=1)


# --- the marker ----------------------------------------------------------------------------------

WHO = """
    import pytest

    def who(cloud):
        cloud.register_function("who", lambda event, context: context.wx_context)
        return cloud.callFunction(name="who").result
"""


def test_markers_merge_and_the_closest_wins(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makepyfile(
        WHO
        + """
    pytestmark = pytest.mark.cloud(openid="o-module", appid="wx-module", unionid="u-module")

    def test_module(cloud):
        assert who(cloud) == {
            "OPENID": "o-module", "APPID": "wx-module", "UNIONID": "u-module",
            "ENV": "test-1a2b3c", "SOURCE": "wx_client",
        }

    @pytest.mark.cloud(openid="o-class", appid="wx-class")
    class TestClass:
        def test_class(self, cloud):
            told = who(cloud)
            assert (told["OPENID"], told["APPID"], told["UNIONID"]) == (
                "o-class", "wx-class", "u-module"
            )

        @pytest.mark.cloud(openid="o-function")
        def test_function(self, cloud):
            told = who(cloud)
            assert (told["OPENID"], told["APPID"], told["UNIONID"]) == (
                "o-function", "wx-class", "u-module"
            )

        @pytest.mark.cloud(openid="o-outer", appid="wx-outer")
        @pytest.mark.cloud(openid="o-inner")
        def test_two_on_one_function(self, cloud):
            told = who(cloud)
            assert (told["OPENID"], told["APPID"]) == ("o-inner", "wx-outer")
    """
    )
    run().assert_outcomes(passed=4)


def test_every_keyword_arrives(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.cloud(
            env="dev-9z", openid="o-bob", appid="wx9", unionid="u9", collections=["todos"],
            seed=5, url_max_age=60, auto_create_collections=True, real_time=True, freeze=True,
            timeline_limit=2,
        )
        def test_all(cloud):
            from cloud_fake import FakeCloud

            same = FakeCloud(env="dev-9z", collections=["todos"], seed=5)
            ids = [c.database().collection("todos").add(data={})._id for c in (cloud, same)]
            assert ids[0] == ids[1]
            cloud.database().collection("made-by-using-it").add(data={})
            cloud.set_storage_permission("PRIVATE")
            file_id = cloud.server.uploadFile(cloudPath="a", fileContent=b"x").fileID
            assert file_id.startswith("cloud://dev-9z.")
            assert cloud.server.getTempFileURL(fileList=[file_id]).fileList[0].maxAge == 60
            assert cloud.clock.is_frozen and cloud.clock.real_time
            assert len(cloud.calls) < 4
        """
    )
    run().assert_outcomes(passed=1)


FREEZES = [
    ("True", "cloud.clock.is_frozen"),
    ("False", "not cloud.clock.is_frozen"),
    ("None", "not cloud.clock.is_frozen"),
    ("'2026-03-04T12:00:00Z'", "cloud.clock.is_frozen and cloud.clock.now() == NOON"),
    ("'2026-03-04T12:00'", "cloud.clock.is_frozen and cloud.clock.now() == NOON"),
    ("'2026-03-04T20:00+08:00'", "cloud.clock.is_frozen and cloud.clock.now() == NOON"),
    ("'2026-03-04'", "cloud.clock.now() == NOON - timedelta(hours=12)"),
    ("NOON", "cloud.clock.is_frozen and cloud.clock.now() == NOON"),
]


def test_freeze(pytester: pytest.Pytester, run: Run) -> None:
    tests = "".join(
        f"""
        @pytest.mark.cloud(freeze={freeze})
        def test_{number}(cloud):
            assert {claim}
        """
        for number, (freeze, claim) in enumerate(FREEZES)
    )
    pytester.makepyfile(
        """
        from datetime import datetime, timedelta, timezone
        import pytest

        NOON = datetime(2026, 3, 4, 12, tzinfo=timezone.utc)
        """
        + tests
    )
    run().assert_outcomes(passed=len(FREEZES))


UNKNOWN = "@pytest.mark.cloud has no keyword"
MISTAKES = [
    ("colections=[]", f"{UNKNOWN} 'colections'; did you mean 'collections'?"),
    ("opened='o-bob'", f"{UNKNOWN} 'opened'; did you mean 'openid'?"),
    ("x=1", f"{UNKNOWN} 'x'; it has autojump, fail_each_call, faults, seeds, *"),
    ("'dev-1'", "@pytest.mark.cloud takes keywords only, not ('dev-1',)"),
    ("freeze=5", "@pytest.mark.cloud(freeze=5) is no moment: True, a datetime, or an ISO text"),
    ("freeze='yesterday'", "@pytest.mark.cloud(freeze='yesterday') is no moment: *"),
]


@pytest.mark.parametrize(("given", "text"), MISTAKES)
def test_a_mistake_in_a_marker_is_found_before_the_first_test(
    pytester: pytest.Pytester, run: Run, given: str, text: str
) -> None:
    pytester.makepyfile(
        test_marked=f"""
        import pytest

        def test_before():
            pass

        @pytest.mark.cloud({given})
        def test_it(cloud):
            pass
        """
    )
    result = run()
    result.assert_outcomes(errors=1)
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["*ERROR collecting*", f"test_marked.py::test_it: {text}"])


def test_a_mistake_in_the_marker_of_a_class(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.cloud(openid="o-bob", colections=[])
        class TestIt:
            def test_it(self, cloud):
                pass
        """
    )
    run().stdout.fnmatch_lines([f"*::TestIt::test_it: {UNKNOWN} 'colections'; did you mean *"])


def test_pytest_s_own_help_tells_what_there_is(pytester: pytest.Pytester, run: Run) -> None:
    run("--markers").stdout.fnmatch_lines(["@pytest.mark.cloud(env=, openid=, collections=, *"])
    run("--fixtures").stdout.re_match_lines_random(
        [r"cloud_factory -- .*", r"cloud -- .*", r"cloud_clock -- .*", r"cloud_faults -- .*"]
    )
    help_lines = run("--help").stdout
    help_lines.fnmatch_lines(["*--cloud-seed=SEED*"])
    help_lines.fnmatch_lines_random(
        [
            f"*{name}*"
            for name in (
                "cloud_seed (string)",
                "cloud_env (string)",
                "cloud_openid (string)",
                "cloud_appid (string)",
                "cloud_collections (args)",
                "cloud_auto_create_collections (bool)",
            )
        ]
    )


# --- settings ------------------------------------------------------------------------------------


def test_settings(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makeini(
        """
        [pytest]
        cloud_env = ini-1a2b3c
        cloud_openid = o-ini
        cloud_appid = wx-ini
        cloud_collections = todos "two words"
        """
    )
    pytester.makepyfile(
        WHO
        + """
    def test_settings(cloud):
        told = who(cloud)
        assert (told["ENV"], told["OPENID"], told["APPID"]) == ("ini-1a2b3c", "o-ini", "wx-ini")
        for name in ("todos", "two words"):
            assert cloud.database().collection(name).count().total == 0

    @pytest.mark.cloud(env="marked-1", collections=["orders"])
    def test_the_marker_is_closer(cloud):
        told = who(cloud)
        assert (told["ENV"], told["OPENID"]) == ("marked-1", "o-ini")
        assert cloud.database().collection("orders").count().total == 0

    def test_what_the_factory_is_told_is_closest(cloud_factory):
        assert who(cloud_factory(openid="o-told"))["OPENID"] == "o-told"
        cloud_factory(openid=None)
    """
    )
    run("--strict-config").assert_outcomes(passed=3)


@pytest.mark.parametrize(("setting", "outcome"), [("true", "passed"), ("false", "failed")])
def test_the_setting_to_create_collections(
    pytester: pytest.Pytester, run: Run, setting: str, outcome: str
) -> None:
    pytester.makeini(f"[pytest]\ncloud_auto_create_collections = {setting}")
    pytester.makepyfile(
        """
        def test_it(cloud):
            cloud.database().collection("todos").add(data={})
        """
    )
    run().assert_outcomes(**{outcome: 1})


# --- seeds ---------------------------------------------------------------------------------------

LONG = "a_name_that_is_longer_than_the_sixty_four_bytes_that_a_hash_takes_for_its_key"

SEEDED = f"""
    import pytest

    pytestmark = pytest.mark.cloud(collections=["todos"])

    def tell(request, *clouds):
        ids = [each.database().collection("todos").add(data={{}})._id for each in clouds]
        print("\\ntold", request.node.name, *ids)

    def test_a(request, cloud):
        tell(request, cloud)

    @pytest.mark.parametrize("n", [1, 2])
    def test_b(request, cloud, n):
        tell(request, cloud)

    def test_{LONG}_1(request, cloud_factory):
        tell(request, cloud_factory(), cloud_factory())

    def test_{LONG}_2(request, cloud_factory):
        tell(request, cloud_factory(), cloud_factory())
"""


def told_ids(result: pytest.RunResult) -> dict[str, list[str]]:
    lines = [line.split() for line in result.outlines if line.startswith("told ")]
    return {name: ids for _told, name, *ids in lines}


def test_every_cloud_has_ids_of_its_own(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makepyfile(test_seeds=SEEDED)
    ids = [*chain(*told_ids(run("-s")).values())]
    assert len(ids) == 7
    assert len(set(ids)) == 7


def test_a_test_has_the_same_ids_whatever_else_runs(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makepyfile(test_seeds=SEEDED)
    everything = told_ids(run("-s"))
    assert told_ids(run("-s")) == everything
    some = told_ids(run("-s", "-k", "test_b"))
    assert some == {name: everything[name] for name in ("test_b[1]", "test_b[2]")}
    turned = told_ids(run("-s", "test_seeds.py::test_b", "test_seeds.py::test_a"))
    assert len(turned) == 3
    assert [*turned][-1] == "test_a"
    assert turned == {name: everything[name] for name in turned}
    pytester.chdir()
    (pytester.path / "elsewhere").mkdir()
    moved = pytester.path / "elsewhere" / "test_seeds.py"
    (pytester.path / "test_seeds.py").rename(moved)
    assert told_ids(run("-s")) == everything  # pytest's root is now another directory
    assert told_ids(run("-s", str(moved))) == everything


def test_the_base_seed_changes_every_id(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makepyfile(test_seeds=SEEDED)
    everything = told_ids(run("-s"))
    other = told_ids(run("-s", "--cloud-seed=1"))
    assert other.keys() == everything.keys()
    assert not {*chain(*everything.values())} & {*chain(*other.values())}
    assert told_ids(run("-s", "--cloud-seed=1")) == other
    assert told_ids(run("-s", "--cloud-seed=0")) == everything
    pytester.makeini("[pytest]\ncloud_seed = 1")
    assert told_ids(run("-s")) == other
    assert told_ids(run("-s", "--cloud-seed", "0")) == everything


# --- the report of a failing test ----------------------------------------------------------------

FAILING = """
    import pytest

    @pytest.mark.cloud(collections=["orders"], freeze=True)
    def test_pay(cloud):
        orders = cloud.database().collection("orders")
        cloud.faults.lose_reply("database.orders.add", times=1)
        with pytest.raises(Exception):
            orders.add(data={"pay": 5})
        orders.add(data={"pay": 5})
        assert orders.count().total == 1
"""


def test_a_failing_test_shows_what_it_asked(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makepyfile(test_orders=FAILING)
    result = run("--cloud-seed=7")
    result.assert_outcomes(failed=1)
    result.stdout.re_match_lines(
        [
            r"-+ cloud timeline -+",
            r"\+00:00:00\.000  o-alice     database\.orders\.add \{data: \{pay: 5\}\}"
            r"  ⚡lost_reply ✗ collection\.add:fail request:fail timeout",
            r"\+00:00:00\.000  o-alice     database\.orders\.add \{data: \{pay: 5\}\}"
            r" → \{_id: '[0-9a-f]{32}', errMsg: 'collection\.add:ok'\}",
            r"\+00:00:00\.000  o-alice     database\.orders\.count \{\}"
            r" → \{total: 2, errMsg: 'collection\.count:ok'\}",
            r"rule database\.orders\.add: lost_reply once: fired 1",
            r'reproduce: python -m pytest "test_orders\.py::test_pay" --cloud-seed=7',
        ],
        consecutive=True,
    )


def test_a_passing_test_shows_nothing(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makepyfile("def test_it(cloud): cloud.init()")
    result = run("-rA")
    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("*cloud timeline*")
    result.stdout.no_fnmatch_line("*reproduce:*")


def test_a_failing_test_without_a_cloud_shows_nothing(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makepyfile("def test_it(): assert False")
    result = run()
    result.assert_outcomes(failed=1)
    result.stdout.no_fnmatch_line("*cloud timeline*")


def test_each_cloud_has_a_section(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makepyfile(
        """
        def test_it(cloud, cloud_factory):
            other = cloud_factory(collections=["todos"])
            other.database().collection("todos").get()
            assert False
        """
    )
    run().stdout.re_match_lines(
        [
            r"-+ cloud timeline 1 of 2 -+",
            r"\(nothing was asked of this cloud\)",
            r"reproduce: .*",
            r"-+ cloud timeline 2 of 2 -+",
            r".*database\.todos\.get .*",
        ],
        consecutive=True,
    )


def test_a_long_timeline_shows_its_end(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.cloud(collections=["todos"])
        def test_it(cloud):
            for n in range(100):
                cloud.database().collection("todos").add(data={"n": n})
            assert False
        """
    )
    lines = run().outlines
    start = next(number for number, line in enumerate(lines) if "cloud timeline" in line)
    assert lines[start + 1] == "… 40 earlier lines"
    assert "{n: 40}" in lines[start + 2]
    assert "{n: 99}" in lines[start + 61]
    assert lines[start + 62].startswith("reproduce: ")


def test_a_failure_in_another_fixture_shows_it_too(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.fixture
        def orders(cloud):
            cloud.database().collection("orders").get()

        def test_it(orders):
            pass
        """
    )
    result = run()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*database.orders.get*", "reproduce: *test_it*"])


def test_the_seed_stands_in_the_junit_report(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makepyfile(test_orders=FAILING)
    run("--cloud-seed=7", "--junitxml=report.xml")
    report = (pytester.path / "report.xml").read_text("utf-8")
    assert '<property name="cloud_seed" value="7" />' in report


@pytest.mark.skipif(sys.platform == "win32", reason="the line is tried in a POSIX shell")
@pytest.mark.parametrize("started_in", [".", "tests"])
@pytest.mark.parametrize("seed", ["7", "a b $HOME"])
def test_the_line_that_reproduces_it_does(
    pytester: pytest.Pytester, run: Run, started_in: str, seed: str
) -> None:
    (pytester.path / "tests").mkdir()
    (pytester.path / "tests" / "test_it.py").write_text(
        """
import pytest

@pytest.mark.cloud(collections=["todos"])
@pytest.mark.parametrize("text", ['plain', 'a "b" $HOME `c`'])
def test_it(cloud, text):
    assert cloud.database().collection("todos").add(data={})._id == text
""",
        encoding="utf-8",
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(pytester.path / started_in)
        result = run(f"--cloud-seed={seed}")
        result.assert_outcomes(failed=2)
        for line in [line for line in result.outlines if line.startswith("reproduce: ")]:
            command = line.removeprefix("reproduce: python ")
            again = subprocess.run(
                f'"{sys.executable}" {command} {" ".join(plugins())}',
                shell=True,
                capture_output=True,
                text=True,
                check=False,
            )
            assert again.returncode == 1, again.stdout + again.stderr
            assert "1 failed" in again.stdout
            assert line in again.stdout
            ids = re.findall(r"_id: '([0-9a-f]{32})'", again.stdout)
            assert ids
            assert set(ids) <= set(re.findall(r"[0-9a-f]{32}", result.stdout.str()))


# --- rules that never struck ---------------------------------------------------------------------


def test_an_unused_rule_fails_the_test(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makepyfile(
        test_orders="""
        def test_pay(cloud, cloud_faults):
            cloud.create_collection("orders")
            cloud_faults.fail("database.orders.add",
                              times=2)
        """
    )
    result = run()
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(
        [
            "fault rules that never struck:",
            "  database.orders.add: fail times 2  (never matched; made at *test_orders.py:3)",
            "Mend the pattern, remove the rule, or make it with optional=True.",
            "*cloud timeline*",
        ]
    )


UNUSED = {
    "a used rule": (
        """
        cloud.faults.fail("database.todos.get", times=5)
        with pytest.raises(CloudError):
            cloud.database().collection("todos").get()
        """,
        {"passed": 1},
    ),
    "an optional rule": (
        'cloud.faults.fail("database.todos.get", optional=True)',
        {"passed": 1},
    ),
    "a forgotten rule": (
        """
        cloud.faults.fail("database.todos.get")
        cloud.faults.clear()
        """,
        {"passed": 1},
    ),
    "a stopped rule": (
        """
        with cloud.faults.fail("database.todos.get"):
            pass
        """,
        {"passed": 1, "errors": 1},
    ),
    "a test that failed": (
        """
        cloud.faults.fail("database.todos.get")
        assert False
        """,
        {"failed": 1},
    ),
    "a test that was skipped": (
        """
        cloud.faults.fail("database.todos.get")
        pytest.skip("not today")
        """,
        {"skipped": 1},
    ),
    "a test that was expected to fail": (
        """
        cloud.faults.fail("database.todos.get")
        pytest.xfail("known")
        """,
        {"xfailed": 1},
    ),
    "a rule of a second cloud": (
        'cloud_factory().faults.fail("database.todos.get")',
        {"passed": 1, "errors": 1},
    ),
}


@pytest.mark.parametrize("case", UNUSED)
def test_when_an_unused_rule_fails_the_test(pytester: pytest.Pytester, run: Run, case: str) -> None:
    body, outcomes = UNUSED[case]
    head = """
import pytest
from cloud_fake import CloudError

@pytest.mark.cloud(collections=["todos"])
def test_it(cloud, cloud_factory):
"""
    lines = [line.strip() and "    " + line for line in _dedent(body)]
    pytester.makepyfile(head + "\n".join(lines))
    run().assert_outcomes(**outcomes)


def _dedent(body: str) -> list[str]:
    import textwrap

    return textwrap.dedent(body).strip().splitlines()


def test_an_unused_rule_adds_nothing_to_an_error_in_another_fixture(
    pytester: pytest.Pytester, run: Run
) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.fixture
        def broken(cloud):
            cloud.faults.fail("database.todos.get")
            raise ValueError("mine")

        def test_it(broken):
            pass
        """
    )
    result = run()
    result.assert_outcomes(errors=1)
    result.stdout.no_fnmatch_line("*never struck*")


# --- with other plugins --------------------------------------------------------------------------

BOTH = """
    import pytest

    @pytest.fixture
    def app(cloud):
        @cloud.function("double")
        async def double(event, context):
            return event["x"] * 2

        return cloud

    {marker}
    async def test_awaiting(app):
        assert (await app.aio.callFunction(name="double", data={{"x": 2}})).result == 4
        assert app.callFunction(name="double", data={{"x": 3}}).result == 6

    def test_blocking_between(app):
        assert app.callFunction(name="double", data={{"x": 2}}).result == 4

    {marker}
    async def test_failing(app):
        await app.aio.callFunction(name="double", data={{"x": 2}})
        assert False
"""


@needs("pytest_asyncio")
def test_with_pytest_asyncio(pytester: pytest.Pytester, run_apart: Run) -> None:
    pytester.makepyfile(BOTH.format(marker="@pytest.mark.asyncio"))
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function")
    result = run_apart("-W", "error", using="asyncio")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["*cloud timeline*", "*function.double*", "reproduce: *"])


@needs("anyio")
def test_with_anyio(pytester: pytest.Pytester, run_apart: Run) -> None:
    backends = ["asyncio"] + (["trio"] if importlib.util.find_spec("trio") else [])
    pytester.makeconftest(
        f"""
        import pytest

        @pytest.fixture(params={backends})
        def anyio_backend(request):
            return request.param
        """
    )
    pytester.makepyfile(BOTH.format(marker="@pytest.mark.anyio"))
    result = run_apart("-W", "error", using="anyio")
    result.assert_outcomes(passed=1 + len(backends), failed=len(backends))
    result.stdout.fnmatch_lines(["*cloud timeline*", "*function.double*", "reproduce: *"])


@needs("xdist")
def test_with_xdist(pytester: pytest.Pytester, run: Run, run_on_two: Run) -> None:
    pytester.makepyfile(test_orders=FAILING, test_seeds=SEEDED)
    alone = told_ids(run("-s", "test_seeds.py"))
    result = run_on_two("-rP", "--cloud-seed=0")
    result.assert_outcomes(passed=5, failed=1)
    result.stdout.fnmatch_lines(
        [
            "*cloud timeline*",
            "*database.orders.add*lost_reply*",
            'reproduce: python -m pytest "test_orders.py::test_pay" --cloud-seed=0',
        ]
    )
    assert told_ids(result) == alone


@needs("xdist")
def test_a_mistake_in_a_marker_with_xdist(pytester: pytest.Pytester, run_on_two: Run) -> None:
    pytester.makepyfile(
        test_marked="""
        import pytest

        @pytest.mark.cloud(colections=[])
        def test_it(cloud):
            pass
        """
    )
    result = run_on_two()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["test_marked.py::test_it: *; did you mean 'collections'?"])


@pytest.mark.skipif(not INSTALLED, reason="pytest does not find the plugin by itself")
def test_it_can_be_switched_off(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makepyfile("def test_it(cloud): pass\n\ndef test_other(): pass")
    result = run("-p", "no:cloud_fake")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*fixture 'cloud' not found*"])


def test_with_strict_markers_and_warnings_as_errors(
    pytester: pytest.Pytester, run_apart: Run
) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.cloud(collections=["todos"], freeze="2026-03-04")
        def test_it(cloud, tmp_path):
            (tmp_path / "a.txt").write_bytes(b"x")
            cloud.database().collection("todos").add(data={})
            up = cloud.uploadFile(cloudPath="a.txt", filePath=str(tmp_path / "a.txt"))
            cloud.downloadFile(fileID=up.fileID)
        """
    )
    result = run_apart("--strict-markers", "--strict-config", "-W", "error")
    result.assert_outcomes(passed=1, warnings=0)


# --- its weight ----------------------------------------------------------------------------------

TELL_MODULES = """
    import sys

    def pytest_unconfigure():
        print("\\nmodules", *sorted(sys.modules))
"""


def modules_after(result: pytest.RunResult) -> set[str]:
    result.assert_outcomes(passed=1)
    (line,) = [line for line in result.outlines if line.startswith("modules ")]
    return set(line.split()[1:])


def test_unused_it_imports_itself_and_nothing_else(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytester.makeconftest(TELL_MODULES)
    pytester.makepyfile("def test_nothing(): pass")
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    bare = modules_after(pytester.runpytest_subprocess("-s"))
    loaded = modules_after(pytester.runpytest_subprocess("-s", "-p", "pytest_plugin"))
    own = {"", ".options", ".reporting", ".turns"}
    assert loaded - bare == {f"pytest_plugin{name}" for name in own}


def test_unused_and_found_by_pytest_it_imports_nothing_of_the_fake(
    pytester: pytest.Pytester, run_apart: Run
) -> None:
    pytester.makeconftest(TELL_MODULES)
    pytester.makepyfile("def test_nothing(): pass")
    loaded = modules_after(run_apart("-s"))
    assert "pytest_plugin" in loaded
    assert not loaded & {"cloud_fake", "pydantic", "freezegun"}


def test_importing_the_plugin_does_not_import_the_fake() -> None:
    program = "import pytest_plugin, sys; print('cloud_fake' in sys.modules)"
    done: Any = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"

"""A test that is run many times: every run is a whole one, and what pytest tells is one outcome."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.plugin.running import needs, plugins, section

Run = Callable[..., pytest.RunResult]


@pytest.fixture
def run(pytester: pytest.Pytester) -> Run:
    """Runs pytest in this process on the files the test has made."""
    return lambda *args: pytester.runpytest_inprocess(*plugins(), *args)


HEAD = """
import contextlib
import threading
import unittest
import pytest
from cloud_fake import CloudError
from cloud_fake.storms import Storm

pytestmark = pytest.mark.cloud(collections=["todos"])
"""

WAYS = {
    "storms": 'storm=["lost_request"], seeds=60',
    "each call": "fail_each_call=True",
}

#: What holds whichever way a test is run many times.
WHOLE: dict[str, tuple[str, dict[str, int]]] = {
    "a test of a class has an instance of its own": (
        """
class TestIt:
    def setup_method(self):
        self.set_up = getattr(self, "set_up", 0) + 1

    def teardown_method(self):
        assert self.set_up == 1

    @pytest.mark.cloud(WAY)
    def test_it(self, cloud):
        assert not hasattr(self, "seen")
        self.seen = True
        with contextlib.suppress(CloudError):
            cloud.database().collection("todos").count()
""",
        {"passed": 1},
    ),
    "a TestCase too": (
        """
class TestIt(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def keep(self, cloud):
        self.cloud = cloud

    def setUp(self):
        self.seen = []

    @pytest.mark.cloud(WAY)
    def test_it(self):
        self.seen.append(1)
        with contextlib.suppress(CloudError):
            self.cloud.database().collection("todos").count()
        self.assertEqual(self.seen, [1])
""",
        {"passed": 1},
    ),
    "with parameters": (
        """
@pytest.mark.cloud(WAY)
@pytest.mark.parametrize("n", [1, 2])
@pytest.mark.parametrize("word", ["a", "b"])
def test_it(cloud, n, word):
    for k in range(n):
        with contextlib.suppress(CloudError):
            cloud.database().collection("todos").add(data={word: k})
    assert len(cloud.calls) == n
""",
        {"passed": 4},
    ),
    "with threads": (
        """
@pytest.mark.cloud(WAY)
def test_it(cloud):
    def work(n):
        with contextlib.suppress(CloudError):
            cloud.database().collection("todos").doc(str(n)).set(data={"n": n})

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(cloud.calls) == 4
""",
        {"passed": 1},
    ),
    "with a storm of its own in it": (
        """
@pytest.mark.cloud(WAY)
def test_it(cloud):
    Storm(3, ["lost_reply"]).arm(cloud)
    with contextlib.suppress(CloudError):
        cloud.database().collection("todos").count()
""",
        {"passed": 1},
    ),
    "with a cloud that is only made to tidy up": (
        """
@pytest.fixture
def tidy(cloud_factory):
    yield
    cloud_factory().database().collection("todos").count()

@pytest.mark.cloud(WAY)
def test_it(cloud, tidy):
    with contextlib.suppress(CloudError):
        cloud.database().collection("todos").count()
""",
        {"passed": 1},
    ),
    "skipped by a mark": (
        """
@pytest.fixture
def never():
    raise AssertionError

@pytest.mark.skip(reason="not today")
@pytest.mark.cloud(WAY)
def test_it(cloud, never): pass
""",
        {"skipped": 1},
    ),
    "skipped by a fixture": (
        """
@pytest.fixture
def gone():
    pytest.skip("not here")

@pytest.mark.cloud(WAY)
def test_it(cloud, gone): pass
""",
        {"skipped": 1},
    ),
    "skipped by itself": (
        """
@pytest.mark.cloud(WAY)
def test_it(cloud):
    pytest.skip("not today")
""",
        {"skipped": 1},
    ),
    "a broken fixture": (
        """
@pytest.mark.cloud(WAY)
def test_it(cloud, there_is_none): pass
""",
        {"errors": 1},
    ),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("test", "outcome"), WHOLE.values(), ids=list(WHOLE))
def test_every_run_is_a_whole_one(
    pytester: pytest.Pytester, run: Run, test: str, outcome: dict[str, int], way: str
) -> None:
    pytester.makepyfile(test_it=HEAD + test.replace("WAY", WAYS[way]))
    run().assert_outcomes(**outcome)


STRUCK = """
@pytest.mark.cloud(WAY)
def test_it(cloud):
    try:
        cloud.database().collection("todos").count()
    except CloudError:
        pytest.DECISION("the line is bad")
    EITHER_WAY
"""

#: (way, what the test does when it is struck, what it does then, outcome, what is told)
DECISIONS: list[tuple[str, str, str, dict[str, int], str]] = [
    ("storms", "skip", "pass", {"passed": 1}, "of 60 storms: [1-9]* skipped"),
    ("storms", "xfail", "pass", {"xfailed": 1}, "of 60 storms: [1-9]* xfailed"),
    ("storms", "skip", "pytest.skip('anyway')", {"skipped": 1}, "of 60 storms: 60 skipped"),
    ("storms", "skip", "pytest.xfail('it')", {"xfailed": 1}, "of 60 storms: * skipped, * xfailed"),
    ("storms", "skip", "assert 0", {"failed": 1}, "*It fails without any fault."),
    (
        "each call",
        "skip",
        "pass",
        {"passed": 1},
        "   1 database.todos.count  skipped       skipped",
    ),
    (
        "each call",
        "xfail",
        "pass",
        {"xfailed": 1},
        "   1 database.todos.count  xfailed       xfailed",
    ),
]


@pytest.mark.parametrize(("way", "decision", "then", "outcome", "told"), DECISIONS)
def test_a_run_that_is_left_speaks_for_itself_only(
    pytester: pytest.Pytester,
    run: Run,
    way: str,
    decision: str,
    then: str,
    outcome: dict[str, int],
    told: str,
) -> None:
    test = STRUCK.replace("WAY", WAYS[way], 1).replace("DECISION", decision)
    pytester.makepyfile(test_it=HEAD + test.replace("EITHER_WAY", then))
    result = run("-rA", "-v")
    result.assert_outcomes(**outcome)
    if set(outcome) <= {"passed", "failed"}:
        result.stdout.fnmatch_lines([told])


def test_what_is_known_to_fail_hides_nothing_else(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makepyfile(
        test_it=HEAD
        + """
@pytest.mark.cloud(fail_each_call=True)
def test_it(cloud):
    todos = cloud.database().collection("todos")
    try:
        todos.count()
    except CloudError:
        pytest.xfail("known")
    todos.get()
"""
    )
    result = run()
    result.assert_outcomes(failed=1)
    table = section(result, "cloud, each call failing once")
    assert table[1:4] == [
        "   1 database.todos.count  xfailed       xfailed",
        "   2 database.todos.get    FAILED        FAILED",
        "2 of 4 places break the test.",
    ]


# --- among other tests ---------------------------------------------------------------------------

CROWD = (
    HEAD
    + """
@pytest.fixture(scope="module")
def wide():
    made = []
    yield made
    assert len(made) == 19, made

class TestOne:
    @pytest.mark.cloud(storm=["lost_request"], seeds=12)
    def test_storm(self, cloud, wide):
        wide.append("storm")
        with contextlib.suppress(CloudError):
            cloud.database().collection("todos").count()

class TestTwo:
    @pytest.mark.cloud(fail_each_call=True)
    @pytest.mark.parametrize("n", [1, 2])
    def test_each(self, cloud, wide, n):
        wide.append("each")
        if n == 2:
            with contextlib.suppress(CloudError):
                cloud.database().collection("todos").count()

def test_plain(cloud, wide):
    wide += ["plain"] * 3
"""
)


def test_fixtures_that_are_wider_stay_for_all_of_them(pytester: pytest.Pytester, run: Run) -> None:
    """12 storms, a clean run, a clean run and two trials, and what the last test adds."""
    pytester.makepyfile(test_it=CROWD)
    run().assert_outcomes(passed=4)


@pytest.mark.parametrize("option", ["--setup-only", "--setup-plan", "--collect-only"])
def test_where_no_test_is_run_none_is_run_many_times(
    pytester: pytest.Pytester, run: Run, option: str
) -> None:
    pytester.makepyfile(test_it=CROWD.replace("== 19", "== 0"))
    result = run(option)
    assert result.ret == pytest.ExitCode.OK
    result.stdout.no_fnmatch_line("*INTERNALERROR*")


def test_pytest_stops_where_it_is_told_to(pytester: pytest.Pytester, run: Run) -> None:
    test = (
        HEAD
        + """
@pytest.mark.cloud(storm=["lost_request"], seeds=40)
@pytest.mark.parametrize("n", range(5))
def test_it(cloud, n):
    cloud.database().collection("todos").count()
"""
    )
    pytester.makepyfile(test_it=test)
    run("--maxfail=2").assert_outcomes(failed=2)
    pytester.makepyfile(test_it=test.replace("cloud.database", "raise KeyboardInterrupt #"))
    # In a process of its own: pytester hands the interrupt on to this very session.
    assert pytester.runpytest_subprocess(*plugins()).ret == pytest.ExitCode.INTERRUPTED


@needs("xdist")
@pytest.mark.parametrize("how", ["load", "loadscope", "loadfile", "worksteal"])
def test_workers_tell_the_same(pytester: pytest.Pytester, how: str) -> None:
    pytester.makepyfile(test_it=CROWD.replace("== 19", "<= 19"))

    def told(*args: str) -> Any:
        result = pytester.runpytest_subprocess(*plugins("xdist"), *args)
        result.assert_outcomes(passed=4)
        return section(result, "cloud faults")

    assert told("-n", "2", f"--dist={how}") == told()

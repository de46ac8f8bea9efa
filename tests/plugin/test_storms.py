"""Storms as a project's own tests have them: run by pytest, shrunk, told, the same everywhere."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.plugin.running import marker_in, needs, plugins, section

Run = Callable[..., pytest.RunResult]

SHOP = '''
    import pytest
    from cloud_fake import CloudError

    WEATHER = ["lost_request", "hang", "fail", "lost_reply", "executed_twice", "delay"]


    def persist(call):
        for _ in range(2):
            try:
                return call()
            except CloudError:
                pass
        return call()


    def was_paid(cloud, n):
        return cloud.database().collection("receipts").where({{"order": n}}).count().total


    def doubtful(cloud, n):
        {doubt}


    def buy(cloud, n):
        """Three calls for an order, if nothing goes wrong."""
        orders = cloud.database().collection("orders")
        persist(lambda: orders.doc(f"o{{n}}").set(data={{"n": n}}))
        try:
            cloud.callFunction(name="pay", data={{"order": n, "token": f"{{n}} first"}})
        except CloudError:
            if not doubtful(cloud, n):
                again = {{"order": n, "token": f"{{n}} second"}}
                persist(lambda: cloud.callFunction(name="pay", data=again))
        persist(lambda: orders.doc(f"o{{n}}").update(data={{"done": True}}))


    @pytest.mark.cloud(
        collections=["orders", "receipts"], storm=WEATHER, seeds=200, freeze="2026-05-01"
    )
    def test_nobody_pays_twice(cloud):
        @cloud.function("pay")
        def pay(event, context):
            receipts = context.cloud.database().collection("receipts")
            receipt = {{"order": event["order"], "_openid": "o-alice"}}
            persist(lambda: receipts.doc(event["token"]).set(data=receipt))

        @cloud.eventually
        def every_order_is_paid_once():
            paid = cloud.server.database().collection("receipts").limit(100).get().data
            assert sorted(receipt["order"] for receipt in paid) == list(range(10))

        for n in range(10):
            buy(cloud, n)
'''
#: The planted bug: not to know whether it is paid is taken for knowing that it is not.
BUGGY = SHOP.format(
    doubt="""try:
            return was_paid(cloud, n)
        except CloudError:
            return False"""
)
RIGHT = SHOP.format(doubt="return persist(lambda: was_paid(cloud, n))")


@pytest.fixture
def run(pytester: pytest.Pytester) -> Run:
    """Runs pytest in this process on the files the test has made."""
    return lambda *args: pytester.runpytest_inprocess(*plugins(), *args)


@pytest.fixture
def run_apart(pytester: pytest.Pytester) -> Run:
    """Runs pytest in a process of its own, together with another plugin."""
    return lambda *args, using="": pytester.runpytest_subprocess(*plugins(using), *args)


# --- what is found -------------------------------------------------------------------------------


def test_an_app_that_is_right_weathers_two_hundred_storms(
    pytester: pytest.Pytester, run: Run
) -> None:
    pytester.makepyfile(test_shop=RIGHT)
    result = run("--durations=1")
    result.assert_outcomes(passed=1)
    # 200 times 30 calls and more. It takes two seconds; a clock of the real kind is not strict.
    assert result.duration < 60


def test_a_bug_that_takes_two_faults_is_shrunk_to_exactly_these(
    pytester: pytest.Pytester, run: Run
) -> None:
    pytester.makepyfile(test_shop=BUGGY)
    result = run("--cloud-seed=7")
    result.assert_outcomes(failed=1)
    first, *marker, last = section(result, "cloud storm")
    assert re.fullmatch(
        r"seed \d+ of 200 broke it\. 2 of its \d+ faults are enough \(\d+ runs to find out\); "
        "as a test of its own:",
        first,
    )
    begin, faults, *lines, end, bracket = marker
    assert (begin, faults) == ("    @pytest.mark.cloud(", "        faults=[")
    assert (end, bracket) == ("        ],", "    )")
    lost, unknown = sorted(lines, key=lambda line: "count" in line)
    # The payment is made and nobody hears of it; and then nobody can say whether it was.
    assert "function.pay: " in lost or "receipts.set: " in lost
    assert unknown.strip(" '\",").startswith("database.receipts.count: ")
    assert last.startswith(
        'the whole storm: python -m pytest "test_shop.py::test_nobody_pays_twice" '
        "--cloud-seed=7 --cloud-storm="
    )


def test_the_whole_storm_comes_again(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makepyfile(test_shop=BUGGY)
    told = section(run(), "cloud storm")
    seed = told[0].split()[1]
    again = section(run(f"--cloud-storm={seed}"), "cloud storm")
    assert again[0] == told[0].replace(" of 200 ", " of 1 ")
    assert again[1:] == told[1:]


SIMPLE = """
    import pytest
    from cloud_fake import CloudError

    @pytest.mark.cloud(collections=["todos"], storm={storm}, seeds=20)
    def test_it(cloud):
        todos = cloud.database().collection("todos")
        for n in range(10):
            {call}
"""


def test_the_trouble_lasts_no_longer_than_it_has_to(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.cloud(collections=["todos"], storm="delay", seeds=50)
        def test_it(cloud):
            todos = cloud.database().collection("todos")
            began = cloud.clock.now()
            for n in range(10):
                todos.add(data={"n": n})
            assert (cloud.clock.now() - began).total_seconds() < 1.5
        """
    )
    marker = marker_in(section(run(), "cloud storm"))
    assert marker == '@pytest.mark.cloud(faults=["database.todos.add: delay(seconds=2) once"])'


def test_a_test_that_fails_by_itself(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makepyfile(SIMPLE.format(storm=True, call="assert n < 5"))
    first, _ = section(run(), "cloud storm")
    assert first == "seed 1 of 20 broke it. It fails without any fault."


def test_without_any_checks_an_error_that_gets_out_is_a_failure(
    pytester: pytest.Pytester, run: Run
) -> None:
    pytester.makepyfile(SIMPLE.format(storm='["lost_request"]', call="todos.count()"))
    result = run()
    result.assert_outcomes(failed=1)
    first, *_ = told = section(result, "cloud storm")
    assert first.endswith(" of 20 broke it. Its one fault is enough; as a test of its own:")
    marker = '@pytest.mark.cloud(faults=["database.todos.count: lost_request once"])'
    assert marker_in(told) == marker


def test_what_is_scripted_may_be_overtaken(pytester: pytest.Pytester, run: Run) -> None:
    """In a storm a rule of the test's own that never strikes is no mistake."""
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.cloud(storm=True, seeds=3)
        def test_it(cloud):
            cloud.faults.lose_reply("storage.upload")
        """
    )
    run().assert_outcomes(passed=1)


# --- fixtures and runners ------------------------------------------------------------------------

FIXTURES = """
    import pytest

    made = {"function": 0, "module": 0, "torn down": 0}

    @pytest.fixture(scope="module")
    def wide():
        made["module"] += 1
        yield
        made["torn down"] += 1

    @pytest.fixture
    def todos(cloud, wide, tmp_path):
        made["function"] += 1
        todos = cloud.database().collection("todos")
        assert todos.count().total == 0      # no storm strikes what is only set up
        todos.add(data={})
        print("set up")
        return todos

    @pytest.mark.cloud(collections=["todos"], storm=["executed_twice"], seeds=7)
    @pytest.mark.parametrize("n", [1, 2])
    def test_it(todos, n):
        assert todos.count().total == 1

    def test_next(wide):
        assert made == {"function": 14, "module": 1, "torn down": 0}
"""


def test_each_storm_has_fixtures_of_its_own(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makepyfile(test_a=FIXTURES, test_b="from test_a import made\ndef test(): pass")
    result = run("-rP")
    result.assert_outcomes(passed=4)
    # Of what is printed the last run's is shown, once.
    assert result.outlines.count("set up") == 2


def test_setup_and_teardown_count_as_well(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.fixture
        def todos(cloud):
            yield cloud.database().collection("todos")
            assert cloud.calls.to("database.todos.count").attempts < 2

        @pytest.mark.cloud(collections=["todos"], storm=["lost_reply"], seeds=50)
        def test_it(todos):
            try:
                todos.count()
            except Exception:
                todos.count()
        """
    )
    result = run()
    result.assert_outcomes(passed=1, errors=1)
    marker = '@pytest.mark.cloud(faults=["database.todos.count: lost_reply once"])'
    assert marker_in(section(result, "cloud storm")) == marker


OUTCOMES: list[tuple[str, str, dict[str, int]]] = [
    ("it is skipped", "pytest.skip('not today')", {"skipped": 1}),
    ("it is expected to fail", "pytest.xfail('not yet')", {"xfailed": 1}),
    ("it passes", "pass", {"passed": 1}),
    ("it fails", "assert False", {"failed": 1}),
]


@pytest.mark.parametrize(
    ("body", "outcome"), [o[1:] for o in OUTCOMES], ids=[o[0] for o in OUTCOMES]
)
def test_the_outcome_is_one(
    pytester: pytest.Pytester, run: Run, body: str, outcome: dict[str, int]
) -> None:
    pytester.makepyfile(
        f"""
        import pytest

        @pytest.mark.cloud(storm=True, seeds=3)
        def test_it(cloud):
            {body}
        """
    )
    run().assert_outcomes(**outcome)


@pytest.mark.parametrize(("strict", "outcome"), [(False, "xpassed"), (True, "failed")])
@pytest.mark.parametrize("call", ["todos.count()", "pass"])
def test_a_storm_that_is_expected_to_break_it(
    pytester: pytest.Pytester, run: Run, strict: bool, outcome: str, call: str
) -> None:
    test = SIMPLE.format(storm='["fail"]', call=call).replace(
        "    @pytest.mark.cloud", f"    @pytest.mark.xfail(strict={strict})\n    @pytest.mark.cloud"
    )
    pytester.makepyfile(test)
    run().assert_outcomes(**{"xfailed" if call != "pass" else outcome: 1})


ASYNC = """
    import pytest

    @pytest.fixture
    def todos(cloud):
        return cloud.aio.database().collection("todos")

    {mark}
    @pytest.mark.cloud(collections=["todos"], storm=["lost_reply"], seeds=30)
    async def test_it(cloud, todos):
        try:
            await todos.add(data={{"n": 1}})
        except Exception:
            await todos.add(data={{"n": 1}})
        assert len(cloud.calls.to("database.todos.add")) == 1
"""


@pytest.mark.parametrize(
    ("mark", "using"),
    [
        pytest.param("@pytest.mark.asyncio", "asyncio", marks=needs("pytest_asyncio")),
        pytest.param("@pytest.mark.anyio", "anyio", marks=needs("anyio")),
    ],
)
def test_async_tests(pytester: pytest.Pytester, run_apart: Run, mark: str, using: str) -> None:
    pytester.makepyfile(ASYNC.format(mark=mark))
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function")
    pytester.makeconftest(
        "import pytest\n\n@pytest.fixture\ndef anyio_backend():\n    return 'asyncio'"
    )
    result = run_apart(using=using)
    result.assert_outcomes(failed=1)
    marker = '@pytest.mark.cloud(faults=["database.todos.add: lost_reply once"])'
    assert marker_in(section(result, "cloud storm")) == marker


# --- mistakes ------------------------------------------------------------------------------------

MISTAKES = [
    ("storm=True, seeds=0", "*(seeds=0) is no number of storms, 1 or more"),
    ("storm=True, seeds=True", "*(seeds=True) is no number of storms, 1 or more"),
    ("seed=object()", "*is neither a number nor a text"),
    ("storm=True, real_time=True", "*(storm=) is for virtual time: leave out real_time=True"),
    ("seeds=5", "*(seeds=) says how many storms: it needs storm="),
    (
        "storm=['lost_replay']",
        "*is no storm: no storm has 'lost_replay'; did you mean 'lost_reply'?",
    ),
    ("storm='subwy'", "*is no storm: no storm has 'subwy'; did you mean 'subway'?"),
    (
        "storm=['throttle']",
        "*a storm has no 'throttle': at one call it is fail(code='rate_limited')",
    ),
    ("storm=[]", "*a storm of nothing: name families, words or presets, or say True"),
    ("storm=9", "*a storm's intensity is above 0 and at most 4, not 9"),
    ("storm=True, fail_each_call=True", "*takes storm= or fail_each_call=, not both"),
    (
        "storm=True, faults=['function.pay: lost_reply']",
        "*takes storm= or faults=, not both",
    ),
    ("faults='function.pay: lost_reply'", "*is no list of faults: a list of texts such as *"),
    ("faults=['function.pay: lost_replay']", "*no fault is called 'lost_replay'; did you mean *"),
    ("faults=['functions.pay: fail']", "*no operation is called 'functions.pay'; did you mean *"),
    ("faults=['function.pay: gap']", "*gap strikes watch.*, and nothing of 'function.pay'"),
    ("faults={0: ['function.pay: fail']}", "*the test's clouds have the numbers 1, 2 *"),
    ("faults=[7]", "*a rule's text is a text, not 7"),
    ("fail_each_call=1", "*(fail_each_call=1) is True or False"),
    ("strom=True", "*has no keyword 'strom'; did you mean 'storm'?"),
]


@pytest.mark.parametrize(("given", "text"), MISTAKES, ids=[given for given, _ in MISTAKES])
def test_a_mistake_is_found_before_the_first_test(
    pytester: pytest.Pytester, run: Run, given: str, text: str
) -> None:
    pytester.makepyfile(f"import pytest\n\n@pytest.mark.cloud({given})\ndef test_it(cloud): pass")
    result = run()
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines([text.replace("[", "[[]")])


def test_a_storm_needs_a_cloud(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makepyfile("import pytest\n\n@pytest.mark.cloud(storm=True)\ndef test_it(): pass")
    run().stdout.fnmatch_lines(["*needs a test with the fixture 'cloud'"])

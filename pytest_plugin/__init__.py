"""The pytest plugin of cloud_fake.

It imports pytest and nothing else; the fake is imported inside the fixtures, so a project that
merely has it installed pays nothing. It knows only the public names of `cloud_fake`.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

import pytest

from pytest_plugin import options, reporting
from pytest_plugin.turns import TALLY, TURN

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from pathlib import Path

    from cloud_fake import FakeCloud
    from pytest_plugin.turns import Turn

__all__ = ["cloud", "cloud_clock", "cloud_factory", "cloud_faults", "cloud_server"]


# --- fixtures ------------------------------------------------------------------------------------


@pytest.fixture
def cloud_factory(request: pytest.FixtureRequest) -> Iterator[Callable[..., FakeCloud]]:
    """Makes clouds: `cloud_factory(openid="o-bob", collections=["todos"])`.

    Every one takes the test's marker and ini settings for what it is not told, has a seed of its
    own that follows from the test's, stands in the report of a failing test, and fails the test
    if one of its fault rules was never used.
    """
    turn = reporting.keep(request.node)

    def make(**given: Any) -> FakeCloud:
        from cloud_fake import FakeCloud

        asked = options.of_test(request.node)
        asked["seed"] = options.seed_of(request.node, len(turn.clouds), turn.seed)
        asked.update(given)
        freeze = asked.pop("freeze", None)
        cloud = FakeCloud(**asked)
        jumps = bool(options.marked(request.node, "autojump"))
        options.apply_freeze(cloud, freeze, comes_again=turn.arm is not None, jumps=jumps)
        turn.add(cloud)
        return cloud

    yield make
    for cloud in turn.clouds:
        cloud.close()
    if turn.clouds:
        from pytest_plugin import summary

        summary.add(request.node, turn)
    reporting.check_unused_rules(turn)


@pytest.fixture
def cloud(cloud_factory: Callable[..., FakeCloud]) -> FakeCloud:
    """A whole `Taro.cloud` of one's own for this test; see `@pytest.mark.cloud`."""
    return cloud_factory()


@pytest.fixture
def cloud_clock(cloud: FakeCloud) -> Any:
    """The clock of `cloud`: `cloud_clock.advance(minutes=11)`."""
    return cloud.clock


@pytest.fixture
def cloud_server(cloud: FakeCloud) -> Iterator[Any]:
    """`cloud` behind HTTP on a port of its own, for SDKs in other languages: `server.url`."""
    with cloud.serve() as server:
        yield server


@pytest.fixture
def cloud_faults(cloud: FakeCloud) -> Any:
    """The faults of `cloud`: `cloud_faults.lose_reply("database.todos.add", times=1)`."""
    return cloud.faults


# --- hooks ---------------------------------------------------------------------------------------


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare `--cloud-seed` and the `cloud_*` settings."""
    options.declare(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker, with its signature as its help."""
    config.addinivalue_line("markers", options.MARKER_HELP)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Take a scenario's file for a test."""
    if not file_path.name.endswith(options.SCENARIO):
        return None
    from pytest_plugin import scenarios

    return scenarios.ScenarioFile.from_parent(parent, path=file_path)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Find a mistake in a marker before the first test runs."""
    report = yield
    marked = [
        node
        for node in report.result
        if isinstance(node, pytest.Item) and node.get_closest_marker("cloud") is not None
    ]
    if marked:
        from pytest_plugin import markers

        mistakes = list(filter(None, map(markers.find_mistake, marked)))
        if mistakes:
            return pytest.CollectReport(collector.nodeid, "failed", "\n".join(mistakes), [])
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Put the timeline under a failing test."""
    report = yield
    reporting.add_sections(item, call, report)
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """Run a test many times, if its marker says so."""
    if item.get_closest_marker("cloud") is None or not isinstance(item, pytest.Function):
        return None
    if item.config.getoption("setuponly", False):
        return None
    if options.marked(item, "storm"):
        from pytest_plugin import storming

        storming.run_storms(item, nextitem)
    elif options.marked(item, "fail_each_call"):
        from pytest_plugin import trying

        trying.run_each(item, nextitem)
    else:
        return None
    return True


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Let trouble loose once the fixtures stand, and look at the checks once the test is over."""
    __tracebackhide__ = True
    turn = item.stash.get(TURN, None)
    if turn is None:
        yield
        return
    turn.begin()
    try:
        with _jumping(item, turn):
            yield
    finally:
        turn.end()
    turn.conclude()


def _jumping(item: pytest.Item, turn: Turn) -> AbstractContextManager[None]:
    if not options.marked(item, "autojump"):
        return nullcontext()
    from pytest_plugin import jumping

    return jumping.jumping(item, turn)


# --- the session ---------------------------------------------------------------------------------


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand the counts to whoever tells them; fail, if that is asked for."""
    if session.config.stash.get(TALLY, None) is not None:
        from pytest_plugin import summary

        summary.finish(session)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over the counts of a worker of xdist."""
    told = getattr(node, "workeroutput", {}).get("cloud_fake")
    if told is not None:
        from pytest_plugin import summary

        summary.merge(node.config, told)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Tell what has struck, and what was never so."""
    if config.stash.get(TALLY, None) is not None:
        from pytest_plugin import summary

        summary.show(terminalreporter, config)

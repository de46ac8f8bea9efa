"""What a test asks of its cloud: the marker, the ini settings, the seed. PYTEST_DONT_REWRITE."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from cloud_fake import FakeCloud

__all__ = [
    "MARKER_HELP",
    "PHASES",
    "SCENARIO",
    "apply_freeze",
    "base_seed",
    "declare",
    "find_mistake",
    "marked",
    "of_test",
    "seed_of",
    "seeds_of",
]

DEFAULT_ENV = "test-1a2b3c"
#: How the name of a file ends that is a scenario.
SCENARIO = ".cloud.yaml"

#: What is done to the test, rather than to its cloud.
TEST_KEYWORDS = ("autojump", "fail_each_call", "seeds", "storm")
#: The keywords of the marker: those of `FakeCloud`, `freeze`, and what is done to the test.
MARKER_KEYWORDS = (
    *TEST_KEYWORDS,
    "appid",
    "auto_create_collections",
    "collections",
    "env",
    "freeze",
    "openid",
    "real_time",
    "seed",
    "timeline_limit",
    "unionid",
    "url_max_age",
)
MARKER_HELP = (
    "cloud(env=, openid=, collections=, seed=, freeze=, appid=, unionid=, url_max_age=, "
    "auto_create_collections=, real_time=, timeline_limit=): what the `cloud` fixture is made "
    "with. freeze: True stops the clock, a datetime or an ISO text stops it there. timeline_limit: "
    "how many of the last entries are kept. And storm=, seeds=50: run the test under so many "
    "storms (True, an intensity, or families, effects and presets), shrink the first that breaks "
    "it; fail_each_call=True: run it once for each call and phase that can fail; autojump=True: "
    "time jumps while the test's event loop is idle."
)
#: How many storms a test is run under if nobody says.
SEEDS = 50
#: In which phase each call fails under `fail_each_call`.
PHASES = ("lost_request", "lost_reply")


def declare(parser: pytest.Parser) -> None:
    """Declare the command line option and the settings."""
    group = parser.getgroup("cloud", "cloud_fake, the WeChat/Taro cloud in memory")
    group.addoption(
        "--cloud-seed",
        metavar="SEED",
        default=None,
        help="base seed of all clouds; each test's own follows from it and the test's id",
    )
    group.addoption(
        "--cloud-timeline",
        choices=("full", "failed", "never"),
        default="failed",
        help="the timeline in the report: its end if the test failed (the default), all of it "
        "whether it failed or not, or never",
    )
    group.addoption(
        "--cloud-timeline-dir",
        metavar="DIR",
        default=None,
        help="write each test's timeline into a JSON file there",
    )
    group.addoption(
        "--cloud-sometimes",
        choices=("report", "strict"),
        default="report",
        help="what no test has ever seen though it should: report it, or fail the session",
    )
    group.addoption(
        "--cloud-storm",
        metavar="SEED",
        type=int,
        default=None,
        help="run tests that are marked with storm= under this one storm only",
    )
    group.addoption(
        "--cloud-fail-call",
        metavar="N:PHASE",
        type=_read_place,
        default=None,
        help="run tests that are marked with fail_each_call= once, with the N-th call failing "
        f"({' or '.join(PHASES)}); N@2 is a call of the test's second cloud",
    )
    parser.addini("cloud_seed", "base seed of all clouds", default="0")
    parser.addini("cloud_env", "environment of the `cloud` fixture", default=DEFAULT_ENV)
    parser.addini("cloud_openid", "signed-in user of the `cloud` fixture", default="")
    parser.addini("cloud_appid", "mini program of the `cloud` fixture", default="")
    parser.addini("cloud_collections", "collections that exist", type="args", default=[])
    parser.addini(
        "cloud_auto_create_collections",
        "create collections when they are used",
        type="bool",
        default=False,
    )


def of_test(node: pytest.Item) -> dict[str, Any]:
    """What a test's cloud is made with: the ini settings under its markers, the closest on top."""
    config = node.config
    asked: dict[str, Any] = {
        "env": config.getini("cloud_env"),
        "collections": config.getini("cloud_collections"),
        "auto_create_collections": config.getini("cloud_auto_create_collections"),
    }
    for name in ("openid", "appid"):
        if config.getini(f"cloud_{name}"):
            asked[name] = config.getini(f"cloud_{name}")
    for marker in reversed(list(node.iter_markers("cloud"))):
        asked.update(marker.kwargs)
    return {name: value for name, value in asked.items() if name not in TEST_KEYWORDS}


def _read_place(text: str) -> tuple[int, int, str]:
    """`7:lost_reply` or `7@2:lost_reply`: of which cloud, from 0, which call, and the phase."""
    call, _, phase = text.partition(":")
    number, _, cloud = call.partition("@")
    if phase not in PHASES:
        raise ValueError(text)
    return int(cloud or 1) - 1, int(number), phase


def marked(node: pytest.Item, keyword: str) -> Any:
    """What the closest marker with that keyword says; None if none has it."""
    for marker in node.iter_markers("cloud"):
        if keyword in marker.kwargs:
            return marker.kwargs[keyword]
    return None


def seeds_of(node: pytest.Item) -> int:
    """How many storms a test is run under."""
    given: int | None = marked(node, "seeds")
    return SEEDS if given is None else given


def base_seed(config: pytest.Config) -> str:
    """The seed that all others follow from."""
    given: str | None = config.getoption("--cloud-seed")
    return given if given is not None else str(config.getini("cloud_seed"))


def seed_of(node: pytest.Item, number: int = 0) -> str:
    """A test's own seed: whatever else runs, in whatever order, it stays the same."""
    # Not the whole node id: its directory is told from a root that pytest finds anew in each run.
    _, _, name = node.nodeid.partition("::")
    return f"{base_seed(node.config)}/{node.path.name}::{name}/{number}"


def apply_freeze(cloud: FakeCloud, freeze: Any) -> None:
    """Stop the clock as the marker's `freeze` asks."""
    if freeze is None or freeze is False:
        return
    if freeze is True:
        cloud.clock.freeze()
        return
    cloud.clock.freeze(_moment(freeze))


def _moment(value: Any) -> Any:
    from datetime import UTC, datetime

    if not isinstance(value, str):
        return value
    moment = datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _is_moment(value: Any) -> bool:
    from datetime import datetime

    try:
        return isinstance(_moment(value), datetime)
    except ValueError:
        return False


def find_mistake(item: pytest.Item) -> str:
    """What is wrong with a test's markers, with the nearest right name; empty if nothing is."""
    for marker in item.iter_markers("cloud"):
        mistake = _mistake(marker) or (_contradiction(item) if _repeats(marker) else "")
        if mistake:
            return f"{item.nodeid}: {mistake}"
    return ""


def _repeats(marker: pytest.Mark) -> bool:
    return not {"storm", "seeds", "fail_each_call"}.isdisjoint(marker.kwargs)


def _contradiction(item: pytest.Item) -> str:
    """What does not fit together in all that a test's markers say."""
    storm, each = marked(item, "storm"), marked(item, "fail_each_call")
    if marked(item, "seeds") is not None and not storm:
        return "@pytest.mark.cloud(seeds=) says how many storms: it needs storm="
    if storm and each:
        return "@pytest.mark.cloud takes storm= or fail_each_call=, not both"
    if (storm or each) and "cloud_factory" not in getattr(item, "fixturenames", ()):
        return "@pytest.mark.cloud(storm=, fail_each_call=) needs a test with the fixture 'cloud'"
    return ""


def _mistake(marker: pytest.Mark) -> str:
    if marker.args:
        return f"@pytest.mark.cloud takes keywords only, not {marker.args!r}"
    for keyword in marker.kwargs:
        if keyword not in MARKER_KEYWORDS:
            return f"@pytest.mark.cloud has no keyword {keyword!r}{_hint(keyword)}"
    for keyword, value in marker.kwargs.items():
        check = _CHECKS.get(keyword)
        wrong = check(value) if check is not None and value is not None else ""
        if wrong:
            return f"@pytest.mark.cloud({keyword}={value!r}) {wrong}"
    return ""


def _wrong_freeze(value: Any) -> str:
    fits = isinstance(value, bool) or _is_moment(value)
    return "" if fits else "is no moment: True, a datetime, or an ISO text"


def _wrong_flag(value: Any) -> str:
    return "" if isinstance(value, bool) else "is True or False"


def _wrong_seeds(value: Any) -> str:
    fits = isinstance(value, int) and not isinstance(value, bool) and value > 0
    return "" if fits else "is no number of storms, 1 or more"


def _wrong_storm(value: Any) -> str:
    if value is False:
        return ""
    from cloud_fake import MisuseError
    from cloud_fake.storms import choose

    try:
        choose(value)
    except (MisuseError, TypeError) as error:
        return f"is no storm: {error}"
    return ""


_CHECKS: dict[str, Callable[[Any], str]] = {
    "autojump": _wrong_flag,
    "fail_each_call": _wrong_flag,
    "freeze": _wrong_freeze,
    "seeds": _wrong_seeds,
    "storm": _wrong_storm,
}


def _hint(keyword: str) -> str:
    import difflib

    near = difflib.get_close_matches(keyword, MARKER_KEYWORDS, n=1, cutoff=0.4)
    return f"; did you mean {near[0]!r}?" if near else f"; it has {', '.join(MARKER_KEYWORDS)}"

"""What a test asks of its cloud: the marker, the ini settings, the seed. PYTEST_DONT_REWRITE."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pytest

    from cloud_fake import FakeCloud

__all__ = [
    "MARKER_HELP",
    "PHASES",
    "SCENARIO",
    "apply_freeze",
    "as_moment",
    "base_seed",
    "declare",
    "marked",
    "of_test",
    "seed_of",
    "seeds_of",
]

DEFAULT_ENV = "test-1a2b3c"
#: How the name of a file ends that is a scenario.
SCENARIO = ".cloud.yaml"

#: What is done to the test, rather than to its cloud.
TEST_KEYWORDS = ("autojump", "fail_each_call", "faults", "seeds", "storm")
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
    "how many of the last entries are kept. And faults=[...]: what goes wrong once the fixtures "
    "stand, as texts; storm=, seeds=50: run the test under so many storms (True, an intensity, or "
    "families, effects and presets), shrink the first that breaks it; fail_each_call=True: run it "
    "once for each call and phase that can fail; autojump=True: time jumps while the test's event "
    "loop is idle."
)
#: How many storms a test is run under if nobody says.
SEEDS = 50
#: In which phase each call fails under `fail_each_call`.
PHASES = ("lost_request", "lost_reply")
#: When a run begins that is to come again, in another process and on another day.
START = "2026-01-01T00:00:00Z"


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
    parser.addini("cloud_freeze", "where the clock stands: true, or an ISO text", default="")
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
    if config.getini("cloud_freeze"):
        asked["freeze"] = _freeze_setting(config.getini("cloud_freeze"))
    for marker in reversed(list(node.iter_markers("cloud"))):
        asked.update(marker.kwargs)
    if marked(node, "fail_each_call"):
        asked.pop("timeline_limit", None)  # it takes all calls to try each of them
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


def seed_of(node: pytest.Item, number: int = 0, other: str | None = None) -> int | str:
    """The seed of a test's n-th cloud: whatever else runs, in whatever order, it stays the same.

    Args:
        node: the test.
        number: which of its clouds, from 0.
        other: what it has instead of its own seed; not instead of its marker's.
    """
    first: int | str | None = marked(node, "seed")
    if first is None:
        first = other
    if first is not None:
        return f"{first}/{number}" if number else first
    # Not the whole node id: its directory is told from a root that pytest finds anew in each run.
    _, _, name = node.nodeid.partition("::")
    return f"{base_seed(node.config)}/{node.path.name}::{name}/{number}"


def apply_freeze(cloud: FakeCloud, freeze: Any, *, comes_again: bool, jumps: bool) -> None:
    """Stop the clock as the marker's `freeze` asks.

    Args:
        cloud: whose.
        freeze: True, a moment, False; None if nobody has said anything.
        comes_again: the run is to be the same at another time.
        jumps: time passes by jumps, and not by itself.
    """
    if freeze is None and comes_again and not cloud.clock.follows_a_fake:
        freeze = START
    elif freeze is None:
        freeze = comes_again or jumps
    if freeze is not False:
        cloud.clock.freeze(None if freeze is True else as_moment(freeze))


def as_moment(value: Any) -> Any:
    """An ISO text as a datetime, in UTC if it names no zone; anything else as it is.

    Raises:
        ValueError: the text is none.
    """
    from datetime import UTC, datetime

    if not isinstance(value, str):
        return value
    moment = datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _freeze_setting(text: str) -> Any:
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    try:
        return as_moment(text)
    except ValueError:
        import pytest

        raise pytest.UsageError(f"cloud_freeze is true or an ISO text, not {text!r}") from None

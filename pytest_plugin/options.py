"""What a test asks of its cloud: the marker, the ini settings, the seed. PYTEST_DONT_REWRITE."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pytest

    from cloud_fake import FakeCloud

__all__ = [
    "MARKER_HELP",
    "SCENARIO",
    "apply_freeze",
    "declare",
    "find_mistake",
    "of_test",
    "seed_of",
]

DEFAULT_ENV = "test-1a2b3c"
#: How the name of a file ends that is a scenario.
SCENARIO = ".cloud.yaml"

#: The keywords of the marker: those of `FakeCloud`, and `freeze`.
MARKER_KEYWORDS = (
    "appid",
    "auto_create_collections",
    "collections",
    "env",
    "freeze",
    "openid",
    "real_time",
    "seed",
    "unionid",
    "url_max_age",
)
MARKER_HELP = (
    "cloud(env=, openid=, collections=, seed=, freeze=, appid=, unionid=, url_max_age=, "
    "auto_create_collections=, real_time=): what the `cloud` fixture is made with. freeze: True "
    "stops the clock, a datetime or an ISO text stops it there."
)


def declare(parser: pytest.Parser) -> None:
    """Declare the command line option and the settings."""
    group = parser.getgroup("cloud", "cloud_fake, the WeChat/Taro cloud in memory")
    group.addoption(
        "--cloud-seed",
        metavar="SEED",
        default=None,
        help="base seed of all clouds; each test's own follows from it and the test's id",
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
    return asked


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
        mistake = _mistake(marker)
        if mistake:
            return f"{item.nodeid}: {mistake}"
    return ""


def _mistake(marker: pytest.Mark) -> str:
    if marker.args:
        return f"@pytest.mark.cloud takes keywords only, not {marker.args!r}"
    for keyword in marker.kwargs:
        if keyword not in MARKER_KEYWORDS:
            return f"@pytest.mark.cloud has no keyword {keyword!r}{_hint(keyword)}"
    freeze = marker.kwargs.get("freeze")
    if freeze is None or isinstance(freeze, bool) or _is_moment(freeze):
        return ""
    return f"@pytest.mark.cloud(freeze={freeze!r}) is no moment: True, a datetime, or an ISO text"


def _hint(keyword: str) -> str:
    import difflib

    near = difflib.get_close_matches(keyword, MARKER_KEYWORDS, n=1, cutoff=0.4)
    return f"; did you mean {near[0]!r}?" if near else f"; it has {', '.join(MARKER_KEYWORDS)}"

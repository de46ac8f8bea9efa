"""Whether a test's markers are right, asked before the first test runs. PYTEST_DONT_REWRITE."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_plugin.options import MARKER_KEYWORDS, as_moment, marked

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

__all__ = ["find_mistake"]


def _is_moment(value: Any) -> bool:
    from datetime import datetime

    try:
        return isinstance(as_moment(value), datetime)
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
    return not {"seeds", *_WAYS}.isdisjoint(marker.kwargs)


#: What a test can be put through: one of them.
_WAYS = ("storm", "fail_each_call", "faults")


def _contradiction(item: pytest.Item) -> str:
    """What does not fit together in all that a test's markers say."""
    ways = [f"{way}=" for way in _WAYS if marked(item, way)]
    if marked(item, "seeds") is not None and "storm=" not in ways:
        return "@pytest.mark.cloud(seeds=) says how many storms: it needs storm="
    if len(ways) > 1:
        return f"@pytest.mark.cloud takes {' or '.join(ways)}, not both"
    if "storm=" in ways and marked(item, "real_time"):
        return "@pytest.mark.cloud(storm=) is for virtual time: leave out real_time=True"
    if ways and "cloud_factory" not in getattr(item, "fixturenames", ()):
        return f"@pytest.mark.cloud({ways[0]}) needs a test with the fixture 'cloud'"
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


def _wrong_seed(value: Any) -> str:
    fits = isinstance(value, (int, str)) and not isinstance(value, bool)
    return "" if fits else "is neither a number nor a text"


def _wrong_faults(value: Any) -> str:
    from cloud_fake import MisuseError
    from cloud_fake.storms import read_script

    try:
        read_script(value)
    except MisuseError as error:
        return f"is no list of faults: {error}"
    return ""


_CHECKS: dict[str, Callable[[Any], str]] = {
    "autojump": _wrong_flag,
    "fail_each_call": _wrong_flag,
    "faults": _wrong_faults,
    "freeze": _wrong_freeze,
    "seed": _wrong_seed,
    "seeds": _wrong_seeds,
    "storm": _wrong_storm,
}


def _hint(keyword: str) -> str:
    import difflib

    near = difflib.get_close_matches(keyword, MARKER_KEYWORDS, n=1, cutoff=0.4)
    return f"; did you mean {near[0]!r}?" if near else f"; it has {', '.join(MARKER_KEYWORDS)}"

"""How stories are told: once with an app that has a bug, and fails, once with the mended one."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import pytest

__all__ = ["PHASES", "told_of"]

PHASES = ("request", "execute", "commit", "reply", "stream")


def told_of(
    buggy: type, *, mended: type, family: str, phase: str
) -> Callable[[Callable[..., None]], Any]:
    """Tell a story of two apps: its checks have to find the bug of the first, and only that one's.

    Args:
        buggy: the app that fails.
        mended: the one that passes.
        family: of the fault.
        phase: in which it strikes.

    Returns:
        A decorator. The story gets the app's class as `make`, and any fixtures that it names.
    """

    def decorate(story: Callable[..., None]) -> Any:
        @pytest.mark.parametrize("make", [buggy, mended], ids=lambda make: make.__name__)
        @functools.wraps(story)
        def test(make: type, **fixtures: Any) -> None:
            if make is mended:
                story(make=make, **fixtures)
                return
            with pytest.raises(AssertionError):
                story(make=make, **fixtures)

        test.about = (family, phase)  # type: ignore[attr-defined]  # for the test that all are told
        return test

    return decorate

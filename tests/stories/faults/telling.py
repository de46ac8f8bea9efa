"""How stories are told: once with an app that has a bug, and fails, once with the mended one."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import pytest

__all__ = ["PHASES", "asked", "told", "told_of"]

PHASES = ("request", "execute", "commit", "reply", "stream")


def told_of(
    buggy: type, *, mended: type, family: str, phase: str
) -> Callable[[Callable[..., None]], Any]:
    """Tell a story of two apps: its checks have to find the bug of the first, and only that one's.

    With `--runxfail` the app with the bug fails its test, and one sees what is reported of it.

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
        def test(make: type, request: pytest.FixtureRequest, **fixtures: Any) -> None:
            if make is mended or request.config.option.runxfail:
                story(make=make, **fixtures)
                return
            with pytest.raises(AssertionError):
                story(make=make, **fixtures)

        test.__signature__ = _and_request(story)  # type: ignore[attr-defined]  # pytest reads it
        test.about = (family, phase)  # type: ignore[attr-defined]  # for the test that all are told
        return test

    return decorate


def _and_request(story: Callable[..., None]) -> inspect.Signature:
    asks = inspect.signature(story)
    request = inspect.Parameter("request", inspect.Parameter.KEYWORD_ONLY)
    return asks.replace(parameters=[*asks.parameters.values(), request])


# --- code that is written once for both faces ----------------------------------------------------


async def asked(answer: Any) -> Any:
    """What a call has answered, on whichever face it was made: `await asked(todos.get())`."""
    return await answer if isinstance(answer, Awaitable) else answer


def told(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """What code for both faces comes to on the blocking one, where it has nothing to wait for."""
    try:
        coroutine.send(None)
    except StopIteration as end:
        return end.value
    raise AssertionError("it waits for something on the blocking face")

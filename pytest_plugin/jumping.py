"""Time that jumps while a test's event loop is idle. PYTEST_DONT_REWRITE."""

from __future__ import annotations

import functools
import inspect
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_plugin.turns import Turn

__all__ = ["jumping"]


@contextmanager
def jumping(item: pytest.Item, turn: Turn) -> Iterator[None]:
    """Let an async test begin with the jumping, in whichever loop a plugin runs it."""
    if not isinstance(item, pytest.Function) or not inspect.iscoroutinefunction(item.obj):
        pytest.fail("@pytest.mark.cloud(autojump=True) is for async tests", pytrace=False)
    function = item.obj

    @functools.wraps(function)
    async def jump(*args: Any, **kwargs: Any) -> Any:
        with turn.clouds[0].autojump():
            return await function(*args, **kwargs)

    item.obj = jump
    try:
        yield
    finally:
        item.obj = function

"""Kernel: which tasks of an event loop wait, and in which line each of them does."""

from __future__ import annotations

import asyncio
import linecache
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

__all__ = ["who_waits"]

#: Of more tasks than these, the first ones say enough.
MOST = 5
#: Where a wait ends up that began somewhere else.
_INSIDE = (os.path.dirname(asyncio.__file__), os.path.dirname(os.path.dirname(__file__)))


def who_waits(loop: asyncio.AbstractEventLoop) -> str:
    """A line for each task that waits, by name; each begins on a line of its own."""
    tasks = sorted(asyncio.all_tasks(loop), key=lambda task: task.get_name())
    lines = [f"\n  {task.get_name()} waits {_where(task)}" for task in tasks[:MOST]]
    return "".join(lines) + f"\n  … {len(tasks)} in all" * (len(tasks) > MOST)


def _where(task: asyncio.Task[Any]) -> str:
    """The innermost line of the app's own."""
    frames = list(_frames(task.get_coro()))
    own = [it for it in frames if not it.f_code.co_filename.startswith(_INSIDE)] or frames
    if not own:
        return "somewhere"
    code, line = own[-1].f_code, own[-1].f_lineno
    said = linecache.getline(code.co_filename, line).strip()
    return f"in {code.co_name}, {os.path.basename(code.co_filename)}:{line}: {said}"


def _frames(coroutine: Any) -> Iterator[FrameType]:
    """From the outermost to the innermost, as far as they are coroutines."""
    while coroutine is not None:
        frame = getattr(coroutine, "cr_frame", None)
        if frame is None:
            return
        yield frame
        coroutine = coroutine.cr_await

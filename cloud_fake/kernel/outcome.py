"""Kernel: how a call ended, in a few words, and with it what the caller cannot see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cloud_fake.kernel.rendering import render_text, render_value
from cloud_fake.kernel.verbs import is_read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloud_fake.kernel.calls import Call

__all__ = ["outcome", "times"]

#: How the platform goes on after the words of an error: with ids of its own.
_FRAME = " (callId: "
#: Items of a list that are named one by one.
_NAMED = 3


def outcome(call: Call) -> str:
    """`→ {total: 1}`, `✗ -501001 resource system error (after 3s)`, or `…` while it runs."""
    if call.ended is None:
        return "…"
    told = f"→ {render_value(call.result)}" if call.error is None else _error(call.error)
    asides = list(_asides(call))
    return f"{told} ({'; '.join(asides)})" if asides else told


def times(number: int) -> str:
    """`once`, `twice`, `3 times`."""
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def _error(error: BaseException) -> str:
    text = getattr(error, "errMsg", "") or repr(error)
    said = render_text(text.partition(_FRAME)[0])
    code = getattr(error, "code", -1)
    # -1 stands for whatever it was, and most texts name the code themselves.
    return f"✗ {said}" if code == -1 or str(code) in said else f"✗ {code} {said}"


def _asides(call: Call) -> Iterator[str]:
    if call.took:
        yield f"after {round(call.took, 3):g}s"
    if call.error is not None and call.executions and not is_read(call.name):
        yield "done all the same"
    if call.executions > 1:
        yield f"done {times(call.executions)}"
    failed = _failed_items(call.result)
    if failed:
        more = [f"… {len(failed)} in all"] * (len(failed) > _NAMED)
        yield f"failed: {', '.join([*failed[:_NAMED], *more])}"


def _failed_items(result: Any) -> list[str]:
    """The items of a list that failed though the call did not: `item 7 of 50`."""
    items = result.get("fileList") if isinstance(result, Mapping) else None
    if not isinstance(items, list):
        return []
    return [
        f"item {place} of {len(items)}"
        for place, item in enumerate(items, 1)
        if isinstance(item, Mapping) and item.get("status")
    ]

"""`cloudbase.addDelayedFunctionTask`: a function asks WeChat to call a function later.

Source: the WeChat manual, "open API: addDelayedFunctionTask"; which code a bad argument gets is
not told there [uncertain].
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NoReturn

from cloud_fake.errors import Code, Failure, texts
from cloud_fake.services.functions.scheduling import DelayedTask, add_task

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from cloud_fake.kernel.work import Work
    from cloud_fake.values.kinds import Value

__all__ = ["add_delayed_function_task"]

#: Seconds, from six to thirty days.
SHORTEST = 6
LONGEST = 30 * 24 * 3600

_BAD_ARGUMENT = 40097
_NO_JSON = 47001


def add_delayed_function_task(work: Work, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Have a function called later, with `data` as its event.

    Args:
        work: the call that asks.
        asked: `{env, function_name, data, delay_time}`: `data` is JSON text, the delay in seconds.

    Raises:
        Failure: an argument is wrong.
    """
    name, delay = asked.get("function_name"), asked.get("delay_time")
    if not isinstance(name, str) or not name:
        _refuse(_BAD_ARGUMENT, texts.BAD_ARGUMENT)
    if not isinstance(delay, (int, float)) or not SHORTEST <= delay <= LONGEST:
        _refuse(_BAD_ARGUMENT, texts.BAD_ARGUMENT)
    env = work.world.env_number(asked["env"]) if asked.get("env") else work.env
    due = work.world.clock.now() + timedelta(seconds=delay)
    work.atomic(_add, env, name, _event(asked.get("data")), due)
    return {}


def _add(work: Work, env: int, name: str, event: dict[str, Value], due: datetime) -> None:
    """Drawn under the lock: two tasks of one id would be one task."""
    ids = work.world.ids
    task_id, tie = ids.next_hex("delayed task"), ids.next_fraction(f"tie task {name}")
    add_task(work.world, work.draft, DelayedTask(task_id, env, name, event, due, tie))


def _event(text: Any) -> dict[str, Any]:
    try:
        event = json.loads(text)
    except (TypeError, ValueError):
        event = None
    if not isinstance(event, dict):
        _refuse(_NO_JSON, texts.DATA_FORMAT)
    return event


def _refuse(code: int, text: str) -> NoReturn:
    raise Failure(Code.numbered(code), text)

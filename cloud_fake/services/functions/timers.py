"""Timer triggers: what a function's `config.json` says about when it runs by itself.

Source: the WeChat manual, "cloud functions: timer triggers", and Tencent SCF's for the event.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cloud_fake.errors import MisuseError
from cloud_fake.values.cron import Cron
from cloud_fake.values.dates import UTC

if TYPE_CHECKING:
    from datetime import datetime

    from cloud_fake.values.kinds import Value

__all__ = ["TimerTrigger", "timer_event", "timer_trigger"]

MAX_MESSAGE = 4096

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,59}")


@dataclass(frozen=True)
class TimerTrigger:
    """One timer; `message` is what its function is told."""

    name: str
    cron: Cron
    message: str = ""


def timer_trigger(name: Any, config: Any, message: Any = "") -> TimerTrigger:
    """A timer as the platform takes it.

    Raises:
        MisuseError: the name, the seven-field cron or the message is none.
    """
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise MisuseError(
            f"a trigger's name is at most 60 letters, digits, '-' and '_', a letter first, "
            f"not {name!r}"
        )
    if not isinstance(config, str):
        raise MisuseError(f"a timer is a cron text of seven fields, not {config!r}")
    if not isinstance(message, str) or len(message.encode()) > MAX_MESSAGE:
        raise MisuseError("a timer's message is a text of at most 4 KB")
    return TimerTrigger(name, Cron.parse(config), message)


def timer_event(trigger: TimerTrigger, moment: datetime) -> dict[str, Value]:
    """What the function gets of a timer that was due at a moment."""
    return {
        "Type": "Timer",
        "TriggerName": trigger.name,
        "Time": moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "Message": trigger.message,
    }

"""Durations and moments as people write them: `30`, `"30s"`, `"00:10"`, `"1h"`, a timedelta."""

from __future__ import annotations

import math
import re
from datetime import timedelta

from cloud_fake.errors import MisuseError
from cloud_fake.kernel.faults.spelling import plain

__all__ = ["LONGEST", "Duration", "seconds_of", "show_seconds"]

#: Seconds, a timedelta, or a text.
Duration = float | int | str | timedelta

#: A thousand years, in seconds: beyond that no clock has a date.
LONGEST = 1000 * 365.0 * 86400

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_AMOUNT = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_CLOCK = re.compile(r"(?:(\d+):)?([0-5]?\d):([0-5]\d(?:\.\d+)?)")


def seconds_of(duration: Duration) -> float:
    """The duration in seconds. `"00:10"` is ten seconds, `"01:00:00"` an hour.

    Raises:
        MisuseError: it is no duration, a negative one, or longer than a thousand years.
    """
    if isinstance(duration, timedelta):
        duration = duration.total_seconds()
    if isinstance(duration, str):
        duration = _read(duration)
    is_number = isinstance(duration, (int, float)) and not isinstance(duration, bool)
    if not is_number or not 0 <= duration < math.inf:
        raise MisuseError(f"a duration is in seconds, or a text such as '30s', not {duration!r}")
    if duration > LONGEST:
        raise MisuseError(f"a duration is at most a thousand years, not {duration!r} seconds")
    return float(duration)


def _read(text: str) -> float:
    if (clock := _CLOCK.fullmatch(text)) is not None:
        hours, minutes, seconds = clock.groups()
        return int(hours or 0) * 3600 + int(minutes) * 60 + float(seconds)
    parts = _AMOUNT.findall(text)
    if not parts or "".join(amount + unit for amount, unit in parts) != text:
        raise MisuseError(f"a duration reads like '30s', '1m30s' or '00:30', not {text!r}")
    return sum(float(amount) * _UNITS[unit] for amount, unit in parts)


def show_seconds(seconds: float) -> str:
    """The shortest text that `seconds_of` reads back."""
    for unit in ("d", "h", "m"):
        if seconds and seconds % _UNITS[unit] == 0:
            return f"{plain(seconds / _UNITS[unit])}{unit}"
    return f"{plain(seconds)}s"

"""Query floor: time zones and the calendar: from an instant to its local parts and back."""

from __future__ import annotations

import re
from datetime import timedelta, timezone, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from cloud_fake.errors import NotSupportedByFake, QueryError
from cloud_fake.values.dates import DATE_TYPE, EPOCH, UTC, from_millis, to_millis

if TYPE_CHECKING:
    from datetime import datetime

__all__ = [
    "DAY",
    "date_of",
    "days_before",
    "fixed_zone",
    "instant",
    "iso_days_before",
    "local",
    "offset_minutes",
    "zone_named",
]

#: Milliseconds of a day.
DAY = 86_400_000
_OFFSET = re.compile(r"([+-])(\d\d)(?::?(\d\d))?", re.ASCII)


@lru_cache(maxsize=256)
def zone_named(name: str) -> tzinfo:
    """The zone of a name (`Asia/Shanghai`) or of an offset (`+08`, `+0800`, `+08:00`).

    Raises:
        QueryError: 40485, there is no such zone.
    """
    offset = _OFFSET.fullmatch(name)
    if offset:
        sign, hours, minutes = offset.groups("0")
        return fixed_zone((-1 if sign == "-" else 1) * (int(hours) * 60 + int(minutes)))
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):  # unknown, no name at all, a folder of zones
        raise QueryError(40485, f'unrecognized time zone identifier: "{name}"') from None


def fixed_zone(minutes: int) -> tzinfo:
    """The zone that is always so many minutes ahead of UTC."""
    if abs(minutes) >= 24 * 60:
        raise NotSupportedByFake(f"a time zone {minutes} minutes off UTC")
    return timezone(timedelta(minutes=minutes)) if minutes else UTC


def local(moment: datetime, zone: tzinfo) -> datetime:
    """The instant as clocks of the zone show it."""
    try:
        return moment if zone is UTC else moment.astimezone(zone)
    except OverflowError:
        raise _outside() from None


def offset_minutes(moment: datetime) -> int:
    """How far the local moment's zone is ahead of UTC, cut to minutes."""
    offset = moment.utcoffset() or timedelta()
    return int(offset.total_seconds() / 60)


def instant(days: int, millis: int, zone: tzinfo) -> datetime:
    """The instant at which clocks of the zone show `millis` after midnight of a day.

    Args:
        days: since 1970-01-01; parts that carry are welcome in both numbers.
        millis: what the clock shows, in milliseconds.
        zone: where the clock hangs.
    """
    shown = date_of(days * DAY + millis)
    return shown if zone is UTC else date_of(to_millis(shown.replace(tzinfo=zone)))


def date_of(millis: int) -> datetime:
    """The instant `millis` after 1970.

    Raises:
        NotSupportedByFake: it lies outside the years 1 to 9999, where MongoDB still has dates.
    """
    try:
        return from_millis(millis)
    except OverflowError:
        raise _outside() from None


def days_before(year: int, month: int, day: int) -> int:
    """Days from 1970-01-01 to a date; a month 13 or a day 0 carries."""
    years, months = divmod(month - 1, 12)
    try:
        first = DATE_TYPE[0](year + years, months + 1, 1, tzinfo=UTC)
    except (ValueError, OverflowError):
        raise _outside() from None
    return (first - EPOCH).days + day - 1


def iso_days_before(year: int, week: int, day: int) -> int:
    """Days from 1970-01-01 to a date of the ISO calendar; week 54 or day 8 carries."""
    fourth_of_january = days_before(year, 1, 4)  # is always in week 1
    monday = fourth_of_january - (fourth_of_january + 3) % 7  # day 0 was a Thursday
    return monday + (week - 1) * 7 + day - 1


def _outside() -> NotSupportedByFake:
    return NotSupportedByFake("a date outside the years 1 to 9999")

"""Dates as the platform keeps them: an instant in UTC, to the millisecond.

The classes are looked up past whatever a clock-faking library put into the `datetime` module, so a
document never holds a fake class and never changes its type because a test froze time.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime, timedelta

__all__ = ["DATE_TYPE", "EPOCH", "UTC", "from_millis", "iso_millis", "to_millis", "to_utc_millis"]

#: The real `datetime` class, in a tuple because freezegun rewrites module attributes that *are* it.
DATE_TYPE: tuple[type[datetime]] = (
    next(
        cls
        for cls in dt.datetime.__mro__
        if cls.__module__ == "datetime" and cls.__name__ == "datetime"
    ),
)
UTC = dt.UTC
EPOCH: datetime = DATE_TYPE[0](1970, 1, 1, tzinfo=UTC)
_MILLISECOND: timedelta = dt.timedelta(milliseconds=1)


def from_millis(millis: int) -> datetime:
    """The instant that JavaScript's `new Date(millis)` means.

    Raises:
        OverflowError: outside the years 1 to 9999, which Python cannot hold.
    """
    return EPOCH + millis * _MILLISECOND


def to_millis(moment: datetime) -> int:
    """Milliseconds since 1970, as JavaScript's `date.getTime()`."""
    return (moment - EPOCH) // _MILLISECOND


def to_utc_millis(moment: datetime) -> datetime:
    """The same instant as the platform would keep it: UTC, cut to the millisecond, a real datetime.

    A naive datetime is local time, as in JavaScript's `new Date(y, m, d)`.
    """
    if moment.tzinfo is None:
        # `astimezone` of freezegun's class would ask the frozen offset; the real class asks the OS.
        moment = DATE_TYPE[0](
            moment.year,
            moment.month,
            moment.day,
            moment.hour,
            moment.minute,
            moment.second,
            moment.microsecond,
            fold=moment.fold,
        ).astimezone(UTC)
    return from_millis((moment - EPOCH) // _MILLISECOND)


def iso_millis(moment: datetime) -> str:
    """JavaScript's `date.toISOString()`: `2026-01-02T03:04:05.678Z`."""
    # Not `strftime`, whose %Y has no leading zeros on Linux.
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"

"""The seven-field cron of timer triggers: from seconds to years, on the clocks of UTC+8.

croniter (MIT, well kept, knows seconds and years) was weighed and left: three packages and 40 ms of
import, and it takes much that the platform has no word for (`L`, `R`, weekday 7, `FRI-MON`), so a
wrapper that refuses all that would be as long as the rules themselves.

Source: the WeChat manual, "cloud functions: timer triggers".
"""

from __future__ import annotations

import calendar
import datetime as dt
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from cloud_fake.errors import MisuseError
from cloud_fake.values.dates import DATE_TYPE, EPOCH, UTC

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

__all__ = ["Cron"]

_SECOND = dt.timedelta(seconds=1)
#: China has no daylight saving time, so the triggers' zone is a plain offset.
_CHINA = dt.timezone(dt.timedelta(hours=8))

_MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
_WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]


class _Field(NamedTuple):
    name: str
    lowest: int
    highest: int
    words: Mapping[str, int] = {}

    @property
    def expected(self) -> str:
        named = f" or {'-'.join([*self.words][:: len(self.words) - 1])}" if self.words else ""
        return f"{self.lowest}-{self.highest}{named}"


_FIELDS = (
    _Field("second", 0, 59),
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day", 1, 31),
    _Field("month", 1, 12, {word: number for number, word in enumerate(_MONTHS, 1)}),
    _Field("weekday", 0, 6, {word: number for number, word in enumerate(_WEEKDAYS)}),
    _Field("year", 1970, 2099),
)

_Date = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Cron:
    """When a timer trigger fires. Every field holds its values in ascending order.

    Attributes:
        text: as it was written.
        clock: the hours, minutes and seconds at which it fires on its days.
        weekdays: 0 is Sunday.
        either_day: both day and weekday were given, so a day needs to fit only one of them.
    """

    text: str
    clock: tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]
    days: tuple[int, ...]
    months: tuple[int, ...]
    weekdays: tuple[int, ...]
    years: tuple[int, ...]
    either_day: bool

    @classmethod
    def parse(cls, text: str) -> Cron:
        """Read `second minute hour day month weekday year`, each of `, - * /` and numbers.

        Raises:
            MisuseError: it is not such a text; the message names the field.
        """
        parts = text.split()
        if len(parts) != len(_FIELDS):
            names = " ".join(field.name for field in _FIELDS)
            raise MisuseError(f'cron "{text}": expected 7 fields ({names}), found {len(parts)}')
        second, minute, hour, day, month, weekday, year = (
            _read(field, part, text) for field, part in zip(_FIELDS, parts, strict=True)
        )
        either_day = parts[3] != "*" and parts[5] != "*"
        return cls(text, (hour, minute, second), day, month, weekday, year, either_day)

    def next_after(self, moment: datetime) -> datetime | None:
        """The first time after `moment` (aware) at which it fires, in UTC; None if it never does.

        Raises:
            MisuseError: `moment` is naive.
        """
        start = _next_second(moment).astimezone(_CHINA)
        today = (start.year, start.month, start.day)
        for date in self._dates_from(today):
            earliest = (start.hour, start.minute, start.second) if date == today else (0, 0, 0)
            time = _first_from(self.clock, earliest)
            if time is not None:
                hour, minute, second = time
                fires = DATE_TYPE[0](*date, hour, minute, second, tzinfo=_CHINA)
                return fires.astimezone(UTC)
        return None

    def _dates_from(self, today: _Date) -> Iterator[_Date]:
        for year in self.years[bisect_left(self.years, today[0]) :]:
            for month in self.months:
                if (year, month) >= today[:2]:
                    dates = ((year, month, day) for day in self._days_of(year, month))
                    yield from (date for date in dates if date >= today)

    def _days_of(self, year: int, month: int) -> Iterator[int]:
        first_weekday, length = calendar.monthrange(year, month)
        for day in range(1, length + 1):
            # `calendar` counts weekdays from Monday, cron from Sunday; days count from 1.
            if self._falls_on(day, (first_weekday + day) % 7):
                yield day

    def _falls_on(self, day: int, weekday: int) -> bool:
        if self.either_day:
            return day in self.days or weekday in self.weekdays
        return day in self.days and weekday in self.weekdays


def _next_second(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise MisuseError(f"a timer needs an aware datetime, not {moment!r}")
    return EPOCH + ((moment - EPOCH) // _SECOND + 1) * _SECOND


def _first_from(
    choices: Sequence[Sequence[int]], earliest: Sequence[int]
) -> tuple[int, ...] | None:
    """The smallest combination, a value of each (sorted) choice, that is not before `earliest`."""
    if not choices:
        return ()
    values, *rest = choices
    for value in values[bisect_left(values, earliest[0]) :]:
        tail = _first_from(rest, earliest[1:] if value == earliest[0] else (0,) * len(rest))
        if tail is not None:
            return (value, *tail)
    return None


class _Unreadable(Exception):  # noqa: N818 - says what was expected; `_read` adds where
    """A part of a field is not what the field takes."""


def _read(field: _Field, part: str, text: str) -> tuple[int, ...]:
    try:
        return tuple(sorted({value for item in part.split(",") for value in _item(field, item)}))
    except _Unreadable as reason:
        raise MisuseError(f'cron "{text}", {field.name} "{part}": {reason}') from None


def _item(field: _Field, item: str) -> range:
    span, slash, step = item.partition("/")
    first, last = _span(field, span, stepped=bool(slash))
    return range(first, last + 1, _step(step) if slash else 1)


def _span(field: _Field, text: str, *, stepped: bool) -> tuple[int, int]:
    if text == "*":
        return field.lowest, field.highest
    start, dash, end = text.partition("-")
    first = _number(field, start)
    if not dash:
        # "1/10" in the minutes is 1, 11, 21 ...: a start without an end runs to the last value.
        return first, field.highest if stepped else first
    last = _number(field, end)
    if last < first:
        raise _Unreadable(f'expected the range "{text}" to rise')
    return first, last


def _number(field: _Field, text: str) -> int:
    number = field.words.get(text.upper(), _digits(text))
    if number is None or not field.lowest <= number <= field.highest:
        raise _Unreadable(f'expected {field.expected}, found "{text}"')
    return number


def _step(text: str) -> int:
    step = _digits(text)
    if not step:
        raise _Unreadable(f'expected a step of at least 1 after "/", found "{text}"')
    return step


def _digits(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else None

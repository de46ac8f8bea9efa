"""Query floor: dates out of strings without a format, for `$dateFromString` and `$toDate`.

The server asks PHP's timelib, which reads nearly anything. Here are the spellings of a calendar
date, with a time of day and an offset behind it if there are any; weekdays and words that need a
today (`next friday`) are said to be not supported.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cloud_fake.errors import NotSupportedByFake, QueryError
from cloud_fake.query.operators.expr_date_fields import Fields, take_zone, unreadable
from cloud_fake.values.dates import UTC

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, tzinfo

__all__ = ["parse_date"]


def parse_date(text: str, zone: tzinfo = UTC) -> datetime:
    """The instant that a string writes; in `zone` unless it names one.

    Raises:
        QueryError: 241, it writes none.
        NotSupportedByFake: it has words that only timelib understands.
    """
    try:
        fields = _read(text)
    except QueryError:
        if _RELATIVE.search(text):
            raise NotSupportedByFake(f"a date with weekdays or relative words: {text}") from None
        raise
    return fields.moment(text, zone)


def _read(text: str) -> Fields:
    fields = Fields()
    at = _take_time(fields, text, _take_date(fields, text))
    if not text[at:].strip(" \t"):
        return fields
    if not _ZONE_START.match(text, at):
        raise unreadable(text, at, "Unexpected character")
    end = take_zone(fields, text, at)
    if text[end:].strip(" \t"):
        raise unreadable(text, end, "Unexpected character")
    return fields


_RELATIVE = re.compile(
    r"(?<![a-z])((mon|tues?|wed(nes)?|thu(rs)?|fri|sat(ur)?|sun)(day)?|now|today|tomorrow|yesterday"
    r"|ago|next|last|previous|this|first|second|third|\d+ *(sec|min|hour|day|week|month|year)s?)"
    r"(?![a-z0-9])|^@-?\d",
    re.IGNORECASE,
)
_ZONE_START = re.compile(r"[ \t]*[+\-(A-Za-z]")

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def _patterns(written: Sequence[str], **parts: str) -> list[re.Pattern[str]]:
    return [
        re.compile(one.format_map(parts) + r"(?!\d)", re.IGNORECASE | re.ASCII) for one in written
    ]


#: Tried from the top; the names are those of timelib.
_DATES = _patterns(
    [
        r"{year}-{month}-{day}",  # gnudateshort, iso8601date4, iso8601date2
        r"{year4}/{month}/{day}",  # dateslash
        r"{year4}(?P<month>0\d|1[0-2])(?P<day>[0-2]\d|3[01])",  # datenocolon
        r"{month}/{day}/{year}",  # american
        r"{day}[.\t-]{month}[.-]{year4}",  # pointeddate4
        r"{day}[.\t]{month}\.(?P<year>\d\d)",  # pointeddate2
        r"{day}[ \t.-]*{name}[ \t.-]*{year}",  # datefull
        r"{name}[ .\t-]*{day}[,.stndrh\t -]+{year}",  # datetextual, pgtextshort
        r"{year}-{name}-{day}",  # pgtextreverse
        r"{year4}-?W(?P<iso_week>0[1-9]|[1-4]\d|5[0-3])(?:-?(?P<iso_day>[0-7]))?",  # isoweekday
        r"{year4}-{month}",  # gnudateshorter
        r"{name}[ .\t-]*{year4}",  # datenoday
        r"{year4}[ .\t-]*{name}",  # datenodayrev
        r"{month}/{day}",  # americanshort: no year
        r"{name}[ .\t-]*{day}",  # datenoyear
        r"{day}[ .\t-]*{name}",  # datenoyearrev
    ],
    year=r"(?P<year>\d{1,4})",
    year4=r"(?P<year>\d{4})",
    month=r"(?P<month>1[0-2]|0?\d)",
    day=r"(?P<day>3[01]|[0-2]?\d)(?:st|nd|rd|th)?",
    name=r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)",
)
_TIMES = _patterns(
    [
        r"{gap}{hour12}(?:[:.]{minute})?(?:[:.]{second})?[ \t]*(?P<half>[ap])\.?m\.?",
        r"{gap}{hour}[:.]{minute}(?:[:.]{second}{fraction}?)?",
        r"{gap}(?P<hour>[01]\d|2[0-4])(?P<minute>[0-5]\d)(?P<second>[0-5]\d)?{fraction}?",
        r"[ \t]+(?P<special>noon|midnight)",
    ],
    gap=r"(?:[ \t]*T|[ \t]+|^)",
    hour12=r"(?P<hour>1[0-2]|0?[1-9])",
    hour=r"(?P<hour>2[0-4]|[01]?\d)",
    minute=r"(?P<minute>[0-5]?\d)",
    second=r"(?P<second>[0-5]?\d|60)",
    fraction=r"(?:[:.](?P<fraction>\d+))",
)


def _first_match(
    patterns: Sequence[re.Pattern[str]], text: str, at: int
) -> tuple[dict[str, str], int]:
    for pattern in patterns:
        found = pattern.match(text, at)
        if found:
            return {key: part for key, part in found.groupdict().items() if part}, found.end()
    return {}, at


def _take_date(fields: Fields, text: str) -> int:
    found, end = _first_match(_DATES, text, 0)
    if "iso_week" in found:
        fields.iso_year, fields.iso_week = int(found["year"]), int(found["iso_week"])
        fields.iso_day = int(found.get("iso_day", "1"))
        return end
    if "year" in found:
        fields.year, fields.month, fields.day = _full_year(found["year"]), 1, 1
    if "month" in found:
        fields.month = int(found["month"])
    if "name" in found:
        fields.month = _MONTHS.index(found["name"][:3].lower()) + 1
    if "day" in found:
        fields.day = int(found["day"])
    return end


def _full_year(digits: str) -> int:
    year = int(digits)
    if len(digits) >= 4 or year >= 100:
        return year
    return year + (2000 if year < 70 else 1900)


def _take_time(fields: Fields, text: str, at: int) -> int:
    found, end = _first_match(_TIMES, text, at)
    if "special" in found:
        fields.hour = 12 if found["special"].lower() == "noon" else 0
    if "hour" in found:
        fields.hour = _full_hour(int(found["hour"]), found.get("half", "").lower())
        fields.minute = int(found.get("minute", "0"))
        fields.second = int(found.get("second", "0"))
        fields.millisecond = int(found.get("fraction", "0")[:3].ljust(3, "0"))
    return end


def _full_hour(hour: int, half: str) -> int:
    if not half:
        return hour
    return hour % 12 + (12 if half == "p" else 0)

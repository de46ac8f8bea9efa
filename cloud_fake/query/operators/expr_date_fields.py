"""Query floor: what a string has told of a date, until it is enough for an instant."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cloud_fake.errors import QueryError
from cloud_fake.query.operators.expr_date_zones import (
    days_before,
    fixed_zone,
    instant,
    iso_days_before,
)
from cloud_fake.values.dates import UTC

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

__all__ = ["CONVERSION_FAILURE", "Fields", "conversion_failure", "take_zone", "unreadable"]

CONVERSION_FAILURE = 241


def conversion_failure(text: str) -> QueryError:
    """What `onError` catches."""
    return QueryError(CONVERSION_FAILURE, text)


def unreadable(text: str, at: int, why: str) -> QueryError:
    """The string is no date: `why`, and from which character on."""
    return conversion_failure(
        f"Error parsing date string '{text}'; {at}: {why} '{text[at : at + 1]}'"
    )


@dataclass(slots=True)
class Fields:
    """The parts of a date that were found; None for one that was not."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    iso_year: int | None = None
    iso_week: int | None = None
    iso_day: int | None = None
    hour: int | None = None
    minute: int | None = None
    second: int | None = None
    millisecond: int | None = None
    zone: tzinfo | None = None
    #: The zone's letters, if it was written with letters.
    abbreviation: str = ""

    def moment(self, text: str, zone: tzinfo) -> datetime:
        """The instant that the fields of `text` mean, in `zone` unless they name one.

        Raises:
            QueryError: 241, there are too few of them, too many, or they mean no date.
        """
        days, millis = self._days(text), self._millis(text)
        return instant(days, millis, self._zone(zone))

    def _days(self, text: str) -> int:
        iso = (self.iso_year, self.iso_week, self.iso_day)
        natural = (self.year, self.month, self.day)
        match iso, natural:
            case (None, None, None), (int(year), int(month), int(day)):
                return _days_of(year, month, day, text)
            case (None, None, None), _:
                raise conversion_failure(
                    "an incomplete date/time string has been found, with elements missing: "
                    f'"{text}"'
                )
            case _, (None, None, None):
                return self._iso_days(text)
        raise unreadable(text, len(text), "Mixing of ISO dates with natural dates is not allowed")

    def _iso_days(self, text: str) -> int:
        if self.iso_year is None:
            raise unreadable(text, len(text), "The parsed date was invalid")
        return iso_days_before(self.iso_year, self.iso_week or 1, self.iso_day or 1)

    def _millis(self, text: str) -> int:
        hour, minute, second = self.hour or 0, self.minute or 0, self.second or 0
        if hour > 23 or minute > 59 or second > 59:
            raise unreadable(text, len(text), "The parsed time was invalid")
        return ((hour * 60 + minute) * 60 + second) * 1000 + (self.millisecond or 0)

    def _zone(self, given: tzinfo) -> tzinfo:
        if self.zone is None or given is UTC:
            return self.zone or given
        if self.abbreviation:
            raise conversion_failure(
                "you cannot pass in a date/time string with time zone information "
                f"('{self.abbreviation}') together with a timezone argument"
            )
        raise conversion_failure(
            "you cannot pass in a date/time string with GMT offset together with a timezone "
            "argument"
        )


def _days_of(year: int, month: int, day: int, text: str) -> int:
    if not (1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]):
        raise unreadable(text, len(text), "The parsed date was invalid")
    return days_before(year, month, day)


# --- time zones in strings -----------------------------------------------------------------------

#: Hours ahead of UTC. Where several places use the letters, the first in timelib's list has them.
_ABBREVIATIONS: Final = {
    "UTC": 0, "GMT": 0, "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3,
    "MSK": 3, "IST": 2, "HKT": 8, "JST": 9, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13,
    "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
    "AKST": -9, "AKDT": -8, "HST": -10,
    # The military letters; there is no J.
    **{letter: hours for hours, letter in enumerate("ABCDEFGHIKLM", 1)},
    **{letter: -hours for hours, letter in enumerate("NOPQRSTUVWXY", 1)},
    "Z": 0,
}  # fmt: skip

_ZONE = re.compile(
    r"[ \t(]*"
    r"(?:(?:GMT)?(?P<sign>[+-])(?P<hours>\d\d?)(?::?(?P<minutes>\d\d))?|(?P<word>[^ )\d]+))"
    r"\)*",
    re.ASCII,
)


def take_zone(fields: Fields, text: str, at: int) -> int:
    """Reads the time zone that begins at a character of the text, and says where it ends.

    Raises:
        QueryError: 241, what stands there is no offset and no abbreviation; names of zones
            (`Asia/Shanghai`) are not allowed in strings.
    """
    found = _ZONE.match(text, at)
    word = found["word"] if found else None
    if found is None or (word is not None and word.upper() not in _ABBREVIATIONS):
        raise unreadable(
            text, at, "passing a time zone identifier as part of the string is not allowed"
        )
    if word is not None:
        fields.abbreviation, minutes = word, _ABBREVIATIONS[word.upper()] * 60
    else:
        minutes = int(found["hours"]) * 60 + int(found["minutes"] or 0)
        minutes = -minutes if found["sign"] == "-" else minutes
    fields.zone = fixed_zone(minutes)
    return found.end()

"""Query floor: the `%` letters of `$dateToString`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, TypeAlias

from cloud_fake.errors import QueryError
from cloud_fake.query.operators.expr_date_zones import offset_minutes

if TYPE_CHECKING:
    from datetime import datetime

__all__ = [
    "ISO_FORMAT",
    "Writer",
    "day_of_week",
    "day_of_year",
    "format_parts",
    "iso_week",
    "iso_week_year",
    "week",
    "writer",
]

#: Writes a local moment.
Writer: TypeAlias = Callable[["datetime"], str]

ISO_FORMAT = "%Y-%m-%dT%H:%M:%S.%LZ"


def day_of_year(moment: datetime) -> int:
    """1 to 366."""
    return moment.timetuple().tm_yday


def day_of_week(moment: datetime) -> int:
    """1 (Sunday) to 7 (Saturday)."""
    return moment.isoweekday() % 7 + 1


def week(moment: datetime) -> int:
    """0 to 53: weeks begin on Sunday, the first Sunday of the year begins week 1."""
    return (day_of_year(moment) - day_of_week(moment) + 7) // 7


def iso_week(moment: datetime) -> int:
    """1 to 53: weeks begin on Monday, the first Thursday of the year is in week 1."""
    return moment.isocalendar().week


def iso_week_year(moment: datetime) -> int:
    """The year that the ISO week belongs to."""
    return moment.isocalendar().year


def _offset(moment: datetime) -> str:
    minutes = offset_minutes(moment)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}{abs(minutes) % 60:02d}"


#: Each letter: how Python's `%` prints it, and what it prints of a local moment.
_LETTERS: Mapping[str, tuple[str, Callable[[datetime], object]]] = {
    "Y": ("%04d", attrgetter("year")),
    "m": ("%02d", attrgetter("month")),
    "d": ("%02d", attrgetter("day")),
    "H": ("%02d", attrgetter("hour")),
    "M": ("%02d", attrgetter("minute")),
    "S": ("%02d", attrgetter("second")),
    "L": ("%03d", lambda moment: moment.microsecond // 1000),
    "j": ("%03d", day_of_year),
    "w": ("%d", day_of_week),
    "u": ("%d", lambda moment: moment.isoweekday()),
    "U": ("%02d", week),
    "V": ("%02d", iso_week),
    "G": ("%04d", iso_week_year),
    "z": ("%s", _offset),
    "Z": ("%d", offset_minutes),
}


@lru_cache(maxsize=256)
def writer(format_: str) -> Writer:
    """What writes local moments in a format.

    Raises:
        QueryError: 18535 or 18536, a `%` without a letter or with another one.
    """
    template, parts = "", []
    for letter, literal in format_parts(format_, _LETTERS):
        if letter:
            printed, part = _LETTERS[letter]
            parts.append(part)
        else:
            printed = literal.replace("%", "%%")
        template += printed
    return lambda moment: template % tuple([part(moment) for part in parts])


def format_parts(format_: str, letters: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """The letters and the single characters between them, as `(letter, "")` and `("", literal)`.

    Raises:
        QueryError: 18535 or 18536, a `%` without a letter or with one that is not in `letters`.
    """
    characters = iter(format_)
    for character in characters:
        if character != "%":
            yield "", character
            continue
        letter = next(characters, "")
        if not letter:
            raise QueryError(18535, "Unmatched '%' at end of format string")
        if letter not in letters and letter != "%":
            raise QueryError(18536, f"Invalid format character '%{letter}' in format string")
        yield ("", "%") if letter == "%" else (letter, "")

"""Query floor: dates out of strings by a format, for `$dateFromString`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from cloud_fake.query.operators.expr_date_fields import Fields, take_zone, unreadable
from cloud_fake.query.operators.expr_date_formats import format_parts
from cloud_fake.query.operators.expr_date_zones import fixed_zone

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

__all__ = ["check_format", "parse_date_by"]

#: Reads from a character of the text on, and says where it stopped.
_Taker = Callable[[Fields, str, int], int]


@lru_cache(maxsize=256)
def check_format(format_: str) -> tuple[tuple[str, str], ...]:
    """The parts of a format.

    Raises:
        QueryError: 18535 or 18536, a `%` without a letter or with one that reads nothing.
    """
    return tuple(format_parts(format_, _TAKERS))


def parse_date_by(format_: str, text: str, zone: tzinfo) -> datetime:
    """The instant that a string writes in the way of a format; in `zone` unless it names one.

    Raises:
        QueryError: 241, it does not.
    """
    fields, at = Fields(), 0
    for letter, literal in check_format(format_):
        if at == len(text):
            raise unreadable(text, at, "Data missing")
        take = _TAKERS[letter] if letter else _literal(literal)
        at = take(fields, text, at)
    if at < len(text):
        raise unreadable(text, at, "Trailing data")
    return fields.moment(text, zone)


def _literal(character: str) -> _Taker:
    def take(_fields: Fields, text: str, at: int) -> int:
        if text[at] != character:
            raise unreadable(text, at, "Format literal not found")
        return at + 1

    return take


def _digits(field: str, pattern: str, what: str, low: int = 0, high: int = 9999) -> _Taker:
    matcher = re.compile(pattern, re.ASCII)

    def take(fields: Fields, text: str, at: int) -> int:
        found = matcher.match(text, at)
        if not found or not low <= int(found[0]) <= high:
            raise unreadable(text, at, what)
        setattr(fields, field, int(found[0]))
        return found.end()

    return take


def _milliseconds(fields: Fields, text: str, at: int) -> int:
    found = re.compile(r"\d{1,3}", re.ASCII).match(text, at)
    if not found:
        raise unreadable(text, at, "A three digit millisecond could not be found")
    fields.millisecond = int(found[0].ljust(3, "0"))
    return found.end()


def _minutes_of_offset(fields: Fields, text: str, at: int) -> int:
    found = re.compile(r"[+-]\d+", re.ASCII).match(text, at)
    if not found:
        raise unreadable(text, at, "Invalid timezone offset in minutes")
    fields.zone = fixed_zone(int(found[0]))
    return found.end()


_TAKERS: Mapping[str, _Taker] = {
    "d": _digits("day", r"\d{1,2}", "A two digit day could not be found"),
    "G": _digits("iso_year", r"\d{1,4}", "A four digit ISO year could not be found"),
    "H": _digits("hour", r"\d{1,2}", "A two digit hour could not be found"),
    "L": _milliseconds,
    "m": _digits("month", r"\d{1,2}", "A two digit month could not be found"),
    "M": _digits("minute", r"\d{2}", "A two digit minute could not be found"),
    "S": _digits("second", r"\d{2}", "A two digit second could not be found"),
    "u": _digits("iso_day", r"\d", "Day of week must be between 1 and 7", 1, 7),
    "V": _digits("iso_week", r"\d{1,2}", "ISO Week must be between 1 and 53", 1, 53),
    "Y": _digits("year", r"\d{1,4}", "A four digit year could not be found"),
    "z": take_zone,
    "Z": _minutes_of_offset,
}

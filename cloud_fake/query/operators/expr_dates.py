"""Query floor: the parts of dates in expressions: one of them, all of them, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloud_fake.errors import QueryError
from cloud_fake.query.operators.expr_date_arguments import expect_date, zone_argument
from cloud_fake.query.operators.expr_date_formats import iso_week, iso_week_year
from cloud_fake.query.operators.expr_date_zones import (
    days_before,
    instant,
    iso_days_before,
    local,
)
from cloud_fake.query.operators.expr_scope import Constant, Expression, Operator, Scope
from cloud_fake.query.operators.expr_signatures import Parameters, fold
from cloud_fake.query.operators.expr_values import is_integral, is_null, show, type_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from cloud_fake.values.kinds import Document, Value

__all__ = ["date_from_parts", "date_part", "date_to_parts"]

# --- $year and its kin ---------------------------------------------------------------------------

_PART = Parameters(
    {"date": (40539, "missing 'date' argument to {name}, provided: {name}: {shown}")},
    ["timezone"],
    not_object=(40539, ""),  # never: any other operand is the date
    unknown=(40535, 'unrecognized option to {name}: "{key}"'),
)
_PART_ZONE = "requires a string for the timezone argument, but was given a {type} ({shown})"


def date_part(says: str, part: Callable[[datetime], int]) -> Operator:
    """An operator that takes a date, or `{date, timezone}`, and gives a part of the local time.

    Args:
        says: what it gives, in words.
        part: gives it of a local moment.
    """

    def compile_operator(name: str, operand: Value, scope: Scope) -> Expression:
        given = _PART.compile(name, _date_and_zone(name, operand), scope)
        date, zone_of = given["date"], zone_argument(given, 40533, f"{name} {_PART_ZONE}")

        def run(document: Document) -> Value:
            moment = date(document)
            if is_null(moment):
                return None
            expect_date(moment)
            zone = zone_of(document)
            return None if zone is None else part(local(moment, zone))

        return fold(run, given.values())

    compile_operator.__doc__ = f"Of a date, or of `{{date, timezone}}`: {says}."
    return compile_operator


def _date_and_zone(name: str, operand: Value) -> Value:
    """The operand as `{date, timezone}`, however it was written."""
    if type(operand) is list:
        if len(operand) != 1:
            raise QueryError(
                40536,
                f"{name} accepts exactly one argument if given an array, but was given "
                f"{len(operand)}",
            )
        return {"date": operand[0]}
    if type(operand) is dict and not next(iter(operand), "").startswith("$"):
        return operand
    return {"date": operand}


# --- $dateToParts --------------------------------------------------------------------------------

_TO_PARTS = Parameters(
    {"date": (40522, "Missing 'date' parameter to $dateToParts")},
    ["timezone", "iso8601"],
    not_object=(40524, "$dateToParts only supports an object as its argument"),
    unknown=(40520, "Unrecognized argument to $dateToParts: {key}"),
)


def date_to_parts(name: str, operand: Value, scope: Scope) -> Expression:
    """`$dateToParts`: the parts of the local time, of the ISO calendar if `iso8601`."""
    given = _TO_PARTS.compile(name, operand, scope)
    date, zone_of = given["date"], zone_argument(given)
    iso = given.get("iso8601", Constant(False))

    def run(document: Document) -> Value:
        moment, zone, wants_iso = date(document), zone_of(document), iso(document)
        if zone is None or is_null(wants_iso):
            return None
        if type(wants_iso) is not bool:
            raise QueryError(
                40521, f"iso8601 must evaluate to a bool, found {type_name(wants_iso)}"
            )
        if is_null(moment):
            return None
        shown = local(expect_date(moment), zone)
        return {**(_iso_parts if wants_iso else _calendar_parts)(shown), **_clock_parts(shown)}

    return fold(run, given.values())


def _calendar_parts(moment: datetime) -> Document:
    return {"year": moment.year, "month": moment.month, "day": moment.day}


def _iso_parts(moment: datetime) -> Document:
    return {
        "isoWeekYear": iso_week_year(moment),
        "isoWeek": iso_week(moment),
        "isoDayOfWeek": moment.isoweekday(),
    }


def _clock_parts(moment: datetime) -> Document:
    return {
        "hour": moment.hour,
        "minute": moment.minute,
        "second": moment.second,
        "millisecond": moment.microsecond // 1000,
    }


# --- $dateFromParts ------------------------------------------------------------------------------

_CALENDAR = {"year": 1970, "month": 1, "day": 1}
_ISO = {"isoWeekYear": 1970, "isoWeek": 1, "isoDayOfWeek": 1}
_CLOCK = {"hour": 0, "minute": 0, "second": 0, "millisecond": 0}
_FROM_PARTS = Parameters(
    {},
    [*_CALENDAR, *_ISO, *_CLOCK, "timezone"],
    not_object=(40519, "$dateFromParts only supports an object as its argument"),
    unknown=(40518, "Unrecognized argument to $dateFromParts: {key}"),
)


def date_from_parts(name: str, operand: Value, scope: Scope) -> Expression:
    """`$dateFromParts`: the instant of a local time; parts out of range carry."""
    given = _FROM_PARTS.compile(name, operand, scope)
    names = _ISO if "isoWeekYear" in given else _CALENDAR
    _check_calendar(given)
    parts = [(part, given.get(part, Constant(usual))) for part, usual in (names | _CLOCK).items()]
    days_of = iso_days_before if names is _ISO else _days_of_year
    zone_of = zone_argument(given)

    def run(document: Document) -> Value:
        values = [_part_value(part, expression(document)) for part, expression in parts]
        zone = zone_of(document)
        if zone is None or None in values:
            return None
        year, month, day, hour, minute, second, millisecond = map(int, values)
        clock = ((hour * 60 + minute) * 60 + second) * 1000 + millisecond
        return instant(days_of(year, month, day), clock, zone)

    return fold(run, given.values())


def _check_calendar(given: Mapping[str, Expression]) -> None:
    if "year" not in given and "isoWeekYear" not in given:
        raise QueryError(
            40516, "$dateFromParts requires either 'year' or 'isoWeekYear' to be present"
        )
    if "year" in given and given.keys() & _ISO.keys():
        raise QueryError(40489, "$dateFromParts does not allow mixing natural dates with ISO dates")
    if "isoWeekYear" in given and given.keys() & _CALENDAR.keys():
        raise QueryError(40525, "$dateFromParts does not allow mixing ISO dates with natural dates")


def _part_value(part: str, value: Value) -> Value:
    if is_null(value):
        return None
    if is_integral(value, -(2**63), 2**63 - 1):
        return value
    raise QueryError(
        40515,
        f"'{part}' must evaluate to an integer, found {type_name(value)} with value {show(value)}",
    )


def _days_of_year(year: int, month: int, day: int) -> int:
    if not 0 <= year <= 9999:
        raise QueryError(
            40523, f"'year' must evaluate to an integer in the range 0 to 9999, found {year}"
        )
    return days_before(year, month, day)

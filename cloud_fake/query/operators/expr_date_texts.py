"""Query floor: dates to strings and from strings in expressions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloud_fake.errors import QueryError
from cloud_fake.query.operators.expr_date_arguments import expect_date, zone_argument
from cloud_fake.query.operators.expr_date_fields import CONVERSION_FAILURE, conversion_failure
from cloud_fake.query.operators.expr_date_formats import ISO_FORMAT, writer
from cloud_fake.query.operators.expr_date_patterns import check_format, parse_date_by
from cloud_fake.query.operators.expr_date_strings import parse_date
from cloud_fake.query.operators.expr_date_zones import local
from cloud_fake.query.operators.expr_scope import Constant, Expression, Scope
from cloud_fake.query.operators.expr_signatures import Parameters, fold
from cloud_fake.query.operators.expr_values import is_null, show, type_name

if TYPE_CHECKING:
    from datetime import tzinfo

    from cloud_fake.values.kinds import Document, Value

__all__ = ["date_from_string", "date_to_string"]

_NULL = Constant(None)

# --- $dateToString -------------------------------------------------------------------------------

_TO_STRING = Parameters(
    {"date": (18628, "Missing 'date' parameter to $dateToString")},
    ["format", "timezone", "onNull"],
    not_object=(18629, "$dateToString only supports an object as its argument"),
    unknown=(18534, "Unrecognized argument to $dateToString: {key}"),
)


def date_to_string(name: str, operand: Value, scope: Scope) -> Expression:
    """`$dateToString`: the local time in a format; null gives `onNull`."""
    given = _TO_STRING.compile(name, operand, scope)
    date, zone_of = given["date"], zone_argument(given)
    format_, on_null = given.get("format", Constant(ISO_FORMAT)), given.get("onNull", _NULL)

    def run(document: Document) -> Value:
        moment = date(document)
        written = _expect_format(18533, name, format_(document))
        write = None if written is None else writer(written)
        zone = zone_of(document)
        if is_null(moment):
            return on_null(document)
        if zone is None or write is None:
            return None
        return write(local(expect_date(moment), zone))

    return fold(run, given.values())


def _expect_format(code: int, name: str, value: Value) -> str | None:
    if is_null(value):
        return None
    if type(value) is str:
        return value
    raise QueryError(
        code,
        f"{name} requires that 'format' be a string, found: {type_name(value)} "
        f"with value {show(value)}",
    )


# --- $dateFromString -----------------------------------------------------------------------------

_FROM_STRING = Parameters(
    {"dateString": (40542, "Missing 'dateString' parameter to $dateFromString")},
    ["format", "timezone", "onNull", "onError"],
    not_object=(40540, "$dateFromString only supports an object as an argument, found: {type}"),
    unknown=(40541, "Unrecognized argument to $dateFromString: {key}"),
)


def date_from_string(name: str, operand: Value, scope: Scope) -> Expression:
    """`$dateFromString`: what a string means, with what to give for null and for no date."""
    given = _FROM_STRING.compile(name, operand, scope)
    source, zone_of, format_ = given["dateString"], zone_argument(given), given.get("format")
    on_null, on_error = given.get("onNull", _NULL), given.get("onError")

    def run(document: Document) -> Value:
        text = source(document)
        written = None if format_ is None else _expect_format(40684, name, format_(document))
        if written is not None:
            check_format(written)
        zone = zone_of(document)
        if is_null(text):
            return on_null(document)
        if format_ is not None and written is None:
            return None
        try:
            return _parsed(text, zone, written)
        except QueryError as error:
            if on_error is None or error.code != CONVERSION_FAILURE:
                raise
            return on_error(document)

    return fold(run, given.values())


def _parsed(text: Value, zone: tzinfo | None, format_: str | None) -> Value:
    if type(text) is not str:
        raise conversion_failure(
            "$dateFromString requires that 'dateString' be a string, found: "
            f"{type_name(text)} with value {show(text)}"
        )
    if zone is None:
        return None
    return parse_date(text, zone) if format_ is None else parse_date_by(format_, text, zone)

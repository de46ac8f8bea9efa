"""Query floor: the two arguments that date operators share: the date and the time zone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import tzinfo
from typing import TYPE_CHECKING, TypeAlias

from cloud_fake.errors import QueryError
from cloud_fake.query.operators.expr_date_zones import zone_named
from cloud_fake.query.operators.expr_values import is_null, show, type_name
from cloud_fake.values.dates import DATE_TYPE, UTC
from cloud_fake.values.kinds import Document, Value

if TYPE_CHECKING:
    from datetime import datetime

    from cloud_fake.query.operators.expr_scope import Expression

__all__ = ["Zone", "expect_date", "zone_argument"]

_DATE = DATE_TYPE[0]

#: The zone to use for a document; None where the argument is null.
Zone: TypeAlias = Callable[[Document], tzinfo | None]


def expect_date(value: Value) -> datetime:
    """The value when it is a date.

    Raises:
        QueryError: 16006, it is something else.
    """
    if type(value) is _DATE:
        return value
    raise QueryError(16006, f"can't convert from BSON type {type_name(value)} to Date")


def zone_argument(
    given: Mapping[str, Expression],
    code: int = 40517,
    text: str = "timezone must evaluate to a string, found {type}",
) -> Zone:
    """What the argument `timezone` names, UTC where it is not given.

    Args:
        given: the compiled arguments.
        code: of the error for a time zone that is no string.
        text: of that error.
    """
    if "timezone" not in given:
        return lambda _document: UTC
    named = given["timezone"]

    def read(document: Document) -> tzinfo | None:
        name = named(document)
        if is_null(name):
            return None
        if type(name) is not str:
            raise QueryError(code, text.format(type=type_name(name), shown=show(name)))
        return zone_named(name)

    return read

"""What the platform says about geo values it does not take. Source: @cloudbase/database 1.4.3."""

from __future__ import annotations

__all__ = [
    "DEGREES_NOT_A_NUMBER",
    "LINE_TOO_SHORT",
    "NO_LINES",
    "NO_POINTS",
    "NO_POLYGONS",
    "degrees_out_of_range",
    "not_closed",
    "wrong_argument",
    "wrong_member",
]

DEGREES_NOT_A_NUMBER = "Geo Point must be number type"
LINE_TOO_SHORT = '"points" must contain 2 points at least'
NO_POINTS = '"points" must contain 1 point at least'
#: Also of a MultiLineString: the platform's own slip.
NO_LINES = "Polygon must contain 1 linestring at least"
NO_POLYGONS = "MultiPolygon must contain 1 polygon at least"


def degrees_out_of_range(name: str, limit: int) -> str:
    """A longitude or latitude that is on no globe."""
    return f"{name} should be a number ranges from -{limit} to {limit}"


def wrong_argument(argument: str, wanted: str, actual: str) -> str:
    """The argument is no array at all; `actual` is JavaScript's `typeof`."""
    return f'"{argument}" must be of type {wanted}[]. Received type {actual}'


def wrong_member(argument: str, wanted: str, actual: str) -> str:
    """An item of the array is of the wrong kind."""
    return f'"{argument}" must be of type {wanted}[]. Received type {actual}[]'


def not_closed(points: str) -> str:
    """A polygon's ring does not end where it began."""
    return f"LineString {points} is not a closed cycle"

"""Query operators: `$geoWithin`, `$geoIntersects`, and `$near` and `$nearSphere` for whole queries.

A stored shape is a GeoJSON object or a legacy pair `[longitude, latitude]`; an array of them meets
a condition by any. Distances are metres over ground, but a `$centerSphere` has radians.

Source: MongoDB manual, "Geospatial Query Operators".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cloud_fake.errors import NotSupportedByFake, QueryError
from cloud_fake.query.conditions import Compiler, Condition, Cost, of_members
from cloud_fake.query.operators.expr_values import show
from cloud_fake.query.traversal import Segments, ValueTest, values_at
from cloud_fake.values.geo import (
    Point,
    Shape,
    distance_metres,
    intersects,
    point_of,
    shape_of,
    within,
    within_radius,
)
from cloud_fake.values.paths import split

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloud_fake.values.kinds import Document, Value

__all__ = ["NEAR_OPERATORS", "Near", "geo_intersects", "geo_within", "near"]

#: They order a query's result, so they stand at its top, not among the conditions on a value.
NEAR_OPERATORS = frozenset({"$near", "$nearSphere"})
_FLAT_SHAPES = frozenset({"$box", "$center", "$polygon"})
_AREAS = frozenset({"Polygon", "MultiPolygon"})


def geo_within(operand: Value, _compiler: Compiler) -> Condition:
    """`$geoWithin`: the whole shape is in the polygon or polygons, or in the circle."""
    name, area = _specifier(operand)
    if name == "$centerSphere":
        return _of_shapes(_within_circle(area))
    outer = _geometry(area)
    if type(outer).__name__ not in _AREAS:
        raise QueryError(2, f"$within not supported with provided geometry: {show(operand)}")
    return _of_shapes(lambda shape: within(shape, outer))


def geo_intersects(operand: Value, _compiler: Compiler) -> Condition:
    """`$geoIntersects`: the shapes have a place in common."""
    name, geometry = _specifier(operand)
    if name != "$geometry":
        raise QueryError(2, f"$geoIntersect not supported with provided geometry: {show(operand)}")
    other = _geometry(geometry)
    return _of_shapes(lambda shape: intersects(shape, other))


@dataclass(frozen=True, slots=True)
class Near:
    """`$nearSphere` of a query: which documents are near enough, and how near.

    Attributes:
        path: the field that holds the shapes.
        centre: where the distances are measured from.
        nearest, farthest: the bounds of the distance, in metres, both included.
    """

    path: Segments
    centre: Point
    nearest: float
    farthest: float

    def distance(self, document: Document) -> float | None:
        """Metres to the document's nearest shape within the bounds; None if there is none."""
        distances = (distance_metres(shape, self.centre) for shape in self._shapes(document))
        return min(
            (metres for metres in distances if self.nearest <= metres <= self.farthest),
            default=None,
        )

    def _shapes(self, document: Document) -> Iterator[Shape]:
        for value in values_at(document, self.path):
            candidates = [value, *value] if type(value) is list else [value]
            yield from filter(None, map(_shape, candidates))


def near(path: str, operand: Value) -> Near:
    """`$near` and `$nearSphere`, which are the same for GeoJSON.

    Args:
        path: the field it stands at.
        operand: `{$geometry: a point, $minDistance: metres, $maxDistance: metres}`.
    """
    if type(operand) is not dict:
        raise QueryError(2, "geo near query argument is not an object")
    for name in operand.keys() - {"$geometry", "$minDistance", "$maxDistance"}:
        raise QueryError(2, f"invalid argument in geo near query: {name}")
    if "$geometry" not in operand:
        raise QueryError(2, "$geometry is required for geo near query")
    centre = point_of(operand["$geometry"])
    if centre is None:
        shown = show(operand["$geometry"])
        raise QueryError(2, f"invalid point in geo near query $geometry argument: {shown}")
    nearest = _metres(operand, "$minDistance", 0.0, 16897)
    farthest = _metres(operand, "$maxDistance", float("inf"), 16899)
    return Near(split(path), centre, nearest, farthest)


def _metres(operand: Value, name: str, default: float, code: int) -> float:
    metres = operand.get(name, default)
    if type(metres) not in (int, float):
        raise QueryError(code, f"{name} must be a number")
    if metres < 0:
        raise QueryError(code + 1, f"{name} must be non-negative")
    return float(metres)


def _specifier(operand: Value) -> tuple[str, Value]:
    """The name of what describes the area, and the description."""
    if type(operand) is not dict:
        raise QueryError(2, "geometry must be an object")
    if len(operand) != 1:
        raise QueryError(2, "geo query doesn't have any geometry")
    ((name, area),) = operand.items()
    if name in _FLAT_SHAPES:
        raise NotSupportedByFake(f"{name}: the fake's earth is round; use $geometry")
    if name not in ("$geometry", "$centerSphere"):
        raise QueryError(2, f"unknown geo specifier: {name}: {show(area)}")
    return name, area


def _geometry(geojson: Value) -> Shape:
    shape = shape_of(geojson) if type(geojson) is dict else None
    if shape is None:
        raise QueryError(2, f"unknown GeoJSON type: {show(geojson)}")
    return shape


def _within_circle(operand: Value) -> ValueTest:
    centre, radians = _circle(operand)
    if centre is None or type(radians) not in (int, float) or radians < 0:
        raise QueryError(2, f"Invalid $centerSphere: {show(operand)}")
    return lambda shape: within_radius(shape, centre, radians)


def _circle(operand: Value) -> tuple[Point | None, Value]:
    if type(operand) is not list or len(operand) != 2:
        return None, None
    return point_of(operand[0]), operand[1]


def _of_shapes(test: ValueTest) -> Condition:
    def element(value: Value) -> bool:
        shape = _shape(value)
        return shape is not None and test(shape)

    return of_members(element, cost=Cost.GEO)


def _shape(value: Value) -> Shape | None:
    if type(value) is dict:
        return shape_of(value)
    return point_of(value) if type(value) is list else None

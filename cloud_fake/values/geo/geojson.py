"""Geo values as documents and queries hold them: recognising GeoJSON and legacy pairs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from cloud_fake.errors import Refusal
from cloud_fake.values.geo.shapes import (
    LineString,
    MultiLineString,
    MultiPoint,
    MultiPolygon,
    Point,
    Polygon,
    Shape,
)

__all__ = ["point_of", "shape_of"]

Kind = TypeVar("Kind", bound=Shape)

_SHAPES: dict[str, type[Shape]] = {
    shape.__name__: shape
    for shape in (Point, LineString, Polygon, MultiPoint, MultiLineString, MultiPolygon)
}


def shape_of(document: Mapping[str, Any]) -> Shape | None:
    """The geo value that an object is the GeoJSON of; of anything else, None.

    Its keys are `type` and `coordinates` and no more: what is read back as a geo value must not
    lose anything.
    """
    if "coordinates" not in document or len(document) != 2:
        return None
    name = document.get("type")
    kind = _SHAPES.get(name) if isinstance(name, str) else None
    return None if kind is None else _read(kind, document["coordinates"])


def point_of(value: object) -> Point | None:
    """The point that a value of a document or a query stands for; of anything else, None.

    A GeoJSON point, `{longitude, latitude}`, or a legacy pair `[longitude, latitude]`.
    """
    if isinstance(value, Point):
        return value
    if isinstance(value, list):
        return _read(Point, value)
    if not isinstance(value, Mapping):
        return None
    if value.keys() == {"longitude", "latitude"}:
        return _read(Point, [value["longitude"], value["latitude"]])
    shape = shape_of(value)
    return shape if isinstance(shape, Point) else None


def _read(kind: type[Kind], coordinates: object) -> Kind | None:
    try:
        return kind.from_coordinates(coordinates)
    except Refusal:
        return None

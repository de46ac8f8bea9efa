"""Models: the operands of `geoNear`, `geoWithin` and `geoIntersects`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from cloud_fake.errors import Refusal, texts
from cloud_fake.values.geo import Point, Shape, shape_of
from cloud_fake.values.intake import take_in
from cloud_fake.values.kinds import MISSING, Value, js_type

__all__ = ["GEO_OPERANDS"]

_TYPE_ERROR = -401003
_ANY_SHAPE = ("Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon")


def _near(options: Mapping[str, Any], name: str) -> dict[str, Value]:
    distances = {
        f"${key}": take_in(options[key], f"{name}.{key}")
        for key in ("maxDistance", "minDistance")
        if options.get(key, MISSING) is not MISSING
    }
    return {"$geometry": _geometry(options, ("Point",)), **distances}


def _within(options: Mapping[str, Any], name: str) -> dict[str, Value]:
    sphere = options.get("centerSphere", MISSING)
    if sphere is MISSING:
        return {"$geometry": _geometry(options, ("Polygon", "MultiPolygon"))}
    if not isinstance(sphere, (list, tuple)) or len(sphere) != 2:
        raise Refusal(_TYPE_ERROR, texts.CENTER_SPHERE)
    centre, radius = sphere
    radius = take_in(radius, f"{name}.centerSphere.1")
    if js_type(radius) != "number":
        raise Refusal(_TYPE_ERROR, texts.CENTER_SPHERE)
    return {"$centerSphere": [_centre(centre).coordinates, radius]}


def _intersects(options: Mapping[str, Any], _name: str) -> dict[str, Value]:
    return {"$geometry": _geometry(options, _ANY_SHAPE)}


def _centre(centre: object) -> Point:
    if isinstance(centre, Point):
        return centre
    if isinstance(centre, (list, tuple)) and len(centre) == 2:
        return Point(*centre)
    raise Refusal(_TYPE_ERROR, texts.CENTER_SPHERE)


def _geometry(options: Mapping[str, Any], kinds: tuple[str, ...]) -> dict[str, Value]:
    """The geometry as GeoJSON; wx takes GeoJSON in the place of a geo value."""
    given = options.get("geometry", MISSING)
    shape = shape_of(dict(given)) if isinstance(given, Mapping) else given
    if isinstance(shape, Shape):
        geojson = shape.geojson()
        if geojson["type"] in kinds:
            return geojson
    raise Refusal(_TYPE_ERROR, texts.wrong_geometry(_alternatives(kinds), js_type(given)))


def _alternatives(kinds: tuple[str, ...]) -> str:
    """`A`, `A or B`, `A, B or C`."""
    *others, last = kinds
    return f"{', '.join(others)} or {last}" if others else last


#: By command; given its options and how error texts call them.
GEO_OPERANDS: Mapping[str, Callable[[Mapping[str, Any], str], dict[str, Value]]] = MappingProxyType(
    {"geoNear": _near, "geoWithin": _within, "geoIntersects": _intersects}
)

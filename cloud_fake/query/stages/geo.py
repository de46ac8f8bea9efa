"""Query stages: geoNear, which starts from a place on the globe."""

from __future__ import annotations

from math import inf
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from cloud_fake.errors import QueryError
from cloud_fake.query.filters import compile_filter
from cloud_fake.query.operators.expr_values import is_number, number
from cloud_fake.query.stages.nesting import field_path, with_nested
from cloud_fake.query.stages.stage import Place, Source, Stage, demand
from cloud_fake.query.traversal import values_at
from cloud_fake.values.geo import EARTH_RADIUS_METRES, Point, distance_metres, point_of, shape_of
from cloud_fake.values.kinds import MISSING
from cloud_fake.values.paths import split

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from cloud_fake.values.kinds import Document, Value

__all__ = ["geo_near"]

#: What MongoDB returns when no limit is given, up to 4.0.
_DEFAULT_LIMIT = 100


class _Hit(NamedTuple):
    distance: float
    location: Document


def geo_near(spec: Value, place: Place) -> Stage:
    """The nearest documents, nearest first, each with its distance written into it."""
    demand(place.is_first, 40602, "$geoNear is only valid as the first stage in a pipeline.")
    demand(type(spec) is dict, 10065, "invalid parameter: expected an object ($geoNear)")
    measure, mark, limit = _measure(spec), _marker(spec), _limit(spec)
    least, most = _bound(spec, "minDistance", 17300, 0), _bound(spec, "maxDistance", 17299, inf)
    wanted = compile_filter(spec.get("query", {}), place.scope)
    demand(wanted.near is None, 2, "Too many geoNear expressions")

    def nearest(documents: Iterable[Document], _source: Source) -> Iterator[Document]:
        hits = []
        for document in wanted.select(documents):
            hit = measure(document)
            if hit and least <= hit.distance <= most:
                hits.append((hit.distance, hit, document))
        hits.sort(key=itemgetter(0))
        return (mark(document, hit) for _, hit, document in hits[:limit])

    return nearest


# --- how far -------------------------------------------------------------------------------------


def _measure(spec: Mapping[str, Value]) -> Callable[[Document], _Hit | None]:
    """How far a document's nearest location is: in metres, from a legacy pair in radians."""
    centre = _centre(spec)
    unit = EARTH_RADIUS_METRES if type(spec["near"]) is list else 1.0
    path = split(spec["key"]) if "key" in spec else None

    def measure(document: Document) -> _Hit | None:
        fields = document.values() if path is None else values_at(document, path)
        for field in fields:
            hits = [_Hit(metres / unit, where) for metres, where in _from(centre, field)]
            if hits:
                return min(hits, key=itemgetter(0))
        return None

    return measure


def _from(centre: Point, value: Value) -> Iterator[tuple[float, Document]]:
    """Every location in a value with its distance; without an index, any GeoJSON is one."""
    if type(value) is list:
        for item in value:
            yield from _from(centre, item)
    elif type(value) is dict:
        shape = shape_of(value)
        if shape is not None:
            yield distance_metres(centre, shape), value
        else:
            for member in value.values():
                yield from _from(centre, member)


def _centre(spec: Mapping[str, Value]) -> Point:
    near = spec.get("near")
    demand(type(near) in (dict, list), 16605, "$geoNear requires a 'near' option as an Array")
    centre = point_of(near)
    if centre is None:
        raise QueryError(17304, "'near' field must be point")
    demand(spec.get("spherical"), 17301, "2dsphere index must have spherical: true")
    return centre


# --- options -------------------------------------------------------------------------------------


def _bound(spec: Mapping[str, Value], name: str, code: int, default: float) -> float:
    bound: float = spec.get(name, default)
    if name in spec:
        demand(is_number(bound), code, f"{name} must be a number")
        demand(bound >= 0, 2, f"{name} must be non-negative")
    return bound


def _limit(spec: Mapping[str, Value]) -> int:
    limit = spec.get("num", spec.get("limit", _DEFAULT_LIMIT))
    demand(is_number(limit), 17303, "limit must be number")
    demand(limit >= 0, 17302, "limit must be >=0")
    return int(limit)


def _marker(spec: Mapping[str, Value]) -> Callable[[Document, _Hit], Document]:
    """Writes the distance, and the location that was measured if it is asked for."""
    distance_field = spec.get("distanceField", MISSING)
    demand(
        type(distance_field) is str,
        16606,
        "$geoNear requires a 'distanceField' option as a String",
    )
    factor = spec.get("distanceMultiplier", 1)
    demand(is_number(factor), 17296, "distanceMultiplier must be a number")
    demand(factor >= 0, 17297, "distanceMultiplier must be non-negative")
    at, location_at = field_path(distance_field), _location_path(spec)

    def mark(document: Document, hit: _Hit) -> Document:
        marked = with_nested(document, at, number(hit.distance * factor))
        return with_nested(marked, location_at, hit.location) if location_at else marked

    return mark


def _location_path(spec: Mapping[str, Value]) -> tuple[str, ...]:
    if "includeLocs" not in spec:
        return ()
    path = spec["includeLocs"]
    demand(type(path) is str, 16607, "$geoNear requires that 'includeLocs' option is a String")
    return field_path(path)

"""Geo values: the shapes, how documents hold them, and how they lie on the globe.

`sphere` has places and arcs, `parts` lines and regions made of them, `shapes` the six kinds of
GeoJSON made of those; `geojson` recognises them in documents and `relations` compares them.
"""

from cloud_fake.values.geo.arguments import GeoJSON
from cloud_fake.values.geo.geojson import point_of, shape_of
from cloud_fake.values.geo.namespace import Geo
from cloud_fake.values.geo.relations import distance_metres, intersects, within, within_radius
from cloud_fake.values.geo.shapes import (
    LineString,
    MultiLineString,
    MultiPoint,
    MultiPolygon,
    Point,
    Polygon,
    Shape,
)
from cloud_fake.values.geo.sphere import EARTH_RADIUS_METRES

__all__ = [
    "EARTH_RADIUS_METRES",
    "Geo",
    "GeoJSON",
    "LineString",
    "MultiLineString",
    "MultiPoint",
    "MultiPolygon",
    "Point",
    "Polygon",
    "Shape",
    "distance_metres",
    "intersects",
    "point_of",
    "shape_of",
    "within",
    "within_radius",
]

"""`db.Geo`: the six constructors under one name."""

from __future__ import annotations

from typing import final

from cloud_fake.values.geo import shapes

__all__ = ["Geo"]


@final
class Geo:
    """What `db.Geo` holds; it is used as it is, nobody makes one."""

    Point = shapes.Point
    LineString = shapes.LineString
    Polygon = shapes.Polygon
    MultiPoint = shapes.MultiPoint
    MultiLineString = shapes.MultiLineString
    MultiPolygon = shapes.MultiPolygon

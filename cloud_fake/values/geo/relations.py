"""How shapes lie to one another on the globe: how far, whether they meet, which is in which."""

from __future__ import annotations

from math import pi

from cloud_fake.values.geo.parts import angle_between
from cloud_fake.values.geo.shapes import Point, Shape
from cloud_fake.values.geo.sphere import EARTH_RADIUS_METRES, TOLERANCE, angle

__all__ = ["distance_metres", "intersects", "within", "within_radius"]


def distance_metres(one: Shape, other: Shape) -> float:
    """The shortest way over ground between two shapes; 0 where they meet."""
    return EARTH_RADIUS_METRES * _angle(one, other)


def intersects(one: Shape, other: Shape) -> bool:
    """Whether two shapes share a place; the edges of polygons belong to them."""
    return any(
        not mine.is_far_from(its) and angle_between(mine, its) <= TOLERANCE
        for mine in one.parts
        for its in other.parts
    )


def within(inner: Shape, outer: Shape) -> bool:
    """Whether the whole of a shape is in a polygon, or in polygons; in no other kind is anything.

    Each line and each polygon must be in one polygon: neighbours do not count as one, as in
    MongoDB.
    """
    if type(inner) is Point:
        return any(area.contains(inner.place) for area in outer.parts)
    return all(any(area.encloses(part) for area in outer.parts) for part in inner.parts)


def within_radius(shape: Shape, centre: Point, radians: float) -> bool:
    """Whether the whole of a shape is at most that far from a point, in MongoDB's `$centerSphere`.

    The farthest that a shape gets from a point is half a turn less the nearest that it gets to the
    point's antipode.
    """
    return pi - _angle(shape, centre.antipode) <= radians + TOLERANCE


def _angle(one: Shape, other: Shape) -> float:
    if type(one) is Point and type(other) is Point:
        return angle(one.place, other.place)
    return min(angle_between(mine, its) for mine in one.parts for its in other.parts)

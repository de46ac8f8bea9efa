"""The sphere under the geo values: places as unit vectors, and the great-circle arcs between them.

Our own, because nothing fits a small base install: shapely is planar and knows neither the poles
nor the antimeridian, and the bindings of Google's S2, which MongoDB uses, are heavy or unkept.
Vectors need no case for either: every place on the globe looks the same from its centre. All
angles are radians.
"""

from __future__ import annotations

from math import atan2, cos, dist, hypot, pi, radians, sin
from typing import TypeAlias

__all__ = [
    "EARTH_RADIUS_METRES",
    "TOLERANCE",
    "Arc",
    "Vector",
    "angle",
    "dot",
    "mean",
    "place_at",
]

#: MongoDB's `kRadiusOfEarthInMeters`.
EARTH_RADIUS_METRES = 6378100.0
#: Nearer than this is touching: 6 micrometres on the ground, far above any rounding error here.
TOLERANCE = 1e-12

#: A place on the globe, seen from its centre; its length is 1.
Vector: TypeAlias = tuple[float, float, float]


def place_at(longitude: float, latitude: float) -> Vector:
    """The place at some degrees."""
    east, north = radians(longitude), radians(latitude)
    return (cos(north) * cos(east), cos(north) * sin(east), sin(north))


def dot(one: Vector, other: Vector) -> float:
    """The scalar product."""
    return one[0] * other[0] + one[1] * other[1] + one[2] * other[2]


def angle(one: Vector, other: Vector) -> float:
    """Between two places; exact to the last digits also where they meet or lie opposite.

    The haversine formula's chord over the chord to the antipode (Kahan's form of it), since the
    haversine alone loses half of its digits near the antipode.
    """
    to_antipode = hypot(one[0] + other[0], one[1] + other[1], one[2] + other[2])
    return 2 * atan2(dist(one, other), to_antipode)


def mean(*places: Vector) -> Vector:
    """The place in the middle of some; the first of them where they balance one another."""
    x, y, z = (sum(parts) for parts in zip(*places, strict=True))
    return _direction((x, y, z)) or places[0]


class Arc:
    """The shorter great-circle arc between two places; a single place is an arc without length."""

    __slots__ = ("_gates", "end", "pole", "start")

    def __init__(self, start: Vector, end: Vector) -> None:
        self.start = start
        self.end = end
        #: The pole to which the arc is the equator; none for an arc without length, and for one
        #: between antipodes, which has no one way to go.
        self.pole = _pole(start, end)
        self._gates = (
            () if self.pole is None else (_cross(self.pole, start), _cross(end, self.pole))
        )

    def angle_to(self, place: Vector) -> float:
        """The angle between a place and the arc's nearest point."""
        if self.pole is not None and self._is_abeam(place):
            return abs(pi / 2 - angle(place, self.pole))
        return min(angle(place, self.start), angle(place, self.end))

    def touches(self, place: Vector) -> bool:
        """Whether a place lies on the arc."""
        if self.pole is not None and abs(dot(place, self.pole)) > TOLERANCE:
            return False
        return self.angle_to(place) <= TOLERANCE

    def crossing(self, other: Arc) -> Vector | None:
        """Where two arcs cross inside both of them; touching with an end is not crossing."""
        if self.pole is None or other.pole is None:
            return None
        its_start, its_end = dot(self.pole, other.start), dot(self.pole, other.end)
        if its_start * its_end >= 0:
            return None
        # Unlike signs alone would also be those of an arc and one that crosses its antipodes.
        start, end = dot(other.pole, self.start), dot(other.pole, self.end)
        if not its_start * start < 0 < its_start * end:
            return None
        # The great circles meet at two opposite places; the order of the poles picks this one.
        poles = (other.pole, self.pole) if start < 0 else (self.pole, other.pole)
        return _direction(_cross(*poles))

    def _is_abeam(self, place: Vector) -> bool:
        """Whether the great circle's point nearest to a place is on the arc, not past an end."""
        return all(dot(gate, place) >= 0 for gate in self._gates)


def _cross(one: Vector, other: Vector) -> Vector:
    return (
        one[1] * other[2] - one[2] * other[1],
        one[2] * other[0] - one[0] * other[2],
        one[0] * other[1] - one[1] * other[0],
    )


def _pole(start: Vector, end: Vector) -> Vector | None:
    # (a + b) x (b - a) is 2(a x b), and keeps its digits when the two are close together.
    halfway = (start[0] + end[0], start[1] + end[1], start[2] + end[2])
    ahead = (end[0] - start[0], end[1] - start[1], end[2] - start[2])
    return _direction(_cross(halfway, ahead))


def _direction(vector: Vector) -> Vector | None:
    length = hypot(*vector)
    if length < TOLERANCE:
        return None
    return (vector[0] / length, vector[1] / length, vector[2] / length)

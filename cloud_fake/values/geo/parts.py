"""What shapes are made of on the sphere: curves (also single places) and regions with holes."""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise
from math import atan2, pi
from typing import TYPE_CHECKING

from cloud_fake.values.geo.sphere import TOLERANCE, Arc, Vector, angle, mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Part", "Region", "angle_between"]

#: By how much the angles that add up to half a turn may miss it.
_NOISE = 1e-9


class Part:
    """One connected piece of a shape: a place, or the arcs along a line."""

    def __init__(self, *lines: Sequence[Vector]) -> None:
        self.vertices = tuple(vertex for line in lines for vertex in line)
        self.arcs = tuple(arc for line in lines for arc in _arcs(line))

    def contains(self, _place: Vector) -> bool:
        """Whether a place is in the part's area; a curve has none."""
        return False

    def encloses(self, _part: Part) -> bool:
        """Whether another part lies in this one's area, whole."""
        return False

    def is_far_from(self, other: Part) -> bool:
        """Whether two parts are apart at a glance: their round surroundings do not meet."""
        (here, radius), (there, other_radius) = self._surroundings, other._surroundings
        return angle(here, there) > radius + other_radius + TOLERANCE

    @cached_property
    def _surroundings(self) -> tuple[Vector, float]:
        """A centre and a radius that hold the part; all of the globe for one of half of it."""
        centre = mean(*self.vertices)
        radius = max(angle(centre, vertex) for vertex in self.vertices)
        return centre, radius if radius < pi / 2 else pi


class Region(Part):
    """What a ring holds, without what its holes hold; the edges belong to it.

    A ring halves the globe and holds the smaller half, whichever way round it runs, as MongoDB
    reads polygons in its default coordinate system.
    """

    def __init__(self, ring: Sequence[Vector], *holes: Sequence[Vector]) -> None:
        super().__init__(ring, *holes)
        self._ring = ring
        self._holes = holes

    def contains(self, place: Vector) -> bool:
        """Whether a place is in the region or on one of its edges."""
        centre, radius = self._surroundings
        if angle(centre, place) > radius + TOLERANCE:
            return False
        return self._holds(place) or self._is_on_edge(place)

    def encloses(self, part: Part) -> bool:
        """Whether a part lies in the region, whole; it may touch the edges."""
        return all(map(self._covers, part.arcs)) and not any(
            part.contains(place) for place in self._hole_places
        )

    def _holds(self, place: Vector) -> bool:
        return _surrounds(self._ring, place) and not any(
            _surrounds(hole, place) for hole in self._holes
        )

    def _is_on_edge(self, place: Vector) -> bool:
        return any(edge.touches(place) for edge in self.arcs)

    def _covers(self, arc: Arc) -> bool:
        """Whether an arc never leaves the region: it may do so only where it meets an edge."""
        if not self.contains(arc.start) or not self.contains(arc.end):
            return False
        stops = sorted(self._meetings(arc), key=lambda place: angle(arc.start, place))
        return all(
            self.contains(mean(here, there))
            for here, there in pairwise([arc.start, *stops, arc.end])
        )

    def _meetings(self, arc: Arc) -> Iterator[Vector]:
        for edge in self.arcs:
            if (place := arc.crossing(edge)) is not None:
                yield place
            elif arc.touches(edge.start):
                yield edge.start

    @cached_property
    def _hole_places(self) -> tuple[Vector, ...]:
        """A place inside of each hole that has an inside."""
        return tuple(
            place for hole in self._holes if (place := self._place_inside(hole)) is not None
        )

    def _place_inside(self, ring: Sequence[Vector]) -> Vector | None:
        # A polygon has ears: three vertices in a row with nothing but its inside between them.
        ears = (mean(*ring[at : at + 3]) for at in range(len(ring) - 2))
        return next(
            (ear for ear in ears if _surrounds(ring, ear) and not self._is_on_edge(ear)), None
        )


def angle_between(one: Part, other: Part) -> float:
    """The smallest angle between two parts; 0 where they meet.

    Great circles only ever converge towards where they cross, so two arcs that do not cross are
    nearest at an end of one of them.
    """
    if one.contains(other.vertices[0]) or other.contains(one.vertices[0]):
        return 0.0
    if any(mine.crossing(its) is not None for mine in one.arcs for its in other.arcs):
        return 0.0
    return min(_angle_to_vertices(one, other), _angle_to_vertices(other, one))


def _angle_to_vertices(one: Part, other: Part) -> float:
    return min(arc.angle_to(vertex) for arc in one.arcs for vertex in other.vertices)


def _arcs(line: Sequence[Vector]) -> Iterator[Arc]:
    if len(line) == 1:
        yield Arc(line[0], line[0])
    for start, end in pairwise(line):
        yield Arc(start, end)


def _surrounds(ring: Sequence[Vector], place: Vector) -> bool:
    """Whether a place is on the smaller side of a closed ring; undefined on the ring itself.

    The angles between the chords to successive vertices add up to a turn for each time that the
    ring runs round the place, less half of the area that the ring holds (2 pi is half the globe).
    Their sum is therefore over half a turn exactly on the smaller side. Where the sides are equal,
    it is half a turn on both, and the left one is taken, as S2 does.
    """
    x, y, z = place
    chords = [(a - x, b - y, c - z) for a, b, c in ring]
    turned = 0.0
    for (a, b, c), (d, e, f) in pairwise(chords):
        sine = x * (b * f - c * e) + y * (c * d - a * f) + z * (a * e - b * d)
        turned += atan2(sine, a * d + b * e + c * f)
    return turned > pi - _NOISE or turned < -pi - _NOISE

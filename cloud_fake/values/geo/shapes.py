"""The six kinds of geo values, as `db.Geo` makes them: immutable, hashable, equal by value."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Generic, Self, TypeVar

from cloud_fake.errors import Refusal, texts
from cloud_fake.values.geo.arguments import (
    INVALID,
    GeoJSON,
    MembersRule,
    coordinates_in,
    degrees,
    number_in_text,
    pair,
)
from cloud_fake.values.geo.parts import Part, Region
from cloud_fake.values.geo.sphere import Vector, place_at

__all__ = [
    "LineString",
    "MultiLineString",
    "MultiPoint",
    "MultiPolygon",
    "Point",
    "Polygon",
    "Shape",
]

_MAX_LONGITUDE, _MAX_LATITUDE = 180, 90


class Shape(ABC):
    """A geo value. A document keeps it as GeoJSON, which `geojson` makes and `shape_of` reads."""

    @classmethod
    @abstractmethod
    def from_coordinates(cls, coordinates: object) -> Self:
        """The shape that GeoJSON's coordinates mean.

        Raises:
            Refusal: they mean none.
        """

    @property
    @abstractmethod
    def coordinates(self) -> list[Any]:
        """GeoJSON's coordinates, in lists that nobody else holds."""

    @property
    @abstractmethod
    def parts(self) -> tuple[Part, ...]:
        """The pieces of the sphere that it is made of."""

    def geojson(self) -> dict[str, Any]:
        """As a document keeps it: `{"type": "Point", "coordinates": [113.3, 23.1]}`."""
        return {"type": type(self).__name__, "coordinates": self.coordinates}

    def toJSON(self) -> dict[str, Any]:  # noqa: N802 - the platform's own name
        """The same, under the SDKs' name."""
        return self.geojson()

    @abstractmethod
    def toString(self) -> str:  # noqa: N802 - the platform's own name
        """As text: a point `[113.3,23.1]`; the rest is as JavaScript joins [uncertain]."""


@dataclass(frozen=True, init=False, repr=False)
class Point(Shape):
    """`db.Geo.Point(longitude, latitude)`, in degrees."""

    longitude: float
    latitude: float

    def __init__(self, longitude: float | GeoJSON, latitude: float | None = None) -> None:
        if isinstance(longitude, Mapping):
            longitude, latitude = pair(coordinates_in(longitude, "Point"))
        object.__setattr__(self, "longitude", degrees("longitude", longitude, _MAX_LONGITUDE))
        object.__setattr__(self, "latitude", degrees("latitude", latitude, _MAX_LATITUDE))

    @classmethod
    def from_coordinates(cls, coordinates: object) -> Self:
        """The point at `[longitude, latitude]`."""
        return cls(*pair(coordinates))

    @property
    def coordinates(self) -> list[Any]:
        """`[longitude, latitude]`."""
        return [self.longitude, self.latitude]

    @property
    def antipode(self) -> Point:
        """The point on the other side of the globe."""
        half_turn = -_MAX_LONGITUDE if self.longitude > 0 else _MAX_LONGITUDE
        return Point(self.longitude + half_turn, -self.latitude)

    def toString(self) -> str:  # noqa: N802 - the platform's own name
        """`[113.3,23.1]`."""
        return f"[{number_in_text(self.longitude)},{number_in_text(self.latitude)}]"

    @cached_property
    def place(self) -> Vector:
        """Where it is on the sphere."""
        return place_at(self.longitude, self.latitude)

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """A place alone."""
        return (Part([self.place]),)

    def __repr__(self) -> str:
        return f"Point({self.longitude!r}, {self.latitude!r})"


Member = TypeVar("Member", bound=Shape)


@dataclass(frozen=True, init=False, repr=False)
class _Composite(Shape, Generic[Member]):
    """A shape made of simpler ones, in order."""

    _members: tuple[Member, ...]

    _rule: ClassVar[MembersRule[Any]]

    def __init__(self, members: Sequence[Member] | GeoJSON) -> None:
        if isinstance(members, Mapping):
            members = self._read(coordinates_in(members, type(self).__name__))
        object.__setattr__(self, "_members", self._rule.members(members))

    @classmethod
    def from_coordinates(cls, coordinates: object) -> Self:
        """The shape made of those that the items of the coordinates mean."""
        return cls(cls._read(coordinates))

    @classmethod
    def _read(cls, coordinates: object) -> list[Member]:
        read = cls._rule.made_of.from_coordinates
        return [read(item) for item in cls._rule.array(coordinates)]

    @property
    def coordinates(self) -> list[Any]:
        """Those of each of its members."""
        return [member.coordinates for member in self._members]

    def toString(self) -> str:  # noqa: N802 - the platform's own name
        """`[[113.3,23.1],[113.4,23.2]]`: its members."""
        return f"[{','.join(member.toString() for member in self._members)}]"

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """Those of all of its members."""
        return tuple(part for member in self._members for part in member.parts)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({list(self._members)!r})"


class MultiPoint(_Composite[Point]):
    """`db.Geo.MultiPoint([point, ...])`."""

    _rule = MembersRule(Point, "points", texts.NO_POINTS)

    @property
    def points(self) -> tuple[Point, ...]:
        """The points."""
        return self._members


class LineString(_Composite[Point]):
    """`db.Geo.LineString([point, point, ...])`: geodesics from each point to the next."""

    _rule = MembersRule(Point, "points", texts.LINE_TOO_SHORT, fewest=2)

    @property
    def points(self) -> tuple[Point, ...]:
        """The points along it."""
        return self._members

    @cached_property
    def places(self) -> tuple[Vector, ...]:
        """Where the points are on the sphere."""
        return tuple(point.place for point in self.points)

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """One line."""
        return (Part(self.places),)


class MultiLineString(_Composite[LineString]):
    """`db.Geo.MultiLineString([line, ...])`."""

    _rule = MembersRule(LineString, "lines", texts.NO_LINES)

    @property
    def lines(self) -> tuple[LineString, ...]:
        """The lines."""
        return self._members


class Polygon(_Composite[LineString]):
    """`db.Geo.Polygon([ring, ...])`: closed lines, the outer edge first, then those of holes."""

    _rule = MembersRule(LineString, "lines", texts.NO_LINES)

    def __init__(self, lines: Sequence[LineString] | GeoJSON) -> None:
        super().__init__(lines)
        for line in self.lines:
            if line.points[0] != line.points[-1]:
                points = ",".join(point.toString() for point in line.points)
                raise Refusal(INVALID, texts.ring_not_closed(points))

    @property
    def lines(self) -> tuple[LineString, ...]:
        """The outer ring and the rings of the holes."""
        return self._members

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """One region."""
        return (Region(*(line.places for line in self.lines)),)


class MultiPolygon(_Composite[Polygon]):
    """`db.Geo.MultiPolygon([polygon, ...])`."""

    _rule = MembersRule(Polygon, "polygons", texts.NO_POLYGONS, member_argument="polygon")

    @property
    def polygons(self) -> tuple[Polygon, ...]:
        """The polygons."""
        return self._members

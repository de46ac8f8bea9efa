"""What the constructors of `db.Geo` take: the checks of the SDKs, in their words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

from cloud_fake.errors import Refusal, texts
from cloud_fake.values.kinds import js_type

__all__ = [
    "INVALID",
    "GeoJSON",
    "MembersRule",
    "coordinates_in",
    "degrees",
    "number_in_text",
    "pair",
]

#: `{"type": "Point", "coordinates": [113.3, 23.1]}`: wx takes it in place of a constructor's parts.
GeoJSON: TypeAlias = Mapping[str, Any]

#: The client's code for a parameter that it does not take.
INVALID = -401003

_PRIMITIVES = frozenset({"undefined", "boolean", "number", "string", "function"})

Member = TypeVar("Member")


@dataclass(frozen=True)
class MembersRule(Generic[Member]):
    """What a composite shape is made of, and how the platform's texts put it."""

    made_of: type[Member]
    argument: str
    too_few: str
    fewest: int = 1
    #: How the text about a wrong member calls the argument, where it does not call it the same.
    member_argument: str = ""

    def array(self, value: object) -> Sequence[Any]:
        """The value, when it is an array."""
        if isinstance(value, (list, tuple)):
            return value
        text = texts.no_array_of_shapes(self.argument, self.made_of.__name__, _typeof(value))
        raise Refusal(INVALID, text)

    def members(self, value: object) -> tuple[Member, ...]:
        """The value's items, when they are enough and of the right kind."""
        items = self.array(value)
        if len(items) < self.fewest:
            raise Refusal(INVALID, self.too_few)
        return tuple(map(self._member, items))

    def _member(self, item: object) -> Member:
        if isinstance(item, self.made_of):
            return item
        argument = self.member_argument or self.argument
        text = texts.wrong_shape(argument, self.made_of.__name__, _typeof(item))
        raise Refusal(INVALID, text)


def coordinates_in(geojson: GeoJSON, name: str) -> object:
    """The coordinates of GeoJSON of that name; else the object itself, the wrong argument."""
    return geojson.get("coordinates") if geojson.get("type") == name else geojson


def pair(coordinates: object) -> tuple[Any, Any]:
    """The two items of a coordinate pair."""
    if isinstance(coordinates, (list, tuple)) and len(coordinates) == 2:
        return coordinates[0], coordinates[1]
    raise Refusal(INVALID, texts.DEGREES_NOT_A_NUMBER)


def degrees(name: str, value: object, limit: int) -> float:
    """A longitude or latitude that is on the globe, as an exact `int` or `float`."""
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise Refusal(INVALID, texts.DEGREES_NOT_A_NUMBER)
    if not -limit <= value <= limit:
        raise Refusal(INVALID, texts.degrees_out_of_range(name, limit))
    return float(value) if isinstance(value, float) else int(value)


def number_in_text(number: float) -> str:
    """As JavaScript prints it: without the `.0` of whole numbers."""
    return str(int(number)) if number == int(number) else repr(number)


def _typeof(value: object) -> str:
    """JavaScript's `typeof`."""
    name = js_type(value)
    return name if name in _PRIMITIVES else "object"

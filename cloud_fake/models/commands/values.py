"""Models: the values that commands are, and how conditions chain: `_.gt(1).and_(_.lt(5))`.

They hold what they were given; it is checked and copied when a call encodes them, as in the SDKs.
"""

from __future__ import annotations

import keyword
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Generic, Self, TypeAlias, TypeVar

from cloud_fake.errors import NotSupportedByFake
from cloud_fake.values.kinds import MISSING

__all__ = [
    "Conditions",
    "LogicCommand",
    "Options",
    "ProjectionCommand",
    "QueryCommand",
    "UpdateCommand",
    "listed",
    "merged",
]

#: A command's options as one object, as in JavaScript; `None` where they are given by keyword.
Options: TypeAlias = Mapping[str, Any] | None


def listed(expressions: tuple[object, ...]) -> tuple[object, ...]:
    """The expressions of `f(a, b)` and of `f([a, b])` alike."""
    if expressions and isinstance(expressions[0], (list, tuple)):
        return tuple(expressions[0])
    return expressions


def merged(options: Options, keywords: Mapping[str, object]) -> object:
    """The options, in whichever way they were given."""
    return dict(keywords) if options is None else options


@dataclass(frozen=True, repr=False)
class _Command:
    """A command of the SDK by name, and what it was called with."""

    name: str
    operands: tuple[object, ...] = ()
    #: The field it speaks of, once the SDK has put it in; the typings show how it does.
    fieldName: str | None = None

    @property
    def operator(self) -> str:
        """The name, as the typings call it."""
        return self.name

    def _setFieldName(self, fieldName: str) -> Self:
        """The same of this field."""
        return replace(self, fieldName=fieldName)

    def __repr__(self) -> str:
        name = f"{self.name}_" if keyword.iskeyword(self.name) else self.name
        return f"_.{name}({', '.join(map(repr, self.operands))})"


class LogicCommand(_Command):
    """Conditions combined by `and`, `or`, `nor` or `not`."""

    def and_(self, *expressions: object) -> LogicCommand:
        """This and all of these."""
        return LogicCommand("and", (self, *listed(expressions)))

    def or_(self, *expressions: object) -> LogicCommand:
        """This or one of these."""
        return LogicCommand("or", (self, *listed(expressions)))

    def nor(self, *expressions: object) -> LogicCommand:
        """Neither this nor any of these."""
        return LogicCommand("nor", (self, *listed(expressions)))

    def not_(self, expression: object) -> LogicCommand:
        """In the typings, but what it would mean after another condition is nowhere said."""
        raise NotSupportedByFake(f"{self!r}.not_({expression!r}): write _.not_(...) instead")


class UpdateCommand(_Command):
    """A change of one field."""


class ProjectionCommand(_Command):
    """What is shown of one array, for `field()`."""

    def __repr__(self) -> str:
        return super().__repr__().replace("_.", "_.project.", 1)


Made = TypeVar("Made")


class Conditions(ABC, Generic[Made]):
    """The conditions on one field, for `_` itself and for chaining: `_.gt(1).lt(5)`."""

    @abstractmethod
    def _condition(self, name: str, operand: object) -> Made:
        """What becomes of a further condition."""

    def eq(self, val: object) -> Made:
        """Equal to the value, or an array that holds it; objects with the same order of keys."""
        return self._condition("eq", val)

    def neq(self, val: object) -> Made:
        """Not `eq`: also of fields that are missing."""
        return self._condition("neq", val)

    def gt(self, val: object) -> Made:
        """Greater, among values of the same type."""
        return self._condition("gt", val)

    def gte(self, val: object) -> Made:
        """Greater or equal, among values of the same type."""
        return self._condition("gte", val)

    def lt(self, val: object) -> Made:
        """Less, among values of the same type."""
        return self._condition("lt", val)

    def lte(self, val: object) -> Made:
        """Less or equal, among values of the same type."""
        return self._condition("lte", val)

    def in_(self, val: Iterable[object]) -> Made:
        """Equal to one of the list, or matched by a regular expression in it."""
        return self._condition("in", val)

    def nin(self, val: Iterable[object]) -> Made:
        """Not `in`: also of fields that are missing."""
        return self._condition("nin", val)

    def exists(self, val: bool) -> Made:
        """The field is there, be it null; or, given false, is not."""
        return self._condition("exists", val)

    def mod(self, divisor: object, remainder: object = MISSING) -> Made:
        """A number with this remainder; `mod(10, 1)` or `mod([10, 1])`."""
        return self._condition("mod", divisor if remainder is MISSING else [divisor, remainder])

    def all(self, val: Iterable[object]) -> Made:
        """An array that holds all of the list."""
        return self._condition("all", val)

    def elemMatch(self, val: object) -> Made:
        """An array with one element that meets the whole condition: a command or an object."""
        return self._condition("elemMatch", val)

    def size(self, val: int) -> Made:
        """An array of exactly this length."""
        return self._condition("size", val)

    def geoNear(self, options: Options = None, /, **keywords: object) -> Made:
        """Sorted from near to far: `{geometry: Point, maxDistance?, minDistance?}` in metres."""
        return self._condition("geoNear", merged(options, keywords))

    def geoWithin(self, options: Options = None, /, **keywords: object) -> Made:
        """Wholly inside: `{geometry: Polygon}` or `{centerSphere: [[lng, lat], radians]}`."""
        return self._condition("geoWithin", merged(options, keywords))

    def geoIntersects(self, options: Options = None, /, **keywords: object) -> Made:
        """Shares a point with `{geometry}`."""
        return self._condition("geoIntersects", merged(options, keywords))


class QueryCommand(LogicCommand, Conditions[LogicCommand]):
    """One condition on one field; a further condition is added by `and`."""

    def _condition(self, name: str, operand: object) -> LogicCommand:
        return self.and_(QueryCommand(name, (operand,)))

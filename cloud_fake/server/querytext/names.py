"""Query texts: what has which members. Whatever is not in these tables cannot be reached.

The chain is built with the server SDK's own builders; of its calls nothing happens here but that
they are written down as a `Statement`.
"""

from __future__ import annotations

import keyword
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from cloud_fake.face.db.aggregate import Aggregate
from cloud_fake.face.db.aggregation import PipelineBuilder, ServerPipelineBuilder
from cloud_fake.face.db.collection import Collection, Query
from cloud_fake.face.db.database import Database
from cloud_fake.face.db.document import DocumentReference
from cloud_fake.models.commands import (
    AggregateCommand,
    Command,
    LogicCommand,
    ProjectCommand,
    QueryCommand,
)
from cloud_fake.values.geo import Geo
from cloud_fake.values.kinds import MISSING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cloud_fake.models.selection import Selection

__all__ = ["Statement", "method", "property_of"]


class Statement(NamedTuple):
    """What a query text asks for.

    Attributes:
        selection: which records.
        verb: what to do with them: `get`, `count`, `add`, `update`, `set`, `remove`, `end`.
        options: the options object of the call; MISSING without one.
    """

    selection: Selection
    verb: str
    options: Any


class _Members(NamedTuple):
    properties: frozenset[str] = frozenset()
    methods: frozenset[str] = frozenset()
    calls: frozenset[str] = frozenset()


def _of(names: str) -> frozenset[str]:
    return frozenset(names.split())


def _public(cls: type, without: str = "") -> frozenset[str]:
    """The methods of a class that have public names, as JavaScript spells them."""
    names = {_bare(name) for name in dir(cls) if not name.startswith("_")}
    return frozenset(name for name in names if callable(getattr(cls, _python(name)))) - _of(without)


def _bare(name: str) -> str:
    bare = name.removesuffix("_")
    return bare if keyword.iskeyword(bare) else name


def _python(name: str) -> str:
    return f"{name}_" if keyword.iskeyword(name) else name


_BUILDERS = _of("where orderBy skip limit field")
_STAGES = _public(ServerPipelineBuilder, "done")

#: By class; the first that fits counts.
_TABLE: Mapping[type, _Members] = MappingProxyType(
    {
        Database: _Members(_of("command Geo"), _of("collection RegExp serverDate")),
        Collection: _Members(
            methods=_BUILDERS | _of("doc aggregate"), calls=_of("get count add update remove")
        ),
        Query: _Members(methods=_BUILDERS, calls=_of("get count update remove")),
        DocumentReference: _Members(methods=_of("field"), calls=_of("get set update remove")),
        Aggregate: _Members(methods=_STAGES, calls=_of("end")),
        PipelineBuilder: _Members(methods=_STAGES | _of("done")),
        Command: _Members(_of("aggregate project"), _public(Command)),
        AggregateCommand: _Members(methods=_public(AggregateCommand)),
        ProjectCommand: _Members(methods=_public(ProjectCommand)),
        QueryCommand: _Members(methods=_public(QueryCommand)),
        LogicCommand: _Members(methods=_of("and or nor")),
    }
)
_GEO = _Members(methods=_of("Point LineString Polygon MultiPoint MultiLineString MultiPolygon"))
_NOTHING = _Members()


def property_of(owner: object, name: str) -> Any:
    """A property that is no method: `db.command`, `_.aggregate`; MISSING if there is none."""
    return getattr(owner, name) if name in _members(owner).properties else MISSING


def method(owner: object, name: str) -> Callable[..., Any] | None:
    """What calling `owner.name(...)` does; None if it has no such method."""
    members = _members(owner)
    if name in members.calls:
        return lambda options=MISSING: _statement(owner, name, options)
    return getattr(owner, _python(name)) if name in members.methods else None


def _members(owner: object) -> _Members:
    if owner is Geo:
        return _GEO
    return next((has for cls, has in _TABLE.items() if isinstance(owner, cls)), _NOTHING)


def _statement(owner: Any, verb: str, options: object) -> Statement:
    return Statement(owner._selection, verb, options)  # noqa: SLF001 - instead of the call itself

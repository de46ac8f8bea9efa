"""Indexes of a collection: what makes values unique is kept in step with every write.

A unique index is a table of the state, from key to the `_id` of the record that holds it, so an
insert looks one key up and a snapshot or a fork carries the index along. An ordinary index is only
known: it changes no result.

Keys are MongoDB's: a missing field counts as null, `1` is `1.0` and not `true`, an array stands for
its elements. Source: MongoDB manual, "Unique Indexes" and "Multikey Indexes".
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

from cloud_fake.errors import MisuseError, NotSupportedByFake
from cloud_fake.query.operators.expr_values import show
from cloud_fake.query.traversal import values_at
from cloud_fake.services.database.collections import records_table, registry_table
from cloud_fake.values.kinds import MISSING, Document, Value
from cloud_fake.values.paths import split

if TYPE_CHECKING:
    from cloud_fake.services.database.collections import Collection
    from cloud_fake.state import Draft

__all__ = [
    "Fields",
    "Index",
    "Taken",
    "add_index",
    "define_index",
    "drop_index",
    "drop_indexes",
    "reindex",
]

#: What `create_index` takes: a path, several, or each with its direction.
Fields: TypeAlias = "str | Sequence[str] | Mapping[str, int | str]"

#: What the platform's index editor offers: ascending, descending, geographic.
_DIRECTIONS = (1, -1, "2dsphere")


class Taken(Exception):  # noqa: N818 - a service decides whether it is an error, and which
    """A unique index holds the key already; `shown` is the key as MongoDB prints it."""

    def __init__(self, index: Index, values: Iterable[Value]) -> None:
        super().__init__(index.name)
        self.index = index
        self.shown = ", ".join(f": {show(value)}" for value in values)


@dataclass(frozen=True)
class Index:
    """One index: its fields in order, each with its direction."""

    name: str
    fields: tuple[tuple[str, int | str], ...]
    unique: bool = False

    @cached_property
    def _paths(self) -> tuple[tuple[str, ...], ...]:
        return tuple(split(path) for path, _direction in self.fields)

    def keys(self, document: Document | None) -> dict[Hashable, tuple[Value, ...]]:
        """The keys of a record, each with the values that it stands for; none of no record.

        Raises:
            NotSupportedByFake: an array in a compound index.
        """
        # Its neighbours are the stages of aggregations, which most tests never need.
        from cloud_fake.query.stages.keys import key_of

        if document is None:
            return {}
        found = [_indexed_values(document, path) for path in self._paths]
        if len(found) == 1:
            return {key_of(value): (value,) for value in found[0]}
        if any(len(values) > 1 for values in found):
            raise NotSupportedByFake(f"an array in the compound unique index {self.name!r}")
        values = tuple(value for (value,) in found)
        return {tuple(map(key_of, values)): values}


def _indexed_values(document: Document, path: tuple[str, ...]) -> list[Value]:
    values: list[Value] = []
    for value in values_at(document, path):
        if type(value) is list:
            values.extend(value or [[]])  # an empty array is a value of its own, and no null
        else:
            values.append(None if value is MISSING else value)
    return values or [None]  # an array on the way without any object is as good as missing


def _index_table(env: int, collection: str, index: str) -> Hashable:
    """The state's table of a unique index."""
    return ("index", env, collection, index)


def reindex(
    draft: Draft,
    env: int,
    collection: Collection,
    before: Document | None,
    after: Document | None,
) -> None:
    """Have the unique indexes follow a write; None for what was, or will be, no record.

    Raises:
        Taken: another record holds a key; no index has been touched.
    """
    moves = []
    for index in collection.unique_indexes:
        table = _index_table(env, collection.name, index.name)
        old, new = index.keys(before), index.keys(after)
        # In their order and not as sets: which one is refused must not depend on hashes.
        gained = [key for key in new if key not in old]
        lost = [key for key in old if key not in new]
        for key in gained:
            if draft.get(table, key) is not None:
                raise Taken(index, new[key])
        moves.append((table, gained, lost))
    document_id = None if after is None else after["_id"]
    for table, gained, lost in moves:
        for key in lost:
            draft.delete(table, key)
        for key in gained:
            draft.put(table, key, document_id)


# --- making one ----------------------------------------------------------------------------------


def add_index(draft: Draft, env: int, collection: Collection, index: Index) -> None:
    """Give a collection one more index, over the records that are there.

    Raises:
        MisuseError: another index has its name, or two records have the same key.
    """
    name = collection.name
    if any(other.name == index.name for other in collection.indexes):
        raise MisuseError(f"create_index(): {name!r} has another index {index.name!r}")
    grown = collection.with_indexes((*collection.indexes, index))
    draft.put(registry_table(env), name, grown)
    if not index.unique:
        return
    draft.create_table(_index_table(env, name, index.name))
    only_this = collection.with_indexes((index,))
    try:
        for record in draft.rows(records_table(env, name)):
            reindex(draft, env, only_this, None, record)
    except Taken as taken:
        shown = f"two records of {name!r} have {taken.shown} in {index.name}"
        raise MisuseError(f"create_index(): {shown}") from None


def drop_index(draft: Draft, env: int, collection: Collection, name: str) -> None:
    """Take an index from a collection, with what it holds.

    Raises:
        MisuseError: the collection has none of that name.
    """
    left = tuple(index for index in collection.indexes if index.name != name)
    if left == collection.indexes:
        raise MisuseError(f"drop_index(): {collection.name!r} has no index {name!r}")
    draft.put(registry_table(env), collection.name, collection.with_indexes(left))
    table = _index_table(env, collection.name, name)
    if draft.has_table(table):
        draft.drop_table(table)


def drop_indexes(draft: Draft, env: int, collection: Collection) -> None:
    """Remove what the unique indexes of a collection hold, with the collection."""
    for index in collection.unique_indexes:
        draft.drop_table(_index_table(env, collection.name, index.name))


def define_index(fields: Any, *, unique: bool, name: str | None) -> Index:
    """An index as the console defines one; without a name it gets MongoDB's, `email_1_age_-1`.

    Raises:
        MisuseError: the fields or a direction make no sense.
    """
    directed = _directed(fields)
    for path, direction in directed:
        if not isinstance(path, str) or not path:
            raise MisuseError(f"create_index(): a field is a dotted path, not {path!r}")
        if direction not in _DIRECTIONS or isinstance(direction, bool):
            raise MisuseError(
                f"create_index(): a direction is 1, -1 or '2dsphere', not {direction!r}"
            )
        if unique and direction == "2dsphere":
            raise MisuseError("create_index(): a geographic index cannot be unique")
    own = name or "_".join(f"{path}_{direction}" for path, direction in directed)
    return Index(own, directed, unique)


def _directed(fields: Any) -> tuple[tuple[Any, Any], ...]:
    if isinstance(fields, Mapping):
        directed = tuple(fields.items())
    else:
        paths = [fields] if isinstance(fields, str) else fields
        if not isinstance(paths, Sequence):
            raise MisuseError(f"create_index() takes paths, not {fields!r}")
        directed = tuple((path, 1) for path in paths)
    if not directed:
        raise MisuseError("create_index(): an index has at least one field")
    return directed

"""Drafts: what one operation writes, laid over the store until it is committed.

Readers of a draft see its writes over the tables; everybody else sees the tables alone. A draft
that is let go without a commit was never there, which makes every operation atomic.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Hashable, KeysView, Mapping, Sequence, ValuesView
from operator import is_
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias, final

if TYPE_CHECKING:
    from cloud_fake.state.layer import Table
    from cloud_fake.state.notes import Notes
    from cloud_fake.state.store import Store

__all__ = ["ABSENT", "Change", "Conflict", "Draft", "Key", "Name", "Row", "Transaction", "Writer"]

#: A table's name: any hashable, such as `("collection", env, "todos")`.
Name: TypeAlias = Hashable
Key: TypeAlias = Hashable
#: What a table holds under a key. Immutable by convention; nothing here looks into it.
Row: TypeAlias = Any
#: Makes rows, and puts each into a table as soon as it is made.
Writer: TypeAlias = Callable[[dict[Key, Row]], None]


@final
class Absent(enum.Enum):
    """The type of `ABSENT`."""

    ABSENT = "absent"

    def __repr__(self) -> str:
        return "ABSENT"


#: Nothing under this key: `before` an insert, `after` a removal.
ABSENT: Final = Absent.ABSENT


class Change(NamedTuple):
    """What a commit did under one key."""

    table: Name
    key: Key
    before: Row
    after: Row


#: Keys at their first write in a draft: their table, themselves, the table without the draft, and
#: the latest values. A plain tuple, since one is made for every write.
_Written: TypeAlias = tuple[Name, Sequence[Key], Mapping[Key, Row], Mapping[Key, Row]]


class Conflict(Exception):  # noqa: N818 - a service decides whether it is an error, and which
    """Others changed what a transaction relies on; `key` is ABSENT when it is the table itself."""

    def __init__(self, table: Name, key: Key = ABSENT) -> None:
        super().__init__(table, key)
        self.table = table
        self.key = key


@final
class _Overlay:
    """What a draft has done to one table so far."""

    __slots__ = ("base", "exists", "late", "made", "moved", "removes", "writes")

    def __init__(self, base: Table) -> None:
        #: The table without the draft.
        self.base = base
        #: Every key written, with its latest value or ABSENT.
        self.writes: dict[Key, Row] = {}
        #: What makes the writes when they are asked for, and where to note their keys then.
        self.late: tuple[Writer, list[Key]] | None = None
        #: Whether any of the latest values may be ABSENT.
        self.removes = False
        #: Keys that were deleted and put again: they lost their place in the table.
        self.moved: list[Key] = []
        #: Whether the draft left the table in being, and whether it is one that the draft made.
        self.exists = True
        self.made = False

    def settle(self) -> None:
        """Have those writes that were put off."""
        if self.late is not None:
            (write, keys), self.late = self.late, None
            write(self.writes)
            keys.extend(self.writes)

    def replay(self, table: dict[Key, Row]) -> dict[Key, Row]:
        """Do to `table` what was done here."""
        for key in self.moved:
            table.pop(key, None)
        if not self.removes:
            table.update(self.writes)
            return table
        for key, value in self.writes.items():
            if value is ABSENT:
                table.pop(key, None)
            else:
                table[key] = value
        return table


class Draft:
    """The writes of one operation: commit it once, or let it go."""

    __slots__ = ("_overlays", "_store", "_tables", "_written")

    def __init__(self, store: Store, tables: dict[Name, Table]) -> None:
        self._store = store
        self._tables = tables
        self._overlays: dict[Name, _Overlay] = {}
        self._written: list[_Written] = []

    @property
    def is_changed(self) -> bool:
        """Whether anything has been written, be it only what was there already."""
        return bool(self._overlays)

    def has_table(self, name: Name) -> bool:
        """Whether the table exists, for this draft."""
        overlay = self._overlays.get(name)
        return name in self._tables if overlay is None else overlay.exists

    def get(self, name: Name, key: Key, default: Row = None) -> Row:
        """The value under a key, or `default`; a table that does not exist holds nothing."""
        overlay = self._overlays.get(name)
        if overlay is None:
            return self._tables.get(name, _NOTHING).get(key, default)
        if overlay.late is not None:
            overlay.settle()
        value = overlay.writes.get(key, overlay)
        if value is overlay:
            return overlay.base.get(key, default)
        return default if value is ABSENT else value

    def keys(self, name: Name) -> KeysView[Key]:
        """The keys of a table in its order."""
        return self._merged(name).keys()

    def rows(self, name: Name) -> ValuesView[Row]:
        """The values of a table in its order. What the draft writes from now on is not in them."""
        return self._merged(name).values()

    def notes(self, name: Name) -> Notes | None:
        """Where to keep what has been worked out of a table.

        None for a table that the draft itself has written to, or that has changed since it began.
        """
        return None if name in self._overlays else self._store.notes(name, self._tables)

    def put(self, name: Name, key: Key, value: Row) -> None:
        """Insert a value, or replace the one under the same key, which keeps its place.

        Raises:
            KeyError: there is no such table.
        """
        overlay = self._overlays.get(name)
        if overlay is None or not overlay.exists:
            overlay = self._lay_over(name)
        if overlay.late is not None:
            overlay.settle()
        writes = overlay.writes
        if key not in writes:
            before = overlay.base.get(key, ABSENT)
            if before is value:  # a table that nothing changes stays shared
                return
            self._written.append((name, (key,), overlay.base, writes))
        elif writes[key] is ABSENT:
            del writes[key]
            overlay.moved.append(key)
        if value is ABSENT:
            overlay.removes = True
        writes[key] = value

    def put_all(self, name: Name, rows: dict[Key, Row]) -> None:
        """The same for many rows at once, none of them ABSENT or there already.

        Args:
            name: the table.
            rows: by key; the draft's own from now on.

        Raises:
            KeyError: there is no such table.
        """
        overlay = self._overlays.get(name)
        if overlay is None and rows:
            overlay = self._lay_over(name)
        if overlay is None or overlay.late or overlay.writes or not overlay.exists:
            for key, value in rows.items():
                self.put(name, key, value)
            return
        overlay.writes = rows
        self._written.append((name, tuple(rows), overlay.base, rows))

    def put_later(self, name: Name, write: Writer) -> None:
        """The same for so many rows that it pays to make them only when they are needed.

        That is as they land, if nobody asks before: then each takes the memory of the one that it
        replaces. What was worked out of the table is forgotten.

        Args:
            name: the table.
            write: is called once, with the table or with a dictionary that stands for it.

        Raises:
            KeyError: there is no such table.
        """
        if name in self._overlays:
            rows: dict[Key, Row] = {}
            write(rows)
            self.put_all(name, rows)
            return
        overlay, keys = self._lay_over(name), list[Key]()
        overlay.late = write, keys
        self._written.append((name, keys, overlay.base, overlay.writes))

    def delete(self, name: Name, key: Key) -> None:
        """Remove what is under a key, if there is anything.

        Raises:
            KeyError: there is no such table.
        """
        self.put(name, key, ABSENT)

    def create_table(self, name: Name) -> None:
        """Make a table, empty.

        Raises:
            KeyError: there is one already.
        """
        if self.has_table(name):
            raise KeyError(name)
        overlay = self._overlays.pop(name, None) or _Overlay({})
        overlay.exists = overlay.made = True
        self._overlays[name] = overlay

    def drop_table(self, name: Name) -> None:
        """Remove a table with all that is in it.

        Raises:
            KeyError: there is no such table.
        """
        if not self.has_table(name):
            raise KeyError(name)
        for key in self.keys(name):
            self.delete(name, key)
        overlay = self._overlays.get(name) or self._lay_over(name)
        overlay.exists = overlay.made = False

    def commit(self) -> tuple[Change, ...]:
        """Write it all to the store.

        Returns:
            The net effect, one change a key in the order of the first writes; a key that ends as it
            began is left out.
        """
        for overlay in self._overlays.values():
            overlay.settle()
        # Landing writes into the tables that were there before.
        written = [
            (table, key, before.get(key, ABSENT), after)
            for table, keys, before, after in self._written
            for key in keys
        ]
        self.land()
        return tuple(
            Change(table, key, before, after[key])
            for table, key, before, after in written
            if after[key] is not before
        )

    def land(self) -> None:
        """The same where nobody asks for the net effect, whose listing costs as much again."""
        if not self._overlays:
            return
        if self._store.before_change is not None:
            self._store.before_change()
        for name, overlay in self._overlays.items():
            if overlay.made or not overlay.exists:
                self._land_table(name, overlay)
            elif overlay.late is not None:
                write, _ = overlay.late
                write(self._store.writable_unnoted(name))
            elif overlay.writes:
                overlay.replay(
                    self._store.writable(
                        name, overlay.writes, overlay.moved, removes=overlay.removes
                    )
                )

    def _merged(self, name: Name) -> Mapping[Key, Row]:
        overlay = self._overlays.get(name)
        if overlay is None:
            return self._tables.get(name, _NOTHING)
        overlay.settle()
        return overlay.replay(overlay.base.copy()) if overlay.writes else overlay.base

    def _lay_over(self, name: Name) -> _Overlay:
        """An overlay for a table that is there and has none yet."""
        if name in self._overlays:
            raise KeyError(name)
        overlay = self._overlays[name] = _Overlay(self._tables[name])
        return overlay

    def _land_table(self, name: Name, overlay: _Overlay) -> None:
        self._store.drop(name)
        if overlay.exists:
            overlay.replay(self._store.create(name))


@final
class Transaction(Draft):
    """A draft that lives among others: it reads one moment, and commits only if nobody else wrote.

    What it wrote is compared with what was there when it began, by identity, since a value is
    replaced and never edited. What it only read does not count, as in MongoDB's snapshot isolation:
    two transactions may read the same and write apart.
    """

    __slots__ = ("_taken",)

    def __init__(self, store: Store, tables: dict[Name, Table]) -> None:
        super().__init__(store, tables)
        self._taken = 0

    def put_later(self, name: Name, write: Writer) -> None:
        """The same at once: what a transaction has written is told, and compared."""
        super().put_later(name, write)
        self._overlays[name].settle()

    def take_written(self) -> list[tuple[Name, Key]]:
        """The table and key of all that it has written since this was last asked for."""
        fresh = self._written[self._taken :]
        self._taken = len(self._written)
        return [(name, key) for name, keys, _, _ in fresh for key in keys]

    def land(self) -> None:
        """Write it all to the store, if nothing that was written here changed meanwhile.

        Raises:
            Conflict: something did; the store is as it was.
        """
        self._compare()
        super().land()

    def _compare(self) -> None:
        for name, overlay in self._overlays.items():
            if (name in self._tables) is not (name in self._store.names()):
                raise Conflict(name)
            if not overlay.exists and not _same_rows(overlay.base, self._now(name)):
                raise Conflict(name)
        for name, keys, before, _ in self._written:
            now = self._now(name)
            for key in keys:
                if before.get(key, ABSENT) is not now.get(key, ABSENT):
                    raise Conflict(name, key)

    def _now(self, name: Name) -> Mapping[Key, Row]:
        return self._store.table(name) or _NOTHING


_NOTHING: Mapping[Key, Row] = MappingProxyType({})


def _same_rows(then: Mapping[Key, Row], now: Mapping[Key, Row]) -> bool:
    if then is now:
        return True
    return [*then] == [*now] and all(map(is_, then.values(), now.values()))

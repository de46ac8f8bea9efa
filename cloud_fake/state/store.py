"""The store: named tables that a snapshot, a restore or a fork shares instead of copying.

A table maps keys to values in insertion order; a replaced value keeps its place. Values are never
edited, only replaced, so any number of stores may hold the same ones.

Sharing works by ownership. A store writes a table in place while that table is its own. Whoever
hands the tables out (`snapshot`, `restore`, `fork`) gives up owning all of them in one assignment;
the first write to a table afterwards copies that one table, shallowly, and owns the copy; over a
great table it lays a few writes instead (`layer`). The mapping from names to tables is shared and
copied in the same way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, final, overload

from cloud_fake.state.draft import Draft, Transaction
from cloud_fake.state.layer import GREAT, Layer
from cloud_fake.state.notes import Notes

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, KeysView, Mapping

    from cloud_fake.state.draft import Key, Name, Row
    from cloud_fake.state.layer import Table

__all__ = ["Snapshot", "Store"]


@final
class Snapshot:
    """How every table was at one moment: no store writes these tables any more."""

    __slots__ = ("tables",)

    def __init__(self, tables: dict[Name, Table]) -> None:
        self.tables = tables

    def draft(self) -> Draft:
        """A draft of how it was; nobody sees what it writes, though it be committed."""
        past = Store()
        past.restore(self)
        return past.draft()


@final
class Store:
    """Named tables of one world. Drafts are the only way to change them; there is no lock here."""

    __slots__ = ("_notes", "_own", "_tables", "before_change")

    def __init__(self, tables: dict[Name, Table] | None = None) -> None:
        """Begin, with no tables or with some that are the store's own from now on."""
        #: Told before each change, if anybody wants to know.
        self.before_change: Callable[[], object] | None = None
        self._tables: dict[Name, Table] = {} if tables is None else tables
        #: What readers have worked out, by table; see `notes`.
        self._notes: dict[Name, Notes] = {}
        #: Names of the tables that may be written in place; None while even the root is shared.
        self._own: set[Name] | None = set(self._tables)

    def table(self, name: Name) -> Mapping[Key, Row] | None:
        """The live table, to read; None when there is none of that name."""
        return self._tables.get(name)

    def names(self) -> KeysView[Name]:
        """The names of the tables, oldest table first."""
        return self._tables.keys()

    def snapshot(self) -> Snapshot:
        """This moment, to come back to."""
        self._own = None
        return Snapshot(self._tables)

    def restore(self, snapshot: Snapshot) -> None:
        """Go back to a moment, of this store or of any other."""
        if self.before_change is not None:
            self.before_change()
        self._own = None
        self._tables = snapshot.tables
        self._notes = {}

    def fork(self) -> Store:
        """Another store that starts with the same tables; neither sees what the other writes."""
        child = Store()
        child.restore(self.snapshot())
        return child

    @overload
    def draft(self, *, tracking: Literal[False] = ...) -> Draft: ...
    @overload
    def draft(self, *, tracking: Literal[True]) -> Transaction: ...
    def draft(self, *, tracking: bool = False) -> Draft:
        """Begin to change the store.

        Args:
            tracking: read this one moment however long the draft lives, and refuse to commit over
                what others changed since. Without it the caller keeps others out until the commit.
        """
        if tracking:
            return Transaction(self, self.snapshot().tables)
        return Draft(self, self._tables)

    def notes(self, name: Name, tables: Mapping[Name, Mapping[Key, Row]]) -> Notes | None:
        """What readers have worked out of a table, and what was written to it since.

        None for a reader of other tables than those that are the store's now.
        """
        if tables is not self._tables:
            return None
        notes = self._notes.get(name)
        if notes is None:
            notes = self._notes[name] = Notes()
        return notes

    # The rest is for a draft that is being committed, and for nobody else.

    def writable(
        self, name: Name, writes: Mapping[Key, Row], moved: Collection[Key], *, removes: bool
    ) -> dict[Key, Row]:
        """Where to write this: into the table `name`, this store's own from now on, or over it."""
        notes = self._notes.get(name)
        if notes is not None and not notes.take_down(self._tables[name], writes, moved):
            del self._notes[name]
        own = self._own_root() if self._own is None else self._own
        table = self._tables[name]
        if type(table) is dict and name in own:
            return table
        over = None if removes else self._laid_over(name, own, len(writes))
        return self._whole(name, own) if over is None else over

    def writable_unnoted(self, name: Name) -> dict[Key, Row]:
        """The table `name`, this store's own from now on, for more than it pays to note."""
        self._notes.pop(name, None)
        return self._whole(name, self._own_root() if self._own is None else self._own)

    def _whole(self, name: Name, own: set[Name]) -> dict[Key, Row]:
        table = self._tables[name]
        if type(table) is Layer:
            table = self._tables[name] = table.whole()
        if name not in own:
            own.add(name)
            table = self._tables[name] = table.copy()
        return table

    def _laid_over(self, name: Name, own: set[Name], count: int) -> dict[Key, Row] | None:
        """Where to lay writes over a great table, if so many more are still few."""
        table = self._tables[name]
        if name not in own:
            if len(table) < GREAT:
                return None
            table = Layer(table.whole() if type(table) is Layer else table)
        if type(table) is not Layer or not table.takes(count):
            return None
        own.add(name)
        self._tables[name] = table
        return table.writes

    def create(self, name: Name) -> dict[Key, Row]:
        """A new table, empty and this store's own, under a name that is free."""
        own = self._own_root() if self._own is None else self._own
        own.add(name)
        table = self._tables[name] = {}
        return table

    def drop(self, name: Name) -> None:
        """Remove the table `name`, if there is one."""
        self._notes.pop(name, None)
        if self._own is None:
            self._own_root()
        self._tables.pop(name, None)

    def _own_root(self) -> set[Name]:
        self._tables = self._tables.copy()
        own: set[Name] = set()
        self._own = own
        return own

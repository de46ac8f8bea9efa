"""Realtime: the live watches of one collection, found by what a commit changed.

A watch whose query says `path == scalar` is kept under that value, so that a write finds the few
watches it may concern among any number of others.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, cast

from cloud_fake.errors import codes, sdk_error, texts
from cloud_fake.services.database.writing import DOCUMENT_SET
from cloud_fake.state import ABSENT, Change
from cloud_fake.values.kinds import MISSING, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

    from cloud_fake.kernel.timeline import Call
    from cloud_fake.kernel.world import World
    from cloud_fake.services.realtime.listener import Listener
    from cloud_fake.services.realtime.windows import Records, Window
    from cloud_fake.state.draft import Row

__all__ = ["MAX_RECORDS", "Watch", "Watches", "watches_of"]

#: The most records that one watch may be about (cloud.tencent.com/document/product/876/41801).
MAX_RECORDS = 5000

_SERVER_ERROR = -402006

#: A path and a value there; None for the watches that no such pair finds.
Place: TypeAlias = tuple[str, Value] | None


@dataclass(frozen=True, eq=False, slots=True)
class Watch:
    """One live watch: the records it is about, and the client that hears of them."""

    window: Window
    listener: Listener

    def tell(self, changes: Sequence[Change], records: Records, call: Call | None) -> None:
        """Let the client know what a commit did to the records, if it did anything to them."""
        listener = self.listener
        replaces = call is not None and call.api == DOCUMENT_SET.api
        moves = self.window.moves(listener.stored, changes, records, replaces=replaces)
        if moves:
            listener.follow(moves, call)
        if len(listener.records) > MAX_RECORDS:
            text = texts.watch_ended(codes.SYS_ERR.name, texts.WATCH_TOO_LARGE)
            listener.fail(sdk_error(_SERVER_ERROR, text))


class Watches:
    """The observer of one collection."""

    def __init__(self, world: World, table: Hashable) -> None:
        self._world = world
        self._table = table
        #: In the order in which they began, which is the order in which they are told.
        self._numbers: dict[Watch, int] = {}
        self._next_number = itertools.count()
        self._by_place: dict[Place, list[Watch]] = defaultdict(list)
        #: How many watches each path leads to.
        self._paths: Counter[str] = Counter()

    def add(self, watch: Watch) -> None:
        """One more, until its listener leaves."""
        place = _place_of(watch.window)
        self._numbers[watch] = next(self._next_number)
        self._by_place[place].append(watch)
        if place is not None:
            self._paths[place[0]] += 1
        watch.listener.leave = lambda: self._remove(watch)

    def _remove(self, watch: Watch) -> None:
        with self._world.lock:
            if self._numbers.pop(watch, None) is None:
                return
            place = _place_of(watch.window)
            self._by_place[place].remove(watch)
            if not self._by_place[place]:
                del self._by_place[place]
            if place is not None:
                self._paths -= Counter([place[0]])
            if not self._numbers:
                self._world.observers.pop(self._table, None)

    # --- as an observer ---------------------------------------------------------------------------

    def tell(self, changes: Sequence[Change], call: Call | None) -> None:
        """Let each watch know of those changes that may concern it."""
        records = self._world.store.table(self._table) or {}
        touched = self._touched(changes)
        for watch in sorted(touched, key=self._numbers.__getitem__):
            watch.tell(touched[watch], records, call)

    def drop(self, is_meant: Callable[[Call], bool], code: int) -> None:
        """Break the connections that calls of some kind have opened."""
        for watch in list(self._numbers):
            if watch.listener.is_of(is_meant):
                watch.listener.drop(code)

    def end(self) -> None:
        """Nobody hears any more."""
        ended = list(self._numbers)
        self._numbers.clear()
        for watch in ended:
            watch.listener.end()

    def _touched(self, changes: Iterable[Change]) -> dict[Watch, list[Change]]:
        touched: dict[Watch, list[Change]] = {}
        for change in changes:
            places: set[Place] = {None, *self._places(change.before), *self._places(change.after)}
            for place in places & self._by_place.keys():
                for watch in self._by_place[place]:
                    touched.setdefault(watch, []).append(change)
        return touched

    def _places(self, record: Row) -> Iterator[Place]:
        """Where the watches are that may see the record: `path == x` is also met within arrays."""
        if record is ABSENT:
            return
        for path in self._paths:
            value = record.get(path)
            for item in value if type(value) is list else (value,):
                if type(item) is not dict and type(item) is not list:
                    yield path, item


def watches_of(world: World, table: Hashable) -> Watches:
    """The watches of a collection, none at first."""
    observer = world.observers.setdefault(table, Watches(world, table))
    return cast("Watches", observer)  # records are observed by watches alone


def _place_of(window: Window) -> Place:
    for path, value in window.filter.equalities.items():
        if "." not in path:
            return path, value
    return None if window.owner is MISSING else ("_openid", window.owner)

"""Kernel: the transactions that have begun and not ended, of the running server and not its state.

A transaction reads one moment (snapshot isolation). Its write to a record that another open
transaction has written fails at once; a record that others changed meanwhile makes the commit
fail. Both are DATABASE_TRANSACTION_CONFLICT, the one error that `runTransaction` tries again for.
An ordinary write does not wait for a transaction's end, as the server's does: it wins, and the
commit fails.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cloud_fake.errors import Failure, codes, texts

if TYPE_CHECKING:
    from collections.abc import Hashable

    from cloud_fake.state import Transaction

__all__ = ["Transactions"]

#: The server drops a transaction that lives longer [uncertain: the exact time].
LIFETIME_MILLIS = 30_000
#: Open ones at once, which a stopped clock would otherwise let grow without end [ours].
MOST_OPEN = 1000


class _Open(NamedTuple):
    """A transaction that has begun and not ended."""

    draft: Transaction
    dies_at: int

    def is_alive(self, now_millis: int) -> bool:
        """Whether the server still knows of it."""
        return now_millis <= self.dies_at


def _alive(found: _Open | None, now_millis: int) -> Transaction:
    if found is None or not found.is_alive(now_millis):
        raise Failure(codes.DATABASE_TRANSACTION_FAIL, texts.NO_SUCH_TRANSACTION)
    return found.draft


class Transactions:
    """Those that are open, by id, the oldest first. Times are milliseconds since 1970."""

    __slots__ = ("_open", "_writers")

    def __init__(self) -> None:
        self._open: dict[str, _Open] = {}
        #: Which one has written to a place last; it may have ended.
        self._writers: dict[tuple[Hashable, Hashable], str] = {}

    def __len__(self) -> int:
        return len(self._open)

    def __contains__(self, name: object) -> bool:
        return name in self._open

    def any_alive(self, now_millis: int) -> bool:
        """Whether any is open."""
        return any(transaction.is_alive(now_millis) for transaction in self._open.values())

    def begin(self, name: str, draft: Transaction, now_millis: int) -> None:
        """Begin one; what it reads and writes is its draft's."""
        self._drop_abandoned(now_millis)
        self._open[name] = _Open(draft, now_millis + LIFETIME_MILLIS)

    def draft(self, name: str, now_millis: int) -> Transaction:
        """What an open one reads and writes.

        Raises:
            Failure: DATABASE_TRANSACTION_FAIL, there is none of that name any more.
        """
        return _alive(self._open.get(name), now_millis)

    def end(self, name: str, now_millis: int) -> Transaction:
        """End one; what it wrote is for the caller to keep or to let go.

        Raises:
            Failure: as `draft`.
        """
        return _alive(self._take_out(name), now_millis)

    def forget(self, name: str) -> None:
        """End one as if it had never been, if it is open."""
        self._take_out(name)

    def forget_all(self) -> None:
        """End them all likewise."""
        self._open.clear()
        self._writers.clear()

    def _take_out(self, name: str) -> _Open | None:
        ended = self._open.pop(name, None)
        if not self._open:
            self._writers.clear()
        return ended

    def refuse_contested(self, name: str, now_millis: int) -> None:
        """End a transaction that has written what another open one has written.

        Raises:
            Failure: DATABASE_TRANSACTION_CONFLICT.
        """
        for place in self._open[name].draft.take_written():
            other = self._writers.setdefault(place, name)
            if other != name and self._is_open(other, now_millis):
                self.forget(name)
                raise Failure(codes.DATABASE_TRANSACTION_CONFLICT, texts.TRANSACTION_CONFLICT)
            self._writers[place] = name

    def _is_open(self, name: str, now_millis: int) -> bool:
        return name in self._open and self._open[name].is_alive(now_millis)

    def _drop_abandoned(self, now_millis: int) -> None:
        """End those that nobody has ended in time, each of which holds on to a state long gone."""
        while self._open:
            oldest = next(iter(self._open))
            if self._open[oldest].is_alive(now_millis) and len(self._open) < MOST_OPEN:
                return
            self._take_out(oldest)

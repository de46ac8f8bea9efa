"""Transactions of the server SDK: begun, used by single-record operations, committed or dropped.

A transaction reads one moment (snapshot isolation). Its write to a record that another open
transaction has written fails at once; a record that others changed meanwhile makes the commit
fail. Both are DATABASE_TRANSACTION_CONFLICT, the one error that `runTransaction` tries again for.
An ordinary write does not wait for a transaction's end, as the server's does: it wins, and the
commit fails.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cloud_fake.errors import Failure, codes, texts
from cloud_fake.kernel.operation import Asking, Operation, parsed
from cloud_fake.models.parameters import TransactionParameters
from cloud_fake.models.results import Result, StartTransactionResult

if TYPE_CHECKING:
    from cloud_fake.kernel.gate import Work
    from cloud_fake.state import Transaction

__all__ = ["COMMIT", "ROLLBACK", "START", "OpenTransaction"]

#: The server drops a transaction that lives longer [uncertain: the exact time].
LIFETIME_MILLIS = 30_000
#: Open ones at once, which a stopped clock would otherwise let grow without end [ours].
MOST_OPEN = 1000


@dataclass(frozen=True)
class OpenTransaction:
    """A transaction that has begun and not ended."""

    draft: Transaction
    dies_at: int

    def is_alive(self, now_millis: int) -> bool:
        """Whether the server still knows of it."""
        return now_millis <= self.dies_at


def start(work: Work, _prepared: Any) -> StartTransactionResult:
    """Begin: from now on its reads see this moment."""
    _drop_abandoned(work.world.transactions, work.now_millis)
    transaction_id = work.world.ids.next_hex("transaction")
    work.world.transactions[transaction_id] = OpenTransaction(
        work.world.store.draft(tracking=True), work.now_millis + LIFETIME_MILLIS
    )
    return StartTransactionResult(transactionId=transaction_id)


def _drop_abandoned(open_now: dict[str, OpenTransaction], now_millis: int) -> None:
    """End those that nobody has ended in time, each of which holds on to a state long gone."""
    while open_now:
        oldest = next(iter(open_now))
        if open_now[oldest].is_alive(now_millis) and len(open_now) < MOST_OPEN:
            return
        del open_now[oldest]


def commit(work: Work, parameters: TransactionParameters) -> Result:
    """End with everything it wrote, if nothing it relies on has changed."""
    work.draft = _end(work, parameters.transactionId).draft
    return Result()


def rollback(work: Work, parameters: TransactionParameters) -> Result:
    """End as if it had never been."""
    _end(work, parameters.transactionId)
    return Result()


def _end(work: Work, transaction_id: str) -> OpenTransaction:
    ended: OpenTransaction | None = work.world.transactions.pop(transaction_id, None)
    if ended is None or not ended.is_alive(work.now_millis):
        raise Failure(codes.DATABASE_TRANSACTION_FAIL, texts.NO_SUCH_TRANSACTION)
    return ended


def _operation(verb: str, run: Any, prepare: Any) -> Operation:
    return Operation(f"database.transaction.{verb}", f"transaction.{verb}", run, prepare)


def _nothing(_asking: Asking) -> None:
    return None


START = _operation("start", start, _nothing)
COMMIT = _operation("commit", commit, parsed(TransactionParameters))
ROLLBACK = _operation("rollback", rollback, parsed(TransactionParameters))

"""Transactions of the server SDK, as operations: begun, committed or dropped.

What happens inside of one, and how several get in each other's way, is the gate's: see
`kernel.transactions`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cloud_fake.kernel.operation import Asking, Operation, parsed
from cloud_fake.models.parameters import TransactionParameters
from cloud_fake.models.results import Result, StartTransactionResult

if TYPE_CHECKING:
    from cloud_fake.kernel.work import Work

__all__ = ["COMMIT", "ROLLBACK", "START"]


def start(work: Work, _prepared: Any) -> StartTransactionResult:
    """Begin: from now on its reads see this moment."""
    transaction_id = work.world.ids.next_hex("transaction")
    draft = work.world.store.draft(tracking=True)
    work.world.transactions.begin(transaction_id, draft, work.now_millis)
    return StartTransactionResult(transactionId=transaction_id)


def commit(work: Work, parameters: TransactionParameters) -> Result:
    """End with everything it wrote, if nothing it relies on has changed."""
    work.draft = work.world.transactions.end(parameters.transactionId, work.now_millis)
    return Result()


def rollback(work: Work, parameters: TransactionParameters) -> Result:
    """End as if it had never been."""
    work.world.transactions.end(parameters.transactionId, work.now_millis)
    return Result()


def _operation(verb: str, run: Any, prepare: Any) -> Operation:
    return Operation(f"database.transaction.{verb}", f"transaction.{verb}", run, prepare)


def _nothing(_asking: Asking) -> None:
    return None


START = _operation("start", start, _nothing)
COMMIT = _operation("commit", commit, parsed(TransactionParameters))
ROLLBACK = _operation("rollback", rollback, parsed(TransactionParameters))

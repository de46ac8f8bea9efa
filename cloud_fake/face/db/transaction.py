"""`startTransaction` and `runTransaction`: a server SDK's transaction, and what it can reach."""

from __future__ import annotations

import inspect
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from cloud_fake.errors import CloudError, codes
from cloud_fake.face.db.collection import RecordSource
from cloud_fake.face.flowing import flowing
from cloud_fake.face.modes import Face, ModeT
from cloud_fake.kernel.flow import Await, Flow
from cloud_fake.kernel.gate import pass_gate
from cloud_fake.services.database import transactions

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloud_fake.kernel.operation import Operation
    from cloud_fake.kernel.session import Session
    from cloud_fake.kernel.world import World
    from cloud_fake.models.results import Result
    from cloud_fake.models.selection import Selection

__all__ = ["Transaction", "begin", "run"]

R = TypeVar("R")


class Transaction(Face[ModeT]):
    """A transaction: single records by id, and `add`. It sees the moment it began.

    Attributes:
        id: as the server calls it.
    """

    def __init__(
        self, world: World, session: Session, selection: Selection, *, awaited: bool
    ) -> None:
        self._world = world
        self._session = session
        self._base = selection
        self._awaited = awaited
        self.id = selection.transaction
        self._rolled_back: list[Any] = []

    def collection(self, name: str) -> RecordSource[ModeT]:
        """A collection inside the transaction: `doc(id)` and `add`, no `where`."""
        selection = replace(self._base, collection=name)
        return RecordSource(self._world, self._session, selection, awaited=self._awaited)

    @flowing
    def commit(self) -> Flow[Result]:
        """End with everything written.

        Raises:
            CloudError: `name` DATABASE_TRANSACTION_CONFLICT, others changed what it relies on.
        """
        return (yield from self._end(transactions.COMMIT))

    @flowing
    def rollback(self, reason: Any = None) -> Flow[Result]:
        """End with nothing written; inside `runTransaction` that call then fails with `reason`."""
        self._rolled_back.append(reason)
        return (yield from self._end(transactions.ROLLBACK))

    def _end(self, operation: Operation) -> Flow[Result]:
        options = {"transactionId": self.id}
        ended: Result = yield from pass_gate(self._world, operation, self._session, options)
        return ended


def begin(
    world: World, session: Session, selection: Selection, *, awaited: bool
) -> Flow[Transaction[Any]]:
    """A new transaction."""
    started = yield from pass_gate(world, transactions.START, session, {})
    inside = replace(selection, transaction=started.transactionId)
    return Transaction(world, session, inside, awaited=awaited)


def run(
    start: Callable[[], Flow[Transaction[Any]]],
    callback: Callable[[Any], Any],
    times: int,
) -> Flow[Any]:
    """Begin, run the callback, commit; begin again after a conflict, `times` more times."""
    for attempt in range(times + 1):
        transaction = yield from start()
        try:
            answer = callback(transaction)
            if inspect.isawaitable(answer):
                answer = yield Await(answer)
            if not transaction._rolled_back:  # noqa: SLF001 - its own module
                yield from transaction._end(transactions.COMMIT)  # noqa: SLF001
        except Exception as error:
            yield from _drop(transaction)
            if not _is_conflict(error) or attempt == times:
                raise
        else:
            if transaction._rolled_back:  # noqa: SLF001
                raise _reason(transaction._rolled_back[0])  # noqa: SLF001
            return answer
    raise AssertionError("the last attempt returns or raises")


def _drop(transaction: Transaction[Any]) -> Flow[None]:
    """Roll back what the server has not dropped already."""
    if transaction.id in transaction._world.transactions:  # noqa: SLF001
        yield from transaction._end(transactions.ROLLBACK)  # noqa: SLF001


def _is_conflict(error: Exception) -> bool:
    conflict = codes.DATABASE_TRANSACTION_CONFLICT.name
    return isinstance(error, CloudError) and error.name == conflict


def _reason(reason: Any) -> BaseException:
    """What `rollback(reason)` rejects with: JavaScript throws anything, Python only exceptions."""
    if isinstance(reason, BaseException):
        return reason
    error = CloudError(-1, str(reason))
    error.reason = reason
    return error

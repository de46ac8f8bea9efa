"""`startTransaction` and `runTransaction`: a server SDK's transaction, and what it can reach."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from cloud_fake.errors import CloudError, codes, plain_error, texts
from cloud_fake.face.db.database import check_name
from cloud_fake.face.db.server_collection import ServerRecordSource
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
        #: What it was rolled back for.
        self._reason: BaseException | None = None

    def collection(self, name: str) -> ServerRecordSource[ModeT]:
        """A collection inside the transaction: `doc(id)` and `add`, no `where`.

        Raises:
            CloudError: there is no name, or it is none (thrown, not rejected).
        """
        if not name:
            raise plain_error(texts.SERVER_COLLECTION_NAME_MISSING)
        check_name(self._session, name)
        selection = self._base.but(collection=name)
        return ServerRecordSource(self._world, self._session, selection, awaited=self._awaited)

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
        ended = yield from self._end(transactions.ROLLBACK)
        self._reason = _as_error(reason)
        return ended

    def _carry_out(self, callback: Callable[[Any], Any]) -> Flow[Any]:
        answer = callback(self)
        if inspect.isawaitable(answer):
            answer = yield Await(answer)
        if self._reason is not None:
            raise self._reason
        yield from self._end(transactions.COMMIT)
        return answer

    def _drop(self) -> Flow[None]:
        """Roll back what the server has not dropped already."""
        if self.id in self._world.transactions:
            yield from self._end(transactions.ROLLBACK)

    def _end(self, operation: Operation) -> Flow[Result]:
        options = {"transactionId": self.id}
        ended: Result = yield from pass_gate(self._world, operation, self._session, options)
        return ended


def begin(
    world: World, session: Session, selection: Selection, *, awaited: bool
) -> Flow[Transaction[Any]]:
    """A new transaction."""
    started = yield from pass_gate(world, transactions.START, session, {})
    inside = selection.but(transaction=started.transactionId)
    return Transaction(world, session, inside, awaited=awaited)


def run(
    start: Callable[[], Flow[Transaction[Any]]],
    callback: Callable[[Any], Any],
    times: int,
) -> Flow[Any]:
    """Begin, run the callback, commit; begin again after a conflict, `times` more times."""
    transaction = yield from start()
    try:
        return (yield from transaction._carry_out(callback))  # noqa: SLF001 - its own module
    except Exception as error:
        yield from transaction._drop()  # noqa: SLF001
        if times <= 0 or not _is_conflict(error):
            if transaction._reason is not None:  # noqa: SLF001
                # Once rolled back, that is what it failed for, whatever was raised afterwards.
                raise transaction._reason  # noqa: B904, SLF001
            raise
    return (yield from run(start, callback, times - 1))


def _is_conflict(error: Exception) -> bool:
    conflict = codes.DATABASE_TRANSACTION_CONFLICT.name
    return isinstance(error, CloudError) and error.name == conflict


def _as_error(reason: Any) -> BaseException:
    """What `rollback(reason)` rejects with: JavaScript throws anything, Python only exceptions."""
    if isinstance(reason, BaseException):
        return reason
    error = plain_error("undefined" if reason is None else str(reason))
    error.reason = reason
    return error

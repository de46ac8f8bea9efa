"""The gate: the one place that every operation passes, whoever asks and whatever for.

```
open a line on the timeline
  check the options
  faults: request, execute
  one atomic step: a draft of the state, the service's function, commit, telling the observers
  deliver what the observers have to say to user code
  faults: commit, reply
close the line, also when raising
```

A draft that raises is dropped, so every operation is atomic for free. An operation that runs user
code in its middle (`callFunction`) is a flow of its own: it holds no lock and no draft meanwhile,
and makes its atomic steps with `Work.atomic`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from cloud_fake.errors import (
    CloudError,
    Failure,
    Refusal,
    Thrown,
    codes,
    texts,
    wrapped_object,
    wrapped_text,
)
from cloud_fake.kernel.operation import Asking, Operation
from cloud_fake.models.results import Result
from cloud_fake.state import Change, Conflict, Draft
from cloud_fake.values.dates import to_millis

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloud_fake.kernel.flow import Flow
    from cloud_fake.kernel.session import Session
    from cloud_fake.kernel.timeline import Call
    from cloud_fake.kernel.world import World
    from cloud_fake.models.selection import Selection
    from cloud_fake.models.tasks import TransferTask

__all__ = ["Work", "pass_gate"]

R = TypeVar("R")


class Work:
    """One operation at work: what its service may see and use.

    Attributes:
        world: where it happens.
        call: its line on the timeline.
        session: who asked.
        env: the number of the environment it is in.
        task: of a transfer in the callback form, to report progress to.
        draft: the state it reads and writes; only inside an atomic step.
    """

    __slots__ = ("_failure", "_selection", "call", "draft", "env", "session", "task", "world")

    draft: Draft

    def __init__(
        self,
        world: World,
        call: Call,
        selection: Selection | None,
        env: int,
        task: TransferTask | None,
    ) -> None:
        self.world = world
        self.call = call
        self.session = call.session
        self._selection = selection
        self.env = env
        self.task = task
        self._failure: Failure | None = None

    @property
    def selection(self) -> Selection:
        """Which records it is about.

        Raises:
            LookupError: it is not about records.
        """
        if self._selection is None:
            raise LookupError(f"{self.call.name} selects no records")
        return self._selection

    @property
    def now_millis(self) -> int:
        """The cloud's time, in milliseconds since 1970."""
        return to_millis(self.world.clock.now())

    def atomic(self, step: Callable[..., R], *arguments: Any) -> R:
        """Run `step(self, *arguments)` under the lock, on a draft kept only if it returns."""
        world = self.world
        with world.lock:
            self.draft = self._transaction_draft() or world.store.draft()
            answer = step(self, *arguments)
            changes = self._commit()
            if changes:
                world.tell(changes, self.call)
        world.outbox.deliver()
        if self._failure is not None:
            raise self._failure
        return answer

    def _transaction_draft(self) -> Draft | None:
        """The draft of the open transaction this happens in, if it happens in one."""
        if self._selection is None or self._selection.transaction is None:
            return None
        transaction = self.world.transactions.get(self._selection.transaction)
        if transaction is None or self.now_millis > transaction.dies_at:
            raise Failure(codes.DATABASE_TRANSACTION_FAIL, texts.NO_SUCH_TRANSACTION)
        draft: Draft = transaction.draft
        return draft

    def _commit(self) -> tuple[Change, ...]:
        if self._selection is not None and self._selection.transaction is not None:
            self._refuse_contested(self._selection.transaction)
            return ()
        try:
            return self.draft.commit()
        except Conflict:
            raise Failure(codes.DATABASE_TRANSACTION_CONFLICT, texts.TRANSACTION_CONFLICT) from None

    def _refuse_contested(self, own: str) -> None:
        """A transaction that writes what another open one has written fails at once."""
        open_now = self.world.transactions
        mine = open_now[own].draft.written()
        for other, transaction in open_now.items():
            if other != own and not mine.isdisjoint(transaction.draft.written()):
                del open_now[own]
                raise Failure(codes.DATABASE_TRANSACTION_CONFLICT, texts.TRANSACTION_CONFLICT)

    def fail_after_commit(self, failure: Failure) -> None:
        """Keep what this step has written, then fail: what a server does midway in many records."""
        self._failure = failure


def pass_gate(
    world: World,
    operation: Operation,
    session: Session,
    options: object,
    selection: Selection | None = None,
    task: TransferTask | None = None,
) -> Flow[Any]:
    """One operation, from the asking to the answer.

    Args:
        world: where.
        operation: what.
        session: who asks.
        options: the call's options, unchecked.
        selection: for the database, what the query's builder collected.
        task: for a transfer in the callback form, the caller's handle to it.

    Raises:
        CloudError: what the caller's SDK would reject with.
    """
    world.clock.run_due()
    call = world.timeline.open(operation, session, options, selection)
    try:
        result = yield from _run(world, operation, call, selection, task)
    except (Failure, Refusal, Thrown) as trouble:
        error = _word(trouble, operation, call)
        world.timeline.close(call, error=error)
        raise error from trouble.__cause__
    except BaseException as error:
        world.timeline.close(call, error=error)
        raise
    if isinstance(result, Result):
        result["errMsg"] = operation.ok or f"{call.api}:ok"
    world.timeline.close(call, result)
    return result


def _run(
    world: World,
    operation: Operation,
    call: Call,
    selection: Selection | None,
    task: TransferTask | None,
) -> Flow[Any]:
    asking = Asking(call.session, call.options, selection)
    prepared = operation.prepare(asking)
    faults = world.faults
    if faults.armed:
        yield from faults.strike(call, "request")
        yield from faults.strike(call, "execute")
    env = world.env_number(asking.env or asking.session.env_for(operation.service))
    work = Work(world, call, selection, env, task)
    if operation.flow:
        result = yield from operation.run(work, prepared)
    else:
        result = work.atomic(operation.run, prepared)
    if faults.armed:
        yield from faults.strike(call, "commit")
        yield from faults.strike(call, "reply")
    return result


def _word(trouble: Failure | Refusal | Thrown, operation: Operation, call: Call) -> CloudError:
    if isinstance(trouble, Failure):
        error = operation.word(trouble, call)
        error.name = trouble.code.name
        return error
    if isinstance(trouble, Refusal):
        return call.session.dialect.refuse(trouble)
    if trouble.as_object:
        return wrapped_object(call.api, trouble.code, trouble.text)
    return wrapped_text(call.api, trouble.text, code=trouble.code)

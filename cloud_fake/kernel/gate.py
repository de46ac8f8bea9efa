"""The gate: the one place that every operation passes, whoever asks and whatever for.

```
open a line on the timeline
  check the options
  faults: request, execute
  one atomic step: a draft of the state, the service's function, commit, telling the observers
  deliver what the observers have to say to user code
  faults: commit, reply
close the line, also when raising
look at what the test says must always be so
```

A draft that raises is dropped, so every operation is atomic for free. An operation that runs user
code in its middle (`callFunction`) is a flow of its own: it holds no lock and no draft meanwhile,
and makes its atomic steps with `Work.atomic`.
"""

from __future__ import annotations

from contextlib import suppress
from types import GeneratorType
from typing import TYPE_CHECKING, Any, TypeVar

from cloud_fake.errors import (
    CloudError,
    Failure,
    QueryError,
    Refusal,
    Thrown,
    as_answered,
    codes,
    texts,
    wrapped_object,
    wrapped_text,
)
from cloud_fake.kernel.flow import run_blocking
from cloud_fake.kernel.operation import Asking, Operation
from cloud_fake.models.results import Result
from cloud_fake.state import Conflict, Draft
from cloud_fake.values.dates import to_millis
from cloud_fake.values.keeping import kept

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cloud_fake.kernel.faults.plan import Plan
    from cloud_fake.kernel.flow import Flow
    from cloud_fake.kernel.session import Session
    from cloud_fake.kernel.timeline import Call
    from cloud_fake.kernel.world import World
    from cloud_fake.models.selection import Selection
    from cloud_fake.models.tasks import TransferTask

__all__ = ["Work", "ask", "pass_gate"]

R = TypeVar("R")


class Work:
    """One operation at work: what its service may see and use.

    Attributes:
        world: where it happens.
        call: its line on the timeline.
        session: who asked.
        env: the number of the environment it is in.
        plan: the faults that strike it, if any do; the gate follows most of it by itself.
        draft: the state it reads and writes; only inside an atomic step.
        selection: which records it is about.
    """

    draft: Draft
    #: Only what is about records has one.
    selection: Selection
    _failure: Failure | None = None

    def __init__(self, world: World, call: Call, env: int, plan: Plan | None) -> None:
        self.world = world
        self.call = call
        self.session = call.session
        self.env = env
        self.plan = plan
        if call.selection is not None:
            self.selection = call.selection

    @property
    def task(self) -> TransferTask | None:
        """Of a transfer in the callback form, what to report progress to."""
        return self.call.task

    @property
    def broken_items(self) -> Mapping[int, codes.Code]:
        """Which items of a list have to fail, by their position from 0, and how."""
        return {} if self.plan is None else self.plan.items

    @property
    def now_millis(self) -> int:
        """The cloud's time, in milliseconds since 1970."""
        return to_millis(self.world.clock.now())

    def atomic(self, step: Callable[..., R], *arguments: Any) -> R:
        """Run `step(self, *arguments)` under the lock, on a draft kept only if it returns."""
        world = self.world
        with world.lock:
            own = self.call.transaction
            self.draft = self._begin(own)
            try:
                answer = step(self, *arguments)
            except QueryError as error:
                raise self._explained(error) from None
            if own is not None:
                world.transactions.refuse_contested(own, self.now_millis)
            elif self.draft.is_changed:
                self._commit()
        world.outbox.deliver()
        if self._failure is not None:
            raise self._failure
        return answer

    def _begin(self, own: str | None) -> Draft:
        """A draft of the state as it is, but for a stale read and inside a transaction."""
        if self.plan is not None and self.plan.state is not None:
            return self.plan.state.draft()
        if own is None:
            return self.world.store.draft()
        return self.world.transactions.draft(own, self.now_millis)

    def _commit(self) -> None:
        try:
            if self.world.observers:
                self.world.tell(self.draft.commit(), self.call)
            else:
                self.draft.land()
        except Conflict:
            raise Failure(codes.DATABASE_TRANSACTION_CONFLICT, texts.TRANSACTION_CONFLICT) from None

    def _explained(self, error: QueryError) -> Exception:
        """What the backend makes of an error of its query engine."""
        explain = self.call.operation.explain
        return error if explain is None else explain(error)

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
    passing = _pass(world, operation, session, options, selection, task)
    return (yield from passing) if type(passing) is GeneratorType else passing


def ask(
    world: World,
    operation: Operation,
    session: Session,
    options: object,
    selection: Selection | None = None,
    task: TransferTask | None = None,
) -> Any:
    """The same for a caller who waits for the answer in this thread: `pass_gate`, driven.

    Most calls take no time, and then there is nothing to drive.
    """
    passing = _pass(world, operation, session, options, selection, task)
    if type(passing) is GeneratorType:
        return run_blocking(passing, world.clock.wait)
    return passing


def _pass(
    world: World,
    operation: Operation,
    session: Session,
    options: object,
    selection: Selection | None,
    task: TransferTask | None,
) -> Any:
    """The answer at once, or the flow of a call in whose middle time may pass."""
    world.clock.run_due()
    session.before_call()
    call = world.timeline.open(operation, session, options, selection)
    if task is not None:
        call.task = task
    try:
        asking = Asking(call)
        prepared = operation.prepare(asking)
        plan = world.faults.plan(call) if world.faults.armed and call.number else None
        if plan is not None or operation.flow:
            return _pass_in_time(world, asking, prepared, plan)
        answer = _work(world, asking, None).atomic(operation.run, prepared)
        call.executions = 1
        call.ended = call.at
    except BaseException as trouble:  # noqa: BLE001 - every line has an end
        raise _failed(world, call, trouble)  # noqa: B904 - its cause is the trouble's
    return _answered(world, call, answer)


def _pass_in_time(world: World, asking: Asking, prepared: Any, plan: Plan | None) -> Flow[Any]:
    try:
        answer = yield from _run(world, asking, prepared, plan)
    except BaseException as trouble:  # noqa: BLE001 - as above
        raise _failed(world, asking.call, trouble)  # noqa: B904 - as above
    return _answered(world, asking.call, answer)


def _answered(world: World, call: Call, answer: Any) -> Any:
    """The answer for the caller, who may edit it: the timeline keeps one that nobody does."""
    operation = call.operation
    world.timeline.close(call)
    if isinstance(answer, Result):
        answer["errMsg"] = operation.success or f"{call.api}:ok"
    if operation.present is None:
        call.answer = kept(answer)
    else:
        call.answer = answer
        answer = operation.present(answer)
    _over(world, call)
    return answer


def _failed(world: World, call: Call, trouble: BaseException) -> BaseException:
    """What the caller gets to see of it."""
    error = trouble
    if isinstance(trouble, (Failure, Refusal, Thrown)):
        error = _word(trouble, call.operation, call)
        error.__cause__ = trouble.__cause__
    world.timeline.close(call, error)
    _over(world, call)
    return error


def _over(world: World, call: Call) -> None:
    """Whoever waits for a call's end learns of it."""
    if world.faults.follows_answers and call.ok:
        world.timeline.keep_answered(call)
    if world.outbox.late:
        world.call_is_over(call)
    if world.checks.armed:
        world.checks.after(call)


def _run(world: World, asking: Asking, prepared: Any, plan: Plan | None) -> Flow[Any]:
    """A call that takes its time: user code runs in its middle, or something happens to it."""
    call = asking.call
    operation = call.operation

    def arrive() -> Flow[Any]:
        work = _work(world, asking, plan)
        if operation.flow:
            answer = yield from operation.run(work, prepared)
        else:
            answer = work.atomic(operation.run, prepared)
        call.executions += 1
        # What strikes the answer must not strike what is stored.
        return answer if operation.present is None else operation.present(answer)

    if plan is None:
        return (yield from arrive())
    return (yield from _struck(world, plan, arrive))


def _work(world: World, asking: Asking, plan: Plan | None) -> Work:
    call = asking.call
    named = call.session.env_for(call.operation.service, asking.env)
    return Work(world, call, world.env_number(named, call.session.owner), plan)


def _struck(world: World, plan: Plan, arrive: Callable[[], Flow[Any]]) -> Flow[Any]:
    """A call that something happens to: its plan, phase by phase."""
    yield from plan.before(world.faults.network, arrive)
    for _ in range(plan.executions - 1):
        # The answer to a request that is delivered again is seen by nobody, be it a failure.
        with suppress(Failure, Refusal, Thrown):
            yield from arrive()
    try:
        answer = yield from arrive()
    finally:
        world.faults.network.passes(plan.call)
    return (yield from plan.after(answer))


def _word(trouble: Failure | Refusal | Thrown, operation: Operation, call: Call) -> CloudError:
    if call.session.dialect.is_remote:
        return as_answered(trouble)
    if isinstance(trouble, Failure):
        error = operation.word(trouble, call)
        error.name = trouble.code.name
        return error
    if isinstance(trouble, Refusal):
        return call.session.dialect.refuse(trouble)
    if trouble.as_object:
        return wrapped_object(call.api, trouble.code, trouble.text)
    return wrapped_text(call.api, trouble.text, code=trouble.code)

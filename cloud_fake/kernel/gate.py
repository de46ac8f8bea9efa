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
"""

from __future__ import annotations

from contextlib import suppress
from types import GeneratorType
from typing import TYPE_CHECKING, Any, TypeVar

from cloud_fake.errors import (
    CloudError,
    Failure,
    Refusal,
    Thrown,
    as_answered,
    wrapped_object,
    wrapped_text,
)
from cloud_fake.kernel.flow import followed, run_blocking
from cloud_fake.kernel.operation import Asking, Operation
from cloud_fake.kernel.work import Work
from cloud_fake.models.results import Result

if TYPE_CHECKING:
    from cloud_fake.kernel.faults.plan import Plan
    from cloud_fake.kernel.flow import Flow
    from cloud_fake.kernel.session import Session
    from cloud_fake.kernel.timeline import Call
    from cloud_fake.kernel.world import World
    from cloud_fake.models.selection import Selection
    from cloud_fake.models.tasks import TransferTask

__all__ = ["ask", "pass_gate"]

R = TypeVar("R")


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
    return (yield from followed(_pass(world, operation, session, options, selection, task)))


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
    call = world.journal.open(world.clock.now(), operation, session, options, selection)
    if task is not None:
        call.task = task
    try:
        asking = Asking(call)
        prepared = operation.prepare(asking)
        plan = world.rules.plan(call) if world.has_faults and call.number else None
        if plan is not None:
            return _pass_in_time(world, call, _struck(world, asking, prepared, plan))
        work = _work(world, asking, None)
        if operation.flow:
            answer = operation.run(work, prepared)
            if type(answer) is GeneratorType:
                return _pass_in_time(world, call, _executed(call, answer))
            call.ended, call.answer = work.ended, work.kept
        else:
            answer = work.atomic(operation.run, prepared)
            call.ended = call.at
        call.executions = 1
    except BaseException as trouble:  # noqa: BLE001 - every line has an end
        raise _failed(world, call, trouble)  # noqa: B904 - its cause is the trouble's
    return _answered(world, call, answer)


def _pass_in_time(world: World, call: Call, running: Flow[Any]) -> Flow[Any]:
    try:
        answer = yield from running
    except BaseException as trouble:  # noqa: BLE001 - as above
        raise _failed(world, call, trouble)  # noqa: B904 - as above
    return _answered(world, call, answer)


def _answered(world: World, call: Call, answer: Any) -> Any:
    """The answer for the caller, who may edit it: the timeline keeps one that nobody does."""
    operation = call.operation
    call.ended = call.ended or world.clock.now()
    if isinstance(answer, Result):
        answer["errMsg"] = call.success
    if operation.present is not None:
        call.answer = answer
        answer = operation.present(answer)
    elif call.answer is None:
        call.answer = operation.keep(answer)
    if world.is_followed:
        _over(world, call)
    return answer


def _failed(world: World, call: Call, trouble: BaseException) -> BaseException:
    """What the caller gets to see of it."""
    error = trouble
    if isinstance(trouble, (Failure, Refusal, Thrown)):
        error = _word(trouble, call.operation, call)
        error.__cause__ = trouble.__cause__
    call.error = error
    call.answer = None
    call.ended = call.ended or world.clock.now()
    if world.is_followed:
        _over(world, call)
    return error


def _over(world: World, call: Call) -> None:
    """Whoever waits for a call's end learns of it."""
    if world.rules.follows_answers and call.ok:
        world.journal.keep_answered(call)
    if world.outbox.late:
        world.call_is_over(call)
    if world.checks.armed:
        world.checks.after(world, call)


def _work(world: World, asking: Asking, plan: Plan | None) -> Work:
    call = asking.call
    named = call.session.env_for(call.operation.service, asking.env)
    return Work(world, call, world.env_number(named, call.session.owner), plan)


def _struck(world: World, asking: Asking, prepared: Any, plan: Plan) -> Flow[Any]:
    """A call that something happens to: its plan, phase by phase."""
    call = asking.call
    operation = call.operation

    def arrive() -> Flow[Any]:
        work = _work(world, asking, plan)
        if operation.flow:
            course = operation.run(work, prepared)
        else:
            course = work.atomic(operation.run, prepared)
        answer = yield from _executed(call, followed(course))
        # What strikes the answer must not strike what is stored.
        return answer if operation.present is None else operation.present(answer)

    yield from plan.before(world.network, arrive)
    for _ in range(plan.executions - 1):
        # The answer to a request that is delivered again is seen by nobody, be it a failure.
        with suppress(Failure, Refusal, Thrown):
            yield from arrive()
    try:
        answer = yield from arrive()
    finally:
        world.network.passes(call)
    return (yield from plan.after(answer))


def _executed(call: Call, running: Flow[R]) -> Flow[R]:
    """Its work, which counts once it is done."""
    answer = yield from running
    call.executions += 1
    return answer


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

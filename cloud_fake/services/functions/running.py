"""Running a function, whoever asked: in an instance, within its time limit, its output noted."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from cloud_fake.errors import Failure, codes, texts
from cloud_fake.kernel.flow import Await, Flow, Pause
from cloud_fake.services.functions.context import Context
from cloud_fake.services.functions.deadline import Deadline
from cloud_fake.services.functions.instances import (
    Instance,
    give_back,
    recycle,
    start,
    take_warm,
)
from cloud_fake.services.functions.outcomes import failure_of, is_own, killed
from cloud_fake.services.functions.output import Output, awaited, captured

if TYPE_CHECKING:
    from cloud_fake.kernel.faults.fate import Fate
    from cloud_fake.kernel.timeline import Call
    from cloud_fake.kernel.work import Work
    from cloud_fake.services.functions.registry import CloudFunction
    from cloud_fake.values.kinds import Value

__all__ = ["run_function"]

#: How deep functions may call each other [ours: the platform ends with its quota of concurrency].
MAX_DEPTH = 20
#: What nearly every handler returns; asking whether it can be awaited costs more than all of this.
_PLAIN = frozenset({dict, list, str, int, float, bool, type(None)})


def run_function(
    work: Work, function: CloudFunction, event: dict[str, Value], request_id: str, source: str
) -> Flow[Any]:
    """Run a function's handler; what it returned, as it returned it.

    Args:
        work: the call that runs it.
        function: which.
        event: what the handler gets, already crossed.
        request_id: of this invocation.
        source: what `getWXContext().SOURCE` tells inside.

    Raises:
        Failure: -504002 it raised or could not be loaded, -504003 its time was over.
    """
    _refuse_circle(work.call)
    output = Output(work.world.timeline, work.call.depth + 1)
    fate = None if work.plan is None else work.plan.fate
    instance = _take_warm(work, function, fate)
    if instance is None:
        instance = yield from _start(work, function, output, _start_seconds(function, fate))
    deadline = Deadline(work.world.clock, function.timeout, fate)
    memory = instance.memory
    context = Context(work, function, request_id, source, memory, output, deadline.check)
    try:
        answer = yield from _run_handler(instance, event, context, output, deadline)
    except Failure as failure:
        # An error that the handler let out leaves the process as it is; an exit ends it.
        if isinstance(failure.__cause__, Exception):
            give_back(work.world, instance)
        raise
    give_back(work.world, instance)
    return answer


def _refuse_circle(call: Call) -> None:
    if call.depth < MAX_DEPTH:
        return
    names = [call.target]
    while call.inside is not None:
        call = call.inside
        names.append(call.target)
    raise Failure(codes.FUNCTIONS_EXECUTE_FAIL, texts.calls_too_deep(names[::-1], MAX_DEPTH))


def _take_warm(work: Work, function: CloudFunction, fate: Fate | None) -> Instance | None:
    key = (work.env, function.name)
    if fate is not None and fate.is_recycled:
        recycle(work.world, key)
    return take_warm(work.world, key, function)


def _start_seconds(function: CloudFunction, fate: Fate | None) -> float:
    if fate is None or fate.start_seconds is None:
        return function.cold_start
    return fate.start_seconds


def _start(work: Work, function: CloudFunction, output: Output, seconds: float) -> Flow[Instance]:
    """A cold start: it takes its time, and loads the function's code."""
    if seconds:
        work.world.timeline.note("cold start", function.name, work.call.depth + 1)
        yield Pause(seconds, work.call.name)
    try:
        with captured(output):
            return start(work.world, (work.env, function.name), function)
    except (Exception, SystemExit) as error:
        raise failure_of(error) from error


def _run_handler(
    instance: Instance, event: Any, context: Context, output: Output, deadline: Deadline
) -> Flow[Any]:
    try:
        with captured(output):
            answer = instance.handler(event, context)
        if type(answer) not in _PLAIN and inspect.isawaitable(answer):
            answer = yield Await(awaited(answer, output))
    except BaseException as error:
        if not is_own(error, deadline):
            raise
        if not deadline.passed:
            raise failure_of(error) from error
    finally:
        deadline.end()
    if deadline.passed:
        output.note("killed", f"{context.function_name}: {deadline.told}")
        raise killed(deadline)
    return answer

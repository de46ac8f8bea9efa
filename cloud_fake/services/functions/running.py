"""Running a function, whoever asked: in an instance, within its time limit, its output noted."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, NoReturn

from cloud_fake.errors import Failure, codes, texts
from cloud_fake.kernel.flow import Await, Course, Flow, Pause, followed
from cloud_fake.models.results import CallFunctionResult
from cloud_fake.services.functions.context import Context
from cloud_fake.services.functions.deadline import Deadline
from cloud_fake.services.functions.instances import (
    Instance,
    give_back,
    recycle,
    start,
    take_warm,
)
from cloud_fake.services.functions.outcomes import (
    crossed,
    failure_of,
    is_own,
    killed,
    read,
    refuse_long,
)
from cloud_fake.services.functions.output import Output, awaited, captured
from cloud_fake.services.functions.registry import find_function
from cloud_fake.values.keeping import packed

if TYPE_CHECKING:
    from datetime import datetime

    from cloud_fake.kernel.faults.fate import Fate
    from cloud_fake.kernel.timeline import Call
    from cloud_fake.kernel.work import Work
    from cloud_fake.models.dialect import Dialect
    from cloud_fake.values.kinds import Value

__all__ = ["Run"]

#: How deep functions may call each other [ours: the platform ends with its quota of concurrency].
MAX_DEPTH = 20
#: What nearly every handler returns; asking whether it can be awaited costs more than all of this.
_PLAIN = frozenset({dict, list, str, int, float, bool, type(None)})


class Run:
    """One run of a function.

    Attributes:
        work: the call that runs it.
        function: which.
        request_id: its own.
        source: what `getWXContext().SOURCE` tells inside.
        dialect: whose SDK reads what it returns.
        output: where its text goes.
        home: where the function's idle instances wait.
        instance: the process that it runs in, and
        deadline: when it has to be over, both once it runs.
    """

    __slots__ = (
        "deadline", "dialect", "fate", "function", "home", "instance", "output", "request_id",
        "source", "work",
    )  # fmt: skip

    home: list[Instance]
    instance: Instance
    deadline: Deadline

    def __init__(self, work: Work, name: str, source: str, dialect: Dialect) -> None:
        """Find the function.

        Raises:
            Failure: -501000, there is none of that name; -504002, it calls itself too often.
        """
        self.work = work
        self.function, self.request_id = find_function(work, name)
        self.source = source
        self.dialect = dialect
        depth = work.call.depth
        if depth >= MAX_DEPTH:
            _refuse_circle(work.call)
        self.output = Output(work.world.timeline, depth + 1)
        self.fate: Fate | None = None if work.plan is None else work.plan.fate

    def course(self, event: dict[str, Value]) -> Course[CallFunctionResult]:
        """What the handler returns, crossed back.

        Args:
            event: what the handler gets, already crossed.

        Raises:
            Failure: -504002 it raised or could not be loaded, or returned what cannot cross;
                -504003 its time was over.
        """
        # It begins when the call did, unless a fault has let time pass since.
        now = self.work.call.at if self.work.plan is None else self.work.world.clock.now()
        instance = self._take_warm(now)
        if instance is None:
            return self._start(event)
        self.instance = instance
        return self._handle(event, now)

    # --- the instance -----------------------------------------------------------------------------

    def _take_warm(self, now: datetime) -> Instance | None:
        work, function = self.work, self.function
        key = (work.env, function.name)
        if self.fate is not None and self.fate.is_recycled:
            recycle(work.world, key)
        # A recycled function has another one: into this nobody looks any more.
        self.home = home = work.world.instances.setdefault(key, [])
        return take_warm(home, function, now)

    def _start(self, event: dict[str, Value]) -> Flow[CallFunctionResult]:
        """A cold start: it takes its time, and loads the function's code."""
        work, function = self.work, self.function
        seconds = self._start_seconds
        if seconds:
            work.world.timeline.note("cold start", function.name, work.call.depth + 1)
            yield Pause(seconds, work.call.name)
        try:
            with captured(self.output):
                self.instance = start(work.world, function)
        except (Exception, SystemExit) as error:
            raise failure_of(error) from error
        return (yield from followed(self._handle(event, work.world.clock.now())))

    @property
    def _start_seconds(self) -> float:
        if self.fate is None or self.fate.start_seconds is None:
            return self.function.cold_start
        return self.fate.start_seconds

    # --- the handler ------------------------------------------------------------------------------

    def _handle(self, event: dict[str, Value], now: datetime) -> Course[CallFunctionResult]:
        self.deadline = Deadline(self.work.world.clock, now, self.function.timeout, self.fate)
        try:
            with captured(self.output):
                answer = self.instance.handler(event, Context(self))
        except BaseException as error:  # noqa: BLE001 - whose doing it is has to be asked
            self._refuse(error)
        if type(answer) not in _PLAIN and inspect.isawaitable(answer):
            return self._wait_for(answer)
        return self._answer(answer)

    def _wait_for(self, awaitable: Any) -> Flow[CallFunctionResult]:
        try:
            answer = yield Await(awaited(awaitable, self.output))
        except BaseException as error:  # noqa: BLE001 - as above
            self._refuse(error)
        return self._answer(answer)

    def _refuse(self, error: BaseException) -> NoReturn:
        """What the handler let out."""
        # Asked before its end, at which a fault may have its process die.
        in_time = not self.deadline.passed
        now = self.deadline.end()
        if not is_own(error, self.deadline):
            raise error
        if not in_time:
            self._kill()
        # An error leaves the process as it is; an exit ends it.
        if isinstance(error, Exception):
            give_back(self.home, self.instance, now)
        raise failure_of(error) from error

    def _answer(self, answer: Any) -> CallFunctionResult:
        self.work.ended = now = self.deadline.end()
        if self.deadline.passed:
            self._kill()
        give_back(self.home, self.instance, now)
        value = crossed(answer)
        result = CallFunctionResult(result=read(self.dialect, value), requestID=self.request_id)
        self.work.kept = kept = packed(result)
        refuse_long(value, kept)
        return result

    def _kill(self) -> NoReturn:
        self.output.note("killed", f"{self.function.name}: {self.deadline.told}")
        raise killed(self.deadline)


def _refuse_circle(call: Call) -> NoReturn:
    names = [call.target]
    while call.inside is not None:
        call = call.inside
        names.append(call.target)
    raise Failure(codes.FUNCTIONS_EXECUTE_FAIL, texts.calls_too_deep(names[::-1], MAX_DEPTH))

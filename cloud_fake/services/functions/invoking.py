"""`callFunction`: the event crosses as JSON, the handler runs, its result crosses back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from cloud_fake.errors import Refusal, texts
from cloud_fake.kernel.operation import Asking, Operation
from cloud_fake.models.parameters import CallFunctionParameters
from cloud_fake.services.functions.context import user_info
from cloud_fake.services.functions.marked import NOTHING, put_back, take_out
from cloud_fake.services.functions.running import Run
from cloud_fake.services.sending import unsendable
from cloud_fake.services.wording import word_remote
from cloud_fake.values.crossing import CannotCross, cross, longer_than
from cloud_fake.values.keeping import packed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloud_fake.kernel.flow import Course
    from cloud_fake.kernel.work import Work
    from cloud_fake.models.results import CallFunctionResult
    from cloud_fake.services.functions.marked import Marked
    from cloud_fake.values.kinds import Value

__all__ = ["CALL_FUNCTION"]

#: Characters of JSON that the client lets out.
MAX_DATA = 5 * 1024 * 1024

_PARAMETER = -401002


class Invocation(NamedTuple):
    """A call of a function, its event already crossed."""

    name: str
    event: dict[str, Value]
    marked: Marked


def prepare(asking: Asking) -> Invocation:
    """The SDK's part: the data becomes JSON text."""
    name, given, is_all = _asked(asking)
    try:
        data, marked = _take_out(asking, given)
        event = cross(data)
    except (CannotCross, RecursionError) as trouble:
        asking.keep()
        raise unsendable(trouble) from None
    # Whatever else there is has not crossed, and may be within itself.
    most = asking.pack() if is_all else None
    if (most is None or most > MAX_DATA) and longer_than(event, MAX_DATA):
        raise Refusal(_PARAMETER, texts.too_big("callFunction data", MAX_DATA // 1024))
    return Invocation(name, event, marked)


def _asked(asking: Asking) -> tuple[str, Mapping[str, Any], bool]:
    """Which function, with what, and whether that is all there is: then it needs no model."""
    options = asking.options
    if type(options) is dict and len(options) == 2:
        name, data = options.get("name"), options.get("data")
        if type(name) is str and type(data) is dict:
            return name, data, True
    parameters = asking.parse(CallFunctionParameters)
    return parameters.name, parameters.data or {}, False


def _take_out(asking: Asking, data: Mapping[str, Any]) -> tuple[Mapping[str, Any], Marked]:
    # The server SDK knows no such values.
    return take_out(data) if asking.session.dialect.is_client else (data, NOTHING)


def call_function(work: Work, invocation: Invocation) -> Course[CallFunctionResult]:
    """The backend's part: find the function, run it, bring its result back."""
    session = work.session
    source = session.source if session.inside is None else f"{session.source},scf"
    return Run(work, invocation.name, source, session.dialect).course(_event(work, invocation))


def _event(work: Work, invocation: Invocation) -> dict[str, Value]:
    """What the handler gets, which may keep it."""
    event = invocation.event
    if work.plan is not None:
        event = cross(event)  # the call may be executed twice
    if invocation.marked is not NOTHING:
        work.atomic(put_back, event, invocation.marked)
    info = user_info(work.session)
    if info:
        event.update(info)
    return event


CALL_FUNCTION = Operation(
    "function.{target}",
    "callFunction",
    call_function,
    prepare,
    flow=True,
    service="functions",
    about="name",
    word=word_remote,
    keep=packed,
    throws_without_options=True,
)

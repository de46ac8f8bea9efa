"""`callFunction`: the event crosses as JSON, the handler runs, its result crosses back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

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


#: Which function, with which event, already crossed, and what was marked in it.
Invocation: TypeAlias = "tuple[str, dict[str, Value], Marked]"


def prepare(asking: Asking) -> Invocation:
    """The SDK's part: the data becomes JSON text."""
    name, given, is_all = _asked(asking)
    try:
        # The server SDK knows no such values.
        is_client = asking.session.dialect.is_client
        data, marked = take_out(given) if is_client else (given, NOTHING)
        event = cross(data)
    except (CannotCross, RecursionError) as trouble:
        asking.keep()
        raise unsendable(trouble) from None
    # Whatever else there is has not crossed, and may be within itself.
    most = asking.pack() if is_all else None
    if (most is None or most > MAX_DATA) and longer_than(event, MAX_DATA):
        raise Refusal(_PARAMETER, texts.too_big("callFunction data", MAX_DATA // 1024))
    return name, event, marked


def _asked(asking: Asking) -> tuple[str, Mapping[str, Any], bool]:
    """Which function, with what, and whether that is all there is: then it needs no model."""
    options = asking.options
    if type(options) is dict and len(options) == 2:
        name, data = options.get("name"), options.get("data")
        if type(name) is str and type(data) is dict:
            return name, data, True
    parameters = asking.parse(CallFunctionParameters)
    return parameters.name, parameters.data or {}, False


def call_function(work: Work, invocation: Invocation) -> Course[CallFunctionResult]:
    """The backend's part: find the function, run it, bring its result back."""
    name, event, marked = invocation
    session = work.session
    source = session.source if session.inside is None else f"{session.source},scf"
    return Run(work, name, source, session.dialect).course(_event(work, event, marked))


def _event(work: Work, event: dict[str, Value], marked: Marked) -> dict[str, Value]:
    """What the handler gets, which may keep it."""
    if work.plan is not None:
        event = cross(event)  # the call may be executed twice
    if marked is not NOTHING:
        work.atomic(put_back, event, marked)
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

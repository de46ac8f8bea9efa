"""What came of a handler: its result crosses back as JSON, its failure becomes a text."""

from __future__ import annotations

import json
import traceback
from typing import TYPE_CHECKING, Any, NoReturn

from cloud_fake.errors import CloudError, Failure, codes, describe, texts
from cloud_fake.services.functions.deadline import Deadline, Killed
from cloud_fake.values.crossing import (
    CannotCross,
    cross,
    is_undefined,
    longer_than,
    revive_buffers,
)
from cloud_fake.values.keeping import Packed

if TYPE_CHECKING:
    from types import FrameType

    from cloud_fake.kernel.faults.fate import Death
    from cloud_fake.models.dialect import Dialect
    from cloud_fake.values.kinds import Value

__all__ = ["Ended", "Reported", "crossed", "failure_of", "is_own", "killed", "read", "refuse_long"]

#: Characters of JSON that a function may answer.
MAX_RESULT = 1024 * 1024


# --- failures ------------------------------------------------------------------------------------


class Reported(Exception):  # noqa: N818 - an outcome
    """A handler in a process of its own has failed; the failure is worded already."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.text)
        self.failure = failure


class Ended(SystemExit):
    """That process has ended as well, and nothing in it will be remembered."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.text)
        self.failure = failure


def is_own(error: BaseException, deadline: Deadline) -> bool:
    """Whether a handler failed by this; an interrupt or a cancellation is not its own doing."""
    if isinstance(error, BaseExceptionGroup):
        return all(is_own(inner, deadline) for inner in error.exceptions)
    if isinstance(error, Killed):
        return error.deadline is deadline
    return isinstance(error, (Exception, SystemExit))


def killed(deadline: Deadline) -> Failure:
    """What the backend says of a handler that ran too long, or whose process died."""
    text = _DEATHS.get(deadline.death)
    if text is not None:
        return Failure(codes.FUNCTIONS_EXECUTE_FAIL, text)
    text = texts.function_timed_out(deadline.limit)
    return Failure(codes.FUNCTIONS_TIME_LIMIT_EXCEEDED, text)


_DEATHS: dict[Death | None, str] = {
    "crash": texts.PROCESS_EXITED,
    "memory": texts.OUT_OF_MEMORY,
}


def failure_of(error: BaseException) -> Failure:
    """What the backend says of a handler that raised."""
    if isinstance(error, (Reported, Ended)):
        return error.failure
    return Failure(codes.FUNCTIONS_EXECUTE_FAIL, _stack_text(error))


def _stack_text(error: BaseException) -> str:
    """The error and its Python stack, in the place and the manner of the JavaScript one."""
    lines = [
        f"    at {frame.f_code.co_name} ({frame.f_code.co_filename}:{line})"
        for frame, line in traceback.walk_tb(error.__traceback__)
        if not _is_machinery(frame)
    ]
    return "\n".join([_first_line(error), *reversed(lines)])


def _first_line(error: BaseException) -> str:
    if isinstance(error, CloudError):
        return str(error)
    name, text = type(error).__name__, _text(error)
    return f"{name}: {text}" if text else name


def _text(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001 - what has no words is told without
        return ""


#: What calls a handler and what it calls: the fake's own floors, and the loop of an async one.
_MACHINERY = (
    "asyncio.",
    "cloud_fake.face.",
    "cloud_fake.kernel.",
    "cloud_fake.models.",
    "cloud_fake.services.",
    "cloud_fake.values.",
    "concurrent.futures.",
    "importlib.",
)


def _is_machinery(frame: FrameType) -> bool:
    return str(frame.f_globals.get("__name__")).startswith(_MACHINERY)


# --- results -------------------------------------------------------------------------------------


def crossed(answer: Any) -> Value:
    """What the handler returned, after a trip through JSON.

    Raises:
        Failure: it cannot cross.
    """
    try:
        return None if is_undefined(answer) else cross(answer)
    except CannotCross as misfit:
        _refuse(str(misfit), misfit)
    except RecursionError as error:
        _refuse(texts.CIRCULAR_JSON, error)


def refuse_long(value: Value, kept: object) -> None:
    """Refuse what is too large for an answer.

    Args:
        value: what has crossed.
        kept: the same as it is read, which the timeline keeps: of bytes it is known how long their
            text is at most, but not how long a text was that has been parsed.

    Raises:
        Failure: it is.
    """
    if type(kept) is Packed and type(value) is not str and kept.most <= MAX_RESULT:
        return
    if longer_than(value, MAX_RESULT):
        raise Failure(codes.RESULT_TOO_LARGE, describe(codes.RESULT_TOO_LARGE.client))


def read(dialect: Dialect, value: Value) -> Value:
    """What the caller's SDK makes of what has crossed."""
    if dialect.is_client:
        return revive_buffers(value)
    # The server SDK parses it twice, so a text that is JSON arrives as what it says.
    return _parsed_again(value) if dialect.is_server and type(value) is str else value


def _refuse(text: str, error: Exception) -> NoReturn:
    raise Failure(codes.FUNCTIONS_EXECUTE_FAIL, f"TypeError: {text}") from error


def _parsed_again(text: str) -> Value:
    try:
        return json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return text


def _no_constant(name: str) -> NoReturn:
    """Python reads `NaN` and `Infinity`; JavaScript's parser does not."""
    raise ValueError(name)

"""A call to the cloud, declared once: which operation, with which arguments, answering what.

```
@terminal("database.writing:ADD")
def add(self, *, data: Mapping[str, Any]) -> AddResult:
    \"\"\"Insert one record.\"\"\"
```

The declaration has no body: the operation is its body, and the gate runs it. It is named by its
place in the catalogue, and its service is loaded with the first call. From the one
declaration a face gets its call in three forms, typed, blocking or awaitable by the face's mode:

* keywords `c.add(data={...})`; a keyword the declaration does not have is a TypeError
* the JavaScript object `c.add({"data": {...}})`; unknown keys are ignored, as there
* callbacks: with `success`, `fail` or `complete` among the options the call answers None (a task,
  for a transfer), raises nothing, and swallows what the callbacks throw
"""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable, Coroutine, Mapping
from functools import cached_property
from types import MethodType
from typing import (
    TYPE_CHECKING,
    Any,
    Concatenate,
    Generic,
    ParamSpec,
    Protocol,
    TypeVar,
    overload,
)

from cloud_fake.errors import CloudError, Refusal, texts
from cloud_fake.face.keywords import unknown_keyword
from cloud_fake.kernel.flow import Flow, drive, run_async
from cloud_fake.kernel.gate import ask, pass_gate
from cloud_fake.models.tasks import TransferTask
from cloud_fake.services.catalogue import operation_at
from cloud_fake.values.kinds import MISSING, js_type

if TYPE_CHECKING:
    from cloud_fake.face.modes import Async, Face, Sync
    from cloud_fake.kernel.operation import Operation
    from cloud_fake.models.dialect import Dialect

__all__ = ["AsyncCall", "SyncCall", "Terminal", "terminal", "transfer"]

P = ParamSpec("P")
R = TypeVar("R")
#: What the callback form answers: None, or the task of a transfer.
T = TypeVar("T")
R_co = TypeVar("R_co", covariant=True)
T_co = TypeVar("T_co", covariant=True)

CALLBACKS = ("success", "fail", "complete")

Callback = Callable[[Any], object]
Fail = Callable[[CloudError], object]


class SyncCall(Protocol[P, R_co, T_co]):
    """A call on a blocking face."""

    @overload
    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R_co: ...
    @overload
    def __call__(self, options: Mapping[str, Any], /) -> R_co: ...
    @overload
    def __call__(
        self, *, success: Callback, fail: Fail = ..., complete: Callback = ..., **options: Any
    ) -> T_co: ...
    @overload
    def __call__(self, *, fail: Fail, complete: Callback = ..., **options: Any) -> T_co: ...
    @overload
    def __call__(self, *, complete: Callback, **options: Any) -> T_co: ...


class AsyncCall(Protocol[P, R_co, T_co]):
    """A call on an awaitable face."""

    @overload
    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Coroutine[Any, Any, R_co]: ...
    @overload
    def __call__(self, options: Mapping[str, Any], /) -> Coroutine[Any, Any, R_co]: ...
    @overload
    def __call__(
        self, *, success: Callback, fail: Fail = ..., complete: Callback = ..., **options: Any
    ) -> Coroutine[Any, Any, T_co]: ...
    @overload
    def __call__(
        self, *, fail: Fail, complete: Callback = ..., **options: Any
    ) -> Coroutine[Any, Any, T_co]: ...
    @overload
    def __call__(self, *, complete: Callback, **options: Any) -> Coroutine[Any, Any, T_co]: ...


class Terminal(Generic[P, R, T]):
    """The descriptor that makes a declaration callable on a face."""

    def __init__(self, place: str, declaration: Callable[..., Any]) -> None:
        self.place = place
        self.__name__ = declaration.__name__
        self.__doc__ = declaration.__doc__
        self.__wrapped__ = declaration

    @cached_property
    def operation(self) -> Operation:
        """What is asked."""
        return operation_at(self.place)

    @cached_property
    def keywords(self) -> frozenset[str]:
        """The options that the declaration names."""
        return frozenset(list(inspect.signature(self.__wrapped__).parameters)[1:])

    @overload
    def __get__(self, face: None, owner: type) -> Terminal[P, R, T]: ...
    @overload
    def __get__(self, face: Face[Sync], owner: type) -> SyncCall[P, R, T]: ...
    @overload
    def __get__(self, face: Face[Async], owner: type) -> AsyncCall[P, R, T]: ...
    def __get__(self, face: Any, owner: type) -> Any:
        """The call on this face."""
        return self if face is None else MethodType(self, face)

    def __call__(self, face: Any, /, *positional: Any, **keywords: Any) -> Any:
        """Make the call on a face."""
        session = face._session  # noqa: SLF001 - a terminal is the face's own part
        # Thrown at once, also where other failures would be rejected or told to `fail`.
        session.require_init()
        options = _options(self, positional, keywords, session.dialect)
        if session.dialect.callbacks and _wants_callbacks(options):
            return self._call_back(face, options)
        if face._awaited:  # noqa: SLF001
            return run_async(self.flow(face, options), face._world.clock.sleep)  # noqa: SLF001
        return self.ask(face, options)

    def ask(self, face: Any, options: object) -> Any:
        """The answer to the call on a blocking face; its options are one object."""
        return ask(face._world, self.operation, face._session, options, face._selection)  # noqa: SLF001

    def flow(self, face: Any, options: object, task: TransferTask | None = None) -> Flow[Any]:
        """The same to be driven, for an awaitable face and for callbacks."""
        world, session, selection = face._world, face._session, face._selection  # noqa: SLF001
        return pass_gate(world, self.operation, session, options, selection, task)

    def _call_back(self, face: Any, options: Mapping[str, Any]) -> Any:
        told = {name: options.get(name) for name in CALLBACKS}
        asked = {key: value for key, value in options.items() if key not in CALLBACKS}
        task = TransferTask() if self.operation.transfers else None
        running = _drive(face, _telling(self.flow(face, asked, task), told))
        if not face._awaited:  # noqa: SLF001
            return task
        return running if task is None else AwaitableTask(task, running)


def _drive(face: Any, flow: Flow[Any]) -> Any:
    return drive(flow, face._world.clock, awaited=face._awaited)  # noqa: SLF001


class AwaitableTask(TransferTask):
    """The task of a transfer on an awaitable face: it starts when it is awaited."""

    def __init__(self, task: TransferTask, running: Coroutine[Any, Any, None]) -> None:
        super().__init__()
        self._task = task
        self._running = running

    def onProgressUpdate(self, callback: Callback) -> None:
        """Be told of the progress; a second handler replaces the first."""
        self._task.onProgressUpdate(callback)

    def abort(self) -> None:
        """Stop the transfer."""
        self._task.abort()

    def __await__(self) -> Any:
        return self._running.__await__()


def _wants_callbacks(options: object) -> bool:
    if options is MISSING or not isinstance(options, (dict, Mapping)):
        return False
    return not _CALLBACKS.isdisjoint(options) and any(map(options.get, CALLBACKS))


_CALLBACKS = frozenset(CALLBACKS)


def _telling(flow: Flow[Any], told: Mapping[str, Any]) -> Flow[None]:
    """The callback form: `success` or `fail`, then `complete`, with the same object."""
    try:
        answer = yield from flow
    except CloudError as error:
        _tell(told["fail"], error)
        _tell(told["complete"], error)
    else:
        _tell(told["success"], answer)
        _tell(told["complete"], answer)


def _tell(callback: Any, value: object) -> None:
    if not callable(callback):
        return
    # The platform swallows what callbacks throw.
    with contextlib.suppress(Exception):
        callback(value)


# --- options -------------------------------------------------------------------------------------


def _options(
    terminal_: Terminal[Any, Any, Any],
    positional: tuple[Any, ...],
    keywords: Mapping[str, Any],
    dialect: Dialect,
) -> Any:
    """The options object of a call, from whichever form; MISSING if there is none.

    Raises:
        TypeError: a keyword that the call does not have, or both forms at once.
        CloudError: the object is none, for those calls that throw it at once.
    """
    if not positional:
        if keywords:
            if not terminal_.keywords.issuperset(keywords):
                _check_keywords(terminal_, keywords)
            return keywords
        if _throws(terminal_, dialect):
            raise dialect.refuse(_not_an_object(MISSING))
        return MISSING
    if len(positional) > 1 or keywords:
        raise TypeError(f"{terminal_.__name__}() takes one options object, or keywords")
    (options,) = positional
    if isinstance(options, Mapping):
        return options
    if _throws(terminal_, dialect):
        raise dialect.refuse(_not_an_object(options))
    # No object at all: the SDK says so once it looks at it.
    return options


def _throws(terminal_: Terminal[Any, Any, Any], dialect: Dialect) -> bool:
    """Whether the call looks for its options before it begins; the server SDK's all begin."""
    return terminal_.operation.throws_without_options and dialect.is_client


def _not_an_object(value: object) -> Refusal:
    return Refusal(-401003, texts.not_an_object(js_type(value)))


def _check_keywords(terminal_: Terminal[Any, Any, Any], keywords: Mapping[str, Any]) -> None:
    known = [*sorted(terminal_.keywords), *CALLBACKS]
    for keyword in keywords:
        if keyword not in known:
            raise unknown_keyword(terminal_.__name__, keyword, known)


# --- declaring -----------------------------------------------------------------------------------


def terminal(
    place: str,
) -> Callable[[Callable[Concatenate[Any, P], R]], Terminal[P, R, None]]:
    """Declare a call; its body is the operation at that place."""

    def declare(declaration: Callable[Concatenate[Any, P], R]) -> Terminal[P, R, None]:
        return Terminal(place, declaration)

    return declare


def transfer(
    place: str,
) -> Callable[[Callable[Concatenate[Any, P], R]], Terminal[P, R, TransferTask]]:
    """Declare a call that moves a file: its callback form answers a task."""

    def declare(declaration: Callable[Concatenate[Any, P], R]) -> Terminal[P, R, TransferTask]:
        return Terminal(place, declaration)

    return declare

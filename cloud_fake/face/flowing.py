"""A method of a face that is written as a flow: for calls made of several calls.

A `terminal` is one operation. A few calls are more: `runTransaction` begins, runs the app's own
code, commits, and begins again. Such a method is a generator that yields from the gate, and this
descriptor drives it in the face's mode.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, TypeVar, overload

from cloud_fake.kernel.flow import Flow, drive

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from cloud_fake.face.modes import Async, Face, Sync

__all__ = ["flowing"]

P = ParamSpec("P")
R = TypeVar("R")


class flowing(Generic[P, R]):  # noqa: N801 - a decorator
    """Make a generator method a call: blocking on a blocking face, awaitable on the other."""

    def __init__(self, method: Callable[Concatenate[Any, P], Flow[R]]) -> None:
        self._method = method
        self.__name__ = method.__name__
        self.__doc__ = method.__doc__

    @overload
    def __get__(self, face: None, owner: type) -> flowing[P, R]: ...
    @overload
    def __get__(self, face: Face[Sync], owner: type) -> Callable[P, R]: ...
    @overload
    def __get__(self, face: Face[Async], owner: type) -> Callable[P, Coroutine[Any, Any, R]]: ...
    def __get__(self, face: Any, owner: type) -> Any:
        """The call on this face."""
        if face is None:
            return self

        @functools.wraps(self._method)
        def call(*args: P.args, **kwargs: P.kwargs) -> Any:
            flow = self._method(face, *args, **kwargs)
            return drive(flow, face._world.clock, awaited=face._awaited)  # noqa: SLF001

        return call

"""Kernel: what higher floors put into a world, and the parts that most worlds do without."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, NamedTuple, Self, TypeVar, overload

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cloud_fake.kernel.session import Session
    from cloud_fake.kernel.world import World

__all__ = ["Fittings", "Part"]

T = TypeVar("T")


class Fittings(NamedTuple):
    """What a world needs of higher floors, of which the kernel must not know; no world's own.

    Attributes:
        vocabulary: the canonical names of the operations.
        targets: of a world, the collections, functions or timers that there are, by service.
        server_sdk: makes a handler's SDK.
        device: makes the place where downloads land.
        scripts: makes the runner of JavaScript functions.
    """

    vocabulary: Callable[[], Iterable[str]]
    targets: Callable[[World, str], Iterable[str]]
    server_sdk: Callable[[World, Session], Any]
    device: Callable[[], Any]
    scripts: Callable[[World], Any]


class Part(Generic[T]):
    """A part of a world, made when it is first asked for; of several threads one makes it.

    A decorator like `functools.cached_property`, but under the world's lock: that one has a lock of
    its own in Python 3.11, and none from 3.12 on.
    """

    def __init__(self, make: Callable[[Any], T]) -> None:
        self._make = make
        self._name = make.__name__
        self.__doc__ = make.__doc__

    @overload
    def __get__(self, world: None, owner: type) -> Self: ...
    @overload
    def __get__(self, world: World, owner: type) -> T: ...
    def __get__(self, world: World | None, owner: type) -> Self | T:
        """The part, found among the world's attributes from now on."""
        if world is None:
            return self
        with world.lock:
            if not world.has(self._name):
                setattr(world, self._name, self._make(world))
                world.parts |= {self._name}
        made: T = getattr(world, self._name)
        return made

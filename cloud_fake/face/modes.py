"""The two modes of a face, as types: `Client[Sync]` blocks, `Client[Async]` is awaited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from cloud_fake.kernel.session import Session
    from cloud_fake.kernel.world import World

__all__ = ["Async", "Face", "Mode", "ModeT", "Sync"]


class Mode:
    """How a call is driven."""


class Sync(Mode):
    """A call runs at once and returns its answer."""


class Async(Mode):
    """A call returns a coroutine."""


ModeT = TypeVar("ModeT", bound=Mode)


class Face(Generic[ModeT]):
    """Something with calls on it: the SDK itself, a collection, a query, a document reference."""

    _world: World
    _session: Session
    #: Whether calls are awaited; what `ModeT` says to type checkers, for the interpreter.
    _awaited: bool
    #: Which records its calls are about, if they are about any: a `Selection`.
    _selection: Any = None

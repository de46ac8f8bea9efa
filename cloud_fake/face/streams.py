"""A streamed answer to its reader: plain iterators on one face, asynchronous on the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from cloud_fake.face.modes import Async, ModeT, Sync
from cloud_fake.kernel.flow import run_async, run_blocking

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from cloud_fake.kernel.flow import Flow
    from cloud_fake.kernel.world import World
    from cloud_fake.models.results import Result
    from cloud_fake.services.ai.streaming import Answering, Step

__all__ = ["Stream", "StreamResult", "Streams"]

T = TypeVar("T")


class Streams(Generic[ModeT]):
    """A streamed answer; each stream reads it from the beginning."""

    def __init__(self, world: World, answer: Answering, *, awaited: bool) -> None:
        self._world = world
        self._answer = answer
        self._awaited = awaited

    @property
    def textStream(self) -> Stream[ModeT, str]:
        """The text, piece by piece."""
        return self._read(lambda step: step.text)

    def _read(self, take: Callable[[Step], T]) -> Stream[ModeT, T]:
        return Stream(self._world, self._answer, take, awaited=self._awaited)


class StreamResult(Streams[ModeT]):
    """What `streamText` and `sendMessage` of the client answer."""

    @property
    def eventStream(self) -> Stream[ModeT, Result]:
        """The events: `{event, id, data, json}`; the last one's `data` is `[DONE]`."""
        return self._read(lambda step: step.event)

    def abort(self) -> None:
        """Stop it."""
        self._answer.abort()


class Stream(Generic[ModeT, T]):
    """An iterator on a blocking face, an asynchronous one on the other."""

    def __init__(
        self, world: World, answer: Answering, take: Callable[[Step], T], *, awaited: bool
    ) -> None:
        self._world = world
        self._answer = answer
        self._take = take
        self._awaited = awaited
        self._seen = 0

    def __iter__(self: Stream[Sync, T]) -> Iterator[T]:
        if self._awaited:
            raise TypeError("this stream is awaited: `async for`")
        return self

    def __next__(self: Stream[Sync, T]) -> T:
        found = run_blocking(self._next(), self._world.clock.wait)
        if not found:
            raise StopIteration
        return found[0]

    def __aiter__(self: Stream[Async, T]) -> AsyncIterator[T]:
        if not self._awaited:
            raise TypeError("this stream is not awaited: plain `for`")
        return self

    async def __anext__(self: Stream[Async, T]) -> T:
        found = await run_async(self._next(), self._world.clock.sleep)
        if not found:
            raise StopAsyncIteration
        return found[0]

    def _next(self) -> Flow[tuple[T, ...]]:
        """The next item, alone; nothing at the end. A step may have none for this stream."""
        answer = self._answer
        while True:
            while self._seen < len(answer.steps):
                item = self._take(answer.steps[self._seen])
                self._seen += 1
                if item:
                    return (item,)
            if answer.ended:
                return ()
            yield from answer.read()

"""`watch()` and what it answers: a watcher, on the awaitable face also a stream of snapshots."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, Never, Self, overload

from cloud_fake.errors import CloudError, Refusal
from cloud_fake.face.db.selected import Selected
from cloud_fake.face.keywords import unknown_keyword
from cloud_fake.face.modes import Async, ModeT
from cloud_fake.kernel.bells import Bells
from cloud_fake.kernel.flow import run_blocking
from cloud_fake.kernel.gate import pass_gate
from cloud_fake.services.catalogue import operation_at
from cloud_fake.values.kinds import MISSING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator, Mapping

    from cloud_fake.models.results import Snapshot
    from cloud_fake.services.realtime.listener import Handlers, Listener, OnChange, OnError

__all__ = ["AsyncWatcher", "SnapshotStream", "Watchable", "Watcher"]


class Watcher:
    """A watch that goes on until `close()`, or until `onError` was told."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener

    @property
    def onChange(self) -> OnChange:
        """Told of every change."""
        return self._listener.handlers.onChange

    @property
    def onError(self) -> OnError:
        """Told once, if the watch ends by itself."""
        return self._listener.handlers.onError

    def close(self) -> Awaitable[None] | None:
        """Watch no more; closing twice does nothing."""
        self._listener.close()
        return None

    def __repr__(self) -> str:
        state = "open" if self._listener.is_open else "closed"
        return f"<{type(self).__name__} of {self._listener.about}, {state}>"


class AsyncWatcher(Watcher):
    """The same on the awaitable face, where `close()` may be awaited and need not be."""

    def close(self) -> Awaitable[None]:
        """Watch no more; it is done when the call returns, awaited or not."""
        super().close()
        return _Done()


class _Done:
    """A promise that is kept already."""

    def __await__(self) -> Generator[Any, None, None]:
        yield from ()


class SnapshotStream(AsyncWatcher):
    """A watch to iterate over: `async for snapshot in todos.watch(): ...`.

    It ends when the watch is closed or the cloud is restored, and raises what `onError` would have
    been told. Snapshots wait until they are asked for.
    """

    def __init__(self, listener: Listener, inbox: Inbox) -> None:
        super().__init__(listener)
        self._inbox = inbox

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Snapshot:
        inbox = self._inbox
        while not inbox.news and not inbox.is_over:
            await inbox.wait()
        if not inbox.news:
            raise StopAsyncIteration
        news = inbox.news.popleft()
        if isinstance(news, CloudError):
            raise news
        return news

    def aclose(self) -> Awaitable[None]:
        """`close()`, under the name that `contextlib.aclosing` wants."""
        return self.close()


class Inbox:
    """Where snapshots wait for an event loop, whichever thread they come from."""

    def __init__(self) -> None:
        self.news: deque[Snapshot | CloudError] = deque()
        self.is_over = False
        self._bells = Bells()

    def put(self, snapshot: Snapshot) -> None:
        """One more to be read."""
        self.news.append(snapshot)
        self._bells.ring()

    def put_last(self, error: CloudError) -> None:
        """An error, to be read after what is there."""
        self.news.append(error)
        self.is_over = True
        self._bells.ring()

    def close(self) -> None:
        """Nothing more is to be read, nor what is there."""
        self.is_over = True
        self.news.clear()
        self._bells.ring()

    async def wait(self) -> None:
        """Until there is something to look at."""
        await self._bells.wait(lambda: bool(self.news) or self.is_over)


class Watchable(Selected[ModeT]):
    """Records that can be watched: a collection, a query, one record."""

    @overload
    def watch(self: Watchable[Async], /) -> SnapshotStream: ...
    @overload
    def watch(self: Watchable[Async], options: Mapping[str, Any], /) -> AsyncWatcher: ...
    @overload
    def watch(
        self: Watchable[Async], /, *, onChange: OnChange, onError: OnError
    ) -> AsyncWatcher: ...
    @overload
    def watch(self, options: Mapping[str, Any], /) -> Watcher: ...
    @overload
    def watch(self, /, *, onChange: OnChange, onError: OnError) -> Watcher: ...
    def watch(
        self,
        options: object = MISSING,
        /,
        *,
        onChange: object = MISSING,
        onError: object = MISSING,
        **unknown: Never,
    ) -> Watcher:
        """Hear of every change in the result, from now on; it is never awaited.

        `where`, `orderBy` and `limit` count, `skip` and `field` do not; without `limit` it is all
        records, at most 5000. The order, by `_id` descending unless said otherwise, is that of the
        first snapshot: what enters later is appended.

        Args:
            options: the handlers as one object, as in JavaScript.
            onChange: told of a `Snapshot`: first of what is there (`type` is "init"), then of every
                write that concerns the result, before the writing call returns. What it raises is
                swallowed, and noted on the timeline.
            onError: told once, if the watch cannot begin or go on; then the watch is over.
            unknown: nothing; a keyword that is none of these is a TypeError.

        Returns:
            A watcher with `close()`. On the awaitable face, called without any handlers, one to
            iterate over: `async for snapshot in todos.watch(): ...`.

        Raises:
            CloudError: -401003, a handler is missing or no function.
            AttributeError: wx-server-sdk has no `watch`.
        """
        from cloud_fake.services.realtime.listener import handlers_of

        session = self._session
        if session.dialect.is_server:
            raise AttributeError("wx-server-sdk has no watch()")
        session.require_init()
        if unknown:
            raise unknown_keyword("watch", min(unknown), ("onChange", "onError"))
        asked = _one_object(options, onChange=onChange, onError=onError)
        if asked is MISSING and self._awaited:
            return self._stream()
        try:
            listener = self._listen(handlers_of(asked))
        except Refusal as refusal:
            raise session.dialect.refuse(refusal) from None
        return AsyncWatcher(listener) if self._awaited else Watcher(listener)

    def _stream(self) -> SnapshotStream:
        from cloud_fake.services.realtime.listener import Handlers

        inbox = Inbox()
        listener = self._listen(Handlers(inbox.put, inbox.put_last), on_end=inbox.close)
        return SnapshotStream(listener, inbox)

    def _listen(self, handlers: Handlers, on_end: Callable[[], object] | None = None) -> Listener:
        from cloud_fake.services.realtime.listener import Listener

        world, begin = self._world, operation_at("realtime.opening:WATCH")
        about = f"{self._selection.collection} for {self._session.caller}"
        listener = Listener(world, about, handlers, on_end)
        flow = pass_gate(world, begin, self._session, listener, self._selection)
        try:
            run_blocking(flow, world.clock.wait)
        except CloudError as error:
            listener.fail(error)
            world.deliver()
        return listener


def _one_object(options: object, **handlers: object) -> object:
    """The options as one object, from whichever form; MISSING where nothing was given.

    Raises:
        TypeError: both forms at once.
    """
    given = {name: handler for name, handler in handlers.items() if handler is not MISSING}
    if given and options is not MISSING:
        raise TypeError("watch() takes one options object, or keywords")
    return given or options

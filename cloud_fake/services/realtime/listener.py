"""Realtime: the client's part of a watch: what it knows of the records, and whom it tells."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

from cloud_fake.errors import CloudError, NotSupportedByFake, Refusal, sdk_error, texts
from cloud_fake.kernel.rendering import render_value
from cloud_fake.models.results import DocChange, Snapshot
from cloud_fake.query.differences import updated_fields
from cloud_fake.services.realtime.connection import Connection
from cloud_fake.services.realtime.differences import differences
from cloud_fake.state import ABSENT
from cloud_fake.values.handout import hand_out
from cloud_fake.values.kinds import MISSING, Document, js_type

if TYPE_CHECKING:
    from cloud_fake.kernel.timeline import Call
    from cloud_fake.kernel.world import World
    from cloud_fake.services.realtime.windows import Move
    from cloud_fake.state.draft import Key

__all__ = ["Handlers", "Listener", "OnChange", "OnError", "handlers_of"]

OnChange: TypeAlias = Callable[[Snapshot], object]
OnError: TypeAlias = Callable[[CloudError], object]

#: "Realtime listener websocket connection closed".
_CLOSED = -402009

#: Changes that a note on the timeline names one by one.
_NAMED = 3


class Handlers(NamedTuple):
    """The app's two functions."""

    onChange: OnChange  # noqa: N815 - the platform's names
    onError: OnError  # noqa: N815


def handlers_of(options: object) -> Handlers:
    """The functions in the options of `watch`; both must be there.

    Raises:
        Refusal: -401003, one sentence for each that is missing or no function.
        NotSupportedByFake: one is a coroutine function, which nobody here would await.
    """
    if not isinstance(options, Mapping):
        raise Refusal(-401003, texts.wrong_structure(js_type(options)))
    given = {name: options.get(name, MISSING) for name in Handlers._fields}
    trouble = [
        texts.wrong_type(name, "function", js_type(handler))
        for name, handler in given.items()
        if not callable(handler)
    ]
    if trouble:
        raise Refusal(-401003, "".join(trouble))
    if any(map(inspect.iscoroutinefunction, given.values())):
        raise NotSupportedByFake("async handlers of watch(); iterate: async for … in ….watch()")
    return Handlers(**given)


class Listener:
    """One client that watches; it hears in commit order, and nothing after `close` or an error.

    Like the SDK it keeps the records it knows of, and applies every event to them: what enters is
    appended, whatever the order of the query. Its snapshots share these records, which nobody else
    holds.

    Attributes:
        about: what it watches and for whom, for the timeline.
        handlers: the app's functions.
        is_open: whether it still hears.
        records: what it knows of, by id, as they were handed out; `stored`, as the backend has it.
        number: of the last event, 0 for the first.
        leave: how to have the backend forget it.
        on_end: called when it is closed, by the app or by the cloud.
    """

    def __init__(
        self,
        world: World,
        about: str,
        handlers: Handlers,
        on_end: Callable[[], object] | None = None,
    ) -> None:
        self.about = about
        self.handlers = handlers
        self.is_open = True
        self.records: dict[Key, Document] = {}
        self.stored: dict[Key, Document] = {}
        self.leave: Callable[[], object] = _nothing
        self.on_end = on_end or _nothing
        self._world = world
        self._connection: Connection | None = None
        self._watch_id = ""
        #: The number of the last event.
        self.number = 0

    # --- the backend's side: under the world's lock -----------------------------------------------

    def begin(self, records: Iterable[Document], call: Call) -> None:
        """The first event: what is there already, be it nothing."""
        self._watch_id = f"watchid_{self._world.ids.next_hex('watch', 8)}"
        self.stored = {record["_id"]: record for record in records}
        self.records = {key: hand_out(record) for key, record in self.stored.items()}
        self._connection = Connection(self._world, call, self)
        self._connection.send(self._all(), None, None)

    def follow(self, moves: Iterable[Move], cause: Call | None) -> None:
        """One more event: what one commit did, which `cause` made."""
        connection = self._connection
        if connection is None:
            return
        known = connection.remembered(self.stored)
        self.number += 1
        changes = [self._apply(move) for move in moves]
        connection.send(self._snapshot(changes, None), known, cause)

    def fail(self, error: CloudError) -> None:
        """The watch is over; `onError` hears of it after everything that came before."""
        self.leave()
        if self._connection is not None:
            self._connection.call.broken = error
        self._world.outbox.post(partial(self._say_error, error))

    def drop(self, code: int) -> None:
        """The connection closes; `code` is the WebSocket's."""
        self.fail(sdk_error(_CLOSED, texts.connection_closed(code)))

    def is_of(self, is_meant: Callable[[Call], bool]) -> bool:
        """Whether a call of that kind began it."""
        return self._connection is not None and is_meant(self._connection.call)

    # --- the client's side ------------------------------------------------------------------------

    def close(self) -> None:
        """Hear no more."""
        self.leave()
        self.end()

    def end(self) -> None:
        """Hear no more, where the backend has forgotten the watch already."""
        self.is_open = False
        self.on_end()

    # --- events -----------------------------------------------------------------------------------

    def all_since(self, known: Mapping[Key, Document] | None) -> Snapshot | None:
        """What has happened since the client knew that; None if it comes to nothing."""
        if known is None:
            return self._all()
        changes = list(differences(known, self.stored, self.records, self.number))
        return self._snapshot(changes, None) if changes else None

    def _all(self) -> Snapshot:
        """What there is, to who knows nothing."""
        return self._snapshot([self._init(key) for key in self.records], "init")

    def _init(self, key: Key) -> DocChange:
        return DocChange(id=0, queueType="init", dataType="init", docId=key, doc=self.records[key])

    def _apply(self, move: Move) -> DocChange:
        doc = self._known(move)
        change = DocChange(
            id=self.number, queueType=move.queue, dataType=move.data, docId=move.key, doc=doc
        )
        if move.data == "update":
            updated, removed = updated_fields(move.before, move.after)
            change["updatedFields"] = {path: hand_out(value) for path, value in updated.items()}
            change["removedFields"] = removed
        return change

    def _known(self, move: Move) -> Document:
        """The record as the client knows it after the event; a removed one as it was last."""
        last = self._forget(move.key) if move.queue == "dequeue" else {}
        if move.after is ABSENT:
            return last
        record: Document = hand_out(move.after)
        if move.queue != "dequeue":
            self.stored[move.key], self.records[move.key] = move.after, record
        return record

    def _forget(self, key: Key) -> Document:
        del self.stored[key]
        return self.records.pop(key)

    def _snapshot(self, changes: list[DocChange], kind: Literal["init"] | None) -> Snapshot:
        return Snapshot(
            id=self.number,
            docs=list(self.records.values()),
            docChanges=changes,
            type=kind,
            requestId=self._world.ids.next_uuid("watch request"),
            watchId=self._watch_id,
        )

    # --- saying it: outside the lock, one letter at a time ----------------------------------------

    def hear(self, snapshot: Snapshot) -> None:
        """Be told of an event."""
        if self.is_open:
            self.note(_summary(snapshot))
            self._call(self.handlers.onChange, snapshot)

    def _say_error(self, error: CloudError) -> None:
        if self.is_open:
            self.note(f"✗ {error.errCode} {render_value(error.errMsg)}")
            self.is_open = False
            self._call(self.handlers.onError, error)

    def _call(self, handler: Callable[[Any], object], news: object) -> None:
        try:
            handler(news)
        except Exception as error:  # noqa: BLE001 - the platform swallows what handlers throw
            self.note(f"the handler raised {type(error).__name__}: {error}")

    def note(self, text: str) -> None:
        """Write to the timeline what happens to the watch."""
        self._world.timeline.note("watch", f"{self.about}: {text}")


def _nothing() -> None:
    pass


def _summary(snapshot: Snapshot) -> str:
    """An event in a few words."""
    if snapshot.type == "init":
        return f"#0 init of {len(snapshot.docs)}"
    changes = snapshot.docChanges
    named = [f"{it.queueType}/{it.dataType} {it.docId}" for it in changes[:_NAMED]]
    more = [f"… {len(changes)} in all"] * (len(changes) > _NAMED)
    return f"#{snapshot.id} {', '.join(named + more)}"

"""Realtime: the client's part of a watch: what it knows of the records, and whom it tells."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

from cloud_fake.errors import CloudError, Refusal, texts
from cloud_fake.models.results import DocChange, Snapshot
from cloud_fake.query.differences import updated_fields
from cloud_fake.state import ABSENT
from cloud_fake.values.intake import hand_out
from cloud_fake.values.kinds import MISSING, Document, js_type

if TYPE_CHECKING:
    from cloud_fake.kernel.world import World
    from cloud_fake.services.realtime.windows import Move
    from cloud_fake.state.draft import Key

__all__ = ["Handlers", "Listener", "OnChange", "OnError", "handlers_of"]

OnChange: TypeAlias = Callable[[Snapshot], object]
OnError: TypeAlias = Callable[[CloudError], object]

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
        records: what it knows of, by id, as they were handed out.
        leave: how to have the backend forget it.
    """

    def __init__(
        self,
        world: World,
        about: str,
        handlers: Handlers,
        on_end: Callable[[], object] = lambda: None,
    ) -> None:
        """Args are as the attributes; `on_end` is called when it is closed from either side."""
        self.about = about
        self.handlers = handlers
        self.is_open = True
        self.records: dict[Key, Document] = {}
        self.leave: Callable[[], object] = lambda: None
        self._on_end = on_end
        self._world = world
        self._watch_id = f"watchid_{world.ids.next_hex('watch', 8)}"
        self._event = 0

    # --- the backend's side: under the world's lock -----------------------------------------------

    def begin(self, records: Iterable[Document]) -> None:
        """The first event: what is there already, be it nothing."""
        self.records = {record["_id"]: hand_out(record) for record in records}
        self._post([self._init(key) for key in self.records], "init")

    def follow(self, moves: Iterable[Move]) -> None:
        """One more event: what one commit did."""
        self._event += 1
        self._post([self._apply(move) for move in moves], None)

    def fail(self, error: CloudError) -> None:
        """The watch is over; `onError` hears of it after everything that came before."""
        self.leave()
        self._world.outbox.post(partial(self._say_error, error))

    # --- the client's side ------------------------------------------------------------------------

    def close(self) -> None:
        """Hear no more."""
        self.leave()
        self.end()

    def end(self) -> None:
        """Hear no more, where the backend has forgotten the watch already."""
        self.is_open = False
        self._on_end()

    # --- events -----------------------------------------------------------------------------------

    def _init(self, key: Key) -> DocChange:
        return DocChange(id=0, queueType="init", dataType="init", docId=key, doc=self.records[key])

    def _apply(self, move: Move) -> DocChange:
        doc = self._known(move)
        change = DocChange(
            id=self._event, queueType=move.queue, dataType=move.data, docId=move.key, doc=doc
        )
        if move.data == "update":
            updated, removed = updated_fields(move.before, move.after)
            change["updatedFields"] = {path: hand_out(value) for path, value in updated.items()}
            change["removedFields"] = removed
        return change

    def _known(self, move: Move) -> Document:
        """The record as the client knows it after the event; a removed one as it was last."""
        if move.queue != "dequeue":
            doc = self.records[move.key] = hand_out(move.after)
            return doc
        last = self.records.pop(move.key)
        return last if move.after is ABSENT else hand_out(move.after)  # type: ignore[no-any-return]

    def _post(self, changes: list[DocChange], kind: Literal["init"] | None) -> None:
        snapshot = Snapshot(
            id=self._event,
            docs=list(self.records.values()),
            docChanges=changes,
            type=kind,
            requestId=self._world.ids.next_uuid("watch request"),
            watchId=self._watch_id,
        )
        self._world.outbox.post(partial(self._say, snapshot))

    # --- saying it: outside the lock, one letter at a time ----------------------------------------

    def _say(self, snapshot: Snapshot) -> None:
        if self.is_open:
            self._note(_summary(snapshot))
            self._call(self.handlers.onChange, snapshot)

    def _say_error(self, error: CloudError) -> None:
        if self.is_open:
            self._note(f"✗ {error.errMsg.splitlines()[0]}")
            self.is_open = False
            self._call(self.handlers.onError, error)

    def _call(self, handler: Callable[[Any], object], news: object) -> None:
        try:
            handler(news)
        except Exception as error:  # noqa: BLE001 - the platform swallows what handlers throw
            self._note(f"the handler raised {type(error).__name__}: {error}")

    def _note(self, text: str) -> None:
        self._world.timeline.note("watch", f"{self.about}: {text}")


def _summary(snapshot: Snapshot) -> str:
    """An event in a few words."""
    if snapshot.type == "init":
        return f"init, {len(snapshot.docs)} records"
    changes = snapshot.docChanges
    named = [f"{it.queueType}/{it.dataType} {it.docId}" for it in changes[:_NAMED]]
    more = [f"… {len(changes)} in all"] * (len(changes) > _NAMED)
    return f"#{snapshot.id} {', '.join(named + more)}"

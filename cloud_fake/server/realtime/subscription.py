"""Realtime: one watch of a client beyond the wire.

The listener is told snapshots; the client wants events, numbered without a gap, of which those of
one commit share a number. Records are sent whole each time: an SDK that has to patch one crashes.
"""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any

from cloud_fake.server.documents import plain
from cloud_fake.services.realtime.listener import Handlers, Listener
from cloud_fake.services.realtime.opening import WATCH

if TYPE_CHECKING:
    from cloud_fake.errors import CloudError
    from cloud_fake.models.results import DocChange, Snapshot
    from cloud_fake.models.selection import Selection
    from cloud_fake.server.realtime.messages import Message, Say
    from cloud_fake.server.visits import Visit

__all__ = ["Subscription"]


class Subscription:
    """What goes to one watch of one client.

    Attributes:
        query_id: its name.
        number: of the last event.
        say: how to tell the client; None while its line is gone.
    """

    def __init__(self, query_id: str, asked: Message, say: Say) -> None:
        self.query_id = query_id
        self.number = -1
        self.say: Say | None = say
        self._asked = asked
        self._docs: list[dict[str, Any]] = []
        self._listener: Listener | None = None
        self._lock = threading.Lock()

    def begin(self, visit: Visit, selection: Selection) -> None:
        """Begin to watch; what is there already comes as the answer to the asking.

        Raises:
            CloudError: it cannot begin.
        """
        about = f"{selection.collection} for {visit.session.caller}, remote"
        handlers = Handlers(self._on_change, self._on_error)
        self._listener = Listener(visit.world, about, handlers)
        visit.ask(WATCH, self._listener, selection)

    def rebuild(self, asked: Message, event_id: int, say: Say) -> None:
        """Go on, on another line, for a client that knows the events up to `event_id`."""
        with self._lock:
            self.say = say
            self.number = event_id + 1
            known = self._docs
            events = [self._event(_change("init", "init", record)) for record in known]
            self._tell({**_ids(asked), "msgType": "NEXT_EVENT", "msgData": self._data(events)})

    def close(self) -> None:
        """Watch no more."""
        self.say = None
        if self._listener is not None:
            self._listener.close()

    # --- what the cloud tells ---------------------------------------------------------------------

    def _on_change(self, snapshot: Snapshot) -> None:
        with self._lock:
            self.number += 1
            self._docs = snapshot.docs
            events = [self._event(change) for change in snapshot.docChanges]
            kind = "NEXT_EVENT" if self.number else "INIT_EVENT"
            self._tell({**_ids(self._asked), "msgType": kind, "msgData": self._data(events)})

    def _on_error(self, error: CloudError) -> None:
        said = {"code": error.name or "SYS_ERR", "message": error.errMsg}
        self._tell({**_ids(self._asked), "msgType": "ERROR", "msgData": said})

    def _tell(self, message: dict[str, Any]) -> None:
        if self.say is not None:
            self.say(message)

    def _data(self, events: list[dict[str, Any]]) -> dict[str, Any]:
        return {"queryID": self.query_id, "currEvent": self.number, "events": events}

    def _event(self, change: DocChange) -> dict[str, Any]:
        event = {
            "ID": self.number,
            "DataType": change["dataType"],
            "QueueType": change["queueType"],
            "DocID": change["docId"],
            "Doc": _text(change["doc"]),
        }
        if change.get("updatedFields"):
            event["UpdatedFields"] = _text(change["updatedFields"])
        if change.get("removedFields"):
            # Not with a capital R: the SDKs look for that and then read this.
            event["removedFields"] = _text(change["removedFields"])
        return event


def _change(queue: str, data: str, record: dict[str, Any]) -> Any:
    return {"queueType": queue, "dataType": data, "docId": record["_id"], "doc": record}


def _ids(asked: Message) -> dict[str, Any]:
    return {key: asked.get(key) for key in ("watchId", "requestId")}


def _text(value: Any) -> str:
    return json.dumps(value, default=plain, separators=(",", ":"))

"""Realtime: the conversation on one line.

```
client                                            server
LOGIN {envId} exMsgData {signStr}                 LOGIN_RES {envId}
INIT_WATCH {envId, collName, query, limit,        INIT_EVENT {queryID, currEvent: 0, events}
            orderBy}                              NEXT_EVENT {queryID, currEvent, events} …
REBUILD_WATCH {queryID, eventID}                  NEXT_EVENT with what there is now
CHECK_LAST {queryID, eventID}                     CHECK_EVENT {queryID, currEvent}
PING                                              PONG
CLOSE_WATCH {queryID}
                                                  ERROR {code, message}
```

Answers repeat `requestId` and `watchId`. Source: @cloudbase/database 1.4.3, run.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from cloud_fake.errors import CloudError, Failure, NotSupportedByFake, codes
from cloud_fake.server.documents import read
from cloud_fake.server.families.family import Trouble, trouble_of
from cloud_fake.server.families.legacy import order_keys
from cloud_fake.server.families.targets import Target
from cloud_fake.server.messages import BadRequest, Unanswered, read_json
from cloud_fake.server.realtime.subscription import Subscription
from cloud_fake.server.visits import Visit, chosen

if TYPE_CHECKING:
    from cloud_fake.kernel.session import Session
    from cloud_fake.models.selection import Selection
    from cloud_fake.server.application import Application

__all__ = ["Conversation", "Message", "Say"]

Message = Mapping[str, Any]
Say = Callable[[dict[str, Any]], object]

#: Watches without a line that may still be rebuilt; of more the oldest are forgotten.
MOST_LOST = 100
#: Failures that the connection calls otherwise than the database.
_NAMES = {codes.DATABASE_PERMISSION_DENIED.name: "COLLECTION_PERMISSION_DENIED"}
_SIGN_INVALID = Trouble("SIGN_INVALID_ERROR", 0, "the sign is invalid")
_SIGN_OVER = Trouble("SIGN_EXPIRED_ERROR", 0, "the sign has expired")
_QUERY_UNKNOWN = Trouble("QUERYID_INVALID_ERROR", 0, "there is no such watch")


class Conversation:
    """What one client says, and what it is told."""

    def __init__(self, application: Application, say: Say) -> None:
        self._application = application
        self._say = say
        self._sessions: dict[str, Session] = {}
        self._watches: dict[str, Subscription] = {}
        self._lock = threading.Lock()

    def hear(self, text: str) -> None:
        """Deal with one message; nonsense is answered with an ERROR or not at all."""
        try:
            message = read_json(text, dict)
        except BadRequest:
            return
        handle = _HANDLERS.get(str(message.get("msgType")))
        if handle is None:
            return
        try:
            handle(self, message, _data(message))
        except Unanswered:
            return
        except (CloudError, Failure, BadRequest) as error:
            self._refuse(message, trouble_of(error))
        except NotSupportedByFake as error:
            self._refuse(message, Trouble(codes.SYS_ERR.name, 0, f"not supported: {error}"))

    def end(self) -> None:
        """The line is gone; its watches may be rebuilt on another one."""
        for subscription in self._watches.values():
            subscription.say = None
        known = list(self._application.watches.values())
        for subscription in [it for it in known if it.say is None][:-MOST_LOST]:
            self._forget(subscription)

    # --- messages ---------------------------------------------------------------------------------

    def _login(self, message: Message, data: Message) -> None:
        shown = message.get("exMsgData")
        sign = shown.get("signStr") if isinstance(shown, Mapping) else None
        claims = self._application.visitors.read(str(sign), "watch")
        if claims is None or claims.is_over:
            self._refuse(message, _SIGN_INVALID if claims is None else _SIGN_OVER)
            return
        env, visitors = str(data.get("envId") or ""), self._application.visitors
        session = visitors.admin(env) if claims.more["admin"] else visitors.web(env, claims.openid)
        self._sessions[env] = session
        self._answer(message, "LOGIN_RES", {"envId": env})

    def _init_watch(self, message: Message, data: Message) -> None:
        session = self._sessions.get(str(data.get("envId") or ""))
        if session is None:
            self._refuse(message, Trouble("CHECK_LOGIN_FAILED", 0, "not logged in"))
            return
        visit = Visit(self._application.visitors, session, self._application.wire)
        subscription = Subscription(visit.visitors.draw("watch query"), message, self._say)
        self._watches[subscription.query_id] = subscription
        self._application.watches[subscription.query_id] = subscription
        try:
            subscription.begin(visit, _selection(data))
        except BaseException:
            self._forget(subscription)
            raise

    def _rebuild_watch(self, message: Message, data: Message) -> None:
        subscription = self._application.watches.get(str(data.get("queryID")))
        event_id = data.get("eventID")
        if subscription is None or type(event_id) is not int:
            self._refuse(message, _QUERY_UNKNOWN)
            return
        self._watches[subscription.query_id] = subscription
        subscription.rebuild(message, event_id, self._say)

    def _check_last(self, message: Message, data: Message) -> None:
        subscription = self._watches.get(str(data.get("queryID")))
        if subscription is None:
            self._refuse(message, _QUERY_UNKNOWN)
            return
        known = {"queryID": subscription.query_id, "currEvent": subscription.number}
        self._answer(message, "CHECK_EVENT", known)

    def _ping(self, message: Message, _data: Message) -> None:
        self._answer(message, "PONG", {})

    def _close_watch(self, message: Message, data: Message) -> None:
        subscription = self._watches.get(str(data.get("queryID")))
        if subscription is not None:
            self._forget(subscription)
        self._answer(message, "CLOSE_WATCH_RES", {})

    # --- inside -----------------------------------------------------------------------------------

    def _forget(self, subscription: Subscription) -> None:
        self._watches.pop(subscription.query_id, None)
        self._application.watches.pop(subscription.query_id, None)
        subscription.close()

    def _answer(self, message: Message, kind: str, data: Message) -> None:
        self._say(answer_to(message, kind, data))

    def _refuse(self, message: Message, trouble: Trouble) -> None:
        code = _NAMES.get(trouble.name, trouble.name)
        self._answer(message, "ERROR", {"code": code, "message": trouble.text})


def answer_to(message: Message, kind: str, data: Message) -> dict[str, Any]:
    """A message that answers another one."""
    ids = {key: message.get(key) for key in ("watchId", "requestId")}
    return {**ids, "msgType": kind, "msgData": data}


def _data(message: Message) -> Message:
    data = message.get("msgData")
    return data if isinstance(data, Mapping) else {}


def _selection(data: Message) -> Selection:
    name = data.get("collName")
    if not isinstance(name, str) or not name:
        raise BadRequest("collName should be a name")
    target = Target(name, _query(data.get("query")))
    return chosen(
        name, **target.parts(), limit=data.get("limit"), order=_order(data.get("orderBy"))
    )


def _query(given: Any) -> Any:
    """A condition in JSON text, which the older SDKs put in JSON text once more."""
    for _ in range(3):
        if not isinstance(given, str):
            break
        given = read_json(given) if given else None
    return read(given, "query") if given else None


def _order(given: Any) -> tuple[tuple[str, int], ...]:
    """Sort keys, as `{path: "asc" | "desc"}` or as a list of `{field, direction}`."""
    if isinstance(given, Mapping):
        given = [{"field": path, "direction": direction} for path, direction in given.items()]
    keys = order_keys(given)
    if not all(isinstance(path, str) and direction for path, direction in keys):
        raise BadRequest("orderBy should name paths and asc or desc")
    return tuple(keys)


_HANDLERS: Mapping[str, Callable[[Conversation, Message, Message], None]] = MappingProxyType(
    {
        "LOGIN": Conversation._login,  # noqa: SLF001 - the conversation's own table
        "INIT_WATCH": Conversation._init_watch,  # noqa: SLF001
        "REBUILD_WATCH": Conversation._rebuild_watch,  # noqa: SLF001
        "CHECK_LAST": Conversation._check_last,  # noqa: SLF001
        "PING": Conversation._ping,  # noqa: SLF001
        "CLOSE_WATCH": Conversation._close_watch,  # noqa: SLF001
    }
)

"""Realtime: the operation that begins a watch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cloud_fake.errors import CloudError, Failure, codes, sdk_error, texts
from cloud_fake.kernel.operation import Asking, Operation
from cloud_fake.query.ordering import compile_order
from cloud_fake.services.database.access import authorise
from cloud_fake.services.database.finding import Found, find, query_failed
from cloud_fake.services.realtime.listener import Listener
from cloud_fake.services.realtime.watches import MAX_RECORDS, Watch, watches_of
from cloud_fake.services.realtime.windows import Window
from cloud_fake.values.kinds import MISSING, Value

if TYPE_CHECKING:
    from cloud_fake.kernel.timeline import Call
    from cloud_fake.kernel.work import Work
    from cloud_fake.services.database.collections import Collection

__all__ = ["WATCH"]

#: "orderBy('id', 'desc')", says the manual (Collection.watch), and means the `_id`.
_DEFAULT_ORDER = (("_id", -1),)

_INIT_FAILED = -402002
#: The numbers of the listener's own errors; a scripted fault may name one.
_LISTENER_CODES = range(-402012, -402001)
#: Reasons that the connection calls otherwise than the database.
_REASONS = {codes.DATABASE_PERMISSION_DENIED.name: "COLLECTION_PERMISSION_DENIED"}


def prepare(asking: Asking) -> Listener:
    """The listener, whose handlers the face has checked: what is wrong with them is thrown."""
    if not isinstance(asking.options, Listener):
        raise TypeError(f"a watch begins with a Listener, not {asking.options!r}")
    return asking.options


def watch(work: Work, listener: Listener) -> int:
    """Begin to tell the listener what happens to the selected records; `skip`, `field` are ignored.

    Returns:
        How many records there are at first.
    """
    found = find(work, "read")
    window = _window(work, found)
    records = window.cut(found.records)
    if len(records) > MAX_RECORDS:
        raise Failure(codes.SYS_ERR, texts.WATCH_TOO_LARGE)
    if not listener.is_open:
        return 0  # the request has arrived late: nobody waits for it any more
    listener.leave()  # and if it arrives once more, it takes the place of the first
    watches_of(work.world, found.table).add(Watch(window, listener))
    listener.begin(records, work.call)
    return len(records)


def _window(work: Work, found: Found) -> Window:
    order = compile_order(work.selection.order or _DEFAULT_ORDER)
    return Window(found.filter, order, _limit(work), _owner(work, found.collection))


def _limit(work: Work) -> int | None:
    limit: Any = work.selection.limit  # the client's SDK passes it on unseen
    if not limit:  # limit(0) is falsy in JavaScript, and 20 is no default here
        return None
    if isinstance(limit, (int, float)) and limit > 0 and limit % 1 == 0:
        return int(limit)
    raise Failure(codes.INVALID_PARAM, texts.NO_WHOLE_NUMBER)


def _owner(work: Work, collection: Collection) -> Value:
    """Whose records alone the caller sees; custom rules guard the query and add nothing to it."""
    if not isinstance(collection.permission, str) or not authorise(work, collection, "read"):
        return MISSING
    return work.session.identity.openid


def word(failure: Failure, call: Call) -> CloudError:
    """What `onError` is told when a watch cannot begin: one code, the reason in the text."""
    number = failure.code.client
    if number in _LISTENER_CODES:
        return sdk_error(number, failure.text)
    name = _REASONS.get(failure.code.name, failure.code.name)
    request_id = f"{int(call.at.timestamp() * 1000)}_0.{call.number}"
    error = sdk_error(_INIT_FAILED, texts.watch_failed(name, failure.text, request_id))
    error.code = number
    return error


WATCH = Operation(
    "watch.{target}", "collection.watch", watch, prepare, word=word, explain=query_failed
)

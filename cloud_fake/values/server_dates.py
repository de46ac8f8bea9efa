"""Server dates: `db.serverDate()` in what is written, and how it becomes the server's time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cloud_fake.errors import Refusal, texts
from cloud_fake.values.dates import from_millis

if TYPE_CHECKING:
    from cloud_fake.values.kinds import Value

__all__ = ["YEARS", "ServerDate", "bind"]

#: What a date has to be, in the words of what refuses one.
YEARS = "a date of the years 1 to 9999 in UTC"
_TYPE_ERROR = -401003


@dataclass(frozen=True)
class ServerDate:
    """`db.serverDate({offset})`: the server's time when it runs, plus `offset` milliseconds."""

    offset: int = 0

    @property
    def options(self) -> dict[str, int]:
        """What it was made with, as the typings have it."""
        return {"offset": self.offset}


def bind(value: Value, now_millis: int) -> Value:
    """The same value with every `ServerDate` in it made a date; itself if there is none."""
    if type(value) is ServerDate:
        return _server_date(now_millis + value.offset)
    if type(value) in _CONTAINERS and _holds_server_date(value):
        return _bind_within(value, now_millis)
    return value


def _server_date(millis: int) -> Value:
    try:
        return from_millis(millis)
    except OverflowError:
        text = texts.wrong_type("serverDate.options.offset", YEARS, f"{millis} ms of 1970")
        raise Refusal(_TYPE_ERROR, text) from None


def _bind_within(value: Value, now_millis: int) -> Value:
    if type(value) is dict:
        return {key: bind(item, now_millis) for key, item in value.items()}
    return [bind(item, now_millis) for item in value]


def _holds_server_date(container: Value) -> bool:
    """Whether there is one at any depth."""
    items = container.values() if type(container) is dict else container
    kinds = set(map(type, items))
    if ServerDate in kinds:
        return True
    if kinds.isdisjoint(_CONTAINERS):
        return False
    return any(_holds_server_date(item) for item in items if type(item) in _CONTAINERS)


_CONTAINERS = frozenset({dict, list})

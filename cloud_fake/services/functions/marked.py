"""`CloudID` and `CDN` values in a call's data: taken out by the SDK, put back by the backend.

A CloudID at the top of the data is sent apart and comes back as open data, five in one call at the
most; anywhere else it is its text. A CDN value, wherever it stands, is uploaded first and comes
back as a link. Sources: base library 2.30.3; documentation of both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from cloud_fake.services.identity.cloud_ids import opened
from cloud_fake.services.storage.cdn import bytes_of, keep
from cloud_fake.values.marks import CDN, CloudID

if TYPE_CHECKING:
    from cloud_fake.kernel.work import Work
    from cloud_fake.values.kinds import Value

__all__ = ["NOTHING", "Marked", "put_back", "take_out"]

#: How many CloudIDs one call may bring.
MOST_IDS = 5

Path = tuple[str | int, ...]


class Marked(NamedTuple):
    """What was taken out: CloudIDs by key, and uploads by where their links belong."""

    cloud_ids: Mapping[str, str]
    uploads: tuple[tuple[Path, bytes], ...]


NOTHING = Marked({}, ())


def take_out(data: Mapping[str, Any]) -> tuple[Mapping[str, Any], Marked]:
    """The data without what is marked in it, and what was.

    Raises:
        Thrown: a file that is to be uploaded cannot be read.
        RecursionError: the data holds itself.
    """
    ids = [(key, mark.cloud_id) for key, mark in data.items() if isinstance(mark, CloudID)]
    places = list(_uploads(data, ()))
    if not ids and not places:
        return data, NOTHING
    uploads = tuple((path, bytes_of(mark.target)) for path, mark in places)
    return (_without_uploads(data) if uploads else data), Marked(dict(ids[:MOST_IDS]), uploads)


def put_back(work: Work, event: dict[str, Value], marked: Marked) -> None:
    """Open the CloudIDs and store the uploads, in a function's own event."""
    for key, cloud_id in marked.cloud_ids.items():
        event[key] = opened(work, cloud_id)
    for path, content in marked.uploads:
        _put(event, path, keep(work, content))


def _uploads(value: Any, path: Path) -> Iterator[tuple[Path, CDN]]:
    if isinstance(value, CDN):
        yield path, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _uploads(item, (*path, key))
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            yield from _uploads(item, (*path, index))


def _without_uploads(value: Any) -> Any:
    """A copy with a text, as long as it takes to hold the place, instead of each upload."""
    if isinstance(value, CDN):
        return ""
    if isinstance(value, Mapping):
        return {key: _without_uploads(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_uploads(item) for item in value]
    return value


def _put(event: Any, path: Path, link: str) -> None:
    *way, last = path
    for step in way:
        event = event[step]
    event[last] = link

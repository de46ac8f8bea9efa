"""What kind of content a file name promises; the same on every machine."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mimetypes import MimeTypes

__all__ = ["ending", "media_type"]

UNKNOWN = "application/octet-stream"


def media_type(path: str) -> str:
    """The content type of a path's ending, as a storage guesses it."""
    return _table().guess_type("x/" + path)[0] or UNKNOWN


def ending(content_type: str) -> str:
    """The ending that a device gives to a download of a content type.

    `.unknown` is what is reported of WeChat's for types that say nothing [uncertain].
    """
    found = None if content_type == UNKNOWN else _table().guess_extension(content_type)
    return found or ".unknown"


@cache
def _table() -> MimeTypes:
    import mimetypes

    # Python's own table only: the system's files differ from machine to machine.
    table = mimetypes.MimeTypes(filenames=())
    table.add_type("image/webp", ".webp")
    return table

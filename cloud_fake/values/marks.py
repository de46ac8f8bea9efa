"""What an app marks in a call's data for the SDK to replace: `CloudID` and `CDN` values.

Both mean something only to `callFunction`. Sources: base library 2.30.3; documentation of
`Cloud.CloudID` and `Cloud.CDN`.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["CDN", "CloudID"]


@dataclass(frozen=True)
class CloudID:
    """An id of open data. Anywhere but at the top of a function's data it is just its text."""

    cloud_id: str

    def toJSON(self) -> str:  # noqa: N802 - what JSON.stringify asks for
        """The id itself."""
        return self.cloud_id

    def __str__(self) -> str:
        return self.cloud_id


@dataclass(frozen=True)
class CDN:
    """Something large that is uploaded before the call, and arrives as a link.

    `target` is the text, the bytes, or `{"type": "filePath", "filePath": ...}`.
    """

    target: object

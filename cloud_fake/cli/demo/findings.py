"""What each chapter of the story finds out: facts, for a teller to show and a test to check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from datetime import datetime

    from cloud_fake import CloudError

__all__ = [
    "Finding",
    "Links",
    "Permissions",
    "Retries",
    "Thumbnail",
    "Thumbnails",
    "Uploads",
    "View",
    "Visit",
]


@dataclass(frozen=True)
class Uploads:
    """The records of the photos as the database holds them, by their owner's openid."""

    records: dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Thumbnail:
    """A thumbnail as its link serves it, and how many bytes the photo had."""

    name: str
    before: int
    url: str
    content: bytes


@dataclass(frozen=True)
class Thumbnails:
    """What the cloud function made."""

    items: tuple[Thumbnail, ...]


@dataclass(frozen=True)
class Visit:
    """Somebody followed a link: when, which, the HTTP status, how many bytes came."""

    at: datetime
    url: str
    status: int
    size: int


@dataclass(frozen=True)
class Links:
    """Visits to a private photo, one by a renewed link, and what Bob hears who asks for a link."""

    visits: tuple[Visit, ...]
    renewed: Visit
    bob: str


@dataclass(frozen=True)
class Retries:
    """How many records there are after a lost reply and a retry, by the operation used."""

    copies: dict[str, int]


@dataclass(frozen=True)
class View:
    """What a permission of the collection lets each do; a refusal is the error itself."""

    permission: str
    alice_finds: int | CloudError
    bob_finds: int | CloudError
    bob_opens: str | CloudError
    bob_changes: int | CloudError


@dataclass(frozen=True)
class Permissions:
    """The view under each permission."""

    views: tuple[View, ...]


Finding: TypeAlias = Uploads | Thumbnails | Links | Retries | Permissions

"""The temporary CDN: where `CDN(...)` values of a call lie until somebody fetches their link.

What such a link looks like and how long it lives is not documented; here it lives for good.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from cloud_fake.services.storage.device import read_local_file
from cloud_fake.services.storage.files import bucket_name
from cloud_fake.services.storage.links import HOST, Response, missing
from cloud_fake.values.crossing import utf8

if TYPE_CHECKING:
    from cloud_fake.kernel.work import Work

__all__ = ["bytes_of", "fetched", "keep"]

_TABLE = "cdn"
_PREFIX = "tmp-"


def bytes_of(target: Any) -> bytes:
    """What a `CDN(...)` value holds: a text, bytes, or a local file.

    Raises:
        Thrown: the file cannot be read.
    """
    if isinstance(target, str):
        return utf8(target)
    if isinstance(target, Mapping):
        return read_local_file(target["filePath"])
    return bytes(target)


def keep(work: Work, content: bytes) -> str:
    """Put something there; returns its link."""
    if not work.draft.has_table(_TABLE):
        work.draft.create_table(_TABLE)
    name = work.world.ids.next_hex("cdn")
    work.draft.put(_TABLE, name, content)
    return f"https://{_host_of(work.world.env_name(work.env))}/{name}"


def fetched(work: Work, url: str) -> Response | None:
    """The answer to a GET of such a link; None for a link of another kind, or of nobody here."""
    parts = urlsplit(url)
    if parts.hostname not in {_host_of(name).lower() for name in work.world.all_envs()}:
        return None
    content: bytes | None = work.draft.get(_TABLE, parts.path.removeprefix("/"))
    if content is None:
        return missing()
    return Response(200, content, {"content-length": str(len(content))})


def _host_of(env_name: str) -> str:
    return f"{_PREFIX}{bucket_name(env_name)}.{HOST}"

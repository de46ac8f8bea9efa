"""Temporary links: made, signed, checked, and answered as the CDN answers.

A link to a file that everybody may read is bare and never expires. Any other carries
`?sign=<32 hex digits>&t=<unix seconds>`, where `t` is the moment the link dies; the signature
covers path and moment, so nothing has to be remembered for a link, and how often all links have
been expired at once by then.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

from cloud_fake.errors import MisuseError, texts
from cloud_fake.kernel.ids import LINKS_EXPIRED
from cloud_fake.services.storage.files import (
    StoredFile,
    bucket_name,
    files_table,
    is_public,
)
from cloud_fake.services.storage.line import received, said_type

if TYPE_CHECKING:
    from cloud_fake.kernel.work import Work

__all__ = ["Response", "answer", "link", "missing"]

HOST = "tcb.qcloud.la"


@dataclass(frozen=True, repr=False)
class Response:
    """What the CDN answers to a GET: `status_code` 200, 403 or 404, `content`, `headers`."""

    status_code: int
    content: bytes
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether the status is below 400, as in requests."""
        return self.status_code < 400

    @property
    def text(self) -> str:
        """The content as text."""
        return self.content.decode("utf-8", "replace")

    def json(self) -> Any:
        """The content as JSON."""
        import json

        return json.loads(self.content)

    def __repr__(self) -> str:
        code = re.search("<Code>(.*?)</Code>", "" if self.ok else self.text)
        told = f"{len(self.content)} bytes" if code is None else code[1]
        return f"<Response {self.status_code}, {told}>"


def link(work: Work, file: StoredFile, max_age: int) -> str:
    """A link to a file, good for `max_age` seconds from now, or for good if everybody may read."""
    bucket = bucket_name(work.world.env_name(file.env))
    url = f"https://{bucket}.{HOST}/{quote(file.path)}"
    if is_public(work, file.env):
        return url
    dies_at = work.now_millis // 1000 + max_age
    return f"{url}?sign={_signature(work, file.env, file.path, dies_at)}&t={dies_at}"


def answer(work: Work, url: str) -> Response:
    """GET a link: 200, 403 when unsigned, forged or expired, 404 when the file is gone.

    Raises:
        MisuseError: the URL is no link of this cloud.
    """
    parts = urlsplit(url)
    env = _env_of(work, parts.hostname or "", url)
    path = unquote(parts.path.removeprefix("/"))
    denied = None if is_public(work, env) else _why_denied(work, env, path, parts.query)
    if denied is not None:
        return _xml(403, denied)
    file: StoredFile | None = work.draft.get(files_table(env), path)
    if file is None:
        return missing()
    content = received(work, file.path, file.content)
    return Response(200, content, _headers(file, said_type(work)))


def missing() -> Response:
    """What the CDN answers where nothing lies any more: 404."""
    return _xml(404, texts.NO_SUCH_KEY)


def _env_of(work: Work, host: str, url: str) -> int:
    for name, number in work.world.all_envs().items():
        if host == f"{bucket_name(name)}.{HOST}".lower():
            return number
    raise MisuseError(f"{url!r} is no link of this cloud; its links end in {HOST}")


def _why_denied(work: Work, env: int, path: str, query: str) -> str | None:
    fields = parse_qs(query)
    sign, dies_at = fields.get("sign", [""])[0], fields.get("t", [""])[0]
    if not sign:
        return texts.SIGNATURE_MISSING
    if not dies_at.isascii() or not dies_at.isdigit():
        return texts.SIGNATURE_INVALID
    age = _age(work, env, path, int(dies_at), sign)
    if age is None:
        return texts.SIGNATURE_INVALID
    return texts.SIGNATURE_EXPIRED if age or work.now_millis >= int(dies_at) * 1000 else None


def _age(work: Work, env: int, path: str, dies_at: int, sign: str) -> int | None:
    """How often all links have been expired at once since this one was signed; None if forged."""
    for age in range(work.world.ids.count(LINKS_EXPIRED) + 1):
        good = _signature(work, env, path, dies_at, age)
        if hmac.compare_digest(sign.encode(), good.encode()):
            return age
    return None


def _signature(work: Work, env: int, path: str, dies_at: int, age: int = 0) -> str:
    generation = work.world.ids.count(LINKS_EXPIRED) - age
    return work.world.ids.sign(f"{env}:{path}:{dies_at}:{generation}")


def _headers(file: StoredFile, said: str | None) -> dict[str, str]:
    from email.utils import format_datetime

    return {
        "content-type": said or file.content_type,
        "content-length": str(len(file.content)),
        "last-modified": format_datetime(file.modified, usegmt=True),
    }


def _xml(status: int, reason: str) -> Response:
    code, _, message = reason.partition(": ")
    body = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>".encode()
    return Response(
        status, body, {"content-type": "application/xml", "content-length": str(len(body))}
    )

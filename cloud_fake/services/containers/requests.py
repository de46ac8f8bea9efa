"""From what `callContainer` is given to the request that the container gets.

Source: base library 2.30.3, read and run; the platform's headers from its manual, "cloud run:
getting a user's information".
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urljoin, urlsplit

from cloud_fake.errors import Failure, NotSupportedByFake, Thrown, codes, texts
from cloud_fake.services.containers.messages import ContainerRequest, Headers
from cloud_fake.services.functions.context import inner_session, wx_context
from cloud_fake.services.sending import sent
from cloud_fake.values.crossing import utf8

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloud_fake.kernel.work import Work
    from cloud_fake.services.containers.messages import Response

__all__ = ["body_of", "build", "is_redirect", "redirected", "with_query"]

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
#: What `encodeURIComponent` leaves alone, beside letters and digits.
_PLAIN = "-_.!~*'()"
_REDIRECTS = {301, 302, 303, 307, 308}
#: The caller's address, as the gateway tells it [ours].
_ADDRESS = "127.0.0.1"


def with_query(path: str, data: Mapping[str, Any]) -> str:
    """The path with an object's fields behind it, as a GET sends them."""
    encoded = _encoded(data)
    if not encoded:
        return path
    return f"{path}{'&' if '?' in path else '?'}{encoded}"


def body_of(data: Any, content_type: str) -> bytes:
    """What is sent: text and bytes as they are, everything else by the content type."""
    if isinstance(data, (bytes, bytearray, memoryview)):
        return bytes(data)
    if isinstance(data, str):
        return utf8(data)
    crossed = sent(data)
    if isinstance(crossed, dict) and content_type.startswith(FORM):
        return _encoded(crossed).encode()
    return utf8(json.dumps(crossed, ensure_ascii=False, separators=(",", ":")))


def _encoded(data: Mapping[str, Any]) -> str:
    fields = sent(data).items()
    return "&".join(f"{_quoted(key)}={_quoted(_text(value))}" for key, value in fields)


def _quoted(text: str) -> str:
    """As `encodeURIComponent`, which throws at half of a surrogate pair."""
    try:
        return quote(text, safe=_PLAIN)
    except UnicodeEncodeError:
        raise Thrown(texts.URI_MALFORMED) from None


def _text(value: Any) -> str:
    """A field of a form: a text is itself, and so is a number, 3.0 is 3; an object is JSON."""
    if isinstance(value, str):
        return value
    is_whole = isinstance(value, float) and value.is_integer()
    return json.dumps(int(value) if is_whole else value, ensure_ascii=False)


# --- the request ---------------------------------------------------------------------------------


def build(
    work: Work, service: str, method: str, path: str, header: Mapping[str, Any], body: bytes
) -> ContainerRequest:
    """The request, with what the platform vouches for.

    Raises:
        Failure: -501000, the path is none.
    """
    if not re.fullmatch(r"/[^\s\x00-\x1f\"\\\ud800-\udfff]*", path):
        raise Failure(codes.CONTAINER_NOT_FOUND, texts.PATH_REFUSED)
    env = work.world.env_name(work.env)
    session = inner_session(work, work.session.source, _unhurried)
    # The gateway's own headers come from nobody else.
    given = [(str(k), str(v)) for k, v in header.items() if not _is_vouched_for(str(k))]
    headers = Headers([("host", host_of(service, env)), *given, *_vouched_for(work, env)])
    target = quote(path, safe="/?&=%#" + _PLAIN + ":@$+,;[]").partition("#")[0]
    return ContainerRequest(method, target, headers, body, work.world.server_sdk(session))


def _unhurried() -> None:
    """A container has no time limit of its own: its caller stops waiting."""


def host_of(service: str, env: str) -> str:
    """The name under which a service is called [ours]."""
    return f"{service}.{env}.tcloudbase.com".lower()


def _is_vouched_for(name: str) -> bool:
    lower = name.lower()
    return lower.startswith("x-wx-") and lower != "x-wx-service"


def _vouched_for(work: Work, env: str) -> list[tuple[str, str]]:
    known = wx_context(work.session, env).items()
    token = work.world.ids.next_hex("container token")
    return [
        *((f"X-WX-{key.replace('_', '-')}", str(value)) for key, value in known),
        ("X-WX-CLOUDBASE-ACCESS-TOKEN", token),
        ("X-Forwarded-For", _ADDRESS),
        ("X-Original-Forwarded-For", _ADDRESS),
    ]


# --- redirects -----------------------------------------------------------------------------------


def is_redirect(response: Response) -> bool:
    """Whether the container sends its caller elsewhere."""
    return response.status in _REDIRECTS and "location" in response.headers


def redirected(request: ContainerRequest, response: Response) -> ContainerRequest:
    """The request that follows; as browsers do it, a POST becomes a GET unless 307 or 308 says no.

    Raises:
        NotSupportedByFake: it leads out of the container.
    """
    host = request.headers["host"]
    there = urlsplit(urljoin(f"http://{host}{request.target}", response.headers["location"]))
    if there.netloc != host:
        raise NotSupportedByFake(f"a redirect out of the container, to {there.geturl()}")
    target = f"{there.path or '/'}{'?' + there.query if there.query else ''}"
    if response.status in {307, 308} or request.method in {"GET", "HEAD"}:
        return replace(request, target=target)
    return replace(request, method="GET", target=target, body=b"")

"""Server: what goes over HTTP, as plain values. Nothing here knows a socket."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["BadRequest", "Reply", "Request", "Unanswered", "json_reply", "read_json", "sendable"]


class Unanswered(Exception):  # noqa: N818 - an outcome, not an error of ours
    """The request, or its answer, is lost on the way: the line breaks and nothing is said."""


class BadRequest(Exception):  # noqa: N818 - as above
    """What was sent is not what this place takes; the text says why."""


@dataclass(frozen=True)
class Request:
    """One request, read whole.

    Attributes:
        method: in capitals.
        target: as sent: `/admin?env=x`, or the whole URL where we are taken for a proxy.
        headers: by name in small letters; of a repeated one the last counts.
        body: all of it.
    """

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def _path_and_query(self) -> tuple[str, str]:
        if self.target.startswith("/"):
            # Not for `urlsplit`, which takes what follows two slashes for a host.
            path, _, query = self.target.partition("?")
            return path, query
        parts = urlsplit(self.target)
        return parts.path, parts.query

    @property
    def path(self) -> str:
        """The path, decoded."""
        path = self._path_and_query[0]
        return (unquote(path) if "%" in path else path) or "/"

    @cached_property
    def query(self) -> dict[str, str]:
        """The query's fields; of a repeated one the last counts."""
        return dict(parse_qsl(self.query_text, keep_blank_values=True))

    @property
    def query_text(self) -> str:
        """The query as sent."""
        return self._path_and_query[1]

    @property
    def proxied_host(self) -> str | None:
        """The host of the URL that a proxy is asked for; None for an ordinary request."""
        return None if self.target.startswith("/") else urlsplit(self.target).hostname or ""

    @property
    def bearer(self) -> str:
        """The token of `Authorization: Bearer`; empty without one."""
        kind, _, token = self.headers.get("authorization", "").partition(" ")
        return token.strip() if kind.lower() == "bearer" else ""

    def object(self) -> dict[str, Any]:
        """The body as a JSON object; an empty body is an empty one.

        Raises:
            BadRequest: it is none.
        """
        return read_json(self.body, dict) if self.body and not self.body.isspace() else {}


@dataclass(frozen=True)
class Reply:
    """One answer."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    def plus(self, headers: Mapping[str, str]) -> Reply:
        """The same with more headers."""
        return Reply(self.status, self.body, {**self.headers, **headers})


_HEADER = re.compile(r"[\w!#$%&'*+.^`|~-]+", re.ASCII)
#: How long a body is, and what becomes of the line, is ours to say.
_OURS = frozenset({"connection", "content-length", "transfer-encoding"})


def sendable(headers: Mapping[Any, Any]) -> dict[str, str]:
    """Those headers of somebody's that may be sent, their names in small letters."""
    given = ((str(name).lower(), str(value)) for name, value in headers.items())
    return {
        name: value.strip()
        for name, value in given
        if name not in _OURS
        and _HEADER.fullmatch(name) is not None
        and value.isascii()
        and value.isprintable()
    }


_JSON = {"content-type": "application/json; charset=utf-8"}


def json_reply(value: Any, status: int = 200, default: Any = None) -> Reply:
    """An answer in JSON; `default` writes what JSON has no words for."""
    return Reply(status, _encoder(default).encode(value).encode(), _JSON)


@cache
def _encoder(default: Any) -> json.JSONEncoder:
    return json.JSONEncoder(default=default, separators=(",", ":"))


def read_json(text: str | bytes, *kinds: type) -> Any:
    """What a JSON text says.

    Raises:
        BadRequest: it is none, nests too deeply, or says none of these kinds.
    """
    try:
        value = _decode(text if isinstance(text, str) else str(text, "utf-8"))
    except (ValueError, RecursionError) as error:
        raise BadRequest(f"malformed JSON: {_why(error)}") from None
    if kinds and type(value) not in kinds:
        raise BadRequest(f"expected {_names(kinds)}, not {type(value).__name__}")
    return value


#: What `json.loads` calls, which looks at its options and guesses an encoding first.
_decode = json.JSONDecoder().decode


def _why(error: Exception) -> str:
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)


def _names(kinds: Iterable[type]) -> str:
    return " or ".join(kind.__name__ for kind in kinds)

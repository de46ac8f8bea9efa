"""What goes to a container and comes back: an HTTP request, an HTTP response."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl, unquote

if TYPE_CHECKING:
    from cloud_fake.services.containers.plain import ServerSocket

__all__ = ["ContainerRequest", "Headers", "Response"]


class Headers(Mapping[str, str]):
    """Headers by name, in whatever case; a name that comes twice has both values, with a comma."""

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        self._names: dict[str, str] = {}
        self._values: dict[str, str] = {}
        for name, value in pairs:
            key = name.lower()
            known = self._values.get(key)
            self._names.setdefault(key, name)
            self._values[key] = value if known is None else f"{known}, {value}"

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names.values())

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"Headers({dict(self)})"


@dataclass(frozen=True)
class ContainerRequest:
    """A request, as the container sees it.

    Attributes:
        method: in capitals.
        target: path and query as they stand in the request line, percent-encoded.
        headers: with the platform's own, `X-WX-OPENID` and so on.
        body: its bytes.
        cloud: the server SDK for this request, for a Python callable; it knows who asks.
        websocket: the connection that this request opens, if it opens one.
    """

    method: str
    target: str
    headers: Headers
    body: bytes = b""
    cloud: Any = field(default=None, repr=False)
    websocket: ServerSocket | None = field(default=None, repr=False)

    @property
    def raw_path(self) -> str:
        """The path, percent-encoded."""
        return self.target.partition("?")[0]

    @property
    def path(self) -> str:
        """The path."""
        return unquote(self.raw_path)

    @property
    def query_string(self) -> str:
        """What follows the question mark."""
        return self.target.partition("?")[2]

    @property
    def query(self) -> dict[str, str]:
        """The query's fields; of one that comes twice, the last value."""
        return dict(parse_qsl(self.query_string, keep_blank_values=True))

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """The body as JSON.

        Raises:
            ValueError: it is none.
        """
        return json.loads(self.body)


class Response(NamedTuple):
    """A container's answer; `error` is what its app raised on the way, if it did."""

    status: int
    headers: Headers
    body: bytes
    error: BaseException | None = None


def server_error(error: BaseException) -> Response:
    """What a web server answers for an app that raised."""
    plain = Headers([("content-type", "text/plain; charset=utf-8")])
    return Response(500, plain, b"Internal Server Error", error)

"""WSGI apps (Flask, Django, Bottle) as containers: PEP 3333, without a server."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from cloud_fake.services.containers.messages import Headers, Response
from cloud_fake.services.containers.plain import NO_UPGRADE

if TYPE_CHECKING:
    from cloud_fake.services.containers.messages import ContainerRequest
    from cloud_fake.services.containers.sockets import Client
    from cloud_fake.services.functions.output import Output

__all__ = ["WsgiApp"]

App = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class WsgiApp:
    """A WSGI app."""

    def __init__(self, app: App) -> None:
        self._app = app

    def answer(self, request: ContainerRequest, output: Output) -> Response:
        """Answer a request; whatever the app raises comes through."""
        answer = _Answer()
        chunks = self._app(_environ(request, _ErrorStream(output)), answer.start)
        try:
            answer.body.extend(chunks)
        finally:
            close = getattr(chunks, "close", None)
            if close is not None:
                close()
        return answer.response()

    async def connect(self, _request: ContainerRequest, client: Client) -> NoConnection:
        """WSGI has no connections."""
        return NoConnection(client)


class _Answer:
    """What the app has said so far."""

    def __init__(self) -> None:
        self.body: list[bytes] = []
        self._status = ""
        self._headers: list[tuple[str, str]] = []

    def start(
        self, status: str, headers: list[tuple[str, str]], exc_info: Any = None
    ) -> Callable[[bytes], None]:
        """`start_response`; the answer is whole before anything is sent, so it may begin anew."""
        if self._status and exc_info is None:
            raise AssertionError("start_response() was called twice")
        self._status, self._headers = status, headers
        return self.body.append

    def response(self) -> Response:
        if not self._status:
            raise AssertionError("the app did not call start_response()")
        number = int(self._status.partition(" ")[0])
        return Response(number, Headers(self._headers), b"".join(self.body))


class _ErrorStream:
    """`wsgi.errors`: what an app complains of stands on the timeline."""

    def __init__(self, output: Output) -> None:
        self._output = output

    def write(self, text: str) -> None:
        self._output.write(text)

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Nothing waits."""


class NoConnection:
    """The end of a connection where nobody speaks websocket."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def open(self) -> None:
        """Refuse it."""
        self._client.refused(NO_UPGRADE)

    async def send(self, data: Any) -> None:
        """Not called: the connection never stands."""

    async def close(self, code: int, reason: str) -> None:
        """Not called either."""


def _environ(request: ContainerRequest, errors: _ErrorStream) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        # PEP 3333: bytes, each as the character of its number.
        "PATH_INFO": request.path.encode().decode("latin-1"),
        "QUERY_STRING": request.query_string,
        "SERVER_NAME": request.headers["host"],
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_TYPE": request.headers.get("content-type", ""),
        "CONTENT_LENGTH": str(len(request.body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": errors,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        **{_cgi_name(name): value for name, value in request.headers.items()},
    }


def _cgi_name(header: str) -> str:
    return "HTTP_" + header.upper().replace("-", "_")

"""Containers, as the app calls them: `callContainer`, and the socket of `connectContainer`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from cloud_fake.face.flowing import flowing
from cloud_fake.face.modes import Face, ModeT
from cloud_fake.face.terminal import Terminal, terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cloud_fake.kernel.flow import Flow
    from cloud_fake.kernel.session import Session
    from cloud_fake.kernel.world import World
    from cloud_fake.models.results import CallContainerResult, ConnectContainerResult, Result
    from cloud_fake.models.tasks import TransferTask
    from cloud_fake.services.containers.sockets import Listener, Socket

__all__ = ["ContainerCalls", "SocketTask"]

P = ParamSpec("P")
R = TypeVar("R")


class SocketTask(Face[ModeT]):
    """A connection to a container.

    The container's code runs while the app connects, sends or closes, until it waits for the next
    message; what it says is told before that call returns, and kept where nobody listens yet. So a
    container cannot say something on its own account while the app does nothing.
    """

    def __init__(self, world: World, session: Session, socket: Socket, *, awaited: bool) -> None:
        self._world = world
        self._session = session
        self._awaited = awaited
        self._socket = socket

    @property
    def readyState(self) -> int:
        """0 connecting, 1 open, 2 closing, 3 closed."""
        return self._socket.state

    @flowing
    def send(self, *, data: str | bytes) -> Flow[Result]:
        """Send a message.

        Raises:
            CloudError: it is not open.
        """
        return (yield from self._socket.send(data))

    @flowing
    def close(self, *, code: int = 1000, reason: str = "") -> Flow[Result]:
        """Close the connection."""
        return (yield from self._socket.close(code, reason))

    def onOpen(self, callback: Listener) -> None:
        """Be told that it stands."""
        self._socket.listen("open", callback)

    def onMessage(self, callback: Listener) -> None:
        """Be told `{data}` of each message, a text or bytes."""
        self._socket.listen("message", callback)

    def onClose(self, callback: Listener) -> None:
        """Be told `{code, reason}` of the end, whoever made it."""
        self._socket.listen("close", callback)

    def onError(self, callback: Listener) -> None:
        """Be told `{errMsg}`: the container has refused it."""
        self._socket.listen("error", callback)


class _Opening(Terminal[P, R, None]):
    """A call that answers with a connection, which is of the same face."""

    def flow(self, face: Any, options: object, task: TransferTask | None = None) -> Flow[Any]:
        """See `Terminal`."""
        return _connected(face, (yield from super().flow(face, options, task)))

    def ask(self, face: Any, options: object) -> Any:
        """See `Terminal`."""
        return _connected(face, super().ask(face, options))


def _connected(face: Any, result: Any) -> Any:
    result["socketTask"] = SocketTask(
        face._world,  # noqa: SLF001 - a call is the face's own part
        face._session,  # noqa: SLF001
        result["socketTask"],
        awaited=face._awaited,  # noqa: SLF001
    )
    return result


def _opening(
    place: str,
) -> Callable[[Callable[Concatenate[Any, P], R]], Terminal[P, R, None]]:
    """Declare a call that answers with a connection."""
    return lambda declaration: _Opening(place, declaration)


class ContainerCalls(Face[ModeT]):
    """What the client SDK has for containers."""

    @terminal("containers.calling:CALL_CONTAINER")
    def callContainer(  # noqa: PLR0913 - as many as the platform has
        self,
        *,
        path: str,
        method: str = "GET",
        header: Mapping[str, Any] | None = None,
        data: Any = None,
        dataType: str = "json",
        responseType: str = "text",
        timeout: float | None = None,
        service: str | None = None,
        followRedirect: bool = True,
        verbose: bool | None = None,
        config: Mapping[str, Any] | None = None,
    ) -> CallContainerResult:
        """Send a container an HTTP request.

        Args:
            path: with its query, from `/` on.
            method: GET, POST and so on.
            header: `X-WX-SERVICE` names the service; the content type is JSON if none is given.
            data: text or bytes as they are; an object as JSON, as a form, or, of a GET, behind the
                path. At most 100 KB.
            dataType: `json` parses the answer, and leaves it a text if it is none.
            responseType: `arraybuffer` for bytes.
            timeout: milliseconds; the platform waits 15000 at most.
            service: names the service where no header does.
            followRedirect: six times at most.
            verbose: prints in the developer tools; does nothing here.
            config: `{"env": ...}` for this one call.

        Returns:
            `{data, statusCode, header, callID, errMsg}`, whatever the status.

        Raises:
            CloudError: `errCode` -1, the text (and `code`) tells: -501000 no such service, -606001
                and -606002 too much data, 102002 too late.
        """

    @_opening("containers.connecting:CONNECT_CONTAINER")
    def connectContainer(
        self,
        *,
        service: str | None = None,
        path: str = "",
        header: Mapping[str, Any] | None = None,
        protocols: Sequence[str] | None = None,
        tcpNoDelay: bool | None = None,
        perMessageDeflate: bool | None = None,
        timeout: float | None = None,
        config: Mapping[str, Any] | None = None,
    ) -> ConnectContainerResult:
        """Open a websocket to a container.

        Args:
            service: names the service where the header `X-WX-SERVICE` does not.
            path: the root if empty.
            header: of the handshake.
            protocols: that the app speaks.
            tcpNoDelay: does nothing here, as the next two.
            perMessageDeflate: of the compression.
            timeout: of the handshake.
            config: `{"env": ...}` for this one call.

        Returns:
            `{socketTask, errMsg}`. A container that refuses is told to `socketTask.onError`.
        """

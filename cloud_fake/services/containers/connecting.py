"""`connectContainer`: a websocket to a container."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cloud_fake.kernel.flow import Await
from cloud_fake.models.parameters import ConnectContainerParameters
from cloud_fake.models.results import ConnectContainerResult
from cloud_fake.services.containers.calling import ContainerOperation, require_env
from cloud_fake.services.containers.hosting import find_app, service_of
from cloud_fake.services.containers.requests import build
from cloud_fake.services.containers.sockets import Socket
from cloud_fake.services.functions.output import Output
from cloud_fake.services.wording import word_remote

if TYPE_CHECKING:
    from typing import Any

    from cloud_fake.kernel.flow import Flow
    from cloud_fake.kernel.operation import Asking
    from cloud_fake.kernel.work import Work

__all__ = ["CONNECT_CONTAINER"]


class Asked(NamedTuple):
    """A connection that is wanted."""

    service: str
    path: str
    header: dict[str, Any]


def prepare(asking: Asking) -> Asked:
    """The SDK's part: the handshake's headers."""
    parameters = asking.parse(ConnectContainerParameters)
    require_env(asking)
    header = {**(parameters.header or {}), "connection": "Upgrade", "upgrade": "websocket"}
    if parameters.protocols:
        header["sec-websocket-protocol"] = ", ".join(map(str, parameters.protocols))
    return Asked(service_of(asking.options), parameters.path, header)


def connect_container(work: Work, asked: Asked) -> Flow[ConnectContainerResult]:
    """The backend's part; that an app refuses the connection is told to the socket's `onError`."""
    app = find_app(work, asked.service)
    # An empty path is the root, as a browser has it.
    request = build(work, asked.service, "GET", asked.path or "/", asked.header, b"")
    socket = Socket(Output(work.world.timeline, work.call.depth + 1))
    peer = yield Await(app.connect(request, socket))
    yield from socket.connect(peer)
    return ConnectContainerResult(socketTask=socket)


CONNECT_CONTAINER = ContainerOperation(
    "socket.{target}",
    "connectContainer",
    connect_container,
    prepare,
    flow=True,
    service="functions",
    word=word_remote,
    throws_without_options=True,
)

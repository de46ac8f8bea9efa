"""Which app answers for a service: registered by environment and name. Configuration, not state."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from cloud_fake.errors import Failure, MisuseError, codes, texts
from cloud_fake.kernel.flow import run_coroutine
from cloud_fake.services.containers.asgi import AsgiApp
from cloud_fake.services.containers.plain import PlainApp
from cloud_fake.services.containers.wsgi import WsgiApp

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from cloud_fake.kernel.work import Work
    from cloud_fake.kernel.world import World
    from cloud_fake.services.containers.messages import ContainerRequest, Response
    from cloud_fake.services.containers.sockets import Client, Peer
    from cloud_fake.services.functions.output import Output

__all__ = ["HostedApp", "attach", "find_app", "host", "service_of", "stop"]


class HostedApp(Protocol):
    """An app of whichever kind."""

    def answer(
        self, request: ContainerRequest, output: Output, /
    ) -> Response | Awaitable[Response]:
        """Answer a request."""

    async def connect(self, request: ContainerRequest, client: Client, /) -> Peer:
        """Its end of a connection."""


_KINDS: dict[int, Callable[[Any], HostedApp]] = {1: PlainApp, 2: WsgiApp, 3: AsgiApp}


def host(world: World, env: int, name: str, app: Callable[..., Any]) -> None:
    """Let an app answer for a service, over one of the same name.

    What kind it is its arguments tell: `(request)`, WSGI's two or ASGI's three.

    Raises:
        MisuseError: the name is none, or the app is of no such kind.
    """
    if not isinstance(name, str) or not name:
        raise MisuseError(f"a service's name is a text, not {name!r}")
    kind = _KINDS.get(_arguments(app))
    if kind is None:
        raise MisuseError(
            f"the container {name!r} is a callable of a request, a WSGI or an ASGI app, not {app!r}"
        )
    world.containers[env, name] = kind(app)


def _arguments(app: Any) -> int:
    """How many positional arguments it has to be given; -1 if it cannot be called, or nobody knows.

    Some of what is written in C does not tell.
    """
    try:
        parameters = inspect.signature(app).parameters.values()
    except (TypeError, ValueError):
        return -1
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return sum(item.kind in positional and item.default is item.empty for item in parameters)


def service_of(options: object) -> str:
    """The service that a call names, by the header `X-WX-SERVICE` or by the option."""
    if not isinstance(options, Mapping):
        return ""
    header = options.get("header")
    headers = header if isinstance(header, Mapping) else {}
    named = [value for key, value in headers.items() if str(key).lower() == "x-wx-service"]
    service = named[0] if named else options.get("service")
    return service if isinstance(service, str) else ""


def find_app(work: Work, name: str) -> HostedApp:
    """The app of a service.

    Raises:
        Failure: -501000, there is no such service.
    """
    found: HostedApp | None = work.world.containers.get((work.env, name))
    if found is None:
        raise Failure(codes.CONTAINER_NOT_FOUND, texts.INVALID_HOST)
    return found


def stop(world: World) -> None:
    """End the life of every app that has one."""
    for app in world.containers.values():
        if isinstance(app, AsgiApp):
            run_coroutine(app.stop())


def attach(world: World) -> None:
    """Let a new world's apps live lives of their own."""
    for key, app in world.containers.items():
        if isinstance(app, AsgiApp):
            world.containers[key] = app.again()

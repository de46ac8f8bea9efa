"""What an ASGI app is told of a request: its scope, by the specification's version 3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cloud_fake.services.containers.messages import ContainerRequest

__all__ = ["State", "http_scope", "lifespan_scope", "websocket_scope"]

#: What an app keeps for its requests from its start on.
State = dict[str, Any]


def lifespan_scope(state: State) -> dict[str, Any]:
    """The scope of the app's own life."""
    return {"type": "lifespan", "asgi": _version(), "state": state}


def http_scope(request: ContainerRequest, state: State) -> dict[str, Any]:
    """The scope of a request."""
    return {**_scope(request, state), "type": "http", "scheme": "http", "method": request.method}


def websocket_scope(request: ContainerRequest, state: State) -> dict[str, Any]:
    """The scope of a connection."""
    offered = request.headers.get("sec-websocket-protocol", "").split(",")
    protocols = [name.strip() for name in offered if name.strip()]
    return {
        **_scope(request, state),
        "type": "websocket",
        "scheme": "ws",
        "subprotocols": protocols,
    }


def _scope(request: ContainerRequest, state: State) -> dict[str, Any]:
    return {
        "asgi": _version(),
        "http_version": "1.1",
        "path": request.path,
        "raw_path": request.raw_path.encode(),
        "query_string": request.query_string.encode(),
        "root_path": "",
        "headers": [
            (name.lower().encode(), value.encode()) for name, value in request.headers.items()
        ],
        "client": ("127.0.0.1", 0),
        "server": (request.headers["host"], 80),
        "state": dict(state),
    }


def _version() -> dict[str, str]:
    return {"version": "3.0", "spec_version": "2.4"}

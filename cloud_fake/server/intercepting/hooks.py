"""Interception: the methods that are patched while any cloud intercepts.

They are the public ends of the two libraries, which every call passes on its way to the network:
`requests.adapters.HTTPAdapter.send` and httpx's two transports. Whoever has brought a transport or
an adapter of their own is not touched.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any, NamedTuple

from cloud_fake.server.application import Application
from cloud_fake.server.intercepting import carriers

__all__ = ["install", "uninstall"]

#: What a call to a URL is answered by, if the network does not have to.
Choose = Callable[[str], Application | None]


class _Hook(NamedTuple):
    """A method of a library, and what stands in its place."""

    module: str
    owner: str
    method: str
    replacement: Callable[[Any, Choose], Any]


_HOOKS = (
    _Hook("requests.adapters", "HTTPAdapter", "send", carriers.requests_send),
    _Hook("httpx", "HTTPTransport", "handle_request", carriers.httpx_handle),
    _Hook("httpx", "AsyncHTTPTransport", "handle_async_request", carriers.httpx_handle_async),
)

#: What was patched, and what was there; as often as clouds intercept, the first time counts.
_patched: list[tuple[type, str, Any]] = []
_users = 0


def install(choose: Choose) -> None:
    """Patch what is installed, unless it is already; the caller holds a lock."""
    global _users  # noqa: PLW0603 - a patched library is a fact of the whole process
    _users += 1
    if _users > 1:
        return
    for hook in _HOOKS:
        if find_spec(hook.module.partition(".")[0]) is None:
            continue
        owner = getattr(import_module(hook.module), hook.owner)
        original = getattr(owner, hook.method)
        _patched.append((owner, hook.method, original))
        setattr(owner, hook.method, hook.replacement(original, choose))


def uninstall() -> None:
    """Put back what was there, once no cloud intercepts any more; the caller holds a lock."""
    global _users  # noqa: PLW0603 - as above
    _users -= 1
    if _users == 0:
        while _patched:
            owner, method, original = _patched.pop()
            setattr(owner, method, original)

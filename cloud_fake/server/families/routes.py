"""Paths of the gateway: which of a table's handlers a request is for, and what its path names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cloud_fake.server.messages import Reply, Request

__all__ = ["Handler", "Routes", "find_route", "route"]

#: Takes the visit, the request, and what the path names.
Handler: TypeAlias = "Callable[..., Reply]"
Routes: TypeAlias = "Mapping[tuple[str, re.Pattern[str]], Handler]"


def route(method: str, pattern: str) -> tuple[str, re.Pattern[str]]:
    """A key of such a table; the pattern's groups are what the path names."""
    return method, re.compile(pattern)


def find_route(routes: Routes, request: Request) -> tuple[Handler, tuple[str, ...]] | None:
    """The handler of a request, and what its path names; None if there is none."""
    for (method, pattern), handle in routes.items():
        found = pattern.fullmatch(request.path)
        if found is not None and method == request.method:
            return handle, found.groups()
    return None

"""What the server's tests share: a cloud, its server, and a plain HTTP client."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from cloud_fake import FakeCloud

ENV = "dev-1a2b3c"


@pytest.fixture
def served() -> Iterator[FakeCloud]:
    """A cloud with a few collections and functions."""
    with FakeCloud(env=ENV, collections=["todos", "done"], seed=7) as cloud:
        cloud.create_collection("notes", permission="READONLY")

        @cloud.function("add")
        def add(event: Any, context: Any) -> Any:
            return {"sum": event["x"] + event["y"], "who": context.wx_context.get("OPENID")}

        @cloud.function("boom")
        def boom(event: Any, context: Any) -> Any:
            raise ValueError("boom")

        yield cloud


@pytest.fixture
def server(served: FakeCloud) -> Iterator[Any]:
    with served.serve() as server:
        yield server


@pytest.fixture
def http(server: Any) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url) as client:
        yield client

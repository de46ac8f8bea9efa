"""What all tests share: one story, told on the blocking and on the awaitable face."""

from __future__ import annotations

import asyncio
import inspect
from typing import Any

import pytest
from hypothesis import settings

from cloud_fake import FakeCloud
from cloud_fake.face.modes import Face

pytest_plugins = ["pytester"]

# Hypothesis gives each example 200 ms of real time. The first one of a run imports half of the
# house, and on a busy machine any may take longer: that is no news about what is tested.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


class Blocking:
    """An awaitable face that blocks, so that a story reads the same on both."""

    def __init__(self, face: Any) -> None:
        self._face = face

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._face, name)
        if isinstance(value, Face):
            return Blocking(value)
        if not callable(value) or inspect.isclass(value):
            return value

        def call(*args: Any, **kwargs: Any) -> Any:
            return blocking(value(*args, **kwargs))

        return call

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return blocking(self._face(*args, **kwargs))


def blocking(value: Any) -> Any:
    if inspect.isawaitable(value):
        value = asyncio.run(finish(value))
    return Blocking(value) if isinstance(value, Face) else value


async def finish(awaitable: Any) -> Any:
    return await awaitable


@pytest.fixture(params=["sync", "aio"])
def mode(request: pytest.FixtureRequest) -> str:
    """The face that the story is told on, by name."""
    return str(request.param)


@pytest.fixture
def face(mode: str) -> Any:
    """Turns a user (or the cloud, or the server SDK) into the face the story is told on."""

    def choose(user: Any) -> Any:
        return user if mode == "sync" else Blocking(user.aio)

    return choose


@pytest.fixture
def world() -> FakeCloud:
    """A cloud with one collection of each kind of permission, its clock stopped."""
    cloud = FakeCloud(env="dev-1a2b3c", openid="o-alice", collections=["todos"], seed=7)
    for permission in ("PRIVATE", "READONLY", "ADMINWRITE", "ADMINONLY"):
        cloud.create_collection(permission.lower(), permission=permission)
    cloud.clock.freeze()
    return cloud


@pytest.fixture
def app(world: FakeCloud, face: Any) -> Any:
    """Alice's `Taro.cloud`, on either face."""
    return face(world)

"""Parts of a world that most do without: one of each, whoever asks first."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from cloud_fake import FakeCloud
from cloud_fake.face.fittings import FITTINGS
from cloud_fake.kernel.fittings import Part
from cloud_fake.kernel.settings import Settings
from cloud_fake.kernel.world import World

PARTS = ("checks", "device", "network", "outbox", "rules", "scripts", "timeline", "transactions")


def test_a_new_world_has_none_of_them() -> None:
    world = World(Settings(), FITTINGS)
    assert [part for part in PARTS if world.has(part)] == []
    assert [part for part in vars(World) if isinstance(vars(World)[part], Part)] != []


def test_nor_has_a_cloud_that_was_only_called() -> None:
    cloud = FakeCloud(env="dev-1a2b3c", collections=["todos"])
    cloud.database().collection("todos").add(data={"n": 1})
    assert [part for part in PARTS if cloud._world.has(part)] == []


@pytest.mark.parametrize("part", PARTS)
def test_each_is_made_once(part: str) -> None:
    world = World(Settings(), FITTINGS)
    made = getattr(world, part)
    assert world.has(part)
    assert getattr(world, part) is made


def test_of_several_threads_one_makes_it() -> None:
    together = threading.Barrier(8)

    class Slow(World):
        @Part
        def device(self) -> object:
            time.sleep(0.01)
            return object()

    world = Slow(Settings(), FITTINGS)

    def ask(_number: int) -> object:
        together.wait()
        return world.device

    with ThreadPoolExecutor(8) as pool:
        assert len(set(map(id, pool.map(ask, range(8))))) == 1

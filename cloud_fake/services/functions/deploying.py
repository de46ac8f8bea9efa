"""Deploying: a function takes its place in an environment, over one of the same name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloud_fake.services.functions.instances import forget
from cloud_fake.services.functions.scheduling import arm_function

if TYPE_CHECKING:
    from cloud_fake.kernel.world import World
    from cloud_fake.services.functions.registry import CloudFunction

__all__ = ["deploy"]


def deploy(world: World, env: int, function: CloudFunction) -> None:
    """Deploy a function: its timer is armed from now on, no instance of older code is left."""
    key = (env, function.name)
    world.functions[key] = function
    forget(world, key)
    arm_function(world, key)

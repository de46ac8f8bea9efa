"""Instances: the processes that run a function, and what each remembers from call to call.

An instance serves one call at a time. A call that finds none idle starts one (a cold start), so
calls that run at once never share memory; one that is idle for long is recycled and its memory is
lost. All of this is of the running server and not of a world's state: no snapshot holds it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cloud_fake.errors import MisuseError

if TYPE_CHECKING:
    from datetime import datetime

    from cloud_fake.kernel.world import World
    from cloud_fake.services.functions.registry import CloudFunction, Handler

__all__ = [
    "Instance",
    "Key",
    "forget",
    "forget_all",
    "give_back",
    "recycle",
    "start",
    "take_warm",
]

#: An environment's number and a function's name.
Key = tuple[int, str]


@dataclass(eq=False)
class Instance:
    """One process of a function; `memory` is what its calls leave for later ones."""

    handler: Handler
    used_at: datetime
    memory: dict[str, Any] = field(default_factory=dict)


def take_warm(home: list[Instance], function: CloudFunction, now: datetime) -> Instance | None:
    """The idle instance that was used last, unless it has been idle for too long by now."""
    if not home:
        return None
    instance = home.pop()
    if (now - instance.used_at).total_seconds() <= function.keep_warm:
        return instance
    home.clear()  # the others have waited longer still
    return None


def start(world: World, function: CloudFunction) -> Instance:
    """A new instance; whatever its code raises while it is loaded comes through."""
    return Instance(function.boot(world), world.clock.now())


def give_back(home: list[Instance], instance: Instance, now: datetime) -> None:
    """Keep an instance, whose call is over now; nobody looks into a recycled function's home."""
    instance.used_at = now
    home.append(instance)


def recycle(world: World, key: Key) -> None:
    """End a function's instances; those that run now end with their call.

    Raises:
        MisuseError: there is no such function.
    """
    if key not in world.functions:
        raise MisuseError(f"there is no function {key[1]!r}")
    forget(world, key)


def forget(world: World, key: Key) -> None:
    """End those of a function that are idle, if any are."""
    # Emptied as well, for a call that runs now holds on to its home, and one may have a process.
    world.instances.pop(key, []).clear()


def forget_all(world: World) -> None:
    """End those of every function."""
    for key in list(world.instances):
        forget(world, key)

"""Kernel: letting a world come to rest."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from cloud_fake.kernel.faults.durations import Duration, seconds_of
from cloud_fake.kernel.faults.registry import Faults

if TYPE_CHECKING:
    from cloud_fake.kernel.world import World

__all__ = ["LONGEST", "conclude", "run_until_idle", "settle"]

#: Timers of functions never end, so waiting until nothing is due needs a limit.
LONGEST = "1h"


def run_until_idle(world: World, within: Duration = LONGEST) -> int:
    """Let time pass until nothing more is due; returns how often it had to.

    Args:
        world: which.
        within: how long at most, of the cloud's time.
    """
    clock = world.clock
    end = clock.now() + timedelta(seconds=seconds_of(within))
    moves = 0
    world.deliver()
    while (due := clock.next_due()) is not None and due <= end:
        clock.move_to(max(due, clock.now()))
        world.deliver()
        moves += 1
    return moves


def settle(world: World, within: Duration = LONGEST) -> None:
    """The end of all trouble: heal, come to rest, and look whether what must be so is so.

    Raises:
        CheckFailed: it is not.
    """
    __tracebackhide__ = True
    Faults(world).heal()
    run_until_idle(world, within)
    world.checks.finish(world)


def conclude(world: World, *, after_trouble: bool) -> None:
    """The end of a test: settle, if there was trouble or something waits for that.

    Raises:
        CheckFailed: something was not so, or is not so in the end.
    """
    __tracebackhide__ = True
    if after_trouble or world.checks.waits:
        settle(world)
    else:
        world.checks.finish(world)

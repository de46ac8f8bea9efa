"""What runs by itself, armed on a world's clock: timers of functions, and delayed tasks.

A timer belongs to the configuration: a fork has it too, a restore leaves it. A delayed task is
state: it stands in a table, so a snapshot holds it and a restore may bring it back.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Hashable
    from datetime import datetime

    from cloud_fake.kernel.clock import Timer
    from cloud_fake.kernel.world import World
    from cloud_fake.services.functions.instances import Key
    from cloud_fake.services.functions.timers import TimerTrigger
    from cloud_fake.state import Draft
    from cloud_fake.values.kinds import Value

__all__ = ["DelayedTask", "add_task", "arm_function", "arm_tasks", "rearm"]

TASKS = "delayed_tasks"


class DelayedTask(NamedTuple):
    """A function to be called at a moment; of several at one moment the lowest `tie` is first."""

    id: str
    env: int
    name: str
    event: dict[str, Value]
    due: datetime
    tie: float


def rearm(world: World) -> None:
    """Arm everything from now on, as if it had just been deployed."""
    for key in world.functions:
        arm_function(world, key)
    arm_tasks(world)


# --- timers --------------------------------------------------------------------------------------


def arm_function(world: World, key: Key) -> None:
    """Have a function's timer fire from now on, if it has one; what was armed before is not."""
    trigger: TimerTrigger | None = world.functions[key].trigger
    if trigger is None:
        _disarm(world, key)
    else:
        _arm_after(world, key, trigger, world.clock.now())


def _arm_after(world: World, key: Key, trigger: TimerTrigger, moment: datetime) -> None:
    _disarm(world, key)
    armed = _armed(world)
    due = trigger.cron.next_after(moment)
    if due is not None:
        env, name = key
        action = partial(_fire, world, key, trigger, due)
        armed[key] = world.at(due, f"timer {env} {name}", action)


def _fire(world: World, key: Key, trigger: TimerTrigger, due: datetime) -> None:
    from cloud_fake.services.functions.triggering import fire

    # From when it was due: of a clock that has leapt, no instant is left out.
    _arm_after(world, key, trigger, due)
    fire(world, key, trigger, due)


# --- delayed tasks -------------------------------------------------------------------------------


def add_task(world: World, draft: Draft, task: DelayedTask) -> None:
    """Put a task among the others, and have it run when it is due."""
    if not draft.has_table(TASKS):
        draft.create_table(TASKS)
    draft.put(TASKS, task.id, task)
    _arm_task(world, task)


def arm_tasks(world: World) -> None:
    """Have every task that there is run when it is due, and no other."""
    for key in [key for key in world.armed or () if isinstance(key, str)]:
        _disarm(world, key)
    for task in (world.store.table(TASKS) or {}).values():
        _arm_task(world, task)


def _arm_task(world: World, task: DelayedTask) -> None:
    action = partial(_run_task, world, task)
    _armed(world)[task.id] = world.clock.at(task.due, action, task.tie)


def _run_task(world: World, task: DelayedTask) -> None:
    from cloud_fake.services.functions.triggering import DELAYED, run_unattended

    if _take_out(world, task):
        run_unattended(world, DELAYED, (task.env, task.name), task.event)


def _take_out(world: World, task: DelayedTask) -> bool:
    """Whether the task was still to be run."""
    with world.lock:
        draft = world.store.draft()
        if draft.get(TASKS, task.id) is not task:
            return False
        draft.delete(TASKS, task.id)
        draft.commit()
    return True


def _armed(world: World) -> dict[Hashable, Timer]:
    """What is armed; from the first time on all of it is armed again when the clock is set back."""
    with world.lock:
        if world.armed is None:
            world.armed = {}
            world.clock.on_move(lambda before, after: rearm(world) if after < before else None)
        return world.armed


def _disarm(world: World, key: Hashable) -> None:
    timer = world.armed.pop(key, None) if world.armed else None
    if timer is not None:
        timer.cancel()

"""Timers that fire: the function runs by itself, and nobody waits for its answer."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from cloud_fake.errors import CloudError, Failure, MisuseError, sdk_error
from cloud_fake.kernel.flow import run_blocking, run_by_itself
from cloud_fake.kernel.gate import pass_gate
from cloud_fake.kernel.operation import Asking, Operation
from cloud_fake.kernel.session import SERVICES, Identity, Session
from cloud_fake.models.dialect import CLIENT, SERVER
from cloud_fake.services.functions.running import Run
from cloud_fake.services.functions.timers import timer_event
from cloud_fake.values.crossing import cross

if TYPE_CHECKING:
    from datetime import datetime

    from cloud_fake.kernel.flow import Course, Flow
    from cloud_fake.kernel.timeline import Call
    from cloud_fake.kernel.work import Work
    from cloud_fake.kernel.world import World
    from cloud_fake.models.results import CallFunctionResult
    from cloud_fake.services.functions.instances import Key
    from cloud_fake.services.functions.registry import CloudFunction
    from cloud_fake.services.functions.timers import TimerTrigger
    from cloud_fake.values.kinds import Value

__all__ = ["DELAYED", "TIMER", "fire", "fire_by_hand", "run_unattended"]

SOURCE = "wx_trigger"


def fire_by_hand(world: World, key: Key) -> Call:
    """Fire a function's timer now, whenever it is due.

    Returns:
        The run's line on the timeline; it has `result` or `error`.

    Raises:
        MisuseError: there is no such function, it has no timer, or it cleared the timeline.
    """
    function: CloudFunction | None = world.functions.get(key)
    if function is None:
        raise MisuseError(f"there is no function {key[1]!r}")
    if function.trigger is None:
        raise MisuseError(f"the function {key[1]!r} has no timer")
    event = timer_event(function.trigger, world.clock.now())
    session, flow = _by_itself(world, TIMER, key, event)
    run_blocking(flow, world.clock.wait)
    for call in reversed(world.timeline):
        if call.session is session:
            return call
    raise MisuseError(f"the timeline was cleared while {key[1]!r} ran")


def fire(world: World, key: Key, trigger: TimerTrigger, due: datetime) -> None:
    """Run a function because its timer is due."""
    run_unattended(world, TIMER, key, timer_event(trigger, due))


def run_unattended(world: World, operation: Operation, key: Key, event: dict[str, Value]) -> None:
    """Let the platform itself call a function; nobody waits for it, so other things go on.

    A handler that is async runs to its end as well, also where the clock was moved by a plain call.
    """
    _, flow = _by_itself(world, operation, key, event)
    run_by_itself(flow, lambda seconds, go_on: world.after(seconds, f"run {key}", go_on))


def _by_itself(
    world: World, operation: Operation, key: Key, event: dict[str, Value]
) -> tuple[Session, Flow[None]]:
    """Who calls, and the call: what fails stands on the timeline, and only there."""
    env, name = key
    session = _platform(world, env)

    def flow() -> Flow[None]:
        with contextlib.suppress(CloudError):
            yield from pass_gate(world, operation, session, {"name": name, "event": event})

    return session, flow()


def _platform(world: World, env: int) -> Session:
    """The platform as a caller: nobody is signed in."""
    envs = dict.fromkeys(SERVICES, world.env_name(env))
    return Session(Identity(None, world.settings.appid), SERVER, envs=envs, source=SOURCE)


def _as_given(asking: Asking) -> Any:
    return asking.options


def _run(work: Work, options: dict[str, Any]) -> Course[CallFunctionResult]:
    # A copy: the handler may do with it what it likes. Nobody called, so there is no `openId`.
    event: Any = {**options["event"], "userInfo": {"appId": work.session.identity.appid}}
    return Run(work, options["name"], SOURCE, CLIENT).course(cross(event))


def _word(failure: Failure, _call: Call) -> CloudError:
    return sdk_error(failure.code.client, failure.text)


#: A timer's run.
TIMER = Operation(
    "timer.{target}",
    "timer",
    _run,
    _as_given,
    flow=True,
    service="functions",
    about="name",
    word=_word,
)

#: A run that a function asked for some time ago [uncertain: what `SOURCE` says then].
DELAYED = Operation(
    "delayed.{target}",
    "delayed",
    _run,
    _as_given,
    flow=True,
    service="functions",
    about="name",
    word=_word,
)

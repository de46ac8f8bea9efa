"""What is deployed: handlers by environment and name. Configuration, not state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict

from cloud_fake.errors import Failure, MisuseError, codes, texts
from cloud_fake.services.functions.timers import TimerTrigger, timer_trigger

if TYPE_CHECKING:
    from cloud_fake.kernel.work import Work
    from cloud_fake.kernel.world import World

__all__ = ["CloudFunction", "FunctionOptions", "Handler", "find_function", "of_handler"]

#: `handler(event, context)`, plain or async.
Handler = Callable[[Any, Any], Any]


class FunctionOptions(TypedDict, total=False):
    """What a function is deployed with, beside its handler; times in seconds of the cloud's clock.

    `timeout` is its time limit (3), `cold_start` what starting an instance costs (0), `keep_warm`
    how long an idle one lives (1800). `timer` is a cron of seven fields on UTC+8; `timer_name`
    (the function's own if left out) and `timer_message` are what the timer's event tells.
    """

    timeout: float
    cold_start: float
    keep_warm: float
    timer: str
    timer_name: str
    timer_message: str


@dataclass(frozen=True)
class CloudFunction:
    """One deployed function; `boot` loads its code in a world, once for each instance."""

    name: str
    boot: Callable[[World], Handler]
    timeout: float = 3.0
    cold_start: float = 0.0
    #: [assumed: the platform says only that idle instances are recycled after a while]
    keep_warm: float = 1800.0
    trigger: TimerTrigger | None = None

    def __post_init__(self) -> None:
        """Check what a test may have got wrong.

        Raises:
            MisuseError: the name or a time is none.
        """
        if not isinstance(self.name, str) or not self.name:
            raise MisuseError(f"a function's name is a text, not {self.name!r}")
        if not _is_number(self.timeout) or not self.timeout > 0:
            raise MisuseError(f"a time limit is in seconds, above 0, not {self.timeout!r}")
        for key in ("cold_start", "keep_warm"):
            seconds = getattr(self, key)
            if not _is_number(seconds) or not seconds >= 0:
                raise MisuseError(f"{key} is in seconds, 0 or more, not {seconds!r}")


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def of_handler(
    name: str,
    handler: Handler,
    *,
    timer: str | None = None,
    timer_name: str | None = None,
    timer_message: str = "",
    **times: float,
) -> CloudFunction:
    """A function whose code is a Python callable, shared by all its instances.

    Raises:
        MisuseError: the handler cannot be called, or an option is none.
        TypeError: there is no such option.
    """
    if not callable(handler):
        raise MisuseError(f"the handler of {name!r} cannot be called")
    trigger = None if timer is None else timer_trigger(timer_name or name, timer, timer_message)
    return CloudFunction(name, lambda _world: handler, trigger=trigger, **times)


def find_function(work: Work, name: str) -> tuple[CloudFunction, str]:
    """The deployed function, and the id of this request to it.

    Raises:
        Failure: -501000, there is none of that name.
    """
    world = work.world
    with world.lock:
        found: CloudFunction | None = world.functions.get((work.env, name))
        if found is None:
            raise Failure(codes.FUNCTION_NOT_FOUND, texts.NO_SUCH_FUNCTION)
        return found, world.ids.next_uuid("request")

"""What is deployed: handlers by environment and name. Configuration, not state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cloud_fake.errors import Failure, MisuseError, codes, texts

if TYPE_CHECKING:
    from cloud_fake.kernel.gate import Work
    from cloud_fake.kernel.world import World

__all__ = ["CloudFunction", "Handler", "find_function", "register"]

#: `handler(event, context)`, plain or async.
Handler = Callable[[Any, Any], Any]

DEFAULT_TIMEOUT = 3.0


@dataclass(frozen=True)
class CloudFunction:
    """One deployed function; `timeout` in seconds of the cloud's clock."""

    name: str
    handler: Handler
    timeout: float = DEFAULT_TIMEOUT


def register(world: World, env: int, function: CloudFunction) -> None:
    """Deploy a function, over one of the same name.

    Raises:
        MisuseError: the name, the handler or the time limit is none.
    """
    if not isinstance(function.name, str) or not function.name:
        raise MisuseError(f"a function's name is a text, not {function.name!r}")
    if not callable(function.handler):
        raise MisuseError(f"the handler of {function.name!r} cannot be called")
    if not isinstance(function.timeout, (int, float)) or not function.timeout > 0:
        raise MisuseError(f"a time limit is in seconds, above 0, not {function.timeout!r}")
    world.functions[env, function.name] = function


def find_function(work: Work, name: str) -> CloudFunction:
    """The deployed function.

    Raises:
        Failure: -501000, there is none of that name.
    """
    found: CloudFunction | None = work.world.functions.get((work.env, name))
    if found is None:
        raise Failure(codes.FUNCTION_NOT_FOUND, texts.NO_SUCH_FUNCTION)
    return found

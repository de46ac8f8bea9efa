"""Interception: which cloud a call to the platform is for.

Inside `with cloud.intercept()` it is that cloud, in this thread and in the tasks and threads that
take its context along. A thread that a test started by itself has none: there it is the one cloud
that intercepts at the time, and where several do it is a MisuseError.
"""

from __future__ import annotations

import threading
from contextvars import ContextVar
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from cloud_fake.errors import MisuseError
from cloud_fake.server.application import Application, is_platform_host
from cloud_fake.server.intercepting import hooks
from cloud_fake.server.keys import Keys

if TYPE_CHECKING:
    from types import TracebackType

    from cloud_fake.kernel.world import World

__all__ = ["Interception", "application_for"]

#: The innermost cloud that intercepts here.
_HERE: ContextVar[tuple[Interception, ...]] = ContextVar("cloud_fake_interceptions", default=())
#: All that intercept anywhere, in the order in which they began.
_ALL: list[Interception] = []
_LOCK = threading.Lock()


class Interception(Keys):
    """What `cloud.intercept()` answers: a context manager, which may be entered again later.

    Attributes:
        application: what the calls are answered by.
    """

    def __init__(self, world: World) -> None:
        self.application = Application(world)

    def __enter__(self) -> Self:
        with _LOCK:
            _ALL.append(self)
            hooks.install(application_for)
        _HERE.set((*_HERE.get(), self))
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        with _LOCK:
            _ALL.remove(self)
            hooks.uninstall()
        # A generator's fixture may be torn down in another context than it was set up in.
        _HERE.set(tuple(one for one in _HERE.get() if one is not self))


def application_for(url: str) -> Application | None:
    """What a call to a URL is answered by; None if the network has to answer it.

    Raises:
        MisuseError: several clouds intercept, and none of them here.
    """
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return None
    if not is_platform_host(host):
        return None
    here = [one for one in _HERE.get() if one in _ALL]
    if here:
        return here[-1].application
    if len(_ALL) > 1:
        raise MisuseError(
            f"{len(_ALL)} clouds intercept, and none of them in this thread: which one is "
            f"{host} here? Enter `with cloud.intercept()` in the thread itself"
        )
    return _ALL[0].application if _ALL else None

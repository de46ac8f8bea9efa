"""Server: from a request to its answer, whoever carries them: a socket or `cloud.intercept()`.

```
is it meant for us      Host, Origin, the host that a proxy is asked for; CORS
which family            by path, or by host where the platform's own hosts lead here
what it answers         in the family's own form, also when it fails
```

Nothing but the families' own failures comes out: what nobody foresaw is noted on the timeline and
answered as the platform's SYS_ERR.
"""

from __future__ import annotations

import re
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cloud_fake.errors import CloudError, Failure, MisuseError, NotSupportedByFake, codes
from cloud_fake.server.families.actions import Actions
from cloud_fake.server.families.auth import Auth
from cloud_fake.server.families.cos import Links, Uploads
from cloud_fake.server.families.family import Family, Trouble, trouble_of
from cloud_fake.server.families.gateway import Gateway
from cloud_fake.server.families.http_access import HttpAccess
from cloud_fake.server.families.nosql import Nosql
from cloud_fake.server.families.wechat import WeChat
from cloud_fake.server.messages import BadRequest, Reply, Request, Unanswered
from cloud_fake.server.taro.family import Shim, Taro
from cloud_fake.server.visitors import Visitors
from cloud_fake.server.visits import Wire

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from cloud_fake.kernel.world import World
    from cloud_fake.server.realtime.subscription import Subscription

__all__ = ["Application", "is_platform_host"]

#: Hosts of the platform's, whose calls `cloud.intercept()` takes and a proxy is asked for.
_PLATFORM = re.compile(
    r"api\.weixin\.qq\.com"
    r"|(.+\.)?(tcb-api|tcb-admin)\.(tencentcloudapi|tencentyun)\.com"
    r"|.+\.tcb\.qcloud\.la"
    r"|.+\.cos\.[a-z0-9-]+\.myqcloud\.com"
    r"|.+\.api\.tcloudbasegateway\.com"
    r"|.+\.service\.tcloudbase\.com"
)
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

_BY_PATH: Mapping[str, Family] = MappingProxyType(
    {
        "admin": Actions(),
        "web": Actions(for_pages=True),
        "v1": Gateway(),
        "v1/database": Nosql(),
        "auth": Auth(),
        "tcb": WeChat(),
        "cgi-bin": WeChat(),
        "cos": Uploads(),
        "links": Links(),
        "taro": Taro(),
        "shim": Shim(),
    }
)
#: Hosts whose paths are all their own.
_BY_HOST: Mapping[str, Family] = MappingProxyType(
    {
        ".tcb.qcloud.la": Links(),
        ".myqcloud.com": Uploads(),
        ".service.tcloudbase.com": HttpAccess(),
    }
)
_CORS = {
    "access-control-allow-methods": "GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS",
    "access-control-allow-credentials": "true",
    "access-control-expose-headers": "*",
    "access-control-max-age": "600",
    "vary": "Origin",
}


def is_platform_host(host: str) -> bool:
    """Whether a host is one of the platform's that this fake stands for."""
    return _PLATFORM.fullmatch(host.lower()) is not None


class Application:
    """The world behind HTTP.

    Args:
        world: which.
        base: this server's URL; empty where the platform's own hosts lead here.
        hosts: names by which the server may be called, beside those of loopback.
    """

    def __init__(self, world: World, base: str = "", hosts: Collection[str] = ()) -> None:
        self.world = world
        self.visitors = Visitors(world)
        self.wire = Wire(base)
        #: Watches over WebSocket by their query's id, also those whose line is gone.
        self.watches: dict[str, Subscription] = {}
        self._hosts = _LOOPBACK | {host.lower() for host in hosts}

    def answer(self, request: Request) -> Reply:
        """The answer to a request.

        Raises:
            Unanswered: the line is to break without one.
        """
        refusal = self.why_foreign(request)
        if refusal is not None:
            return refusal
        origin = request.headers.get("origin")
        if request.method == "OPTIONS":
            return Reply(204, b"", _allowing(origin, request))
        reply = self._answered(request)
        return reply if origin is None else reply.plus(_allowing(origin, request))

    def close(self) -> None:
        """End every watch."""
        for subscription in list(self.watches.values()):
            subscription.close()
        self.watches.clear()

    # --- is it meant for us -----------------------------------------------------------------------

    def why_foreign(self, request: Request) -> Reply | None:
        """What is said to a request that is not for this server, or comes from a foreign page.

        A name that somebody's DNS leads here, or any site that a browser has open, could otherwise
        call it.
        """
        try:
            return self._why_foreign(request)
        except ValueError:  # no host at all can be read from it
            return Reply(400, b"malformed URL or header")

    def _why_foreign(self, request: Request) -> Reply | None:
        proxied = request.proxied_host
        if proxied is not None and not (is_platform_host(proxied) or self._is_ours(proxied)):
            return Reply(403, b"this is no proxy for other hosts")
        host = _host_of(request.headers.get("host", ""))
        if proxied is None and not (self._is_ours(host) or is_platform_host(host)):
            return Reply(403, b"foreign Host")
        origin = request.headers.get("origin")
        if origin is not None and not self.allows_origin(origin):
            return Reply(403, b"foreign Origin")
        return None

    def allows_origin(self, origin: str) -> bool:
        """Whether pages of that origin may call: those of this machine, and of WeChat's."""
        host = urlsplit(origin).hostname or ""
        return self._is_ours(host) or host == "servicewechat.com"

    def _is_ours(self, host: str) -> bool:
        return host.lower() in self._hosts

    # --- answering --------------------------------------------------------------------------------

    def _answered(self, request: Request) -> Reply:
        family = _family_of(request)
        if family is None:
            return Reply(404, b"not found")
        try:
            return family.answer(request, self.visitors, self.wire)
        except (CloudError, Failure, BadRequest, MisuseError) as error:
            trouble = trouble_of(error)
        except Unanswered:
            raise
        except NotSupportedByFake as error:
            trouble = _ours(f"not supported by cloud_fake: {error}")
        except Exception as error:  # noqa: BLE001 - a server goes on
            trouble = self.unforeseen(request.path, error)
        return family.refuse(trouble, self.visitors.draw("reply"))

    def unforeseen(self, path: str, error: Exception) -> Trouble:
        """What is answered where something raised that should not; the timeline tells what."""
        self.world.timeline.note("server", f"{path} raised {error!r}")
        return _ours(f"internal error: {type(error).__name__}")


def _ours(text: str) -> Trouble:
    return Trouble(codes.SYS_ERR.name, codes.SYS_ERR.client, text)


@lru_cache(maxsize=256)
def _host_of(header: str) -> str:
    """The name in a `Host` header, without its port."""
    return urlsplit(f"//{header}").hostname or ""


def _family_of(request: Request) -> Family | None:
    host = request.proxied_host or _host_of(request.headers.get("host", ""))
    own = _family_of_host(host)
    if own is not None:
        return own
    first, second = [*request.path.split("/"), ""][1:3]
    return _BY_PATH.get(f"{first}/{second}") or _BY_PATH.get(first)


@lru_cache(maxsize=256)
def _family_of_host(host: str) -> Family | None:
    """Whose all paths of a host are; None where the path says it."""
    return next((it for ending, it in _BY_HOST.items() if host.endswith(ending)), None)


def _allowing(origin: str | None, request: Request) -> dict[str, str]:
    asked = request.headers.get("access-control-request-headers", "*")
    allowed = {"access-control-allow-origin": origin or "*", "access-control-allow-headers": asked}
    return {**_CORS, **allowed}

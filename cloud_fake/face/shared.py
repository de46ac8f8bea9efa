"""Instances of `Cloud`: an SDK for one other environment, of one's own or of another account.

Sources: base library 2.30.3 and wx-server-sdk 4.0.2, both run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cloud_fake.errors import NotSupportedByFake, plain_error, sdk_error, texts
from cloud_fake.face.calls import ClientCalls
from cloud_fake.face.flowing import flowing
from cloud_fake.face.keywords import config_of
from cloud_fake.face.modes import ModeT
from cloud_fake.face.server_calls import ServerCalls
from cloud_fake.models.results import SharedInitResult
from cloud_fake.services.identity.sharing import EXPIRES_AFTER, Resource, authorise
from cloud_fake.values.dates import to_millis

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloud_fake.kernel.flow import Flow
    from cloud_fake.kernel.session import Session
    from cloud_fake.kernel.world import World
    from cloud_fake.models.dialect import Dialect

__all__ = ["AuthorisedClient", "InstanceClient", "InstanceServer", "resource_of"]


class InstanceClient(ClientCalls[ModeT]):
    """`new wx.cloud.Cloud({resourceEnv})`: all calls of the client SDK, in that environment."""

    def __init__(
        self, world: World, session: Session, resource: Resource, *, awaited: bool
    ) -> None:
        super().__init__(world, session, awaited=awaited)
        self._resource = resource

    @flowing
    def init(
        self, config: Mapping[str, Any] | None = None, /, **_options: Any
    ) -> Flow[SharedInitResult | None]:
        """Make it usable; nobody has to be asked for one's own environment. Answers None."""
        yield from ()
        self._session.init(self._resource.env)
        return None


class AuthorisedClient(InstanceClient[ModeT]):
    """`new wx.cloud.Cloud({resourceAppid, resourceEnv})`: another account's environment."""

    @flowing
    def init(
        self, config: Mapping[str, Any] | None = None, /, **_options: Any
    ) -> Flow[SharedInitResult | None]:
        """Ask the owner's `cloudbase_auth`; a refusal is an answer, too, and nothing is raised.

        Returns:
            `{errCode: 0, errMsg, expireTime}`, in milliseconds; or `{errCode, errMsg}` of a
            refusal, after which every call still says that `init` is missing. None the second time.
        """
        if self._session.envs is not None:
            return None
        return (yield from self._authorised())

    @flowing
    def refreshAuth(self) -> Flow[SharedInitResult]:
        """Ask the owner again; answers as `init` does the first time."""
        return (yield from self._authorised())

    def _authorised(self) -> Flow[SharedInitResult]:
        verdict = yield from authorise(self._world, self._session, self._resource)
        if verdict.code != 0:
            return SharedInitResult(errCode=verdict.code, errMsg=verdict.text)
        self._session.auth_custom = verdict.custom
        self._session.init(self._resource.env)
        expires = to_millis(self._world.clock.now()) + EXPIRES_AFTER
        return SharedInitResult(errCode=0, errMsg=verdict.text, expireTime=expires)


class InstanceServer(ServerCalls[ModeT]):
    """`new cloud.Cloud({...})` of wx-server-sdk: all its calls, after `await c.init()`."""

    def __init__(
        self, world: World, session: Session, resource: Resource, *, awaited: bool
    ) -> None:
        super().__init__(world, session, awaited=awaited)
        self._resource = resource

    @flowing
    def init(self, config: Mapping[str, Any] | None = None, /, **_options: Any) -> Flow[None]:
        """Ask the owner's `cloudbase_auth`; answers None.

        Without `resourceAppid` wx-server-sdk 4.0.2 drops `resourceEnv` on the way: the instance
        uses the environment that its function runs in.

        Raises:
            CloudError: the owner refuses.
        """
        session, resource = self._session, self._resource
        if session.envs is not None:
            return
        if resource.appid is None:
            session.init(session.current_env)
            return
        verdict = yield from authorise(self._world, session, resource)
        if verdict.code != 0:
            raise sdk_error(verdict.code, texts.wechat_failed(verdict.code))
        session.init(resource.env)


#: What `Cloud` can be told.
_OPTIONS = ("resourceAppid", "resourceEnv", "identityless", "config")


def resource_of(
    dialect: Dialect, options: object, keywords: Mapping[str, Any], missing: str
) -> Resource:
    """What `Cloud(...)` was told to be for.

    Raises:
        CloudError: it was not, `missing` is what the SDK says then; or it was told by no object.
        NotSupportedByFake: nobody is to be signed in.
        TypeError: a keyword that it does not have.
    """
    known = {name: keywords.get(name) for name in _OPTIONS}
    unknown = {name: value for name, value in keywords.items() if name not in known}
    given = config_of(dialect, "Cloud", options, known, unknown)
    if given.get("identityless"):
        raise NotSupportedByFake("Cloud({identityless})")
    env, appid = given.get("resourceEnv"), given.get("resourceAppid")
    if not env:
        raise plain_error(missing)
    return Resource(str(env), str(appid) if appid else None)

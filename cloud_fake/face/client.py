"""`Taro.cloud`: what the app sees, for one signed-in user."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Never, overload

from cloud_fake.errors import Refusal, texts
from cloud_fake.face.calls import ClientCalls
from cloud_fake.face.keywords import config_of
from cloud_fake.face.modes import ModeT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloud_fake.face.shared import AuthorisedClient, InstanceClient

__all__ = ["Client"]


class Client(ClientCalls[ModeT]):
    """The client SDK: its calls, `init`, and instances for other environments."""

    def init(
        self,
        config: Mapping[str, Any] | None = None,
        /,
        *,
        env: str | Mapping[str, str] | None = None,
        traceUser: bool | None = None,
        **unknown: Never,
    ) -> None:
        """Initialise the SDK: `init(env="dev-1a2b3c", traceUser=True)` or `init({"env": ...})`.

        Only the first call counts (documented; base library 2.30.3 really replaces). `env` is a
        name for all services, or an object with `database`, `storage`, `functions`; without one the
        backend's default environment is used.
        """
        keywords = {"env": env, "traceUser": traceUser}
        session = self._session
        given = config_of(session.dialect, "init", config, keywords, unknown)
        try:
            session.init(given.get("env") or None)
        except Refusal as refusal:
            raise session.dialect.refuse(refusal) from None
        self._world.settle(filter(None, (session.envs or {}).values()))

    @overload
    def Cloud(self, /, *, resourceAppid: str, resourceEnv: str) -> AuthorisedClient[ModeT]: ...
    @overload
    def Cloud(self, /, *, resourceEnv: str) -> InstanceClient[ModeT]: ...
    @overload
    def Cloud(self, options: Mapping[str, Any], /) -> InstanceClient[ModeT]: ...
    def Cloud(self, options: Any = None, /, **keywords: Any) -> Any:
        """An SDK for one other environment, of one's own or, with `resourceAppid`, of an account.

        It needs no `init` of this SDK, but its own, which is a call: `await c.init()`.

        Raises:
            CloudError: there is no `resourceEnv`.
        """
        from cloud_fake.face.shared import AuthorisedClient, InstanceClient, resource_of

        missing = texts.RESOURCE_ENV_MISSING
        resource = resource_of(self._session.dialect, options, keywords, missing)
        session = self._session.instance(resource.appid)
        face = InstanceClient if resource.appid is None else AuthorisedClient
        return face(self._world, session, resource, awaited=self._awaited)

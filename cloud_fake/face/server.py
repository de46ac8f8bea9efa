"""`wx-server-sdk`: what code inside a cloud function uses. It may do everything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Never, NoReturn, overload

from cloud_fake.errors import NotSupportedByFake, Refusal, texts
from cloud_fake.face.keywords import config_of
from cloud_fake.face.modes import Async, ModeT
from cloud_fake.face.server_calls import ServerCalls, throws_if_missing
from cloud_fake.face.shared import InstanceServer, resource_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloud_fake.models.environment import EnvName

__all__ = ["ServerSDK"]


class ServerSDK(ServerCalls[ModeT]):
    """The server SDK: its calls, `init`, and instances for other environments."""

    @property
    def aio(self) -> ServerSDK[Async]:
        """The same SDK, every call awaitable."""
        return ServerSDK(self._world, self._session, awaited=True)

    def init(
        self,
        config: Mapping[str, Any] | None = None,
        /,
        *,
        env: EnvName | Mapping[str, EnvName] | None = None,
        throwOnNotFound: bool | None = None,
        traceUser: bool | None = None,
        **unknown: Never,
    ) -> None:
        """Initialise the SDK; only the first call counts.

        `env` is a name, `DYNAMIC_CURRENT_ENV`, or an object with `database`, `functions`, `storage`
        and `default`; without it the default environment is used, not the function's own.
        `throwOnNotFound=False` lets `doc(id).get()` answer null for a missing record.
        """
        keywords = {"env": env, "throwOnNotFound": throwOnNotFound, "traceUser": traceUser}
        session = self._session
        is_first = not session.init_taken
        given = config_of(session.dialect, "init", config, keywords, unknown)
        try:
            session.init(given.get("env"))
        except Refusal as refusal:
            raise session.dialect.refuse(refusal) from None
        throws = throws_if_missing(given)
        if is_first and throws is not None:
            session.throws_if_missing = throws

    def createNewInstance(self, config: Mapping[str, Any] | None = None, /) -> ServerSDK[ModeT]:
        """Another SDK, initialised with `config`."""
        made = ServerSDK[ModeT](self._world, self._session.afresh(), awaited=self._awaited)
        made.init(config)
        return made

    @overload
    def Cloud(self, /) -> ServerSDK[ModeT]: ...
    @overload
    def Cloud(
        self, /, *, resourceEnv: str, resourceAppid: str | None = ...
    ) -> InstanceServer[ModeT]: ...
    @overload
    def Cloud(self, options: Mapping[str, Any], /) -> InstanceServer[ModeT]: ...
    def Cloud(self, options: Any = None, /, **keywords: Any) -> Any:
        """An SDK for another account's environment, with an `init` that is a call.

        Without any options it is one like this, not initialised.

        Raises:
            CloudError: there is no `resourceEnv`.
        """
        if options is None and not keywords:
            return ServerSDK[ModeT](self._world, self._session.afresh(), awaited=self._awaited)
        missing = texts.SERVER_RESOURCE_ENV_MISSING
        resource = resource_of(self._session.dialect, options, keywords, missing)
        session = self._session.instance(resource.appid)
        return InstanceServer[ModeT](self._world, session, resource, awaited=self._awaited)

    def updateConfig(self, *_arguments: Any, **_keywords: Any) -> NoReturn:
        """Not faked: the SDK's way to change its settings underway, which nobody documents."""
        raise NotSupportedByFake("cloud.updateConfig")

    def registerService(self, *_arguments: Any, **_keywords: Any) -> NoReturn:
        """Not faked: the SDK's way to extend itself, which nobody documents."""
        raise NotSupportedByFake("cloud.registerService")

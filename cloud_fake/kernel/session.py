"""Who calls: one running SDK, on one device or in one function, with its own `init`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from cloud_fake.errors import Refusal, texts
from cloud_fake.models.environment import DYNAMIC_CURRENT_ENV, EnvName, is_env_name
from cloud_fake.values.kinds import js_type

if TYPE_CHECKING:
    from cloud_fake.kernel.timeline import Call
    from cloud_fake.models.dialect import Dialect

__all__ = ["SERVICES", "Identity", "Session"]

#: The keys of an `env` object.
SERVICES = ("database", "functions", "storage")


def _nothing() -> None:
    """What most sessions ask before a call."""


class Identity(NamedTuple):
    """The signed-in user, as the platform vouches for them."""

    openid: str | None
    appid: str
    unionid: str | None = None


@dataclass
class Session:
    """One running SDK: who uses it, how it was initialised, from inside which call it is used."""

    identity: Identity
    dialect: Dialect
    #: Environment by service (`database`, `storage`, `functions`); None until initialised.
    envs: Mapping[str, str | None] | None = None
    #: The environment its function runs in: `DYNAMIC_CURRENT_ENV`; None outside of a function.
    current_env: str | None = None
    #: The account whose environments it reaches, where that is another's: `Cloud({resourceAppid})`.
    owner: str | None = None
    #: An instance of `Cloud` has one environment, whatever a call's `config` names.
    bound: bool = False
    #: The function call whose handler uses this SDK, if one does.
    inside: Call | None = None
    #: How the call came here, as `getWXContext().SOURCE` tells it.
    source: str = "wx_client"
    #: `init({throwOnNotFound})` of the server SDK.
    throws_if_missing: bool = True
    #: What a shared environment's owner says of the user: `auth.custom` of custom rules.
    auth_custom: dict[str, Any] | None = None
    #: Asked before each call: stops a function whose time is over.
    before_call: Callable[[], object] = field(default=_nothing, repr=False)
    #: The app's own first `init` counts; later ones are ignored.
    init_taken: bool = field(default=False, repr=False)

    @property
    def caller(self) -> str:
        """Who this is, in a transcript."""
        if self.inside is not None:
            return f"in {self.inside.target}"
        if self.source == "wx_trigger":
            return "timer"
        return self.identity.openid or "nobody" if self.dialect.has_user else "server"

    def init(self, env: object) -> None:
        """`init({env})`: a string for all services, or an object naming some of them.

        Raises:
            Refusal: `env` is neither.
        """
        if self.init_taken:
            return
        self.envs = self._envs(env)
        self.init_taken = True

    @property
    def is_shared(self) -> bool:
        """Whether the user is another account's than the environment."""
        return self.owner is not None and self.owner != self.identity.appid

    def require_init(self) -> None:
        """Thrown synchronously by every API before `init`.

        Raises:
            CloudError: the SDK's "Cloud API isn't enabled".
        """
        if self.envs is None:
            raise self.dialect.not_initialised()

    def env_for(self, service: str, named: EnvName | None = None) -> str | None:
        """The environment of a call: the one it names itself, or `init` named for its service.

        None means the default one.

        Raises:
            Refusal: the client has no `DYNAMIC_CURRENT_ENV`.
        """
        if named is None or self.bound:
            return (self.envs or {}).get(service)
        return self.resolve(named, "config.env")

    def resolve(self, env: EnvName | None, key: str) -> str | None:
        """The name of an environment, also of the one this runs in."""
        if env is DYNAMIC_CURRENT_ENV:
            if self.dialect.is_client:
                raise Refusal(-401003, texts.wrong_type(key, "string", "symbol"))
            return self.current_env
        return env

    def instance(self, owner: str | None) -> Session:
        """An instance of `Cloud` beside this SDK, not initialised."""
        return replace(self, envs=None, owner=owner, bound=True, auth_custom=None, init_taken=False)

    def afresh(self) -> Session:
        """The same SDK, not initialised."""
        return replace(self, envs=None, throws_if_missing=True, init_taken=False)

    def asking(self, env: str) -> Session:
        """The same, as if initialised already: to ask an environment whether it may be."""
        return replace(self, envs=dict.fromkeys(SERVICES, env))

    def as_user(self, identity: Identity) -> Session:
        """The same app on another user's device, initialised alike."""
        return replace(self, identity=identity, inside=None)

    def forked(self) -> Session:
        """The same SDK in a forked world."""
        return replace(self)

    def _envs(self, env: object) -> dict[str, str | None]:
        if env is None:
            return {}
        if is_env_name(env):
            return dict.fromkeys(SERVICES, self._env_name(env, "env"))
        if not isinstance(env, Mapping):
            raise Refusal(-401003, texts.wrong_type("env", "string", js_type(env)))
        # The server SDK knows a key for the services that have none.
        rest = env.get("default") if self.dialect.is_server else None
        return {
            service: self._env_name(env.get(service) or rest, f"env.{service}")
            for service in SERVICES
        }

    def _env_name(self, value: Any, key: str) -> str | None:
        if value is not None and not is_env_name(value):
            raise Refusal(-401003, texts.wrong_type(key, "string", js_type(value)))
        return self.resolve(value, key)

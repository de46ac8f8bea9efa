"""Who calls: one running SDK, on one device or in one function, with its own `init`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from cloud_fake.errors import Refusal, texts
from cloud_fake.values.kinds import js_type

if TYPE_CHECKING:
    from cloud_fake.kernel.timeline import Call
    from cloud_fake.models.dialect import Dialect

__all__ = ["SERVICES", "Identity", "Session"]

#: The keys of an `env` object.
SERVICES = ("database", "functions", "storage")


@dataclass(frozen=True)
class Identity:
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
    #: The function call whose handler uses this SDK, if one does.
    inside: Call | None = None
    #: How the call came here, as `getWXContext().SOURCE` tells it.
    source: str = "wx_client"
    #: `init({throwOnNotFound})` of the server SDK.
    throws_if_missing: bool = True
    #: What a shared environment's owner says of the user: `auth.custom` of custom rules.
    auth_custom: dict[str, Any] | None = None
    #: The app's own first `init` counts; later ones are ignored.
    init_taken: bool = field(default=False, repr=False)

    @property
    def caller(self) -> str:
        """Who this is, in a transcript."""
        if self.inside is not None:
            return f"in {self.inside.target}"
        return self.identity.openid or "nobody" if self.dialect.is_client else "server"

    def init(self, env: object) -> None:
        """`init({env})`: a string for all services, or an object naming some of them.

        Raises:
            Refusal: `env` is neither.
        """
        if self.init_taken:
            return
        self.envs = _envs(env)
        self.init_taken = True

    def require_init(self) -> None:
        """Thrown synchronously by every API before `init`.

        Raises:
            CloudError: the SDK's "Cloud API isn't enabled".
        """
        if self.envs is None:
            raise self.dialect.not_initialised()

    def env_for(self, service: str) -> str | None:
        """The environment `init` named for a service; None means the world's default one."""
        return (self.envs or {}).get(service)

    def as_user(self, identity: Identity) -> Session:
        """The same app on another user's device, initialised alike."""
        return replace(self, identity=identity, inside=None)

    def forked(self) -> Session:
        """The same SDK in a forked world."""
        return replace(self)


def _envs(env: object) -> dict[str, str | None]:
    if env is None:
        return {}
    if isinstance(env, str):
        return dict.fromkeys(SERVICES, env)
    if isinstance(env, Mapping):
        return {service: _env_name(env.get(service), f"env.{service}") for service in SERVICES}
    raise Refusal(-401003, texts.wrong_type("env", "string", js_type(env)))


def _env_name(value: Any, key: str) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise Refusal(-401003, texts.wrong_type(key, "string", js_type(value)))

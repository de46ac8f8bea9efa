"""`cloud.openapi.a.b({...})`: any path is an API, as in the server SDK's proxies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cloud_fake.errors import plain_error, texts
from cloud_fake.face.modes import Face, ModeT
from cloud_fake.kernel.flow import drive
from cloud_fake.kernel.gate import pass_gate
from cloud_fake.services.catalogue import operation_at

if TYPE_CHECKING:
    from cloud_fake.kernel.session import Session
    from cloud_fake.kernel.world import World

__all__ = ["OpenAPI"]


class OpenAPI(Face[ModeT]):
    """`cloud.openapi`, `cloud.cloudPay`, and every path that begins there.

    Every attribute is a longer path. Called, a path asks its API; the beginning takes settings:
    `openapi({"appid": ...})` for another account, `convertCase: False` to keep keys as they are.
    """

    def __init__(
        self,
        world: World,
        session: Session,
        place: str,
        options: Mapping[str, Any],
        *,
        awaited: bool,
    ) -> None:
        self._world = world
        self._session = session
        self._place = place
        self._options = options
        self._awaited = awaited

    def __getattr__(self, name: str) -> OpenAPI[ModeT]:
        if name.startswith("_"):
            raise AttributeError(name)  # no API's name does, and Python asks for many
        before = self._options.get("api")
        return self._with({"api": name if before is None else f"{before}.{name}"})

    def __call__(self, given: Any = None, /, **keywords: Any) -> Any:
        """Ask, with an object or keywords: answers `{...its answer, errMsg, errCode: 0}`.

        Raises:
            CloudError: -604100, no function of the test answers; a positive code is WeChat's own.
        """
        told = keywords if given is None else given
        if "api" not in self._options:
            return self._set(told)
        self._session.require_init()
        options = {**self._options, "data": told}
        operation = operation_at(self._place)
        flow = pass_gate(self._world, operation, self._session, options)
        return drive(flow, self._world.clock, awaited=self._awaited)

    def _set(self, settings: Any) -> OpenAPI[ModeT]:
        if not isinstance(settings, Mapping) or not settings:
            raise plain_error(texts.OPTIONS_EXPECTED)
        return self._with({key: settings[key] for key in settings if key != "api"})

    def _with(self, options: Mapping[str, Any]) -> OpenAPI[ModeT]:
        merged = {**self._options, **options}
        return OpenAPI(self._world, self._session, self._place, merged, awaited=self._awaited)

"""The calls that `wx-server-sdk` and every instance of its `Cloud` have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Never, NoReturn

from cloud_fake.errors import NotSupportedByFake
from cloud_fake.face.db.server_database import ServerDatabase
from cloud_fake.face.keywords import config_of
from cloud_fake.face.logger import Logger
from cloud_fake.face.modes import Face, ModeT
from cloud_fake.face.openapi import OpenAPI
from cloud_fake.face.server_ai import ServerAI
from cloud_fake.face.terminal import terminal
from cloud_fake.models.environment import DYNAMIC_CURRENT_ENV, EnvName
from cloud_fake.services.functions.context import wx_context

if TYPE_CHECKING:
    from cloud_fake.kernel.session import Session
    from cloud_fake.kernel.world import World
    from cloud_fake.models.results import (
        CallFunctionResult,
        DeleteFileResult,
        DownloadFileContentResult,
        GetTempFileURLResult,
        OpenApiResult,
        OpenDataResult,
        UploadFileResult,
    )

__all__ = ["ServerCalls", "throws_if_missing"]

#: `{"env": ...}` for one call; `DYNAMIC_CURRENT_ENV` is a name, too.
Config = Mapping[str, EnvName]


class ServerCalls(Face[ModeT]):
    """The server SDK but for its `init`: admin rights, and texts, codes and limits of its own.

    It has no callbacks.

    Attributes:
        version: the SDK's.
        DYNAMIC_CURRENT_ENV: stands for the environment that the function runs in.
    """

    version = "4.0.2"
    DYNAMIC_CURRENT_ENV: Final = DYNAMIC_CURRENT_ENV

    def __init__(self, world: World, session: Session, *, awaited: bool) -> None:
        self._world = world
        self._session = session
        self._awaited = awaited

    # --- who and where ----------------------------------------------------------------------------

    def getWXContext(self) -> dict[str, Any]:
        """Who called: `OPENID`, `APPID`, `UNIONID`, `ENV`, `SOURCE`; what is unknown is absent.

        Of somebody from another account it is `FROM_OPENID`, `FROM_APPID`, `FROM_UNIONID`. Outside
        of a function it is empty.
        """
        env = self._session.current_env
        return {} if env is None else wx_context(self._session, env)

    def logger(self) -> Logger:
        """A log that takes objects; it stands on the timeline."""
        self._session.require_init()
        return Logger(self._world.timeline, self._session)

    # --- functions and files ----------------------------------------------------------------------

    @terminal("functions.invoking:CALL_FUNCTION")
    def callFunction(
        self,
        *,
        name: str,
        data: Mapping[str, Any] | None = None,
        config: Config | None = None,
    ) -> CallFunctionResult:
        """Call another function; a text that is JSON arrives parsed, as the SDK parses twice."""

    @terminal("storage.transfers:UPLOAD_CONTENT")
    def uploadFile(
        self,
        *,
        cloudPath: str,
        fileContent: Any,
        header: Mapping[str, Any] | None = None,
        config: Config | None = None,
    ) -> UploadFileResult:
        """Store bytes or an open binary file; `statusCode` is -1."""

    @terminal("storage.transfers:DOWNLOAD_CONTENT")
    def downloadFile(
        self, *, fileID: str, config: Config | None = None
    ) -> DownloadFileContentResult:
        """The bytes of a file: `{fileContent, statusCode, errMsg}`."""

    @terminal("storage.listing:TEMP_URLS")
    def getTempFileURL(
        self, *, fileList: list[Any], config: Config | None = None
    ) -> GetTempFileURLResult:
        """Exchange file ids for links; an object needs both `fileID` and `maxAge`."""

    @terminal("storage.listing:DELETE")
    def deleteFile(self, *, fileList: list[str], config: Config | None = None) -> DeleteFileResult:
        """Delete files, whoever owns them."""

    # --- WeChat's own -----------------------------------------------------------------------------

    @property
    def openapi(self) -> OpenAPI[ModeT]:
        """WeChat's open APIs: `openapi.templateMessage.send({...})`."""
        return self._open_api("openapi.calling:OPEN_API")

    @property
    def cloudPay(self) -> OpenAPI[ModeT]:
        """WeChat Pay: `cloudPay.unifiedOrder({...})`."""
        return self._open_api("openapi.calling:CLOUD_PAY")

    def _open_api(self, place: str) -> OpenAPI[ModeT]:
        return OpenAPI(self._world, self._session, place, {}, awaited=self._awaited)

    @terminal("openapi.calling:CALL_OPEN_API")
    def callOpenAPI(
        self,
        *,
        api: str,
        data: Mapping[str, Any] | None = None,
        version: str | None = None,
        config: Config | None = None,
    ) -> OpenApiResult:
        """An open API the older way: `{result, errMsg}`, nothing converted on the way."""

    @terminal("identity.open_data:GET_OPEN_DATA")
    def getOpenData(self, *, list: list[str], appid: str | None = None) -> OpenDataResult:
        """Open data by CloudIDs: `{list: [{cloudID, data} | {cloudID, errCode, errMsg}]}`."""

    def ai(self, options: Mapping[str, Any] | None = None, /) -> ServerAI[ModeT]:
        """Models and bots."""
        self._session.require_init()
        return ServerAI(self._world, self._session, awaited=self._awaited)

    def getVoIPSign(self, *_arguments: Any, **_keywords: Any) -> NoReturn:
        """Not faked: a signature for a call of many."""
        raise NotSupportedByFake("cloud.getVoIPSign")

    def getCloudCallSign(self, *_arguments: Any, **_keywords: Any) -> NoReturn:
        """Not faked: a signature for an official account's page."""
        raise NotSupportedByFake("cloud.getCloudCallSign")

    def signature(self, *_arguments: Any, **_keywords: Any) -> NoReturn:
        """Not faked: Midas' signature."""
        raise NotSupportedByFake("cloud.signature")

    # --- data -------------------------------------------------------------------------------------

    def database(
        self,
        config: Mapping[str, Any] | None = None,
        /,
        *,
        env: EnvName | None = None,
        throwOnNotFound: bool | None = None,
        **unknown: Never,
    ) -> ServerDatabase[ModeT]:
        """The document database, without permissions, 100 records by default and 1000 at most.

        Args:
            config: the options as one object, the JavaScript form.
            env: another environment than `init` named.
            throwOnNotFound: whether `doc(id).get()` of a missing record fails; as `init` said if
                left out.
            unknown: nothing; a keyword that is none of these is a TypeError.
        """
        self._session.require_init()
        keywords = {"env": env, "throwOnNotFound": throwOnNotFound}
        given = config_of(self._session.dialect, "database", config, keywords, unknown)
        return ServerDatabase(
            self._world,
            self._session,
            env=self._session.resolve(given.get("env"), "env"),
            throws_if_missing=throws_if_missing(given),
            awaited=self._awaited,
        )


def throws_if_missing(config: Mapping[str, Any]) -> bool | None:
    """`throwOnNotFound` as JavaScript's Boolean() reads it; None where nothing is said."""
    throws = config.get("throwOnNotFound")
    return None if throws is None else bool(throws)

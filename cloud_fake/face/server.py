"""`wx-server-sdk`: what code inside a cloud function uses. It may do everything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cloud_fake.errors import Refusal
from cloud_fake.face.db.server_database import ServerDatabase
from cloud_fake.face.modes import Async, Face, ModeT
from cloud_fake.face.terminal import terminal
from cloud_fake.services.functions.context import wx_context
from cloud_fake.services.functions.invoking import CALL_FUNCTION
from cloud_fake.services.storage import listing, transfers

if TYPE_CHECKING:
    from cloud_fake.kernel.session import Session
    from cloud_fake.kernel.world import World
    from cloud_fake.models.results import (
        CallFunctionResult,
        DeleteFileResult,
        DownloadFileContentResult,
        GetTempFileURLResult,
        UploadFileResult,
    )

__all__ = ["ServerSDK"]


class ServerSDK(Face[ModeT]):
    """The server SDK: admin rights, and texts, codes and limits of its own. It has no callbacks."""

    def __init__(self, world: World, session: Session, *, awaited: bool) -> None:
        self._world = world
        self._session = session
        self._awaited = awaited

    @property
    def aio(self) -> ServerSDK[Async]:
        """The same SDK, every call awaitable."""
        return ServerSDK(self._world, self._session, awaited=True)

    def init(self, config: Mapping[str, Any] | None = None, /, **options: Any) -> None:
        """Initialise the SDK; only the first call counts."""
        given = options if config is None else config
        try:
            self._session.init(given.get("env"))
        except Refusal as refusal:
            raise self._session.dialect.refuse(refusal) from None

    def getWXContext(self) -> dict[str, Any]:
        """Who called: `OPENID`, `APPID`, `UNIONID`, `ENV`, `SOURCE`; what is unknown is absent."""
        number = self._world.env_number(self._session.env_for("functions"))
        return wx_context(self._session, self._world.env_name(number))

    @terminal(CALL_FUNCTION)
    def callFunction(
        self,
        *,
        name: str,
        data: Mapping[str, Any] | None = None,
        config: Mapping[str, Any] | None = None,
    ) -> CallFunctionResult:
        """Call another function; a text that is JSON arrives parsed, as the SDK parses twice."""

    @terminal(transfers.UPLOAD_CONTENT)
    def uploadFile(self, *, cloudPath: str, fileContent: Any) -> UploadFileResult:
        """Store bytes or an open binary file; `statusCode` is -1."""

    @terminal(transfers.DOWNLOAD_CONTENT)
    def downloadFile(self, *, fileID: str) -> DownloadFileContentResult:
        """The bytes of a file: `{fileContent, statusCode, errMsg}`."""

    @terminal(listing.TEMP_URLS)
    def getTempFileURL(self, *, fileList: list[Any]) -> GetTempFileURLResult:
        """Exchange file ids for links; an object needs both `fileID` and `maxAge`."""

    @terminal(listing.DELETE)
    def deleteFile(self, *, fileList: list[str]) -> DeleteFileResult:
        """Delete files, whoever owns them."""

    def database(
        self, config: Mapping[str, Any] | None = None, /, *, env: str | None = None
    ) -> ServerDatabase[ModeT]:
        """The document database, without permissions, 100 records by default and 1000 at most."""
        self._session.require_init()
        named = config.get("env") if isinstance(config, Mapping) else env
        return ServerDatabase(self._world, self._session, env=named, awaited=self._awaited)

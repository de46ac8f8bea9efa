"""The calls that `Taro.cloud` and every instance of `Cloud` have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Never

from cloud_fake.errors import CloudError, Refusal, plain_error, texts
from cloud_fake.face.containers import ContainerCalls
from cloud_fake.face.db.database import Database
from cloud_fake.face.keywords import config_of
from cloud_fake.face.modes import ModeT
from cloud_fake.face.terminal import terminal, transfer
from cloud_fake.values.kinds import js_type

if TYPE_CHECKING:
    from cloud_fake.face.ai import Extend, Services
    from cloud_fake.kernel.session import Session
    from cloud_fake.kernel.world import World
    from cloud_fake.models.results import (
        CallFunctionResult,
        DeleteFileResult,
        DownloadFileResult,
        GetTempFileURLResult,
        UploadFileResult,
    )
    from cloud_fake.values.marks import CDN, CloudID

__all__ = ["ClientCalls"]


class ClientCalls(ContainerCalls[ModeT]):
    """The client SDK but for its `init`.

    Every call takes keywords, one object as in JavaScript, or callbacks.

    Raises:
        CloudError: every call, when the platform's SDK would reject; before `init` each one throws
            `Cloud API isn't enabled` (S1, -1), also in the callback form.
    """

    def __init__(self, world: World, session: Session, *, awaited: bool) -> None:
        self._world = world
        self._session = session
        self._awaited = awaited

    @terminal("functions.invoking:CALL_FUNCTION")
    def callFunction(
        self,
        *,
        name: str,
        data: Mapping[str, Any] | None = None,
        slow: bool | None = None,
        config: Mapping[str, Any] | None = None,
    ) -> CallFunctionResult:
        """Call a cloud function; data and result cross as JSON.

        Args:
            name: the function's.
            data: its event; at most 5120 KB of JSON.
            slow: taken and ignored, as by the base library.
            config: `{"env": ...}` for this one call.

        Returns:
            `{result, requestID, errMsg}`.

        Raises:
            CloudError: `errCode` is -1 whatever happened and the text tells (`err.code` too):
                -501000 no such function, -504002 the handler raised, -504003 its time was over,
                -604001 its result is larger than 1 MB.
        """

    @transfer("storage.transfers:UPLOAD")
    def uploadFile(
        self,
        *,
        cloudPath: str,
        filePath: str,
        header: Mapping[str, str] | None = None,
        config: Mapping[str, Any] | None = None,
    ) -> UploadFileResult:
        """Upload a local file, over a file of the same path if it is one's own.

        Args:
            cloudPath: where in the cloud; not starting with `/`, at most 850 bytes.
            filePath: the local file.
            header: its `content-type` is kept with the file.
            config: `{"env": ...}` for this one call.

        Returns:
            `{fileID, statusCode, errMsg}`; in the callback form a task with `onProgressUpdate` and
            `abort`.

        Raises:
            CloudError: -501007 a bad path, -503002 somebody else's file, -1 an unreadable one.
        """

    @transfer("storage.transfers:DOWNLOAD")
    def downloadFile(
        self,
        *,
        fileID: str,
        cloudPath: str | None = None,
        config: Mapping[str, Any] | None = None,
    ) -> DownloadFileResult:
        """Download a file onto this machine.

        Args:
            fileID: `cloud://...`.
            cloudPath: in Taro's table; does nothing.
            config: `{"env": ...}` for this one call.

        Returns:
            `{tempFilePath, statusCode, errMsg}`, `errMsg` without the prefix `cloud.`; the file
            lies there until the cloud is gone. In the callback form a task.

        Raises:
            CloudError: 1 `STORAGE_FILE_NONEXIST`, missing or forbidden.
        """

    @terminal("storage.listing:TEMP_URLS")
    def getTempFileURL(
        self,
        *,
        fileList: list[str | Mapping[str, Any]] | list[str] | list[dict[str, Any]],
        config: Mapping[str, Any] | None = None,
    ) -> GetTempFileURLResult:
        """Exchange file ids for links, at most 50.

        Args:
            fileList: ids, or `{"fileID": ..., "maxAge": seconds}`.
            config: `{"env": ...}` for this one call.

        Returns:
            `{fileList: [{fileID, tempFileURL, maxAge, status, errMsg}], errMsg}`. It succeeds
            though every item fails: `status` 1, `STORAGE_FILE_NONEXIST`, an empty link.

        Raises:
            CloudError: -401002 more than 50.
        """

    @terminal("storage.listing:DELETE")
    def deleteFile(
        self,
        *,
        fileList: list[str],
        config: Mapping[str, Any] | None = None,
    ) -> DeleteFileResult:
        """Delete files, at most 50.

        Args:
            fileList: ids.
            config: `{"env": ...}` for this one call.

        Returns:
            `{fileList: [{fileID, status, errMsg}], errMsg}`; as `getTempFileURL`, per item.

        Raises:
            CloudError: -401002 more than 50, -401003 an item that is no string.
        """

    @property
    def services(self) -> Services:
        """What is beside the cloud itself; not faked."""
        from cloud_fake.face.ai import Services

        return Services()

    @property
    def extend(self) -> Extend[ModeT]:
        """Extensions: `extend.AI`."""
        from cloud_fake.face.ai import Extend

        return Extend(self._world, self._session, awaited=self._awaited)

    def CloudID(self, cloudID: str) -> CloudID:
        """Mark an id of open data: at the top of a function's data it arrives as the open data.

        Raises:
            CloudError: -401003, it is no text; -1 before `init`.
        """
        from cloud_fake.values import marks

        self._session.require_init()
        if not isinstance(cloudID, str):
            raise self._refused("cloudID", "string", cloudID)
        return marks.CloudID(cloudID)

    def CDN(self, target: str | bytes | Mapping[str, Any]) -> CDN:
        """Mark a text, bytes or `{"type": "filePath", "filePath": ...}` as too large to send along.

        In a function's data, wherever it stands, it is uploaded first and arrives as a link.

        Raises:
            CloudError: -401003, it is none of these; -1 before `init`, or without a `filePath`.
        """
        from cloud_fake.values import marks

        self._session.require_init()
        if isinstance(target, Mapping) and not target.get("filePath"):
            raise plain_error(texts.FILE_PATH_MISSING)
        if not isinstance(target, (str, bytes, bytearray, memoryview, Mapping)):
            raise self._refused("target", "string", target)
        return marks.CDN(target)

    def database(
        self,
        config: Mapping[str, Any] | None = None,
        /,
        *,
        env: str | None = None,
        traceUser: bool | None = None,
        **unknown: Never,
    ) -> Database[ModeT]:
        """The document database, of `env` or of the environment that `init` named.

        Args:
            config: `{"env": ...}`, the JavaScript form.
            env: another environment than `init` named.
            traceUser: in Taro's table; does nothing.
            unknown: nothing; a keyword that is none of these is a TypeError.
        """
        self._session.require_init()
        keywords = {"env": env, "traceUser": traceUser}
        dialect = self._session.dialect
        given = config_of(dialect, "database", config, keywords, unknown)
        try:
            named = _named_env(given)
        except Refusal as refusal:
            raise dialect.refuse(refusal) from None
        return Database(self._world, self._session, env=named, awaited=self._awaited)

    def _refused(self, key: str, wanted: str, given: object) -> CloudError:
        text = texts.wrong_type(key, wanted, js_type(given))
        return self._session.dialect.refuse(Refusal(-401003, text))


def _named_env(config: Mapping[str, Any]) -> Any:
    """The environment that `database` was told.

    Raises:
        Refusal: -401003, it is no name.
    """
    if config.get("env") is None:
        return None
    from cloud_fake.models.parameters import Config

    return Config.read(config).env

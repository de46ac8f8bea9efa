"""`Taro.cloud`: what the app sees, for one signed-in user."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cloud_fake.errors import CloudError, Refusal, texts
from cloud_fake.face.db.database import Database
from cloud_fake.face.modes import Face, ModeT
from cloud_fake.face.terminal import terminal, transfer
from cloud_fake.services.functions.invoking import CALL_FUNCTION
from cloud_fake.services.storage import listing, transfers
from cloud_fake.values.kinds import js_type

if TYPE_CHECKING:
    from cloud_fake.kernel.session import Session
    from cloud_fake.kernel.world import World
    from cloud_fake.models.results import (
        CallFunctionResult,
        DeleteFileResult,
        DownloadFileResult,
        GetTempFileURLResult,
        UploadFileResult,
    )

__all__ = ["Client"]


class Client(Face[ModeT]):
    """The client SDK. Every call takes keywords, one object as in JavaScript, or callbacks.

    Raises:
        CloudError: every call, when the platform's SDK would reject; before `init` each one throws
            `Cloud API isn't enabled` (S1, -1), also in the callback form.
    """

    def __init__(self, world: World, session: Session, *, awaited: bool) -> None:
        self._world = world
        self._session = session
        self._awaited = awaited

    def init(self, config: Mapping[str, Any] | None = None, /, **options: Any) -> None:
        """Initialise the SDK: `init(env="dev-1a2b3c", traceUser=True)` or `init({"env": ...})`.

        Only the first call counts (documented; base library 2.30.3 really replaces). `env` is a
        name for all services, or an object with `database`, `storage`, `functions`; without one the
        backend's default environment is used.
        """
        given = _init_options(config, options)
        try:
            env = given.get("env")
            if isinstance(env, str) and not self._world.envs:
                self._world.add_env(env)
            self._session.init(env)
        except Refusal as refusal:
            raise self._session.dialect.refuse(refusal) from None

    @terminal(CALL_FUNCTION)
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

    @transfer(transfers.UPLOAD)
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

    @transfer(transfers.DOWNLOAD)
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

    @terminal(listing.TEMP_URLS)
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

    @terminal(listing.DELETE)
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

    def database(
        self, config: Mapping[str, Any] | None = None, /, *, env: str | None = None
    ) -> Database[ModeT]:
        """The document database, of `env` or of the environment that `init` named."""
        self._session.require_init()
        named = config.get("env") if isinstance(config, Mapping) else env
        if named is not None and not isinstance(named, str):
            raise self._refusal(texts.wrong_type("env", "string", js_type(named)))
        return Database(self._world, self._session, env=named, awaited=self._awaited)

    def _refusal(self, text: str) -> CloudError:
        return self._session.dialect.refuse(Refusal(-401003, text))


_INIT_KEYWORDS = frozenset({"env", "traceUser"})


def _init_options(
    config: Mapping[str, Any] | None, options: Mapping[str, Any]
) -> Mapping[str, Any]:
    unknown = options.keys() - _INIT_KEYWORDS
    if unknown:
        raise TypeError(f"init() has no keyword {min(unknown)!r}; it has env, traceUser")
    if config is None:
        return options
    if options:
        raise TypeError("init() takes one options object, or keywords")
    return config if isinstance(config, Mapping) else {}

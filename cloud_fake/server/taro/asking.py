"""Taro's requests: who asks, with an SDK initialised how, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cloud_fake.errors import CloudError, MisuseError, NotSupportedByFake
from cloud_fake.face.client import Client
from cloud_fake.face.modes import Sync
from cloud_fake.kernel.gate import ask
from cloud_fake.kernel.session import Identity, Session
from cloud_fake.models.dialect import CLIENT
from cloud_fake.models.tasks import TransferTask
from cloud_fake.server.messages import BadRequest
from cloud_fake.server.taro.paths import Paths, split_last
from cloud_fake.server.taro.values import to_base64, write
from cloud_fake.services.storage.transfers import DOWNLOAD, UPLOAD
from cloud_fake.values.kinds import MISSING

if TYPE_CHECKING:
    from cloud_fake.face.calls import ClientCalls
    from cloud_fake.kernel.world import World
    from cloud_fake.server.families.family import Trouble

__all__ = ["TOLD", "answer", "said_of", "sdk_of", "trouble"]

Asked = Mapping[str, Any]

#: What the app is told; anything else is no answer of an SDK's.
TOLD = (CloudError, NotSupportedByFake, MisuseError, BadRequest)


def answer(world: World, asked: Asked) -> dict[str, Any]:
    """`{ok}` or `{error}`; of a transfer also `progress`, the events of its task."""
    try:
        with Paths(sdk_of(world, asked)) as paths:
            if asked.get("transfer"):
                return _transferred(world, asked, paths)
            return {"ok": write(paths.follow(asked.get("steps")))}
    except TOLD as error:
        return {"error": trouble(error)}


def trouble(error: Exception) -> dict[str, Any]:
    """An error's fields, as the JavaScript one gets them."""
    if not isinstance(error, CloudError):
        return {"name": type(error).__name__, "message": str(error)}
    fields = {
        "errCode": error.errCode,
        "errMsg": error.errMsg,
        "message": error.message,
        "code": error.code,
    }
    return fields if error.requestID is None else {**fields, "requestID": error.requestID}


def said_of(trouble: Trouble) -> dict[str, Any]:
    """The same of what no SDK's own error says."""
    return {"errCode": trouble.number, "errMsg": trouble.text, "message": trouble.text}


# --- who asks ------------------------------------------------------------------------------------


def sdk_of(world: World, asked: Asked) -> ClientCalls[Sync]:
    """The SDK on the device of whoever asks, as its app has initialised it."""
    session = Session(_identity(world, asked.get("openid", MISSING)), CLIENT)
    sdk = Client[Sync](world, session, awaited=False)
    resource, init = asked.get("resource"), asked.get("init")
    if isinstance(resource, Mapping):
        made: Any = sdk.Cloud(resource)
        if init is not None:
            made.init()
        return made  # type: ignore[no-any-return]  # `Cloud` of an object is an instance
    if init is not None:
        with Paths(sdk) as paths:
            sdk.init(paths.value(init))
    return sdk


def _identity(world: World, openid: Any) -> Identity:
    """Who that is; the cloud's own user where nobody says."""
    own = world.settings.user or Identity(None, world.settings.appid)
    if openid is MISSING or openid == own.openid:
        return own
    if openid is not None and not isinstance(openid, str):
        raise BadRequest("openid should be a text, or null")
    return Identity(openid or None, world.settings.appid)


# --- transfers -----------------------------------------------------------------------------------


def _transferred(world: World, asked: Asked, paths: Paths) -> dict[str, Any]:
    """Move a file with a task of our own, which the app hears of afterwards."""
    _, name, given = split_last(asked.get("steps"))
    operation = _TRANSFERS.get(name)
    if operation is None:
        raise BadRequest(f"{name!r} moves no file")
    sdk, task = sdk_of(world, asked), TransferTask()
    if asked.get("aborted"):
        task.abort()
    progress: list[Any] = []
    task.onProgressUpdate(progress.append)
    arguments = paths.arguments(name, given)
    options = arguments[0] if arguments else MISSING
    try:
        result = ask(world, operation, sdk._session, options, None, task)  # noqa: SLF001
    except CloudError as error:
        return {"error": trouble(error), "progress": progress}
    return {"ok": write(_FINISHED[name](result)), "progress": progress}


def _with_content(result: dict[str, Any]) -> dict[str, Any]:
    """A download lies on this machine; the app's device gets the bytes and keeps them itself."""
    file = Path(result["tempFilePath"])
    sent = {"content": to_base64(file.read_bytes()), "ending": file.suffix}
    return {**result, "tempFilePath": sent}


def _as_is(result: dict[str, Any]) -> dict[str, Any]:
    return result


_TRANSFERS = {"uploadFile": UPLOAD, "downloadFile": DOWNLOAD}
_FINISHED: Mapping[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "uploadFile": _as_is,
    "downloadFile": _with_content,
}

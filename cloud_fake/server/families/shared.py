"""Actions that families A and B have in common: functions, files, the sign-in of a watch."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

from cloud_fake.errors import CloudError, Failure, NotSupportedByFake, codes, texts
from cloud_fake.server.families import files, records
from cloud_fake.server.messages import BadRequest, read_json
from cloud_fake.services.functions.invoking import CALL_FUNCTION

if TYPE_CHECKING:
    from cloud_fake.server.visits import Visit

__all__ = ["SHARED_ACTIONS", "Action", "Body", "call_function", "require_admin", "watch_ticket"]

Body: TypeAlias = Mapping[str, Any]
#: What a request's fields become; the answer beside its `requestId`.
Action: TypeAlias = "Callable[[Visit, Body], dict[str, Any]]"

#: The platform's own function behind what js-sdk's models do not ask the gateway itself.
_OF_MODELS = "lowcode-datasource"
#: How long the permission to begin watches lasts, in seconds.
WATCH_SECONDS = 3600


def call_function(visit: Visit, name: Any, data: Any) -> str:
    """Call a function; its result as JSON text."""
    if name == _OF_MODELS and (visit.env_number, name) not in visit.world.functions:
        raise NotSupportedByFake("data models, and SQL on them (models.$runSQL)")
    result = visit.ask(CALL_FUNCTION, {"name": name, "data": data}).result
    return visit.wire.relinked(json.dumps(result, ensure_ascii=False, separators=(",", ":")))


def require_admin(visit: Visit) -> None:
    """What back ends alone may do: make collections [of `/web` assumed], ask WeChat.

    Raises:
        Failure: the visitor is a page.
    """
    if visit.session.dialect.has_user:
        raise Failure(codes.DATABASE_PERMISSION_DENIED, texts.PERMISSION_DENIED)


def watch_ticket(visit: Visit) -> str:
    """What a realtime connection shows to be the visitor's."""
    session = visit.session
    return visit.visitors.issue(
        "watch", session.identity.openid, WATCH_SECONDS, admin=not session.dialect.has_user
    )


def _invoke_function(visit: Visit, body: Body) -> dict[str, Any]:
    data = body.get("request_data")
    if isinstance(data, str):
        data = read_json(data) if data else {}
    result = call_function(visit, body.get("function_name"), data)
    return {"data": {"response_data": result}}


def _upload_metadata(visit: Visit, body: Body) -> dict[str, Any]:
    place = files.place_for(visit, body.get("path"))
    known = {
        "url": place.url,
        "token": place.token,
        "authorization": place.authorization,
        "fileId": place.file_id,
        "cosFileId": place.cos_file_id,
        "download_url": place.url,
    }
    return {"data": known}


def _download_urls(visit: Visit, body: Body) -> dict[str, Any]:
    found = files.links(visit, body.get("file_list"))
    return {"data": {"download_list": [_link(link) for link in found]}}


def _link(link: files.Link) -> dict[str, Any]:
    url = files.loose(link.url)
    known = {
        "fileid": link.file_id,
        "maxAge": link.max_age,
        "download_url": url,
        "tempFileURL": url,
    }
    return {**known, **_outcome(link.file_id, link.code)}


def _delete_files(visit: Visit, body: Body) -> dict[str, Any]:
    deleted = files.delete(visit, body.get("fileid_list"))
    return {"data": {"delete_list": [_outcome(*item) for item in deleted]}}


def _outcome(file_id: Any, code: str) -> dict[str, Any]:
    failure = {} if code == "SUCCESS" else {"message": code}
    return {"fileID": file_id, "code": code, **failure}


def _copy_files(visit: Visit, body: Body) -> dict[str, Any]:
    wanted = body.get("file_list")
    if not isinstance(wanted, list):
        raise BadRequest("file_list should be an array")
    return {"data": {"copy_list": [_copied(visit, item) for item in wanted]}}


def _copied(visit: Visit, item: Any) -> dict[str, Any]:
    if not isinstance(item, Mapping):
        raise BadRequest("a file to copy should be an object")
    try:
        moves = bool(item.get("remove_original"))
        made = files.copy(visit, item.get("src_path"), item.get("dst_path"), moves=moves)
    except CloudError as error:
        return {"fileId": "", "code": error.name, "message": error.errMsg}
    return {"fileId": made, "code": "SUCCESS"}


def _add_collection(visit: Visit, body: Body) -> dict[str, Any]:
    require_admin(visit)
    records.create_collection(visit, body.get("collectionName"))
    return {"data": {}}


def _start_transaction(visit: Visit, _body: Body) -> dict[str, Any]:
    return {"transactionId": records.begin(visit)}


def _commit_transaction(visit: Visit, body: Body) -> dict[str, Any]:
    records.commit(visit, body.get("transactionId"))
    return {}


def _abort_transaction(visit: Visit, body: Body) -> dict[str, Any]:
    records.rollback(visit, body.get("transactionId"))
    return {}


def _sign_watch(visit: Visit, body: Body) -> dict[str, Any]:
    url = visit.wire.websocket
    env = visit.world.env_name(visit.env_number)
    ticket = watch_ticket(visit)
    return {"data": {"signStr": ticket, "wsUrl": url, "secretVersion": 1, "envId": env}}


SHARED_ACTIONS: Mapping[str, Action] = MappingProxyType(
    {
        "functions.invokeFunction": _invoke_function,
        "storage.getUploadMetadata": _upload_metadata,
        "storage.batchGetDownloadUrl": _download_urls,
        "storage.batchDeleteFile": _delete_files,
        "storage.batchCopyFile": _copy_files,
        "database.addCollection": _add_collection,
        "database.startTransaction": _start_transaction,
        "database.commitTransaction": _commit_transaction,
        "database.abortTransaction": _abort_transaction,
        "auth.wsWebSign": _sign_watch,
    }
)

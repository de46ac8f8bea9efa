"""Family D's calls, by the last part of their path: functions, files, collections, indexes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from cloud_fake.server.families import files, records
from cloud_fake.server.families.migration import MIGRATION_CALLS
from cloud_fake.server.families.shared import call_function
from cloud_fake.server.families.statements import STATEMENT_CALLS, collection_name, pager
from cloud_fake.server.messages import BadRequest
from cloud_fake.services import console
from cloud_fake.services.database.indexes import Index, define_index
from cloud_fake.services.database.inventory import drop_collection, take_stock

if TYPE_CHECKING:
    from cloud_fake.server.visits import Visit

__all__ = ["CALLS"]

Body = Mapping[str, Any]

#: Collections that are listed unless told otherwise.
DEFAULT_LIMIT = 10


# --- functions and files -------------------------------------------------------------------------


def _invoke(visit: Visit, body: Body) -> dict[str, Any]:
    return {"resp_data": call_function(visit, body.get("name"), body.get("data"))}


def _upload(visit: Visit, body: Body) -> dict[str, Any]:
    place = files.place_for(visit, body.get("path"))
    return {
        "url": place.url,
        "token": place.token,
        "authorization": place.authorization,
        "file_id": place.file_id,
        "cos_file_id": place.cos_file_id,
    }


def _download(visit: Visit, body: Body) -> dict[str, Any]:
    found = files.links(visit, body.get("file_list"))
    return {
        "file_list": [{**_outcome(it.file_id, it.code), "download_url": it.url} for it in found]
    }


def _delete_files(visit: Visit, body: Body) -> dict[str, Any]:
    deleted = files.delete(visit, body.get("fileid_list"))
    return {"delete_list": [_outcome(*item) for item in deleted]}


def _outcome(file_id: Any, code: str) -> dict[str, Any]:
    is_ok = code == "SUCCESS"
    return {"fileid": file_id, "status": 0 if is_ok else 1, "errmsg": "ok" if is_ok else code}


# --- collections and indexes ---------------------------------------------------------------------


def _add_collection(visit: Visit, body: Body) -> dict[str, Any]:
    records.create_collection(visit, collection_name(body))
    return {}


def _delete_collection(visit: Visit, body: Body) -> dict[str, Any]:
    drop_collection(visit.world, visit.env_number, collection_name(body))
    return {}


def _collections(visit: Visit, body: Body) -> dict[str, Any]:
    stock = take_stock(visit.world, visit.env_number)
    offset, limit = _whole(body, "offset", 0), _whole(body, "limit", DEFAULT_LIMIT)
    shown = [{**asdict(each), "index_size": 0} for each in stock[offset : offset + limit]]
    return {"pager": pager(offset, limit, len(stock)), "collections": shown}


def _update_indexes(visit: Visit, body: Body) -> dict[str, Any]:
    wanted, unwanted = _objects(body, "create_indexes"), _objects(body, "drop_indexes")
    console.change_indexes(
        visit.world,
        collection_name(body),
        make=[_index(each) for each in wanted],
        # wechatpy 1.8.18 sends what is to be made as what is to be dropped, too.
        drop=[str(each.get("name")) for each in unwanted if each not in wanted],
        env=visit.env,
    )
    return {}


def _index(described: Body) -> Index:
    keys = {str(key.get("name")): _direction(key) for key in _objects(described, "keys")}
    return define_index(keys, unique=bool(described.get("unique")), name=described.get("name"))


def _direction(key: Body) -> Any:
    given = key.get("direction")
    return int(given) if given in ("1", "-1") else given


def _objects(body: Body, key: str) -> list[Body]:
    items = body.get(key) or []
    if not isinstance(items, list) or not all(isinstance(item, Mapping) for item in items):
        raise BadRequest(f"{key} should be an array of objects")
    return items


def _whole(body: Body, key: str, default: int) -> int:
    value = body.get(key)
    if value is None:
        return default
    if type(value) is not int or not 0 <= value <= 10**9:
        raise BadRequest(f"{key} should be a whole number, not below 0")
    return value


def _qcloud_token(visit: Visit, body: Body) -> dict[str, Any]:
    seconds = _whole(body, "lifespan", 7200)
    return {
        "secretid": visit.visitors.draw("secret"),
        "secretkey": visit.visitors.draw("secret"),
        "token": visit.visitors.issue("qcloud", None, seconds),
        "expired_time": visit.visitors.seconds() + seconds,
    }


CALLS: Mapping[str, Callable[[Visit, Body], dict[str, Any]]] = MappingProxyType(
    {
        "invokecloudfunction": _invoke,
        "uploadfile": _upload,
        "batchdownloadfile": _download,
        "batchdeletefile": _delete_files,
        "databasecollectionadd": _add_collection,
        "databasecollectiondelete": _delete_collection,
        "databasecollectionget": _collections,
        "updateindex": _update_indexes,
        "getqcloudtoken": _qcloud_token,
        **STATEMENT_CALLS,
        **MIGRATION_CALLS,
    }
)

"""Clients of WeChat's open API: wechatpy, and requests by hand.

wechatpy runs inside `cloud.intercept()`, with no configuration; the requests go over a port.
"""

from __future__ import annotations

import contextlib
import json
import tempfile
from collections.abc import Iterable
from pathlib import Path
from types import MappingProxyType
from typing import Any

import requests
from wechatpy.client import WeChatClient
from wechatpy.exceptions import WeChatClientException

from cloud_fake import FakeCloud
from cloud_fake.server import Server
from tests.clients.table import BUCKET, ENV, Row
from tests.clients.wechat import OpenAPI, Refused, statement

__all__ = ["ByHand", "Wechatpy", "ask_by_hand", "ask_wechatpy"]

SECONDS = 10

_QUERIES = MappingProxyType(
    {
        "databaseadd": "db_add",
        "databasequery": "db_query",
        "databasecount": "db_count",
        "databaseupdate": "db_update",
        "databasedelete": "db_delete",
        "databaseaggregate": "db_aggregate",
    }
)
#: Of which it hands on one field of the answer and not all.
_FIELDS = MappingProxyType(
    {
        "databaseadd": "id_list",
        "databasecount": "count",
        "databasedelete": "deleted",
        "databaseaggregate": "data",
    }
)


class Wechatpy(OpenAPI):
    """wechatpy's `client.cloud`."""

    def __init__(self, folder: Path) -> None:
        self.cloud = WeChatClient("wx0a1b2c3d4e5f6071", "secret").cloud
        self._folder = folder

    def query(self, name: str, text: str) -> Any:
        said = getattr(self.cloud, _QUERIES[name])(ENV, text)
        return {_FIELDS[name]: said} if name in _FIELDS else said

    def call(self, name: str, data: Any) -> Any:
        return self.cloud.invoke_cloud_function(ENV, name, data)

    def upload(self, path: str, text: str) -> Any:
        # Its one path is the cloud's and the local one, so it is asked from where they agree.
        if path.startswith("/"):
            self.cloud._post("tcb/uploadfile", data={"env": ENV, "path": path})
        (self._folder / path).parent.mkdir(exist_ok=True)
        (self._folder / path).write_text(text, encoding="utf-8")
        with contextlib.chdir(self._folder):
            assert self.cloud.upload_file(ENV, path).ok
        return f"cloud://{ENV}.{BUCKET}/{path}"

    def link(self, file_id: str) -> Any:
        (item,) = self.cloud.download_files(ENV, [{"fileid": file_id, "max_age": 60}])
        return _fetched(item)

    def deleteFile(self, file_id: str) -> Any:
        (item,) = self.cloud.delete_files(ENV, [file_id])
        return _checked(item)["fileid"]

    def createCollection(self, name: str) -> Any:
        self.cloud.db_add_collection(ENV, name)
        return self.find(name, {})

    def dropCollection(self, name: str) -> None:
        self.cloud.db_delete_collection(ENV, name)

    def collections(self, limit: int) -> Any:
        said = self.cloud.db_get_collection(ENV, limit=limit)
        return [each["name"] for each in said["collections"]]

    def index(self, name: str, field: str) -> None:
        self.cloud.db_update_index(ENV, name, [_index(field)], [])

    def export(self, name: str, path: str) -> Any:
        job = self.cloud.db_export(ENV, path, 1, statement(name, ["get"]))
        return _done(self.cloud.db_query_migrate_info(ENV, job))

    def import_(self, name: str, path: str) -> Any:
        job = self.cloud.db_import(ENV, name, path, 1, 1)
        return _done(self.cloud.db_query_migrate_info(ENV, job))


class ByHand(OpenAPI):
    """`requests`, as WeChat's manual has it."""

    def __init__(self, server: Server) -> None:
        account = {"grant_type": "client_credential", "appid": "wx0a", "secret": "s"}
        self._url = server.url
        told = requests.get(f"{self._url}/cgi-bin/token", params=account, timeout=SECONDS).json()
        self._token = told["access_token"]

    def ask(self, api: str, body: Any, /, **params: Any) -> Any:
        """The answer to a call."""
        url, known = f"{self._url}/tcb/{api}", {"access_token": self._token, **params}
        said = requests.post(url, params=known, json=body, timeout=SECONDS).json()
        if said["errcode"]:
            raise Refused(said["errcode"], said["errmsg"])
        return said

    def query(self, name: str, text: str) -> Any:
        return self.ask(name, {"env": ENV, "query": text})

    def call(self, name: str, data: Any) -> Any:
        return json.loads(self.ask("invokecloudfunction", data, env=ENV, name=name)["resp_data"])

    def upload(self, path: str, text: str) -> Any:
        place = self.ask("uploadfile", {"env": ENV, "path": path})
        fields = {
            "key": path,
            "Signature": place["authorization"],
            "x-cos-security-token": place["token"],
            "x-cos-meta-fileid": place["cos_file_id"],
        }
        sent = requests.post(place["url"], fields, files={"file": text.encode()}, timeout=SECONDS)
        assert sent.ok
        return place["file_id"]

    def link(self, file_id: str) -> Any:
        wanted = [{"fileid": file_id, "max_age": 60}]
        (item,) = self.ask("batchdownloadfile", {"env": ENV, "file_list": wanted})["file_list"]
        return _fetched(item)

    def deleteFile(self, file_id: str) -> Any:
        asked = {"env": ENV, "fileid_list": [file_id]}
        return _checked(self.ask("batchdeletefile", asked)["delete_list"][0])["fileid"]

    def createCollection(self, name: str) -> Any:
        self.ask("databasecollectionadd", {"env": ENV, "collection_name": name})
        return self.find(name, {})

    def dropCollection(self, name: str) -> None:
        self.ask("databasecollectiondelete", {"env": ENV, "collection_name": name})

    def collections(self, limit: int) -> Any:
        said = self.ask("databasecollectionget", {"env": ENV, "limit": limit, "offset": 0})
        return [each["name"] for each in said["collections"]]

    def index(self, name: str, field: str) -> None:
        asked = {"env": ENV, "collection_name": name}
        self.ask("updateindex", {**asked, "create_indexes": [_index(field)]})
        self.ask("updateindex", {**asked, "drop_indexes": [{"name": field}]})

    def export(self, name: str, path: str) -> Any:
        asked = {"env": ENV, "file_path": path, "file_type": 1, "query": statement(name, ["get"])}
        return self._job(self.ask("databasemigrateexport", asked))

    def import_(self, name: str, path: str) -> Any:
        asked = {"env": ENV, "collection_name": name, "file_path": path}
        how = {"file_type": 1, "stop_on_error": True, "conflict_mode": 1}
        return self._job(self.ask("databasemigrateimport", {**asked, **how}))

    def _job(self, told: Any) -> Any:
        asked = {"env": ENV, "job_id": told["job_id"]}
        return _done(self.ask("databasemigratequeryinfo", asked))


# --- both ----------------------------------------------------------------------------------------


def _checked(item: Any) -> Any:
    if item["status"]:
        raise Refused(item["status"], item["errmsg"])
    return item


def _fetched(item: Any) -> str:
    return requests.get(_checked(item)["download_url"], timeout=SECONDS).content.decode()


def _index(field: str) -> Any:
    return {"name": field, "unique": False, "keys": [{"name": field, "direction": "1"}]}


def _done(job: Any) -> Any:
    if job["status"] != "success":
        raise Refused(None, job["error_msg"])
    return job["record_success"]


def ask_wechatpy(cloud: FakeCloud, rows: Iterable[Row]) -> list[dict[str, Any]]:
    """What comes of each row on wechatpy, as a driver would tell it."""
    with cloud.intercept(), tempfile.TemporaryDirectory() as folder:
        wechatpy = Wechatpy(Path(folder))
        return [_outcome(wechatpy, row.ask) for row in rows]


def ask_by_hand(cloud: FakeCloud, rows: Iterable[Row]) -> list[dict[str, Any]]:
    """The same of requests by hand."""
    with cloud.serve() as server:
        by_hand = ByHand(server)
        return [_outcome(by_hand, row.ask) for row in rows]


def _outcome(client: OpenAPI, ask: Any) -> dict[str, Any]:
    verb, *arguments = ask
    method = getattr(client, verb, None) or getattr(client, f"{verb}_", None)
    if method is None or verb == "query":
        return {"absent": True}
    try:
        return {"answer": method(*arguments)}
    except Refused as refused:
        return {"failure": {"code": refused.number, "message": str(refused)}}
    except WeChatClientException as error:
        return {"failure": {"code": error.errcode, "message": error.errmsg}}

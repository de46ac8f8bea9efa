"""Nobody beyond the wire can have a file of this machine read, or written.

Every way to name a file is tried in every place where a request names anything. That nothing comes
of it is asked of Python itself: an audit hook hears of each file that is opened.
"""

from __future__ import annotations

import base64
import json
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from cloud_fake import FakeCloud
from cloud_fake.server.messages import Request
from cloud_fake.server.taro.connecting import Connecting

from .conftest import ENV

BUCKET = "6465-dev-1a2b3c-1250000000"
#: How a file may be named: made of its absolute path and that of a symbolic link to it.
NAMES: dict[str, Callable[[str, str], str]] = {
    "absolute": lambda path, _: path,
    "traversal": lambda path, _: "../" * 20 + path.lstrip("/"),
    "traversal inside": lambda path, _: "a/" + "../" * 20 + path.lstrip("/"),
    "encoded": lambda path, _: quote("../" * 20 + path.lstrip("/"), safe=""),
    "URL": lambda path, _: f"file://{path}",
    "file id": lambda path, _: f"cloud://{ENV}.{BUCKET}/{'../' * 20}{path.lstrip('/')}",
    "file id, absolute": lambda path, _: f"cloud://{ENV}.{BUCKET}{path}",
    "link": lambda _, link: link,
    "NUL": lambda path, _: f"{path}\0.txt",
}


class Ears:
    """Hears of every file that is opened while it listens, in whichever thread."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.listens = False
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.listens and event in ("open", "os.listdir", "os.scandir", "os.rename", "os.remove"):
            self.heard.append(str(arguments[0]))


@pytest.fixture(scope="module")
def ears() -> Ears:
    """One for all tests: a hook cannot be taken off again."""
    return Ears()


class Machine:
    """A secret, a symbolic link to it, and whether anybody has touched them."""

    def __init__(self, folder: Path, ears: Ears) -> None:
        self.folder = folder / "secrets"
        self.folder.mkdir()
        self.secret = self.folder / "secret.txt"
        self.secret.write_text("THE SECRET")
        self.link = folder / "link.txt"
        self.link.symlink_to(self.secret)
        self._ears = ears

    def name(self, how: str) -> str:
        return NAMES[how](str(self.secret), str(self.link))

    def __enter__(self) -> None:
        self._ears.heard.clear()
        self._ears.listens = True

    def __exit__(self, *_error: object) -> None:
        self._ears.listens = False
        assert [name for name in self._ears.heard if self._is_mine(name)] == []
        assert [it.name for it in self.folder.iterdir()] == ["secret.txt"]
        assert self.secret.read_text() == "THE SECRET"

    def _is_mine(self, name: str) -> bool:
        return "secret" in name or "link.txt" in name


@pytest.fixture
def machine(tmp_path: Path, ears: Ears) -> Machine:
    return Machine(tmp_path, ears)


@pytest.fixture
def ask(served: FakeCloud) -> Callable[..., bytes]:
    """Ask the application, signed in as everybody at once; the answer's body."""
    platform = served.intercept()
    served.register_container("api", lambda request: {"path": request.path})
    served.register_function("echo", lambda event, _: event)

    def ask(method: str, target: str, body: Any = b"", **headers: str) -> bytes:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        token = platform.open_api_token()
        target = target.replace("TOKEN", token)
        known = {"host": "localhost", "authorization": f"Bearer {platform.api_key()}", **headers}
        return platform.application.answer(Request(method, target, known, content)).body

    return ask


# --- where a name may stand ----------------------------------------------------------------------

BASE = "/v1/database/instances/(default)/databases/(default)/collections"


def action(name: str, **fields: Any) -> Callable[[str], tuple[Any, ...]]:
    """A request of families A and B; `...` is where the name stands."""
    return lambda path: ("POST", "/admin", _put({"action": name, "envName": ENV, **fields}, path))


def gateway(target: str, body: Any = None) -> Callable[[str], tuple[Any, ...]]:
    return lambda path: ("POST", target.replace("NAME", quote(path, safe="")), _put(body, path))


def open_api(name: str, **fields: Any) -> Callable[[str], tuple[Any, ...]]:
    target = f"/tcb/{name}?access_token=TOKEN"
    return lambda path: ("POST", target, _put({"env": ENV, **fields}, path))


def taro(*steps: Any, **more: Any) -> Callable[[str], tuple[Any, ...]]:
    asked = {"steps": list(steps), "init": {"env": ENV}, **more}
    return lambda path: ("POST", "/taro", _put(asked, path))


def _put(value: Any, path: str) -> Any:
    if value is ...:
        return path
    if isinstance(value, dict):
        return {key: _put(item, path) for key, item in value.items()}
    return [_put(item, path) for item in value] if isinstance(value, list) else value


def in_target(method: str, target: str, **headers: str) -> Callable[[str], tuple[Any, ...]]:
    return lambda path: (method, target.replace("NAME", path), b"", headers)


MIGRATION = {"collection_name": "todos", "file_type": 1, "conflict_mode": 1, "file_path": ...}
UPLOAD = {"cloudPath": "a.txt", "filePath": ...}
MADE = {"$made": [["CDN", [{"type": "filePath", "filePath": ...}]]]}

PLACES = {
    # A and B
    "upload": action("storage.getUploadMetadata", path=...),
    "links": action("storage.batchGetDownloadUrl", file_list=[{"fileid": ..., "max_age": 9}]),
    "delete": action("storage.batchDeleteFile", fileid_list=[...]),
    "copy from": action("storage.batchCopyFile", file_list=[{"src_path": ..., "dst_path": "b"}]),
    "copy to": action("storage.batchCopyFile", file_list=[{"src_path": "a", "dst_path": ...}]),
    "function": action("functions.invokeFunction", function_name=...),
    "collection": action("database.getDocument", collectionName=...),
    "environment": action("database.getDocument", collectionName="todos", env=...),
    "open api": action("wx.api", apiName=..., requestData="{}"),
    # C
    "gateway upload": gateway("/v1/storages/get-objects-upload-info", [{"objectId": ...}]),
    "gateway link": gateway("/v1/storages/get-objects-download-info", [{"cloudObjectId": ...}]),
    "gateway copy": gateway("/v1/storages/copy-objects", [{"srcPath": ..., "dstPath": "b"}]),
    "gateway function": gateway("/v1/functions/NAME"),
    "gateway collection": gateway(f"{BASE}/NAME/documents", {"data": [{}]}),
    # D
    "uploadfile": open_api("uploadfile", path=...),
    "batchdownloadfile": open_api("batchdownloadfile", file_list=[{"fileid": ..., "max_age": 9}]),
    "import": open_api("databasemigrateimport", **MIGRATION),
    "export": open_api("databasemigrateexport", query="db.collection('todos').get()", **MIGRATION),
    "query text": open_api("databasequery", query=...),
    # the storage, pages, the script
    "cos": in_target("GET", f"/cos/{BUCKET}/NAME"),
    "link": in_target("GET", f"/links/{BUCKET}.tcb.qcloud.la/NAME"),
    "link host": in_target("GET", "/links/NAME"),
    "script": in_target("GET", "/shim/NAME"),
    "path": in_target("GET", "/NAME"),
    "bare path": in_target("GET", "NAME"),
    "web page": in_target("GET", "/NAME", host=f"{ENV}.service.tcloudbase.com"),
    # Taro
    "taro upload": taro(["uploadFile", [UPLOAD]], transfer=True),
    "taro upload, no task": taro(["uploadFile", [UPLOAD]]),
    "taro upload, marked": taro(["uploadFile", [{"$object": UPLOAD}]], transfer=True),
    "taro upload, made": taro(
        ["uploadFile", [{"$made": [["callFunction", [{"name": "echo", "data": UPLOAD}]]]}]]
    ),
    "taro upload, instance": taro(["Cloud", [{"resourceEnv": ENV}]], ["uploadFile", [UPLOAD]]),
    "taro upload, resource": taro(
        ["uploadFile", [UPLOAD]], transfer=True, resource={"resourceEnv": ENV}
    ),
    "taro CDN": taro(["callFunction", [{"name": "echo", "data": {"it": MADE}}]]),
    "taro download": taro(["downloadFile", [{"fileID": ...}]], transfer=True),
    "taro links": taro(["getTempFileURL", [{"fileList": [...]}]]),
    "taro function": taro(["callFunction", [{"name": ...}]]),
    "taro container": taro(["callContainer", [{"path": ..., "service": "api"}]]),
    "taro step": taro([..., []]),
}  # fmt: skip


@pytest.mark.parametrize("how", NAMES)
@pytest.mark.parametrize("place", PLACES)
def test_no_name_leads_to_the_disk(
    ask: Callable[..., bytes], machine: Machine, place: str, how: str
) -> None:
    method, target, body, *more = PLACES[place](machine.name(how))
    with machine:
        said = ask(method, target, body, **(more[0] if more else {}))
    assert b"THE SECRET" not in said
    assert b"internal error" not in said


@pytest.mark.parametrize("how", NAMES)
def test_no_upload_lands_on_the_disk(
    ask: Callable[..., bytes], served: FakeCloud, machine: Machine, how: str
) -> None:
    """Where a path is taken, what is sent there is a file of the storage and nothing else."""
    name = machine.name(how)
    with machine:
        told = json.loads(
            ask("POST", "/admin", {"action": "storage.getUploadMetadata", "path": name})
        )
        if "data" in told:
            place = told["data"]
            target = f"/cos/{BUCKET}/{quote(name)}"
            ask("PUT", target, b"pwned", **{"x-cos-security-token": place["token"]})
            found = served.server.downloadFile(fileID=place["fileId"])
            assert found.fileContent == b"pwned"


@pytest.mark.parametrize("kind", ["bytes", "list", "number"])
@pytest.mark.parametrize("call", ["uploadFile", "CDN"])
def test_a_path_may_not_come_in_disguise(
    ask: Callable[..., bytes], machine: Machine, call: str, kind: str
) -> None:
    path = str(machine.secret).encode()
    disguised = {
        "bytes": {"$binary": base64.b64encode(path).decode()},
        "list": [str(machine.secret)],
        "number": 0,
    }[kind]
    options = {"type": "filePath", "cloudPath": "a", "filePath": disguised}
    steps: Any = [[call, [options]]]
    if call == "CDN":
        steps = [["callFunction", [{"name": "echo", "data": {"it": {"$made": steps}}}]]]
    for transfer in (True, False):
        asked = {"steps": steps, "init": {"env": ENV}, "transfer": transfer}
        with machine:
            said = ask("POST", "/taro", asked)
        assert b'"ok"' not in said
        assert b"internal error" not in said


FILE = {"$file": base64.b64encode(b"hello").decode()}
OPENING = {"steps": [["connectContainer", [{"service": "chat"}]]], "init": {"env": ENV}}


async def _chat(_scope: Any, receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "websocket.accept"})
    while (await receive())["type"] == "websocket.receive":
        pass


def test_a_file_that_came_along_is_gone_with_its_request(
    ask: Callable[..., bytes],
    served: FakeCloud,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    upload = {"cloudPath": "a", "filePath": FILE}
    before = set(tmp_path.iterdir())
    assert b'"ok"' in ask("POST", "/taro", {"steps": [["uploadFile", [upload]]], "init": {}})
    # Wherever else an app may write one.
    ask("POST", "/taro", {"steps": [["database", []]], "init": {"env": FILE}})
    served.register_container("chat", _chat)
    told: list[Any] = []
    line = Connecting(served.intercept().application, told.append)
    for message in (OPENING, {"ask": "send", "options": {"data": FILE}}):
        line.hear(json.dumps(message))
    line.end()
    assert "opened" in told[0]
    assert set(tmp_path.iterdir()) == before


def test_the_ears_hear(machine: Machine) -> None:
    """Otherwise the tests above could not fail."""
    for path in (machine.secret, machine.link):
        with pytest.raises(AssertionError):
            _read_in_a_thread(machine, path)


def _read_in_a_thread(machine: Machine, path: Path) -> None:
    with machine:
        thread = threading.Thread(target=path.read_bytes)
        thread.start()
        thread.join()

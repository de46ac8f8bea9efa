"""File storage: paths and ids, who may do what, links that expire, transfers with progress.

Sources: base library 2.30.3 (client), wx-server-sdk 4.0.2 (server), developers.weixin.qq.com
(storage/naming, storage/security-rules), the Taro 3.x page "cloud" (ten minutes, fifty files).
"""

from __future__ import annotations

import asyncio
import gc
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from cloud_fake import CloudError, FakeCloud, MisuseError

ENV = "dev-1a2b3c"
BUCKET = "6465-dev-1a2b3c-1250000000"
HOST = f"https://{BUCKET}.tcb.qcloud.la"


class Device:
    """Somebody's device: an app's face and a local file to send."""

    def __init__(self, app: Any, local: Path) -> None:
        self.app = app
        self._local = local

    def upload(self, path: str = "a.txt", content: bytes = b"hello", **options: Any) -> str:
        self._local.write_bytes(content)
        answer = self.app.uploadFile(cloudPath=path, filePath=str(self._local), **options)
        return str(answer["fileID"])

    def download(self, file_id: str) -> bytes:
        return Path(self.app.downloadFile(fileID=file_id).tempFilePath).read_bytes()

    def link(self, file_id: str, **item: Any) -> str:
        wanted = {"fileID": file_id, **item} if item else file_id
        return str(self.app.getTempFileURL(fileList=[wanted]).fileList[0].tempFileURL)

    def delete(self, file_id: str) -> Any:
        return self.app.deleteFile(fileList=[file_id]).fileList[0]


@pytest.fixture
def alice(app: Any, tmp_path: Path) -> Device:
    return Device(app, tmp_path / "local")


@pytest.fixture
def bob(world: FakeCloud, face: Any, tmp_path: Path) -> Device:
    return Device(face(world.as_user("o-bob")), tmp_path / "local")


@pytest.fixture
def server(world: FakeCloud, face: Any) -> Any:
    return face(world.server)


def error_of(call: Any, /, *args: Any, **kwargs: Any) -> CloudError:
    with pytest.raises(CloudError) as caught:
        call(*args, **kwargs)
    return caught.value


def stored(world: FakeCloud) -> dict[str, bytes]:
    """What lies in the storage, by path."""
    tables = world.snapshot().tables.tables
    return {
        path: file.content
        for name, rows in tables.items()
        if isinstance(name, tuple) and name[0] == "files"
        for path, file in rows.items()
    }


# --- paths ---------------------------------------------------------------------------------------

BAD_PATHS = {
    "empty": "",
    "leading slash": "/a.txt",
    "only a slash": "/",
    "double slash": "a//b.txt",
    "double slash at the end": "a//",
    "851 bytes": "x" * 851,
    "852 bytes of Chinese": "好" * 284,
    "CAN": "a\x18.txt",
    "EM": "a\x19.txt",
    "SUB": "\x1a",
    "ESC": "a/\x1b/b",
    "half a surrogate pair": "a\ud83d.txt",
}
GOOD_PATHS = {
    "plain": "a.txt",
    "nested": "a/b/c/d.txt",
    "recommended signs": "AZaz09-!_.*",
    "spaces": "summer 2026/first day.txt",
    "Chinese": "相册/夏天.txt",
    "emoji": "🐼.txt",
    "850 bytes": "x" * 850,
    "850 bytes of Chinese": "好" * 283 + "x",
    "signs of URLs": "a?b=c&d#e%20f+g.txt",
    "not recommended": '`^"\\{}[]~%#><',
    "dots": "../a/./..",
    "no ending": "Makefile",
    "hidden": ".env",
    "other control characters": "a\x01\t\x7f.txt",
    "a long ending": "a." + "b" * 300,
}


@pytest.mark.parametrize("path", BAD_PATHS.values(), ids=BAD_PATHS)
def test_a_bad_path_is_refused_and_nothing_stored(
    path: str, alice: Device, server: Any, world: FakeCloud
) -> None:
    error = error_of(alice.upload, path)
    assert (error.errCode, error.errMsg) == (-501007, "cloud path is invalid")
    assert str(error) == (
        "Error: errCode: -501007 invalid parameters | errMsg: cloud path is invalid"
    )
    error = error_of(server.uploadFile, cloudPath=path, fileContent=b"x")
    assert (error.errCode, error.errMsg) == (-1, "uploadFile:fail cloud path is invalid")
    assert error.code == -501007
    assert stored(world) == {}


@pytest.mark.parametrize("path", GOOD_PATHS.values(), ids=GOOD_PATHS)
def test_a_good_path_goes_there_and_back(path: str, alice: Device, world: FakeCloud) -> None:
    file_id = alice.upload(path, b"content")
    assert file_id == f"cloud://{ENV}.{BUCKET}/{path}"
    assert stored(world) == {path: b"content"}
    assert alice.download(file_id) == b"content"
    for permission in ("READONLY", "PRIVATE"):
        world.set_storage_permission(permission)
        url = alice.link(file_id)
        assert url.isascii()
        assert " " not in url
        assert world.fetch(url).content == b"content"
    assert alice.delete(file_id).status == 0


def test_paths_that_look_alike_are_different_files(alice: Device, world: FakeCloud) -> None:
    paths = ["a.txt", "A.txt", "a%2Etxt", "./a.txt", "a.txt/", "a.txt "]
    ids = [alice.upload(path, path.encode()) for path in paths]
    assert [alice.download(file_id) for file_id in ids] == [path.encode() for path in paths]
    assert [world.fetch(alice.link(file_id)).text for file_id in ids] == paths


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        ("dev-1a2b3c", "cloud://dev-1a2b3c.6465-dev-1a2b3c-1250000000/A.png"),
        ("test2-4a89da", "cloud://test2-4a89da.7465-test2-4a89da-1250000000/A.png"),
        ("x", "cloud://x.78-x-1250000000/A.png"),
    ],
)
def test_a_file_id_names_environment_bucket_and_path(
    env: str, expected: str, face: Any, tmp_path: Path
) -> None:
    """DOC http-api samples: the bucket begins with the environment's first two letters in hex."""
    alice = Device(face(FakeCloud(env=env)), tmp_path / "local")
    assert alice.upload("A.png") == expected


@pytest.mark.parametrize(
    "file_id",
    [
        "",
        "a.txt",
        "cloud://",
        f"cloud://{ENV}",
        f"cloud://{ENV}.{BUCKET}",
        f"cloud://{ENV}.{BUCKET}/",
        f"cloud://{ENV}.{BUCKET}//a.txt",
        f"cloud://{ENV}.{BUCKET}/A.TXT",
        f"cloud://{ENV}/a.txt",
        f"cloud://prod-1a2b3c.{BUCKET}/a.txt",
        f"https://{ENV}.{BUCKET}/a.txt",
        f" cloud://{ENV}.{BUCKET}/a.txt",
    ],
)
def test_what_is_no_file_id_is_a_file_that_does_not_exist(
    file_id: str, alice: Device, server: Any
) -> None:
    alice.upload("a.txt")
    error = error_of(alice.download, file_id)
    assert (error.errCode, error.errMsg) == (1, "STORAGE_FILE_NONEXIST")
    error = error_of(server.downloadFile, fileID=file_id)
    assert (error.errCode, error.errMsg) == (-1, "downloadFile:fail STORAGE_FILE_NONEXIST")
    assert alice.link(file_id) == ""
    assert alice.delete(file_id).status == -503003


# --- overwriting ---------------------------------------------------------------------------------


def test_uploading_to_ones_own_path_overwrites(alice: Device, world: FakeCloud) -> None:
    first, second = alice.upload(content=b"first"), alice.upload(content=b"second")
    assert first == second
    assert alice.download(first) == b"second"
    assert stored(world) == {"a.txt": b"second"}


def test_somebody_elses_file_is_not_overwritten(
    alice: Device, bob: Device, world: FakeCloud
) -> None:
    file_id = alice.upload(content=b"Alice's")
    error = error_of(bob.upload, content=b"Bob's")
    assert (error.errCode, error.errMsg) == (-503002, "STORAGE_EXCEED_AUTHORITY")
    assert str(error) == (
        "Error: errCode: -503002 storage permission denied | errMsg: STORAGE_EXCEED_AUTHORITY"
    )
    assert bob.download(file_id) == b"Alice's"
    assert stored(world) == {"a.txt": b"Alice's"}


def test_a_refused_upload_moves_no_bytes(bob: Device, alice: Device, world: FakeCloud) -> None:
    alice.upload()
    events: list[Any] = []
    task = world.as_user("o-bob").uploadFile(
        cloudPath="a.txt", filePath=__file__, fail=lambda error: None
    )
    task.onProgressUpdate(events.append)
    assert events == []


def test_a_file_of_the_servers_belongs_to_nobody(alice: Device, server: Any) -> None:
    file_id = server.uploadFile(cloudPath="a.txt", fileContent=b"server's").fileID
    assert error_of(alice.upload).errCode == -503002
    assert alice.delete(file_id).errMsg == "STORAGE_EXCEED_AUTHORITY"
    assert alice.download(file_id) == b"server's"


def test_the_server_takes_a_file_over(alice: Device, server: Any) -> None:
    file_id = alice.upload()
    server.uploadFile(cloudPath="a.txt", fileContent=b"server's")
    assert alice.download(file_id) == b"server's"
    assert error_of(alice.upload).errCode == -503002


def test_a_deleted_path_is_free_for_everybody(alice: Device, bob: Device) -> None:
    alice.delete(alice.upload())
    assert bob.download(bob.upload(content=b"Bob's")) == b"Bob's"
    assert error_of(alice.upload).errCode == -503002


# --- permissions ---------------------------------------------------------------------------------

#: Who may read Alice's file, write it, make a new one (storage/security-rules).
PRESETS = {
    "READONLY": ("alice bob nobody server", "alice server", "alice bob server"),
    "PRIVATE": ("alice server", "alice server", "alice bob server"),
    "ADMINWRITE": ("alice bob nobody server", "server", "server"),
    "ADMINONLY": ("server", "server", "server"),
}
EVERYBODY = ("alice", "bob", "nobody", "server")


@pytest.fixture
def file_of_alice(world: FakeCloud, alice: Device) -> str:
    world.set_storage_permission("READONLY")
    return alice.upload("alice.txt", b"Alice's")


def face_of(who: str, world: FakeCloud, face: Any) -> Any:
    users = {"alice": "o-alice", "bob": "o-bob", "nobody": None}
    return face(world.server if who == "server" else world.as_user(users[who]))


def may_upload(who: str, sdk: Any, path: str, local: Path) -> bool:
    local.write_bytes(b"new")
    options = {"fileContent": b"new"} if who == "server" else {"filePath": str(local)}
    error = refusal_of(sdk.uploadFile, cloudPath=path, **options)
    if error is not None:
        assert (error.errCode, error.errMsg) == (-503002, "STORAGE_EXCEED_AUTHORITY")
    return error is None


def refusal_of(call: Any, **options: Any) -> CloudError | None:
    try:
        call(**options)
    except CloudError as error:
        return error
    return None


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("preset", PRESETS)
class TestPresets:
    """Four presets, four kinds of callers."""

    def test_reading(
        self, preset: str, who: str, world: FakeCloud, face: Any, file_of_alice: str
    ) -> None:
        world.set_storage_permission(preset)
        sdk = face_of(who, world, face)
        if who in PRESETS[preset][0].split():
            answer = sdk.downloadFile(fileID=file_of_alice)
            content = answer.get("fileContent") or Path(answer["tempFilePath"]).read_bytes()
            assert content == b"Alice's"
        else:
            error = error_of(sdk.downloadFile, fileID=file_of_alice)
            assert (error.errCode, error.errMsg) == (1, "STORAGE_FILE_NONEXIST")

    def test_getting_a_link(
        self, preset: str, who: str, world: FakeCloud, face: Any, file_of_alice: str
    ) -> None:
        world.set_storage_permission(preset)
        (item,) = (
            face_of(who, world, face)
            .getTempFileURL(fileList=[{"fileID": file_of_alice, "maxAge": 60}])
            .fileList
        )
        if who in PRESETS[preset][0].split():
            assert (item.status, item.errMsg) == (0, "ok")
            assert world.fetch(item.tempFileURL).content == b"Alice's"
        else:
            assert (item.status, item.errMsg, item.tempFileURL) == (1, "STORAGE_FILE_NONEXIST", "")

    def test_overwriting(
        self, preset: str, who: str, world: FakeCloud, face: Any, file_of_alice: str, tmp_path: Path
    ) -> None:
        world.set_storage_permission(preset)
        allowed = who in PRESETS[preset][1].split()
        sdk = face_of(who, world, face)
        assert may_upload(who, sdk, "alice.txt", tmp_path / "local") is allowed
        assert stored(world) == {"alice.txt": b"new" if allowed else b"Alice's"}

    def test_uploading_something_new(
        self, preset: str, who: str, world: FakeCloud, face: Any, tmp_path: Path
    ) -> None:
        world.set_storage_permission(preset)
        allowed = who in PRESETS[preset][2].split()
        sdk = face_of(who, world, face)
        assert may_upload(who, sdk, "new.txt", tmp_path / "local") is allowed
        assert stored(world) == ({"new.txt": b"new"} if allowed else {})

    def test_deleting(
        self, preset: str, who: str, world: FakeCloud, face: Any, file_of_alice: str
    ) -> None:
        world.set_storage_permission(preset)
        (item,) = face_of(who, world, face).deleteFile(fileList=[file_of_alice]).fileList
        allowed = who in PRESETS[preset][1].split()
        expected = (0, "ok") if allowed else (-503002, "STORAGE_EXCEED_AUTHORITY")
        assert (item.status, item.errMsg) == expected
        assert stored(world) == ({} if allowed else {"alice.txt": b"Alice's"})


def test_a_new_bucket_is_readable_by_everybody_and_writable_by_owners(
    alice: Device, bob: Device
) -> None:
    file_id = alice.upload()
    assert bob.download(file_id) == b"hello"
    assert bob.delete(file_id).status == -503002


#: Rules of one's own, and who may then read and write Alice's file at `inbox/alice.txt`.
RULES: list[tuple[dict[str, Any], str, str]] = [
    ({"read": True, "write": True}, "alice bob nobody server", "alice bob nobody server"),
    ({"read": False, "write": False}, "server", "server"),
    ({}, "server", "server"),
    ({"read": True}, "alice bob nobody server", "server"),
    ({"read": "auth != null", "write": "auth.openid == resource.openid"},
     "alice bob server", "alice server"),
    ({"read": "resource.openid == auth.openid", "write": False}, "alice server", "server"),
    ({"read": "auth.openid == 'o-bob'", "write": "auth.openid == 'o-bob'"},
     "bob server", "bob server"),
    ({"read": "resource.path == 'inbox/alice.txt'", "write": "resource.path == 'other'"},
     "alice bob nobody server", "server"),
    ({"read": "now > 0 && auth.openid in ['o-bob', 'o-eve']", "write": "!true"},
     "bob server", "server"),
]  # fmt: skip


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize(("rules", "readers", "writers"), RULES, ids=[str(r[0]) for r in RULES])
def test_custom_rules(
    rules: dict[str, Any],
    readers: str,
    writers: str,
    who: str,
    world: FakeCloud,
    alice: Device,
    face: Any,
    tmp_path: Path,
) -> None:
    file_id = alice.upload("inbox/alice.txt", b"Alice's")
    world.set_storage_permission(rules)
    sdk = face_of(who, world, face)
    (item,) = sdk.getTempFileURL(fileList=[{"fileID": file_id, "maxAge": 60}]).fileList
    assert (item.status == 0) is (who in readers.split())
    assert may_upload(who, sdk, "inbox/alice.txt", tmp_path / "x") is (who in writers.split())
    (item,) = sdk.deleteFile(fileList=[file_id]).fileList
    assert (item.status == 0) is (who in writers.split())


def test_a_rule_about_a_new_file_sees_its_maker(world: FakeCloud, alice: Device) -> None:
    world.set_storage_permission({"read": True, "write": "resource.openid == auth.openid"})
    assert alice.download(alice.upload("new.txt")) == b"hello"


def test_rules_may_ask_the_database(world: FakeCloud, alice: Device, bob: Device) -> None:
    file_id = alice.upload()
    world.seed({"roles": [{"_id": "o-bob", "reader": True}]})
    world.set_storage_permission({"read": "get(`database.roles.${auth.openid}`).reader == true"})
    assert bob.link(file_id) != ""
    assert alice.link(file_id) == ""


@pytest.mark.parametrize("permission", ["readonly", "", None, 5, ["READONLY"], "CUSTOM"])
def test_a_permission_that_is_none_is_a_mistake_of_the_test(
    permission: Any, world: FakeCloud
) -> None:
    with pytest.raises(MisuseError):
        world.set_storage_permission(permission)


# --- links ---------------------------------------------------------------------------------------


def test_a_link_of_a_public_file_is_bare_and_never_expires(alice: Device, world: FakeCloud) -> None:
    url = alice.link(alice.upload("a b/相.txt"))
    assert url == f"{HOST}/a%20b/%E7%9B%B8.txt"
    world.clock.advance(days=4000)
    assert world.fetch(url).status_code == 200


@pytest.mark.parametrize("permission", ["PRIVATE", "ADMINONLY", {"read": "auth != null"}])
def test_a_link_of_a_private_file_is_signed(
    permission: Any, alice: Device, world: FakeCloud, server: Any
) -> None:
    file_id = alice.upload("a.txt")
    world.set_storage_permission(permission)
    (item,) = server.getTempFileURL(fileList=[{"fileID": file_id, "maxAge": 60}]).fileList
    parts = urlsplit(item.tempFileURL)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{HOST}/a.txt"
    fields = parse_qs(parts.query, strict_parsing=True)
    assert list(fields) == ["sign", "t"]
    assert len(fields["sign"][0]) == 32
    assert set(fields["sign"][0]) <= set("0123456789abcdef")
    assert int(fields["t"][0]) == int(world.clock.now().timestamp()) + 60


@pytest.mark.parametrize("permission", ["READONLY", "ADMINWRITE", {"read": True}])
def test_a_link_of_a_file_that_everybody_reads_is_not(
    permission: Any, alice: Device, world: FakeCloud
) -> None:
    file_id = alice.upload("a.txt")
    world.set_storage_permission(permission)
    assert alice.link(file_id) == f"{HOST}/a.txt"


@pytest.mark.parametrize("microsecond", [0, 1, 500_000, 999_999])
@pytest.mark.parametrize(
    ("item", "seconds"), [({}, 600), ({"maxAge": 1}, 1), ({"maxAge": 3600}, 3600)]
)
def test_a_link_dies_exactly_at_its_age(
    item: dict[str, Any],
    seconds: int,
    microsecond: int,
    face: Any,
    tmp_path: Path,
) -> None:
    world = FakeCloud(env=ENV)
    world.clock.freeze(datetime(2026, 5, 1, 9, 0, 0, microsecond, tzinfo=UTC))
    world.set_storage_permission("PRIVATE")
    alice = Device(face(world), tmp_path / "local")
    url = alice.link(alice.upload(), **item)
    world.clock.advance(seconds=seconds - 1)
    assert world.fetch(url).status_code == 200
    world.clock.advance(seconds=1)
    assert world.fetch(url).status_code == 403
    assert "CDN_SIGNATURE_EXPIRED" in world.fetch(url).text


def test_a_new_link_lives_when_the_old_one_is_dead(alice: Device, world: FakeCloud) -> None:
    world.set_storage_permission("PRIVATE")
    file_id = alice.upload()
    old = alice.link(file_id)
    world.clock.advance(minutes=11)
    new = alice.link(file_id)
    assert new != old
    assert [world.fetch(url).status_code for url in (old, new)] == [403, 200]


@pytest.mark.parametrize(
    ("given", "age"), [(3600, 3600), (1.9, 1), (0, 0), (None, 600), (float("nan"), 600)]
)
def test_the_age_of_each_file_is_answered(given: Any, age: int, alice: Device) -> None:
    file_id = alice.upload()
    (item,) = alice.app.getTempFileURL(fileList=[{"fileID": file_id, "maxAge": given}]).fileList
    assert item.maxAge == age


def test_ages_are_each_files_own(alice: Device, world: FakeCloud) -> None:
    world.set_storage_permission("PRIVATE")
    file_id = alice.upload()
    items = [file_id, {"fileID": file_id, "maxAge": 60}, {"fileID": file_id, "maxAge": 7200}]
    urls = [item.tempFileURL for item in alice.app.getTempFileURL(fileList=items).fileList]
    alive = []
    for _ in range(4):
        alive.append([world.fetch(url).ok for url in urls])
        world.clock.advance(minutes=5)
    assert alive == [[True] * 3, [True, False, True], [False, False, True], [False, False, True]]


def test_the_default_age_is_an_option_of_the_cloud(face: Any, tmp_path: Path) -> None:
    world = FakeCloud(env=ENV, url_max_age=86_400)
    world.clock.freeze()
    world.set_storage_permission("PRIVATE")
    alice = Device(face(world), tmp_path / "local")
    file_id = alice.upload()
    (item,) = alice.app.getTempFileURL(fileList=[file_id]).fileList
    assert item.maxAge == 86_400
    world.clock.advance(hours=23, minutes=59, seconds=59)
    assert world.fetch(item.tempFileURL).ok
    world.clock.advance(seconds=1)
    assert not world.fetch(item.tempFileURL).ok


def test_an_unsigned_link_of_a_private_file_is_forbidden(alice: Device, world: FakeCloud) -> None:
    alice.upload("a.txt")
    world.set_storage_permission("PRIVATE")
    answer = world.fetch(f"{HOST}/a.txt")
    assert answer.status_code == 403
    assert "CDN_SIGNATURE_MISSING" in answer.text


def changed(url: str, **fields: str) -> str:
    path, _, query = url.partition("?")
    signed = {key: values[0] for key, values in parse_qs(query).items()} | fields
    return path + "?" + "&".join(f"{key}={value}" for key, value in signed.items())


@pytest.mark.parametrize(
    "forge",
    [
        lambda url: changed(url, sign="0" * 32),
        lambda url: changed(url, sign="é"),
        lambda url: changed(url, t="4102444800"),
        lambda url: changed(url, t="0"),
        lambda url: changed(url, t="soon"),
        lambda url: changed(url, t="-1"),
        lambda url: changed(url, t="９９９９９９９９９９"),
        lambda url: url.partition("&t=")[0],
        lambda url: url.replace("a.txt", "b.txt"),
        lambda url: url.replace("a.txt", "A.txt"),
    ],
)
def test_a_forged_link_is_forbidden(forge: Any, alice: Device, world: FakeCloud) -> None:
    world.set_storage_permission("PRIVATE")
    file_id = alice.upload("a.txt")
    alice.upload("b.txt")
    url = alice.link(file_id)
    assert world.fetch(url).status_code == 200
    answer = world.fetch(forge(url))
    assert answer.status_code == 403
    assert "CDN_INVALID_SIGNATURE" in answer.text


def test_another_files_signature_is_forbidden(alice: Device, world: FakeCloud) -> None:
    world.set_storage_permission("PRIVATE")
    first, second = alice.link(alice.upload("1.txt")), alice.link(alice.upload("2.txt"))
    swapped = first.partition("?")[0] + "?" + second.partition("?")[2]
    assert world.fetch(swapped).status_code == 403


def test_another_clouds_signature_is_forbidden(alice: Device, world: FakeCloud) -> None:
    other = FakeCloud(env=ENV, seed=8)
    other.clock.freeze(world.clock.now())
    for cloud in (world, other):
        cloud.set_storage_permission("PRIVATE")
        cloud.server.uploadFile(cloudPath="a.txt", fileContent=b"x")
    wanted = [{"fileID": f"cloud://{ENV}.{BUCKET}/a.txt", "maxAge": 60}]
    theirs = other.server.getTempFileURL(fileList=wanted).fileList[0].tempFileURL
    assert (other.fetch(theirs).status_code, world.fetch(theirs).status_code) == (200, 403)


@pytest.mark.parametrize("permission", ["READONLY", "PRIVATE"])
def test_a_link_of_a_deleted_file_leads_nowhere(
    permission: str, alice: Device, world: FakeCloud
) -> None:
    world.set_storage_permission(permission)
    file_id = alice.upload()
    url = alice.link(file_id)
    alice.delete(file_id)
    answer = world.fetch(url)
    assert answer.status_code == 404
    assert answer.text == (
        "<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>"
    )
    assert answer.headers["content-type"] == "application/xml"


def test_links_follow_the_permission_as_it_is_when_they_are_used(
    alice: Device, world: FakeCloud
) -> None:
    file_id = alice.upload()
    bare = alice.link(file_id)
    world.set_storage_permission("PRIVATE")
    signed = alice.link(file_id)
    assert [world.fetch(url).status_code for url in (bare, signed)] == [403, 200]
    world.clock.advance(hours=1)
    assert world.fetch(signed).status_code == 403
    world.set_storage_permission("READONLY")
    assert [world.fetch(url).status_code for url in (bare, signed)] == [200, 200]


def test_a_link_serves_what_lies_there_now(alice: Device, world: FakeCloud) -> None:
    world.set_storage_permission("PRIVATE")
    url = alice.link(alice.upload("a.txt", b"old"))
    alice.upload("a.txt", b"newer")
    answer = world.fetch(url)
    assert (answer.content, answer.headers["content-length"]) == (b"newer", "5")


def test_whoever_holds_a_link_may_use_it(alice: Device, bob: Device, world: FakeCloud) -> None:
    """Rules act on the API, not on a link that was handed out (storage/security-rules)."""
    world.set_storage_permission("PRIVATE")
    file_id = alice.upload()
    url = alice.link(file_id)
    assert bob.link(file_id) == ""
    assert world.fetch(url).content == b"hello"


@pytest.mark.parametrize(
    "url", ["https://example.com/a.txt", "", "a.txt", f"cloud://{ENV}.{BUCKET}/a.txt", HOST + "x/a"]
)
def test_what_is_no_link_of_this_cloud_is_a_mistake_of_the_test(url: str, world: FakeCloud) -> None:
    with pytest.raises(MisuseError, match="no link of this cloud"):
        world.fetch(url)


@pytest.mark.parametrize(
    ("path", "header", "content_type"),
    [
        ("a.png", {}, "image/png"),
        ("a.JPG", {}, "image/jpeg"),
        ("a.webp", {}, "image/webp"),
        ("a/b.mp4", {}, "video/mp4"),
        ("a.json", {}, "application/json"),
        ("a.txt", {}, "text/plain"),
        ("a", {}, "application/octet-stream"),
        ("a.own", {}, "application/octet-stream"),
        ("a.png", {"content-type": "text/x-own"}, "text/x-own"),
        ("a.png", {"CONTENT-TYPE": "text/x-own"}, "text/x-own"),
        ("a.png", {"content-type": None, "x-other": "1"}, "image/png"),
        ("a.png", {"content-type": 5}, "image/png"),
    ],
)
def test_content_types(
    path: str, header: dict[str, Any], content_type: str, alice: Device, world: FakeCloud
) -> None:
    url = alice.link(alice.upload(path, header=header))
    assert world.fetch(url).headers["content-type"] == content_type


def test_what_the_cdn_says_of_a_file(alice: Device, world: FakeCloud) -> None:
    world.clock.freeze(datetime(2027, 5, 1, 9, 0, tzinfo=UTC))
    url = alice.link(alice.upload("a.json", b'{"a": 1}'))
    answer = world.fetch(url)
    assert (answer.status_code, answer.ok, answer.json()) == (200, True, {"a": 1})
    assert answer.headers["content-length"] == "8"
    assert answer.headers["last-modified"] == "Sat, 01 May 2027 09:00:00 GMT"


# --- lists ---------------------------------------------------------------------------------------


def test_fifty_files_at_a_time(alice: Device, world: FakeCloud) -> None:
    ids = [alice.upload(f"{number}.txt") for number in range(50)]
    links = alice.app.getTempFileURL(fileList=ids).fileList
    assert [item.fileID for item in links] == ids
    assert {item.status for item in links} == {0}
    deleted = alice.app.deleteFile(fileList=ids).fileList
    assert [(item.fileID, item.status) for item in deleted] == [(file_id, 0) for file_id in ids]
    assert stored(world) == {}


@pytest.mark.parametrize("api", ["getTempFileURL", "deleteFile"])
def test_fifty_one_are_refused_by_the_client(api: str, alice: Device, world: FakeCloud) -> None:
    file_id = alice.upload()
    error = error_of(getattr(alice.app, api), fileList=[file_id] * 51)
    assert (error.errCode, error.errMsg) == (-401002, "parameter.fileList exceed max length 50")
    assert error.message == (
        "errCode: -401002 api parameter error | errMsg: parameter.fileList exceed max length 50"
    )
    assert stored(world) == {"a.txt": b"hello"}


def test_the_server_has_no_such_limit(alice: Device, server: Any) -> None:
    ids = [alice.upload(f"{number}.txt") for number in range(51)]
    assert len(server.deleteFile(fileList=ids).fileList) == 51


def test_a_file_named_twice_is_answered_twice(alice: Device) -> None:
    file_id = alice.upload()
    links = alice.app.getTempFileURL(fileList=[file_id, file_id]).fileList
    assert links[0] == links[1]
    assert links[0] is not links[1]
    deleted = alice.app.deleteFile(fileList=[file_id, file_id]).fileList
    assert [(item.status, item.errMsg) for item in deleted] == [
        (0, "ok"),
        (-503003, "STORAGE_FILE_NONEXIST"),
    ]


def test_good_and_bad_items_stand_side_by_side(
    alice: Device, bob: Device, world: FakeCloud
) -> None:
    world.set_storage_permission("PRIVATE")
    mine, theirs = alice.upload("alice.txt"), bob.upload("bob.txt")
    items = alice.app.getTempFileURL(fileList=["cloud://x", mine, theirs]).fileList
    assert [(item.status, item.errMsg, bool(item.tempFileURL)) for item in items] == [
        (1, "STORAGE_FILE_NONEXIST", False),
        (0, "ok", True),
        (1, "STORAGE_FILE_NONEXIST", False),
    ]
    assert ["maxAge" in item for item in items] == [False, True, False]
    items = alice.app.deleteFile(fileList=["cloud://x", mine, theirs]).fileList
    assert [(item.status, item.errMsg) for item in items] == [
        (-503003, "STORAGE_FILE_NONEXIST"),
        (0, "ok"),
        (-503002, "STORAGE_EXCEED_AUTHORITY"),
    ]
    assert stored(world) == {"bob.txt": b"hello"}


def test_the_same_from_the_server(server: Any) -> None:
    file_id = server.uploadFile(cloudPath="a.txt", fileContent=b"x").fileID
    answer = server.getTempFileURL(fileList=["cloud://x", {"fileID": file_id, "maxAge": 60}])
    assert answer.errMsg == "getTempFileURL:ok"
    assert [(item.status, item.errMsg) for item in answer.fileList] == [
        (-503003, "storage file not exists"),
        (0, "ok"),
    ]
    answer = server.deleteFile(fileList=["cloud://x", file_id])
    assert answer == {
        "fileList": [
            {"fileID": "cloud://x", "status": -503003, "errMsg": "storage file not exists"},
            {"fileID": file_id, "status": 0, "errMsg": "ok"},
        ],
        "errMsg": "deleteFile:ok",
    }


@pytest.mark.parametrize("item", [{"fileID": "cloud://x"}, {"maxAge": 60}, {}])
def test_an_object_needs_both_keys_on_the_server(item: dict[str, Any], server: Any) -> None:
    error = error_of(server.getTempFileURL, fileList=[item])
    assert (error.errCode, error.errMsg) == (
        -1,
        "getTempFileURL:fail fileList 的元素如果是对象，必须是包含 fileID 和 maxAge 的对象",
    )


# --- transfers -----------------------------------------------------------------------------------

BIG = bytes(range(256)) * (5 * 1024 * 4)


def watched(call: Any, **options: Any) -> list[dict[str, Any]]:
    """The progress of a transfer on the awaitable face, which starts when it is awaited."""
    events: list[dict[str, Any]] = []

    async def main() -> None:
        task = call(**options, success=lambda answer: None)
        task.onProgressUpdate(events.append)
        assert events == []
        await task

    asyncio.run(main())
    return events


def test_an_empty_file(alice: Device, world: FakeCloud, tmp_path: Path) -> None:
    file_id = alice.upload("empty", b"")
    assert alice.download(file_id) == b""
    answer = world.fetch(alice.link(file_id))
    assert (answer.content, answer.headers["content-length"]) == (b"", "0")
    (tmp_path / "empty").touch()
    upload = {"cloudPath": "empty", "filePath": str(tmp_path / "empty")}
    assert watched(world.aio.uploadFile, **upload) == [
        {"progress": 100, "totalBytesSent": 0, "totalBytesExpectedToSend": 0}
    ]
    assert watched(world.aio.downloadFile, fileID=file_id) == [
        {"progress": 100, "totalBytesWritten": 0, "totalBytesExpectedToWrite": 0}
    ]


def test_a_big_file(alice: Device, world: FakeCloud) -> None:
    assert len(BIG) == 5 * 1024 * 1024
    file_id = alice.upload("big.bin", BIG)
    assert alice.download(file_id) == BIG
    assert world.fetch(alice.link(file_id)).content == BIG


@pytest.mark.parametrize("size", [1, 1000, 64 * 1024, 64 * 1024 + 1, 999_999, 5 * 1024 * 1024])
def test_progress_rises_to_the_end(size: int, world: FakeCloud, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x" * size)
    sent = watched(world.aio.uploadFile, cloudPath="file", filePath=str(tmp_path / "file"))
    file_id = f"cloud://{ENV}.{BUCKET}/file"
    written = watched(world.aio.downloadFile, fileID=file_id)
    for events, moved, whole in (
        (sent, "totalBytesSent", "totalBytesExpectedToSend"),
        (written, "totalBytesWritten", "totalBytesExpectedToWrite"),
    ):
        assert {tuple(event) for event in events} == {("progress", moved, whole)}
        assert {event[whole] for event in events} == {size}
        steps = [event[moved] for event in events]
        assert steps == sorted(set(steps))
        assert steps[-1] == size
        assert [event["progress"] for event in events] == [n * 100 // size for n in steps]
    assert len(sent) == len(written)
    assert len(sent) <= 20


@pytest.mark.parametrize("api", ["uploadFile", "downloadFile"])
class TestTasks:
    """What the callback form of a transfer answers."""

    @pytest.fixture
    def options(self, api: str, world: FakeCloud, tmp_path: Path) -> dict[str, Any]:
        (tmp_path / "big").write_bytes(BIG)
        if api == "uploadFile":
            return {"cloudPath": "big", "filePath": str(tmp_path / "big")}
        sent = world.uploadFile(cloudPath="there", filePath=str(tmp_path / "big"))
        return {"fileID": sent.fileID}

    def test_a_second_handler_replaces_the_first(
        self, api: str, options: dict[str, Any], world: FakeCloud
    ) -> None:
        first: list[Any] = []
        second: list[Any] = []

        async def main() -> None:
            task = getattr(world.aio, api)(**options, complete=lambda answer: None)
            task.onProgressUpdate(first.append)
            task.onProgressUpdate(second.append)
            await task

        asyncio.run(main())
        assert (first, len(second)) == ([], 20)

    def test_on_the_blocking_face_a_handler_is_told_what_has_happened(
        self, api: str, options: dict[str, Any], world: FakeCloud
    ) -> None:
        told: list[str] = []
        events: list[Any] = []
        task = getattr(world, api)(**options, success=lambda answer: told.append(answer.errMsg))
        assert len(told) == 1
        task.onProgressUpdate(events.append)
        assert [event["progress"] for event in events][-1] == 100
        assert len(events) == 20
        task.abort()
        assert len(told) == 1

    def test_what_a_handler_throws_is_swallowed(
        self, api: str, options: dict[str, Any], world: FakeCloud
    ) -> None:
        told: list[Any] = []

        def shout(event: Any) -> None:
            raise RuntimeError("nobody hears this")

        async def main() -> None:
            task = getattr(world.aio, api)(**options, success=told.append)
            task.onProgressUpdate(shout)
            await task

        asyncio.run(main())
        assert len(told) == 1

    def test_aborting_before_it_starts(
        self, api: str, options: dict[str, Any], world: FakeCloud
    ) -> None:
        before = stored(world)
        told, events = self.aborted(getattr(world.aio, api), options, at=0)
        assert told == [("fail", -1, f"cloud.{api}:fail undefined . abort")] * 2
        assert events == []
        assert stored(world) == before

    def test_aborting_on_the_way(self, api: str, options: dict[str, Any], world: FakeCloud) -> None:
        before = stored(world)
        told, events = self.aborted(getattr(world.aio, api), options, at=7)
        assert told == [("fail", -1, f"cloud.{api}:fail undefined . {api}:fail abort")] * 2
        assert [event["progress"] for event in events] == [5, 10, 15, 20, 25, 30, 35]
        assert stored(world) == before

    def test_aborting_at_the_end_is_too_late(
        self, api: str, options: dict[str, Any], world: FakeCloud
    ) -> None:
        told, events = self.aborted(getattr(world.aio, api), options, at=20)
        assert [outcome for outcome, *_ in told] == ["success", "success"]
        assert len(events) == 20

    def aborted(
        self, call: Any, options: dict[str, Any], at: int
    ) -> tuple[list[tuple[Any, ...]], list[Any]]:
        """Abort at the event of that number, 0 is before the start."""
        told: list[tuple[Any, ...]] = []
        events: list[Any] = []

        def tell(value: Any) -> None:
            kind = "fail" if isinstance(value, CloudError) else "success"
            told.append((kind, getattr(value, "errCode", 0), value.errMsg))

        async def main() -> None:
            task = call(**options, success=tell, fail=tell, complete=tell)

            def watch(event: Any) -> None:
                events.append(event)
                if len(events) == at:
                    task.abort()

            task.onProgressUpdate(watch)
            if not at:
                task.abort()
            await task

        asyncio.run(main())
        return told, events


def test_an_aborted_overwriting_leaves_the_old_file(
    alice: Device, world: FakeCloud, tmp_path: Path
) -> None:
    file_id = alice.upload("big", b"old")
    (tmp_path / "big").write_bytes(BIG)
    TestTasks().aborted(
        world.aio.uploadFile, {"cloudPath": "big", "filePath": str(tmp_path / "big")}, at=3
    )
    assert alice.download(file_id) == b"old"


def test_aborting_wins_over_a_local_file_that_is_not_there(world: FakeCloud) -> None:
    told, _ = TestTasks().aborted(
        world.aio.uploadFile, {"cloudPath": "big", "filePath": "nowhere"}, at=0
    )
    assert told[0] == ("fail", -1, "cloud.uploadFile:fail undefined . abort")


# --- local files ---------------------------------------------------------------------------------


@pytest.mark.parametrize("local", ["missing.png", ".", "", "a\0b", "missing/deeper.png"])
def test_a_local_file_that_cannot_be_read(
    local: str, alice: Device, world: FakeCloud, tmp_path: Path
) -> None:
    path = str(tmp_path / local) if local not in ("", "a\0b") else local
    error = error_of(alice.app.uploadFile, cloudPath="a.png", filePath=path)
    assert (error.errCode, error.errMsg) == (
        -1,
        "cloud.uploadFile:fail undefined . uploadFile:fail file not found",
    )
    assert error.message == error.errMsg
    assert stored(world) == {}


@pytest.mark.parametrize(
    ("local", "called"), [(None, "null"), (5, "number"), (b"a", "arraybuffer"), (["a"], "array")]
)
def test_a_local_path_that_is_none(
    local: Any, called: str, alice: Device, world: FakeCloud
) -> None:
    error = error_of(alice.app.uploadFile, cloudPath="a.png", filePath=local)
    text = f"parameter.filePath should be string instead of {called};"
    assert (error.errCode, error.errMsg) == (-401003, text)
    assert stored(world) == {}


def test_pythons_own_way_to_write_a_path(alice: Device, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"png")
    sent = alice.app.uploadFile(cloudPath="a.png", filePath=tmp_path / "a.png")
    assert alice.download(sent.fileID) == b"png"


def test_the_local_file_is_read_once_and_kept(alice: Device, tmp_path: Path) -> None:
    file_id = alice.upload(content=b"then")
    (tmp_path / "local").write_bytes(b"now")
    assert alice.download(file_id) == b"then"


def test_downloads_are_files_of_their_own(alice: Device) -> None:
    file_id = alice.upload("a/photo.png", b"png")
    first, second = (Path(alice.app.downloadFile(fileID=file_id).tempFilePath) for _ in range(2))
    assert first != second
    assert first.suffix == ".png"
    first.write_bytes(b"scribbled on")
    assert second.read_bytes() == b"png"
    assert alice.download(file_id) == b"png"


def test_the_disk_does_not_go_back_to_a_snapshot(alice: Device, world: FakeCloud) -> None:
    ids = [alice.upload("a.txt", b"a"), alice.upload("b.txt", b"b"), alice.upload("a2.txt", b"a")]
    before, paths = world.snapshot(), []
    for file_id in ids:
        paths.append(Path(alice.app.downloadFile(fileID=file_id).tempFilePath))
        world.restore(before)
    assert [path.read_bytes() for path in paths] == [b"a", b"b", b"a"]
    assert paths[0] == paths[2], "the same run has the same names"


def test_downloads_vanish_when_the_cloud_is_closed(alice: Device, world: FakeCloud) -> None:
    path = Path(alice.app.downloadFile(fileID=alice.upload()).tempFilePath)
    assert path.is_file()
    world.close()
    assert not path.parent.exists()
    world.close()
    assert alice.download(f"cloud://{ENV}.{BUCKET}/a.txt") == b"hello"
    world.close()


def test_downloads_vanish_with_their_cloud(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a")
    with FakeCloud(env=ENV) as cloud:
        file_id = cloud.uploadFile(cloudPath="a", filePath=str(tmp_path / "a")).fileID
        kept = Path(cloud.downloadFile(fileID=file_id).tempFilePath)
        assert kept.is_file()
    assert not kept.exists()
    forgotten = Path(cloud.downloadFile(fileID=file_id).tempFilePath)
    del cloud
    gc.collect()
    assert not forgotten.exists()


def test_a_fork_keeps_its_own_downloads(alice: Device, world: FakeCloud) -> None:
    file_id = alice.upload()
    child = world.fork()
    path = Path(child.downloadFile(fileID=file_id).tempFilePath)
    world.close()
    assert path.read_bytes() == b"hello"
    child.close()
    assert not path.exists()


# --- the server SDK ------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview, io.BytesIO])
def test_the_server_uploads_bytes_or_an_open_file(kind: Any, server: Any) -> None:
    answer = server.uploadFile(cloudPath="a.txt", fileContent=kind(b"bytes"))
    assert answer.statusCode == -1
    got = server.downloadFile(fileID=answer.fileID)
    assert (got.fileContent, type(got.fileContent)) == (b"bytes", bytes)


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview, io.BytesIO])
def test_the_server_uploads_nothing_at_all(kind: Any, server: Any) -> None:
    answer = server.uploadFile(cloudPath="a.txt", fileContent=kind(b""))
    assert server.downloadFile(fileID=answer.fileID).fileContent == b""


def test_the_server_uploads_a_file_from_disk(server: Any, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"on disk")
    with (tmp_path / "a").open("rb") as stream:
        file_id = server.uploadFile(cloudPath="a.txt", fileContent=stream).fileID
    assert server.downloadFile(fileID=file_id).fileContent == b"on disk"


NO_CONTENT = "uploadFile:fail Type of fileContent must be fs.ReadStream instead of undefined"
WRONG_CONTENT = (
    "uploadFile:fail [node-sdk] fileContent should be instance of fs.ReadStream or Buffer"
)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (None, NO_CONTENT),
        ("", NO_CONTENT),
        (0, NO_CONTENT),
        ("text", WRONG_CONTENT),
        (5, WRONG_CONTENT),
        ({"a": 1}, WRONG_CONTENT),
        (io.StringIO("text"), WRONG_CONTENT),
    ],
)
def test_what_the_server_does_not_upload(
    content: Any, text: str, server: Any, world: FakeCloud
) -> None:
    error = error_of(server.uploadFile, cloudPath="a.txt", fileContent=content)
    assert (error.errCode, error.errMsg) == (-1, text)
    assert stored(world) == {}


def test_stored_bytes_are_nobody_elses(server: Any) -> None:
    content = bytearray(b"before")
    file_id = server.uploadFile(cloudPath="a.txt", fileContent=content).fileID
    content[:] = b"after!"
    assert server.downloadFile(fileID=file_id).fileContent == b"before"


# --- clouds --------------------------------------------------------------------------------------


def test_two_clouds_do_not_share(face: Any, tmp_path: Path) -> None:
    one, other = (Device(face(FakeCloud(env=ENV)), tmp_path / "local") for _ in range(2))
    file_id = one.upload(content=b"one")
    assert error_of(other.download, file_id).errCode == 1
    assert other.upload(content=b"other") == file_id
    assert one.download(file_id) == b"one"


def test_two_environments_do_not_share(alice: Device, world: FakeCloud) -> None:
    world.create_env("test-123")
    here = alice.upload(content=b"here")
    there = alice.upload(content=b"there", config={"env": "test-123"})
    assert [alice.download(file_id) for file_id in (here, there)] == [b"here", b"there"]
    world.set_storage_permission("ADMINONLY", env="test-123")
    assert alice.link(here) == f"{HOST}/a.txt"
    assert error_of(alice.download, there).errCode == 1


def test_an_environment_that_does_not_exist(alice: Device, world: FakeCloud) -> None:
    error = error_of(alice.upload, config={"env": "nowhere"})
    assert error.errCode == -501000
    assert error.errMsg.startswith("[100003] env not exists (")
    assert stored(world) == {}

"""Files over the wire: both hops of an upload, links as the CDN serves them."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest

from cloud_fake import FakeCloud

PATH = "dir/a b 中.txt"
CONTENT = b"hello, world"
FILE_ID = f"cloud://dev-1a2b3c.6465-dev-1a2b3c-1250000000/{PATH}"


def ask(http: httpx.Client, action: str, **body: Any) -> Any:
    return http.post("/admin", json={"action": action, **body}).json()["data"]


@pytest.fixture
def place(http: httpx.Client) -> Any:
    return ask(http, "storage.getUploadMetadata", path=PATH, method="put")


def stored(served: FakeCloud) -> bytes:
    return served.server.downloadFile(fileID=FILE_ID).fileContent


def put(http: httpx.Client, place: Any, content: Any = CONTENT) -> httpx.Response:
    headers = {
        "Signature": place["authorization"],
        "authorization": place["authorization"],
        "x-cos-security-token": place["token"],
        "x-cos-meta-fileid": place["cosFileId"],
        "key": "dir%2Fa",
    }
    return http.put(place["url"], headers=headers, content=content)


def pieces(content: bytes) -> Any:
    for start in range(0, len(content), 5):
        yield content[start : start + 5]


@pytest.mark.parametrize("content", [CONTENT, b"", pieces], ids=["whole", "empty", "chunked"])
def test_a_file_is_put(served: FakeCloud, http: httpx.Client, place: Any, content: Any) -> None:
    assert place["fileId"] == FILE_ID
    sent = content(CONTENT) if callable(content) else content
    reply = put(http, place, sent)
    assert (reply.status_code, reply.content) == (200, b"")
    assert stored(served) == (CONTENT if callable(content) else content)


def form(place: Any) -> dict[str, Any]:
    return {
        "Signature": place["authorization"],
        "x-cos-security-token": place["token"],
        "x-cos-meta-fileid": place["cosFileId"],
        "key": PATH,
    }


def test_a_file_is_posted_as_in_tcb_admin_node(
    served: FakeCloud, http: httpx.Client, place: Any
) -> None:
    reply = http.post(place["url"], data=form(place), files={"file": ("f", CONTENT)})
    assert (reply.status_code, reply.content) == (204, b"")
    assert stored(served) == CONTENT


def test_js_sdk_wants_201(served: FakeCloud, http: httpx.Client, place: Any) -> None:
    fields = {**form(place), "success_action_status": "201"}
    reply = http.post(place["url"], data=fields, files={"file": ("f", CONTENT)})
    assert reply.status_code == 201


def test_fields_may_come_as_files(served: FakeCloud, http: httpx.Client, place: Any) -> None:
    """wechatpy sends them so, the file first."""
    fields = {"file": ("f", CONTENT), **{name: (name, text) for name, text in form(place).items()}}
    assert http.post(place["url"], files=fields).status_code == 204
    assert stored(served) == CONTENT


def xml(reply: httpx.Response) -> dict[str, str | None]:
    return {tag.tag: tag.text for tag in ET.fromstring(reply.text)}


def test_failures_are_xml_with_four_tags(http: httpx.Client, place: Any) -> None:
    for reply in (
        put(http, {**place, "token": "forged"}),
        put(http, {**place, "url": place["url"] + "x"}),
        http.put(place["url"], content=CONTENT),
    ):
        assert reply.status_code == 403
        assert xml(reply).keys() == {"Code", "Message", "RequestId", "TraceId"}
        assert xml(reply)["Code"] == "AccessDenied"


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("text/plain", b"x"),
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=b", b"x"),
        (
            "multipart/form-data; boundary=b",
            b"--b\r\nContent-Disposition: form-data; name=file\r\n",
        ),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: x; name="a"\r\n\r\n1\r\n--b--',
        ),
    ],
)
def test_what_is_no_form_is_refused(
    http: httpx.Client, place: Any, content_type: str, body: bytes
) -> None:
    reply = http.post(place["url"], content=body, headers={"content-type": content_type})
    assert (reply.status_code, xml(reply)["Code"]) == (400, "INVALID_PARAM")


def test_the_permission_to_send_ends(served: FakeCloud, http: httpx.Client, place: Any) -> None:
    served.clock.advance(minutes=31)
    assert xml(put(http, place))["Code"] == "AccessDenied"


def test_a_fault_of_the_upload_strikes_the_second_hop(
    served: FakeCloud, http: httpx.Client, place: Any
) -> None:
    served.faults.fail("storage.upload", code=-503001, times=1)
    assert xml(put(http, place))["Code"] == "STORAGE_REQUEST_FAIL"
    assert put(http, place).status_code == 200


# --- links ---------------------------------------------------------------------------------------


@pytest.fixture
def link(served: FakeCloud, http: httpx.Client) -> str:
    served.clock.freeze()
    served.set_storage_permission("PRIVATE")
    served.server.uploadFile(cloudPath=PATH, fileContent=CONTENT)
    asked = [{"fileid": FILE_ID, "max_age": 60}, {"fileid": "cloud://nope/x"}]
    found, missing = ask(http, "storage.batchGetDownloadUrl", file_list=asked)["download_list"]
    assert (found["code"], missing["code"]) == ("SUCCESS", "STORAGE_FILE_NONEXIST")
    assert (found["fileID"], found["maxAge"], missing["tempFileURL"]) == (FILE_ID, 60, "")
    return str(found["tempFileURL"])


def test_a_link_is_served(http: httpx.Client, server: Any, link: str) -> None:
    assert link.startswith(f"{server.url}/links/")
    assert "a b 中.txt?sign=" in link  # for the SDKs, which put it through encodeURI
    reply = http.get(link)
    assert (reply.status_code, reply.content) == (200, CONTENT)
    assert reply.headers["content-type"] == "text/plain"
    assert "last-modified" in reply.headers


def test_a_link_may_be_asked_about(http: httpx.Client, link: str) -> None:
    reply = http.head(link)
    assert (reply.status_code, reply.content) == (200, b"")
    assert reply.headers["content-length"] == str(len(CONTENT))


def test_a_link_ends_by_the_cloud_s_clock(served: FakeCloud, http: httpx.Client, link: str) -> None:
    served.clock.advance(seconds=59)
    assert http.get(link).status_code == 200
    served.clock.advance(seconds=1)
    reply = http.get(link)
    assert (reply.status_code, reply.headers["content-type"]) == (403, "application/xml")
    served.server.deleteFile(fileList=[FILE_ID])


def test_what_is_no_link(served: FakeCloud, http: httpx.Client, link: str) -> None:
    assert http.get(link.partition("?")[0]).status_code == 403
    assert http.get(link.replace("sign=", "sign=0")).status_code == 403
    assert http.get("/links/elsewhere.example/x").status_code == 400
    assert http.post(link).status_code == 405
    served.server.deleteFile(fileList=[FILE_ID])
    assert http.get(link).status_code == 404


RANGES = [
    ("bytes=0-4", 206, b"hello", "bytes 0-4/12"),
    ("bytes=7-", 206, b"world", "bytes 7-11/12"),
    ("bytes=-5", 206, b"world", "bytes 7-11/12"),
    ("bytes=0-99", 206, CONTENT, "bytes 0-11/12"),
    ("bytes=-99", 206, CONTENT, "bytes 0-11/12"),
    ("bytes=12-", 416, b"", "bytes */12"),
    ("bytes=5-2", 416, b"", "bytes */12"),
    ("bytes=-0", 416, b"", "bytes */12"),
    ("bytes=0-1,3-4", 200, CONTENT, None),
    ("bytes=-", 200, CONTENT, None),
    ("lines=0-1", 200, CONTENT, None),
]


@pytest.mark.parametrize(("wanted", "status", "content", "told"), RANGES)
def test_parts(
    http: httpx.Client, link: str, wanted: str, status: int, content: bytes, told: str | None
) -> None:
    reply = http.get(link, headers={"range": wanted})
    assert (reply.status_code, reply.content) == (status, content)
    assert reply.headers.get("content-range") == told


def test_a_function_s_links_lead_here_too(
    served: FakeCloud, http: httpx.Client, server: Any
) -> None:
    served.server.uploadFile(cloudPath=PATH, fileContent=CONTENT)

    @served.function("link")
    def link(event: Any, context: Any) -> Any:
        return context.cloud.getTempFileURL(fileList=[FILE_ID]).fileList[0].tempFileURL

    url = http.post("/v1/functions/link").json()
    assert url.startswith(f"{server.url}/links/")
    assert http.get(url).content == CONTENT


# --- lists ---------------------------------------------------------------------------------------


def test_deleting_and_copying(served: FakeCloud, http: httpx.Client) -> None:
    served.server.uploadFile(cloudPath="a/x.txt", fileContent=CONTENT)
    wanted = {"src_path": "a/x.txt", "dst_path": "b/x.txt", "remove_original": True}
    first, again = (
        ask(http, "storage.batchCopyFile", file_list=[wanted])["copy_list"][0] for _ in range(2)
    )
    assert (first["code"], again["code"]) == ("SUCCESS", "STORAGE_FILE_NONEXIST")
    gone = [first["fileId"]] * 2
    deleted = ask(http, "storage.batchDeleteFile", fileid_list=gone)["delete_list"]
    assert [item["code"] for item in deleted] == ["SUCCESS", "STORAGE_FILE_NONEXIST"]


def test_a_page_sends_its_own_files_only(
    served: FakeCloud, http: httpx.Client, server: Any
) -> None:
    wanted = [{"objectId": "mine.txt"}]

    def place_for(openid: str) -> Any:
        headers = {"authorization": f"Bearer {server.access_token(openid)}"}
        return http.post(
            "/v1/storages/get-objects-upload-info", json=wanted, headers=headers
        ).json()[0]

    place = place_for("o-bob")
    headers = {"x-cos-security-token": place["token"], "authorization": place["authorization"]}
    assert http.put(place["uploadUrl"], content=CONTENT, headers=headers).status_code == 200
    assert place_for("o-alice")["code"] == "STORAGE_EXCEED_AUTHORITY"
    asked = [{"cloudObjectId": place["cloudObjectId"]}, {"cloudObjectId": "cloud://x/y"}]
    found, missing = http.post("/v1/storages/get-objects-download-info", json=asked).json()
    assert http.get(found["downloadUrl"]).content == CONTENT
    assert missing["code"] == "STORAGE_FILE_NONEXIST"
    (deleted,) = http.post("/v1/storages/delete-objects", json=asked[:1]).json()
    assert deleted["code"] == "STORAGE_EXCEED_AUTHORITY"

"""`cloud.intercept()`: `requests`, `httpx` and wechatpy with no port and no configuration."""

from __future__ import annotations

import asyncio
import io
import json
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest
import requests
import trio
from wechatpy.client import WeChatClient
from wechatpy.exceptions import WeChatClientException

from cloud_fake import FakeCloud, MisuseError
from cloud_fake.server import Interception

from .conftest import ENV

TOKEN = "https://api.weixin.qq.com/cgi-bin/token"
ACCOUNT = {"grant_type": "client_credential", "appid": "a", "secret": "b"}
COUNT = {"env": ENV, "query": "db.collection('todos').count()"}


def url(platform: Interception, name: str = "databasecount") -> str:
    return f"https://api.weixin.qq.com/tcb/{name}?access_token={platform.open_api_token()}"


def test_requests_reach_the_cloud(served: FakeCloud) -> None:
    served.seed({"todos": [{}]})
    with served.intercept() as platform:
        asked = url(platform)
        reply = requests.post(asked, json=COUNT, timeout=5)
    assert (reply.status_code, reply.json()["count"]) == (200, 1)
    assert reply.url == asked


def test_httpx_reaches_the_cloud(served: FakeCloud) -> None:
    with served.intercept() as platform, httpx.Client() as client:
        assert client.post(url(platform), json=COUNT).json()["count"] == 0


@pytest.mark.parametrize("run", [lambda main: asyncio.run(main()), trio.run])
def test_httpx_reaches_it_awaited(served: FakeCloud, run: Any) -> None:
    said = []

    async def main() -> None:
        async with httpx.AsyncClient() as client:
            token = (await client.get(TOKEN, params=ACCOUNT)).json()["access_token"]
            asked = f"https://api.weixin.qq.com/tcb/databasecount?access_token={token}"
            said.append((await client.post(asked, json=COUNT)).json()["count"])

    with served.intercept():
        run(main)
    assert said == [0]


def test_a_file_goes_up_and_down(served: FakeCloud) -> None:
    """The second hop and the link lead to hosts of the platform's, too."""
    tcb = "https://api.weixin.qq.com/tcb"
    with served.intercept() as platform:
        token = {"access_token": platform.open_api_token()}
        asked = {"env": ENV, "path": "a/b c.txt"}
        place = requests.post(f"{tcb}/uploadfile", params=token, json=asked, timeout=5).json()
        assert ".myqcloud.com/" in place["url"]
        headers = {"x-cos-security-token": place["token"]}
        sent = requests.put(place["url"], data=io.BytesIO(b"hello"), headers=headers, timeout=5)
        assert sent.status_code == 200
        asked = {"env": ENV, "file_list": [{"fileid": place["file_id"], "max_age": 60}]}
        said = requests.post(f"{tcb}/batchdownloadfile", params=token, json=asked, timeout=5)
        link = said.json()["file_list"][0]["download_url"]
        assert ".tcb.qcloud.la/" in link
        assert requests.get(link, timeout=5).content == b"hello"
        assert httpx.get(link, headers={"range": "bytes=0-1"}).content == b"he"
        assert requests.head(link, timeout=5).headers["content-length"] == "5"
        with requests.get(link, stream=True, timeout=5) as reply:
            assert list(reply.iter_content(2)) == [b"he", b"ll", b"o"]


@pytest.mark.parametrize(
    "data", [b"{}", "{}", iter([b"{", b"}"]), io.BytesIO(b"{}"), {"a": 1}, None]
)
def test_a_body_in_any_form(served: FakeCloud, data: Any) -> None:
    with served.intercept() as platform:
        assert requests.post(url(platform), data=data, timeout=5).json()["errcode"] != 0


def test_functions_over_http(served: FakeCloud) -> None:
    @served.function("page")
    def page(event: Any, context: Any) -> Any:
        told = json.dumps([event["httpMethod"], event["path"], event["queryStringParameters"]])
        return {"statusCode": 201, "headers": {"X-Y": "z"}, "body": told}

    with served.intercept():
        base = f"https://{ENV}.service.tcloudbase.com"
        reply = requests.get(f"{base}/page/a/b?c=d", timeout=5)
        assert (reply.status_code, reply.headers["x-y"]) == (201, "z")
        assert reply.json() == ["GET", "/a/b", {"c": "d"}]
        assert requests.get(f"{base}/nope", timeout=5).status_code == 404
        assert requests.get(f"{base}/boom", timeout=5).status_code == 500


def test_what_a_function_may_answer(served: FakeCloud, server: Any) -> None:
    """Over a real line, asked for as a proxy: nothing that it says breaks the line."""
    answers = [
        {"statusCode": 304, "body": "x"},
        {
            "statusCode": 200,
            "headers": {"a b": "c", "x": "d\r\ne", "content-length": "99", "y": " z "},
        },
        {"statusCode": 999},
        {"statusCode": 200, "body": "aGk=", "isBase64Encoded": True},
        {"statusCode": 200, "body": "%", "isBase64Encoded": True},
        {"statusCode": 200, "body": {"a": 1}},
        {"statusCode": "200"},
        "text",
        None,
    ]
    served.register_function("page", lambda event, context: answers[int(event["path"][1:])])
    with httpx.Client(proxy=server.url) as client:
        base = f"http://{ENV}.service.tcloudbase.com/page"
        said = [client.get(f"{base}/{number}") for number in range(len(answers))]
    assert [reply.status_code for reply in said] == [304, 200, 502, 200, 200, 200, 200, 200, 200]
    assert [reply.text for reply in said] == [
        "", "", "", "hi", "", '{"a":1}', '{"statusCode":"200"}', '"text"', "null",
    ]  # fmt: skip
    assert {"y", "content-length"} <= set(said[1].headers)
    assert not {"a b", "x"} & set(said[1].headers)


def test_nothing_else_is_touched(served: FakeCloud, server: Any) -> None:
    with served.intercept():
        assert requests.post(f"{server.url}/admin", data="{}", timeout=5).status_code == 200
        assert httpx.post(f"{server.url}/admin", content=b"{}").status_code == 200
        with pytest.raises(requests.ConnectionError):
            requests.get("http://127.0.0.1:9/", timeout=5)
        with pytest.raises(httpx.ConnectError):
            httpx.get("http://127.0.0.1:9/")


def test_what_was_patched_is_put_back(served: FakeCloud) -> None:
    before = requests.adapters.HTTPAdapter.send, httpx.HTTPTransport.handle_request
    with served.intercept(), served.intercept():
        assert requests.adapters.HTTPAdapter.send is not before[0]
    assert (requests.adapters.HTTPAdapter.send, httpx.HTTPTransport.handle_request) == before


def test_a_lost_reply_is_the_library_s_own_error(served: FakeCloud) -> None:
    served.faults.lose_reply("database.todos.count", times=2)
    with served.intercept() as platform:
        with pytest.raises(requests.ConnectionError):
            requests.post(url(platform), json=COUNT, timeout=5)
        with pytest.raises(httpx.ReadError):
            httpx.post(url(platform), json=COUNT)


# --- several clouds ------------------------------------------------------------------------------


def count() -> Any:
    """As hand-written code asks: for a token, then for the records."""
    token = requests.get(TOKEN, params=ACCOUNT, timeout=5).json()["access_token"]
    asked = f"https://api.weixin.qq.com/tcb/databasecount?access_token={token}"
    return requests.post(asked, json=COUNT, timeout=5).json()["count"]


def in_thread(work: Any) -> Any:
    answers: list[Any] = []

    def run() -> None:
        try:
            answers.append(work())
        except MisuseError as error:
            answers.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return answers[0]


@pytest.fixture
def clouds() -> list[FakeCloud]:
    """Three clouds, with no record, one record, two records."""
    made = [FakeCloud(env=ENV, collections=["todos"]) for _ in range(3)]
    for number, cloud in enumerate(made):
        cloud.seed({"todos": [{}] * number})
    return made


def test_the_innermost_counts(clouds: list[FakeCloud]) -> None:
    with clouds[0].intercept():
        with clouds[1].intercept():
            assert count() == 1
        assert count() == 0


def test_each_thread_may_have_its_own(clouds: list[FakeCloud]) -> None:
    barrier = threading.Barrier(3)
    counted: dict[int, Any] = {}

    def work(number: int) -> None:
        with clouds[number].intercept():
            barrier.wait()
            counted[number] = [count() for _ in range(20)]
            barrier.wait()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counted == {number: [number] * 20 for number in range(3)}


def test_a_thread_of_nobody_s_takes_the_only_one(clouds: list[FakeCloud]) -> None:
    with clouds[1].intercept():
        assert in_thread(count) == 1
        with clouds[2].intercept():
            assert "2 clouds intercept" in str(in_thread(count))


# --- wechatpy ------------------------------------------------------------------------------------


@pytest.fixture
def wechat(served: FakeCloud) -> Any:
    with served.intercept():
        yield WeChatClient("wx0a1b2c3d4e5f6071", "secret").cloud


def test_wechatpy_needs_no_configuration(wechat: Any, served: FakeCloud) -> None:
    assert wechat.invoke_cloud_function(ENV, "add", {"x": 1, "y": 2})["sum"] == 3
    wechat.db_add(ENV, "db.collection('todos').add({data: {_id: 'a', n: 1}})")
    assert wechat.db_count(ENV, "db.collection('todos').count()") == 1
    found = wechat.db_query(ENV, "db.collection('todos').where({n: _.gt(0)}).get()")
    assert json.loads(found["data"][0]) == {"_id": "a", "n": 1}
    changed = wechat.db_update(ENV, "db.collection('todos').doc('a').update({data: {n: 2}})")
    assert (changed["matched"], changed["modified"]) == (1, 1)
    query = "db.collection('todos').aggregate().match({n: 2}).end()"
    assert [json.loads(text)["_id"] for text in wechat.db_aggregate(ENV, query)] == ["a"]
    assert wechat.db_delete(ENV, "db.collection('todos').where({n: 2}).remove()") == 1


def test_wechatpy_and_collections(wechat: Any, served: FakeCloud) -> None:
    wechat.db_add_collection(ENV, "new")
    index = {"name": "n", "unique": False, "keys": [{"name": "n", "direction": "1"}]}
    wechat.db_update_index(ENV, "new", [index], [])
    found = wechat.db_get_collection(ENV)
    assert [it["name"] for it in found["collections"]] == ["todos", "done", "notes", "new"]
    wechat.db_delete_collection(ENV, "new")
    with pytest.raises(WeChatClientException) as caught:
        wechat.db_delete_collection(ENV, "new")
    assert caught.value.errcode == -502005


def test_wechatpy_and_files(
    wechat: Any, served: FakeCloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "up.txt").write_bytes(b"hello")
    monkeypatch.chdir(tmp_path)  # the local path is the cloud's, too
    assert wechat.upload_file(ENV, "up.txt").ok
    (stored,) = [call.result for call in served.calls.to("storage.upload")]
    (found,) = wechat.download_files(ENV, [{"fileid": stored.fileID, "max_age": 60}])
    assert requests.get(found["download_url"], timeout=5).content == b"hello"
    assert wechat.delete_files(ENV, [stored.fileID])[0]["status"] == 0


def test_wechatpy_fetches_another_token_in_time(wechat: Any, served: FakeCloud) -> None:
    assert wechat.db_count(ENV, "db.collection('todos').count()") == 0
    served.clock.advance(hours=3)
    assert wechat.db_count(ENV, "db.collection('todos').count()") == 0


def test_wechatpy_fetches_another_one_for_a_token_of_nobody_s(served: FakeCloud) -> None:
    with served.intercept():
        client = WeChatClient("wx0a1b2c3d4e5f6071", "secret", access_token="made up")
        assert client.cloud.db_count(ENV, "db.collection('todos').count()") == 0
        assert client.access_token != "made up"


def test_wechatpy_is_told_of_failures(wechat: Any, served: FakeCloud) -> None:
    with pytest.raises(WeChatClientException) as caught:
        wechat.db_query(ENV, "db.collection('nope').get()")
    assert caught.value.errcode == -502005
    served.faults.fail("function.add", code=45009, times=1)
    with pytest.raises(WeChatClientException):
        wechat.invoke_cloud_function(ENV, "add", {"x": 1, "y": 2})


def test_wechatpy_against_the_server(
    served: FakeCloud, server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = server.open_api_token()
    client = WeChatClient("wx0a1b2c3d4e5f6071", "secret", access_token=token)
    monkeypatch.setattr(type(client.cloud), "API_BASE_URL", f"{server.url}/")
    assert client.cloud.db_count(ENV, "db.collection('todos').count()") == 0
    assert client.cloud.get_qcloud_token(60)["token"]

"""`openapi`, `cloudPay`, `callOpenAPI`, `getOpenData` of wx-server-sdk: as on the Python face.

Each is asked by a JavaScript function with the unmodified SDK, and by a Python one; what comes of
it has to be the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cloud_fake import CloudError, FakeCloud
from tests.clients.table import ENV

JAVASCRIPT = """
const cloud = require('wx-server-sdk')
cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV })
exports.main = async ({ path, data }) => {
  let api = cloud
  for (const name of path) api = api[name]
  if (data.media) data.media.value = Buffer.from(data.media.value)
  try {
    return await api(data)
  } catch ({ errCode, errMsg }) {
    return { failed: [errCode, errMsg] }
  }
}
"""


def python(event: Any, context: Any) -> Any:
    api, data = context.cloud, dict(event["data"])
    for name in event["path"]:
        api = getattr(api, name)
    if "media" in data:
        data["media"] = {**data["media"], "value": bytes(data["media"]["value"])}
    try:
        return dict(api(data))
    except CloudError as error:
        return {"failed": [error.errCode, error.errMsg]}


@pytest.fixture(scope="module")
def cloud(node_modules: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeCloud]:
    tmp_path = tmp_path_factory.mktemp("wechat")
    (tmp_path / "node_modules").symlink_to(node_modules, target_is_directory=True)
    folder = tmp_path / "functions" / "javascript"
    folder.mkdir(parents=True)
    (folder / "index.js").write_text(JAVASCRIPT)
    with FakeCloud(env=ENV, openid="o-alice", seed=7) as cloud:
        cloud.load_functions(tmp_path / "functions")
        cloud.register_function("python", python)

        @cloud.open_api("subscribeMessage.send")
        def send(data: Any) -> Any:
            asked.append(data)
            if data["touser"] == "o-nobody":
                return {"errcode": 40003, "errmsg": "invalid openid"}
            return {
                "errcode": 0,
                "errmsg": "ok",
                "msg_id": 2**40,
                "seen_by": [{"open_id": "x"}],
            }

        @cloud.open_api("security.imgSecCheck")
        def check(data: Any) -> Any:
            media = data["media"]
            return {"size": len(media["value"]), "kind": media["content_type"]}

        cloud.open_api("wxacode.get")(lambda data: b"\xff\xd8\x00jpeg")
        cloud.open_api("text.plain")(lambda data: "just text")
        cloud.open_api("cloudPay.unifiedOrder")(
            lambda data: {"return_code": "SUCCESS", "nonce_str": data["nonce_str"]}
        )
        asked: list[Any] = []
        cloud.asked = asked  # type: ignore[attr-defined]
        cloud.clock.freeze()
        cloud.open_data("id-1", {"phone": "123"})
        yield cloud


APIS: list[tuple[list[str], Any]] = [
    (
        ["openapi", "subscribeMessage", "send"],
        {"touser": "o-bob", "templateId": "t", "data": {"aB": 1}},
    ),
    (["openapi", "subscribeMessage", "send"], {"touser": "o-nobody"}),
    (
        ["openapi", "security", "imgSecCheck"],
        {"media": {"contentType": "image/png", "value": [1, 2]}},
    ),
    (["openapi", "text", "plain"], {}),
    (["openapi", "no", "such", "api"], {}),
    (["cloudPay", "unifiedOrder"], {"nonceStr": "n", "totalFee": 5}),
    (["callOpenAPI"], {"api": "subscribeMessage.send", "data": {"touser": "o-bob"}}),
    (["getOpenData"], {"list": ["id-1", "id-2"]}),
    (["getOpenData"], {}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "data"), APIS, ids=lambda it: ".".join(it) if type(it) is list else ""
)
def test_an_api_is_the_same_from_javascript(cloud: FakeCloud, path: list[str], data: Any) -> None:
    heard = cloud.asked  # type: ignore[attr-defined]
    heard.clear()
    answers = [
        cloud.callFunction(name=name, data={"path": path, "data": data}).result
        for name in ("javascript", "python")
    ]
    assert answers[0] == answers[1], json.dumps(answers, indent=1)
    assert heard[: len(heard) // 2] == heard[len(heard) // 2 :]


def test_a_picture_is_a_buffer(cloud: FakeCloud) -> None:
    data = {"path": ["openapi", "wxacode", "get"], "data": {}}
    told = cloud.callFunction(name="javascript", data=data).result
    assert (told["contentType"], told["buffer"]) == ("image/jpeg", b"\xff\xd8\x00jpeg")


def test_it_happens_inside_the_call_and_faults_reach_it(cloud: FakeCloud) -> None:
    cloud.faults.fail("openapi.text.plain", code=-604102, times=1)
    data = {"path": ["openapi", "text", "plain"], "data": {}}
    told = [cloud.callFunction(name="javascript", data=data).result for _ in range(2)]
    assert told[0] == {"failed": [-604102, "system error: error code: -604102"]}
    assert told[1]["result"] == "just text"
    inside = cloud.calls.to("openapi.text.*")[-2:]
    assert [(call.caller, call.ok) for call in inside] == [
        ("in javascript", False),
        ("in javascript", True),
    ]


@pytest.mark.parametrize("path", [["getVoIPSign"], ["getCloudCallSign"]])
def test_what_is_not_faked_says_so(cloud: FakeCloud, path: list[str]) -> None:
    asked = {"groupId": "g", "timestamp": 1, "nonce": "n", "list": [], "parameterList": ["x"]}
    told = cloud.callFunction(name="javascript", data={"path": path, "data": asked}).result
    assert "not supported by cloud_fake" in told["failed"][1]

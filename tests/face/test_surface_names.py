"""Every name that the typings give to the SDKs themselves is a name of the Python face.

What belongs to the database is in `test_typings_names`. The lists are the members of

* `cloud`, `Cloud` and their parameters in `@tarojs/taro` 4.2.1, `types/api/cloud/index.d.ts`
* `WxCloud` and the namespace `ICloud` of `miniprogram-api-typings` 5.2.3, `lib.wx.cloud.d.ts`
* the exports of `wx-server-sdk` 4.0.2: `Object.keys(require("wx-server-sdk"))` after `init`, which
  are more than its `index.d.ts` has

in their order.
"""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from cloud_fake import FakeCloud, NotSupportedByFake
from cloud_fake.face.terminal import CALLBACKS, Terminal

TARO = {
    "cloud": (
        "init CloudID callFunction uploadFile downloadFile getTempFileURL deleteFile database "
        "Cloud callContainer"
    ),
    "Cloud": (
        "init CloudID callFunction uploadFile downloadFile getTempFileURL deleteFile database"
    ),
}
WX = {
    "WxCloud": (
        "init callFunction uploadFile downloadFile getTempFileURL deleteFile database CloudID CDN "
        "callContainer connectContainer services extend"
    ),
    "ICloud.CloudServices": "Gateway",
    "ICloud.ICloudExtendServices": "AI",
    "ICloud.ICloudAI": "createModel bot",
    "ICloud.ICloudAIModel": "streamText generateText",
    "ICloud.ICloudBot": (
        "get list create update delete getChatRecords sendFeedback getFeedBack "
        "getRecommendQuestions sendMessage"
    ),
    "ICloud.ICloudAIStreamResult": "textStream eventStream abort",
}
SERVER = {
    "exports": (
        "version DYNAMIC_CURRENT_ENV init updateConfig registerService createNewInstance Cloud "
        "database uploadFile downloadFile getTempFileURL deleteFile callFunction callOpenAPI "
        "getOpenData getVoIPSign getCloudCallSign getWXContext signature openapi cloudPay ai logger"
    ),
    "ICloud.Logger": "log info warn error",
    "AI": "bot createModel registerModel createImageModel registerFunctionTool",
    "ReactModel": "generateText streamText",
}
#: Members that are faked in name only; asking for them says so.
NOT_FAKED = {
    "CloudServices": {"Gateway"},
    "ICloudBot": {
        "create", "update", "delete", "getChatRecords", "sendFeedback", "getFeedBack",
        "getRecommendQuestions",
    },
    "exports": {
        "updateConfig", "registerService", "getVoIPSign", "getCloudCallSign", "signature",
    },
    "AI": {"registerModel", "createImageModel", "registerFunctionTool"},
}  # fmt: skip

PARAMETERS = {
    "callFunction": "name data slow config",
    "uploadFile": "cloudPath filePath header config",
    "downloadFile": "fileID cloudPath config",
    "getTempFileURL": "fileList config",
    "deleteFile": "fileList config",
    "callContainer": "path service method header data dataType responseType timeout verbose "
    "followRedirect config",
    "connectContainer": "service path header protocols tcpNoDelay perMessageDeflate timeout config",
}
SERVER_PARAMETERS = {
    "callFunction": "name data config",
    "uploadFile": "cloudPath fileContent",
    "downloadFile": "fileID",
    "getTempFileURL": "fileList",
    "deleteFile": "fileList",
    "getOpenData": "list",
}


@pytest.fixture(scope="module")
def cloud() -> FakeCloud:
    cloud = FakeCloud(env="dev-1a2b3c")
    cloud.ai_model("m")(lambda data: "text")
    return cloud


@pytest.fixture(scope="module")
def faces(cloud: FakeCloud) -> dict[str, Any]:
    """For each interface somebody who is to have its members."""
    ai = cloud.extend.AI
    return {
        "cloud": cloud.as_user("o-bob"),
        "Cloud": cloud.Cloud(resourceAppid="wx-owner", resourceEnv="theirs"),
        "WxCloud": cloud.as_user("o-bob").aio,
        "CloudServices": cloud.services,
        "ICloudExtendServices": cloud.extend,
        "ICloudAI": ai,
        "ICloudAIModel": ai.createModel("m"),
        "ICloudBot": ai.bot,
        "ICloudAIStreamResult": ai.createModel("m").streamText(data={}),
        "exports": cloud.server,
        "Logger": cloud.server.logger(),
        "AI": cloud.server.ai(),
        "ReactModel": cloud.server.ai().createModel("m"),
    }


MEMBERS = [
    (source, interface.removeprefix("ICloud."), name)
    for source, interfaces in {"taro": TARO, "wx": WX, "server": SERVER}.items()
    for interface, names in interfaces.items()
    for name in names.split()
]


@pytest.mark.parametrize(("source", "interface", "name"), MEMBERS)
def test_it_has_every_member(faces: Any, source: str, interface: str, name: str) -> None:
    assert hasattr(faces[interface], name), f"{source}: {interface}.{name}"


@pytest.mark.parametrize(
    ("interface", "name"),
    [(interface, name) for interface, names in NOT_FAKED.items() for name in sorted(names)],
)
def test_what_is_there_in_name_only_says_so(faces: Any, interface: str, name: str) -> None:
    with pytest.raises(NotSupportedByFake, match=rf"\b{name}$"):
        getattr(faces[interface], name)({})


def test_an_instance_of_cloud_has_no_cloud(faces: Any) -> None:
    assert not hasattr(faces["Cloud"], "Cloud")


def keywords_of(face: Any, name: str) -> set[str]:
    terminal = inspect.getattr_static(type(face), name)
    assert isinstance(terminal, Terminal)
    return set(terminal.keywords)


@pytest.mark.parametrize("name", PARAMETERS)
def test_every_parameter_is_a_keyword(faces: Any, name: str) -> None:
    assert set(PARAMETERS[name].split()) <= keywords_of(faces["cloud"], name) | set(CALLBACKS)


@pytest.mark.parametrize("name", SERVER_PARAMETERS)
def test_every_parameter_of_the_server_sdk_is_a_keyword(faces: Any, name: str) -> None:
    assert set(SERVER_PARAMETERS[name].split()) <= keywords_of(faces["exports"], name)

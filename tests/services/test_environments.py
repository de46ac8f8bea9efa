"""Several environments in one account: what each holds, how a call names one, what is unknown.

Sources: documentation of `init` and of `config`; base library 2.30.3 (a call's own `config.env`
goes before `init`'s) and wx-server-sdk 4.0.2 (`default`, `DYNAMIC_CURRENT_ENV`), both run; logs of
live systems for -501000 `[100003] env not exists`.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from cloud_fake import CloudError, FakeCloud, MisuseError

DEV, PROD = "dev-1a2b3c", "prod-9z8y7x"
NOT_THERE = r"\[100003\] env not exists \([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\)"


def error_of(call: Any, /, *args: Any, **kwargs: Any) -> CloudError:
    with pytest.raises(CloudError) as caught:
        call(*args, **kwargs)
    return caught.value


@pytest.fixture
def cloud() -> FakeCloud:
    cloud = FakeCloud(env=DEV, collections=["todos"], seed=7)
    cloud.create_env(PROD, collections=["todos"])
    cloud.seed({"todos": [{"_id": "d", "in": DEV}]})
    cloud.seed({"todos": [{"_id": "p", "in": PROD}]}, env=PROD)
    for env in (DEV, PROD):
        cloud.register_function("where", tells(env), env=env)
    return cloud


def tells(env: str) -> Any:
    return lambda event, context: [env, context.cloud.getWXContext()["ENV"]]


def ids(database: Any) -> list[Any]:
    return [record["_id"] for record in database.collection("todos").get().data]


# --- each holds its own --------------------------------------------------------------------------


def test_collections_and_functions(cloud: FakeCloud, face: Any) -> None:
    app = face(cloud)
    assert ids(app.database()) == ["d"]
    assert ids(app.database(env=PROD)) == ids(app.database({"env": PROD})) == ["p"]
    assert app.callFunction(name="where").result == [DEV, DEV]
    assert app.callFunction(name="where", config={"env": PROD}).result == [PROD, PROD]


def test_a_collection_of_one_is_none_of_the_other(cloud: FakeCloud, face: Any) -> None:
    cloud.create_collection("prices", env=PROD)
    assert face(cloud).database(env=PROD).collection("prices").get().data == []
    error = error_of(face(cloud).database().collection("prices").get)
    assert error.errCode == -502005


def test_permissions(cloud: FakeCloud, face: Any) -> None:
    cloud.set_collection_permission("todos", "ADMINONLY", env=PROD)
    cloud.set_storage_permission("ADMINONLY", env=PROD)
    assert ids(face(cloud).database()) == ["d"]
    assert error_of(face(cloud).database(env=PROD).collection("todos").get).errCode == -502003


def test_files(cloud: FakeCloud, face: Any, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("hello")
    app, local = face(cloud), str(tmp_path / "a.txt")
    here = app.uploadFile(cloudPath="a.txt", filePath=local).fileID
    there = app.uploadFile(cloudPath="a.txt", filePath=local, config={"env": PROD}).fileID
    assert here.startswith(f"cloud://{DEV}.")
    assert there.startswith(f"cloud://{PROD}.")
    # A file's id names its environment, so no call has to.
    links = [item.tempFileURL for item in app.getTempFileURL(fileList=[here, there]).fileList]
    assert len(set(links)) == 2
    assert [cloud.fetch(link).text for link in links] == ["hello", "hello"]
    assert app.deleteFile(fileList=[here]).fileList[0].status == 0
    assert Path(app.downloadFile(fileID=there).tempFilePath).read_text() == "hello"


def test_the_server_sdk_names_one_in_each_call(cloud: FakeCloud, face: Any) -> None:
    server, there = face(cloud.server), {"env": PROD}
    file = server.uploadFile(cloudPath="a.txt", fileContent=b"x", config=there).fileID
    assert file.startswith(f"cloud://{PROD}.")
    assert server.downloadFile(fileID=file, config=there).fileContent == b"x"
    assert server.getTempFileURL(fileList=[file], config=there).fileList[0].status == 0
    assert server.deleteFile(fileList=[file], config=there).fileList[0].status == 0
    assert server.callFunction(name="where", config=there).result == [PROD, PROD]
    assert ids(server.database(env=PROD)) == ["p"]


# --- how init names them -------------------------------------------------------------------------

INITS = [
    (None, DEV, DEV, DEV),
    (PROD, PROD, PROD, PROD),
    ({"database": PROD}, PROD, DEV, DEV),
    ({"functions": PROD, "storage": PROD}, DEV, PROD, PROD),
    ({}, DEV, DEV, DEV),
]


@pytest.mark.parametrize(("env", "database", "functions", "storage"), INITS)
def test_init_of_the_client(
    cloud: FakeCloud, face: Any, env: Any, database: str, functions: str, storage: str
) -> None:
    app = face(cloud)
    app.init({"env": env})
    assert ids(app.database()) == [database[0]]
    assert app.callFunction(name="where").result == [functions, functions]
    assert cloud.uploadFile(cloudPath="a", filePath=__file__).fileID.startswith(
        f"cloud://{storage}"
    )


def test_only_the_first_init_counts(cloud: FakeCloud, face: Any) -> None:
    app = face(cloud)
    app.init(env=PROD)
    app.init(env=DEV)
    assert ids(app.database()) == ["p"]


def test_default_is_a_key_of_the_server_sdk_alone(cloud: FakeCloud, face: Any) -> None:
    server = cloud.server
    server.init({"env": {"default": PROD, "functions": DEV}})
    assert ids(face(server).database()) == ["p"]
    assert face(server).callFunction(name="where").result == [DEV, DEV]
    app = face(cloud)
    app.init({"env": {"default": PROD}})
    assert ids(app.database()) == ["d"]


def test_a_world_that_was_told_none_takes_inits(face: Any) -> None:
    cloud = FakeCloud(collections=["todos"])
    face(cloud).init(env=PROD)
    assert ids(face(cloud).database()) == []
    assert ids(face(cloud).database(env=PROD)) == []


# --- the environment a function runs in ----------------------------------------------------------


def inside(cloud: FakeCloud, face: Any, handler: Any) -> Any:
    cloud.register_function("inside", handler, env=PROD)
    return face(cloud).callFunction(name="inside", config={"env": PROD}).result


def found_by(sdk: Any) -> list[Any]:
    return [*ids(sdk.database()), sdk.callFunction(name="where").result[0]]


@pytest.mark.parametrize(
    ("env", "found"),
    [
        ("left out", ["d", DEV]),
        ("named", ["p", PROD]),
        ("symbol", ["p", PROD]),
        ("symbol for one", ["p", DEV]),
    ],
)
def test_init_of_the_server_sdk(cloud: FakeCloud, face: Any, env: str, found: Any) -> None:
    def handler(event: Any, context: Any) -> Any:
        sdk = context.cloud
        symbol = sdk.DYNAMIC_CURRENT_ENV
        sdk.init(
            *{
                "left out": [],
                "named": [{"env": PROD}],
                "symbol": [{"env": symbol}],
                "symbol for one": [{"env": {"database": symbol}}],
            }[env]
        )
        return found_by(sdk)

    assert inside(cloud, face, handler) == found


def test_the_symbol_in_a_call(cloud: FakeCloud, face: Any) -> None:
    def handler(event: Any, context: Any) -> Any:
        sdk = context.cloud
        sdk.init()  # the default environment, which is not the function's own
        symbol = sdk.DYNAMIC_CURRENT_ENV
        called = sdk.callFunction(name="where", config={"env": symbol}).result
        return [ids(sdk.database()), ids(sdk.database(env=symbol)), called[0]]

    assert inside(cloud, face, handler) == [["d"], ["p"], PROD]


def test_the_symbol_outside_of_a_function_is_the_default_one(cloud: FakeCloud, face: Any) -> None:
    server = cloud.server
    assert ids(face(server).database(env=server.DYNAMIC_CURRENT_ENV)) == ["d"]


def test_the_client_has_no_such_symbol(cloud: FakeCloud, face: Any) -> None:
    symbol = cloud.server.DYNAMIC_CURRENT_ENV
    assert not hasattr(cloud, "DYNAMIC_CURRENT_ENV")
    error = error_of(face(cloud).getTempFileURL, fileList=[], config={"env": symbol})
    assert error.errMsg == "parameter.config.env should be string instead of symbol;"


def test_uninitialised_it_is_the_functions_own(cloud: FakeCloud, face: Any) -> None:
    assert inside(cloud, face, lambda event, context: found_by(context.cloud)) == ["p", PROD]


# --- unknown ones --------------------------------------------------------------------------------

UNKNOWN: dict[str, tuple[Any, int, str]] = {
    "callFunction": (
        lambda app, config: app.callFunction(name="where", config=config),
        -1,
        r"cloud\.callFunction:fail Error: errCode: -501000  \| errMsg: {text} \(callId: .*abort\)",
    ),
    "getTempFileURL": (
        lambda app, config: app.getTempFileURL(fileList=[], config=config),
        -501000,
        "{text}",
    ),
    "uploadFile": (
        lambda app, config: app.uploadFile(cloudPath="a", filePath=__file__, config=config),
        -501000,
        "{text}",
    ),
    "database": (
        lambda app, config: app.database(config).collection("todos").get(),
        -501000,
        "{text}",
    ),
}
UNKNOWN_TO_THE_SERVER: dict[str, tuple[Any, int, str]] = {
    "callFunction": (
        lambda sdk, config: sdk.callFunction(name="where", config=config),
        -1,
        "callFunction:fail {text}",
    ),
    "uploadFile": (
        lambda sdk, config: sdk.uploadFile(cloudPath="a", fileContent=b"x", config=config),
        -1,
        "uploadFile:fail {text}",
    ),
    "createCollection": (
        lambda sdk, config: sdk.database(config).createCollection("x"),
        -1,
        "createCollection:fail {text}",
    ),
    "database": (
        lambda sdk, config: sdk.database(config).collection("todos").get(),
        -501001,
        r"collection\.get:fail -501001 resource system error\. {text}",
    ),
}


@pytest.mark.parametrize(("ask", "code", "text"), UNKNOWN.values(), ids=UNKNOWN)
def test_what_the_client_says(cloud: FakeCloud, face: Any, ask: Any, code: int, text: str) -> None:
    error = error_of(ask, face(cloud), {"env": "nowhere"})
    assert error.errCode == code
    assert re.fullmatch(text.replace("{text}", NOT_THERE), error.errMsg)
    assert error.code == -501000


@pytest.mark.parametrize(
    ("ask", "code", "text"), UNKNOWN_TO_THE_SERVER.values(), ids=UNKNOWN_TO_THE_SERVER
)
def test_what_the_server_sdk_says(
    cloud: FakeCloud, face: Any, ask: Any, code: int, text: str
) -> None:
    error = error_of(ask, face(cloud.server), {"env": "nowhere"})
    assert error.errCode == code
    assert re.fullmatch(text.replace("{text}", NOT_THERE), error.errMsg)


def test_init_with_an_unknown_one_shows_when_it_is_used(cloud: FakeCloud, face: Any) -> None:
    face(cloud).init(env="nowhere")
    assert re.fullmatch(NOT_THERE, error_of(ids, face(cloud).database()).errMsg)


def test_another_accounts_is_as_unknown(cloud: FakeCloud, face: Any) -> None:
    cloud.create_env("theirs", collections=["todos"], appid="wx-owner")
    assert re.fullmatch(NOT_THERE, error_of(ids, face(cloud).database(env="theirs")).errMsg)


@pytest.mark.parametrize("name", ["", None, 5])
def test_a_test_that_names_none_is_told(cloud: FakeCloud, name: Any) -> None:
    with pytest.raises(MisuseError, match="an environment's name is a text"):
        cloud.create_env(name)
    if name is not None:  # which is: not initialised
        with pytest.raises(MisuseError, match="an environment's name is a text"):
            FakeCloud(env=name)


def test_a_test_that_names_an_unknown_one_is_told(cloud: FakeCloud) -> None:
    for call in (
        lambda: cloud.create_collection("x", env="nowhere"),
        lambda: cloud.seed({}, env="nowhere"),
        lambda: cloud.register_function("x", print, env="nowhere"),
    ):
        with pytest.raises(MisuseError, match="create_env\\(\\) makes one"):
            call()
    with pytest.raises(MisuseError, match=r"did you mean \['todos'\]"):
        cloud.create_env("other", collections="todos")


# --- state ---------------------------------------------------------------------------------------


def test_a_snapshot_holds_what_is_in_each(cloud: FakeCloud, face: Any) -> None:
    before = cloud.snapshot()
    for env in (DEV, PROD):
        face(cloud).database(env=env).collection("todos").add(data={"_id": "new"})
    assert ids(face(cloud).database(env=PROD)) == ["p", "new"]
    cloud.restore(before)
    assert ids(face(cloud).database()) == ["d"]
    assert ids(face(cloud).database(env=PROD)) == ["p"]


def test_a_fork_has_them_all(cloud: FakeCloud, face: Any) -> None:
    child = cloud.fork()
    face(child).database(env=PROD).collection("todos").doc("p").remove()
    child.create_env("third", collections=["todos"])
    assert ids(face(cloud).database(env=PROD)) == ["p"]
    assert ids(face(child).database(env="third")) == []
    assert error_of(ids, face(cloud).database(env="third")).code == -501000


def test_a_reset_empties_them_and_keeps_their_functions(cloud: FakeCloud, face: Any) -> None:
    cloud.reset()
    assert error_of(ids, face(cloud).database(env=PROD)).errCode == -502005
    assert face(cloud).callFunction(name="where", config={"env": PROD}).result == [PROD, PROD]

"""The documentation page of `Taro.cloud`, its tables row by row and its samples one by one.

Source: the Taro 3.x documentation, page "cloud". Every test runs on the blocking and on the
awaitable face, and every row in the object form and in the keyword form.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from cloud_fake import CloudError, FakeCloud

PNG = b"\x89PNG\r\n\x1a\n"


@dataclass
class Page:
    """A reader of the page with a cloud at hand, and how they write their calls."""

    world: FakeCloud
    app: Any
    form: str
    directory: Path

    def ask(self, api: str, **options: Any) -> Any:
        call = getattr(self.app, api)
        return call(options) if self.form == "object" else call(**options)

    def local_file(self, content: bytes = PNG) -> str:
        path = self.directory / "local.png"
        path.write_bytes(content)
        return str(path)

    def uploaded(self, cloud_path: str = "example.png", **options: Any) -> str:
        file_id = self.ask(
            "uploadFile", cloudPath=cloud_path, filePath=self.local_file(), **options
        ).fileID
        assert isinstance(file_id, str)
        return file_id

    def link(self, file_id: str, **options: Any) -> Any:
        return self.ask("getTempFileURL", fileList=[file_id], **options).fileList[0]

    def content(self, file_id: str) -> Any:
        return self.world.server.downloadFile(fileID=file_id).fileContent

    def whole(self, api: str) -> dict[str, Any]:
        """Good options for a call: the required ones."""
        return {
            "callFunction": lambda: {"name": "add"},
            "uploadFile": lambda: {"cloudPath": "example.png", "filePath": self.local_file()},
            "downloadFile": lambda: {"fileID": self.uploaded()},
            "getTempFileURL": lambda: {"fileList": [self.uploaded()]},
            "deleteFile": lambda: {"fileList": [self.uploaded()]},
        }[api]()


@pytest.fixture(params=["object", "keywords"])
def page(world: FakeCloud, app: Any, request: pytest.FixtureRequest, tmp_path: Path) -> Page:
    world.create_env("test-123")
    world.register_function("add", lambda event, context: event.get("x", 0) + event.get("y", 0))
    return Page(world, app, request.param, tmp_path)


APIS = ("callFunction", "uploadFile", "downloadFile", "getTempFileURL", "deleteFile")


# --- the parameter tables ------------------------------------------------------------------------


class Row(NamedTuple):
    """A row of a parameter table, and what shows that it works."""

    api: str
    parameter: str
    type: str
    required: bool
    shows: Callable[[Page], None]

    def __str__(self) -> str:
        return f"{self.api}.{self.parameter}"


def name_chooses_the_function(page: Page) -> None:
    page.world.register_function("other", lambda event, context: "other")
    assert page.ask("callFunction", name="other").result == "other"


def data_is_the_event(page: Page) -> None:
    page.world.register_function("echo", lambda event, context: event)
    result = page.ask("callFunction", name="echo", data={"x": 1, "y": [2, {"z": None}]}).result
    assert {key: result[key] for key in ("x", "y")} == {"x": 1, "y": [2, {"z": None}]}


def slow_is_taken_and_changes_nothing(page: Page) -> None:
    for slow in (True, False, None):
        assert page.ask("callFunction", name="add", data={"x": 1}, slow=slow).result == 1


def config_calls_the_function_of_another_environment(page: Page) -> None:
    page.world.register_function("add", lambda event, context: "there", env="test-123")
    there = page.ask("callFunction", name="add", config={"env": "test-123"})
    assert (there.result, page.ask("callFunction", name="add").result) == ("there", 0)


def cloud_path_is_where_it_lies(page: Page) -> None:
    file_id = page.uploaded("a/b/example.png")
    assert file_id.endswith("/a/b/example.png")
    assert page.content(file_id) == PNG


def file_path_is_what_is_sent(page: Page) -> None:
    path = page.local_file(b"other bytes")
    sent = page.ask("uploadFile", cloudPath="example.png", filePath=path)
    assert page.content(sent.fileID) == b"other bytes"


def header_says_the_content_type(page: Page) -> None:
    file_id = page.uploaded(header={"Content-Type": "text/x-own"})
    answer = page.world.fetch(page.link(file_id).tempFileURL)
    assert answer.headers["content-type"] == "text/x-own"


def config_uploads_into_another_environment(page: Page) -> None:
    there, here = page.uploaded(config={"env": "test-123"}), page.uploaded()
    assert there == "cloud://test-123.7465-test-123-1250000000/example.png"
    assert here == "cloud://dev-1a2b3c.6465-dev-1a2b3c-1250000000/example.png"


def file_id_is_what_comes(page: Page) -> None:
    got = page.ask("downloadFile", fileID=page.uploaded())
    assert Path(got.tempFilePath).read_bytes() == PNG


def cloud_path_of_a_download_does_nothing(page: Page) -> None:
    got = page.ask("downloadFile", fileID=page.uploaded(), cloudPath="elsewhere.png")
    assert Path(got.tempFilePath).read_bytes() == PNG


def config_of_a_download_yields_to_the_file_id(page: Page) -> None:
    file_id = page.uploaded(config={"env": "test-123"})
    for config in ({"env": "test-123"}, {"env": "dev-1a2b3c"}, {}):
        got = page.ask("downloadFile", fileID=file_id, config=config)
        assert Path(got.tempFilePath).read_bytes() == PNG


def file_list_names_what_links_are_wanted_for(page: Page) -> None:
    first, second = page.uploaded("1.png"), page.uploaded("2.png")
    got = page.ask("getTempFileURL", fileList=[second, {"fileID": first, "maxAge": 60}]).fileList
    assert [item.fileID for item in got] == [second, first]
    assert [page.world.fetch(item.tempFileURL).content for item in got] == [PNG, PNG]


def config_of_links_is_taken(page: Page) -> None:
    file_id = page.uploaded(config={"env": "test-123"})
    assert page.link(file_id, config={"env": "test-123"}).status == 0


def file_list_names_what_is_deleted(page: Page) -> None:
    gone, kept = page.uploaded("1.png"), page.uploaded("2.png")
    page.ask("deleteFile", fileList=[gone])
    assert (page.link(gone).status, page.link(kept).status) == (1, 0)


def config_of_deleting_is_taken(page: Page) -> None:
    file_id = page.uploaded(config={"env": "test-123"})
    page.ask("deleteFile", fileList=[file_id], config={"env": "test-123"})
    assert page.link(file_id).status == 1


def success_is_told_the_answer(api: str) -> Callable[[Page], None]:
    def shows(page: Page) -> None:
        told: list[Any] = []
        page.ask(api, **page.whole(api), success=told.append)
        assert [item.errMsg for item in told] == [OK[api]]

    return shows


def fail_is_told_the_error(api: str) -> Callable[[Page], None]:
    def shows(page: Page) -> None:
        told: list[Any] = []
        options = page.whole(api)
        page.world.faults.fail("*", code=-501001, message="broken")
        page.ask(api, **options, fail=told.append)
        (error,) = told
        assert isinstance(error, CloudError)
        assert "broken" in error.errMsg

    return shows


def complete_is_told_either(api: str) -> Callable[[Page], None]:
    def shows(page: Page) -> None:
        told: list[Any] = []
        options = page.whole(api)
        page.ask(api, **options, complete=told.append)
        page.world.faults.fail("*", code=-501001)
        page.ask(api, **options, complete=told.append)
        assert told[0].errMsg == OK[api]
        assert isinstance(told[1], CloudError)
        assert len(told) == 2

    return shows


#: `<api>:ok`, but a download passes on what `wx.downloadFile` says (base library 2.30.3).
OK = {
    "callFunction": "cloud.callFunction:ok",
    "uploadFile": "cloud.uploadFile:ok",
    "downloadFile": "downloadFile:ok",
    "getTempFileURL": "cloud.getTempFileURL:ok",
    "deleteFile": "cloud.deleteFile:ok",
}


def callback_rows(api: str) -> list[Row]:
    return [
        Row(api, "success", "function", False, success_is_told_the_answer(api)),
        Row(api, "fail", "function", False, fail_is_told_the_error(api)),
        Row(api, "complete", "function", False, complete_is_told_either(api)),
    ]


PARAMETERS = [
    Row("callFunction", "name", "string", True, name_chooses_the_function),
    Row("callFunction", "data", "object", False, data_is_the_event),
    Row("callFunction", "slow", "boolean", False, slow_is_taken_and_changes_nothing),
    Row(
        "callFunction", "config", "object", False, config_calls_the_function_of_another_environment
    ),
    Row("uploadFile", "cloudPath", "string", True, cloud_path_is_where_it_lies),
    Row("uploadFile", "filePath", "string", True, file_path_is_what_is_sent),
    Row("uploadFile", "header", "object", False, header_says_the_content_type),
    Row("uploadFile", "config", "object", False, config_uploads_into_another_environment),
    Row("downloadFile", "fileID", "string", True, file_id_is_what_comes),
    Row("downloadFile", "cloudPath", "string", False, cloud_path_of_a_download_does_nothing),
    Row("downloadFile", "config", "object", False, config_of_a_download_yields_to_the_file_id),
    Row("getTempFileURL", "fileList", "array", True, file_list_names_what_links_are_wanted_for),
    Row("getTempFileURL", "config", "object", False, config_of_links_is_taken),
    Row("deleteFile", "fileList", "array", True, file_list_names_what_is_deleted),
    Row("deleteFile", "config", "object", False, config_of_deleting_is_taken),
    *(row for api in APIS for row in callback_rows(api)),
]


@pytest.mark.parametrize("row", PARAMETERS, ids=str)
def test_a_parameter_does_what_its_row_says(row: Row, page: Page) -> None:
    row.shows(page)


@pytest.mark.parametrize("row", [row for row in PARAMETERS if row.required], ids=str)
def test_a_required_parameter_is_missed(row: Row, page: Page) -> None:
    options = page.whole(row.api)
    del options[row.parameter]
    with pytest.raises(CloudError) as caught:
        page.ask(row.api, **{"config": None, **options})
    text = f"parameter.{row.parameter} should be {row.type} instead of undefined;"
    assert (caught.value.errCode, caught.value.errMsg) == (-401003, text)


@pytest.mark.parametrize("api", APIS)
def test_the_required_parameters_are_enough(api: str, page: Page) -> None:
    assert page.ask(api, **page.whole(api)).errMsg == OK[api]


#: `slow` is never looked at (base library 2.30.3), callbacks only when they are called.
TYPED = [row for row in PARAMETERS if row.type in ("string", "object", "array")]


@pytest.mark.parametrize(("wrong", "called"), [(5, "number"), (True, "boolean")])
@pytest.mark.parametrize("row", TYPED, ids=str)
def test_a_parameter_has_the_type_of_its_row(row: Row, wrong: Any, called: str, page: Page) -> None:
    options = {**page.whole(row.api), row.parameter: wrong}
    with pytest.raises(CloudError) as caught:
        page.ask(row.api, **options)
    text = f"parameter.{row.parameter} should be {row.type} instead of {called};"
    assert (caught.value.errCode, caught.value.errMsg) == (-401003, text)


# --- the result tables ---------------------------------------------------------------------------

SIGNED = re.compile(r"https://[\w-]+\.tcb\.qcloud\.la/example\.png(\?sign=[0-9a-f]{32}&t=\d+)?")

#: API, path in the answer, what the page says of it (a type, a value, or a check).
RESULTS: list[tuple[str, str, Any]] = [
    ("callFunction", "result", 0),
    ("callFunction", "errMsg", "cloud.callFunction:ok"),
    ("uploadFile", "fileID", "cloud://dev-1a2b3c.6465-dev-1a2b3c-1250000000/example.png"),
    ("uploadFile", "statusCode", range(200, 300)),
    ("uploadFile", "errMsg", "cloud.uploadFile:ok"),
    ("downloadFile", "tempFilePath", Path.is_file),
    ("downloadFile", "statusCode", 200),
    ("downloadFile", "errMsg", "downloadFile:ok"),
    ("getTempFileURL", "fileList", list),
    ("getTempFileURL", "errMsg", "cloud.getTempFileURL:ok"),
    ("getTempFileURL", "fileList.0.fileID", re.compile("cloud://.*/example.png")),
    ("getTempFileURL", "fileList.0.tempFileURL", SIGNED),
    ("getTempFileURL", "fileList.0.maxAge", 600),
    ("getTempFileURL", "fileList.0.status", 0),
    ("getTempFileURL", "fileList.0.errMsg", "ok"),
    ("deleteFile", "fileList", list),
    ("deleteFile", "errMsg", "cloud.deleteFile:ok"),
    ("deleteFile", "fileList.0.fileID", re.compile("cloud://.*/example.png")),
    ("deleteFile", "fileList.0.status", 0),
    ("deleteFile", "fileList.0.errMsg", "ok"),
]


def holds(value: Any, said: Any) -> bool:
    if isinstance(said, type):
        return isinstance(value, said)
    if isinstance(said, re.Pattern):
        return said.fullmatch(value) is not None
    if isinstance(said, range):
        return value in said
    return bool(said(Path(value))) if callable(said) else (value, type(value)) == (said, type(said))


@pytest.mark.parametrize(("api", "path", "said"), RESULTS, ids=[f"{a}.{p}" for a, p, _ in RESULTS])
def test_a_result_field_holds_what_its_row_says(api: str, path: str, said: Any, page: Page) -> None:
    by_key = by_attribute = page.ask(api, **page.whole(api))
    for part in path.split("."):
        index = int(part) if part.isdigit() else None
        by_key = by_key[part if index is None else index]
        by_attribute = getattr(by_attribute, part) if index is None else by_attribute[index]
    assert by_key is by_attribute
    assert holds(by_key, said), by_key


@pytest.mark.parametrize(
    ("returned", "result"),
    [("text", "text"), ({"a": {"b": [1]}}, {"a": {"b": [1]}}), (None, None), (3, 3), ([], [])],
)
def test_a_function_answers_a_string_a_record_or_nothing(
    returned: Any, result: Any, page: Page
) -> None:
    page.world.register_function("give", lambda event, context: returned)
    assert page.ask("callFunction", name="give").result == result


@pytest.mark.parametrize("api", APIS)
def test_an_answer_has_the_fields_of_its_table(api: str, page: Page) -> None:
    """`requestID` is on the platform, though not on the page."""
    named = {path.partition(".")[0] for of, path, _ in RESULTS if of == api}
    extra = {"requestID"} if api == "callFunction" else set()
    assert set(page.ask(api, **page.whole(api))) == named | extra


# --- init and database: IInitConfig and IConfig --------------------------------------------------


def test_init_with_one_name_for_all_services(face: Any) -> None:
    world = FakeCloud()
    app = face(world)
    assert app.init(env="test-x1dzi") is None
    world.create_collection("todos")
    world.register_function("add", lambda event, context: context.wx_context["ENV"])
    assert app.callFunction(name="add").result == "test-x1dzi"
    assert app.database().collection("todos").count().total == 0


@pytest.mark.parametrize("form", ["object", "keywords"])
def test_init_with_a_name_for_each_service(face: Any, form: str, tmp_path: Path) -> None:
    world = FakeCloud()
    app = face(world)
    envs = {"database": "data-1a", "storage": "files-1a", "functions": "code-1a"}
    app.init({"env": envs}) if form == "object" else app.init(env=envs)
    world.create_collection("todos", env="data-1a")
    world.register_function("where", lambda event, context: "code", env="code-1a")
    (tmp_path / "a").write_bytes(b"a")
    assert app.database().collection("todos").add(data={"a": 1}).errMsg == "collection.add:ok"
    assert app.callFunction(name="where").result == "code"
    uploaded = app.uploadFile(cloudPath="a", filePath=str(tmp_path / "a")).fileID
    assert uploaded.startswith("cloud://files-1a.6669-files-1a-")


@pytest.mark.parametrize("service", ["database", "storage", "functions"])
def test_a_service_that_init_does_not_name_uses_the_default_environment(
    service: str, face: Any, tmp_path: Path
) -> None:
    world = FakeCloud()
    world.create_env("other-1a")
    app = face(world)
    app.init(env={service: "other-1a"})
    world.create_collection("todos")
    world.register_function("add", lambda event, context: "default")
    (tmp_path / "a").write_bytes(b"a")
    default = {
        "database": outcome(app.database().collection("todos").count) == 0,
        "functions": outcome(app.callFunction, name="add") == "default",
        "storage": outcome(app.uploadFile, cloudPath="a", filePath=str(tmp_path / "a"))
        == "default",
    }
    assert [name for name, is_default in default.items() if not is_default] == [service]


def outcome(call: Any, **options: Any) -> Any:
    try:
        answer = call(**options)
    except CloudError as error:
        return error.code
    if "fileID" in answer:
        return "other" if "other-1a" in answer.fileID else "default"
    return answer.get("total", answer.get("result"))


@pytest.mark.parametrize("trace", [True, False, None])
def test_trace_user_is_taken(trace: bool | None, face: Any) -> None:
    for options in ({"env": "test-x1dzi", "traceUser": trace}, {"traceUser": trace}):
        by_object, by_keyword = face(FakeCloud()), face(FakeCloud())
        by_object.init(options)
        by_keyword.init(**options)
        for app in (by_object, by_keyword):
            assert app.database(traceUser=trace).collection("todos")


def test_only_the_first_init_counts(face: Any) -> None:
    """Base library 2.30.3 replaces the configuration; the page and the documentation say this."""
    world = FakeCloud()
    world.register_function("env", lambda event, context: context.wx_context["ENV"])
    app = face(world)
    app.init({"env": "test-x1dzi"})
    app.init({"env": "prod-x1dzi"})
    app.init({"env": {"functions": "prod-x1dzi"}})
    assert app.callFunction(name="env").result == "test-x1dzi"


def test_the_apps_own_first_init_counts_beside_the_tests(world: FakeCloud, app: Any) -> None:
    world.create_env("prod-x1dzi")
    world.register_function(
        "env", lambda event, context: context.wx_context["ENV"], env="prod-x1dzi"
    )
    app.init({"env": "prod-x1dzi"})
    app.init({"env": "dev-1a2b3c"})
    assert app.callFunction(name="env").result == "prod-x1dzi"


def test_init_without_anything_uses_the_default_environment(face: Any) -> None:
    for options in ((), ({},), ({"env": None},)):
        world = FakeCloud()
        world.register_function("add", lambda event, context: "added")
        app = face(world)
        app.init(*options)
        assert app.callFunction(name="add").result == "added"


@pytest.mark.parametrize("form", ["object", "keywords"])
def test_database_of_another_environment(page: Page, form: str) -> None:
    page.world.create_collection("todos", env="test-123")
    config = {"env": "test-123", "traceUser": True}
    there = page.app.database(config) if form == "object" else page.app.database(**config)
    here = page.app.database()
    there.collection("todos").add(data={"n": 1})
    counts = [db.collection("todos").count().total for db in (there, here)]
    assert counts == [1, 0]


# --- the samples ---------------------------------------------------------------------------------


def test_sample_init(face: Any) -> None:
    cloud = face(FakeCloud())
    cloud.init({"env": "test-x1dzi"})
    assert cloud.database() is not None


def test_sample_call_function(page: Page) -> None:
    res = page.app.callFunction(
        {
            # Name of the cloud function to be called
            "name": "add",
            # The event parameter passed to the cloud function.
            "data": {
                "x": 1,
                "y": 2,
            },
        }
    )
    assert res.result == 3


@pytest.mark.parametrize("file_path", ["there", ""])
def test_sample_upload_file_with_callbacks(page: Page, file_path: str) -> None:
    said: list[str] = []
    page.ask(
        "uploadFile",
        cloudPath="example.png",
        filePath=file_path and page.local_file(),
        # get resource ID
        success=lambda res: said.append(res.fileID),
        fail=lambda err: said.append(err.errMsg),
    )
    expected = {
        "there": "cloud://dev-1a2b3c.6465-dev-1a2b3c-1250000000/example.png",
        "": "cloud.uploadFile:fail undefined . uploadFile:fail file not found",
    }
    assert said == [expected[file_path]]


@pytest.mark.parametrize("file_path", ["there", ""])
def test_sample_upload_file(page: Page, file_path: str) -> None:
    try:
        res = page.ask(
            "uploadFile",
            cloudPath="example.png",
            filePath=file_path and page.local_file(),
        )
        # get resource ID
        said = res.fileID
    except CloudError as error:
        said = error.errMsg
    assert said.endswith("/example.png" if file_path else "uploadFile:fail file not found")


@pytest.mark.parametrize("file_id", ["there", "a7xzcb"])
def test_sample_download_file_with_callbacks(page: Page, file_id: str) -> None:
    said: list[Any] = []
    page.ask(
        "downloadFile",
        fileID=page.uploaded() if file_id == "there" else file_id,
        # get temp file path
        success=lambda res: said.append(Path(res.tempFilePath).read_bytes()),
        fail=lambda err: said.append((err.errCode, err.errMsg)),
    )
    assert said == [PNG if file_id == "there" else (1, "STORAGE_FILE_NONEXIST")]


@pytest.mark.parametrize("file_id", ["there", "a7xzcb"])
def test_sample_download_file(page: Page, file_id: str) -> None:
    try:
        res = page.ask("downloadFile", fileID=page.uploaded() if file_id == "there" else file_id)
        # get temp file path
        said: Any = Path(res.tempFilePath).read_bytes()
    except CloudError as error:
        said = str(error)
    missing = "Error: errCode: 1  | errMsg: STORAGE_FILE_NONEXIST"
    assert said == (PNG if file_id == "there" else missing)


@pytest.mark.parametrize("file_id", ["there", "a7xzcb"])
def test_sample_get_temp_file_url(page: Page, file_id: str) -> None:
    res = page.ask(
        "getTempFileURL",
        fileList=[
            {
                "fileID": page.uploaded() if file_id == "there" else file_id,
                "maxAge": 60 * 60,  # one hour
            }
        ],
    )
    # get temp file URL
    (item,) = res.fileList
    assert item.get("maxAge") == (3600 if file_id == "there" else None)
    assert bool(item.tempFileURL) is (file_id == "there")


def test_sample_get_temp_file_url_with_callbacks(page: Page) -> None:
    said: list[Any] = []
    page.ask(
        "getTempFileURL",
        fileList=["cloud://xxx", "cloud://yyy"],
        # get temp file URL
        success=lambda res: said.append([(item.fileID, item.status) for item in res.fileList]),
        fail=said.append,
    )
    assert said == [[("cloud://xxx", 1), ("cloud://yyy", 1)]]


@pytest.mark.parametrize(("file_id", "status"), [("there", 0), ("a7xzcb", -503003)])
def test_sample_delete_file(page: Page, file_id: str, status: int) -> None:
    res = page.ask("deleteFile", fileList=[page.uploaded() if file_id == "there" else file_id])
    # handle success
    assert [item.status for item in res.fileList] == [status]


@pytest.mark.parametrize(("file_id", "status"), [("there", 0), ("a7xzcb", -503003)])
def test_sample_delete_file_with_callbacks(page: Page, file_id: str, status: int) -> None:
    said: list[Any] = []
    page.ask(
        "deleteFile",
        fileList=[page.uploaded() if file_id == "there" else file_id],
        # handle success
        success=lambda res: said.append(("success", res.fileList[0].status)),
        fail=lambda err: said.append(("fail", err)),
        complete=lambda res: said.append(("complete", res.fileList[0].status)),
    )
    assert said == [("success", status), ("complete", status)]


def test_sample_database(app: Any) -> None:
    db = app.database()
    assert db.collection("todos").count().total == 0


def test_sample_database_of_the_test_environment(page: Page) -> None:
    page.world.create_collection("todos", env="test-123")
    test_db = page.app.database({"env": "test-123"})
    test_db.collection("todos").add(data={"text": "milk"})
    assert page.app.database().collection("todos").count().total == 0
    assert test_db.collection("todos").count().total == 1


def test_sample_database_of_an_environment_that_does_not_exist(app: Any) -> None:
    with pytest.raises(
        CloudError, match=r"^Error: errCode: -501000  \| errMsg: \[100003\] env not"
    ):
        app.database({"env": "nowhere"}).collection("todos").count()


# --- what the page says of the callback form -----------------------------------------------------


@pytest.mark.parametrize("api", APIS)
def test_success_then_complete_with_the_same_object(api: str, page: Page) -> None:
    told: list[tuple[str, Any]] = []
    page.ask(
        api,
        **page.whole(api),
        success=lambda value: told.append(("success", value)),
        fail=lambda value: told.append(("fail", value)),
        complete=lambda value: told.append(("complete", value)),
    )
    assert [name for name, _ in told] == ["success", "complete"]
    assert told[0][1] is told[1][1]


@pytest.mark.parametrize("api", APIS)
def test_fail_then_complete_with_the_same_object(api: str, page: Page) -> None:
    told: list[tuple[str, Any]] = []
    options = page.whole(api)
    page.world.faults.fail("*", code=-501001)
    page.ask(
        api,
        **options,
        success=lambda value: told.append(("success", value)),
        fail=lambda value: told.append(("fail", value)),
        complete=lambda value: told.append(("complete", value)),
    )
    assert [name for name, _ in told] == ["fail", "complete"]
    assert told[0][1] is told[1][1]


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize("outcome", ["ok", "fail"])
def test_what_a_callback_throws_is_swallowed(api: str, outcome: str, page: Page) -> None:
    told: list[Any] = []
    options = page.whole(api)
    if outcome == "fail":
        page.world.faults.fail("*", code=-501001)

    def shout(value: Any) -> None:
        told.append(value)
        raise RuntimeError("nobody hears this")

    page.ask(api, **options, success=shout, fail=shout, complete=shout)
    assert len(told) == 2
    assert told[0] is told[1]


@pytest.mark.parametrize("api", ["callFunction", "getTempFileURL", "deleteFile"])
def test_the_callback_form_answers_nothing(api: str, page: Page) -> None:
    assert page.ask(api, **page.whole(api), success=lambda value: value) is None


@pytest.mark.parametrize("api", ["uploadFile", "downloadFile"])
def test_the_callback_form_of_a_transfer_answers_a_task(
    api: str, page: Page, world: FakeCloud
) -> None:
    """Exactly two methods, whatever Taro's types promise (base library 2.30.3)."""
    options = page.whole(api)
    task = getattr(world, api)(**options, success=lambda value: value)
    assert callable(task.onProgressUpdate)
    assert callable(task.abort)
    assert not hasattr(task, "onHeadersReceived")


@pytest.mark.parametrize("api", APIS)
def test_callbacks_that_are_none_are_no_callbacks(api: str, page: Page) -> None:
    answer = page.ask(api, **page.whole(api), success=None, fail=None, complete=None)
    assert answer.errMsg == OK[api]


@pytest.mark.parametrize("api", APIS)
def test_the_callers_options_stay_as_they_are(api: str, page: Page) -> None:
    options = {**page.whole(api), "success": lambda value: value}
    before = dict(options)
    getattr(page.app, api)(options)
    assert options == before

"""`load_functions` with an `index.js`: run as it is, by Node, inside the call and as its caller."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cloud_fake import CloudError, FakeCloud, MisuseError
from tests.clients.table import ENV

pytestmark = pytest.mark.usefixtures("node")

Deploy = Callable[..., None]


@pytest.fixture
def cloud() -> Iterator[FakeCloud]:
    with FakeCloud(env=ENV, openid="o-alice", collections=["todos"], seed=7) as cloud:
        yield cloud


@pytest.fixture
def deploy(cloud: FakeCloud, tmp_path: Path) -> Deploy:
    """Writes a function's folder and deploys it."""

    def put(name: str, code: str, config: dict[str, Any] | None = None) -> None:
        folder = tmp_path / "functions" / name
        folder.mkdir(parents=True)
        (folder / "index.js").write_text(code, encoding="utf-8")
        if config is not None:
            (folder / "config.json").write_text(json.dumps(config))
        cloud.load_functions(tmp_path / "functions")

    return put


@pytest.fixture
def deploy_with_sdk(deploy: Deploy, node_modules: Path, tmp_path: Path) -> Deploy:
    """The same where `wx-server-sdk` is installed."""
    (tmp_path / "node_modules").symlink_to(node_modules, target_is_directory=True)
    return deploy


SDK = """
const cloud = require('wx-server-sdk')
cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV })
const db = cloud.database()
"""


def call(cloud: Any, name: str, **data: Any) -> Any:
    return cloud.callFunction(name=name, data=data).result


def failure(cloud: FakeCloud, name: str, **data: Any) -> CloudError:
    with pytest.raises(CloudError) as caught:
        call(cloud, name, **data)
    return caught.value


# --- what a function is given, and gives ---------------------------------------------------------


def test_event_and_answer_cross_as_json(cloud: FakeCloud, deploy: Deploy) -> None:
    deploy("echo", "exports.main = async (event) => ({ event, none: undefined, at: new Date(0) })")
    given = {"a": [1, None, {"b": "ü"}], "n": 0.5}
    answer = call(cloud, "echo", **given)
    info = {"openId": "o-alice", "appId": cloud.calls[0].session.identity.appid}
    assert answer == {"event": {**given, "userInfo": info}, "at": "1970-01-01T00:00:00.000Z"}


def test_the_context_is_the_platforms(cloud: FakeCloud, deploy: Deploy) -> None:
    deploy(
        "context",
        """exports.main = (event, context) => ({
            name: context.function_name, limit: context.time_limit_in_ms,
            left: context.getRemainingTimeInMillis() <= 5000, env: context.namespace,
            id: context.request_id, environ: 'WX_OPENID' in JSON.parse(context.environment),
        })""",
        {"timeout": 5},
    )
    result = cloud.callFunction(name="context")
    assert result.result == {
        "name": "context",
        "limit": 5000,
        "left": True,
        "env": ENV,
        "environ": True,
        "id": result.requestID,
    }


def test_a_callback_may_answer(cloud: FakeCloud, deploy: Deploy) -> None:
    deploy("back", "exports.main = (event, context, callback) => callback(null, event.n + 1)")
    assert call(cloud, "back", n=1) == 2


def test_who_called_is_known_in_every_call(cloud: FakeCloud, deploy_with_sdk: Deploy) -> None:
    deploy_with_sdk("who", SDK + "exports.main = () => cloud.getWXContext()")
    alice = {"OPENID": "o-alice", "APPID": "wx0a1b2c3d4e5f6071"}
    assert call(cloud, "who") == {**alice, "ENV": ENV, "SOURCE": "wx_client"}
    assert call(cloud.as_user("o-bob"), "who")["OPENID"] == "o-bob"
    assert "OPENID" not in call(cloud.as_user(None), "who")


def test_the_sdk_talks_to_this_cloud_inside_the_call(
    cloud: FakeCloud, deploy_with_sdk: Deploy
) -> None:
    cloud.set_collection_permission("todos", "ADMINONLY")
    cloud.register_function("python", lambda event, context: [event["n"], context.wx_context])
    deploy_with_sdk(
        "work",
        SDK
        + """exports.main = async (event) => {
            const todos = db.collection('todos'), fileContent = Buffer.from('f')
            await todos.add({ data: { _id: 'x', at: db.serverDate(), n: event.n } })
            const { data } = await todos.where({ n: db.command.gt(0) }).get()
            const file = await cloud.uploadFile({ cloudPath: 'f.txt', fileContent })
            const { result } = await cloud.callFunction({ name: 'python', data: { n: 5 } })
            return { found: data.length, at: data[0].at, file: file.fileID, result }
        }""",
    )
    cloud.clock.freeze()
    answer = call(cloud, "work", n=1)
    assert answer["found"] == 1
    assert answer["at"] == cloud.clock.now().strftime("%Y-%m-%dT%H:%M:%S.") + answer["at"][-4:]
    assert answer["file"].endswith("/f.txt")
    assert answer["result"][0] == 5
    assert answer["result"][1]["OPENID"] == "o-alice"
    inside = [it for it in cloud.calls if it.inside is not None]
    assert [it.name for it in inside] == [
        *["database.todos.add", "database.todos.get"],
        *["storage.getUploadMetadata", "storage.upload", "function.python"],
    ]
    assert {it.caller for it in inside} == {"in work"}


# --- what goes wrong -----------------------------------------------------------------------------


def test_an_error_has_the_javascript_stack(cloud: FakeCloud, deploy: Deploy) -> None:
    deploy("boom", "exports.main = async () => {\n  const pay = () => null.x\n  pay()\n}")
    error = failure(cloud, "boom")
    assert error.code == -504002
    assert "errCode: -504002 functions execute fail | errMsg: TypeError: Cannot" in error.errMsg
    assert re.search(r"\n    at pay \(.*boom.index\.js:2:\d+\)\n    at exports\.main", error.errMsg)
    assert "runner.js" not in error.errMsg
    assert "node:" not in error.errMsg


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("exports.main = () => { throw 'just text' }", "errMsg: just text"),
        ("exports.main = () => Promise.reject({ code: 1 })", "errMsg: { code: 1 }"),
        ("exports.main = () => { const o = {}; o.o = o; return o }", "TypeError: Converting circ"),
        ("require('not-there')", "Error: Cannot find module 'not-there'"),
        ("exports.main = () => {", "SyntaxError: Unexpected end of input"),
        ("exports.other = () => 1", "TypeError: index.main is not a function"),
        ("exports.main = () => process.exit(0)", "Process exited unexpectedly"),
        ("exports.main = () => process.abort()", "Process exited unexpectedly"),
        ("process.kill(process.pid, 'SIGKILL')", "Process exited unexpectedly"),
        ("const f = () => f(); exports.main = f", "RangeError: Maximum call stack size exceeded"),
        ("exports.main = () => 1n", "TypeError: Do not know how to serialize a BigInt"),
        (
            "exports.main = () => new Promise(() => setTimeout(() => { no() }))",
            "ReferenceError: no is",
        ),
        (
            "exports.main = () => new Promise(() => { Promise.reject(new Error('lost')) })",
            "Error: lost",
        ),
    ],
)
def test_a_failure_is_told(cloud: FakeCloud, deploy: Deploy, code: str, text: str) -> None:
    deploy("fails", code)
    error = failure(cloud, "fails")
    assert error.code == -504002
    assert text in error.errMsg


@pytest.mark.parametrize(
    "code", ["new Promise((r) => setTimeout(r, 60000))", "(() => { for (;;); })()"]
)
def test_a_function_has_its_time(cloud: FakeCloud, deploy: Deploy, code: str) -> None:
    deploy(
        "slow", f"let n = 0\nexports.main = (event) => event.quick ? ++n : {code}", {"timeout": 1}
    )
    assert [call(cloud, "slow", quick=True) for _ in range(2)] == [1, 2]
    error = failure(cloud, "slow")
    assert error.code == -504003
    assert "timed out after 1 seconds" in error.errMsg
    assert call(cloud, "slow", quick=True) == 1  # in a process of its own


@pytest.mark.parametrize("said", ["42", "[1]", "null", "{", "x", "\\u0000", '"' + "[" * 9000])
def test_what_is_written_past_the_console_is_not_understood(
    cloud: FakeCloud, deploy: Deploy, said: str
) -> None:
    deploy("noisy", f"exports.main = () => {{ require('fs').writeSync(1, `{said}\n`); return 1 }}")
    assert call(cloud, "noisy") == 1


def test_a_function_without_node_says_what_to_install(
    cloud: FakeCloud, deploy: Deploy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(MisuseError, match=r"install Node.js 18 or later \(https://nodejs.org"):
        deploy("pay", "exports.main = () => 1")


def test_the_clouds_time_counts_as_well(cloud: FakeCloud, deploy_with_sdk: Deploy) -> None:
    cloud.clock.freeze()
    deploy_with_sdk(
        "waits",
        SDK
        + "exports.main = () => db.collection('todos').count().then(() => db.collection('todos')"
        ".add({ data: { n: 1 } }))",
    )
    cloud.faults.add("database.todos.count: delay(seconds=10)")
    assert failure(cloud, "waits").code == -504003
    assert cloud.database().collection("todos").count().total == 0


def test_a_lost_reply_reaches_the_sdk(cloud: FakeCloud, deploy_with_sdk: Deploy) -> None:
    deploy_with_sdk(
        "once",
        SDK
        + """exports.main = () => db.collection('todos').add({ data: { _id: 'x' } })
            .catch((error) => [error.errCode, error.errMsg.slice(0, 19)])""",
    )
    cloud.faults.add("database.todos.add: lost_reply once")
    assert call(cloud, "once") == [-501001, "collection.add:fail"]
    assert cloud.server.database().collection("todos").count().total == 1


# --- instances -----------------------------------------------------------------------------------


def test_an_instance_stays_warm_until_it_is_recycled(cloud: FakeCloud, deploy: Deploy) -> None:
    deploy("count", "let n = 0\nexports.main = () => ++n")
    assert [call(cloud, "count") for _ in range(3)] == [1, 2, 3]
    cloud.recycle("count")
    assert call(cloud, "count") == 1
    cloud.clock.advance(hours=2)
    assert call(cloud, "count") == 1


def test_an_error_that_is_let_out_leaves_the_process(cloud: FakeCloud, deploy: Deploy) -> None:
    deploy("count", "let n = 0\nexports.main = ({ fail }) => { n++; if (fail) throw n; return n }")
    assert call(cloud, "count") == 1
    failure(cloud, "count", fail=True)
    assert call(cloud, "count") == 3


def test_a_fork_runs_functions_of_its_own(cloud: FakeCloud, deploy_with_sdk: Deploy) -> None:
    deploy_with_sdk("add", SDK + "exports.main = () => db.collection('todos').add({ data: {} })")
    call(cloud, "add")
    with cloud.fork() as other:
        call(other, "add")
        assert other.server.database().collection("todos").count().total == 2
    assert cloud.server.database().collection("todos").count().total == 1


def test_what_is_printed_stands_on_the_timeline(cloud: FakeCloud, deploy: Deploy) -> None:
    deploy(
        "prints",
        """console.log('loaded')
        exports.main = () => {
          console.log('pay', { amount: 5 })
          console.error('two\\nlines')
          process.stdout.write('raw\\n')
        }""",
    )
    assert call(cloud, "prints") is None
    lines = [line.split("log: ")[1] for line in str(cloud.calls).splitlines() if "log: " in line]
    assert lines == ["loaded", "pay { amount: 5 }", "two", "lines", "raw"]


def test_a_warm_call_takes_milliseconds(cloud: FakeCloud, deploy: Deploy) -> None:
    deploy("quick", "exports.main = () => 1")
    call(cloud, "quick")
    began = time.perf_counter()
    for _ in range(20):
        call(cloud, "quick")
    assert (time.perf_counter() - began) / 20 < 0.05


def test_nothing_is_left_when_the_cloud_is_closed(tmp_path: Path) -> None:
    folder = tmp_path / "functions" / "pid"
    folder.mkdir(parents=True)
    (folder / "index.js").write_text("exports.main = () => process.pid")
    with FakeCloud(env=ENV) as cloud:
        cloud.load_functions(tmp_path / "functions")
        pid = call(cloud, "pid")
        assert Path(f"/proc/{pid}").exists() or not Path("/proc").exists()
    assert not Path(f"/proc/{pid}").exists()

"""`taro-cloud.js` in Node: the same words as the Python face, callbacks, tasks, watches, users."""

from __future__ import annotations

import json
import os
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cloud_fake import CloudError, FakeCloud
from cloud_fake.face.ai import _NOT_FAKED
from cloud_fake.models.commands import AggregateCommand, Command, ProjectCommand
from cloud_fake.server import Server
from tests.clients.table import ENV

STORY = Path(__file__).parent / "drive" / "story.js"

Tell = Callable[..., list[Any]]


@pytest.fixture
def cloud() -> Iterator[FakeCloud]:
    with FakeCloud(env=ENV, openid="o-alice", collections=["todos"], seed=7) as cloud:
        yield cloud


@pytest.fixture
def server(cloud: FakeCloud) -> Iterator[Server]:
    with cloud.serve() as server:
        yield server


@pytest.fixture
def tell(node: str, server: Server) -> Tell:
    """What a script on the shim tells, in order."""

    def run(script: str, *, init: bool = True, **env: str) -> list[Any]:
        begin = f"cloud.init({{ env: '{ENV}' }});" if init else ""
        done = subprocess.run(
            [node, str(STORY)],
            input=begin + script,
            capture_output=True,
            text=True,
            timeout=60,
            env={**os.environ, "CLOUD_FAKE_URL": server.url, **env},
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    return run


def post(server: Server, message: dict[str, Any]) -> dict[str, Any]:
    request = urllib.request.Request(f"{server.url}/taro", json.dumps(message).encode())
    with urllib.request.urlopen(request) as response:
        answer: dict[str, Any] = json.load(response)
        return answer


# --- the same words ------------------------------------------------------------------------------

TODOS = "cloud.database().collection('todos')"

#: A wrong call in JavaScript and the same one in Python, both of a fresh cloud.
WRONG: list[tuple[str, Callable[[FakeCloud], Any]]] = [
    ("cloud.callFunction()", lambda c: c.callFunction(*[])),  # type: ignore[arg-type]
    ("cloud.callFunction({ name: 5 })", lambda c: c.callFunction({"name": 5})),
    (
        "cloud.callFunction({ name: 'x', data: 5 })",
        lambda c: c.callFunction({"name": "x", "data": 5}),
    ),
    ("cloud.callFunction(5)", lambda c: c.callFunction(5)),  # type: ignore[arg-type]
    ("cloud.callContainer()", lambda c: c.callContainer(*[])),  # type: ignore[arg-type]
    ("cloud.getTempFileURL({ fileList: 5 })", lambda c: c.getTempFileURL({"fileList": 5})),
    ("cloud.deleteFile({})", lambda c: c.deleteFile({})),
    ("cloud.deleteFile({ fileList: [5] })", lambda c: c.deleteFile({"fileList": [5]})),
    ("cloud.uploadFile({ cloudPath: 'a' })", lambda c: c.uploadFile({"cloudPath": "a"})),
    (
        "cloud.uploadFile({ cloudPath: 'a', filePath: '/no/such/file' })",
        lambda c: c.uploadFile({"cloudPath": "a", "filePath": "/no/such/file"}),
    ),
    ("cloud.downloadFile({ fileID: 'x' })", lambda c: c.downloadFile({"fileID": "x"})),
    ("cloud.database().collection()", lambda c: c.database().collection("")),
    ("cloud.database().collection(5)", lambda c: c.database().collection(5)),  # type: ignore[arg-type]
    (f"{TODOS}.doc()", lambda c: todos(c).doc(None)),
    (f"{TODOS}.doc(true).get()", lambda c: todos(c).doc(True)),
    (f"{TODOS}.doc('x').get()", lambda c: todos(c).doc("x").get()),
    (f"{TODOS}.doc('x').remove()", lambda c: todos(c).doc("x").remove()),
    (f"{TODOS}.where()", lambda c: todos(c).where(None)),
    (f"{TODOS}.where(5).get()", lambda c: todos(c).where(5).get()),
    (f"{TODOS}.orderBy(5).get()", lambda c: todos(c).orderBy(5).get()),
    (f"{TODOS}.add()", lambda c: todos(c).add()),
    (f"{TODOS}.add({{ data: 5 }})", lambda c: todos(c).add({"data": 5})),
    (f"{TODOS}.add({{ data: {{ f() {{}} }} }})", lambda c: todos(c).add({"data": {"f": len}})),
    (
        f"{TODOS}.add({{ data: {{ _openid: 'x' }} }})",
        lambda c: todos(c).add({"data": {"_openid": "x"}}),
    ),
    (
        "const o = {}; o.o = o; return " + f"{TODOS}.add({{ data: o }})",
        lambda c: todos(c).add({"data": endless()}),
    ),
    (f"{TODOS}.update({{ data: {{ a: 1 }} }})", lambda c: todos(c).update({"data": {"a": 1}})),
    (
        f"{TODOS}.where({{ a: {{ $no: 1 }} }}).get()",
        lambda c: todos(c).where({"a": {"$no": 1}}).get(),
    ),
    (
        f"{TODOS}.where({{ a: cloud.database().command.in(5) }}).get()",
        lambda c: todos(c).where({"a": c.database().command.in_(5)}).get(),  # type: ignore[arg-type]
    ),
    (f"{TODOS}.watch({{ onChange() {{}} }})", lambda c: todos(c).watch({"onChange": len})),
    (
        f"{TODOS}.add({{ data: {{ p: cloud.database().Geo.Point(200, 0) }} }})",
        lambda c: todos(c).add({"data": {"p": c.database().Geo.Point(200, 0)}}),
    ),
    (
        f"{TODOS}.add({{ data: {{ r: cloud.database().RegExp({{}}) }} }})",
        lambda c: todos(c).add({"data": {"r": c.database().RegExp({})}}),
    ),
    ("cloud.database().collection('no').count()", lambda c: c.database().collection("no").count()),
    (f"{TODOS}.aggregate().limit(-1).end()", lambda c: todos(c).aggregate().limit(-1).end()),
]


def todos(cloud: FakeCloud) -> Any:
    return cloud.database().collection("todos")


def endless() -> dict[str, Any]:
    made: dict[str, Any] = {}
    made["o"] = made
    return made


def test_every_failure_is_worded_as_on_the_python_face(tell: Tell) -> None:
    calls = "".join(
        f"tell(await failure(async () => {{ {'' if 'return' in js else 'return '}{js} }}));\n"
        for js, _ in WRONG
    )
    found = tell(calls)
    for (js, python), told in zip(WRONG, found, strict=True):
        with FakeCloud(env=ENV, collections=["todos"], seed=7) as other:
            with pytest.raises(CloudError) as caught:
                python(other)
            error = caught.value
        expected = {"errCode": error.errCode, "errMsg": error.errMsg, "message": error.message}
        assert told == {**expected, "name": "Error", "isError": True}, js


def test_before_init_everything_throws_as_on_the_python_face(tell: Tell) -> None:
    with FakeCloud() as other, pytest.raises(CloudError) as caught:
        other.callFunction(name="x")
    thrown = tell(
        """
        const calls = ['callFunction', 'database', 'uploadFile', 'getTempFileURL', 'CloudID']
        for (const call of calls) {
          try { cloud[call]({ success() {} }) } catch (error) { tell(error.message) }
        }
        """,
        init=False,
    )
    assert thrown == [caught.value.message] * 5


# --- values --------------------------------------------------------------------------------------


def test_values_come_back_as_what_they_were(tell: Tell) -> None:
    (told,) = tell(
        """
        const db = cloud.database()
        const line = db.Geo.LineString([db.Geo.Point(1, 2), new db.Geo.Point(3, 4)])
        const data = {
          _id: 'x', date: new Date(5), bad: new Date(NaN), nan: NaN, big: 2 ** 60, real: 0.5,
          regexp: /^a/i, line, at: db.serverDate({ offset: -1000 }), none: null, gone: undefined,
          list: [1, undefined, [{}]], text: 'ü☃😀',
        }
        await db.collection('todos').add({ data })
        const { data: back } = await db.collection('todos').doc('x').get()
        tell([
          back.date instanceof Date && back.at instanceof Date, back.date.getTime(), back.bad,
          back.nan,
          back.big === 2 ** 60, back.real, back.regexp.regexp + back.regexp.options,
          back.line instanceof db.Geo.LineString, back.line.points[1].latitude, back.line,
          'gone' in back, back.list, back.text,
        ])
        """
    )
    line = {"type": "LineString", "coordinates": [[1, 2], [3, 4]]}
    assert told == [
        *[True, 5, None, None, True, 0.5, "^ai", True, 4, line, False],
        *[[1, None, [{}]], "ü☃😀"],
    ]


def test_a_functions_answer_may_look_like_anything(cloud: FakeCloud, tell: Tell) -> None:
    cloud.register_function("echo", lambda event, _: event)
    told = tell(
        """
        const data = { $date: 5, list: [{ $made: [] }], bytes: new Uint8Array([1, 255]) }
        const { result } = await cloud.callFunction({ name: 'echo', data })
        tell(result.$date); tell(result.list); tell(Array.from(new Uint8Array(result.bytes)))
        """
    )
    assert told[:2] == [5, [{"$made": []}]]
    assert told[2] == [1, 255]


def test_commands_and_operators_are_those_of_the_python_face(tell: Tell) -> None:
    (told,) = tell(
        """
        const names = (it) => {
          const found = new Set()
          for (const name in it) if (typeof it[name] === 'function') found.add(name)
          return [...found]
        }
        const _ = cloud.database().command
        tell([names(_), names(_.aggregate), names(_.project)])
        """
    )
    for names, python in zip(told, (Command, AggregateCommand, ProjectCommand), strict=True):
        wanted = {name.rstrip("_") for name in dir(python) if not name.startswith("_")}
        assert set(names) == wanted - {"jsonSchema", "text"}, python.__name__


# --- callbacks, tasks, users ---------------------------------------------------------------------


def test_callbacks_are_told_and_what_they_throw_is_swallowed(tell: Tell) -> None:
    told = tell(
        """
        const called = (options) => new Promise((done) => {
          const told = []
          const answer = cloud.callFunction({
            ...options,
            success() { told.push('success'); throw new Error('mine') },
            fail(error) { told.push('fail', error.errCode) },
            complete() { told.push('complete', answer === undefined); done(told) },
          })
        })
        tell(await called({ name: 'nobody' }))
        const db = cloud.database()
        tell(await new Promise((done) => db.collection('todos').count({ complete: done })))
        """
    )
    assert told == [["fail", -1, "complete", True], {"total": 0, "errMsg": "collection.count:ok"}]


def test_transfers_have_a_task_with_progress(cloud: FakeCloud, tell: Tell, tmp_path: Path) -> None:
    file = tmp_path / "a.bin"
    file.write_bytes(bytes(range(256)) * 40)
    told = tell(
        f"""
        const moved = (call, options, abort) => new Promise((done) => {{
          const seen = []
          const task = cloud[call]({{
            ...options,
            success: (answer) => done([answer.statusCode, seen, answer]),
            fail: (error) => done([error.errMsg, seen]),
          }})
          task.onProgressUpdate((event) => seen.push(event.progress))
          if (abort) task.abort()
        }})
        const asked = {{ cloudPath: 'a.bin', filePath: {json.dumps(str(file))} }}
        const [status, seen, {{ fileID }}] = await moved('uploadFile', asked)
        tell([status, seen])
        tell(await moved('uploadFile', asked, true))
        const [, back, {{ tempFilePath }}] = await moved('downloadFile', {{ fileID }})
        const read = require('fs').readFileSync
        tell([back, read(tempFilePath).equals(read(asked.filePath))])
        """
    )
    assert told == [
        [200, [40, 80, 100]],
        ["cloud.uploadFile:fail undefined . abort", []],
        [[40, 80, 100], True],
    ]


def test_bytes_in_hand_are_uploaded_and_no_others(cloud: FakeCloud, tell: Tell) -> None:
    """A small `Buffer` is a piece of a pool, and any view may be of a piece of its buffer."""
    told = tell(
        """
        const pieces = [Buffer.from('hi'), new Uint8Array([0, 104, 105, 0]).subarray(1, 3)]
        pieces.push(new Uint8Array([104, 105]).buffer)
        for (const filePath of pieces) {
          const { fileID } = await cloud.uploadFile({ cloudPath: 'hi.txt', filePath })
          const { tempFilePath } = await cloud.downloadFile({ fileID })
          tell(require('fs').readFileSync(tempFilePath, 'utf8'))
        }
        """
    )
    assert told == ["hi"] * 3


def test_who_uses_the_app_is_who_is_said_to(cloud: FakeCloud, tell: Tell) -> None:
    cloud.register_function("who", lambda _event, context: context.wx_context.get("OPENID"))
    script = "tell((await cloud.callFunction({ name: 'who' })).result);"
    others = "cloud = cloud.asUser('o-carol');" + script + "cloud = cloud.asUser(null);" + script
    assert tell(script) == ["o-alice"]
    assert tell(script + others, CLOUD_FAKE_OPENID="o-bob") == ["o-bob", "o-carol", None]


def test_a_watch_hears_of_what_others_write(cloud: FakeCloud, tell: Tell) -> None:
    cloud.set_collection_permission("todos", "READONLY")
    told = tell(
        """
        const todos = cloud.database().collection('todos')
        const bobs = cloud.asUser('o-bob').database().collection('todos')
        const _ = cloud.database().command
        await new Promise((done) => {
          const watcher = todos.where({ n: _.gt(1) }).orderBy('n', 'asc').watch({
            onChange: async (snapshot) => {
              const { type, docs, docChanges } = snapshot
              const changes = docChanges.map((it) => [it.queueType, it.dataType])
              tell([type, docs.map((it) => it.n), changes])
              if (snapshot.id === 0) await bobs.add({ data: { _id: 'b', n: 2 } })
              if (snapshot.id === 1) await bobs.doc('b').update({ data: { n: _.inc(1) } })
              if (snapshot.id === 2) await bobs.doc('b').remove()
              if (snapshot.id === 3) done(watcher.close())
            },
            onError: done,
          })
        })
        """
    )
    assert told == [
        ["init", [], []],
        [None, [2], [["enqueue", "add"]]],
        [None, [3], [["update", "update"]]],
        [None, [], [["dequeue", "remove"]]],
    ]


def test_faults_and_the_clock_reach_the_shim(cloud: FakeCloud, tell: Tell) -> None:
    cloud.faults.add("database.todos.add: lost_reply once")
    told = tell(
        """
        const todos = cloud.database().collection('todos')
        tell(await failure(() => todos.add({ data: { _id: 'x' } })))
        tell((await todos.count()).total)
        """
    )
    with FakeCloud(env=ENV, collections=["todos"]) as other:
        other.faults.add("database.todos.add: lost_reply once")
        with pytest.raises(CloudError) as caught:
            todos(other).add(data={"_id": "x"})
    assert told[0]["errMsg"] == caught.value.errMsg
    assert told[1] == 1
    assert [call.name for call in cloud.calls] == ["database.todos.add", "database.todos.count"]


def test_containers_marks_and_instances(cloud: FakeCloud, tell: Tell) -> None:
    cloud.register_container("api", lambda request: {"path": request.path})
    cloud.register_function("seen", lambda event, _: event["open"]["data"]["phone"])
    cloud.open_data("id-1", {"phone": "123"})
    told = tell(
        f"""
        const header = {{ 'X-WX-SERVICE': 'api' }}
        tell((await cloud.callContainer({{ path: '/a', header }})).data)
        const data = {{ open: cloud.CloudID('id-1') }}
        tell((await cloud.callFunction({{ name: 'seen', data }})).result)
        const other = new cloud.Cloud({{ resourceEnv: '{ENV}' }})
        tell((await failure(() => other.database())).errCode)
        await other.init()
        tell((await other.database().collection('todos').count()).total)
        """
    )
    assert told == [{"path": "/a"}, "123", -1, 0]


def test_a_socket_to_a_container(cloud: FakeCloud, tell: Tell) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        assert (await receive())["type"] == "websocket.connect"
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.send", "text": f"hello {scope['path']}"})
        while (said := await receive())["type"] == "websocket.receive":
            if said.get("bytes"):
                await send({"type": "websocket.send", "bytes": said["bytes"][::-1]})
            elif said["text"] == "bye":
                await send({"type": "websocket.close", "code": 4000, "reason": "bye"})

    cloud.register_container("chat", app)
    told = tell(
        """
        const { connectContainer } = cloud
        const opened = await connectContainer({ service: 'chat', path: '/room' })
        const task = opened.socketTask
        tell([opened.errMsg, Object.keys(opened), Object.keys(task)])
        const heard = []
        await new Promise((greeted) => task.onMessage(({ data }) => {
          heard.push(typeof data === 'string' ? data : [...new Uint8Array(data)])
          greeted()
        }))
        task.onOpen(() => heard.push('open'))
        await task.send({ data: new Uint8Array([1, 2, 3]).buffer })
        const sent = await new Promise((done) => task.send({ data: 'nothing', success: done }))
        await task.send({ data: 'bye' })
        task.onClose((event) => heard.push(event))
        tell([heard, sent, task.readyState])
        tell([(await failure(() => task.send({ data: 'late' }))).message, await task.close()])
        """
    )
    assert told[0] == ["cloud.connectContainer:ok", ["errMsg", "socketTask"], ["readyState"]]
    heard, sent, state = told[1]
    assert heard == ["hello /room", "open", [3, 2, 1], {"code": 4000, "reason": "bye"}]
    assert (sent, state) == ({"errMsg": "sendSocketMessage:ok"}, 3)
    assert told[2] == [
        "SocketTask.send:fail SocketTask.readyState is not OPEN",
        {"errMsg": "closeSocket:ok"},
    ]


def test_a_socket_that_the_app_closes(cloud: FakeCloud, tell: Tell) -> None:
    ended: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        ended.append(await receive())

    cloud.register_container("chat", app)
    (told,) = tell(
        """
        const { socketTask } = await cloud.connectContainer({ service: 'chat' })
        const closed = new Promise((done) => socketTask.onClose(done))
        const answer = await socketTask.close({ code: 4001, reason: 'enough' })
        tell([answer, await closed, socketTask.readyState])
        """
    )
    assert told == [{"errMsg": "closeSocket:ok"}, {"code": 4001, "reason": "enough"}, 3]
    assert ended[0]["code"] == 4001


def test_sockets_that_are_refused(cloud: FakeCloud, tell: Tell) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.close", "code": 4003})

    cloud.register_container("closed", app)
    nobody, thrown, told = tell(
        """
        tell(await failure(() => cloud.connectContainer({ service: 'nobody' })))
        tell(await failure(() => cloud.connectContainer()))
        const { socketTask } = await cloud.connectContainer({ service: 'closed' })
        tell(await new Promise((done) => socketTask.onError(done)))
        """
    )
    with FakeCloud(env=ENV) as other, pytest.raises(CloudError) as caught:
        other.connectContainer(service="nobody")
    assert nobody["errCode"] == caught.value.errCode == -1
    # What follows are times and an id of the call.
    assert nobody["errMsg"].split("(")[0] == caught.value.errMsg.split("(")[0]
    assert thrown["errMsg"] == "parameter should be object instead of undefined;"
    assert told == {"errMsg": "Unexpected server response: 403"}


def test_models_and_bots(cloud: FakeCloud, tell: Tell) -> None:
    cloud.ai_model("hunyuan")(lambda data: ["A poet", " of the", " Tang"])
    cloud.ai_bot("bot-1", name="Guide")(lambda data: f"You said {data['msg']}")
    told = tell(
        """
        const { AI } = cloud.extend
        const data = { model: 'lite', messages: [{ role: 'user', content: 'Who?' }] }
        const whole = await AI.createModel('hunyuan').generateText({ data })
        tell([whole.choices[0].message.content, whole.model, whole.usage.total_tokens])

        const heard = []
        const stream = await AI.createModel({ modelName: 'hunyuan' }).streamText({
          data,
          onText: (text) => heard.push(text),
          onEvent: ({ data }) => heard.push(data === '[DONE]'),
          onFinish: (text) => { heard.push(text); throw new Error('mine') },
        })
        tell(heard)
        const read = async (streamed, most = 99) => {
          const items = []
          for await (const item of streamed) if (items.push(item) >= most) break
          return items
        }
        tell([await read(stream.textStream), await read(stream.textStream)])
        const events = await read(stream.eventStream)
        tell(events.map(({ json }) => json && json.choices[0].delta.content))

        const stopped = await AI.createModel('hunyuan').streamText({ data })
        const first = await read(stopped.textStream, 1)
        stopped.abort()
        tell([first, await read(stopped.textStream)])

        const said = await AI.bot.sendMessage({ data: { botId: 'bot-1', msg: 'hi' } })
        tell([await read(said.textStream), (await AI.bot.get({ botId: 'bot-1' })).name])
        tell((await AI.bot.list({ pageNumber: 1, pageSize: 10 })).total)
        """
    )
    pieces = ["A poet", " of the", " Tang"]
    assert told == [
        ["A poet of the Tang", "lite", 22],
        ["A poet", False, " of the", False, " Tang", False, False, True, "A poet of the Tang"],
        [pieces, pieces],
        [*pieces, "", None],
        [["A poet"], ["A poet"]],
        [["You said hi"], "Guide"],
        1,
    ]


def test_models_that_nobody_answers_for(cloud: FakeCloud, tell: Tell) -> None:
    @cloud.ai_model("broken")
    def broken(data: Any) -> Any:
        yield "A poet"
        raise ValueError("no more")

    names = sorted(_NOT_FAKED)
    missing, refused, failed, uninitialised = tell(
        f"""
        const {{ AI }} = cloud.extend
        tell(await failure(() => AI.createModel('nobody').generateText({{ data: {{}} }})))
        const names = {json.dumps(names)}
        tell(names.map((name) => {{
          try {{ AI.bot[name]() }} catch (error) {{ return error.name + ' ' + error.message }}
        }}))
        const heard = []
        const onText = (text) => heard.push(text)
        const ask = () => AI.createModel('broken').streamText({{ data: {{}}, onText }})
        tell([await failure(ask), heard])
        const other = new cloud.Cloud({{ resourceEnv: '{ENV}' }})
        tell(await failure(() => other.extend.AI.bot.list()))
        """
    )
    assert (missing["name"], missing["isError"]) == ("NotSupportedByFake", True)
    assert "@cloud.ai_model('nobody')" in missing["message"]
    assert refused == [f"NotSupportedByFake cloud.extend.AI.bot.{name}" for name in names]
    assert failed[0]["message"] == "internal error: ValueError"
    assert failed[1] == ["A poet"]
    assert "ValueError('no more')" in str(cloud.calls)
    assert uninitialised["errMsg"].startswith("Cloud API isn't enabled")


def test_a_stream_is_pulled_by_whoever_reads_first(cloud: FakeCloud, tell: Tell) -> None:
    given: list[str] = []

    @cloud.ai_model("slow")
    def slow(data: Any) -> Any:
        for piece in "abcd":
            given.append(piece)
            yield piece

    cloud.register_function("given", lambda _event, _context: given)
    told = tell(
        """
        const model = cloud.extend.AI.createModel('slow')
        const { textStream, abort } = await model.streamText({ data: {} })
        const [one, two] = [textStream, textStream].map((it) => it[Symbol.asyncIterator]())
        const read = (...readers) => Promise.all(readers.map(async (it) => (await it.next()).value))
        const given = async () => (await cloud.callFunction({ name: 'given' })).result
        tell([await given(), await read(one, two), await given()])
        tell([await read(one, one), await read(two), await given()])
        const last = read(one)
        abort()
        tell([await last, await read(two, two)])
        """
    )
    assert told == [
        [[], ["a", "a"], ["a"]],
        [["b", "c"], ["b"], ["a", "b", "c"]],
        [[None], ["c", None]],
    ]


def test_a_line_that_breaks_ends_its_streams(cloud: FakeCloud, server: Server, tell: Tell) -> None:
    @cloud.ai_model("cut")
    def cut(data: Any) -> Any:
        yield "A poet"
        server.close()
        yield " of the Tang"

    said, failed, again = tell(
        """
        const { textStream } = await cloud.extend.AI.createModel('cut').streamText({ data: {} })
        const reader = textStream[Symbol.asyncIterator]()
        tell((await reader.next()).value)
        tell(await failure(() => reader.next()))
        tell(await failure(() => reader.next()))
        """
    )
    assert said == "A poet"
    assert failed["message"] == again["message"] == "taro-cloud.js: the fake has hung up"


def test_calls_may_be_taken_out_of_their_object(cloud: FakeCloud, tell: Tell) -> None:
    cloud.register_function("add", lambda event, _: event["x"] + event["y"])
    cloud.register_function("seen", lambda event, _: event["open"]["cloudID"])
    told = tell(
        """
        const { callFunction, database, CloudID } = cloud
        tell((await callFunction({ name: 'add', data: { x: 1, y: 2 } })).result)
        tell((await database().collection('todos').count()).total)
        const data = { open: new CloudID('id-1') }
        tell((await callFunction({ name: 'seen', data })).result)
        """
    )
    assert told == [3, 0, "id-1"]


# --- what may be asked ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "steps",
    [
        [],
        "x",
        [["_world"]],
        [["__class__"]],
        [["database", []], ["_world"], ["clock"]],
        [["database", []], ["command"], ["__init__", []]],
        [["extend"], ["AI"]],
        [["callFunction", [{"name": "x"}], "more"]],
        [["callFunction", [{"$made": [["_session"]]}]]],
        [["database", []], ["Geo"], ["mro", []]],
        [["database", []], ["collection", ["todos"]], ["get", [1, 2, 3]]],
        [["callFunction", [{"$nonsense": 1}]]],
        [["callFunction", [{"$binary": "%%"}]]],
        [["database", []], ["collection", ["todos"]], ["add", [{"data": {"d": {"$date": 1e300}}}]]],
    ],
)
def test_a_path_leads_nowhere_but_to_the_sdk(server: Server, steps: Any) -> None:
    error = post(server, {"steps": steps, "init": {"env": ENV}})["error"]
    assert error["message"]
    assert "internal error" not in error["message"]


def test_no_file_of_this_machine_is_read(cloud: FakeCloud, server: Server, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    upload = ["uploadFile", [{"cloudPath": "a", "filePath": str(secret)}]]
    answer = post(server, {"steps": [upload], "init": {"env": ENV}, "transfer": True})
    assert answer["error"]["errMsg"].endswith("file not found")
    assert "error" in post(server, {"steps": [upload], "init": {"env": ENV}})
    cloud.register_function("echo", lambda event, _: event)
    marked = {"$made": [["CDN", [{"type": "filePath", "filePath": str(secret)}]]]}
    call = ["callFunction", [{"name": "echo", "data": {"it": marked}}]]
    assert "error" in post(server, {"steps": [call], "init": {"env": ENV}})


def test_a_page_finds_its_server_and_its_user(cloud: FakeCloud, tell: Tell, server: Server) -> None:
    cloud.register_function("who", lambda _event, context: context.wx_context.get("OPENID"))
    told = tell(
        f"""
        const source = await (await fetch('{server.url}/shim/taro-cloud.js')).text()
        const page = {{
          fetch, URL, Blob, btoa, atob,
          document: {{ currentScript: {{ src: '{server.url}/shim/taro-cloud.js' }} }},
          location: {{ search: '', hash: '#/pages/index?openid=o-page' }},
        }}
        require('vm').runInNewContext(source, page)
        page.wx.cloud.init({{ env: '{ENV}' }})
        tell((await page.wx.cloud.callFunction({{ name: 'who' }})).result)
        const file = {{ cloudPath: 'p.txt', filePath: new Blob(['from a page']) }}
        const {{ fileID }} = await page.wx.cloud.uploadFile(file)
        const {{ tempFilePath }} = await page.wx.cloud.downloadFile({{ fileID }})
        tell([tempFilePath.slice(0, 5), await (await fetch(tempFilePath)).text()])
        """
    )
    assert told == ["o-page", ["blob:", "from a page"]]


def test_pages_of_elsewhere_are_refused(server: Server) -> None:
    asked = urllib.request.Request(f"{server.url}/taro", b"{}", {"Origin": "https://evil.example"})
    with pytest.raises(urllib.error.HTTPError, match="403") as caught:
        urllib.request.urlopen(asked)
    caught.value.close()


def test_the_server_gives_the_file_out(server: Server) -> None:
    with urllib.request.urlopen(f"{server.url}/shim/taro-cloud.js") as response:
        assert response.headers["content-type"].startswith("text/javascript")
        assert "Taro.cloud" in response.read().decode()

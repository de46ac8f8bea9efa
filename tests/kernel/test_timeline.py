"""The timeline: what it keeps of each call, and how it reads."""

from __future__ import annotations

import copy
import datetime as dt
import gc
import io
import os
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cloud_fake import CloudError, FakeCloud
from cloud_fake.kernel.rendering import TEXT_WIDTH, WIDTH, render_text, render_value
from cloud_fake.kernel.timeline import Timeline
from cloud_fake.services.storage.links import Response
from tests.kernel import story

MILK = "07f27aa9426da58448c51322f9cf0df7"

TRANSCRIPT = Path(story.__file__).with_suffix(".txt").read_text("utf-8").removesuffix("\n")


@pytest.fixture
def told() -> Timeline:
    """The timeline of the story."""
    return story.tell().calls


# --- the transcript ------------------------------------------------------------------------------


def _edit(value: Any) -> None:
    """Edit all that can be, at any depth."""
    for item in list(value.values() if isinstance(value, dict) else value):
        if isinstance(item, (dict, list)):
            _edit(item)
    if isinstance(value, dict):
        value["edited"] = "later"
    else:
        value.append("edited later")


#: What each call is given, and where in its answer there is something to edit.
EDITED: list[tuple[str, dict[str, Any]]] = [
    ("todos.add", {"data": {"tags": ["a"], "who": {"name": "Ada"}}}),
    ("todos.doc(milk).set", {"data": {"tags": ["a"], "who": {"name": "Ada"}}}),
    ("todos.doc(milk).update", {"data": {"who": {"name": "Ada"}, "tags": ["b"]}}),
    ("todos.doc(milk).get", {}),
    ("todos.get", {}),
    ("todos.aggregate().end", {}),
    ("callFunction", {"name": "echo", "data": {"list": [{"n": 1}]}}),
    ("getTempFileURL", {"fileList": [{"fileID": "cloud://x.y/z.png", "maxAge": 60}]}),
    ("deleteFile", {"fileList": ["cloud://x.y/z.png"]}),
]


@pytest.mark.parametrize(("name", "options"), EDITED, ids=[name for name, _ in EDITED])
def test_what_is_edited_later_stands_as_it_was_said(
    world: FakeCloud, app: Any, name: str, options: dict[str, Any]
) -> None:
    world.seed({"todos": [{"_id": "milk", "tags": ["x"], "who": {"name": "Bo"}}]})
    world.register_function("echo", lambda event, context: event)
    todos = app.database().collection("todos")
    calls = {
        "todos.add": todos.add,
        "todos.doc(milk).set": todos.doc("milk").set,
        "todos.doc(milk).update": todos.doc("milk").update,
        "todos.doc(milk).get": todos.doc("milk").get,
        "todos.get": todos.get,
        "todos.aggregate().end": todos.aggregate().end,
    }
    given = copy.deepcopy(options)
    answer = (calls.get(name) or getattr(app, name))(**given)
    call = world.calls[-1]
    assert call.result == answer
    assert type(call.result) is type(answer)
    assert not given or call.options.keys() == given.keys()
    said, stored = str(world.calls), copy.deepcopy(world.fork().export("todos"))
    for edited in (given, answer, call.result, call.arguments):
        _edit(edited)
    assert str(world.calls) == said
    assert world.fork().export("todos") == stored


def test_the_transcript(told: Timeline) -> None:
    assert str(told) == TRANSCRIPT
    assert told.lines() == TRANSCRIPT.splitlines()


@pytest.mark.parametrize("hash_seed", ["1", "2"])
def test_the_same_seed_gives_the_same_bytes_in_every_process(hash_seed: str) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", story.__file__],
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(sys.path)},
        cwd=Path(story.__file__).parent,
        capture_output=True,
        check=True,
    )
    assert done.stdout.decode() == TRANSCRIPT


def test_another_seed_gives_other_ids_and_the_same_story(told: Timeline) -> None:
    other = story.tell(seed=8).calls
    assert [call.name for call in other] == [call.name for call in told]
    assert other[0].result["_id"] != told[0].result["_id"]


def test_it_counts_from_its_first_call(world: FakeCloud, app: Any) -> None:
    world.clock.advance(hours=5)
    app.database().collection("todos").get()
    world.clock.advance(hours=30, minutes=2, milliseconds=3_250)
    app.database().collection("todos").get()
    begun, moved, later = world.calls.lines()
    assert (begun.split()[0], later.split()[0]) == ("+00:00:00.000", "+30:02:03.250")
    assert moved == "+00:00:00.000              · clock: +108123.25s"


def test_it_counts_from_a_note_that_comes_first() -> None:
    cloud = FakeCloud(env="dev")
    cloud.clock.freeze(story.NOON)  # hours or years after the cloud was made
    cloud.calls.note("print", "hello")
    cloud.clock.advance(3)
    cloud.calls.note("print", "and again")
    assert [line.split()[0] for line in cloud.calls.lines()] == ["+00:00:00.000", "+00:00:03.000"]


def test_notes_stand_between_the_calls(world: FakeCloud) -> None:
    todos = world.database().collection("todos")
    todos.count()
    world.calls.note("print", "hello", depth=1)
    todos.count()
    assert world.calls.lines()[1] == "+00:00:00.000" + " " * 16 + "· print: hello"
    assert len(world.calls) == 2
    assert len(world.calls.entries) == 3


# --- a call --------------------------------------------------------------------------------------


def test_a_call_knows_what_was_asked_and_answered(told: Timeline) -> None:
    call = told[0]
    assert (call.number, call.name, call.target, call.api, call.caller) == (
        1,
        "database.todos.add",
        "todos",
        "collection.add",
        "o-alice",
    )
    assert call.arguments == {"data": {"text": "milk", "price": 3}}
    assert call.result == {"_id": MILK, "errMsg": "collection.add:ok"}
    assert call.error is None
    assert call.ok
    assert call.outcome() == f"→ {{_id: '{MILK}', errMsg: 'collection.add:ok'}}"
    assert (call.at, call.ended) == (story.NOON, story.NOON)
    assert repr(call) == f"<Call 1 database.todos.add {call.outcome()}>"


def test_the_arguments_are_those_of_the_whole_chain(told: Timeline) -> None:
    assert told[1].arguments == {
        "where": {"price": {"$gt": 2}},
        "orderBy": (("price", -1),),
        "limit": 5,
    }


def test_a_failed_call_keeps_the_caller_s_error(world: FakeCloud, app: Any) -> None:
    with pytest.raises(CloudError) as caught:
        app.database().collection("nowhere").get()
    call = world.calls[-1]
    assert call.error is caught.value
    assert call.result is None
    assert not call.ok
    assert call.outcome().startswith("✗ -502005 [ResourceNotFound] Db or Table not")


def test_a_call_knows_the_rules_that_struck_it(told: Timeline) -> None:
    assert [(call.name, call.faults) for call in told if call.faults] == [
        ("database.todos.count", ("delay(seconds=1.5)",)),
        ("database.todos.update", ("lost_reply",)),
    ]


def test_a_delayed_call_ends_later_than_it_began(told: Timeline) -> None:
    (count,) = told.to("database.todos.count")
    assert count.ended is not None
    assert count.ended - count.at == dt.timedelta(seconds=1.5)


def test_a_call_knows_the_function_inside_which_it_was_made(told: Timeline) -> None:
    pay, count, note, add = told[2:6]
    assert (pay.inside, count.inside, note.inside, add.inside) == (None, pay, pay, note)
    assert [call.depth for call in (pay, count, note, add)] == [0, 1, 1, 2]
    assert [call.caller for call in (pay, count, note, add)] == [
        "o-alice",
        "in pay",
        "in pay",
        "in note",
    ]
    assert pay.ended == note.ended == story.NOON + dt.timedelta(minutes=11, seconds=1.5)


def test_while_a_call_runs_its_line_is_open(world: FakeCloud, app: Any) -> None:
    seen: list[Any] = []

    @world.function("look")
    def look(event: Any, context: Any) -> None:
        seen.extend((world.calls[0].ended, world.calls[0].ok, world.calls[0].outcome()))

    app.callFunction(name="look")
    assert seen == [None, False, "…"]


CALLERS = [("o-alice", "o-alice"), (None, "nobody")]


@pytest.mark.parametrize(("openid", "caller"), CALLERS)
def test_callers(openid: str | None, caller: str) -> None:
    cloud = FakeCloud(env="dev", openid=openid, collections=["todos"])
    cloud.set_collection_permission("todos", "READONLY")
    cloud.database().collection("todos").get()
    cloud.server.database().collection("todos").get()
    assert [call.caller for call in cloud.calls] == [caller, "server"]


# --- the sequence --------------------------------------------------------------------------------

GLOBS = [
    ("database.todos.add", [1, 6, 10]),
    ("database.todos.*", [1, 2, 4, 6, 7, 10, 11, 12]),
    ("function.*", [3, 5, 8]),
    ("*.ge?", [2, 9, 11]),
    ("*", list(range(1, 13))),
    ("storage.*", []),
    ("todos", []),
]


@pytest.mark.parametrize(("pattern", "numbers"), GLOBS)
def test_calls_to_a_glob(told: Timeline, pattern: str, numbers: list[int]) -> None:
    assert [call.number for call in told.to(pattern)] == numbers


def test_it_is_a_sequence_of_calls(told: Timeline) -> None:
    assert len(told) == 12
    assert [call.number for call in told] == list(range(1, 13))
    assert told[-1].number == 12
    assert [call.number for call in told[1:3]] == [2, 3]
    assert told[0] in told
    assert repr(told) == "<Timeline of 12 calls>"


def test_a_loop_over_the_calls_may_make_calls(world: FakeCloud) -> None:
    todos = world.database().collection("todos")
    todos.get()
    for _call in world.calls:
        todos.get()
    assert len(world.calls) == 2


def test_reset_begins_anew(world: FakeCloud) -> None:
    todos = world.database().collection("todos")
    todos.get()
    world.clock.advance(hours=1)
    world.reset()
    assert str(world.calls) == ""
    todos.get()
    assert world.calls[0].number == 1
    assert world.calls.lines()[0].startswith("+00:00:00.000")


def test_a_fork_begins_with_an_empty_timeline(world: FakeCloud) -> None:
    world.database().collection("todos").get()
    child = world.fork()
    assert len(child.calls) == 0
    child.database().collection("todos").get()
    assert len(world.calls) == 1


# --- how values look -----------------------------------------------------------------------------


class Plain:
    """Its default repr holds an address."""


class Broken:
    """Cannot be shown."""

    def __repr__(self) -> str:
        raise ValueError("no repr")


RENDERED = [
    (None, "null"),
    (True, "true"),
    (False, "false"),
    (3, "3"),
    (2.5, "2.5"),
    ("it's", '"it\'s"'),
    (b"123", "<3 bytes>"),
    (bytearray(2), "<2 bytes>"),
    (story.NOON, "2026-03-04T12:00:00.000Z"),
    ({}, "{}"),
    ({"a": {"b": {"c": {}}}}, "{a: {b: {c: {}}}}"),
    ({"a": {"b": {"c": {"d": 1}}}}, "{a: {b: {c: {…}}}}"),
    ([[[[1]]]], "[[[[…]]]]"),
    (list(range(9)), "[0, 1, 2, 3, 4, 5, … 9 in all]"),
    (dict.fromkeys("abcdefg", 1), "{a: 1, b: 1, c: 1, d: 1, e: 1, f: 1, …}"),
    ({"b", "a", "c"}, "{'a', 'b', 'c'}"),
    ({"given": None, "inner": {"none": None}}, "{inner: {none: null}}"),
    (story.tell, "<tell>"),
    (lambda: None, "<lambda>"),
    (io.BytesIO(b"123"), "<BytesIO>"),
    (Response(403, b"x" * 5000), "<Response 403, 5000 bytes>"),
    (Plain(), "<Plain>"),
    (Broken(), "<Broken>"),
]


@pytest.mark.parametrize(("value", "text"), RENDERED)
def test_how_a_value_looks(value: Any, text: str) -> None:
    assert render_value(value) == text


def test_a_value_that_holds_itself_has_an_end() -> None:
    endless: dict[str, Any] = {}
    endless["again"] = endless
    assert render_value(endless) == "{again: {again: {again: {…}}}}"


TEXTS = [
    ("one\ntwo", "one"),
    ("one\r\ntwo", "one"),
    ("", ""),
    ("x" * 300, "x" * (TEXT_WIDTH - 1) + "…"),
    ("<object object at 0x7f0efc54e6d0>", "<object object at 0x…>"),
]


@pytest.mark.parametrize(("text", "shown"), TEXTS)
def test_how_a_text_looks(text: str, shown: str) -> None:
    assert render_text(text) == shown


def test_a_failure_is_told_without_what_is_for_the_platform_s_staff(world: FakeCloud) -> None:
    with pytest.raises(CloudError, match=r"\(callId: .*\(trace: "):
        world.callFunction(name="nowhere")
    assert world.calls[0].outcome() == (
        "✗ cloud.callFunction:fail Error: errCode: -501000  | errMsg: FunctionName parameter could "
        "not be found."
    )


def test_a_long_value_is_cut() -> None:
    assert len(render_value({"text": "x" * 500})) == WIDTH
    assert render_value([1, 2, 3], width=5) == "[1, …"


# --- how much it keeps ---------------------------------------------------------------------------


def made_busy(cloud: FakeCloud, times: int) -> FakeCloud:
    record = cloud.database().collection("todos").doc("a")
    record.set(data={"n": 1})
    for _ in range(times):
        record.get()
    return cloud


def stored_by(busy: Callable[[], object]) -> int:
    """How many bytes are there more once something has been done."""
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        busy()
        gc.collect()
        return tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()


def test_all_is_kept_and_a_call_takes_less_than_a_kilobyte() -> None:
    cloud = made_busy(FakeCloud(env="dev", collections=["todos"]), 100)
    assert stored_by(lambda: made_busy(cloud, 2000)) < 2000 * 1024
    assert len(cloud.calls) == 2102


def test_with_a_limit_the_newest_are_kept_and_memory_does_not_grow() -> None:
    cloud = made_busy(FakeCloud(env="dev", collections=["todos"], timeline_limit=50), 200)
    assert stored_by(lambda: made_busy(cloud, 2000)) < 100 * 1024
    assert 50 <= len(cloud.calls) < 100
    assert cloud.calls[-1].number == 2202
    assert cloud.calls[-1].attempt == len(cloud.calls)
    assert len(cloud.calls.lines()) == len(cloud.calls.entries) < 100


def test_with_a_limit_notes_go_as_calls_do() -> None:
    cloud = made_busy(FakeCloud(env="dev", collections=["todos"], timeline_limit=50), 10)
    for _ in range(1000):
        cloud.clock.advance(1)
    assert len(cloud.calls.entries) < 100
    assert len(cloud.calls) == 0

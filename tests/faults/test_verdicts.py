"""What a line of the timeline and a rule's verdict say of a call that was struck."""

# ruff: noqa: E501 - a row of a table is one line
from __future__ import annotations

import contextlib
from typing import Any

import pytest

from cloud_fake import CloudError, FakeCloud
from tests.faults.acts import ACTS, fails

# --- a line --------------------------------------------------------------------------------------

LINES = [
    ("database.todos.add: lost_reply", "✗ collection.add:fail request:fail timeout (done all the same)"),
    ("database.todos.add: lost_request", "✗ collection.add:fail request:fail timeout"),
    ("database.todos.add: hang(seconds=2.5)", "✗ collection.add:fail request:fail timeout (after 2.5s)"),
    ("database.todos.add: late_reply", "✗ collection.add:fail request:fail timeout (after 60s; done all the same)"),
    ('database.todos.add: fail(code="internal")', "✗ -501001 resource system error"),
    ('database.todos.add: fail(code="network")', "✗ collection.add:fail request:fail timeout"),
    ('function.pay: fail(code="rate_limited")', "✗ cloud.callFunction:fail Error: errCode: -501003 exceed request limit | errMsg: exceed request limit"),
    ("function.pay: crash", "✗ cloud.callFunction:fail Error: errCode: -504002 functions execute fail | errMsg: Process exited unexpectedly before completing request"),
    ("storage.upload: stuck", "✗ cloud.uploadFile:fail request:fail timeout (after 60s)"),
    ("storage.upload: lost_reply", "✗ cloud.uploadFile:fail request:fail timeout (done all the same)"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "told"), LINES)
def test_how_a_call_failed(busy: FakeCloud, app: Any, rule: str, told: str) -> None:
    busy.faults.add(rule)
    name = rule.partition(":")[0]
    assert fails(ACTS[name].do, app)
    (call,) = busy.calls.to(name)[-1:]
    assert call.outcome() == told


ANSWERS = [
    ("database.todos.update: executed_twice", "(done twice)"),
    ("database.todos.update: delay(seconds=0.25)", "(after 0.25s)"),
    ("storage.delete: fail_items", "(failed: item 1 of 1)"),
    ("database.todos.update: delay(seconds=0)", "'document.update:ok'}"),
]


@pytest.mark.parametrize(("rule", "end"), ANSWERS)
def test_what_an_answer_does_not_tell(busy: FakeCloud, app: Any, rule: str, end: str) -> None:
    busy.faults.add(rule)
    name = rule.partition(":")[0]
    ACTS[name].do(app)
    assert busy.calls.to(name)[-1].outcome().endswith(end)


def test_of_many_failed_items_the_first_are_named(world: FakeCloud, app: Any) -> None:
    app.getTempFileURL(fileList=["cloud://nowhere"] * 9)
    told = world.calls[-1].outcome()
    assert told.endswith("(failed: item 1 of 9, item 2 of 9, item 3 of 9, … 9 in all)")


def test_a_call_that_runs_has_no_outcome_yet(world: FakeCloud, app: Any) -> None:
    seen: list[str] = []
    world.register_function("look", lambda event, context: seen.append(world.calls[0].outcome()))
    app.callFunction(name="look")
    assert seen == ["…"]


def test_a_handler_that_is_stopped_says_where(world: FakeCloud, app: Any) -> None:
    @world.function("write", timeout=2)
    def write(event: Any, context: Any) -> None:
        for _ in range(3):
            context.cloud.database().collection("todos").add(data={})

    rules = [
        ("function.write: crash(after=2)", "write: crash, before its call 2"),
        ("function.write: oom(after=9)", "write: memory, at its end"),
        ("database.*: delay(seconds=1.5)", "write: its time of 2s is over, before its call 3"),
    ]
    for rule, told in rules:
        with world.faults.add(rule):
            assert fails(app.callFunction, name="write")
        notes = [line.partition("killed: ")[2] for line in world.calls.lines() if "killed" in line]
        assert notes[-1] == told


# --- a verdict -----------------------------------------------------------------------------------


def verdict(world: FakeCloud, rule: str, *calls: Any) -> str:
    made = world.faults.add(rule)
    for call in calls:
        with contextlib.suppress(CloudError):
            call()
    return world.faults.verdict(made)


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("lost_reply once", "fired 1: handled by retry 1 (1 done twice), surfaced 0"),
        ("lost_request once", "fired 1: handled by retry 1, surfaced 0"),
        ("lost_reply times 2", "fired 2: handled by retry 2 (1 done twice, 1 done 3 times), surfaced 0"),
        ("lost_reply", "fired 3: surfaced 3"),
        ("executed_twice once", "fired 1: answered all the same 1 (1 done twice)"),
        ("delay(seconds=1)", "fired 3: answered all the same 3"),
    ],
)  # fmt: skip
def test_what_became_of_writes(world: FakeCloud, todos: Any, rule: str, told: str) -> None:
    add = lambda: todos.add(data={"n": 1})  # noqa: E731 - three times the same
    assert verdict(world, f"database.todos.add: {rule}", add, add, add) == told


def test_what_became_of_reads(world: FakeCloud, todos: Any) -> None:
    world.seed({"todos": [{"a": "alpha"}]})
    get = todos.where({"a": "alpha"}).get
    assert verdict(world, "database.todos.get: lost_reply once", get, get) == (
        "fired 1: handled by retry 1, surfaced 0"
    )
    assert verdict(world, "database.todos.get: corrupt", get) == "fired 1: answered wrongly 1"


WATCHES = [
    ("gap once", False, "fired 1: the watch went on 1"),
    ("duplicate_event", False, "fired 2: the watch went on 2"),
    ("close once", False, "fired 1: surfaced 1"),
    ("close once", True, "fired 1: handled by retry 1, surfaced 0"),
    ("offline", False, "fired 2: the watch went on 2"),
]


@pytest.mark.parametrize(("rule", "begins_again", "told"), WATCHES)
def test_what_became_of_watches(
    world: FakeCloud, todos: Any, rule: str, begins_again: bool, told: str
) -> None:
    def watch() -> None:
        todos.watch(onChange=lambda it: None, onError=lambda it: None)

    server = world.server.database().collection("todos")
    watch()
    written = [lambda: server.add(data={"_openid": "o-alice"})] * 2
    again = [watch] if begins_again else []
    assert verdict(world, f"watch.todos: {rule}", *written, *again) == told


def test_of_several_services_is_told_what_is_true_of_all(world: FakeCloud, todos: Any) -> None:
    watch = lambda: todos.watch(onChange=lambda it: None, onError=lambda it: None)  # noqa: E731
    slow = verdict(world, "*: delay(seconds=1) times 3", watch, todos.get, todos.count)
    assert slow == "fired 3: answered all the same 3"
    server = world.server.database().collection("todos")
    elsewhere = lambda: server.add(data={"_openid": "o-alice"})  # noqa: E731
    away = verdict(world, "* caller client: offline", elsewhere, todos.count)
    assert away == "fired 2: the watch went on 1, surfaced 1"


def test_a_clock_is_read(world: FakeCloud) -> None:
    read = world.device_clock.now
    assert verdict(world, "device.o-alice: skew(seconds=420)", read, read) == (
        "fired 2: read wrongly 2"
    )


def test_connections_that_break_at_once_stand_on_the_timeline(world: FakeCloud, todos: Any) -> None:
    todos.watch(onChange=lambda it: None, onError=lambda it: None)
    world.faults.close_watches("watch.todos", caller="o-alice", code=1011)
    notes = [line.partition("· ")[2] for line in world.calls.lines() if "· " in line]
    assert notes == [
        "watch: todos for o-alice: #0 init of 0",
        "fault: the connections of watch.todos of o-alice close: 1011",
        "watch: todos for o-alice: ✗ -402009 'Internal Error, code 1011, reason The server is "
        "terminating the connection because it encounte…",
    ]

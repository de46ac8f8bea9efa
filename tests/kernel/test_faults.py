"""Scripted trouble: which rules strike, what the caller sees, what is left behind."""

from __future__ import annotations

import datetime as dt
import math
import sys
from typing import Any

import pytest

from cloud_fake import CloudError, FakeCloud, MisuseError
from cloud_fake.errors import describe
from cloud_fake.errors.codes import BY_NAME, Code


def error_of(call: Any, /, *args: Any, **kwargs: Any) -> CloudError:
    with pytest.raises(CloudError) as caught:
        call(*args, **kwargs)
    return caught.value


def fails(call: Any, /, *args: Any, **kwargs: Any) -> bool:
    try:
        call(*args, **kwargs)
    except CloudError:
        return True
    return False


@pytest.fixture
def todos(app: Any) -> Any:
    """Alice's collection, on either face."""
    return app.database().collection("todos")


def total(world: FakeCloud) -> int:
    """How many records there are, asked past every rule."""
    with world.faults.quiet():
        return world.server.database().collection("todos").count().total


# --- fail ----------------------------------------------------------------------------------------


def test_a_failed_write_leaves_no_trace(world: FakeCloud, todos: Any) -> None:
    world.faults.fail("database.todos.add", code=-502001)
    assert error_of(todos.add, data={"text": "milk"}).errCode == -502001
    assert total(world) == 0


def test_a_failed_update_and_remove_leave_the_record(world: FakeCloud, todos: Any) -> None:
    (milk,) = world.seed({"todos": [{"text": "milk"}]})["todos"]
    world.faults.fail("database.todos.update")
    world.faults.fail("database.todos.remove")
    assert fails(todos.doc(milk).update, data={"text": "tea"})
    assert fails(todos.doc(milk).remove)
    assert todos.doc(milk).get()["data"]["text"] == "milk"


def test_a_function_that_fails_never_runs(world: FakeCloud, app: Any) -> None:
    ran: list[Any] = []
    world.register_function("pay", lambda event, context: ran.append(event))
    world.faults.fail("function.pay", code=-501004, times=1)
    error = error_of(app.callFunction, name="pay")
    assert (error.errCode, error.code) == (-1, -501004)
    assert "errCode: -501004 exceed concurrent request limit | errMsg: " in error.errMsg
    assert ran == []
    app.callFunction(name="pay")
    assert len(ran) == 1


def test_a_failed_upload_stores_nothing(world: FakeCloud, app: Any, tmp_path: Any) -> None:
    (tmp_path / "a.txt").write_bytes(b"x")
    world.faults.fail("storage.upload", times=1)
    options = {"cloudPath": "a.txt", "filePath": str(tmp_path / "a.txt")}
    assert fails(app.uploadFile, options)
    file_id = app.uploadFile(options)["fileID"]
    world.faults.fail("storage.delete")
    assert fails(app.deleteFile, fileList=[file_id])
    assert app.downloadFile(fileID=file_id)["statusCode"] == 200


@pytest.mark.parametrize("code", BY_NAME.values(), ids=lambda code: code.name.strip())
def test_every_code_is_worded_by_the_caller_s_sdk(world: FakeCloud, code: Code) -> None:
    world.faults.fail("database.todos.count", code=code.client, message="so it is")
    error = error_of(world.database().collection("todos").count)
    assert (error.errCode, error.errMsg) == (code.client, "so it is")
    assert str(error) == f"Error: errCode: {code.client} {describe(code.client)} | errMsg: so it is"
    server = Code.numbered(code.client).server
    error = error_of(world.server.database().collection("todos").count)
    assert (error.errCode, error.errMsg) == (
        server,
        f"collection.count:fail {server} {describe(server)}. so it is",
    )


FAILURES = [
    ({}, -501001, "resource system error"),
    ({"code": -502005}, -502005, "database collection not exists"),
    ({"code": -502005, "message": "gone"}, -502005, "gone"),
    ({"code": -599999}, -599999, "injected failure"),
]


@pytest.mark.parametrize(("given", "code", "text"), FAILURES)
def test_the_default_code_and_text(
    world: FakeCloud, todos: Any, given: Any, code: int, text: str
) -> None:
    world.faults.fail("database.todos.get", **given)
    error = error_of(todos.get)
    assert (error.errCode, error.errMsg) == (code, text)


def test_a_failing_callback_form_tells_fail_and_complete(world: FakeCloud) -> None:
    world.faults.fail("database.todos.get")
    told: list[Any] = []
    todos = world.database().collection("todos")
    todos.get(success=lambda answer: told.append("success"), fail=told.append, complete=told.append)
    assert [error.errCode for error in told] == [-501001, -501001]


# --- lose_reply ----------------------------------------------------------------------------------


def test_a_lost_reply_leaves_the_write(world: FakeCloud, todos: Any) -> None:
    world.faults.lose_reply("database.todos.add", times=1)
    error = error_of(todos.add, data={"text": "milk"})
    assert (error.errCode, error.errMsg) == (-1, "collection.add:fail request:fail timeout")
    todos.add(data={"text": "milk"})  # the naive retry
    assert total(world) == 2


def test_a_function_whose_reply_is_lost_has_run(world: FakeCloud, app: Any) -> None:
    ran: list[Any] = []
    world.register_function("pay", lambda event, context: ran.append(event))
    world.faults.lose_reply("function.pay")
    error = error_of(app.callFunction, name="pay")
    assert error.errMsg == "cloud.callFunction:fail request:fail timeout"
    assert len(ran) == 1


def test_a_lost_reply_of_a_call_that_fails_anyway_never_strikes(world: FakeCloud, app: Any) -> None:
    rule = world.faults.lose_reply("database.nowhere.add")
    error = error_of(app.database().collection("nowhere").add, data={})
    assert error.errCode == -502005
    assert rule.fired == 0


# --- delay ---------------------------------------------------------------------------------------


def test_a_delayed_write_gets_a_later_server_date(world: FakeCloud, app: Any, todos: Any) -> None:
    began = world.clock.now()
    world.faults.delay("database.todos.add", seconds=5)
    record = todos.add(data={"at": app.database().serverDate()})
    at = todos.doc(record["_id"]).get()["data"]["at"]
    assert dt.timedelta(seconds=4.999) <= at - began <= dt.timedelta(seconds=5)
    assert world.clock.now() == began + dt.timedelta(seconds=5)


@pytest.mark.parametrize(("seconds", "in_time"), [(2.5, True), (3.5, False)])
def test_a_delay_inside_a_function_uses_up_its_time(
    world: FakeCloud, app: Any, seconds: float, in_time: bool
) -> None:
    @world.function("slow", timeout=3)
    def slow(event: Any, context: Any) -> str:
        context.cloud.database().collection("todos").add(data={})
        return "in time"

    world.faults.delay("database.todos.add", seconds=seconds)
    if in_time:
        assert app.callFunction(name="slow")["result"] == "in time"
    else:
        error = error_of(app.callFunction, name="slow")
        assert error.code == -504003
        assert "Invoking task timed out after 3 seconds" in error.errMsg
    assert total(world) == 1


def test_a_delayed_request_does_not_use_up_the_function_s_time(world: FakeCloud, app: Any) -> None:
    world.register_function("quick", lambda event, context: "in time", timeout=3)
    world.faults.delay("function.quick", seconds=60)
    assert app.callFunction(name="quick")["result"] == "in time"


def test_delays_add_up(world: FakeCloud, todos: Any) -> None:
    began = world.clock.now()
    world.faults.delay("database.*", seconds=1)
    world.faults.delay("database.todos.*", seconds=2)
    todos.get()
    assert world.clock.now() - began == dt.timedelta(seconds=3)


def test_what_falls_due_during_a_delay_happens_in_its_middle(world: FakeCloud, todos: Any) -> None:
    told: list[int] = []
    world.clock.at(world.clock.now() + dt.timedelta(seconds=1), lambda: told.append(total(world)))
    world.faults.delay("database.todos.add", seconds=2)
    todos.add(data={})
    assert told == [0]


# --- times, order and overlap --------------------------------------------------------------------


def test_times_is_how_often_a_rule_strikes(world: FakeCloud, todos: Any) -> None:
    rule = world.faults.fail("database.todos.get", times=2)
    assert [fails(todos.get) for _ in range(4)] == [True, True, False, False]
    assert (rule.fired, rule.exhausted) == (2, True)


def test_without_times_it_strikes_always(world: FakeCloud, todos: Any) -> None:
    rule = world.faults.fail("database.todos.get")
    assert all(fails(todos.get) for _ in range(5))
    assert (rule.fired, rule.exhausted) == (5, False)


def test_of_several_failures_the_newest_rule_counts(world: FakeCloud, todos: Any) -> None:
    world.faults.fail("database.todos.get", code=-502003, times=1)
    world.faults.fail("database.*", code=-502001, times=1)
    assert [error_of(todos.get).errCode for _ in range(2)] == [-502001, -502003]
    assert not fails(todos.get)


def test_a_request_is_late_before_it_fails_and_fails_before_its_reply_is_lost(
    world: FakeCloud, todos: Any
) -> None:
    began = world.clock.now()
    lost = world.faults.lose_reply("database.todos.add")
    failed = world.faults.fail("database.todos.add", code=-502001, times=1)
    late = world.faults.delay("database.todos.add", seconds=1, times=1)
    assert error_of(todos.add, data={}).errCode == -502001
    assert world.clock.now() - began == dt.timedelta(seconds=1)
    assert (late.fired, failed.fired, lost.fired) == (1, 1, 0)
    assert total(world) == 0
    assert error_of(todos.add, data={}).errCode == -1
    assert total(world) == 1


def test_a_call_that_the_sdk_refuses_is_struck_by_nothing(world: FakeCloud, todos: Any) -> None:
    rule = world.faults.fail("database.todos.add")
    assert error_of(todos.add, data=5).errCode == -401003
    assert rule.fired == 0


# --- patterns ------------------------------------------------------------------------------------

PATTERNS = [
    "database.todos.add",
    "database.*.add",
    "database.*",
    "*.add",
    "*",
    "database.todo?.add",
    "d*.t*s.a?d",
    "*todos*",
]
OTHERS = ["database.orders.add", "database.todos.get", "storage.*", "function.*", "database.todo.*"]


@pytest.mark.parametrize(
    ("pattern", "struck"),
    [*[(pattern, True) for pattern in PATTERNS], *[(pattern, False) for pattern in OTHERS]],
)
def test_patterns_are_globs_over_canonical_names(
    world: FakeCloud, todos: Any, pattern: str, struck: bool
) -> None:
    world.faults.fail(pattern, optional=True)
    assert fails(todos.add, data={}) is struck


@pytest.mark.parametrize(
    "pattern",
    ["database.a*b.add", "function.pay.v2", "function.*-*", "storage.?pload", "??nction.x"],
)
def test_a_pattern_that_can_strike_something_is_taken(world: FakeCloud, pattern: str) -> None:
    world.faults.fail(pattern, optional=True)


UNKNOWN = [
    ("database.todos.ad", "; did you mean 'database.todos.add'?"),
    ("storge.upload", "; did you mean 'storage.upload'?"),
    ("storage.uplod", "; did you mean 'storage.upload'?"),
    ("functions.pay", "; did you mean 'function.pay'?"),
    ("database.get", "; did you mean 'database.*.get'?"),
    ("Database.todos.add", "; did you mean 'database.todos.add'?"),
    ("datbase.todos.*", "; did you mean 'database.todos.set'?"),
    ("storage.uplod*", "; did you mean 'storage.upload'?"),
    ("x", ""),
    ("", ""),
]


@pytest.mark.parametrize(("pattern", "hint"), UNKNOWN)
def test_a_pattern_that_can_never_strike_is_a_mistake(
    world: FakeCloud, pattern: str, hint: str
) -> None:
    for arm in (world.faults.fail, world.faults.lose_reply):
        with pytest.raises(MisuseError) as caught:
            arm(pattern)
        assert str(caught.value) == f"no operation is called {pattern!r}{hint}"
    assert world.faults.rules == ()


MISTAKES: list[tuple[str, dict[str, Any], str]] = [
    ("fail", {"pattern": 5}, "a pattern is a glob over names such as storage.upload, not 5"),
    *[
        (
            "fail",
            {"code": code},
            f"a code is one of the platform's numbers, -502001 say, or one of network, timeout, "
            f"permission, not_found, rate_limited, quota, conflict, internal, not {code!r}",
        )
        for code in (0, True, 1.5, None)
    ],
    ("fail", {"code": "netwrok"}, "no error is called 'netwrok'; did you mean 'network'?"),
    *[
        (how, {"times": times}, f"times is how often a rule strikes, 1 or more, not {times!r}")
        for how in ("fail", "lose_reply")
        for times in (0, -1, 1.5, "2", True)
    ],
    *[
        ("delay", {"seconds": seconds}, f"delay() takes seconds, 0 or more, not {seconds!r}")
        for seconds in (-1, "5", None, True, math.inf, math.nan)
    ],
]


@pytest.mark.parametrize(("how", "given", "text"), MISTAKES)
def test_a_rule_that_makes_no_sense_is_a_mistake(
    world: FakeCloud, how: str, given: dict[str, Any], text: str
) -> None:
    with pytest.raises(MisuseError) as caught:
        getattr(world.faults, how)(**{"pattern": "database.todos.add", **given})
    assert str(caught.value) == text
    assert world.faults.rules == ()


# --- steering ------------------------------------------------------------------------------------


def test_a_rule_can_be_stopped(world: FakeCloud, todos: Any) -> None:
    rule = world.faults.fail("database.todos.get")
    assert fails(todos.get)
    rule.stop()
    assert not fails(todos.get)


def test_a_rule_strikes_within_its_with_block(world: FakeCloud, todos: Any) -> None:
    with world.faults.fail("database.todos.get") as rule:
        assert fails(todos.get)
    assert not fails(todos.get)
    assert rule.fired == 1


def test_heal_stops_every_rule_and_remembers_them(world: FakeCloud, todos: Any) -> None:
    rules = (
        world.faults.fail("database.todos.get"),
        world.faults.fail("database.todos.count"),
    )
    assert fails(todos.get)
    world.faults.heal()
    assert not fails(todos.get)
    assert not fails(todos.count)
    assert world.faults.rules == rules
    assert world.faults.unused() == [rules[1]]


def test_clear_forgets_every_rule(world: FakeCloud, todos: Any) -> None:
    world.faults.fail("database.todos.get")
    world.faults.clear()
    assert not fails(todos.get)
    assert world.faults.rules == ()
    assert world.faults.unused() == []


def test_a_rule_made_after_healing_strikes(world: FakeCloud, todos: Any) -> None:
    world.faults.fail("database.todos.get")
    assert fails(todos.get)
    world.faults.heal()
    world.faults.fail("database.todos.count")
    assert not fails(todos.get)
    assert fails(todos.count)


def test_no_rule_strikes_within_quiet(world: FakeCloud, todos: Any) -> None:
    rule = world.faults.fail("database.todos.get")
    with world.faults.quiet():
        assert not fails(todos.get)
        with world.faults.quiet():
            assert not fails(todos.get)
        assert not fails(todos.get)
    assert rule.fired == 0
    assert fails(todos.get)


def test_a_rule_made_within_quiet_strikes_after_it(world: FakeCloud, todos: Any) -> None:
    with world.faults.quiet():
        world.faults.fail("database.todos.get")
        assert not fails(todos.get)
    assert fails(todos.get)


def test_healing_within_quiet_lasts(world: FakeCloud, todos: Any) -> None:
    world.faults.fail("database.todos.get")
    assert fails(todos.get)
    with world.faults.quiet():
        world.faults.heal()
    assert not fails(todos.get)


def test_quiet_ends_when_its_block_raises(world: FakeCloud, todos: Any) -> None:
    world.faults.fail("database.todos.get")
    with pytest.raises(ValueError, match="mine"), world.faults.quiet():
        raise ValueError("mine")
    assert fails(todos.get)


def test_reset_forgets_the_rules(world: FakeCloud, todos: Any) -> None:
    world.faults.fail("database.todos.get")
    world.reset()
    assert world.faults.rules == ()
    assert not fails(todos.get)


def test_a_fork_has_no_rules(world: FakeCloud) -> None:
    world.faults.fail("database.todos.get")
    assert not fails(world.fork().database().collection("todos").get)


# --- what a rule says of itself ------------------------------------------------------------------


def test_unused_are_the_rules_that_had_to_strike(world: FakeCloud, todos: Any) -> None:
    used = world.faults.fail("database.todos.get", times=3)
    unused = world.faults.fail("database.todos.count")
    world.faults.fail("database.todos.remove", optional=True)
    assert fails(todos.get)
    assert world.faults.unused() == [unused]
    assert (used.fired, used.exhausted) == (1, False)


RULES: list[tuple[str, dict[str, Any], str]] = [
    ("fail", {"code": -502001, "times": 2}, "database.todos.add: fail(code=-502001) times 2"),
    ("fail", {}, "database.todos.add: fail"),
    ("delay", {"seconds": 2.5}, "database.todos.add: delay(seconds=2.5)"),
    ("lose_reply", {"times": 1}, "database.todos.add: lost_reply once"),
]


@pytest.mark.parametrize(("how", "given", "text"), RULES)
def test_a_rule_reads_as_what_it_does(
    world: FakeCloud, how: str, given: dict[str, Any], text: str
) -> None:
    rule = getattr(world.faults, how)("database.todos.add", **given)
    assert str(rule) == text
    assert repr(rule) == f"<Rule {text}, fired 0>"


@pytest.mark.parametrize("how", ["fail", "lose_reply"])
def test_a_rule_knows_the_line_where_it_was_made(world: FakeCloud, how: str) -> None:
    rule, line = getattr(world.faults, how)("database.todos.add"), sys._getframe().f_lineno
    assert rule.made_at == f"{__file__}:{line}"


# --- who is immune -------------------------------------------------------------------------------


def test_the_control_plane_is_immune(world: FakeCloud) -> None:
    rule = world.faults.fail("*")
    world.create_collection("orders", permission="READONLY")
    world.set_collection_permission("orders", "PRIVATE")
    world.set_storage_permission("PRIVATE")
    world.seed({"orders": [{"pay": 5}]})
    world.restore(world.snapshot())
    assert rule.fired == 0
    assert len(world.calls) == 0


def test_everybody_who_calls_is_struck(world: FakeCloud) -> None:
    world.faults.fail("database.todos.get")
    for caller in (world, world.as_user("o-bob"), world.server):
        assert fails(caller.database().collection("todos").get)


def test_a_handler_s_own_calls_are_struck(world: FakeCloud, app: Any) -> None:
    @world.function("count")
    def count(event: Any, context: Any) -> Any:
        todos = context.cloud.database().collection("todos")
        return [fails(todos.count), todos.count()["total"]]

    world.faults.fail("database.todos.count", times=1)
    assert app.callFunction(name="count")["result"] == [True, 0]


def test_one_world_s_rules_do_not_strike_another(world: FakeCloud) -> None:
    other = FakeCloud(env="dev", collections=["todos"])
    world.faults.fail("database.*")
    assert not fails(other.database().collection("todos").get)


def test_links_can_fail_too(world: FakeCloud) -> None:
    file_id = world.server.uploadFile(cloudPath="a.txt", fileContent=b"x").fileID
    url = world.server.getTempFileURL(fileList=[file_id]).fileList[0].tempFileURL
    world.faults.fail("storage.fetch", times=1)
    assert fails(world.fetch, url)
    assert world.fetch(url).status_code == 200

"""Timers of functions and delayed tasks: what runs by itself, when, and what it is told."""

from __future__ import annotations

import datetime as dt
import json
import threading
from typing import Any

import pytest
from freezegun import freeze_time

from cloud_fake import CloudError, FakeCloud, MisuseError

#: Two in the morning in China, on the day it is in UTC.
NIGHT = "0 0 2 * * * *"
START = dt.datetime(2024, 3, 1, tzinfo=dt.UTC)
FIRST = dt.datetime(2024, 3, 1, 18, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


@pytest.fixture
def cloud() -> FakeCloud:
    cloud = FakeCloud(env="dev-1a2b3c", openid="o-alice", collections=["todos"], seed=7)
    cloud.clock.freeze(START)
    return cloud


def runs(cloud: FakeCloud, name: str = "nightly") -> list[dt.datetime]:
    return [call.at for call in cloud.calls.to(f"timer.{name}")]


def nothing(_event: Any, _context: Any) -> None:
    pass


# --- when ----------------------------------------------------------------------------------------


def test_each_run_is_at_its_own_instant_in_order_and_once(cloud: FakeCloud) -> None:
    seen: list[tuple[str, dt.datetime]] = []

    @cloud.function("nightly", timer=NIGHT)
    def nightly(_event: Any, _context: Any) -> None:
        seen.append(("nightly", cloud.clock.now()))

    @cloud.function("noon", timer="0 0 12 * * * *")
    def noon(_event: Any, _context: Any) -> None:
        seen.append(("noon", cloud.clock.now()))

    cloud.clock.advance(days=2)
    assert seen == [
        ("noon", START + dt.timedelta(hours=4)),
        ("nightly", FIRST),
        ("noon", START + dt.timedelta(hours=28)),
        ("nightly", FIRST + DAY),
    ]
    cloud.clock.advance(0)
    assert len(seen) == 4
    assert cloud.clock.now() == START + 2 * DAY


def test_timers_of_one_instant_run_one_after_the_other(cloud: FakeCloud) -> None:
    order: list[str] = []

    def clerk(name: str) -> Any:
        def run(_event: Any, context: Any) -> None:
            order.append(f"{name} begins")
            context.cloud.database().collection("todos").add(data={"by": name})
            order.append(f"{name} ends")

        return run

    for name in ("b", "a"):
        cloud.register_function(name, clerk(name), timer=NIGHT)
    cloud.clock.advance(days=1)
    assert order == ["b begins", "b ends", "a begins", "a ends"]


@pytest.mark.parametrize(
    "move",
    [
        lambda clock: clock.advance(days=3),
        lambda clock: clock.move_to(START + 3 * DAY),
        lambda clock: clock.freeze(START + 3 * DAY),
    ],
    ids=["advance", "move_to", "freeze"],
)
def test_every_way_to_move_the_clock_fires(cloud: FakeCloud, move: Any) -> None:
    cloud.register_function("nightly", nothing, timer=NIGHT)
    move(cloud.clock)
    assert runs(cloud) == [FIRST, FIRST + DAY, FIRST + 2 * DAY]


def test_what_the_wall_clock_has_made_due_runs_at_the_next_call(face: Any) -> None:
    with freeze_time(START) as process:
        cloud = FakeCloud(env="dev-1a2b3c", collections=["todos"])
        told: list[str] = []
        cloud.register_function(
            "nightly", lambda event, _context: told.append(event["Time"]), timer=NIGHT
        )
        process.move_to(START + 2 * DAY)
        assert told == []
        face(cloud).database().collection("todos").count()
        # Late, but nothing is left out, and each is told when it was due.
        assert told == ["2024-03-01T18:00:00Z", "2024-03-02T18:00:00Z"]
        assert [call.name for call in cloud.calls][-1] == "database.todos.count"


def test_a_clock_set_back_before_the_first_call_arms_the_timers_anew() -> None:
    cloud = FakeCloud(env="dev-1a2b3c")
    cloud.register_function("nightly", nothing, timer=NIGHT)
    cloud.clock.freeze(START)
    cloud.clock.advance(days=1)
    assert runs(cloud) == [FIRST]


def test_a_process_set_back_arms_the_timers_anew() -> None:
    cloud = FakeCloud(env="dev-1a2b3c")
    cloud.register_function("nightly", nothing, timer=NIGHT)
    with freeze_time(START):
        cloud.clock.advance(days=1)
    assert runs(cloud) == [FIRST]


def test_a_timer_that_never_fires(cloud: FakeCloud) -> None:
    cloud.register_function("never", nothing, timer="0 0 2 30 2 * *")
    cloud.clock.advance(days=800)
    assert runs(cloud, "never") == []


def test_a_slow_run_delays_the_next(cloud: FakeCloud) -> None:
    """The cloud has one clock: what a run waits for passes for everybody."""

    @cloud.function("minutely", timer="0 * * * * * *", timeout=600)
    def minutely(_event: Any, _context: Any) -> None:
        if cloud.clock.now() == START + dt.timedelta(minutes=1):
            cloud.clock.advance(seconds=90)

    cloud.clock.advance(minutes=3)
    assert [at - START for at in runs(cloud, "minutely")] == [
        dt.timedelta(minutes=minutes) for minutes in (1, 2, 3)
    ]


# --- what it is told -----------------------------------------------------------------------------


def test_the_event_and_the_context_of_a_timer(cloud: FakeCloud) -> None:
    """The shape of Tencent SCF's timer event; nobody called, so there is no openid."""
    seen: list[Any] = []

    @cloud.function("nightly", timer=NIGHT, timer_name="at-night", timer_message="sweep")
    def nightly(event: Any, context: Any) -> None:
        seen.append((event, context.wx_context, context.cloud.getWXContext()))

    cloud.clock.advance(days=1)
    ((event, known, asked),) = seen
    assert event == {
        "Type": "Timer",
        "TriggerName": "at-night",
        "Time": "2024-03-01T18:00:00Z",
        "Message": "sweep",
        "userInfo": {"appId": "wx0a1b2c3d4e5f6071"},
    }
    assert known == {
        "APPID": "wx0a1b2c3d4e5f6071", "ENV": "dev-1a2b3c", "SOURCE": "wx_trigger"
    }  # fmt: skip
    assert asked == known


def test_a_function_called_by_a_timers_function(cloud: FakeCloud) -> None:
    cloud.register_function("inner", lambda _event, context: context.wx_context["SOURCE"])
    cloud.register_function(
        "nightly",
        lambda _event, context: context.cloud.callFunction(name="inner").result,
        timer=NIGHT,
    )
    assert cloud.trigger("nightly").result["result"] == "wx_trigger,scf"


def test_a_timer_without_a_name_or_message_of_its_own(cloud: FakeCloud) -> None:
    cloud.register_function("nightly", lambda event, _context: event, timer=NIGHT)
    event = cloud.trigger("nightly").result["result"]
    assert (event["TriggerName"], event["Message"]) == ("nightly", "")


# --- what becomes of it --------------------------------------------------------------------------


def test_what_a_run_raises_stands_on_the_timeline_and_goes_no_further(cloud: FakeCloud) -> None:
    @cloud.function("nightly", timer=NIGHT)
    def nightly(_event: Any, _context: Any) -> None:
        raise ValueError("no disk left")

    cloud.clock.advance(days=2)
    first, second = cloud.calls.to("timer.nightly")
    assert isinstance(first.error, CloudError)
    assert first.error.code == -504002
    assert first.error.errMsg.startswith("ValueError: no disk left\n    at nightly (")
    assert second.error is not None
    assert "✗ -504002 ValueError: no disk left" in str(cloud.calls)


def test_a_run_that_takes_too_long(cloud: FakeCloud) -> None:
    @cloud.function("nightly", timer=NIGHT, timeout=3)
    def nightly(_event: Any, _context: Any) -> None:
        cloud.clock.advance(seconds=4)

    cloud.clock.advance(days=1)
    (run,) = cloud.calls.to("timer.nightly")
    assert getattr(run.error, "code", None) == -504003


def test_an_interrupt_is_no_failure_of_the_run(cloud: FakeCloud) -> None:
    @cloud.function("nightly", timer=NIGHT)
    def nightly(_event: Any, _context: Any) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cloud.clock.advance(days=1)


def test_a_run_stands_on_the_timeline_with_what_happened_inside(cloud: FakeCloud) -> None:
    @cloud.function("nightly", timer=NIGHT)
    def nightly(_event: Any, context: Any) -> int:
        return context.cloud.database().collection("todos").count().total  # type: ignore[no-any-return]

    cloud.clock.advance(days=1)
    run, inside = cloud.calls
    assert (run.caller, run.result["result"]) == ("timer", 0)
    assert (inside.name, inside.caller, inside.inside) == (
        "database.todos.count", "in nightly", run
    )  # fmt: skip


def test_faults_reach_a_timer_as_anything_else(cloud: FakeCloud) -> None:
    ran: list[str] = []
    cloud.register_function(
        "nightly", lambda event, _context: ran.append(event["Time"]), timer=NIGHT
    )
    cloud.faults.fail("timer.nightly", code=-501001, times=1)
    cloud.clock.advance(days=2)
    assert ran == ["2024-03-02T18:00:00Z"]


async def async_handler(_event: Any, context: Any) -> str:
    sdk = context.cloud.aio
    await sdk.database().collection("todos").add(data={"by": "async"})
    return "done"


def test_an_async_handler_runs_to_its_end_in_a_plain_advance(cloud: FakeCloud) -> None:
    cloud.register_function("nightly", async_handler, timer=NIGHT)
    cloud.clock.advance(days=2)
    assert [call.result["result"] for call in cloud.calls.to("timer.nightly")] == ["done"] * 2
    assert cloud.server.database().collection("todos").count().total == 2


@pytest.mark.asyncio
async def test_an_async_handler_runs_to_its_end_in_a_running_loop(cloud: FakeCloud) -> None:
    cloud.register_function("nightly", async_handler, timer=NIGHT)
    cloud.clock.advance(days=1)
    assert (await cloud.server.aio.database().collection("todos").count()).total == 1


def test_two_threads_do_not_fire_the_same_run(cloud: FakeCloud) -> None:
    cloud.register_function("nightly", nothing, timer=NIGHT)
    there = START + 9 * DAY
    threads = [threading.Thread(target=cloud.clock.move_to, args=(there,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(runs(cloud)) == 9


# --- by hand -------------------------------------------------------------------------------------


def test_by_hand_it_answers_with_its_line(cloud: FakeCloud) -> None:
    cloud.register_function("nightly", lambda event, _context: event["Time"], timer=NIGHT)
    call = cloud.trigger("nightly")
    assert call.result == {
        "result": "2024-03-01T00:00:00Z",
        "requestID": call.result["requestID"],
        "errMsg": "timer:ok",
    }
    assert call is cloud.calls[0]
    cloud.clock.advance(days=1)
    assert runs(cloud) == [START, FIRST]


def test_by_hand_a_failure_stands_on_the_line(cloud: FakeCloud) -> None:
    cloud.register_function("nightly", lambda _event, _context: 1 / 0, timer=NIGHT)
    call = cloud.trigger("nightly")
    assert call.result is None
    assert getattr(call.error, "code", None) == -504002


def test_by_hand_what_was_due_before_comes_first(cloud: FakeCloud) -> None:
    with freeze_time(START) as process:
        cloud = FakeCloud(env="dev-1a2b3c")
        cloud.register_function("nightly", nothing, timer=NIGHT)
        process.move_to(START + DAY)
        call = cloud.trigger("nightly")
        assert runs(cloud) == [START + DAY, START + DAY]
        assert call is cloud.calls[-1]


NO_TIMER = [
    ("nightly", "there is no function 'nightly'"),
    ("plain", "the function 'plain' has no timer"),
]


@pytest.mark.parametrize(("name", "text"), NO_TIMER)
def test_what_cannot_be_triggered(cloud: FakeCloud, name: str, text: str) -> None:
    cloud.register_function("plain", nothing)
    with pytest.raises(MisuseError, match=f"^{text}$"):
        cloud.trigger(name)


def test_a_run_that_clears_the_timeline(cloud: FakeCloud) -> None:
    cloud.register_function("nightly", lambda _event, _context: cloud.reset(), timer=NIGHT)
    with pytest.raises(MisuseError, match="the timeline was cleared while 'nightly' ran"):
        cloud.trigger("nightly")
    cloud.clock.advance(days=1)


BAD = [
    ({"timer": "0 2 * * *"}, "expected 7 fields"),
    ({"timer": 5}, "a timer is a cron text of seven fields, not 5"),
    ({"timer": NIGHT, "timer_name": "1st"}, "a trigger's name is at most 60 letters"),
    ({"timer": NIGHT, "timer_name": "a" * 61}, "a trigger's name is at most 60 letters"),
    ({"timer": NIGHT, "timer_message": "x" * 4097}, "a text of at most 4 KB"),
]


@pytest.mark.parametrize(("options", "text"), BAD)
def test_a_timer_that_the_platform_would_not_take(
    cloud: FakeCloud, options: dict[str, Any], text: str
) -> None:
    with pytest.raises(MisuseError, match=text):
        cloud.register_function("nightly", nothing, **options)
    cloud.clock.advance(days=1)
    assert runs(cloud) == []


# --- whose they are ------------------------------------------------------------------------------


def test_deploying_anew_replaces_the_timer(cloud: FakeCloud) -> None:
    cloud.register_function("nightly", nothing, timer=NIGHT)
    cloud.register_function("nightly", nothing, timer="0 0 12 * * * *")
    cloud.clock.advance(days=1)
    assert runs(cloud) == [START + dt.timedelta(hours=4)]
    cloud.register_function("nightly", nothing)
    cloud.clock.advance(days=1)
    assert len(runs(cloud)) == 1


def test_a_fork_has_the_timers_too(cloud: FakeCloud) -> None:
    cloud.register_function("nightly", nothing, timer=NIGHT)
    child = cloud.fork()
    child.clock.advance(days=2)
    assert (len(runs(child)), len(runs(cloud))) == (2, 0)
    child.register_function("nightly", nothing)
    cloud.clock.advance(days=1)
    assert runs(cloud) == [FIRST]


def test_a_restore_keeps_the_timers(cloud: FakeCloud) -> None:
    cloud.register_function("nightly", nothing, timer=NIGHT)
    state = cloud.snapshot()
    cloud.clock.advance(hours=12)
    cloud.restore(state)
    cloud.clock.advance(hours=12)
    assert runs(cloud) == [FIRST]


def test_a_reset_arms_the_timers_anew(cloud: FakeCloud) -> None:
    cloud.register_function("nightly", nothing, timer=NIGHT)
    cloud.clock.advance(days=1)
    cloud.reset()
    cloud.clock.advance(days=1)
    assert runs(cloud) == [FIRST + DAY]


def test_a_timer_of_another_environment(cloud: FakeCloud) -> None:
    cloud.create_env("other-9z")
    cloud.register_function(
        "nightly", lambda _event, context: context.wx_context["ENV"], timer=NIGHT, env="other-9z"
    )
    assert cloud.trigger("nightly", env="other-9z").result["result"] == "other-9z"
    cloud.clock.advance(days=1)
    assert len(runs(cloud)) == 2


def test_a_world_that_was_not_told_its_environment() -> None:
    cloud = FakeCloud(collections=["todos"])
    cloud.register_function("nightly", async_handler, timer=NIGHT)
    assert cloud.trigger("nightly").result["result"] == "done"


# --- delayed tasks -------------------------------------------------------------------------------


def plan(sdk: Any, **changes: Any) -> Any:
    task = {
        "env": "dev-1a2b3c", "functionName": "later", "data": '{"x": 1}', "delayTime": 60, **changes
    }  # fmt: skip
    return sdk.openapi.cloudbase.addDelayedFunctionTask(task)


def test_a_delayed_task_runs_once_when_it_is_due(cloud: FakeCloud, face: Any) -> None:
    """The WeChat manual, "addDelayedFunctionTask"."""
    seen: list[Any] = []
    cloud.register_function("later", lambda event, _context: seen.append(event))
    cloud.register_function("plan", lambda _event, context: plan(context.cloud))
    answer = face(cloud).callFunction(name="plan").result
    assert answer == {"errCode": 0, "errMsg": "openapi.cloudbase.addDelayedFunctionTask:ok"}
    cloud.clock.advance(seconds=59)
    assert seen == []
    cloud.clock.advance(days=1)
    assert seen == [{"x": 1, "userInfo": {"appId": "wx0a1b2c3d4e5f6071"}}]
    (run,) = cloud.calls.to("delayed.later")
    assert (run.at, run.caller) == (START + dt.timedelta(seconds=60), "timer")


def test_a_delayed_task_is_state(cloud: FakeCloud) -> None:
    seen: list[str] = []
    cloud.register_function("later", lambda event, _context: seen.append(event["who"]))
    plan(cloud.server, data=json.dumps({"who": "before"}))
    state = cloud.snapshot()
    plan(cloud.server, data=json.dumps({"who": "after"}))
    child = cloud.fork()
    cloud.restore(state)
    cloud.clock.advance(minutes=2)
    assert seen == ["before"]
    cloud.restore(state)  # it is still to be run, and overdue
    cloud.clock.advance(0)
    assert seen == ["before"] * 2
    cloud.restore(state)
    cloud.reset()
    cloud.clock.advance(days=1)
    assert seen == ["before"] * 2
    child.clock.advance(minutes=2)
    assert seen == ["before", "before", "before", "after"]


def test_a_delayed_task_of_a_function_that_is_not_there(cloud: FakeCloud) -> None:
    plan(cloud.server)
    cloud.clock.advance(minutes=2)
    (run,) = cloud.calls.to("delayed.later")
    assert getattr(run.error, "code", None) == -501000


REFUSED = [
    ({"delayTime": 5}, 40097, "invalid args"),
    ({"delayTime": 30 * 24 * 3600 + 1}, 40097, "invalid args"),
    ({"delayTime": "60"}, 40097, "invalid args"),
    ({"functionName": ""}, 40097, "invalid args"),
    ({"data": "{"}, 47001, "data format error"),
    ({"data": {"x": 1}}, 47001, "data format error"),
    ({"data": "[1]"}, 47001, "data format error"),
]


@pytest.mark.parametrize(("changes", "code", "text"), REFUSED)
def test_a_delayed_task_that_is_refused(
    cloud: FakeCloud, changes: dict[str, Any], code: int, text: str
) -> None:
    with pytest.raises(CloudError, match=text) as caught:
        plan(cloud.server, **changes)
    assert caught.value.errCode == code
    cloud.clock.advance(days=40)
    assert cloud.calls.to("delayed.*") == []


@pytest.mark.parametrize("delay", [6, 30 * 24 * 3600])
def test_the_shortest_and_the_longest_delay(cloud: FakeCloud, delay: int) -> None:
    cloud.register_function("later", nothing)
    plan(cloud.server, delayTime=delay)
    cloud.clock.advance(seconds=delay - 1)
    assert cloud.calls.to("delayed.*") == []
    cloud.clock.advance(seconds=1)
    assert len(cloud.calls.to("delayed.*")) == 1


def test_a_tests_own_answer_stands_before_the_fakes(cloud: FakeCloud) -> None:
    asked: list[Any] = []

    @cloud.open_api("cloudbase.addDelayedFunctionTask")
    def later(data: Any) -> None:
        asked.append(data)

    plan(cloud.server)
    assert asked[0]["function_name"] == "later"

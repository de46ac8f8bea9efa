"""The clock: how a test steers it, what it refuses, and how it goes along with a faked process."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
import time
from typing import Any

import freezegun
import pytest
import time_machine

from cloud_fake import FakeCloud, MisuseError
from cloud_fake.kernel.clock import Clock, Timer

NOON = dt.datetime(2026, 3, 4, 12, 0, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
REAL = {dt.datetime}  # in a set, where freezegun does not find and replace it


def seconds(number: float) -> dt.timedelta:
    return dt.timedelta(seconds=number)


@pytest.fixture
def clock() -> Clock:
    """A clock that stands at noon."""
    clock = Clock()
    clock.freeze(NOON)
    return clock


# --- reading -------------------------------------------------------------------------------------


def test_a_clock_follows_the_process() -> None:
    before = dt.datetime.now(dt.UTC)
    now = Clock().now()
    assert before <= now <= dt.datetime.now(dt.UTC)
    assert now.tzinfo is dt.UTC


def test_a_clock_that_nobody_stopped_runs() -> None:
    clock = Clock()
    before = clock.now()
    time.sleep(0.002)
    assert clock.now() - before >= seconds(0.002)
    assert not clock.is_frozen


# --- what is told of a run -----------------------------------------------------------------------


def runs_on(clock: Clock) -> None:
    """The wall clock goes on, if only by a little."""
    before = clock.now()
    while clock.now() == before:
        pass


def told(clock: Clock, since: dt.datetime) -> float:
    """Seconds that are told to have passed."""
    return (clock.told(clock.now()) - clock.told(since)).total_seconds()


def test_what_a_wall_clock_runs_on_by_itself_is_not_told() -> None:
    clock = Clock()
    began = clock.now()
    for _ in range(3):
        runs_on(clock)
        clock.advance(10)
    runs_on(clock)
    assert clock.now() - began > seconds(30)
    assert told(clock, began) == 30


def test_nor_what_it_ran_before_it_was_stopped_or_set_back() -> None:
    clock = Clock()
    runs_on(clock)
    clock.move_to(NOON)
    began = clock.now()
    runs_on(clock)
    clock.freeze()
    clock.advance(10)
    clock.unfreeze()
    runs_on(clock)
    clock.advance(5)
    runs_on(clock)
    assert told(clock, began) == 15


def test_a_process_that_is_held_up_tells_what_it_would_have_told() -> None:
    clock = Clock()
    began = clock.now()
    steps: list[dt.timedelta] = []
    clock.on_steer(lambda *_: time.sleep(0.004))
    clock.on_steer(lambda begin, end: steps.append(end - begin))
    clock.advance(0.002)
    assert told(clock, began) == 0.002
    seen: list[float] = []
    clock.after(0.003, lambda: seen.append(told(clock, began)))
    clock.advance(7)
    assert (seen, told(clock, began)) == ([0.005], 7.002)
    assert steps == [seconds(0.002), seconds(7)]


def test_what_is_due_is_told_at_its_own_moment() -> None:
    clock = Clock()
    began, seen = clock.now(), []
    for step in (5, 3):
        runs_on(clock)
        clock.after(step, lambda: (runs_on(clock), seen.append(told(clock, began))))
    runs_on(clock)
    clock.advance(10)
    assert [*seen, told(clock, began)] == [3, 5, 10]


def test_a_fork_tells_of_its_own_moves() -> None:
    clock = Clock()
    clock.advance(10)
    runs_on(clock)
    child = clock.fork()
    began = child.now()
    runs_on(child)
    child.advance(5)
    assert (told(child, began), told(clock, began)) == (5, 0)


def test_a_process_whose_clock_is_faked_is_told_as_it_goes() -> None:
    with freezegun.freeze_time(NOON) as frozen:
        clock = Clock()
        frozen.tick(60)
        clock.advance(10)
        frozen.tick(0.5)
        assert told(clock, NOON) == 70.5
    clock = Clock()
    with time_machine.travel(NOON, tick=False) as traveller:
        clock.advance(10)
        traveller.shift(100)
        assert told(clock, NOON) == 110


def test_in_real_time_what_is_told_is_what_it_is() -> None:
    clock = Clock(real_time=True)
    runs_on(clock)
    now = clock.now()
    assert clock.told(now) == now


def test_the_timeline_of_a_running_clock_reads_the_same_each_time() -> None:
    seen = set()
    for _ in range(3):
        cloud = FakeCloud(env="dev", collections=["todos"])
        cloud.faults.delay("database.todos.count", seconds=2)
        for _ in range(2):
            runs_on(cloud.clock)
            cloud.database().collection("todos").count()
            runs_on(cloud.clock)
            cloud.clock.advance(seconds=10)
        seen.add((str(cloud.calls), json.dumps(cloud.transcript())))
    assert len(seen) == 1
    assert [line.split()[0] for line in cloud.calls.lines()] == [
        "+00:00:00.000",
        "+00:00:02.000",
        "+00:00:12.000",
        "+00:00:14.000",
    ]
    assert [entry["took"] for entry in cloud.transcript()["entries"][::2]] == [2.0, 2.0]


# --- advance -------------------------------------------------------------------------------------

ADVANCES = [
    ((), {"minutes": 11}, seconds(660)),
    ((), {"days": 1, "hours": 1}, seconds(90_000)),
    ((), {"milliseconds": 5}, seconds(0.005)),
    ((dt.timedelta(hours=1),), {}, seconds(3600)),
    ((2.5,), {}, seconds(2.5)),
    ((3,), {}, seconds(3)),
    ((0,), {}, seconds(0)),
]


@pytest.mark.parametrize(("given", "units", "step"), ADVANCES)
def test_advance(clock: Clock, given: Any, units: Any, step: dt.timedelta) -> None:
    assert clock.advance(*given, **units) == NOON + step
    assert clock.now() == NOON + step


def test_advance_moves_a_running_clock_which_runs_on() -> None:
    clock = Clock()
    before = clock.now()
    after = clock.advance(hours=1)
    assert seconds(3600) <= after - before < seconds(3610)
    time.sleep(0.002)
    assert clock.now() - after >= seconds(0.002)


BAD_ADVANCES = [
    ((-1,), {}, "time cannot go backwards: advance(-1)"),
    ((), {"minutes": -1}, "time cannot go backwards: advance(-60)"),
    ((seconds(-0.5),), {}, "time cannot go backwards: advance(-0.5)"),
    ((5,), {"minutes": 1}, "advance() takes a duration or keywords, not both"),
    (("5",), {}, "advance() takes a timedelta or seconds, not '5'"),
    ((True,), {}, "advance() takes a timedelta or seconds, not True"),
    ((math.inf,), {}, "advance() takes numbers: cannot convert float infinity to integer"),
    ((), {"minute": 1}, "advance() has no keyword 'minute'; did you mean 'minutes'?"),
    (
        (),
        {"x": 1},
        "advance() has no keyword 'x'; it has weeks, days, hours, minutes, seconds, milliseconds, "
        "microseconds",
    ),
    (
        (),
        {"minutes": "5"},
        "advance() takes numbers: unsupported type for timedelta minutes component: str",
    ),
    ((), {"minutes": math.nan}, "advance() takes numbers: cannot convert float NaN to integer"),
    ((dt.timedelta(days=10**8),), {}, "time ends with the year 9998: advance(8.64e+12)"),
    ((1e12,), {}, "time ends with the year 9998: advance(1e+12)"),
]


@pytest.mark.parametrize(("given", "units", "text"), BAD_ADVANCES)
def test_advance_refuses(clock: Clock, given: Any, units: Any, text: str) -> None:
    with pytest.raises(MisuseError) as caught:
        clock.advance(*given, **units)
    assert str(caught.value) == text
    assert clock.now() == NOON


# --- move_to -------------------------------------------------------------------------------------

EAST, WEST = (dt.timezone(dt.timedelta(hours=hours)) for hours in (8, -8))
NO_MOMENTS = [
    (dt.datetime.min.replace(tzinfo=EAST), "no clock shows 0001-01-01T00:00:00+08:00"),
    (dt.datetime.max.replace(tzinfo=WEST), "no clock shows 9999-12-31T23:59:59.999999-08:00"),
    (dt.datetime(9999, 1, 1, tzinfo=dt.UTC), "time ends with the year 9998: 9999-01-01"),
]


@pytest.mark.parametrize(("moment", "text"), NO_MOMENTS)
@pytest.mark.parametrize("way", ["move_to", "freeze"])
def test_a_moment_that_no_clock_shows_is_told(
    clock: Clock, way: str, moment: dt.datetime, text: str
) -> None:
    with pytest.raises(MisuseError, match=re.escape(text)):
        getattr(clock, way)(moment)
    assert clock.now() == NOON


def test_a_clock_goes_on_at_the_end_of_time() -> None:
    clock = Clock()
    clock.move_to(dt.datetime(9998, 12, 31, 23, 59, 59, 999999, tzinfo=dt.UTC))
    time.sleep(0.002)
    assert clock.now().year == 9999


def test_move_to_a_later_moment(clock: Clock) -> None:
    assert clock.move_to(NOON + SECOND) == NOON + SECOND == clock.now()


def test_move_to_takes_any_zone_and_answers_in_utc(clock: Clock) -> None:
    zone = dt.timezone(dt.timedelta(hours=8))
    moment = clock.move_to(dt.datetime(2026, 3, 4, 20, 1, tzinfo=zone))
    assert moment == NOON + seconds(60)
    assert moment.tzinfo is dt.UTC


def test_a_naive_moment_is_local_time(clock: Clock) -> None:
    local = dt.datetime.fromisoformat("2026-03-05T09:30")
    assert clock.move_to(local) == local.astimezone(dt.UTC)


@pytest.mark.parametrize("running", [True, False])
def test_before_its_first_call_a_cloud_may_be_moved_to_the_past(running: bool) -> None:
    cloud = FakeCloud(env="dev", collections=["todos"])
    if not running:
        cloud.clock.freeze()
    assert seconds(0) <= cloud.clock.move_to(NOON) - NOON < seconds(10)
    cloud.database().collection("todos").get()
    assert seconds(0) <= cloud.clock.now() - NOON < seconds(10)


def test_once_the_cloud_was_used_time_never_goes_back() -> None:
    cloud = FakeCloud(env="dev", collections=["todos"])
    cloud.clock.freeze(NOON)
    cloud.database().collection("todos").get()
    with pytest.raises(MisuseError) as caught:
        cloud.clock.move_to(NOON - SECOND)
    assert str(caught.value) == (
        "time cannot go backwards: it is 2026-03-04T12:00:00+00:00 and the cloud has been used; "
        "move_to(2026-03-04T11:59:59+00:00) is for before the first call"
    )
    assert cloud.clock.now() == NOON
    with pytest.raises(MisuseError, match="time cannot go backwards"):
        cloud.fork().clock.move_to(NOON - SECOND)


@pytest.mark.parametrize("given", ["2026-03-04", 5, dt.date(2026, 3, 4), None])
def test_a_moment_is_a_datetime(clock: Clock, given: Any) -> None:
    with pytest.raises(MisuseError) as caught:
        clock.move_to(given)
    assert str(caught.value) == f"a moment is a datetime, not {given!r}"


# --- freeze and unfreeze -------------------------------------------------------------------------


def test_freeze_stops_it_where_it_stands() -> None:
    clock = Clock()
    moment = clock.freeze()
    time.sleep(0.002)
    assert clock.is_frozen
    assert clock.now() == moment


def test_freeze_at_a_moment_is_exact() -> None:
    assert Clock().freeze(NOON) == NOON


def test_unfreeze_lets_it_run_on_from_where_it_stands(clock: Clock) -> None:
    clock.advance(minutes=1)
    moment = clock.unfreeze()
    assert not clock.is_frozen
    assert seconds(0) <= moment - (NOON + seconds(60)) < seconds(10)
    time.sleep(0.002)
    assert clock.now() - moment >= seconds(0.002)


def test_unfreezing_a_running_clock_changes_nothing() -> None:
    clock = Clock()
    clock.advance(hours=1)
    before = clock.now()
    assert seconds(0) <= clock.unfreeze() - before < seconds(10)


def test_a_freeze_that_is_refused_leaves_the_clock_running() -> None:
    clock = Clock()
    clock.run_due()
    with pytest.raises(MisuseError, match="time cannot go backwards"):
        clock.freeze(NOON - dt.timedelta(days=9999))
    assert not clock.is_frozen


# --- fork ----------------------------------------------------------------------------------------


def test_a_fork_shows_the_same_and_goes_its_own_way(clock: Clock) -> None:
    fork = clock.fork()
    assert (fork.now(), fork.is_frozen) == (NOON, True)
    fork.advance(1)
    clock.advance(5)
    assert (clock.now() - NOON, fork.now() - NOON) == (seconds(5), seconds(1))


def test_a_fork_of_a_running_clock_keeps_its_offset() -> None:
    clock = Clock()
    clock.advance(days=3)
    assert abs(clock.fork().now() - clock.now()) < seconds(10)


def test_what_is_due_on_a_clock_is_not_due_on_its_fork(clock: Clock) -> None:
    told: list[str] = []
    clock.at(NOON + SECOND, lambda: told.append("rang"))
    clock.fork().advance(10)
    assert told == []


# --- timers --------------------------------------------------------------------------------------


def test_timers_run_in_order_each_at_its_own_moment(clock: Clock) -> None:
    told: list[tuple[str, float]] = []

    def ring(name: str) -> Any:
        return lambda: told.append((name, (clock.now() - NOON).total_seconds()))

    for name, after in [("c", 3), ("a", 1), ("b", 2), ("late", 11), ("a again", 1)]:
        clock.at(NOON + seconds(after), ring(name))
    clock.advance(10)
    assert told == [("a", 1), ("a again", 1), ("b", 2), ("c", 3)]
    assert clock.now() == NOON + seconds(10)
    clock.move_to(NOON + seconds(11))
    assert told[-1] == ("late", 11)


def test_a_cancelled_timer_never_runs(clock: Clock) -> None:
    told: list[str] = []
    timer = clock.at(NOON + SECOND, lambda: told.append("cancelled"))
    clock.at(NOON + 2 * SECOND, lambda: told.append("kept"))
    timer.cancel()
    assert clock.next_due() == NOON + 2 * SECOND
    clock.advance(5)
    assert told == ["kept"]
    assert clock.next_due() is None


def test_a_timer_may_cancel_one_of_the_same_moment(clock: Clock) -> None:
    told: list[str] = []
    others: list[Timer] = []
    clock.at(NOON + SECOND, lambda: [timer.cancel() for timer in others])
    others.append(clock.at(NOON + SECOND, lambda: told.append("second")))
    clock.advance(5)
    assert told == []


def test_a_timer_may_make_timers_within_the_same_move(clock: Clock) -> None:
    told: list[float] = []

    def tick() -> None:
        told.append((clock.now() - NOON).total_seconds())
        clock.at(clock.now() + 3 * SECOND, tick)

    clock.at(NOON + SECOND, tick)
    clock.advance(10)
    assert told == [1, 4, 7, 10]


def test_a_timer_may_move_the_clock_itself(clock: Clock) -> None:
    told: list[tuple[str, float]] = []

    def note(name: str) -> None:
        told.append((name, (clock.now() - NOON).total_seconds()))

    def wait() -> None:
        note("begin")
        clock.advance(5)
        note("end")

    clock.at(NOON + SECOND, wait)
    clock.at(NOON + 2 * SECOND, lambda: note("meanwhile"))
    assert clock.advance(3) == NOON + seconds(6)  # the timer waited longer than we did
    assert told == [("begin", 1), ("meanwhile", 2), ("end", 6)]


def test_run_due_runs_what_the_wall_clock_has_made_due() -> None:
    clock = Clock()
    told: list[str] = []
    clock.at(clock.now() + seconds(0.001), lambda: told.append("due"))
    clock.at(clock.now() + seconds(60), lambda: told.append("not yet"))
    time.sleep(0.002)
    assert told == []
    clock.run_due()
    assert told == ["due"]


def test_every_call_runs_what_is_due_before_it() -> None:
    cloud = FakeCloud(env="dev", collections=["todos"])
    told: list[str] = []
    cloud.clock.at(cloud.clock.now(), lambda: told.append("due"))
    cloud.database().collection("todos").get()
    assert told == ["due"]


def test_listeners_hear_of_every_move(clock: Clock) -> None:
    told: list[Any] = []
    clock.on_move(lambda before, after: told.append((before, after)))
    clock.advance(1)
    clock.wait(2)
    assert told == [
        (NOON, NOON + SECOND),
        (NOON + SECOND, NOON + 3 * SECOND),
    ]


# --- waiting -------------------------------------------------------------------------------------


def test_waiting_moves_the_clock_and_leaves_nothing_to_sleep(clock: Clock) -> None:
    assert clock.wait(5) == 0
    assert clock.now() == NOON + seconds(5)


def test_in_real_time_waiting_is_left_to_the_driver() -> None:
    clock = Clock(real_time=True)
    before = clock.now()
    assert clock.wait(5) == 5
    assert clock.now() - before < seconds(5)


def test_in_real_time_a_stopped_clock_moves_all_the_same() -> None:
    clock = Clock(real_time=True)
    clock.freeze(NOON)
    assert clock.wait(5) == 5
    assert clock.now() == NOON + seconds(5)


def test_in_real_time_a_delay_really_takes_time(face: Any) -> None:
    cloud = FakeCloud(env="dev", collections=["todos"], real_time=True)
    cloud.faults.delay("database.todos.get", seconds=0.02)
    began, moment = time.monotonic(), cloud.clock.now()
    face(cloud).database().collection("todos").get()
    assert time.monotonic() - began >= 0.02
    assert cloud.clock.now() - moment >= seconds(0.02)


def test_otherwise_a_delay_takes_none(face: Any) -> None:
    cloud = FakeCloud(env="dev", collections=["todos"])
    cloud.faults.delay("database.todos.get", seconds=3600)
    began, moment = time.monotonic(), cloud.clock.now()
    face(cloud).database().collection("todos").get()
    assert time.monotonic() - began < 60
    assert cloud.clock.now() - moment >= seconds(3600)


# --- with freezegun ------------------------------------------------------------------------------


def test_freezegun_freezes_the_cloud() -> None:
    with freezegun.freeze_time(NOON):
        clock = Clock()
        time.sleep(0.002)
        assert clock.now() == NOON


def test_a_cloud_made_before_freezegun_follows_it_with_its_own_offset() -> None:
    clock = Clock()
    clock.advance(hours=1)
    with freezegun.freeze_time(NOON):
        # Running, it needed some microseconds to move.
        assert abs(clock.now() - (NOON + dt.timedelta(hours=1))) < seconds(1)
        assert clock.now() == clock.now()
    assert abs(clock.now() - (NOON + dt.timedelta(hours=1))) > seconds(1)


def test_freezegun_s_own_tick_moves_the_cloud() -> None:
    with freezegun.freeze_time(NOON) as frozen:
        clock = Clock()
        frozen.tick(90)
        assert clock.now() == NOON + seconds(90)
        frozen.move_to(NOON + dt.timedelta(days=1))
        assert clock.now() == NOON + dt.timedelta(days=1)


@pytest.mark.parametrize("stopped", [False, True])
def test_advance_moves_the_app_s_time_along(stopped: bool) -> None:
    with freezegun.freeze_time(NOON):
        clock = Clock()
        if stopped:
            clock.freeze()
        clock.advance(minutes=11)
        clock.move_to(NOON + dt.timedelta(hours=1))
        clock.wait(1)
        assert clock.now() == NOON + seconds(3601)
        assert dt.datetime.now(dt.UTC) == NOON + seconds(3601)
        assert time.time() == (NOON + seconds(3601)).timestamp()


def test_within_nested_freezes_the_inner_one_moves() -> None:
    with freezegun.freeze_time(NOON):
        clock = Clock()
        with freezegun.freeze_time(NOON + SECOND):
            clock.advance(1)
            assert clock.now() == NOON + 2 * SECOND
        assert clock.now() == NOON


def test_a_ticking_freezegun_never_goes_back() -> None:
    with freezegun.freeze_time(NOON, tick=True):
        clock = Clock()
        time.sleep(0.05)
        before = clock.now()
        assert before > NOON
        after = clock.advance(0.001)
        assert after - before >= seconds(0.001)
        assert abs(dt.datetime.now(dt.UTC) - clock.now()) < seconds(1)


def test_timers_see_the_same_moment_as_the_app() -> None:
    told: list[Any] = []
    with freezegun.freeze_time(NOON):
        clock = Clock()
        clock.at(NOON + SECOND, lambda: told.append((clock.now(), dt.datetime.now(dt.UTC))))
        clock.advance(5)
    assert told == [(NOON + SECOND, NOON + SECOND)]


# --- with time-machine ---------------------------------------------------------------------------


def test_time_machine_stops_the_cloud() -> None:
    clock = Clock()
    with time_machine.travel(NOON, tick=False) as traveller:
        assert clock.now() == NOON
        traveller.shift(90)
        assert clock.now() == NOON + seconds(90)


def test_under_a_stopped_time_machine_both_move_together() -> None:
    with time_machine.travel(NOON, tick=False):
        clock = Clock()
        clock.advance(minutes=11)
        assert clock.now() == NOON + seconds(660) == dt.datetime.now(dt.UTC)
        assert time.time() == (NOON + seconds(660)).timestamp()


def test_under_a_ticking_time_machine_both_move_together() -> None:
    with time_machine.travel(NOON, tick=True):
        clock = Clock()
        before = clock.now()
        assert seconds(0) <= before - NOON < seconds(10)
        assert clock.advance(minutes=11) - before >= seconds(660)
        assert abs(dt.datetime.now(dt.UTC) - clock.now()) < seconds(1)


# --- what hangs on the clock ---------------------------------------------------------------------


def private_link(cloud: FakeCloud) -> str:
    cloud.set_storage_permission("PRIVATE")
    file_id = cloud.server.uploadFile(cloudPath="a.txt", fileContent=b"x").fileID
    return cloud.server.getTempFileURL(fileList=[file_id]).fileList[0].tempFileURL


def stored_date(cloud: FakeCloud) -> Any:
    todos = cloud.database().collection("todos")
    record = todos.add(data={"at": cloud.database().serverDate()})
    return todos.doc(record["_id"]).get()["data"]["at"]


def ticked(cloud: FakeCloud) -> None:
    cloud.clock.advance(minutes=10)


FAKED: dict[str, tuple[Any, Any]] = {
    "the cloud's own clock": (None, ticked),
    "freezegun, moved by the cloud": (freezegun.freeze_time(NOON), ticked),
    "time-machine, moved by the cloud": (time_machine.travel(NOON, tick=False), ticked),
}


@pytest.mark.parametrize("way", FAKED)
def test_dates_and_links_follow_however_time_moves(way: str) -> None:
    process, move = FAKED[way]
    cloud = FakeCloud(env="dev", collections=["todos"])
    if process is None:
        cloud.clock.freeze(NOON)
    else:
        process.start()
    try:
        url = private_link(cloud)
        assert stored_date(cloud) == NOON
        assert cloud.fetch(url).status_code == 200
        move(cloud)
        assert stored_date(cloud) == NOON + seconds(600)
        assert cloud.fetch(url).status_code == 403
    finally:
        if process is not None:
            process.stop()


def test_dates_and_links_follow_freezegun_s_own_tick() -> None:
    with freezegun.freeze_time(NOON) as frozen:
        cloud = FakeCloud(env="dev", collections=["todos"])
        url = private_link(cloud)
        frozen.tick(599)
        assert cloud.fetch(url).status_code == 200
        frozen.tick(1)
        assert cloud.fetch(url).status_code == 403
        assert stored_date(cloud) == NOON + seconds(600)


def test_no_fake_class_gets_into_the_cloud() -> None:
    with freezegun.freeze_time(NOON):
        cloud = FakeCloud(env="dev", collections=["todos"])
        assert {type(cloud.clock.now()), type(cloud.clock.advance(1))} == REAL
        moved = cloud.clock.move_to(dt.datetime.now(dt.UTC) + SECOND)  # an app's fake datetime
        assert {type(moved)} == REAL
        assert {type(stored_date(cloud))} == REAL
        assert {type(call.at) for call in cloud.calls} == REAL
        assert {type(call.ended) for call in cloud.calls} == REAL

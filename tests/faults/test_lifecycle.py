"""Life cycle: instances that die or forget, timers that do not fire or fire twice, wrong clocks."""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
from typing import Any

import pytest

from cloud_fake import FakeCloud, MisuseError
from tests.faults.acts import error_of, fails, records

# --- functions -----------------------------------------------------------------------------------

CRASH = (-504002, "Process exited unexpectedly before completing request")
MEMORY = (-504002, "Memory limit exceeded, process exited before completing request")
TIMEOUT = (-504003, "Invoking task timed out after 3 seconds")

#: What a rule does to a handler of three writes; how many of them stand; seconds it takes.
DEATHS = [
    ("crash", CRASH, 0, 0),
    ("crash(after=1)", CRASH, 0, 0),
    ("crash(after=2)", CRASH, 1, 0),
    ("crash(after=3)", CRASH, 2, 0),
    ("crash(after=4)", CRASH, 3, 0),
    ("crash(after=99)", CRASH, 3, 0),
    ("oom", MEMORY, 0, 0),
    ("oom(after=3)", MEMORY, 2, 0),
    ("function_timeout", TIMEOUT, 0, 3),
    ("function_timeout(after=2)", TIMEOUT, 1, 3),
    ("function_timeout(after=9)", TIMEOUT, 3, 3),
]


@pytest.fixture(params=["plain", "async"])
def writer(world: FakeCloud, request: pytest.FixtureRequest) -> str:
    """A function that writes three records and swallows every error that it can."""

    def plain(event: Any, context: Any) -> str:
        for n in range(3):
            with contextlib.suppress(Exception):
                context.cloud.database().collection("todos").add(data={"n": n})
        return "written"

    async def awaited(event: Any, context: Any) -> str:
        for n in range(3):
            with contextlib.suppress(Exception):
                await context.cloud.aio.database().collection("todos").add(data={"n": n})
        return "written"

    world.register_function("write", plain if request.param == "plain" else awaited)
    return "write"


@pytest.mark.parametrize(("effect", "error", "written", "seconds"), DEATHS)
def test_a_handler_dies_at_one_of_its_calls(
    world: FakeCloud,
    app: Any,
    writer: str,
    effect: str,
    error: tuple[int, str],
    written: int,
    seconds: int,
) -> None:
    began = world.clock.now()
    world.faults.add(f"function.{writer}: {effect} once")
    raised = error_of(app.callFunction, name=writer)
    assert (raised.errCode, raised.code) == (-1, error[0])
    assert f"errMsg: {error[1]}" in raised.errMsg
    assert len(records(world)) == written
    assert (world.clock.now() - began).total_seconds() == seconds
    assert app.callFunction(name=writer)["result"] == "written"


def test_what_the_server_sdk_reads_of_a_death(world: FakeCloud, face: Any, writer: str) -> None:
    world.faults.on("function.write").crash().once()
    error = error_of(face(world.server).callFunction, name=writer)
    assert error.code == -504002
    assert error.errMsg.endswith("Process exited unexpectedly before completing request")


def test_an_error_of_the_handler_s_own_comes_before_its_death(world: FakeCloud, app: Any) -> None:
    @world.function("broken")
    def broken(event: Any, context: Any) -> None:
        context.cloud.database().collection("todos").add(data={})
        raise ValueError("mine")

    world.faults.on("function.broken").crash(after=2)
    assert "errMsg: ValueError: mine" in error_of(app.callFunction, name="broken").errMsg


def test_only_the_handler_that_is_meant_dies(world: FakeCloud, app: Any, writer: str) -> None:
    @world.function("outer")
    def outer(event: Any, context: Any) -> bool:
        return fails(context.cloud.callFunction, name=writer)

    world.faults.on("function.write").crash(after=2)
    assert app.callFunction(name="outer")["result"] is True
    assert len(records(world)) == 1


@pytest.fixture
def counter(world: FakeCloud) -> str:
    """A function whose instance counts its calls."""

    @world.function("count")
    def count(event: Any, context: Any) -> int:
        context.instance["calls"] = context.instance.get("calls", 0) + 1
        return int(context.instance["calls"])

    return "count"


@pytest.mark.parametrize(
    ("effect", "counts"),
    [
        ("recycled", [1, 2, 1, 2]),
        ("cold_start(seconds=2)", [1, 2, 1, 2]),
        ("crash", [1, 2, None, 1]),
        ("oom", [1, 2, None, 1]),
        ("function_timeout", [1, 2, None, 1]),
    ],
)
def test_what_an_instance_remembers_afterwards(
    world: FakeCloud, app: Any, counter: str, effect: str, counts: list[int | None]
) -> None:
    world.faults.add(f"function.count: {effect} nth 3")

    def call() -> Any:
        return None if fails(app.callFunction, name=counter) else "?"

    said = [
        app.callFunction(name=counter)["result"] if count is not None else call()
        for count in counts
    ]
    assert said == counts


def test_fates_compose(world: FakeCloud, app: Any, counter: str, writer: str) -> None:
    began = world.clock.now()
    world.faults.on("function.write").cold_start(seconds=2)
    world.faults.on("function.write").cold_start(seconds=3)
    world.faults.on("function.write").oom(after=2)
    world.faults.on("function.write").crash(after=3)  # the newer one is the death that it dies
    assert CRASH[1] in error_of(app.callFunction, name=writer).errMsg
    assert len(records(world)) == 2
    assert (world.clock.now() - began).total_seconds() == 5


# --- timers --------------------------------------------------------------------------------------

HOURLY = "0 0 * * * * *"


@pytest.fixture
def hourly(world: FakeCloud) -> list[str]:
    """The hours at which a timer's function ran."""
    world.clock.move_to(dt.datetime(2030, 1, 1, 0, 30, tzinfo=dt.UTC))
    ran: list[str] = []
    world.function("sweep", timer=HOURLY)(lambda event, context: ran.append(event["Time"][11:13]))
    return ran


def test_a_timer_does_not_fire(world: FakeCloud, hourly: list[str]) -> None:
    rule = world.faults.on("timer.sweep").missed().nth(2)
    world.clock.advance(hours=4)
    assert hourly == ["01", "03", "04"]
    assert rule.fired == 1
    (missed,) = [call for call in world.calls.to("timer.*") if not call.ok]
    assert "the timer did not fire" in str(missed.error)


def test_a_timer_fires_twice(world: FakeCloud, hourly: list[str]) -> None:
    world.faults.on("timer.sweep").fired_twice().nth(2)
    world.clock.advance(hours=3)
    assert hourly == ["01", "02", "02", "03"]


def test_the_two_runs_of_a_timer_are_two(world: FakeCloud) -> None:
    ids: list[str] = []
    world.clock.move_to(dt.datetime(2030, 1, 1, 0, 30, tzinfo=dt.UTC))
    world.function("sweep", timer=HOURLY)(lambda event, context: ids.append(context.request_id))
    world.faults.on("timer.*").fired_twice()
    world.clock.advance(hours=1)
    assert len(ids) == len(set(ids)) == 2


@pytest.mark.parametrize("effect", ["hang", "delay(seconds=90)", "cold_start(seconds=90)"])
def test_a_timer_that_takes_longer_than_it_waits_does_not_hold_up_the_clock(
    world: FakeCloud, effect: str
) -> None:
    ran: list[float] = []
    began = world.clock.move_to(dt.datetime(2030, 1, 1, 0, 30, tzinfo=dt.UTC))

    @world.function("tick", timer="*/20 * * * * * *")
    def tick(event: Any, context: Any) -> None:
        ran.append((world.clock.now() - began).total_seconds())

    world.faults.add(f"timer.tick: {effect}")
    world.clock.advance(minutes=3)
    assert world.clock.now() - began == dt.timedelta(minutes=3)
    assert len(world.calls.to("timer.tick")) == 9
    gaps = [after - before for before, after in itertools.pairwise(ran)]
    assert len(ran) == (0 if effect == "hang" else 4)
    assert all(gap == 20 for gap in gaps)


def test_a_timer_s_handler_may_die(world: FakeCloud) -> None:
    world.clock.move_to(dt.datetime(2030, 1, 1, 0, 30, tzinfo=dt.UTC))

    @world.function("sweep", timer=HOURLY)
    def sweep(event: Any, context: Any) -> None:
        for _ in range(3):
            context.cloud.database().collection("todos").add(data={})

    world.faults.on("timer.sweep").crash(after=3).once()
    world.clock.advance(hours=1)
    assert len(records(world)) == 2
    world.clock.advance(hours=1)
    assert len(records(world)) == 5


# --- delayed tasks -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("effect", "ran"),
    [("delay(seconds=0)", 1), ("missed once", 0), ("fired_twice", 2), ("crash", 0)],
)
def test_what_becomes_of_a_delayed_task(world: FakeCloud, effect: str, ran: int) -> None:
    world.register_function("pay", lambda event, context: records_one(context))
    world.server.openapi.cloudbase.addDelayedFunctionTask(
        {"functionName": "pay", "delayTime": 60, "data": "{}"}
    )
    rule = world.faults.add(f"delayed.pay: {effect}")
    world.clock.advance(hours=1)
    assert rule.fired == 1
    assert len(records(world)) == ran


def records_one(context: Any) -> None:
    """A handler whose first call is what a crash comes before."""
    context.cloud.database().collection("todos").add(data={})


# --- clocks of devices ---------------------------------------------------------------------------


def off(world: FakeCloud, openid: str) -> float:
    """How far a device's clock is ahead, in seconds."""
    return (world.as_user(openid).device_clock.now() - world.clock.now()).total_seconds()


def test_a_device_shows_the_cloud_s_time(world: FakeCloud) -> None:
    assert world.device_clock.now() == world.clock.now()
    assert off(world, "o-bob") == 0


SKEWS = [
    ({"minutes": 7}, 420),
    ({"hours": -1, "seconds": 1}, -3599),
    ({"milliseconds": 1}, 0.001),
]


@pytest.mark.parametrize(("units", "seconds"), SKEWS)
def test_one_device_is_wrong(world: FakeCloud, units: Any, seconds: float) -> None:
    rule = world.faults.skew("o-bob", **units)
    assert off(world, "o-bob") == seconds
    assert off(world, "o-alice") == 0
    rule.stop()
    assert off(world, "o-bob") == 0


def test_a_skew_as_a_timedelta_and_in_a_block(world: FakeCloud) -> None:
    with world.faults.skew("o-bob", dt.timedelta(days=1)):
        assert off(world, "o-bob") == 86400
    assert off(world, "o-bob") == 0


@pytest.mark.parametrize(("rate", "after_an_hour"), [(1.01, 36), (0.5, -1800), (1, 0), (2, 3600)])
def test_a_clock_drifts_from_when_it_was_said(
    world: FakeCloud, rate: float, after_an_hour: float
) -> None:
    world.clock.advance(hours=5)
    world.faults.drift("o-bob", rate=rate)
    assert off(world, "o-bob") == 0
    world.clock.advance(hours=1)
    assert off(world, "o-bob") == pytest.approx(after_an_hour)
    assert off(world, "o-alice") == 0


def test_skew_and_drift_add_up(world: FakeCloud) -> None:
    world.faults.skew("o-bob", minutes=1)
    world.faults.skew("o-bob", minutes=2)
    world.faults.drift("o-bob", rate=2)
    world.clock.advance(10)
    assert off(world, "o-bob") == 190


def test_healing_sets_every_clock_right(world: FakeCloud) -> None:
    world.faults.skew("o-bob", minutes=7)
    world.faults.heal()
    assert off(world, "o-bob") == 0


def test_reading_a_clock_is_no_call(world: FakeCloud) -> None:
    rule = world.faults.skew("o-alice", minutes=7)
    world.faults.fail("*")
    world.faults.offline()
    assert off(world, "o-alice") == 420
    assert len(world.calls) == 0
    assert rule.fired == 1


def test_a_clock_that_nobody_reads_is_an_unused_rule(world: FakeCloud) -> None:
    rule = world.faults.skew("o-bob", minutes=7)
    assert world.faults.unused() == [rule]
    off(world, "o-bob")
    assert world.faults.unused() == []


def test_what_the_backend_writes_is_its_own_time(world: FakeCloud, app: Any, todos: Any) -> None:
    world.faults.skew("o-alice", minutes=7)
    todos.add(data={"_id": "a", "at": app.database().serverDate()})
    assert todos.doc("a").get()["data"]["at"] == world.clock.now().replace(
        microsecond=world.clock.now().microsecond // 1000 * 1000
    )


# --- links ---------------------------------------------------------------------------------------


@pytest.fixture
def link(world: FakeCloud, app: Any) -> Any:
    """Makes a link to a private file."""
    world.set_storage_permission("PRIVATE")
    file_id = world.uploadFile(cloudPath="a", filePath=__file__).fileID
    return lambda: app.getTempFileURL(fileList=[file_id])["fileList"][0]["tempFileURL"]


def test_all_links_expire_at_once(world: FakeCloud, link: Any) -> None:
    old = [link(), link()]
    world.faults.expire_now()
    assert [world.fetch(url).status_code for url in old] == [403, 403]
    assert "the link has expired" in world.fetch(old[0]).text
    new = link()
    assert world.fetch(new).status_code == 200
    world.faults.expire_now()
    assert [world.fetch(url).status_code for url in (*old, new)] == [403, 403, 403]
    assert world.fetch(link()).status_code == 200


def test_a_forged_link_is_none_that_expired(world: FakeCloud, link: Any) -> None:
    forged = link().replace("sign=", "sign=f")
    world.faults.expire_now()
    assert "CDN_INVALID_SIGNATURE" in world.fetch(forged).text


def test_a_restored_world_has_its_links_again(world: FakeCloud, link: Any) -> None:
    url, state = link(), world.snapshot()
    world.faults.expire_now()
    fork = world.fork()
    assert (world.fetch(url).status_code, fork.fetch(url).status_code) == (403, 403)
    world.restore(state)
    assert world.fetch(url).status_code == 200


def test_everybody_s_files_have_links_that_stay(world: FakeCloud, app: Any) -> None:
    file_id = world.uploadFile(cloudPath="a", filePath=__file__).fileID
    url = app.getTempFileURL(fileList=[file_id])["fileList"][0]["tempFileURL"]
    world.faults.expire_now()
    assert world.fetch(url).status_code == 200


# --- other things that expire --------------------------------------------------------------------


def test_cloud_ids_expire_at_once(world: FakeCloud, app: Any) -> None:
    world.register_function("echo", lambda event, context: event["phone"])
    for cloud_id in ("old", "older"):
        world.open_data(cloud_id, {"phoneNumber": "1"})
    state = world.snapshot()

    def opened(cloud_id: str) -> Any:
        return app.callFunction(name="echo", data={"phone": world.CloudID(cloud_id)})["result"]

    assert opened("old")["data"]["phoneNumber"] == "1"
    world.faults.expire_now("cloud_ids")
    world.open_data("new", {"phoneNumber": "2"})
    for cloud_id in ("old", "older"):
        assert opened(cloud_id) == {
            "cloudID": cloud_id,
            "errCode": -601006,
            "errMsg": "cloudID expired.",
        }
    assert opened("new")["data"]["phoneNumber"] == "2"
    world.restore(state)
    assert opened("old")["data"]["phoneNumber"] == "1"


def test_open_transactions_end_at_once(world: FakeCloud, face: Any) -> None:
    world.seed({"todos": [{"_id": "x", "n": 1}]})
    transaction = world.server.database().startTransaction()
    transaction.collection("todos").doc("x").update(data={"n": 2})
    world.faults.expire_now("transactions")
    assert error_of(transaction.commit).name == "DATABASE_TRANSACTION_FAIL"
    assert records(world)[0]["n"] == 1


def test_the_timeline_says_what_has_expired(world: FakeCloud) -> None:
    for what in ("links", "cloud_ids", "transactions"):
        world.faults.expire_now(what)
    assert [line.partition("· ")[2] for line in world.calls.lines()] == [
        "fault: all links expire",
        "fault: all cloud ids expire",
        "fault: all transactions expire",
    ]


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("cloud_id", "nothing called 'cloud_id' expires; did you mean 'cloud_ids'?"),
        ("milk", "nothing called 'milk' expires; there are links, cloud_ids, transactions"),
        (5, "nothing called 5 expires; there are links, cloud_ids, transactions"),
    ],
)
def test_what_does_not_expire(world: FakeCloud, what: Any, text: str) -> None:
    with pytest.raises(MisuseError) as caught:
        world.faults.expire_now(what)
    assert str(caught.value) == text


MISTAKES = [
    ("function.x", "crash(after=0)", "crash() takes a whole number, 1 or more, not 0"),
    ("function.x", 'oom(after="1")', "oom() takes a whole number, 1 or more, not '1'"),
    ("function.x", "cold_start(seconds=-1)", "cold_start() takes seconds, 0 or more, not -1"),
    ("function.x", "missed", "missed strikes timer.*, delayed.*, and nothing of 'function.x'"),
    ("device.o-bob", 'skew(seconds="7m")', "skew() takes seconds, also below 0, not '7m'"),
    (
        "device.o-bob",
        "drift(rate=0)",
        "drift() takes a rate above 0, 1 for none, at most 1000, not 0",
    ),
    ("device.o-bob", "fail", "fail strikes *, and nothing of 'device.o-bob'"),
    ("storage.*", "skew(seconds=1)", "skew strikes device.*, and nothing of 'storage.*'"),
]


@pytest.mark.parametrize(("pattern", "effect", "text"), MISTAKES)
def test_mistakes(world: FakeCloud, pattern: str, effect: str, text: str) -> None:
    with pytest.raises(MisuseError) as caught:
        world.faults.add(f"{pattern}: {effect}")
    assert str(caught.value) == text


def test_a_skew_is_said_in_the_units_of_timedelta(world: FakeCloud) -> None:
    with pytest.raises(MisuseError, match="skew\\(\\) takes the keywords of timedelta"):
        world.faults.skew("o-bob", minuets=7)

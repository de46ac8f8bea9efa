"""The life of a function's instances: memory, cold starts, concurrency, circles, output."""

# ruff: noqa: T201 - handlers print

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import io
import logging
import sys
import threading
from typing import Any

import pytest

from cloud_fake import CloudError, FakeCloud, MisuseError


@pytest.fixture
def cloud() -> FakeCloud:
    cloud = FakeCloud(env="dev-1a2b3c", openid="o-alice", collections=["todos"], seed=7)
    cloud.clock.freeze()
    return cloud


def count(_event: Any, context: Any) -> int:
    """How often this instance was called."""
    context.instance["calls"] = context.instance.get("calls", 0) + 1
    return context.instance["calls"]  # type: ignore[no-any-return]


def calls(app: Any, name: str = "count") -> int:
    return app.callFunction(name=name).result  # type: ignore[no-any-return]


# --- memory --------------------------------------------------------------------------------------


def test_a_warm_instance_remembers(cloud: FakeCloud, face: Any) -> None:
    cloud.register_function("count", count)
    app = face(cloud)
    assert [calls(app) for _ in range(3)] == [1, 2, 3]


def test_an_idle_instance_is_recycled_after_half_an_hour(cloud: FakeCloud) -> None:
    cloud.register_function("count", count)
    calls(cloud)
    cloud.clock.advance(minutes=30)
    assert calls(cloud) == 2
    cloud.clock.advance(minutes=30, seconds=1)
    assert calls(cloud) == 1


def test_how_long_an_idle_instance_lives_can_be_said(cloud: FakeCloud) -> None:
    cloud.register_function("count", count, keep_warm=5)
    calls(cloud)
    cloud.clock.advance(seconds=6)
    assert calls(cloud) == 1


def test_recycled_by_hand(cloud: FakeCloud) -> None:
    cloud.register_function("count", count)
    calls(cloud)
    cloud.recycle("count")
    assert calls(cloud) == 1
    with pytest.raises(MisuseError, match=r"^there is no function 'conut'$"):
        cloud.recycle("conut")


def test_an_instance_that_is_recycled_while_it_runs_ends_with_its_call(cloud: FakeCloud) -> None:
    @cloud.function("count")
    def recycled_inside(event: Any, context: Any) -> int:
        cloud.recycle("count")
        return count(event, context)

    assert [calls(cloud), calls(cloud)] == [1, 1]


def fail(error: BaseException) -> Any:
    def handler(_event: Any, context: Any) -> int:
        context.instance["calls"] = context.instance.get("calls", 0) + 1
        if context.instance["calls"] == 1:
            raise error
        return context.instance["calls"]  # type: ignore[no-any-return]

    return handler


ENDS = [
    pytest.param(ValueError("no"), 2, id="an error leaves the process as it is"),
    pytest.param(SystemExit(1), -504002, id="an exit ends it"),
]


@pytest.mark.parametrize(("error", "after"), ENDS)
def test_what_is_left_of_an_instance_that_failed(
    cloud: FakeCloud, error: BaseException, after: int
) -> None:
    cloud.register_function("count", fail(error))
    with pytest.raises(CloudError):
        calls(cloud)
    try:
        outcome: Any = calls(cloud)
    except CloudError as again:
        outcome = again.code  # a new process, which fails as the first one did
    assert outcome == after


def test_an_instance_whose_time_was_over_is_gone(cloud: FakeCloud) -> None:
    @cloud.function("count", timeout=3)
    def slow_at_first(event: Any, context: Any) -> int:
        if event.get("slow"):
            context.instance["calls"] = 10
            cloud.clock.advance(seconds=4)
        return count(event, context)

    with pytest.raises(CloudError, match="-504003"):
        cloud.callFunction(name="count", data={"slow": True})
    assert calls(cloud) == 1


def test_each_function_and_environment_has_instances_of_its_own(cloud: FakeCloud) -> None:
    cloud.create_env("other-9z")
    for name, env in (("count", None), ("again", None), ("count", "other-9z")):
        cloud.register_function(name, count, env=env)
    calls(cloud)
    assert calls(cloud, "again") == 1
    other = cloud.callFunction(name="count", config={"env": "other-9z"})
    assert (other.result, calls(cloud)) == (1, 2)


def test_memory_is_no_state(cloud: FakeCloud) -> None:
    """A restored, forked or reset cloud is a cloud whose instances have all been recycled."""
    cloud.register_function("count", count)
    state = cloud.snapshot()
    calls(cloud)
    assert calls(cloud.fork()) == 1
    cloud.restore(state)
    assert [calls(cloud), calls(cloud)] == [1, 2]
    cloud.reset()
    assert calls(cloud) == 1


def test_deploying_anew_leaves_no_instance_of_the_old_code(cloud: FakeCloud) -> None:
    cloud.register_function("count", count)
    calls(cloud)
    cloud.register_function("count", count)
    assert calls(cloud) == 1


# --- cold starts ---------------------------------------------------------------------------------


def test_a_cold_start_takes_its_time_and_is_no_part_of_the_time_limit(
    cloud: FakeCloud, face: Any
) -> None:
    cloud.register_function("count", count, cold_start=5, timeout=3)
    app, begin = face(cloud), cloud.clock.now()
    calls(app)
    assert cloud.clock.now() - begin == dt.timedelta(seconds=5)
    calls(app)
    assert cloud.clock.now() - begin == dt.timedelta(seconds=5)
    assert str(cloud.calls).count("· cold start: count") == 1


BAD = [
    ({"timeout": 0}, "a time limit is in seconds, above 0, not 0"),
    ({"timeout": True}, "a time limit is in seconds, above 0, not True"),
    ({"timeout": "3"}, "a time limit is in seconds, above 0, not '3'"),
    ({"cold_start": -1}, "cold_start is in seconds, 0 or more, not -1"),
    ({"keep_warm": None}, "keep_warm is in seconds, 0 or more, not None"),
]


@pytest.mark.parametrize(("options", "text"), BAD)
def test_options_that_are_none(cloud: FakeCloud, options: dict[str, Any], text: str) -> None:
    with pytest.raises(MisuseError, match=f"^{text}$"):
        cloud.register_function("count", count, **options)


def test_an_option_that_does_not_exist(cloud: FakeCloud) -> None:
    with pytest.raises(TypeError, match="tiemout"):
        cloud.register_function("count", count, tiemout=3)  # type: ignore[call-arg]


# --- concurrency ---------------------------------------------------------------------------------


def test_calls_at_once_have_instances_of_their_own(cloud: FakeCloud) -> None:
    @cloud.function("count")
    async def slow(event: Any, context: Any) -> int:
        number = count(event, context)
        await asyncio.sleep(0)
        return number

    async def three() -> list[int]:
        made = (cloud.aio.callFunction(name="count") for _ in range(3))
        return [answer.result for answer in await asyncio.gather(*made)]

    assert asyncio.run(three()) == [1, 1, 1]
    # Three are warm now; one after the other, the last one used serves.
    assert asyncio.run(three()) == [2, 2, 2]
    assert [calls(cloud), calls(cloud)] == [3, 4]


def test_a_function_that_calls_itself_does_so_in_another_instance(cloud: FakeCloud) -> None:
    @cloud.function("count")
    def twice(event: Any, context: Any) -> list[int]:
        number = count(event, context)
        if event.get("inner"):
            return [number]
        inner = context.cloud.callFunction(name="count", data={"inner": True}).result
        return [number, *inner]

    assert cloud.callFunction(name="count").result == [1, 1]


# --- circles -------------------------------------------------------------------------------------


def calling(name: str) -> Any:
    def handler(_event: Any, context: Any) -> Any:
        return context.cloud.callFunction(name=name).result

    return handler


CIRCLES = [
    ({"a": "a"}, "a -> a"),
    ({"a": "b", "b": "a"}, "a -> b -> a"),
    ({"a": "b", "b": "c", "c": "b"}, "c -> b -> c"),
]


@pytest.mark.parametrize(("functions", "circle"), CIRCLES)
def test_a_circle_of_functions_is_named(
    cloud: FakeCloud, face: Any, functions: dict[str, str], circle: str
) -> None:
    for name, called in functions.items():
        cloud.register_function(name, calling(called))
    with pytest.raises(CloudError) as caught:
        face(cloud).callFunction(name="a")
    assert caught.value.code == -504002
    text = f"functions call each other in a circle, more than 20 deep: {circle}"
    assert text in caught.value.errMsg
    assert len(cloud.calls) == 21


def test_twenty_functions_may_call_each_other(cloud: FakeCloud) -> None:
    for number in range(1, 21):
        cloud.register_function(f"f{number}", calling(f"f{number + 1}"))
    cloud.register_function("f20", lambda _event, _context: "at last")
    assert cloud.callFunction(name="f1").result == "at last"
    cloud.register_function("f0", calling("f1"))
    with pytest.raises(CloudError, match="functions call each other more than 20 deep: f0 -> f1"):
        cloud.callFunction(name="f0")


# --- output --------------------------------------------------------------------------------------


def notes(cloud: FakeCloud) -> list[str]:
    marked = (line.partition(" · ")[2] for line in cloud.calls.lines())
    return [note for note in marked if note]


def test_what_a_handler_prints_and_logs_stands_on_the_timeline(
    cloud: FakeCloud, face: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    @cloud.function("talk")
    def talk(_event: Any, context: Any) -> None:
        print("one", 2)
        print("three\nfour", end="")
        logging.getLogger("some.where").warning("careful with %s", "that")
        logging.getLogger("some.where").debug("nobody hears this")
        context.log("a line", 5)
        context.logger.debug("every %s", "level")

    before = sys.stdout
    face(cloud).callFunction(name="talk")
    assert notes(cloud) == [
        "print: one 2",
        "print: three",
        "log: WARNING careful with that",
        "log: a line 5",
        "log: DEBUG every level",
        "print: four",
    ]
    assert sys.stdout is before
    assert capsys.readouterr().out == "one 2\nthree\nfour"


def test_what_an_async_handler_prints(cloud: FakeCloud, face: Any) -> None:
    @cloud.function("talk")
    async def talk(_event: Any, _context: Any) -> None:
        print("before")
        await asyncio.sleep(0)
        print("after")

    face(cloud).callFunction(name="talk")
    assert notes(cloud) == ["print: before", "print: after"]


def test_each_handlers_text_is_its_own_and_nobody_elses(cloud: FakeCloud) -> None:
    @cloud.function("talk")
    async def talk(event: Any, context: Any) -> None:
        print(event["name"])
        await asyncio.sleep(0)
        if event["name"] == "a":
            context.cloud.callFunction(name="inner")
        print(event["name"])

    @cloud.function("inner")
    def inner(_event: Any, _context: Any) -> None:
        print("inner")

    async def app() -> None:
        async def bystander() -> None:
            await asyncio.sleep(0)
            print("not a handler's")

        talking = (cloud.aio.callFunction(name="talk", data={"name": name}) for name in "ab")
        await asyncio.gather(*talking, bystander())

    asyncio.run(app())
    assert sorted(notes(cloud)) == ["print: a"] * 2 + ["print: b"] * 2 + ["print: inner"]
    (deeper,) = [entry for entry in cloud.calls.entries if getattr(entry, "text", "") == "inner"]
    assert deeper.depth == 2


def test_a_thread_of_a_handler_is_nobodys(
    cloud: FakeCloud, capsys: pytest.CaptureFixture[str]
) -> None:
    @cloud.function("talk")
    def talk(_event: Any, _context: Any) -> None:
        thread = threading.Thread(target=print, args=("from a thread",))
        thread.start()
        thread.join()

    cloud.callFunction(name="talk")
    assert notes(cloud) == []
    assert capsys.readouterr().out == "from a thread\n"


def test_a_redirection_that_outlives_the_handler_does_no_harm(cloud: FakeCloud) -> None:
    """Whoever restores what he found restores a tap; it still passes everything through."""
    before = sys.stdout
    redirection = contextlib.redirect_stdout(io.StringIO())

    @cloud.function("talk")
    def talk(_event: Any, _context: Any) -> None:
        redirection.__enter__()

    try:
        cloud.callFunction(name="talk")
        redirection.__exit__(None, None, None)
        cloud.register_function("talk", lambda _event, _context: print("heard"))
        cloud.callFunction(name="talk")
        assert notes(cloud) == ["print: heard"]
    finally:
        sys.stdout = before


def test_the_root_logger_is_left_as_it_was(cloud: FakeCloud) -> None:
    before = [*logging.getLogger().handlers]
    cloud.register_function("talk", lambda _event, _context: logging.error("oh"))
    cloud.callFunction(name="talk")
    assert logging.getLogger().handlers == before
    logging.error("not a handler's")
    assert notes(cloud) == ["log: ERROR oh"]


def test_what_is_printed_while_a_handler_fails(cloud: FakeCloud) -> None:
    @cloud.function("talk")
    def talk(_event: Any, _context: Any) -> None:
        print("last words", end="")
        raise ValueError

    with pytest.raises(CloudError):
        cloud.callFunction(name="talk")
    assert notes(cloud) == ["print: last words"]


def test_the_request_has_one_id_in_the_context_and_in_the_answer(cloud: FakeCloud) -> None:
    cloud.register_function("id", lambda _event, context: context.request_id)
    answer = cloud.callFunction(name="id")
    assert answer.result == answer.requestID

"""The drivers: one flow, driven blocking, under asyncio and under trio."""

from __future__ import annotations

import asyncio
import contextvars
import importlib.util
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from cloud_fake import CloudError, FakeCloud
from cloud_fake.kernel.flow import Await, Flow, Pause, run_async, run_blocking, sleep_in_this_loop

Wait = Callable[[float], float]

needs_trio = pytest.mark.skipif(
    importlib.util.find_spec("trio") is None, reason="trio is not installed"
)
LOOPS = ["asyncio", pytest.param("trio", marks=needs_trio)]


def run_in(loop: str, main: Callable[[], Any]) -> Any:
    """The result of an async function, in an event loop of its own."""
    if loop == "asyncio":
        return asyncio.run(main())
    import trio

    return trio.run(main)


@pytest.fixture(params=["blocking", *LOOPS])
def drive(request: pytest.FixtureRequest) -> Any:
    """Drives a flow to its end, in each of the ways there are."""

    def run(flow: Flow[Any], wait: Wait = lambda seconds: 0.0) -> Any:
        if request.param == "blocking":
            return run_blocking(flow, wait)

        async def sleep(pause: Pause) -> None:
            await sleep_in_this_loop(wait(pause.seconds))

        async def main() -> Any:
            return await run_async(flow, sleep)

        return run_in(request.param, main)

    return run


async def coming(value: Any) -> Any:
    return value


async def failing(error: BaseException) -> Any:
    raise error


# --- one flow, every driver ----------------------------------------------------------------------


def test_a_flow_that_yields_nothing_is_just_its_result(drive: Any) -> None:
    def flow() -> Flow[str]:
        yield from ()
        return "done"

    assert drive(flow()) == "done"


def test_pauses_ask_the_clock_and_send_nothing_back(drive: Any) -> None:
    waited: list[float] = []

    def flow() -> Flow[list[Any]]:
        return [(yield Pause(1)), (yield Pause(2.5))]

    def wait(seconds: float) -> float:
        waited.append(seconds)
        return 0.0

    assert drive(flow(), wait) == [None, None]
    assert waited == [1, 2.5]


def test_what_the_clock_leaves_over_is_slept(drive: Any) -> None:
    def flow() -> Flow[None]:
        yield Pause(1)

    began = time.monotonic()
    drive(flow(), lambda seconds: 0.02)
    assert time.monotonic() - began >= 0.02


def test_awaits_send_back_the_result(drive: Any) -> None:
    def flow() -> Flow[list[Any]]:
        return [(yield Await(coming(1))), (yield Await(coming("two")))]

    assert drive(flow()) == [1, "two"]


@pytest.mark.parametrize("error", [ValueError("no"), KeyboardInterrupt()], ids=repr)
def test_an_error_is_thrown_where_the_flow_waits(drive: Any, error: BaseException) -> None:
    seen: list[BaseException] = []

    def flow() -> Flow[None]:
        try:
            yield Await(failing(error))
        except BaseException as thrown:
            seen.append(thrown)
            raise

    with pytest.raises(type(error)):
        drive(flow())
    assert [type(thrown) for thrown in seen] == [type(error)]


def test_a_flow_may_catch_an_error_and_go_on(drive: Any) -> None:
    def flow() -> Flow[list[Any]]:
        answers = []
        for awaitable in (failing(ValueError("no")), coming("yes")):
            try:
                answers.append((yield Await(awaitable)))
            except ValueError as error:
                answers.append(str(error))
        return answers

    assert drive(flow()) == ["no", "yes"]


def test_a_flow_may_catch_an_error_and_end(drive: Any) -> None:
    def flow() -> Flow[str]:
        try:
            yield Await(failing(ValueError("no")))
        except ValueError:
            return "caught"
        return "not reached"

    assert drive(flow()) == "caught"


def test_an_error_of_the_clock_reaches_the_flow_too(drive: Any) -> None:
    seen: list[str] = []

    def broken(seconds: float) -> float:
        raise ValueError(f"cannot wait {seconds}")

    def flow() -> Flow[None]:
        try:
            yield Pause(1)
        finally:
            seen.append("unwound")

    with pytest.raises(ValueError, match="cannot wait 1"):
        drive(flow(), broken)
    assert seen == ["unwound"]


def test_an_error_of_the_flow_s_own_passes_through(drive: Any) -> None:
    def flow() -> Flow[None]:
        yield Pause(0)
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        drive(flow())


# --- handlers, on both faces ---------------------------------------------------------------------


def plain(event: Any, context: Any) -> Any:
    todos = context.cloud.database().collection("todos")
    todos.add(data={"text": event["text"]})
    return todos.count()["total"]


async def awaiting(event: Any, context: Any) -> Any:
    todos = context.cloud.aio.database().collection("todos")
    await todos.add(data={"text": event["text"]})
    return (await todos.count())["total"]


async def blocking_inside(event: Any, context: Any) -> Any:
    return plain(event, context)


HANDLERS = [plain, awaiting, blocking_inside]


@pytest.fixture(params=HANDLERS, ids=lambda handler: handler.__name__)
def cloud(request: pytest.FixtureRequest) -> FakeCloud:
    """A cloud whose function `add` is written in one of the ways there are."""
    cloud = FakeCloud(env="dev", collections=["todos"])
    cloud.register_function("add", request.param)
    return cloud


ADD = {"name": "add", "data": {"text": "milk"}}


def test_the_blocking_face_calls_every_handler(cloud: FakeCloud) -> None:
    assert cloud.callFunction(ADD).result == 1


@pytest.mark.parametrize("loop", LOOPS)
def test_the_blocking_face_calls_every_handler_inside_a_running_loop(
    cloud: FakeCloud, loop: str
) -> None:
    async def main() -> Any:
        return cloud.callFunction(ADD).result

    assert run_in(loop, main) == 1


@pytest.mark.parametrize("loop", LOOPS)
def test_the_awaitable_face_calls_every_handler(cloud: FakeCloud, loop: str) -> None:
    async def main() -> Any:
        return (await cloud.aio.callFunction(ADD)).result

    assert run_in(loop, main) == 1


@needs_trio
def test_under_trio_a_handler_may_use_trio() -> None:
    import trio

    cloud = FakeCloud(env="dev")

    @cloud.function("nap")
    async def nap(event: Any, context: Any) -> str:
        await trio.lowlevel.checkpoint()
        return "slept"

    async def main() -> Any:
        return (await cloud.aio.callFunction(name="nap")).result

    assert trio.run(main) == "slept"


@pytest.mark.parametrize("loop", LOOPS)
def test_a_delay_is_awaited_in_whatever_loop_runs(loop: str) -> None:
    cloud = FakeCloud(env="dev", collections=["todos"], real_time=True)
    cloud.faults.delay("database.todos.count", seconds=0.02)
    told: list[str] = []

    async def meanwhile() -> None:
        told.append("the loop is free")

    async def main() -> None:
        count = cloud.aio.database().collection("todos").count
        if loop == "asyncio":
            await asyncio.gather(count(), meanwhile())
        else:
            import trio

            async with trio.open_nursery() as nursery:
                nursery.start_soon(count)
                nursery.start_soon(meanwhile)
        told.append("counted")

    began = time.monotonic()
    run_in(loop, main)
    assert time.monotonic() - began >= 0.02
    assert told == ["the loop is free", "counted"]


def test_a_handler_s_error_is_the_caller_s_on_every_face(face: Any) -> None:
    cloud = FakeCloud(env="dev")

    @cloud.function("plain")
    def plain_one(event: Any, context: Any) -> None:
        raise ValueError("no milk")

    @cloud.function("async")
    async def async_one(event: Any, context: Any) -> None:
        raise ValueError("no milk")

    for name in ("plain", "async"):
        with pytest.raises(CloudError) as caught:
            face(cloud).callFunction(name=name)
        assert caught.value.code == -504002
        assert "ValueError: no milk" in caught.value.errMsg
        assert isinstance(caught.value.__cause__, ValueError)


# --- what a blocking call leaves alone -----------------------------------------------------------


def test_a_blocking_call_leaves_the_thread_s_event_loop_alone() -> None:
    cloud = FakeCloud(env="dev", collections=["todos"])
    cloud.register_function("add", awaiting)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        cloud.callFunction(ADD)
        assert asyncio.get_event_loop() is loop
    finally:
        asyncio.set_event_loop(None)
        loop.close()


def test_inside_a_running_loop_the_handler_sees_the_caller_s_context() -> None:
    cloud = FakeCloud(env="dev")
    user = contextvars.ContextVar("user", default="nobody")

    @cloud.function("who")
    async def who(event: Any, context: Any) -> Any:
        return [user.get(), threading.current_thread() is threading.main_thread()]

    async def main() -> Any:
        user.set("alice")
        return cloud.callFunction(name="who").result

    assert asyncio.run(main()) == ["alice", False]


# --- cancellation --------------------------------------------------------------------------------


@pytest.mark.parametrize("loop", LOOPS)
def test_cancellation_reaches_the_handler_and_closes_the_line(loop: str) -> None:
    cloud = FakeCloud(env="dev", collections=["todos"])
    told: list[str] = []

    @cloud.function("forever")
    async def forever(event: Any, context: Any) -> None:
        await context.cloud.aio.database().collection("todos").add(data={"text": "before"})
        try:
            await sleep_forever()
        finally:
            told.append("unwound")

    async def sleep_forever() -> None:
        if loop == "asyncio":
            await asyncio.Event().wait()
        else:
            import trio

            await trio.sleep_forever()

    async def main() -> None:
        call = cloud.aio.callFunction
        if loop == "asyncio":
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(call(name="forever"), 0.01)
        else:
            import trio

            with trio.move_on_after(0.01):
                await call(name="forever")

    run_in(loop, main)
    assert told == ["unwound"]
    line = cloud.calls[0]
    assert line.name == "function.forever"
    assert line.ended is not None
    assert not line.ok
    assert type(line.error).__name__ in {"CancelledError", "Cancelled"}
    assert cloud.database().collection("todos").count().total == 0  # a server's write is not ours
    assert cloud.server.database().collection("todos").count().total == 1


def test_a_call_that_is_dropped_midway_is_unwound() -> None:
    seen: list[type[BaseException]] = []

    class Never:
        def __await__(self) -> Any:
            yield

    def flow() -> Flow[None]:
        try:
            yield Await(Never())
        except BaseException as error:
            seen.append(type(error))
            raise

    running = run_async(flow(), sleep_in_this_loop)
    running.send(None)
    running.close()
    assert seen == [GeneratorExit]

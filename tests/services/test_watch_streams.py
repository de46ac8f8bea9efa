"""Watching on the awaitable face: a watcher to iterate over, in asyncio and in trio."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

import anyio
import anyio.to_thread
import pytest

from cloud_fake import CloudError, FakeCloud
from cloud_fake.kernel import bells

pytest.importorskip("trio")

Main = Callable[[], Awaitable[None]]


@pytest.fixture(params=["asyncio", "trio"])
def run(request: pytest.FixtureRequest) -> Callable[[Main], None]:
    """Runs a coroutine function in one event loop or the other."""
    return lambda main: anyio.run(main, backend=request.param)


@pytest.fixture
def todos(world: FakeCloud) -> Any:
    return world.aio.database().collection("readonly")


def test_snapshots_come_in_order(run: Any, todos: Any) -> None:
    async def main() -> None:
        stream = todos.watch()
        await todos.add(data={"_id": "a"})
        await todos.doc("a").update(data={"n": 1})
        heard = []
        async for snapshot in stream:
            heard.append((snapshot.id, snapshot.docs))
            if len(heard) == 3:
                break
        owned = {"_id": "a", "_openid": "o-alice"}
        assert heard == [(0, []), (1, [owned]), (2, [{**owned, "n": 1}])]

    run(main)


def test_it_waits_for_what_is_not_there_yet(run: Any, todos: Any) -> None:
    async def main() -> None:
        stream = todos.watch()
        heard: list[list[str]] = []

        async def listen() -> None:
            async for snapshot in stream:
                heard.append([it["_id"] for it in snapshot.docs])
                if len(heard) == 4:
                    return

        with anyio.fail_after(5):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(listen)
                for name in ("a", "b", "c"):
                    await anyio.wait_all_tasks_blocked()
                    await todos.add(data={"_id": name})
        assert heard == [[], ["a"], ["a", "b"], ["a", "b", "c"]]

    run(main)


def test_a_write_in_another_thread_wakes_it(run: Any, world: FakeCloud, todos: Any) -> None:
    blocking = world.database().collection("readonly")

    async def main() -> None:
        stream = todos.watch()
        await anext(stream)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(anyio.to_thread.run_sync, lambda: blocking.add(data={"_id": "a"}))
            with anyio.fail_after(5):
                assert (await anext(stream)).docs[0]["_id"] == "a"

    run(main)


def close(stream: Any, _world: FakeCloud) -> None:
    stream.close()


def restore(_stream: Any, world: FakeCloud) -> None:
    world.restore(world.snapshot())


@pytest.mark.parametrize("end", [close, restore])
def test_it_ends_for_whoever_waits(run: Any, world: FakeCloud, todos: Any, end: Any) -> None:
    async def main() -> None:
        stream = todos.watch()
        ended = []

        async def listen() -> None:
            ended.append([snapshot.id async for snapshot in stream])

        with anyio.fail_after(5):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(listen)
                tasks.start_soon(listen)
                await anyio.wait_all_tasks_blocked()
                end(stream, world)
        assert sorted(ended) == [[], [0]]
        with pytest.raises(StopAsyncIteration):
            await anext(stream)

    run(main)


def test_after_close_nothing_is_left_to_read(run: Any, todos: Any) -> None:
    async def main() -> None:
        stream = todos.watch()
        await todos.add(data={})
        await stream.close()
        assert [snapshot async for snapshot in stream] == []

    run(main)


def test_aclosing_closes_it(run: Any, todos: Any) -> None:
    async def main() -> None:
        async with contextlib.aclosing(todos.watch()) as stream:
            async for snapshot in stream:
                assert snapshot.type == "init"
                break
        assert repr(stream) == "<SnapshotStream of readonly for o-alice, closed>"

    run(main)


def test_an_error_is_raised_once(run: Any, world: FakeCloud) -> None:
    async def main() -> None:
        stream = world.aio.database().collection("nowhere").watch()
        with pytest.raises(CloudError) as caught:
            await anext(stream)
        assert (caught.value.errCode, caught.value.code) == (-402002, -502005)
        assert [snapshot async for snapshot in stream] == []

    run(main)


def test_an_error_comes_after_the_snapshots_before_it(run: Any, world: FakeCloud) -> None:
    world.seed({"readonly": [{} for _ in range(5000)]})

    async def main() -> None:
        readonly = world.aio.database().collection("readonly")
        stream = readonly.watch()
        await readonly.add(data={})
        assert [(await anext(stream)).id for _ in range(2)] == [0, 1]
        with pytest.raises(CloudError, match="-402006"):
            await anext(stream)

    run(main)


def test_waiting_can_be_cancelled_and_taken_up_again(run: Any, todos: Any) -> None:
    async def main() -> None:
        stream = todos.watch()
        await anext(stream)
        with anyio.move_on_after(0.01) as scope:
            await anext(stream)
        assert scope.cancelled_caught
        assert not stream._inbox._bells._bells
        await todos.add(data={})
        assert (await anext(stream)).id == 1

    run(main)


def test_what_comes_while_it_turns_to_wait_is_not_missed(
    run: Any, world: FakeCloud, todos: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    hang = bells._bell_in_this_loop

    def write_and_hang() -> Any:
        world.database().collection("readonly").add(data={})
        return hang()

    async def main() -> None:
        stream = todos.watch()
        await anext(stream)
        monkeypatch.setattr(bells, "_bell_in_this_loop", write_and_hang)
        with anyio.fail_after(5):
            assert (await anext(stream)).id == 1

    run(main)


def test_a_loop_that_is_over_breaks_no_write(run: Any, world: FakeCloud, todos: Any) -> None:
    stream = todos.watch()
    waiting = stream.__anext__()

    async def main() -> None:
        assert (await anext(stream)).id == 0
        waiting.send(None)  # it waits, and nobody drives it any further

    run(main)
    world.database().collection("readonly").add(data={})
    stream.close()
    assert "raised" not in str(world.calls)
    with contextlib.suppress(RuntimeError):  # it cannot say good-bye to its loop either
        waiting.close()


def test_with_handlers_it_is_no_stream(run: Any, todos: Any) -> None:
    heard: list[Any] = []

    async def main() -> None:
        watcher = todos.watch(onChange=heard.append, onError=heard.append)
        await todos.add(data={})
        assert not hasattr(watcher, "__anext__")
        await watcher.close()
        await todos.add(data={})

    run(main)
    assert [it.id for it in heard] == [0, 1]

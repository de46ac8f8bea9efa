"""Capacity: only so much per time, in all, or at once."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path
from typing import Any

import pytest

from cloud_fake import CloudError, FakeCloud, MisuseError
from tests.faults.acts import error_of, fails, pattern_of

# --- throttle ------------------------------------------------------------------------------------


def test_so_many_in_a_window_that_slides(world: FakeCloud, todos: Any) -> None:
    rule = world.faults.on("database.todos.get").throttle(n=2, per=10)
    pattern = ""
    for _ in range(12):
        pattern += pattern_of(todos.get, 1)
        world.clock.advance(3)
    assert pattern == "..xx..xx..xx"
    assert rule.fired == 6


def test_a_throttled_call_is_refused_with_the_platform_s_code(world: FakeCloud, todos: Any) -> None:
    world.faults.on("database.todos.get").throttle(n=0)
    error = error_of(todos.get)
    assert (error.errCode, error.errMsg) == (-501003, "exceed request limit")


@pytest.mark.parametrize(("key", "bob"), [("user", "..x"), ("env", "xxx")])
def test_each_user_has_a_window_or_all_have_one(
    world: FakeCloud, face: Any, key: str, bob: str
) -> None:
    world.faults.on("database.*").throttle(n=2, per=60, key=key)
    alice_s, bob_s = (face(it).database().collection("todos") for it in (world, world.as_user("b")))
    assert pattern_of(alice_s.get, 3) == "..x"
    assert pattern_of(bob_s.get, 3) == bob


def test_times_counts_the_refusals(world: FakeCloud, todos: Any) -> None:
    world.faults.on("database.todos.get").throttle(n=2, per=600).times(3)
    assert pattern_of(todos.get, 8) == "..xxx..."


def test_what_a_throttle_lets_through_its_schedule_still_counts(
    world: FakeCloud, todos: Any
) -> None:
    world.faults.on("database.todos.get").throttle(n=1, per=600).between("00:10", "00:20")
    pattern = ""
    for _ in range(3):
        pattern += pattern_of(todos.get, 2)
        world.clock.advance(10)
    assert pattern == "..xx.."


# --- quota ---------------------------------------------------------------------------------------

READ, WRITE, CALL = -501015, -501016, -501003


def acts(world: FakeCloud, app: Any, tmp_path: Path) -> dict[str, Any]:
    """One call of each kind; the file has ten bytes."""
    (tmp_path / "a").write_bytes(b"0123456789")
    world.register_function("get", lambda event, context: None)
    todos = app.database().collection("todos")
    return {
        "read": todos.get,
        "count": todos.count,
        "write": lambda: todos.add(data={}),
        "link": lambda: app.getTempFileURL(fileList=[]),
        "upload": lambda: app.uploadFile(cloudPath="a", filePath=str(tmp_path / "a")),
        "function": lambda: app.callFunction(name="get"),
    }


#: What the quota is of, the calls that use it up, those that do not, and the code of its end.
QUOTAS = [
    ("calls", ["read", "write", "function"], [], CALL),
    ("reads", ["read", "count", "link"], ["write", "upload", "function"], READ),
    ("writes", ["write", "upload", "write"], ["read", "link", "function"], WRITE),
    ("files", ["upload", "upload", "upload"], ["read", "link", "write", "function"], WRITE),
]


@pytest.mark.parametrize(("of", "spent", "free", "code"), QUOTAS)
def test_what_a_quota_counts(
    world: FakeCloud, app: Any, tmp_path: Path, of: str, spent: Any, free: Any, code: int
) -> None:
    call = acts(world, app, tmp_path)
    world.faults.on("*").quota(n=3, of=of)
    for name in [*free, *spent, *free]:
        call[name]()
    assert error_of(call[spent[0]]).code == code
    assert not any(fails(call[name]) for name in free)


def test_a_quota_of_bytes(world: FakeCloud, app: Any, tmp_path: Path) -> None:
    call = acts(world, app, tmp_path)
    world.faults.on("storage.*").quota(n=25, of="bytes")
    assert [fails(call["upload"]) for _ in range(3)] == [False, False, True]
    assert not fails(call["link"])
    # What is refused uses nothing up, so something smaller still fits.
    (tmp_path / "a").write_bytes(b"01234")
    assert [fails(call["upload"]) for _ in range(2)] == [False, True]


def test_a_quota_of_the_server_sdk_s_bytes(world: FakeCloud, face: Any) -> None:
    server = face(world.server)
    world.faults.on("storage.upload").quota(n=10, of="bytes")
    server.uploadFile(cloudPath="a", fileContent=b"0123")
    server.uploadFile(cloudPath="b", fileContent=io.BytesIO(b"0123"))
    assert fails(server.uploadFile, cloudPath="c", fileContent=io.BytesIO(b"012"))
    assert not fails(server.uploadFile, cloudPath="d", fileContent=b"01")


def test_what_fails_anyway_uses_nothing_up(world: FakeCloud, todos: Any) -> None:
    world.faults.on("database.todos.get").quota(n=1)
    with world.faults.offline():
        assert pattern_of(todos.get, 2) == "xx"
    assert pattern_of(todos.get, 2) == ".x"


# --- concurrency ---------------------------------------------------------------------------------


async def at_once(cloud: FakeCloud, *names: str) -> str:
    """Call functions at once; which of them fail."""

    async def call(name: str) -> str:
        try:
            await cloud.aio.callFunction(name=name)
        except CloudError as error:
            return "x" if error.code == -501004 else "?"
        return "."

    return "".join(await asyncio.gather(*map(call, names)))


@pytest.fixture
def slow(world: FakeCloud) -> FakeCloud:
    """Functions that take a few turns of the event loop."""

    async def handler(event: Any, context: Any) -> None:
        for _ in range(5):
            await asyncio.sleep(0)

    for name in ("one", "two"):
        world.register_function(name, handler)
    return world


CONCURRENT = [
    ("function.one", 2, ["one", "one", "one"], "..x"),
    ("function.*", 2, ["one", "two", "one"], "..x"),
    ("function.one", 1, ["one", "two", "one", "two"], "..x."),
    ("function.*", 0, ["one"], "x"),
]


@pytest.mark.parametrize(("pattern", "n", "names", "failing"), CONCURRENT)
def test_only_so_many_at_once(
    slow: FakeCloud, pattern: str, n: int, names: list[str], failing: str
) -> None:
    slow.faults.on(pattern).concurrency(n=n)
    assert asyncio.run(at_once(slow, *names)) == failing
    if n:
        assert asyncio.run(at_once(slow, names[0])) == "."


def test_a_call_within_a_call_is_at_once_with_it(world: FakeCloud, app: Any) -> None:
    world.register_function("inner", lambda event, context: None)

    @world.function("outer")
    def outer(event: Any, context: Any) -> bool:
        return fails(context.cloud.callFunction, name="inner")

    world.faults.on("function.*").concurrency(n=1)
    assert app.callFunction(name="outer")["result"] is True
    assert not fails(app.callFunction, name="inner")


MISTAKES = [
    ("throttle(n=-1)", "throttle() takes a whole number, 0 or more, not -1"),
    ("throttle(n=1.5)", "throttle() takes a whole number, 0 or more, not 1.5"),
    ("throttle(per=-1)", "throttle() takes seconds, 0 or more, not -1"),
    ('throttle(key="ip")', "a throttle counts by 'user' or by 'env', not 'ip'"),
    ('quota(of="money")', "a quota is of calls, reads, writes, files, bytes, not 'money'"),
    ("quota(n=true)", "quota() takes a whole number, 0 or more, not True"),
    ("concurrency(n=null)", "concurrency() takes a whole number, 0 or more, not None"),
    ("throttle(limit=1)", "throttle() has no option 'limit'; there are n, per, key"),
]


@pytest.mark.parametrize(("effect", "text"), MISTAKES)
def test_mistakes(world: FakeCloud, effect: str, text: str) -> None:
    with pytest.raises(MisuseError) as caught:
        world.faults.add(f"*: {effect}")
    assert str(caught.value) == text

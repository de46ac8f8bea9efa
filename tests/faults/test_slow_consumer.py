"""Realtime: a client that is slower than what it watches."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from cloud_fake import FakeCloud, MisuseError
from tests.faults.test_realtime import Page, add


@pytest.fixture
def page(todos: Any) -> Page:
    """Watching before anything is there and before any rule is made."""
    return Page(todos)


def test_each_event_waits_for_the_one_before(world: FakeCloud, todos: Any, page: Page) -> None:
    world.faults.on("watch.todos").slow_consumer(seconds=2)
    add(todos, "abc")
    assert page.heard == ["0:", "1:a"]
    world.clock.advance(1.5)
    assert page.heard == ["0:", "1:a"]
    world.clock.advance(0.5)
    assert page.heard == ["0:", "1:a", "2:ab"]
    world.clock.advance(2)
    assert page.heard == ["0:", "1:a", "2:ab", "3:abc"]
    assert page.errors == []


def test_who_is_done_hears_at_once(world: FakeCloud, todos: Any, page: Page) -> None:
    world.faults.on("watch.todos").slow_consumer(seconds=2)
    for letter in "abc":
        add(todos, letter)
        world.clock.advance(3)
        assert page.heard[-1].endswith(letter)


def test_one_slow_event_holds_up_those_behind_it(world: FakeCloud, todos: Any, page: Page) -> None:
    rule = world.faults.on("watch.todos").slow_consumer(seconds=5).once()
    add(todos, "abc")
    assert page.heard == ["0:", "1:a"]
    world.clock.advance(5)
    assert page.heard == ["0:", "1:a", "2:ab", "3:abc"]
    assert rule.fired == 1


def test_two_rules_add_up(world: FakeCloud, todos: Any, page: Page) -> None:
    world.faults.on("watch.todos").slow_consumer(seconds=2)
    world.faults.on("watch.todos").slow_consumer(seconds=3)
    add(todos, "ab")
    world.clock.advance(4)
    assert page.heard == ["0:", "1:a"]
    world.clock.advance(1)
    assert page.heard[-1] == "2:ab"


@pytest.mark.parametrize(("most", "survives"), [(3, True), (2, False), (0, False)])
def test_who_is_too_slow_is_cast_off(
    world: FakeCloud, todos: Any, page: Page, most: int, survives: bool
) -> None:
    world.faults.on("watch.todos").slow_consumer(seconds=10, most=most)
    add(todos, "abcd")
    assert (page.errors == []) is survives
    world.clock.advance(60)
    if survives:
        assert page.heard[-1] == "4:abcd"
    else:
        assert page.heard == ["0:", "1:a"]
        assert page.errors[0].errCode == -402009
        assert page.errors[0].errMsg.startswith("Try Again Later, code 1013")


def test_another_client_is_not_slow(world: FakeCloud, face: Any) -> None:
    world.set_collection_permission("todos", "READONLY")
    alice, bob = (face(it).database().collection("todos") for it in (world, world.as_user("o-bob")))
    pages = [Page(alice), Page(bob)]
    world.faults.on("watch.todos", caller="o-bob").slow_consumer(seconds=9)
    add(alice, "ab")
    assert [page.heard[-1] for page in pages] == ["2:ab", "1:a"]


def test_a_closed_watch_hears_nothing_of_what_waits(
    world: FakeCloud, todos: Any, page: Page
) -> None:
    world.faults.on("watch.todos").slow_consumer(seconds=2)
    add(todos, "ab")
    page.watcher.close()
    world.clock.advance(10)
    assert page.heard == ["0:", "1:a"]


def test_what_waits_is_heard_after_the_healing_too(
    world: FakeCloud, todos: Any, page: Page
) -> None:
    world.faults.on("watch.todos").slow_consumer(seconds=2)
    add(todos, "ab")
    world.faults.heal()
    add(todos, "c")
    assert page.heard == ["0:", "1:a"]
    world.run_until_idle()
    assert page.heard == ["0:", "1:a", "2:ab", "3:abc"]


def test_a_stream_comes_late_too() -> None:
    async def story() -> list[int]:
        cloud = FakeCloud(env="dev", collections=["todos"])
        cloud.clock.freeze()
        todos = cloud.aio.database().collection("todos")
        stream = todos.watch()
        seen = [len((await anext(stream)).docs)]
        cloud.faults.on("watch.todos").slow_consumer(seconds=2)
        for _ in range(2):
            await todos.add(data={})
        seen.append(len((await anext(stream)).docs))
        waiting = asyncio.ensure_future(anext(stream))
        await asyncio.sleep(0)
        assert not waiting.done()
        cloud.clock.advance(2)
        seen.append(len((await waiting).docs))
        return seen

    assert asyncio.run(story()) == [0, 1, 2]


MISTAKES = [
    ("slow_consumer(seconds=-1)", "slow_consumer() takes seconds, 0 or more, not -1"),
    ("slow_consumer(most=-1)", "slow_consumer() takes a whole number, 0 or more, not -1"),
    ("slow_consumer(most=1.5)", "slow_consumer() takes a whole number, 0 or more, not 1.5"),
]


@pytest.mark.parametrize(("effect", "text"), MISTAKES)
def test_mistakes(world: FakeCloud, effect: str, text: str) -> None:
    with pytest.raises(MisuseError) as caught:
        world.faults.add(f"watch.todos: {effect}")
    assert str(caught.value) == text

"""What is due at one moment: nobody can say who is first, so the seed says it."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Callable
from typing import Any

import pytest

from cloud_fake import FakeCloud

NOON = dt.datetime(2026, 3, 4, 12, 0, tzinfo=dt.UTC)


def open_cloud(seed: int) -> FakeCloud:
    cloud = FakeCloud(env="dev-1a2b3c", collections=["todos"], seed=seed)
    cloud.clock.freeze(NOON)
    return cloud


# --- who is due at one moment; each answers with who came first ----------------------------------


def timers(seed: int, also: str = "") -> str:
    """Functions that fire by the minute."""
    cloud, seen = open_cloud(seed), list[str]()
    for name in ("a", "b", *also):
        cloud.register_function(
            name, lambda event, context, name=name: seen.append(name), timer="0 * * * * * *"
        )
    cloud.clock.advance(minutes=3)
    return "".join(name for name in seen if name in "ab")


def tasks(seed: int, also: str = "") -> str:
    """Functions that are to be called ten seconds from now."""
    cloud, seen = open_cloud(seed), list[str]()

    @cloud.function("ask")
    def ask(event: Any, context: Any) -> None:
        context.cloud.openapi.cloudbase.addDelayedFunctionTask(
            env="dev-1a2b3c", functionName=event["name"], delayTime=10, data=json.dumps({})
        )

    for name in ("a", "b", *also):
        cloud.register_function(name, lambda event, context, name=name: seen.append(name))
    for name in ("a", "b", *also) * 3:
        cloud.callFunction(name="ask", data={"name": name})
    cloud.clock.advance(seconds=10)
    return "".join(name for name in seen if name in "ab")


def devices(seed: int, also: str = "") -> str:
    """Users whose watches are two seconds late to begin."""
    cloud, seen = open_cloud(seed), list[str]()
    cloud.faults.add("watch.todos: late_init(seconds=2)")
    for name in ("a", "b", *also):
        todos = cloud.as_user(f"o-{name}").database().collection("todos")
        todos.where({}).watch(onChange=lambda news, name=name: seen.append(name), onError=print)
    cloud.clock.advance(seconds=2)
    return "".join(name for name in seen if name in "ab")


KINDS: list[Callable[..., str]] = [timers, tasks, devices]


ORDERS = [(timers, {"ababab", "bababa"}), (devices, {"ab", "ba"})]


@pytest.mark.parametrize(("kind", "orders"), ORDERS)
def test_every_order_comes_up(kind: Callable[..., str], orders: set[str]) -> None:
    assert {kind(seed) for seed in range(10)} == orders


def test_every_order_of_many_comes_up() -> None:
    orders = {tasks(seed) for seed in range(200)}
    assert len(orders) == math.comb(6, 3)
    assert {"".join(sorted(order)) for order in orders} == {"aaabbb"}


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_gives_the_same_order(kind: Callable[..., str]) -> None:
    assert [kind(seed) for seed in range(10)] == [kind(seed) for seed in range(10)]


@pytest.mark.parametrize("kind", KINDS)
def test_who_else_there_is_shifts_nothing(kind: Callable[..., str]) -> None:
    assert [kind(seed, "c") for seed in range(10)] == [kind(seed) for seed in range(10)]


def test_a_fork_has_the_same_order() -> None:
    cloud, seen = open_cloud(7), list[str]()
    for name in "abcdef":
        cloud.register_function(
            name, lambda event, context, name=name: seen.append(name), timer="0 * * * * * *"
        )
    child = cloud.fork()
    cloud.clock.advance(minutes=1)
    first, seen[:] = list(seen), []
    child.clock.advance(minutes=1)
    assert seen == first != sorted(first)

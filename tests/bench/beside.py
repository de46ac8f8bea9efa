"""Measurements that are no workload: the frame of a call, armed rules, forks, memory."""

from __future__ import annotations

import copy
import gc
import json
import statistics
import tracemalloc
from collections.abc import Callable
from typing import Any, NamedTuple

from cloud_fake import FakeCloud
from tests.bench.contenders import FIVE_FIELDS, spent
from tests.bench.data import copy_order, orders
from tests.bench.runner import exponent

__all__ = ["Beside", "armed_rules", "fork", "fork_grows", "frame", "memory", "timeline_memory"]


class Beside(NamedTuple):
    """One measurement.

    Attributes:
        title: what is measured, in what.
        value: the median of the pairs' ratios, or of whatever it is.
        least: the least of them.
        most: the greatest.
        goal: what is wanted: at most so much, or with `wants_more` at least.
        wants_more: the greater the better.
        reason: why it is missed, if it is.
        is_ratio: several runs should agree on it as they do on ratios.
    """

    title: str
    value: float
    least: float
    most: float
    goal: float
    wants_more: bool = False
    reason: str = ""
    is_ratio: bool = True

    @property
    def is_met(self) -> bool:
        """Whether the goal is."""
        return self.value >= self.goal if self.wants_more else self.value <= self.goal


def frame(pairs: int) -> Beside:
    """The gate alone."""
    from cloud_fake.kernel.gate import ask
    from cloud_fake.kernel.operation import Operation

    cloud = FakeCloud(env="bench-1a2b3c", timeline_limit=1000)
    nothing = Operation("function.{target}", "nothing", lambda work, prepared: None)
    world, session = cloud._world, cloud._session

    return Beside(
        "frame of a call, in JSON round trips of an object of five fields",
        *_paired(
            lambda: ask(world, nothing, session, FIVE_FIELDS),
            lambda: json.loads(json.dumps(FIVE_FIELDS)),
            pairs,
            500,
        ),
        goal=1,
        reason="The gate opens a line, asks the clock, takes the lock and lays a draft, in Python.",
    )


def armed_rules(pairs: int) -> Beside:
    """A get where rules are armed that cannot match."""
    clouds = [FakeCloud(env="bench-1a2b3c", timeline_limit=1000) for _ in range(2)]
    for cloud in clouds:
        cloud.seed({"orders": [{"_id": "a", "n": 1}]})
    for number in range(100):
        clouds[1].faults.fail(f"function.never{number}", optional=True)
    none, hundred = (cloud.database().collection("orders").doc("a").get for cloud in clouds)
    return Beside(
        "get with 100 armed rules that cannot match, in gets with none",
        *_paired(hundred, none, pairs, 200),
        goal=1.05,
        reason="With any rule armed, a call's name is looked up once.",
    )


def fork(pairs: int, size: int = 10_000) -> Beside:
    """A world of so many records: forked, written to once, thrown away."""
    cloud, plain = _world(size), {order["_id"]: order for order in orders(size)}
    return Beside(
        f"deepcopy of {size} records, in forks with a first write",
        *_paired(lambda: copy.deepcopy(plain), lambda: _written_fork(cloud), pairs, 1),
        goal=300,
        wants_more=True,
        reason="A fork makes a world, and its first write a layer over the table.",
    )


def fork_grows(sizes: tuple[int, ...]) -> Beside:
    """How the time of a fork alone follows the number of records."""
    clouds = {size: _world(size) for size in sizes}
    rounds = [
        exponent({size: spent(cloud.fork, 50) for size, cloud in clouds.items()}) or 0.0
        for _ in range(5)
    ]
    return Beside(
        f"exponent of a fork, {sizes[0]} to {sizes[-1]} records",
        *_spread(rounds),
        goal=0.1,
        is_ratio=False,
    )


def memory(size: int) -> Beside:
    """Bytes of a stored record, in bytes of the same as plain dicts."""
    given = orders(size)

    def plain() -> Any:
        return {order["_id"]: copy_order(order) for order in given}

    def stored() -> Any:
        cloud = FakeCloud(env="bench-1a2b3c")
        cloud.seed({"orders": given}, openid=None)
        return cloud

    ratio = _traced(stored) / _traced(plain)
    return Beside(f"memory of a record at {size}, in plain dicts", ratio, ratio, ratio, goal=1.15)


def timeline_memory(calls: int, limit: int | None, goal: float) -> Beside:
    """Kilobytes that a timeline takes after so many calls, for each call that it keeps."""
    cloud = _world(10, limit)
    record = cloud.server.database().collection("orders").doc("order-0000000")

    def busy() -> Any:
        for _ in range(calls):
            record.get()

    record.get()
    kilobytes = _traced(busy) / 1024 / min(calls, limit or calls)
    kept = "all of them" if limit is None else f"{limit} of them"
    title = f"kilobytes a call on the timeline, after {calls} calls, {kept} kept"
    return Beside(title, kilobytes, kilobytes, kilobytes, goal=goal)


# --- measuring -----------------------------------------------------------------------------------


def _world(size: int, timeline_limit: int | None = 1000) -> FakeCloud:
    cloud = FakeCloud(env="bench-1a2b3c", collections=["orders"], timeline_limit=timeline_limit)
    cloud.seed({"orders": orders(size)}, openid=None)
    return cloud


def _written_fork(cloud: FakeCloud) -> None:
    cloud.fork().server.database().collection("orders").doc("new").set(data={"n": 1})


def _paired(
    one: Callable[[], Any], other: Callable[[], Any], pairs: int, loops: int
) -> tuple[float, float, float]:
    """Pair by pair, each as often first as second: a machine that drifts drifts for both."""
    one(), other()
    ratios = []
    for number in range(pairs):
        first, second = (one, other) if number % 2 else (other, one)
        times = {run: spent(run, loops) for run in (first, second)}
        ratios.append(times[one] / times[other])
    return _spread(ratios)


def _spread(values: list[float]) -> tuple[float, float, float]:
    return statistics.median(values), min(values), max(values)


def _traced(make: Callable[[], Any]) -> int:
    gc.collect()
    tracemalloc.start()
    made = make()
    gc.collect()
    size = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    del made
    return size

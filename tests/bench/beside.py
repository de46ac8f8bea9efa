"""Measurements that are no workload: memory, a fork against a deepcopy, the frame of a call."""

from __future__ import annotations

import copy
import json
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

from cloud_fake import FakeCloud
from tests.bench.data import copy_order, orders

__all__ = ["armed_rules", "fork", "frame", "memory"]

OBJECT = {"a": 1, "b": "x", "c": [1, 2], "d": {"e": 1}, "f": True}


def memory(size: int = 100_000) -> float:
    """Bytes of a stored document, in bytes of the same as plain dicts."""

    def plain() -> Any:
        return {order["_id"]: copy_order(order) for order in given}

    def stored() -> Any:
        cloud = FakeCloud(env="bench-1a2b3c")
        cloud.seed({"orders": given}, openid=None)
        return cloud

    given = orders(size)
    return _traced(stored) / _traced(plain)


def fork(size: int = 10_000) -> float:
    """A deepcopy of a world, in forks with a first write each."""
    given = orders(size)
    cloud = FakeCloud(env="bench-1a2b3c", collections=["orders"])
    cloud.seed({"orders": given}, openid=None)
    plain = {order["_id"]: order for order in given}

    def forked() -> None:
        child = cloud.fork()
        child.server.database().collection("orders").doc("new").set(data={"n": 1})

    return _ratio(lambda: copy.deepcopy(plain), forked, loops=1, rounds=5)


def frame() -> float:
    """The gate alone, in JSON round trips of an object of five fields."""
    from cloud_fake.kernel.gate import pass_gate
    from cloud_fake.kernel.operation import Operation

    cloud = FakeCloud(env="bench-1a2b3c", timeline_limit=1000)
    nothing = Operation("function.{target}", "nothing", lambda work, prepared: None)
    world, session = cloud._world, cloud._session

    def through() -> None:
        for _ in pass_gate(world, nothing, session, OBJECT):
            pass

    return _ratio(through, lambda: json.loads(json.dumps(OBJECT)), 2000)


def armed_rules() -> float:
    """A get with 100 rules that cannot match, in gets with none."""
    clouds = [FakeCloud(env="bench-1a2b3c", timeline_limit=1000) for _ in range(2)]
    for cloud in clouds:
        cloud.seed({"orders": [{"_id": "a", "n": 1}]})
    for number in range(100):
        clouds[1].faults.fail(f"function.never{number}", optional=True)
    none, hundred = (cloud.database().collection("orders").doc("a").get for cloud in clouds)
    return _ratio(hundred, none, 1000)


def _ratio(one: Callable[[], Any], other: Callable[[], Any], loops: int, rounds: int = 7) -> float:
    ratios = [_time(one, loops) / _time(other, loops) for _ in range(rounds)]
    return sorted(ratios)[rounds // 2]


def _time(run: Callable[[], Any], loops: int) -> float:
    began = time.thread_time()
    for _ in range(loops):
        run()
    return time.thread_time() - began


def _traced(make: Callable[[], Any]) -> int:
    tracemalloc.start()
    made = make()
    size = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    del made
    return size

"""A small app for storms; run as a program it prints what a storm of a seed did to it."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import sys
from typing import Any

from cloud_fake import CloudError, FakeCloud
from cloud_fake.storms import Storm

NOON = dt.datetime(2026, 3, 4, 12, 0, tzinfo=dt.UTC)


def open_cloud() -> FakeCloud:
    """Orders, a function that pays them, and a timer that sweeps."""
    cloud = FakeCloud(env="dev-1a2b3c", openid="o-alice", collections=["orders"], seed=7)
    cloud.clock.freeze(NOON)

    @cloud.function("pay")
    def pay(event: Any, context: Any) -> Any:
        orders = context.cloud.database().collection("orders")
        orders.doc(event["order"]).update(data={"paid": True})
        return {"at": context.cloud.database().collection("orders").count().total}

    @cloud.function("sweep", timer="0 * * * * * *")
    def sweep(event: Any, context: Any) -> None:
        context.cloud.database().collection("orders").where({"paid": False}).remove()

    return cloud


def run(cloud: FakeCloud) -> None:
    """Thirty calls, whatever comes of them."""
    orders = cloud.database().collection("orders")
    heard: list[Any] = []
    watch = orders.where({}).watch(onChange=heard.append, onError=heard.append)
    for n in range(9):
        for call in (
            lambda n=n: orders.doc(f"o{n}").set(data={"n": n}),
            lambda n=n: cloud.callFunction(name="pay", data={"order": f"o{n}"}),
            orders.count,
        ):
            with contextlib.suppress(CloudError):
                call()
        cloud.clock.advance(seconds=20)
    watch.close()


def told(seed: int) -> dict[str, Any]:
    """The transcript of a storm."""
    cloud = open_cloud()
    Storm(seed).arm(cloud)
    run(cloud)
    cloud.settle("10m")
    return cloud.transcript()


if __name__ == "__main__":
    json.dump(told(int(sys.argv[1])), sys.stdout)

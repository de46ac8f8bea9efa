"""The document of the benchmarks: an order of thirteen fields, nested two deep."""

from __future__ import annotations

import datetime as dt
import functools
import random
from typing import Any

__all__ = ["NAMES", "START", "copy_order", "orders"]

START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
NAMES = ("Ada", "Bo", "Chen", "Dora", "Emil", "Fay", "Gus", "Hana")
TAGS = ("new", "gift", "bulk", "return", "express", "fragile", "cold", "heavy", "paid", "late")
CITIES = ("Shenzhen", "Chengdu", "Wuhan", "Xian")


@functools.lru_cache(maxsize=4)
def orders(count: int, seed: int = 1) -> list[dict[str, Any]]:
    """So many orders, to be read and copied only; the same seed gives the same ones."""
    draw = random.Random(seed)
    return [_order(index, draw) for index in range(count)]


def _order(index: int, draw: random.Random) -> dict[str, Any]:
    return {
        "_id": f"order-{index:07d}",
        "k": draw.randrange(100),
        "n": draw.randrange(100_000),
        "price": round(draw.uniform(1, 500), 2),
        "status": draw.choice(("open", "paid", "sent", "done")),
        "name": f"{draw.choice(NAMES)} {draw.randrange(1000)}",
        "created": START + dt.timedelta(minutes=draw.randrange(500_000)),
        "tags": draw.sample(TAGS, 3),
        "author": {
            "name": draw.choice(NAMES),
            "level": draw.randrange(10),
            "address": {"city": draw.choice(CITIES), "zip": str(draw.randrange(100_000))},
        },
        "items": [
            {
                "sku": f"s{draw.randrange(50)}",
                "qty": draw.randrange(1, 9),
                "price": draw.randrange(99),
            }
            for _ in range(draw.randrange(1, 5))
        ],
        "note": "x" * draw.randrange(40),
        "active": draw.random() < 0.5,
        "ref": draw.randrange(1000),
    }


def copy_order(order: dict[str, Any]) -> dict[str, Any]:
    """A copy that shares nothing, written for this very shape."""
    copy = order.copy()
    copy["tags"] = order["tags"][:]
    author = copy["author"] = order["author"].copy()
    author["address"] = author["address"].copy()
    copy["items"] = [item.copy() for item in order["items"]]
    return copy

"""Who runs: the fake, hand-written Python on plain dicts (the limit), the floor, and mongomock.

Each contender has a method for every workload that it can do.
"""

from __future__ import annotations

import gc
import heapq
import itertools
import json
import re
import time
from collections.abc import Callable
from typing import Any

from cloud_fake import FakeCloud
from cloud_fake.values.crossing import cross
from cloud_fake.values.handout import hand_out
from cloud_fake.values.intake import take_in
from cloud_fake.values.keeping import kept
from tests.bench.data import copy_order, orders

__all__ = ["FIVE_FIELDS", "Contender", "Fake", "Floor", "Limit", "Mongomock", "spent"]

#: The most records that a query answers, as on the platform.
MOST = 1000
PAYLOAD = {"name": "pay", "amount": 12.5, "items": [1, 2, 3], "who": {"id": "o-a"}, "ok": True}
#: What one pass through the gate may cost: to write this as JSON and to read it again.
FIVE_FIELDS = {"a": 1, "b": "x", "c": [1, 2], "d": {"e": 1}, "f": True}
WORD = re.compile("Ada 9")


def spent(run: Callable[[], Any], loops: int) -> float:
    """Seconds of the thread's processor time that so many runs take, the collector off."""
    gc.collect()
    gc.disable()
    try:
        began = time.thread_time()
        for _ in range(loops):
            run()
        return time.thread_time() - began
    finally:
        gc.enable()


class Contender:
    """Base: holds a collection of orders of a given size.

    Attributes:
        name: who it is.
        most: with how many records it is still run; beyond, what it would take is predicted.
        batch: what `seed` puts there.
    """

    name = ""
    most = 100_000
    batch: list[dict[str, Any]]

    def __init__(self, size: int) -> None:
        self.size = size
        self.middle = f"order-{size // 2:07d}"
        self.extra = orders(1, seed=99)[0]
        self.partners = [{"_id": f"p{ref}", "ref": ref, "label": f"L{ref}"} for ref in range(1000)]
        self.fresh = 0
        self.batch = orders(size, seed=2)

    @classmethod
    def has(cls, workload: str) -> bool:
        """Whether it can do that."""
        return hasattr(cls, workload)

    def answer(self, workload: str) -> Any:
        """Do it once; something small to compare, so that all are known to have done the same."""
        return getattr(self, workload)()

    def runner(self, workload: str) -> Callable[[], Any]:
        """What does it once."""
        run: Callable[[], Any] = getattr(self, workload)
        return run

    def time(self, workload: str, loops: int) -> float:
        """Seconds of the thread's processor time that one run takes, of so many."""
        return spent(self.runner(workload), loops) / loops

    def close(self) -> None:
        """Let go of everything."""

    def new_order(self) -> dict[str, Any]:
        """An order that is not there yet."""
        self.fresh += 1
        return {**self.extra, "_id": f"new-{self.fresh}"}


class Limit(Contender):
    """Plain dicts and the loop a person would write for that one query."""

    name = "limit"
    copy_in = staticmethod(copy_order)
    copy_out = staticmethod(copy_order)

    def __init__(self, size: int) -> None:
        super().__init__(size)
        # Copied in as the others do it: what lies close together is read faster.
        self.rows = {order["_id"]: copy_order(order) for order in orders(size)}
        self.foreign = self.partners

    def get(self) -> Any:
        return self.copy_out(self.rows[self.middle])["n"]

    def equal(self) -> Any:
        self.replace()
        return self.equal_again()

    def equal_again(self) -> Any:
        found = [row for row in self.rows.values() if row["k"] == 7][:MOST]
        return len([self.copy_out(row) for row in found])

    def equal_rare(self) -> Any:
        found = [self.copy_out(row) for row in self.rows.values() if row["ref"] == 500]
        return len(found)

    def range_top(self) -> Any:
        rows = [row for row in self.rows.values() if 20_000 <= row["n"] < 60_000]
        best = heapq.nsmallest(20, rows, key=lambda row: row["price"])
        return [self.copy_out(row)["_id"] for row in best]

    def regex(self) -> Any:
        search = WORD.search
        found = [row for row in self.rows.values() if search(row["name"])][:MOST]
        return len([self.copy_out(row) for row in found])

    def nested(self) -> Any:
        self.replace()
        rows = self.rows.values()
        return len([self.copy_out(row) for row in rows if row["author"]["address"]["zip"] == "777"])

    def contains(self) -> Any:
        self.replace()
        rows = self.rows.values()
        found = (row for row in rows if "cold" in row["tags"] and row["k"] == 3)
        return len([self.copy_out(row) for row in found])

    def count(self) -> Any:
        self.replace()
        return sum(1 for row in self.rows.values() if row["status"] == "paid")

    def update(self) -> Any:
        changed = 0
        for key, row in self.rows.items():
            if row["k"] < 20:
                new = row.copy()
                new["ref"] = row["ref"] + 1
                self.rows[key] = new
                changed += 1
        return changed

    def add(self) -> Any:
        order = self.copy_in(self.new_order())
        self.rows[order["_id"]] = order
        return 1

    def replace(self) -> Any:
        self.rows[self.middle] = {**self.copy_in(self.extra), "_id": self.middle}
        return 1

    def seed(self) -> Any:
        rows = {order["_id"]: self.copy_in(order) for order in self.batch}
        return len(rows)

    def group(self) -> Any:
        sums: dict[str, list[float]] = {}
        for row in self.rows.values():
            entry = sums.get(row["status"])
            if entry is None:
                entry = sums[row["status"]] = [0, 0.0, 0]
            entry[0] += row["n"]
            entry[1] += row["price"]
            entry[2] += 1
        groups = [
            {"_id": key, "total": total, "mean": price / many}
            for key, (total, price, many) in sums.items()
        ]
        return sorted((group["_id"], group["total"]) for group in groups)

    def unwind(self) -> Any:
        sums: dict[str, int] = {}
        for row in self.rows.values():
            for item in row["items"]:
                sums[item["sku"]] = sums.get(item["sku"], 0) + item["qty"]
        groups = [{"_id": key, "qty": qty} for key, qty in sums.items()]
        return sum(group["qty"] for group in groups)

    def lookup(self) -> Any:
        by_ref: dict[int, list[dict[str, Any]]] = {}
        for partner in self.foreign:
            by_ref.setdefault(partner["ref"], []).append(partner)
        joined = []
        for row in itertools.islice(self.rows.values(), 1000):
            copy = self.copy_out(row)
            copy["partner"] = [partner.copy() for partner in by_ref.get(row["ref"], ())]
            joined.append(copy)
        return len(joined)

    def call(self) -> Any:
        result = json.loads(json.dumps(json.loads(json.dumps(PAYLOAD))))
        return len(result)

    def new(self) -> Any:
        rows: dict[str, Any] = {}
        order = self.copy_in(self.extra)
        rows[order["_id"]] = order
        return self.copy_out(rows[order["_id"]])["n"]


class Floor(Limit):
    """What is left of the limit for a fake: it knows no shape, and each call passes a gate.

    The same loops, but what comes in is checked, what goes out is copied by what copies anything,
    and for the gate stands what it may cost: a JSON round trip of five fields for each call.
    """

    name = "floor"
    most = 10_000
    copy_in = staticmethod(take_in)
    copy_out = staticmethod(hand_out)

    def runner(self, workload: str) -> Callable[[], Any]:
        run, gates = super().runner(workload), range(_CALLS.get(workload, 1))

        def through_gates() -> Any:
            for _ in gates:
                json.loads(json.dumps(FIVE_FIELDS))
            return run()

        return through_gates

    def call(self) -> Any:
        """Data and answer cross, and the timeline keeps both."""
        data = cross(PAYLOAD)
        kept(PAYLOAD)
        return len(kept(cross(data)))


#: How many calls a workload makes, where that is not one.
_CALLS = {"equal": 2, "nested": 2, "contains": 2, "count": 2, "new": 2}


class Fake(Contender):
    """cloud_fake, through its public surface."""

    name = "cloud_fake"

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.cloud = FakeCloud(env="bench-1a2b3c", collections=["orders"], timeline_limit=1000)
        self.cloud.seed({"orders": orders(size), "partners": self.partners}, openid=None)
        self.cloud.create_index("orders", ["ref"])
        self.cloud.register_function("echo", lambda event, context: event)
        self.sdk = self.cloud.server
        self.db = self.sdk.database()
        self.orders = self.db.collection("orders")
        self.command = self.db.command

    def get(self) -> Any:
        return self.orders.doc(self.middle).get()["data"]["n"]

    # Four are asked after a write, which an index that makes itself outlives where it can.

    def equal(self) -> Any:
        self.replace()
        return self.equal_again()

    def equal_again(self) -> Any:
        return len(self.orders.where({"k": 7}).limit(MOST).get()["data"])

    def equal_rare(self) -> Any:
        return len(self.orders.where({"ref": 500}).limit(MOST).get()["data"])

    def range_top(self) -> Any:
        _ = self.command
        query = self.orders.where({"n": _.gte(20_000).lt(60_000)}).orderBy("price", "asc")
        return [order["_id"] for order in query.limit(20).get()["data"]]

    def regex(self) -> Any:
        return len(self.orders.where({"name": WORD}).limit(MOST).get()["data"])

    def nested(self) -> Any:
        self.replace()
        return len(self.orders.where({"author.address.zip": "777"}).limit(MOST).get()["data"])

    def contains(self) -> Any:
        self.replace()
        return len(self.orders.where({"tags": "cold", "k": 3}).limit(MOST).get()["data"])

    def count(self) -> Any:
        self.replace()
        return self.orders.where({"status": "paid"}).count()["total"]

    def update(self) -> Any:
        _ = self.command
        changed = self.orders.where({"k": _.lt(20)}).update(data={"ref": _.inc(1)})
        return changed["stats"]["updated"]

    def add(self) -> Any:
        self.orders.add(data=self.new_order())
        return 1

    def replace(self) -> Any:
        data = {key: value for key, value in self.extra.items() if key != "_id"}
        self.orders.doc(self.middle).set(data=data)
        return 1

    def seed(self) -> Any:
        with FakeCloud(env="bench-1a2b3c") as cloud:
            return len(cloud.seed({"orders": self.batch}, openid=None)["orders"])

    def group(self) -> Any:
        agg = self.command.aggregate
        spec = {"_id": "$status", "total": agg.sum("$n"), "mean": agg.avg("$price")}
        groups = self.orders.aggregate().group(spec).end()["list"]
        return sorted((group["_id"], group["total"]) for group in groups)

    def unwind(self) -> Any:
        agg = self.command.aggregate
        spec = {"_id": "$items.sku", "qty": agg.sum("$items.qty")}
        groups = self.orders.aggregate().unwind("$items").group(spec).limit(1000).end()["list"]
        return sum(group["qty"] for group in groups)

    def lookup(self) -> Any:
        options = {"from": "partners", "localField": "ref", "foreignField": "ref", "as": "partner"}
        return len(self.orders.aggregate().limit(1000).lookup(options).end()["list"])

    def call(self) -> Any:
        return len(self.sdk.callFunction(name="echo", data=PAYLOAD)["result"])

    def new(self) -> Any:
        cloud = FakeCloud(env="bench-1a2b3c", collections=["orders"])
        collection = cloud.server.database().collection("orders")
        added = collection.add(data=self.extra)["_id"]
        return collection.doc(added).get()["data"]["n"]


class Mongomock(Contender):
    """The best-known peer, where it claims the same."""

    name = "mongomock"
    most = 10_000

    def __init__(self, size: int) -> None:
        super().__init__(size)
        import mongomock

        self.mongomock = mongomock
        self.database = mongomock.MongoClient().bench
        self.orders = self.database.orders
        self.orders.insert_many(orders(size))
        self.database.partners.insert_many(self.partners)

    def get(self) -> Any:
        return self.orders.find_one({"_id": self.middle})["n"]

    def equal(self) -> Any:
        self.replace()
        return self.equal_again()

    def equal_again(self) -> Any:
        return len(list(self.orders.find({"k": 7}).limit(MOST)))

    def equal_rare(self) -> Any:
        return len(list(self.orders.find({"ref": 500})))

    def range_top(self) -> Any:
        query = self.orders.find({"n": {"$gte": 20_000, "$lt": 60_000}}).sort("price", 1)
        return [order["_id"] for order in query.limit(20)]

    def regex(self) -> Any:
        return len(list(self.orders.find({"name": WORD}).limit(MOST)))

    def nested(self) -> Any:
        self.replace()
        return len(list(self.orders.find({"author.address.zip": "777"})))

    def contains(self) -> Any:
        self.replace()
        return len(list(self.orders.find({"tags": "cold", "k": 3})))

    def count(self) -> Any:
        self.replace()
        return self.orders.count_documents({"status": "paid"})

    def update(self) -> Any:
        return self.orders.update_many({"k": {"$lt": 20}}, {"$inc": {"ref": 1}}).modified_count

    def add(self) -> Any:
        self.orders.insert_one(self.new_order())
        return 1

    def replace(self) -> Any:
        data = {key: value for key, value in self.extra.items() if key != "_id"}
        self.orders.replace_one({"_id": self.middle}, data)
        return 1

    def seed(self) -> Any:
        collection = self.mongomock.MongoClient().bench.orders
        return len(collection.insert_many([dict(order) for order in self.batch]).inserted_ids)

    def group(self) -> Any:
        spec = {"_id": "$status", "total": {"$sum": "$n"}, "mean": {"$avg": "$price"}}
        groups = self.orders.aggregate([{"$group": spec}])
        return sorted((group["_id"], group["total"]) for group in groups)

    def unwind(self) -> Any:
        spec = {"_id": "$items.sku", "qty": {"$sum": "$items.qty"}}
        groups = self.orders.aggregate([{"$unwind": "$items"}, {"$group": spec}])
        return sum(group["qty"] for group in groups)

    def lookup(self) -> Any:
        spec = {"from": "partners", "localField": "ref", "foreignField": "ref", "as": "partner"}
        return len(list(self.orders.aggregate([{"$limit": 1000}, {"$lookup": spec}])))

    def new(self) -> Any:
        collection = self.mongomock.MongoClient().bench.orders
        collection.insert_one(dict(self.extra))
        return collection.find_one({"_id": self.extra["_id"]})["n"]

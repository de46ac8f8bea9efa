"""What is measured, the goal, and where it is missed, why."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["GOAL_SIZE", "WORKLOADS", "Workload"]

#: The goals are of so many records.
GOAL_SIZE = 10_000


class Workload(NamedTuple):
    """One row of the table.

    Attributes:
        name: the contenders' method.
        title: what it is.
        goal: the greatest ratio to the limit that is wanted, at `GOAL_SIZE` records.
        grows: the exponent that its cost should have in the number of records.
        smallest: the fewest records with which it makes sense.
        reason: what is in the way of the goal beside the floor; told where it is missed.
        alters: it leaves other records behind than it found, so its contenders serve no other.
    """

    name: str
    title: str
    goal: float
    grows: float = 1
    smallest: int = 0
    reason: str = ""
    alters: bool = False


_READ_BY_ID = (
    "Above the floor: the chain of builders (1 us), the line on the timeline, the lock and the "
    "draft (3 us in all), an answer of the caller's own."
)
_WRITE_BY_ID = (
    "Above the floor: what a read has above it, the look at keys and owner, the draft's commit, "
    "and the copy of the answer that the timeline keeps."
)
_SCAN = (
    "A loop that is right for records of any shape takes 40 ns a record where a person's takes 30, "
    "and what is found is copied out by a copier for any shape."
)
_INDEX = "What is found is copied out by a copier for any shape, and the write is a call as well."
_ACCUMULATORS = "Numbers are told from what is none, as MongoDB's accumulators do."

WORKLOADS = (
    Workload("get", "doc(id).get", 4, grows=0, reason=_READ_BY_ID),
    Workload("equal", "equality 1 %, after a write", 1.3, reason=_INDEX),
    Workload("equal_again", "equality 1 %, asked again", 1.3, reason=_INDEX),
    Workload(
        "equal_rare",
        "equality 0.1 %, indexed",
        0.1,
        grows=0,
        reason="Of 50 us the index's nine records take 17 to be copied, the call itself 10.",
    ),
    Workload("range_top", "range + orderBy + limit 20", 1.3, reason=_SCAN),
    Workload("regex", "regular expression", 1.4, reason=_SCAN),
    Workload("nested", "nested path, after a write", 1.4, reason=_INDEX),
    Workload("contains", "array contains, after a write", 1.4, reason=_INDEX),
    Workload("count", "count, after a write", 1.4, reason=_INDEX),
    Workload(
        "group",
        "group, sum and avg",
        2,
        reason=_ACCUMULATORS,
    ),
    Workload(
        "unwind",
        "unwind + group",
        2.5,
        reason=_ACCUMULATORS,
    ),
    Workload(
        "lookup",
        "lookup 1 000 x 1 000",
        2.5,
        grows=0,
        smallest=1_000,
        reason="What is joined is copied out, by a copier for any shape.",
    ),
    Workload("replace", "set by id", 4, grows=0, reason=_WRITE_BY_ID),
    Workload(
        "seed",
        "seed",
        1.5,
        reason="Every key and every value is checked where the limit copies without looking: this "
        "is the floor itself, and only a weaker check would be faster.",
    ),
    Workload(
        "call",
        "callFunction",
        2,
        grows=0,
        reason="Above the floor, of 18 us: the line and the lock 2, an instance with its time "
        "limit 2, the capture of what is printed 2, the request's id 1, measuring 1.",
    ),
    Workload(
        "new",
        "new cloud, one record, thrown away",
        30,
        grows=0,
        reason="Of 36 us the two calls are 25, a world with clock, ids, locks and journal 7, the "
        "SDK, its database and its collection 4; the limit makes one dictionary.",
    ),
    Workload("add", "add one by one", 4, grows=0, reason=_WRITE_BY_ID, alters=True),
    Workload(
        "update",
        "update many, inc",
        1.5,
        reason="What will change is worked out for all records before the first is stored, so "
        "that a failure leaves nothing: what is found is fetched from memory twice.",
        alters=True,
    ),
)

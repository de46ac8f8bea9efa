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


_ONE_CALL = (
    "The limit is a look-up and a copy written for this very shape; one pass through the gate (a "
    "line on the timeline, the clock, the lock, a draft) costs several times that."
)
_FIRST_SCAN = (
    "The first scan after a write finds no index; a condition with MongoDB's meaning (arrays, "
    "missing fields) takes twice the loop that a person writes for one field."
)

WORKLOADS = (
    Workload("get", "doc(id).get", 4, grows=0, reason=_ONE_CALL),
    Workload("equal", "equality 1 %, after a write", 1.3, reason=_FIRST_SCAN),
    Workload("equal_again", "equality 1 %, asked again", 1.3, reason=_FIRST_SCAN),
    Workload(
        "equal_rare",
        "equality 0.1 %, indexed",
        0.1,
        grows=0,
        reason="What is found is copied out, by a copier for any shape.",
    ),
    Workload("range_top", "range + orderBy + limit 20", 1.3, reason=_FIRST_SCAN),
    Workload("regex", "regular expression", 1.4, reason=_FIRST_SCAN),
    Workload("nested", "nested path, after a write", 1.4, reason=_FIRST_SCAN),
    Workload("contains", "array contains, after a write", 1.4, reason=_FIRST_SCAN),
    Workload("count", "count, after a write", 1.4, reason=_FIRST_SCAN),
    Workload(
        "group",
        "group, sum and avg",
        2,
        reason="The accumulators mean what MongoDB's do: numbers are told from what is none.",
    ),
    Workload(
        "unwind",
        "unwind + group",
        2.5,
        reason="The accumulators mean what MongoDB's do: numbers are told from what is none.",
    ),
    Workload(
        "lookup",
        "lookup 1 000 x 1 000",
        2.5,
        grows=0,
        smallest=1_000,
        reason="What is joined is copied out, by a copier for any shape.",
    ),
    Workload("replace", "set by id", 4, grows=0, reason=_ONE_CALL),
    Workload(
        "seed",
        "seed",
        1.5,
        reason="The limit copies without looking; what a collection holds has to be checked.",
    ),
    Workload(
        "call",
        "callFunction",
        2,
        grows=0,
        reason="Beside the gate, data and answer are checked, measured and copied, once more for "
        "the timeline, and what the handler prints is captured.",
    ),
    Workload(
        "new",
        "new cloud, one record, thrown away",
        30,
        grows=0,
        reason="Half of it is the two calls, the rest a world with a clock, faults and a timeline.",
    ),
    Workload("add", "add one by one", 4, grows=0, reason=_ONE_CALL, alters=True),
    Workload(
        "update",
        "update many, inc",
        1.5,
        reason="A draft keeps what it wrote until the commit, so that a failure leaves nothing.",
        alters=True,
    ),
)

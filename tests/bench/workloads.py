"""What is measured, and the goal: the fake's time in limits' times."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["WORKLOADS", "Workload"]


class Workload(NamedTuple):
    """One row of the table.

    Attributes:
        name: the contenders' method.
        title: what it is.
        goal: the greatest ratio to the limit that is wanted, at 10 000 records.
        grows: the exponent that its cost should have in the number of records.
        smallest: the fewest records with which it makes sense.
    """

    name: str
    title: str
    goal: float
    grows: int = 1
    smallest: int = 0


WORKLOADS = (
    Workload("get", "doc(id).get", 4, grows=0),
    Workload("equal", "where, equality 1 %, after a write", 1.3),
    Workload("equal_again", "where, equality 1 %, asked again", 1.3),
    Workload("equal_rare", "where, equality 0.1 %, indexed", 0.1, grows=0),
    Workload("range_top", "range + orderBy + limit 20", 1.3),
    Workload("regex", "where, regex", 1.4),
    Workload("nested", "where, nested path", 1.4),
    Workload("contains", "where, array contains", 1.4),
    Workload("count", "count", 1.4),
    Workload("update", "update many, inc", 1.5),
    Workload("add", "add one by one", 4, grows=0),
    Workload("seed", "seed", 1.5),
    Workload("replace", "set by id", 4, grows=0),
    Workload("group", "group, sum and avg", 2),
    Workload("unwind", "unwind + group", 2.5),
    Workload("lookup", "lookup 1 000 x 1 000", 2.5, grows=0, smallest=1_000),
    Workload("call", "callFunction", 2, grows=0),
    Workload("new", "new cloud, one document", 30, grows=0),
)

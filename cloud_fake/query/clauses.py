"""Query floor: what a query asks of a whole document, clause by clause.

A clause is a condition at a path, or an `$or`, `$nor`, `$expr` or `$near`. All clauses of a query
must hold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cloud_fake.query.conditions import Condition, Cost, every, last_found, some
from cloud_fake.query.scans import Scan, pick_by, scan_at
from cloud_fake.query.traversal import DocumentTest, ask_at
from cloud_fake.values.paths import index_of, split

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cloud_fake.values.kinds import Document, Value

__all__ = ["Clause", "any_group", "at_path", "free", "no_group"]


class Clause(NamedTuple):
    """One part of a query.

    Attributes:
        test: whether a document meets it.
        scan: makes a scan for those documents that do; None where they have to be asked one at a
            time and not before they are wanted, since asking may raise (`$expr`).
        array_index: given a document and the path of an array, the index of the first element
            that met what the clause asks of that array; None where it asks nothing of it.
        cost: its place among the other clauses.
        paths: of all conditions in it.
    """

    test: DocumentTest
    scan: Callable[[], Scan] | None
    array_index: Callable[[Document, str], int | None]
    cost: Cost
    paths: frozenset[str]


def at_path(path: str, condition: Condition) -> Clause:
    """A condition on what is at a path."""
    segments = split(path)
    field = condition.field
    test = ask_at(segments, field, condition.across)

    def scan() -> Scan:
        return scan_at(segments, condition.hope, condition.pick or pick_by(field), test)

    def array_index(document: Document, array_path: str) -> int | None:
        rest = _rest(path, array_path)
        array = None if rest is None else _follow(document, array_path)
        return condition.first(array, rest or ()) if type(array) is list else None

    return Clause(
        test=test,
        scan=scan,
        array_index=array_index,
        cost=condition.cost,
        paths=frozenset({path}),
    )


def any_group(groups: Sequence[Sequence[Clause]]) -> Clause:
    """`$or`: met where all clauses of any group are."""
    tests = [every([clause.test for clause in group]) for group in groups]

    def array_index(document: Document, array_path: str) -> int | None:
        held = (group for group, test in zip(groups, tests, strict=True) if test(document))
        return last_found(clause.array_index(document, array_path) for clause in next(held, ()))

    paths = frozenset().union(*(clause.paths for group in groups for clause in group))
    return free(some(tests), Cost.LOGIC, array_index=array_index, paths=paths)


def no_group(groups: Sequence[Sequence[Clause]]) -> Clause:
    """`$nor`: met where no group is."""
    any_met = any_group(groups)
    test = any_met.test
    return free(lambda document: not test(document), Cost.LOGIC, paths=any_met.paths)


def free(
    test: DocumentTest,
    cost: Cost,
    *,
    array_index: Callable[[Document, str], int | None] = lambda _document, _path: None,
    paths: frozenset[str] = frozenset(),
) -> Clause:
    """A clause that is no condition at one path."""
    return Clause(test, None, array_index, cost, paths)


def _rest(path: str, array_path: str) -> tuple[str, ...] | None:
    """What is left of a path inside an array; None where it does not lead there."""
    if path == array_path:
        return ()
    return split(path[len(array_path) + 1 :]) if path.startswith(f"{array_path}.") else None


def _follow(document: Document, path: str) -> Value:
    """What is at a path that names the elements of arrays; None where nothing is."""
    value: Value = document
    for segment in split(path):
        if type(value) is dict:
            value = value.get(segment)
        elif type(value) is list:
            index = index_of(segment)
            value = value[index] if index is not None and index < len(value) else None
        else:
            return None
    return value

"""Query stages: many documents at once, in runs, and the values of an expression in a run.

A loop inside one comprehension costs half of what one call for each document and expression does.
"""

from __future__ import annotations

from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING, TypeAlias

from cloud_fake.query.operators.expr_paths import inside
from cloud_fake.query.operators.expr_scope import Constant
from cloud_fake.values.kinds import MISSING, Document, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from cloud_fake.query.expressions import Scope

__all__ = ["Column", "column_of", "runs"]

#: The values of an expression in a run of documents, in their order.
Column: TypeAlias = "Callable[[list[Document]], list[Value]]"

#: Long enough for the loops to pay, short enough not to hold what the stage before makes.
_RUN_LENGTH = 1000


def runs(documents: Iterable[Document]) -> Iterator[list[Document]]:
    """The documents, a run after the other."""
    rest = iter(documents)
    while run := list(islice(rest, _RUN_LENGTH)):
        yield run


def column_of(written: Value, scope: Scope) -> Column:
    """An expression, compiled for runs."""
    expression = scope.compile(written)
    if isinstance(expression, Constant):
        constant = expression.value
        return lambda documents: [constant] * len(documents)
    match _field_path(written, scope):
        case [name]:
            return _top(name)
        case [outer, name]:
            return _two_deep(outer, name)
    return lambda documents: list(map(expression, documents))


def _top(name: str) -> Column:
    read = itemgetter(name)

    def column(documents: list[Document]) -> list[Value]:
        try:
            return list(map(read, documents))  # in C, and most documents have what most have
        except KeyError:
            return [document.get(name, MISSING) for document in documents]

    return column


def _two_deep(outer: str, name: str) -> Column:
    enter, read_outer, read = inside([name]), itemgetter(outer), itemgetter(name)

    def column(documents: list[Document]) -> list[Value]:
        try:
            return list(map(read, map(read_outer, documents)))
        except (KeyError, TypeError):  # here it is not there, or no object is above it
            pass
        values = [document.get(outer) for document in documents]
        return [
            value.get(name, MISSING) if type(value) is dict else enter(value) for value in values
        ]

    return column


def _field_path(written: Value, scope: Scope) -> list[str] | None:
    """The segments of a path from the document itself; None of everything else."""
    if type(written) is not str or written.startswith("$$") or scope.find("CURRENT"):
        return None
    return written[1:].split(".")

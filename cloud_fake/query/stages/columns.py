"""Query stages: many documents at once, in runs, and the values of an expression in a run.

A loop inside one comprehension costs half of what one call for each document and expression does.
What is read need not be documents: the elements of an array stand for the documents that `$unwind`
would make of them, which need not be made then.
"""

from __future__ import annotations

from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from cloud_fake.query.expressions import compile_expression
from cloud_fake.query.operators.expr_paths import inside
from cloud_fake.query.operators.expr_scope import Constant
from cloud_fake.values.kinds import MISSING, Document, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from cloud_fake.query.expressions import Expression, Scope

__all__ = ["Column", "Reading", "column_at_top", "column_of", "reading", "reading_elements", "runs"]

#: The values of an expression in a run of documents, in their order.
Column: TypeAlias = "Callable[[list[Document]], list[Value]]"


class Reading(NamedTuple):
    """How expressions are read from what a stage is given.

    Attributes:
        column: compiles an expression for runs of it.
        value: compiles an expression for one of it.
    """

    column: Callable[[Value], Column]
    value: Callable[[Value], Expression]


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
            return column_at_top(name)
        case [outer, name]:
            return _two_deep(outer, name)
    return lambda documents: list(map(expression, documents))


def reading(scope: Scope) -> Reading:
    """From documents."""
    return Reading(
        lambda written: column_of(written, scope),
        lambda written: compile_expression(written, scope),
    )


def reading_elements(name: str, scope: Scope) -> Reading:
    """From elements, each of which stands for the document `{name: element}`."""

    def column(written: Value) -> Column:
        match _field_path(written, scope):
            case [outer] if outer == name:
                return lambda elements: elements
            case [outer, below] if outer == name:
                return _inside(below)
        of_documents = column_of(written, scope)
        return lambda elements: of_documents([{name: element} for element in elements])

    def value(written: Value) -> Expression:
        of_document = compile_expression(written, scope)
        return lambda element: of_document({name: element})

    return Reading(column, value)


def column_at_top(name: str) -> Column:
    """The values of a field, MISSING where it is not there."""
    read = itemgetter(name)

    def column(documents: list[Document]) -> list[Value]:
        try:
            return list(map(read, documents))  # in C, and most documents have what most have
        except KeyError:
            return [document.get(name, MISSING) for document in documents]

    return column


def _two_deep(outer: str, name: str) -> Column:
    read_outer, column = column_at_top(outer), _inside(name)
    return lambda documents: column(read_outer(documents))


def _inside(name: str) -> Column:
    enter, read = inside([name]), itemgetter(name)

    def column(values: list[Value]) -> list[Value]:
        try:
            return list(map(read, values))
        except (KeyError, TypeError):  # here it is not there, or no object is above it
            return [
                value.get(name, MISSING) if type(value) is dict else enter(value)
                for value in values
            ]

    return column


def _field_path(written: Value, scope: Scope) -> list[str] | None:
    """The segments of a path from the document itself; None of everything else."""
    if type(written) is not str or written.startswith("$$") or scope.find("CURRENT"):
        return None
    return written[1:].split(".")

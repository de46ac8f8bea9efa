"""Query floor: variables and values that are not computed: `$let`, `$literal`, `$meta`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloud_fake.errors import NotSupportedByFake, QueryError
from cloud_fake.query.operators.expr_scope import Constant, Expression, Scope, runnable
from cloud_fake.query.operators.expr_signatures import Parameters

if TYPE_CHECKING:
    from cloud_fake.values.kinds import Document, Value

__all__ = ["let", "literal", "meta"]

_LET = Parameters(
    {
        "vars": (16876, "Missing 'vars' parameter to $let"),
        "in": (16877, "Missing 'in' parameter to $let"),
    },
    [],
    not_object=(16874, "$let only supports an object as its argument"),
    unknown=(16875, "Unrecognized parameter to $let: {key}"),
)


def let(name: str, operand: Value, scope: Scope) -> Expression:
    """`$let`: `in`, with variables whose own expressions see the outer ones only."""
    given = _LET.read(name, operand)
    if type(given["vars"]) is not dict:
        raise QueryError(10065, "invalid parameter: expected an object (vars)")
    sources = [runnable(scope.compile(item)) for item in given["vars"].values()]
    inner, cells = scope.bind(*given["vars"])
    body = inner.compile(given["in"])

    def run(document: Document) -> Value:
        values = [source(document) for source in sources]
        for cell, value in zip(cells, values, strict=True):
            cell.value = value
        return body(document)

    return run


def literal(_name: str, operand: Value, _scope: Scope) -> Expression:
    """`$literal`: the operand as it is written, `$` or not."""
    return Constant(operand)


def meta(_name: str, operand: Value, _scope: Scope) -> Expression:
    """`$meta`: there is no text search here that could have left a score.

    Raises:
        NotSupportedByFake: `"textScore"`.
    """
    if type(operand) is not str:
        raise QueryError(17307, "$meta only supports string arguments")
    if operand != "textScore":
        raise QueryError(17308, f"Unsupported argument to $meta: {operand}")
    raise NotSupportedByFake("$meta: 'textScore', for text search is not supported")

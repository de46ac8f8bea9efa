"""Query floor: `$cond`, `$ifNull` and `$switch`: only the branch that is taken is evaluated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloud_fake.errors import QueryError
from cloud_fake.query.operators.expr_scope import Expression, Scope, runnable
from cloud_fake.query.operators.expr_signatures import Parameters, takes, unevaluated
from cloud_fake.query.operators.expr_values import truthy, type_name
from cloud_fake.values.kinds import MISSING, Document, Value

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["cond", "if_null", "switch"]


@unevaluated
def if_null(one: Expression, other: Expression) -> Expression:
    """`$ifNull`: the first, unless it is null or missing, then the second."""

    def choose(document: Document) -> Value:
        value = one(document)
        return other(document) if value is None or value is MISSING else value

    return choose


# --- $cond ---------------------------------------------------------------------------------------

_COND = Parameters(
    {
        "if": (17080, "Missing 'if' parameter to $cond"),
        "then": (17081, "Missing 'then' parameter to $cond"),
        "else": (17082, "Missing 'else' parameter to $cond"),
    },
    [],
    not_object=(16020, "$cond takes an object or an array"),
    unknown=(17083, "Unrecognized parameter to $cond: {key}"),
)


def cond(name: str, operand: Value, scope: Scope) -> Expression:
    """`$cond`: `[if, then, else]`, or an object of the three."""
    if type(operand) is dict:
        branches = _COND.read(name, operand)
        operand = [branches["if"], branches["then"], branches["else"]]
    return _three(name, operand, scope)


@unevaluated
def _choice(test: Expression, then: Expression, otherwise: Expression) -> Expression:
    return lambda document: (then if truthy(test(document)) else otherwise)(document)


_three = takes(3, _choice)

# --- $switch -------------------------------------------------------------------------------------

_SWITCH = Parameters(
    {"branches": (40068, "$switch requires at least one branch.")},
    ["default"],
    not_object=(40060, "$switch requires an object as an argument, found: {type}"),
    unknown=(40067, "$switch found an unknown argument: {key}"),
)
_BRANCH = Parameters(
    {
        "case": (40064, "$switch requires each branch have a 'case' expression"),
        "then": (40065, "$switch requires each branch have a 'then' expression."),
    },
    [],
    not_object=(40062, "$switch expected each branch to be an object, found: {type}"),
    unknown=(40063, "$switch found an unknown argument to a branch: {key}"),
)


def switch(name: str, operand: Value, scope: Scope) -> Expression:
    """`$switch`: the `then` of the first branch whose `case` is true, else the default."""
    given = _SWITCH.read(name, operand)
    branches = list(_branches(given["branches"], scope))
    default = runnable(scope.compile(given["default"])) if "default" in given else _no_match

    def choose(document: Document) -> Value:
        for case, then in branches:
            if truthy(case(document)):
                return then(document)
        return default(document)

    return choose


def _branches(written: Value, scope: Scope) -> Iterator[tuple[Expression, Expression]]:
    if type(written) is not list:
        raise QueryError(
            40061, f"$switch expected an array for 'branches', found: {type_name(written)}"
        )
    if not written:
        raise QueryError(40068, "$switch requires at least one branch.")
    for branch in written:
        parts = _BRANCH.compile("$switch", branch, scope)
        yield runnable(parts["case"]), runnable(parts["then"])


def _no_match(_document: Document) -> Value:
    raise QueryError(
        40066,
        "$switch could not find a matching branch for an input, and no default was specified.",
    )

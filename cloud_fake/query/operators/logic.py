"""Query operators: `$not`, and `$and $or $nor` at a field.

MongoDB itself knows the latter three only above fields. At a field they are what the SDKs' commands
mean, `_.not(_.and(_.gt(1), _.lt(5)))`, which no query of MongoDB's own can say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloud_fake.errors import QueryError
from cloud_fake.query.conditions import (
    Compiler,
    Condition,
    conjunction,
    disjunction,
    is_operators,
    negation,
)
from cloud_fake.values.regex import Regex

if TYPE_CHECKING:
    from cloud_fake.values.kinds import Value

__all__ = ["all_of", "any_of", "clauses_of", "inverse", "none_of", "states_values"]


_LOGIC = frozenset({"$and", "$or", "$nor"})


def inverse(operand: Value, compiler: Compiler) -> Condition:
    """`$not`: met also by other kinds and by nothing at all."""
    if type(operand) is not Regex and type(operand) is not dict:
        raise QueryError(2, "$not needs a regex or a document")
    if operand == {}:
        raise QueryError(2, "$not cannot be empty")
    return negation(compiler.condition(operand))


def all_of(operand: Value, compiler: Compiler) -> Condition:
    """`$and` of conditions on one field, which different elements of an array may meet."""
    return conjunction(_parts("$and", operand, compiler))


def any_of(operand: Value, compiler: Compiler) -> Condition:
    """`$or` of conditions on one field."""
    return disjunction(_parts("$or", operand, compiler))


def none_of(operand: Value, compiler: Compiler) -> Condition:
    """`$nor` of conditions on one field."""
    return negation(disjunction(_parts("$nor", operand, compiler)))


def clauses_of(name: str, operand: Value) -> list[Value]:
    """The operand of a logical operator: at least one of anything."""
    if type(operand) is not list:
        raise QueryError(2, f"{name} must be an array")
    if not operand:
        raise QueryError(2, "$and/$or/$nor must be a nonempty array")
    return operand


def states_values(spec: Value) -> bool:
    """Whether something states conditions on a value, rather than a query on an object's fields."""
    if type(spec) is Regex:
        return True
    if not is_operators(spec):
        return False
    name: str = next(iter(spec))
    if name in _LOGIC:
        clauses = spec[name]
        return type(clauses) is list and any(map(states_values, clauses))
    return name != "$expr"


def _parts(name: str, operand: Value, compiler: Compiler) -> list[Condition]:
    return [compiler.condition(clause) for clause in clauses_of(name, operand)]

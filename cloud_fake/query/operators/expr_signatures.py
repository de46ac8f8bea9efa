"""Query floor: how expression operators declare their operands, so that a body is only its idea.

Two forms. Positional: `takes(2, body)` in the table of operators, `@null_if_any` above a body that
has no answer for null. Named: a `Parameters` says what an object of named arguments may hold, and
in which words and codes MongoDB refuses another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from cloud_fake.errors import QueryError
from cloud_fake.query.operators.expr_scope import (
    Constant,
    Expression,
    Operator,
    Scope,
    runnable,
)
from cloud_fake.query.operators.expr_values import is_null, show, type_name
from cloud_fake.values.kinds import MISSING, Document, Value

__all__ = [
    "Body",
    "Idea",
    "NullIfAny",
    "Parameters",
    "fold",
    "null_if_any",
    "operands_of",
    "takes",
    "takes_any_number",
    "takes_between",
    "unevaluated",
]

#: An operator's idea: from the values of its operands to the value of the whole.
Body: TypeAlias = Callable[..., Value]


@dataclass(frozen=True, slots=True)
class NullIfAny:
    """A body that is not asked when an operand is null or missing: the answer is null."""

    body: Body


@dataclass(frozen=True, slots=True)
class Unevaluated:
    """A body that is given its operands as expressions, and makes one of them."""

    build: Callable[..., Expression]


def null_if_any(body: Body) -> NullIfAny:
    """Marks a body whose operator gives null as soon as one operand is null or missing."""
    return NullIfAny(body)


def unevaluated(build: Callable[..., Expression]) -> Unevaluated:
    """Marks a body that decides itself which of its operands are evaluated."""
    return Unevaluated(build)


Idea: TypeAlias = Body | NullIfAny | Unevaluated


# --- positional operands -------------------------------------------------------------------------


def takes(count: int, idea: Idea) -> Operator:
    """An operator of exactly `count` operands; one may stand without its array."""

    def check(name: str, given: int) -> None:
        if given != count:
            raise QueryError(
                16020,
                f"Expression {name} takes exactly {count} arguments. {given} were passed in.",
            )

    return _positional(idea, check)


def takes_between(fewest: int, most: int, idea: Idea) -> Operator:
    """An operator with optional operands at its end."""

    def check(name: str, given: int) -> None:
        if not fewest <= given <= most:
            raise QueryError(
                28667,
                f"Expression {name} takes at least {fewest} arguments, and at most {most}, "
                f"but {given} were passed in.",
            )

    return _positional(idea, check)


def takes_any_number(idea: Idea) -> Operator:
    """An operator of any number of operands, none included."""
    return _positional(idea, lambda _name, _given: None)


def _positional(idea: Idea, check: Callable[[str, int], None]) -> Operator:
    def compile_operator(name: str, operand: Value, scope: Scope) -> Expression:
        operands = operands_of(operand, scope)
        check(name, len(operands))
        return _apply(idea, operands)

    compile_operator.__doc__ = _body_of(idea).__doc__
    return compile_operator


def _body_of(idea: Idea) -> Callable[..., object]:
    if isinstance(idea, NullIfAny):
        return idea.body
    return idea.build if isinstance(idea, Unevaluated) else idea


def operands_of(operand: Value, scope: Scope) -> list[Expression]:
    """The compiled operands of an operator: those of an array, or the one that stands alone."""
    written = operand if type(operand) is list else [operand]
    return [scope.compile(item) for item in written]


def fold(expression: Expression, operands: Iterable[Expression]) -> Expression:
    """The expression, or its value at once when it is made of constants only.

    As in MongoDB a part that fails for every document therefore fails before the first one.
    """
    if all(isinstance(operand, Constant) for operand in operands):
        return Constant(expression({}))
    return expression


def _apply(idea: Idea, operands: Sequence[Expression]) -> Expression:
    if isinstance(idea, NullIfAny):
        return fold(_call_unless_null(idea.body, operands), operands)
    if isinstance(idea, Unevaluated):
        return fold(idea.build(*map(runnable, operands)), operands)
    return fold(_call(idea, operands), operands)


def _call(body: Body, operands: Sequence[Expression]) -> Expression:
    match operands:
        case [one]:
            return lambda document: body(one(document))
        case [one, Constant(value)]:
            return lambda document: body(one(document), value)
        case [one, other]:
            return lambda document: body(one(document), other(document))
    parts = [runnable(operand) for operand in operands]
    return lambda document: body(*[part(document) for part in parts])


def _call_unless_null(body: Body, operands: Sequence[Expression]) -> Expression:
    match operands:
        case [one]:
            return _call_unless_null_1(body, one)
        case [one, other]:
            return _call_unless_null_2(body, runnable(one), runnable(other))
    parts = [runnable(operand) for operand in operands]

    def call(document: Document) -> Value:
        values = [part(document) for part in parts]
        return None if any(map(is_null, values)) else body(*values)

    return call


def _call_unless_null_1(body: Body, operand: Expression) -> Expression:
    def call(document: Document) -> Value:
        value = operand(document)
        return None if value is None or value is MISSING else body(value)

    return call


def _call_unless_null_2(body: Body, one: Expression, other: Expression) -> Expression:
    def call(document: Document) -> Value:
        left, right = one(document), other(document)
        if left is None or left is MISSING or right is None or right is MISSING:
            return None
        return body(left, right)

    return call


# --- named operands ------------------------------------------------------------------------------


class Refused(NamedTuple):
    """A code and a text; `{name}` is the operator, `{type} {key} {shown}` what was found."""

    code: int
    text: str

    def error(self, **found: str) -> QueryError:
        """The error, its text filled in."""
        return QueryError(self.code, self.text.format(**found))


class Parameters:
    """What an operator's object of named arguments may hold.

    Args:
        required: each name with the refusal of its absence.
        optional: the other names.
        not_object: the refusal of an operand that is no object.
        unknown: the refusal of any other name.
    """

    def __init__(
        self,
        required: Mapping[str, tuple[int, str]],
        optional: Iterable[str],
        *,
        not_object: tuple[int, str],
        unknown: tuple[int, str],
    ) -> None:
        self._required = {name: Refused(*refusal) for name, refusal in required.items()}
        self._names = {*required, *optional}
        self._not_object = Refused(*not_object)
        self._unknown = Refused(*unknown)

    def read(self, name: str, operand: Value) -> Mapping[str, Value]:
        """The arguments as written, once none is missing and none is unknown."""
        if type(operand) is not dict:
            raise self._not_object.error(name=name, type=type_name(operand))
        for key in operand:
            if key not in self._names:
                raise self._unknown.error(name=name, key=key)
        for key, refusal in self._required.items():
            if key not in operand:
                raise refusal.error(name=name, shown=show(operand))
        return operand

    def compile(self, name: str, operand: Value, scope: Scope) -> dict[str, Expression]:
        """The arguments that are there, each an expression of the same scope."""
        return {key: scope.compile(item) for key, item in self.read(name, operand).items()}

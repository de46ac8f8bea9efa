"""Query operators: `$mod`, `$regex` with its `$options`, and `$expr`."""

from __future__ import annotations

import math
import re
from functools import partial
from typing import TYPE_CHECKING

from cloud_fake.errors import QueryError
from cloud_fake.query.conditions import Compiler, Condition, Cost, of_members
from cloud_fake.query.hopes import finding
from cloud_fake.query.operators.expr_values import truthy
from cloud_fake.values.regex import Regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cloud_fake.query.expressions import Scope
    from cloud_fake.query.traversal import DocumentTest
    from cloud_fake.values.kinds import Document, Value

__all__ = ["expression_test", "modulo", "pattern", "regex_of"]


def modulo(operand: Value, _compiler: Compiler) -> Condition:
    """`$mod: [divisor, remainder]`: of numbers, cut to integers, with the dividend's sign."""
    divisor, remainder = _modulo_operands(operand)

    def element(value: Value) -> bool:
        if type(value) is float and math.isfinite(value):
            value = int(value)
        return type(value) is int and _remainder(value, divisor) == remainder

    return of_members(element)


def _modulo_operands(operand: Value) -> tuple[int, int]:
    if type(operand) is not list:
        raise QueryError(2, "malformed mod, needs to be an array")
    if len(operand) != 2:
        few_or_many = "not enough" if len(operand) < 2 else "too many"
        raise QueryError(2, f"malformed mod, {few_or_many} elements")
    for name, number in zip(("divisor", "remainder"), operand, strict=True):
        if type(number) not in (int, float):
            raise QueryError(2, f"malformed mod, {name} not a number")
    divisor, remainder = map(int, operand)
    if divisor == 0:
        raise QueryError(2, "divisor cannot be 0")
    return divisor, remainder


def _remainder(dividend: int, divisor: int) -> int:
    """C's `%`; Python's takes the sign of the divisor."""
    size = abs(dividend) % abs(divisor)
    return -size if dividend < 0 else size


def regex_of(spec: Mapping[str, Value]) -> Regex:
    """The regular expression that `{$regex: …, $options: …}` states; `$options` win."""
    stated = spec["$regex"]
    if type(stated) is str:
        stated = Regex(stated)
    if type(stated) is not Regex:
        raise QueryError(2, "$regex has to be a string")
    options = spec.get("$options", stated.options)
    if type(options) is not str:
        raise QueryError(2, "$options has to be a string")
    return Regex(stated.pattern, "".join(sorted(options)))


def pattern(wanted: Regex, _compiler: Compiler | None = None) -> Condition:
    """`$regex`: strings in which it finds something, and regular expressions equal to it."""
    search = _compiled(wanted).search

    def element(value: Value) -> bool:
        if type(value) is str:
            return search(value) is not None
        return type(value) is Regex and value == wanted

    def field(value: Value) -> bool:
        if type(value) is str:
            return search(value) is not None
        return any(map(element, value)) if type(value) is list else element(value)

    def pick(documents: list[Document], values: Iterable[Value]) -> list[Document]:
        return [
            document
            for document, value in zip(documents, values, strict=True)
            if (search(value) if value.__class__ is str else field(value))
        ]

    return of_members(element, field, cost=Cost.PATTERN, pick=pick, hope=partial(finding, search))


def _compiled(wanted: Regex) -> re.Pattern[str]:
    unknown = Regex.unknown_options(wanted.options)
    if unknown:
        raise QueryError(51108, f"invalid flag in regex options: {unknown[0]}")
    try:
        return wanted.compiled
    except re.error as error:
        raise QueryError(51091, f"Regular expression is invalid: {error}") from None


def expression_test(expression: Value, scope: Scope | None) -> DocumentTest:
    """`$expr`: whether an aggregation expression is true of the document.

    Args:
        expression: in MongoDB's own form.
        scope: the variables that a lookup's `let` binds.
    """
    from cloud_fake.query.expressions import compile_expression

    evaluate = compile_expression(expression, scope)
    return lambda document: truthy(evaluate(document))

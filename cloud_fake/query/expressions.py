"""Query floor: aggregation expressions: what is written becomes a function of a document.

| written | means |
|---|---|
| `"$a.b"` | what the document holds at the path |
| `"$$name"`, `"$$name.a"` | a variable: `ROOT`, `CURRENT`, `REMOVE`, or one that was bound |
| `{"$operator": ...}` | an operator of `EXPRESSION_OPERATORS` |
| `{"a": ...}`, `[...]` | an object or array of expressions |
| anything else | itself |
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cloud_fake.errors import QueryError
from cloud_fake.query.operators.expr_paths import inside, reader
from cloud_fake.query.operators.expr_scope import Cell, Constant, Expression, Scope, runnable
from cloud_fake.query.operators.expr_signatures import fold
from cloud_fake.query.operators.expr_values import show
from cloud_fake.query.operators.expressions import EXPRESSION_OPERATORS
from cloud_fake.values.kinds import MISSING, Document, Value
from cloud_fake.values.paths import split

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["GLOBAL_SCOPE", "Cell", "Expression", "Scope", "compile_expression", "evaluate"]


def compile_expression(expression: Value, scope: Scope | None = None) -> Expression:
    """What `expression` says, as a function of the document it is evaluated on.

    Args:
        expression: in MongoDB's own form, values already taken in.
        scope: the variables that it may name; a lookup's `let` binds some with
            `GLOBAL_SCOPE.bind(...)` and writes their cells before each document.

    Raises:
        QueryError: an unknown operator (168) or variable (17276), a wrong number of arguments
            (16020), and whatever a part that depends on no document raises when it runs.
    """
    return runnable(_operand(expression, scope or GLOBAL_SCOPE))


def evaluate(expression: Value, document: Document) -> Value:
    """One expression on one document; MISSING when it gives no value."""
    return compile_expression(expression)(document)


def _operand(written: Value, scope: Scope) -> Expression:
    compiler = _BY_TYPE.get(type(written))
    return compiler(written, scope) if compiler else Constant(written)


GLOBAL_SCOPE = Scope(_operand)


# --- strings: paths and variables ----------------------------------------------------------------


def _string(text: str, scope: Scope) -> Expression:
    if not text.startswith("$"):
        return Constant(text)
    if text == "$":
        raise QueryError(16872, "'$' by itself is not a valid FieldPath")
    if not text.startswith("$$"):
        return _variable("CURRENT", _checked_path(split(text[1:])), scope)
    name, *path = split(text[2:])
    return _variable(_checked_variable(name), _checked_path(path), scope)


def _variable(name: str, path: Sequence[str], scope: Scope) -> Expression:
    cell = scope.find(name)
    if cell is not None:
        return _of_cell(cell, path)
    if name == "REMOVE":
        return Constant(MISSING)
    if name not in {"ROOT", "CURRENT"}:
        raise QueryError(17276, f"Use of undefined variable: {name}")
    return reader(path) if path else _whole


def _whole(document: Document) -> Value:
    return document


def _of_cell(cell: Cell, path: Sequence[str]) -> Expression:
    if not path:
        return lambda _document: cell.value
    enter = inside(path)
    return lambda _document: enter(cell.value)


def _checked_path(segments: Sequence[str]) -> Sequence[str]:
    if segments and not segments[-1]:
        raise QueryError(40353, "FieldPath must not end with a '.'.")
    for segment in segments:
        _check_field_name(segment)
    return segments


def _check_field_name(name: str) -> None:
    if not name:
        raise QueryError(15998, "FieldPath field names may not be empty strings.")
    if name.startswith("$"):
        raise QueryError(16410, "FieldPath field names may not start with '$'.")
    if "\0" in name:
        raise QueryError(16411, "FieldPath field names may not contain '\0'.")
    if "." in name:
        raise QueryError(16412, "FieldPath field names may not contain '.'.")


_NAME_START = re.compile(r"[a-zA-Z]|[^\x00-\x7f]")
_NOT_IN_NAME = re.compile(r"(?![a-zA-Z0-9_]|[^\x00-\x7f]).", re.DOTALL)


def _checked_variable(name: str) -> str:
    if not name:
        raise QueryError(16869, "empty variable names are not allowed")
    if not _NAME_START.match(name):
        raise QueryError(16870, f"'{name}' starts with an invalid character for a variable name")
    wrong = _NOT_IN_NAME.search(name)
    if wrong:
        raise QueryError(
            16871,
            f"'{name}' contains an invalid character for a variable name: '{wrong.group()}'",
        )
    return name


# --- objects, arrays, operators ------------------------------------------------------------------


def _object(members: Mapping[str, Value], scope: Scope) -> Expression:
    if next(iter(members), "").startswith("$"):
        return _operator(members, scope)
    for name in members:
        _check_field_name(name)
    compiled = {name: scope.compile(member) for name, member in members.items()}
    parts = [(name, runnable(member)) for name, member in compiled.items()]

    def build(document: Document) -> Value:
        built = {}
        for name, part in parts:
            value = part(document)
            if value is not MISSING:
                built[name] = value
        return built

    return fold(build, compiled.values())


def _array(items: list[Value], scope: Scope) -> Expression:
    compiled = [scope.compile(item) for item in items]
    parts = [runnable(item) for item in compiled]

    def build(document: Document) -> Value:
        values = [part(document) for part in parts]
        return [None if value is MISSING else value for value in values]

    return fold(build, compiled)


def _operator(written: Mapping[str, Value], scope: Scope) -> Expression:
    if len(written) != 1:
        raise QueryError(
            15983,
            f"An object representing an expression must have exactly one field: {show(written)}",
        )
    [(name, operand)] = written.items()
    operator = EXPRESSION_OPERATORS.get(name)
    if operator is None:
        raise QueryError(168, f"Unrecognized expression '{name}'")
    return operator(name, operand, scope)


_BY_TYPE: Mapping[type, Callable[..., Expression]] = {str: _string, dict: _object, list: _array}

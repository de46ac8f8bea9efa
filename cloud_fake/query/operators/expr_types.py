"""Query floor: types in expressions: `$type`, `$convert`, and `$toInt` and its kin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloud_fake.errors import QueryError
from cloud_fake.query.operators.expr_conversions import converted
from cloud_fake.query.operators.expr_date_fields import CONVERSION_FAILURE
from cloud_fake.query.operators.expr_scope import Constant, Expression, Operator, Scope
from cloud_fake.query.operators.expr_signatures import Parameters, fold, operands_of
from cloud_fake.query.operators.expr_values import is_integral, is_null, is_number, type_name

if TYPE_CHECKING:
    from cloud_fake.values.kinds import Document, Value

__all__ = ["convert", "converts_to", "type_of"]

_FAILED_TO_PARSE = 9
_BAD_VALUE = 2


def type_of(value: Value) -> Value:
    """`$type`: MongoDB's name of the type, `"missing"` for no value."""
    return type_name(value)


def converts_to(target: str) -> Operator:
    """`$toInt` and its kin: `$convert` to one type, null giving null."""

    def compile_operator(name: str, operand: Value, scope: Scope) -> Expression:
        operands = operands_of(operand, scope)
        if len(operands) != 1:
            raise QueryError(50723, f"{name} requires a single argument, got {len(operands)}")
        [source] = operands

        def run(document: Document) -> Value:
            value = source(document)
            return None if is_null(value) else converted(value, target)

        return fold(run, operands)

    compile_operator.__doc__ = f"The operand as {target}; null gives null."
    return compile_operator


_CONVERT = Parameters(
    {
        "input": (_FAILED_TO_PARSE, "Missing 'input' parameter to $convert"),
        "to": (_FAILED_TO_PARSE, "Missing 'to' parameter to $convert"),
    },
    ["onError", "onNull"],
    not_object=(
        _FAILED_TO_PARSE,
        "$convert expects an object of named arguments but found: {type}",
    ),
    unknown=(_FAILED_TO_PARSE, "$convert found an unknown argument: {key}"),
)


def convert(name: str, operand: Value, scope: Scope) -> Expression:
    """`$convert`: with what to give for null, and for what cannot be converted."""
    given = _CONVERT.compile(name, operand, scope)
    source, to = given["input"], given["to"]
    on_null, on_error = given.get("onNull", Constant(None)), given.get("onError")

    def run(document: Document) -> Value:
        target, value = to(document), source(document)
        wanted = None if is_null(target) else _type_named(target)
        if is_null(value):
            return on_null(document)
        if wanted is None:
            return None
        try:
            return converted(value, wanted)
        except QueryError as error:
            if on_error is None or error.code != CONVERSION_FAILURE:
                raise
            return on_error(document)

    return fold(run, given.values())


#: BSON's numbers of the types, by name.
_TYPE_CODES = {
    "double": 1, "string": 2, "object": 3, "array": 4, "binData": 5, "undefined": 6,
    "objectId": 7, "bool": 8, "date": 9, "null": 10, "regex": 11, "dbPointer": 12,
    "javascript": 13, "symbol": 14, "javascriptWithScope": 15, "int": 16, "timestamp": 17,
    "long": 18, "decimal": 19, "minKey": -1, "maxKey": 127,
}  # fmt: skip
_TYPES_BY_CODE = {0: "missing", **{code: name for name, code in _TYPE_CODES.items()}}


def _type_named(target: Value) -> str:
    if type(target) is str:
        if target not in _TYPE_CODES and target != "missing":
            raise QueryError(_BAD_VALUE, f"Unknown type name: {target}")
        return target
    if not is_number(target):
        raise QueryError(
            _FAILED_TO_PARSE,
            f"$convert's 'to' argument must be a string or number, but is {type_name(target)}",
        )
    if not is_integral(target):
        raise QueryError(_FAILED_TO_PARSE, "In $convert, numeric 'to' argument is not an integer")
    if target not in _TYPES_BY_CODE:
        raise QueryError(
            _FAILED_TO_PARSE,
            "In $convert, numeric value for 'to' does not correspond to a BSON type: "
            f"{int(target)}",
        )
    return _TYPES_BY_CODE[target]

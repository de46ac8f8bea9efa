"""Query floor: strings in expressions. `CP` counts code points, `Bytes` those of UTF-8."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloud_fake.errors import QueryError
from cloud_fake.query.operators.expr_arrays import search_bounds
from cloud_fake.query.operators.expr_scope import Constant, Expression, Operator, Scope
from cloud_fake.query.operators.expr_signatures import Parameters, fold, null_if_any
from cloud_fake.query.operators.expr_values import (
    is_integral,
    is_null,
    is_number,
    long_of,
    show,
    text_of,
    type_name,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloud_fake.values.kinds import Document, Value

__all__ = [
    "concat",
    "index_of_bytes",
    "index_of_cp",
    "length_bytes",
    "length_cp",
    "lower",
    "same_ignoring_case",
    "split",
    "substring_bytes",
    "substring_cp",
    "trimmer",
    "upper",
]


def _utf8(text: str) -> bytes:
    # JavaScript strings may hold half a surrogate pair; so may ours.
    return text.encode("utf-8", "surrogatepass")


def _from_utf8(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass")


def _expect_string(value: Value, code: int, text: str) -> str:
    if type(value) is str:
        return value
    raise QueryError(code, text.format(type=type_name(value)))


def concat(*parts: Value) -> Value:
    """`$concat`: of strings only."""
    for part in parts:
        if type(part) is not str:
            if is_null(part):
                return None
            raise QueryError(16702, f"$concat only supports strings, not {type_name(part)}")
    return "".join(parts)


@null_if_any
def split(text: Value, separator: Value) -> Value:
    """`$split`: the whole as its one part where the separator does not occur."""
    what = "$split requires an expression that evaluates to a string as a"
    _expect_string(text, 40085, f"{what} first argument, found: {{type}}")
    _expect_string(separator, 40086, f"{what} second argument, found: {{type}}")
    if not separator:
        raise QueryError(40087, "$split requires a non-empty separator")
    return text.split(separator)


# --- case: ASCII letters only --------------------------------------------------------------------


def lower(value: Value) -> Value:
    """`$toLower`: also of numbers and dates; null gives an empty string."""
    return _from_utf8(_utf8(text_of(value)).lower())


def upper(value: Value) -> Value:
    """`$toUpper`: as `$toLower`."""
    return _from_utf8(_utf8(text_of(value)).upper())


def same_ignoring_case(left: Value, right: Value) -> Value:
    """`$strcasecmp`: -1, 0 or 1."""
    one, other = _utf8(text_of(left)).upper(), _utf8(text_of(right)).upper()
    return (one > other) - (one < other)


# --- length and position -------------------------------------------------------------------------


def length_bytes(text: Value) -> Value:
    """`$strLenBytes`: an error, not null, where there is no string."""
    what = "$strLenBytes requires a string argument, found: {type}"
    return len(_utf8(_expect_string(text, 34473, what)))


def length_cp(text: Value) -> Value:
    """`$strLenCP`: an error, not null, where there is no string."""
    return len(_expect_string(text, 34471, "$strLenCP requires a string argument, found: {type}"))


def index_of_bytes(text: Value, sought: Value, *bounds: Value) -> Value:
    """`$indexOfBytes`: where it first lies between the bounds, else -1."""
    if is_null(text):
        return None
    what = "$indexOfBytes requires a string as the {which} argument, found: {{type}}"
    data = _utf8(_expect_string(text, 40091, what.format(which="first")))
    token = _utf8(_expect_string(sought, 40092, what.format(which="second")))
    start, end = search_bounds("$indexOfBytes", bounds, len(data))
    return data.find(token, start, end)


def index_of_cp(text: Value, sought: Value, *bounds: Value) -> Value:
    """`$indexOfCP`: where it first begins between the bounds, else -1; it may end beyond them."""
    if is_null(text):
        return None
    what = "$indexOfCP requires a string as the {which} argument, found: {{type}}"
    _expect_string(text, 40093, what.format(which="first"))
    _expect_string(sought, 40094, what.format(which="second"))
    start, end = search_bounds("$indexOfCP", bounds, len(text))
    if not text and not sought:
        return 0
    found = text.find(sought, start)
    return found if found < end else -1


# --- substrings ----------------------------------------------------------------------------------


def substring_bytes(text: Value, start: Value, length: Value) -> Value:
    """`$substrBytes` and `$substr`: a negative length means the rest."""
    data = _utf8(text_of(text))
    first = _byte_count(16034, "starting index", start)
    count = _byte_count(16035, "length", length)
    if first < 0:
        raise QueryError(
            50752, f"$substrBytes:  starting index must be non-negative (got: {first})"
        )
    end = len(data) if count < 0 else first + count
    if _inside_character(data, first):
        raise _broken_character(28656, "starting index is a UTF-8 continuation byte.")
    if _inside_character(data, end):
        raise _broken_character(28657, "ending index is in the middle of a UTF-8 character.")
    return _from_utf8(data[first:end])


def _byte_count(code: int, what: str, value: Value) -> int:
    if is_number(value):
        return long_of(value)
    raise QueryError(
        code, f"$substrBytes:  {what} must be a numeric type (is BSON type {type_name(value)})"
    )


def _inside_character(data: bytes, index: int) -> bool:
    return index < len(data) and data[index] & 0xC0 == 0x80


def _broken_character(code: int, why: str) -> QueryError:
    return QueryError(code, f"$substrBytes:  Invalid range, {why}")


def substring_cp(text: Value, start: Value, length: Value) -> Value:
    """`$substrCP`: neither number may be negative."""
    whole = text_of(text)
    first = _code_point_count((34450, 34451), "starting index", start)
    count = _code_point_count((34452, 34453), "length", length)
    if count < 0:
        raise QueryError(34454, "$substrCP: length must be a nonnegative integer.")
    if first < 0:
        raise QueryError(34455, "$substrCP: the starting index must be nonnegative integer.")
    return whole[first : first + count]


def _code_point_count(codes: tuple[int, int], what: str, value: Value) -> int:
    if not is_number(value):
        raise QueryError(
            codes[0],
            f"$substrCP: {what} must be a numeric type (is BSON type {type_name(value)})",
        )
    if not is_integral(value):
        raise QueryError(
            codes[1],
            f"$substrCP: {what} cannot be represented as a 32-bit integral value: {show(value)}",
        )
    return int(value)


# --- $trim, $ltrim, $rtrim -----------------------------------------------------------------------

_TRIM = Parameters(
    {"input": (50695, "{name} requires an 'input' field")},
    ["chars"],
    not_object=(50696, "{name} only supports an object as an argument, found {type}"),
    unknown=(50694, "{name} found an unknown argument: {key}"),
)
#: MongoDB manual, $trim: what is white space unless `chars` says otherwise.
_WHITE_SPACE = "\0 \t\n\v\f\r\u00a0\u1680" + "".join(map(chr, range(0x2000, 0x200B)))


def trimmer(strip: Callable[[str, str], str]) -> Operator:
    """`$trim` and its kin: without the characters of `chars` at the ends that `strip` strips."""

    def compile_operator(name: str, operand: Value, scope: Scope) -> Expression:
        given = _TRIM.compile(name, operand, scope)
        source, chars = given["input"], given.get("chars", Constant(_WHITE_SPACE))

        def run(document: Document) -> Value:
            text = source(document)
            if is_null(text):
                return None
            _expect_trimmable(50699, f"{name} requires its input", text)
            stripped = chars(document)
            if is_null(stripped):
                return None
            _expect_trimmable(50700, f"{name} requires 'chars'", stripped)
            return strip(text, stripped)

        return fold(run, given.values())

    compile_operator.__doc__ = "Without the white space, or the characters of `chars`, at its ends."
    return compile_operator


def _expect_trimmable(code: int, what: str, value: Value) -> None:
    if type(value) is not str:
        raise QueryError(
            code, f"{what} to be a string, got {show(value)} (of type {type_name(value)}) instead."
        )

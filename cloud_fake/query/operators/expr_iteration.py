"""Query floor: the expressions that visit the elements of arrays: `$filter $map $reduce $zip`."""

from __future__ import annotations

from itertools import zip_longest

from cloud_fake.errors import QueryError
from cloud_fake.query.operators.expr_scope import Expression, Scope, runnable
from cloud_fake.query.operators.expr_signatures import Parameters
from cloud_fake.query.operators.expr_values import expect_array, is_null, show, truthy, type_name
from cloud_fake.values.kinds import MISSING, Document, Value

__all__ = ["filter_array", "map_array", "reduce_array", "zip_arrays"]

# --- $filter and $map ----------------------------------------------------------------------------

_FILTER = Parameters(
    {
        "input": (28648, "Missing 'input' parameter to $filter"),
        "cond": (28650, "Missing 'cond' parameter to $filter"),
    },
    ["as"],
    not_object=(28646, "$filter only supports an object as its argument"),
    unknown=(28647, "Unrecognized parameter to $filter: {key}"),
)
_MAP = Parameters(
    {
        "input": (16880, "Missing 'input' parameter to $map"),
        "in": (16882, "Missing 'in' parameter to $map"),
    },
    ["as"],
    not_object=(16878, "$map only supports an object as its argument"),
    unknown=(16879, "Unrecognized parameter to $map: {key}"),
)


def filter_array(name: str, operand: Value, scope: Scope) -> Expression:
    """`$filter`: the elements for which `cond` is true, each of them `$$this` or `$$<as>`."""
    given = _FILTER.read(name, operand)
    source = scope.compile(given["input"])
    inner, [element] = scope.bind(_element_name(given))
    test = inner.compile(given["cond"])

    def run(document: Document) -> Value:
        array = source(document)
        if is_null(array):
            return None
        kept = []
        for element.value in expect_array(array, 28651, _FILTER_INPUT):
            if truthy(test(document)):
                kept.append(element.value)
        return kept

    return run


_FILTER_INPUT = "input to $filter must be an array not {type}"


def map_array(name: str, operand: Value, scope: Scope) -> Expression:
    """`$map`: what `in` gives for each element; null where it gives nothing."""
    given = _MAP.read(name, operand)
    source = scope.compile(given["input"])
    inner, [element] = scope.bind(_element_name(given))
    body = runnable(inner.compile(given["in"]))

    def run(document: Document) -> Value:
        array = source(document)
        if is_null(array):
            return None
        results = []
        for element.value in expect_array(array, 16883, _MAP_INPUT):
            result = body(document)
            results.append(None if result is MISSING else result)
        return results

    return run


_MAP_INPUT = "input to $map must be an array not {type}"


def _element_name(given: Value) -> str:
    name = given.get("as", "this")
    return name if type(name) is str else ""


# --- $reduce -------------------------------------------------------------------------------------

_REDUCE = Parameters(
    {
        "input": (40077, "$reduce requires 'input' to be specified"),
        "initialValue": (40078, "$reduce requires 'initialValue' to be specified"),
        "in": (40079, "$reduce requires 'in' to be specified"),
    },
    [],
    not_object=(40075, "$reduce requires an object as an argument, found: {type}"),
    unknown=(40076, "$reduce found an unknown argument: {key}"),
)


def reduce_array(name: str, operand: Value, scope: Scope) -> Expression:
    """`$reduce`: `in` carries `$$value` over every `$$this`, from `initialValue` on."""
    given = _REDUCE.read(name, operand)
    source, initial = scope.compile(given["input"]), scope.compile(given["initialValue"])
    inner, [element, carried] = scope.bind("this", "value")
    body = inner.compile(given["in"])

    def run(document: Document) -> Value:
        array = source(document)
        if is_null(array):
            return None
        if type(array) is not list:
            raise QueryError(
                40080, f"$reduce requires that 'input' be an array, found: {show(array)}"
            )
        result = initial(document)
        for item in array:
            element.value, carried.value = item, result
            result = body(document)
        return result

    return run


# --- $zip ----------------------------------------------------------------------------------------

_ZIP = Parameters(
    {"inputs": (34465, "$zip requires at least one input array")},
    ["useLongestLength", "defaults"],
    not_object=(34460, "$zip only supports an object as an argument, found {type}"),
    unknown=(34464, "$zip found an unknown argument: {key}"),
)


def zip_arrays(name: str, operand: Value, scope: Scope) -> Expression:
    """`$zip`: the first elements together, the second ones together, and so on."""
    given = _ZIP.read(name, operand)
    inputs = _zip_parts(34461, "inputs", given["inputs"], scope)
    defaults = _zip_parts(34462, "defaults", given.get("defaults", []), scope)
    longest = given.get("useLongestLength", False)
    _check_zip(inputs, defaults, longest)

    def run(document: Document) -> Value:
        arrays = [source(document) for source in inputs]
        if any(map(is_null, arrays)):
            return None
        _check_arrays(arrays)
        if not longest:
            return [list(row) for row in zip(*arrays, strict=False)]
        fill = [default(document) for default in defaults] or [None] * len(arrays)
        rows = zip_longest(*arrays, fillvalue=MISSING)
        return [_filled(row, fill) for row in rows]

    return run


def _zip_parts(code: int, what: str, written: Value, scope: Scope) -> list[Expression]:
    if type(written) is not list:
        raise QueryError(
            code, f"{what} must be an array of expressions, found {type_name(written)}"
        )
    return [scope.compile(item) for item in written]


def _check_zip(inputs: list[Expression], defaults: list[Expression], longest: Value) -> None:
    if type(longest) is not bool:
        # The server names the type of the whole operand here, which is always an object.
        raise QueryError(34463, "useLongestLength must be a bool, found object")
    if not inputs:
        raise QueryError(34465, "$zip requires at least one input array")
    if defaults and not longest:
        raise QueryError(34466, "cannot specify defaults unless useLongestLength is true")
    if defaults and len(defaults) != len(inputs):
        raise QueryError(34467, "defaults and inputs must have the same length")


def _check_arrays(arrays: list[Value]) -> None:
    for array in arrays:
        if type(array) is not list:
            raise QueryError(34468, f"$zip found a non-array expression in input: {show(array)}")


def _filled(row: tuple[Value, ...], fill: list[Value]) -> list[Value]:
    filled = [default if item is MISSING else item for item, default in zip(row, fill, strict=True)]
    return [None if item is MISSING else item for item in filled]

"""Query floor: accumulators: what `$group` and `$bucket` make of the values a group has seen.

All of them collect first and work at the end: adding to a list costs a third of calling a step
written in Python, and a sum over a list runs in C. The values are the documents' own, not copies.
"""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from cloud_fake.errors import QueryError
from cloud_fake.query.operators.expr_arithmetic import total
from cloud_fake.query.operators.expr_scope import Expression, Scope, runnable
from cloud_fake.query.operators.expr_sets import distinct
from cloud_fake.query.operators.expr_signatures import fold, operands_of
from cloud_fake.query.operators.expr_values import NUMBERS, is_null, number, show, type_name
from cloud_fake.values.kinds import MISSING, Document, Value
from cloud_fake.values.order import sort_key

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from collections.abc import Set as AbstractSet

__all__ = ["ACCUMULATORS", "Accumulator", "over_operands"]

#: What a group has seen of one expression, in order; MISSING where it gave no value.
Seen: TypeAlias = list[Value]


class Accumulator(NamedTuple):
    """One accumulator; each group keeps a state of its own.

    Attributes:
        finish: what the values come to.
        start: makes the state of a new group.
        step: adds a value to the state, in place.
    """

    finish: Callable[[Seen], Value]
    start: Callable[[], Seen] = list
    step: Callable[[Seen, Value], None] = list.append


# --- numbers: everything else is passed over -----------------------------------------------------

_INTEGERS = frozenset({int})


def _numbers(seen: Seen) -> list[float]:
    if NUMBERS.issuperset(map(type, seen)):
        return seen
    return [value for value in seen if type(value) in NUMBERS]


def _sum(seen: Seen) -> Value:
    """`$sum`: of no numbers, 0."""
    return number(sum(seen)) if _INTEGERS.issuperset(map(type, seen)) else total(_numbers(seen))


def _average(seen: Seen) -> Value:
    """`$avg`: of no numbers, null."""
    numbers = _numbers(seen)
    return number(total(numbers) / len(numbers)) if numbers else None


def _deviation(seen: Seen, *, lost: int) -> Value:
    """The standard deviation in one pass (Welford), to the same last bit as the server's."""
    count, mean, squares = 0, 0.0, 0.0
    for count, value in enumerate(_numbers(seen), 1):
        delta = value - mean
        mean += delta / count
        squares += delta * (value - mean)
    return number(math.sqrt(squares / (count - lost))) if count > lost else None


def _population_deviation(seen: Seen) -> Value:
    """`$stdDevPop`: of no numbers, null."""
    return _deviation(seen, lost=0)


def _sample_deviation(seen: Seen) -> Value:
    """`$stdDevSamp`: of less than two numbers, null."""
    return _deviation(seen, lost=1)


# --- any values ----------------------------------------------------------------------------------

#: Values of one of these types alone are ordered and told apart by Python as by MongoDB.
_PLAIN: Collection[AbstractSet[type]] = ({int}, {str})


def _extreme(choose: Callable[..., Value], seen: Seen) -> Value:
    if set(map(type, seen)) in _PLAIN:
        return choose(seen)
    return choose((value for value in seen if not is_null(value)), key=sort_key, default=None)


def _minimum(seen: Seen) -> Value:
    """`$min`: in the order of all values, null and missing passed over."""
    return _extreme(min, seen)


def _maximum(seen: Seen) -> Value:
    """`$max`: in the order of all values, null and missing passed over."""
    return _extreme(max, seen)


def _first(seen: Seen) -> Value:
    """`$first`: null where the first has no value."""
    return None if not seen or seen[0] is MISSING else seen[0]


def _last(seen: Seen) -> Value:
    """`$last`: null where the last has no value."""
    return _first(seen[-1:])


def _pushed(seen: Seen) -> Value:
    """`$push`: all that are there, null too."""
    return [value for value in seen if value is not MISSING]


def _added_to_set(seen: Seen) -> Value:
    """`$addToSet`: each once; the server promises no order, here it is that of arrival."""
    if set(map(type, seen)) in _PLAIN:
        return list(dict.fromkeys(seen))
    return list(distinct(_pushed(seen)).values())


def _merged(seen: Seen) -> Value:
    """`$mergeObjects`: the later wins, null and missing are passed over."""
    merged: Document = {}
    for value in seen:
        if type(value) is dict:
            merged |= value
        elif not is_null(value):
            raise QueryError(
                40400,
                f"$mergeObjects requires object inputs, but input {show(value)} is of type "
                f"{type_name(value)}",
            )
    return merged


ACCUMULATORS: Mapping[str, Accumulator] = MappingProxyType(
    {
        "$addToSet": Accumulator(_added_to_set),
        "$avg": Accumulator(_average),
        "$first": Accumulator(_first),
        "$last": Accumulator(_last),
        "$max": Accumulator(_maximum),
        "$mergeObjects": Accumulator(_merged),
        "$min": Accumulator(_minimum),
        "$push": Accumulator(_pushed),
        "$stdDevPop": Accumulator(_population_deviation),
        "$stdDevSamp": Accumulator(_sample_deviation),
        "$sum": Accumulator(_sum),
    }
)


def over_operands(name: str, operand: Value, scope: Scope) -> Expression:
    """The accumulator of that name as an expression: over its operands, or over one array."""
    finish = ACCUMULATORS[name].finish
    operands = operands_of(operand, scope)
    parts = [runnable(part) for part in operands]

    def run(document: Document) -> Value:
        values = [part(document) for part in parts]
        if len(values) == 1 and type(values[0]) is list:
            return finish(values[0])
        return finish(values)

    return fold(run, operands)

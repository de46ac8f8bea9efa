"""Query stages: bucketAuto, which groups by so many ranges of about equal size."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from cloud_fake.errors import QueryError
from cloud_fake.query.expressions import compile_expression
from cloud_fake.query.operators.expr_signatures import Parameters
from cloud_fake.query.operators.expr_values import (
    is_integral,
    is_number,
    number,
    show,
    type_name,
)
from cloud_fake.query.stages.columns import reading
from cloud_fake.query.stages.granularity import GRANULARITIES
from cloud_fake.query.stages.group import is_computed, outputs_of, summary
from cloud_fake.query.stages.stage import Place, Source, Stage, demand
from cloud_fake.values.kinds import MISSING, Document, Value
from cloud_fake.values.order import equal, sort_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

__all__ = ["bucket_auto"]

_INCOMPLETE = (40246, "$bucketAuto requires 'groupBy' and 'buckets' to be specified")
_OPTIONS = Parameters(
    {"groupBy": _INCOMPLETE, "buckets": _INCOMPLETE},
    ("granularity", "output"),
    not_object=(40240, "The argument to $bucketAuto must be an object, but found type: {type}"),
    unknown=(40245, "Unrecognized option to $bucketAuto: {key}"),
)
_COUNT = {"count": {"$sum": 1}}


def bucket_auto(spec: Value, place: Place) -> Stage:
    """One document for each range, whose `_id` is `{min, max}`; only the last holds its max."""
    options = _OPTIONS.read("$bucketAuto", spec)
    group_by = options["groupBy"]
    demand(
        is_computed(group_by),
        40239,
        "The $bucketAuto 'groupBy' field must be defined as a $-prefixed path or an expression "
        f"object, but found: {show(group_by)}",
    )
    value_of = compile_expression(group_by, place.scope)
    count, edges = _bucket_count(options["buckets"]), _edges(options)
    outputs = outputs_of(_output_fields(options), reading(place.scope))

    def bucketed(documents: Iterable[Document], _source: Source) -> Iterator[Document]:
        pairs = [(edges.check(value_of(document)), document) for document in documents]
        pairs.sort(key=lambda pair: sort_key(pair[0]))
        values = [value for value, _ in pairs]
        cuts = _cuts(values, count, edges)
        limits = pairwise(_limits(values, cuts, edges))
        for (start, end), (low, high) in zip(pairwise(cuts), limits, strict=True):
            members = [document for _, document in pairs[start:end]]
            yield summary({"min": low, "max": high}, members, outputs)

    return bucketed


# --- options -------------------------------------------------------------------------------------


def _bucket_count(count: Value) -> int:
    demand(
        is_number(count),
        40241,
        f"The $bucketAuto 'buckets' field must be a numeric value, but found type: "
        f"{type_name(count)}",
    )
    demand(
        is_integral(count),
        40242,
        "The $bucketAuto 'buckets' field must be representable as a 32-bit integer, but found "
        f"{show(count)}",
    )
    demand(
        count > 0,
        40243,
        f"The $bucketAuto 'buckets' field must be greater than 0, but found: {show(count)}",
    )
    return int(count)


def _output_fields(options: Mapping[str, Value]) -> Mapping[str, Value]:
    written = options.get("output", _COUNT)
    demand(
        type(written) is dict,
        40244,
        f"The $bucketAuto 'output' field must be an object, but found type: {type_name(written)}",
    )
    return written or _COUNT


# --- where a range ends --------------------------------------------------------------------------


class _Edges(NamedTuple):
    """How the limits of the ranges follow from the values in them.

    Attributes:
        check: a value as it is compared; refuses what cannot be grouped.
        absorbs: whether a range whose last value is the first takes the second value, too.
        first: the lower limit of the first range, from its least value.
        between: the limit of two ranges, from the values on both sides.
        last: the upper limit of the last range, from its greatest value.
    """

    check: Callable[[Value], Value]
    absorbs: Callable[[Value, Value], bool]
    first: Callable[[Value], Value]
    between: Callable[[Value, Value], Value]
    last: Callable[[Value], Value]


_EXACT = _Edges(
    check=lambda value: None if value is MISSING else value,
    absorbs=equal,
    first=lambda value: value,
    between=lambda _before, after: after,
    last=lambda value: value,
)


def _edges(options: Mapping[str, Value]) -> _Edges:
    if "granularity" not in options:
        return _EXACT
    name = options["granularity"]
    demand(
        type(name) is str,
        40261,
        f"The $bucketAuto 'granularity' field must be a string, but found type: {type_name(name)}",
    )
    demand(name in GRANULARITIES, 40257, f"Unknown rounding granularity '{name}'")
    up, down = GRANULARITIES[name]
    return _Edges(
        check=_check_rounds,
        absorbs=lambda last, value: bool(value < up(last)),
        first=lambda value: number(down(value)),
        # Zero rounds to zero; a range of zeros therefore ends below the value that follows.
        between=lambda before, after: number(up(before) or down(after)),
        last=lambda value: number(up(value)),
    )


def _check_rounds(value: Value) -> Value:
    words = "$bucketAuto can specify a 'granularity' with"
    if not is_number(value):
        raise QueryError(
            40258,
            f"{words} numeric boundaries only, but found a value with type: {type_name(value)}",
        )
    if math.isnan(value):
        raise QueryError(40259, f"{words} numeric boundaries only, but found a NaN")
    if value < 0:
        raise QueryError(40260, f"{words} non-negative numbers only, but found a negative number")
    return value


def _cuts(values: Sequence[Value], count: int, edges: _Edges) -> list[int]:
    """Where the sorted values are cut into ranges: `[0, ..., len(values)]`."""
    size = max(1, math.floor(len(values) / count + 0.5))
    cuts = [0]
    while cuts[-1] < len(values) and len(cuts) < count:
        end = cuts[-1] + size
        while end < len(values) and edges.absorbs(values[end - 1], values[end]):
            end += 1
        cuts.append(min(end, len(values)))
    if cuts[-1] < len(values):
        cuts.append(len(values))
    return cuts


def _limits(values: Sequence[Value], cuts: Sequence[int], edges: _Edges) -> list[Value]:
    if not values:
        return []
    between = [edges.between(values[cut - 1], values[cut]) for cut in cuts[1:-1]]
    return [edges.first(values[0]), *between, edges.last(values[-1])]

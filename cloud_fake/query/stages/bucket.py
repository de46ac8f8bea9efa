"""Query stages: bucket, which groups by ranges with given boundaries."""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING

from cloud_fake.errors import QueryError
from cloud_fake.query.expressions import compile_expression
from cloud_fake.query.operators.expr_scope import Constant
from cloud_fake.query.operators.expr_signatures import Parameters
from cloud_fake.query.operators.expr_values import show, type_name
from cloud_fake.query.stages.columns import reading
from cloud_fake.query.stages.group import Identity, grouping, is_computed, outputs_of
from cloud_fake.query.stages.stage import Place, Stage, demand
from cloud_fake.values.kinds import MISSING, Document, Kind, Value, kind_of
from cloud_fake.values.order import compare, sort_key

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cloud_fake.query.expressions import Expression, Scope

__all__ = ["bucket"]

_COUNT = {"count": {"$sum": 1}}
_ORDERED_BY_PYTHON = frozenset({Kind.NUMBER, Kind.STRING, Kind.DATE})

_INCOMPLETE = (40198, "$bucket requires 'groupBy' and 'boundaries' to be specified.")
_OPTIONS = Parameters(
    {"groupBy": _INCOMPLETE, "boundaries": _INCOMPLETE},
    ("default", "output"),
    not_object=(40201, "Argument to $bucket stage must be an object, but found type: {type}."),
    unknown=(40197, "Unrecognized option to $bucket: {key}."),
)


def bucket(spec: Value, place: Place) -> Stage:
    """One document for each range that has members, and one for all that are in none."""
    options = _OPTIONS.read("$bucket", spec)
    group_by = options["groupBy"]
    demand(
        is_computed(group_by),
        40202,
        "The $bucket 'groupBy' field must be defined as a $-prefixed path or an expression, "
        f"but found: {show(group_by)}.",
    )
    boundaries = _boundaries(options["boundaries"], place.scope)
    default = _default(options, boundaries, place.scope)
    written = options.get("output", _COUNT)
    demand(
        type(written) is dict,
        40196,
        f"The $bucket 'output' field must be an object, but found type: {type_name(written)}.",
    )
    find = _finder(compile_expression(group_by, place.scope), boundaries, default)
    ids = [*boundaries[:-1], default]
    identity = Identity(lambda run: list(map(find, run)), lambda document: ids[find(document)])
    grouped = grouping(identity, outputs_of(written, reading(place.scope)))
    return lambda documents, source: sorted(
        grouped(documents, source), key=lambda document: sort_key(document["_id"])
    )


def _finder(
    group_by: Expression, boundaries: Sequence[Value], default: Value
) -> Callable[[Document], int]:
    """Which range a document belongs to, -1 for the default."""
    kind, position_of = kind_of(boundaries[0]), _position_among(boundaries)
    past_last = len(boundaries)

    def find(document: Document) -> int:
        value = group_by(document)
        # All boundaries are of one kind: what is of another lies below or above all of them.
        position = position_of(value) if kind_of(value) is kind else 0
        if 0 < position < past_last:
            return position - 1
        if default is MISSING:
            raise QueryError(
                40066,
                "$switch could not find a matching branch for an input, and no default was "
                "specified.",
            )
        return -1

    return find


def _position_among(boundaries: Sequence[Value]) -> Callable[[Value], int]:
    """How many boundaries are not above a value of their kind."""
    if kind_of(boundaries[0]) in _ORDERED_BY_PYTHON:
        return lambda value: bisect_right(boundaries, value)
    keys = [sort_key(boundary) for boundary in boundaries]
    return lambda value: bisect_right(keys, sort_key(value))


def _boundaries(written: Value, scope: Scope) -> list[Value]:
    demand(
        type(written) is list,
        40200,
        f"The $bucket 'boundaries' field must be an array, but found type: {type_name(written)}.",
    )
    demand(
        len(written) >= 2,
        40192,
        "The $bucket 'boundaries' field must have at least 2 values, but found "
        f"{len(written)} value(s).",
    )
    refusal = "The $bucket 'boundaries' field must be an array of constant values, but found value"
    boundaries = [_constant(item, scope, 40191, refusal) for item in written]
    for index, (low, high) in enumerate(pairwise(boundaries)):
        _check_ascending(index, low, high)
    return boundaries


def _check_ascending(index: int, low: Value, high: Value) -> None:
    demand(
        kind_of(low) is kind_of(high),
        40193,
        "All values in the the 'boundaries' option to $bucket must have the same type. Found "
        f"conflicting types {type_name(low)} and {type_name(high)}.",
    )
    demand(
        compare(low, high) < 0,
        40194,
        f"The 'boundaries' option to $bucket must be sorted, but elements {index} and {index + 1} "
        f"are not in ascending order ({show(low)} is not less than {show(high)}).",
    )


def _default(options: Mapping[str, Value], boundaries: Sequence[Value], scope: Scope) -> Value:
    if "default" not in options:
        return MISSING
    refusal = "The $bucket 'default' field must be a constant expression, but found"
    default = _constant(options["default"], scope, 40195, refusal)
    demand(
        compare(default, boundaries[0]) < 0 or compare(default, boundaries[-1]) >= 0,
        40199,
        "The $bucket 'default' field must be less than the lowest boundary or greater than or "
        "equal to the highest boundary.",
    )
    return default


def _constant(written: Value, scope: Scope, code: int, refusal: str) -> Value:
    expression = scope.compile(written)
    if not isinstance(expression, Constant):
        raise QueryError(code, f"{refusal}: {show(written)}.")
    return expression.value

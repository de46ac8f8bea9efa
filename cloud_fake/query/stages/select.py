"""Query stages: those that let documents through as they are: fewer, or in another order."""

from __future__ import annotations

import heapq
from itertools import islice
from typing import TYPE_CHECKING

from cloud_fake.errors import NotSupportedByFake
from cloud_fake.query.filters import compile_filter
from cloud_fake.query.operators.expr_signatures import Parameters
from cloud_fake.query.operators.expr_values import is_number
from cloud_fake.query.ordering import compile_order
from cloud_fake.query.stages.nesting import field_path
from cloud_fake.query.stages.stage import Place, Source, Stage, demand

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cloud_fake.values.kinds import Document, Value

__all__ = ["count", "limit", "limit_of", "match", "sample", "skip", "skip_of", "sort"]


def match(query: Value, place: Place) -> Stage:
    """Those documents that meet a query."""
    demand(type(query) is dict, 15959, "the match filter must be an expression in an object")
    wanted = compile_filter(query, place.scope)
    demand(
        wanted.near is None, 2, "$geoNear, $near, and $nearSphere are not allowed in this context"
    )
    return lambda documents, _source: wanted.select(documents)


def limit(size: Value, _place: Place) -> Stage:
    """The first so many."""
    most = limit_of(size)
    return lambda documents, _source: islice(documents, most)


def skip(size: Value, _place: Place) -> Stage:
    """All but the first so many."""
    first = skip_of(size)
    return lambda documents, _source: islice(documents, first, None)


def limit_of(size: Value) -> int:
    """What `$limit` says; a fraction is cut off."""
    demand(is_number(size), 15957, "the limit must be specified as a number")
    demand(int(size) > 0, 15958, "the limit must be positive")
    return int(size)


def skip_of(size: Value) -> int:
    """What `$skip` says; a fraction is cut off."""
    demand(is_number(size), 15972, "Argument to $skip must be a number")
    demand(int(size) >= 0, 15956, "Argument to $skip cannot be negative")
    return int(size)


def sort(keys: Value, place: Place) -> Stage:
    """All of them, ordered; no more than the stages behind this one ask for."""
    demand(type(keys) is dict, 15973, "the $sort key specification must be an object")
    demand(keys, 15976, "$sort stage must have at least one sort key")
    order = compile_order([(path, _direction(path, way)) for path, way in keys.items()])
    return lambda documents, _source: order.sorted(documents, limit=place.limit)


def _direction(path: str, way: Value) -> int:
    field_path(path)
    if type(way) is dict and "$meta" in way:
        raise NotSupportedByFake("$sort by {$meta: ...}: the fake has no text search")
    demand(
        is_number(way),
        15974,
        "$sort key ordering must be specified using a number or {$meta: 'textScore'}",
    )
    demand(
        way in (1, -1), 15975, "$sort key ordering must be 1 (for ascending) or -1 (for descending)"
    )
    return int(way)


_SAMPLE = Parameters(
    {"size": (28749, "$sample stage must specify a size")},
    (),
    not_object=(28745, "the $sample stage specification must be an object"),
    unknown=(28748, "unrecognized option to $sample: {key}"),
)


def sample(spec: Value, _place: Place) -> Stage:
    """So many at random, each at most once."""
    size = _SAMPLE.read("$sample", spec)["size"]
    demand(is_number(size), 28746, "size argument to $sample must be a number")
    demand(size >= 0, 28747, "size argument to $sample must not be negative")

    def sampled(documents: Iterable[Document], source: Source) -> Iterable[Document]:
        # As the server does it: every document draws a number, the lowest numbers win.
        return heapq.nsmallest(int(size), documents, key=lambda _document: source.draw())

    return sampled


def count(name: Value, _place: Place) -> Stage:
    """How many, as one document; no document when there are none."""
    demand(type(name) is str, 40156, "the count field must be a non-empty string")
    demand(name, 40157, "the count field must be a non-empty string")
    demand(name[0] != "$", 40158, "the count field cannot be a $-prefixed path")
    demand("\0" not in name, 40159, "the count field cannot contain a null byte")
    demand("." not in name, 40160, "the count field cannot contain '.'")

    def counted(documents: Iterable[Document], _source: Source) -> Iterator[Document]:
        total = sum(1 for _ in documents)
        if total:
            yield {name: total}

    return counted

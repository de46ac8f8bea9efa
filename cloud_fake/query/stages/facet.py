"""Query stages: facet, several pipelines over the same documents (wx-server-sdk only)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloud_fake.query.operators.expr_values import show, type_name
from cloud_fake.query.stages.nesting import field_path
from cloud_fake.query.stages.stage import Place, Source, Stage, demand

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cloud_fake.values.kinds import Document, Value

__all__ = ["facet"]

_NOT_INSIDE = frozenset({"$collStats", "$facet", "$geoNear", "$indexStats", "$out"})


def facet(spec: Value, place: Place) -> Stage:
    """One document, with the results of each pipeline as an array."""
    demand(
        type(spec) is dict and spec,
        40169,
        f"the $facet specification must be a non-empty object, but found: {show(spec)}",
    )
    pipelines = {name: _pipeline(name, stages, place) for name, stages in spec.items()}

    def faceted(documents: Iterable[Document], source: Source) -> Iterator[Document]:
        shared = list(documents)
        yield {name: list(pipeline(shared, source)) for name, pipeline in pipelines.items()}

    return faceted


def _pipeline(name: str, stages: Value, place: Place) -> Stage:
    field_path(name)
    demand("." not in name, 16412, "FieldPath field names may not contain '.'.")
    demand(
        type(stages) is list,
        40170,
        f"arguments to $facet must be arrays, {name} is type {type_name(stages)}",
    )
    demand(stages, 2, "sub-pipeline in $facet stage cannot be empty")
    for stage in stages:
        demand(
            type(stage) is dict and stage,
            40171,
            f"elements of arrays in $facet spec must be non-empty objects, {name} argument "
            f"contained an element of type {type_name(stage)}: {show(stage)}",
        )
        for written in _NOT_INSIDE & stage.keys():
            demand(False, 40600, f"{written} is not allowed to be used within a $facet stage")
    return place.pipeline(stages, place.scope)

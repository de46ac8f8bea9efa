"""Aggregating: `collection.aggregate()…end()`."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from cloud_fake.errors import texts
from cloud_fake.kernel.operation import Operation
from cloud_fake.models.results import AggregateResult
from cloud_fake.query.pipelines import compile_pipeline
from cloud_fake.services.database.collections import records_table
from cloud_fake.services.database.finding import engine_errors, find
from cloud_fake.values.intake import bind, hand_out

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cloud_fake.kernel.gate import Work
    from cloud_fake.values.kinds import Document

__all__ = ["AGGREGATE"]


@engine_errors(texts.query_failed)
def aggregate(work: Work, _prepared: Any) -> AggregateResult:
    """Run the pipeline over the records the caller may read.

    Without a `limit` stage the answer is cut to the SDK's default.
    """
    stages = list(work.selection.stages)
    pipeline = compile_pipeline([bind(stage, work.now_millis) for stage in stages])
    records = pipeline.run(find(work, "read").records, Surroundings(work))
    if not any("$limit" in stage for stage in stages):
        records = itertools.islice(records, work.session.dialect.default_limit)
    return AggregateResult(list=[hand_out(record) for record in records])


class Surroundings:
    """What stages see beside the records that pass through them."""

    __slots__ = ("_work",)

    def __init__(self, work: Work) -> None:
        self._work = work

    def documents(self, collection: str) -> Iterable[Document]:
        """Another collection's records, for `lookup`; an unknown one has none."""
        table = records_table(self._work.env, collection)
        return self._work.draft.rows(table) if self._work.draft.has_table(table) else ()

    def draw(self) -> float:
        """A seeded draw, for `sample`."""
        return self._work.world.ids.next_fraction("sample")


AGGREGATE = Operation("database.{target}.aggregate", "collection.aggregate", aggregate)

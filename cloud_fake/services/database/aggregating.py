"""Aggregating: `collection.aggregate()…end()`."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from cloud_fake.kernel.operation import Operation
from cloud_fake.models.results import AggregateResult
from cloud_fake.services.database.access import authorise, only_own, replace_own_openid
from cloud_fake.services.database.collections import (
    find_collection,
    registry_table,
)
from cloud_fake.services.database.finding import query_failed
from cloud_fake.services.database.sizes import within_answer
from cloud_fake.values.handout import hand_out
from cloud_fake.values.server_dates import bind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cloud_fake.kernel.work import Work
    from cloud_fake.services.database.collections import Collection
    from cloud_fake.values.kinds import Document

__all__ = ["AGGREGATE"]


def aggregate(work: Work, _prepared: Any) -> AggregateResult:
    """Run the pipeline over the records the caller may read.

    Without a `limit` stage the answer is cut to the SDK's default.
    """
    # Half of the package's modules, and most tests never aggregate.
    from cloud_fake.query.pipelines import compile_pipeline

    collection = find_collection(work)
    bound = [bind(stage, work.now_millis) for stage in work.selection.stages]
    stages = replace_own_openid(work, collection, bound)
    pipeline = compile_pipeline(stages)
    records = pipeline.run(_readable(work, collection, _condition(stages)), Surroundings(work))
    if not any("$limit" in stage for stage in stages):
        records = itertools.islice(records, work.session.dialect.default_limit)
    answer = within_answer(work, list(records))
    return AggregateResult(list=answer)


def _handed_out(result: AggregateResult) -> AggregateResult:
    own = AggregateResult(result)
    own["list"] = [hand_out(record) for record in result["list"]]
    return own


def _condition(stages: list[Document]) -> Document:
    """What custom rules look at: a `match` at the very beginning [uncertain, by analogy]."""
    first: Document = stages[0].get("$match", {}) if stages else {}
    return first


def _readable(work: Work, collection: Collection, condition: Document) -> Iterable[Document]:
    own = authorise(work, collection, "read", query=condition)
    records = work.draft.rows(collection.table)
    return only_own(work, records) if own else records


class Surroundings:
    """What stages see beside the records that pass through them."""

    __slots__ = ("_work",)

    def __init__(self, work: Work) -> None:
        self._work = work

    def documents(self, collection: str) -> Iterable[Document]:
        """Another collection's records, for `lookup`; an unknown one has none.

        Only those that the caller may read there [uncertain: joining is documented for functions].
        """
        known = self._work.draft.get(registry_table(self._work.env), collection)
        return () if known is None else _readable(self._work, known, {})

    def draw(self) -> float:
        """A seeded draw, for `sample`."""
        return self._work.world.ids.next_fraction("sample")


AGGREGATE = Operation(
    "database.{target}.aggregate",
    "collection.aggregate",
    aggregate,
    present=_handed_out,
    explain=query_failed,
)

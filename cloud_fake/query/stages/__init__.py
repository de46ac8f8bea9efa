"""Query stages: the stages of a pipeline by family; `STAGES` is the table of all of them."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from cloud_fake.query.stages import (
    bucket,
    bucket_auto,
    facet,
    geo,
    group,
    join,
    redact,
    reshape,
    select,
    unwind,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloud_fake.query.stages.stage import CompileStage

__all__ = ["STAGES"]

#: Every stage of the platform by its name in MongoDB; None is one that the fake does not have.
STAGES: Final[Mapping[str, CompileStage | None]] = MappingProxyType(
    {
        "$addFields": reshape.add_fields,
        "$bucket": bucket.bucket,
        "$bucketAuto": bucket_auto.bucket_auto,
        "$collStats": None,
        "$count": select.count,
        "$facet": facet.facet,
        "$geoNear": geo.geo_near,
        "$graphLookup": None,
        "$group": group.group,
        "$indexStats": None,
        "$limit": select.limit,
        "$lookup": join.lookup,
        "$match": select.match,
        "$out": None,
        "$project": reshape.project,
        "$redact": redact.redact,
        "$replaceRoot": reshape.replace_root,
        "$sample": select.sample,
        "$skip": select.skip,
        "$sort": select.sort,
        "$sortByCount": group.sort_by_count,
        "$unwind": unwind.unwind,
    }
)

"""Query floor: the operators, by family.

This table has those of queries; `expressions` has those of aggregation expressions, `accumulators`
those that sum groups up.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from cloud_fake.query.operators.arrays import all_in, element_match, size
from cloud_fake.query.operators.bounds import bound
from cloud_fake.query.operators.comparison import (
    equality,
    membership,
    no_membership,
    not_equal,
)
from cloud_fake.query.operators.element import exists
from cloud_fake.query.operators.evaluation import modulo, pattern
from cloud_fake.query.operators.geo import geo_intersects, geo_within
from cloud_fake.query.operators.logic import all_of, any_of, inverse, none_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloud_fake.query.conditions import QueryOperator

__all__ = ["QUERY_OPERATORS", "UNSUPPORTED_QUERY_OPERATORS"]

#: What may stand in `{field: {$op: operand}}`. Not here: `$near`, which belongs to a whole query,
#: and `$options`, which belongs to `$regex`.
QUERY_OPERATORS: Mapping[str, QueryOperator] = MappingProxyType(
    {
        "$eq": equality,
        "$ne": not_equal,
        "$gt": bound("$gt"),
        "$gte": bound("$gte"),
        "$lt": bound("$lt"),
        "$lte": bound("$lte"),
        "$in": membership,
        "$nin": no_membership,
        "$not": inverse,
        "$and": all_of,
        "$or": any_of,
        "$nor": none_of,
        "$exists": exists,
        "$mod": modulo,
        "$regex": pattern,
        "$all": all_in,
        "$elemMatch": element_match,
        "$size": size,
        "$geoWithin": geo_within,
        "$geoIntersects": geo_intersects,
    }
)

#: MongoDB has them; no SDK of the platform has a documented command for them.
UNSUPPORTED_QUERY_OPERATORS = frozenset(
    {
        "$bitsAllClear",
        "$bitsAllSet",
        "$bitsAnyClear",
        "$bitsAnySet",
        "$geoNear",
        "$jsonSchema",
        "$text",
        "$type",
        "$where",
        "$within",
    }
)

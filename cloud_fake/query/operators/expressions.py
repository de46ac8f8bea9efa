"""Query floor: the table of all operators of aggregation expressions.

Left the name, right how many operands it takes and the idea of it. An operator that is not made
by `takes` compiles its operand itself, for it has named arguments or binds variables.
"""

from __future__ import annotations

from operator import attrgetter
from types import MappingProxyType
from typing import TYPE_CHECKING

from cloud_fake.query.operators import expr_arithmetic as arithmetic
from cloud_fake.query.operators import expr_arrays as arrays
from cloud_fake.query.operators import expr_boolean as boolean
from cloud_fake.query.operators import expr_comparison as comparison
from cloud_fake.query.operators import expr_conditional as conditional
from cloud_fake.query.operators import expr_date_formats as calendar
from cloud_fake.query.operators import expr_date_texts as texts
from cloud_fake.query.operators import expr_dates as dates
from cloud_fake.query.operators import expr_functions as functions
from cloud_fake.query.operators import expr_iteration as iteration
from cloud_fake.query.operators import expr_objects as objects
from cloud_fake.query.operators import expr_sets as sets
from cloud_fake.query.operators import expr_strings as strings
from cloud_fake.query.operators import expr_types as types
from cloud_fake.query.operators import expr_variables as variables
from cloud_fake.query.operators.accumulators import over_operands
from cloud_fake.query.operators.expr_signatures import takes, takes_any_number, takes_between

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloud_fake.query.operators.expr_scope import Operator

__all__ = ["EXPRESSION_OPERATORS"]

EXPRESSION_OPERATORS: Mapping[str, Operator] = MappingProxyType(
    {
        # arithmetic
        "$abs": takes(1, functions.absolute),
        "$add": takes_any_number(arithmetic.add),
        "$ceil": takes(1, functions.ceil),
        "$divide": takes(2, arithmetic.divide),
        "$exp": takes(1, functions.exp),
        "$floor": takes(1, functions.floor),
        "$ln": takes(1, functions.ln),
        "$log": takes(2, arithmetic.log),
        "$log10": takes(1, functions.log10),
        "$mod": takes(2, arithmetic.mod),
        "$multiply": takes_any_number(arithmetic.multiply),
        "$pow": takes(2, arithmetic.power),
        "$sqrt": takes(1, functions.sqrt),
        "$subtract": takes(2, arithmetic.subtract),
        "$trunc": takes(1, functions.trunc),
        # comparison
        "$cmp": takes(2, comparison.cmp),
        "$eq": takes(2, comparison.eq),
        "$gt": takes(2, comparison.gt),
        "$gte": takes(2, comparison.gte),
        "$lt": takes(2, comparison.lt),
        "$lte": takes(2, comparison.lte),
        "$ne": takes(2, comparison.ne),
        # boolean and conditional
        "$and": takes_any_number(boolean.all_of),
        "$not": takes(1, boolean.negation),
        "$or": takes_any_number(boolean.any_of),
        "$cond": conditional.cond,
        "$ifNull": takes(2, conditional.if_null),
        "$switch": conditional.switch,
        # arrays
        "$arrayElemAt": takes(2, arrays.element_at),
        "$concatArrays": takes_any_number(arrays.concat_arrays),
        "$filter": iteration.filter_array,
        "$in": takes(2, arrays.contains),
        "$indexOfArray": takes_between(2, 4, arrays.index_of),
        "$isArray": takes(1, arrays.is_array),
        "$map": iteration.map_array,
        "$range": takes_between(2, 3, arrays.make_range),
        "$reduce": iteration.reduce_array,
        "$reverseArray": takes(1, arrays.reverse),
        "$size": takes(1, arrays.size),
        "$slice": takes_between(2, 3, arrays.take_slice),
        "$zip": iteration.zip_arrays,
        # objects
        "$arrayToObject": takes(1, objects.from_array),
        "$mergeObjects": over_operands,
        "$objectToArray": takes(1, objects.to_array),
        # sets
        "$allElementsTrue": takes(1, sets.all_elements_true),
        "$anyElementTrue": takes(1, sets.any_element_true),
        "$setDifference": takes(2, sets.difference),
        "$setEquals": takes_any_number(sets.equals),
        "$setIntersection": takes_any_number(sets.intersection),
        "$setIsSubset": takes(2, sets.is_subset),
        "$setUnion": takes_any_number(sets.union),
        # strings
        "$concat": takes_any_number(strings.concat),
        "$indexOfBytes": takes_between(2, 4, strings.index_of_bytes),
        "$indexOfCP": takes_between(2, 4, strings.index_of_cp),
        "$ltrim": strings.trimmer(str.lstrip),
        "$rtrim": strings.trimmer(str.rstrip),
        "$split": takes(2, strings.split),
        "$strcasecmp": takes(2, strings.same_ignoring_case),
        "$strLenBytes": takes(1, strings.length_bytes),
        "$strLenCP": takes(1, strings.length_cp),
        "$substr": takes(3, strings.substring_bytes),
        "$substrBytes": takes(3, strings.substring_bytes),
        "$substrCP": takes(3, strings.substring_cp),
        "$toLower": takes(1, strings.lower),
        "$toUpper": takes(1, strings.upper),
        "$trim": strings.trimmer(str.strip),
        # dates
        "$dateFromParts": dates.date_from_parts,
        "$dateFromString": texts.date_from_string,
        "$dateToParts": dates.date_to_parts,
        "$dateToString": texts.date_to_string,
        "$dayOfMonth": dates.date_part("1 to 31", attrgetter("day")),
        "$dayOfWeek": dates.date_part("1 (Sunday) to 7", calendar.day_of_week),
        "$dayOfYear": dates.date_part("1 to 366", calendar.day_of_year),
        "$hour": dates.date_part("0 to 23", attrgetter("hour")),
        "$isoDayOfWeek": dates.date_part("1 (Monday) to 7", lambda moment: moment.isoweekday()),
        "$isoWeek": dates.date_part("1 to 53", calendar.iso_week),
        "$isoWeekYear": dates.date_part("the year of the ISO week", calendar.iso_week_year),
        "$millisecond": dates.date_part("0 to 999", lambda moment: moment.microsecond // 1000),
        "$minute": dates.date_part("0 to 59", attrgetter("minute")),
        "$month": dates.date_part("1 to 12", attrgetter("month")),
        "$second": dates.date_part("0 to 59", attrgetter("second")),
        "$week": dates.date_part("0 to 53, from Sunday on", calendar.week),
        "$year": dates.date_part("the year", attrgetter("year")),
        # types
        "$convert": types.convert,
        "$toBool": types.converts_to("bool"),
        "$toDate": types.converts_to("date"),
        "$toDecimal": types.converts_to("decimal"),
        "$toDouble": types.converts_to("double"),
        "$toInt": types.converts_to("int"),
        "$toLong": types.converts_to("long"),
        "$toObjectId": types.converts_to("objectId"),
        "$toString": types.converts_to("string"),
        "$type": takes(1, types.type_of),
        # variables
        "$let": variables.let,
        "$literal": variables.literal,
        "$meta": variables.meta,
        # accumulators over their operands
        "$avg": over_operands,
        "$max": over_operands,
        "$min": over_operands,
        "$stdDevPop": over_operands,
        "$stdDevSamp": over_operands,
        "$sum": over_operands,
    }
)

"""Comparison, boolean and conditional operators.

Source: MongoDB manual, "comparison expression operators", "BSON comparison order", "boolean
expression operators", "conditional expression operators".
"""

from __future__ import annotations

from datetime import datetime

from cloud_fake.errors import QueryError
from cloud_fake.values.kinds import MISSING

D = {
    "five": 5, "real": 5.0, "half": 0.5, "s": "a", "nul": None, "no": False, "yes": True, "z": 0,
    "empty": [], "o": {"a": 1, "b": 2}, "swapped": {"b": 2, "a": 1}, "blank": "",
    "t": datetime.fromisoformat("2026-01-02T12:00:00Z"),
}  # fmt: skip

CASES = {
    "$eq": [
        (["$five", 5], D, True),
        (["$five", "$real"], D, True),
        (["$five", "5"], D, False),
        (["$yes", 1], D, False),
        (["$missing", None], D, False),
        (["$missing", "$other"], D, True),
        (["$o", {"a": 1, "b": 2}], D, True),
        (["$o", "$swapped"], D, False),
        (["$t", "$t"], D, True),
        # a query would look into the array, an expression does not
        (["$empty", []], D, True),
        ([[1, 2], 1], D, False),
    ],
    "$ne": [
        (["$five", 5], D, False),
        (["$missing", None], D, True),
        (["$five", "$real"], D, False),
    ],
    "$gt": [
        (["$five", 4], D, True),
        (["$five", 5], D, False),
        # kinds: missing < null < numbers < strings < objects < arrays < booleans < dates
        (["$nul", "$missing"], D, True),
        (["$five", None], D, True),
        (["$s", 5], D, True),
        (["$o", "$s"], D, True),
        (["$empty", "$o"], D, True),
        (["$no", "$empty"], D, True),
        (["$t", "$yes"], D, True),
        # strings compare by code points
        (["Z", "a"], D, False),
        (["\uff5e", "\U0001f600"], D, False),
        ([[1, 2], [1]], D, True),
    ],
    "$gte": [
        (["$five", "$real"], D, True),
        (["$half", 5], D, False),
        (["$nul", None], D, True),
    ],
    "$lt": [
        (["$half", 1], D, True),
        (["$missing", None], D, True),
        (["$five", 5], D, False),
        (["10", "9"], D, True),
    ],
    "$lte": [
        (["$five", 5], D, True),
        (["$five", "$half"], D, False),
        ([None, "$missing"], D, False),
    ],
    "$cmp": [
        (["$five", 4], D, 1),
        (["$five", "$real"], D, 0),
        (["$five", 6], D, -1),
        (["$missing", None], D, -1),
        ([{"a": 1}, {"a": 1, "b": 1}], D, -1),
    ],
    "$and": [
        (["$five", "$yes"], D, True),
        (["$five", "$z"], D, False),
        ([], D, True),
        ("$five", D, True),
        (["$blank", "$empty", "$t"], D, True),
        (["$nul"], D, False),
        (["$missing"], D, False),
        # the first that is false ends it
        (["$no", {"$divide": [1, "$z"]}], D, False),
        (["$yes", {"$divide": [1, "$z"]}], D, QueryError(16608, "")),
    ],
    "$or": [
        (["$no", "$five"], D, True),
        (["$no", "$z", "$nul", "$missing"], D, False),
        ([], D, False),
        (["$yes", {"$divide": [1, "$z"]}], D, True),
    ],
    "$not": [
        (["$yes"], D, False),
        ("$z", D, True),
        ("$nul", D, True),
        ("$missing", D, True),
        ([[False]], D, False),
        ([[0]], D, False),
        ("$blank", D, False),
    ],
    "$cond": [
        ([{"$gt": ["$five", 3]}, "big", "small"], D, "big"),
        ([{"$gt": ["$five", 8]}, "big", "small"], D, "small"),
        ({"if": "$five", "then": "$s", "else": 0}, D, "a"),
        ({"else": 0, "if": "$nul", "then": 1}, D, 0),
        (["$missing", 1, "$nothing"], D, MISSING),
        (["$yes", 1, {"$divide": [1, "$z"]}], D, 1),
    ],
    "$ifNull": [
        (["$five", 1], D, 5),
        (["$nul", 1], D, 1),
        (["$missing", "$s"], D, "a"),
        (["$no", 1], D, False),
        (["$z", 1], D, 0),
        (["$blank", 1], D, ""),
        (["$missing", "$nothing"], D, MISSING),
        (["$five", {"$divide": [1, "$z"]}], D, 5),
    ],
    "$switch": [
        ({"branches": [{"case": "$no", "then": 1}, {"case": "$five", "then": "$s"}]}, D, "a"),
        ({"branches": [{"case": "$nul", "then": 1}], "default": 2}, D, 2),
        ({"branches": [{"case": "$no", "then": {"$divide": [1, "$z"]}},
                       {"case": "$yes", "then": 3}]}, D, 3),
        ({"branches": [{"case": "$no", "then": 1}]}, D,
         QueryError(40066, "$switch could not find a matching branch for an input, and no default "
                           "was specified.")),
    ],
}  # fmt: skip

REFUSED = {
    "$eq": [(["$five"], QueryError(16020, "Expression $eq takes exactly 2 arguments. "
                                          "1 were passed in."))],
    "$cmp": [([1, 2, 3], QueryError(16020, ""))],
    "$not": [([], QueryError(16020, "")), ([1, 2], QueryError(16020, ""))],
    "$ifNull": [([1, 2, 3], QueryError(16020, ""))],
    "$and": [([{"$nope": 1}], QueryError(168, ""))],
    "$cond": [
        ([1, 2], QueryError(16020, "Expression $cond takes exactly 3 arguments. "
                                   "2 were passed in.")),
        ("$five", QueryError(16020, "")),
        ({"then": 1, "else": 2}, QueryError(17080, "Missing 'if' parameter to $cond")),
        ({"if": 1, "else": 2}, QueryError(17081, "Missing 'then' parameter to $cond")),
        ({"if": 1, "then": 2}, QueryError(17082, "Missing 'else' parameter to $cond")),
        ({"if": 1, "then": 2, "else": 3, "or": 4},
         QueryError(17083, "Unrecognized parameter to $cond: or")),
    ],
    "$switch": [
        ("$five", QueryError(40060, "$switch requires an object as an argument, found: string")),
        ({"branches": {"case": 1}},
         QueryError(40061, "$switch expected an array for 'branches', found: object")),
        ({"branches": [7]},
         QueryError(40062, "$switch expected each branch to be an object, found: int")),
        ({"branches": [{"case": 1, "then": 2, "else": 3}]},
         QueryError(40063, "$switch found an unknown argument to a branch: else")),
        ({"branches": [{"then": 2}]},
         QueryError(40064, "$switch requires each branch have a 'case' expression")),
        ({"branches": [{"case": 2}]},
         QueryError(40065, "$switch requires each branch have a 'then' expression.")),
        ({"branches": [{"case": 1, "then": 2}], "else": 3},
         QueryError(40067, "$switch found an unknown argument: else")),
        ({"branches": []}, QueryError(40068, "$switch requires at least one branch.")),
        ({"default": 1}, QueryError(40068, "$switch requires at least one branch.")),
    ],
}  # fmt: skip

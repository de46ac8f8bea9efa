"""Variables, literals, and accumulators over their operands.

Source: MongoDB manual, "$let", "$literal", "$meta", "accumulators (in other stages)"; codes as in
its server.
"""

from __future__ import annotations

import math

from cloud_fake.errors import NotSupportedByFake, QueryError
from cloud_fake.values.kinds import MISSING

D = {
    "i": 7, "f": 2.7, "s": "x", "nul": None, "a": [1, 2, 4], "mixed": [3, None, "x", 1.5, [9]],
    "words": ["b", "a"],
}  # fmt: skip

CASES = {
    "$let": [
        ({"vars": {"x": "$i", "y": 2}, "in": {"$multiply": ["$$x", "$$y"]}}, D, 14),
        ({"vars": {}, "in": "$i"}, D, 7),
        ({"vars": {"x": "$nul"}, "in": "$$x"}, D, None),
        ({"vars": {"x": "$missing"}, "in": "$$x"}, D, MISSING),
        ({"vars": {"x": 1}, "in": {"$let": {"vars": {"x": {"$add": ["$$x", 1]}, "y": "$$x"},
                                            "in": ["$$x", "$$y"]}}}, D, [2, 1]),
    ],
    "$literal": [
        ("$i", D, "$i"),
        ({"$add": [1, 2]}, D, {"$add": [1, 2]}),
        ([1, "$$x"], D, [1, "$$x"]),
    ],
    "$meta": [("textScore", D, NotSupportedByFake())],
    # accumulators: one array is looked into, among several operands it is no number
    "$sum": [
        (["$i", "$f"], D, 9.7),
        ("$a", D, 7),
        (["$a"], D, 7),
        (["$a", 1], D, 1),
        ("$mixed", D, 4.5),
        (["$nul", "$missing", "$s"], D, 0),
        ([], D, 0),
    ],
    "$avg": [
        ("$a", D, 7 / 3),
        ([1, 3], D, 2),
        (["$s", 3], D, 3),
        ("$s", D, None),
        ("$nul", D, None),
    ],
    "$max": [
        ("$a", D, 4),
        ("$words", D, "b"),
        ("$mixed", D, [9]),
        (["$a", 9], D, [1, 2, 4]),
        (["$nul", "$i"], D, 7),
        (["$nul", "$missing"], D, None),
        ([], D, None),
    ],
    "$min": [
        ("$a", D, 1),
        ("$mixed", D, 1.5),
        (["$a", 9], D, 9),
        (["$i", "$nul", "$missing"], D, 7),
        ("$missing", D, None),
    ],
    "$stdDevPop": [
        ([[2, 4, 4, 4, 5, 5, 7, 9]], D, 2),
        ("$i", D, 0),
        ("$nul", D, None),
        ("$s", D, None),
    ],
    "$stdDevSamp": [
        ([1, 3], D, math.sqrt(2)),
        ("$i", D, None),
        ("$nul", D, None),
    ],
}  # fmt: skip

REFUSED = {
    "$let": [
        ("$i", QueryError(16874, "$let only supports an object as its argument")),
        ({"vars": {}, "in": 1, "as": 1}, QueryError(16875, "Unrecognized parameter to $let: as")),
        ({"in": 1}, QueryError(16876, "Missing 'vars' parameter to $let")),
        ({"vars": {}}, QueryError(16877, "Missing 'in' parameter to $let")),
        ({"vars": [], "in": 1}, QueryError(10065, "invalid parameter: expected an object (vars)")),
        ({"vars": {"ROOT": 1}, "in": 1}, QueryError(16867, "")),
        # a variable sees the outer ones only
        ({"vars": {"x": 1, "y": "$$x"}, "in": 1},
         QueryError(17276, "Use of undefined variable: x")),
    ],
    "$meta": [
        (1, QueryError(17307, "$meta only supports string arguments")),
        ("randVal", QueryError(17308, "Unsupported argument to $meta: randVal")),
    ],
}  # fmt: skip

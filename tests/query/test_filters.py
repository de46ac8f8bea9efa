"""Query operators as a table: a query, the documents that match it, and those that do not.

Where nothing else is said the source is the operator's page in the MongoDB manual.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cloud_fake.errors import NotSupportedByFake, QueryError
from cloud_fake.query.filters import compile_element_test, compile_filter
from cloud_fake.query.operators import QUERY_OPERATORS, UNSUPPORTED_QUERY_OPERATORS
from cloud_fake.values.regex import Regex


def day(number):
    return datetime(2026, 1, number, tzinfo=UTC)


def a(*values):
    """One document a value, under the key `a`."""
    return [{"a": value} for value in values]


SAME = {"x": 1, "y": 2}
SWAPPED = {"y": 2, "x": 1}

#: (query, documents that match, documents that do not)
COMPARISONS = {
    # --- equality ---
    "a literal": ({"a": 1}, a(1, 1.0, [2, 1]), a(2, "1", True, None, [[1]], {"x": 1})),
    "a string": ({"a": "x"}, a("x", ["y", "x"]), a("X", "xy", ["xy"], None)),
    "zero is not false": ({"a": 0}, a(0, -0.0, [0]), a(False, [False], None, "")),
    "one is not true": ({"a": 1.0}, a(1, [True, 1]), a(True, [True])),
    "true is not one": ({"a": True}, a(True, [1, True]), a(1, 1.0, [1], "true")),
    "a date": ({"a": day(1)}, a(day(1), [day(1)]), a(day(2), 1767225600000)),
    "several fields": ({"a": 1, "b": 2}, [{"a": 1, "b": 2}], [{"a": 1}, {"a": 1, "b": 3}]),
    "an object with its order of keys": (
        {"a": {"$eq": SAME}},
        a({"x": 1, "y": 2}, {"x": 1.0, "y": 2}, [SAME]),
        a(SWAPPED, {"x": 1}, {"x": 1, "y": 2, "z": 3}, {"x": True, "y": 2}),
    ),
    "the empty object": ({"a": {}}, a({}, [{}]), a({"x": 1}, [], None)),
    "an array whole or inside": ({"a": [1, 2]}, a([1, 2], [[1, 2], 3]), a([2, 1], [1, 2, 3], 1, 2)),
    "the empty array": ({"a": []}, a([], [[]]), a([1], None, {})),
    "null: MongoDB manual, Query for Null or Missing Fields": (
        {"a": None},
        [*a(None, [1, None]), {}],
        a(0, "", False, [], [[None]], {}),
    ),
    "ne null is there and not null": (
        {"a": {"$ne": None}},
        a(0, "", [], [1]),
        [*a(None, [None]), {}],
    ),
    "ne": ({"a": {"$ne": 1}}, [*a(2, "1", True, None, [2]), {}], a(1, 1.0, [1, 2])),
    "eq of a regular expression finds equal ones": (
        {"a": {"$eq": Regex("x")}},
        a(Regex("x"), [Regex("x")]),
        a("x", Regex("x", "i")),
    ),
    # --- order ---
    "gt": ({"a": {"$gt": 1}}, a(2, 1.5, [0, 2]), a(1, True, "2", None, [1], {"x": 2}, day(1))),
    "gte": ({"a": {"$gte": 1}}, a(1, 1.0, 2), a(0, True, "1")),
    "lt": ({"a": {"$lt": 1}}, a(0, -1, [5, 0]), [*a(1, False, None, ""), {}]),
    "lte": ({"a": {"$lte": 1}}, a(1, 0), [*a(2, None), {}]),
    "gt a string": ({"a": {"$gt": "b"}}, a("c", "bb", ["a", "c"]), a("b", "B", 9, None)),
    "lt a string counts capitals first": ({"a": {"$lt": "a"}}, a("Z", "10", ""), a("a", "é")),
    "strings by UTF-8, not UTF-16": ({"a": {"$lt": "\U0001f600"}}, a("\uff5e"), a("\U0001f601")),
    "gte a date": ({"a": {"$gte": day(2)}}, a(day(2), day(3)), a(day(1), 10**13)),
    "gt false": ({"a": {"$gt": False}}, a(True), a(False, 1)),
    "lte true": ({"a": {"$lte": True}}, a(True, False), a(0, 1)),
    "gte null is eq null": ({"a": {"$gte": None}}, [*a(None, [None]), {}], a(0, [])),
    "lte null is eq null": ({"a": {"$lte": None}}, [*a(None), {}], a(0)),
    "gt null is nothing": ({"a": {"$gt": None}}, [], [*a(None, 0, "x"), {}]),
    "lt null is nothing": ({"a": {"$lt": None}}, [], [*a(None, 0), {}]),
    "gt an object": (
        {"a": {"$gt": {"x": 1}}},
        a({"x": 2}, {"x": 1, "y": 0}, {"y": 1}, [{"x": 2}]),
        a({"x": 1}, {"x": 0}, {}, 9),
    ),
    "lt an array": (
        {"a": {"$lt": [2, 1]}},
        a([1, 9], [2], [2, 0], [[2]]),
        a([2, 1], [3], 1, "x"),
    ),
    "a span": ({"a": {"$gt": 1, "$lt": 3}}, a(2, 1.5), a(1, 3, "2", True)),
    "a span with its ends": ({"a": {"$gte": 1, "$lte": 3}}, a(1, 2, 3), a(0.9, 3.1)),
    "a span of strings": ({"a": {"$gte": "a", "$lt": "b"}}, a("a", "az"), a("b", "A", 1)),
    "the ends met by different elements: MongoDB manual, Query an Array": (
        {"a": {"$gt": 15, "$lt": 20}},
        a([14, 21], [16]),
        a([21, 22], [14], []),
    ),
    "bounds of two kinds": ({"a": {"$gt": 1, "$lt": "b"}}, a([2, "a"]), a(2, "a")),
    "two lower bounds": ({"a": {"$gt": 1, "$gte": 3}}, a(3, [2, 3]), a(2, [2])),
    # --- in ---
    "in": ({"a": {"$in": [1, "x"]}}, a(1, 1.0, "x", [3, 1]), a(True, 2, "y", None)),
    "in with null": ({"a": {"$in": [None]}}, [*a(None, [None]), {}], a(0, [])),
    "in with booleans": ({"a": {"$in": [True, 0]}}, a(True, 0), a(1, False)),
    "in with arrays": ({"a": {"$in": [[1, 2]]}}, a([1, 2], [[1, 2]]), a(1, [2, 1])),
    "in with objects": ({"a": {"$in": [SAME]}}, a(SAME), a(SWAPPED)),
    "in with regular expressions": (
        {"a": {"$in": [Regex("^x"), 1]}},
        a("xy", 1, ["xz"]),
        a("yx", 2, None),
    ),
    "in nothing": ({"a": {"$in": []}}, [], [*a(1, None, []), {}]),
    "nin": ({"a": {"$nin": [1, "x"]}}, [*a(2, None, [2]), {}], a(1, "x", [2, 1])),
    "nin nothing": ({"a": {"$nin": []}}, [*a(1, None), {}], []),
}

OTHERS = {
    # --- logic ---
    "and": ({"$and": [{"a": 1}, {"b": 2}]}, [{"a": 1, "b": 2}], [{"a": 1}, {"b": 2}]),
    "and of one field": ({"$and": [{"a": {"$gt": 1}}, {"a": {"$lt": 5}}]}, a(2, [0, 9]), a(1, 5)),
    "or": ({"$or": [{"a": 1}, {"b": 2}]}, [{"a": 1}, {"b": 2}], [{}, {"a": 2, "b": 1}]),
    "or of three": (
        {"$or": [{"a": 1}, {"a": 2, "b": 0}, {"a": 3}]},
        [{"a": 3}, {"a": 2, "b": 0}],
        [{"a": 2}, {"a": 4}],
    ),
    "two ors must both hold": (
        {"$and": [{"$or": [{"a": 1}, {"a": 2}]}, {"$or": [{"b": 1}, {"b": 2}]}]},
        [{"a": 2, "b": 1}],
        [{"a": 2, "b": 3}],
    ),
    "nor": ({"$nor": [{"a": 1}, {"b": 2}]}, [{}, {"a": 2}], [{"a": 1}, {"b": 2}]),
    "not": ({"a": {"$not": {"$gt": 5}}}, [*a(5, "6", None, [5]), {}], a(6, [1, 6])),
    "not of two: not both": ({"a": {"$not": {"$gt": 1, "$lt": 5}}}, a(1, 5, "2"), a(2, [0, 9])),
    "not of a regular expression": ({"a": {"$not": Regex("^x")}}, [*a("y", 1), {}], a("xy", ["x"])),
    "not with a stated regex": ({"a": {"$not": {"$regex": "^x"}}}, [*a("y"), {}], a("xy")),
    "and at a field: what the command builder means": (
        {"a": {"$not": {"$and": [{"$gt": 1}, {"$lt": 5}]}}},
        [*a(1, 5), {}],
        a(2),
    ),
    "or at a field": ({"a": {"$or": [{"$lt": 1}, 3, Regex("x")]}}, a(0, 3, "x", [9, 3]), a(2, "y")),
    "nor at a field": ({"a": {"$nor": [{"$lt": 1}, 3]}}, [*a(2), {}], a(0, 3)),
    "a comment says nothing": ({"$comment": "x", "a": 1}, a(1), a(2)),
    "no condition": ({}, [{}, *a(1)], []),
    # --- element ---
    "exists": ({"a": {"$exists": True}}, a(1, None, []), [{}, {"b": 1}]),
    "exists not": ({"a": {"$exists": False}}, [{}, {"b": 1}], a(1, None)),
    "exists 0": ({"a": {"$exists": 0}}, [{}], a(1)),
    # --- evaluation ---
    "mod": ({"a": {"$mod": [4, 0]}}, a(0, 4, 8.9, -4, [3, 8]), a(3, "4", True, None)),
    "mod cuts towards zero and keeps the sign": (
        {"a": {"$mod": [2, -1]}},
        a(-3, -3.9, -1),
        a(3, 1, -2, float("inf")),
    ),
    "a literal regular expression": (
        {"a": Regex("b.d")},
        a("abcde", ["x", "bcd"]),
        a("b", 1, None),
    ),
    "regex": ({"a": {"$regex": "^ab"}}, a("abc"), a("cab", "AB")),
    "regex with options": ({"a": {"$regex": "^ab", "$options": "i"}}, a("ABC"), a("CAB")),
    "options before the regex": ({"a": {"$options": "i", "$regex": "b"}}, a("B"), a("c")),
    "options over those of the regex": (
        {"a": {"$regex": Regex("b", "i"), "$options": ""}},
        a("b"),
        a("B"),
    ),
    "regex with m and s": ({"a": Regex("^b.c$", "ms")}, a("a\nb\nc\n"), a("a b c")),
    "regex finds itself": ({"a": Regex("b")}, a(Regex("b"), [Regex("b")]), a(Regex("c"))),
    "expr": (
        {"$expr": {"$gt": ["$a", "$b"]}},
        [{"a": 2, "b": 1}, {"a": "x", "b": 1}, {"a": 1}],
        [{"a": 1, "b": 2}, {}],
    ),
    "expr beside others": ({"a": 1, "$expr": "$b"}, [{"a": 1, "b": "x"}], [{"a": 1, "b": 0}]),
    "expr in an or": ({"$or": [{"a": 1}, {"$expr": "$b"}]}, [{"b": True}, {"a": 1}], [{"b": 0}]),
    # --- arrays ---
    "all": ({"a": {"$all": [1, 2]}}, a([2, 1, 3]), a([1], 1, [[1, 2]])),
    "all of one on a scalar": ({"a": {"$all": [1]}}, a(1, [1]), a(2, [])),
    "all of one array: MongoDB manual, $all": (
        {"a": {"$all": [[1, 2]]}},
        a([[1, 2]], [1, 2]),
        a([1]),
    ),
    "all of none": ({"a": {"$all": []}}, [], [*a([], 1), {}]),
    "all of many": (
        {"a": {"$all": list(range(20))}},
        a([*range(19, -1, -1), True, [1]], [float(n) for n in range(20)]),
        a(list(range(19)), [True, *range(2, 20), 0], 1, [list(range(20))]),
    ),
    "all of many with null": (
        {"a": {"$all": [None, *range(20)]}},
        a([*range(20), None]),
        [*a(list(range(20))), {}],
    ),
    "all of many with a boolean": (
        {"a": {"$all": [True, *range(2, 20)]}},
        a([*range(2, 20), True]),
        a([*range(2, 20), 1]),
    ),
    "all with null": ({"a": {"$all": [None]}}, [*a(None, [None]), {}], a([])),
    "all with a regular expression": ({"a": {"$all": [Regex("^x"), 1]}}, a(["xy", 1]), a(["xy"])),
    "all of elemMatches": (
        {"a": {"$all": [{"$elemMatch": {"b": 1}}, {"$elemMatch": {"b": 2}}]}},
        a([{"b": 1}, {"b": 2}]),
        a([{"b": 1}], {"b": 1}),
    ),
    "elemMatch of values": (
        {"a": {"$elemMatch": {"$gt": 1, "$lt": 5}}},
        a([0, 2]),
        a([0, 9], 2, [[2]], []),
    ),
    "elemMatch of objects": (
        {"a": {"$elemMatch": {"b": 1, "c": {"$gt": 1}}}},
        a([{"b": 1, "c": 0}, {"b": 1, "c": 2}]),
        a([{"b": 1}, {"c": 2}], {"b": 1, "c": 2}, [1]),
    ),
    "elemMatch with or": (
        {"a": {"$elemMatch": {"$or": [{"b": 1}, {"c": 1}]}}},
        a([{"c": 1}]),
        a([{"d": 1}], [1]),
    ),
    "elemMatch with or of values": (
        {"a": {"$elemMatch": {"$or": [{"$lt": 0}, {"$gt": 9}]}}},
        a([5, 10]),
        a([5], 10),
    ),
    "elemMatch negated": ({"a": {"$elemMatch": {"$ne": 1}}}, a([1, 2], [[1]]), a([1, 1], 2)),
    "elemMatch in elemMatch": ({"a": {"$elemMatch": {"$elemMatch": {"$gt": 1}}}}, a([[2]]), a([2])),
    "inner arrays are objects to elemMatch": (
        {"a": {"$elemMatch": {"b": None}}},
        a([[]], [{}]),
        a([1], []),
    ),
    "elemMatch by the index of an inner array": ({"a": {"$elemMatch": {"0": 7}}}, a([[7]]), a([7])),
    "size": ({"a": {"$size": 2}}, a([1, 2], [[1], 2]), [*a([1], 2, None, [[1, 2]]), {}]),
    "size as a double": ({"a": {"$size": 0.0}}, a([]), a([1], None)),
}

#: Source: MongoDB's tests of path iteration (matcher/path_test) and of null semantics.
PATHS = {
    "into an object": ({"a.b": 1}, a({"b": 1}, {"b": [1]}), a({"b": 2}, 1, None)),
    "true in an object": ({"a.b": True}, a({"b": True}, {"b": [True]}), a({"b": 1}, {"b": [1]})),
    "three deep": ({"a.b.c": 1}, a({"b": {"c": 1}}, {"b": [{"c": 1}]}), a({"b": 1}, {"c": 1})),
    "through an array": ({"a.b": 1}, a([{"b": 2}, {"b": 1}], [{"b": [1]}]), a([[{"b": 1}]], [1])),
    "through two arrays": ({"a.b.c": 1}, a([{"b": [{"c": 1}]}]), a([{"b": [[{"c": 1}]]}])),
    "conditions met by different elements": (
        {"a.b": {"$gt": 1, "$lt": 5}},
        a([{"b": 0}, {"b": 9}], [{"b": 3}]),
        a([{"b": 0}], {"b": 0}),
    ),
    "none of the elements": ({"a.b": {"$ne": 1}}, a([{"b": 2}], [], 1), a([{"b": 2}, {"b": 1}])),
    "null through objects": ({"a.b": None}, [*a(1, None, {}, {"b": None}), {}], a({"b": 1})),
    "null through arrays": (
        {"a.b": None},
        a([{"b": 1}, {}], [{"b": None}]),
        a([], [1, 2], [{"b": 1}], [None]),
    ),
    "exists through arrays": ({"a.b": {"$exists": True}}, a([{"b": None}, {}]), a([], [1], [{}])),
    "not exists through arrays": ({"a.b": {"$exists": False}}, a([], [{}], 1), a([{}, {"b": 1}])),
    "size through arrays": ({"a.b": {"$size": 1}}, a([{"b": [1]}]), a([{"b": 1}], [[1]])),
    "an index": ({"a.1": 7}, a([5, 7]), a([7], [5, 8], 7)),
    "an index names the element whole": ({"a.0": 1}, a([1]), a([[1, 2]])),
    "an index names an array": ({"a.0": [1, 2]}, a([[1, 2]]), a([[[1, 2]]])),
    "an index, then on": ({"a.0.b": 1}, a([{"b": 1}], [{"b": [1]}]), a([{}, {"b": 1}])),
    "an index, then through the inner array": ({"a.0.b": 1}, a([[{"b": 1}]]), a([[[{"b": 1}]]])),
    "an index, then an index": ({"a.0.1": 2}, a([[1, 2]]), a([[2, 1]], [1, 2])),
    "an index is also a key": ({"a.0": 1}, a({"0": 1}, [5, {"0": 1}]), a({"1": 1})),
    "an index out of range": ({"a.3": None}, [{}, *a(1, {}, [{}])], a([1], [])),
    "a zero before is no index": ({"a.00": 1}, a({"00": 1}), a([1])),
    "elemMatch at an index": ({"a.0": {"$elemMatch": {"$gt": 1}}}, a([[2]]), a([2], [[1]])),
}

GUANGZHOU = {"type": "Point", "coordinates": [113.32, 23.12]}
SHENZHEN = {"type": "Point", "coordinates": [114.06, 22.54]}
BEIJING = {"type": "Point", "coordinates": [116.40, 39.90]}
DELTA = {
    "type": "Polygon",
    "coordinates": [[[112, 22], [115, 22], [115, 24], [112, 24], [112, 22]]],
}
ROAD = {"type": "LineString", "coordinates": [[113.32, 23.12], [116.40, 39.90]]}
ISLES = {
    "type": "MultiPolygon",
    "coordinates": [[[[0, 0], [1, 0], [1, 1], [0, 0]]], DELTA["coordinates"]],
}

GEO = {
    "within a polygon": (
        {"a": {"$geoWithin": {"$geometry": DELTA}}},
        a(GUANGZHOU, SHENZHEN, [BEIJING, SHENZHEN], [113, 23]),
        [*a(BEIJING, ROAD, {"type": "Point"}, "x", None, 1), {}],
    ),
    "within one of several polygons": (
        {"a": {"$geoWithin": {"$geometry": ISLES}}},
        a(SHENZHEN),
        a(BEIJING),
    ),
    "within a circle": (
        {"a": {"$geoWithin": {"$centerSphere": [[113.32, 23.12], 150 / 6378.1]}}},
        a(GUANGZHOU, SHENZHEN),
        a(BEIJING, ROAD, 1),
    ),
    "within a circle around a point": (
        {"a": {"$geoWithin": {"$centerSphere": [GUANGZHOU, 0.001]}}},
        a(GUANGZHOU),
        a(SHENZHEN),
    ),
    "intersects": (
        {"a": {"$geoIntersects": {"$geometry": DELTA}}},
        a(ROAD, GUANGZHOU, DELTA),
        a(BEIJING, {}),
    ),
    "in embedded objects": (
        {"a.b": {"$geoWithin": {"$geometry": DELTA}}},
        a({"b": SHENZHEN}, [{"b": BEIJING}, {"b": SHENZHEN}]),
        a({"b": BEIJING}, SHENZHEN),
    ),
}

TABLE = COMPARISONS | OTHERS | PATHS | GEO


@pytest.mark.parametrize(("query", "matching", "others"), TABLE.values(), ids=TABLE.keys())
def test_matches(query, matching, others):
    compiled = compile_filter(query)
    assert [document for document in matching if not compiled.matches(document)] == []
    assert [document for document in others if compiled.matches(document)] == []
    assert list(compiled.select(matching + others)) == matching
    alone = [document for document in matching + others if compiled.select_all([document])]
    assert alone == matching


def test_every_operator_has_a_case():
    told = repr([query for query, _, _ in TABLE.values()])
    assert [name for name in QUERY_OPERATORS if f"'{name}'" not in told] == []


class TestFilter:
    def test_selects_the_documents_themselves(self):
        document = {"a": [1]}
        assert next(compile_filter({"a": 1}).select([document])) is document

    def test_selects_little_further_than_it_is_asked(self):
        left = iter(a(*range(1000)))
        selected = compile_filter({"a": {"$gte": 0}, "b": {"$exists": False}}).select(left)
        assert [next(selected), next(selected)] == a(0, 1)
        assert len(list(left)) > 900

    def test_asks_no_expression_before_its_document_is_wanted(self):
        left = iter([{"a": 1}, {"a": "no number"}])
        selected = compile_filter({"$expr": {"$eq": [{"$abs": "$a"}, 1]}}).select(left)
        assert next(selected) == {"a": 1}
        assert list(left) == [{"a": "no number"}]

    def test_selects_at_once_what_it_selects_one_by_one(self):
        mixed = [{"a": 1}, {"b": 1}, {"a": [2, 1]}, {"a": {"c": 1}}, {"a": True}, {"a": None}]
        for query in ({"a": 1}, {"a": True}, {"a.c": 1}, {"a": {"$gte": 1}}, {"a": None}):
            compiled = compile_filter(query)
            one_by_one = [document for document in mixed * 99 if compiled.matches(document)]
            assert compiled.select_all(mixed * 99) == one_by_one
            assert list(compiled.select(mixed * 99)) == one_by_one

    def test_all_tests_together_are_the_query(self):
        compiled = compile_filter({"a": {"$gt": 1}, "$or": [{"b": 1}, {"b": 2}]})
        assert all(test({"a": 2, "b": 1}) for test in compiled.tests)
        assert not all(test({"a": 2, "b": 3}) for test in compiled.tests)

    def test_the_dear_tests_wait_for_the_cheap_ones(self):
        # {$divide: [1, 0]} would fail for the second document.
        compiled = compile_filter({"$expr": {"$divide": [1, "$b"]}, "$or": [{"a": 1}]})
        assert list(compiled.select([{"a": 1, "b": 1}, {"a": 2, "b": 0}])) == [{"a": 1, "b": 1}]

    @pytest.mark.parametrize(
        ("query", "equalities"),
        [
            ({"_id": "x", "n": {"$eq": 1}}, {"_id": "x", "n": 1}),
            ({"$and": [{"_id": "x"}, {"b.c": True}]}, {"_id": "x", "b.c": True}),
            ({"a": None, "b": [1], "c": {}, "d": Regex("x"), "e": {"$gt": 1}}, {}),
            ({"$or": [{"_id": "x"}]}, {}),
        ],
    )
    def test_equalities_are_what_an_index_could_find(self, query, equalities):
        assert compile_filter(query).equalities == equalities

    def test_paths_are_those_of_all_conditions(self):
        query = {"a.b": 1, "$or": [{"c": 1}, {"$nor": [{"d": 1}]}], "$expr": "$e"}
        assert compile_filter(query).paths == {"a.b", "c", "d"}


#: (query, document, path of the array, index). Source: MongoDB manual, "$ (update)".
POSITIONS = {
    "an element": ({"a": 2}, {"a": [1, 2, 2]}, "a", 1),
    "a comparison": ({"a": {"$gte": 2}}, {"a": [1, 3, 2]}, "a", 1),
    "a span": ({"a": {"$gt": 1, "$lt": 3}}, {"a": [0, 2]}, "a", 1),
    "a key of an element": ({"a.b": 2}, {"a": [{"b": 1}, {"b": 2}]}, "a", 1),
    "elemMatch": (
        {"a": {"$elemMatch": {"b": 2, "c": 1}}},
        {"a": [{"b": 2}, {"b": 2, "c": 1}]},
        "a",
        1,
    ),
    "elemMatch further on": (
        {"a.b": {"$elemMatch": {"$gt": 1}}},
        {"a": [{"b": [1]}, {"b": [2]}]},
        "a",
        1,
    ),
    "the outer array": ({"a.b.c": 2}, {"a": [{"b": [{"c": 1}]}, {"b": [{"c": 2}]}]}, "a", 1),
    "an array in objects": ({"a.b": 2}, {"a": {"b": [1, 2]}}, "a.b", 1),
    "an array in an array": ({"a.0.b": 2}, {"a": [{"b": [1, 2]}]}, "a.0.b", 1),
    "in an and": ({"$and": [{"a": {"$gt": 1}}]}, {"a": [1, 2]}, "a", 1),
    "in the or that holds": ({"$or": [{"a": 1, "b": 2}, {"a": 3}]}, {"a": [1, 3], "b": 1}, "a", 1),
    "of several the last": ({"a.b": 1, "a.c": 1}, {"a": [{"b": 1}, {"c": 1}]}, "a", 1),
    "of two bounds the lower": ({"a": {"$gt": 5, "$lt": 7}}, {"a": [1, 9]}, "a", 1),
    "not of an or that does not hold": ({"$or": [{"a": 1}]}, {"a": [2]}, "a", None),
    "one of a field's or": ({"a": {"$or": [{"$gt": 8}, {"$lt": 2}]}}, {"a": [5, 1]}, "a", 1),
    "not of a negation": ({"a": {"$ne": 3}}, {"a": [1, 2]}, "a", None),
    "not of a nor": ({"$nor": [{"a": 3}]}, {"a": [1, 2]}, "a", None),
    "not of the whole array": ({"a": {"$size": 2}}, {"a": [1, 2]}, "a", None),
    "not of another field": ({"abc": 1}, {"abc": 1, "a": [{"c": 1}]}, "a", None),
    "not of a scalar": ({"a": 1}, {"a": 1}, "a", None),
    "not of nothing": ({"a.b": None}, {}, "a.b.c", None),
    "not beyond the end": ({"a.5.b": None}, {"a": [1]}, "a.5.b", None),
}


@pytest.mark.parametrize(
    ("query", "document", "path", "index"), POSITIONS.values(), ids=POSITIONS.keys()
)
def test_array_index(query, document, path, index):
    assert compile_filter(query).array_index(document, path) == index


class TestNear:
    """Source: MongoDB manual, "$nearSphere"; metres on a sphere of 6378100 m."""

    DEGREE = 111_318.845

    @staticmethod
    def near(**limits):
        operand = {"$geometry": {"type": "Point", "coordinates": [0, 0]}}
        return {
            "at": {"$nearSphere": operand | {f"${name}": value for name, value in limits.items()}}
        }

    @staticmethod
    def at(*degrees):
        shapes = [{"type": "Point", "coordinates": [each, 0]} for each in degrees]
        return {"at": shapes if len(shapes) > 1 else shapes[0]}

    def test_drops_what_has_no_place(self):
        compiled = compile_filter(self.near())
        assert list(compiled.select([{}, {"at": 1}, {"at": None}, self.at(1)])) == [self.at(1)]

    def test_measures_in_metres(self):
        distance = compile_filter(self.near()).near.distance
        assert distance(self.at(2)) == pytest.approx(2 * self.DEGREE, abs=1)
        assert distance({}) is None

    def test_keeps_within_bounds(self):
        compiled = compile_filter(self.near(minDistance=self.DEGREE, maxDistance=2.5 * self.DEGREE))
        documents = [self.at(0), self.at(2), self.at(3)]
        assert list(compiled.select(documents)) == [self.at(2)]

    def test_of_several_places_the_nearest_within_bounds_counts(self):
        compiled = compile_filter(self.near(minDistance=self.DEGREE))
        assert compiled.near.distance(self.at(5, 0, 2)) == pytest.approx(2 * self.DEGREE, abs=1)

    def test_finds_places_through_arrays(self):
        query = {"stops.at": self.near()["at"]}
        document = {"stops": [{}, self.at(3), {"at": [1, 0]}, 7]}
        distance = compile_filter(query).near.distance(document)
        assert distance == pytest.approx(self.DEGREE, abs=1)

    def test_finds_places_by_an_index(self):
        query = {"stops.1.at": self.near()["at"]}
        distance = compile_filter(query).near.distance
        assert distance({"stops": [self.at(1), self.at(3)]}) == pytest.approx(
            3 * self.DEGREE, abs=1
        )
        assert distance({"stops": [[], [self.at(2)]]}) == pytest.approx(2 * self.DEGREE, abs=1)
        assert distance({"stops": [self.at(1), 7]}) is None

    def test_may_stand_in_an_and_beside_other_conditions(self):
        compiled = compile_filter({"$and": [self.near(), {"n": 1}]})
        assert compiled.near is not None
        assert [compiled.matches({**self.at(1), "n": n}) for n in (1, 2)] == [True, False]

    def test_other_queries_have_none(self):
        assert compile_filter({"a": 1}).near is None

    @pytest.mark.parametrize(
        ("operand", "code"),
        [
            (1, 2),
            ({}, 2),
            ({"$geometry": {"type": "Point", "coordinates": [999, 0]}}, 2),
            ({"$geometry": DELTA}, 2),
            ({"$geometry": GUANGZHOU, "$furthest": 1}, 2),
            ({"$geometry": GUANGZHOU, "$minDistance": "1"}, 16897),
            ({"$geometry": GUANGZHOU, "$minDistance": -1}, 16898),
            ({"$geometry": GUANGZHOU, "$maxDistance": True}, 16899),
            ({"$geometry": GUANGZHOU, "$maxDistance": -1}, 16900),
        ],
    )
    def test_refuses(self, operand, code):
        with pytest.raises(QueryError) as caught:
            compile_filter({"at": {"$near": operand}})
        assert caught.value.code == code

    @pytest.mark.parametrize(
        "query",
        [
            {"$or": [{"at": {"$near": {"$geometry": GUANGZHOU}}}]},
            {"at": {"$not": {"$near": {"$geometry": GUANGZHOU}}}},
            {"at": {"$elemMatch": {"b": {"$near": {"$geometry": GUANGZHOU}}}}},
        ],
    )
    def test_refuses_to_stand_below_the_top(self, query):
        with pytest.raises(QueryError, match="not allowed in this context"):
            compile_filter(query)

    def test_refuses_to_be_two(self):
        near = {"$near": {"$geometry": GUANGZHOU}}
        with pytest.raises(QueryError, match="Too many geoNear expressions"):
            compile_filter({"a": near, "b": near})


#: (query, code, the text or a part of it). Source: MongoDB's query parser.
REFUSALS = [
    ({"a": {"$foo": 1}}, 2, "unknown operator: $foo"),
    ({"a": {"$gt": 1, "x": 1}}, 2, "unknown operator: x"),
    ({"a": {"$not": {"$foo": 1}}}, 2, "unknown operator: $foo"),
    ({"a": {"$elemMatch": {"$foo": 1}}}, 2, "unknown operator: $foo"),
    ({"a": {"$elemMatch": {"b": {"$foo": 1}}}}, 2, "unknown operator: $foo"),
    ({"a": {"$all": [{"$elemMatch": {"$foo": 1}}]}}, 2, "unknown operator: $foo"),
    ({"$and": [{"a": {"$foo": 1}}]}, 2, "unknown operator: $foo"),
    ({"$or": [{"a": {"$foo": 1}}]}, 2, "unknown operator: $foo"),
    ({"a": {"$or": [{"$foo": 1}]}}, 2, "unknown operator: $foo"),
    ({"$foo": 1}, 2, "unknown top level operator: $foo"),
    ({"$gt": 1}, 2, "unknown top level operator: $gt"),
    ({"a": {"$in": 1}}, 2, "$in needs an array"),
    ({"a": {"$nin": {}}}, 2, "$nin needs an array"),
    ({"a": {"$in": [{"$gt": 1}]}}, 2, "cannot nest $ under $in"),
    ({"a": {"$ne": Regex("x")}}, 2, "Can't have regex as arg to $ne."),
    ({"a.b": {"$gt": Regex("x")}}, 2, "Can't have RegEx as arg to predicate over field 'a.b'."),
    ({"$and": {}}, 2, "$and must be an array"),
    ({"$or": []}, 2, "$and/$or/$nor must be a nonempty array"),
    ({"$nor": [1]}, 2, "$or/$and/$nor entries need to be full objects"),
    ({"a": {"$not": 5}}, 2, "$not needs a regex or a document"),
    ({"a": {"$not": {}}}, 2, "$not cannot be empty"),
    ({"a": {"$mod": 2}}, 2, "malformed mod, needs to be an array"),
    ({"a": {"$mod": [2]}}, 2, "malformed mod, not enough elements"),
    ({"a": {"$mod": [2, 1, 0]}}, 2, "malformed mod, too many elements"),
    ({"a": {"$mod": ["2", 1]}}, 2, "malformed mod, divisor not a number"),
    ({"a": {"$mod": [2, None]}}, 2, "malformed mod, remainder not a number"),
    ({"a": {"$mod": [0.5, 0]}}, 2, "divisor cannot be 0"),
    ({"a": {"$regex": 1}}, 2, "$regex has to be a string"),
    ({"a": {"$regex": "x", "$options": 1}}, 2, "$options has to be a string"),
    ({"a": {"$options": "i"}}, 2, "$options needs a $regex"),
    ({"a": {"$regex": "x", "$options": "g"}}, 51108, "invalid flag in regex options: g"),
    ({"a": {"$regex": "("}}, 51091, "Regular expression is invalid: "),
    ({"a": {"$all": 1}}, 2, "$all needs an array"),
    ({"a": {"$all": [{"$gt": 1}]}}, 2, "no $ expressions in $all"),
    ({"a": {"$all": [{"$elemMatch": {}}, 1]}}, 2, "$all/$elemMatch has to be consistent"),
    ({"a": {"$elemMatch": 1}}, 2, "$elemMatch needs an Object"),
    ({"a": {"$size": "1"}}, 2, "$size needs a number"),
    ({"a": {"$size": 1.5}}, 2, "$size must be a whole number"),
    ({"a": {"$size": -1}}, 2, "$size may not be negative"),
    (
        {"a": {"$elemMatch": {"$expr": True}}},
        2,
        "$expr can only be applied to the top-level document",
    ),
    ({"a": {"$geoWithin": 1}}, 2, "geometry must be an object"),
    ({"a": {"$geoWithin": {}}}, 2, "geo query doesn't have any geometry"),
    ({"a": {"$geoWithin": {"$foo": 1}}}, 2, "unknown geo specifier: $foo"),
    ({"a": {"$geoWithin": {"$geometry": {"type": "Pont"}}}}, 2, "unknown GeoJSON type: "),
    (
        {"a": {"$geoWithin": {"$geometry": GUANGZHOU}}},
        2,
        "$within not supported with provided geometry",
    ),
    ({"a": {"$geoWithin": {"$centerSphere": [[0, 0]]}}}, 2, "Invalid $centerSphere"),
    ({"a": {"$geoWithin": {"$centerSphere": [[0, 0], -1]}}}, 2, "Invalid $centerSphere"),
    (
        {"a": {"$geoIntersects": {"$centerSphere": [[0, 0], 1]}}},
        2,
        "$geoIntersect not supported with provided geometry",
    ),
]


@pytest.mark.parametrize(("query", "code", "text"), REFUSALS, ids=str)
def test_refuses(query, code, text):
    with pytest.raises(QueryError) as caught:
        compile_filter(query)
    assert caught.value.code == code
    assert caught.value.text.startswith(text)


@pytest.mark.parametrize("name", sorted(UNSUPPORTED_QUERY_OPERATORS))
def test_says_what_the_fake_has_not(name):
    for query in ({name: "x"}, {"a": {name: "x"}}):
        with pytest.raises(NotSupportedByFake, match=rf"\{name}"):
            compile_filter(query)


def test_says_that_the_earth_is_round():
    with pytest.raises(NotSupportedByFake, match=r"\$box"):
        compile_filter({"a": {"$geoWithin": {"$box": [[0, 0], [1, 1]]}}})


#: (condition, elements that `$pull` takes out, elements that it leaves). Source: "$pull".
ELEMENTS = {
    "a scalar": (1, [1, 1.0], [True, 2, [1], "1", None]),
    "null": (None, [None], [0, [None], {}]),
    "an array": ([1, 2], [[1, 2]], [[2, 1], [[1, 2]], 1]),
    "an object is a query": (
        {"b": 1},
        [{"b": 1}, {"b": 1, "c": 2}],
        [{"b": 2}, 1, [{"b": 1}], None],
    ),
    "an empty object takes every object": ({}, [{}, {"b": 1}], [1, [], None]),
    "a query with operators": ({"b": {"$gt": 1}}, [{"b": 2}], [{"b": 1}, {}]),
    "a query with or": ({"$or": [{"b": 1}, {"c": 1}]}, [{"c": 1}], [{"d": 1}, 1]),
    "an operator": ({"$gte": 2}, [2, 3, [1, 2]], [1, "2", {}]),
    "several operators": ({"$gt": 1, "$lt": 5}, [2], [1, 5]),
    "an or of operators": ({"$or": [{"$lt": 1}, {"$gt": 5}]}, [0, 6], [1, 5, "x"]),
    "in": ({"$in": [1, Regex("x")]}, [1, "axb"], [2, "y"]),
    "a regular expression": (Regex("^x"), ["xy"], ["yx", 1]),
}


@pytest.mark.parametrize(("condition", "taken", "left"), ELEMENTS.values(), ids=ELEMENTS.keys())
def test_element_test(condition, taken, left):
    test = compile_element_test(condition)
    assert list(filter(test, taken + left)) == taken

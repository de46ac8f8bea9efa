"""Every stage of a pipeline, as a table: documents, what the stage is given, what comes out.

A number as the result is MongoDB's code of the refusal. Sources: MongoDB manual, page of the stage;
where a case says more, MongoDB's own tests (`document_source_*_test.cpp`, `parsed_*_test.cpp`).
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pytest

from cloud_fake.errors import NotSupportedByFake, QueryError
from cloud_fake.query.pipelines import compile_pipeline
from cloud_fake.query.stages import STAGES
from cloud_fake.query.stages.granularity import GRANULARITIES
from cloud_fake.values.intake import take_in

Documents = list[dict[str, Any]]


@dataclass
class World:
    """A source with the collections it is given and a random generator of its own."""

    collections: dict[str, Documents] = field(default_factory=dict)
    reads: int = 0
    chance: random.Random = field(default_factory=lambda: random.Random(7))

    def documents(self, collection: str) -> Iterable[dict[str, Any]]:
        self.reads += 1
        return self.collections.get(collection, [])

    def draw(self) -> float:
        return self.chance.random()


def run(documents: Documents, *stages: dict[str, Any], world: World | None = None) -> Documents:
    pipeline = compile_pipeline(take_in(list(stages)))
    return list(pipeline.run(take_in(documents), world or World()))


class Case(NamedTuple):
    story: str
    documents: Documents
    spec: Any
    result: Documents | int


BOOKS = [
    {"_id": 1, "by": "Dante", "copies": 1},
    {"_id": 2, "by": "Homer", "copies": 10},
    {"_id": 3, "by": "Dante", "copies": 2},
]
WHEN = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)
A = {"a": 1}


def numbers(*values: Any) -> Documents:
    return [{"n": value} for value in values]


ADD_FIELDS = [
    Case("a new field comes last", [{"_id": 1}], {"x": "$_id"}, [{"_id": 1, "x": 1}]),
    Case(
        "all expressions see the input",
        [{"a": 1, "b": 2}],
        {"a": "$b", "b": "$a"},
        [{"a": 2, "b": 1}],
    ),
    Case("a literal is itself", [A], {"b": 5, "c": "x"}, [{"a": 1, "b": 5, "c": "x"}]),
    Case("a dotted path merges", [{"a": {"b": 1}}], {"a.c": 2}, [{"a": {"b": 1, "c": 2}}]),
    Case("a nested object merges", [{"a": {"b": 1}}], {"a": {"c": 2}}, [{"a": {"b": 1, "c": 2}}]),
    Case("parents are made", [{}], {"a.b.c": 1}, [{"a": {"b": {"c": 1}}}]),
    Case("a scalar parent becomes an object", [{"a": 5}], {"a.b": 1}, [{"a": {"b": 1}}]),
    Case(
        "arrays are mapped over, scalars in them become objects",
        [{"a": [{"b": 1}, 2, [3, {}], []]}],
        {"a.c": 9},
        [{"a": [{"b": 1, "c": 9}, {"c": 9}, [{"c": 9}, {"c": 9}], []]}],
    ),
    Case("an empty array stays", [{"a": []}], {"a.b": 1}, [{"a": []}]),
    Case("a missing value removes the field", [{"a": 1, "b": 2}], {"a": "$gone"}, [{"b": 2}]),
    Case("$$REMOVE removes it", [{"a": {"b": 1, "c": 2}}], {"a.b": "$$REMOVE"}, [{"a": {"c": 2}}]),
    Case("_id may be replaced", [{"_id": 1, "k": 2}], {"_id": "$k"}, [{"_id": 2, "k": 2}]),
    Case("an array literal keeps its places", [A], {"b": ["$a", "$x"]}, [{"a": 1, "b": [1, None]}]),
    Case("$$ROOT is the document", [A], {"b": "$$ROOT"}, [{"a": 1, "b": {"a": 1}}]),
    Case("nothing is specified", [], {}, 40177),
    Case("not an object", [], 5, 40272),
    Case("a path twice", [], {"a": {"b": 1}, "a.b": 2}, 40176),
    Case("a path and its parent", [], {"a": 1, "a.b": 2}, 40176),
    Case("a parent after its child", [], {"a.b": 2, "a": 1}, 40176),
    Case("an empty nested object", [], {"a": {}}, 40180),
    Case("two operators in one object", [], {"a": {"$add": [1], "$abs": 1}}, 40182),
    Case("an operator among fields", [], {"a": {"b": 1, "$abs": 1}}, 40182),
    Case("a dotted name inside an object", [], {"a": {"b.c": 1}}, 40183),
    Case("a path that ends in a dot", [], {"a.": 1}, 40353),
    Case("a path with an empty segment", [], {"a..b": 1}, 15998),
    Case("a path that starts with $", [], {"$a": 1}, 16410),
]

PROJECT = [
    Case(
        "keeps what is named, and _id", [{"_id": 1, "a": 2, "b": 3}], {"a": 1}, [{"_id": 1, "a": 2}]
    ),
    Case(
        "true and any number include", [{"a": 2, "b": 3}], {"a": True, "b": 7.5}, [{"a": 2, "b": 3}]
    ),
    Case(
        "_id may be left out of an inclusion", [{"_id": 1, "a": 2}], {"a": 1, "_id": 0}, [{"a": 2}]
    ),
    Case(
        "the order is the document's",
        [{"b": 1, "a": 2, "c": 3}],
        {"a": 1, "b": 1},
        [{"b": 1, "a": 2}],
    ),
    Case("leaves out what is named", [{"_id": 1, "a": 2, "b": 3}], {"a": 0}, [{"_id": 1, "b": 3}]),
    Case(
        "_id and others left out", [{"_id": 1, "a": 2, "b": 3}], {"_id": 0, "a": False}, [{"b": 3}]
    ),
    Case("_id may be kept in an exclusion", [{"_id": 1, "a": 2}], {"_id": 1, "a": 0}, [{"_id": 1}]),
    Case("_id: 0 alone is an exclusion", [{"_id": 1, "a": 2}], {"_id": 0}, [{"a": 2}]),
    Case("_id: 1 alone is an inclusion", [{"_id": 1, "a": 2}], {"_id": 1}, [{"_id": 1}]),
    Case("a missing field stays missing", [{"_id": 1}], {"a": 1, "b": 1}, [{"_id": 1}]),
    Case(
        "a dotted inclusion keeps object parents",
        [{"a": {"b": 1, "c": 2}}, {"a": {"c": 2}}, {"a": 5}, {}],
        {"a.b": 1},
        [{"a": {"b": 1}}, {"a": {}}, {}, {}],
    ),
    Case(
        "a nested object says the same",
        [{"a": {"b": 1, "c": 2, "d": 3}}],
        {"a": {"b": 1, "c": True}},
        [{"a": {"b": 1, "c": 2}}],
    ),
    Case(
        "in arrays objects are picked from and scalars dropped",
        [{"a": [{"b": 1, "c": 2}, 5, None, [6, {"b": 7, "c": 8}], {}]}],
        {"a.b": 1},
        [{"a": [{"b": 1}, [{"b": 7}], {}]}],
    ),
    Case(
        "a dotted exclusion lets scalars be",
        [{"a": [{"b": 1, "c": 2}, 5, [{"b": 3}]], "d": 1}, {"a": 5}],
        {"a.b": 0},
        [{"a": [{"c": 2}, 5, [{}]], "d": 1}, {"a": 5}],
    ),
    Case("an expression gives a new field", [{"a": 2}], {"b": {"$add": ["$a", 1]}}, [{"b": 3}]),
    Case(
        "computed fields come after those that stay",
        [{"_id": 1, "a": 2, "z": 3}],
        {"b": "$a", "z": 1},
        [{"_id": 1, "z": 3, "b": 2}],
    ),
    Case("a computed _id", [{"_id": 1, "a": 2}], {"_id": "$a"}, [{"_id": 2}]),
    Case("a string is a literal", [A], {"b": "x"}, [{"b": "x"}]),
    Case("null is a literal", [A], {"b": None}, [{"b": None}]),
    Case("an array literal turns missing into null", [A], {"b": ["$a", "$x"]}, [{"b": [1, None]}]),
    Case("an expression without a value drops its field", [A], {"b": "$x"}, [{}]),
    Case("a literal number needs $literal", [A], {"b": {"$literal": 5}}, [{"b": 5}]),
    Case(
        "included and computed below one parent",
        [{"a": [{"b": 1, "z": 0}, 5], "n": 7}],
        {"a.b": 1, "a.c": "$n"},
        [{"a": [{"b": 1, "c": 7}, {"c": 7}]}],
    ),
    Case("computed below a scalar", [{"a": 5, "n": 7}], {"a.c": "$n"}, [{"a": {"c": 7}}]),
    Case("a path reads through arrays", [{"a": [{"b": 1}, {}, 2]}], {"c": "$a.b"}, [{"c": [1]}]),
    Case("nothing is specified", [], {}, 40177),
    Case("not an object", [], "a", 15969),
    Case("an exclusion in an inclusion", [], {"a": 1, "b": 0}, 31254),
    Case("a nested exclusion in an inclusion", [], {"a": 1, "b": {"c": 0}}, 31254),
    Case("an inclusion in an exclusion", [], {"a": 0, "b": 1}, 31253),
    Case("an expression in an exclusion", [], {"a": 0, "b": "$a"}, 31252),
    Case("a path and its parent", [], {"a": 1, "a.b": 1}, 40176),
    Case("an empty nested object", [], {"a": {}}, 40180),
    Case("an unknown operator", [], {"a": {"$no": 1}}, 168),
]

REPLACE_ROOT = [
    Case("a field takes the place", [{"a": {"b": 1}}], {"newRoot": "$a"}, [{"b": 1}]),
    Case("an object of expressions", [A], {"newRoot": {"x": "$a", "y": "$b"}}, [{"x": 1}]),
    Case(
        "mergeObjects saves the missing",
        [{"_id": 1, "a": {"b": 2}}, {"_id": 2}],
        {"newRoot": {"$mergeObjects": [{"_id": "$_id"}, "$a"]}},
        [{"_id": 1, "b": 2}, {"_id": 2}],
    ),
    Case("a missing value", [A], {"newRoot": "$b"}, 40228),
    Case("a scalar", [A], {"newRoot": "$a"}, 40228),
    Case("an array", [{"a": [{}]}], {"newRoot": "$a"}, 40228),
    Case("not an object", [], "$a", 40229),
    Case("an unknown option", [], {"newRoot": "$a", "x": 1}, 40230),
    Case("no newRoot", [], {}, 40231),
]

UNWIND = [
    Case(
        "a document for each element",
        [{"_id": 1, "s": ["x", "y"]}],
        "$s",
        [{"_id": 1, "s": "x"}, {"_id": 1, "s": "y"}],
    ),
    Case("a scalar counts as one element", [{"s": "x"}], "$s", [{"s": "x"}]),
    Case("an object counts as one element", [{"s": {"a": 1}}], {"path": "$s"}, [{"s": {"a": 1}}]),
    Case("missing, null and [] are dropped", [{}, {"s": None}, {"s": []}], "$s", []),
    Case(
        "or kept: [] loses its field, null stays",
        [{"i": 1}, {"i": 2, "s": None}, {"i": 3, "s": []}, {"i": 4, "s": [1]}],
        {"path": "$s", "preserveNullAndEmptyArrays": True},
        [{"i": 1}, {"i": 2, "s": None}, {"i": 3}, {"i": 4, "s": 1}],
    ),
    Case("null elements are elements", [{"s": [None, 1]}], "$s", [{"s": None}, {"s": 1}]),
    Case("one level only", [{"s": [[1, 2], []]}], "$s", [{"s": [1, 2]}, {"s": []}]),
    Case(
        "a dotted path, the rest of the object stays",
        [{"a": {"s": [1, 2], "b": 0}}],
        "$a.s",
        [{"a": {"s": 1, "b": 0}}, {"a": {"s": 2, "b": 0}}],
    ),
    Case("a path does not lead into arrays", [{"a": [{"s": [1]}]}], "$a.s", []),
    Case(
        "an empty array at a dotted path leaves its parent",
        [{"a": {"s": []}}],
        {"path": "$a.s", "preserveNullAndEmptyArrays": True},
        [{"a": {}}],
    ),
    Case(
        "the index, null where there was no array",
        [{"s": ["x", "y"]}, {"s": "z"}, {}],
        {"path": "$s", "includeArrayIndex": "i", "preserveNullAndEmptyArrays": True},
        [{"s": "x", "i": 0}, {"s": "y", "i": 1}, {"s": "z", "i": None}, {"i": None}],
    ),
    Case(
        "the index at a dotted path replaces what is no object",
        [{"s": ["x"], "a": 5}],
        {"path": "$s", "includeArrayIndex": "a.i"},
        [{"s": "x", "a": {"i": 0}}],
    ),
    Case("neither string nor object", [], 5, 15981),
    Case("the path is no string", [], {"path": 5}, 28808),
    Case("no boolean", [], {"path": "$s", "preserveNullAndEmptyArrays": 1}, 28809),
    Case("the index name is no string", [], {"path": "$s", "includeArrayIndex": 1}, 28810),
    Case("the index name is empty", [], {"path": "$s", "includeArrayIndex": ""}, 28810),
    Case("an unknown option", [], {"path": "$s", "x": 1}, 28811),
    Case("no path", [], {}, 28812),
    Case("an empty path", [], "", 28812),
    Case("a path without $", [], "s", 28818),
    Case("an index name with $", [], {"path": "$s", "includeArrayIndex": "$i"}, 28822),
]

MATCH = [
    Case("those that meet the query", BOOKS, {"copies": {"$gt": 1}, "by": "Dante"}, [BOOKS[2]]),
    Case("an expression", BOOKS, {"$expr": {"$eq": ["$_id", "$copies"]}}, [BOOKS[0]]),
    Case("all for {}", BOOKS, {}, BOOKS),
    Case("an element of an array", [{"a": [1, 2]}, {"a": 3}], {"a": 2}, [{"a": [1, 2]}]),
    Case("not an object", [], 5, 15959),
    Case("an unknown operator", [], {"a": {"$no": 1}}, 2),
    Case(
        "a place to be near to",
        [],
        {"at": {"$nearSphere": {"$geometry": {"type": "Point", "coordinates": [0, 0]}}}},
        2,
    ),
]

LIMIT = [
    Case("the first so many", numbers(1, 2, 3), 2, numbers(1, 2)),
    Case("more than there are", numbers(1), 5, numbers(1)),
    Case("a fraction is cut off", numbers(1, 2, 3), 2.9, numbers(1, 2)),
    Case("zero", [], 0, 15958),
    Case("negative", [], -1, 15958),
    Case("less than one", [], 0.5, 15958),
    Case("no number", [], "2", 15957),
    Case("a boolean", [], True, 15957),
]

SKIP = [
    Case("all but the first so many", numbers(1, 2, 3), 2, numbers(3)),
    Case("zero skips none", numbers(1, 2), 0, numbers(1, 2)),
    Case("more than there are", numbers(1), 5, []),
    Case("negative", [], -1, 15956),
    Case("no number", [], None, 15972),
]

SORT = [
    Case("ascending", numbers(2, 3, 1), {"n": 1}, numbers(1, 2, 3)),
    Case("descending", numbers(2, 3, 1), {"n": -1}, numbers(3, 2, 1)),
    Case(
        "several keys, the first weighs most",
        BOOKS,
        {"by": 1, "copies": -1},
        [BOOKS[2], BOOKS[0], BOOKS[1]],
    ),
    Case(
        "kinds in MongoDB's order, missing with null",
        [{"n": True}, {"n": "a"}, {"n": WHEN}, {"n": {}}, {"n": 5}, {"n": None}, {}],
        {"n": 1},
        [{"n": None}, {}, {"n": 5}, {"n": "a"}, {"n": {}}, {"n": True}, {"n": WHEN}],
    ),
    Case("strings by code unit", numbers("b", "a", "B"), {"n": 1}, numbers("B", "a", "b")),
    Case("an array by its least element", numbers([5, 1], 2, 0), {"n": 1}, numbers(0, [5, 1], 2)),
    Case("or its greatest", numbers([5, 1], 2, 9), {"n": -1}, numbers(9, [5, 1], 2)),
    Case("[] below null", numbers(None, []), {"n": 1}, numbers([], None)),
    Case(
        "a dotted path",
        [{"a": {"b": 2}}, {"a": {"b": 1}}],
        {"a.b": 1},
        [{"a": {"b": 1}}, {"a": {"b": 2}}],
    ),
    Case("not an object", [], "n", 15973),
    Case("a word as the direction", [], {"n": "asc"}, 15974),
    Case("a boolean as the direction", [], {"n": True}, 15974),
    Case("another number", [], {"n": 2}, 15975),
    Case("no key", [], {}, 15976),
    Case("a key with $", [], {"$n": 1}, 16410),
    Case("an empty key", [], {"": 1}, 40352),
]

SAMPLE = [
    Case("none of none", [], {"size": 3}, []),
    Case("nothing asked for", numbers(1, 2), {"size": 0}, []),
    Case("no object", [], 3, 28745),
    Case("the size is no number", [], {"size": "3"}, 28746),
    Case("negative", [], {"size": -1}, 28747),
    Case("an unknown option", [], {"size": 1, "x": 1}, 28748),
    Case("no size", [], {}, 28749),
]

COUNT = [
    Case("how many", numbers(1, 2, 3), "total", [{"total": 3}]),
    Case("no document for none", [], "total", []),
    Case("no string", [], 5, 40156),
    Case("empty", [], "", 40157),
    Case("with $", [], "$n", 40158),
    Case("with a null byte", [], "a\0", 40159),
    Case("with a dot", [], "a.b", 40160),
]

GROUP = [
    Case(
        "a sum for each value, in order of appearance",
        BOOKS,
        {"_id": "$by", "copies": {"$sum": "$copies"}},
        [{"_id": "Dante", "copies": 3}, {"_id": "Homer", "copies": 10}],
    ),
    Case("one group for null", BOOKS, {"_id": None, "n": {"$sum": 1}}, [{"_id": None, "n": 3}]),
    Case("one group for a constant", BOOKS, {"_id": "all"}, [{"_id": "all"}]),
    Case("one group for {}", BOOKS, {"_id": {}}, [{"_id": {}}]),
    Case("no documents in, none out", [], {"_id": None, "n": {"$sum": 1}}, []),
    Case(
        "a missing value groups with null",
        [{"a": None}, {}],
        {"_id": "$a", "n": {"$sum": 1}},
        [{"_id": None, "n": 2}],
    ),
    Case(
        "in an object of several it does not",
        [{"a": None, "b": 1}, {"b": 1}],
        {"_id": {"a": "$a", "b": "$b"}},
        [{"_id": {"a": None, "b": 1}}, {"_id": {"b": 1}}],
    ),
    Case(
        "in an object of one it does",
        [{"a": None}, {}],
        {"_id": {"a": "$a"}},
        [{"_id": {"a": None}}],
    ),
    Case(
        "an object of expressions, nested",
        [{"a": 1, "b": 2}],
        {"_id": {"x": "$a", "y": {"z": "$b"}}},
        [{"_id": {"x": 1, "y": {"z": 2}}}],
    ),
    Case("an expression", numbers(1, 2, 3), {"_id": {"$mod": ["$n", 2]}}, [{"_id": 1}, {"_id": 0}]),
    Case("an int equals a double, the first stays", numbers(1, 1.0), {"_id": "$n"}, [{"_id": 1}]),
    Case(
        "true is not 1",
        numbers(1, True, "1"),
        {"_id": "$n"},
        [{"_id": 1}, {"_id": True}, {"_id": "1"}],
    ),
    Case(
        "arrays are keys as a whole",
        numbers([1, 2], [2, 1], [1.0, 2]),
        {"_id": "$n"},
        [{"_id": [1, 2]}, {"_id": [2, 1]}],
    ),
    Case(
        "objects with their order of keys",
        numbers({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        {"_id": "$n"},
        [{"_id": {"a": 1, "b": 2}}, {"_id": {"b": 2, "a": 1}}],
    ),
    Case("a date is a key", numbers(WHEN, WHEN), {"_id": "$n"}, [{"_id": WHEN}]),
    Case(
        "several accumulators",
        numbers(3, 1, 2),
        {
            "_id": None,
            "min": {"$min": "$n"},
            "max": {"$max": "$n"},
            "mean": {"$avg": "$n"},
            "first": {"$first": "$n"},
            "last": {"$last": "$n"},
            "all": {"$push": "$n"},
        },
        [{"_id": None, "min": 1, "max": 3, "mean": 2, "first": 3, "last": 2, "all": [3, 1, 2]}],
    ),
    Case(
        "push skips what is missing and keeps null",
        [{"n": 1}, {}, {"n": None}],
        {"_id": None, "all": {"$push": "$n"}, "first": {"$first": "$x"}},
        [{"_id": None, "all": [1, None], "first": None}],
    ),
    Case(
        "push of an object of expressions",
        [{"a": 1}, {"b": 2}],
        {"_id": None, "all": {"$push": {"x": "$a", "y": "$b"}}},
        [{"_id": None, "all": [{"x": 1}, {"y": 2}]}],
    ),
    Case(
        "push of whole documents",
        [A],
        {"_id": 1, "all": {"$push": "$$ROOT"}},
        [{"_id": 1, "all": [A]}],
    ),
    Case("not an object", [], "$a", 15947),
    Case("no _id", [], {"n": {"$sum": 1}}, 15955),
    Case("a field that is no accumulator", [], {"_id": None, "n": "$n"}, 40234),
    Case("an empty accumulator", [], {"_id": None, "n": {}}, 40234),
    Case("a dotted field", [], {"_id": None, "a.b": {"$sum": 1}}, 40235),
    Case("a field with $", [], {"_id": None, "$a": {"$sum": 1}}, 40236),
    Case("an unknown accumulator", [], {"_id": None, "n": {"$no": 1}}, 15952),
    Case("an expression as an accumulator", [], {"_id": None, "n": {"$abs": 1}}, 15952),
    Case("two accumulators", [], {"_id": None, "n": {"$sum": 1, "$avg": 1}}, 40238),
    Case("an accumulator of a list", [], {"_id": None, "n": {"$sum": ["$a", "$b"]}}, 40237),
    Case("an inclusion in _id", [], {"_id": {"a": 1}}, 17390),
]

SORT_BY_COUNT = [
    Case(
        "most frequent first",
        numbers("a", "b", "b", "c", "b", "c"),
        "$n",
        [{"_id": "b", "count": 3}, {"_id": "c", "count": 2}, {"_id": "a", "count": 1}],
    ),
    Case(
        "an expression",
        numbers(1, 2, 3),
        {"$mod": ["$n", 2]},
        [{"_id": 1, "count": 2}, {"_id": 0, "count": 1}],
    ),
    Case("none", [], "$n", []),
    Case("an object without an operator", [], {"a": "$n"}, 40147),
    Case("a string without $", [], "n", 40148),
    Case("neither", [], 5, 40149),
]

BUCKET = [
    Case(
        "low end inside, high end outside, empty ranges left out",
        numbers(0, 1, 199, 200, 600),
        {"groupBy": "$n", "boundaries": [0, 200, 400, 601]},
        [{"_id": 0, "count": 3}, {"_id": 200, "count": 1}, {"_id": 400, "count": 1}],
    ),
    Case(
        "all others to the default, sorted with the rest",
        [{"n": 5}, {}, {"n": "x"}, {"n": None}, {"n": 10}],
        {"groupBy": "$n", "boundaries": [0, 10], "default": -1},
        [{"_id": -1, "count": 4}, {"_id": 0, "count": 1}],
    ),
    Case(
        "a default of another kind sorts where its kind does",
        numbers(5, 50),
        {"groupBy": "$n", "boundaries": [0, 10], "default": "other"},
        [{"_id": 0, "count": 1}, {"_id": "other", "count": 1}],
    ),
    Case(
        "null as the default",
        numbers(5, 50),
        {"groupBy": "$n", "boundaries": [0, 10], "default": None},
        [{"_id": None, "count": 1}, {"_id": 0, "count": 1}],
    ),
    Case(
        "output takes the place of count",
        numbers(1, 2, 12),
        {"groupBy": "$n", "boundaries": [0, 10, 20], "output": {"all": {"$push": "$n"}}},
        [{"_id": 0, "all": [1, 2]}, {"_id": 10, "all": [12]}],
    ),
    Case(
        "an expression to group by, strings as boundaries",
        numbers("Ada", "bob", "Cy"),
        {"groupBy": {"$toLower": "$n"}, "boundaries": ["a", "c", "e"]},
        [{"_id": "a", "count": 2}, {"_id": "c", "count": 1}],
    ),
    Case(
        "a boundary may be computed from constants",
        numbers(1, 7),
        {"groupBy": "$n", "boundaries": [0, {"$add": [2, 3]}, 10]},
        [{"_id": 0, "count": 1}, {"_id": 5, "count": 1}],
    ),
    Case(
        "ints and doubles are one kind",
        numbers(1, 2.5),
        {"groupBy": "$n", "boundaries": [0, 2.5, 5]},
        [{"_id": 0, "count": 1}, {"_id": 2.5, "count": 1}],
    ),
    Case(
        "arrays as boundaries, compared as a whole",
        numbers([1], [1, 5], [3]),
        {"groupBy": "$n", "boundaries": [[0], [2], [9]]},
        [{"_id": [0], "count": 2}, {"_id": [2], "count": 1}],
    ),
    Case("none", [], {"groupBy": "$n", "boundaries": [0, 1]}, []),
    Case("outside without a default", numbers(99), {"groupBy": "$n", "boundaries": [0, 1]}, 40066),
    Case("a boundary that is no constant", [], {"groupBy": "$n", "boundaries": [0, "$a"]}, 40191),
    Case("one boundary", [], {"groupBy": "$n", "boundaries": [0]}, 40192),
    Case("boundaries of two kinds", [], {"groupBy": "$n", "boundaries": [0, "a"]}, 40193),
    Case("descending boundaries", [], {"groupBy": "$n", "boundaries": [0, 5, 3]}, 40194),
    Case("equal boundaries", [], {"groupBy": "$n", "boundaries": [0, 0]}, 40194),
    Case(
        "a default that is no constant",
        [],
        {"groupBy": "$n", "boundaries": [0, 1], "default": "$a"},
        40195,
    ),
    Case("output is no object", [], {"groupBy": "$n", "boundaries": [0, 1], "output": 1}, 40196),
    Case("an unknown option", [], {"groupBy": "$n", "boundaries": [0, 1], "x": 1}, 40197),
    Case("no boundaries", [], {"groupBy": "$n"}, 40198),
    Case("no groupBy", [], {"boundaries": [0, 1]}, 40198),
    Case(
        "a default inside the boundaries",
        [],
        {"groupBy": "$n", "boundaries": [0, 10], "default": 5},
        40199,
    ),
    Case(
        "a default at the low end",
        [],
        {"groupBy": "$n", "boundaries": [0, 10], "default": 0},
        40199,
    ),
    Case(
        "a default at the high end is outside",
        numbers(1, 99),
        {"groupBy": "$n", "boundaries": [0, 10], "default": 10},
        [{"_id": 0, "count": 1}, {"_id": 10, "count": 1}],
    ),
    Case("boundaries is no array", [], {"groupBy": "$n", "boundaries": 5}, 40200),
    Case("not an object", [], 5, 40201),
    Case("groupBy is a constant", [], {"groupBy": 5, "boundaries": [0, 1]}, 40202),
    Case("groupBy is a string without $", [], {"groupBy": "n", "boundaries": [0, 1]}, 40202),
]


def ranges(*triples: tuple[Any, Any, int]) -> Documents:
    return [{"_id": {"min": low, "max": high}, "count": count} for low, high, count in triples]


BUCKET_AUTO = [
    Case(
        "equal buckets: max is the next min, the last max inclusive",
        numbers(4, 1, 3, 2),
        {"groupBy": "$n", "buckets": 2},
        ranges((1, 3, 2), (3, 4, 2)),
    ),
    Case(
        "the last takes the rest",
        numbers(*range(7)),
        {"groupBy": "$n", "buckets": 3},
        ranges((0, 2, 2), (2, 4, 2), (4, 6, 3)),
    ),
    Case(
        "a half is rounded up",
        numbers(0, 1, 2, 3, 4),
        {"groupBy": "$n", "buckets": 2},
        ranges((0, 3, 3), (3, 4, 2)),
    ),
    Case(
        "equal values are never split",
        numbers(1, 1, 1, 2),
        {"groupBy": "$n", "buckets": 2},
        ranges((1, 2, 3), (2, 2, 1)),
    ),
    Case(
        "fewer buckets when there are fewer values",
        numbers(1, 2),
        {"groupBy": "$n", "buckets": 5},
        ranges((1, 2, 1), (2, 2, 1)),
    ),
    Case("all equal", numbers(5, 5), {"groupBy": "$n", "buckets": 3}, ranges((5, 5, 2))),
    Case("none", [], {"groupBy": "$n", "buckets": 3}, []),
    Case(
        "missing as null, kinds in order",
        [{"n": "a"}, {}, {"n": 1}, {"n": None}],
        {"groupBy": "$n", "buckets": 2},
        ranges((None, 1, 2), (1, "a", 2)),
    ),
    Case(
        "output takes the place of count",
        numbers(2, 1),
        {"groupBy": "$n", "buckets": 1, "output": {"sum": {"$sum": "$n"}}},
        [{"_id": {"min": 1, "max": 2}, "sum": 3}],
    ),
    Case(
        "R5",
        numbers(*range(100)),
        {"groupBy": "$n", "buckets": 5, "granularity": "R5"},
        ranges((0, 25, 25), (25, 63, 38), (63, 100, 37)),
    ),
    Case(
        "POWERSOF2: a first bucket of zeros ends below the next value",
        numbers(0, 0, 5, 6),
        {"groupBy": "$n", "buckets": 2, "granularity": "POWERSOF2"},
        ranges((0, 4, 2), (4, 8, 2)),
    ),
    Case(
        "1-2-5: the ends are rounded outwards",
        numbers(7, 30),
        {"groupBy": "$n", "buckets": 1, "granularity": "1-2-5"},
        ranges((5, 50, 2)),
    ),
    Case(
        "E6: fractions too",
        numbers(0.24, 0.5, 0.8),
        {"groupBy": "$n", "buckets": 1, "granularity": "E6"},
        ranges((pytest.approx(0.22), pytest.approx(1.0), 3)),
    ),
    Case("groupBy is a constant", [], {"groupBy": 1, "buckets": 2}, 40239),
    Case("not an object", [], 5, 40240),
    Case("buckets is no number", [], {"groupBy": "$n", "buckets": "2"}, 40241),
    Case("buckets is no integer", [], {"groupBy": "$n", "buckets": 2.5}, 40242),
    Case("no bucket", [], {"groupBy": "$n", "buckets": 0}, 40243),
    Case("output is no object", [], {"groupBy": "$n", "buckets": 1, "output": 1}, 40244),
    Case("an unknown option", [], {"groupBy": "$n", "buckets": 1, "x": 1}, 40245),
    Case("no buckets", [], {"groupBy": "$n"}, 40246),
    Case("no such series", [], {"groupBy": "$n", "buckets": 1, "granularity": "R6"}, 40257),
    Case(
        "granularity of a string",
        numbers("a"),
        {"groupBy": "$n", "buckets": 1, "granularity": "R5"},
        40258,
    ),
    Case(
        "granularity of nothing", [{}], {"groupBy": "$n", "buckets": 1, "granularity": "R5"}, 40258
    ),
    Case(
        "granularity below zero",
        numbers(-1),
        {"groupBy": "$n", "buckets": 1, "granularity": "R5"},
        40260,
    ),
    Case(
        "granularity of what is no number",
        numbers(10),
        {
            "groupBy": {"$subtract": [{"$pow": ["$n", 400]}, {"$pow": ["$n", 400]}]},
            "buckets": 1,
            "granularity": "R5",
        },
        40259,
    ),
    Case("granularity is no string", [], {"groupBy": "$n", "buckets": 1, "granularity": 5}, 40261),
]

LIBRARY: dict[str, Documents] = {
    "books": [
        {"_id": 1, "tag": "x", "n": 1},
        {"_id": 2, "tag": ["x", "y"], "n": 2},
        {"_id": 3, "tag": None, "n": 3},
        {"_id": 4, "n": 4},
        {"_id": 5, "tag": [["x", "y"]], "n": 5, "deep": [{"k": 1}, {"k": 2}]},
        {"_id": 6, "tag": 1.0, "n": 6},
        {"_id": 7, "tag": True, "n": 7},
        {"_id": 8, "tag": [], "n": 8},
    ]
}


def found(local: Any, *ids: int) -> tuple[dict[str, Any], list[int]]:
    return local, list(ids)


LOOKUP_PAIRS = [
    ("equal values, and arrays that hold one", *found({"t": "x"}, 1, 2)),
    ("any element of a local array, each partner once", *found({"t": ["y", "x"]}, 1, 2)),
    ("null and missing join each other", *found({"t": None}, 3, 4)),
    ("missing looks for null", *found({}, 3, 4)),
    ("an empty local array looks for null", *found({"t": []}, 3, 4)),
    ("a null element, too", *found({"t": [None]}, 3, 4)),
    ("a local array in an array is one value", *found({"t": [["x", "y"]]}, 2, 5)),
    ("an int equals a double", *found({"t": 1}, 6)),
    ("true is not 1", *found({"t": True}, 7)),
    ("nothing", *found({"t": "z"})),
]


def lookup(**spec: Any) -> dict[str, Any]:
    return {"$lookup": {key.removesuffix("_"): value for key, value in spec.items()}}


@pytest.mark.parametrize(
    ("local", "ids"), [pair[1:] for pair in LOOKUP_PAIRS], ids=[pair[0] for pair in LOOKUP_PAIRS]
)
def test_lookup_joins_by_equality(local: dict[str, Any], ids: list[int]) -> None:
    world = World(LIBRARY)
    stage = lookup(from_="books", localField="t", foreignField="tag", as_="books")
    [document] = run([local], stage, world=world)
    assert [book["_id"] for book in document["books"]] == ids


LOOKUP = [
    Case(
        "an unknown collection gives []",
        [A],
        {"from": "no", "localField": "a", "foreignField": "b", "as": "x"},
        [{"a": 1, "x": []}],
    ),
    Case(
        "as overwrites",
        [A],
        {"from": "no", "localField": "a", "foreignField": "b", "as": "a"},
        [{"a": []}],
    ),
    Case(
        "as may be dotted",
        [A],
        {"from": "no", "localField": "a", "foreignField": "b", "as": "x.y"},
        [{"a": 1, "x": {"y": []}}],
    ),
    Case("not an object", [], 5, 9),
    Case("no from", [], {"localField": "a", "foreignField": "b", "as": "x"}, 9),
    Case("no as", [], {"from": "no", "localField": "a", "foreignField": "b"}, 9),
    Case("neither fields nor pipeline", [], {"from": "no", "as": "x"}, 9),
    Case("one field only", [], {"from": "no", "localField": "a", "as": "x"}, 9),
    Case(
        "fields and pipeline", [], {"from": "no", "localField": "a", "pipeline": [], "as": "x"}, 9
    ),
    Case("a number as from", [], {"from": 1, "pipeline": [], "as": "x"}, 9),
    Case("an unknown option", [], {"from": "no", "pipeline": [], "as": "x", "y": 1}, 9),
    Case(
        "let without a pipeline",
        [],
        {"from": "no", "localField": "a", "foreignField": "b", "as": "x", "let": {}},
        9,
    ),
    Case("let is no object", [], {"from": "no", "let": 1, "pipeline": [], "as": "x"}, 9),
    Case("a pipeline that is none", [], {"from": "no", "pipeline": 1, "as": "x"}, 14),
    Case("an unknown stage inside", [], {"from": "no", "pipeline": [{"$no": 1}], "as": "x"}, 40324),
    Case(
        "an unknown variable inside",
        [],
        {"from": "no", "pipeline": [{"$project": {"a": "$$v"}}], "as": "x"},
        17276,
    ),
    Case(
        "a capital name in let",
        [],
        {"from": "no", "let": {"V": 1}, "pipeline": [], "as": "x"},
        16867,
    ),
    Case("a path with $ as as", [], {"from": "no", "pipeline": [], "as": "$x"}, 16410),
]

LOOKUP_PIPELINES = [
    (
        "without variables",
        {},
        [{"$match": {"n": {"$lte": 2}}}, {"$project": {"_id": 1}}],
        [{"_id": 1}, {"_id": 2}],
    ),
    (
        "a variable in $expr",
        {"v": "$least"},
        [{"$match": {"$expr": {"$gte": ["$n", "$$v"]}}}, {"$project": {"n": 1, "_id": 0}}],
        [{"n": 7}, {"n": 8}],
    ),
    (
        "a variable in $expr below $and",
        {"v": "$least"},
        [
            {"$match": {"$and": [{"n": {"$ne": 7}}, {"$expr": {"$gte": ["$n", "$$v"]}}]}},
            {"$project": {"n": 1, "_id": 0}},
        ],
        [{"n": 8}],
    ),
    (
        "equal fields and a variable",
        {"v": "$least"},
        [
            {
                "$match": {
                    "$expr": {
                        "$and": [
                            {"$eq": ["$n", "$_id"]},
                            {"$lt": ["$n", "$$v"]},
                            {"$eq": ["$n", {"$subtract": ["$$v", 1]}]},
                        ]
                    }
                }
            },
            {"$project": {"n": 1, "_id": 0}},
        ],
        [{"n": 6}],
    ),
    ("a variable is no field in a plain match", {"v": "$least"}, [{"$match": {"n": "$$v"}}], []),
    (
        "missing is not null",
        {"v": "$gone"},
        [{"$match": {"$expr": {"$eq": ["$tag", "$$v"]}}}, {"$project": {"_id": 1}}],
        [{"_id": 4}],
    ),
    (
        "a path below a variable",
        {"v": "$$ROOT"},
        [{"$limit": 1}, {"$project": {"_id": 0, "x": "$$v.least"}}],
        [{"x": 7}],
    ),
    (
        "$$ROOT is the other document",
        {},
        [{"$limit": 1}, {"$project": {"_id": 0, "x": "$$ROOT.n"}}],
        [{"x": 1}],
    ),
    (
        "a lookup inside sees the outer variables",
        {"v": "$least"},
        [
            {"$limit": 1},
            {
                "$lookup": {
                    "from": "books",
                    "let": {"w": "$n"},
                    "pipeline": [
                        {"$match": {"$expr": {"$eq": ["$n", {"$subtract": ["$$v", "$$w"]}]}}}
                    ],
                    "as": "in",
                }
            },
            {"$project": {"_id": 0, "x": "$in.n"}},
        ],
        [{"x": [6]}],
    ),
    ("grouped", {}, [{"$group": {"_id": None, "sum": {"$sum": "$n"}}}], [{"_id": None, "sum": 36}]),
]


@pytest.mark.parametrize(
    ("let", "pipeline", "result"),
    [case[1:] for case in LOOKUP_PIPELINES],
    ids=[case[0] for case in LOOKUP_PIPELINES],
)
def test_lookup_by_a_pipeline(let: Any, pipeline: Any, result: Documents) -> None:
    stage = lookup(from_="books", let=let, pipeline=pipeline, as_="books")
    [first, again] = run([{"least": 7}, {"least": 7, "again": True}], stage, world=World(LIBRARY))
    assert first["books"] == again["books"] == result


def test_lookup_binds_its_variables_anew_for_each_document() -> None:
    stage = lookup(
        from_="books",
        let={"v": "$n"},
        pipeline=[{"$match": {"$expr": {"$eq": ["$n", "$$v"]}}}],
        as_="books",
    )
    joined = run(numbers(1, 2), stage, world=World(LIBRARY))
    assert [[book["_id"] for book in document["books"]] for document in joined] == [[1], [2]]


def test_lookup_reads_the_other_collection_once() -> None:
    world = World(LIBRARY)
    run(
        numbers(*range(9)),
        lookup(from_="books", localField="n", foreignField="n", as_="b"),
        world=world,
    )
    assert world.reads == 1


def test_lookup_follows_a_dotted_foreign_path_through_arrays() -> None:
    stage = lookup(from_="books", localField="k", foreignField="deep.k", as_="b")
    [document] = run([{"k": 2}], stage, world=World(LIBRARY))
    assert [book["_id"] for book in document["b"]] == [5]


def point(longitude: float, latitude: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [longitude, latitude]}


SHOPS: Documents = [
    {"_id": "north", "at": point(0, 2)},
    {"_id": "here", "at": point(0, 0)},
    {"_id": "nowhere"},
    {"_id": "east", "at": point(1, 0)},
]
NEAR = {"near": point(0, 0), "spherical": True, "distanceField": "d"}
DEGREE = pytest.approx(111318.845, abs=0.01)

GEO_NEAR = [
    Case(
        "nearest first, in metres; without a place left out",
        SHOPS,
        NEAR,
        [
            {**SHOPS[1], "d": 0},
            {**SHOPS[3], "d": DEGREE},
            {**SHOPS[0], "d": pytest.approx(222637.69, abs=0.1)},
        ],
    ),
    Case("so many", SHOPS, {**NEAR, "limit": 1}, [{**SHOPS[1], "d": 0}]),
    Case(
        "within bounds",
        SHOPS,
        {**NEAR, "minDistance": 1, "maxDistance": 111319},
        [{**SHOPS[3], "d": DEGREE}],
    ),
    Case(
        "bounds are inclusive",
        SHOPS,
        {**NEAR, "minDistance": 0, "maxDistance": 0},
        [{**SHOPS[1], "d": 0}],
    ),
    Case(
        "of those that meet a query",
        SHOPS,
        {**NEAR, "query": {"_id": "east"}},
        [{**SHOPS[3], "d": DEGREE}],
    ),
    Case(
        "in another unit",
        SHOPS,
        {**NEAR, "distanceMultiplier": 0.001, "query": {"_id": "east"}},
        [{**SHOPS[3], "d": pytest.approx(111.318845)}],
    ),
    Case(
        "with the place that was measured, at dotted paths",
        SHOPS,
        {**NEAR, "distanceField": "dist.m", "includeLocs": "dist.at", "limit": 1},
        [{**SHOPS[1], "dist": {"m": 0, "at": point(0, 0)}}],
    ),
    Case(
        "the nearest of several places",
        [{"at": [point(5, 0), point(1, 0)]}],
        {**NEAR, "includeLocs": "l"},
        [{"at": [point(5, 0), point(1, 0)], "d": DEGREE, "l": point(1, 0)}],
    ),
    Case(
        "by the field that key names",
        [{"a": point(0, 0), "b": {"at": point(1, 0)}}, {"a": point(0, 0)}],
        {**NEAR, "key": "b.at"},
        [{"a": point(0, 0), "b": {"at": point(1, 0)}, "d": DEGREE}],
    ),
    Case(
        "a legacy pair measures in radians",
        [SHOPS[3]],
        {**NEAR, "near": [0, 0]},
        [{**SHOPS[3], "d": pytest.approx(0.0174533)}],
    ),
    Case("not an object", [], 5, 10065),
    Case("no near", [], {"spherical": True, "distanceField": "d"}, 16605),
    Case("no distanceField", [], {"near": point(0, 0), "spherical": True}, 16606),
    Case("includeLocs is no string", [], {**NEAR, "includeLocs": 1}, 16607),
    Case("distanceMultiplier is no number", [], {**NEAR, "distanceMultiplier": "1"}, 17296),
    Case("distanceMultiplier below zero", [], {**NEAR, "distanceMultiplier": -1}, 17297),
    Case("maxDistance is no number", [], {**NEAR, "maxDistance": "1"}, 17299),
    Case("minDistance is no number", [], {**NEAR, "minDistance": "1"}, 17300),
    Case("maxDistance below zero", [], {**NEAR, "maxDistance": -1}, 2),
    Case("not spherical", [], {**NEAR, "spherical": False}, 17301),
    Case("limit below zero", [], {**NEAR, "limit": -1}, 17302),
    Case("limit is no number", [], {**NEAR, "limit": "1"}, 17303),
    Case("near is no point", [], {**NEAR, "near": {"a": 1}}, 17304),
    Case(
        "a second place in the query",
        [],
        {**NEAR, "query": {"at": {"$nearSphere": {"$geometry": point(0, 0)}}}},
        2,
    ),
]


def test_geo_near_must_come_first() -> None:
    with pytest.raises(QueryError) as refusal:
        compile_pipeline([{"$limit": 1}, {"$geoNear": NEAR}])
    assert refusal.value.code == 40602


def test_geo_near_gives_a_hundred_unless_told_otherwise() -> None:
    assert len(run([SHOPS[1]] * 120, {"$geoNear": NEAR})) == 100


FACET = [
    Case(
        "several pipelines over the same documents",
        numbers(1, 2, 3),
        {"many": [{"$count": "n"}], "big": [{"$match": {"n": {"$gt": 1}}}, {"$limit": 1}]},
        [{"many": [{"n": 3}], "big": [{"n": 2}]}],
    ),
    Case("one document for none", [], {"a": [{"$skip": 0}]}, [{"a": []}]),
    Case("not an object", [], 5, 40169),
    Case("no pipeline", [], {}, 40169),
    Case("a pipeline that is no array", [], {"a": 1}, 40170),
    Case("a stage that is no object", [], {"a": [1]}, 40171),
    Case("an empty pipeline", [], {"a": []}, 2),
    Case("a facet inside", [], {"a": [{"$facet": {"b": [{"$skip": 0}]}}]}, 40600),
    Case("geoNear inside", [], {"a": [{"$geoNear": NEAR}]}, 40600),
    Case("an unknown stage inside", [], {"a": [{"$no": 1}]}, 40324),
    Case("a dotted name", [], {"a.b": [{"$skip": 0}]}, 16412),
    Case("a name with $", [], {"$a": [{"$skip": 0}]}, 16410),
]

SECRET = {"$cond": [{"$eq": ["$level", 5]}, "$$PRUNE", "$$DESCEND"]}

REDACT = [
    Case("keeps", [{"a": {"level": 5}}], "$$KEEP", [{"a": {"level": 5}}]),
    Case("prunes", [A, A], "$$PRUNE", []),
    Case(
        "descends: $level is that of each object",
        [{"a": {"level": 5}, "b": {"level": 1, "c": {"level": 5}}}, {"level": 5}],
        SECRET,
        [{"b": {"level": 1}}],
    ),
    Case(
        "into arrays, too; scalars stay",
        [{"a": [{"level": 5}, 1, [{"level": 5}, {"x": 1}], {"level": 2}]}],
        SECRET,
        [{"a": [1, [{"x": 1}], {"level": 2}]}],
    ),
    Case(
        "$$ROOT stays the document",
        [{"top": 1, "a": {"b": 1}}],
        {"$cond": [{"$eq": ["$$ROOT.top", 1]}, "$$DESCEND", "$$PRUNE"]},
        [{"top": 1, "a": {"b": 1}}],
    ),
    Case("a literal is no verdict", [A], {"$literal": "$$KEEP"}, 17053),
    Case("anything else", [A], "$a", 17053),
]

CASES: dict[str, list[Case]] = {
    "$addFields": ADD_FIELDS,
    "$bucket": BUCKET,
    "$bucketAuto": BUCKET_AUTO,
    "$count": COUNT,
    "$facet": FACET,
    "$geoNear": GEO_NEAR,
    "$group": GROUP,
    "$limit": LIMIT,
    "$lookup": LOOKUP,
    "$match": MATCH,
    "$project": PROJECT,
    "$redact": REDACT,
    "$replaceRoot": REPLACE_ROOT,
    "$sample": SAMPLE,
    "$skip": SKIP,
    "$sort": SORT,
    "$sortByCount": SORT_BY_COUNT,
    "$unwind": UNWIND,
}
NOT_SUPPORTED = {"$collStats", "$graphLookup", "$indexStats", "$out"}


@pytest.mark.parametrize(
    ("stage", "case"),
    [
        pytest.param(stage, case, id=f"{stage}: {case.story}")
        for stage, cases in CASES.items()
        for case in cases
    ],
)
def test_stage(stage: str, case: Case) -> None:
    if isinstance(case.result, int):
        with pytest.raises(QueryError) as refusal:
            run(case.documents, {stage: case.spec})
        assert refusal.value.code == case.result
    else:
        result = run(case.documents, {stage: case.spec})
        assert result == case.result
        assert [list(document) for document in result] == [list(each) for each in case.result]


def test_every_stage_has_cases() -> None:
    assert CASES.keys() == {name for name, stage in STAGES.items() if stage}
    assert {name for name, stage in STAGES.items() if not stage} == NOT_SUPPORTED


@pytest.mark.parametrize("stage", sorted(NOT_SUPPORTED))
def test_what_the_fake_does_not_do_it_names(stage: str) -> None:
    with pytest.raises(NotSupportedByFake, match=rf"\{stage}"):
        compile_pipeline([{stage: {}}])


def test_a_sort_by_the_score_of_a_text_search_is_not_supported() -> None:
    with pytest.raises(NotSupportedByFake, match="meta"):
        compile_pipeline([{"$sort": {"score": {"$meta": "textScore"}}}])


PIPELINES = [
    ("an unknown stage", [{"$no": 1}], 40324),
    ("a stage of a later MongoDB", [{"$set": {"a": 1}}], 40324),
    ("a name without $", [{"match": {}}], 40324),
    ("two stages in one object", [{"$match": {}, "$limit": 1}], 40323),
    ("an empty stage", [{}], 40323),
    ("a stage that is no object", [5], 14),
    ("no array", {"$match": {}}, 14),
]


@pytest.mark.parametrize(
    ("pipeline", "code"), [case[1:] for case in PIPELINES], ids=[case[0] for case in PIPELINES]
)
def test_a_pipeline_is_refused_before_it_runs(pipeline: Any, code: int) -> None:
    with pytest.raises(QueryError) as refusal:
        compile_pipeline(pipeline)
    assert refusal.value.code == code


TEXTS = [
    (
        {"$project": {"a.b": 1, "a": 1}},
        "Invalid $project :: caused by :: specification contains two conflicting paths. "
        "Cannot specify both 'a' and 'a.b'",
    ),
    (
        {"$addFields": {"a": 1, "a.b": 1}},
        "Invalid $addFields :: caused by :: specification contains two conflicting paths. "
        "Cannot specify both 'a.b' and 'a'",
    ),
    ({"$unknown": {}}, "Unrecognized pipeline stage name: '$unknown'"),
    (
        {"$bucket": {"groupBy": "$_id", "boundaries": [0, 400, 200]}},
        "The 'boundaries' option to $bucket must be sorted, but elements 1 and 2 are not in "
        "ascending order (400 is not less than 200).",
    ),
    (
        {"$replaceRoot": {"newRoot": "$b"}},
        "'newRoot' expression must evaluate to an object, but resulting value was: MISSING. "
        "Type of resulting value: 'missing'. Input document: {a: 1}",
    ),
    ({"$lookup": {"from": 5}}, "$lookup argument 'from: 5' must be a string, is type int"),
    (
        {"$unwind": {"path": 5}},
        "expected a string as the path for $unwind stage, got int",
    ),
]


@pytest.mark.parametrize(("stage", "text"), TEXTS, ids=[str(case[0]) for case in TEXTS])
def test_refusals_are_in_mongodbs_words(stage: dict[str, Any], text: str) -> None:
    with pytest.raises(QueryError) as refusal:
        run([A], stage)
    assert refusal.value.text == text


def test_an_empty_pipeline_lets_all_through() -> None:
    assert run(BOOKS) == BOOKS


def test_groups_of_many_documents() -> None:
    documents = [{"k": index % 3, "n": 1} for index in range(2500)] + [{"k": "last", "n": 5}]
    groups = run(documents, {"$group": {"_id": "$k", "n": {"$sum": "$n"}}})
    assert {each["_id"]: each["n"] for each in groups} == {0: 834, 1: 833, 2: 833, "last": 5}
    assert [each["_id"] for each in groups] == [0, 1, 2, "last"]


def test_stages_follow_one_another() -> None:
    assert run(
        BOOKS,
        {"$match": {"copies": {"$lt": 10}}},
        {"$group": {"_id": "$by", "n": {"$sum": "$copies"}}},
        {"$addFields": {"twice": {"$multiply": ["$n", 2]}}},
        {"$project": {"_id": 0, "by": "$_id", "twice": 1}},
    ) == [{"twice": 6, "by": "Dante"}]


def test_a_sort_before_a_limit_gives_the_same_as_all_of_it() -> None:
    documents = [{"i": i, "n": i * 37 % 101} for i in range(100)]
    everything = run(documents, {"$sort": {"n": -1}})
    page = run(documents, {"$sort": {"n": -1}}, {"$skip": 5}, {"$limit": 10})
    assert page == everything[5:15]


def test_a_limit_stops_reading() -> None:
    def endless() -> Iterable[dict[str, Any]]:
        while True:
            yield {"a": [1, 2]}

    pipeline = compile_pipeline([{"$match": {"a": 1}}, {"$unwind": "$a"}, {"$limit": 3}])
    assert len(list(pipeline.run(endless(), World()))) == 3


def test_documents_are_never_edited() -> None:
    document = {"a": {"b": [1, {"c": 2}]}, "at": point(0, 0), "n": 1}
    before = take_in(document)
    for stage in (
        {"$addFields": {"a.b.c": 9, "n": "$$REMOVE"}},
        {"$project": {"a.b.c": 1, "a.x": "$n"}},
        {"$project": {"a.b.c": 0}},
        {"$unwind": {"path": "$a.b", "includeArrayIndex": "a.i"}},
        {"$lookup": {"from": "no", "localField": "n", "foreignField": "n", "as": "a.b"}},
        {"$geoNear": {**NEAR, "distanceField": "a.d", "includeLocs": "a.l"}},
    ):
        run_on = compile_pipeline([stage])
        list(run_on.run([document], World()))
        assert document == before


def test_a_sample_holds_each_document_at_most_once() -> None:
    documents = numbers(*range(50))
    [few, other, all_of_them] = [
        run(documents, {"$sample": {"size": size}}, world=World(chance=random.Random(seed)))
        for size, seed in ((10, 1), (10, 2), (99, 3))
    ]
    assert len({each["n"] for each in few}) == 10
    assert few != other
    assert sorted(each["n"] for each in all_of_them) == list(range(50))


@pytest.mark.parametrize("name", sorted(GRANULARITIES))
def test_a_series_rounds_strictly_up_and_down(name: str) -> None:
    series = GRANULARITIES[name]
    for number in (1e-7, 0.3, 1.0, 9.99, 10.0, 63.0, 100.0, 1030.0, 2.0**40):
        assert series.down(number) < number < series.up(number)
        below_above = series.down(series.up(number))
        assert below_above <= number or below_above == pytest.approx(number)
    assert series.up(0) == series.down(0) == 0


ROUNDED = [
    ("R5", 10, 16, 6.3),
    ("R10", 100, 125, 80),
    ("R20", 100, 112, 90),
    ("R40", 315, 355, 300),
    ("R80", 103, 109, 97.5),
    ("1-2-5", 3, 5, 2),
    ("E6", 0.8, 1, 0.68),
    ("E12", 10, 12, 8.2),
    ("E24", 91, 100, 82),
    ("E48", 100, 105, 95.3),
    ("E96", 100, 102, 97.6),
    ("E192", 988, 1000, 976),
    ("POWERSOF2", 8, 16, 4),
]


@pytest.mark.parametrize(("name", "number", "up", "down"), ROUNDED)
def test_preferred_numbers(name: str, number: float, up: float, down: float) -> None:
    assert GRANULARITIES[name].up(number) == pytest.approx(up)
    assert GRANULARITIES[name].down(number) == pytest.approx(down)


@pytest.mark.parametrize(
    ("unwind", "group", "code"),
    [
        ("$v", {"n": {"$sum": 1}}, 15955),
        ("$v", {"_id": "$v", "n": {"$unknown": "$v"}}, 15952),
        ("$v", "none", 15947),
        ("v", {"_id": "$v"}, 28818),
        ({"path": "$v", "other": 1}, {"_id": "$v"}, 28811),
        ({"path": "$v", "preserveNullAndEmptyArrays": 1}, "none", 28809),
    ],
)
def test_an_unwind_and_a_group_are_refused_together_as_apart(unwind, group, code):
    for between in ([], [{"$addFields": {"extra": 1}}]):
        with pytest.raises(QueryError) as caught:
            compile_pipeline([{"$unwind": unwind}, *between, {"$group": group}])
        assert caught.value.code == code


def test_what_is_unwound_into_a_group_one_by_one_and_in_runs():
    odd = [{"v": "text"}, {"v": {"a": 1}}, {"v": None}, {"v": []}, {}]
    documents = [{"v": [{"a": number % 3}, number % 2]} for number in range(1200)]
    grouped = [{"$unwind": "$v"}, {"$group": {"_id": "$v.a", "n": {"$sum": 1}}}]
    for found in (documents, odd + documents, documents + odd):
        apart = [grouped[0], {"$addFields": {"extra": 1}}, grouped[1]]
        assert run(found, *grouped) == run(found, *apart)

"""Projections as a table: what `field` returns of a document.

Where nothing else is said the source is the MongoDB manual, "Project Fields to Return from Query".
"""

from __future__ import annotations

import copy

import pytest

from cloud_fake.errors import QueryError
from cloud_fake.query.filters import compile_filter
from cloud_fake.query.projections import compile_projection

DOCUMENT = {
    "_id": "x",
    "n": 1,
    "o": {"a": 1, "b": {"c": 2, "d": 3}, "e": None},
    "l": [1, {"a": 1, "b": 2}, [{"a": 3, "c": 4}, 5], {"b": 6}],
    "s": [1, 2, 3, 4, 5],
}
ALL_BUT_L = {key: value for key, value in DOCUMENT.items() if key != "l"}

#: (projection, what it returns of DOCUMENT)
PROJECTIONS = {
    "nothing said": ({}, DOCUMENT),
    # --- to keep ---
    "keep": ({"n": 1}, {"_id": "x", "n": 1}),
    "keep with a boolean": ({"n": True}, {"_id": "x", "n": 1}),
    "keep without the id": ({"n": 1, "_id": 0}, {"n": 1}),
    "keep the id alone": ({"_id": 1}, {"_id": "x"}),
    "keep what is not there": ({"z": 1, "o.z": 1}, {"_id": "x", "o": {}}),
    "keep null": ({"o.e": 1}, {"_id": "x", "o": {"e": None}}),
    "keep in an object": ({"o.b.c": 1}, {"_id": "x", "o": {"b": {"c": 2}}}),
    "keep two in an object": ({"o.a": 1, "o.b.d": 1}, {"_id": "x", "o": {"a": 1, "b": {"d": 3}}}),
    "keep below a scalar": ({"n.a": 1}, {"_id": "x"}),
    "keep in an array": ({"l.a": 1}, {"_id": "x", "l": [{"a": 1}, [{"a": 3}], {}]}),
    "keep as an object": (
        {"o": {"a": 1, "b": {"c": 1}}},
        {"_id": "x", "o": {"a": 1, "b": {"c": 2}}},
    ),
    "a number is a key, not an index": ({"s.0": 1}, {"_id": "x", "s": []}),
    # --- to leave out ---
    "leave out": ({"l": 0}, ALL_BUT_L),
    "leave out with a boolean": ({"l": False}, ALL_BUT_L),
    "leave out, the id named": ({"l": 0, "_id": 1}, ALL_BUT_L),
    "leave out the id": ({"_id": 0}, {key: DOCUMENT[key] for key in "nols"}),
    "leave out both": ({"_id": 0, "l": 0}, {key: DOCUMENT[key] for key in "nos"}),
    "leave out what is not there": ({"z": 0, "n.z": 0}, DOCUMENT),
    "leave out in an object": (
        {"o.b.c": 0, "l": 0},
        {**ALL_BUT_L, "o": {"a": 1, "b": {"d": 3}, "e": None}},
    ),
    "leave out in an array": (
        {"l.a": 0},
        {**DOCUMENT, "l": [1, {"b": 2}, [{"c": 4}, 5], {"b": 6}]},
    ),
    # --- $slice ---
    "slice": ({"s": {"$slice": 2}}, {**DOCUMENT, "s": [1, 2]}),
    "slice the last": ({"s": {"$slice": -2}}, {**DOCUMENT, "s": [4, 5]}),
    "slice none": ({"s": {"$slice": 0}}, {**DOCUMENT, "s": []}),
    "slice more than there are": ({"s": {"$slice": -9}}, DOCUMENT),
    "slice after a skip": ({"s": {"$slice": [1, 2]}}, {**DOCUMENT, "s": [2, 3]}),
    "slice after a skip from the end": ({"s": {"$slice": [-2, 1]}}, {**DOCUMENT, "s": [4]}),
    "slice with too long a skip": ({"s": {"$slice": [9, 1]}}, {**DOCUMENT, "s": []}),
    "slice with a skip too far back": ({"s": {"$slice": [-9, 2]}}, {**DOCUMENT, "s": [1, 2]}),
    "slice after a skip, to the end": ({"s": {"$slice": [3, 9]}}, {**DOCUMENT, "s": [4, 5]}),
    "slice a scalar": ({"n": {"$slice": 1}}, DOCUMENT),
    "slice and keep": ({"s": {"$slice": 1}, "n": 1}, {"_id": "x", "n": 1, "s": [1]}),
    "slice and keep the id": ({"s": {"$slice": 1}, "_id": 1}, {"_id": "x", "s": [1]}),
    "slice and leave out": ({"s": {"$slice": 1}, "l": 0}, {**ALL_BUT_L, "s": [1]}),
    "slice and leave out the id": (
        {"s": {"$slice": 1}, "_id": 0, "l": 0},
        {"n": 1, "o": DOCUMENT["o"], "s": [1]},
    ),
    # --- $elemMatch ---
    "elemMatch": ({"s": {"$elemMatch": {"$gt": 2}}}, {"_id": "x", "s": [3]}),
    "elemMatch of objects": (
        {"l": {"$elemMatch": {"b": 2}}},
        {"_id": "x", "l": [{"a": 1, "b": 2}]},
    ),
    "elemMatch of none": ({"s": {"$elemMatch": {"$gt": 9}}}, {"_id": "x"}),
    "elemMatch of no array": ({"n": {"$elemMatch": {"$gt": 0}}}, {"_id": "x"}),
    "elemMatch and keep": (
        {"s": {"$elemMatch": {"$gt": 2}}, "n": 1},
        {"_id": "x", "n": 1, "s": [3]},
    ),
    "elemMatch and leave out": (
        {"s": {"$elemMatch": {"$gt": 2}}, "l": 0},
        {**ALL_BUT_L, "s": [3]},
    ),
    "elemMatch and leave out the id": ({"s": {"$elemMatch": {"$gt": 2}}, "_id": 0}, {"s": [3]}),
    "elemMatch and slice": (
        {"l": {"$elemMatch": {"b": 6}}, "s": {"$slice": 1}},
        {**DOCUMENT, "l": [{"b": 6}], "s": [1]},
    ),
}


@pytest.mark.parametrize(("spec", "expected"), PROJECTIONS.values(), ids=PROJECTIONS.keys())
def test_projects(spec, expected):
    before = copy.deepcopy(DOCUMENT)
    result = compile_projection(spec)(DOCUMENT)
    assert result == expected
    assert list(result) == [key for key in DOCUMENT if key in expected], "the document's order"
    assert before == DOCUMENT


def test_slices_the_arrays_inside_an_array():
    document = {"a": [{"b": [1, 2], "c": 1}, {"b": 3}, 4]}
    sliced = {"a": [{"b": [1], "c": 1}, {"b": 3}, 4]}
    assert compile_projection({"a.b": {"$slice": 1}})(document) == sliced
    assert compile_projection({"a": {"$slice": 1}})({"a": [[1, 2], 3]}) == {"a": [[1, 2]]}


def test_shares_what_it_keeps_whole():
    assert compile_projection({"o": 1})(DOCUMENT)["o"] is DOCUMENT["o"]
    assert compile_projection({"n": 0})(DOCUMENT)["o"] is DOCUMENT["o"]


#: (query, projection, document, what it returns). Source: MongoDB manual, "$ (projection)".
POSITIONAL = {
    "the element": (
        {"a": {"$gt": 1}},
        {"a.$": 1},
        {"_id": 1, "a": [1, 2, 3], "b": 1},
        {"_id": 1, "a": [2]},
    ),
    "and others": (
        {"a": 2},
        {"a.$": True, "b": 1},
        {"a": [1, 2], "b": 1, "c": 1},
        {"a": [2], "b": 1},
    ),
    "elemMatch": (
        {"a": {"$elemMatch": {"x": 1, "y": {"$gt": 1}}}},
        {"a.$": 1},
        {"a": [{"x": 1, "y": 1}, {"x": 1, "y": 2, "z": 3}]},
        {"a": [{"x": 1, "y": 2, "z": 3}]},
    ),
    "in an object": ({"a.b": 2}, {"a.b.$": 1}, {"a": {"b": [1, 2], "c": 3}}, {"a": {"b": [2]}}),
    "a key of the elements": (
        {"a.b": 2},
        {"a.b.$": 1},
        {"a": [7, {"b": 1, "c": 1}, {"b": 2, "c": 2}]},
        {"a": [{"b": 2}]},
    ),
    "no array there": (
        {"a": 1},
        {"a.$": 1, "b.c": 1},
        {"a": 1, "b": {"c": 2}},
        {"a": 1, "b": {"c": 2}},
    ),
    "an object there": ({"a.b": {}}, {"a.b.$": 1}, {"a": {"b": {}}}, {"a": {"b": {}}}),
    "nothing there": ({"a.b": None}, {"a.b.$": 1}, {"c": 1}, {}),
}


@pytest.mark.parametrize(
    ("query", "spec", "document", "expected"), POSITIONAL.values(), ids=POSITIONAL.keys()
)
def test_positional(query, spec, document, expected):
    compiled = compile_filter(query)
    before = copy.deepcopy(document)
    assert compiled.matches(document)
    assert compile_projection(spec, compiled)(document) == expected
    assert document == before


def test_positional_without_a_matched_element():
    project = compile_projection({"a.$": 1}, compile_filter({"a": {"$size": 1}}))
    with pytest.raises(QueryError, match="couldn't find a matching element") as caught:
        project({"a": [1]})
    assert caught.value.code == 51246


#: (projection, code, text). Source: MongoDB 4.4's projection parser.
REFUSALS = [
    ({"a": 1, "b": 0}, 31254, "Cannot do exclusion on field b in inclusion projection"),
    ({"a": 0, "b": 1}, 31253, "Cannot do inclusion on field b in exclusion projection"),
    ({"a.b": 1, "a.c": 0}, 31254, "Cannot do exclusion on field a.c in inclusion projection"),
    ({"a": {"b": 1, "c": 0}}, 31254, "Cannot do exclusion on field a.c in inclusion projection"),
    ({"a": 1, "a.b": 1}, 31249, "Path collision at a.b remaining portion b"),
    ({"a.b": 1, "a": 1}, 31250, "Path collision at a"),
    ({"a.b": 1, "a": {"$slice": 1}}, 31250, "Path collision at a"),
    ({"a": {}}, 51270, "An empty sub-projection is not a valid value."),
    ({"a": {"$foo": 1}}, 2, "Unsupported projection option: a: {$foo: 1}"),
    ({"a": {"$slice": 1, "$elemMatch": {}}}, 2, "Unsupported projection option: a: "),
    ({"a": {"$slice": "1"}}, 31273, "$slice only supports numbers and [skip, limit] arrays"),
    ({"a": {"$slice": [1]}}, 31272, "$slice array argument should be of form [skip, limit]"),
    ({"a": {"$slice": ["1", 1]}}, 31257, "$slice expects the skip argument to be a number"),
    ({"a": {"$slice": [1, None]}}, 31258, "$slice expects the limit argument to be a number"),
    ({"a": {"$slice": [1, 0]}}, 28724, "First argument to $slice must be an array"),
    ({"a": {"$slice": [1, -1]}}, 28724, "First argument to $slice must be an array"),
    ({"a": {"$elemMatch": 1}}, 31274, "elemMatch: Invalid argument, object required, but got int"),
    ({"a": {"$elemMatch": {"$foo": 1}}}, 2, "unknown operator: $foo"),
    ({"a.b": {"$elemMatch": {}}}, 31275, "Cannot use $elemMatch projection on a nested field."),
    ({"a.$": 0}, 31395, "positional projection cannot be used with exclusion"),
    ({"a.$": {"$slice": 1}}, 31271, "positional projection cannot be used with an expression"),
    ({"a.$": 1, "b.$": 1}, 31276, "Cannot specify more than one positional projection per query."),
    ({"a.$.b.$": 1}, 31287, "Cannot use positional operator twice: a.$.b.$"),
    ({"a.$": 1, "b": 0}, 31254, "Cannot do exclusion on field b in inclusion projection"),
    ({"a.$": 1, "b": {"$elemMatch": {}}}, 31255, "Cannot specify positional operator and $elem"),
    ({"b": {"$elemMatch": {}}, "a.$": 1}, 31255, "Cannot specify positional operator and $elem"),
    ({"c.$": 1}, 31277, "Positional projection 'c.$' does not match the query document."),
]


@pytest.mark.parametrize(("spec", "code", "text"), REFUSALS, ids=str)
def test_refuses(spec, code, text):
    with pytest.raises(QueryError) as caught:
        compile_projection(spec, compile_filter({"a": 1, "$or": [{"b.x": 1}]}))
    assert caught.value.code == code
    assert caught.value.text.startswith(text)


def test_refuses_a_positional_without_a_query():
    with pytest.raises(QueryError, match="does not match the query document"):
        compile_projection({"a.$": 1})

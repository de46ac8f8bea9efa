"""Update operators as a table: a document, an update, the document afterwards or the refusal."""

from __future__ import annotations

import copy
import math
import re
from datetime import UTC, datetime

import pytest

from cloud_fake.errors import NotSupportedByFake, QueryError
from cloud_fake.query.updates import compile_update
from cloud_fake.values.regex import Regex

DATE = datetime(2026, 1, 2, tzinfo=UTC)

#: (document, update, document afterwards)
CHANGES = {
    # --- $set (MongoDB manual: $set) ---
    "set a field": ({}, {"$set": {"a": 1}}, {"a": 1}),
    "set replaces an object": ({"a": {"b": 1}}, {"$set": {"a": {"c": 2}}}, {"a": {"c": 2}}),
    "set below an object": ({"a": {"b": 1}}, {"$set": {"a.c": 2}}, {"a": {"b": 1, "c": 2}}),
    "set creates parents": ({}, {"$set": {"a.b.c": 1}}, {"a": {"b": {"c": 1}}}),
    "set creates objects, not arrays": ({}, {"$set": {"a.0": 1}}, {"a": {"0": 1}}),
    "set an element": ({"a": [1, 2]}, {"$set": {"a.1": 9}}, {"a": [1, 9]}),
    "set in an element": ({"a": [{"b": 1}]}, {"$set": {"a.0.b": 2}}, {"a": [{"b": 2}]}),
    "set past the end": ({"a": [1]}, {"$set": {"a.3": 4}}, {"a": [1, None, None, 4]}),
    "set below an element past the end": (
        {"a": []},
        {"$set": {"a.1.b": 4}},
        {"a": [None, {"b": 4}]},
    ),
    "set two elements past the end": (
        {"a": []},
        {"$set": {"a.10": 10, "a.2": 2}},
        {"a": [None, None, 2, *[None] * 7, 10]},
    ),
    "set a number key of an object": ({"a": {"0": 1}}, {"$set": {"a.0": 2}}, {"a": {"0": 2}}),
    "set with another order of keys": (
        {"a": {"x": 1, "y": 2}},
        {"$set": {"a": {"y": 2, "x": 1}}},
        {"a": {"y": 2, "x": 1}},
    ),
    "set several": (
        {"a": {"b": 1}, "c": 1},
        {"$set": {"a.b": 2, "a.d": 3, "c": 4}},
        {"a": {"b": 2, "d": 3}, "c": 4},
    ),
    # --- $unset (MongoDB manual: $unset) ---
    "unset": ({"a": 1, "b": 2}, {"$unset": {"a": ""}}, {"b": 2}),
    "unset leaves the parent": ({"a": {"b": 1}}, {"$unset": {"a.b": ""}}, {"a": {}}),
    "unset an element": ({"a": [1, 2, 3]}, {"$unset": {"a.1": ""}}, {"a": [1, None, 3]}),
    "unset in every element": (
        {"a": [{"b": 1, "c": 2}, {"c": 3}]},
        {"$unset": {"a.$[].b": ""}},
        {"a": [{"c": 2}, {"c": 3}]},
    ),
    # --- $inc, $mul (MongoDB manual: $inc, $mul) ---
    "inc": ({"n": 1}, {"$inc": {"n": 2}}, {"n": 3}),
    "inc by less than nothing": ({"n": 1}, {"$inc": {"n": -2.5}}, {"n": -1.5}),
    "inc a missing field": ({}, {"$inc": {"a.n": 5}}, {"a": {"n": 5}}),
    "inc an element": ({"a": [1, 2]}, {"$inc": {"a.0": 1}}, {"a": [2, 2]}),
    "mul": ({"n": 4}, {"$mul": {"n": 2.5}}, {"n": 10}),
    "mul a missing field": ({}, {"$mul": {"n": 5}}, {"n": 0}),
    # --- $min, $max (MongoDB manual: $min, $max; BSON comparison order) ---
    "min takes the less": ({"n": 5}, {"$min": {"n": 3}}, {"n": 3}),
    "max takes the greater": ({"n": 5}, {"$max": {"n": 7}}, {"n": 7}),
    "min of a missing field": ({}, {"$min": {"n": 3}}, {"n": 3}),
    "max of a missing field": ({}, {"$max": {"n": 3}}, {"n": 3}),
    "max replaces null": ({"n": None}, {"$max": {"n": -1}}, {"n": -1}),
    "min with null": ({"n": -1}, {"$min": {"n": None}}, {"n": None}),
    "max across types": ({"n": 5}, {"$max": {"n": "a"}}, {"n": "a"}),
    "max of dates": ({"t": "z"}, {"$max": {"t": DATE}}, {"t": DATE}),
    # --- $rename (MongoDB manual: $rename) ---
    "rename": ({"a": 1, "b": 2}, {"$rename": {"a": "c"}}, {"b": 2, "c": 1}),
    "rename overwrites": ({"a": 1, "b": 2}, {"$rename": {"a": "b"}}, {"b": 1}),
    "rename into a new object": ({"a": 1}, {"$rename": {"a": "b.c"}}, {"b": {"c": 1}}),
    "rename out of an object": ({"a": {"b": 1}}, {"$rename": {"a.b": "c"}}, {"a": {}, "c": 1}),
    "rename onto an equal value": ({"a": 1, "b": 1}, {"$rename": {"a": "b"}}, {"b": 1}),
    "rename an array": ({"a": [1]}, {"$rename": {"a": "b"}}, {"b": [1]}),
    "rename and set": ({"a": 1}, {"$rename": {"a": "b"}, "$set": {"c": 2}}, {"c": 2, "b": 1}),
    # --- $bit (MongoDB manual: $bit) ---
    "bit and": ({"n": 13}, {"$bit": {"n": {"and": 10}}}, {"n": 8}),
    "bit or": ({"n": 3}, {"$bit": {"n": {"or": 5}}}, {"n": 7}),
    "bit xor": ({"n": 1}, {"$bit": {"n": {"xor": 5}}}, {"n": 4}),
    "bit of a missing field": ({}, {"$bit": {"n": {"or": 5}}}, {"n": 5}),
    "bit and of a missing field": ({}, {"$bit": {"n": {"and": 5}}}, {"n": 0}),
    "bit of a negative": ({"n": -1}, {"$bit": {"n": {"and": 6}}}, {"n": 6}),
    "bit of a whole double": ({"n": 3.0}, {"$bit": {"n": {"or": 4.0}}}, {"n": 7}),
    "bits in turn": ({"n": 1}, {"$bit": {"n": {"or": 2, "and": 6}}}, {"n": 2}),
    # --- $push and its modifiers (MongoDB manual: $push) ---
    "push a value": ({"a": [1]}, {"$push": {"a": 2}}, {"a": [1, 2]}),
    "push an array is one element": ({"a": [1]}, {"$push": {"a": [2, 3]}}, {"a": [1, [2, 3]]}),
    "push to a missing field": ({}, {"$push": {"a.b": 1}}, {"a": {"b": [1]}}),
    "push each": ({"a": [1]}, {"$push": {"a": {"$each": [2, 3]}}}, {"a": [1, 2, 3]}),
    "push nothing to a missing field": ({}, {"$push": {"a": {"$each": []}}}, {"a": []}),
    "push at the front": (
        {"a": [1]},
        {"$push": {"a": {"$each": [2, 3], "$position": 0}}},
        {"a": [2, 3, 1]},
    ),
    "push in the middle": (
        {"a": [1, 2]},
        {"$push": {"a": {"$each": [9], "$position": 1}}},
        {"a": [1, 9, 2]},
    ),
    "push counted from the end": (
        {"a": [1, 2, 3]},
        {"$push": {"a": {"$each": [9], "$position": -1}}},
        {"a": [1, 2, 9, 3]},
    ),
    "push before the front": (
        {"a": [1, 2]},
        {"$push": {"a": {"$each": [9], "$position": -5}}},
        {"a": [9, 1, 2]},
    ),
    "push past the end": (
        {"a": [1, 2]},
        {"$push": {"a": {"$each": [9], "$position": 7}}},
        {"a": [1, 2, 9]},
    ),
    "push and sort": (
        {"a": [3, 1]},
        {"$push": {"a": {"$each": [2], "$sort": 1}}},
        {"a": [1, 2, 3]},
    ),
    "push and sort down across types": (
        {"a": [3, "x", None]},
        {"$push": {"a": {"$each": [True], "$sort": -1}}},
        {"a": [True, "x", 3, None]},
    ),
    "sort by a field, missing as null": (
        {"a": [{"n": 2}, {"n": 1}, {"m": 0}, 5]},
        {"$push": {"a": {"$each": [], "$sort": {"n": 1}}}},
        {"a": [{"m": 0}, 5, {"n": 1}, {"n": 2}]},
    ),
    "sort by two fields": (
        {"a": [{"p": {"n": 1}, "k": 1}, {"p": {"n": 2}, "k": 1}, {"p": {"n": 1}, "k": 2}]},
        {"$push": {"a": {"$each": [], "$sort": {"p.n": -1, "k": -1}}}},
        {"a": [{"p": {"n": 2}, "k": 1}, {"p": {"n": 1}, "k": 2}, {"p": {"n": 1}, "k": 1}]},
    ),
    "slice keeps the first": (
        {"a": [1, 2]},
        {"$push": {"a": {"$each": [3, 4], "$slice": 3}}},
        {"a": [1, 2, 3]},
    ),
    "slice keeps the last": (
        {"a": [1, 2]},
        {"$push": {"a": {"$each": [3, 4], "$slice": -3}}},
        {"a": [2, 3, 4]},
    ),
    "slice empties": ({"a": [1]}, {"$push": {"a": {"$each": [2], "$slice": 0}}}, {"a": []}),
    "position, then sort, then slice": (
        {"a": [5, 1]},
        {"$push": {"a": {"$slice": 2, "$sort": 1, "$position": 0, "$each": [3]}}},
        {"a": [1, 3]},
    ),
    # --- $pop (MongoDB manual: $pop) ---
    "pop the last": ({"a": [1, 2, 3]}, {"$pop": {"a": 1}}, {"a": [1, 2]}),
    "pop the first": ({"a": [1, 2, 3]}, {"$pop": {"a": -1}}, {"a": [2, 3]}),
    # --- $pull, $pullAll (MongoDB manual: $pull, $pullAll) ---
    "pull a value": ({"a": [1, 2, 1]}, {"$pull": {"a": 1}}, {"a": [2]}),
    "pull null": ({"a": [1, None, {"b": 1}]}, {"$pull": {"a": None}}, {"a": [1, {"b": 1}]}),
    "pull an array exactly": (
        {"a": [[1, 2], [2, 1], [[1, 2]], 1]},
        {"$pull": {"a": [1, 2]}},
        {"a": [[2, 1], [[1, 2]], 1]},
    ),
    "pull by an object with other keys": (
        {"a": [{"k": 1, "x": 1}, {"k": 2}, 1]},
        {"$pull": {"a": {"k": 1}}},
        {"a": [{"k": 2}, 1]},
    ),
    "pull by a condition": (
        {"a": [1, 5, 9]},
        {"$pull": {"a": {"$gt": 1, "$lt": 9}}},
        {"a": [1, 9]},
    ),
    "pull by a condition in an object": (
        {"a": [{"n": 1}, {"n": 5}]},
        {"$pull": {"a": {"n": {"$gt": 1}}}},
        {"a": [{"n": 1}]},
    ),
    "pull by a pattern": ({"a": ["ab", "b", 1]}, {"$pull": {"a": Regex("^a")}}, {"a": ["b", 1]}),
    "pull all": ({"a": [1, 2, 3, 1]}, {"$pullAll": {"a": [1, 3]}}, {"a": [2]}),
    "pull all, objects whole": (
        {"a": [{"k": 1, "x": 1}, {"k": 1}, {"x": 1, "k": 1}]},
        {"$pullAll": {"a": [{"k": 1, "x": 1}]}},
        {"a": [{"k": 1}, {"x": 1, "k": 1}]},
    ),
    # --- $addToSet (MongoDB manual: $addToSet) ---
    "add to a set": ({"a": [1]}, {"$addToSet": {"a": 2}}, {"a": [1, 2]}),
    "add to a missing set": ({}, {"$addToSet": {"a": 1}}, {"a": [1]}),
    "add an array as one element": ({"a": [1]}, {"$addToSet": {"a": [1]}}, {"a": [1, [1]]}),
    "add each that is lacking": (
        {"a": [1, 1]},
        {"$addToSet": {"a": {"$each": [1, 2, 2.0, 3]}}},
        {"a": [1, 1, 2, 3]},
    ),
    "add no elements to a missing set": ({}, {"$addToSet": {"a": {"$each": []}}}, {"a": []}),
    "add true beside 1": ({"a": [1]}, {"$addToSet": {"a": True}}, {"a": [1, True]}),
    "add an object whose keys are in another order": (
        {"a": [{"x": 1, "y": 2}]},
        {"$addToSet": {"a": {"y": 2, "x": 1}}},
        {"a": [{"x": 1, "y": 2}, {"y": 2, "x": 1}]},
    ),
    # --- $[] (MongoDB manual: $[]) ---
    "every element": ({"a": [1, 2]}, {"$inc": {"a.$[]": 1}}, {"a": [2, 3]}),
    "a field of every element": (
        {"a": [{"n": 1}, {}]},
        {"$set": {"a.$[].n": 0}},
        {"a": [{"n": 0}, {"n": 0}]},
    ),
    "every element of every element": (
        {"a": [[1], [2, 3]]},
        {"$mul": {"a.$[].$[]": 2}},
        {"a": [[2], [4, 6]]},
    ),
}


@pytest.mark.parametrize(("document", "update", "after"), CHANGES.values(), ids=CHANGES)
def test_an_update_gives_a_new_document(document, update, after):
    before = copy.deepcopy(document)
    result = compile_update(update)(document)
    assert typed(result) == typed(after)
    assert document == before


def typed(value):
    """The value with the order of keys, and with True told apart from 1."""
    if isinstance(value, dict):
        return [(key, typed(item)) for key, item in value.items()]
    if isinstance(value, list):
        return [typed(item) for item in value]
    return (isinstance(value, bool), value)


#: (document, update): nothing changes, so the same object comes back
NO_CHANGES = {
    "an empty update": ({"a": 1}, {}),
    "set an equal value": ({"a": {"b": [1]}}, {"$set": {"a": {"b": [1]}}}),
    "set an equal number": ({"a": 1}, {"$set": {"a": 1.0}}),
    "unset nothing": ({"a": 1}, {"$unset": {"b": ""}}),
    "unset below nothing": ({"a": 1}, {"$unset": {"b.c.d": ""}}),
    "unset below a scalar": ({"a": 1}, {"$unset": {"a.b": ""}}),
    "unset below null": ({"a": None}, {"$unset": {"a.b": ""}}),
    "unset a name of an array": ({"a": [1]}, {"$unset": {"a.b": ""}}),
    "unset past the end": ({"a": [1]}, {"$unset": {"a.5": ""}}),
    "unset a null element": ({"a": [None]}, {"$unset": {"a.0": ""}}),
    "inc by nothing": ({"n": 1}, {"$inc": {"n": 0}}),
    "mul by one": ({"n": 7}, {"$mul": {"n": 1}}),
    "min of the less": ({"n": 1}, {"$min": {"n": 5}}),
    "min keeps null": ({"n": None}, {"$min": {"n": 5}}),
    "max of the greater": ({"n": 5}, {"$max": {"n": 1}}),
    "rename nothing": ({"a": 1}, {"$rename": {"b": "c"}}),
    "rename nothing to where nothing can be": ({"a": 1}, {"$rename": {"b": "a.c"}}),
    "bit without effect": ({"n": 7}, {"$bit": {"n": {"or": 5}}}),
    "push nothing": ({"a": [1]}, {"$push": {"a": {"$each": []}}}),
    "push what is cut at once": ({"a": [1]}, {"$push": {"a": {"$each": [2], "$slice": 1}}}),
    "sort what is sorted": ({"a": [1, 2]}, {"$push": {"a": {"$each": [], "$sort": 1}}}),
    "pop of nothing": ({}, {"$pop": {"a": 1}}),
    "pop of an empty array": ({"a": []}, {"$pop": {"a": -1}}),
    "pop below nothing": ({"a": {}}, {"$pop": {"a.b.c": 1}}),
    "pop past the end": ({"a": [{}]}, {"$pop": {"a.2.b": 1}}),
    "pull from nothing": ({}, {"$pull": {"a": 1}}),
    "pull what is not there": ({"a": [1]}, {"$pull": {"a": 2}}),
    "pull all from nothing": ({}, {"$pullAll": {"a": [1]}}),
    "add what is there": ({"a": [1, {"b": 1}]}, {"$addToSet": {"a": {"$each": [1.0, {"b": 1}]}}}),
    "every element of none": ({"a": []}, {"$inc": {"a.$[]": 1}}),
    "set the _id that it has": ({"_id": "x"}, {"$set": {"_id": "x"}}),
}


@pytest.mark.parametrize(("document", "update"), NO_CHANGES.values(), ids=NO_CHANGES)
def test_without_a_change_the_same_document_comes_back(document, update):
    before = copy.deepcopy(document)
    assert compile_update(update)(document) is document
    assert document == before


#: (update, code, text): refused before there is a document
REFUSED_AT_ONCE = {
    "unknown operator": ({"$sett": {"a": 1}}, 9, "Unknown modifier: $sett"),
    "no operator": ({"a": 1}, 9, "Unknown modifier: a"),
    "no fields": (
        {"$set": {}},
        9,
        "'$set' is empty. You must specify a field like so: {$set: {<field>: ...}}",
    ),
    "not fields": (
        {"$inc": "x"},
        9,
        "Modifiers operate on fields but we found type string instead. "
        'For example: {$mod: {<field>: ...}} not {$inc: "x"}',
    ),
    "the same path twice": (
        {"$set": {"a.b": 1}, "$inc": {"a.b": 1}},
        40,
        "Updating the path 'a.b' would create a conflict at 'a.b'",
    ),
    "a child of a path": (
        {"$set": {"a": 1}, "$inc": {"a.b.c": 1}},
        40,
        "Updating the path 'a.b.c' would create a conflict at 'a'",
    ),
    "a parent of a path": (
        {"$set": {"a.b": 1, "a": 1}},
        40,
        "Updating the path 'a' would create a conflict at 'a'",
    ),
    "the target of a rename": (
        {"$set": {"b": 1}, "$rename": {"a": "b"}},
        40,
        "Updating the path 'b' would create a conflict at 'b'",
    ),
    "every element and one": (
        {"$set": {"a.$[].b": 1, "a.0.c": 1}},
        40,
        "Updating the path 'a.0.c' would create a conflict at 'a'",
    ),
    "one element and every": (
        {"$set": {"a.0": 1, "a.$[]": 1}},
        40,
        "Updating the path 'a.$[]' would create a conflict at 'a'",
    ),
    "an empty path": (
        {"$set": {"": 1}},
        56,
        "The update path '' contains an empty field name, which is not allowed.",
    ),
    "an empty segment": (
        {"$set": {"a..b": 1}},
        56,
        "The update path 'a..b' contains an empty field name, which is not allowed.",
    ),
    "a key with a dollar": (
        {"$set": {"a.$b": 1}},
        52,
        "The dollar ($) prefixed field '$b' in 'a.$b' is not valid for storage.",
    ),
    "a value with a dollar": (
        {"$set": {"a": {"b": [{"$inc": 1}]}}},
        52,
        "The dollar ($) prefixed field '$inc' in 'a.b.0.$inc' is not valid for storage.",
    ),
    "$ first": (
        {"$set": {"$": 1}},
        2,
        "Cannot have positional (i.e. '$') element in the first position in path '$'",
    ),
    "$ twice": (
        {"$set": {"a.$.b.$": 1}},
        2,
        "Too many positional (i.e. '$') elements found in path 'a.$.b.$'",
    ),
    "$[] first": (
        {"$set": {"$[].a": 1}},
        2,
        "Cannot have array filter identifier (i.e. '$[<id>]') element "
        "in the first position in path '$[].a'",
    ),
    "an array filter": (
        {"$set": {"a.$[x].b": 1}},
        2,
        "No array filter found for identifier 'x' in path 'a.$[x].b'",
    ),
    "inc by a string": (
        {"$inc": {"a.n": "1"}},
        14,
        'Cannot increment with non-numeric argument: {a.n: "1"}',
    ),
    "inc by null": (
        {"$inc": {"n": None}},
        14,
        "Cannot increment with non-numeric argument: {n: null}",
    ),
    "inc by true": (
        {"$inc": {"n": True}},
        14,
        "Cannot increment with non-numeric argument: {n: true}",
    ),
    "mul by an array": (
        {"$mul": {"n": [1, {}]}},
        14,
        "Cannot multiply with non-numeric argument: {n: [ 1, {} ]}",
    ),
    "bit by a number": (
        {"$bit": {"n": 5}},
        2,
        "The $bit modifier is not compatible with a int. "
        "You must pass in an embedded document: {$bit: {field: {and/or/xor: #}}",
    ),
    "bit by nothing": (
        {"$bit": {"n": {}}},
        2,
        "You must pass in at least one bitwise operation. "
        "The format is: {$bit: {field: {and/or/xor: #}}",
    ),
    "bit nand": (
        {"$bit": {"n": {"nand": 1}}},
        2,
        "The $bit modifier only supports 'and', 'or', and 'xor', not 'nand' "
        "which is an unknown operator: {nand: 1}",
    ),
    "bit by a fraction": (
        {"$bit": {"n": {"or": 1.5}}},
        2,
        "The $bit modifier field must be an Integer(32/64 bit); a 'double' "
        "is not supported here: {or: 1.5}",
    ),
    "rename to a number": (
        {"$rename": {"a": 5}},
        2,
        "The 'to' field for $rename must be a string: a: 5",
    ),
    "rename to itself": (
        {"$rename": {"a": "a"}},
        2,
        'The source and target field for $rename must differ: a: "a"',
    ),
    "rename below itself": (
        {"$rename": {"a": "a.b"}},
        2,
        'The source and target field for $rename must not be on the same path: a: "a.b"',
    ),
    "rename from every element": (
        {"$rename": {"a.$[].b": "c"}},
        2,
        "The source field for $rename may not be dynamic: a.$[].b",
    ),
    "rename to the matched element": (
        {"$rename": {"c": "a.$.b"}},
        2,
        "The destination field for $rename may not be dynamic: a.$.b",
    ),
    "rename to an empty segment": (
        {"$rename": {"c": "a."}},
        56,
        "The update path 'a.' contains an empty field name, which is not allowed.",
    ),
    "push each of a number": (
        {"$push": {"a": {"$each": 1}}},
        2,
        "The argument to $each in $push must be an array but it was of type: int",
    ),
    "push with an unknown modifier": (
        {"$push": {"a": {"$each": [], "$slic": 1}}},
        2,
        "Unrecognized clause in $push: $slic",
    ),
    "push at a fraction": (
        {"$push": {"a": {"$each": [], "$position": 1.5}}},
        2,
        "The value for $position must be an integer value, not of type: double",
    ),
    "push with a slice of text": (
        {"$push": {"a": {"$each": [], "$slice": "1"}}},
        2,
        "The value for $slice must be an integer value but was given type: string",
    ),
    "push sorted by text": (
        {"$push": {"a": {"$each": [], "$sort": "n"}}},
        2,
        "The $sort is invalid: use 1/-1 to sort the whole element, "
        "or {field:1/-1} to sort embedded fields",
    ),
    "push sorted by 2": (
        {"$push": {"a": {"$each": [], "$sort": 2}}},
        2,
        "The $sort element value must be either 1 or -1",
    ),
    "push sorted by a field up": (
        {"$push": {"a": {"$each": [], "$sort": {"n": "up"}}}},
        2,
        "The $sort element value must be either 1 or -1",
    ),
    "push sorted by no fields": (
        {"$push": {"a": {"$each": [], "$sort": {}}}},
        2,
        "The $sort pattern is empty when it should be a set of fields.",
    ),
    "push sorted by an empty field": (
        {"$push": {"a": {"$each": [], "$sort": {"": 1}}}},
        2,
        "The $sort field cannot be empty",
    ),
    "push sorted by an empty segment": (
        {"$push": {"a": {"$each": [], "$sort": {"a.": 1}}}},
        2,
        "The $sort field is a dotted field but has an empty part: a.",
    ),
    "pop of two": ({"$pop": {"a": 2}}, 9, "$pop expects 1 or -1, found: 2"),
    "pull all of a number": (
        {"$pullAll": {"a": 1}},
        2,
        "$pullAll requires an array argument but was given a int",
    ),
    "add each of a number": (
        {"$addToSet": {"a": {"$each": 1}}},
        14,
        "The argument to $each in $addToSet must be an array but it was of type int",
    ),
    "add each and more": (
        {"$addToSet": {"a": {"$each": [1], "x": 1}}},
        2,
        "Found unexpected fields after $each in $addToSet: { $each: [ 1 ], x: 1 }",
    ),
}


@pytest.mark.parametrize(("update", "code", "text"), REFUSED_AT_ONCE.values(), ids=REFUSED_AT_ONCE)
def test_an_update_that_makes_no_sense_is_refused_before_any_document(update, code, text):
    with pytest.raises(QueryError, match=f"^{re.escape(text)}$") as refusal:
        compile_update(update)
    assert refusal.value.code == code


#: (document, update, code, text): refused by what the document holds
REFUSED_BY_THE_DOCUMENT = {
    "set below null": (
        {"a": None},
        {"$set": {"a.b": 1}},
        28,
        "Cannot create field 'b' in element {a: null}",
    ),
    "set below a scalar": (
        {"a": {"b": 5}},
        {"$set": {"a.b.c.d": 1}},
        28,
        "Cannot create field 'c' in element {b: 5}",
    ),
    "set a name of an array": (
        {"a": [1, "x", True, {"b": DATE}, Regex("^x", "i")]},
        {"$set": {"a.b": 1}},
        28,
        "Cannot create field 'b' in element "
        '{a: [ 1, "x", true, { b: new Date(1767312000000) }, /^x/i ]}',
    ),
    "set below an element": (
        {"a": ["x"]},
        {"$set": {"a.0.b": 1}},
        28,
        "Cannot create field 'b' in element {0: \"x\"}",
    ),
    "set below a scalar element of every": (
        {"a": [{}, 5]},
        {"$set": {"a.$[].b": 1}},
        28,
        "Cannot create field 'b' in element {1: 5}",
    ),
    "unset and set below a scalar": (
        {"a": 1},
        {"$unset": {"a.b": ""}, "$set": {"a.c": 1}},
        28,
        "Cannot create field 'c' in element {a: 1}",
    ),
    "inc below null": (
        {"a": None},
        {"$inc": {"a.b": 1}},
        28,
        "Cannot create field 'b' in element {a: null}",
    ),
    "set far past the end": (
        {"a": []},
        {"$set": {"a.1500001": 1}},
        54,
        "can't backfill more than 1500000 elements",
    ),
    "inc a string": (
        {"_id": "x", "n": "1"},
        {"$inc": {"n": 1}},
        14,
        "Cannot apply $inc to a value of non-numeric type. {_id: \"x\"} has the field 'n' "
        "of non-numeric type string",
    ),
    "inc null": (
        {"_id": 7, "a": {"n": None}},
        {"$inc": {"a.n": 1}},
        14,
        "Cannot apply $inc to a value of non-numeric type. {_id: 7} has the field 'n' "
        "of non-numeric type null",
    ),
    "mul true": (
        {"n": True},
        {"$mul": {"n": 1}},
        14,
        "Cannot apply $mul to a value of non-numeric type. {no id} has the field 'n' "
        "of non-numeric type bool",
    ),
    "inc every element, one an array": (
        {"_id": "x", "a": [1, []]},
        {"$inc": {"a.$[]": 1}},
        14,
        "Cannot apply $inc to a value of non-numeric type. {_id: \"x\"} has the field '1' "
        "of non-numeric type array",
    ),
    "bit of a fraction": (
        {"_id": "x", "n": 1.5},
        {"$bit": {"n": {"or": 1}}},
        2,
        'Cannot apply $bit to a value of non-integral type._id: "x" has the field n '
        "of non-integer type double",
    ),
    "bit of null": (
        {"_id": "x", "n": None},
        {"$bit": {"n": {"or": 1}}},
        2,
        'Cannot apply $bit to a value of non-integral type._id: "x" has the field n '
        "of non-integer type null",
    ),
    "push to a string": (
        {"_id": "x", "a": {"b": "s"}},
        {"$push": {"a.b": 1}},
        2,
        "The field 'a.b' must be an array but is of type string in document {_id: \"x\"}",
    ),
    "push to null": (
        {"_id": "x", "a": None},
        {"$push": {"a": 1}},
        2,
        "The field 'a' must be an array but is of type null in document {_id: \"x\"}",
    ),
    "push to every element": (
        {"_id": "x", "a": [[], 3_000_000_000]},
        {"$push": {"a.$[]": 1}},
        2,
        "The field 'a.1' must be an array but is of type long in document {_id: \"x\"}",
    ),
    "pop of an object": (
        {"a": {}},
        {"$pop": {"a": 1}},
        14,
        "Path 'a' contains an element of non-array type 'object'",
    ),
    "pop below a scalar": (
        {"a": "x"},
        {"$pop": {"a.b.c": 1}},
        28,
        'Cannot use the part (b) of (a.b.c) to traverse the element ({a: "x"})',
    ),
    "pull from a number": (
        {"a": 1},
        {"$pull": {"a": 1}},
        2,
        "Cannot apply $pull to a non-array value",
    ),
    "pull from null": (
        {"a": None},
        {"$pull": {"a": 1}},
        2,
        "Cannot apply $pull to a non-array value",
    ),
    "pull below a scalar": (
        {"a": 1},
        {"$pull": {"a.b": 1}},
        28,
        "Cannot use the part (b) of (a.b) to traverse the element ({a: 1})",
    ),
    "pull all from a number": (
        {"a": 1},
        {"$pullAll": {"a": [1]}},
        2,
        "Cannot apply $pull to a non-array value",
    ),
    "add to a string": (
        {"a": {"b": "s"}},
        {"$addToSet": {"a.b": 1}},
        2,
        "Cannot apply $addToSet to non-array field. Field named 'b' has non-array type string",
    ),
    "every element of nothing": (
        {},
        {"$set": {"a.b.$[].c": 1}},
        2,
        "The path 'a.b' must exist in the document in order to apply array updates.",
    ),
    "every element below a scalar": (
        {"a": 1},
        {"$unset": {"a.b.$[]": 1}},
        2,
        "The path 'a.b' must exist in the document in order to apply array updates.",
    ),
    "every element of a number": (
        {"a": 5},
        {"$set": {"a.$[]": 1}},
        2,
        "Cannot apply array updates to non-array element a: 5",
    ),
    "rename an element": (
        {"_id": "x", "a": [1]},
        {"$rename": {"a.0": "b"}},
        2,
        "The source field cannot be an array element, 'a.0' in doc with "
        "_id: \"x\" has an array field called 'a'",
    ),
    "rename into an array": (
        {"_id": "x", "a": {"b": [1]}, "c": 1},
        {"$rename": {"c": "a.b.0"}},
        2,
        "The destination field cannot be an array element, 'a.b.0' in doc with "
        "_id: \"x\" has an array field called 'b'",
    ),
    "rename from below a scalar": (
        {"a": 5},
        {"$rename": {"a.b": "c"}},
        28,
        "cannot use the part (a of a.b) to traverse the element ({a: 5})",
    ),
    "rename from a name of an array": (
        {"a": [{"a": 1}, {"b": 2}]},
        {"$rename": {"a.a": "b"}},
        28,
        "cannot use the part (a of a.a) to traverse the element ({a: [ { a: 1 }, { b: 2 } ]})",
    ),
    "rename to below a scalar": (
        {"a": 5, "c": 1},
        {"$rename": {"c": "a.b"}},
        28,
        "Cannot create field 'b' in element {a: 5}",
    ),
    "set another _id": (
        {"_id": "x"},
        {"$set": {"_id": "y"}},
        66,
        "Performing an update on the path '_id' would modify the immutable field '_id'",
    ),
    "rename the _id": (
        {"_id": "x"},
        {"$rename": {"_id": "a"}},
        66,
        "Performing an update on the path '_id' would modify the immutable field '_id'",
    ),
}


@pytest.mark.parametrize(
    ("document", "update", "code", "text"),
    REFUSED_BY_THE_DOCUMENT.values(),
    ids=REFUSED_BY_THE_DOCUMENT,
)
def test_an_update_that_does_not_fit_is_refused_and_changes_nothing(document, update, code, text):
    before = copy.deepcopy(document)
    with pytest.raises(QueryError, match=f"^{re.escape(text)}$") as refusal:
        compile_update(update)(document)
    assert refusal.value.code == code
    assert document == before


@pytest.mark.parametrize("operator", ["$setOnInsert", "$currentDate"])
def test_operators_that_no_sdk_has_are_named(operator):
    with pytest.raises(NotSupportedByFake, match=re.escape(operator)):
        compile_update({operator: {"a": 1}})


# --- the matched element -------------------------------------------------------------------------


def test_the_positional_segment_is_the_index_that_the_query_matched():
    update = compile_update({"$set": {"a.$": 0, "b.c.$.d": 1}, "$inc": {"n": 1}})
    document = {"a": [1, 2, 3], "b": {"c": [{}, {}]}, "n": 1}
    after = {"a": [1, 2, 0], "b": {"c": [{}, {"d": 1}]}, "n": 2}
    assert update(document, {"a": 2, "b.c": 1}.get) == after


def test_each_document_has_its_own_match():
    update = compile_update({"$inc": {"a.$": 10}})
    assert [update({"a": [1, 2]}, lambda _array, at=at: at)["a"] for at in (0, 1, 0)] == [
        [11, 2],
        [1, 12],
        [11, 2],
    ]


@pytest.mark.parametrize("positions", [None, lambda _array: None], ids=["no query", "no match"])
def test_the_positional_segment_needs_a_match(positions):
    text = "The positional operator did not find the match needed from the query."
    with pytest.raises(QueryError, match=re.escape(text)) as refusal:
        compile_update({"$set": {"a.$": 1}})({"a": [1]}, positions)
    assert refusal.value.code == 2


def test_the_matched_element_may_conflict_with_one_that_is_named():
    update = compile_update({"$set": {"a.$": 1, "a.0": 2}})
    assert update({"a": [5, 6]}, lambda _array: 1) == {"a": [2, 1]}
    with pytest.raises(QueryError, match=r"conflict at 'a\.0'") as refusal:
        update({"a": [5, 6]}, lambda _array: 0)
    assert refusal.value.code == 40


def test_a_refusal_names_the_index():
    with pytest.raises(QueryError, match="has the field '1' of non-numeric type null"):
        compile_update({"$inc": {"a.$": 1}})({"a": [1, None]}, lambda _array: 1)


# --- sharing, order and numbers ------------------------------------------------------------------


def test_what_is_not_on_the_path_is_shared():
    document = {"a": {"b": {"c": 1}, "d": {}}, "e": [{}, {"f": 1}]}
    after = compile_update({"$set": {"a.b.c": 2, "e.1.f": 2}})(document)
    assert after == {"a": {"b": {"c": 2}, "d": {}}, "e": [{}, {"f": 2}]}
    assert after["a"]["d"] is document["a"]["d"]
    assert after["e"][0] is document["e"][0]


def test_fields_are_made_in_the_order_of_their_names():
    # MongoDB applies a modifier's fields in lexicographic order, whatever the order they came in.
    update = compile_update({"$set": {"b": 1, "a": 1}, "$inc": {"aa": 1}})
    assert list(update({"c": 0})) == ["c", "a", "aa", "b"]


def test_an_update_that_fails_in_its_last_field_has_done_nothing():
    document = {"a": 1, "z": None}
    with pytest.raises(QueryError):
        compile_update({"$inc": {"a": 1, "z": 1}})(document)
    assert document == {"a": 1, "z": None}


@pytest.mark.parametrize(
    ("before", "update", "after"),
    [
        (2**53 - 1, {"$inc": {"n": 1}}, 2.0**53),
        (2**53 - 1, {"$mul": {"n": 2**53 - 1}}, 8.112963841460666e31),
        (1e308, {"$mul": {"n": 10}}, math.inf),
        (-1e308, {"$inc": {"n": -1e308}}, -math.inf),
        (0.1, {"$inc": {"n": 0.2}}, 0.30000000000000004),
    ],
)
def test_numbers_end_up_as_javascript_has_them(before, update, after):
    assert compile_update(update)({"n": before})["n"] == after


def test_large_results_are_doubles():
    assert type(compile_update({"$mul": {"n": 2**30}})({"n": 2**30})["n"]) is float

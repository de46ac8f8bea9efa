"""What `_` builds, and what it becomes in MongoDB's wire form, for either SDK."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from cloud_fake.errors import NotSupportedByFake, Refusal
from cloud_fake.models.commands import AggregateCommand, Command, QueryCommand
from cloud_fake.models.commands.aggregate import Operator
from cloud_fake.models.encoding import encode_projection, encode_query, encode_update
from cloud_fake.values.geo import LineString, Point, Polygon
from cloud_fake.values.kinds import MISSING
from cloud_fake.values.regex import Regex
from cloud_fake.values.server_dates import ServerDate

_ = Command(pipeline=lambda: "a chain of stages")
NOW = ServerDate()
DAY = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)
HERE = Point(113.3, 23.1)
HERE_JSON = {"type": "Point", "coordinates": [113.3, 23.1]}
AREA = Polygon([LineString([Point(0, 0), Point(3, 0), Point(3, 3), Point(0, 0)])])
AREA_JSON = {"type": "Polygon", "coordinates": [[[0, 0], [3, 0], [3, 3], [0, 0]]]}

# --- conditions ----------------------------------------------------------------------------------

#: what `where` is given -> the wire form, alike in both SDKs (source: @cloudbase/database 1.4.3)
CONDITIONS = {
    # plain objects
    "nothing": ({}, {}),
    "a literal": ({"a": 1, "b": None}, {"a": 1, "b": None}),
    "an object is flattened": ({"a": {"b": 1, "c": {"d": 2}}}, {"a.b": 1, "a.c.d": 2}),
    "a path": ({"a.b": 1}, {"a.b": 1}),
    "an empty object vanishes": ({"a": {}, "b": {"c": {}}, "d": 1}, {"d": 1}),
    "undefined vanishes": ({"a": MISSING, "b": {"c": MISSING}, "d": 1}, {"d": 1}),
    "an array is a leaf": ({"a": [{"b": 1}, 2]}, {"a": [{"b": 1}, 2]}),
    "a date is a leaf": ({"a": {"t": DAY}}, {"a.t": DAY}),
    "a server date is a leaf": ({"a": {"t": NOW}}, {"a.t": NOW}),
    "a geo value is a leaf": ({"a": {"p": HERE}}, {"a.p": HERE_JSON}),
    "a pattern": ({"a": re.compile("^x", re.IGNORECASE)}, {"a": Regex("^x", "i")}),
    "a RegExp": ({"a": Regex("x")}, {"a": Regex("x")}),
    "MongoDB's own operators": ({"a": {"$gt": 1, "b": 2}}, {"a": {"$gt": 1}, "a.b": 2}),
    "MongoDB's own or": (
        {"$or": [{"a": _.gt(1)}, {"b": {"c": 1}}]},
        {"$or": [{"a": {"$gt": 1}}, {"b": {"c": 1}}]},
    ),
    # one condition
    "eq": ({"a": _.eq({"b": 1})}, {"a": {"$eq": {"b": 1}}}),
    "neq": ({"a": _.neq(None)}, {"a": {"$ne": None}}),
    "gt": ({"a": _.gt(1)}, {"a": {"$gt": 1}}),
    "gte": ({"a": _.gte(1)}, {"a": {"$gte": 1}}),
    "lt": ({"a": _.lt(NOW)}, {"a": {"$lt": NOW}}),
    "lte": ({"a": _.lte(DAY)}, {"a": {"$lte": DAY}}),
    "in": ({"a": _.in_([1, re.compile("x")])}, {"a": {"$in": [1, Regex("x")]}}),
    "in a tuple": ({"a": _.in_((1, 2))}, {"a": {"$in": [1, 2]}}),
    "in no list": ({"a": _.in_(5)}, {"a": {"$in": 5}}),
    "nin": ({"a": _.nin([])}, {"a": {"$nin": []}}),
    "exists": ({"a": _.exists(False)}, {"a": {"$exists": False}}),
    "mod": ({"a": _.mod(10, 1)}, {"a": {"$mod": [10, 1]}}),
    "mod of a list": ({"a": _.mod([10, 1])}, {"a": {"$mod": [10, 1]}}),
    "all": ({"a": _.all([1, [2]])}, {"a": {"$all": [1, [2]]}}),
    "all with elemMatch": (
        {"a": _.all([_.elemMatch({"k": _.gt(1)})])},
        {"a": {"$all": [{"$elemMatch": {"k": {"$gt": 1}}}]}},
    ),
    "size": ({"a": _.size(2)}, {"a": {"$size": 2}}),
    "below an object": ({"a": {"b": _.gt(1)}}, {"a.b": {"$gt": 1}}),
    # elemMatch
    "elemMatch of a command": ({"a": _.elemMatch(_.gt(1))}, {"a": {"$elemMatch": {"$gt": 1}}}),
    "elemMatch of two": (
        {"a": _.elemMatch(_.gt(1).and_(_.lt(5)))},
        {"a": {"$elemMatch": {"$gt": 1, "$lt": 5}}},
    ),
    "elemMatch of a negation": (
        {"a": _.elemMatch(_.not_(_.gt(1)).and_(_.lt(5)))},
        {"a": {"$elemMatch": {"$not": {"$gt": 1}, "$lt": 5}}},
    ),
    "elemMatch of an object is not flattened": (
        {"a": _.elemMatch({"b": {"c": 1}, "d": _.or_(_.lt(1), _.gt(5)), "e": MISSING})},
        {"a": {"$elemMatch": {"b": {"c": 1}, "$or": [{"d": {"$lt": 1}}, {"d": {"$gt": 5}}]}}},
    ),
    "elemMatch of one of two objects": (
        {"a": _.elemMatch(_.or_({"b": 1}, {"c": _.gt(2)}))},
        {"a": {"$elemMatch": {"$or": [{"b": 1}, {"c": {"$gt": 2}}]}}},
    ),
    # geo
    "geoNear": (
        {"p": _.geoNear({"geometry": HERE, "maxDistance": 500, "minDistance": MISSING})},
        {"p": {"$nearSphere": {"$geometry": HERE_JSON, "$maxDistance": 500}}},
    ),
    "geoNear by keyword, GeoJSON": (
        {"p": _.geoNear(geometry=HERE_JSON, minDistance=1)},
        {"p": {"$nearSphere": {"$geometry": HERE_JSON, "$minDistance": 1}}},
    ),
    "geoWithin": (
        {"p": _.geoWithin({"geometry": AREA})},
        {"p": {"$geoWithin": {"$geometry": AREA_JSON}}},
    ),
    "geoWithin a circle": (
        {"p": _.geoWithin({"centerSphere": [[113.3, 23.1], 0.1]})},
        {"p": {"$geoWithin": {"$centerSphere": [[113.3, 23.1], 0.1]}}},
    ),
    "geoWithin a circle around a point": (
        {"p": _.geoWithin(centerSphere=[HERE, 1])},
        {"p": {"$geoWithin": {"$centerSphere": [[113.3, 23.1], 1]}}},
    ),
    "geoIntersects": (
        {"p": _.geoIntersects({"geometry": HERE})},
        {"p": {"$geoIntersects": {"$geometry": HERE_JSON}}},
    ),
    # several conditions on one field
    "chained": ({"a": _.gt(1).and_(_.lt(5))}, {"$and": [{"a": {"$gt": 1}}, {"a": {"$lt": 5}}]}),
    "chained without and": ({"a": _.gt(1).lt(5)}, {"$and": [{"a": {"$gt": 1}}, {"a": {"$lt": 5}}]}),
    "chained or": ({"a": _.lt(1).or_(_.gt(5))}, {"$or": [{"a": {"$lt": 1}}, {"a": {"$gt": 5}}]}),
    "chained nor": (
        {"a": _.lt(1).nor([_.gt(5)])},
        {"$nor": [{"a": {"$lt": 1}}, {"a": {"$gt": 5}}]},
    ),
    "and": ({"a": _.and_(_.gt(1), _.lt(5))}, {"$and": [{"a": {"$gt": 1}}, {"a": {"$lt": 5}}]}),
    "or of a list": (
        {"a": _.or_([_.lt(1), _.gt(5)])},
        {"$or": [{"a": {"$lt": 1}}, {"a": {"$gt": 5}}]},
    ),
    "nor": ({"a": {"b": _.nor(_.gt(5))}}, {"$nor": [{"a.b": {"$gt": 5}}]}),
    "nested": (
        {"a": _.or_(_.gt(1).and_(_.lt(5)), _.eq(9))},
        {"$or": [{"$and": [{"a": {"$gt": 1}}, {"a": {"$lt": 5}}]}, {"a": {"$eq": 9}}]},
    ),
    "or of patterns and dates": (
        {"a": _.or_(re.compile("x"), DAY, HERE)},
        {"$or": [{"a": Regex("x")}, {"a": DAY}, {"a": HERE_JSON}]},
    ),
    "or of literals, which MongoDB refuses": ({"a": _.or_(1, None)}, {"$or": [1, None]}),
    "or of objects forgets the field": (
        {"a": _.or_({"b": 1}, {"c": 2})},
        {"$or": [{"b": 1}, {"c": 2}]},
    ),
    "not": ({"a": _.not_(_.gt(5))}, {"a": {"$not": {"$gt": 5}}}),
    "not of a list of one": ({"a": _.not_([_.gt(5)])}, {"a": {"$not": {"$gt": 5}}}),
    "not of nothing, which MongoDB refuses": ({"a": _.not_([])}, {"a": {"$not": []}}),
    "not of a pattern": ({"a": _.not_(Regex("x"))}, {"a": {"$not": Regex("x")}}),
    "not of a literal, which MongoDB refuses": ({"a": _.not_(5)}, {"a": {"$not": 5}}),
    "not of and": (
        {"a": _.not_(_.gt(1).and_(_.lt(5)))},
        {"$nor": [{"$and": [{"a": {"$gt": 1}}, {"a": {"$lt": 5}}]}]},
    ),
    "not of not": (
        {"a": _.not_(_.not_(_.gt(1)))},
        {"$nor": [{"a": {"$not": {"$gt": 1}}}]},
    ),
    "two ands": (
        {"a": _.gt(1).lt(5), "b": _.gt(2).lt(6)},
        {"$and": [{"a": {"$gt": 1}}, {"a": {"$lt": 5}}, {"b": {"$gt": 2}}, {"b": {"$lt": 6}}]},
    ),
    "two nors": (
        {"a": _.nor(_.eq(1)), "b": _.not_(_.nor(_.eq(2)))},
        {"$nor": [{"a": {"$eq": 1}}, {"$nor": [{"b": {"$eq": 2}}]}]},
    ),
    # conditions on whole records
    "or of records": (
        _.or_([{"a": {"b": 1}}, {"c": _.gt(2)}]),
        {"$or": [{"a.b": 1}, {"c": {"$gt": 2}}]},
    ),
    "and of records and an expression": (
        _.and_({"a": 1}, _.expr(_.aggregate.gt(["$a", "$b"])), _.or_({"b": 1}, {"c": 1})),
        {
            "$and": [
                {"a": 1},
                {"$expr": {"$gt": ["$a", "$b"]}},
                {"$or": [{"b": 1}, {"c": 1}]},
            ]
        },
    ),
    "an expression": (_.expr({"$gt": ["$a", 1]}), {"$expr": {"$gt": ["$a", 1]}}),
}


@pytest.mark.parametrize("server", [False, True], ids=["client", "server"])
@pytest.mark.parametrize(("condition", "wire"), CONDITIONS.values(), ids=CONDITIONS)
def test_conditions(condition, wire, server):
    assert encode_query(condition, server=server) == wire


def test_two_fields_or_means_both_for_the_client_and_either_for_the_server():
    # @cloudbase/database joins the two lists and calls it a bug in a comment of its own.
    condition = {"a": _.or_(_.eq(1), _.eq(2)), "b": _.or_(_.eq(3), _.eq(4))}
    a, b = [{"a": {"$eq": 1}}, {"a": {"$eq": 2}}], [{"b": {"$eq": 3}}, {"b": {"$eq": 4}}]
    assert encode_query(condition) == {"$or": a, "$and": [{"$or": b}]}
    assert encode_query(condition, server=True) == {"$or": [*a, *b]}


NO_CIRCLE = "centersPhere结构不合法"

#: what `where` is given -> whether by the server SDK, the code, the text
REFUSED_CONDITIONS = {
    "a number": (5, False, -401003, "parameter.condition should be object instead of number;"),
    "null, server": (None, True, -401003, "查询参数必须为对象"),
    "an array, server": ([], True, -401003, "查询参数必须为对象"),
    "nothing but undefined, server": (
        {"a": MISSING, "b": MISSING},
        True,
        -401002,
        "查询参数对象值不能均为undefined",
    ),
    "a value that cannot be held": (
        {"a": {"b": b""}},
        False,
        -401003,
        "parameter.condition.a.b should be string, number, boolean, null, date, regexp, geo, "
        "object or array instead of arraybuffer;",
    ),
    "such a value in a command": (
        {"a": _.in_([1, object()])},
        False,
        -401003,
        "parameter.condition.a.1 should be string, number, boolean, null, date, regexp, geo, "
        "object or array instead of object;",
    ),
    "an update command": (
        {"a": _.inc(1)},
        False,
        -401003,
        "parameter.condition.a should be string, number, boolean, null, date, regexp, geo, "
        "object or array instead of UpdateCommand;",
    ),
    "a condition on no field": (
        _.or_(_.gt(1)),
        False,
        -401002,
        "Cannot encode a comparison command with unset field name",
    ),
    "a negation of no field": (
        _.not_({"a": 1}),
        True,
        -401002,
        "Cannot encode a comparison command with unset field name",
    ),
    "near nothing": (
        {"p": _.geoNear({})},
        False,
        -401003,
        '"geometry" must be of type Point. Received type undefined',
    ),
    "near an area": (
        {"p": _.geoNear({"geometry": AREA})},
        False,
        -401003,
        '"geometry" must be of type Point. Received type Polygon',
    ),
    "within a point": (
        {"p": _.geoWithin({"geometry": HERE_JSON})},
        False,
        -401003,
        '"geometry" must be of type Polygon or MultiPolygon. Received type object',
    ),
    "intersects a word": (
        {"p": _.geoIntersects({"geometry": "x"})},
        False,
        -401003,
        '"geometry" must be of type Point, LineString, Polygon, MultiPoint, MultiLineString '
        "or MultiPolygon. Received type string",
    ),
    "a circle of three": ({"p": _.geoWithin(centerSphere=[1, 2, 3])}, False, -401003, NO_CIRCLE),
    "a circle around a number": (
        {"p": _.geoWithin(centerSphere=[1, 2])},
        False,
        -401003,
        NO_CIRCLE,
    ),
    "a circle of text": ({"p": _.geoWithin(centerSphere=[HERE, "1"])}, False, -401003, NO_CIRCLE),
    "geo options of a number": (
        {"p": _.geoNear(5)},
        False,
        -401003,
        "parameter.geoNear should be object instead of number;",
    ),
}


@pytest.mark.parametrize(
    ("condition", "server", "code", "text"), REFUSED_CONDITIONS.values(), ids=REFUSED_CONDITIONS
)
def test_refused_conditions(condition, server, code, text):
    with pytest.raises(Refusal) as refusal:
        encode_query(condition, server=server)
    assert (refusal.value.code, refusal.value.text) == (code, text)


@pytest.mark.parametrize(
    "condition",
    [
        _.elemMatch(_.or_(_.lt(1), _.gt(5))),
        _.elemMatch(_.gt(1).gt(2)),
        _.elemMatch(_.and_(_.gt(1), 5)),
        _.all([_.nor(_.lt(1))]),
    ],
    ids=repr,
)
def test_conditions_on_elements_that_mongodb_has_no_words_for(condition):
    with pytest.raises(NotSupportedByFake, match="as a condition on an array's elements"):
        encode_query({"a": condition})


def test_an_object_within_itself_is_refused():
    condition: dict[str, object] = {}
    condition["a"] = {"b": condition}
    for encode in (encode_query, encode_update):
        with pytest.raises(Refusal, match="Cannot convert circular structure to JSON") as refusal:
            encode(condition)
        assert refusal.value.code == -402001


def test_an_object_nested_too_deeply_is_refused():
    condition: object = 1
    for _level in range(200):
        condition = {"a": condition}
    with pytest.raises(Refusal, match="nested deeper than 100 levels"):
        encode_query(condition)


def test_keys_are_strings():
    with pytest.raises(Refusal, match="an object with string keys instead of the key 1"):
        encode_query({"a": {1: 2}})


# --- updates -------------------------------------------------------------------------------------

#: what `update` is given -> the wire form, alike in both SDKs (source: @cloudbase/database 1.4.3)
UPDATES = {
    "a literal": ({"a": 1, "b": None}, {"$set": {"a": 1, "b": None}}),
    "an object is merged": ({"a": {"b": 1, "c": {"d": 2}}}, {"$set": {"a.b": 1, "a.c.d": 2}}),
    "an empty object vanishes": ({"a": {}}, {}),
    "undefined vanishes": ({"a": MISSING, "b": 1}, {"$set": {"b": 1}}),
    "an array replaces": ({"a": [{"b": {}}, MISSING]}, {"$set": {"a": [{"b": {}}, None]}}),
    "dates and geo values": (
        {"a": {"t": DAY, "s": NOW, "p": HERE}},
        {"$set": {"a.t": DAY, "a.s": NOW, "a.p": HERE_JSON}},
    ),
    "a path": ({"a.0.b": 1}, {"$set": {"a.0.b": 1}}),
    "set": ({"a": _.set({"b": {}, "t": NOW})}, {"$set": {"a": {"b": {}, "t": NOW}}}),
    "set undefined": ({"a": _.set(MISSING), "b": 1}, {"$set": {"b": 1}}),
    "remove": ({"a": {"b": _.remove()}}, {"$unset": {"a.b": ""}}),
    "inc": ({"a": _.inc(1), "b": _.inc(-2)}, {"$inc": {"a": 1, "b": -2}}),
    "mul": ({"a": _.mul(1.5)}, {"$mul": {"a": 1.5}}),
    "min": ({"a": _.min(DAY)}, {"$min": {"a": DAY}}),
    "max": ({"a": _.max(NOW)}, {"$max": {"a": NOW}}),
    "rename": ({"a": {"b": _.rename("c")}}, {"$rename": {"a.b": "c"}}),
    "bit": ({"a": _.bit({"and": 5})}, {"$bit": {"a": {"and": 5}}}),
    "bit by keyword": ({"a": _.bit(or_=5, xor=1)}, {"$bit": {"a": {"or": 5, "xor": 1}}}),
    "push a value": ({"a": _.push({"b": 1})}, {"$push": {"a": {"$each": [{"b": 1}]}}}),
    "push a list": ({"a": _.push([1, NOW])}, {"$push": {"a": {"$each": [1, NOW]}}}),
    "push a list in a list": ({"a": _.push([[1, 2]])}, {"$push": {"a": {"$each": [[1, 2]]}}}),
    "push nothing": ({"a": _.push()}, {"$push": {"a": {"$each": []}}}),
    "push with options": (
        {"a": _.push({"each": [1], "position": 0, "sort": {"k": -1}, "slice": MISSING, "x": 1})},
        {"$push": {"a": {"$each": [1], "$position": 0, "$sort": {"k": -1}}}},
    ),
    "push by keyword": (
        {"a": _.push(each=[], sort=1, slice=-3)},
        {"$push": {"a": {"$each": [], "$sort": 1, "$slice": -3}}},
    ),
    "unshift": ({"a": _.unshift(1, 2)}, {"$push": {"a": {"$each": [1, 2], "$position": 0}}}),
    "unshift a list": (
        {"a": _.unshift([1, 2])},
        {"$push": {"a": {"$each": [1, 2], "$position": 0}}},
    ),
    "pop": ({"a": _.pop()}, {"$pop": {"a": 1}}),
    "shift": ({"a": _.shift()}, {"$pop": {"a": -1}}),
    "pull a value": ({"a": _.pull(1)}, {"$pull": {"a": 1}}),
    "pull an array": ({"a": _.pull([1, 2])}, {"$pull": {"a": [1, 2]}}),
    "pull by a command": ({"a": _.pull(_.gte(1).lt(5))}, {"$pull": {"a": {"$gte": 1, "$lt": 5}}}),
    "pull by an object": (
        {"a": _.pull({"k": _.in_([1, 2]), "o": {"x": 1}})},
        {"$pull": {"a": {"k": {"$in": [1, 2]}, "o": {"x": 1}}}},
    ),
    "pull by a pattern": ({"a": _.pull(re.compile("x"))}, {"$pull": {"a": Regex("x")}}),
    "pull all": ({"a": _.pullAll([1, {"b": 1}])}, {"$pullAll": {"a": [1, {"b": 1}]}}),
    "add to a set": ({"a": _.addToSet([1])}, {"$addToSet": {"a": [1]}}),
    "add each": ({"a": _.addToSet({"$each": [1, 2]})}, {"$addToSet": {"a": {"$each": [1, 2]}}}),
    "add each, as in WeChat's table": (
        {"a": _.addToSet({"each": [1, 2]})},
        {"$addToSet": {"a": {"$each": [1, 2]}}},
    ),
    "add an object that has a key each": (
        {"a": _.addToSet({"each": [1], "x": 2})},
        {"$addToSet": {"a": {"each": [1], "x": 2}}},
    ),
    "MongoDB's own operators": (
        {"$inc": {"a": 1}, "b": _.inc(2), "$set": {"c": 1}},
        {"$inc": {"a": 1, "b": 2}, "$set": {"c": 1}},
    ),
    "MongoDB's own operators, last": (
        {"b": _.inc(2), "$inc": {"a": 1}, "c": 1, "$unset": ""},
        {"$inc": {"b": 2, "a": 1}, "$set": {"c": 1}, "$unset": ""},
    ),
}


@pytest.mark.parametrize("server", [False, True], ids=["client", "server"])
@pytest.mark.parametrize(("data", "wire"), UPDATES.values(), ids=UPDATES)
def test_updates(data, wire, server):
    assert encode_update(data, server=server) == wire


def test_several_values_pushed_at_once():
    data = {"a": _.push(1, 2)}
    assert encode_update(data) == {"$push": {"a": {"$each": [1]}}}
    assert encode_update(data, server=True) == {"$push": {"a": {"$each": [1, 2]}}}


def test_an_update_of_nothing_but_undefined():
    data = {"a": MISSING, "b": {"c": _.set(MISSING)}}
    assert encode_update(data) == {"$set": {}}
    assert encode_update(data, server=True) == {}


def test_what_an_update_sends_is_its_own():
    tags, change = ["x"], {"b": {"c": []}}
    wire = encode_update({"a": tags, "d": _.set(change), "e": _.push([tags])})
    tags.append("y")
    change["b"]["c"].append(1)
    assert wire["$set"] == {"a": ["x"], "d": {"b": {"c": []}}}
    assert wire["$push"] == {"e": {"$each": [["x"]]}}


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ([], "parameter.data should be object instead of array;"),
        ({"a": {"b": {1}}}, "parameter.data.a.b should be .* instead of set;"),
        ({"a": _.push([1, {"b": {2}}])}, r"parameter.data.a.1.b should be .* instead of set;"),
        ({"a": _.gt(1)}, "parameter.data.a should be .* instead of QueryCommand;"),
    ],
    ids=["an array", "a leaf", "in a command", "a condition"],
)
def test_refused_updates(data, text):
    with pytest.raises(Refusal, match=text) as refusal:
        encode_update(data)
    assert refusal.value.code == -401003


# --- projections ---------------------------------------------------------------------------------

#: what `field` is given -> the client's wire form, the server's (source: 2.30.3 and 1.4.3)
PROJECTIONS = {
    "true and 1": ({"a": True, "b.c": 1, "d": 1.0}, {"a": 1, "b.c": 1, "d": 1}, ...),
    "false and 0": ({"a": False, "b": 0}, {"a": 0, "b": 0}, ...),
    "the matched element": ({"a.$": True}, {"a.$": 1}, ...),
    "other numbers": ({"a": 5, "b": -1, "c": 0.5}, {}, {"a": 1, "b": 0, "c": 1}),
    "text": ({"a": "x"}, {}, {}),
    "objects": (
        {"a": {"$slice": 1}, "b": None, "c": [1]},
        {},
        {"a": {"$slice": 1}, "b": None, "c": [1]},
    ),
    "slice": ({"a": _.project.slice(-2)}, {"a": {"$slice": -2}}, ...),
    "slice with skip": ({"a": _.project.slice([1, 2])}, {"a": {"$slice": [1, 2]}}, ...),
    "slice of two": ({"a": _.project.slice(1, 2)}, {"a": {"$slice": [1, 2]}}, ...),
    "elemMatch": (
        {"a": _.project.elemMatch({"k": _.gt(1)})},
        {"a": {"$elemMatch": {"k": {"$gt": 1}}}},
        ...,
    ),
    "no object": (["a"], {}, {}),
    "nothing": (None, {}, {}),
}


@pytest.mark.parametrize(("field", "client", "server"), PROJECTIONS.values(), ids=PROJECTIONS)
def test_projections(field, client, server):
    assert encode_projection(field) == client
    assert encode_projection(field, server=True) == (client if server is ... else server)


# --- the values themselves -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "text"),
    [
        (_.gt(1), "_.gt(1)"),
        (_.in_([1]), "_.in_([1])"),
        (_.gt(1).and_(_.lt(5)), "_.and_(_.gt(1), _.lt(5))"),
        (_.gt(1).lt(5), "_.and_(_.gt(1), _.lt(5))"),
        (_.not_(_.eq("x")), "_.not_(_.eq('x'))"),
        (_.inc(1), "_.inc(1)"),
        (_.remove(), "_.remove()"),
        (_.project.slice(2), "_.project.slice(2)"),
        (_.aggregate.sum, "<_.aggregate: $sum>"),
    ],
)
def test_commands_show_what_they_are(command, text):
    assert repr(command) == text


def test_commands_are_values():
    assert _.gt(1) == _.gt(1)
    assert _.gt(1) != _.gte(1)
    assert _.gt(1) != QueryCommand("gt", (2,))
    assert hash(_.gt(1).lt(5)) == hash(_.gt(1).lt(5))
    with pytest.raises(AttributeError):
        _.gt(1).name = "lt"  # type: ignore[misc]


def test_a_chain_leaves_its_beginning_alone():
    adult = _.gte(18)
    assert adult.lt(65) == _.and_(_.gte(18), _.lt(65))
    assert adult == _.gte(18)


@pytest.mark.parametrize(
    "call",
    [lambda: _.jsonSchema({}), lambda: _.text("x"), lambda: _.gt(1).not_(_.lt(5))],
    ids=["jsonSchema", "text", "chained not"],
)
def test_commands_that_the_fake_does_not_have(call):
    with pytest.raises(NotSupportedByFake, match=r"^_\."):
        call()


# --- expressions ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "wire"),
    [
        (_.aggregate.sum("$n"), {"$sum": "$n"}),
        (_.aggregate.neq(["$a", 1]), {"$ne": ["$a", 1]}),
        (_.aggregate.in_(["$a", [1]]), {"$in": ["$a", [1]]}),
        (_.aggregate.and_([True]), {"$and": [True]}),
        (_.aggregate.or_([]), {"$or": []}),
        (_.aggregate.not_("$a"), {"$not": "$a"}),
        (_.aggregate.ifNull(["$a", None]), {"$ifNull": ["$a", None]}),
        (_.aggregate.toString("$a"), {"$toString": "$a"}),
        (_.aggregate.literal(None), {"$literal": None}),
        (
            _.aggregate.cond(if_=_.aggregate.gt(["$a", 1]), then="$a", else_=0),
            {"$cond": {"if": {"$gt": ["$a", 1]}, "then": "$a", "else": 0}},
        ),
        (
            _.aggregate.filter(input="$a", as_="x", cond={"$gt": ["$$x", 1]}),
            {"$filter": {"input": "$a", "as": "x", "cond": {"$gt": ["$$x", 1]}}},
        ),
    ],
)
def test_expressions(expression, wire):
    assert expression == wire


def test_all_operators_of_the_typings_are_there_and_say_what_it_does():
    operators = [one for one in vars(AggregateCommand).values() if isinstance(one, Operator)]
    assert len(operators) == 106
    assert all(operator.__doc__ for operator in operators)


def test_a_chain_of_stages_begins_at_the_database():
    assert _.aggregate.pipeline() == "a chain of stages"
    with pytest.raises(NotSupportedByFake, match="without a database"):
        Command().aggregate.pipeline()

"""The same pipelines and filters in mongomock 4.3, wherever both claim MongoDB's semantics.

Agreed differences, each of them in `DIFFERENT` below, so that this list stays true. Ours is what
the MongoDB manual (or MongoDB's own tests) says; mongomock's answer is its own.

* `$group`: the order of the groups. MongoDB promises none; ours is that of their first members,
  mongomock sorts. Compared without it.
* `$count` of no documents: no document. mongomock: `0`.
* `$addFields` below an array: each element gets the field. mongomock replaces the array.
* `$lookup` with an array in `localField`: any element joins. mongomock looks for nothing.
* `$project` of an array of expressions: they are evaluated. mongomock takes them literally.
* An expression of a missing date, a missing member in `$filter`: null and no error. mongomock drops
  the whole field.
* Not in mongomock at all: `$mod`, `$sortByCount`, `$bucketAuto`, `$redact`, `$geoNear`,
  `$stdDevPop`, `let` of `$lookup`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import mongomock
import pytest

from cloud_fake.query.pipelines import compile_pipeline

Documents = list[dict[str, Any]]

NOON = dt.datetime(2026, 1, 2, 12, tzinfo=dt.UTC)
DOCUMENTS: Documents = [
    {
        "_id": 1,
        "k": "a",
        "n": 3,
        "f": 1.5,
        "tags": ["x", "y"],
        "o": {"p": 1, "q": [1, 2]},
        "items": [{"s": 1, "q": 2}, {"s": 2, "q": 1}],
        "b": True,
        "at": NOON,
    },
    {"_id": 2, "k": "b", "n": 1, "f": 2.0, "tags": [], "o": {"p": 2}, "items": [], "b": False},
    {"_id": 3, "k": "a", "n": None, "tags": ["y"], "o": {"p": 1, "r": None}, "items": [{"s": 1}]},
    {"_id": 4, "k": "c", "n": 7, "f": -1, "o": {}, "items": [{"s": 3, "q": 5}]},
    {"_id": 5, "n": 1, "f": 0.25, "tags": ["x", "x"], "o": {"p": 3, "q": []}},
]
OTHERS: Documents = [
    {"_id": 10, "s": 1, "name": "one"},
    {"_id": 11, "s": 2, "name": "two"},
    {"_id": 12, "name": "none"},
    {"_id": 13, "s": [1, 3], "name": "both"},
]


class World:
    def documents(self, collection: str) -> Iterable[dict[str, Any]]:
        return OTHERS if collection == "others" else []

    def draw(self) -> float:
        return 0.5


def ours(pipeline: Documents) -> Documents:
    return list(compile_pipeline(pipeline).run(DOCUMENTS, World()))


def mongomocks(pipeline: Documents) -> Documents:
    database = mongomock.MongoClient()["test"]
    database["documents"].insert_many(DOCUMENTS)
    database["others"].insert_many(OTHERS)
    return [aware(document) for document in database["documents"].aggregate(pipeline)]


def aware(value: Any) -> Any:
    """The value with mongomock's naive dates in UTC."""
    match value:
        case dict():
            return {key: aware(item) for key, item in value.items()}
        case list():
            return list(map(aware, value))
        case dt.datetime():
            return value.replace(tzinfo=dt.UTC)
    return value


def in_any_order(documents: Documents) -> list[str]:
    return sorted(str(sorted(document.items())) for document in documents)


FILTERS: list[dict[str, Any]] = [
    {},
    {"n": 1},
    {"n": {"$gt": 1}},
    {"n": {"$gte": 1, "$lt": 7}},
    {"n": None},
    {"n": {"$ne": None}},
    {"n": {"$not": {"$gt": 2}}},
    {"n": {"$in": [1, None]}},
    {"n": {"$nin": [1, 3]}},
    {"k": {"$ne": "a"}},
    {"k": {"$exists": False}},
    {"k": {"$regex": "^[ab]"}},
    {"k": "a", "n": 3},
    {"f": {"$lte": 1.5}},
    {"b": True},
    {"b": {"$ne": True}},
    {"at": {"$lte": NOON}},
    {"at": {"$lt": NOON}},
    {"tags": "x"},
    {"tags": []},
    {"tags": ["x", "y"]},
    {"tags": {"$size": 2}},
    {"tags": {"$all": ["x", "y"]}},
    {"tags": {"$in": ["y", "z"]}},
    {"tags": {"$elemMatch": {"$gt": "x"}}},
    {"tags.1": "x"},
    {"o": {"p": 2}},
    {"o.p": 1},
    {"o.q": 2},
    {"o.r": {"$exists": True}},
    {"items.s": {"$in": [1, 3]}},
    {"items.0.s": 1},
    {"items.q": {"$gt": 1}},
    {"items": {"$elemMatch": {"s": 1, "q": {"$gt": 1}}}},
    {"$or": [{"k": "b"}, {"n": {"$gte": 7}}]},
    {"$nor": [{"k": "b"}, {"n": {"$gte": 7}}]},
    {"$and": [{"tags": "x"}, {"tags": "y"}]},
    {"$expr": {"$gt": ["$n", 2]}},
]


@pytest.mark.parametrize("query", FILTERS, ids=str)
def test_filters_agree(query: dict[str, Any]) -> None:
    assert ours([{"$match": query}]) == mongomocks([{"$match": query}])


PIPELINES: list[Documents] = [
    [{"$sort": {"n": 1, "_id": -1}}],
    [{"$sort": {"f": -1}}, {"$limit": 2}],
    [{"$sort": {"_id": 1}}, {"$skip": 3}],
    [{"$sort": {"o.p": 1, "_id": 1}}],
    [{"$sort": {"tags": 1, "_id": 1}}],
    [{"$limit": 3}, {"$skip": 1}],
    [{"$count": "total"}],
    [{"$sample": {"size": 0}}],
    [{"$unwind": "$tags"}],
    [{"$unwind": "$k"}],
    [{"$unwind": "$o.q"}],
    [{"$unwind": {"path": "$tags", "preserveNullAndEmptyArrays": True}}],
    [{"$unwind": {"path": "$tags", "includeArrayIndex": "i"}}],
    [{"$project": {"k": 1}}],
    [{"$project": {"_id": 0, "n": 1, "f": 1}}],
    [{"$project": {"k": 0, "o": 0, "items": 0}}],
    [{"$project": {"o.p": 1}}],
    [{"$project": {"items.s": 1}}],
    [{"$project": {"items.s": 0}}],
    [{"$project": {"x": {"$add": ["$n", 1]}}}],
    [{"$project": {"x": "$o.p", "_id": 0}}],
    [{"$project": {"x": "$items.s"}}],
    [{"$project": {"x": {"$cond": [{"$gt": ["$n", 2]}, "big", "small"]}}}],
    [{"$project": {"x": {"$ifNull": ["$n", 0]}}}],
    [{"$project": {"x": {"$concat": ["$k", "-"]}}}],
    [{"$project": {"x": {"$map": {"input": "$items", "as": "i", "in": "$$i.s"}}}}],
    [{"$match": {"tags": {"$exists": True}}}, {"$project": {"x": {"$size": "$tags"}}}],
    [{"$addFields": {"x": 1, "o.z": "$k"}}],
    [{"$addFields": {"n": {"$multiply": ["$f", 2]}}}],
    [{"$replaceRoot": {"newRoot": "$o"}}],
    [{"$bucket": {"groupBy": "$f", "boundaries": [-5, 0, 2, 5], "default": "none"}}],
    [
        {
            "$bucket": {
                "groupBy": "$_id",
                "boundaries": [0, 3, 10],
                "output": {"ids": {"$push": "$_id"}},
            }
        }
    ],
    [{"$facet": {"n": [{"$count": "n"}], "a": [{"$match": {"k": "a"}}, {"$project": {"k": 1}}]}}],
    [{"$lookup": {"from": "others", "localField": "o.p", "foreignField": "s", "as": "x"}}],
    [{"$lookup": {"from": "others", "localField": "none", "foreignField": "s", "as": "x"}}],
    [{"$lookup": {"from": "no", "localField": "k", "foreignField": "s", "as": "x"}}],
]


@pytest.mark.parametrize("pipeline", PIPELINES, ids=str)
def test_pipelines_agree(pipeline: Documents) -> None:
    assert ours(pipeline) == mongomocks(pipeline)


GROUPS: list[dict[str, Any]] = [
    {"_id": "$b"},
    {"_id": "$k", "n": {"$sum": "$n"}},
    {"_id": "$o.p", "n": {"$sum": 1}},
    {"_id": {"k": "$k", "b": "$b"}, "n": {"$sum": 1}},
    {"_id": "$k", "ids": {"$push": "$_id"}, "first": {"$first": "$n"}, "last": {"$last": "$n"}},
    {"_id": "$k", "set": {"$addToSet": "$n"}},
    {"_id": None, "mean": {"$avg": "$f"}, "least": {"$min": "$f"}, "most": {"$max": "$n"}},
    {"_id": {"$gt": ["$n", 2]}, "n": {"$sum": 1}},
]


@pytest.mark.parametrize("spec", GROUPS, ids=str)
def test_groups_agree(spec: dict[str, Any]) -> None:
    assert in_any_order(ours([{"$group": spec}])) == in_any_order(mongomocks([{"$group": spec}]))


def test_unwound_groups_agree() -> None:
    pipeline: Documents = [
        {"$unwind": "$items"},
        {"$group": {"_id": "$items.s", "q": {"$sum": "$items.q"}}},
    ]
    assert in_any_order(ours(pipeline)) == in_any_order(mongomocks(pipeline))


ONLY_5: dict[str, Any] = {"$match": {"_id": 5}}
LAST_2: dict[str, Any] = {"$match": {"_id": {"$gte": 4}}}

DIFFERENT: list[tuple[str, Documents, Documents | int, Documents | type[Exception]]] = [
    (
        "$count of none",
        [{"$match": {"k": "z"}}, {"$count": "n"}],
        [],
        [{"n": 0}],
    ),
    (
        "$addFields below an array",
        [{"$match": {"_id": 4}}, {"$addFields": {"items.t": 9}}, {"$project": {"items": 1}}],
        [{"_id": 4, "items": [{"s": 3, "q": 5, "t": 9}]}],
        [{"_id": 4, "items": {"t": 9}}],
    ),
    (
        "$lookup from an array",
        [
            {"$match": {"_id": 4}},
            {
                "$lookup": {
                    "from": "others",
                    "localField": "items.s",
                    "foreignField": "s",
                    "as": "x",
                }
            },
            {"$project": {"x._id": 1}},
        ],
        [{"_id": 4, "x": [{"_id": 13}]}],
        [{"_id": 4, "x": [{"_id": 12}]}],
    ),
    (
        "an array of expressions",
        [ONLY_5, {"$project": {"x": ["$n", "$none"]}}],
        [{"_id": 5, "x": [1, None]}],
        [{"_id": 5, "x": ["$n", "$none"]}],
    ),
    (
        "a part of a missing date",
        [ONLY_5, {"$project": {"x": {"$year": "$at"}}}],
        [{"_id": 5, "x": None}],
        [{"_id": 5}],
    ),
    (
        "$filter of what is missing",
        [
            LAST_2,
            {"$project": {"x": {"$filter": {"input": "$items", "cond": {"$gt": ["$$this.r", 1]}}}}},
        ],
        [{"_id": 4, "x": []}, {"_id": 5, "x": None}],
        [{"_id": 4}, {"_id": 5}],
    ),
    (
        "$mod",
        [{"$match": {"n": {"$mod": [7, 0]}}}, {"$project": {"_id": 1}}],
        [{"_id": 4}],
        mongomock.OperationFailure,
    ),
    (
        "$sortByCount",
        [ONLY_5, {"$sortByCount": "$n"}],
        [{"_id": 1, "count": 1}],
        NotImplementedError,
    ),
    (
        "$bucketAuto",
        [ONLY_5, {"$bucketAuto": {"groupBy": "$n", "buckets": 1}}],
        [{"_id": {"min": 1, "max": 1}, "count": 1}],
        NotImplementedError,
    ),
    ("$redact", [{"$redact": "$$PRUNE"}], [], NotImplementedError),
    (
        "$stdDevPop",
        [{"$group": {"_id": None, "d": {"$stdDevPop": "$o.q"}}}],
        [{"_id": None, "d": None}],
        NotImplementedError,
    ),
    (
        "let",
        [
            ONLY_5,
            {
                "$lookup": {
                    "from": "others",
                    "let": {"v": "$n"},
                    "pipeline": [
                        {"$match": {"$expr": {"$eq": ["$s", "$$v"]}}},
                        {"$project": {"_id": 1}},
                    ],
                    "as": "x",
                }
            },
            {"$project": {"x": 1}},
        ],
        [{"_id": 5, "x": [{"_id": 10}]}],
        NotImplementedError,
    ),
]


@pytest.mark.parametrize(
    ("pipeline", "our_answer", "its_answer"),
    [case[1:] for case in DIFFERENT],
    ids=[case[0] for case in DIFFERENT],
)
def test_agreed_differences(pipeline: Documents, our_answer: Any, its_answer: Any) -> None:
    assert ours(pipeline) == our_answer
    if isinstance(its_answer, type):
        with pytest.raises(its_answer):
            mongomocks(pipeline)
    else:
        assert mongomocks(pipeline) == its_answer

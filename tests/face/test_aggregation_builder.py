"""The chain of an aggregation: what each step says in MongoDB's wire form, nothing being run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from cloud_fake.errors import Refusal
from cloud_fake.face.db.aggregation import PipelineBuilder, ServerPipelineBuilder
from cloud_fake.values.geo import Point
from cloud_fake.values.kinds import MISSING

Step = Callable[[ServerPipelineBuilder], ServerPipelineBuilder]
HERE = {"type": "Point", "coordinates": [113.3, 23.1]}

STEPS: list[tuple[str, Step, Any]] = [
    ("addFields", lambda chain: chain.addFields({"a.b": "$c"}), {"a.b": "$c"}),
    (
        "bucket",
        lambda chain: chain.bucket(groupBy="$n", boundaries=[0, 5], default="x"),
        {"groupBy": "$n", "boundaries": [0, 5], "default": "x"},
    ),
    (
        "bucketAuto",
        lambda chain: chain.bucketAuto({"groupBy": "$n", "buckets": 2}),
        {"groupBy": "$n", "buckets": 2},
    ),
    ("count", lambda chain: chain.count("total"), "total"),
    (
        "geoNear",
        lambda chain: chain.geoNear(
            near=Point(113.3, 23.1), spherical=True, distanceField="d", query={"a": {"b": 1}}
        ),
        {"near": HERE, "spherical": True, "distanceField": "d", "query": {"a.b": 1}},
    ),
    ("geoNear", lambda chain: chain.geoNear({"distanceField": "d"}), {"distanceField": "d"}),
    (
        "group",
        lambda chain: chain.group({"_id": "$k", "n": {"$sum": 1}}),
        {"_id": "$k", "n": {"$sum": 1}},
    ),
    ("group", lambda chain: chain.group(_id=None), {"_id": None}),
    ("limit", lambda chain: chain.limit(5), 5),
    (
        "lookup",
        lambda chain: chain.lookup(from_="books", localField="a", foreignField="b", as_="c"),
        {"from": "books", "localField": "a", "foreignField": "b", "as": "c"},
    ),
    (
        "lookup",
        lambda chain: chain.lookup(
            {
                "from": "books",
                "let": {"v": "$n"},
                "pipeline": PipelineBuilder().match({"n": 1}).limit(1).done(),
                "as": "c",
            }
        ),
        {
            "from": "books",
            "let": {"v": "$n"},
            "pipeline": [{"$match": {"n": 1}}, {"$limit": 1}],
            "as": "c",
        },
    ),
    ("match", lambda chain: chain.match({"a": {"b": 1}, "c": [1]}), {"a.b": 1, "c": [1]}),
    ("project", lambda chain: chain.project({"a": 1, "_id": 0}), {"a": 1, "_id": 0}),
    ("project", lambda chain: chain.project(a=True, price_=1), {"a": True, "price_": 1}),
    ("replaceRoot", lambda chain: chain.replaceRoot(newRoot="$a"), {"newRoot": "$a"}),
    ("sample", lambda chain: chain.sample({"size": 3}), {"size": 3}),
    ("skip", lambda chain: chain.skip(5), 5),
    ("sort", lambda chain: chain.sort({"b": -1, "a": 1}), {"b": -1, "a": 1}),
    ("sortByCount", lambda chain: chain.sortByCount("$k"), "$k"),
    ("sortByCount", lambda chain: chain.sortByCount({"$year": "$at"}), {"$year": "$at"}),
    ("unwind", lambda chain: chain.unwind("$a"), "$a"),
    (
        "unwind",
        lambda chain: chain.unwind(path="$a", includeArrayIndex="i"),
        {"path": "$a", "includeArrayIndex": "i"},
    ),
    ("collStats", lambda chain: chain.collStats({"count": {}}), {"count": {}}),
    ("facet", lambda chain: chain.facet({"a": [{"$limit": 1}]}), {"a": [{"$limit": 1}]}),
    ("graphLookup", lambda chain: chain.graphLookup(from_="a"), {"from": "a"}),
    ("indexStats", lambda chain: chain.indexStats(), {}),
    ("out", lambda chain: chain.out("copy"), "copy"),
    ("redact", lambda chain: chain.redact("$$KEEP"), "$$KEEP"),
]


@pytest.mark.parametrize(("name", "step", "value"), STEPS, ids=[step[0] for step in STEPS])
def test_a_step_is_a_stage(name: str, step: Step, value: Any) -> None:
    stages = step(ServerPipelineBuilder()).stages
    assert stages == [{f"${name}": value}]
    if isinstance(value, dict):
        assert list(stages[0][f"${name}"]) == list(value)


def test_both_sdks_have_what_the_typings_have() -> None:
    client = {name for name in vars(PipelineBuilder) if not name.startswith("_")}
    server = {name for name in vars(ServerPipelineBuilder) if not name.startswith("_")}
    names = {name for name, _, _ in STEPS}
    assert client - {"stages", "done"} == names - server
    assert server == {"collStats", "facet", "graphLookup", "indexStats", "out", "redact"}


def test_steps_follow_one_another() -> None:
    chain = PipelineBuilder().match({"a": 1}).sort({"a": 1}).limit(2)
    assert chain.stages == [{"$match": {"a": 1}}, {"$sort": {"a": 1}}, {"$limit": 2}]
    assert chain.done() == chain.stages


def test_a_chain_may_be_continued_twice() -> None:
    common = PipelineBuilder().match({"a": 1})
    first, second = common.limit(1), common.limit(2)
    assert common.stages == [{"$match": {"a": 1}}]
    assert first.stages[1:] == [{"$limit": 1}]
    assert second.stages[1:] == [{"$limit": 2}]


def test_what_a_step_was_given_may_change_afterwards() -> None:
    fields: dict[str, Any] = {"a": {"b": 1}}
    chain = PipelineBuilder().addFields(fields)
    fields["a"]["b"] = 2
    assert chain.stages == [{"$addFields": {"a": {"b": 1}}}]


def test_values_are_taken_in() -> None:
    local = dt.datetime(2026, 1, 2, 8, tzinfo=dt.timezone(dt.timedelta(hours=8)))
    chain = PipelineBuilder().addFields({"at": local, "place": Point(113.3, 23.1), "no": MISSING})
    midnight = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)
    assert chain.stages == [{"$addFields": {"at": midnight, "place": HERE}}]


def test_what_cannot_be_held_is_refused_with_its_path() -> None:
    with pytest.raises(Refusal, match=r"group\.n\.\$sum"):
        PipelineBuilder().group({"_id": None, "n": {"$sum": object()}})


@dataclass(frozen=True)
class Ended(PipelineBuilder):
    collection: str

    def end(self) -> str:
        return f"{self.collection}: {self.stages}"


def test_a_subclass_stays_itself_along_the_chain() -> None:
    chain = Ended("books").match({"a": 1}).limit(2)
    assert chain.end() == "books: [{'$match': {'a': 1}}, {'$limit': 2}]"

"""What the stages do the quick way is what they would do one document at a time."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cloud_fake.query.filters import compile_filter
from cloud_fake.query.pipelines import compile_pipeline
from cloud_fake.query.stages.granularity import GRANULARITIES
from cloud_fake.values.kinds import MISSING
from cloud_fake.values.order import compare, equal

Documents = list[dict[str, Any]]

scalars = st.one_of(
    st.none(), st.booleans(), st.integers(0, 2), st.sampled_from([0.5, 1.0]), st.sampled_from("xy")
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner),
    max_leaves=4,
)
documents = st.lists(
    st.dictionaries(st.sampled_from(["v", "w"]), values, max_size=2), max_size=8
).map(lambda found: [{"_id": index, **each} for index, each in enumerate(found)])
paths = st.sampled_from(["v", "v.a", "v.b.a"])

quick = settings(max_examples=100, deadline=None)


class World:
    def __init__(self, others: Documents) -> None:
        self.others = others

    def documents(self, collection: str) -> Iterable[dict[str, Any]]:
        return self.others

    def draw(self) -> float:
        raise AssertionError("nothing here is drawn")


def run(found: Documents, *stages: dict[str, Any], others: Documents | None = None) -> Documents:
    return list(compile_pipeline(list(stages)).run(found, World(others or [])))


@quick
@given(value=values, others=documents, path=paths)
def test_a_join_finds_what_a_query_finds(value: Any, others: Documents, path: str) -> None:
    sought = value if isinstance(value, list) and value else [None if value == [] else value]
    stage = {"from": "others", "localField": "local", "foreignField": path, "as": "found"}
    [joined] = run([{"local": value}], {"$lookup": stage}, others=others)
    assert joined["found"] == list(compile_filter({path: {"$in": sought}}).select(others))


@quick
@given(found=documents, others=documents, path=paths)
def test_a_hashed_equation_finds_what_comparing_finds(
    found: Documents, others: Documents, path: str
) -> None:
    equation = {"$eq": [f"${path}", "$$sought"]}

    def lookup(condition: Any) -> Documents:
        pipeline = [{"$match": {"$expr": condition}}]
        stage = {"from": "others", "let": {"sought": "$w"}, "pipeline": pipeline, "as": "found"}
        return run(found, {"$lookup": stage}, others=others)

    one_by_one = lookup({"$or": [equation]})
    assert lookup(equation) == one_by_one
    assert lookup({"$and": [True, {"$eq": equation["$eq"][::-1]}]}) == one_by_one


@quick
@given(found=documents)
def test_groups_are_the_classes_of_equal_values(found: Documents) -> None:
    classes: list[tuple[Any, list[int]]] = []
    for document in found:
        value = document.get("v")
        members = next((ids for other, ids in classes if equal(other, value)), None)
        if members is None:
            classes.append((value, [document["_id"]]))
        else:
            members.append(document["_id"])
    groups = run(found, {"$group": {"_id": "$v", "ids": {"$push": "$_id"}}})
    assert [(each["_id"], each["ids"]) for each in groups] == classes


@quick
@given(found=documents)
def test_a_group_by_two_values_keeps_missing_from_null(found: Documents) -> None:
    groups = run(found, {"$group": {"_id": {"v": "$v", "w": "$w"}, "ids": {"$push": "$_id"}}})
    for each in groups:
        for identity in each["ids"]:
            for name in "vw":
                value = found[identity].get(name, MISSING)
                assert equal(value, each["_id"].get(name, MISSING))
    assert sorted(identity for each in groups for identity in each["ids"]) == list(
        range(len(found))
    )


@quick
@given(found=documents)
def test_unwinding_for_a_group_carries_all_that_the_group_names(found: Documents) -> None:
    whole = {"$addFields": {"extra": 1}}
    for spec in (
        {"_id": "$v", "n": {"$sum": 1}},
        {"_id": "$v.a", "w": {"$push": "$w"}},
        {"_id": None, "all": {"$push": "$$ROOT._id"}},
        {"_id": None, "v": {"$push": "$v"}, "a": {"$push": "$v.a"}, "n": {"$sum": "$v.a"}},
        {"_id": {"a": "$v.a", "b": "$v.b"}, "deep": {"$addToSet": "$v.a.b"}},
        {"_id": {"$ifNull": ["$v.a", "$v"]}, "size": {"$sum": {"$cond": ["$v.b", 1, 0]}}},
        {"_id": {"v": "$v"}, "v": {"$first": {"$literal": "$v"}}},
    ):
        assert run(found, {"$unwind": "$v"}, {"$group": spec}) == run(
            found, {"$unwind": "$v"}, whole, {"$group": spec}
        )


@quick
@given(found=documents, count=st.integers(1, 5))
def test_ranges_cover_all_in_order(found: Documents, count: int) -> None:
    ranges = run(found, {"$bucketAuto": {"groupBy": "$v", "buckets": count}})
    assert sum(each["count"] for each in ranges) == len(found)
    assert len(ranges) <= count
    for one, following in pairwise(ranges):
        assert one["_id"]["max"] == following["_id"]["min"]
        assert compare(one["_id"]["min"], one["_id"]["max"]) < 0


@quick
@given(
    numbers=st.lists(
        st.floats(0, 1e6, allow_subnormal=False) | st.integers(0, 1000), min_size=1, max_size=20
    ),
    count=st.integers(1, 5),
    granularity=st.sampled_from(sorted(GRANULARITIES)),
)
def test_rounded_ranges_hold_their_members(
    numbers: list[float], count: int, granularity: str
) -> None:
    spec = {
        "groupBy": "$n",
        "buckets": count,
        "granularity": granularity,
        "output": {"members": {"$push": "$n"}},
    }
    ranges = run([{"n": number} for number in numbers], {"$bucketAuto": spec})
    assert sorted(n for each in ranges for n in each["members"]) == sorted(numbers)
    for each in ranges:
        low, high = each["_id"]["min"], each["_id"]["max"]
        assert all(low <= n < high or n == low == high == 0 for n in each["members"])

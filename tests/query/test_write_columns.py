"""Many documents that are updated at once become what each becomes by itself."""

import copy

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cloud_fake.errors import QueryError
from cloud_fake.query.updates import compile_update

LARGEST = 2**53 - 1

#: The values of a field, and what is written there.
TABLE = {
    "a sum": ([1, -2, 300], {"$inc": {"a": 5}}),
    "a sum that stays exact": ([LARGEST - 1, 0], {"$inc": {"a": 1}}),
    "a sum that does not": ([LARGEST, 0], {"$inc": {"a": 2}}),
    "a difference that does not": ([-LARGEST, 0], {"$inc": {"a": -2}}),
    "nothing to add": ([1000, 2000], {"$inc": {"a": 0}}),
    "a fraction to add": ([1, 2], {"$inc": {"a": 0.5}}),
    "fractions to add to": ([1, 2.5], {"$inc": {"a": 1}}),
    "a text": (["x", "y"], {"$set": {"a": "x"}}),
    "a number": ([1000, 2000], {"$set": {"a": 1000}}),
    "a number, which no boolean is": ([True, 1, 1.0], {"$set": {"a": 1}}),
    "a boolean": ([True, False], {"$set": {"a": True}}),
    "an object": ([{"x": 1}, {"x": 2}], {"$set": {"a": {"x": 1}}}),
    "what goes": ([1, None], {"$unset": {"a": ""}}),
    "what comes, by name": ([1, 2], {"$set": {"z": 1, "c": 1}, "$inc": {"b": 1}}),
    "two fields": ([1, 2], {"$set": {"a": 1}, "$inc": {"n": 1}}),
    "two that stay": ([1, 1], {"$set": {"a": 1}, "$max": {"n": 0}}),
    "what goes beside a sum": ([1, None], {"$unset": {"a": ""}, "$inc": {"n": 1}}),
}


def same(found, spec):
    """Whether they are the same documents, in the same order; those that stay are not written."""
    found = [{"_id": place, **document} for place, document in enumerate(found)]
    before = copy.deepcopy(found)
    update = compile_update(spec)
    one_by_one = [update(document) for document in found]
    changed = {
        one["_id"]: one
        for document, one in zip(found, one_by_one, strict=True)
        if one is not document
    }
    halves = [found[: len(found) // 2], iter(found[len(found) // 2 :])]
    rewriting = update.apply_all(halves)
    assert (rewriting.matched, rewriting.changed) == (len(found), len(changed))
    written = {}
    rewriting.write(written)
    assert repr(written) == repr(changed)
    assert repr(found) == repr(before)


@pytest.mark.parametrize(("values", "spec"), TABLE.values(), ids=TABLE)
def test_at_once_is_one_by_one(values, spec):
    same([{"a": value, "n": index} for index, value in enumerate(values)], spec)
    same([*({"a": value, "n": 7} for value in values), {"other": 1}], spec)


@pytest.mark.parametrize(
    "spec",
    [{"$set": {"a.b": 1}}, {"$rename": {"a": "b"}}, {"$inc": {"text": 1}}, {}],
    ids=["below a field", "whole documents", "refused by one", "nothing"],
)
def test_what_is_not_done_at_once(spec):
    assert compile_update(spec).apply_all([[{"a": {}}], [{"text": "no number"}]]) is None


KINDS = st.sampled_from([st.integers(-2, 2), st.sampled_from("xy"), st.booleans()])
ANY = st.none() | st.booleans() | st.sampled_from([0, 1, 0.5, "x", [1], {"x": 1}])
WRITES = st.tuples(st.sampled_from(["$set", "$inc", "$mul", "$min", "$push", "$unset"]), ANY)


@settings(max_examples=200, deadline=None)
@given(st.data(), KINDS | st.just(ANY), st.dictionaries(st.sampled_from("abc"), WRITES, min_size=1))
def test_fields_of_any_kind(data, kind, writes):
    alike = st.fixed_dictionaries({"a": kind, "b": kind}, optional={"c": ANY})
    found = data.draw(st.lists(alike, min_size=1, max_size=4))
    spec = {}
    for path, (operator, operand) in writes.items():
        spec.setdefault(operator, {})[path] = operand
    try:
        update = compile_update(spec)
        for document in found:
            update(document)
    except QueryError:
        assume(False)
    same(found, spec)

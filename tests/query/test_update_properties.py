"""What holds of every update, whatever the document."""

from __future__ import annotations

import copy
import string

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cloud_fake.errors import QueryError
from cloud_fake.query.differences import updated_fields
from cloud_fake.query.updates import compile_update
from cloud_fake.values.kinds import MISSING
from cloud_fake.values.order import equal

quick = settings(max_examples=100, deadline=None)

keys = st.sampled_from("abc")
scalars = st.none() | st.booleans() | st.integers(-9, 9) | st.floats(-9, 9) | st.sampled_from("xyz")
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3)
)
documents = st.dictionaries(keys, values, max_size=3)
paths = st.lists(st.sampled_from(["a", "b", "c", "0", "1"]), min_size=1, max_size=3).map(".".join)

operations = st.one_of(
    st.tuples(st.just("$set"), values),
    st.tuples(st.just("$unset"), st.just("")),
    st.tuples(st.sampled_from(["$inc", "$mul"]), st.integers(-3, 3)),
    st.tuples(st.sampled_from(["$min", "$max", "$push", "$addToSet"]), values),
    st.tuples(st.just("$pop"), st.sampled_from([1, -1])),
    st.tuples(st.just("$pull"), scalars),
    st.tuples(st.just("$pullAll"), st.lists(scalars, max_size=3)),
    st.tuples(st.just("$bit"), st.fixed_dictionaries({"xor": st.integers(0, 7)})),
    st.tuples(st.just("$rename"), paths),
)


def applied(document, operator, path, operand):
    """The document afterwards, or None where the update is refused."""
    try:
        return compile_update({operator: {path: operand}})(document)
    except QueryError:
        return None


def found(value, path):
    """What stands at a path, by the rules of updates: an index is an index."""
    for segment in path.split("."):
        if isinstance(value, dict):
            value = value.get(segment, MISSING)
        elif isinstance(value, list) and segment in string.digits and int(segment) < len(value):
            value = value[int(segment)]
        else:
            return MISSING
    return value


@quick
@given(documents, paths, operations)
def test_an_update_never_edits_its_document(document, path, operation):
    before = copy.deepcopy(document)
    after = applied(document, operation[0], path, operation[1])
    assert repr(document) == repr(before)
    assert after is None or isinstance(after, dict)


@quick
@given(documents, paths, operations)
def test_only_an_update_that_changes_something_makes_a_document(document, path, operation):
    after = applied(document, operation[0], path, operation[1])
    assert after is None or after is document or not equal(after, document)


@quick
@given(documents, paths, operations)
def test_an_update_leaves_other_fields_alone(document, path, operation):
    assume(operation[0] != "$rename")
    after = applied(document, operation[0], path, operation[1])
    assume(after is not None)
    touched = path.split(".")[0]
    assert all(after[key] is document[key] for key in document if key != touched)


@quick
@given(documents, paths, values)
def test_what_was_set_is_there(document, path, value):
    after = applied(document, "$set", path, value)
    assume(after is not None)
    assert equal(found(after, path), value)


@quick
@given(documents, paths, values)
def test_setting_twice_is_setting_once(document, path, value):
    once = applied(document, "$set", path, value)
    assume(once is not None)
    assert applied(once, "$set", path, value) is once


@quick
@given(documents, keys, values)
def test_unset_takes_back_what_set_added(document, key, value):
    assume(key not in document)
    added = applied(document, "$set", key, value)
    assert applied(added, "$unset", key, "") == document


@quick
@given(documents, paths)
def test_what_was_unset_is_gone(document, path):
    after = applied(document, "$unset", path, "")
    # An array keeps the place of its element.
    assert found(after, path) in (MISSING, None)


@quick
@given(documents, paths, st.integers(-9, 9), st.integers(-9, 9))
def test_inc_takes_back_inc(document, path, number, amount):
    before = applied(document, "$set", path, number)
    assume(before is not None)
    more = applied(before, "$inc", path, amount)
    assert found(more, path) == number + amount
    assert equal(applied(more, "$inc", path, -amount), before)


@quick
@given(documents, documents)
def test_the_differences_make_the_one_document_of_the_other(before, after):
    updated, removed = updated_fields(before, after)
    spec = {"$set": updated, "$unset": dict.fromkeys(removed, "")}
    patched = compile_update({name: fields for name, fields in spec.items() if fields})(before)
    assert patched == after

"""Compiled filters answer as the rules do when they are followed one by one."""

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from cloud_fake.query.filters import compile_filter
from cloud_fake.values.regex import Regex
from tests.query.slow_filter import matches

KEYS = st.sampled_from(["a", "b", "0"])
DATES = st.sampled_from([datetime(2026, 1, day, tzinfo=UTC) for day in (1, 2)])
REGEXES = st.sampled_from([Regex("a"), Regex("^b", "i")])
SCALARS = (
    st.none() | st.booleans() | st.sampled_from([0, 1, 2, -3, 1.0, 0.5, "", "a", "ab", "B"]) | DATES
)
VALUES = st.recursive(
    SCALARS | REGEXES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)
DOCUMENTS = st.dictionaries(KEYS, VALUES, max_size=3)
PATHS = st.sampled_from(["a", "b", "a.b", "a.0", "a.b.a", "a.0.b", "0.a", "a.0.0", "b.1.a.b"])

BOUNDED = st.none() | st.booleans() | st.sampled_from([0, 1, 1.5, "", "a"]) | DATES | VALUES


def operators(inner):
    """Conditions `{$op: operand}` whose `$elemMatch` may hold the conditions of `inner`."""
    not_regex = VALUES.filter(lambda value: type(value) is not Regex)
    bounds = BOUNDED.filter(lambda value: type(value) is not Regex)
    options = {
        "$eq": VALUES,
        "$ne": not_regex,
        "$gt": bounds,
        "$gte": bounds,
        "$lt": bounds,
        "$lte": bounds,
        "$in": st.lists(VALUES, max_size=3),
        "$nin": st.lists(VALUES, max_size=3),
        "$all": st.lists(VALUES, max_size=2),
        "$exists": st.booleans(),
        "$size": st.integers(0, 2),
        "$mod": st.sampled_from([[2, 0], [2, -1], [3, 1]]),
        "$regex": REGEXES,
        "$elemMatch": st.dictionaries(st.sampled_from(["a", "b", "0"]), inner, max_size=2) | inner,
    }
    some = st.lists(st.sampled_from(sorted(options)), min_size=1, max_size=3, unique=True)
    return some.flatmap(lambda names: st.fixed_dictionaries({n: options[n] for n in names}))


FLAT = operators(st.just({"$exists": True}))
CONDITIONS = operators(FLAT) | st.builds(lambda inner: {"$not": inner}, operators(FLAT) | REGEXES)
FIELDS = st.dictionaries(PATHS, CONDITIONS | VALUES, min_size=1, max_size=2)
QUERIES = st.recursive(
    FIELDS,
    lambda inner: st.builds(
        lambda name, parts, rest: {**rest, name: parts},
        st.sampled_from(["$and", "$or", "$nor"]),
        st.lists(inner, min_size=1, max_size=3),
        FIELDS,
    ),
    max_leaves=3,
)


@settings(max_examples=100, deadline=None)
@given(st.lists(DOCUMENTS, min_size=1, max_size=8), QUERIES)
def test_compiled_filters_follow_the_rules(documents, query):
    compiled = compile_filter(query)
    expected = [document for document in documents if matches(document, query)]
    assert [document for document in documents if compiled.matches(document)] == expected
    assert list(compiled.select(documents)) == expected


#: Values that a scan hopes for. Python takes booleans for numbers.
KINDS = st.sampled_from(
    [
        st.sampled_from([0, 1, 2, 0.0, 1.0, True, False]),
        st.integers(-1, 2),
        st.sampled_from(["", "a", "ab", "B"]),
        DATES,
    ]
)


def alike(kind):
    """Documents with such a value at each of three depths."""
    inner = st.fixed_dictionaries({"a": kind})
    middle = st.fixed_dictionaries({"a": kind, "b": inner})
    return st.fixed_dictionaries({"a": kind, "b": middle})


def asked(kind):
    """What may be asked of such a value."""
    names = st.sampled_from([("$gt",), ("$gte",), ("$lt",), ("$lte",), ("$gt", "$lt")])
    bounds = names.flatmap(lambda found: st.fixed_dictionaries(dict.fromkeys(found, kind)))
    either = st.fixed_dictionaries({"$in": st.lists(kind, max_size=3)})
    return bounds | kind | either | REGEXES | SCALARS


@settings(max_examples=300, deadline=None)
@given(st.data(), KINDS, st.sampled_from([1, 90]), st.just([]) | st.lists(DOCUMENTS, max_size=2))
def test_scans_of_documents_that_are_alike_follow_the_rules(data, kind, times, odd):
    few = data.draw(st.lists(alike(kind), min_size=2, max_size=4))
    paths = st.sampled_from(["a", "b.a", "b.b.a"])
    query = data.draw(st.dictionaries(paths, asked(kind), min_size=1, max_size=3))
    documents = few * times + odd + few * times
    matching = {id(document): matches(document, query) for document in few + odd}
    expected = [document for document in documents if matching[id(document)]]
    compiled = compile_filter(query)
    assert compiled.select_all(documents) == expected
    assert list(compiled.select(iter(documents))) == expected

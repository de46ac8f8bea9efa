"""Many rows at once, or made later, are what the same rows are one by one."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cloud_fake.state import Conflict, Store

ROWS = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 2))
WRITES = st.lists(
    st.tuples(st.sampled_from(["put", "delete"]), st.sampled_from("abcdef"), st.integers(0, 2)),
    max_size=4,
)


LOOKS = {
    "get": lambda draft: draft.get("t", "a"),
    "rows": lambda draft: list(draft.rows("t")),
    "keys": lambda draft: list(draft.keys("t")),
}


def one_by_one(draft, rows):
    for key, value in rows.items():
        draft.put("t", key, value)


def at_once(draft, rows):
    draft.put_all("t", dict(rows))


def later(draft, rows):
    draft.put_later("t", lambda table: table.update(rows))


def written(base, before, put_rows, rows, after, *, looks, lists):
    """What a draft shows, what its commit tells, and what the table is then."""
    store = Store()
    draft = store.draft()
    draft.create_table("t")
    draft.put_all("t", base)
    draft.commit()
    moment = store.snapshot()
    draft = store.draft()
    _write(draft, before)
    put_rows(draft, rows)
    _write(draft, after)
    seen = [draft.is_changed, *(LOOKS[look](draft) for look in looks)]
    told = draft.commit() if lists else draft.land()
    assert moment.tables == {"t": base}
    return seen, told, list(store.table("t").items())


def _write(draft, writes):
    for what, key, value in writes:
        if what == "put":
            draft.put("t", key, value)
        else:
            draft.delete("t", key)


@pytest.mark.parametrize("put_rows", [at_once, later])
@settings(max_examples=100, deadline=None)
@given(ROWS, WRITES, ROWS, WRITES, st.permutations([*LOOKS]) | st.just([]), st.booleans())
def test_many_rows_are_rows_one_by_one(put_rows, base, before, rows, after, looks, lists):
    rows = {key: value for key, value in rows.items() if base.get(key) != value}
    assume(rows)

    def by(put):
        return written(base, before, put, rows, after, looks=looks, lists=lists)

    assert by(put_rows) == by(one_by_one)


@pytest.mark.parametrize("drop", [True, False])
def test_rows_that_are_made_later_go_with_their_table(drop):
    store = filled(a=1, b=2)
    draft = store.draft()
    draft.put_later("t", lambda table: table.update(a=3))
    if drop:
        draft.drop_table("t")
        draft.create_table("t")
    draft.put("t", "c", 4)
    draft.commit()
    assert dict(store.table("t")) == ({"c": 4} if drop else {"a": 3, "b": 2, "c": 4})


@pytest.mark.parametrize(
    ("look", "seen"), [("get", 3), ("rows", [3, 2, 4]), ("keys", ["a", "b", "c"])]
)
def test_who_looks_has_them_made(look, seen):
    draft = filled(a=1, b=2).draft()
    draft.put_later("t", lambda table: table.update(a=3, c=4))
    assert LOOKS[look](draft) == seen


def test_rows_can_be_put_behind_those_that_are_made_later():
    store = filled(a=1, b=2)
    draft = store.draft()
    draft.put_later("t", lambda table: table.update(a=3))
    draft.put_all("t", {"b": 4})
    assert [change.key for change in draft.commit()] == ["a", "b"]
    assert dict(store.table("t")) == {"a": 3, "b": 4}


def test_rows_are_made_once_and_as_they_land():
    store = filled(a=1, b=2)
    made = []
    draft = store.draft()
    draft.put_later("t", lambda table: (made.append(table is store.table("t")), table.update(a=3)))
    assert made == []
    draft.land()
    assert made == [True]
    assert dict(store.table("t")) == {"a": 3, "b": 2}


def test_what_is_let_go_of_is_never_made():
    store = filled(a=1)
    store.draft().put_later("t", lambda table: table.update(a=3))
    assert dict(store.table("t")) == {"a": 1}


def test_a_table_is_there_before_its_rows():
    with pytest.raises(KeyError):
        Store().draft().put_later("t", lambda table: table.update(a=3))


def test_what_was_worked_out_of_a_table_is_forgotten_when_rows_are_made_late():
    store = filled(a=1)
    notes = store.draft().notes("t")
    draft = store.draft()
    draft.put_later("t", lambda table: table.update(a=3))
    assert draft.notes("t") is None
    draft.land()
    assert store.draft().notes("t") is not notes


def filled(**rows):
    store = Store()
    draft = store.draft()
    draft.create_table("t")
    draft.put_all("t", rows)
    draft.land()
    return store


@pytest.mark.parametrize("put_rows", [at_once, later])
def test_a_transaction_hands_out_and_compares_rows_at_once(put_rows):
    store = filled(a=1, b=2)
    transaction = store.draft(tracking=True)
    put_rows(transaction, {"b": 3, "c": 4})
    transaction.put("t", "d", 5)
    assert transaction.take_written() == [("t", "b"), ("t", "c"), ("t", "d")]
    other = store.draft()
    other.put("t", "c", 6)
    other.commit()
    with pytest.raises(Conflict) as caught:
        transaction.commit()
    assert caught.value.key == "c"

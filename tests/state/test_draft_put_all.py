"""Many rows at once are what the same rows are one by one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloud_fake.state import Conflict, Store

ROWS = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 2))
WRITES = st.lists(
    st.tuples(st.sampled_from(["put", "delete"]), st.sampled_from("abcdef"), st.integers(0, 2)),
    max_size=4,
)


def written(base, before, rows, after, *, at_once):
    store = Store()
    draft = store.draft()
    draft.create_table("t")
    draft.put_all("t", base)
    draft.commit()
    draft = store.draft()
    _write(draft, before)
    if at_once:
        draft.put_all("t", dict(rows))
    else:
        for key, value in rows.items():
            draft.put("t", key, value)
    _write(draft, after)
    seen = list(draft.rows("t"))
    return seen, draft.commit(), list(store.table("t").items())


def _write(draft, writes):
    for what, key, value in writes:
        if what == "put":
            draft.put("t", key, value)
        else:
            draft.delete("t", key)


@settings(max_examples=100, deadline=None)
@given(ROWS, WRITES, ROWS, WRITES)
def test_rows_at_once_are_rows_one_by_one(base, before, rows, after):
    rows = {key: value for key, value in rows.items() if base.get(key) != value}
    one_by_one = written(base, before, rows, after, at_once=False)
    assert written(base, before, rows, after, at_once=True) == one_by_one


def test_a_transaction_hands_out_and_compares_rows_at_once():
    store = Store()
    draft = store.draft()
    draft.create_table("t")
    draft.put_all("t", {"a": 1, "b": 2})
    draft.commit()
    transaction = store.draft(tracking=True)
    transaction.put_all("t", {"b": 3, "c": 4})
    transaction.put("t", "d", 5)
    assert transaction.take_written() == [("t", "b"), ("t", "c"), ("t", "d")]
    other = store.draft()
    other.put("t", "c", 6)
    other.commit()
    with pytest.raises(Conflict) as caught:
        transaction.commit()
    assert caught.value.key == "c"

"""Notes of a table: what was written since, told as it can be seen in the table itself."""

from hypothesis import given, settings
from hypothesis import strategies as st

from cloud_fake.state import Store
from cloud_fake.state.notes import MOST_WRITTEN

KEYS = st.sampled_from("abcdef")
#: One commit: keys to be put (a number) or removed (None), in this order.
COMMITS = st.lists(st.lists(st.tuples(KEYS, st.none() | st.integers(0, 3)), max_size=4), max_size=8)


def filled(keys="abc"):
    store = Store()
    draft = store.draft()
    draft.create_table("t")
    for key in keys:
        draft.put("t", key, 0)
    draft.land()
    return store


def commit(store, writes):
    draft = store.draft()
    for key, value in writes:
        if value is None:
            draft.delete("t", key)
        else:
            draft.put("t", key, value)
    draft.land()


@settings(max_examples=200, deadline=None)
@given(COMMITS, COMMITS)
def test_what_was_written_since_a_moment_is_all_that_differs(earlier, later):
    store = filled()
    notes = store.draft().notes("t")
    for writes in earlier:
        commit(store, writes)
    moment, then = notes.moment, dict(store.table("t"))
    for writes in later:
        commit(store, writes)
    now = dict(store.table("t"))
    assert store.draft().notes("t") is notes
    written, last = notes.written_since(moment), notes.put_last_since(moment)
    untouched = [key for key in then if key not in written]
    assert all(then[key] == now[key] for key in untouched)
    assert set(then.keys() ^ now.keys()) <= written
    # Those in their old places stand in their old order, and behind them what was put last.
    assert [key for key in now if key not in last] == [
        key for key in then if key in now and key not in last
    ]
    assert list(now)[len(now) - len(last) :] == last
    assert set(last) <= written


def test_nothing_was_written_since_now():
    store = filled()
    notes = store.draft().notes("t")
    commit(store, [("a", 1)])
    assert notes.written_since(notes.moment) == set()
    assert notes.put_last_since(notes.moment) == []
    assert notes.written_since(0) == {"a"}


def test_after_many_writes_they_are_forgotten():
    store = filled()
    notes = store.draft().notes("t")
    for number in range(MOST_WRITTEN):
        commit(store, [(number, 1)])
        commit(store, [(number, 2)])
    assert store.draft().notes("t") is notes
    commit(store, [("one more", 1)])
    assert store.draft().notes("t") is not notes


def test_a_great_write_forgets_them_at_once():
    store = filled()
    notes = store.draft().notes("t")
    commit(store, [(number, 1) for number in range(MOST_WRITTEN + 1)])
    assert store.draft().notes("t") is not notes


def test_a_table_that_is_made_anew_has_none():
    store = filled()
    notes = store.draft().notes("t")
    draft = store.draft()
    draft.drop_table("t")
    draft.create_table("t")
    draft.land()
    assert store.draft().notes("t") is not notes

"""Transactions: one moment to read, and a conflict when that moment no longer holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from cloud_fake.state import ABSENT, Change, Conflict, Draft, Store

Steps = Callable[[Draft], object]


@pytest.fixture
def store() -> Store:
    store = Store()
    commit(store, lambda draft: draft.create_table("accounts"))
    commit(store, lambda draft: draft.put("accounts", "alice", 100))
    commit(store, lambda draft: draft.put("accounts", "bob", 0))
    commit(store, lambda draft: draft.create_table("empty"))
    return store


def commit(store: Store, steps: Steps) -> None:
    draft = store.draft()
    steps(draft)
    draft.commit()


def test_a_transaction_reads_the_moment_it_began(store: Store) -> None:
    transaction = store.draft(tracking=True)
    commit(store, lambda draft: draft.put("accounts", "alice", 50))
    commit(store, lambda draft: draft.put("accounts", "carol", 1))
    commit(store, lambda draft: draft.drop_table("empty"))
    assert transaction.get("accounts", "alice") == 100
    assert [*transaction.rows("accounts")] == [100, 0]
    assert transaction.has_table("empty")


def test_a_transaction_sees_its_own_writes_and_lands_as_one(store: Store) -> None:
    transaction = store.draft(tracking=True)
    transaction.put("accounts", "alice", transaction.get("accounts", "alice") - 30)
    transaction.put("accounts", "bob", transaction.get("accounts", "bob") + 30)
    assert [*transaction.rows("accounts")] == [70, 30]
    assert [*store.table("accounts").values()] == [100, 0]
    assert transaction.commit() == (
        Change("accounts", "alice", 100, 70),
        Change("accounts", "bob", 0, 30),
    )
    assert [*store.table("accounts").values()] == [70, 30]


def test_where_it_has_written_is_handed_out_once(store: Store) -> None:
    transaction = store.draft(tracking=True)
    assert transaction.take_written() == []
    transaction.put("accounts", "alice", 1)
    assert transaction.take_written() == [("accounts", "alice")]
    transaction.put("accounts", "alice", 2)
    transaction.delete("accounts", "bob")
    assert transaction.take_written() == [("accounts", "bob")]
    assert transaction.take_written() == []


def test_transactions_that_do_not_meet_both_commit(store: Store) -> None:
    one, other = store.draft(tracking=True), store.draft(tracking=True)
    one.put("accounts", "alice", 1)
    other.put("accounts", "bob", 2)
    one.commit()
    other.commit()
    assert dict(store.table("accounts")) == {"alice": 1, "bob": 2}


#: What the transaction does, what happens meanwhile, and what the conflict names.
CONFLICTS: list[tuple[Steps, Steps, tuple[Any, Any]]] = [
    (
        lambda own: own.put("accounts", "alice", 2),
        lambda others: others.put("accounts", "alice", 1),
        ("accounts", "alice"),
    ),
    (
        lambda own: own.put("accounts", "carol", 2),
        lambda others: others.put("accounts", "carol", 1),
        ("accounts", "carol"),
    ),
    (
        lambda own: own.put("accounts", "alice", 2),
        lambda others: others.delete("accounts", "alice"),
        ("accounts", "alice"),
    ),
    (
        lambda own: own.delete("accounts", "bob"),
        lambda others: others.put("accounts", "bob", 1),
        ("accounts", "bob"),
    ),
    (
        lambda own: own.create_table("new"),
        lambda others: others.create_table("new"),
        ("new", ABSENT),
    ),
    (
        lambda own: own.put("empty", "a", 1),
        lambda others: others.drop_table("empty"),
        ("empty", ABSENT),
    ),
    (
        lambda own: own.drop_table("accounts"),
        lambda others: others.put("accounts", "carol", 1),
        ("accounts", ABSENT),
    ),
]


@pytest.mark.parametrize(("own", "meanwhile", "named"), CONFLICTS)
def test_conflicts(store: Store, own: Steps, meanwhile: Steps, named: tuple[Any, Any]) -> None:
    transaction = store.draft(tracking=True)
    own(transaction)
    commit(store, meanwhile)
    after = {name: dict(store.table(name) or {}) for name in store.names()}
    with pytest.raises(Conflict) as conflict:
        transaction.commit()
    assert (conflict.value.table, conflict.value.key) == named
    assert {name: dict(store.table(name) or {}) for name in store.names()} == after


#: What the transaction does, and what happens meanwhile that is none of its business.
NO_CONFLICTS: list[tuple[Steps, Steps]] = [
    (
        lambda own: own.put("accounts", "carol", 2),
        lambda others: others.put("accounts", "dave", 1),
    ),
    (
        lambda own: own.get("accounts", "alice"),
        lambda others: others.put("accounts", "alice", 1),
    ),
    (
        lambda own: own.rows("accounts"),
        lambda others: others.delete("accounts", "alice"),
    ),
    (
        lambda own: own.has_table("new"),
        lambda others: others.create_table("new"),
    ),
]


@pytest.mark.parametrize(("own", "meanwhile"), NO_CONFLICTS)
def test_no_conflicts(store: Store, own: Steps, meanwhile: Steps) -> None:
    transaction = store.draft(tracking=True)
    own(transaction)
    commit(store, meanwhile)
    transaction.commit()


def test_values_are_compared_by_identity(store: Store) -> None:
    first, equal_to_it = {"n": 1}, {"n": 1}
    commit(store, lambda draft: draft.put("accounts", "alice", first))
    transaction = store.draft(tracking=True)
    transaction.put("accounts", "alice", {"n": 2})
    commit(store, lambda draft: draft.put("accounts", "alice", equal_to_it))
    with pytest.raises(Conflict):
        transaction.commit()


def test_there_and_back_is_no_conflict(store: Store) -> None:
    transaction = store.draft(tracking=True)
    transaction.put("accounts", "alice", 7)
    commit(store, lambda draft: draft.put("accounts", "alice", 1))
    commit(store, lambda draft: draft.put("accounts", "alice", 100))
    transaction.commit()


def test_a_restore_under_a_transaction_counts_as_a_change(store: Store) -> None:
    moment = store.snapshot()
    commit(store, lambda draft: draft.put("accounts", "alice", 1))
    transaction = store.draft(tracking=True)
    transaction.put("accounts", "alice", 2)
    store.restore(moment)
    with pytest.raises(Conflict):
        transaction.commit()
    assert store.table("accounts")["alice"] == 100


def test_what_is_only_read_may_change(store: Store) -> None:
    """Write skew, which snapshot isolation allows: each reads what the other writes."""
    one, other = store.draft(tracking=True), store.draft(tracking=True)
    one.put("accounts", "alice", one.get("accounts", "bob"))
    other.put("accounts", "bob", other.get("accounts", "alice"))
    one.commit()
    other.commit()
    assert dict(store.table("accounts")) == {"alice": 0, "bob": 100}


KEYS = st.sampled_from("abc")


def run(keys: list[str], store: Store, committed: list[str]) -> Iterator[None]:
    """One transaction that counts up some keys, one a turn; a commit is written down."""
    transaction = store.draft(tracking=True)
    for key in keys:
        # 1000 and more: integers of their own, so that "the same value" means that nobody wrote.
        transaction.put("numbers", key, transaction.get("numbers", key, 1000) + 1)
        yield
    try:
        transaction.commit()
    except Conflict:
        return
    committed.extend(keys)


@given(
    plans=st.lists(st.lists(KEYS, min_size=1, max_size=3), min_size=2, max_size=3),
    turns=st.lists(st.integers(0, 2), max_size=12),
)
@settings(max_examples=100, deadline=None)
def test_no_committed_count_is_lost(plans: list[list[str]], turns: list[int]) -> None:
    store, committed = Store(), list[str]()
    commit(store, lambda draft: draft.create_table("numbers"))
    runs = [run(keys, store, committed) for keys in plans]
    for turn in turns:
        next(runs[turn % len(runs)], None)
    for unfinished in runs:
        list(unfinished)
    assert dict(store.table("numbers")) == {
        key: 1000 + committed.count(key) for key in set(committed)
    }

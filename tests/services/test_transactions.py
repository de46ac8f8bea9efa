"""Transactions of the server SDK: what they see, when they fail, how `runTransaction` goes on.

Source: @cloudbase/database 1.4.3 for `runTransaction`; developers.weixin.qq.com, guide "database
transactions", and MongoDB's manual for snapshot isolation and write conflicts.
"""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from cloud_fake import CloudError, FakeCloud
from cloud_fake.kernel import transactions

CONFLICT = "DATABASE_TRANSACTION_CONFLICT"
CONFLICT_TEXT = "[ResourceUnavailable.TransactionConflict] Transaction is conflict."
GONE = "DATABASE_TRANSACTION_FAIL"


def error_of(call: Any, /, *args: Any, **kwargs: Any) -> CloudError:
    with pytest.raises(CloudError) as caught:
        call(*args, **kwargs)
    return caught.value


@pytest.fixture
def world(world: FakeCloud) -> FakeCloud:
    """The world with two accounts."""
    world.seed({"accounts": [{"_id": "a", "n": 10}, {"_id": "b", "n": 0}]}, openid=None)
    return world


@pytest.fixture
def db(world: FakeCloud, face: Any) -> Any:
    return face(world.server).database()


def balance(world: FakeCloud, name: str = "a") -> Any:
    record = world.server.database(throwOnNotFound=False).collection("accounts").doc(name)
    return (record.get().data or {}).get("n")


# --- what a transaction sees ----------------------------------------------------------------------


def test_it_sees_its_own_writes_and_nobody_else_does(world: FakeCloud, db: Any) -> None:
    transaction = db.startTransaction()
    inside = transaction.collection("accounts")
    assert inside.doc("a").update(data={"n": 5}) == {
        "stats": {"updated": 1},
        "errMsg": "document.update:ok",
    }
    made = inside.add(data={"n": 1})._id
    inside.doc("c").set(data={"n": 2})
    assert inside.doc("b").remove().stats.removed == 1
    assert inside.doc("a").get().data["n"] == 5
    assert [balance(world, name) for name in ("a", "b", "c", made)] == [10, 0, None, None]
    transaction.commit()
    assert [balance(world, name) for name in ("a", "b", "c", made)] == [5, None, 2, 1]


def test_it_sees_the_moment_it_began(world: FakeCloud, db: Any) -> None:
    transaction = db.startTransaction()
    world.server.database().collection("accounts").doc("a").update(data={"n": 11})
    world.server.database().collection("accounts").add(data={"_id": "late"})
    inside = transaction.collection("accounts")
    assert inside.doc("a").get().data["n"] == 10
    assert error_of(inside.doc("late").get).errMsg == (
        "document.get:fail document with _id late does not exist"
    )
    transaction.commit()  # what was only read does not count
    assert balance(world) == 11


def test_rolled_back_it_never_was(world: FakeCloud, db: Any) -> None:
    transaction = db.startTransaction()
    transaction.collection("accounts").doc("a").update(data={"n": 5})
    transaction.rollback()
    assert balance(world) == 10


def test_a_missing_record_may_be_null(world: FakeCloud, face: Any) -> None:
    server = face(world.server)
    transaction = server.database(throwOnNotFound=False).startTransaction()
    assert transaction.collection("todos").doc("nope").get().data is None
    strict = server.database().startTransaction()
    assert error_of(strict.collection("todos").doc("nope").get).errCode == -1


def test_only_single_records_are_reached(world: FakeCloud, db: Any) -> None:
    transaction = db.startTransaction()
    inside = transaction.collection("accounts")
    assert not hasattr(inside, "where")
    assert not hasattr(inside, "aggregate")
    assert error_of(transaction.collection, "").errMsg == "Collection name is required"
    assert error_of(inside.doc, None).errMsg == "docId必须为字符串或数字"
    assert error_of(transaction.collection("nowhere").doc("a").get).errCode == -502005


def test_watchers_hear_of_the_commit_once(world: FakeCloud, db: Any) -> None:
    world.set_collection_permission("accounts", "READONLY")
    heard: list[Any] = []
    world.database().collection("accounts").watch(onChange=heard.append, onError=heard.append)
    transaction = db.startTransaction()
    transaction.collection("accounts").doc("a").update(data={"n": 5})
    transaction.collection("accounts").doc("b").update(data={"n": 5})
    assert len(heard) == 1
    transaction.commit()
    (_, event) = heard
    assert [change.docId for change in event.docChanges] == ["a", "b"]


# --- conflicts ------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["update", "set", "remove", "add"])
def test_the_second_of_two_writers_fails_at_once(world: FakeCloud, db: Any, verb: str) -> None:
    one, other = db.startTransaction(), db.startTransaction()
    one.collection("accounts").doc("a").update(data={"n": 1})
    one.collection("accounts").add(data={"_id": "new"})
    inside = other.collection("accounts")
    calls = {
        "update": lambda: inside.doc("a").update(data={"n": 2}),
        "set": lambda: inside.doc("a").set(data={"n": 2}),
        "remove": lambda: inside.doc("a").remove(),
        "add": lambda: inside.add(data={"_id": "new"}),
    }
    error = error_of(calls[verb])
    assert (error.errCode, error.name) == (-501001, CONFLICT)
    assert error.errMsg.endswith(f":fail -501001 resource system error. {CONFLICT_TEXT}")
    assert error_of(inside.doc("b").get).name == GONE  # the server has dropped it
    one.commit()
    assert balance(world) == 1


def test_writers_of_different_records_do_not_meet(world: FakeCloud, db: Any) -> None:
    one, other = db.startTransaction(), db.startTransaction()
    one.collection("accounts").doc("a").update(data={"n": 1})
    other.collection("accounts").doc("b").update(data={"n": 2})
    other.commit()
    one.commit()
    assert (balance(world, "a"), balance(world, "b")) == (1, 2)


def test_who_has_ended_is_in_nobodys_way(world: FakeCloud, db: Any) -> None:
    one, other = db.startTransaction(), db.startTransaction()
    one.collection("accounts").doc("a").update(data={"n": 1})
    one.rollback()
    other.collection("accounts").doc("a").update(data={"n": 2})
    other.commit()
    assert balance(world) == 2


@pytest.mark.parametrize("verb", ["update", "remove"])
def test_an_ordinary_write_meanwhile_makes_the_commit_fail(
    world: FakeCloud, db: Any, verb: str
) -> None:
    transaction = db.startTransaction()
    transaction.collection("accounts").doc("a").update(data={"n": 1})
    doc = world.server.database().collection("accounts").doc("a")
    doc.update(data={"n": 7}) if verb == "update" else doc.remove()
    error = error_of(transaction.commit)
    assert error.name == CONFLICT
    assert balance(world) == (7 if verb == "update" else None)


# --- its life -------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["commit", "rollback"])
def test_the_dead_answer_nothing(world: FakeCloud, db: Any, end: str) -> None:
    transaction = db.startTransaction()
    inside = transaction.collection("accounts")
    getattr(transaction, end)()
    for call in (
        transaction.commit,
        transaction.rollback,
        inside.doc("a").get,
        lambda: inside.add(data={}),
    ):
        error = error_of(call)
        assert (error.errCode, error.name) == (-501001, GONE)
        assert "[ResourceUnavailable.TransactionNotExist]" in error.errMsg


def test_it_lives_for_thirty_seconds(world: FakeCloud, db: Any) -> None:
    transaction = db.startTransaction()
    world.clock.advance(seconds=30)
    transaction.collection("accounts").doc("a").update(data={"n": 1})
    world.clock.advance(seconds=0.001)
    assert error_of(transaction.collection("accounts").doc("a").get).name == GONE
    assert error_of(transaction.commit).name == GONE
    assert balance(world) == 10


def test_the_dead_are_in_nobodys_way(world: FakeCloud, db: Any) -> None:
    old = db.startTransaction()
    old.collection("accounts").doc("a").update(data={"n": 1})
    world.clock.advance(seconds=20)
    young = db.startTransaction()
    world.clock.advance(seconds=11)
    young.collection("accounts").doc("a").update(data={"n": 2})
    young.commit()
    assert balance(world) == 2


@pytest.mark.parametrize("back", ["reset", "restore"])
def test_no_snapshot_holds_any(world: FakeCloud, db: Any, back: str) -> None:
    before = world.snapshot()
    transaction = db.startTransaction()
    transaction.collection("todos").add(data={"_id": "of another time"})
    world.reset() if back == "reset" else world.restore(before)
    assert error_of(transaction.commit).name == "DATABASE_TRANSACTION_FAIL"
    assert world.server.database().collection("todos").count().total == 0


def test_nobody_keeps_those_that_were_abandoned(world: FakeCloud, db: Any) -> None:
    for _ in range(5):
        db.startTransaction()
        world.clock.advance(seconds=20)
    assert len(world._world.transactions) == 2


def test_on_a_stopped_clock_the_oldest_of_too_many_ends(
    world: FakeCloud, db: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transactions, "MOST_OPEN", 3)
    opened = [db.startTransaction() for _ in range(5)]
    assert len(world._world.transactions) == 3
    assert [error_of(it.commit).name for it in opened[:2]] == [GONE, GONE]
    for transaction in opened[2:]:
        transaction.commit()


# --- runTransaction -------------------------------------------------------------------------------


def take(transaction: Any) -> str:
    inside = transaction.collection("accounts")
    left = inside.doc("a").get().data["n"] - 1
    inside.doc("a").update(data={"n": left})
    return f"{left} left"


async def take_later(transaction: Any) -> str:
    inside = transaction.collection("accounts")
    left = (await inside.doc("a").get()).data["n"] - 1
    await inside.doc("a").update(data={"n": left})
    return f"{left} left"


async def take_through_the_blocking_face(transaction: Any) -> str:
    return take(transaction)


@pytest.mark.parametrize("callback", [take, take_through_the_blocking_face])
def test_a_callback_on_the_blocking_face(world: FakeCloud, callback: Any) -> None:
    assert world.server.database().runTransaction(callback) == "9 left"
    assert balance(world) == 9


def test_a_callback_on_the_awaitable_face(world: FakeCloud) -> None:
    assert asyncio.run(world.server.aio.database().runTransaction(take_later)) == "9 left"
    assert balance(world) == 9


def meddler(world: FakeCloud, times: int) -> Any:
    """A callback that somebody else disturbs so many times."""
    runs: list[int] = []

    def callback(transaction: Any) -> int:
        runs.append(len(runs) + 1)
        take(transaction)
        if len(runs) <= times:
            _ = world.server.database().command
            record = world.server.database().collection("accounts").doc("a")
            record.update(data={"n": _.inc(100)})
        return len(runs)

    return callback, runs


@pytest.mark.parametrize(("disturbed", "balance_then"), [(0, 9), (1, 109), (3, 309)])
def test_a_conflict_is_tried_again(world: FakeCloud, disturbed: int, balance_then: int) -> None:
    callback, _runs = meddler(world, disturbed)
    assert world.server.database().runTransaction(callback) == disturbed + 1
    assert balance(world) == balance_then


@pytest.mark.parametrize(("times", "runs_then"), [(None, 4), (0, 1), (-1, 1), (1, 2), (5, 6)])
def test_so_many_more_times_and_no_more(
    world: FakeCloud, times: int | None, runs_then: int
) -> None:
    callback, runs = meddler(world, 100)
    more = () if times is None else (times,)
    error = error_of(world.server.database().runTransaction, callback, *more)
    assert error.name == CONFLICT
    assert len(runs) == runs_then
    assert len(world._world.transactions) == 0


def test_a_conflict_inside_the_callback_is_tried_again_too(world: FakeCloud) -> None:
    holder = world.server.database().startTransaction()
    holder.collection("accounts").doc("a").update(data={"n": 1})
    runs: list[str] = []

    def callback(transaction: Any) -> str:
        runs.append(transaction.id)
        if len(runs) == 3:
            holder.commit()
        elif len(runs) == 4:
            return take(transaction)
        return take(transaction)

    assert world.server.database().runTransaction(callback) == "0 left"
    assert len(set(runs)) == len(runs) == 4


@pytest.mark.parametrize(
    "trouble",
    [
        ValueError("mine"),
        CloudError(-501001, "somebody else's"),
        CloudError(-502001, "the database's"),
    ],
)
def test_nothing_else_is_tried_again(world: FakeCloud, trouble: Exception) -> None:
    runs: list[Any] = []

    def callback(transaction: Any) -> None:
        runs.append(take(transaction))
        raise trouble

    with pytest.raises(type(trouble)) as caught:
        world.server.database().runTransaction(callback)
    assert caught.value is trouble
    assert len(runs) == 1
    assert world.calls[-1].name == "database.transaction.rollback"
    assert len(world._world.transactions) == 0
    assert balance(world) == 10


def test_a_backend_that_fails_in_the_callback_rolls_back(world: FakeCloud) -> None:
    def callback(transaction: Any) -> None:
        take(transaction)
        transaction.collection("accounts").add(data={"_id": "b"})

    error = error_of(world.server.database().runTransaction, callback)
    assert error.errCode == -502001
    assert balance(world) == 10


@pytest.mark.parametrize("reason", [{"code": 7}, "no money", 42])
def test_rolled_back_it_fails_with_the_reason(world: FakeCloud, reason: Any) -> None:
    def callback(transaction: Any) -> str:
        take(transaction)
        transaction.rollback(reason)
        return "never seen"

    error = error_of(world.server.database().runTransaction, callback)
    assert error.reason == reason
    assert error.errMsg == str(reason)
    assert balance(world) == 10


def test_a_reason_that_is_an_exception_is_raised_itself(world: FakeCloud) -> None:
    class NoMoney(Exception):
        pass

    reason = NoMoney()

    async def callback(transaction: Any) -> None:
        await transaction.rollback(reason)
        raise ValueError("what follows a rollback does not count")

    with pytest.raises(NoMoney) as caught:
        asyncio.run(world.server.aio.database().runTransaction(callback))
    assert caught.value is reason


def test_without_a_reason_it_is_undefined(world: FakeCloud) -> None:
    error = error_of(world.server.database().runTransaction, lambda t: t.rollback() and None)
    assert (error.errMsg, error.reason) == ("undefined", None)


def test_a_callback_that_commits_itself_leaves_nothing_to_commit(world: FakeCloud) -> None:
    def callback(transaction: Any) -> None:
        take(transaction)
        transaction.commit()

    assert error_of(world.server.database().runTransaction, callback).name == GONE
    assert balance(world) == 9


def test_a_callback_that_takes_too_long(world: FakeCloud) -> None:
    def callback(transaction: Any) -> None:
        take(transaction)
        world.clock.advance(seconds=31)

    assert error_of(world.server.database().runTransaction, callback).name == GONE
    assert balance(world) == 10


def test_faults_reach_its_parts(world: FakeCloud) -> None:
    world.faults.fail("database.transaction.commit", code=-501002, times=1)
    assert error_of(world.server.database().runTransaction, take).errCode == -501002
    assert balance(world) == 10
    assert world.server.database().runTransaction(take) == "9 left"


def test_the_client_has_none(world: FakeCloud) -> None:
    assert not hasattr(world.database(), "startTransaction")
    assert not hasattr(world.database(), "runTransaction")

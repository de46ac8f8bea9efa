"""Money moves from one account to another in a cloud function, all of it or nothing."""

from __future__ import annotations

from typing import Any

import pytest

from cloud_fake import CloudError, FakeCloud


@pytest.fixture
def interruptions() -> list[Any]:
    """What somebody else does in the middle of a transfer, each once."""
    return []


@pytest.fixture
def bank(world: FakeCloud, interruptions: list[Any]) -> FakeCloud:
    world.create_collection("accounts", permission="ADMINONLY")
    world.create_collection("entries", permission="ADMINONLY")
    world.seed({"accounts": [{"_id": "ada", "yuan": 100}, {"_id": "bo", "yuan": 0}]}, openid=None)

    @world.function("transfer")
    def transfer(event: Any, context: Any) -> Any:
        db = context.cloud.database()
        _ = db.command

        def move(transaction: Any) -> int:
            accounts = transaction.collection("accounts")
            left: int = accounts.doc(event["from"]).get().data["yuan"] - event["yuan"]
            if left < 0:
                transaction.rollback({"left": left})
                return 0
            accounts.doc(event["from"]).update(data={"yuan": left})
            accounts.doc(event["to"]).update(data={"yuan": _.inc(event["yuan"])})
            transaction.collection("entries").add(data={**event, "at": db.serverDate()})
            if interruptions:
                interruptions.pop()(world.server.database())
            return left

        try:
            return {"left": db.runTransaction(move)}
        except CloudError as error:
            return {"refused": error.reason}

    return world


def yuan(bank: FakeCloud) -> tuple[int, int, int]:
    db = bank.server.database()
    accounts = {each["_id"]: each["yuan"] for each in db.collection("accounts").get().data}
    return accounts["ada"], accounts["bo"], db.collection("entries").count().total


def test_it_arrives(bank: FakeCloud, face: Any) -> None:
    sent = face(bank).callFunction(name="transfer", data={"from": "ada", "to": "bo", "yuan": 30})
    assert sent.result == {"left": 70}
    assert yuan(bank) == (70, 30, 1)


def test_nobody_overdraws(bank: FakeCloud, face: Any) -> None:
    sent = face(bank).callFunction(name="transfer", data={"from": "bo", "to": "ada", "yuan": 1})
    assert sent.result == {"refused": {"left": -1}}
    assert yuan(bank) == (100, 0, 0)


def test_who_is_interrupted_counts_again(
    bank: FakeCloud, face: Any, interruptions: list[Any]
) -> None:
    """A salary arrives while the transfer is under way: it is not lost, nothing moves twice."""
    interruptions.append(
        lambda db: db.collection("accounts").doc("ada").update(data={"yuan": db.command.inc(50)})
    )
    sent = face(bank).callFunction(name="transfer", data={"from": "ada", "to": "bo", "yuan": 30})
    assert sent.result == {"left": 120}
    assert yuan(bank) == (120, 30, 1)
    assert len(bank.calls.to("database.transaction.start")) == 2


def test_who_is_interrupted_may_find_too_little(
    bank: FakeCloud, face: Any, interruptions: list[Any]
) -> None:
    interruptions.append(lambda db: db.collection("accounts").doc("ada").update(data={"yuan": 5}))
    sent = face(bank).callFunction(name="transfer", data={"from": "ada", "to": "bo", "yuan": 30})
    assert sent.result == {"refused": {"left": -25}}
    assert yuan(bank) == (5, 0, 0)


def test_a_lost_reply_of_the_commit_has_moved_the_money(bank: FakeCloud, face: Any) -> None:
    """The nightmare: the function fails, the money is gone, and a naive retry moves it twice."""
    bank.faults.lose_reply("database.transaction.commit", times=1)
    call = face(bank).callFunction
    sent = call(name="transfer", data={"from": "ada", "to": "bo", "yuan": 30})
    assert sent.result == {"refused": None}
    assert yuan(bank) == (70, 30, 1)

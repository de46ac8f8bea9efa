"""Stories of work that was done though nobody heard of it, or more than once, or in part."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import pytest

from cloud_fake import CloudError, FakeCloud
from tests.stories.faults import apps
from tests.stories.faults.telling import told_of


@told_of(apps.PaysAgain, mended=apps.PaysOnce, family="delivery", phase="commit")
def test_a_payment_whose_answer_was_lost(make: Any, world: FakeCloud, face: Any, kept: Any) -> None:
    world.faults.on("database.payments.*").lost_reply().once()
    make(face(world)).pay("order-1", 30)
    assert sum(payment["amount"] for payment in kept("payments")) == 30


@told_of(apps.CountsLikes, mended=apps.RemembersWhoLikes, family="delivery", phase="commit")
def test_a_like_that_the_network_delivered_twice(make: Any, world: FakeCloud, face: Any) -> None:
    world.seed({"posts": [{"_id": "post", "likes": 0}]})
    app = make(face(world))
    world.faults.on("database.posts.update").executed_twice().nth(1)
    app.like("ann")
    app.like("bob")
    assert app.likes() == 2


@told_of(apps.MovesInTwoSteps, mended=apps.MovesInATransaction, family="lifecycle", phase="commit")
def test_money_that_was_on_its_way_when_the_function_crashed(
    make: Any, world: FakeCloud, face: Any, deploy: Any, kept: Any
) -> None:
    world.seed({"accounts": [{"_id": "ann", "money": 50}, {"_id": "bob", "money": 50}]})
    make(deploy)
    world.faults.on("function.move").crash(after=2).once()
    with pytest.raises(CloudError, match="-504002"):
        face(world).callFunction(name="move", data={"amount": 20})
    assert sum(account["money"] for account in kept("accounts")) == 100


@told_of(apps.BeginsAnewEachTime, mended=apps.RemembersHowFarItCame, family="time", phase="commit")
def test_a_job_that_never_has_the_time_to_finish(
    make: Any, world: FakeCloud, face: Any, deploy: Any, kept: Any
) -> None:
    world.seed({"tasks": [{"_id": f"{n}", "kind": "task", "done": False} for n in range(6)]})
    deploy("work", lambda event, context, cloud: make(cloud).work(), timeout=6)
    world.faults.on("database.tasks.*", inside="work").delay(seconds=1)
    for _ in range(3):
        with contextlib.suppress(CloudError):
            face(world).callFunction(name="work")
    assert [task["done"] for task in kept("tasks") if task["kind"] == "task"] == [True] * 6


@told_of(
    apps.NumbersInMemory, mended=apps.NumbersInTheDatabase, family="lifecycle", phase="execute"
)
def test_bills_of_which_two_have_one_number(
    make: Any, world: FakeCloud, face: Any, deploy: Any
) -> None:
    world.seed({"counters": [{"_id": "bills", "number": 0}]})
    make(deploy)
    world.faults.on("function.bill").recycled().nth(3)
    numbers = [face(world).callFunction(name="bill")["result"] for _ in range(4)]
    assert len(set(numbers)) == 4


@told_of(apps.SweepsTheLastHour, mended=apps.SweepsWhatIsThere, family="lifecycle", phase="request")
def test_a_night_on_which_the_timer_was_missed(
    make: Any, world: FakeCloud, deploy: Any, kept: Any
) -> None:
    world.seed({"sessions": [{"expires": hour} for hour in (1, 2, 3)]})
    make(deploy)
    world.faults.on("timer.sweep").missed().nth(2)
    world.clock.advance(hours=3)
    assert kept("sessions") == []


@told_of(apps.BillsAtEachRing, mended=apps.BillsEachHour, family="lifecycle", phase="commit")
def test_an_hour_that_was_billed_twice(make: Any, world: FakeCloud, deploy: Any, kept: Any) -> None:
    make(deploy)
    world.faults.on("timer.charge").fired_twice().nth(2)
    world.clock.advance(hours=3)
    assert len(kept("bills")) == 3


@told_of(apps.BelievesTheWholeAnswer, mended=apps.ReadsEveryItem, family="delivery", phase="commit")
def test_the_seventh_of_fifty_pictures(make: Any, world: FakeCloud, face: Any, kept: Any) -> None:
    files = [
        world.server.uploadFile(cloudPath=f"{n}.jpg", fileContent=b"").fileID for n in range(50)
    ]
    world.set_storage_permission({"read": True, "write": True})
    world.seed({"pictures": [{"file": file} for file in files]})
    world.calls.clear()  # how the files came there is another story
    world.faults.on("storage.delete").fail_items([7])
    make(face(world)).forget(files)
    there = world.fork().getTempFileURL(fileList=files).fileList
    left = [item.fileID for item in there if item.status == 0]
    assert [picture["file"] for picture in kept("pictures")] == left == [files[6]]


@told_of(
    apps.RecordsTheUploadFirst,
    mended=apps.RecordsWhatHasArrived,
    family="delivery",
    phase="stream",
)
def test_a_picture_that_broke_off_on_its_way(
    make: Any, world: FakeCloud, face: Any, kept: Any, tmp_path: Path
) -> None:
    (tmp_path / "cat.jpg").write_bytes(b"cat" * 10_000)
    world.faults.on("storage.upload").partial(part=0.4)
    make(face(world)).add(tmp_path / "cat.jpg")
    assert kept("pictures") == []


@told_of(
    apps.SpinsUntilItSucceeds, mended=apps.EndsWithTheTransfer, family="delivery", phase="stream"
)
def test_a_bar_that_stood_still(make: Any, world: FakeCloud, face: Any, tmp_path: Path) -> None:
    (tmp_path / "cat.jpg").write_bytes(b"cat" * 10_000)
    world.faults.on("storage.upload").stuck(part=0.9)
    page = make(face(world))
    page.send(tmp_path / "cat.jpg")
    assert not page.shown

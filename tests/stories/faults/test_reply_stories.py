"""Stories of answers that were late, old, broken, or not what they had been."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
from pathlib import Path
from typing import Any

from cloud_fake import FakeCloud
from tests.stories.faults import apps
from tests.stories.faults.telling import told_of


@told_of(apps.CountsFromTheAnswer, mended=apps.CountsFromTheAsking, family="time", phase="reply")
def test_a_lease_whose_answer_took_its_time(make: Any, world: FakeCloud, face: Any) -> None:
    began = world.clock.now()

    def seconds() -> float:
        return (world.clock.now() - began).total_seconds()

    leased: list[float] = []
    world.register_function("lease", lambda event, context: leased.append(seconds()))
    world.faults.on("function.lease").late_reply(seconds=6).once()
    writer = make(face(world), seconds)
    writer.take()
    world.clock.advance(7)  # 13 seconds after the backend gave the lease for ten
    assert not writer.may_write()
    writer.take()
    assert writer.may_write()


@told_of(apps.ShowsWhatItReads, mended=apps.RemembersItsOwnWrites, family="data", phase="reply")
def test_a_cache_that_trusted_a_stale_read(make: Any, world: FakeCloud, face: Any) -> None:
    world.seed({"todos": [{"text": "rent"}]})
    world.faults.on("database.todos.get").stale_read(lag=5)
    page = make(face(world))
    page.add("milk")
    assert page.shown == ["rent", "milk"]


@told_of(apps.ExpectsEveryField, mended=apps.HasADefault, family="data", phase="reply")
def test_a_record_from_before_the_field_was_there(make: Any, world: FakeCloud, face: Any) -> None:
    world.seed({"people": [{"_id": "ann", "name": "Ann Lee", "nick": "Annie"}]})
    page = make(face(world))
    assert page.greeting() == "Hello Annie"
    world.faults.on("database.people.get").missing_fields(["nick"])
    assert page.greeting() == "Hello Ann Lee"


def published(world: FakeCloud) -> tuple[bytes, dict[str, str]]:
    """A file, and what is said of it."""
    content = b"program" * 1000
    file_id = world.server.uploadFile(cloudPath="app.bin", fileContent=content).fileID
    return content, {"file": file_id, "sha256": hashlib.sha256(content).hexdigest()}


@told_of(apps.TrustsTheFile, mended=apps.ComparesTheChecksum, family="data", phase="stream")
def test_an_update_that_arrived_with_other_bytes(make: Any, world: FakeCloud, face: Any) -> None:
    content, update = published(world)
    world.faults.on("storage.download").corrupt(n=3).once()
    assert make(face(world)).install(update) == content


@told_of(apps.TrustsTheFile, mended=apps.ComparesTheChecksum, family="data", phase="stream")
def test_an_update_that_arrived_in_part(make: Any, world: FakeCloud, face: Any) -> None:
    content, update = published(world)
    world.faults.on("storage.download").truncated(part=0.99).times(2)
    assert make(face(world)).install(update) == content


@told_of(apps.KeepsTheLink, mended=apps.AsksForANewLink, family="lifecycle", phase="reply")
def test_a_link_that_was_shown_after_its_end(
    make: Any, world: FakeCloud, face: Any, tmp_path: Path
) -> None:
    world.set_storage_permission("PRIVATE")
    (tmp_path / "cat.jpg").write_bytes(b"cat")
    stored = face(world).uploadFile(cloudPath="cat.jpg", filePath=str(tmp_path / "cat.jpg"))
    page = make(face(world), [stored["fileID"]])
    assert [world.fetch(link).status_code for link in page.shown()] == [200]
    world.faults.expire_now()
    assert [world.fetch(link).status_code for link in page.shown()] == [200]


@told_of(
    apps.StampsWithItsOwnClock, mended=apps.StampsWithTheServerS, family="lifecycle", phase="reply"
)
def test_an_answer_that_came_before_its_question(make: Any, world: FakeCloud, face: Any) -> None:
    world.set_collection_permission("messages", "READONLY")
    ann, bob = (make(face(user), user.device_clock) for user in (world, world.as_user("o-bob")))
    world.faults.skew("o-alice", minutes=7).may_stay_unused()
    ann.say("where are you?")
    world.clock.advance(dt.timedelta(minutes=1))
    bob.say("on my way")
    assert bob.read() == ["where are you?", "on my way"]


@told_of(
    apps.StampsWithItsOwnClock, mended=apps.StampsWithTheServerS, family="lifecycle", phase="reply"
)
def test_a_clock_that_ran_too_slowly(make: Any, world: FakeCloud, face: Any) -> None:
    world.set_collection_permission("messages", "READONLY")
    ann, bob = (make(face(user), user.device_clock) for user in (world, world.as_user("o-bob")))
    world.faults.drift("o-bob", rate=0.99).may_stay_unused()
    world.clock.advance(hours=10)
    ann.say("where are you?")
    world.clock.advance(minutes=1)
    bob.say("on my way")
    assert ann.read() == ["where are you?", "on my way"]


@told_of(apps.AddsPricesUp, mended=apps.ReadsOldPricesToo, family="data", phase="reply")
def test_a_bill_of_the_first_version(make: Any, world: FakeCloud, face: Any) -> None:
    world.seed({"bills": [{"_id": "tea", "price": 5}]})
    world.faults.on("database.bills.get").old_schema(as_text="price")
    assert make(face(world)).total(2) == "10 yuan"


@told_of(apps.LooksAtTheEnding, mended=apps.LooksAtTheBytes, family="data", phase="stream")
def test_a_picture_that_said_it_was_a_page(make: Any, world: FakeCloud, face: Any) -> None:
    cat = world.server.uploadFile(cloudPath="cat.png", fileContent=b"\x89PNG").fileID
    world.faults.on("storage.download").wrong_type("text/html").once()
    assert make(face(world)).show(cat)


@told_of(apps.SendsItWhenItIsNeeded, mended=apps.AsksAgain, family="lifecycle", phase="execute")
def test_a_phone_number_that_was_asked_for_too_early(
    make: Any, world: FakeCloud, face: Any, kept: Any
) -> None:
    world.register_function("bind", bind)
    numbers = itertools.count(1)

    def ask() -> str:
        """What WeChat gives to the page's button."""
        return world.open_data(f"id-{next(numbers)}", {"phoneNumber": "13800138000"})

    shop = make(face(world), ask)
    world.faults.expire_now("cloud_ids")
    shop.order()
    assert [person["phone"] for person in kept("people")] == ["13800138000"]


def bind(event: Any, context: Any) -> dict[str, bool]:
    """A cloud function: an id that cannot be opened is no reason to fail."""
    opened = event["phone"].get("data")
    if opened is None:
        return {"ok": False}
    people = context.cloud.database().collection("people")
    people.add(data={"phone": opened["phoneNumber"]})
    return {"ok": True}

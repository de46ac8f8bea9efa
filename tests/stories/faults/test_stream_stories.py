"""Stories of watches: events that were lost, late, doubled or out of order."""

from __future__ import annotations

from typing import Any

import pytest

from cloud_fake import FakeCloud
from tests.stories.faults import apps
from tests.stories.faults.telling import told_of


@pytest.fixture
def bob(world: FakeCloud, face: Any) -> Any:
    """What somebody else says."""
    world.set_collection_permission("messages", "READONLY")
    messages = face(world.as_user("o-bob")).database().collection("messages")
    return lambda text: messages.add(data={"_id": text, "text": text})


@told_of(apps.SpinsForEver, mended=apps.ListensAgain, family="realtime", phase="stream")
def test_a_spinner_on_a_watch_that_was_closed(
    make: Any, world: FakeCloud, face: Any, bob: Any
) -> None:
    world.faults.on("watch.messages").close().once()
    page = make(face(world))
    bob("hello")
    assert not page.spinning
    assert page.texts == ["hello"]


@told_of(apps.SpinsForEver, mended=apps.ListensAgain, family="realtime", phase="stream")
def test_a_chat_that_fell_silent(make: Any, world: FakeCloud, face: Any, bob: Any) -> None:
    page = make(face(world))
    bob("hello")
    world.faults.close_watches()
    bob("are you there?")
    assert sorted(page.texts) == ["are you there?", "hello"]


@told_of(apps.CountsEvents, mended=apps.CountsMessages, family="realtime", phase="stream")
@pytest.mark.parametrize("effect", ["gap(n=2)", "duplicate_event"], ids=["lost", "doubled"])
def test_messages_that_were_counted_by_their_events(
    make: Any, world: FakeCloud, face: Any, bob: Any, effect: str
) -> None:
    page = make(face(world))
    world.faults.add(f"watch.messages: {effect} once")
    for text in "abcde":
        bob(text)
    assert page.unread == 5


@told_of(apps.ShowsTheLastThatCame, mended=apps.ShowsTheNewest, family="realtime", phase="stream")
def test_a_message_that_vanished_again(make: Any, world: FakeCloud, face: Any, bob: Any) -> None:
    page = make(face(world))
    world.faults.on("watch.messages").reorder()
    for text in "abcd":
        bob(text)
    assert sorted(page.texts) == ["a", "b", "c", "d"]


@told_of(apps.WaitsForNoEcho, mended=apps.ShowsItAtOnce, family="realtime", phase="stream")
def test_one_s_own_message_that_was_not_there_yet(
    make: Any, world: FakeCloud, mode: str, tell: Any, bob: Any
) -> None:
    world.faults.on("watch.messages").late_init(seconds=3)
    page = make(world if mode == "sync" else world.aio)
    assert tell(page.send("hello")) == ["hello"]
    world.clock.advance(3)
    assert list(page.shown.values()) == ["hello"]


@told_of(apps.WaitsForNoEcho, mended=apps.ShowsItAtOnce, family="realtime", phase="stream")
def test_an_answer_that_came_before_the_event(
    make: Any, world: FakeCloud, mode: str, tell: Any, bob: Any
) -> None:
    """In an event loop the event comes with the next turn: the two faces tell it in two reports."""
    world.faults.on("watch.messages").echo_late()
    page = make(world if mode == "sync" else world.aio)
    assert tell(page.send("hello")) == ["hello"]


@told_of(apps.SpinsForEver, mended=apps.ListensAgain, family="availability", phase="stream")
def test_a_watch_that_could_not_reconnect(make: Any, world: FakeCloud, face: Any, bob: Any) -> None:
    page = make(face(world))
    with world.faults.offline("o-alice"):
        bob("hello")
        world.clock.advance(minutes=1)
    page.online()
    bob("still there?")
    assert sorted(page.texts) == ["hello", "still there?"]


@told_of(apps.SpinsForEver, mended=apps.ListensAgain, family="realtime", phase="stream")
def test_a_phone_that_was_too_slow_for_the_chat(
    make: Any, world: FakeCloud, face: Any, bob: Any
) -> None:
    page = make(face(world))
    world.faults.on("watch.messages").slow_consumer(seconds=10, most=1).times(3)
    for text in "abc":
        bob(text)
    world.clock.advance(minutes=1)
    assert sorted(page.texts) == ["a", "b", "c"]

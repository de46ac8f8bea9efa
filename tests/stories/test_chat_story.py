"""A chat room by `watch`: two users, a cloud function that keeps order, and nobody polls."""

from __future__ import annotations

from typing import Any

import anyio
import pytest

from cloud_fake import FakeCloud


class Screen:
    """What one user's phone shows of the room, kept by `watch` alone."""

    def __init__(self, app: Any, room: str) -> None:
        self._messages = app.database().collection("messages")
        self.lines: list[str] = []
        self.rang = 0
        self.watcher = (
            self._messages.where({"room": room, "hidden": False})
            .orderBy("at", "asc")
            .watch(onChange=self.show, onError=self.fail)
        )

    def show(self, snapshot: Any) -> None:
        self.lines = [f"{doc['from']}: {doc['text']}" for doc in snapshot.docs]
        self.rang += sum(change.dataType == "add" for change in snapshot.docChanges)

    def fail(self, error: Exception) -> None:
        self.lines = [f"the connection broke: {error}"]


class Phone:
    """One user in one room."""

    def __init__(self, app: Any, name: str, room: str = "tea") -> None:
        self._app = app
        self._name = name
        self._room = room
        self._messages = app.database().collection("messages")
        self.screen = Screen(app, room)

    def say(self, text: str) -> str:
        message = {"room": self._room, "from": self._name, "text": text, "hidden": False}
        date = self._app.database().serverDate()
        return self._messages.add(data={**message, "at": date})._id  # type: ignore[no-any-return]

    def correct(self, message: str, text: str) -> int:
        return self._messages.doc(message).update(data={"text": text}).stats.updated  # type: ignore[no-any-return]

    def take_back(self, message: str) -> None:
        self._messages.doc(message).remove()


@pytest.fixture
def cloud() -> FakeCloud:
    cloud = FakeCloud(env="dev-1a2b3c", openid="o-alice", seed=7)
    cloud.create_collection("messages", permission="READONLY")

    @cloud.function("hide")
    def hide(event: dict[str, Any], context: Any) -> dict[str, int]:
        messages = context.cloud.database().collection("messages")
        found = messages.where({"text": event["word"]})
        return {"hidden": found.update(data={"hidden": True}).stats.updated}

    return cloud


@pytest.fixture
def alice(cloud: FakeCloud, face: Any) -> Phone:
    return Phone(face(cloud), "alice")


@pytest.fixture
def bob(cloud: FakeCloud, face: Any) -> Phone:
    return Phone(face(cloud.as_user("o-bob")), "bob")


def test_what_one_says_both_see(alice: Phone, bob: Phone) -> None:
    alice.say("hello")
    bob.say("hi!")
    assert alice.screen.lines == bob.screen.lines == ["alice: hello", "bob: hi!"]
    assert (alice.screen.rang, bob.screen.rang) == (2, 2)


def test_who_comes_later_sees_what_was_said(cloud: FakeCloud, face: Any, alice: Phone) -> None:
    alice.say("hello")
    alice.say("anybody?")
    carol = Phone(face(cloud.as_user("o-carol")), "carol")
    assert carol.screen.lines == ["alice: hello", "alice: anybody?"]
    assert carol.screen.rang == 0


def test_only_ones_own_words_can_be_changed(alice: Phone, bob: Phone) -> None:
    message = alice.say("helo")
    assert bob.correct(message, "nonsense") == 0
    assert alice.correct(message, "hello") == 1
    assert alice.screen.lines == bob.screen.lines == ["alice: hello"]
    alice.take_back(message)
    assert alice.screen.lines == bob.screen.lines == []


def test_a_function_hides_in_both_rooms_at_once(cloud: FakeCloud, alice: Phone, bob: Phone) -> None:
    alice.say("spam")
    bob.say("spam")
    bob.say("sorry")
    assert cloud.callFunction(name="hide", data={"word": "spam"}).result == {"hidden": 2}
    assert alice.screen.lines == bob.screen.lines == ["bob: sorry"]


def test_rooms_do_not_hear_each_other(cloud: FakeCloud, face: Any, alice: Phone) -> None:
    dave = Phone(face(cloud.as_user("o-dave")), "dave", room="coffee")
    dave.say("espresso")
    alice.say("oolong")
    assert (dave.screen.lines, alice.screen.lines) == (["dave: espresso"], ["alice: oolong"])


def test_who_leaves_hears_no_more(alice: Phone, bob: Phone) -> None:
    bob.screen.watcher.close()
    alice.say("bob?")
    assert (alice.screen.lines, bob.screen.lines) == (["alice: bob?"], [])


def test_a_room_that_may_not_be_read_says_so(cloud: FakeCloud, face: Any) -> None:
    cloud.set_collection_permission("messages", "ADMINONLY")
    eve = Phone(face(cloud.as_user("o-eve")), "eve")
    (line,) = eve.screen.lines
    assert line.startswith("the connection broke: Error: errCode: -402002 realtime listener")


class Echo:
    """Somebody who repeats everything, from within the handler that hears it."""

    def __init__(self, app: Any) -> None:
        self._messages = app.database().collection("messages")
        self._messages.watch(onChange=self.answer, onError=print)

    def answer(self, snapshot: Any) -> None:
        for change in snapshot.docChanges:
            if change.dataType == "add" and change.doc["_openid"] != "o-bob":
                self._messages.add(data={"text": f"echo of {change.doc['text']}"})


def test_an_echo_is_heard_in_an_event_loop(cloud: FakeCloud) -> None:
    """The awaitable face listens and talks, the blocking one answers from within."""
    said: list[str] = []

    async def listen(messages: Any) -> None:
        async for snapshot in messages.watch():
            said[:] = [doc["text"] for doc in snapshot.docs]
            if len(said) == 4:
                return

    async def main() -> None:
        messages = cloud.aio.database().collection("messages")
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(listen, messages)
            await anyio.wait_all_tasks_blocked()
            for text in ("one", "two"):
                await messages.add(data={"text": text})

    Echo(cloud.as_user("o-bob"))
    anyio.run(main)
    assert said == ["one", "echo of one", "two", "echo of two"]

"""Realtime: what becomes of a watch's events, and how the client is brought up to date."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from cloud_fake import CloudError, FakeCloud, MisuseError
from tests.faults.acts import fails


class Page:
    """A page that watches `todos`, as a row of letters: `2:ab` is event 2 with what is there."""

    def __init__(self, todos: Any) -> None:
        self.heard: list[str] = []
        self.events: list[Any] = []
        self.errors: list[Any] = []
        self.watcher = todos.watch(onChange=self.change, onError=self.errors.append)

    def change(self, snapshot: Any) -> None:
        self.events.append(snapshot)
        there = "".join(sorted(record["_id"] for record in snapshot["docs"]))
        self.heard.append(f"{snapshot['id']}:{there}")

    def changes(self) -> list[tuple[str, str, str]]:
        """What the last event said had happened."""
        said = self.events[-1]["docChanges"]
        return [(it["queueType"], it["dataType"], it["docId"]) for it in said]


@pytest.fixture
def page(todos: Any) -> Page:
    """Watching before anything is there and before any rule is made."""
    return Page(todos)


def add(todos: Any, ids: str) -> None:
    for document_id in ids:
        todos.add(data={"_id": document_id})


# --- close ---------------------------------------------------------------------------------------

CLOSED = [
    (1006, "Abnormal Closure, code 1006, reason Used to indicate that a connection was closed"),
    (1011, "Internal Error, code 1011, reason The server is terminating the connection"),
    (4242, "code 4242"),
]


@pytest.mark.parametrize(("code", "text"), CLOSED)
def test_a_connection_closes_once(
    world: FakeCloud, todos: Any, page: Page, code: int, text: str
) -> None:
    """@cloudbase/realtime: `getWSCloseError`."""
    world.faults.on("watch.todos").close(code=code)
    add(todos, "ab")
    assert page.heard == ["0:"]
    (error,) = page.errors
    assert error.errCode == -402009
    assert error.errMsg.startswith(text)


def test_conditions_count_the_events(world: FakeCloud, todos: Any) -> None:
    world.faults.on("watch.todos").skip(2).close().once()
    page = Page(todos)
    add(todos, "abc")
    assert page.heard == ["0:", "1:a"]
    assert len(page.errors) == 1


def test_a_watch_may_close_at_its_first_event(world: FakeCloud, todos: Any) -> None:
    world.faults.on("watch.todos").close().once()
    page = Page(todos)
    assert (page.heard, len(page.errors)) == ([], 1)
    again = Page(todos)
    assert (again.heard, again.errors) == (["0:"], [])


def test_only_the_watches_that_are_meant_close(world: FakeCloud, face: Any) -> None:
    world.set_collection_permission("todos", "READONLY")
    alice, bob = (
        face(user).database().collection("todos") for user in (world, world.as_user("o-bob"))
    )
    pages = [Page(alice), Page(bob), Page(alice.where({"kind": "x"}))]
    world.faults.on("watch.todos", caller="o-bob").close()
    world.faults.on("watch.todos", where={"where.kind": "x"}).close()
    alice.add(data={"_id": "a", "kind": "x"})
    assert [len(page.errors) for page in pages] == [0, 1, 1]


def test_connections_break_at_once(world: FakeCloud, todos: Any, page: Page) -> None:
    other = Page(todos)
    world.faults.close_watches("watch.todos", code=1012)
    assert [len(it.errors) for it in (page, other)] == [1, 1]
    assert page.errors[0].errMsg.startswith("Service Restart, code 1012")
    add(todos, "a")
    assert page.heard == ["0:"]
    world.faults.close_watches()
    assert len(page.errors) == 1


def test_only_one_user_s_connections_break(world: FakeCloud, face: Any) -> None:
    pages = {
        openid: Page(face(world.as_user(openid)).database().collection("todos"))
        for openid in ("o-alice", "o-bob")
    }
    world.faults.close_watches(caller="o-bob")
    assert {openid: len(page.errors) for openid, page in pages.items()} == {
        "o-alice": 0,
        "o-bob": 1,
    }


# --- gap -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 2, 3])
def test_the_event_after_a_gap_tells_what_was_missed(
    world: FakeCloud, todos: Any, page: Page, n: int
) -> None:
    world.faults.on("watch.todos").gap(n=n).once()
    add(todos, "abcde")
    there = "abcde"
    told = [f"{k}:{there[:k]}" for k in range(n + 1, 6)]
    assert page.heard == ["0:", *told]
    assert page.errors == []


def test_what_a_catching_up_tells(world: FakeCloud, todos: Any) -> None:
    world.seed({"todos": [{"_id": "a", "n": 1, "m": 1}, {"_id": "b", "n": 1}, {"_id": "c"}]})
    page = Page(todos)
    world.faults.on("watch.todos").gap(n=4).once()
    todos.doc("a").update(data={"n": 2})
    todos.doc("b").remove()
    todos.add(data={"_id": "d"})
    todos.doc("c").update(data={"n": 3})
    todos.doc("c").update(data={"n": 4})
    assert page.heard == ["0:abc", "5:acd"]
    assert page.changes() == [
        ("dequeue", "remove", "b"),
        ("update", "update", "c"),
        ("update", "update", "a"),
        ("enqueue", "add", "d"),
    ]
    changes = {it["docId"]: it for it in page.events[-1]["docChanges"]}
    assert changes["a"]["updatedFields"] == {"n": 2}
    assert changes["c"]["updatedFields"] == {"n": 4}
    assert changes["b"]["doc"]["n"] == 1


def test_geo_values_and_dates_are_compared_as_what_they_are(
    world: FakeCloud, app: Any, todos: Any
) -> None:
    db = app.database()
    todos.add(data={"_id": "a", "at": db.Geo.Point(113, 23), "on": db.serverDate(), "n": 1})
    page = Page(todos)
    world.faults.on("watch.todos").gap().once()
    todos.doc("a").update(data={"n": 2})
    todos.doc("a").update(data={"n": 3})
    (change,) = page.events[-1]["docChanges"]
    assert (change["updatedFields"], change["removedFields"]) == ({"n": 3}, [])


def test_what_undid_itself_in_a_gap_is_not_told(world: FakeCloud, todos: Any, page: Page) -> None:
    world.faults.on("watch.todos").gap(n=1).once()
    add(todos, "a")
    todos.doc("a").remove()
    assert page.heard == ["0:"]
    add(todos, "b")
    assert page.heard == ["0:", "3:b"]
    assert page.changes() == [("enqueue", "add", "b")]


def test_without_another_event_the_sdk_finds_out_by_itself(
    world: FakeCloud, todos: Any, page: Page
) -> None:
    world.faults.on("watch.todos").gap(n=9).once()
    add(todos, "ab")
    world.clock.advance(14)
    assert page.heard == ["0:"]
    world.clock.advance(1)
    assert page.heard == ["0:", "2:ab"]
    add(todos, "c")
    assert page.heard == ["0:", "2:ab", "3:abc"]


def test_a_first_event_that_was_lost_comes_as_the_first(world: FakeCloud, todos: Any) -> None:
    add(todos, "a")
    world.faults.on("watch.todos").gap().once()
    page = Page(todos)
    assert page.heard == []
    add(todos, "b")
    assert page.heard == ["1:ab"]
    assert page.events[0]["type"] == "init"
    assert page.changes() == [("init", "init", "a"), ("init", "init", "b")]


def test_one_gap_after_another(world: FakeCloud, todos: Any, page: Page) -> None:
    """A gap ends with an event that arrives; the rule is asked again by the one after it."""
    rule = world.faults.on("watch.todos").gap(n=2)
    add(todos, "abcdefg")
    assert page.heard == ["0:", "3:abc", "6:abcdef"]
    assert rule.fired == 3


def test_a_closed_watch_catches_nothing_up(world: FakeCloud, todos: Any, page: Page) -> None:
    world.faults.on("watch.todos").gap().once()
    add(todos, "a")
    page.watcher.close()
    world.clock.advance(60)
    assert page.heard == ["0:"]


# --- a line that is cut --------------------------------------------------------------------------

CUTS = ["offline", "outage", "partition", 'partition(direction="down")']


@pytest.mark.parametrize("effect", CUTS)
def test_a_watch_hears_nothing_while_its_line_is_cut_and_catches_up(
    world: FakeCloud, todos: Any, page: Page, effect: str
) -> None:
    other = world.server.database().collection("todos")
    with world.faults.add(f"*|watch.* caller o-alice: {effect}"):
        other.add(data={"_id": "a", "_openid": "o-alice"})
        other.add(data={"_id": "b", "_openid": "o-alice"})
        world.clock.advance(20)
        assert page.heard == ["0:"]
    other.add(data={"_id": "c", "_openid": "o-alice"})
    assert page.heard == ["0:", "3:abc"]


def test_it_also_catches_up_without_another_event(world: FakeCloud, page: Page) -> None:
    other = world.server.database().collection("todos")
    with world.faults.offline("o-alice"):
        other.add(data={"_id": "a", "_openid": "o-alice"})
        world.clock.advance(20)
    world.clock.advance(5)
    assert page.heard == ["0:", "1:a"]


def test_a_watch_that_cannot_reconnect_gives_up(world: FakeCloud, page: Page) -> None:
    """Five tries, five seconds apart, after the fifteen that it takes to find out."""
    world.faults.offline("o-alice")
    world.server.database().collection("todos").add(data={"_openid": "o-alice"})
    world.clock.advance(34)
    assert page.errors == []
    world.clock.advance(1)
    assert [error.errCode for error in page.errors] == [-402003]
    world.faults.heal()
    world.clock.advance(60)
    assert len(page.errors) == 1


def test_the_way_up_is_not_the_way_of_events(world: FakeCloud, todos: Any, page: Page) -> None:
    world.faults.partition("o-alice", direction="up")
    assert fails(todos.add, data={})
    world.server.database().collection("todos").add(data={"_id": "a", "_openid": "o-alice"})
    assert page.heard == ["0:", "1:a"]


def test_jammed_events_arrive_at_the_healing_in_order(
    world: FakeCloud, todos: Any, page: Page
) -> None:
    world.faults.jam("watch.todos").once()
    add(todos, "abc")
    world.clock.advance(60)
    assert page.heard == ["0:"]
    world.faults.heal()
    assert page.heard == ["0:", "1:a", "2:ab", "3:abc"]


def test_a_watch_whose_beginning_is_jammed_has_failed_and_stays_so(
    world: FakeCloud, todos: Any
) -> None:
    world.faults.jam("watch.todos")
    page = Page(todos)
    assert [error.errCode for error in page.errors] == [-1]
    world.faults.heal()
    add(todos, "a")
    assert page.heard == []


# --- late, twice, in another order ---------------------------------------------------------------


def test_a_late_beginning_holds_up_what_comes_after(world: FakeCloud, todos: Any) -> None:
    world.faults.on("watch.todos").late_init(seconds=8)
    page = Page(todos)
    add(todos, "a")
    world.clock.advance(7.5)
    assert page.heard == []
    world.clock.advance(0.5)
    assert page.heard == ["0:", "1:a"]
    add(todos, "b")
    assert page.heard[-1] == "2:ab"


def test_only_a_beginning_is_a_late_beginning(world: FakeCloud, todos: Any, page: Page) -> None:
    rule = world.faults.on("watch.todos").late_init(seconds=8).once()
    add(todos, "a")
    assert (page.heard, rule.fired) == (["0:", "1:a"], 0)


def test_an_event_comes_twice(world: FakeCloud, todos: Any, page: Page) -> None:
    world.faults.on("watch.todos").duplicate_event().nth(2)
    add(todos, "abc")
    assert page.heard == ["0:", "1:a", "2:ab", "2:ab", "3:abc"]
    page.events[2]["docs"].append("mine")
    assert page.events[2] is not page.events[3]


ORDERS = [(2, "ab", [2, 1]), (2, "abcd", [2, 1, 4, 3])]


@pytest.mark.parametrize(("window", "ids", "order"), ORDERS)
def test_events_come_in_another_order(
    world: FakeCloud, todos: Any, page: Page, window: int, ids: str, order: list[int]
) -> None:
    world.faults.on("watch.todos").reorder(window=window)
    add(todos, ids)
    assert [event["id"] for event in page.events[1:]] == order


@pytest.mark.parametrize("window", [3, 5])
def test_every_window_is_shuffled_and_none_is_left_as_it_was(
    world: FakeCloud, todos: Any, page: Page, window: int
) -> None:
    world.faults.on("watch.todos").reorder(window=window)
    add(todos, "abcdefghijklmno")
    numbers = [event["id"] for event in page.events[1:]]
    windows = [numbers[k : k + window] for k in range(0, 15, window)]
    assert [sorted(it) for it in windows] == [
        list(range(k + 1, k + window + 1)) for k in range(0, 15, window)
    ]
    assert all(it != sorted(it) for it in windows)


def test_one_event_is_overtaken_by_the_next(world: FakeCloud, todos: Any, page: Page) -> None:
    world.faults.on("watch.todos").reorder(window=3).once()
    add(todos, "abcd")
    assert [event["id"] for event in page.events[1:]] == [2, 3, 1, 4]


def test_an_event_that_nothing_overtakes_comes_late(
    world: FakeCloud, todos: Any, page: Page
) -> None:
    world.faults.on("watch.todos").reorder(window=3)
    add(todos, "a")
    world.clock.advance(4)
    assert page.heard == ["0:"]
    world.clock.advance(1)
    assert page.heard == ["0:", "1:a"]


# --- the echo of one's own writes ----------------------------------------------------------------


def test_the_event_comes_before_the_answer(world: FakeCloud, todos: Any) -> None:
    rule = world.faults.on("watch.todos").echo_first()
    world.faults.on("database.todos.add").delay(seconds=5, direction="down")
    asked = world.clock.now()
    heard_at: list[Any] = []
    todos.watch(onChange=lambda snapshot: heard_at.append(world.clock.now()), onError=print)
    add(todos, "a")
    assert heard_at == [asked, asked]
    assert (world.clock.now() - asked).total_seconds() == 5
    assert rule.fired == 1


def test_the_event_comes_after_the_answer(world: FakeCloud) -> None:
    todos = world.database().collection("todos")
    page = Page(todos)
    world.faults.on("watch.todos").echo_late()
    world.faults.on("database.todos.add").delay(seconds=5, direction="down")
    add(todos, "a")
    assert page.heard == ["0:"]
    world.clock.advance(0)
    assert page.heard == ["0:", "1:a"]
    add(todos, "b")
    todos.count()
    assert page.heard == ["0:", "1:a", "2:ab"]


def test_it_comes_though_the_answer_was_lost(world: FakeCloud) -> None:
    todos = world.database().collection("todos")
    page = Page(todos)
    world.faults.on("watch.todos").echo_late()
    world.faults.on("database.todos.add").lost_reply()
    assert fails(todos.add, data={"_id": "a"})
    assert page.heard == ["0:"]
    world.clock.advance(0)
    assert page.heard == ["0:", "1:a"]


def test_what_the_console_does_has_no_answer_to_wait_for(world: FakeCloud, page: Page) -> None:
    rule = world.faults.on("watch.todos").echo_late()
    world.seed({"todos": [{"_id": "a"}]})
    assert page.heard == ["0:", "1:a"]
    assert rule.fired == 0


def test_in_an_event_loop_it_comes_with_the_next_turn() -> None:
    async def story() -> list[int]:
        cloud = FakeCloud(env="dev", collections=["todos"])
        cloud.faults.on("watch.todos").echo_late()
        todos = cloud.aio.database().collection("todos")
        heard: list[int] = []
        todos.watch(onChange=lambda it: heard.append(len(it["docs"])), onError=print)
        await todos.add(data={})
        heard.append(-1)
        await asyncio.sleep(0)
        return heard

    assert asyncio.run(story()) == [0, -1, 1]


def test_a_stream_is_closed_by_what_closes_a_watch() -> None:
    async def story() -> int:
        cloud = FakeCloud(env="dev", collections=["todos"])
        cloud.faults.on("watch.todos").skip(1).close()
        todos = cloud.aio.database().collection("todos")
        stream = todos.watch()
        await anext(stream)
        await todos.add(data={})
        with pytest.raises(CloudError) as caught:
            await anext(stream)
        return caught.value.errCode

    assert asyncio.run(story()) == -402009


# --- what one reads of it ------------------------------------------------------------------------


def test_the_timeline_tells_what_struck(world: FakeCloud, todos: Any, page: Page) -> None:
    rule = world.faults.on("watch.todos").gap(n=2).once()
    add(todos, "abc")
    told = [line for line in world.calls.lines() if "watch" in line]
    assert told[0].endswith("watch.todos {}  ⚡gap(n=2) → 0")
    assert [line.partition("watch: todos for o-alice: ")[2] for line in told[1:]] == [
        "#0 init of 0",
        "#1 ⚡gap(n=2)",
        "#2 lost",
        "#3 enqueue/add a, enqueue/add b, enqueue/add c",
    ]
    assert rule.fired == 1


def test_a_restored_world_is_told_nothing_more(world: FakeCloud, todos: Any, page: Page) -> None:
    state = world.snapshot()
    world.faults.on("watch.todos").late_init(seconds=5)
    late = Page(todos)
    world.faults.on("watch.todos").gap().once()
    add(todos, "a")
    world.restore(state)
    world.clock.advance(60)
    assert (page.heard, late.heard) == (["0:"], [])


MISTAKES = [
    ("watch.todos", "close(code=5)", "close() takes a whole number, 1000 or more, not 5"),
    ("watch.todos", "close(code=5000)", "close() takes a WebSocket's code, 1000 to 4999, not 5000"),
    ("watch.todos", "gap(n=0)", "gap() takes a whole number, 1 or more, not 0"),
    ("watch.todos", "reorder(window=1)", "reorder() takes a whole number, 2 or more, not 1"),
    ("watch.todos", "late_init(seconds=-1)", "late_init() takes seconds, 0 or more, not -1"),
    ("database.todos.get", "close", "close strikes watch.*, and nothing of 'database.todos.get'"),
]


@pytest.mark.parametrize(("pattern", "effect", "text"), MISTAKES)
def test_mistakes(world: FakeCloud, pattern: str, effect: str, text: str) -> None:
    with pytest.raises(MisuseError) as caught:
        world.faults.add(f"{pattern}: {effect}")
    assert str(caught.value) == text

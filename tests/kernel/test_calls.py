"""Questions to `cloud.calls`: what was asked again, and how often the work was really done."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest

from cloud_fake import CloudError, FakeCloud, MisuseError


def pay(app: Any, order: int, **more: Any) -> bool:
    try:
        app.callFunction(name="pay", data={"order": order, **more})
    except CloudError:
        return False
    return True


@pytest.fixture
def shop(world: FakeCloud) -> FakeCloud:
    world.register_function("pay", lambda event, context: event["order"])
    return world


def test_a_retry_is_another_attempt(shop: FakeCloud, app: Any) -> None:
    shop.faults.lose_reply("function.pay", times=1)
    assert [pay(app, 1), pay(app, 2), pay(app, 1), pay(app, 1)] == [False, True, True, True]
    assert [call.attempt for call in shop.calls] == [1, 1, 2, 3]
    assert shop.calls.to("function.pay").attempts == 3
    assert shop.calls.to("function.pay", data={"order": 2}).attempts == 1
    assert shop.calls.to("storage.*").attempts == 0


def test_who_asks_the_same_is_another_than_who_asks_again(shop: FakeCloud) -> None:
    pay(shop, 1)
    pay(shop.as_user("o-bob"), 1)
    assert shop.calls.to("function.pay").attempts == 1


def test_what_was_done_though_the_answer_was_lost(shop: FakeCloud, app: Any) -> None:
    shop.faults.add("function.pay: lost_reply once")
    pay(app, 7)
    pay(app, 7)
    pay(app, 8)
    committed = shop.calls.committed("function.pay", data={"order": 7})
    assert committed == 2
    assert not committed.once()
    assert repr(committed) == "<committed 2: 1 function.pay, 2 function.pay>"
    assert shop.calls.committed("function.pay", {"data.order": 8}).once()
    assert shop.calls.committed("function.pay") == 3


DONE = [
    ("lost_request", 0),
    ("fail", 0),
    ("lost_reply", 1),
    ("late_reply", 1),
    ("executed_twice", 2),
    ("jam", 0),
    ("delay(seconds=1.0)", 1),
]


@pytest.mark.parametrize(("effect", "executions"), DONE)
def test_how_often_one_call_s_work_is_done(
    shop: FakeCloud, app: Any, effect: str, executions: int
) -> None:
    shop.faults.add(f"function.pay: {effect}")
    shop.faults.add(f"database.todos.add: {effect}")
    pay(app, 1)
    with contextlib.suppress(CloudError):
        app.database().collection("todos").add(data={})
    assert [call.executions for call in shop.calls] == [executions, executions]


def test_what_was_jammed_is_done_at_the_healing(shop: FakeCloud, app: Any) -> None:
    shop.faults.jam("function.pay")
    pay(app, 1)
    shop.faults.heal()
    assert shop.calls.committed("function.pay").once()


def test_what_fails_by_itself_is_not_done(shop: FakeCloud, app: Any) -> None:
    @shop.function("broken")
    def broken(event: Any, context: Any) -> None:
        raise ValueError

    with pytest.raises(CloudError):
        app.callFunction(name="broken")
    with pytest.raises(CloudError):
        app.database().collection("nowhere").add(data={})
    assert shop.calls.committed("*") == 0


def test_what_was_found_is_a_list(shop: FakeCloud, app: Any) -> None:
    pay(app, 1)
    calls = shop.calls.to("function.*|database.*")
    assert [call.name for call in calls] == ["function.pay"]
    assert calls == list(shop.calls)


BOTH = [
    # a condition, an argument by name, the orders of the calls that fit
    (lambda _: _.or_([{"data": {"order": 1}}, {"data.rush": True}]), {}, [1, 2]),
    (lambda _: _.or_([{"data": {"order": 1}}, {"data.rush": True}]), {"data.order": 2}, [2]),
    (lambda _: {"data.order": _.gt(1)}, {"data.order": 2}, [2]),
    (lambda _: {"data.order": 1}, {"data.order": 2}, []),
    (lambda _: {}, {"data.order": 2}, [2]),
]


@pytest.mark.parametrize(("where", "equal", "orders"), BOTH)
def test_a_condition_and_an_argument_have_to_hold_both(
    shop: FakeCloud, app: Any, where: Any, equal: dict[str, Any], orders: list[int]
) -> None:
    for order, more in [(1, {}), (2, {"rush": True}), (3, {})]:
        pay(app, order, **more)
    found = shop.calls.to("function.*", where(shop.database().command), **equal)
    assert [call.arguments["data"]["order"] for call in found] == orders


def test_what_is_no_condition_is_told_also_beside_an_argument(shop: FakeCloud) -> None:
    with pytest.raises(MisuseError, match="where= is no condition"):
        shop.calls.to("function.*", 5, name="pay")

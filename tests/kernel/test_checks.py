"""What must be so: always, in the end, and at least once; and coming to rest."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Any

import pytest

from cloud_fake import CloudError, FakeCloud, MisuseError
from cloud_fake.errors import CheckFailed


@pytest.fixture
def todos(app: Any) -> Any:
    return app.database().collection("todos")


def total(world: FakeCloud) -> int:
    return world.server.database().collection("todos").count().total


# --- always --------------------------------------------------------------------------------------


def test_it_is_looked_at_after_every_operation(world: FakeCloud, app: Any, todos: Any) -> None:
    seen: list[int] = []
    world.always(lambda: seen.append(total(world)))
    world.register_function("add", lambda event, context: nested(context))

    def nested(context: Any) -> None:
        context.cloud.database().collection("todos").add(data={})

    todos.add(data={})
    app.callFunction(name="add")
    with pytest.raises(CloudError):
        app.callFunction(name="nothing")
    assert seen == [1, 2, 2, 2]


def test_the_operation_that_breaks_it_raises(world: FakeCloud, todos: Any) -> None:
    @world.always
    def at_most_one() -> None:
        assert total(world) <= 1, "too many"

    todos.add(data={})
    with pytest.raises(CheckFailed) as caught:
        todos.add(data={})
    assert str(caught.value) == "always at_most_one, after call 2, database.todos.add: too many"
    assert isinstance(caught.value, AssertionError)
    assert isinstance(caught.value.__cause__, AssertionError)


def test_false_is_no_better_than_an_error(world: FakeCloud, todos: Any) -> None:
    line = dt.datetime.now(dt.UTC)
    world.always(lambda: line is None)
    with pytest.raises(CheckFailed, match=r"always the check in line \d+, .* it returned False"):
        todos.get()


@pytest.mark.parametrize("way", ["swallowed", "an error of the app"])
def test_an_app_that_swallows_it_hears_of_it_at_the_end(
    world: FakeCloud, todos: Any, way: str
) -> None:
    world.always(lambda: total(world) < 2)
    for _ in range(4):
        try:
            todos.add(data={})
        except CloudError:
            pytest.fail("it is no error of the platform's")
        except Exception as error:  # noqa: BLE001 - what an app may do
            if way != "swallowed":
                raise_as_cloud_error(error)
    assert total(world) == 4
    with pytest.raises(CheckFailed, match="after call 2"):
        world.settle()


def raise_as_cloud_error(error: Exception) -> None:
    with pytest.raises(CloudError):
        raise CloudError(-1, str(error))


def test_inside_of_a_function_it_is_told_where_the_test_s_own_call_ends(
    world: FakeCloud, app: Any
) -> None:
    steps: list[str] = []

    @world.function("twice")
    def twice(event: Any, context: Any) -> None:
        todos = context.cloud.database().collection("todos")
        for step in ("first", "second"):
            todos.add(data={})
            steps.append(step)

    world.always(lambda: total(world) == 0)
    with pytest.raises(CheckFailed, match=r"after call 2, database\.todos\.add"):
        app.callFunction(name="twice")
    assert steps == ["first", "second"]


def test_in_a_callback_it_is_told_at_the_end(world: FakeCloud) -> None:
    """The platform swallows what callbacks throw."""
    todos = world.database().collection("todos")
    world.always(lambda: total(world) == 0)
    todos.get(success=lambda _: todos.add(data={}))
    with pytest.raises(CheckFailed, match=r"after call 2, database\.todos\.add"):
        world.settle()


def test_nothing_goes_wrong_while_one_looks(world: FakeCloud, todos: Any) -> None:
    """No fault, no line on the timeline, and no id is another for it."""
    world.faults.fail("database.todos.count")
    before = world.snapshot()
    plain = todos.add(data={})["_id"]
    world.restore(before)
    world.always(lambda: total(world) >= 0)
    world.always(lambda: world.callFunction(name="look").result == "seen")
    world.register_function("look", lambda event, context: "seen")
    assert todos.add(data={})["_id"] == plain
    assert [call.name for call in world.calls] == ["database.todos.add"] * 2


def test_checks_are_forgotten_by_a_reset_and_not_inherited(world: FakeCloud) -> None:
    world.always(lambda: False)
    world.fork().database().collection("todos").get()
    world.reset()
    world.database().collection("todos")
    world.settle()


def test_a_check_is_a_plain_function(world: FakeCloud) -> None:
    async def check() -> None: ...

    for wrong in (check, None, 5):
        with pytest.raises(MisuseError, match="a check is a plain function"):
            world.always(wrong)


def test_pytest_s_own_failures_count(world: FakeCloud, todos: Any) -> None:
    world.always(lambda: pytest.fail("no good"))
    with pytest.raises(CheckFailed, match="no good"):
        todos.get()


# --- in the end ----------------------------------------------------------------------------------


def test_in_the_end_everything_is_healed_and_at_rest(world: FakeCloud, app: Any) -> None:
    ran: list[dt.datetime] = []
    world.register_function("sweep", lambda event, context: ran.append(world.clock.now()))
    world.faults.offline()
    world.clock.at(world.clock.now() + dt.timedelta(minutes=5), lambda: ran.append(None))
    seen: list[Any] = []

    @world.eventually
    def answers() -> None:
        seen.append(len(ran))
        assert world.callFunction(name="sweep").errMsg == "cloud.callFunction:ok"

    world.settle()
    assert seen == [1]


def test_what_is_not_so_in_the_end(world: FakeCloud) -> None:
    @world.eventually
    def done() -> None:
        assert total(world) == 1

    with pytest.raises(CheckFailed, match="eventually done, in the end: assert 0 == 1"):
        world.settle()
    world.database().collection("todos").add(data={})
    world.settle()


def test_a_jammed_request_has_arrived(world: FakeCloud, todos: Any) -> None:
    world.faults.jam("database.todos.add")
    with pytest.raises(CloudError):
        todos.add(data={})
    assert total(world) == 0
    world.eventually(lambda: total(world) == 1)
    world.settle()


# --- sometimes -----------------------------------------------------------------------------------


def test_how_often_it_was_so_is_counted(world: FakeCloud) -> None:
    assert [world.sometimes("it rains", drops) for drops in (0, 2, [])] == [False, True, False]
    assert world.sometimes("the sun shines") is True
    assert world.sometimes_held == {"it rains": (3, 1), "the sun shines": (1, 1)}


# --- coming to rest ------------------------------------------------------------------------------


def test_running_until_idle_lets_each_timer_come_at_its_time(world: FakeCloud) -> None:
    began, ran = world.clock.now(), []

    def later() -> None:
        ran.append((world.clock.now() - began).total_seconds())
        if len(ran) < 4:
            world.clock.at(world.clock.now() + dt.timedelta(seconds=10), later)

    world.clock.at(began + dt.timedelta(seconds=5), later)
    assert world.run_until_idle() == 4
    assert ran == [5, 15, 25, 35]
    assert (world.clock.now() - began).total_seconds() == 35
    assert world.run_until_idle() == 0


def test_timers_of_functions_never_end_so_waiting_for_them_does(world: FakeCloud) -> None:
    world.register_function("tick", lambda event, context: None, timer="0 * * * * * *")
    before = len(world.calls)
    assert world.run_until_idle(within="10m") == 10
    assert len(world.calls) - before == 10


def test_rest_comes_in_a_running_loop_too(world: FakeCloud) -> None:
    async def story() -> int:
        await world.aio.database().collection("todos").add(data={})
        world.clock.at(world.clock.now() + dt.timedelta(seconds=5), lambda: None)
        return world.run_until_idle()

    assert asyncio.run(story()) == 1

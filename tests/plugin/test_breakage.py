"""Whether two failures are the same one: what shrinking has to hold on to."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from cloud_fake import FakeCloud
from pytest_plugin.breakage import Breakage, breakage_of

HERE = __file__


def how(fail: Callable[[FakeCloud], object]) -> Breakage:
    """How a test fails that does this."""
    cloud = FakeCloud(env="dev", collections=["todos"])
    cloud.faults.add("database.*: lost_request optional")
    with pytest.raises(BaseException) as caught:  # noqa: PT011 - whatever it is
        fail(cloud)
    return breakage_of("call", caught)


def asks(cloud: FakeCloud) -> object:
    return cloud.database().collection("todos").count()


def asks_elsewhere(cloud: FakeCloud) -> object:
    return cloud.database().collection("todos").count()


def asks_in_a_loop(cloud: FakeCloud) -> object:
    async def ask() -> object:
        return await cloud.aio.database().collection("todos").count()

    return asyncio.run(ask())


def reads_what_is_no_json(_cloud: FakeCloud) -> object:
    return json.loads("{")


def has_no_patience(_cloud: FakeCloud) -> object:
    return asyncio.run(asyncio.wait_for(asyncio.sleep(1), 0))


def fails_by_the_book(_cloud: FakeCloud) -> object:
    pytest.fail("it is not so")


def has_a_broken_function(cloud: FakeCloud) -> object:
    cloud.faults.clear()
    cloud.register_function("broken", lambda event, context: event["nothing"])
    return cloud.callFunction(name="broken")


def has_a_check(cloud: FakeCloud) -> object:
    cloud.faults.clear()
    cloud.always(lambda: False)
    return asks(cloud)


def has_another_check(cloud: FakeCloud) -> object:
    cloud.faults.clear()
    cloud.always(lambda: False)
    return asks(cloud)


FAILURES: list[tuple[Callable[[FakeCloud], Any], str, int]] = [
    (asks, "CloudError", 1),
    (asks_elsewhere, "CloudError", 1),
    (asks_in_a_loop, "CloudError", 2),
    (reads_what_is_no_json, "JSONDecodeError", 1),
    (has_no_patience, "TimeoutError", 1),
    (fails_by_the_book, "Failed", 1),
    (has_a_broken_function, "KeyError", 2),
]


@pytest.mark.parametrize(("fail", "kind", "line"), FAILURES)
def test_it_is_known_by_a_line_of_one_s_own(
    fail: Callable[[FakeCloud], Any], kind: str, line: int
) -> None:
    """Not by the fake's, nor by a library's: that is the same one for all failures of a kind."""
    place = f"{HERE}:{fail.__code__.co_firstlineno + line}"
    assert how(fail) == Breakage("call", kind, place) == how(fail)


def test_a_check_that_returned_false_is_known_by_its_name() -> None:
    one, other = how(has_a_check), how(has_another_check)
    assert one == how(has_a_check) != other
    assert one.place.startswith("always the check in line ")

"""Rules that many threads run into at once: none strikes too often, and nothing is done twice."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator

import pytest

from cloud_fake import CloudError, FakeCloud
from tests.faults.acts import records

THREADS, CALLS = 8, 40
ALL = THREADS * CALLS


@pytest.fixture(autouse=True)
def _restless() -> Iterator[None]:
    """Threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


#: The rule, how often it strikes, and how many records there are once it is healed.
RULES = [
    ("fail times 50", 50, ALL - 50),
    ("lost_reply every 10", ALL // 10, ALL),
    ("throttle(n=100, per=1000)", ALL - 100, 100),
    ("quota(n=30)", ALL - 30, 30),
    ("executed_twice nth 7,8,9", 3, ALL + 3),
    ("jam(seconds=0) every 5", ALL // 5, ALL),
    ("overtaken(seconds=0) every 5", ALL // 5, ALL),
    ("jam(seconds=0.1, after=0.5) every 5", ALL // 5, ALL),
]


@pytest.mark.parametrize(("rule", "fired", "kept"), RULES)
def test_a_rule_among_threads(world: FakeCloud, rule: str, fired: int, kept: int) -> None:
    made = world.faults.add(f"database.todos.add: {rule}")
    wrong: list[BaseException] = []

    def work() -> None:
        todos = world.database().collection("todos")
        for _ in range(CALLS):
            try:
                todos.add(data={})
            except CloudError:
                continue
            except BaseException as error:  # noqa: BLE001 - told below
                wrong.append(error)

    threads = [threading.Thread(target=work, daemon=True) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    assert wrong == []
    world.faults.heal()
    world.run_until_idle()
    assert (made.matched, made.fired) == (ALL, fired)
    assert world.server.database().collection("todos").count().total == kept


def test_rules_that_come_and_go_while_others_call(world: FakeCloud) -> None:
    """Whatever is armed just then: what was not refused is there, and once."""
    stop = threading.Event()

    def arm() -> None:
        while not stop.is_set():
            with world.faults.on("database.todos.add", optional=True).jam(seconds=0):
                pass
            world.faults.on("database.*", ttl=0, optional=True).fail()

    arming = threading.Thread(target=arm, daemon=True)
    arming.start()
    refused = 0
    todos = world.database().collection("todos")
    for n in range(CALLS):
        try:
            todos.add(data={"n": n})
        except CloudError as error:
            refused += error.errCode == -501001  # by `fail`; what was jammed has arrived
    stop.set()
    arming.join(60)
    world.faults.heal()
    numbers = [record["n"] for record in records(world)]
    assert len(numbers) == len(set(numbers))
    assert world.server.database().collection("todos").count().total == CALLS - refused

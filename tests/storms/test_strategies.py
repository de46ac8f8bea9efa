"""Fault plans for property tests: what is drawn, and what is left of it."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable

import pytest
from hypothesis import find, given, settings
from hypothesis.strategies import SearchStrategy

from cloud_fake import CloudError, FakeCloud, MisuseError
from cloud_fake.strategies import fault_plans


@settings(max_examples=60)
@given(plan=fault_plans())
def test_every_plan_can_be_added(plan: list[str]) -> None:
    cloud = FakeCloud(env="dev", collections=["todos"])
    for rule in plan:
        assert str(cloud.faults.add(rule)) == rule
    assert not cloud.faults.unused()


@settings(max_examples=40)
@given(plan=fault_plans("function.pay", "database.orders.*", storm=["lost_reply", "time"]))
def test_a_plan_is_about_what_was_asked_for(plan: list[str]) -> None:
    assert len(plan) <= 4
    for rule in plan:
        operation, _, what = rule.partition(": ")
        assert operation in ("function.pay", "database.orders.*")
        assert what.startswith(("lost_reply ", "delay("))


def breaks(plan: list[str]) -> bool:
    """Whether a naive retry doubles the record."""
    cloud = FakeCloud(env="dev", collections=["orders"])
    for rule in plan:
        cloud.faults.add(rule)
    orders = cloud.database().collection("orders")
    for _ in range(3):
        try:
            orders.add(data={})
            break
        except CloudError:
            continue
    cloud.faults.heal()
    return orders.count().total > 1


SMALLEST: list[tuple[SearchStrategy[list[str]], Callable[[list[str]], bool], list[str]]] = [
    (fault_plans(), lambda plan: True, []),
    (fault_plans("function.pay"), bool, ["function.pay: lost_request once optional"]),
    (
        fault_plans(
            "database.orders.get",
            "database.orders.add",
            storm=["lost_request", "fail", "lost_reply", "delay"],
        ),
        breaks,
        ["database.orders.add: lost_reply once optional"],
    ),
]


@pytest.mark.parametrize("luck", range(3))
@pytest.mark.parametrize(("plans", "fails", "left"), SMALLEST, ids=["any", "some", "a bug"])
def test_what_is_left_after_shrinking(
    plans: SearchStrategy[list[str]],
    fails: Callable[[list[str]], bool],
    left: list[str],
    luck: int,
) -> None:
    many = settings(max_examples=2000, database=None)
    assert find(plans, fails, settings=many, random=random.Random(luck)) == left


def test_what_cannot_be_drawn() -> None:
    with pytest.raises(MisuseError, match=r"no operation is called 'databse\.todos\.add'"):
        fault_plans("databse.todos.add")
    with pytest.raises(MisuseError, match="none of these effects can strike"):
        fault_plans("function.pay", storm="gap")
    with pytest.raises(MisuseError, match="no storm has 'gapp'"):
        fault_plans(storm="gapp")


def test_hypothesis_is_not_imported_until_a_plan_is_drawn() -> None:
    program = "import cloud_fake.strategies, sys; print('hypothesis' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout.strip() == b"False"

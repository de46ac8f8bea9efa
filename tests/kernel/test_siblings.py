"""Calls that ask the same: found as if every pair were compared, and without comparing it."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cloud_fake import CloudError, FakeCloud
from cloud_fake.kernel.siblings import Siblings


class Asked:
    """As much of a call as siblings look at; it counts how often it is looked at."""

    looks = 0

    def __init__(self, number: int, what: str) -> None:
        self.number = number
        self._what = what
        self.ended: int | None = None
        self.ok = False

    @property
    def fingerprint(self) -> str:
        Asked.looks += 1
        return self._what


#: Begin a call that asks for something, end one that runs well or badly, let go of some.
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("begin"), st.sampled_from("abc")),
        st.tuples(st.sampled_from(["answer", "fail"]), st.integers(0, 9)),
        st.tuples(st.just("drop"), st.integers(0, 3)),
        st.tuples(st.just("look"), st.integers(0, 9)),
    ),
    max_size=40,
)


def pick(calls: list[Any], number: int) -> Any:
    return calls[number % len(calls)] if calls else None


@given(STEPS)
def test_it_answers_as_if_every_pair_were_compared(steps: list[tuple[str, Any]]) -> None:
    siblings: Any = Siblings()
    plain: list[Any] = []
    for number, (step, what) in enumerate(steps, 1):
        running = [call for call in plain if call.ended is None]
        if step == "begin":
            plain.append(Asked(number, what))
            siblings.append(plain[-1])
        elif step == "drop":
            del plain[:what]
            siblings.drop(what)
        elif step in ("answer", "fail") and running:
            call = pick(running, what)
            call.ended, call.ok = number, step == "answer"
        elif step == "look" and plain:
            agree(siblings, plain, pick(plain, what))
    for call in plain:
        agree(siblings, plain, call)


def agree(siblings: Any, plain: list[Any], call: Any) -> None:
    alike = [one for one in plain if one.fingerprint == call.fingerprint]
    older = [one for one in alike if one.number < call.number]
    assert list(siblings) == plain
    assert siblings.alike(call) == alike
    assert siblings.older(call) == len(older)
    assert siblings.tries_before(call, 2) == older[-2:]
    later = any(one.ok and one.number > call.number for one in alike)
    assert siblings.is_answered_later(call) is later


def test_to_ask_it_of_every_call_looks_at_each_a_few_times() -> None:
    siblings: Any = Siblings()
    Asked.looks = 0
    for number in range(1, 1001):
        call = Asked(number, f"what {number % 7}")
        call.ended, call.ok = number, number % 3 == 0
        siblings.append(call)
        siblings.older(call)
        siblings.is_answered_later(call)
    assert Asked.looks <= 3 * 1000


def test_a_test_sees_attempts_and_what_became_of_what_struck(cloud: FakeCloud) -> None:
    cloud.create_collection("todos")
    todos = cloud.database().collection("todos")
    rule = cloud.faults.fail("database.todos.count", times=2)
    for _ in range(2):
        with suppress(CloudError):
            todos.count()
    todos.count()
    todos.where({"n": 1}).count()
    assert [call.attempt for call in cloud.calls] == [1, 2, 3, 1]
    assert [len(call.retries()) for call in cloud.calls] == [2, 2, 2, 0]
    assert cloud.faults.verdict(rule) == "fired 2: handled by retry 2, surfaced 0"

"""The outbox: one letter at a time, in order, and all said when `deliver` returns."""

from __future__ import annotations

import threading
from functools import partial
from typing import Self

import pytest

from cloud_fake.kernel import outbox
from cloud_fake.kernel.outbox import Outbox


def test_letters_are_said_in_order_and_once() -> None:
    box, said = Outbox(), list[int]()
    for number in range(3):
        box.post(partial(said.append, number))
    assert said == []
    box.deliver()
    box.deliver()
    assert said == [0, 1, 2]


def test_what_is_posted_within_a_letter_is_said_after_it() -> None:
    box, said = Outbox(), list[str]()

    def first() -> None:
        box.post(lambda: said.append("second"))
        box.deliver()
        said.append("first")

    box.post(first)
    box.deliver()
    assert said == ["first", "second"]


def test_an_interrupted_delivery_is_taken_up_by_the_next() -> None:
    box, said = Outbox(), list[str]()

    def interrupted() -> None:
        raise KeyboardInterrupt

    box.post(interrupted)
    box.post(lambda: said.append("later"))
    with pytest.raises(KeyboardInterrupt):
        box.deliver()
    box.deliver()
    assert said == ["later"]


class Slow:
    """A letter that another thread is busy with until it is told to finish."""

    def __init__(self, box: Outbox) -> None:
        self.begun, self.finish, self.said = threading.Event(), threading.Event(), False
        box.post(self)
        self._thread = threading.Thread(target=box.deliver)

    def __call__(self) -> None:
        self.begun.set()
        self.finish.wait(10)
        self.said = True

    def __enter__(self) -> Self:
        self._thread.start()
        assert self.begun.wait(10)
        return self

    def __exit__(self, *_error: object) -> None:
        self.finish.set()
        self._thread.join()


def test_it_waits_for_a_letter_that_another_thread_is_saying(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(outbox, "PATIENCE", 10)
    box = Outbox()
    with Slow(box) as slow:
        threading.Timer(0.05, slow.finish.set).start()
        box.deliver()
        assert slow.said


def test_it_loses_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "PATIENCE", 0.01)
    box, said = Outbox(), list[str]()
    with Slow(box) as slow:
        box.post(lambda: said.append("mine"))
        box.deliver()
        assert (slow.said, said) == (False, [])
    assert said == ["mine"]

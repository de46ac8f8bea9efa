"""Outcome: the backend's own errors, as each SDK words them; nothing has changed."""

from __future__ import annotations

from typing import Any

import pytest

from cloud_fake import FakeCloud, MisuseError
from tests.faults.acts import ACTS, error_of, fails, pattern_of

#: A preset, and the platform's number for it by service.
PRESETS = [
    ("timeout", {"database": -501002, "function": -501002, "storage": -501002}),
    ("permission", {"database": -502003, "function": -501023, "storage": -503002}),
    ("not_found", {"database": -502005, "function": -501000, "storage": -503003}),
    ("rate_limited", {"database": -501003, "function": -501003, "storage": -501003}),
    ("quota", {"database": -501016, "function": -501015, "storage": -501016}),
    ("conflict", {"database": -502001, "function": -502001, "storage": -502001}),
    ("internal", {"database": -501001, "function": -501001, "storage": -501001}),
]


@pytest.mark.parametrize("name", ACTS)
@pytest.mark.parametrize(("preset", "codes"), PRESETS)
def test_presets(busy: FakeCloud, app: Any, name: str, preset: str, codes: dict[str, int]) -> None:
    busy.faults.add(f'{name}: fail(code="{preset}") once')
    error = error_of(ACTS[name].do, app)
    code = codes[name.partition(".")[0]]
    # callFunction hides every failure behind -1 and names it in its text.
    assert error.code == code
    assert error.errCode == (-1 if name.startswith("function.") else code)
    assert ACTS[name].done(busy) == 0


def test_a_quota_of_reads_is_another_than_one_of_writes(world: FakeCloud, todos: Any) -> None:
    world.faults.on("database.todos.*").fail("quota")
    read, written = error_of(todos.get), error_of(todos.add, data={})
    assert (read.errCode, read.errMsg) == (-501015, "READ_QUOTA_EXCEEDED")
    assert (written.errCode, written.errMsg) == (-501016, "WRITE_QUOTA_EXCEEDED")


@pytest.mark.parametrize("name", ACTS)
def test_a_line_that_breaks_is_no_code(busy: FakeCloud, app: Any, name: str) -> None:
    busy.faults.add(f'{name}: fail(code="network") once')
    error = error_of(ACTS[name].do, app)
    assert error.errCode == -1
    assert error.errMsg.endswith(":fail request:fail timeout")
    assert ACTS[name].done(busy) == 0


WORDS = [
    ("rejected", -501001, "resource system error"),
    ("fail(code=-502001)", -502001, "database request fail"),
    ('fail(code=-502001, message="no")', -502001, "no"),
    ("fail(code=-599999)", -599999, "injected failure"),
]


@pytest.mark.parametrize(("effect", "code", "text"), WORDS)
def test_what_a_client_and_a_server_read(
    world: FakeCloud, todos: Any, face: Any, effect: str, code: int, text: str
) -> None:
    world.faults.add(f"database.todos.get: {effect}")
    error = error_of(todos.get)
    assert (error.errCode, error.errMsg) == (code, text)
    error = error_of(face(world.server).database().collection("todos").get)
    assert error.errMsg.startswith(f"collection.get:fail {code} ")
    assert error.errMsg.endswith(text)


# --- sticky --------------------------------------------------------------------------------------


def test_who_asks_the_same_again_gets_the_same_again(world: FakeCloud, todos: Any) -> None:
    world.faults.on("database.todos.*").fail(sticky=True).nth(2)
    assert not fails(todos.where({"n": 1}).get)
    assert pattern_of(todos.where({"n": 2}).get, 3) == "xxx"
    assert pattern_of(todos.where({"n": 1}).get, 2) == ".."
    assert pattern_of(todos.where({"n": 2}).get, 1) == "x"


def test_it_sticks_to_who_asked(world: FakeCloud, face: Any) -> None:
    world.faults.on("database.todos.get").fail(sticky=True).once()
    alice, bob = (face(user).database().collection("todos") for user in (world, world.as_user("b")))
    assert pattern_of(alice.get, 2) == "xx"
    assert pattern_of(bob.get, 2) == ".."


def test_a_rule_that_is_made_later_does_not_unstick_it(world: FakeCloud, todos: Any) -> None:
    sticky = world.faults.on("database.todos.get").fail(sticky=True).once()
    assert fails(todos.get)
    world.faults.on("storage.*").lost_request()
    assert fails(todos.get)
    assert not sticky.exhausted


def test_it_is_unstuck_by_healing(world: FakeCloud, todos: Any) -> None:
    world.faults.on("database.todos.get").fail(sticky=True).once()
    assert pattern_of(todos.get, 2) == "xx"
    world.faults.heal()
    assert pattern_of(todos.get, 2) == ".."


def test_sticky_is_a_yes_or_a_no(world: FakeCloud) -> None:
    with pytest.raises(MisuseError, match="sticky is True or False, not 'yes'"):
        world.faults.on("*").fail(sticky="yes")  # type: ignore[arg-type]


def test_half_a_letter_in_a_message_breaks_nothing(world: FakeCloud, todos: Any) -> None:
    """JavaScript's texts may hold one; a rule's draws are keyed by what it says."""
    world.faults.on("database.todos.get").fail(message="\ud83d").p(1)
    assert error_of(todos.get).errMsg == "\ud83d"

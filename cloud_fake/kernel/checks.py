"""Kernel: what a test says must be so: always, in the end, or at least now and then.

A check is plain code of the test that looks and changes nothing: it raises, or returns False, if
it is not so. The calls it makes are looking on: no fault strikes them, they leave no line on the
timeline and no later id depends on them.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, TypeVar

from cloud_fake.errors import CheckFailed, MisuseError

if TYPE_CHECKING:
    from cloud_fake.kernel.timeline import Call
    from cloud_fake.kernel.world import World

__all__ = ["Check", "Checks", "Tally"]

Check: TypeAlias = Callable[[], object]
C = TypeVar("C", bound=Check)


class Tally(NamedTuple):
    """How often a `sometimes` was asked, and how often it was so."""

    asked: int = 0
    held: int = 0


class Checks:
    """The checks of one world.

    Attributes:
        armed: whether the gate has to ask at all.
        sometimes: what has to be so once in a session, by its label.
    """

    def __init__(self) -> None:
        self._always: list[Check] = []
        self._eventually: list[Check] = []
        self._broken: CheckFailed | None = None
        self._is_told = False
        self.armed = False
        self.sometimes: dict[str, Tally] = {}

    def always(self, check: C) -> C:
        """Look after every operation."""
        self._always.append(_plain(check))
        self.armed = True
        return check

    def eventually(self, check: C) -> C:
        """Look when everything has healed and come to rest."""
        self._eventually.append(_plain(check))
        return check

    def note(self, label: str, held: bool) -> None:
        """Count one more `sometimes`."""
        asked, so_far = self.sometimes.get(label, Tally())
        self.sometimes[label] = Tally(asked + 1, so_far + held)

    @property
    def waits(self) -> bool:
        """Whether something is to be looked at in the end."""
        return bool(self._eventually)

    def clear(self) -> None:
        """Forget them; what has been counted stays."""
        self._always.clear()
        self._eventually.clear()
        self._broken = None
        self._is_told = self.armed = False

    # --- looking ----------------------------------------------------------------------------------

    def after(self, world: World, call: Call) -> None:
        """Look after an operation in that world; under no lock.

        A failure inside of a function is told where the test's own call ends: the platform would
        make an answer of it. It is told once; who swallows it hears of it again at the end.

        Raises:
            CheckFailed: something is not so any more.
        """
        __tracebackhide__ = True
        if world.journal.is_aside:
            return
        if self._broken is None:
            self._broken = self._first_broken(world, call)
        if self._broken is not None and call.inside is None and not self._is_told:
            self._is_told = True
            raise self._broken

    def _first_broken(self, world: World, call: Call) -> CheckFailed | None:
        for check in self._always:
            error = _look(world, check)
            if error is not None:
                where = f"after call {call.number}, {call.name}"
                return _failed("always", check, error, where)
        return None

    def finish(self, world: World) -> None:
        """Look for the last time.

        Raises:
            CheckFailed: something was not so, or is not so in the end.
        """
        __tracebackhide__ = True
        if self._broken is not None:
            raise self._broken
        for check in self._eventually:
            error = _look(world, check)
            if error is not None:
                raise _failed("eventually", check, error, "in the end")


def _look(world: World, check: Check) -> BaseException | None:
    counts = world.ids.counts
    try:
        with world.journal.aside():
            held = check()
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # noqa: BLE001 - pytest.fail raises no Exception
        return error
    finally:
        world.ids.restore(counts)
    return AssertionError("it returned False") if held is False else None


def _plain(check: C) -> C:
    if not callable(check) or inspect.iscoroutinefunction(check):
        raise MisuseError(f"a check is a plain function without arguments, not {check!r}")
    return check


def _failed(kind: str, check: Check, error: BaseException, where: str) -> CheckFailed:
    said = str(error).partition("\n")[0] or type(error).__name__
    failure = CheckFailed(f"{kind} {_name(check)}, {where}: {said}")
    failure.__cause__ = error
    return failure


def _name(check: Check) -> str:
    name = getattr(check, "__name__", type(check).__name__)
    code = getattr(check, "__code__", None)
    return f"the check in line {code.co_firstlineno}" if name == "<lambda>" and code else name

"""What must be so, and how a test gets there, as methods of `FakeCloud`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from cloud_fake.kernel import idling
from cloud_fake.kernel.transcript import transcript

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloud_fake.kernel.checks import Tally
    from cloud_fake.kernel.faults.durations import Duration
    from cloud_fake.kernel.jumping import Jumping
    from cloud_fake.kernel.world import World

__all__ = ["Checking"]

C = TypeVar("C", bound="Callable[[], object]")


class Checking:
    """Checks raise, or return False; they look and change nothing, and no fault strikes them."""

    _world: World

    def always(self, check: C) -> C:
        """Have `check()` hold after every operation; also a decorator.

        Its failure is raised where the test's own call ends, as an AssertionError, and again at
        the end of the test, if the app has swallowed it.
        """
        return self._world.checks.always(check)

    def eventually(self, check: C) -> C:
        """Have `check()` hold once all faults are healed and nothing more is due; see `settle`."""
        return self._world.checks.eventually(check)

    def sometimes(self, label: str, condition: object = True) -> bool:
        """Have the condition be true at least once in a session, whichever test it is in.

        Returns:
            The condition.
        """
        held = bool(condition)
        self._world.checks.note(label, held)
        return held

    @property
    def sometimes_held(self) -> dict[str, Tally]:
        """How often each `sometimes` was asked, and how often it held."""
        return dict(self._world.checks.sometimes)

    def run_until_idle(self, within: Duration = idling.LONGEST) -> int:
        """Let time pass until nothing more is due, at most so long; returns how often it moved."""
        return idling.run_until_idle(self._world, within)

    def settle(self, within: Duration = idling.LONGEST) -> None:
        """Heal every fault, run until idle, look at the checks; pytest does so after the test."""
        __tracebackhide__ = True
        idling.settle(self._world, within)

    def conclude(self, *, settle: bool = False) -> None:
        """What pytest does when a test has passed: tell what was not so, `settle` if need be."""
        __tracebackhide__ = True
        idling.conclude(self._world, after_trouble=settle)

    def transcript(self) -> dict[str, Any]:
        """Everything that happened, in JSON's own types; the same for the same run."""
        return transcript(self._world)

    def autojump(self) -> Jumping:
        """While the running event loop is idle, jump to the next deadline, the cloud's too.

        Until the cloud is closed, or `stop()`, or in a `with` statement. The loop is asyncio's, or
        that of a `trio.run` with `clock=trio.testing.MockClock()`.

        Raises:
            MisuseError: no loop is running here, or its time jumps already.
        """
        from cloud_fake.kernel.jumping import jumping

        return jumping(self._world)

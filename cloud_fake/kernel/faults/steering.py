"""What a test does to all of its rules, and trouble that is no rule: it happens, and that is it."""

from __future__ import annotations

from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from cloud_fake.errors import MisuseError
from cloud_fake.kernel.faults.rulebook import Rulebook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from cloud_fake.kernel.faults.effects import Effect
    from cloud_fake.kernel.faults.vocabulary import Vocabulary
    from cloud_fake.kernel.world import World

__all__ = ["Steering"]

_YET_TO_COME = "A rule about what is yet to come is made with optional=True"


class Steering(Rulebook):
    """The rules of one world, to be stopped and suspended, and the names that they may speak of."""

    def __init__(self, world: World, vocabulary: Callable[[], Iterable[str]]) -> None:
        super().__init__(world)
        self._names = vocabulary
        self._state: str | None = None

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        from cloud_fake.kernel.faults.vocabulary import Vocabulary

        return Vocabulary(self._names, self._world.targets, _YET_TO_COME)

    def check_pattern(self, pattern: object, *, optional: bool = False) -> None:
        """Refuse a pattern that nothing can match.

        Raises:
            MisuseError: nothing is called like that; with the nearest name.
        """
        self._vocabulary.check_pattern(pattern, optional=optional)

    def check_reach(self, pattern: str, effect: Effect) -> None:
        """Refuse an effect that could strike nothing of what a pattern is about.

        Raises:
            MisuseError: with what it can strike.
        """
        self._vocabulary.check_reach(pattern, effect)

    # --- all of them ------------------------------------------------------------------------------

    @property
    def state(self) -> str | None:
        """What state the world is in, for rules that strike `while_state`; the test says so."""
        return self._state

    @state.setter
    def state(self, state: str | None) -> None:
        if state is not None and (not isinstance(state, str) or not state):
            raise MisuseError(f"a state is a name, or None, not {state!r}")
        self._state = state
        self._world.timeline.note("state", "none" if state is None else state)

    def heal(self) -> None:
        """Stop every rule; what was jammed in the network arrives now, once, in order."""
        if self.weather or any(not rule.exhausted for rule in self._rules):
            self._world.timeline.note("fault", "all is healed")
        self.weather = ()
        for rule in self._rules:
            rule.end()
        self.refresh()
        if not self.is_clear:
            self.network.release_all()

    def clear(self) -> None:
        """Forget every rule, the state, and what was jammed."""
        self.weather, self._state = (), None
        for rule in self._rules:
            rule.end()
        self._rules.clear()
        if not self.is_clear:
            self.network.clear()
        self.refresh()

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """No rule strikes inside the block."""
        was, self._is_quiet = self._is_quiet, True
        self.refresh()
        try:
            yield
        finally:
            self._is_quiet = was
            self.refresh()

    def expire_now(self, what: str = "links") -> None:
        """All that has been issued so far is dead.

        Args:
            what: `links` of private files (403, expired), `cloud_ids` (-601006), or open
                `transactions` (the server does not know them any more).

        Raises:
            MisuseError: there is no such thing; with the nearest one.
        """
        from cloud_fake.kernel.faults.expiring import expire

        expire(self._world, what)

    def close_watches(
        self, pattern: str = "watch.*", *, caller: str | None = None, code: int = 1006
    ) -> None:
        """The connections of the watches that are open break now; `code` is the WebSocket's.

        Raises:
            MisuseError: it is about no watch, or there is no such code.
        """
        from cloud_fake.kernel.faults.effects import Close
        from cloud_fake.kernel.faults.matching import Match

        self.check_pattern(pattern)
        self.check_reach(pattern, Close(code))
        meant = Match(pattern, caller=caller)
        whose = "" if caller is None else f" of {caller}"
        self._world.timeline.note("fault", f"the connections of {pattern}{whose} close: {code}")
        with self._world.lock:
            for observer in list(self._world.observers.values()):
                observer.drop(lambda call: meant.names(call.name) and meant.fits(call), code)
        self._world.outbox.deliver()

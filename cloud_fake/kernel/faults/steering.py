"""What a test does to all of its rules, and trouble that is no rule: it happens, and that is it."""

from __future__ import annotations

from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from cloud_fake.errors import MisuseError
from cloud_fake.kernel.faults.history import History

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cloud_fake.kernel.faults.effects import Effect
    from cloud_fake.kernel.faults.network import Network
    from cloud_fake.kernel.faults.rule import Rule
    from cloud_fake.kernel.faults.rulebook import Rulebook
    from cloud_fake.kernel.faults.vocabulary import Vocabulary
    from cloud_fake.kernel.world import World

__all__ = ["Steering"]

_YET_TO_COME = "A rule about what is yet to come is made with optional=True"


class Steering:
    """The rules of one world, to be stopped and suspended, and the names that they may speak of.

    The world keeps the rules, in its rulebook, and not whoever steers them: so a world of which
    nobody asked anything is held by nothing of its own.
    """

    def __init__(self, world: World) -> None:
        self._world = world

    @property
    def _book(self) -> Rulebook:
        return self._world.rules

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        from cloud_fake.kernel.faults.vocabulary import Vocabulary

        return Vocabulary(self._world.fittings.vocabulary, self._world.targets, _YET_TO_COME)

    @property
    def armed(self) -> bool:
        """Whether something may go wrong."""
        return self._book.armed

    @property
    def network(self) -> Network:
        """What is under way and does not get on."""
        return self._world.network

    @property
    def is_clear(self) -> bool:
        """Whether everything gets on."""
        return not self._world.has("network") or self.network.is_empty

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
        return self._book.state

    @state.setter
    def state(self, state: str | None) -> None:
        if state is not None and (not isinstance(state, str) or not state):
            raise MisuseError(f"a state is a name, or None, not {state!r}")
        self._book.state = state
        self._world.timeline.note("state", "none" if state is None else state)

    def heal(self) -> None:
        """Stop every rule; what was jammed in the network arrives now, once, in order."""
        book = self._book
        if book.weather or any(not rule.exhausted for rule in book.rules):
            self._world.timeline.note("fault", "all is healed")
        book.weather = ()
        for rule in book.rules:
            rule.end()
        self.refresh()
        if not self.is_clear:
            self.network.release_all()

    def clear(self) -> None:
        """Forget every rule, the state, and what was jammed."""
        book = self._book
        book.weather, book.state = (), None
        for rule in book.rules:
            rule.end()
        book.rules.clear()
        if not self.is_clear:
            self.network.clear()
        self.refresh()

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """No rule strikes inside the block."""
        was, self._book.is_quiet = self._book.is_quiet, True
        self.refresh()
        try:
            yield
        finally:
            self._book.is_quiet = was
            self.refresh()

    def brew(self, weather: Callable[[str], object]) -> None:
        """Have somebody told of every name before its rules are looked up, until the healing."""
        self._book.weather = (*self._book.weather, weather)
        self.refresh()

    # --- asked by the rules -----------------------------------------------------------------------

    def refresh(self) -> None:
        """Look at the rules anew: some have been stopped or forgotten."""
        self._book.refresh(is_jammed=not self.is_clear)
        self._arm()
        self._keep_history()

    def take_up(self, rule: Rule) -> None:
        """Look at a rule that has come to say more; the others are as they were."""
        self._book.take_up(rule)
        self._arm()
        if rule.looks_back is not None:
            self._keep_history()

    def _arm(self) -> None:
        """Say to the world whether the gate has to ask the rules, and whether they follow it."""
        self._world.has_faults = self._book.armed
        self._world.is_followed |= self._book.follows_answers

    def twins_before(self, rule: Rule) -> int:
        """How many older rules say the very same."""
        return self._book.twins_before(rule)

    def _keep_history(self) -> None:
        book, store, longest = self._book, self._world.store, self._book.longest_lag
        if longest is None:
            book.history = store.before_change = None
        elif book.history is None:
            book.history = History(self._world, longest)
            store.before_change = book.history.before_change
        else:
            book.history.longest = longest

    # --- no rules ---------------------------------------------------------------------------------

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
        self._world.deliver()

"""`cloud.faults`: where rules are made, and where the gate asks what they do to a call."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any, Never

from cloud_fake.errors import MisuseError
from cloud_fake.kernel.faults.rulebook import Rulebook
from cloud_fake.kernel.faults.shortcuts import Shortcuts, check_options

if TYPE_CHECKING:
    from collections import Counter

    from cloud_fake.kernel.faults.durations import Duration
    from cloud_fake.kernel.faults.effects import Effect
    from cloud_fake.kernel.faults.matching import Match
    from cloud_fake.kernel.faults.rule import Rule
    from cloud_fake.kernel.faults.vocabulary import Vocabulary
    from cloud_fake.kernel.timeline import Call
    from cloud_fake.kernel.world import World

__all__ = ["Faults"]


_YET_TO_COME = "A rule about what is yet to come is made with optional=True"


class Faults(Shortcuts, Rulebook):
    """The rules of one world.

    ```
    cloud.faults.on("function.pay", where={"data.kind": "card"}).skip(1).lost_reply().once()
    cloud.faults.add("database.todos.add: lost_reply once")
    with cloud.faults.offline("o-bob"): ...
    ```

    **When several rules match one call**, all of them apply, phase by phase, and in each phase
    family by family: availability, capacity, outcome, delivery, data, realtime, lifecycle, time;
    the newest rule of a family first. Once one has decided that the call fails, no other strikes
    it but latency, which adds up; a rule counts only the calls that reach its phase.
    Whatever the test itself does (`seed`, `create_collection`; not `fetch`) passes no rule.
    """

    def __init__(self, world: World, vocabulary: Callable[[], Iterable[str]]) -> None:
        super().__init__(world)
        self._names = vocabulary
        self._state: str | None = None

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        from cloud_fake.kernel.faults.vocabulary import Vocabulary

        return Vocabulary(self._names, self._world.targets, _YET_TO_COME)

    # --- making rules -----------------------------------------------------------------------------

    def on(
        self,
        pattern: str | Mapping[str, str],
        *,
        where: Any = None,
        caller: str | None = None,
        inside: str | None = None,
        unless: str | None = None,
        when: Callable[[Call], object] | None = None,
        optional: bool = False,
        ttl: Duration | None = None,
        **unknown: Never,
    ) -> Rule:
        """A rule about some calls, to be given its effect and its conditions.

        Args:
            pattern: a glob over canonical names, `database.todos.add`, `storage.*`, `function.pay`,
                or several, `database.*|watch.*`; minium's `{"name": "pay"}` is a function.
            where: a condition on the arguments, in the database's own query language.
            caller: the openid of who asks, or `server`.
            inside: the name of the function that it happens inside of.
            unless: a glob over names that are left out.
            when: anything else, as a function of the call; it has no text form.
            optional: it may stay unused without failing the test.
            ttl: after how long it stops by itself, whatever its conditions say.
            **unknown: there are no others.

        Raises:
            MisuseError: nothing is called like that; with the nearest name.
        """
        from cloud_fake.kernel.faults.matching import Match
        from cloud_fake.kernel.faults.rule import Rule

        check_options(unknown)
        glob = _function(pattern) if isinstance(pattern, Mapping) else pattern
        self.check_pattern(glob, optional=optional)
        match = Match(glob, where, caller, inside, unless, when)
        self._check_surroundings(match, optional=optional)
        rule = Rule(self._world, self, match, made_at=_caller_line())
        rule.optional = optional
        if ttl is not None:
            rule.ttl(ttl)
        self._rules.append(rule)
        return rule

    def _check_surroundings(self, match: Match, *, optional: bool) -> None:
        if match.unless is not None:
            self.check_pattern(match.unless, optional=optional)
        if match.inside is not None:
            self._vocabulary.check_function(match.inside, optional=optional)

    def add(self, sentence: str) -> Rule:
        """A rule from its text: `"function.pay: lost_reply skip 1 once"`.

        Raises:
            MisuseError: it is no rule, and why.
        """
        from cloud_fake.kernel.faults.text import read_sentence

        read = read_sentence(sentence)
        rule = self.on(read.pattern, **read.match)
        try:
            if read.effect is not None:
                rule.do(read.effect)
            for build in read.conditions:
                build(rule)
        except MisuseError:
            rule.withdraw()
            raise
        return rule

    def preset(self, name: str, device: str | None = None) -> list[Rule]:
        """The rules of a trouble that has a name, `subway` for one, all optional: see `presets`.

        Args:
            name: the trouble's.
            device: the openid of whose device it is about; every device if None.

        Raises:
            MisuseError: there is no such trouble; with the nearest name.
        """
        from cloud_fake.kernel.faults.presets import arm

        return arm(self, name, device, self._world.timeline.elapsed())

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

    def withdraw(self, rule: Rule) -> None:
        """Forget a rule, as if it had never been made."""
        rule.end()
        self._rules.remove(rule)
        self.refresh()

    # --- steering ---------------------------------------------------------------------------------

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

    # --- asking -----------------------------------------------------------------------------------

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule that was made, in order."""
        return tuple(self._rules)

    def unused(self) -> list[Rule]:
        """The rules that had to strike and never did."""
        return [rule for rule in self._rules if not rule.fired and not rule.optional]

    def named(self, rule: Rule) -> list[Call]:
        """The calls that a rule was about by their name, whatever else it asks for."""
        return [call for call in self._world.timeline if rule.is_about(call.name)]

    def near_misses(self, rule: Rule) -> list[str]:
        """Calls that happened and that the rule's author may have meant, the nearest first."""
        import difflib

        happened = list(dict.fromkeys(call.name for call in self._world.timeline))
        return difflib.get_close_matches(rule.pattern, happened, n=3, cutoff=0.5)

    def verdict(self, rule: Rule) -> str:
        """What a rule came to: `fired 2: handled by retry 2, surfaced 0`."""
        from cloud_fake.kernel.faults.verdicts import verdict

        return verdict(rule, self)

    def tally(self) -> dict[str, dict[str, Counter[str]]]:
        """What the rules have struck: `{operation: {effect: {"retried": 2, "surfaced": 1}}}`."""
        from cloud_fake.kernel.faults.verdicts import tally

        return tally(self._rules)

    def __str__(self) -> str:
        return "\n".join(map(str, self._rules))

    if not TYPE_CHECKING:

        def __getattr__(self, word: str) -> Any:
            from cloud_fake.kernel.faults.effects import EFFECTS
            from cloud_fake.kernel.faults.spelling import near

            known = [name for name in dir(type(self)) if not name.startswith("_")]
            hint = f"; say on(…).{word}()" if word in EFFECTS else near(word, known)
            raise AttributeError(f"cloud.faults has no {word!r}{hint}")


def _function(pattern: Mapping[str, str]) -> str:
    if pattern.keys() != {"name"}:
        raise MisuseError(f"a function is named {{'name': 'pay'}}, not {dict(pattern)!r}")
    return f"function.{pattern['name']}"


def _caller_line() -> str:
    """Where in the test the rule was made: the first frame outside this package."""
    here = os.path.dirname(__file__)
    frame = sys._getframe(1)  # noqa: SLF001 - the only way to ask without building a traceback
    while frame.f_back is not None and frame.f_code.co_filename.startswith(here):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"

"""`cloud.faults`: where rules are made, and where the gate asks what they do to a call."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Never

from cloud_fake.errors import MisuseError
from cloud_fake.kernel.faults.shortcuts import Shortcuts, check_options
from cloud_fake.kernel.faults.steering import Steering

if TYPE_CHECKING:
    from collections import Counter

    from cloud_fake.kernel.faults.durations import Duration
    from cloud_fake.kernel.faults.matching import Match
    from cloud_fake.kernel.faults.rule import Rule
    from cloud_fake.kernel.timeline import Call

__all__ = ["Faults"]


class Faults(Shortcuts, Steering):
    """The rules of one world, for a test.

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
        self._book.rules.append(rule)
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

    def withdraw(self, rule: Rule) -> None:
        """Forget a rule, as if it had never been made."""
        rule.end()
        self._book.rules.remove(rule)
        self.refresh()

    # --- asking -----------------------------------------------------------------------------------

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule that was made, in order."""
        return tuple(self._book.rules)

    def unused(self) -> list[Rule]:
        """The rules that had to strike and never did."""
        return [rule for rule in self._book.rules if not rule.fired and not rule.optional]

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

        return tally(self._book.rules)

    def __str__(self) -> str:
        return "\n".join(map(str, self._book.rules))

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

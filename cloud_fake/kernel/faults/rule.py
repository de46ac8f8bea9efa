"""One rule: which calls, when, and what happens to them; and the handle to it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from cloud_fake.errors import MisuseError
from cloud_fake.kernel.faults import schedule
from cloud_fake.kernel.faults.durations import show_seconds
from cloud_fake.kernel.faults.effects import FAMILIES, Effect, Moment, Strike
from cloud_fake.kernel.faults.life import Life

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloud_fake.kernel.faults.event import Event
    from cloud_fake.kernel.faults.matching import Match
    from cloud_fake.kernel.faults.plan import Plan
    from cloud_fake.kernel.faults.registry import Faults
    from cloud_fake.kernel.timeline import Call
    from cloud_fake.kernel.world import World

__all__ = ["Rule"]


class Rule(Life):
    """A rule, built by chaining and kept as the handle to what it does.

    `cloud.faults.on("function.pay").skip(1).lost_reply().once()`: the effect and the conditions
    may stand in any order; conditions see only what earlier ones let through. A rule without an
    effect does nothing.

    Attributes:
        match: which calls.
        effect: what happens to them.
        matched: how many calls it was about.
        struck: the calls it struck; a watch's, once for each event.
        struck_at: which of the calls that it could have struck they were, counted from 1.
        optional: it may stay unused without failing the test.
        made_at: the line of the test that made it.
    """

    def __init__(self, world: World, faults: Faults, match: Match, *, made_at: str) -> None:
        super().__init__(world, faults)
        self.match = match
        self.made_at = made_at
        self.effect: Effect | None = None
        self.optional = False
        self.matched = 0
        self.struck: list[Call] = []
        self.struck_at: list[int] = []
        self._chances = 0
        self._seen: list[int] = []
        self._memory: dict[str, Any] = {}
        self._sticking: set[str] = set()
        self._armed_at = world.clock.now()
        self._armed_after = world.timeline.made

    # --- building it ------------------------------------------------------------------------------

    def do(self, effect: Effect) -> Self:
        """Give it its effect; it has one.

        Raises:
            MisuseError: it has one already, or could never strike what the rule is about.
        """
        if self.effect is not None:
            raise MisuseError(f"a rule does one thing: {self.what} or {effect}; make two rules")
        self._faults.check_reach(self.match.pattern, effect)
        self.effect = effect
        return self._changed()

    def when(self, condition: schedule.Condition) -> Self:
        """One more condition, seeing what those before let through.

        Raises:
            MisuseError: it speaks of calls that cannot be.
        """
        if isinstance(condition, (schedule.After, schedule.Until)):
            self._faults.check_pattern(condition.pattern, optional=self.optional)
        self.conditions.append(condition)
        self._seen.append(0)
        return self._changed()

    def _changed(self) -> Self:
        self.__dict__.pop("said", None)
        self._faults.take_up(self)
        return self

    def withdraw(self) -> None:
        """Be as if it had never been made."""
        self._faults.withdraw(self)

    def may_stay_unused(self) -> Self:
        """Do not fail the test if it never strikes."""
        self.optional = True
        return self

    # --- the handle -------------------------------------------------------------------------------

    @property
    def fired(self) -> int:
        """How often it struck."""
        return len(self.struck)

    @property
    def pattern(self) -> str:
        """The glob over canonical names."""
        return self.match.pattern

    @property
    def what(self) -> str:
        """Its effect in words."""
        return str(self.effect) if self.effect is not None else "nothing"

    @property
    def exhausted(self) -> bool:
        """Whether it will not strike again."""
        if self.stopped or self.effect is None:
            return True
        return not self._sticking and any(
            condition.exhausted(seen, self._instant(index))
            for index, (condition, seen) in enumerate(zip(self.conditions, self._seen, strict=True))
        )

    @property
    def looks_back(self) -> float | None:
        """How far back it lets reads see, in seconds; None if it does not."""
        return None if self.effect is None or self.stopped else self.effect.looks_back()

    @property
    def seconds_left(self) -> float | None:
        """In how many seconds its conditions will let nothing pass any more; None if unknown."""
        ends = (it.ends_in(self._instant(index)) for index, it in enumerate(self.conditions))
        return min((seconds for seconds in ends if seconds is not None), default=None)

    def __str__(self) -> str:
        ttl = "" if self._ttl is None else f" ttl {show_seconds(self._ttl)}"
        return f"{self.said}{ttl}{' optional' if self.optional else ''}"

    @cached_property
    def said(self) -> str:
        """Its text, without what says how strict it is and when it stops by itself."""
        return " ".join([f"{self.match}: {self.what}", *map(str, self.conditions)])

    def __repr__(self) -> str:
        return f"<Rule {self}, fired {self.fired}>"

    # --- the gate's side --------------------------------------------------------------------------

    @property
    def rank(self) -> int:
        """Its family's place among the families."""
        assert self.effect is not None  # noqa: S101 - only rules with an effect are ranked
        return FAMILIES.index(self.effect.family)

    def is_about(self, name: str) -> bool:
        """Whether it may strike what is called so."""
        effect = self.effect
        return effect is not None and effect.reaches(name) and self.match.names(name)

    def strike(self, moment: Moment, plan: Plan, call: Call) -> None:
        """Add to the plan what this rule does to the call at this moment, if it does anything."""
        effect = self._effect_on(moment, plan, call)
        if effect is None:
            return
        # Of several threads each is counted, and each by itself.
        with self._world.lock:
            self.matched += 1
            strike = self._strike(moment, call)
            if effect.concerns(plan, strike) and (self._sticks(call) or self._admits(call)):
                effect.strike(plan, strike)
                self._keep(plan, call)
                if getattr(effect, "sticky", False):
                    self._sticking.add(call.fingerprint)

    def strike_event(self, event: Event) -> None:
        """Say what this rule does to an event of a watch, if it does anything; under the lock."""
        effect = self._effect_on("event", event, event.call)
        if effect is None:
            return
        self.matched += 1
        if effect.concerns_event(event) and self._admits(event.call):
            effect.strike_event(event, self._strike("event", event.call))
            self._keep(event, event.call)

    def _effect_on(self, moment: Moment, plan: Plan | Event, call: Call) -> Effect | None:
        effect = self.effect
        if self.stopped or effect is None or not effect.strikes_at(moment, call.name):
            return None
        if plan.has_outcome and not effect.adds_up:
            return None
        return effect if self.match.fits(call) else None

    def _keep(self, plan: Plan | Event, call: Call) -> None:
        # A watch's call is struck by event after event; once is enough to read.
        if call not in self.struck[-1:]:
            call.faults = (*call.faults, self.what)
        self.struck.append(call)
        self.struck_at.append(self._chances)
        plan.rules.append(self)

    def _sticks(self, call: Call) -> bool:
        sticks = bool(self._sticking) and call.fingerprint in self._sticking
        self._chances += sticks
        return sticks

    def _admits(self, call: Call) -> bool:
        self._chances += 1
        for index, condition in enumerate(self.conditions):
            self._seen[index] += 1
            if not condition.admits(self._seen[index], self._instant(index, call)):
                return False
        return True

    # --- time and chance --------------------------------------------------------------------------

    @property
    def _since_armed(self) -> float:
        return (self._world.clock.now() - self._armed_at).total_seconds()

    def _strike(self, moment: Moment, call: Call) -> Strike:
        # By the match and not by the schedule: whoever narrows that down draws the same again.
        draw = self._drawer(lambda: f"{self.match}: {self.what}", f"strike {self.matched}")
        return Strike(self._world, call, draw, self._memory, self._since_armed, moment, self)

    def _instant(self, index: int, call: Call | None = None) -> schedule.Instant:
        draw = self._drawer(lambda: self.said, f"condition {index}")
        return schedule.Instant(
            since_start=self._world.timeline.elapsed(),
            since_armed=self._since_armed,
            draw=lambda number: draw(str(number)),
            answered=lambda pattern: self._world.timeline.answered_since(
                pattern, self._armed_after
            ),
            call=call,
            state=self._faults.state,
        )

    def _drawer(self, said: Callable[[], str], purpose: str) -> Callable[[str], float]:
        """Draws that belong to what the rule says, so that a rule beside it shifts none of them."""

        def draw(detail: str) -> float:
            twin = self._faults.twins_before(self)
            return self._world.ids.fraction(f"rule {said()} #{twin} {purpose} {detail}")

        return draw

"""The rules as the gate sees them: asked for every call, costing nothing where none is meant."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from cloud_fake.kernel.faults.event import Event
from cloud_fake.kernel.faults.plan import Plan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from cloud_fake.kernel.faults.history import History
    from cloud_fake.kernel.faults.rule import Rule
    from cloud_fake.kernel.journal import Journal
    from cloud_fake.kernel.operation import Operation
    from cloud_fake.kernel.timeline import Call
    from cloud_fake.state import Snapshot

__all__ = ["Rulebook"]

#: How far back, in seconds, the reads of a storm may see.
LONGEST_LAG = 60.0


class Rulebook:
    """The rules of one world, by the names that they are about; `Faults` writes it.

    Attributes:
        rules: all that were made, in order.
        armed: whether the gate has to ask at all.
        follows_answers: whether some rule wants to know what has been answered.
        is_quiet: no rule strikes for the time being.
        state: what state the world is in, for rules that strike `while_state`.
        weather: those that are told of every name before its rules are looked up; they may make
            some.
        history: how the store was, while some rule lets reads see it.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._by_name: dict[str, tuple[Rule, ...]] = {}
        self._by_call: dict[tuple[Operation, str], tuple[Rule, ...]] = {}
        self._twins: dict[Rule, int] | None = None
        self.rules: list[Rule] = []
        self.armed = False
        self.follows_answers = False
        self.is_quiet = False
        self.state: str | None = None
        self.weather: tuple[Callable[[str], object], ...] = ()
        self.history: History | None = None

    # --- asked by the gate and the services -------------------------------------------------------

    def is_about(self, name: str) -> bool:
        """Whether any rule is about what is called so."""
        return bool(self._about(name))

    def plan(self, call: Call) -> Plan | None:
        """What goes wrong with a call; None, as nearly always, if no rule is about its name."""
        asked = call.operation, call.target  # of which the name is made, which takes longer
        rules = self._by_call.get(asked)
        if rules is None:
            rules = self._about(call.name)
            self._by_call[asked] = rules
        if not rules:
            return None
        self._journal.calls()  # whoever judges a call may ask it about the past
        return Plan(call, rules)

    def event(self, call: Call, number: int, cause: Call | None) -> Event | None:
        """What becomes of an event of the watch that a call began; None if nothing does."""
        rules = self._about(call.name)
        if not rules:
            return None
        self._journal.calls()  # as above
        event = Event(call, number, cause)
        for rule in rules:
            rule.strike_event(event)
        return event if event.rules else None

    def _about(self, name: str) -> tuple[Rule, ...]:
        rules = self._by_name.get(name)
        if rules is None:
            for brews in self.weather:
                brews(name)
            newest_first = [rule for rule in reversed(self.rules) if rule.is_about(name)]
            rules = self._by_name[name] = tuple(sorted(newest_first, key=lambda rule: rule.rank))
        return rules

    # --- asked by the rules -----------------------------------------------------------------------

    def refresh(self, *, is_jammed: bool) -> None:
        """Look at the rules anew: some have been stopped or forgotten.

        Args:
            is_jammed: something is under way that does not get on.
        """
        self.follows_answers = False
        self.armed = not self.is_quiet and (bool(self.weather) or is_jammed)
        for rule in self.rules:
            self._arm(rule)
        self._by_name, self._by_call, self._twins = {}, {}, None

    def take_up(self, rule: Rule) -> None:
        """Look at a rule that has come to say more; the others are as they were."""
        self._arm(rule)
        self._by_name, self._by_call, self._twins = {}, {}, None

    def _arm(self, rule: Rule) -> None:
        self.follows_answers |= any(condition.follows_answers for condition in rule.conditions)
        self.armed |= not self.is_quiet and not rule.exhausted

    def twins_before(self, rule: Rule) -> int:
        """How many older rules say the very same."""
        if self._twins is None:
            self._twins = dict(_with_twins_before(self.rules))
        return self._twins.get(rule, 0)

    def state_at(self, moment: datetime) -> Snapshot:
        """How the store was at a moment, or when the oldest rule that asks was made, if later."""
        assert self.history is not None  # noqa: S101 - kept since that rule was made
        return self.history.at(moment)

    @property
    def longest_lag(self) -> float | None:
        """How far back some rule lets reads see, in seconds; a storm may yet make one that does."""
        lags = [rule.looks_back for rule in self.rules]
        if self.weather:
            lags.append(LONGEST_LAG)
        return max((lag for lag in lags if lag is not None), default=None)


def _with_twins_before(rules: Iterable[Rule]) -> Iterator[tuple[Rule, int]]:
    said: Counter[str] = Counter()
    for rule in rules:
        yield rule, said[rule.said]
        said[rule.said] += 1

"""The rules as the gate sees them: asked for every call, costing nothing where none is meant."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING

from cloud_fake.kernel.faults.event import Event
from cloud_fake.kernel.faults.history import History
from cloud_fake.kernel.faults.plan import Plan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from cloud_fake.kernel.faults.network import Network
    from cloud_fake.kernel.faults.rule import Rule
    from cloud_fake.kernel.operation import Operation
    from cloud_fake.kernel.timeline import Call
    from cloud_fake.kernel.world import World
    from cloud_fake.state import Snapshot

__all__ = ["Rulebook"]

#: How far back, in seconds, the reads of a storm may see.
LONGEST_LAG = 60.0


class Rulebook:
    """The rules of one world, by the names that they are about.

    Attributes:
        armed: whether the gate has to ask at all.
        follows_answers: whether some rule wants to know what has been answered.
        weather: those that are told of every name before its rules are looked up; they may make
            some.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._rules: list[Rule] = []
        self._is_quiet = False
        self._by_name: dict[str, tuple[Rule, ...]] = {}
        self._by_call: dict[tuple[Operation, str], tuple[Rule, ...]] = {}
        self._history: History | None = None
        self._twins: dict[Rule, int] | None = None
        self.armed = False
        self.follows_answers = False
        self.weather: tuple[Callable[[str], object], ...] = ()

    @cached_property
    def network(self) -> Network:
        """What is under way and does not get on."""
        from cloud_fake.kernel.faults.network import Network

        return Network(self._world)

    @property
    def is_clear(self) -> bool:
        """Whether everything gets on."""
        return "network" not in self.__dict__ or self.network.is_empty

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
        self._world.journal.calls()  # whoever judges a call may ask it about the past
        return Plan(call, rules)

    def event(self, call: Call, number: int, cause: Call | None) -> Event | None:
        """What becomes of an event of the watch that a call began; None if nothing does."""
        rules = self._about(call.name)
        if not rules:
            return None
        self._world.journal.calls()  # as above
        event = Event(call, number, cause)
        for rule in rules:
            rule.strike_event(event)
        return event if event.rules else None

    def _about(self, name: str) -> tuple[Rule, ...]:
        rules = self._by_name.get(name)
        if rules is None:
            for brews in self.weather:
                brews(name)
            newest_first = [rule for rule in reversed(self._rules) if rule.is_about(name)]
            rules = self._by_name[name] = tuple(sorted(newest_first, key=lambda rule: rule.rank))
        return rules

    def brew(self, weather: Callable[[str], object]) -> None:
        """Have somebody told of every name before its rules are looked up, until the healing."""
        self.weather = (*self.weather, weather)
        self.refresh()

    # --- asked by the rules -----------------------------------------------------------------------

    def refresh(self) -> None:
        """Look at the rules anew: some have been stopped or forgotten."""
        self.follows_answers = False
        self.armed = not self._is_quiet and (bool(self.weather) or not self.is_clear)
        for rule in self._rules:
            self._arm(rule)
        self._by_name, self._by_call, self._twins = {}, {}, None
        self._keep_history(max(self._lags(), default=None))

    def take_up(self, rule: Rule) -> None:
        """Look at a rule that has come to say more; the others are as they were."""
        self._arm(rule)
        self._by_name, self._by_call, self._twins = {}, {}, None
        if rule.looks_back is not None:
            self._keep_history(max(self._lags(), default=None))

    def _arm(self, rule: Rule) -> None:
        self.follows_answers |= any(condition.follows_answers for condition in rule.conditions)
        self.armed |= not self._is_quiet and not rule.exhausted

    def twins_before(self, rule: Rule) -> int:
        """How many older rules say the very same."""
        if self._twins is None:
            self._twins = dict(_with_twins_before(self._rules))
        return self._twins.get(rule, 0)

    def state_at(self, moment: datetime) -> Snapshot:
        """How the store was at a moment, or when the oldest rule that asks was made, if later."""
        assert self._history is not None  # noqa: S101 - kept since that rule was made
        return self._history.at(moment)

    def _lags(self) -> Iterator[float]:
        """How far back some rule lets reads see; a storm may yet make one that does."""
        for rule in self._rules:
            if rule.looks_back is not None:
                yield rule.looks_back
        if self.weather:
            yield LONGEST_LAG

    def _keep_history(self, longest: float | None) -> None:
        if longest is None:
            self._history = self._world.store.before_change = None
        elif self._history is None:
            self._history = History(self._world, longest)
            self._world.store.before_change = self._history.before_change
        else:
            self._history.longest = longest


def _with_twins_before(rules: Iterable[Rule]) -> Iterator[tuple[Rule, int]]:
    said: Counter[str] = Counter()
    for rule in rules:
        yield rule, said[rule.said]
        said[rule.said] += 1

"""What may be chained on a rule: the words for when it strikes, and those for what it does."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, Self, TypeVar

from cloud_fake.errors import MisuseError
from cloud_fake.kernel.faults import effects, schedule
from cloud_fake.kernel.faults.durations import Duration, seconds_of
from cloud_fake.kernel.faults.spelling import near

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Words", "made"]

P = ParamSpec("P")
W = TypeVar("W", bound="Words")


class Word(Generic[P]):
    """An effect's word as a method; its arguments are the effect's."""

    def __init__(self, effect: Callable[P, effects.Effect]) -> None:
        self._effect = effect

    def __get__(self, rule: W, owner: type[W]) -> Callable[P, W]:
        """The method of a rule."""
        return lambda *args, **kwargs: rule.do(made(self._effect, *args, **kwargs))


class Words:
    """The words that a rule is built of, in any order."""

    def do(self, effect: effects.Effect) -> Self:
        """Give it its effect; it has one."""
        raise NotImplementedError

    def when(self, condition: schedule.Condition) -> Self:
        """One more condition, seeing what those before let through."""
        raise NotImplementedError

    # --- when -------------------------------------------------------------------------------------

    def once(self) -> Self:
        """The first match only."""
        return self.times(1)

    def times(self, n: int) -> Self:
        """The first n matches."""
        return self.when(schedule.Times(n))

    def skip(self, n: int) -> Self:
        """All but the first n."""
        return self.when(schedule.Skip(n))

    def nth(self, *numbers: int) -> Self:
        """Exactly these matches, counted from 1."""
        return self.when(schedule.Nth(numbers))

    def every(self, n: int) -> Self:
        """Every n-th match."""
        return self.when(schedule.Every(n))

    def sequence(self, *steps: str) -> Self:
        """By a list of `"ok"` and `"fault"`."""
        return self.when(schedule.Sequence(steps))

    def p(self, chance: float) -> Self:
        """Each match with this chance, drawn from the cloud's seed."""
        return self.when(schedule.Probability(chance))

    def between(self, start: Duration, end: Duration) -> Self:
        """In a window of the cloud's time since its first call: `between("00:10", "02:00")`."""
        return self.when(schedule.Between(seconds_of(start), seconds_of(end)))

    def for_(self, duration: Duration) -> Self:
        """So long after it was made."""
        return self.when(schedule.For(seconds_of(duration)))

    def after(self, pattern: str) -> Self:
        """Once a call of this name has been answered."""
        return self.when(schedule.After(pattern))

    def until(self, pattern: str) -> Self:
        """Until a call of this name has been answered."""
        return self.when(schedule.Until(pattern))

    def while_state(self, state: str) -> Self:
        """While `cloud.faults.state` is this."""
        return self.when(schedule.WhileState(state))

    # --- what -------------------------------------------------------------------------------------

    lost_request = Word(effects.LostRequest)
    offline = Word(effects.Offline)
    hang = Word(effects.Hang)
    jam = Word(effects.Jam)
    outage = Word(effects.Outage)
    partition = Word(effects.Partition)
    cold_start = Word(effects.ColdStart)

    throttle = Word(effects.Throttle)
    quota = Word(effects.Quota)
    concurrency = Word(effects.Concurrency)

    fail = Word(effects.Fail)
    rejected = Word(effects.Rejected)

    lost_reply = Word(effects.LostReply)
    late_reply = Word(effects.LateReply)
    executed_twice = Word(effects.ExecutedTwice)
    duplicate = Word(effects.Duplicate)
    overtaken = Word(effects.Overtaken)
    partial = Word(effects.Partial)
    stuck = Word(effects.Stuck)
    fail_items = Word(effects.FailItems)

    stale_read = Word(effects.StaleRead)
    conflict = Word(effects.Conflict)
    corrupt = Word(effects.Corrupt)
    truncated = Word(effects.Truncated)
    wrong_type = Word(effects.WrongType)
    missing_fields = Word(effects.MissingFields)
    old_schema = Word(effects.OldSchema)

    close = Word(effects.Close)
    gap = Word(effects.Gap)
    late_init = Word(effects.LateInit)
    duplicate_event = Word(effects.DuplicateEvent)
    reorder = Word(effects.Reorder)
    echo_first = Word(effects.EchoFirst)
    echo_late = Word(effects.EchoLate)
    slow_consumer = Word(effects.SlowConsumer)

    function_timeout = Word(effects.FunctionTimeout)
    crash = Word(effects.Crash)
    oom = Word(effects.OutOfMemory)
    recycled = Word(effects.Recycled)
    missed = Word(effects.Missed)
    fired_twice = Word(effects.FiredTwice)
    skew = Word(effects.Skew)
    drift = Word(effects.Drift)

    delay = Word(effects.Delay)
    uniform = Word(effects.Uniform)
    lognormal = Word(effects.LogNormal)
    ramp = Word(effects.Ramp)

    if not TYPE_CHECKING:

        def __getattr__(self, word: str) -> Any:
            known = [name for name in dir(type(self)) if not name.startswith("_")]
            raise AttributeError(f"a rule has no {word!r}{near(word, known)}")


def made(effect: Callable[..., effects.Effect], *args: Any, **options: Any) -> effects.Effect:
    """An effect with these options.

    Raises:
        MisuseError: it has no such option; with those that it has.
    """
    try:
        return effect(*args, **options)
    except TypeError as error:
        assert isinstance(effect, type)  # noqa: S101 - each is a class
        assert issubclass(effect, effects.Effect)  # noqa: S101 - and one of these
        known = [knob.name for knob in fields(effect)]
        raise MisuseError(_wrong_options(effect.word, known, options, error)) from None


def _wrong_options(word: str, known: list[str], options: Any, error: TypeError) -> str:
    for name in options:
        if name not in known:
            return f"{word}() has no option {name!r}{near(name, known)}"
    return f"{word}() takes {', '.join(known) or 'nothing'}: {error}"

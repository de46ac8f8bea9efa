"""What became of the calls that were struck: handled, or surfaced to whoever asked.

```
answered   the caller got an answer all the same: a delay, a request that was delivered twice
retried    the caller asked the same again, and got an answer
caught     the caller was a function, and that was answered
surfaced   the caller got an error, and that was the last word
```

A watch that had begun and was ended by an error got that error; one that lives was answered.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Literal, TypeAlias

from cloud_fake.kernel.outcome import times
from cloud_fake.kernel.verbs import is_read

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cloud_fake.kernel.calls import Call
    from cloud_fake.kernel.faults.registry import Faults
    from cloud_fake.kernel.faults.rule import Rule

__all__ = ["Ending", "ending", "tally", "verdict"]

Ending: TypeAlias = Literal["answered", "retried", "caught", "surfaced"]


def ending(call: Call) -> Ending:
    """What became of a call that was struck."""
    if call.error is None and call.broken is None:
        return "answered"
    inner: Call | None = call
    while inner is not None:
        if inner.is_retried:
            return "retried"
        inner = inner.inside
        if inner is not None and inner.ok:
            return "caught"
    return "surfaced"


def tally(rules: Iterable[Rule]) -> dict[str, dict[str, Counter[str]]]:
    """How often each effect struck each operation, by what became of it.

    Returns:
        `{"database.todos.add": {"lost_reply": {"retried": 2, "surfaced": 1}}}`.
    """
    counted: dict[str, dict[str, Counter[str]]] = {}
    for rule in rules:
        word = rule.effect.word if rule.effect is not None else ""
        for call in rule.struck:
            of_name = counted.setdefault(call.name, {})
            of_name.setdefault(word, Counter())[ending(call)] += 1
    return counted


def verdict(rule: Rule, faults: Faults) -> str:
    """What a rule came to: `fired 2: handled by retry 2 (1 done twice), surfaced 0`."""
    if rule.fired:
        return f"fired {rule.fired}: {', '.join(_endings(rule))}"
    return f"matched {rule.matched}, fired 0" if rule.matched else _never(rule, faults)


def _never(rule: Rule, faults: Faults) -> str:
    """Why a rule has never matched, as far as one can see."""
    named = faults.named(rule)
    if named:
        misfits = Counter(filter(None, map(rule.match.misfit, named)))
        ((part, _),) = misfits.most_common(1) or [("", 0)]
        why = f"fits {part}=" if part else "got as far as it strikes"
        return f"never matched; of {len(named)} calls of that name none {why}"
    near = faults.near_misses(rule)
    return f"never matched; there was {', '.join(near)}" if near else "never matched"


#: How the endings are told, in this order.
_SAID: dict[Ending, str] = {"retried": "handled by retry", "caught": "handled by its function"}


def _endings(rule: Rule) -> Iterator[str]:
    found = [(ending(call), call) for call in rule.struck]
    counts = Counter(way for way, _ in found)
    for way in (*_SAID, "answered"):
        calls = [call for it, call in found if it == way]
        if calls:
            text = _SAID.get(way) or _answered(rule, calls)
            yield f"{text} {len(calls)}{_repeated(way, calls)}"
    if not counts["answered"] or counts["surfaced"]:
        yield f"surfaced {counts['surfaced']}"


def _answered(rule: Rule, calls: Iterable[Call]) -> str:
    """How it is told that calls were answered, whatever struck them."""
    services = {call.name.partition(".")[0] for call in calls}
    if services == {"device"}:
        return "read wrongly"
    if services == {"watch"}:
        return "the watch went on"
    spoils = rule.effect is not None and rule.effect.spoils
    return "answered wrongly" if spoils else "answered all the same"


def _repeated(way: Ending, calls: list[Call]) -> str:
    """What the caller cannot see: how many of these were done more than once."""
    done = Counter(_done(way, call) for call in calls if not is_read(call.name))
    more = [f"{n} done {times(number)}" for number, n in sorted(done.items()) if number > 1]
    return f" ({', '.join(more)})" if more else ""


def _done(way: Ending, call: Call) -> int:
    """How often the work of a call was done, by itself and until one of its retries got through."""
    done = call.executions
    for again in call.later_tries() if way == "retried" else ():
        done += again.executions
        if again.ok:
            break
    return done

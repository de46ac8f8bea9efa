"""What became of the calls that were struck: handled, or surfaced to whoever asked.

```
answered   the caller got an answer all the same: a delay, a request that was delivered twice
retried    the caller asked the same again, and got an answer
caught     the caller was a function, and that was answered
surfaced   the caller got an error, and that was the last word
```
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from cloud_fake.kernel.calls import Call
    from cloud_fake.kernel.faults.registry import Faults
    from cloud_fake.kernel.faults.rule import Rule

__all__ = ["Ending", "ending", "verdict"]

Ending: TypeAlias = Literal["answered", "retried", "caught", "surfaced"]

_SAID: dict[Ending, str] = {
    "retried": "handled by retry",
    "caught": "handled by its function",
    "answered": "answered all the same",
}


def ending(call: Call) -> Ending:
    """What became of a call that was struck."""
    if call.error is None:
        return "answered"
    inner: Call | None = call
    while inner is not None:
        if inner.is_retried:
            return "retried"
        inner = inner.inside
        if inner is not None and inner.ok:
            return "caught"
    return "surfaced"


def verdict(rule: Rule, faults: Faults) -> str:
    """What a rule came to: `fired 2: handled by retry 2, surfaced 0`."""
    if rule.fired:
        return f"fired {rule.fired}: {_endings(rule)}"
    if rule.matched:
        return f"matched {rule.matched}, fired 0"
    near = faults.near_misses(rule)
    return f"never matched; there was {', '.join(near)}" if near else "never matched"


def _endings(rule: Rule) -> str:
    found = Counter(map(ending, rule.struck))
    told = [f"{text} {found[way]}" for way, text in _SAID.items() if found[way]]
    if not found["answered"] or found["surfaced"]:
        told.append(f"surfaced {found['surfaced']}")
    return ", ".join(told)

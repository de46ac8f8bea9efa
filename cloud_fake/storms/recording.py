"""Storms: what has struck, as rules that strike the same again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cloud_fake.kernel.faults.effects import Fail

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cloud_fake.face.fake_cloud import FakeCloud
    from cloud_fake.kernel.faults.effects import Effect
    from cloud_fake.kernel.faults.rule import Rule

__all__ = ["Trouble", "record", "replay"]


@dataclass(frozen=True)
class Trouble:
    """One effect, and exactly when it strikes.

    Attributes:
        match: which calls, as text.
        effect: what happens to them.
        numbers: which of these calls, counted from 1.
        moments: their numbers on the timeline that it was taken from.
        cloud: which of the test's clouds, from 0.
    """

    match: str
    effect: Effect
    numbers: tuple[int, ...]
    moments: tuple[int, ...] = ()
    cloud: int = 0

    def __str__(self) -> str:
        return f"{self.match}: {self.effect} {_schedule(self.numbers)}"

    @property
    def strikes(self) -> tuple[Trouble, ...]:
        """Each strike on its own."""
        return tuple(
            replace(self, numbers=(number,), moments=(moment,))
            for number, moment in zip(self.numbers, self.moments, strict=True)
        )


def _schedule(numbers: tuple[int, ...]) -> str:
    if numbers == tuple(range(1, len(numbers) + 1)):
        return "once" if len(numbers) == 1 else f"times {len(numbers)}"
    return "nth " + ",".join(map(str, numbers))


def record(rules: Iterable[Rule], cloud: int = 0) -> tuple[Trouble, ...]:
    """What some rules of a cloud have done.

    Args:
        rules: which.
        cloud: which of the test's clouds it is, from 0.
    """
    return tuple(_taken(rule, cloud) for rule in rules if rule.fired)


def _taken(rule: Rule, cloud: int) -> Trouble:
    effect = rule.effect
    assert effect is not None  # noqa: S101 - a rule without an effect strikes nothing
    if isinstance(effect, Fail) and effect.sticky:
        effect = replace(effect, sticky=False)
    moments = tuple(call.number for call in rule.struck)
    return Trouble(str(rule.match), effect, tuple(rule.struck_at), moments, cloud)


def replay(cloud: FakeCloud, troubles: Iterable[Trouble]) -> list[Rule]:
    """Make the same happen again on another cloud; the rules that do it."""
    return [cloud.faults.add(f"{trouble} optional") for trouble in troubles]

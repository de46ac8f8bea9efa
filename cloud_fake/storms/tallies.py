"""Storms: what has struck which operation, and what became of it, in numbers that add up."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from cloud_fake.kernel.faults.verdicts import ending

if TYPE_CHECKING:
    from cloud_fake.face.fake_cloud import FakeCloud

__all__ = ["tally"]


def tally(cloud: FakeCloud) -> dict[str, dict[str, dict[str, int]]]:
    """How often each effect struck each operation, by what became of it.

    Returns:
        `{"database.todos.add": {"lost_reply": {"retried": 2, "surfaced": 1}}}`.
    """
    counted: dict[str, dict[str, Any]] = {}
    for rule in cloud.faults.rules:
        if rule.effect is not None:
            for call in rule.struck:
                words = counted.setdefault(call.name, {})
                words.setdefault(rule.effect.word, Counter())[ending(call)] += 1
    return counted

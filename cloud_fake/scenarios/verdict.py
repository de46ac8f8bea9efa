"""Scenarios: what came of one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cloud_fake.scenarios.composing import Mark

__all__ = ["Outcome", "Verdict"]


@dataclass(frozen=True)
class Outcome:
    """One expectation, and whether it held.

    Attributes:
        mark: where it stands in the file.
        text: what was expected.
        held: whether it was so.
        saw: what was there instead; empty if it held.
    """

    mark: Mark
    text: str
    held: bool
    saw: str = ""

    def __str__(self) -> str:
        return self.text if self.held else f"{self.text}: {self.saw}"


@dataclass(frozen=True)
class Verdict:
    """A scenario that was played.

    Attributes:
        name: what it tells.
        file: the file it was read from.
        seed: what it was played with.
        outcomes: its expectations, in the order in which they were looked at.
        rules: the fault rules, and how often each struck.
        timeline: what happened, a line an entry.
        called: the operations that there were.
        struck: what struck them, as `cloud.faults.tally()` says.
    """

    name: str
    file: str
    seed: int | str
    outcomes: tuple[Outcome, ...]
    rules: tuple[tuple[str, int], ...]
    timeline: tuple[str, ...]
    called: frozenset[str] = frozenset()
    struck: Mapping[str, Mapping[str, Mapping[str, int]]] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Whether every expectation held."""
        return not self.failures

    @property
    def failures(self) -> list[Outcome]:
        """The expectations that did not hold."""
        return [outcome for outcome in self.outcomes if not outcome.held]

    @property
    def summary(self) -> str:
        """The whole of it in a few words."""
        held, all_ = len(self.outcomes) - len(self.failures), len(self.outcomes)
        return f"{held} of {all_} expectations held, seed {self.seed}"

    def complaints(self) -> Iterator[str]:
        """`file:line:column: expectation: what was there`, for each that did not hold."""
        for outcome in self.failures:
            yield f"{self.file}:{outcome.mark}: {outcome}"

    def as_json(self) -> dict[str, Any]:
        """All of it in JSON's own types."""
        return {
            "name": self.name,
            "file": self.file,
            "seed": self.seed,
            "passed": self.passed,
            "expectations": [
                {
                    "line": outcome.mark.line,
                    "column": outcome.mark.column,
                    "text": outcome.text,
                    "held": outcome.held,
                    "saw": outcome.saw,
                }
                for outcome in self.outcomes
            ],
            "rules": [{"rule": rule, "fired": fired} for rule, fired in self.rules],
            "timeline": list(self.timeline),
        }

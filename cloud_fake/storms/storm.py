"""Storms: trouble everywhere, drawn from a seed in two phases.

A place is an operation and an effect: `database.todos.add` and `lost_reply`. Each is switched on
for the whole storm with a chance of a quarter, and one that is on strikes each call with a chance
of a quarter. So every seed has another few places of trouble, rather than a little of everything
(FoundationDB's BUGGIFY does it so). Both draws are keyed by the place and the call's number there:
no place shifts another's.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cloud_fake.kernel.faults.schedule import Condition
from cloud_fake.kernel.ids import Ids
from cloud_fake.storms.menu import MENU, Choice, Wanted, choose

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloud_fake.face.fake_cloud import FakeCloud
    from cloud_fake.kernel.calls import Call
    from cloud_fake.kernel.faults.registry import Faults
    from cloud_fake.kernel.faults.rule import Rule
    from cloud_fake.kernel.faults.schedule import Instant

__all__ = ["Storm"]

#: That a place is switched on, and that it strikes once it is.
ON, STRIKES = 0.25, 0.25

#: Nobody is struck more often in a row: who tries three times gets through.
MERCY = 2

#: What strikes more than one operation, and for a few calls on end.
LONGEST_GUST = 4


@dataclass(frozen=True)
class Storm:
    """One storm.

    Attributes:
        seed: of all that it draws.
        wanted: True, an intensity (1 is the usual), or families, effects' words and presets.
    """

    seed: int | str
    wanted: Wanted = True

    def arm(self, cloud: FakeCloud) -> list[Rule]:
        """Let it loose on a cloud, until the cloud's faults are healed.

        Returns:
            Its rules; there will be more of them.

        Raises:
            MisuseError: it wants something that there is not.
        """
        choice = choose(self.wanted)
        rules = [rule for preset in choice.presets for rule in cloud.faults.preset(preset)]
        places = _Places(cloud.faults, Ids(f"storm {self.seed}"), choice, rules)
        cloud.faults.brew(places.visit)
        return rules


class _Places:
    """The places of one storm on one cloud; each is a rule, made when its name first comes up."""

    def __init__(self, faults: Faults, ids: Ids, choice: Choice, rules: list[Rule]) -> None:
        self._faults = faults
        self._ids = ids
        self._words = choice.words
        self._intensity = choice.intensity
        self._rules = rules
        self._visited: set[tuple[str, str]] = set()
        self._lock = threading.Lock()

    def visit(self, name: str) -> None:
        """Draw what is switched on where a name comes up, whichever threads come by at once."""
        with self._lock:
            for word in self._words:
                pattern = _BREADTH.get(word, _itself)(name)
                if (pattern, word) not in self._visited:
                    self._visited.add((pattern, word))
                    self._draw(pattern, name, word)

    def _draw(self, pattern: str, name: str, word: str) -> None:
        place = f"{pattern}: {word}"
        is_on = self._ids.fraction(f"{place} on") < ON * self._intensity
        forms = MENU[word]
        if not is_on or not forms[0].reaches(name):
            return
        effect = forms[int(self._ids.fraction(f"{place} form") * len(forms))]
        rule = self._faults.on(pattern, optional=True).when(self._gusts(place, word)).do(effect)
        self._rules.append(rule)

    def _gusts(self, place: str, word: str) -> Gusts:
        longest = LONGEST_GUST if word in _BREADTH else 1
        chance = STRIKES * self._intensity / ((1 + longest) / 2)
        return Gusts(lambda what: self._ids.fraction(f"{place} {what}"), chance, longest)


def _itself(name: str) -> str:
    return name


def _everything(_name: str) -> str:
    return "*"


def _service(name: str) -> str:
    return f"{name.partition('.')[0]}.*"


#: What is wider than one operation, and how wide.
_BREADTH: dict[str, Callable[[str], str]] = {"offline": _everything, "outage": _service}


@dataclass(frozen=True)
class Gusts(Condition):
    """When a place strikes: by the number of the call there, in gusts of one or more calls."""

    word = "storm"
    draw: Callable[[str], float]
    chance: float
    longest: int = 1

    def admits(self, number: int, instant: Instant) -> bool:
        """See `Condition`."""
        first = max(1, number - self.longest + 1)
        blows = any(number < begin + self._length(begin) for begin in range(first, number + 1))
        return blows and not (instant.call is not None and _has_suffered(instant.call))

    def _length(self, number: int) -> int:
        """How many calls the gust lasts that begins at this one; 0 if none does."""
        if self.draw(f"strike {number}") >= self.chance:
            return 0
        return 1 + int(self.draw(f"length {number}") * self.longest) if self.longest > 1 else 1

    def __str__(self) -> str:
        return "storm"


def _has_suffered(call: Call | None) -> bool:
    """Whether a call, or one that it is inside of, has failed often enough."""
    while call is not None:
        last = call.tries_before(MERCY)
        if len(last) == MERCY and all(other.error is not None for other in last):
            return True
        call = call.inside
    return False

"""Each call fails once: a test run once for every place where the cloud can fail.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from pytest_plugin import options, reporting
from pytest_plugin.repeating import Repeater, Run
from pytest_plugin.turns import Turn

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

    from cloud_fake import FakeCloud

__all__ = ["run_each"]

TITLE = "cloud, each call failing once"

DIFFERS = "the call is not there again: the test differs from run to run"
PASSED, FAILED, UNTRIED, LOST = "passed", "FAILED", "-", "NOT REACHED"
XFAILED = "xfailed"
#: Of more places than these the table is enough.
MOST_TOLD = 10


class Place(NamedTuple):
    """One call of the clean run: of which cloud, and what of it."""

    cloud: int
    number: int
    name: str
    depth: int
    ok: bool

    @property
    def address(self) -> str:
        """As the command line has it: `7`, or `7@2` on the second cloud."""
        return f"{self.number}@{self.cloud + 1}" if self.cloud else str(self.number)


class Trial(NamedTuple):
    """A place, the phase in which it failed, and what came of it."""

    place: Place
    phase: str
    came: str
    told: str = ""
    script: tuple[str, ...] = ()

    @property
    def is_bad(self) -> bool:
        """Whether the test cannot stand it."""
        return self.came in (FAILED, LOST)


def run_each(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """The test as it is, and then once for each call and phase."""
    repeater = Repeater(item)
    only = item.config.getoption("--cloud-fail-call")
    if only is not None:
        repeater.publish(repeater.run(_turn(*only)), nextitem)
        return
    shown = repeater.run(Turn(lambda _cloud, _number: []))
    if shown.goes_on:
        shown = _Matrix(item, repeater, shown).fill()
    repeater.publish(shown, nextitem)


def _turn(
    cloud: int,
    number: int,
    phase: str,
    name: str = "*",
    *,
    is_told: bool = True,
    is_counted: bool = True,
) -> Turn:
    from cloud_fake.storms import fail_call

    def arm(each: FakeCloud, which: int) -> list[Any]:
        return fail_call(each, number, phase, name) if which == cloud else []

    address = Place(cloud, number, name, 0, ok=True).address
    option = f"--cloud-fail-call={address}:{phase}"
    return Turn(arm, option=option, is_told=is_told, is_counted=is_counted)


class _Matrix:
    """Call by phase: whether the test can stand it."""

    def __init__(self, item: pytest.Item, repeater: Repeater, clean: Run) -> None:
        self._item = item
        self._repeater = repeater
        self._clean = clean
        self._places = list(_places(clean.turn))
        self._trials: dict[tuple[Place, str], Trial] = {}

    def fill(self) -> Run:
        """Try every place; the run to be shown: the first that failed, or the clean one."""
        for place in self._places:
            for phase in options.PHASES:
                self._trials[place, phase] = self._try(place, phase)
        bad = [trial for trial in self._trials.values() if trial.is_bad]
        known = [trial for trial in self._trials.values() if trial.came == XFAILED]
        shown = self._again((bad or known)[0]) if bad or known else self._clean
        if bad and shown.turn.breakage is None:
            shown.fail(DIFFERS)
        shown.explain(TITLE, "\n".join([*self._table(), *self._verdict(bad)]))
        return shown

    def _again(self, trial: Trial) -> Run:
        place = trial.place
        turn = _turn(place.cloud, place.number, trial.phase, place.name, is_counted=False)
        return self._repeater.run(turn)

    def _try(self, place: Place, phase: str) -> Trial:
        if phase == "lost_reply" and not place.ok:
            return Trial(place, phase, UNTRIED)  # no reply that could be lost
        turn = _turn(place.cloud, place.number, phase, place.name, is_told=False)
        self._repeater.run(turn)
        struck = [rule for rules in turn.rules for rule in rules if rule.fired]
        if turn.breakage is not None:
            return Trial(place, phase, FAILED, turn.told, _script(turn) if struck else ())
        if struck:
            return Trial(place, phase, turn.way_out or PASSED)
        return Trial(place, phase, UNTRIED if _is_there(turn, place) else LOST)

    # --- telling ----------------------------------------------------------------------------------

    def _table(self) -> Iterator[str]:
        names = [f"{place.address:>4} {'  ' * place.depth}{place.name}" for place in self._places]
        width = max(map(len, names), default=0)
        yield f"{'call':<{width}}  {'  '.join(f'{phase:<12}' for phase in options.PHASES)}".rstrip()
        for place, name in zip(self._places, names, strict=True):
            came = [f"{self._trials[place, phase].came:<12}" for phase in options.PHASES]
            yield f"{name:<{width}}  {'  '.join(came)}".rstrip()

    def _verdict(self, bad: list[Trial]) -> Iterator[str]:
        tried = sum(trial.came != UNTRIED for trial in self._trials.values())
        yield f"{len(bad)} of {tried} places break the test." if bad else f"{tried} places tried."
        for trial in bad[:MOST_TOLD]:
            yield from self._told(trial)
        if len(bad) > MOST_TOLD:
            yield f"… {len(bad) - MOST_TOLD} more"

    def _told(self, trial: Trial) -> Iterator[str]:
        place = trial.place
        yield f"call {place.address} {place.name}, {trial.phase}: {trial.told or DIFFERS}"
        yield from (f"    {line}" for line in trial.script)
        option = f"--cloud-fail-call={place.address}:{trial.phase}"
        base = options.base_seed(self._item.config)
        yield f"    {reporting.command(self._item, base, option)}"


def _places(turn: Turn) -> Iterator[Place]:
    # The teardown may make clouds, too.
    own = zip(turn.clouds, turn.began, turn.ended, strict=False)
    for which, (cloud, began, ended) in enumerate(own):
        for call in cloud.calls:
            if began < call.number <= ended:
                yield Place(which, call.number, call.name, call.depth, call.ok)


def _is_there(turn: Turn, place: Place) -> bool:
    calls = list(turn.clouds[place.cloud].calls) if place.cloud < len(turn.clouds) else []
    return any((call.number, call.name) == (place.number, place.name) for call in calls)


def _script(turn: Turn) -> tuple[str, ...]:
    """The marker with which a test fails alike."""
    from cloud_fake.storms import record, script_of, write_marker

    struck = [it for number, rules in enumerate(turn.rules) for it in record(rules, number)]
    return tuple(write_marker(script_of(struck)))

"""Storms: a test run under many seeds, and the first that breaks it made small.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from pytest_plugin import options, reporting
from pytest_plugin.repeating import Repeater, Run
from pytest_plugin.turns import Turn, WayOut

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest

    from cloud_fake import FakeCloud
    from cloud_fake.storms import Shrunk, Trouble

__all__ = ["run_storms"]

TITLE = "cloud storm"

#: A seed that is no test's own.
ELSEWHERE = "elsewhere"


def run_storms(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """The test under its storms, up to the first that breaks it."""
    repeater = Repeater(item)
    repeater.publish(_Storms(item, repeater).run(), nextitem)


class _Storms:
    """Storm after storm over one test."""

    def __init__(self, item: pytest.Item, repeater: Repeater) -> None:
        self._item = item
        self._repeater = repeater
        self._wanted = options.marked(item, "storm")
        only = item.config.getoption("--cloud-storm")
        self._seeds = range(1, options.seeds_of(item) + 1) if only is None else [only]

    def run(self) -> Run:
        """The run that is to be shown."""
        shown: Run | None = None
        ways: Counter[WayOut] = Counter()
        for seed in self._seeds:
            run = self._repeater.run(self._turn(seed))
            if run.turn.breakage is not None:
                return self._broken(run, seed)
            if run.turn.is_out:
                return run
            ways[run.turn.way_out] += 1
            if shown is None or _RANKS[run.turn.way_out] >= _RANKS[shown.turn.way_out]:
                shown = run
        assert shown is not None  # noqa: S101 - there is no test with no seeds
        return self._weathered(shown, ways)

    def _turn(self, seed: int) -> Turn:
        from cloud_fake.storms import Storm

        def arm(cloud: FakeCloud, number: int) -> list[Any]:
            return Storm(f"{options.seed_of(self._item, number)} {seed}", self._wanted).arm(cloud)

        # Everything that is drawn differs from storm to storm, and not only where it strikes.
        own = f"{options.seed_of(self._item)} storm {seed}"
        return Turn(arm, option=f"--cloud-storm={seed}", seed=own)

    def _broken(self, run: Run, seed: int) -> Run:
        which = f"seed {seed} of {len(self._seeds)}"
        return _Inquiry(self._item, self._repeater, run, which).find()

    def _weathered(self, run: Run, ways: Counter[WayOut]) -> Run:
        self._item.user_properties.append(("cloud_storms", len(self._seeds)))
        left = [f"{number} {way}" for way, number in sorted(ways.items()) if way]
        if left:
            run.explain(TITLE, f"of {len(self._seeds)} storms: {', '.join(left)}")
        return run


#: Of runs that broke nothing, which one speaks for all: what is known to fail does.
_RANKS: dict[WayOut, int] = {"skipped": 0, "": 1, "xfailed": 2}


class _Inquiry:
    """Which part of a storm it was that broke a test."""

    def __init__(self, item: pytest.Item, repeater: Repeater, run: Run, which: str) -> None:
        self._item = item
        self._repeater = repeater
        self._run = run
        self._which = which
        self._troubles = _troubles_of(run.turn)

    def find(self) -> Run:
        """The run to be shown: the one with the least trouble that fails in the same way."""
        if self._item.config.getoption("usepdb"):
            return self._run  # somebody is looking at this very run
        if not self._fails(self._troubles):
            marker = self._marker(self._troubles)
            return self._told(self._run, marker, "It does not fail again like this:")
        from cloud_fake.storms import shrink

        shrunk = shrink(self._troubles, self._fails)
        marker = self._marker(shrunk.troubles, self._seed_needed(shrunk.troubles))
        own = self._run.turn.seed
        last = self._repeater.run(self._replay(shrunk.troubles, own, is_told=True))
        shown = self._run if last.turn.breakage is None else last
        return self._told(shown, marker, self._summary(shrunk))

    # --- trying -----------------------------------------------------------------------------------

    def _fails(self, troubles: Sequence[Trouble], seed: str | None = None) -> bool:
        run = self._repeater.run(self._replay(troubles, seed or self._run.turn.seed))
        return run.turn.breakage == self._run.turn.breakage

    def _replay(
        self, troubles: Sequence[Trouble], seed: str | None, *, is_told: bool = False
    ) -> Turn:
        from cloud_fake.storms import replay

        def arm(cloud: FakeCloud, number: int) -> list[Any]:
            return replay(cloud, [it for it in troubles if it.cloud == number])

        option = self._run.turn.option
        return Turn(arm, option=option, seed=seed, is_told=is_told, is_counted=False)

    def _seed_needed(self, troubles: Sequence[Trouble]) -> str | None:
        """The seed that a test of another name needs to fail in the same way; None if any does."""
        return None if self._fails(troubles, ELSEWHERE) else self._run.turn.seed

    # --- telling ----------------------------------------------------------------------------------

    def _marker(self, troubles: Sequence[Trouble], seed: str | None = None) -> list[str]:
        from cloud_fake.storms import script_of, write_marker

        return (
            [f"    {line}" for line in write_marker(script_of(troubles), seed)] if troubles else []
        )

    def _summary(self, shrunk: Shrunk) -> str:
        before, after = _strikes(self._troubles), _strikes(shrunk.troubles)
        if not after:
            return "It fails without any fault."
        runs = f"({shrunk.runs} runs to find out)"
        least = "" if shrunk.is_smallest else ", maybe fewer"
        if before == after == 1:
            return "Its one fault is enough; as a test of its own:"
        enough = "is" if after == 1 else "are"
        return (
            f"{after} of its {before} faults {enough} enough{least} {runs}; as a test of its own:"
        )

    def _told(self, run: Run, marker: list[str], summary: str) -> Run:
        again = reporting.command(
            self._item, options.base_seed(self._item.config), self._run.turn.option
        )
        text = [f"{self._which} broke it. {summary}", *marker, f"the whole storm: {again}"]
        run.explain(TITLE, "\n".join(text))
        return run


def _troubles_of(turn: Turn) -> tuple[Trouble, ...]:
    from cloud_fake.storms import record

    return tuple(it for number, rules in enumerate(turn.rules) for it in record(rules, number))


def _strikes(troubles: Sequence[Trouble]) -> int:
    return sum(len(it.numbers) for it in troubles)

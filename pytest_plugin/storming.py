"""Storms: a test run under many seeds, and the first that breaks it made small.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_plugin import options, reporting
from pytest_plugin.repeating import Repeater, Run
from pytest_plugin.turns import Turn

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest

    from cloud_fake import FakeCloud
    from cloud_fake.storms import Shrunk, Trouble

__all__ = ["run_storms"]

TITLE = "cloud storm"


def run_storms(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """The test under its storms, up to the first that breaks it."""
    repeater = Repeater(item)
    only = item.config.getoption("--cloud-storm")
    seeds = range(1, options.seeds_of(item) + 1) if only is None else [only]
    for seed in seeds:
        run = repeater.run(_turn(item, seed))
        if not run.goes_on:
            break
    if run.turn.breakage is not None:
        run = _Inquiry(item, repeater, run, f"seed {seed} of {len(seeds)}").find()
    elif run.goes_on:
        item.user_properties.append(("cloud_storms", len(seeds)))
    repeater.publish(run, nextitem)


def _turn(item: pytest.Item, seed: int) -> Turn:
    from cloud_fake.storms import Storm

    wanted = options.marked(item, "storm")

    def arm(cloud: FakeCloud, number: int) -> list[Any]:
        return Storm(f"{options.seed_of(item, number)} {seed}", wanted).arm(cloud)

    return Turn(arm, option=f"--cloud-storm={seed}")


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
            return self._told(self._run, _said(self._troubles), "It does not fail again like this:")
        from cloud_fake.storms import shrink

        shrunk = shrink(self._troubles, self._fails)
        last = self._repeater.run(self._replay(shrunk.troubles, is_trial=False))
        shown = self._run if last.turn.breakage is None else last
        return self._told(shown, _said(shrunk.troubles), self._summary(shrunk))

    def _fails(self, troubles: Sequence[Trouble]) -> bool:
        run = self._repeater.run(self._replay(troubles, is_trial=True))
        return run.turn.breakage == self._run.turn.breakage

    def _replay(self, troubles: Sequence[Trouble], *, is_trial: bool) -> Turn:
        from cloud_fake.storms import replay

        def arm(cloud: FakeCloud, number: int) -> list[Any]:
            return replay(cloud, [it for it in troubles if it.cloud == number])

        return Turn(arm, option=self._run.turn.option, is_trial=is_trial)

    def _summary(self, shrunk: Shrunk) -> str:
        if not shrunk.troubles:
            return "It fails without any fault."
        before, after = _strikes(self._troubles), _strikes(shrunk.troubles)
        enough = f"{after} of its {before} faults {'is' if after == 1 else 'are'} enough"
        least = "" if shrunk.is_smallest else ", maybe fewer"
        return f"{enough}{least} ({shrunk.runs} runs to find out):"

    def _told(self, run: Run, lines: list[str], summary: str) -> Run:
        again = reporting.command(
            self._item, options.base_seed(self._item.config), self._run.turn.option
        )
        text = [f"{self._which} broke it. {summary}", *lines, f"the whole storm: {again}"]
        run.explain(TITLE, "\n".join(text))
        return run


def _troubles_of(turn: Turn) -> tuple[Trouble, ...]:
    from cloud_fake.storms import record

    return tuple(it for number, rules in enumerate(turn.rules) for it in record(rules, number))


def _said(troubles: Sequence[Trouble]) -> list[str]:
    """The lines to be pasted into a test."""
    return [
        f"    cloud.faults.add({str(it)!r})" + (f"  # cloud {it.cloud + 1}" if it.cloud else "")
        for it in troubles
    ]


def _strikes(troubles: Sequence[Trouble]) -> int:
    return sum(len(it.numbers) for it in troubles)

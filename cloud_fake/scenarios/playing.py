"""Scenarios: playing one, step by step, on a cloud of its own.

The player does what an app and a test would do, through `FakeCloud`'s public names; what it looks
at in between passes no gate and leaves no trace but a note on the timeline.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from cloud_fake.errors import CloudError
from cloud_fake.kernel.faults.durations import seconds_of
from cloud_fake.kernel.rendering import render_value
from cloud_fake.scenarios import judging
from cloud_fake.scenarios.calling import Caller
from cloud_fake.scenarios.disk import Disk
from cloud_fake.scenarios.expectations import NeverExpected, parse
from cloud_fake.scenarios.making import make
from cloud_fake.scenarios.staging import placed, stage
from cloud_fake.scenarios.steps import (
    AdvanceStep,
    CallStep,
    ExpectStep,
    FaultStep,
    HealStep,
    IdleStep,
    StateStep,
)
from cloud_fake.scenarios.variables import filled
from cloud_fake.scenarios.verdict import Outcome, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloud_fake.face.fake_cloud import FakeCloud
    from cloud_fake.kernel.faults.rule import Rule
    from cloud_fake.scenarios.composing import Path
    from cloud_fake.scenarios.reading import Script
    from cloud_fake.scenarios.steps import TimedStep

__all__ = ["play"]

#: The steps that may be said in a word.
_WORDS = {"heal": HealStep(heal=True), "idle": IdleStep(idle=True)}


def play(script: Script, seed: int | str | None = None) -> Verdict:
    """Play a scenario on a fresh cloud.

    Args:
        script: the scenario.
        seed: in place of its own.

    Raises:
        ScenarioError: it names what cannot be: code, a file, a rule, an option of a call.
    """
    seed = script.scenario.seed if seed is None else seed
    with Disk(script.folder) as disk, stage(script, seed, disk) as cloud:
        player = Player(script, cloud, disk)
        player.play()
        return Verdict(
            name=script.scenario.name,
            file=script.file,
            seed=seed,
            outcomes=tuple(player.outcomes),
            rules=tuple((str(rule), rule.fired) for rule in cloud.faults.rules),
            timeline=tuple(cloud.calls.lines()),
            called=frozenset(call.name for call in cloud.calls),
            struck=cloud.faults.tally(),
        )


class Player:
    """One run of a scenario.

    Attributes:
        outcomes: what came of the expectations so far.
    """

    def __init__(self, script: Script, cloud: FakeCloud, disk: Disk) -> None:
        self._script = script
        self._cloud = cloud
        self._caller = Caller(cloud, script.scenario.world.users[0], disk)
        self._start = cloud.clock.now()
        self._saved: dict[str, Any] = {}
        self._nevers: dict[Path, NeverExpected] = {}
        self._rules: list[tuple[Path, Rule]] = []
        self._ways: dict[type[TimedStep], Callable[[Any, Path], None]] = {
            CallStep: self._call,
            FaultStep: self._arm,
            HealStep: self._heal,
            IdleStep: self._idle,
            StateStep: self._turn,
            AdvanceStep: self._advance,
            ExpectStep: self._expect_all,
        }
        self.outcomes: list[Outcome] = []

    def play(self) -> None:
        """Every step, and then what can be told only at the end."""
        for index, step in enumerate(self._script.scenario.timeline):
            path: Path = ("timeline", index)
            with placed(self._script, *path):
                self._make(_WORDS[step] if isinstance(step, str) else step, path)
            self._watch_nevers(path)
        self._end()

    def _make(self, step: TimedStep, path: Path) -> None:
        if step.at is not None:
            self._move_to(seconds_of(step.at))
        self._ways[type(step)](step, path)

    # --- time -------------------------------------------------------------------------------------

    def _move_to(self, seconds: float) -> None:
        moment = self._start + timedelta(seconds=seconds)
        if moment > self._cloud.clock.now():
            self._cloud.clock.move_to(moment)

    def _advance(self, step: AdvanceStep, _path: Path) -> None:
        self._cloud.clock.advance(seconds_of(step.advance))

    def _idle(self, step: IdleStep, _path: Path) -> None:
        if step.idle is None or step.idle is True:
            self._cloud.run_until_idle()
        else:
            self._cloud.run_until_idle(step.idle)

    # --- trouble ----------------------------------------------------------------------------------

    def _arm(self, step: FaultStep, path: Path) -> None:
        text = filled(step.fault, self._saved)
        for rule in make(self._cloud.faults, text, step.device):
            if step.for_ is not None:
                rule.for_(step.for_)
            self._rules.append((path, rule))
            self._note("fault", str(rule))

    def _turn(self, step: StateStep, _path: Path) -> None:
        self._cloud.faults.state = step.state

    def _heal(self, _step: HealStep, _path: Path) -> None:
        self._note("heal", "every fault is over")
        self._cloud.faults.heal()

    # --- calls ------------------------------------------------------------------------------------

    def _call(self, step: CallStep, path: Path) -> None:
        answer = self._caller.make(step, self._saved)
        if step.save is not None and not isinstance(answer, CloudError):
            self._saved[step.save] = answer
        self._judge_answer(step, path, answer)

    def _judge_answer(self, step: CallStep, path: Path, answer: Any) -> None:
        error = answer if isinstance(answer, CloudError) else None
        saw = f"it answered {render_value(answer)}" if error is None else _first_line(error)
        if step.error is not None:
            fits = error is not None and judging.error_fits(error, step.error)
            self._conclude((*path, "error"), f"{step.call} fails with {step.error}", fits, saw)
        elif isinstance(step.expect, dict):
            expected = filled(step.expect, self._saved)
            held = error is None and judging.satisfies(answer, expected)
            text = f"{step.call} answers {render_value(expected)}"
            self._conclude((*path, "expect"), text, held, saw)
        elif step.expect == "ok" and (error is not None or "expect" in step.model_fields_set):
            self._conclude((*path, "call"), f"{step.call} is answered", error is None, saw)

    # --- expectations -----------------------------------------------------------------------------

    def _expect_all(self, step: ExpectStep, path: Path) -> None:
        path = (*path, "expect")
        if not isinstance(step.expect, list):
            self._expect(step.expect, path)
            return
        for number, expected in enumerate(step.expect):
            self._expect(expected, (*path, number))

    def _expect(self, expected: Any, path: Path) -> None:
        expected = parse(expected) if isinstance(expected, str) else expected
        if isinstance(expected, NeverExpected):
            self._nevers[path] = expected
            return
        held, saw = judging.judge(expected, self._cloud, self._saved)
        self._conclude(path, judging.say(expected), held, saw)

    def _watch_nevers(self, after: Path) -> None:
        for path, expected in list(self._nevers.items()):
            with placed(self._script, *path):
                held, saw = judging.judge(expected, self._cloud, self._saved)
            if not held:
                del self._nevers[path]
                line = self._script.tree.value(after).line
                self._conclude(path, judging.say(expected), False, f"{saw}, after line {line}")

    def _end(self) -> None:
        for path, expected in self._nevers.items():
            self._conclude(path, judging.say(expected), True, "")
        unused = self._cloud.faults.unused()
        for path, rule in self._rules:
            if rule in unused:
                self._conclude(path, f"the rule {str(rule)!r} strikes", False, self._nearest(rule))

    def _nearest(self, rule: Rule) -> str:
        near = self._cloud.faults.near_misses(rule)
        return f"it never did; the nearest call was {near[0]}" if near else "it never did"

    def _conclude(self, path: Path, text: str, held: bool, saw: str) -> None:
        outcome = Outcome(self._script.tree.value(path), text, held, "" if held else saw)
        self.outcomes.append(outcome)
        self._note("expect", f"{'✓' if held else '✗'} {outcome}")

    # --- inside -----------------------------------------------------------------------------------

    def _note(self, kind: str, text: str) -> None:
        self._cloud.calls.note(kind, text)


def _first_line(error: CloudError) -> str:
    return error.errMsg.partition("\n")[0]

"""Scenarios: what is wrong with a file though each part of it is right by itself."""

from __future__ import annotations

import difflib
import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from cloud_fake.errors import MisuseError
from cloud_fake.face.dispatch import find_operation
from cloud_fake.face.fittings import FITTINGS
from cloud_fake.kernel.faults.durations import seconds_of
from cloud_fake.kernel.faults.registry import Faults
from cloud_fake.kernel.faults.spelling import near
from cloud_fake.kernel.faults.vocabulary import Vocabulary
from cloud_fake.kernel.settings import Settings
from cloud_fake.kernel.world import World
from cloud_fake.scenarios.expectations import (
    CallsExpected,
    NeverExpected,
    RecordsExpected,
    SavedExpected,
    parse,
)
from cloud_fake.scenarios.making import make
from cloud_fake.scenarios.steps import CallStep, ExpectStep, FaultStep
from cloud_fake.scenarios.variables import references
from cloud_fake.services.catalogue import vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from cloud_fake.scenarios.composing import Path
    from cloud_fake.scenarios.schema import Scenario

__all__ = ["find_mistakes"]

#: Who may act beside the users.
OTHERS = ("nobody", "server")


def find_mistakes(scenario: Scenario, data: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """Where something is wrong, and what."""
    yield from _steps_back(scenario)
    yield from _strangers(scenario)
    yield from _unknown_references(scenario, data)
    yield from _unmakeable(scenario)
    for path, expected in _expectations(scenario):
        yield from _misdirected(scenario, path, expected)


def _steps_back(scenario: Scenario) -> Iterator[tuple[Path, str]]:
    timed = [
        (index, seconds_of(step.at))
        for index, step in enumerate(scenario.timeline)
        if not isinstance(step, str) and step.at is not None
    ]
    for (_, before), (index, after) in pairwise(timed):
        if after < before:
            yield ("timeline", index, "at"), "time cannot go backwards: an earlier step is later"


def _strangers(scenario: Scenario) -> Iterator[tuple[Path, str]]:
    users = scenario.world.users
    for index, step in enumerate(scenario.timeline):
        if isinstance(step, CallStep) and step.as_ not in (None, *users, *OTHERS):
            yield ("timeline", index, "as"), _stranger(step.as_, (*users, *OTHERS))
        if isinstance(step, FaultStep) and step.device not in (None, *users):
            yield ("timeline", index, "device"), _stranger(step.device, users)


def _stranger(name: object, known: Any) -> str:
    return f"there is no user {name!r}{near(str(name), known)}"


def _unknown_references(scenario: Scenario, data: Any) -> Iterator[tuple[Path, str]]:
    """References to what no variable and no earlier step has saved."""
    parts = {key: part for key, part in data.items() if key != "timeline"}
    for path, name in references(parts):
        yield path, _unknown(name, scenario.vars)
    saved: list[str] = []
    for index, step in enumerate(scenario.timeline):
        for path, name in references(data["timeline"][index], ("timeline", index)):
            if name not in saved:
                yield path, _unknown(name, (*scenario.vars, *saved))
        if isinstance(step, CallStep) and step.save is not None:
            saved.append(step.save)


def _unknown(name: str, known: Any) -> str:
    return f"nothing is called {name!r}{near(name, known)}"


# --- expectations --------------------------------------------------------------------------------


def _expectations(scenario: Scenario) -> Iterator[tuple[Path, Any]]:
    for index, step in enumerate(scenario.timeline):
        if not isinstance(step, ExpectStep):
            continue
        path: Path = ("timeline", index, "expect")
        if not isinstance(step.expect, list):
            yield path, step.expect
            continue
        yield from (((*path, number), expected) for number, expected in enumerate(step.expect))


def _misdirected(scenario: Scenario, path: Path, expected: Any) -> Iterator[tuple[Path, str]]:
    """Expectations that would hold for the one reason that nothing has such a name."""
    if isinstance(expected, str):
        expected = parse(expected)
    if isinstance(expected, NeverExpected):
        yield from _misdirected(scenario, path, expected.never)
    elif isinstance(expected, CallsExpected):
        yield from ((path, text) for text in _misnamed(scenario, expected))
    elif isinstance(expected, RecordsExpected):
        yield from ((path, text) for text in _no_such_records(scenario, expected.collection))
    elif isinstance(expected, SavedExpected):
        saved = [
            step.save for step in scenario.timeline if isinstance(step, CallStep) and step.save
        ]
        if expected.saved not in saved:
            yield path, _unknown(expected.saved, saved)


def _misnamed(scenario: Scenario, expected: CallsExpected) -> Iterator[str]:
    try:
        yield from _no_such_calls(scenario, expected.calls)
    except MisuseError as error:
        yield str(error)
    known = (*scenario.world.users, *OTHERS, "timer")
    if expected.by is not None and expected.by not in known and not expected.by.startswith("in "):
        yield _stranger(expected.by, known)


def _no_such_calls(scenario: Scenario, pattern: str) -> Iterator[str]:
    if not _GLOB.search(pattern):
        operation, target = find_operation(pattern)
        deployed = scenario.world.functions
        is_function = operation.name == "function.{target}" and isinstance(deployed, dict)
        if is_function and target not in deployed:
            yield f"there is no function {target!r}{near(target, deployed)}"
            return
    Vocabulary(vocabulary, targets_of(scenario)).check_pattern(pattern)


_GLOB = re.compile(r"[*?\[|]")


def _no_such_records(scenario: Scenario, collection: str) -> Iterator[str]:
    known = list(targets_of(scenario)("database"))
    if collection not in known and difflib.get_close_matches(collection, known, n=1):
        yield f"there is no collection {collection!r}{near(collection, known)}"


# --- faults --------------------------------------------------------------------------------------


def _unmakeable(scenario: Scenario) -> Iterator[tuple[Path, str]]:
    """Faults that cannot be made, tried out in a world that is there for nothing else."""
    targets = targets_of(scenario)
    fittings = FITTINGS._replace(targets=lambda _world, service: targets(service))
    for index, step in enumerate(scenario.timeline):
        if not isinstance(step, FaultStep) or any(references(step.fault)):
            continue
        world = World(Settings(), fittings)
        try:
            make(Faults(world), step.fault, step.device)
        except MisuseError as error:
            yield ("timeline", index, "fault"), str(error)


def targets_of(scenario: Scenario) -> Callable[[str], Iterable[str]]:
    """What calls can be about, by service, as far as the file tells."""
    deployed = scenario.world.functions
    functions = list(deployed) if isinstance(deployed, dict) else []
    collections = [*scenario.world.collections, *_created(scenario)]

    def targets(service: str) -> list[str]:
        if service in ("function", "timer", "delayed"):
            return functions
        return collections if service in ("database", "watch") else []

    return targets


def _created(scenario: Scenario) -> Iterator[str]:
    for step in scenario.timeline:
        if isinstance(step, CallStep) and step.call == "database.createCollection":
            yield from map(str, step.with_.values())

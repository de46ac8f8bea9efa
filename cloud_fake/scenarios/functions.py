"""Scenarios: the code behind a cloud function: a built-in, an import path, a file's function."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from cloud_fake.errors import MisuseError
from cloud_fake.kernel.faults.spelling import near
from cloud_fake.services.functions.modules import FolderModules

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

    from cloud_fake.scenarios.world import Function
    from cloud_fake.services.functions.registry import Handler

__all__ = ["handler_of"]


class OnPurpose(Exception):  # noqa: N818 - its name stands in the text that the app sees
    """What a function raises that `fails`."""


def _echo(event: Any, _context: Any) -> Any:
    """Answers what it was told."""
    return event


def _nothing(_event: Any, _context: Any) -> None:
    """Answers nothing."""


BUILT_IN: dict[str, Handler] = {"echo": _echo, "nothing": _nothing}


def handler_of(function: Function, folder: Path) -> Handler:
    """The handler of a function.

    Args:
        function: as the scenario has it.
        folder: where the scenario lies.

    Raises:
        MisuseError: there is no such code.
    """
    if function.run is not None:
        return BUILT_IN.get(function.run) or _imported(function.run, folder)
    return _failing(function.fails) if function.fails is not None else _answering(function.answer)


def _answering(answer: Any) -> Handler:
    return lambda _event, _context: answer


def _failing(text: str) -> Handler:
    def fail(_event: Any, _context: Any) -> None:
        raise OnPurpose(text)

    return fail


def _imported(run: str, folder: Path) -> Handler:
    place, colon, name = run.rpartition(":")
    if not colon:
        raise MisuseError(
            f"code is named 'package.module:name' or 'file.py:name', not {run!r}"
            f"{near(run, BUILT_IN)}"
        )
    try:
        handler: Handler = getattr(_module(place, folder), name)
    except (ImportError, AttributeError) as error:
        raise MisuseError(f"{run!r} cannot be imported: {error}") from error
    return handler


def _module(place: str, folder: Path) -> ModuleType:
    if not place.endswith(".py"):
        return importlib.import_module(place)
    file = folder / place
    if not file.is_file():
        raise MisuseError(f"there is no file {place!r} beside the scenario")
    return FolderModules(file.parent, "cloud_scenario").load(file.stem)

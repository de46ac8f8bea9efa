"""Scenarios: from a file to a script that can be played, or to what is wrong with it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import ValidationError

from cloud_fake.errors import MisuseError
from cloud_fake.kernel.faults.spelling import near
from cloud_fake.scenarios.composing import Mark, Misplaced, Path, Tree, compose
from cloud_fake.scenarios.mistakes import find_mistakes
from cloud_fake.scenarios.schema import Scenario
from cloud_fake.scenarios.variables import fill

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping

    from pydantic_core import ErrorDetails

__all__ = ["ScenarioError", "Script", "read", "read_text"]


class ScenarioError(MisuseError):
    """What is wrong with a scenario's file: a line for each mistake, `file:line:column: text`."""


@dataclass(frozen=True)
class Script:
    """A scenario, and where everything in it stands.

    Attributes:
        scenario: what the file says.
        tree: the places of it.
        file: the file's name, as it was given.
        folder: where the files lie that it names.
    """

    scenario: Scenario
    tree: Tree
    file: str
    folder: FilePath

    def error(self, path: Path, text: object) -> ScenarioError:
        """A mistake at a place."""
        return ScenarioError(f"{self.file}:{self.tree.value(path)}: {text}")


class _Mistake(NamedTuple):
    mark: Mark
    text: str


def read(path: str | os.PathLike[str], settings: Mapping[str, Any] | None = None) -> Script:
    """Read a scenario's file.

    Args:
        path: the file.
        settings: values for the scenario's `vars`, in place of its own.

    Raises:
        ScenarioError: it is no scenario, and why, with line and column.
        OSError: it cannot be read.
    """
    file = FilePath(path)
    return read_text(file.read_text("utf-8"), str(path), file.parent, settings)


def read_text(
    text: str,
    file: str = "scenario",
    folder: FilePath | None = None,
    settings: Mapping[str, Any] | None = None,
) -> Script:
    """Read a scenario from a text; the rest is as of `read`."""
    try:
        tree = compose(text)
        data = _with_settings(tree, settings or {})
        scenario = Scenario.model_validate(data)
    except Misplaced as wrong:
        raise _error(file, [_Mistake(wrong.mark, wrong.text)]) from None
    except ValidationError as error:
        raise _error(file, _sentences(error, tree)) from None
    mistakes = [_Mistake(tree.value(path), said) for path, said in find_mistakes(scenario, data)]
    if mistakes:
        raise _error(file, mistakes)
    return Script(scenario, tree, file, folder or FilePath())


def _error(file: str, mistakes: Iterable[_Mistake]) -> ScenarioError:
    ordered = sorted(dict.fromkeys(mistakes))
    return ScenarioError("\n".join(f"{file}:{mark}: {text}" for mark, text in ordered))


# --- variables -----------------------------------------------------------------------------------


def _with_settings(tree: Tree, settings: Mapping[str, Any]) -> Any:
    """The data with the values of `vars` put in, wherever they are named."""
    data = tree.data
    own = data.get("vars") if isinstance(data, dict) else None
    known = own if isinstance(own, dict) else {}
    for name in settings:
        if name not in known:
            raise Misplaced(
                tree.value(("vars",)), f"there is no variable {name!r}{near(name, known)}"
            )
    try:
        return fill(data, {**known, **settings})
    except LookupError as error:
        raise Misplaced(tree.value(("vars",)), str(error.args[0])) from None


# --- what pydantic finds -------------------------------------------------------------------------


def _sentences(error: ValidationError, tree: Tree) -> list[_Mistake]:
    """One sentence for each place; of what is wrong with a thing and with its parts, the latter."""
    found: dict[Path, list[ErrorDetails]] = {}
    for detail in error.errors(include_url=False):
        found.setdefault(_place(detail, tree.data), []).append(detail)
    return [
        _Mistake(_mark(path, details, tree), _sentence(details))
        for path, details in found.items()
        if not any(other != path and other[: len(path)] == path for other in found)
    ]


def _place(detail: ErrorDetails, data: Any) -> Path:
    """The way to what is wrong; pydantic's own has the names of union members in between."""
    path: Path = ()
    for key in detail["loc"]:
        if isinstance(data, dict) and key in data:
            path, data = (*path, key), data[str(key)]
        elif isinstance(data, list) and isinstance(key, int) and key < len(data):
            path, data = (*path, key), data[key]
    context = detail.get("ctx", {})
    return (*path, context["key"]) if "key" in context else path


def _mark(path: Path, details: list[ErrorDetails], tree: Tree) -> Mark:
    of_key = any("key" in detail.get("ctx", {}) or "[key]" in detail["loc"] for detail in details)
    return tree.key(path) if of_key else tree.value(path)


def _sentence(details: list[ErrorDetails]) -> str:
    own = [detail for detail in details if "text" in detail.get("ctx", {})]
    said = list(dict.fromkeys(map(_words, own or details)))
    return ", or ".join([said[0], *(words.removeprefix("this should be ") for words in said[1:])])


def _words(detail: ErrorDetails) -> str:
    if detail["type"] == "missing":
        return f"the key {str(detail['loc'][-1])!r} is missing"
    said = re.sub("a valid dictionary( or instance of \\w+)?", "an object", detail["msg"])
    return re.sub("^[A-Z][a-z]+ should", "this should", said)

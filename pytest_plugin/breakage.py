"""How a test failed, as far as two failures can be told to be the same. PYTEST_DONT_REWRITE."""

from __future__ import annotations

import os
import sysconfig
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    import pytest

__all__ = ["Breakage", "breakage_of", "first_line"]


class Breakage(NamedTuple):
    """How a test failed.

    Attributes:
        phase: setup, call or teardown.
        kind: the class of what was raised.
        place: the line of the test's or the app's own code where that was, or came from.
    """

    phase: str
    kind: str
    place: str


def breakage_of(phase: str, excinfo: pytest.ExceptionInfo[BaseException]) -> Breakage:
    """What is to be the same if a test fails in the same way again."""
    errors = _causes(excinfo.value)
    for error in errors:
        own = [place for place in map(_place, _frames(error)) if place]
        if own:
            return Breakage(phase, type(error).__qualname__, own[-1])
        if error.__traceback__ is None:
            break  # a check that returned False: what was raised begins with its name
    return Breakage(phase, type(errors[0]).__qualname__, str(excinfo.value).partition(",")[0])


def _causes(error: BaseException | None) -> list[BaseException]:
    """The error that began it, and those that came of it."""
    return [] if error is None else [*_causes(error.__cause__), error]


def first_line(excinfo: pytest.ExceptionInfo[BaseException]) -> str:
    """A failure in one line."""
    text = str(excinfo.value).strip().partition("\n")[0]
    return f"{excinfo.typename}: {text}" if text else excinfo.typename


def _frames(error: BaseException) -> Iterator[TracebackType]:
    trace = error.__traceback__
    while trace is not None:
        yield trace
        trace = trace.tb_next


def _place(frame: TracebackType) -> str:
    """File and line; nothing if it is a library's, Python's or the fake's own."""
    file = frame.tb_frame.f_code.co_filename
    return "" if file.startswith(_libraries()) else f"{file}:{frame.tb_lineno}"


@cache
def _libraries() -> tuple[str, ...]:
    """How the names of files begin that are nobody's own."""
    paths = sysconfig.get_paths()
    folders = [paths[kind] for kind in ("stdlib", "purelib", "platlib")]
    for package in ("cloud_fake", "pytest_plugin"):
        spec = find_spec(package)
        folders += list(spec.submodule_search_locations or ()) if spec is not None else []
    return ("<", *(os.path.join(folder, "") for folder in folders))

"""What `cloud-fake run` prints: the timeline and the verdict, in colours where rich is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cloud_fake.scenarios import Outcome, Verdict

__all__ = ["tell"]


class Line(NamedTuple):
    """A line, and how it is shown where that is possible; the style is rich's."""

    text: str
    style: str = ""


def tell(verdict: Verdict) -> None:
    """Print a verdict."""
    show = _shower()
    for line in _lines(verdict):
        show(line)


def _lines(verdict: Verdict) -> Iterator[Line]:
    if verdict.name:
        yield Line(verdict.name, "bold")
    for entry in verdict.timeline:
        yield Line(entry, _style(entry))
    yield Line("")
    for outcome in verdict.outcomes:
        yield _outcome(verdict.file, outcome)
    yield Line(verdict.summary, "bold green" if verdict.passed else "bold red")


def _style(entry: str) -> str:
    """The style of an entry of the timeline, by the signs it bears."""
    styles = {" · ": "dim", "⚡": "yellow", " ✗ ": "red"}
    return next((style for sign, style in styles.items() if sign in entry), "")


def _outcome(file: str, outcome: Outcome) -> Line:
    if outcome.held:
        return Line(f"✓ {file}:{outcome.mark}: {outcome}", "green")
    return Line(f"✗ {file}:{outcome.mark}: {outcome}", "red")


def _shower() -> Callable[[Line], object]:
    try:
        from rich.console import Console
    except ModuleNotFoundError:
        return lambda line: print(line.text)  # noqa: T201 - this is what the command prints
    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
    return lambda line: console.print(line.text, style=line.style)

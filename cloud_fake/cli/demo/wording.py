"""How things are called on the screen: people, sizes, moments, files, numbers of things."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from rich.text import Text

from cloud_fake.cli.demo.story import ALICE, BOB

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["clock_time", "counted", "file_path", "kilobytes", "person", "short"]

STYLES = {ALICE: "magenta", BOB: "cyan"}


def person(caller: str) -> Text:
    """A caller of the timeline, each in a colour of their own; a function by its name."""
    style = "yellow" if caller.startswith("in ") else "dim"
    return Text(caller.removeprefix("in "), STYLES.get(caller, style))


def kilobytes(size: int) -> str:
    """A number of bytes for people."""
    return f"{size / 1000:.1f} kB"


def counted(number: int, thing: str) -> str:
    """A number of things."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def clock_time(moment: datetime) -> str:
    """The time of day."""
    return f"{moment:%H:%M:%S}"


def short(text: str) -> str:
    """A long id by its beginning."""
    return text if len(text) < 24 else f"{text[:6]}…"


def file_path(address: str) -> str:
    """The path of a file from its path, its id or its link."""
    folder, slash, name = unquote(urlsplit(address).path).removeprefix("/").rpartition("/")
    stem, dot, suffix = name.rpartition(".")
    return f"{folder}{slash}{short(stem)}{dot}{suffix}"

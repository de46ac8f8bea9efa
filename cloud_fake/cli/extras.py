"""The extras of the command line: what to say when a part of one is not installed."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["extras"]

#: Package and extra, by the module that is imported.
PACKAGES = {
    "PIL": ("Pillow", "demo"),
    "rich": ("rich", "demo"),
    "typer": ("typer", "demo"),
    "yaml": ("PyYAML", "scenarios"),
}


@contextmanager
def extras() -> Iterator[None]:
    """Inside the block a missing package of an extra ends the process with a word, exit code 1."""
    try:
        yield
    except ModuleNotFoundError as error:
        missing = PACKAGES.get((error.name or "").partition(".")[0])
        if missing is None:
            raise
        package, extra = missing
        sys.exit(f'cloud-fake needs {package} for this: pip install "cloud-fake[{extra}]"')

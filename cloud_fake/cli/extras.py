"""The extra `demo`: what to say when a part of it is not installed."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["demo_extra"]

#: The packages of the extra, by the module that is imported.
PACKAGES = {"PIL": "Pillow", "rich": "rich", "typer": "typer"}


@contextmanager
def demo_extra() -> Iterator[None]:
    """Inside the block a missing package of the extra ends the process with a word, exit code 1."""
    try:
        yield
    except ModuleNotFoundError as error:
        package = PACKAGES.get((error.name or "").partition(".")[0])
        if package is None:
            raise
        sys.exit(f'cloud-fake needs {package} for this: pip install "cloud-fake[demo]"')

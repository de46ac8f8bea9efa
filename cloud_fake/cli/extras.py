"""The extras of the command line: what to say when a part of one is not installed."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["extras"]

#: The package, by the module that is imported.
PACKAGES = {"PIL": "Pillow", "rich": "rich", "typer": "typer", "yaml": "PyYAML"}
#: The extra that a command needs; each of them has typer.
EXTRAS = {
    "demo": "demo",
    "presets": "scenarios",
    "run": "scenarios",
    "schema": "scenarios",
    "serve": "server",
    "shim": "server",
}


@contextmanager
def extras(arguments: Sequence[str]) -> Iterator[None]:
    """Inside the block a missing package of an extra ends the process with a word, exit code 1.

    Args:
        arguments: of the command line; what the first of them that is a command needs is named.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        package = PACKAGES.get((error.name or "").partition(".")[0])
        if package is None:
            raise
        extra = next((EXTRAS[word] for word in arguments if word in EXTRAS), "demo")
        sys.exit(f'cloud-fake needs {package} for this: pip install "cloud-fake[{extra}]"')

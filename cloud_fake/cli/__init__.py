"""The command `cloud-fake`. It sits on top of everything; nothing below knows that it exists.

Typer, rich, Pillow and PyYAML belong to extras: this module imports none of them by itself.
"""

from __future__ import annotations

import io
import sys

from cloud_fake.cli.extras import extras

__all__ = ["main"]


def main() -> None:
    """Run the command line and exit."""
    _spare_narrow_streams()
    with extras(sys.argv[1:]):
        from cloud_fake.cli.app import app

        app(prog_name="cloud-fake")


def _spare_narrow_streams() -> None:
    """A pipe may be no wider than ASCII or cp1252: print a `?` there rather than fail."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")

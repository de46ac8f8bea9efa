"""The command `shim`: prints `taro-cloud.js`.

Typer reads the annotations when the program runs, so this module evaluates them.
"""

from typing import Annotated

import typer

__all__ = ["shim"]


def shim(
    types: Annotated[bool, typer.Option("--types", help="Its TypeScript types instead.")] = False,
) -> None:
    """Print taro-cloud.js: Taro.cloud and wx.cloud outside of WeChat, led to a running fake."""
    from cloud_fake.shim import FILES, read_file

    script, declarations = FILES
    typer.echo(read_file(declarations if types else script), nl=False)

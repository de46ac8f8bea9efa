"""The command line: its commands and their options.

Typer reads the annotations when the program runs, so this module evaluates them.
"""

from pathlib import Path
from typing import Annotated

import typer

import cloud_fake
from cloud_fake.cli import scenarios, serving, shimming

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, add_completion=False)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"cloud-fake {cloud_fake.__version__}")
        raise typer.Exit


@app.callback()
def root(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    """The WeChat/Taro cloud backend in memory."""


@app.command()
def demo(
    photos: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Pictures of your own instead of the ones that come along."
        ),
    ] = None,
    slow: Annotated[
        bool, typer.Option("--slow", help="Wait for real where the story waits, to watch it.")
    ] = False,
    seed: Annotated[int, typer.Option(help="Of every id; the same seed tells the same story.")] = 7,
    plain: Annotated[bool, typer.Option("--plain", help="No colours and no pictures.")] = False,
) -> None:
    """Tell the story of a photo album: two users, a cloud function, links that expire."""
    from cloud_fake.cli.demo.album import SHIPPED, AlbumError, read_album
    from cloud_fake.cli.demo.chapters import play
    from cloud_fake.cli.demo.screen import Screen

    try:
        album = read_album(SHIPPED if photos is None else photos)
    except AlbumError as error:
        typer.echo(f"cloud-fake demo: {error}", err=True)
        raise typer.Exit(1) from None
    play(album, Screen(plain=plain, slow=slow), seed=seed, real_time=slow)


for _command in (serving.serve, shimming.shim, scenarios.run, scenarios.schema, scenarios.presets):
    app.command()(_command)

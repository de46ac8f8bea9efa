"""The command `serve`: a cloud behind HTTP until Ctrl-C. Typer reads the annotations."""

import json
import threading
from pathlib import Path
from typing import Annotated, Any

import typer

__all__ = ["serve"]

DEFAULT_ENV = "dev-1a2b3c"


def serve(
    port: Annotated[int, typer.Option(help="Where to listen; 0 is any free port.")] = 0,
    host: Annotated[
        str, typer.Option(help="The address to listen at; this machine only, unless you say so.")
    ] = "127.0.0.1",
    env: Annotated[str, typer.Option(help="The environment.")] = DEFAULT_ENV,
    seed_file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Records to begin with: JSON, lists by collection."),
    ] = None,
    collection: Annotated[
        list[str] | None, typer.Option(help="A collection to create; may be repeated.")
    ] = None,
    functions: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Cloud functions to deploy, a folder each.")
    ] = None,
) -> None:
    """Serve a cloud to the platform's own SDKs, until Ctrl-C; prints how to come here."""
    from cloud_fake import FakeCloud, MisuseError

    with FakeCloud(env=env, collections=collection or (), timeline_limit=10_000) as cloud:
        try:
            if seed_file is not None:
                cloud.seed(_records(seed_file), openid=None)
            if functions is not None:
                cloud.load_functions(functions)
            server = cloud.serve(host=host, port=port)
        except (MisuseError, OSError) as error:
            typer.echo(f"cloud-fake serve: {error}", err=True)
            raise typer.Exit(1) from None
        with server:
            typer.echo(f"{env} at {server.url} (Ctrl-C ends it)")
            for name, value in server.env.items():
                typer.echo(f"export {name}='{value}'")
            _wait()


def _wait() -> None:
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        typer.echo("")


def _records(path: Path) -> Any:
    """The records of a file: relaxed Extended JSON."""
    from cloud_fake import MisuseError
    from cloud_fake.values.ejson import decode

    try:
        return decode(json.loads(path.read_text("utf-8")))
    except (ValueError, OSError, RecursionError) as error:
        raise MisuseError(f"{path}: {error}") from None

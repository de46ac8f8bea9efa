"""The commands about scenarios: `run`, `schema`, `presets`.

Typer reads the annotations when the program runs, so this module evaluates them.
"""

import json
import sys
from pathlib import Path
from typing import Annotated, Any, Never

import typer

__all__ = ["presets", "run", "schema"]

#: Exit codes: an expectation failed; the scenario, or the way it is called, is wrong.
FAILED, WRONG = 1, 2


def run(
    scenario: Annotated[Path, typer.Argument(help="The file, *.cloud.yaml.", dir_okay=False)],
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="Another value for one of its `vars`."),
    ] = None,
    seed: Annotated[str | None, typer.Option(help="Another seed than its own.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The verdict as JSON.")] = False,
) -> None:
    """Play a scenario on a fresh cloud; exit status 1 if something expected was not so."""
    from cloud_fake.cli.telling import tell
    from cloud_fake.errors import MisuseError
    from cloud_fake.scenarios import play, read

    if "" not in sys.path:
        # Code that a scenario names is looked for here, as `python -m` does.
        sys.path.insert(0, "")
    try:
        verdict = play(read(scenario, _settings(settings or [])), _number(seed))
    except (MisuseError, OSError) as error:
        _refuse(str(error))
    if as_json:
        typer.echo(json.dumps(verdict.as_json(), ensure_ascii=False, indent=2))
    else:
        tell(verdict)
    raise typer.Exit(0 if verdict.passed else FAILED)


def _number(seed: str | None) -> int | str | None:
    return int(seed) if seed is not None and seed.isdecimal() else seed


def _settings(given: list[str]) -> dict[str, Any]:
    """`name=value`, where a value is what it would be in the file."""
    from cloud_fake.scenarios.composing import Misplaced, compose

    settings: dict[str, Any] = {}
    for one in given:
        name, equals, value = one.partition("=")
        try:
            settings[name] = compose(value).data if value else ""
        except Misplaced as wrong:
            _refuse(f"--set {name}: {wrong.text}")
        if not equals:
            _refuse(f"--set takes name=value, not {one!r}")
    return settings


def _refuse(text: str) -> Never:
    typer.echo(text, err=True)
    raise typer.Exit(WRONG)


def schema() -> None:
    """Print the JSON Schema of a scenario's file, for editors."""
    from cloud_fake.scenarios import json_schema

    typer.echo(json.dumps(json_schema(), ensure_ascii=False, indent=2))


def presets() -> None:
    """List the troubles that have a name, with their rules."""
    from cloud_fake.kernel.faults.presets import PRESETS

    for name, preset in PRESETS.items():
        typer.echo(f"{name}\n  {preset.about}")
        for rule in preset.rules:
            typer.echo(f"    {rule}")

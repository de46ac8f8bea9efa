"""Scenarios: the whole of a file, and its JSON Schema for editors."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from cloud_fake.scenarios.parts import Moment, Name, Part
from cloud_fake.scenarios.steps import Step  # noqa: TC001 - pydantic looks at it
from cloud_fake.scenarios.world import World

__all__ = ["Scenario", "json_schema"]


class Scenario(Part):
    """A story about a cloud: what there is, what happens to it, and what must come of it."""

    name: str = ""
    """What it tells."""
    seed: int | str = 0
    """Of every id and every draw: the same seed gives the same run."""
    start: Moment = "2026-01-01T00:00:00Z"
    """What time it is when the first step is made."""
    vars: dict[Name, Any] = Field(default_factory=dict)
    """Values for `${name}` anywhere in the file; `--set name=value` gives others."""
    world: World = Field(default_factory=World)
    """What there is before the first step."""
    timeline: list[Step]
    """What happens, in this order."""


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a scenario's file, as it is written: before its variables are put in."""
    schema = Scenario.model_json_schema()
    for part in schema["$defs"].values():
        properties = part.get("properties", {})
        properties.update({name: _or_reference(said) for name, said in properties.items()})
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


#: What stands where a variable's value will.
_REFERENCE = {"type": "string", "pattern": r"^\$\{.+\}$"}
_REMARKS = ("default", "description", "title")


def _or_reference(said: dict[str, Any]) -> dict[str, Any]:
    """What a key may hold, or a reference, where a text would be wrong otherwise."""
    rest = {key: value for key, value in said.items() if key not in _REMARKS}
    options = rest.pop("anyOf", None) or [rest]
    if any(option == {} or option.get("type") == "string" for option in options):
        return said
    remarks = {key: said[key] for key in _REMARKS if key in said}
    return {"anyOf": [*options, _REFERENCE], **remarks}

"""Scenarios: what there is before the first step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from cloud_fake.scenarios.parts import Part

__all__ = ["Collection", "CollectionLike", "File", "Function", "FunctionLike", "World"]

#: The presets of a collection and of the file store.
Preset = Literal["PRIVATE", "READONLY", "ADMINWRITE", "ADMINONLY"]
Permission: TypeAlias = Preset | dict[str, Any]


class Collection(Part):
    """A collection, and what is in it."""

    permission: Permission = "PRIVATE"
    """A preset, or custom security rules."""
    records: list[dict[str, Any]] | str = Field(default_factory=list)
    """Records, in extended JSON; or a file beside the scenario, JSON Lines or CSV."""
    owner: str | None = None
    """Whose the records are that name no `_openid`: the first user's; null: nobody's."""

    def owner_or(self, first: str) -> str | None:
        """The owner, who is the first user if nothing is said."""
        return self.owner if "owner" in self.model_fields_set else first


class File(Part):
    """A file in the file store: of its content one of the two."""

    path: str | None = None
    """A file beside the scenario."""
    text: str | None = None
    """The content itself."""
    owner: str | None = None
    """Who uploaded it: the first user if left out; null: nobody, the console."""

    @model_validator(mode="after")
    def _one_content(self) -> File:
        if (self.path is None) == (self.text is None):
            raise PydanticCustomError("file", "a file has either a path or a text")
        return self

    def owner_or(self, first: str) -> str | None:
        """The owner, who is the first user if nothing is said."""
        return self.owner if "owner" in self.model_fields_set else first


class Function(Part):
    """A cloud function: of what it does one of the three."""

    run: str | None = None
    """`package.module:name`, `file.py:name` beside the scenario, or `echo`, `nothing`."""
    answer: Any = None
    """It always answers this."""
    fails: str | None = None
    """It always raises an error of this text."""
    timeout: float = 3
    """Its time limit in seconds."""
    cold_start: float = 0
    """What starting an instance costs, in seconds."""
    keep_warm: float = 1800
    """How long an idle instance lives, in seconds."""
    timer: str | None = None
    """When it runs by itself: a cron of seven fields, on UTC+8."""

    @model_validator(mode="after")
    def _one_doing(self) -> Function:
        if len(self.model_fields_set & {"run", "answer", "fails"}) != 1:
            text = "a function has one of run, answer, fails"
            raise PydanticCustomError("function", "{text}", {"text": text})
        return self


def _kind(given: Any) -> str:
    if given is None:
        return "null"
    if isinstance(given, str):
        return "str"
    return "object" if isinstance(given, (Mapping, Part)) else ""


CollectionLike: TypeAlias = Annotated[
    Annotated[Preset, Tag("str")]
    | Annotated[None, Tag("null")]
    | Annotated[Collection, Tag("object")],
    Discriminator(
        _kind,
        custom_error_type="collection",
        custom_error_message="a collection is a permission, an object, or nothing at all",
    ),
]
FunctionLike: TypeAlias = Annotated[
    Annotated[str, Tag("str")] | Annotated[Function, Tag("object")],
    Discriminator(
        _kind,
        custom_error_type="function",
        custom_error_message="a function is a text or an object",
    ),
]


class World(Part):
    """The cloud before the first step."""

    env: str = "dev-1a2b3c"
    """The environment."""
    users: list[str] = Field(default=["o-alice"], min_length=1)
    """Openids; the first one is who acts where nobody is named."""
    collections: dict[str, CollectionLike] = Field(default_factory=dict)
    """By name: a permission, an object, or nothing at all for an empty private one."""
    files: dict[str, File] = Field(default_factory=dict)
    """By their path in the cloud."""
    functions: dict[str, FunctionLike] | str = Field(default_factory=dict)
    """By name: what is run, or an object; or a folder beside the scenario, with one for each."""
    permission: Permission = "READONLY"
    """Of the file store: PRIVATE, for links that expire."""

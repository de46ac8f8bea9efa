"""Query stages, lowest: a stage is a function of documents, compiled for where it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

from cloud_fake.errors import QueryError
from cloud_fake.values.kinds import Document, Value

if TYPE_CHECKING:
    from cloud_fake.query.expressions import Scope

__all__ = ["CompileStage", "Place", "Source", "Stage", "demand", "naming"]


class Source(Protocol):
    """What a running pipeline asks of the world around it."""

    def documents(self, collection: str) -> Iterable[Document]:
        """What a collection holds now; nothing for one that does not exist."""

    def draw(self) -> float:
        """The next random number, at least 0 and below 1."""


#: Documents in, documents out: lazily where it can, and without editing any of them.
Stage: TypeAlias = Callable[[Iterable[Document], Source], Iterable[Document]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a stage stands while it is compiled.

    Attributes:
        scope: the variables that its expressions may name.
        is_first: whether no stage comes before it in its pipeline.
        limit: how many documents of its output the stages behind it look at, if that is known.
        fields: which fields of its output they look at, if that is known.
        pipeline: compiles a pipeline inside this one.
    """

    scope: Scope
    is_first: bool
    limit: int | None
    fields: frozenset[str] | None
    pipeline: Callable[[Value, Scope], Stage]


#: Checks what was written for a stage and makes the stage.
CompileStage: TypeAlias = Callable[[Value, Place], Stage]


def demand(condition: object, code: int, text: str) -> None:
    """MongoDB's `uassert`: unless the condition holds, the pipeline is refused."""
    if not condition:
        raise QueryError(code, text)


@contextmanager
def naming(stage: str) -> Iterator[None]:
    """Puts the stage's name before what is wrong in it, as `$project` and `$addFields` do."""
    try:
        yield
    except QueryError as error:
        raise QueryError(error.code, f"Invalid {stage} :: caused by :: {error.text}") from None

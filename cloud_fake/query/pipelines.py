"""Query floor: pipelines: each stage is compiled for its place, then documents run through all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloud_fake.errors import NotSupportedByFake
from cloud_fake.query.expressions import GLOBAL_SCOPE
from cloud_fake.query.stages import STAGES
from cloud_fake.query.stages.lookahead import fields_behind, limit_behind
from cloud_fake.query.stages.stage import Place, Source, Stage, demand
from cloud_fake.query.stages.unwound_group import unwound_group

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cloud_fake.query.expressions import Scope
    from cloud_fake.values.kinds import Document, Value

__all__ = ["Pipeline", "Source", "compile_pipeline"]

_TYPE_MISMATCH = 14


class Pipeline:
    """A compiled pipeline. It belongs to one run at a time: a lookup's variables live in it."""

    __slots__ = ("_stages",)

    def __init__(self, stages: Sequence[Stage]) -> None:
        self._stages = tuple(stages)

    def run(self, documents: Iterable[Document], source: Source) -> Iterator[Document]:
        """What comes out at the end, as lazily as the stages allow.

        Raises:
            QueryError: a stage cannot do its work on some document.
        """
        for stage in self._stages:
            documents = stage(documents, source)
        return iter(documents)


def compile_pipeline(stages: Sequence[Value], scope: Scope = GLOBAL_SCOPE) -> Pipeline:
    """A pipeline in MongoDB's own form, `[{"$match": {...}}, ...]`, values already taken in.

    Args:
        stages: the stages, in order.
        scope: the variables that its expressions may name, when it stands inside a lookup.

    Raises:
        QueryError: a stage that MongoDB would refuse before it looks at any document.
        NotSupportedByFake: a stage that the platform has and the fake has not.
    """
    demand(type(stages) is list, _TYPE_MISMATCH, "'pipeline' option must be specified as an array")
    written = [_name_and_spec(stage) for stage in stages]
    return Pipeline(list(_compiled(written, scope)))


def _compiled(written: Sequence[tuple[str, Value]], scope: Scope) -> Iterator[Stage]:
    position = 0
    while position < len(written):
        both = unwound_group(written[position : position + 2], scope)
        yield both or _stage(written, position, scope)
        position += 2 if both else 1


def _name_and_spec(stage: Value) -> tuple[str, Value]:
    demand(
        type(stage) is dict,
        _TYPE_MISMATCH,
        "Each element of the 'pipeline' array must be an object",
    )
    demand(
        len(stage) == 1,
        40323,
        "A pipeline stage specification object must contain exactly one field.",
    )
    [(name, spec)] = stage.items()
    demand(name in STAGES, 40324, f"Unrecognized pipeline stage name: '{name}'")
    return name, spec


def _stage(written: Sequence[tuple[str, Value]], position: int, scope: Scope) -> Stage:
    name, spec = written[position]
    compile_stage = STAGES[name]
    if compile_stage is None:
        raise NotSupportedByFake(f"the aggregation stage {name}")
    following = written[position + 1 :]
    place = Place(scope, position == 0, limit_behind(following), fields_behind(following), _inner)
    return compile_stage(spec, place)


def _inner(stages: Value, scope: Scope) -> Stage:
    return compile_pipeline(stages, scope).run

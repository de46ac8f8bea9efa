"""Query stages: lookup, which brings in another collection, by equal values or by a pipeline."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cloud_fake.query.expressions import compile_expression
from cloud_fake.query.operators.expr_values import show, type_name
from cloud_fake.query.stages.columns import Column, column_of, runs
from cloud_fake.query.stages.keys import key_of
from cloud_fake.query.stages.nesting import field_path, writer
from cloud_fake.query.stages.partners import Others, by_key
from cloud_fake.query.stages.stage import Place, Source, Stage, demand

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from cloud_fake.query.expressions import Cell, Scope
    from cloud_fake.values.kinds import Document, Value

__all__ = ["lookup"]

_FAILED_TO_PARSE = 9
_TEXT_OPTIONS = frozenset({"from", "as", "localField", "foreignField"})
_EQUALITY_OPTIONS = frozenset({"localField", "foreignField"})
_OPTIONS = _TEXT_OPTIONS | {"let", "pipeline"}


def lookup(spec: Value, place: Place) -> Stage:
    """An array of the other collection's documents that belong to each document."""
    demand(
        type(spec) is dict,
        _FAILED_TO_PARSE,
        f"the $lookup specification must be an object, but found {type_name(spec)}",
    )
    for name, option in spec.items():
        _check_option(name, option)
    for name in ("as", "from"):
        demand(name in spec, _FAILED_TO_PARSE, f"must specify '{name}' field for a $lookup")
    if "pipeline" in spec:
        return _by_pipeline(spec, place)
    return _by_equality(spec)


def _check_option(name: str, option: Value) -> None:
    demand(name in _OPTIONS, _FAILED_TO_PARSE, f"unknown argument to $lookup: {name}")
    if name in _TEXT_OPTIONS:
        demand(
            type(option) is str,
            _FAILED_TO_PARSE,
            f"$lookup argument '{name}: {show(option)}' must be a string, "
            f"is type {type_name(option)}",
        )


# --- by equal values -----------------------------------------------------------------------------


def _by_equality(spec: Mapping[str, Value]) -> Stage:
    demand(
        spec.keys() >= _EQUALITY_OPTIONS,
        _FAILED_TO_PARSE,
        "$lookup requires either 'pipeline' or both 'localField' and 'foreignField' to be "
        "specified",
    )
    demand(
        "let" not in spec,
        _FAILED_TO_PARSE,
        "$lookup with a 'let' argument must also specify 'pipeline'",
    )
    local, foreign = field_path(spec["localField"]), field_path(spec["foreignField"])
    write = writer(field_path(spec["as"]))

    def joined(documents: Iterable[Document], source: Source) -> Iterator[Document]:
        others = Others(list(source.documents(spec["from"])), foreign)
        for run in runs(documents):
            for document, partners in zip(run, others.partners(run, local), strict=True):
                yield write(document, partners)

    return joined


# --- by a pipeline -------------------------------------------------------------------------------


def _by_pipeline(spec: Mapping[str, Value], place: Place) -> Stage:
    demand(
        not spec.keys() & _EQUALITY_OPTIONS,
        _FAILED_TO_PARSE,
        "$lookup with 'pipeline' may not specify 'localField' or 'foreignField'",
    )
    variables = spec.get("let", {})
    demand(
        type(variables) is dict,
        _FAILED_TO_PARSE,
        f"$lookup argument 'let: {show(variables)}' must be an object, "
        f"is type {type_name(variables)}",
    )
    scope, cells = place.scope.bind(*variables)
    values = [compile_expression(written, place.scope) for written in variables.values()]
    pipeline, write = place.pipeline(spec["pipeline"], scope), writer(field_path(spec["as"]))
    equation = _equation(spec["pipeline"], scope, dict(zip(variables, cells, strict=True)))

    def joined(documents: Iterable[Document], source: Source) -> Iterator[Document]:
        candidates = _candidates(list(source.documents(spec["from"])), equation)
        found: list[Document] | None = None
        for document in documents:
            if found is None or cells:
                for cell, value in zip(cells, values, strict=True):
                    cell.value = value(document)
                found = list(pipeline(candidates(), source))
            yield write(document, found)

    return joined


class _Equation(NamedTuple):
    """What the other collection's documents have to have equal to a variable."""

    column: Column
    cell: Cell


def _candidates(others: list[Document], equation: _Equation | None) -> Callable[[], list[Document]]:
    """Those that can be found with the variables as they are: by hash instead of one by one."""
    if equation is None:
        return lambda: others
    column, cell = equation
    found = by_key(map(key_of, column(others)), others)
    return lambda: found.get(key_of(cell.value), [])


def _equation(stages: Sequence[Value], scope: Scope, cells: Mapping[str, Cell]) -> _Equation | None:
    """The first `{$eq: ["$path", "$$variable"]}` that a pipeline's first stage insists on."""
    match stages:
        case [{"$match": {"$expr": expression}}, *_] if "CURRENT" not in cells:
            for one, other in _equated(expression):
                for path, variable in ((one, other), (other, one)):
                    if variable[:2] == "$$" and variable[2:] in cells and path[:2] != "$$":
                        return _Equation(column_of(path, scope), cells[variable[2:]])
    return None


def _equated(expression: Value) -> Iterator[tuple[str, str]]:
    match expression:
        case {"$and": [*terms]}:
            for term in terms:
                yield from _equated(term)
        case {"$eq": [str(one), str(other)]}:
            yield one, other

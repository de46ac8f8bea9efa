"""Query stages: unwind, a document for each element of an array."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from typing import TYPE_CHECKING, TypeAlias

from cloud_fake.query.operators.expr_signatures import Parameters
from cloud_fake.query.operators.expr_values import is_null, type_name
from cloud_fake.query.stages.columns import column_at_top, runs
from cloud_fake.query.stages.nesting import field_path, nested, with_nested, without_nested
from cloud_fake.query.stages.stage import Place, Source, Stage, demand
from cloud_fake.values.kinds import MISSING, Document, Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

__all__ = ["elements", "field_alone", "unwind"]

_Marker: TypeAlias = Callable[[Document, "int | None"], Document]

_ARRAYS = frozenset({list})

_OPTIONS = Parameters(
    {"path": (28812, "no path specified to $unwind stage")},
    ("includeArrayIndex", "preserveNullAndEmptyArrays"),
    not_object=(
        15981,
        "expected either a string or an object as specification for $unwind stage, got {type}",
    ),
    unknown=(28811, "unrecognized option to $unwind stage: {key}"),
)


def unwind(spec: Value, place: Place) -> Stage:
    """A document for each element of an array; anything else but null counts as one element."""
    name = field_alone(spec)
    if name is None:
        path, index_path, preserve = _read(spec)
        return _at_path(path, _marker(index_path), preserve)
    alone = place.fields is not None and place.fields <= {name}
    return _at_field_alone(name) if alone else _at_field(name)


def field_alone(spec: Value) -> str | None:
    """The field of a document that is unwound, where nothing else is asked; None otherwise."""
    path, index_path, preserve = _read(spec)
    return path[0] if len(path) == 1 and not index_path and not preserve else None


def elements(name: str, documents: Iterable[Document]) -> Iterator[Value]:
    """What is in a field's arrays."""
    read = column_at_top(name)
    return chain.from_iterable(chain.from_iterable(map(_arrays, map(read, runs(documents)))))


def _arrays(values: list[Value]) -> Iterable[list[Value]]:
    if _ARRAYS.issuperset(map(type, values)):
        return values
    return map(_array_of, values)


def _array_of(value: Value) -> list[Value]:
    if type(value) is list:
        return value
    return [] if is_null(value) else [value]


def _read(spec: Value) -> tuple[Sequence[str], Sequence[str], bool]:
    """The path, where to write the index, and whether what has no elements is kept."""
    options = _OPTIONS.read("$unwind", {"path": spec} if type(spec) is str else spec)
    path = _path_of(options["path"])
    index_path = _index_path_of(options)
    preserve: bool = options.get("preserveNullAndEmptyArrays", False)
    demand(
        type(preserve) is bool,
        28809,
        "expected a boolean for the preserveNullAndEmptyArrays option to $unwind stage, "
        f"got {type_name(preserve)}",
    )
    return path, index_path, preserve


def _path_of(path: Value) -> Sequence[str]:
    demand(
        type(path) is str,
        28808,
        f"expected a string as the path for $unwind stage, got {type_name(path)}",
    )
    demand(path, 28812, "no path specified to $unwind stage")
    demand(
        path[0] == "$", 28818, f"path option to $unwind stage should be prefixed with a '$': {path}"
    )
    return field_path(path[1:])


def _index_path_of(options: Mapping[str, Value]) -> Sequence[str]:
    if "includeArrayIndex" not in options:
        return ()
    path = options["includeArrayIndex"]
    demand(
        type(path) is str and path,
        28810,
        "expected a non-empty string for the includeArrayIndex  option to $unwind stage, "
        f"got {type_name(path)}",
    )
    demand(
        path[0] != "$",
        28822,
        f"includeArrayIndex option to $unwind stage should not be prefixed with a '$': {path}",
    )
    return field_path(path)


def _at_field(name: str) -> Stage:
    def unwound(documents: Iterable[Document], _source: Source) -> Iterator[Document]:
        for document in documents:
            value = document.get(name)
            if type(value) is list:
                for item in value:
                    copy = document.copy()
                    copy[name] = item
                    yield copy
            elif value is not None:
                yield document

    return unwound


def _at_field_alone(name: str) -> Stage:
    """The elements alone, for stages that look at nothing else."""
    return lambda documents, _source: ({name: element} for element in elements(name, documents))


def _at_path(path: Sequence[str], mark: _Marker, preserve: bool) -> Stage:
    def copies(document: Document) -> Iterable[Document]:
        value = nested(document, path)
        if type(value) is list and value:
            return [
                mark(with_nested(document, path, item), index) for index, item in enumerate(value)
            ]
        if type(value) is list:
            return [mark(without_nested(document, path), None)] if preserve else ()
        is_element = value is not None and value is not MISSING
        return [mark(document, None)] if is_element or preserve else ()

    return lambda documents, _source: chain.from_iterable(map(copies, documents))


def _marker(path: Sequence[str]) -> _Marker:
    """Writes an element's index where `includeArrayIndex` wants it."""
    if not path:
        return lambda document, _index: document
    return lambda document, index: with_nested(document, path, index)

"""Calls by their canonical name: `dispatch("database.todos.add", {"data": {...}})`.

The catalogue knows the operation; the face says how it is called. So a call by name takes the same
way as the app's own: through the builders, with their checks, into the gate.
"""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from cloud_fake.errors import MisuseError
from cloud_fake.face.terminal import Terminal
from cloud_fake.kernel.flow import drive
from cloud_fake.kernel.gate import pass_gate
from cloud_fake.services.catalogue import OPERATIONS, operation_at, vocabulary

if TYPE_CHECKING:
    from cloud_fake.face.db.aggregation import PipelineBuilder
    from cloud_fake.kernel.operation import Operation

__all__ = ["Named", "dispatch", "find_operation"]

#: What a query is made of, in the order of its building; `doc` and `stages` exclude some of them.
PARTS = ("transaction", "doc", "where", "orderBy", "skip", "limit", "field", "stages")

_HANDLERS = ("onChange", "onError")
_DIRECTIONS: Mapping[float, str] = {1: "asc", -1: "desc"}
#: What a pipeline has that is no stage.
_NO_STAGES = frozenset({"done", "end", "stages"})


class Named(NamedTuple):
    """What a canonical name says: which operation, and about what."""

    operation: Operation
    target: str


def dispatch(sdk: Any, name: str, options: Mapping[str, Any]) -> Any:
    """Make a call on an SDK; returns its answer, or, on an awaitable face, what is awaited for it.

    Args:
        sdk: the client's or the server's, on either face.
        name: canonical, `database.todos.add`, `storage.upload`, `function.pay`.
        options: those of the call; for records also `doc`, `where`, `orderBy`, `skip`, `limit`,
            `field`, `stages`, `transaction`, as the app says them or as the wire has them.

    Raises:
        CloudError: what the call fails with.
        MisuseError: there is no such operation, or it takes no such option.
    """
    operation, target = find_operation(name)
    if not isinstance(options, Mapping):
        raise MisuseError(f"{name} takes options by name, not {options!r}")
    if operation.api.startswith(("collection.", "document.")):
        return _ask_records(sdk, name, Named(operation, target), options)
    given = {operation.about: target, **options} if operation.about else options
    declared = _declared(type(sdk), operation.name)
    if declared is None:
        # No call of the SDK's own: a link that is fetched, a transaction that is ended.
        flow = pass_gate(sdk._world, operation, sdk._session, given)  # noqa: SLF001 - the face's own part
        return drive(flow, sdk._world.clock, awaited=sdk._awaited)  # noqa: SLF001
    _check_options(name, given, declared.keywords)
    return declared(sdk, **given)


# --- names ---------------------------------------------------------------------------------------


def find_operation(name: str) -> Named:
    """The operation of a canonical name.

    Raises:
        MisuseError: there is none; with the nearest name.
    """
    if not isinstance(name, str):
        raise MisuseError(f"an operation has a name such as storage.upload, not {name!r}")
    for pattern, place in _patterns():
        found = pattern.fullmatch(name)
        if found is not None:
            return Named(operation_at(place), found.groupdict().get("target", ""))
    raise MisuseError(f"no operation is called {name!r}{_hint(name, _names_like(name))}")


@functools.cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """How to read each name; those that are about something come last, for they fit more."""
    ordered = sorted(OPERATIONS.items(), key=lambda row: "{target}" in row[1])
    return [(_pattern(name), place) for place, name in ordered]


def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(re.escape(name).replace(re.escape("{target}"), "(?P<target>.+)"))


def _names_like(name: str) -> list[str]:
    """Every name there could be that is about something of which this one speaks."""
    words = [word for word in name.split(".") if word]
    return [known.replace("{target}", word) for known in vocabulary() for word in words]


def _hint(wrong: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(wrong, known, n=1, cutoff=0.5)
    return f"; did you mean {near[0]!r}?" if near else ""


def _declared(face: type, name: str) -> Terminal[Any, Any, Any] | None:
    """The call that a face declares for a canonical name; a client's upload is not a server's."""
    for cls in face.__mro__:
        for value in vars(cls).values():
            if isinstance(value, Terminal) and OPERATIONS[value.place] == name:
                return value
    return None


def _check_options(name: str, given: Mapping[str, Any], known: Iterable[str]) -> None:
    for key in given:
        if key not in known:
            there = ", ".join(sorted(known)) or "none"
            hint = _hint(str(key), known) or f"; its options: {there}"
            raise MisuseError(f"{name} has no option {key!r}{hint}")


# --- records -------------------------------------------------------------------------------------


def _ask_records(sdk: Any, name: str, asked: Named, options: Mapping[str, Any]) -> Any:
    parts = {key: options[key] for key in PARTS if key in options}
    given = {key: value for key, value in options.items() if key not in PARTS}
    collection = sdk.database().collection(asked.target)
    face = _built(collection, name, asked.operation, parts)
    if asked.operation.name == "watch.{target}":
        _check_options(name, given, (*_HANDLERS, *PARTS))
        return face.watch(given)
    declared = _declared(type(face), asked.operation.name)
    if declared is None:
        raise MisuseError(
            f"{name} takes no {_listed(parts)}" if parts else f"{name} wants 'doc', a record's id"
        )
    _check_options(name, given, {*declared.keywords, *PARTS})
    return declared(face, **given)


def _built(collection: Any, name: str, operation: Operation, parts: Mapping[str, Any]) -> Any:
    """What the builders make of the parts: a collection, a query, one record, a pipeline."""
    face = collection.aggregate() if operation.api == "collection.aggregate" else collection
    for key, value in parts.items():
        if not hasattr(face, _SHOWN_BY.get(key, key)):
            raise MisuseError(f"{name} takes no {key!r}")
        step = _STEPS.get(key)
        face = getattr(face, key)(value) if step is None else step(face, value)
    return face


def _in_transaction(collection: Any, transaction: str) -> Any:
    return collection._on(type(collection), transaction=transaction)  # noqa: SLF001


def _ordered(query: Any, order: Any) -> Any:
    for path, direction in _order_keys(order):
        query = query.orderBy(path, direction)
    return query


def _order_keys(order: Any) -> list[tuple[Any, Any]]:
    """`{price: desc}`, `[[price, -1]]`, `[{field: price, direction: desc}]`, or a path alone."""
    if isinstance(order, str):
        return [(order, "asc")]
    if isinstance(order, Mapping):
        return [(path, _direction(way)) for path, way in order.items()]
    if not isinstance(order, (list, tuple)):
        raise _no_order(order)
    return [_order_key(key) for key in order]


def _order_key(key: Any) -> tuple[Any, Any]:
    match key:
        case str():
            return key, "asc"
        case {"field": path}:
            return path, _direction(key.get("direction", "asc"))
        case [path, direction]:
            return path, _direction(direction)
    raise _no_order(key)


def _direction(direction: Any) -> Any:
    return (
        _DIRECTIONS.get(direction, direction) if isinstance(direction, (int, float)) else direction
    )


def _no_order(given: Any) -> MisuseError:
    forms = "a path, {path: direction} or a list of [path, direction] or {field, direction}"
    return MisuseError(f"orderBy takes {forms}, not {given!r}")


def _piped(pipeline: PipelineBuilder, stages: Any) -> PipelineBuilder:
    if not isinstance(stages, (list, tuple)):
        raise MisuseError(f"stages is a list, such as [{{'limit': 5}}], not {stages!r}")
    known = [step for step in dir(pipeline) if not step.startswith("_") and step not in _NO_STAGES]
    for name, spec in _each_stage(stages):
        step = name.removeprefix("$")
        if step not in known:
            raise MisuseError(f"this SDK has no stage {name!r}{_hint(step, known)}")
        pipeline = getattr(pipeline, step)(spec)
    return pipeline


def _each_stage(stages: Iterable[Any]) -> Iterator[tuple[str, Any]]:
    for stage in stages:
        if not isinstance(stage, Mapping) or not all(isinstance(name, str) for name in stage):
            raise MisuseError(f"a stage is said by its name, such as {{'limit': 5}}, not {stage!r}")
        yield from stage.items()


#: What a face has that takes such a part, if that is not called like it.
_SHOWN_BY = {"transaction": "_on"}
#: The parts that are not simply a builder of that name.
_STEPS: Mapping[str, Any] = {
    "transaction": _in_transaction,
    "orderBy": _ordered,
    "stages": _piped,
}


def _listed(parts: Iterable[str]) -> str:
    return ", ".join(map(repr, parts))

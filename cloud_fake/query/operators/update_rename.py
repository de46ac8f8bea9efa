"""Query floor, the update operator `$rename`: the only one that moves a value between two paths."""

from __future__ import annotations

from cloud_fake.errors import QueryError
from cloud_fake.query.operators.update_faults import IMMUTABLE_ID, Path, Unfit, dotted, shown
from cloud_fake.query.operators.update_paths import segments_of
from cloud_fake.query.writing import CREATING, Change, Step, write_at
from cloud_fake.values.kinds import MISSING, Document, Value
from cloud_fake.values.order import equal
from cloud_fake.values.paths import index_of, split

__all__ = ["move", "target_of"]

_BAD_VALUE, _PATH_NOT_VIABLE = 2, 28

_BLOCKED = "cannot use the part ({name} of {path}) to traverse the element ({{{name}: {value}}})"
_IN_AN_ARRAY = (
    "The {side} field cannot be an array element, '{path}' in doc with {id} "
    "has an array field called '{name}'"
)


def target_of(operand: Value, source: Path) -> Path:
    """The path that `{$rename: {source: target}}` moves to, checked.

    Raises:
        QueryError: the two do not make a move.
    """
    given = f"{dotted(source)}: {shown(operand)}"
    if type(operand) is not str:
        raise QueryError(_BAD_VALUE, f"The 'to' field for $rename must be a string: {given}")
    _refuse_dynamic("source", source)
    _refuse_dynamic("destination", split(operand))
    target = segments_of(operand)
    if source == target:
        text = f"The source and target field for $rename must differ: {given}"
        raise QueryError(_BAD_VALUE, text)
    if source[: len(target)] == target[: len(source)]:
        text = f"The source and target field for $rename must not be on the same path: {given}"
        raise QueryError(_BAD_VALUE, text)
    return target


def _refuse_dynamic(side: str, path: Path) -> None:
    if any(segment.startswith("$") for segment in path):
        text = f"The {side} field for $rename may not be dynamic: {dotted(path)}"
        raise QueryError(_BAD_VALUE, text)


def move(source: Path, target: Path) -> Change:
    """`$rename`: the document with a value taken from one path and put at another.

    A missing source is no change. What stands at the target is replaced where it is.
    """
    remove = write_at(source, Step(lambda _value: MISSING))

    def change(document: Document) -> Value:
        value = _taken(document, source)
        if value is MISSING:
            return document
        _refuse_id(source, target)
        _refuse_arrays(document, target)
        put = write_at(target, Step(_replacing(value), CREATING.at(target)))
        return remove(put(document))

    return change


def _replacing(value: Value) -> Change:
    return lambda old: old if old is not MISSING and equal(old, value) else value


def _taken(document: Document, source: Path) -> Value:
    """What stands at the source; a way through an array is refused, but only if it leads there."""
    value: Value = document
    array: int | None = None
    for depth, segment in enumerate(source):
        value, found = _inside(value, segment, source, depth), value
        if value is MISSING:
            return MISSING
        if type(found) is list:
            array = depth - 1
    if array is not None:
        raise Unfit(_BAD_VALUE, _IN_AN_ARRAY, source, array, side="source")
    return value


def _inside(container: Value, segment: str, source: Path, depth: int) -> Value:
    if type(container) is dict:
        return container.get(segment, MISSING)
    index = index_of(segment) if type(container) is list else None
    if index is None:
        raise Unfit(_PATH_NOT_VIABLE, _BLOCKED, source, depth - 1, value=shown(container))
    return container[index] if index < len(container) else MISSING


def _refuse_id(*paths: Path) -> None:
    for path in paths:
        if path[0] == "_id":
            raise Unfit(66, IMMUTABLE_ID, path)


def _refuse_arrays(document: Document, target: Path) -> None:
    value: Value = document
    for depth, segment in enumerate(target[:-1]):
        value = value.get(segment) if type(value) is dict else None
        if type(value) is list:
            raise Unfit(_BAD_VALUE, _IN_AN_ARRAY, target, depth, side="destination")

"""Query floor: writing along dotted paths without editing anything.

An update is a tree of paths with a `Change` at each leaf. `write_tree` turns the tree into one
function that walks a document once and copies only the containers that lie on the way to a value
which really changed; if none did, the very same document comes back. This is also the shape of
MongoDB's own engine (`UpdateObjectNode`), from which come the order (fields by name) and the
refusals.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, NoReturn, TypeAlias

from cloud_fake.errors import QueryError
from cloud_fake.query.operators.update_faults import Path, Unfit, dotted, shown
from cloud_fake.values.kinds import MISSING, Value
from cloud_fake.values.paths import index_of

__all__ = [
    "CREATING",
    "CULLING",
    "EVERY",
    "Change",
    "ChangeAll",
    "Obstacle",
    "Step",
    "Tree",
    "grow",
    "write_at",
    "write_tree",
]

#: The value that stands at a path, or `MISSING`, to the value that shall stand there, or `MISSING`.
#: The same object back means: nothing to write.
Change: TypeAlias = Callable[[Value], Value]

#: The same of many values at once, and whether that is for each of them another value and not
#: `MISSING`; None where they are not alike.
ChangeAll: TypeAlias = Callable[[list[Value]], "tuple[list[Value], bool] | None"]

#: The segment that means each element of an array.
EVERY = "$[]"

#: MongoDB fills an array up with nulls to reach an index, but not with more than these.
MAX_PADDING = 1_500_000


class Obstacle(NamedTuple):
    """What is said when the way to `path` leads through a value that has no such fields."""

    code: int
    template: str
    path: Path = ()

    def at(self, path: Path) -> Obstacle:
        """The same for another path."""
        return self._replace(path=path)

    def refuse(self, value: Value, depth: int) -> NoReturn:
        """Say that the walk ends at `value`, which stands `depth` segments down the path."""
        raise Unfit(self.code, self.template, self.path, depth - 1, value=shown(value))


#: Of operators that make what is missing.
CREATING = Obstacle(28, "Cannot create field '{part}' in element {{{name}: {value}}}")
#: Of operators that only take away.
CULLING = Obstacle(
    28, "Cannot use the part ({part}) of ({path}) to traverse the element ({{{name}: {value}}})"
)
_NOT_THERE = Obstacle(
    2, "The path '{path}' must exist in the document in order to apply array updates."
)
_NOT_AN_ARRAY = Obstacle(2, "Cannot apply array updates to non-array element {name}: {value}")


class Step(NamedTuple):
    """A change, and what stops it on its way.

    Attributes:
        change: of one value.
        obstacle: None: where it cannot get, nothing is done.
        change_all: the same of many values, where there is a quicker way.
    """

    change: Change
    obstacle: Obstacle | None = None
    change_all: ChangeAll | None = None


#: The paths of an update, segment by segment.
Tree: TypeAlias = "dict[str, Tree | Step]"
_Fields: TypeAlias = list[tuple[str, Step]]


def grow(tree: Tree, path: Path, step: Step) -> None:
    """Put a step into the tree.

    Raises:
        QueryError: 40, the tree has already a step at this path, above it or below it.
    """
    for depth, segment in enumerate(path[:-1], start=1):
        _refuse_mixed(tree, path, depth)
        branch = tree.setdefault(segment, {})
        if isinstance(branch, Step):
            raise _conflict(path, path[:depth])
        tree = branch
    _refuse_mixed(tree, path, len(path))
    if path[-1] in tree:
        raise _conflict(path, path)
    tree[path[-1]] = step


def _refuse_mixed(tree: Tree, path: Path, depth: int) -> None:
    if tree and (EVERY in tree) is not (path[depth - 1] == EVERY):
        raise _conflict(path, path[: depth - 1])


def _conflict(path: Path, where: Path) -> QueryError:
    return QueryError(
        40, f"Updating the path '{dotted(path)}' would create a conflict at '{dotted(where)}'"
    )


def write_at(path: Path, step: Step) -> Change:
    """The write of a single step."""
    tree: Tree = {}
    grow(tree, path, step)
    return write_tree(tree).change


def write_tree(tree: Tree, above: Path = ()) -> Step:
    """The steps of a tree as one step; `above` is the path on which the tree itself stands."""
    fields = [
        (name, branch if isinstance(branch, Step) else write_tree(branch, (*above, name)))
        for name, branch in sorted(tree.items())
    ]
    if EVERY in tree:
        return Step(_every_element(fields[0][1].change, above), _NOT_THERE.at(above))
    obstacle = next((step.obstacle for _, step in fields if step.obstacle), None)
    return Step(_some_fields(fields, len(above)), obstacle)


def _some_fields(fields: _Fields, depth: int) -> Change:
    otherwise = _without_fields(fields, depth)
    return (
        _one_field(*fields[0], otherwise) if len(fields) == 1 else _many_fields(fields, otherwise)
    )


def _one_field(name: str, step: Step, otherwise: Change) -> Change:
    change = step.change

    def write(value: Value) -> Value:
        if type(value) is not dict:
            return otherwise(value)
        old = value.get(name, MISSING)
        new = change(old)
        if new is old:
            return value
        copy = value.copy()
        if new is MISSING:
            del copy[name]
        else:
            copy[name] = new
        return copy

    return write


def _many_fields(fields: _Fields, otherwise: Change) -> Change:
    changes = [(name, step.change) for name, step in fields]

    def write(value: Value) -> Value:
        if type(value) is not dict:
            return otherwise(value)
        copy = value
        for name, change in changes:
            old = value.get(name, MISSING)
            new = change(old)
            if new is not old:
                if copy is value:
                    copy = value.copy()
                if new is MISSING:
                    del copy[name]
                else:
                    copy[name] = new
        return copy

    return write


def _without_fields(fields: _Fields, depth: int) -> Change:
    """Writing fields where no object stands: nothing yet, an array, or a value that stops it."""

    def write(value: Value) -> Value:
        if value is MISSING:
            return _new_object(fields)
        if type(value) is list:
            return _write_array(value, fields, depth)
        for _, step in fields:
            if step.obstacle:
                step.obstacle.refuse(value, depth)
        return value

    return write


def _new_object(fields: _Fields) -> Value:
    made = ((name, step.change(MISSING)) for name, step in fields)
    return {name: value for name, value in made if value is not MISSING} or MISSING


def _write_array(array: list[Value], fields: _Fields, depth: int) -> list[Value]:
    copy = array
    for name, step in fields:
        index = index_of(name)
        if index is None:
            if step.obstacle:
                step.obstacle.refuse(array, depth)
            continue
        old = array[index] if index < len(array) else MISSING
        new = _vacated(old, step.change(old))
        if new is not old:
            copy = array.copy() if copy is array else copy
            _put(copy, index, new)
    return copy


def _vacated(old: Value, new: Value) -> Value:
    """An element that is removed leaves null behind, so that the others keep their places."""
    return None if new is MISSING and old is not MISSING else new


def _put(array: list[Value], index: int, value: Value) -> None:
    gap = index - len(array)
    if gap < 0:
        array[index] = value
        return
    if gap > MAX_PADDING:
        raise QueryError(54, f"can't backfill more than {MAX_PADDING} elements")
    array.extend([None] * gap)
    array.append(value)


def _every_element(change: Change, above: Path) -> Change:
    def write(value: Value) -> Value:
        if type(value) is not list:
            obstacle = _NOT_THERE if value is MISSING else _NOT_AN_ARRAY
            obstacle.at(above).refuse(value, len(above))
        copy = value
        for index, old in enumerate(value):
            new = _vacated(old, _at_index(change, old, index, len(above)))
            if new is not old:
                copy = value.copy() if copy is value else copy
                copy[index] = new
        return copy

    return write


def _at_index(change: Change, old: Value, index: int, depth: int) -> Value:
    try:
        return change(old)
    except Unfit as unfit:
        unfit.path[depth] = str(index)
        raise

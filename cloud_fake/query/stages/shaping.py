"""Query stages: trees of paths, what `$project` and `$addFields` keep, drop and compute.

A specification `{"a.b": 1, "a.c": "$x"}` is one tree, `{a: {b: INCLUDE, c: <expression>}}`, and a
document is walked along it once. Everywhere a path leads over an array, it means each element.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias, cast

from cloud_fake.errors import QueryError
from cloud_fake.query.expressions import Expression
from cloud_fake.query.operators.expr_values import show
from cloud_fake.query.stages.nesting import field_path
from cloud_fake.query.stages.stage import demand
from cloud_fake.values.kinds import MISSING, Document, Value

__all__ = ["Leaf", "Pick", "Tree", "computing", "excluding", "including", "leaves", "plant"]


class Pick(enum.Enum):
    """A leaf that says whether the field stays."""

    INCLUDE = True
    EXCLUDE = False


Leaf: TypeAlias = Pick | Expression
Tree: TypeAlias = dict[str, "Leaf | Tree"]

Reshape: TypeAlias = Callable[[Value], Value]
#: Writes into a document that nobody else holds yet, from the root that expressions read.
Fill: TypeAlias = Callable[[Document, Document], None]
#: From what a field held before, and the root, to what it holds.
_Step: TypeAlias = Callable[[Value, Document], Value]


# --- from a specification to a tree --------------------------------------------------------------


def plant(spec: Mapping[str, Value], leaf_of: Callable[[Value], Leaf]) -> Tree:
    """The tree of a specification; `leaf_of` makes a leaf of what is written at a path.

    Raises:
        QueryError: nothing is specified, two paths conflict, a path or a nested object is wrong.
    """
    demand(spec, 40177, "specification must have at least one field")
    tree: Tree = {}
    for path, written in _flat(spec):
        _grow(tree, path, leaf_of(written))
    return tree


def _flat(spec: Mapping[str, Value], prefix: str = "") -> Iterator[tuple[str, Value]]:
    for name, written in spec.items():
        path = prefix + name
        if type(written) is dict and not _is_expression(written, path):
            yield from _flat(written, f"{path}.")
        elif prefix and "." in name:
            raise QueryError(40183, f"cannot use dotted field name '{name}' in a sub object")
        else:
            yield path, written


def _is_expression(written: Mapping[str, Value], path: str) -> bool:
    if not written:
        raise QueryError(
            40180, f"an empty object is not a valid value. Found empty object at path {path}"
        )
    if not any(name.startswith("$") for name in written):
        return False
    if len(written) > 1:
        raise QueryError(
            40182,
            "an expression specification must contain exactly one field, the name of the "
            f"expression. Found {len(written)} fields in {show(written)}",
        )
    return True


def _grow(tree: Tree, path: str, leaf: Leaf) -> None:
    *parents, name = field_path(path)
    for depth, parent in enumerate(parents, start=1):
        below = tree.setdefault(parent, {})
        if type(below) is not dict:
            raise _conflict(path, ".".join(parents[:depth]))
        tree = below
    if name in tree:
        other, _ = next(leaves({path: tree[name]}))
        raise _conflict(path, other)
    tree[name] = leaf


def _conflict(path: str, other: str) -> QueryError:
    return QueryError(
        40176,
        f"specification contains two conflicting paths. Cannot specify both '{path}' and '{other}'",
    )


def leaves(tree: Tree, prefix: str = "") -> Iterator[tuple[str, Leaf]]:
    """Every path of the tree with its leaf."""
    for name, leaf in tree.items():
        if isinstance(leaf, dict):
            yield from leaves(leaf, f"{prefix}{name}.")
        else:
            yield prefix + name, leaf


# --- from a tree to functions of documents -------------------------------------------------------


def including(tree: Tree) -> Reshape:
    """Keeps the fields of the tree, in the document's own order; scalars on the way vanish."""
    kept = frozenset(name for name, leaf in tree.items() if leaf is Pick.INCLUDE)
    below = {name: _each(including(sub), _is_computed(sub)) for name, sub in _branches(tree)}
    return _pick_below(kept, below) if below else _pick(kept)


def _pick(kept: frozenset[str]) -> Reshape:
    if len(kept) != 1:
        return lambda document: {name: item for name, item in document.items() if name in kept}
    [only] = kept
    return lambda document: {only: document[only]} if only in document else {}


def _pick_below(kept: frozenset[str], below: Mapping[str, Reshape]) -> Reshape:
    def pick(document: Document) -> Document:
        picked: Document = {}
        for name, value in document.items():
            if name in kept:
                picked[name] = value
            elif name in below and (inner := below[name](value)) is not MISSING:
                picked[name] = inner
        return picked

    return pick


def _each(reshape: Reshape, keep_holes: bool) -> Reshape:
    """The same for what stands at a path: an object, or an array's objects.

    With `keep_holes`, elements that are no objects leave MISSING behind, for `computing` to fill.
    """

    def enter(value: Value) -> Value:
        if type(value) is dict:
            return reshape(value)
        if type(value) is not list:
            return MISSING
        items = [enter(item) for item in value]
        return items if keep_holes else [item for item in items if item is not MISSING]

    return enter


def excluding(tree: Tree) -> Reshape:
    """Leaves out the fields of the tree."""
    dropped = [name for name, leaf in tree.items() if leaf is Pick.EXCLUDE]
    below = [(name, excluding(sub)) for name, sub in _branches(tree)]

    def leave_out(value: Value) -> Value:
        if type(value) is list:
            return [leave_out(item) for item in value]
        if type(value) is not dict:
            return value
        rest = value.copy()
        for name in dropped:
            rest.pop(name, None)
        for name, reshape in below:
            if name in rest:
                rest[name] = reshape(rest[name])
        return rest

    return leave_out


def computing(tree: Tree) -> Fill:
    """Computes the expressions of the tree into a document; a MISSING one removes its field."""
    if any(_branches(tree)):
        return _fill_below(
            [(name, _step(leaf)) for name, leaf in tree.items() if _is_computed(leaf)]
        )
    return _fill([(name, leaf) for name, leaf in tree.items() if callable(leaf)])


def _fill(steps: Sequence[tuple[str, Expression]]) -> Fill:
    def fill(target: Document, root: Document) -> None:
        for name, expression in steps:
            value = expression(root)
            if value is MISSING:
                target.pop(name, None)
            else:
                target[name] = value

    return fill


def _fill_below(steps: Sequence[tuple[str, _Step]]) -> Fill:
    def fill(target: Document, root: Document) -> None:
        for name, step in steps:
            value = step(target.get(name), root)
            if value is MISSING:
                target.pop(name, None)
            else:
                target[name] = value

    return fill


def _step(leaf: Leaf | Tree) -> _Step:
    if isinstance(leaf, dict):
        return _onto(computing(leaf))
    expression = cast("Expression", leaf)
    return lambda _before, root: expression(root)


def _onto(fill: Fill) -> _Step:
    """Fills an object, each element of an array, or a new object in the place of all else."""

    def enter(value: Value, root: Document) -> Value:
        if type(value) is list:
            return [enter(item, root) for item in value]
        target = value.copy() if type(value) is dict else {}
        fill(target, root)
        return target

    return enter


def _is_computed(leaf: Leaf | Tree) -> bool:
    if type(leaf) is dict:
        return any(map(_is_computed, leaf.values()))
    return not isinstance(leaf, Pick)


def _branches(tree: Tree) -> Iterator[tuple[str, Tree]]:
    return ((name, leaf) for name, leaf in tree.items() if type(leaf) is dict)

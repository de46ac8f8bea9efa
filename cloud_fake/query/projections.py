"""Query floor: which parts of its documents a query returns, as `field` asks.

A projection either names what to keep or names what to leave out; `_id` is kept unless it says
otherwise. `$slice` by itself leaves nothing out, `$elemMatch` by itself keeps nothing else.

| at a path that goes on | an object | an array | a scalar |
|---|---|---|---|
| to keep | its parts, be it `{}` | the parts of its elements | is dropped |
| to leave out | without them | its elements without them | stays |

Results have the document's order of keys and share with it whatever they hold whole.

Source: MongoDB manual, "Project Fields to Return from Query"; error numbers of MongoDB 4.4.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from cloud_fake.errors import QueryError
from cloud_fake.query.conditions import is_operators
from cloud_fake.query.operators.expr_values import show, truthy
from cloud_fake.query.operators.projection import PROJECTION_OPERATORS, Part
from cloud_fake.values.kinds import MISSING, Document, Value
from cloud_fake.values.paths import join, split

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloud_fake.query.filters import Filter
    from cloud_fake.query.traversal import Segments

__all__ = ["Projection", "compile_projection"]

Projection: TypeAlias = Callable[[Document], Document]
#: The parts by key, and trees of them where a path goes on.
Tree: TypeAlias = dict[str, Any]


def compile_projection(spec: Mapping[str, Value], query: Filter | None = None) -> Projection:
    """What a projection makes of a document.

    Args:
        spec: `{path: 1 | 0 | True | False | {"$slice": …} | {"$elemMatch": …}}`, `"array.$": 1`.
        query: the one that found the documents, which the positional `$` needs.

    Raises:
        QueryError: it is none: 31254 and 31253 for a mix of keeping and leaving out. When it runs,
            51246: the positional `$` finds no element that the query met.
    """
    wishes = _Wishes()
    for path, wish in spec.items():
        wishes.read(path, wish)
    project = _of_object(wishes.tree(), rest_stays=not wishes.inclusive())
    if wishes.positional is None:
        return project
    narrow = _narrowing(wishes.positional, query)
    return lambda document: project(narrow(document))


# --- reading -------------------------------------------------------------------------------------


class _Wishes:
    """A projection while it is read.

    Attributes:
        positional: the path before the `.$`, if there is one.
    """

    def __init__(self) -> None:
        self.positional: str | None = None
        self._tree: Tree = {}
        self._keeps: bool | None = None
        self._operators: set[str] = set()

    def read(self, path: str, wish: Value) -> None:
        """One member of the projection, or of an object in it."""
        if ".$" in path:
            self._read_positional(path, wish)
        elif type(wish) is dict:
            self._read_object(path, wish)
        else:
            self._read_flag(path, truthy(wish))

    def inclusive(self) -> bool:
        """Whether it names what to keep."""
        if self._keeps is not None:
            return self._keeps
        return self._tree.get("_id") is _keep or self._operators == {"$elemMatch"}

    def tree(self) -> Tree:
        """What becomes of the values it names, and of `_id`."""
        return {"_id": _keep, **self._tree} if self.inclusive() else self._tree

    def _read_flag(self, path: str, keeps: bool) -> None:
        if path != "_id":
            if self._keeps is (not keeps):
                raise _mixed(path, keeps)
            self._keeps = keeps
        _plant(self._tree, path, _keep if keeps else _drop)

    def _read_object(self, path: str, wish: Document) -> None:
        if not wish:
            raise QueryError(51270, "An empty sub-projection is not a valid value.")
        if not is_operators(wish):
            for key, inner in wish.items():
                self.read(join(path, key), inner)
            return
        ((name, operand), *others) = wish.items()
        if name not in PROJECTION_OPERATORS or others:
            raise QueryError(2, f"Unsupported projection option: {path}: {show(wish)}")
        self._operators.add(name)
        self._refuse_both()
        _plant(self._tree, path, PROJECTION_OPERATORS[name](path, operand))

    def _read_positional(self, path: str, wish: Value) -> None:
        before, _, after = path.partition(".$")
        if type(wish) is dict:
            raise QueryError(
                31271, "positional projection cannot be used with an expression or sub object"
            )
        if not truthy(wish):
            raise QueryError(31395, "positional projection cannot be used with exclusion")
        if self.positional is not None:
            raise QueryError(31276, "Cannot specify more than one positional projection per query.")
        if ".$" in after:
            raise QueryError(31287, f"Cannot use positional operator twice: {path}")
        self.positional = before
        self._refuse_both()
        self._read_flag(before, keeps=True)

    def _refuse_both(self) -> None:
        if self.positional is not None and "$elemMatch" in self._operators:
            raise QueryError(31255, "Cannot specify positional operator and $elemMatch.")


def _mixed(path: str, keeps: bool) -> QueryError:
    if keeps:
        return QueryError(31253, f"Cannot do inclusion on field {path} in exclusion projection")
    return QueryError(31254, f"Cannot do exclusion on field {path} in inclusion projection")


def _plant(tree: Tree, path: str, part: Part) -> None:
    *way, last = split(path)
    for depth, key in enumerate(way, start=1):
        tree = tree.setdefault(key, {})
        if type(tree) is not dict:
            rest = join(*[*way, last][depth:])
            raise QueryError(31249, f"Path collision at {path} remaining portion {rest}")
    if last in tree:
        raise QueryError(31250, f"Path collision at {path}")
    tree[last] = part


# --- running -------------------------------------------------------------------------------------


def _keep(value: Value) -> Value:
    return value


def _drop(_value: Value) -> Value:
    return MISSING


def _of_object(tree: Tree, *, rest_stays: bool) -> Projection:
    """What becomes of an object, or of a document, given what becomes of its values."""
    parts = {
        key: _branch(part, rest_stays=rest_stays) if type(part) is dict else part
        for key, part in tree.items()
    }
    return _without(parts) if rest_stays else _only(parts)


def _only(parts: dict[str, Part]) -> Projection:
    named = parts.__contains__
    if all(part is _keep for part in parts.values()):
        return lambda document: {key: document[key] for key in filter(named, document)}
    return lambda document: {
        key: kept
        for key in filter(named, document)
        if (kept := parts[key](document[key])) is not MISSING
    }


def _without(parts: dict[str, Part]) -> Projection:
    def project(document: Document) -> Document:
        result = document.copy()
        for key, part in parts.items():
            if key in result:
                result[key] = part(result[key])
                if result[key] is MISSING:
                    del result[key]
        return result

    return project


def _branch(tree: Tree, *, rest_stays: bool) -> Part:
    """What becomes of a value on a path that goes on."""
    of_object = _of_object(tree, rest_stays=rest_stays)

    def part(value: Value) -> Value:
        if type(value) is dict:
            return of_object(value)
        if type(value) is list:
            return [kept for kept in map(part, value) if kept is not MISSING]
        return value if rest_stays else MISSING

    return part


def _narrowing(path: str, query: Filter | None) -> Projection:
    """The document with nothing but the matched element in the first array on the path."""
    segments = split(path)
    if query is None or segments[0] not in {split(asked)[0] for asked in query.paths}:
        text = f"Positional projection '{path}.$' does not match the query document."
        raise QueryError(31277, text)
    array_index = query.array_index

    def narrow(document: Document) -> Document:
        depth, array = _first_array(document, segments)
        if array is None:
            return document
        index = array_index(document, join(*segments[:depth]))
        if index is None:
            raise QueryError(
                51246, "positional operator '.$' couldn't find a matching element in the array"
            )
        return _with(document, segments[:depth], [array[index]])

    return narrow


def _first_array(document: Document, segments: Segments) -> tuple[int, list[Value] | None]:
    """The first array on a path, and how many segments lead to it."""
    value: Value = document
    for depth, key in enumerate(segments, start=1):
        value = value.get(key)
        if type(value) is list:
            return depth, value
        if type(value) is not dict:
            break
    return 0, None


def _with(document: Document, segments: Segments, value: Value) -> Document:
    """A copy with another value at a path of objects."""
    key, *rest = segments
    return {**document, key: _with(document[key], tuple(rest), value) if rest else value}

"""Query floor: updates, compiled once and then applied to any number of documents.

`compile_update({"$inc": {"n": 1}})(document)` is a new document that shares with the old one all
that the update did not touch, or the old one itself when nothing changed. A document is never
edited, so an update that fails half-way has changed nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import TypeAlias

from cloud_fake.errors import NotSupportedByFake, QueryError
from cloud_fake.query.operators.expr_values import type_name
from cloud_fake.query.operators.update_faults import IMMUTABLE_ID, Path, Unfit, shown
from cloud_fake.query.operators.update_paths import array_of, segments_of, with_index
from cloud_fake.query.operators.updates import UPDATE_OPERATORS, Part
from cloud_fake.query.write_columns import Rewriting
from cloud_fake.query.writing import Change, Step, Tree, grow, write_tree
from cloud_fake.values.kinds import Document, Value

__all__ = ["Positions", "Update", "compile_update"]

#: The update in MongoDB's wire form: `{"$set": {"a.b": 1}, "$inc": {"n": 1}}`.
Spec: TypeAlias = Mapping[str, Mapping[str, Value]]
#: The index of the element of an array (by its path) which the query matched.
Positions: TypeAlias = Callable[[str], int | None]

_BAD_VALUE, _FAILED_TO_PARSE = 2, 9

#: MongoDB has them, neither SDK does.
_UNSUPPORTED = frozenset({"$currentDate", "$setOnInsert"})


def compile_update(spec: Spec) -> Update:
    """Compile an update.

    Args:
        spec: in wire form; values are taken in and bound. Empty: an update that changes nothing.

    Raises:
        QueryError: an unknown operator, an operand that makes no sense, or two operators that
            want the same path.
    """
    return Update(spec)


class Update:
    """A compiled update."""

    __slots__ = ("_arrays", "_moves", "_spec", "_tree", "_write", "_writes_at")

    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self._tree, self._moves = _steps(spec)
        self._write = _written(self._tree, self._moves)
        #: The arrays whose matched element a path asks for by `$`.
        self._arrays = tuple(_positional_arrays(spec))
        self._writes_at: dict[tuple[int, ...], Change] = {}

    @property
    def is_positional(self) -> bool:
        """Whether a path in it holds a `$`."""
        return bool(self._arrays)

    def __call__(self, document: Document, positions: Positions | None = None) -> Document:
        """Apply the update.

        Args:
            document: stays as it is.
            positions: what `$` in a path stands for, see `Filter.array_index`.

        Raises:
            QueryError: the document has something that an operator cannot work on.
        """
        write = self._write_at(positions) if self._arrays else self._write
        try:
            changed: Document = write(document)
        except Unfit as unfit:
            raise unfit.worded(document) from None
        return changed

    def apply_all(self, portions: Iterable[Iterable[Document]]) -> Rewriting | None:
        """Apply the update to many documents, portion by portion and field by field.

        Returns:
            Those that change, yet to be made. None where this cannot be done, also because one of
            them refuses the update; then they are to be asked one by one.
        """
        fields = {name: step for name, step in self._tree.items() if isinstance(step, Step)}
        if self._arrays or self._moves or not fields or len(fields) < len(self._tree):
            return None
        try:
            return Rewriting(fields, portions)
        except (Unfit, QueryError):
            return None

    def _write_at(self, positions: Positions | None) -> Change:
        indexes = tuple(_matched_index(array, positions) for array in self._arrays)
        if indexes not in self._writes_at:
            places = dict(zip(self._arrays, indexes, strict=True))
            self._writes_at[indexes] = _written(*_steps(self._spec, places))
        return self._writes_at[indexes]


def _positional_arrays(spec: Spec) -> Iterator[str]:
    paths = (path for operands in spec.values() for path in operands)
    return filter(None, dict.fromkeys(map(array_of, paths)))


def _matched_index(array: str, positions: Positions | None) -> int:
    index = positions(array) if positions else None
    if index is None:
        text = "The positional operator did not find the match needed from the query."
        raise QueryError(_BAD_VALUE, text)
    return index


def _steps(
    spec: Spec, indexes: Mapping[str, int] = MappingProxyType({})
) -> tuple[Tree, list[Change]]:
    """What is done at the paths, and then to whole documents; `indexes` are put for each `$`."""
    tree: Tree = {}
    moves = []
    for part in _parts(spec, indexes):
        for path, step in part.steps.items():
            grow(tree, path, _guarded(step, path) if path[0] == "_id" else step)
        if part.move:
            moves.append(part.move)
    return tree, moves


def _written(tree: Tree, moves: list[Change]) -> Change:
    """One function for the whole update."""
    return _in_turn([write_tree(tree).change, *moves] if tree else [])


def _in_turn(changes: list[Change]) -> Change:
    if len(changes) == 1:
        return changes[0]

    def write(document: Value) -> Value:
        for change in changes:
            document = change(document)
        return document

    return write


def _parts(spec: Spec, indexes: Mapping[str, int]) -> Iterator[Part]:
    for name, operands in spec.items():
        operator = UPDATE_OPERATORS.get(name)
        if operator is None:
            raise _unknown(name)
        _refuse_no_fields(name, operands)
        for path, operand in operands.items():
            yield operator(operand, with_index(segments_of(path), indexes))


def _unknown(name: str) -> Exception:
    if name in _UNSUPPORTED:
        return NotSupportedByFake(f"the update operator {name}")
    return QueryError(_FAILED_TO_PARSE, f"Unknown modifier: {name}")


def _refuse_no_fields(name: str, operands: Value) -> None:
    if type(operands) is not dict:
        text = (
            f"Modifiers operate on fields but we found type {type_name(operands)} instead. "
            f"For example: {{$mod: {{<field>: ...}}}} not {{{name}: {shown(operands)}}}"
        )
        raise QueryError(_FAILED_TO_PARSE, text)
    if not operands:
        text = f"'{name}' is empty. You must specify a field like so: {{{name}: {{<field>: ...}}}}"
        raise QueryError(_FAILED_TO_PARSE, text)


def _guarded(step: Step, path: Path) -> Step:
    def change(value: Value) -> Value:
        new = step.change(value)
        if new is not value:
            raise Unfit(66, IMMUTABLE_ID, path)
        return value

    return Step(change, step.obstacle)

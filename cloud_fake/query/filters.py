"""Query floor: queries, compiled once into tests of documents.

`{path: condition, …}` becomes one clause a path, whatever `$and`s its conditions were spread over,
so that several comparisons on one field are one test. Clauses run cheapest first.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from cloud_fake.errors import NotSupportedByFake, QueryError
from cloud_fake.query.clauses import Clause, any_group, at_path, free, no_group
from cloud_fake.query.conditions import (
    Condition,
    Cost,
    QueryOperator,
    conjunction,
    every,
    is_operators,
    last_found,
)
from cloud_fake.query.operators import QUERY_OPERATORS, UNSUPPORTED_QUERY_OPERATORS
from cloud_fake.query.operators.arrays import member_test
from cloud_fake.query.operators.bounds import Atom, fuse_bounds, is_bound
from cloud_fake.query.operators.comparison import equality
from cloud_fake.query.operators.evaluation import expression_test, regex_of
from cloud_fake.query.operators.geo import NEAR_OPERATORS, Near, near
from cloud_fake.query.operators.logic import clauses_of, states_values
from cloud_fake.query.scans import FIRST_BLOCK, all_blocks, all_of, blocks
from cloud_fake.values.kinds import Document, Kind, Value, kind_of
from cloud_fake.values.paths import join
from cloud_fake.values.regex import Regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from cloud_fake.query.expressions import Scope
    from cloud_fake.query.traversal import DocumentTest, ValueTest

__all__ = ["Filter", "compile_element_test", "compile_filter", "compile_member_test"]


class Filter:
    """A compiled query.

    Attributes:
        matches: whether a document does.
        tests: what `matches` asks, apart; all of them must pass.
        near: the query's `$nearSphere`, which orders its result; its bounds are among the tests.
        equalities: those of its conditions that are `path == scalar`.
    """

    __slots__ = (
        "_cheapest_first",
        "_clauses",
        "_may_scan",
        "equalities",
        "matches",
        "near",
        "tests",
    )

    def __init__(
        self, clauses: Sequence[Clause], near: Near | None, equalities: Mapping[str, Value]
    ) -> None:
        self._cheapest_first = sorted(clauses, key=lambda clause: clause.cost)
        self.tests = tuple(clause.test for clause in self._cheapest_first)
        self.matches: DocumentTest = every(self.tests)
        self.near = near
        self.equalities = equalities
        self._clauses = clauses
        self._may_scan = any(clause.scan for clause in clauses)

    @property
    def paths(self) -> frozenset[str]:
        """Of all its conditions."""
        return frozenset().union(*(clause.paths for clause in self._clauses))

    def select(self, documents: Iterable[Document]) -> Iterator[Document]:
        """Those that match, lazily and in their order. The documents themselves, not copies."""
        if not self._may_scan:
            return filter(self.matches, documents)
        return itertools.chain.from_iterable(self._scanned(blocks(documents)))

    def select_all(self, documents: Iterable[Document]) -> list[Document]:
        """The same at once."""
        found: list[Document] = []
        for portion in self.portions(documents):
            found += portion
        return found

    def portions(self, documents: Iterable[Document]) -> Iterator[Iterable[Document]]:
        """The same in portions, as they are found, for who looks at each of them at once."""
        if not self._may_scan:
            return iter((filter(self.matches, documents),))
        return self._scanned(all_blocks(documents))

    def _scanned(self, each: Iterator[list[Document]]) -> Iterator[Iterable[Document]]:
        """Those of each block of documents. Making scans pays if there is more than a small one."""
        first = next(each, [])
        if len(first) < FIRST_BLOCK:
            yield filter(self.matches, first)
            return
        clauses = self._cheapest_first
        scan = all_of([(clause.scan(), clause.cost) for clause in clauses if clause.scan])
        slow_tests = [clause.test for clause in clauses if not clause.scan]
        for block in itertools.chain([first], each):
            found = scan(block)
            yield filter(every(slow_tests), found) if slow_tests else found

    def array_index(self, document: Document, path: str) -> int | None:
        """The index that the positional `$` stands for in a document that matches.

        That of the first element that met what the query asks of the array at `path`; of several
        conditions on the array the last one decides. None where there is none.
        """
        return last_found(clause.array_index(document, path) for clause in self._clauses)


def compile_filter(query: Mapping[str, Value], scope: Scope | None = None) -> Filter:
    """A query in MongoDB's own form, ready to run.

    Args:
        query: `{path: literal or {$op: operand}, $and: […], …}`, values already taken in.
        scope: the variables that `$expr` may name: those of a lookup's `let`.

    Raises:
        QueryError: it is none; 2 (BadValue) unless MongoDB has a number of its own for it.
        NotSupportedByFake: an operator that MongoDB has and the fake has not.
    """
    parts = _Parts(dict(query), _Place(embedded=False, scope=scope))
    nears = parts.take_near()
    if len(nears) > 1:
        raise QueryError(2, "Too many geoNear expressions")
    clauses = parts.clauses() + list(map(_near_clause, nears))
    return Filter(clauses, nears[0] if nears else None, parts.equalities())


def compile_element_test(condition: Value) -> ValueTest:
    """What `$pull` asks of each element of an array.

    Args:
        condition: a regular expression, `{$op: operand}`, a query for those elements that are
            objects, or any other value for those that equal it.
    """
    if states_values(condition):
        return _Inner("").condition(condition).field
    if type(condition) is not dict:
        return equality(condition).element
    query = _Inner("").query(condition)
    return lambda element: type(element) is dict and query(element)


def compile_member_test(condition: Value) -> ValueTest:
    """What `$elemMatch` asks of one element: a scalar by itself, an object or array by its keys."""
    return member_test(condition, _Inner(""))


class _Place(NamedTuple):
    """Where a query stands: above whole documents, or in an operator above embedded objects."""

    embedded: bool
    scope: Scope | None = None


class _Parts:
    """A query taken apart: the conditions at each path, and the clauses that have no path."""

    def __init__(self, query: Mapping[str, Value], place: _Place) -> None:
        self._place = place
        self._atoms: dict[str, list[Atom]] = {}
        self._others: list[Clause] = []
        self._read(query)

    def clauses(self) -> list[Clause]:
        """What the query asks of a document."""
        fields = [at_path(path, _condition(path, atoms)) for path, atoms in self._atoms.items()]
        return fields + self._others

    def equalities(self) -> dict[str, Value]:
        """The conditions that are `path == scalar`."""
        return {
            path: operand
            for path, atoms in self._atoms.items()
            for name, operand in atoms
            if name == "$eq" and kind_of(operand) in _SCALARS
        }

    def take_near(self) -> list[Near]:
        """The `$near`s, which then are no longer among the conditions."""
        nears = []
        for path, atoms in self._atoms.items():
            nears += [near(path, operand) for name, operand in atoms if name in NEAR_OPERATORS]
        for found in nears:
            path = join(*found.path)
            self._atoms[path] = [
                atom for atom in self._atoms[path] if atom[0] not in NEAR_OPERATORS
            ]
        return nears

    def _read(self, query: Value) -> None:
        if type(query) is not dict:
            raise QueryError(2, "$or/$and/$nor entries need to be full objects")
        for name, value in query.items():
            if name.startswith("$"):
                self._read_operator(name, value)
            else:
                self._atoms.setdefault(name, []).extend(_atoms(value))

    def _read_operator(self, name: str, operand: Value) -> None:
        match name:
            case "$and":
                for clause in clauses_of(name, operand):
                    self._read(clause)
            case "$or":
                self._others.append(any_group(self._groups(name, operand)))
            case "$nor":
                self._others.append(no_group(self._groups(name, operand)))
            case "$expr":
                self._others.append(self._expression(operand))
            case "$comment":
                pass
            case _:
                _refuse(name, "unknown top level operator")

    def _groups(self, name: str, operand: Value) -> list[list[Clause]]:
        return [_Parts(clause, self._place).clauses() for clause in clauses_of(name, operand)]

    def _expression(self, expression: Value) -> Clause:
        if self._place.embedded:
            raise QueryError(2, "$expr can only be applied to the top-level document")
        return free(expression_test(expression, self._place.scope), Cost.EXPRESSION)


#: The kinds that an index would find by a key.
_SCALARS = frozenset({Kind.NUMBER, Kind.STRING, Kind.BOOLEAN, Kind.DATE})


class _Inner(NamedTuple):
    """The compiler that operators get for the conditions in their operands."""

    path: str

    def condition(self, spec: Value) -> Condition:
        return _condition(self.path, _atoms(spec))

    def query(self, spec: Value) -> DocumentTest:
        parts = _Parts(spec, _Place(embedded=True))
        return every([clause.test for clause in parts.clauses()])


def _atoms(spec: Value) -> list[Atom]:
    """The operators of one condition; `$options` go into their `$regex`."""
    if type(spec) is Regex:
        return [("$regex", spec)]
    if not is_operators(spec):
        return [("$eq", spec)]
    if "$options" in spec and "$regex" not in spec:
        raise QueryError(2, "$options needs a $regex")
    return [
        (name, regex_of(spec) if name == "$regex" else operand)
        for name, operand in spec.items()
        if name != "$options"
    ]


def _condition(path: str, atoms: Sequence[Atom]) -> Condition:
    """All that is asked of the value at one path."""
    inner = _Inner(path)
    bounds = fuse_bounds([atom for atom in atoms if is_bound(atom)]) if len(atoms) > 1 else None
    parts = [
        _operator(name)(operand, inner)
        for name, operand in atoms
        if bounds is None or not is_bound((name, operand))
    ]
    return conjunction(parts if bounds is None else [*parts, bounds])


def _operator(name: str) -> QueryOperator:
    return QUERY_OPERATORS.get(name) or _refuse(name, "unknown operator")


def _refuse(name: str, unknown: str) -> NoReturn:
    if name in NEAR_OPERATORS:
        text = "$geoNear, $near, and $nearSphere are not allowed in this context"
        raise QueryError(2, text)
    if name in UNSUPPORTED_QUERY_OPERATORS:
        raise NotSupportedByFake(f"the query operator {name}")
    raise QueryError(2, f"{unknown}: {name}")


def _near_clause(near: Near) -> Clause:
    return free(
        lambda document: near.distance(document) is not None,
        Cost.GEO,
        paths=frozenset({join(*near.path)}),
    )

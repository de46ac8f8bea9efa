"""What `doc` stands for: one document, or every document that a query may match.

A query becomes its *alternatives*: lists of facts of which, for any document that it matches, one
list holds altogether. `$or` and `$in` add alternatives, and a rule must hold in each of them.
Conditions that tell nothing (`$regex`, `$size`, geo, what an operator does to arrays) are left out,
which is safe: the fewer facts, the less is granted.
"""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Protocol, TypeAlias

from cloud_fake.errors import NotSupportedByFake
from cloud_fake.query.rules.knowledge import ORDERED_KINDS, Fact, Facts, Operand
from cloud_fake.values.kinds import Document, Value, kind_of
from cloud_fake.values.paths import index_of, split
from cloud_fake.values.regex import Regex

__all__ = ["Field", "alternatives", "nothing_known", "of_document"]

#: The field of the subject at a dotted path; `""` is all of it.
Field: TypeAlias = Callable[[str], Operand]

_Claims: TypeAlias = tuple[tuple[str, Fact], ...]
_Alternatives: TypeAlias = list[_Claims]

_MAX_ALTERNATIVES = 4096


def of_document(document: Document) -> Field:
    """The fields of a document; a missing one is null."""

    def field(path: str) -> Value:
        value: Value = document
        for segment in split(path) if path else ():
            value = _child(value, segment)
        return value

    return field


def _child(value: Value, segment: str) -> Value:
    if type(value) is dict:
        return value.get(segment)
    if type(value) is list:
        index = index_of(segment)
        return value[index] if index is not None and index < len(value) else None
    return None


def nothing_known(path: str) -> Operand:
    """The fields of a document of which nothing is known."""
    return Facts()


def alternatives(query: Mapping[str, Value]) -> list[Field]:
    """What may be known of a document that matches a query in MongoDB's wire form.

    Raises:
        NotSupportedByFake: more alternatives than are worth looking at.
    """
    return [_of_claims(claims) for claims in _query(query, holds=True)]


def _of_claims(claims: _Claims) -> Field:
    facts: defaultdict[str, list[Fact]] = defaultdict(list)
    for path, fact in claims:
        facts[path].append(fact)
    known = {path: Facts(tuple(told)) for path, told in facts.items()}
    return lambda path: known.get(path, Facts())


# --- conditions to alternatives; `holds` is false inside $not and $nor ---------------------------

_SILENT: _Alternatives = [()]


def _query(query: Mapping[str, Value], *, holds: bool) -> _Alternatives:
    return _all([_condition(*item, holds=holds) for item in query.items()], holds=holds)


def _condition(key: str, operand: Value, *, holds: bool) -> _Alternatives:
    if key == "$and":
        return _all([_query(query, holds=holds) for query in operand], holds=holds)
    if key in ("$or", "$nor"):
        holds = holds is (key == "$or")
        return _any([_query(query, holds=holds) for query in operand], holds=holds)
    return _SILENT if key.startswith("$") else _field(key, operand, holds=holds)


def _field(path: str, condition: Value, *, holds: bool) -> _Alternatives:
    if not _has_operators(condition):
        return _equal(path, condition, holds=holds)
    tests = [
        _OPERATORS[name](path, operand, holds=holds) if name in _OPERATORS else _SILENT
        for name, operand in condition.items()
    ]
    return _all(tests, holds=holds)


def _has_operators(condition: Value) -> bool:
    return type(condition) is dict and next(iter(condition), "").startswith("$")


def _all(parts: list[_Alternatives], *, holds: bool) -> _Alternatives:
    """All parts hold. If that is denied, one of the (already denied) parts holds."""
    if not holds:
        return _any(parts, holds=True)
    if math.prod(map(len, parts)) > _MAX_ALTERNATIVES:
        raise NotSupportedByFake(
            f"a query with more than {_MAX_ALTERNATIVES} alternatives ($or, $in) "
            "where a security rule must look at each"
        )
    return [tuple(itertools.chain(*chosen)) for chosen in itertools.product(*parts)]


def _any(parts: list[_Alternatives], *, holds: bool) -> _Alternatives:
    """One of the parts holds. If that is denied, all of the (already denied) parts hold."""
    if not holds:
        return _all(parts, holds=True)
    found = list(itertools.chain(*parts))
    # One alternative that tells nothing makes the others superfluous.
    return found if found and () not in found else _SILENT


# --- the operators that tell something -----------------------------------------------------------


class _Operator(Protocol):
    def __call__(self, path: str, operand: Value, *, holds: bool) -> _Alternatives: ...


def _told(path: str, operator: str, operand: Value, *, chosen: bool = False) -> _Alternatives:
    return [((path, Fact(operator, operand, chosen)),)]


def _equal(path: str, operand: Value, *, holds: bool, chosen: bool = False) -> _Alternatives:
    if type(operand) in (list, Regex):
        return _SILENT
    return _told(path, "==" if holds else "!=", operand, chosen=chosen)


def _not_equal(path: str, operand: Value, *, holds: bool) -> _Alternatives:
    return _equal(path, operand, holds=not holds)


def _in(path: str, operand: Iterable[Value], *, holds: bool) -> _Alternatives:
    values = list(operand)
    several = len(values) > 1
    return _any([_equal(path, value, holds=holds, chosen=several) for value in values], holds=holds)


def _not_in(path: str, operand: Iterable[Value], *, holds: bool) -> _Alternatives:
    return _in(path, operand, holds=not holds)


def _ordered(operator: str) -> _Operator:
    def test(path: str, operand: Value, *, holds: bool) -> _Alternatives:
        # "Not more than 5" also matches what is no number: it is no "at most 5", so it is silent.
        if not holds or kind_of(operand) not in ORDERED_KINDS:
            return _SILENT
        return _told(path, operator, operand)

    return test


def _not(path: str, operand: Value, *, holds: bool) -> _Alternatives:
    return _field(path, operand, holds=not holds)


def _exists(path: str, operand: Value, *, holds: bool) -> _Alternatives:
    # To exist is not yet not to be null; not to exist is null to a rule.
    return _SILENT if bool(operand) is holds else _told(path, "==", None)


def _contains_all(path: str, operand: Iterable[Value], *, holds: bool) -> _Alternatives:
    items = [value for value in operand if type(value) not in (list, Regex)]
    if not holds or any(map(_has_operators, items)):
        return _SILENT
    return [tuple((path, Fact("has", value)) for value in items)]


def _has_element(path: str, operand: Value, *, holds: bool) -> _Alternatives:
    if holds and type(operand) is dict and "$eq" in operand:
        return _told(path, "has", operand["$eq"])
    return _SILENT


_OPERATORS: Mapping[str, _Operator] = MappingProxyType(
    {
        "$eq": _equal,
        "$ne": _not_equal,
        "$in": _in,
        "$nin": _not_in,
        "$gt": _ordered(">"),
        "$gte": _ordered(">="),
        "$lt": _ordered("<"),
        "$lte": _ordered("<="),
        "$not": _not,
        "$exists": _exists,
        "$all": _contains_all,
        "$elemMatch": _has_element,
    }
)

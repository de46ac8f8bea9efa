"""The expression tree of a rule. Each node evaluates itself to a value, to facts or to UNKNOWN."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from cloud_fake.query.rules.knowledge import (
    UNKNOWN,
    Operand,
    Truth,
    Unknown,
    compare,
    contains,
    every,
    is_true,
    some,
    text_of,
)
from cloud_fake.values.paths import index_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cloud_fake.values.kinds import Value

__all__ = [
    "Comparison",
    "Either",
    "Every",
    "Frame",
    "Get",
    "Inclusion",
    "Literal",
    "Member",
    "Node",
    "Not",
    "Subject",
    "Template",
    "Variable",
]


@dataclass(frozen=True, slots=True)
class Frame:
    """What one evaluation sees.

    Attributes:
        variables: `auth`, `now`, `request`.
        subject: the field of `doc` (of `resource`) at a dotted path; `""` is all of it.
        documents: the document at a path of `get`, None if there is none.
    """

    variables: Mapping[str, Value]
    subject: Callable[[str], Operand]
    documents: Callable[[str], Operand]


class Node(Protocol):
    """An expression."""

    def evaluate(self, frame: Frame) -> Operand:
        """Its value in this frame."""


@dataclass(frozen=True, slots=True)
class Literal:
    """`1`, `"a"`, `true`, `null`, `[1, 2]`."""

    value: Value

    def evaluate(self, frame: Frame) -> Operand:
        """The value itself."""
        return self.value


@dataclass(frozen=True, slots=True)
class Variable:
    """`auth`, `now`, `request`."""

    name: str

    def evaluate(self, frame: Frame) -> Operand:
        """The frame's value of that name."""
        return frame.variables[self.name]


@dataclass(frozen=True, slots=True)
class Subject:
    """`doc.a.b`, `doc["a"]`: a field of what the rule is about.

    It is a path, as in a query: a field below a missing one is null, not an error.
    """

    keys: tuple[Node, ...]

    def evaluate(self, frame: Frame) -> Operand:
        """The field, or what the query says of it."""
        path = _joined(self.keys, ".", frame)
        return UNKNOWN if path is UNKNOWN else frame.subject(path)


@dataclass(frozen=True, slots=True)
class Member:
    """`target.a[b]` of anything else. A member of null is unknown, so it denies."""

    target: Node
    keys: tuple[Node, ...]

    def evaluate(self, frame: Frame) -> Operand:
        """The member; null if an object or an array lacks it."""
        value = self.target.evaluate(frame)
        for key in self.keys:
            value = _member(value, text_of(key.evaluate(frame)))
        return value


@dataclass(frozen=True, slots=True)
class Template:
    """`` `a${b}c` ``."""

    parts: tuple[Node, ...]

    def evaluate(self, frame: Frame) -> Operand:
        """The text, if every part of it is known."""
        return _joined(self.parts, "", frame)


@dataclass(frozen=True, slots=True)
class Get:
    """`get("database.collection.id")`."""

    path: Node

    def evaluate(self, frame: Frame) -> Operand:
        """The document, null if there is none."""
        path = self.path.evaluate(frame)
        return frame.documents(path) if isinstance(path, str) else UNKNOWN


@dataclass(frozen=True, slots=True)
class Not:
    """`!operand`."""

    operand: Node

    def evaluate(self, frame: Frame) -> Truth:
        """The opposite; of unknown it is unknown."""
        truth = is_true(self.operand.evaluate(frame))
        return UNKNOWN if truth is UNKNOWN else not truth


@dataclass(frozen=True, slots=True)
class Every:
    """`a && b && c`."""

    operands: tuple[Node, ...]

    def evaluate(self, frame: Frame) -> Truth:
        """Left to right, only as far as needed: a `get` not reached reads nothing."""
        return every(is_true(operand.evaluate(frame)) for operand in self.operands)


@dataclass(frozen=True, slots=True)
class Either:
    """`a || b || c`."""

    operands: tuple[Node, ...]

    def evaluate(self, frame: Frame) -> Truth:
        """Left to right, only as far as needed."""
        return some(is_true(operand.evaluate(frame)) for operand in self.operands)


@dataclass(frozen=True, slots=True)
class Comparison:
    """`left == right` and its like."""

    operator: str
    left: Node
    right: Node

    def evaluate(self, frame: Frame) -> Truth:
        """Whether it holds."""
        return compare(self.operator, self.left.evaluate(frame), self.right.evaluate(frame))


@dataclass(frozen=True, slots=True)
class Inclusion:
    """`needle in haystack`."""

    needle: Node
    haystack: Node

    def evaluate(self, frame: Frame) -> Truth:
        """Whether it holds."""
        return contains(self.haystack.evaluate(frame), self.needle.evaluate(frame))


def _joined(parts: tuple[Node, ...], separator: str, frame: Frame) -> str | Unknown:
    texts: list[str] = []
    for part in parts:
        text = text_of(part.evaluate(frame))
        if text is UNKNOWN:
            return UNKNOWN
        texts.append(text)
    return separator.join(texts)


def _member(value: Operand, key: str | Unknown) -> Operand:
    if key is UNKNOWN:
        return UNKNOWN
    if type(value) is dict:
        return value.get(key)
    if type(value) is list:
        index = index_of(key)
        return value[index] if index is not None and index < len(value) else None
    return UNKNOWN

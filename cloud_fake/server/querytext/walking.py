"""Query texts: from tree to values, by a whitelist of node types."""

from __future__ import annotations

import math
import operator
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from cloud_fake.errors import CloudError
from cloud_fake.server.querytext.literals import number, read_number, read_regex, read_string
from cloud_fake.server.querytext.names import method, property_of
from cloud_fake.server.querytext.syntax import QueryTextError, shown, text_of
from cloud_fake.values.dates import DATE_TYPE
from cloud_fake.values.ejson import decode
from cloud_fake.values.kinds import MISSING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tree_sitter import Node

    from cloud_fake.values.kinds import Value

__all__ = ["Walker"]

#: Expressions within each other; a call in a chain counts twice. Records are 100 deep at most.
MAX_DEPTH = 150


class Walker:
    """Evaluates expressions.

    Args:
        scope: what the free names mean: `db`, `_`, `$`.
        now_millis: what `new Date()` is.
    """

    def __init__(self, scope: dict[str, Any], now_millis: int) -> None:
        self.scope = scope
        self._now = now_millis
        self._depth = 0

    def value(self, node: Node) -> Any:
        """What an expression means.

        Raises:
            QueryTextError: it is none that a query may hold.
        """
        read = _NODES.get(node.type)
        if read is None:
            raise QueryTextError(f"not allowed: {shown(node)}")
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise QueryTextError(f"nested deeper than {MAX_DEPTH} levels")
        try:
            return read(self, node)
        finally:
            self._depth -= 1

    # --- names, members, calls --------------------------------------------------------------------

    def _name(self, node: Node) -> Any:
        name = text_of(node)
        if name not in self.scope:
            raise QueryTextError(f"{name} is not defined")
        return self.scope[name]

    def _member(self, node: Node) -> Any:
        owner, name = self._owner_and_name(node)
        found = property_of(owner, name)
        if found is MISSING:
            raise QueryTextError(f"not allowed: {shown(node)}")
        return found

    def _call(self, node: Node) -> Any:
        function = _field(node, "function")
        if function.type != "member_expression" or _is_optional(node):
            raise QueryTextError(f"not allowed: {shown(node)}")
        owner, name = self._owner_and_name(function)
        called = method(owner, name)
        if called is None:
            raise QueryTextError(f"not allowed: {shown(function)}")
        return _called(called, self._arguments(node))

    def _new(self, node: Node) -> Any:
        """`new Date(...)`, and `new db.Geo.Point(...)`, which is the same without `new`."""
        made = _field(node, "constructor")
        arguments = self._arguments(node)
        if made.type == "identifier" and text_of(made) == "Date":
            return self._date(arguments)
        if made.type == "member_expression":
            owner, name = self._owner_and_name(made)
            called = method(owner, name) if name[:1].isupper() else None
            if called is not None:
                return _called(called, arguments)
        raise QueryTextError(f"not allowed: {shown(node)}")

    def _owner_and_name(self, node: Node) -> tuple[Any, str]:
        if _is_optional(node):
            raise QueryTextError(f"not allowed: {shown(node)}")
        name = _field(node, "property")
        if name.type != "property_identifier":
            raise QueryTextError(f"not allowed: {shown(name)}")
        return self.value(_field(node, "object")), text_of(name)

    def _arguments(self, node: Node) -> list[Any]:
        given = node.child_by_field_name("arguments")
        if given is None:
            return []
        if given.type != "arguments":
            raise QueryTextError(f"not allowed: {shown(given)}")
        return [self.value(item) for item in _members(given)]

    def _date(self, arguments: list[Any]) -> Value:
        """`new Date()`, of milliseconds or of an ISO text; without a zone it is UTC."""
        given = arguments[0] if arguments else self._now
        if len(arguments) > 1 or isinstance(given, bool):
            raise QueryTextError("new Date() takes milliseconds or an ISO text")
        if isinstance(given, DATE_TYPE[0]):
            return given
        if not isinstance(given, (int, float, str)):
            raise QueryTextError("new Date() takes milliseconds or an ISO text")
        try:
            return decode({"$date": given})
        except (ValueError, OverflowError):
            raise QueryTextError(f"Invalid Date: {given}") from None

    # --- values -----------------------------------------------------------------------------------

    def _object(self, node: Node) -> dict[str, Any]:
        return dict(self._pair(item) for item in _members(node))

    def _pair(self, node: Node) -> tuple[str, Any]:
        if node.type != "pair":
            raise QueryTextError(f"not allowed: {shown(node)}")
        return self._key(_field(node, "key")), self.value(_field(node, "value"))

    def _key(self, node: Node) -> str:
        if node.type == "property_identifier":
            return text_of(node)
        if node.type == "string":
            return read_string(node)
        if node.type == "number":
            return str(read_number(node))
        raise QueryTextError(f"not allowed: {shown(node)}")

    def _array(self, node: Node) -> list[Any]:
        return [self.value(item) for item in _members(node)]

    def _within(self, node: Node) -> Any:
        (inner,) = _members(node)
        return self.value(inner)

    def _unary(self, node: Node) -> Any:
        sign = text_of(_field(node, "operator"))
        value = self.value(_field(node, "argument"))
        if sign == "!":
            return not _plain_number(value, node) if isinstance(value, (int, float)) else not value
        if sign not in "+-":
            raise QueryTextError(f"not allowed: {shown(node)}")
        return -_plain_number(value, node) if sign == "-" else _plain_number(value, node)

    def _binary(self, node: Node) -> Any:
        """Arithmetic with constants: `3600 * 1000`."""
        count = _ARITHMETIC.get(text_of(_field(node, "operator")))
        if count is None:
            raise QueryTextError(f"not allowed: {shown(node)}")
        left = self.value(_field(node, "left"))
        right = self.value(_field(node, "right"))
        if isinstance(left, str) and isinstance(right, str) and count is operator.add:
            return left + right
        operands = float(_plain_number(left, node)), float(_plain_number(right, node))
        try:
            return number(count(*operands))
        except (OverflowError, ZeroDivisionError, ValueError):
            return math.nan  # JavaScript's infinities and NaN: null, once they are sent


def _field(node: Node, name: str) -> Node:
    found = node.child_by_field_name(name)
    if found is None:
        raise QueryTextError(f"not allowed: {shown(node)}")
    return found


def _is_optional(node: Node) -> bool:
    """`a?.b`, `a?.()`."""
    return any(child.type in ("optional_chain", "?.") for child in node.children)


def _members(node: Node) -> list[Node]:
    return [child for child in node.named_children if child.type != "comment"]


def _called(function: Callable[..., Any], arguments: list[Any]) -> Any:
    try:
        return function(*arguments)
    except CloudError as error:
        raise QueryTextError(error.errMsg) from None
    except (TypeError, ValueError, AttributeError) as error:
        raise QueryTextError(str(error)) from None


def _plain_number(value: object, node: Node) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise QueryTextError(f"not a number: {shown(node)}")
    return value


_ARITHMETIC: Mapping[str, Callable[[float, float], float]] = MappingProxyType(
    {
        "+": operator.add,
        "-": operator.sub,
        "*": operator.mul,
        "/": operator.truediv,
        "%": math.fmod,
    }
)

_NODES: Mapping[str, Callable[[Walker, Node], Any]] = MappingProxyType(
    {
        "identifier": Walker._name,  # noqa: SLF001 - the walker's own table
        "member_expression": Walker._member,  # noqa: SLF001
        "call_expression": Walker._call,  # noqa: SLF001
        "new_expression": Walker._new,  # noqa: SLF001
        "object": Walker._object,  # noqa: SLF001
        "array": Walker._array,  # noqa: SLF001
        "parenthesized_expression": Walker._within,  # noqa: SLF001
        "unary_expression": Walker._unary,  # noqa: SLF001
        "binary_expression": Walker._binary,  # noqa: SLF001
        "string": lambda _walker, node: read_string(node),
        "template_string": lambda _walker, node: read_string(node),
        "number": lambda _walker, node: read_number(node),
        "regex": lambda _walker, node: read_regex(node),
        "true": lambda _walker, _node: True,
        "false": lambda _walker, _node: False,
        "null": lambda _walker, _node: None,
        "undefined": lambda _walker, _node: MISSING,
    }
)

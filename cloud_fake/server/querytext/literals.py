"""Query texts: literals, as JavaScript reads them."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from cloud_fake.server.querytext.syntax import QueryTextError, shown, text_of
from cloud_fake.values.intake import MAX_SAFE_INTEGER
from cloud_fake.values.regex import Regex

if TYPE_CHECKING:
    from tree_sitter import Node

    from cloud_fake.values.kinds import Value

__all__ = ["number", "read_number", "read_regex", "read_string"]

_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "0": "\0"}
_NEWLINES = ("\n", "\r", "\u2028", "\u2029")
_DECIMAL = re.compile(r"(0|[1-9]\d*|(?=\.\d))(\.\d*)?([eE][+-]?\d+)?")
_WITH_BASE = re.compile(r"0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+")
_SURROGATE = re.compile("[\ud800-\udfff]")


def read_string(node: Node) -> str:
    """A quoted string, or a template without substitutions.

    Raises:
        QueryTextError: it has a substitution.
    """
    text = "".join(map(_piece, node.named_children))
    if _SURROGATE.search(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _piece(node: Node) -> str:
    if node.type == "string_fragment":
        return text_of(node)
    if node.type == "escape_sequence":
        return _unescaped(text_of(node)[1:])
    raise QueryTextError(f"not allowed: {shown(node)}")


def _unescaped(code: str) -> str:
    """What an escape sequence without its backslash stands for."""
    if code[0] in "xu" and len(code) > 1:
        point = int(code[1:].strip("{}"), 16)
        if point > 0x10FFFF:
            raise QueryTextError(f"undefined Unicode code point: \\{code}")
        return chr(point)
    if code.startswith(_NEWLINES):
        return ""
    return _ESCAPES.get(code, code)


def read_number(node: Node) -> Value:
    """A number, decimal or with a base.

    Raises:
        QueryTextError: a BigInt, or an octal in the old form.
    """
    text = text_of(node).replace("_", "")
    if len(text) > 400:
        raise QueryTextError("a number of more than 400 letters")
    if _WITH_BASE.fullmatch(text):
        return number(float(int(text, 0)))
    if _DECIMAL.fullmatch(text):
        return number(float(text))
    raise QueryTextError(f"not allowed: {shown(node)}")


def number(value: float) -> int | float:
    """JavaScript's number in Python: an integer where it is one and can be told exactly."""
    is_whole = math.isfinite(value) and value.is_integer() and abs(value) <= MAX_SAFE_INTEGER
    return int(value) if is_whole else value


def read_regex(node: Node) -> Regex:
    """A literal such as `/^a/i`.

    Raises:
        QueryTextError: a flag that the database does not have.
    """
    pattern = node.child_by_field_name("pattern")
    flags = node.child_by_field_name("flags")
    letters = "" if flags is None else text_of(flags)
    unknown = Regex.unknown_options(letters)
    if unknown:
        raise QueryTextError(f"invalid flag in regex options: {unknown}")
    return Regex("" if pattern is None else text_of(pattern), "".join(sorted(set(letters))))

"""Query texts: from text to tree."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Language, Node, Tree

__all__ = ["MAX_LENGTH", "QueryTextError", "parse_text", "shown", "text_of"]

#: Bytes of a query text.
MAX_LENGTH = 2 * 1024 * 1024


class QueryTextError(Exception):
    """The text is no query: it says where, and what is wrong there."""


def parse_text(text: str) -> Tree:
    """The tree of a text.

    Raises:
        QueryTextError: it is too long, or no JavaScript.
    """
    from tree_sitter import Parser

    source = text.encode("utf-8", "replace")
    if len(source) > MAX_LENGTH:
        raise QueryTextError(f"the query is longer than {MAX_LENGTH} bytes")
    # A parser keeps state while it parses, and requests come in many threads.
    tree = Parser(_language()).parse(source)
    if tree.root_node.has_error:
        raise QueryTextError(f"syntax error{_where_wrong(tree)}")
    return tree


@cache
def _language() -> Language:
    import tree_sitter_javascript
    from tree_sitter import Language

    return Language(tree_sitter_javascript.language())


def _where_wrong(tree: Tree) -> str:
    cursor = tree.walk()
    while True:
        node = cursor.node
        if node is None or node.is_error or node.is_missing:
            return "" if node is None else f" at {_place(node)}"
        if not cursor.goto_first_child():
            return ""
        while cursor.node is not None and not cursor.node.has_error:
            if not cursor.goto_next_sibling():
                return ""


def _place(node: Node) -> str:
    row, column = node.start_point
    return f"line {row + 1}, column {column + 1}"


def text_of(node: Node) -> str:
    """The source of a node."""
    return (node.text or b"").decode()


def shown(node: Node) -> str:
    """A node's source and place, in an error text."""
    source = text_of(node)
    return f"{source if len(source) <= 40 else source[:37] + '...'} at {_place(node)}"

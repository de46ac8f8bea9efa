"""Query texts: the whole of one: names for commands, then one chain that ends in a call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cloud_fake.server.querytext.names import Statement
from cloud_fake.server.querytext.syntax import QueryTextError, parse_text, shown, text_of
from cloud_fake.server.querytext.walking import Walker

if TYPE_CHECKING:
    from tree_sitter import Node

    from cloud_fake.face.db.server_database import ServerDatabase

__all__ = ["Statement", "read_statement"]

_DECLARATIONS = ("lexical_declaration", "variable_declaration")


def read_statement(text: str, database: ServerDatabase[Any], now_millis: int) -> Statement:
    """What a query text asks for.

    Args:
        text: JavaScript, of the subset described in this package.
        database: what `db` means; `_` and `$` are its commands.
        now_millis: what `new Date()` is.

    Raises:
        QueryTextError: it is no query.
        NotSupportedByFake: it uses what the platform has and this fake has not.
    """
    command = database.command
    scope = {"db": database, "_": command, "$": command.aggregate}
    walker = Walker(scope, now_millis)
    # The walk ends before Python's own limit does; a text may be deep where it does not walk.
    try:
        return _read(parse_text(text).root_node, walker)
    except RecursionError:
        raise QueryTextError("nested too deeply") from None


def _read(program: Node, walker: Walker) -> Statement:
    answer: Any = None
    for node in program.named_children:
        if answer is not None and node.type != "comment":
            raise QueryTextError(f"one query at a time: {shown(node)}")
        if node.type in _DECLARATIONS:
            _declare(node, walker)
        elif node.type == "expression_statement":
            answer = walker.value(node.named_children[0])
        elif node.type not in ("comment", "empty_statement"):
            raise QueryTextError(f"not allowed: {shown(node)}")
    if not isinstance(answer, Statement):
        raise QueryTextError("a query ends in get, count, add, update, set, remove or end")
    return answer


def _declare(node: Node, walker: Walker) -> None:
    """`const _ = db.command`."""
    for declared in node.named_children:
        if declared.type == "comment":
            continue
        name = declared.child_by_field_name("name")
        value = declared.child_by_field_name("value")
        if name is None or name.type != "identifier" or value is None:
            raise QueryTextError(f"not allowed: {shown(declared)}")
        walker.scope[text_of(name)] = walker.value(value)

"""Tokens to nodes: JavaScript's precedence, without what the platform's rules do not have.

`||` binds loosest, then `&&`, the comparisons (`== != < <= > >= in`, not chained), `! + -`, and
members.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from cloud_fake.query.rules.nodes import (
    Comparison,
    Either,
    Every,
    Get,
    Inclusion,
    Literal,
    Member,
    Node,
    Not,
    Subject,
    Template,
    Variable,
)
from cloud_fake.query.rules.tokens import Token, Unreadable, tokenize

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["parse"]

#: At most this many `get` in one expression, and this many inside each other (CloudBase manual).
_MAX_GETS = 3
_MAX_GET_DEPTH = 2
#: Ours: a text of 1024 brackets is no rule.
_MAX_DEPTH = 40

_VARIABLES = ("auth", "now", "request")
_CONSTANTS = {"true": True, "false": False, "null": None, "undefined": None}
_COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">="})


def parse(text: str, subject: str) -> Node:
    """The expression in `text`; `subject` is what it calls the thing it guards: `doc`, `resource`.

    Raises:
        Unreadable: it is none.
    """
    parser = _Parser(tokenize(text), subject)
    node = parser.expression()
    parser.expect("end", '"&&", "||" or the end')
    return node


class _Parser:
    """Recursive descent over one list of tokens."""

    def __init__(self, tokens: list[Token], subject: str) -> None:
        self._tokens = iter(tokens)
        self._next = next(self._tokens)
        self._subject = subject
        self._depth = self._gets = self._get_depth = 0

    # --- tokens ---

    def _take(self) -> Token:
        token = self._next
        self._next = next(self._tokens, token)
        return token

    def _accept(self, *texts: str) -> Token | None:
        """The next token if it is one of these operators (or the word `in`)."""
        fits = self._next.kind in ("operator", "name") and self._next.text in texts
        return self._take() if fits else None

    def _expect_operator(self, text: str) -> None:
        if not self._accept(text):
            self._refuse(f'"{text}"')

    def expect(self, kind: str, described: str) -> Token:
        """The next token, which must be of that kind."""
        if self._next.kind != kind:
            self._refuse(described)
        return self._take()

    def _refuse(self, expected: str) -> NoReturn:
        found = "the end" if self._next.kind == "end" else self._next.text
        raise Unreadable(self._next.column, f"expected {expected}, found {found}")

    # --- the grammar, loosest first ---

    def expression(self) -> Node:
        """`a || b`."""
        return self._joined("||", self._conjunction, Either)

    def _conjunction(self) -> Node:
        return self._joined("&&", self._comparison, Every)

    def _joined(
        self,
        operator: str,
        operand: Callable[[], Node],
        node: Callable[[tuple[Node, ...]], Node],
    ) -> Node:
        operands = [operand()]
        while self._accept(operator):
            operands.append(operand())
        return node(tuple(operands)) if len(operands) > 1 else operands[0]

    def _comparison(self) -> Node:
        left = self._unary()
        operator = self._accept("in", *_COMPARISONS)
        if operator is None:
            return left
        right = self._unary()
        if operator.text == "in":
            return Inclusion(left, right)
        return Comparison(operator.text, left, right)

    def _unary(self) -> Node:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            self._refuse(f"at most {_MAX_DEPTH} levels of nesting")
        operator = self._accept("!", "+", "-")
        node = self._with_sign(operator) if operator else self._access()
        self._depth -= 1
        return node

    def _with_sign(self, operator: Token) -> Node:
        if operator.text == "!":
            return Not(self._unary())
        number = _number(self.expect("number", "a number"))
        return Literal(-number if operator.text == "-" else number)

    def _access(self) -> Node:
        token = self._next
        if self._accept(self._subject):
            return Subject(self._keys())
        target = self._primary(token)
        keys = self._keys()
        return Member(target, keys) if keys else target

    def _keys(self) -> tuple[Node, ...]:
        keys: list[Node] = []
        while operator := self._accept(".", "["):
            if operator.text == ".":
                keys.append(Literal(self.expect("name", "the name of a member").text))
            else:
                keys.append(self.expression())
                self._expect_operator("]")
        return tuple(keys)

    # --- primaries ---

    def _primary(self, token: Token) -> Node:
        if token.kind == "name":
            return self._name()
        if token.kind == "number":
            return Literal(_number(self._take()))
        if token.kind == "string":
            return Literal(self._take().content)
        if self._accept("("):
            return self._parenthesis()
        if self._accept("["):
            return self._array()
        if self._accept("`"):
            return self._template()
        return self._refuse("a value")

    def _name(self) -> Node:
        name = self._next.text
        if name in _CONSTANTS:
            self._take()
            return Literal(_CONSTANTS[name])
        if name in _VARIABLES:
            self._take()
            return Variable(name)
        if name == "get":
            return self._get()
        return self._refuse(f"one of {', '.join([self._subject, *_VARIABLES])}, get()")

    def _parenthesis(self) -> Node:
        node = self.expression()
        self._expect_operator(")")
        return node

    def _array(self) -> Node:
        items = []
        if not self._accept("]"):
            items.append(self._item())
            while self._accept(","):
                items.append(self._item())
            self._expect_operator("]")
        return Literal(items)

    def _item(self) -> int | float | str:
        if self._next.kind == "string":
            return self._take().content
        sign = self._accept("-", "+")
        # "The members of an array are limited to numbers and strings" (CloudBase manual).
        number = _number(self.expect("number", "a number or a string (arrays hold nothing else)"))
        return -number if sign and sign.text == "-" else number

    def _template(self) -> Node:
        parts: list[Node] = []
        while not self._accept("`"):
            if self._accept("${"):
                parts.append(self.expression())
                self._expect_operator("}")
            else:
                parts.append(Literal(self.expect("text", "a closing `").content))
        return Template(tuple(parts))

    def _get(self) -> Node:
        self._gets += 1
        self._get_depth += 1
        if self._gets > _MAX_GETS:
            self._refuse(f"at most {_MAX_GETS} get() in one expression")
        if self._get_depth > _MAX_GET_DEPTH:
            self._refuse(f"get() at most {_MAX_GET_DEPTH} deep")
        self._take()
        self._expect_operator("(")
        column = self._next.column
        path = _database_path(self.expression(), column)
        self._expect_operator(")")
        self._get_depth -= 1
        return Get(path)


def _number(token: Token) -> int | float:
    return float(token.text) if "." in token.text else int(token.text)


def _database_path(path: Node, column: int) -> Node:
    """Refuse what can be seen not to be a path before the rule runs."""
    first = path.parts[0] if isinstance(path, Template) and path.parts else path
    if isinstance(first, Literal) and not str(first.value).startswith("database."):
        raise Unreadable(column, "expected a path `database.<collection>.<id>`")
    return path

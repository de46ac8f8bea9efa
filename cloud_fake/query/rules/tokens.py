"""The text of a rule as tokens."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple, TypeAlias

__all__ = ["Token", "TokenKind", "Unreadable", "tokenize"]

#: `text` is a piece of a template between backticks that stands for itself.
TokenKind: TypeAlias = Literal["name", "number", "string", "operator", "text", "end"]


class Token(NamedTuple):
    """One token: `text` as written, `column` counted from 1."""

    kind: TokenKind
    text: str
    column: int

    @property
    def content(self) -> str:
        """What a string or a piece of a template says: without quotes and backslashes."""
        text = self.text[1:-1] if self.kind == "string" else self.text
        return _ESCAPED.sub(lambda match: _ESCAPES.get(match[1], match[1]), text)


class Unreadable(Exception):  # noqa: N818 - `compile_rules` makes an error of it
    """The text is no rule: what was expected, and where."""

    def __init__(self, column: int, expectation: str) -> None:
        super().__init__(expectation)
        self.column = column


_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}

_CODE = re.compile(
    r"""\s*(?:
      (?P<number>[0-9]+(?:\.[0-9]+)?)
    | (?P<string>'(?:[^'\\]|\\.)*' | "(?:[^"\\]|\\.)*")
    | (?P<name>[A-Za-z_$][A-Za-z0-9_$]*)
    | (?P<operator>[=!<>]= | && | \|\| | [!<>().,+\-\[\]`}])
    | (?P<end>\Z)
    )""",
    re.VERBOSE | re.DOTALL,
)
_TEMPLATE = re.compile(
    r"(?P<operator>`|\$\{)|(?P<text>(?:[^`\\$]|\\.|\$(?!\{))+)|(?P<end>\Z)", re.DOTALL
)

#: What the writer of a character that starts no token most likely wanted.
_MEANT = {
    "=": '"==" or "!=" (there is no assignment and no "===")',
    "&": '"&&"',
    "|": '"||"',
    "'": "a closing '",
    '"': 'a closing "',
}


def tokenize(text: str) -> list[Token]:
    """All tokens, the last of kind `end`. A template is `` ` ``, its pieces, `` ` ``.

    Raises:
        Unreadable: a character that no token starts with.
    """
    tokens: list[Token] = []
    #: Templates hold code and code holds templates; the innermost is last.
    patterns = [_CODE]
    position = 0
    while not tokens or tokens[-1].kind != "end":
        match = patterns[-1].match(text, position)
        if match is None:
            raise _unreadable(text, position)
        tokens.append(_token(match))
        _enter_or_leave(patterns, tokens[-1])
        position = match.end()
    return tokens


def _token(match: re.Match[str]) -> Token:
    kind: TokenKind = match.lastgroup  # type: ignore[assignment] # the groups are named so
    return Token(kind, match[kind], match.start(kind) + 1)


def _enter_or_leave(patterns: list[re.Pattern[str]], token: Token) -> None:
    if token.kind != "operator":
        return
    if token.text == "${":
        patterns.append(_CODE)
    elif token.text == "`" and patterns[-1] is _CODE:
        patterns.append(_TEMPLATE)
    elif token.text in ("`", "}") and len(patterns) > 1:
        patterns.pop()


def _unreadable(text: str, position: int) -> Unreadable:
    blank = re.compile(r"\s*").match(text, position)
    start = blank.end() if blank else position
    found = text[start]
    meant = _MEANT.get(found, "a value or an operator")
    return Unreadable(start + 1, f"expected {meant}, found {found}")

"""The rules of one collection or of the storage: which action is allowed to whom."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from cloud_fake.errors import MisuseError
from cloud_fake.query.rules.knowledge import UNKNOWN, Operand, Truth, every, is_true
from cloud_fake.query.rules.nodes import Frame, Node
from cloud_fake.query.rules.parser import parse
from cloud_fake.query.rules.subjects import Field, alternatives, nothing_known, of_document
from cloud_fake.query.rules.targets import DATABASE, Target
from cloud_fake.query.rules.tokens import Unreadable
from cloud_fake.values.kinds import Document, Value

if TYPE_CHECKING:
    from cloud_fake.query.rules.targets import Action

__all__ = ["Auth", "Fetch", "Rules", "compile_rules"]

#: The document of a collection (a name) with an id, None if there is none.
Fetch: TypeAlias = Callable[[str, str], Document | None]

_MAX_LENGTH = 1024
#: "At most 10 different documents" in one expression (CloudBase manual); one more denies.
_MAX_DOCUMENTS = 10


@dataclass(frozen=True, slots=True)
class Auth:
    """A signed-in caller. `uid` and `loginType` are null for one from a mini program.

    Attributes:
        openid: who it is.
        custom: what a shared environment's owner says of the caller, `auth.custom`.
    """

    openid: str
    custom: Document | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """Compiled rules, by action."""

    rules: Mapping[str, Node | bool]

    def permits(
        self,
        action: Action,
        *,
        auth: Auth | None,
        doc: Document | None = None,
        query: Mapping[str, Value] | None = None,
        request_data: Document | None = None,
        now: int,
        fetch: Fetch,
    ) -> bool:
        """Whether the rule of `action` is known to be true.

        Args:
            action: one of the target's actions.
            auth: the caller, None if nobody is signed in.
            doc: what is guarded when it is at hand: the new record (`create`), the file.
            query: otherwise the conditions that select it, in MongoDB's wire form with `{openid}`
                already replaced; they must imply the rule.
            request_data: `request.data` of `create` and `update`.
            now: milliseconds since 1970.
            fetch: where `get` finds documents.

        Raises:
            NotSupportedByFake: the query has too many alternatives to look at.
        """
        rule = self.rules[action]
        if isinstance(rule, bool):
            return rule
        variables = {"auth": _variable(auth), "now": now, "request": {"data": request_data}}
        documents = _Documents(fetch)

        def judge(subject: Field) -> Truth:
            return is_true(rule.evaluate(Frame(variables, subject, documents.at)))

        try:
            if doc is not None and query is None:
                return judge(of_document(doc)) is True
            return _implied(judge, query or {})
        except _TooManyDocuments:
            return False


def _implied(judge: Callable[[Field], Truth], query: Mapping[str, Value]) -> bool:
    """Whether the rule holds for whatever the query may match."""
    verdict = judge(nothing_known)
    if verdict is UNKNOWN:
        verdict = every(map(judge, alternatives(query)))
    return verdict is True


def _variable(auth: Auth | None) -> Document | None:
    return None if auth is None else {"openid": auth.openid, "custom": auth.custom}


# --- get() ---------------------------------------------------------------------------------------


class _TooManyDocuments(Exception):  # noqa: N818 - never leaves this module
    """An expression asks for more documents than the platform reads for it."""


_PATH = re.compile(r"database\.([^.]+)\.(.+)", re.DOTALL)


class _Documents:
    """The documents that one request's rules have asked for; each is read once."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._read: dict[str, Operand] = {}

    def at(self, path: str) -> Operand:
        if path not in self._read:
            if len(self._read) == _MAX_DOCUMENTS:
                raise _TooManyDocuments
            match = _PATH.fullmatch(path)
            self._read[path] = self._fetch(match[1], match[2]) if match else UNKNOWN
        return self._read[path]


# --- compiling -----------------------------------------------------------------------------------


def compile_rules(rules: Mapping[str, bool | str], target: Target = DATABASE) -> Rules:
    """The rules of a collection (or, with `target=STORAGE`, of the storage).

    `create`, `update` and `delete` fall back to `write`; what is not said is denied.

    Raises:
        MisuseError: a key, a value or an expression that the platform would not take; for an
            expression the message names the column and what was expected there.
    """
    if not isinstance(rules, Mapping):
        raise MisuseError(f"rules: expected a dict such as {{'read': True}}, found {rules!r}")
    for key in rules:
        if key not in target.actions:
            raise MisuseError(_unknown_action(key, target))
    compiled = {key: _compile(key, rule, target.subject) for key, rule in rules.items()}
    otherwise = {"create": "write", "update": "write", "delete": "write"}
    return Rules(
        {
            action: compiled.get(action, compiled.get(otherwise.get(action, action), False))
            for action in target.actions
        }
    )


def _unknown_action(key: object, target: Target) -> str:
    close = difflib.get_close_matches(str(key), target.actions, 1)
    hint = f"; did you mean {close[0]!r}?" if close else ""
    return f"rules: expected one of {', '.join(target.actions)}, found {key!r}{hint}"


def _compile(key: str, rule: bool | str, subject: str) -> Node | bool:
    if isinstance(rule, bool):
        return rule
    if not isinstance(rule, str):
        raise MisuseError(f"rule {key!r}: expected a boolean or an expression, found {rule!r}")
    if len(rule) > _MAX_LENGTH:
        raise MisuseError(
            f"rule {key!r}: expected at most {_MAX_LENGTH} characters, found {len(rule)}"
        )
    try:
        return parse(rule, subject)
    except Unreadable as reason:
        raise MisuseError(_pointed(key, rule, reason)) from None


def _pointed(key: str, rule: str, reason: Unreadable) -> str:
    """The message with the rule under it and a caret under the place."""
    shown = re.sub(r"\s", " ", rule)
    caret = " " * (reason.column - 1) + "^"
    return f"rule {key!r}, column {reason.column}: {reason}\n    {shown}\n    {caret}"

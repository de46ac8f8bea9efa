"""Which calls a rule is about."""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cloud_fake.errors import CloudError, MisuseError, NotSupportedByFake, QueryError
from cloud_fake.kernel.faults.spelling import spelt
from cloud_fake.models.encoding import encode_query
from cloud_fake.query.filters import Filter, compile_filter
from cloud_fake.values import ejson
from cloud_fake.values.intake import take_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloud_fake.kernel.timeline import Call

__all__ = ["Match"]


@dataclass(frozen=True)
class Match:
    """What a call must be like.

    Attributes:
        pattern: a glob over canonical names, or several, `database.*|watch.*`.
        where: a condition on the call's arguments, in the database's own query language.
        caller: the openid of who asks, `server`, or `client` for anybody's device.
        inside: a glob over the name of the function that it happens inside of.
        unless: a glob over names that are left out, or several.
        when: anything else, as a function of the call; it has no text form.
    """

    pattern: str
    where: Any = None
    caller: str | None = None
    inside: str | None = None
    unless: str | None = None
    when: Callable[[Call], object] | None = None
    _condition: dict[str, Any] | None = field(init=False, default=None, repr=False)
    _filter: Filter | None = field(init=False, default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        for word in ("caller", "inside", "unless"):
            _check_text(word, getattr(self, word))
        if self.when is not None and not callable(self.when):
            raise MisuseError(f"when= is a function of the call, not {self.when!r}")
        if self.where is not None:
            condition = _encoded(self.where)
            object.__setattr__(self, "_condition", condition)
            object.__setattr__(self, "_filter", _compiled(condition))

    def names(self, name: str) -> bool:
        """Whether a call of this name may be meant at all; the rest depends on the call."""
        return _meets(self.pattern, name) and not (self.unless and _meets(self.unless, name))

    def fits(self, call: Call) -> bool:
        """Whether a call whose name is meant is meant itself."""
        return self.misfit(call) is None

    def misfit(self, call: Call) -> str | None:
        """Which of the keywords a call does not fit whose name is meant; None if it fits."""
        if self.caller is not None and self.caller not in _callers(call):
            return "caller"
        if self.inside is not None and not _is_inside(call, self.inside):
            return "inside"
        if self._filter is not None and not self._filter.matches(_arguments(call)):
            return "where"
        return None if self.when is None or self.when(call) else "when"

    def __str__(self) -> str:
        parts = [spelt(self.pattern)]
        if self._condition is not None:
            # Of the paths the order says nothing; within an object that is compared it does.
            said = dict(sorted(ejson.encode(self._condition).items()))
            parts.append(f"where {json.dumps(said, ensure_ascii=False)}")
        given = {word: getattr(self, word) for word in ("caller", "inside", "unless")}
        parts.extend(f"{word} {spelt(value)}" for word, value in given.items() if value is not None)
        return " ".join(parts)


# --- what is asked -------------------------------------------------------------------------------


def _check_text(word: str, value: object) -> None:
    if value is not None and (not isinstance(value, str) or not value):
        raise MisuseError(f"{word}= is a text, not {value!r}")


def _encoded(where: Any) -> dict[str, Any]:
    try:
        return encode_query(where, name="where")
    except CloudError as error:
        raise MisuseError(f"where= is no condition: {error.errMsg}") from None


def _compiled(condition: dict[str, Any]) -> Filter:
    try:
        return compile_filter(condition)
    except (QueryError, NotSupportedByFake) as error:
        raise MisuseError(f"where= is no condition: {error}") from None


# --- what is there -------------------------------------------------------------------------------


def _meets(patterns: str, name: str) -> bool:
    return any(fnmatch.fnmatchcase(name, glob) for glob in patterns.split("|"))


def _callers(call: Call) -> tuple[str | None, ...]:
    """What means whoever makes this call."""
    session = call.session
    return (session.identity.openid, "client") if session.dialect.is_client else ("server",)


def _is_inside(call: Call, pattern: str) -> bool:
    outer = call.inside
    while outer is not None:
        if _meets(pattern, outer.target) or _meets(pattern, outer.name):
            return True
        outer = outer.inside
    return False


def _arguments(call: Call) -> dict[str, Any]:
    return {name: _holdable(value, name) for name, value in call.said.items()}


def _holdable(value: Any, name: str) -> Any:
    """As a database could hold it: what it could not, such as a command, is null."""
    if isinstance(value, Mapping):
        return {str(key): _holdable(item, name) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_holdable(item, name) for item in value]
    try:
        return take_in(value, name)
    except CloudError:
        return None

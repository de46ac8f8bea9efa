"""Query stages: redact, which judges each object inside a document (wx-server-sdk only)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cloud_fake.errors import QueryError
from cloud_fake.query.expressions import compile_expression
from cloud_fake.query.operators.expr_values import show
from cloud_fake.values.kinds import MISSING, Document, Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cloud_fake.query.expressions import Cell, Expression
    from cloud_fake.query.stages.stage import Place, Source, Stage

__all__ = ["redact"]

#: The variables that only this stage has, and what they hold in MongoDB.
_VERDICTS = {"$$DESCEND": "descend", "$$PRUNE": "prune", "$$KEEP": "keep"}


def redact(spec: Value, place: Place) -> Stage:
    """Each object pruned, kept whole, or searched for further objects, from the top down."""
    scope, [current] = place.scope.bind("CURRENT")
    redaction = _Redaction(compile_expression(_with_verdicts(spec), scope), current)

    def redacted(documents: Iterable[Document], _source: Source) -> Iterator[Document]:
        for document in documents:
            kept = redaction.of_object(document, document)
            if kept is not MISSING:
                yield kept

    return redacted


@dataclass(frozen=True, slots=True)
class _Redaction:
    judge: Expression
    current: Cell

    def of_object(self, value: Document, root: Document) -> Value:
        self.current.value = value
        verdict = self.judge(root)
        if verdict == "keep":
            return value
        if verdict == "prune":
            return MISSING
        if verdict != "descend":
            raise _no_verdict(verdict)
        members = [(name, self.of_value(member, root)) for name, member in value.items()]
        return {name: member for name, member in members if member is not MISSING}

    def of_value(self, value: Value, root: Document) -> Value:
        if type(value) is dict:
            return self.of_object(value, root)
        if type(value) is list:
            items = [self.of_value(item, root) for item in value]
            return [item for item in items if item is not MISSING]
        return value


def _with_verdicts(expression: Value) -> Value:
    """The expression with the values of this stage's own variables in their places."""
    if type(expression) is str:
        return _VERDICTS.get(expression, expression)
    if type(expression) is list:
        return [_with_verdicts(item) for item in expression]
    if type(expression) is dict and "$literal" not in expression:
        return {name: _with_verdicts(item) for name, item in expression.items()}
    return expression


def _no_verdict(verdict: Value) -> QueryError:
    return QueryError(
        17053,
        "$redact's expression should not return anything aside from the variables "
        f"$$KEEP, $$DESCEND, and $$PRUNE, but returned {show(verdict)}",
    )

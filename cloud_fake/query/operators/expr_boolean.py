"""Query floor: `$and`, `$or` and `$not` in expressions.

False are false, zero, null and missing; `""`, `[]` and `{}` are true.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloud_fake.query.operators.expr_signatures import Unevaluated, unevaluated
from cloud_fake.query.operators.expr_values import truthy

if TYPE_CHECKING:
    from cloud_fake.query.operators.expr_scope import Expression
    from cloud_fake.values.kinds import Document, Value

__all__ = ["all_of", "any_of", "negation"]


def _until(says: str, *, decisive: bool) -> Unevaluated:
    """The rule that `$and` and `$or` share: the first operand that is `decisive` decides."""

    def build(*operands: Expression) -> Expression:
        def decide(document: Document) -> Value:
            for operand in operands:
                value = operand(document)
                if (value if type(value) is bool else truthy(value)) is decisive:
                    return decisive
            return not decisive

        return decide

    build.__doc__ = f"Whether {says} is true; the first that decides it is the last evaluated."
    return unevaluated(build)


all_of = _until("every operand", decisive=False)
any_of = _until("any operand", decisive=True)


def negation(value: Value) -> Value:
    """`$not`: whether the value is false."""
    return not truthy(value)

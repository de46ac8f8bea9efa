"""Models: `db.command`, the `_` of every query and update."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from cloud_fake.errors import NotSupportedByFake
from cloud_fake.models.commands.aggregate import AggregateCommand
from cloud_fake.models.commands.values import (
    Conditions,
    LogicCommand,
    Options,
    ProjectionCommand,
    QueryCommand,
    UpdateCommand,
    listed,
    merged,
)
from cloud_fake.values.kinds import MISSING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["Command", "ProjectCommand"]


class ProjectCommand:
    """`_.project`: what `field()` shows of an array."""

    def slice(self, val: object, limit: object = MISSING) -> ProjectionCommand:
        """The first n, the last -n, or `[skip, limit]` of them."""
        return ProjectionCommand("slice", (val if limit is MISSING else [val, limit],))

    def elemMatch(self, val: object) -> ProjectionCommand:
        """The first element that meets the condition."""
        return ProjectionCommand("elemMatch", (val,))


class Command(Conditions[QueryCommand]):
    """The commands; a name that is a keyword of Python has a trailing underscore.

    Args:
        pipeline: makes the chain that `_.aggregate.pipeline()` begins.

    Attributes:
        aggregate: `$`, the operators of expressions.
        project: the commands for `field()`.
    """

    def __init__(self, pipeline: Callable[[], Any] | None = None) -> None:
        self.aggregate = AggregateCommand(pipeline)
        self.project = ProjectCommand()

    def _condition(self, name: str, operand: object) -> QueryCommand:
        return QueryCommand(name, (operand,))

    # --- conditions together ----------------------------------------------------------------------

    def and_(self, *expressions: object) -> LogicCommand:
        """All hold, for one field or for whole records."""
        return LogicCommand("and", listed(expressions))

    def or_(self, *expressions: object) -> LogicCommand:
        """One holds, for one field or for whole records."""
        return LogicCommand("or", listed(expressions))

    def nor(self, *expressions: object) -> LogicCommand:
        """None holds, for one field or for whole records."""
        return LogicCommand("nor", listed(expressions))

    def not_(self, expression: object) -> LogicCommand:
        """The condition on the field does not hold; also where the field is missing."""
        return LogicCommand("not", (listed((expression,)) or (expression,))[:1])

    def expr(self, expression: object) -> dict[str, Any]:
        """An expression of `_.aggregate` that is true of the record."""
        return {"$expr": expression}

    def jsonSchema(self, schema: object) -> NoReturn:
        """In no typing; not supported."""
        raise NotSupportedByFake("_.jsonSchema")

    def text(self, options: object) -> NoReturn:
        """In no typing; not supported."""
        raise NotSupportedByFake("_.text")

    # --- changes of any field ---------------------------------------------------------------------

    def set(self, val: object) -> UpdateCommand:
        """The field becomes the value; an object replaces, where a plain one would be merged."""
        return UpdateCommand("set", (val,))

    def remove(self) -> UpdateCommand:
        """The field goes."""
        return UpdateCommand("remove")

    def rename(self, val: str) -> UpdateCommand:
        """The field moves to another path, which is counted from the record's root."""
        return UpdateCommand("rename", (val,))

    def min(self, val: object) -> UpdateCommand:
        """The lesser of the field and the value."""
        return UpdateCommand("min", (val,))

    def max(self, val: object) -> UpdateCommand:
        """The greater of the field and the value."""
        return UpdateCommand("max", (val,))

    # --- changes of numbers -----------------------------------------------------------------------

    def inc(self, val: float) -> UpdateCommand:
        """The number grows by this much, at once for everybody; a missing one counts as 0."""
        return UpdateCommand("inc", (val,))

    def mul(self, val: float) -> UpdateCommand:
        """The number is multiplied; a missing one becomes 0."""
        return UpdateCommand("mul", (val,))

    def bit(self, val: Options = None, /, **keywords: object) -> UpdateCommand:
        """Bitwise `{and: n}`, `{or: n}` or `{xor: n}`; by keyword `and_`, `or_`."""
        given = {name.rstrip("_"): mask for name, mask in keywords.items()}
        return UpdateCommand("bit", (merged(val, given),))

    # --- changes of arrays ------------------------------------------------------------------------

    def push(self, *values: object, **options: object) -> UpdateCommand:
        """Elements at the end: `push(v)`, `push([v, w])`, `push({each, position, sort, slice})`.

        The server SDK takes `push(v, w)` too; of these the client pushes the first only.
        """
        return UpdateCommand("push", (options,) if options else values)

    def unshift(self, *values: object) -> UpdateCommand:
        """Elements at the front, in the order given: `unshift(v, w)` or `unshift([v, w])`."""
        return UpdateCommand("unshift", listed(values))

    def pop(self) -> UpdateCommand:
        """The last element goes."""
        return UpdateCommand("pop")

    def shift(self) -> UpdateCommand:
        """The first element goes."""
        return UpdateCommand("shift")

    def pull(self, val: object) -> UpdateCommand:
        """All elements go that equal the value, or meet the condition (an object is a query)."""
        return UpdateCommand("pull", (val,))

    def pullAll(self, val: Iterable[object]) -> UpdateCommand:
        """All elements go that equal one of the list."""
        return UpdateCommand("pullAll", (val,))

    def addToSet(self, val: object) -> UpdateCommand:
        """An element at the end unless there is an equal one; several by `{"$each": [...]}`."""
        return UpdateCommand("addToSet", (val,))

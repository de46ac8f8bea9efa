"""Query stages: an unwind whose documents a group takes apart at once: they need not be made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloud_fake.query.stages.columns import reading_elements
from cloud_fake.query.stages.group import group_read
from cloud_fake.query.stages.lookahead import fields_behind
from cloud_fake.query.stages.unwind import elements, field_alone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cloud_fake.query.expressions import Scope
    from cloud_fake.query.stages.stage import Stage
    from cloud_fake.values.kinds import Value

__all__ = ["unwound_group"]


def unwound_group(written: Sequence[tuple[str, Value]], scope: Scope) -> Stage | None:
    """Both stages in one, if they are that and the group looks at nothing but the elements.

    Args:
        written: the names of two stages and what is written for them.
        scope: the variables that the group may name.

    Raises:
        QueryError: what is written for one of them is wrong.
    """
    if len(written) < 2 or written[0][0] != "$unwind" or written[1][0] != "$group":
        return None
    [(_, unwinding), (_, grouping)] = written
    name, fields = field_alone(unwinding), fields_behind(written[1:])
    if name is None or fields is None or not fields <= {name}:
        return None
    grouped = group_read(grouping, reading_elements(name, scope))
    return lambda documents, source: grouped(elements(name, documents), source)
